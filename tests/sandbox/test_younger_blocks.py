"""Tables, charts, cards, rich text and the other younger blocks: their surfaces and their limits."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.checks import check_message, check_view
from bot.sandbox.slack.kit import BLOCKS

Shape = dict[str, Any]

PLAIN = {"type": "plain_text", "text": "Label"}
WORDS = {"type": "mrkdwn", "text": "*Words*"}
PICTURE = {"type": "image", "image_url": "https://x.example/y.png", "alt_text": "y"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a"}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "So ", "style": {"bold": True}},
                {"type": "link", "url": "https://x.example", "text": "there"},
                {"type": "user", "user_id": "U0ANA"},
                {"type": "emoji", "name": "tada"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 8,
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
        },
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
    ],
}
RAW = {"type": "raw_text", "text": "x"}
NUMBER = {"type": "raw_number", "value": 1.5, "text": "1.5"}
CARD = {"type": "card", "title": WORDS, "body": WORDS, "icon": PICTURE, "actions": [BUTTON]}
TASK = {"type": "task_card", "task_id": "1", "title": "Look", "status": "complete", "details": RICH}
PIE = {"type": "pie", "segments": [{"label": "a", "value": 1}]}
BARS = {
    "type": "bar",
    "series": [{"name": "s", "data": [{"label": "a", "value": 1}, {"label": "b", "value": -2}]}],
    "axis_config": {"categories": ["a", "b"], "x_label": "x", "y_label": "y"},
}
VOTE = {"text": PLAIN, "value": "good"}
RIGHT: dict[str, Shape] = {
    "alert": {"type": "alert", "text": WORDS, "level": "warning"},
    "card": CARD,
    "carousel": {"type": "carousel", "elements": [CARD] * 10},
    "container": {
        "type": "container",
        "title": PLAIN,
        "width": "wide",
        "child_blocks": [{"type": "divider"}, {"type": "section", "text": WORDS}],
    },
    "context_actions": {
        "type": "context_actions",
        "elements": [
            {"type": "feedback_buttons", "action_id": "f", "positive_button": VOTE, "negative_button": VOTE},
            {"type": "icon_button", "action_id": "i", "icon": "trash", "text": PLAIN},
        ],
    },
    "data_table": {
        "type": "data_table",
        "caption": "c",
        "rows": [[RAW, RAW], [NUMBER, RICH]],
        "page_size": 100,
    },
    "data_visualization": {"type": "data_visualization", "title": "t" * 50, "chart": BARS},
    "markdown": {"type": "markdown", "text": "# x"},
    "plan": {"type": "plan", "title": "t", "tasks": [TASK]},
    "rich_text": RICH,
    "table": {"type": "table", "rows": [[RAW] * 20] * 100, "column_settings": [{"align": "right"}]},
    "task_card": TASK,
}
SURFACES = {
    "alert": {"modal"},
    "card": {"message", "modal", "home"},
    "carousel": {"message", "home"},
    "rich_text": {"message", "modal", "home"},
}
WRONG: dict[str, tuple[Shape, str]] = {
    "long card title": (CARD | {"title": WORDS | {"text": "x" * 151}}, "/blocks/0/title/text"),
    "long card body": (CARD | {"body": WORDS | {"text": "x" * 201}}, "/blocks/0/body/text"),
    "empty card": ({"type": "card", "subtitle": WORDS}, "must define one of"),
    "select on a card": (CARD | {"actions": [{"type": "users_select"}]}, "/blocks/0/actions/0/type"),
    "11 cards": ({"type": "carousel", "elements": [CARD] * 11}, "/blocks/0/elements"),
    "no cards": ({"type": "carousel", "elements": []}, "/blocks/0/elements"),
    "a section as a card": (
        {"type": "carousel", "elements": [{"type": "divider"}]},
        "/blocks/0/elements/0/type",
    ),
    "11 in a container": (RIGHT["container"] | {"child_blocks": [{"type": "divider"}] * 11}, "/child_blocks"),
    "an input in a container": (
        RIGHT["container"] | {"child_blocks": [{"type": "input"}]},
        "/child_blocks/0/type",
    ),
    "no title on a container": (
        {"type": "container", "child_blocks": [{"type": "divider"}]},
        "must define one of",
    ),
    "6 context actions": (
        {"type": "context_actions", "elements": RIGHT["context_actions"]["elements"] * 3},
        "/blocks/0/elements]",
    ),
    "an unknown icon": (
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "x", "text": PLAIN}]},
        "/elements/0/icon",
    ),
    "101 rows": ({"type": "table", "rows": [[RAW]] * 101}, "/blocks/0/rows"),
    "21 cells": ({"type": "table", "rows": [[RAW] * 21]}, "/blocks/0/rows/0"),
    "an empty cell": ({"type": "table", "rows": [[RAW | {"text": ""}]]}, "/rows/0/0/text"),
    "an unknown cell": ({"type": "table", "rows": [[PLAIN]]}, "/rows/0/0/type"),
    "10,001 characters": ({"type": "table", "rows": [[RAW | {"text": "x" * 5001}] * 2]}, "/blocks/0/rows]"),
    "one row of data": (RIGHT["data_table"] | {"rows": [[RAW]]}, "/blocks/0/rows"),
    "uneven data": (RIGHT["data_table"] | {"rows": [[RAW], [RAW, RAW]]}, "/blocks/0/rows/1"),
    "a rich header": (RIGHT["data_table"] | {"rows": [[RICH], [RAW]]}, "/blocks/0/rows/0/0/type"),
    "data without caption": (
        {"type": "data_table", "rows": [[RAW], [RAW]]},
        "missing required field: caption",
    ),
    "pages of 101": (RIGHT["data_table"] | {"page_size": 101}, "/blocks/0/page_size"),
    "7 slices": (
        {"type": "data_visualization", "title": "t", "chart": PIE | {"segments": PIE["segments"] * 7}},
        "/chart/segments",
    ),
    "a long chart title": (RIGHT["data_visualization"] | {"title": "t" * 51}, "/blocks/0/title"),
    "a series of other labels": (
        {
            "type": "data_visualization",
            "title": "t",
            "chart": BARS | {"axis_config": {"categories": ["b", "a"]}},
        },
        "/chart/series/0/data",
    ),
    "two series of one name": (
        {"type": "data_visualization", "title": "t", "chart": BARS | {"series": BARS["series"] * 2}},
        "/chart/series/1/name",
    ),
    "an unknown chart": (
        {"type": "data_visualization", "title": "t", "chart": {"type": "radar"}},
        "/chart/type",
    ),
    "a long alert": ({"type": "alert", "text": PLAIN | {"text": "x" * 201}}, "/view/blocks/0/text/text"),
    "an alarmed alert": ({"type": "alert", "text": PLAIN, "level": "panic"}, "/view/blocks/0/level"),
    "a task of no status": ({"type": "task_card", "task_id": "1", "title": "t"}, "field: status"),
    "a plan of plans": ({"type": "plan", "title": "t", "tasks": [{"type": "plan"}]}, "/tasks/0/type"),
    "long markdown": ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text"),
    "an unknown paragraph": (
        {"type": "rich_text", "elements": [{"type": "rich_text_dance"}]},
        "/blocks/0/elements/0/type",
    ),
    "an empty text": (
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
        },
        "/elements/0/elements/0/text",
    ),
    "a deep list": (
        {"type": "rich_text", "elements": [RICH["elements"][1] | {"indent": 9}]},
        "/elements/0/indent",
    ),
}


def problems(block: Shape, surface: str) -> list[str]:
    if surface == "message":
        return check_message([block])
    return check_view({"type": surface, "blocks": [block]} | ({"title": PLAIN} if surface == "modal" else {}))


def test_every_younger_kind_is_here() -> None:
    older = {"section", "header", "divider", "context", "actions", "image", "input"}
    assert set(RIGHT) == set(BLOCKS) - older


@pytest.mark.parametrize("kind", RIGHT)
def test_a_block_stands_on_its_surfaces_and_nowhere_else(kind: str) -> None:
    stands = {surface for surface in ("message", "modal", "home") if not problems(RIGHT[kind], surface)}
    assert stands == SURFACES.get(kind, {"message"})


@pytest.mark.parametrize("kind", [kind for kind in RIGHT if not kind.startswith("data_")])
def test_slacks_own_models_take_the_same_block(kind: str) -> None:
    parsed = Block.parse(RIGHT[kind])
    assert parsed is not None
    assert parsed.to_dict()["type"] == kind


@pytest.mark.parametrize("name", WRONG)
def test_what_is_over_a_limit_is_pointed_at(name: str) -> None:
    block, pointer = WRONG[name]
    found = problems(block, "modal" if block["type"] == "alert" else "message")
    assert any(pointer in each for each in found), found


def test_a_message_has_one_table_and_twelve_thousand_characters(box: Sandbox, client: WebClient) -> None:
    table = {"type": "table", "rows": [[RAW]]}
    assert any("/blocks/1" in each for each in check_message([table, table]))
    section = {"type": "section", "text": WORDS | {"text": "x" * 3000}}

    def post(blocks: list[Shape]) -> str:
        try:
            return str(client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=blocks)["ok"])
        except SlackApiError as refused:
            return str(refused.response["error"])

    assert post([section] * 4) == "True"
    assert post([section] * 4 + [{"type": "header", "text": PLAIN}]) == "msg_blocks_too_long"


def test_blocks_inside_blocks_have_ids_and_can_be_pressed(box: Sandbox, client: WebClient) -> None:
    row = {"type": "actions", "elements": [BUTTON | {"action_id": "inside", "value": "1"}]}
    blocks = [RIGHT["container"] | {"child_blocks": [row]}, RIGHT["carousel"], RIGHT["context_actions"]]
    sent = client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=blocks)
    stored, ts = sent["message"]["blocks"], sent["ts"]

    inside = box.slack.press("ana", "social", ts, "inside").payload["actions"][0]
    assert inside["block_id"] == stored[0]["child_blocks"][0]["block_id"]
    third = stored[1]["elements"][2]["block_id"]
    card = box.slack.press("ana", "social", ts, "a", block_id=third).payload["actions"][0]
    assert card["block_id"] == third
    vote = box.slack.press("ana", "social", ts, "f", "good").payload["actions"][0]
    assert (vote["type"], vote["value"]) == ("feedback_buttons", "good")
    twice = [RIGHT["container"] | {"child_blocks": [row | {"block_id": "x"}, row | {"block_id": "x"}]}]
    assert any("/blocks/0/child_blocks/1" in each for each in check_message(twice))


def test_slack_says_without_posting_what_it_would_say(box: Sandbox, client: WebClient) -> None:
    view = {"type": "modal", "title": PLAIN, "blocks": [RIGHT["alert"]]}
    assert client.api_call("blocks.validate", json={"blocks": [RICH]})["ok"]
    assert client.api_call("blocks.validate", json={"view": view})["ok"]

    def errors(**given: Any) -> tuple[str, Any]:
        with pytest.raises(SlackApiError) as refused:
            client.api_call("blocks.validate", json=given)
        answer = refused.value.response
        return answer["error"], answer.get("errors")

    wrong = [{"type": "section", "text": {"type": "html", "text": "x"}}]
    said = {"code": "failed_constraint", "message": "unsupported type: html"}
    assert errors(blocks=wrong) == ("invalid_blocks", [said | {"pointer": "/0/text/type"}])
    assert errors(message={"blocks": wrong}) == (
        "invalid_message",
        [said | {"pointer": "/blocks/0/text/type"}],
    )
    assert errors(view=view | {"blocks": wrong}) == (
        "invalid_view",
        [said | {"pointer": "/blocks/0/text/type"}],
    )
    assert errors()[0] == "invalid_arguments"
    assert errors(blocks=wrong, view=view)[0] == "invalid_arguments"
    assert errors(blocks="{")[0] == "invalid_arguments"
    assert box.slack.messages("social") == []
