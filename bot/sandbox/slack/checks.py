"""Block Kit as Slack takes it: the tables of shapes, and checks that answer as Slack does."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.kit import BLOCKS, NOT_ON
from bot.sandbox.slack.shapes import Check, Problem, boolean, object_of, string, text

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
LARGEST_VIEW = 250_000

Json = dict[str, Any]


def check_message(blocks: Any) -> list[str]:
    """What is wrong with the blocks of a message, in Slack's words; empty when they stand."""
    return [str(problem) for problem in _blocks(blocks, "message", "/blocks")]


def check_view(view: Any) -> list[str]:
    """What is wrong with a modal or home tab."""
    if not isinstance(view, dict) or view.get("type") not in VIEWS:
        return [str(Problem("/view/type", "must be one of: modal, home"))]
    surface = str(view["type"])
    plain = {key: value for key, value in view.items() if key != "blocks"}
    problems = [*VIEWS[surface](plain, "/view")]
    problems += _blocks(view.get("blocks"), surface, "/view/blocks")
    if surface == "modal" and _has_input(view) and not view.get("submit"):
        problems.append(Problem("/view/submit", "missing required field: submit"))
    return [str(problem) for problem in problems]


def is_too_large(view: Any) -> bool:
    """Over 250 kB as JSON (slack.md, 2.2)."""
    return len(json.dumps(view)) > LARGEST_VIEW


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy with a block_id for each block and an action_id for each element that acts."""
    filled = copy.deepcopy(blocks)
    for block in filled:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in acting(block):
            element.setdefault("action_id", secrets.token_urlsafe(4))
    return filled


def acting(block: Json) -> list[Json]:
    """The elements of a block that a person can act on."""
    nested = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    return [each for each in nested if isinstance(each, dict) and _acts(each)]


def _acts(element: Json) -> bool:
    kind = str(element.get("type", ""))
    return kind not in ("plain_text", "mrkdwn", "image") and not kind.startswith("rich_text")


def _has_input(view: Json) -> bool:
    blocks = view.get("blocks")
    return isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in blocks
    )


def _blocks(blocks: Any, surface: str, pointer: str) -> Iterator[Problem]:
    if not isinstance(blocks, list):
        yield Problem(pointer, "must be an array")
        return
    most = MOST_BLOCKS[surface]
    if len(blocks) > most:
        yield Problem(pointer, f"no more than {most} items allowed")
    for place, block in enumerate(blocks):
        yield from _block(block, surface, f"{pointer}/{place}")
    yield from _twice(blocks, pointer)


def _block(block: Any, surface: str, pointer: str) -> Iterator[Problem]:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str) or kind not in BLOCKS:
        yield Problem(f"{pointer}/type", f"unsupported type: {kind}")
        return
    if surface in NOT_ON.get(kind, ()):
        yield Problem(f"{pointer}/type", f"unsupported type: {kind}")
        return
    yield from BLOCKS[kind](block, pointer)
    seen: set[str] = set()
    for element in acting(block):
        action_id = element.get("action_id")
        if isinstance(action_id, str) and action_id in seen:
            yield Problem(pointer, f'`action_id` "{action_id}" already exists in this block')
        seen.add(str(action_id))


def _twice(blocks: list[Any], pointer: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str) and block_id in seen:
            yield Problem(f"{pointer}/{place}", f'`block_id` "{block_id}" already exists')
        seen.add(str(block_id))


_ANY_VIEW: dict[str, Check] = {
    "type": string(5),
    "private_metadata": string(3000, least=0),
    "callback_id": string(255),
    "external_id": string(255, least=0),
}
VIEWS: dict[str, Check] = {
    "home": object_of(_ANY_VIEW, required=("type",)),
    "modal": object_of(
        {
            **_ANY_VIEW,
            "title": text(24, plain=True),
            "submit": text(24, plain=True),
            "close": text(24, plain=True),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        required=("type", "title"),
    ),
}
