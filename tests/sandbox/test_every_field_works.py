"""Every element in which a person types, ticks or picks works on the page, and arrives as Slack sends it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.acts import Outcome
from bot.sandbox.slack.kit_elements import ELEMENTS, INPUTS

pytestmark = pytest.mark.connects

Json = dict[str, Any]
HERE = {"as": "U0ANA", "at": "C0SOCIAL"}
NOON = 1_803_898_800  # 1 March 2027, 12:00 in Berlin, where Ana is
UNDRAWN = {"external_select", "multi_external_select", "file_input", "workflow_button"}
"""What the page shows as unsupported."""
PRESSED = {"button", "overflow"}


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def said(text: str) -> Json:
    """What Slack makes of words without marks."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


OPTIONS = [{"text": words(each), "value": each.lower()} for each in ("One", "Two")]
ONE, TWO = OPTIONS
MORE: dict[str, Json] = {
    "number_input": {"is_decimal_allowed": False, "min_value": "2", "max_value": "9"},
    "static_select": {"options": OPTIONS},
    "multi_static_select": {"options": OPTIONS},
    "radio_buttons": {"options": OPTIONS},
    "checkboxes": {"options": OPTIONS},
}
SENT: dict[str, tuple[str, str | list[str], Json]] = {
    "plain_text_input": ("value", "Hello", {"value": "Hello"}),
    "number_input": ("value", "7", {"value": "7"}),
    "email_text_input": ("value", "ana@acme.example", {"value": "ana@acme.example"}),
    "url_text_input": ("value", "https://acme.example/x", {"value": "https://acme.example/x"}),
    "rich_text_input": ("value", "Two\nlines", {"rich_text_value": said("Two\nlines")}),
    "datepicker": ("value", "2027-03-01", {"selected_date": "2027-03-01"}),
    "timepicker": ("value", "12:00", {"selected_time": "12:00"}),
    "datetimepicker": ("value-at", "2027-03-01T12:00", {"selected_date_time": NOON}),
    "static_select": ("value", "two", {"selected_option": TWO}),
    "radio_buttons": ("value", "two", {"selected_option": TWO}),
    "users_select": ("value", "U0BEN", {"selected_user": "U0BEN"}),
    "channels_select": ("value", "C0SOCIAL", {"selected_channel": "C0SOCIAL"}),
    "conversations_select": ("value", "C0SOCIAL", {"selected_conversation": "C0SOCIAL"}),
    "multi_static_select": ("values", ["one", "two"], {"selected_options": OPTIONS}),
    "checkboxes": ("values", ["", "two"], {"selected_options": [TWO]}),
    "multi_users_select": ("values", ["", "U0ANA", "U0BEN"], {"selected_users": ["U0ANA", "U0BEN"]}),
    "multi_channels_select": ("values", ["C0SOCIAL"], {"selected_channels": ["C0SOCIAL"]}),
    "multi_conversations_select": ("values", ["C0SOCIAL"], {"selected_conversations": ["C0SOCIAL"]}),
}
"""By element: the field's name, what a browser sends in it, and what the app is told."""
EMPTY = dict.fromkeys(SENT, "")
WRONG = {
    "number_input": [("seven", "a whole number"), ("1", "at least 2"), ("10", "at most 9")],
    "email_text_input": [("ana", "a valid email address")],
    "url_text_input": [("acme", "a valid link")],
}


