"""Blocks and views are held to Slack's limits, with a JSON pointer to what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack.checks import check_message, check_view

PLAIN = {"type": "plain_text", "text": "Label"}
MRKDWN = {"type": "mrkdwn", "text": "*Label*"}
CONFIRM = {"title": PLAIN, "text": MRKDWN, "confirm": PLAIN, "deny": PLAIN}
IMAGE = {"type": "image", "image_url": "https://x.example/y", "alt_text": "y"}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "Words"}} | more


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": PLAIN, "action_id": "a"} | more


def options(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{"text": PLAIN, "value": str(each)} | more for each in range(number)]


def overflow(chosen: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "overflow", "action_id": "more", "options": chosen}


WRONG = {
    "unknown block": ([{"type": "nope"}], "/blocks/0/type"),
    "51 blocks": ([section()] * 51, "/blocks]"),
    "block id twice": ([section(block_id="x"), section(block_id="x")], "/blocks/1"),
    "long section": ([section(text={"type": "mrkdwn", "text": "x" * 3001})], "/blocks/0/text/text"),
    "empty text": ([section(text={"type": "mrkdwn", "text": ""})], "/blocks/0/text/text"),
    "bare section": ([{"type": "section"}], "/blocks/0]"),
    "mrkdwn header": ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
    "long header": ([{"type": "header", "text": PLAIN | {"text": "x" * 151}}], "/blocks/0/text/text"),
    "11 in context": ([{"type": "context", "elements": [PLAIN] * 11}], "/blocks/0/elements"),
    "26 elements": (
        [actions(*[button(action_id=str(each)) for each in range(26)])],
        "/blocks/0/elements",
    ),
    "no elements": ([actions()], "/blocks/0/elements"),
    "action id twice": ([actions(button(), button())], "/blocks/0]"),
    "unknown element": ([actions({"type": "lever"})], "/blocks/0/elements/0/type"),
    "long button": ([actions(button(text=PLAIN | {"text": "x" * 76}))], "/elements/0/text/text"),
    "long value": ([actions(button(value="x" * 2001))], "/elements/0/value"),
    "long action id": ([actions(button(action_id="x" * 256))], "/elements/0/action_id"),
    "unknown style": ([actions(button(style="loud"))], "/elements/0/style"),
    "unknown property": ([actions(button(colour="red"))], "invalid additional property: colour"),
    "no options": ([actions(overflow([]))], "/elements/0/options"),
    "6 options": ([actions(overflow(options(6)))], "/elements/0/options"),
    "long option value": ([actions(overflow(options(1, value="x" * 151)))], "/options/0/value"),
    "image without alt": ([{"type": "image", "image_url": "https://x.example/y"}], "alt_text"),
    "no option at all": ([actions({"type": "static_select"})], "must define exactly one of"),
    "options and groups": (
        [
            actions(
                {
                    "type": "static_select",
                    "options": options(1),
                    "option_groups": [{"label": PLAIN, "options": options(1)}],
                }
            )
        ],
        "must define exactly one of",
    ),
    "101 options": ([actions({"type": "static_select", "options": options(101)})], "/elements/0/options"),
    "another first option": (
        [actions({"type": "static_select", "options": options(1), "initial_option": options(2)[1]})],
        "/elements/0/initial_option",
    ),
    "mrkdwn in a menu": (
        [actions({"type": "static_select", "options": [{"text": MRKDWN, "value": "1"}]})],
        "/options/0/text/type",
    ),
    "11 choices": ([actions({"type": "radio_buttons", "options": options(11)})], "/elements/0/options"),
    "a link in a menu": (
        [actions({"type": "static_select", "options": options(1, url="https://x.example")})],
        "invalid additional property: url",
    ),
    "a day in words": ([actions({"type": "datepicker", "initial_date": "today"})], "/initial_date"),
    "an input among actions": ([actions({"type": "plain_text_input"})], "/elements/0/type"),
    "a placeholder on a button": ([actions(button(placeholder=PLAIN))], "additional property: placeholder"),
    "long confirmation": (
        [actions(button(confirm=CONFIRM | {"title": PLAIN | {"text": "x" * 101}}))],
        "/elements/0/confirm/title/text",
    ),
    "half a confirmation": (
        [actions(button(confirm={"title": PLAIN}))],
        "missing required field: confirm [json-pointer:/blocks/0/elements/0/confirm]",
    ),
    "emoji in mrkdwn": ([section(text=MRKDWN | {"emoji": True})], "invalid additional property: emoji"),
    "76 in UTF-16": ([actions(button(text=PLAIN | {"text": "🎉" * 38}))], "/elements/0/text/text"),
    "11 fields": ([section(fields=[PLAIN] * 11)], "/blocks/0/fields"),
    "two pictures in one": ([IMAGE | {"slack_file": {"id": "F1"}}], "must define exactly one of"),
    "long alt": ([IMAGE | {"alt_text": "x" * 2001}], "/blocks/0/alt_text"),
    "an app's own picker": (
        [actions({"type": "external_select", "min_query_length": "x"})],
        "must be an integer",
    ),
    "alert in a message": ([{"type": "alert", "text": PLAIN}], "/blocks/0/type"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_blocks_are_pointed_at(name: str) -> None:
    blocks, pointer = WRONG[name]
    assert any(pointer in problem for problem in check_message(blocks))


def test_what_stands_at_the_limits_passes() -> None:
    blocks = [
        section(text={"type": "mrkdwn", "text": "x" * 3000}, accessory=overflow(options(5))),
        {"type": "header", "text": PLAIN | {"text": "x" * 150}},
        {"type": "divider"},
        {"type": "context", "elements": [PLAIN] * 10},
        actions(*[button(action_id=str(each), value="x" * 2000) for each in range(25)]),
        actions({"type": "users_select"}, {"type": "static_select", "options": options(100)}),
        *[section()] * 44,
    ]
    assert check_message(blocks) == []


def test_views_need_their_parts() -> None:
    inputs = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}
    modal = {"type": "modal", "title": PLAIN, "blocks": [inputs]}

    assert any("/view/submit" in problem for problem in check_view(modal))
    assert check_view(modal | {"submit": PLAIN}) == []
    assert any("/view/title" in each for each in check_view(modal | {"title": PLAIN | {"text": "x" * 25}}))
    assert any(
        "missing required field: title" in each for each in check_view({"type": "modal", "blocks": []})
    )
    assert any("private_metadata" in each for each in check_view(modal | {"private_metadata": "x" * 3001}))
    assert check_view({"type": "home", "blocks": [section()] * 100}) == []
    assert check_view({"type": "home", "blocks": [section()] * 101}) != []
    assert check_view({"type": "home", "blocks": [], "title": PLAIN}) != []
    assert check_view({"type": "tab", "blocks": []}) != []
    focused = actions({"type": "users_select", "focus_on_load": True})
    assert check_view({"type": "home", "blocks": [focused]}) == []
    twice = check_view({"type": "home", "blocks": [focused, focused]})
    assert twice == ["[ERROR] only one element may have focus_on_load [json-pointer:/view/blocks/1]"]
    number = {"type": "number_input", "action_id": "n"}
    wrong = check_view(modal | {"submit": PLAIN, "blocks": [inputs | {"element": number}]})
    assert any("missing required field: is_decimal_allowed" in each for each in wrong)
    assert any("/view/callback_id" in each for each in check_view(modal | {"callback_id": "x" * 256}))


def test_the_answer_is_of_slacks_form(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=[{"type": "nope"}])

    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    said = "[ERROR] unsupported type: nope [json-pointer:/blocks/0/type]"
    assert answer["response_metadata"]["messages"] == [said]


def test_ids_are_given_where_the_app_gave_none(client: WebClient) -> None:
    blocks = [actions({"type": "users_select"})]
    stored = client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=blocks)["message"]["blocks"]

    assert stored[0]["block_id"]
    assert stored[0]["elements"][0]["action_id"]
