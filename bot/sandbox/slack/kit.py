"""Which blocks are taken, and where each may stand (docs.slack.dev/reference/block-kit/blocks)."""

from __future__ import annotations

from bot.sandbox.slack.kit_elements import ELEMENTS, INPUTS, PICTURE
from bot.sandbox.slack.kit_newer import NEWER, block, container
from bot.sandbox.slack.kit_rich import RICH_TEXT
from bot.sandbox.slack.shapes import (
    Check,
    anything,
    boolean,
    by_type,
    in_turn,
    list_of,
    needs_one,
    needs_only_one,
    string,
    text,
)

NOT_AN_INPUT = ("button", "overflow", "workflow_button")
CHOSEN = {kind: each for kind, each in ELEMENTS.items() if kind not in NOT_AN_INPUT}
NOT_BESIDE = ("datetimepicker",)
BESIDE = {kind: each for kind, each in ELEMENTS.items() if kind not in NOT_BESIDE}

BLOCKS: dict[str, Check] = {
    "section": in_turn(
        block(
            {
                "text": text(3000),
                "fields": list_of(text(2000), 10),
                "accessory": by_type(BESIDE | {"image": PICTURE}),
                "expand": boolean,
            }
        ),
        needs_one("text", "fields"),
    ),
    "header": block({"text": text(150, plain=True)}, "text"),
    "divider": block({}),
    "context": block(
        {
            "elements": list_of(
                by_type({"image": PICTURE, "plain_text": text(3000), "mrkdwn": text(3000)}), 10
            )
        },
        "elements",
    ),
    "actions": block(
        {"elements": list_of(by_type(ELEMENTS | {"rich_text_input": INPUTS["rich_text_input"]}), 25)},
        "elements",
    ),
    "image": in_turn(
        block(
            {
                "image_url": string(3000),
                "slack_file": anything,
                "alt_text": string(2000),
                "title": text(2000, plain=True),
            },
            "alt_text",
        ),
        needs_only_one("image_url", "slack_file"),
    ),
    "input": block(
        {
            "label": text(2000, plain=True),
            "element": by_type(INPUTS | CHOSEN),
            "hint": text(2000, plain=True),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        "label",
        "element",
    ),
    "markdown": block({"text": string(12_000)}, "text"),
    "rich_text": RICH_TEXT,
    **NEWER,
}
# Slack's page lists more kinds than its validator was seen to take; these are in both.
IN_A_CONTAINER = ("actions", "context", "divider", "header", "image", "section", "table")
BLOCKS["container"] = container({kind: BLOCKS[kind] for kind in IN_A_CONTAINER})

MESSAGES_ONLY = (
    "container",
    "context_actions",
    "data_table",
    "data_visualization",
    "markdown",
    "plan",
    "table",
    "task_card",
)
NOT_ON: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(MESSAGES_ONLY, ("modal", "home")),
    "alert": ("message", "home"),
    "carousel": ("modal",),
}
