"""The blocks of a message or view one by one, those inside others too, and the elements in them."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

STILL = ("plain_text", "mrkdwn", "image", "card", "url")


def every_block(blocks: Any, pointer: str = "") -> Iterator[tuple[Json, str]]:
    """Each block with its JSON pointer: those of a container and a carousel after it."""
    for place, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict):
            here = f"{pointer}/{place}"
            yield block, here
            inside = {"container": "child_blocks", "carousel": "elements"}.get(str(block.get("type")))
            if inside:
                yield from every_block(block.get(inside), f"{here}/{inside}")


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy with a block_id for each block and an action_id for each element that acts."""
    filled = copy.deepcopy(blocks)
    for block, _ in every_block(filled):
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in acting(block):
            element.setdefault("action_id", secrets.token_urlsafe(4))
    return filled


def acting(block: Json) -> list[Json]:
    """The elements of a block, but not of blocks inside it, that a person can act on."""
    nested: list[Any] = [block.get("accessory"), block.get("element")]
    for several in (block.get("elements"), block.get("actions")):
        nested += several if isinstance(several, list) else []
    return [each for each in nested if isinstance(each, dict) and _acts(each)]


def _acts(element: Json) -> bool:
    kind = str(element.get("type", ""))
    return kind == "rich_text_input" or not (kind in STILL or kind.startswith("rich_text_"))