def element(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": f"the-{kind}", **MORE.get(kind, {}), **more}


def asked(kind: str, **more: Any) -> Json:
    """An input block."""
    return {
        "type": "input",
        "block_id": f"in-{kind}",
        "label": words(kind),
        "element": element(kind),
        **more,
    }


@pytest.fixture
def browser(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.control_url, trust_env=False, follow_redirects=True) as client:
        client.get(box.page_url)
        yield client


@pytest.fixture
def open_modal(box: Sandbox, client: WebClient) -> Any:
    """Opens a modal for Ana with these blocks; its id."""

    def opened(*blocks: Json) -> str:
        view = {"type": "modal", "title": words("All"), "submit": words("Send"), "blocks": list(blocks)}
        trigger = box.slack.command("ana", "social", "/engage").trigger_id
        return str(client.views_open(trigger_id=trigger, view=view)["view"]["id"])

    return opened


def shown(browser: httpx.Client) -> str:
    return browser.get("/", params=HERE).text


def of_last_act(box: Sandbox, kind: str) -> Json:
    """What the app was told of one input of the modal."""
    return dict(box.slack.acts[-1].payload["view"]["state"]["values"][f"in-{kind}"][f"the-{kind}"])


def test_each_element_works_or_is_shown_as_unsupported(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    assert SENT.keys() | UNDRAWN | PRESSED == ELEMENTS.keys() | INPUTS.keys()
    selects: list[Json] = [element(kind) for kind in ("external_select", "multi_external_select")]
    client.chat_postMessage(
        channel="C0SOCIAL",
        text="x",
        blocks=[
            {"type": "section", "text": words("x"), "accessory": selects[0]},
            {"type": "section", "text": words("x"), "accessory": selects[1]},
        ],
    )
    page = shown(browser)
    assert "unsupported: external_select" in page
    assert "unsupported: multi_external_select" in page


def test_every_input_of_a_modal_arrives_as_slack_sends_it(
    box: Sandbox, browser: httpx.Client, open_modal: Any
) -> None:
    view = open_modal(*(asked(kind) for kind in SENT), asked("file_input", optional=True))
    page = shown(browser)
    assert re.findall(r"unsupported: \w+", page) == ["unsupported: file_input"]
    for kind, (first, *_) in SENT.items():
        assert f'form="modal" name="{first}.in-{kind}"' in page
    form = {f"{first}.in-{kind}": typed for kind, (first, typed, _) in SENT.items()}
    browser.post("/act/submit", data=HERE | {"view_id": view} | form)
    for kind, (_, _, told) in SENT.items():
        assert of_last_act(box, kind) == {"type": kind, **told}


def test_what_is_chosen_in_a_message_arrives_as_slack_sends_it(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    kinds = [kind for kind in SENT if kind in ELEMENTS]
    blocks = [
        {"type": "section", "block_id": f"b-{kind}", "text": words(kind), "accessory": element(kind)}
        for kind in kinds
        if kind != "datetimepicker"
    ]
    blocks.append(
        {"type": "actions", "block_id": "b-datetimepicker", "elements": [element("datetimepicker")]}
    )
    client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=blocks)
    assert "unsupported" not in shown(browser)
    ts = box.slack.messages("social")[-1]["ts"]
    for kind in kinds:
        first, sent, told = SENT[kind]
        form = {"ts": ts, "block_id": f"b-{kind}", "action_id": f"the-{kind}", first: sent}
        browser.post("/act/press", data=HERE | form)
        action = box.slack.acts[-1].payload["actions"][0]
        assert {name: action[name] for name in told} == told
        assert action["type"] == kind


def test_what_was_there_at_first_is_shown_and_can_be_emptied(
    box: Sandbox, browser: httpx.Client, open_modal: Any
) -> None:
    first = {
        "datetimepicker": {"initial_date_time": NOON},
        "rich_text_input": {"initial_value": said("In bold")},
        "checkboxes": {"initial_options": [TWO]},
        "multi_static_select": {"initial_options": [ONE]},
        "static_select": {"initial_option": ONE},
        "number_input": {"initial_value": "5"},
    }
    view = open_modal(
        *(asked(kind, element=element(kind, **more), optional=True) for kind, more in first.items())
    )
    page = shown(browser)
    assert (
        'type="datetime-local" form="modal" name="value-at.in-datetimepicker" value="2027-03-01T12:00"'
        in page
    )
    assert ">In bold</textarea>" in page
    assert 'value="two" checked' in page
    assert page.count('value="one" selected') == 2
    assert 'type="number" form="modal" name="value.in-number_input" value="5"' in page
    form: dict[str, Any] = {f"{SENT[kind][0]}.in-{kind}": EMPTY[kind] for kind in first}
    browser.post("/act/submit", data=HERE | {"view_id": view} | form)
    for kind in first:
        (state,) = [value for name, value in of_last_act(box, kind).items() if name != "type"]
        assert not state


def test_what_is_no_number_address_or_link_is_said_at_the_field(
    box: Sandbox, browser: httpx.Client, open_modal: Any
) -> None:
    view = open_modal(*map(asked, WRONG))
    for number in range(max(map(len, WRONG.values()))):
        typed = {kind: wrong[min(number, len(wrong) - 1)] for kind, wrong in WRONG.items()}
        form = {f"value.in-{kind}": words for kind, (words, _) in typed.items()}
        page = browser.post("/act/submit", data=HERE | {"view_id": view} | form).text
        assert re.findall(r"Please enter ([^.]+)\.", page) == [told for _, told in typed.values()]
        assert box.slack.acts[-1].outcome == Outcome.NOT_SENT


def test_more_than_a_menu_allows_is_said_at_the_field(browser: httpx.Client, open_modal: Any) -> None:
    menu = element("multi_static_select", max_selected_items=1)
    view = open_modal(asked("multi_static_select", element=menu))
    form = HERE | {"view_id": view, "values.in-multi_static_select": ["one", "two"]}
    assert "Please choose at most 1." in browser.post("/act/submit", data=form).text


def test_questions_descriptions_and_links_of_elements_are_drawn(
    client: WebClient, browser: httpx.Client
) -> None:
    confirm = {
        "title": words("Sure?"),
        "text": words("It is gone."),
        "confirm": words("Do"),
        "deny": words("No"),
    }
    button = {"type": "button", "action_id": "go", "text": words("Delete"), "confirm": confirm}
    boxes = element("checkboxes", options=[ONE | {"description": words("the first")}])
    link = TWO | {"url": "https://acme.example/"}
    more = {"type": "overflow", "action_id": "more", "options": [link], "confirm": confirm}
    client.chat_postMessage(
        channel="C0SOCIAL", text="x", blocks=[{"type": "actions", "elements": [button, boxes, more]}]
    )
    page = html.unescape(shown(browser))
    assert page.count("<strong>Sure?</strong><p>It is gone.</p>") == 2
    assert "<summary>Delete</summary>" in page
    assert '<span class="meta">the first</span>' in page
    assert 'name="url" value="https://acme.example/"' in page
