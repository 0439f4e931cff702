"""Every block that Slack would take is drawn on the page, and what is chosen there arrives as in Slack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.manifest import Shortcut
from tests.sandbox.test_younger_blocks import PLAIN, RIGHT, SURFACES

pytestmark = pytest.mark.connects

HERE = {"as": "U0ANA", "at": "C0SOCIAL"}
OPTIONS = [{"text": {"type": "plain_text", "text": each}, "value": each.lower()} for each in ("One", "Two")]


@pytest.fixture
def browser(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.control_url, trust_env=False, follow_redirects=True) as client:
        client.get(box.page_url)
        yield client


@pytest.mark.parametrize("kind", sorted(RIGHT))
def test_a_younger_block_is_drawn_and_nothing_of_it_is_unsupported(
    kind: str, box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    if "message" in SURFACES.get(kind, {"message"}):
        client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=[RIGHT[kind]])
        page = browser.get("/", params=HERE).text
        assert "unsupported" not in page
        assert "Nothing was said here yet" not in page


def test_several_choices_and_a_date_arrive_as_slack_sends_them(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    elements: list[dict[str, Any]] = [
        {"type": "multi_static_select", "action_id": "some", "options": OPTIONS},
        {"type": "checkboxes", "action_id": "boxes", "options": OPTIONS},
        {"type": "datepicker", "action_id": "day"},
    ]
    section = {"type": "section", "block_id": "list", "text": PLAIN, "accessory": elements[0]}
    row = {"type": "actions", "block_id": "row", "elements": elements[1:]}
    client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=[section, row])
    page = browser.get("/", params=HERE).text
    assert 'name="values" aria-label="Choose" multiple' in page
    assert 'type="date" name="value"' in page
    ts = re.findall(r'name="ts" value="([^"]+)"', page)[-1]
    for block, action, name, value in (
        ("list", "some", "values", ["one", "two"]),
        ("row", "boxes", "values", ["two"]),
        ("row", "day", "value", "2027-03-01"),
    ):
        form = HERE | {"ts": ts, "block_id": block, "action_id": action, name: value}
        browser.post("/act/press", data=form)
    chosen = [act.payload["actions"][0] for act in box.slack.acts]
    assert [each["value"] for each in chosen[0]["selected_options"]] == ["one", "two"]
    assert [each["value"] for each in chosen[1]["selected_options"]] == ["two"]
    assert chosen[2]["selected_date"] == "2027-03-01"


def test_a_message_has_its_shortcuts_and_an_answer_stands_below_it(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    box.slack.change_app(shortcuts=(Shortcut("add", "Somebody should reply", "message"),))
    first = client.chat_postMessage(channel="C0SOCIAL", text="First")
    client.chat_postMessage(channel="C0SOCIAL", text="Second")
    page = browser.get("/", params=HERE).text
    assert "Somebody should reply" in page
    browser.post("/act/shortcut", data=HERE | {"ts": first["ts"], "callback_id": "add"})
    assert box.slack.acts[-1].payload["type"] == "message_action"
    browser.post("/act/say", data=HERE | {"ts": first["ts"], "text": "Below the first"})
    page = browser.get("/", params=HERE).text
    assert page.index("First") < page.index("Below the first") < page.index("Second")


def test_the_command_says_how_it_is_used(box: Sandbox, browser: httpx.Client) -> None:
    assert "<code>/engage</code>" in browser.get("/", params=HERE).text
