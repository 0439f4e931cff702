"""Tables, charts, cards and the other younger blocks (docs.slack.dev/reference/block-kit/blocks)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.kit_elements import ELEMENTS, IN_CONTEXT, PICTURE
from bot.sandbox.slack.kit_rich import RICH_TEXT
from bot.sandbox.slack.shapes import (
    Check,
    Problem,
    amount,
    anything,
    boolean,
    by_type,
    in_turn,
    list_of,
    needs_one,
    number,
    object_of,
    one_of,
    string,
    text,
    units,
)

MOST_COLUMNS = 20
LONGEST_TABLE = 10_000
"""Characters of all cells together."""


def block(fields: dict[str, Check], *required: str) -> Check:
    """A block: these fields, and what every block has."""
    common: dict[str, Check] = {"type": anything, "block_id": string(255)}
    return object_of(common | fields, required=required)


RAW_TEXT = object_of({"type": anything, "text": string(LONGEST_TABLE)}, required=("text",))
RAW_NUMBER = object_of(
    {"type": anything, "value": amount, "text": string(LONGEST_TABLE)}, required=("value", "text")
)
CELLS: dict[str, Check] = {"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT}


def words_in(value: Any) -> int:
    """Characters of everything under a key `text` inside; what `msg_blocks_too_long` is about."""
    if isinstance(value, list):
        return sum(words_in(each) for each in value)
    if not isinstance(value, dict):
        return 0
    own = units(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(words_in(each) for each in value.values())


def _not_too_much(value: Any, pointer: str) -> Iterator[Problem]:
    if words_in(value.get("rows")) > LONGEST_TABLE:
        yield Problem(f"{pointer}/rows", f"must be less than {LONGEST_TABLE + 1} characters in all cells")


def _even(value: Any, pointer: str) -> Iterator[Problem]:
    """A data table has a plain header, and as many cells in each row as there."""
    rows = value["rows"]
    for place, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield Problem(f"{pointer}/rows/{place}", f"must have {len(rows[0])} items")
    for place, cell in enumerate(rows[0]):
        if cell["type"] == "rich_text":
            yield Problem(f"{pointer}/rows/0/{place}/type", "unsupported type: rich_text")


def _labelled_alike(value: Any, pointer: str) -> Iterator[Problem]:
    """Each series has one value for each category, and a name of its own."""
    names: set[str] = set()
    for place, series in enumerate(value["series"]):
        if [point["label"] for point in series["data"]] != value["axis_config"]["categories"]:
            yield Problem(f"{pointer}/series/{place}/data", "labels must match the categories")
        if series["name"] in names:
            yield Problem(f"{pointer}/series/{place}/name", "must be unique")
        names.add(series["name"])


_LABEL = string(20)
_POINT = object_of({"label": _LABEL, "value": amount}, required=("label", "value"))
_SERIES = object_of({"name": _LABEL, "data": list_of(_POINT, 20)}, required=("name", "data"))
_AXIS = object_of(
    {"categories": list_of(_LABEL, 20), "x_label": string(50), "y_label": string(50)},
    required=("categories",),
)
_DRAWN = in_turn(
    object_of(
        {"type": anything, "series": list_of(_SERIES, 6), "axis_config": _AXIS},
        required=("series", "axis_config"),
    ),
    _labelled_alike,
)
_PIE = object_of({"type": anything, "segments": list_of(_POINT, 6)}, required=("segments",))
CHART = by_type({"pie": _PIE} | dict.fromkeys(("bar", "line", "area"), _DRAWN))

CARD = in_turn(
    block(
        {
            "hero_image": PICTURE,
            "icon": PICTURE,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": list_of(by_type({"button": ELEMENTS["button"]}), 3),
        }
    ),
    needs_one("hero_image", "title", "body", "actions"),
)
_SOURCE = object_of(
    {"type": one_of("url"), "url": string(3000), "text": string(3000)}, required=("type", "url", "text")
)
TASK_CARD = block(
    {
        "task_id": string(255),
        "title": string(3000),
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": list_of(_SOURCE, 100, least=0),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    "task_id",
    "title",
    "status",
)


def _one_divider(value: Any, pointer: str) -> Iterator[Problem]:
    if value.get("is_collapsible") and value.get("has_header_divider"):
        yield Problem(f"{pointer}/has_header_divider", "cannot be set when is_collapsible is true")
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield Problem(f"{pointer}/default_collapsed", "requires is_collapsible to be true")


def container(children: dict[str, Check]) -> Check:
    """Blocks in a box, of the kinds that may stand there."""
    return in_turn(
        block(
            {
                "title": text(150, plain=True),
                "rich_text_title": RICH_TEXT,
                "subtitle": text(150),
                "icon": PICTURE,
                "width": one_of("narrow", "standard", "wide", "full"),
                "is_collapsible": boolean,
                "default_collapsed": boolean,
                "has_header_divider": boolean,
                "child_blocks": list_of(by_type(children), 10),
            },
            "child_blocks",
        ),
        needs_one("title", "rich_text_title"),
        _one_divider,
    )


_ALIGNED = object_of({"align": one_of("left", "center", "right"), "is_wrapped": boolean})
NEWER: dict[str, Check] = {
    "alert": block(
        {"text": text(200), "level": one_of("default", "info", "warning", "error", "success")}, "text"
    ),
    "card": CARD,
    "carousel": block({"elements": list_of(by_type({"card": CARD}), 10)}, "elements"),
    "context_actions": block({"elements": list_of(by_type(IN_CONTEXT), 5)}, "elements"),
    "data_table": in_turn(
        block(
            {
                "caption": string(3000),
                "rows": list_of(list_of(by_type(CELLS), MOST_COLUMNS), 101, least=2),
                "page_size": number(1, 100),
                "row_header_column_index": number(0, MOST_COLUMNS - 1),
            },
            "caption",
            "rows",
        ),
        _even,
        _not_too_much,
    ),
    "data_visualization": block({"title": string(50), "chart": CHART}, "title", "chart"),
    "plan": block({"title": string(3000), "tasks": list_of(by_type({"task_card": TASK_CARD}), 100)}, "title"),
    "table": in_turn(
        block(
            {
                "rows": list_of(list_of(by_type(CELLS), MOST_COLUMNS), 100),
                "column_settings": list_of(_ALIGNED, MOST_COLUMNS),
            },
            "rows",
        ),
        _not_too_much,
    ),
    "task_card": TASK_CARD,
}
