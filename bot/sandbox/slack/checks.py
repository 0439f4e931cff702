"""Block Kit as Slack takes it: the tables of shapes, and checks that answer as Slack does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.kit import BLOCKS, NOT_ON
from bot.sandbox.slack.kit_newer import words_in
from bot.sandbox.slack.layout import acting, every_block
from bot.sandbox.slack.shapes import Check, Problem, boolean, object_of, string, text

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
LARGEST_VIEW = 250_000

LONGEST_BLOCKS = 12_000
"""Characters of all texts in a message's blocks (github.com/slackapi/bolt-js/issues/2509)."""

Json = dict[str, Any]


def check_message(blocks: Any) -> list[str]:
    """What is wrong with the blocks of a message, in Slack's words; empty when they stand."""
    return [str(problem) for problem in problems_of_blocks(blocks, "message", "/blocks")]


def check_view(view: Any) -> list[str]:
    """What is wrong with a modal or home tab."""
    return [str(problem) for problem in problems_of_view(view, "/view")]


def is_too_long(blocks: Any) -> bool:
    """More words than a message's blocks may hold together."""
    return words_in(blocks) > LONGEST_BLOCKS


def is_too_large(view: Any) -> bool:
    """Over 250 kB as JSON (docs.slack.dev/reference/methods/views.open)."""
    return len(json.dumps(view)) > LARGEST_VIEW


def problems_of_blocks(blocks: Any, surface: str, pointer: str) -> list[Problem]:
    """The same with pointers that begin with `pointer`; surface: message, modal or home."""
    return [*_blocks(blocks, surface, pointer)]


def problems_of_view(view: Any, pointer: str) -> list[Problem]:
    """The same of a modal or home tab."""
    if not isinstance(view, dict) or view.get("type") not in VIEWS:
        return [Problem(f"{pointer}/type", "must be one of: modal, home")]
    surface = str(view["type"])
    plain = {key: value for key, value in view.items() if key != "blocks"}
    problems = [*VIEWS[surface](plain, pointer)]
    problems += _blocks(view.get("blocks"), surface, f"{pointer}/blocks")
    problems += _one_focus(view.get("blocks"), f"{pointer}/blocks")
    if surface == "modal" and _has_input(view) and not view.get("submit"):
        problems.append(Problem(f"{pointer}/submit", "missing required field: submit"))
    return problems


def _has_input(view: Json) -> bool:
    return any(block.get("type") == "input" for block, _ in every_block(view.get("blocks")))


def _one_focus(blocks: Any, pointer: str) -> Iterator[Problem]:
    """Only one element of a view may take the focus."""
    focused = [
        where
        for block, where in every_block(blocks, pointer)
        for element in acting(block)
        if element.get("focus_on_load") is True
    ]
    for where in focused[1:]:
        yield Problem(where, "only one element may have focus_on_load")


def _blocks(blocks: Any, surface: str, pointer: str) -> Iterator[Problem]:
    if not isinstance(blocks, list):
        yield Problem(pointer, "must be an array")
        return
    most = MOST_BLOCKS[surface]
    if len(blocks) > most:
        yield Problem(pointer, f"no more than {most} items allowed")
    for place, block in enumerate(blocks):
        yield from _block(block, surface, f"{pointer}/{place}")
    yield from _actions_twice(blocks, pointer)
    yield from _blocks_twice(blocks, pointer)
    yield from _one_table(blocks, pointer)


def _block(block: Any, surface: str, pointer: str) -> Iterator[Problem]:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str) or kind not in BLOCKS or surface in NOT_ON.get(kind, ()):
        yield Problem(f"{pointer}/type", f"unsupported type: {kind}")
        return
    yield from BLOCKS[kind](block, pointer)


def _actions_twice(blocks: list[Any], pointer: str) -> Iterator[Problem]:
    for block, where in every_block(blocks, pointer):
        seen: set[str] = set()
        for element in acting(block):
            action_id = element.get("action_id")
            if isinstance(action_id, str) and action_id in seen:
                yield Problem(where, f'`action_id` "{action_id}" already exists in this block')
            seen.add(str(action_id))


def _blocks_twice(blocks: list[Any], pointer: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for block, where in every_block(blocks, pointer):
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in seen:
            yield Problem(where, f'`block_id` "{block_id}" already exists')
        seen.add(str(block_id))


def _one_table(blocks: list[Any], pointer: str) -> Iterator[Problem]:
    tables = [where for block, where in every_block(blocks, pointer) if block.get("type") == "table"]
    for where in tables[1:]:
        yield Problem(where, "only one table is allowed in a message")


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
