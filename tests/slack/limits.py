"""Slack's published limits, walked by hand; slack_sdk's own models and the stand-in's checks besides."""

from __future__ import annotations

import re
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox.slack import checks

Shape = dict[str, Any]

MARKUP = re.compile(r"<(!date\^\d+\^[^|<>]*\|[^|<>]*|https?://[^|<>\s]+\|[^<>]*)>")


def check_message(text: str, blocks: list[Shape]) -> None:
    """Everything that chat.postMessage and chat.update would refuse or let act."""
    assert 0 < len(text) <= 4000
    assert not re.search("[<>]", text), "the notification text is escaped"
    assert 0 < len(blocks) <= 50
    problems = checks.check_message(blocks)
    assert not problems, problems
    assert not checks.is_too_long(blocks)
    _check_blocks(blocks)


def check_view(view: Shape) -> None:
    """What views.open would refuse."""
    for part in {"title", "submit", "close"} & view.keys():
        assert 0 < len(view[part]["text"]) <= 24
    assert "submit" in view or not any(block["type"] == "input" for block in view["blocks"])
    assert len(view["private_metadata"]) <= 3000
    assert len(view["callback_id"]) <= 255
    assert 0 < len(view["blocks"]) <= 100
    problems = checks.check_view(view)
    assert not problems, problems
    _check_blocks(view["blocks"])
    View(**view).validate_json()


def check_home(view: Shape) -> None:
    """What views.publish would refuse."""
    assert view.keys() == {"type", "blocks"}
    assert view["type"] == "home"
    assert 0 < len(view["blocks"]) <= 100
    _check_blocks(view["blocks"])
    View(**view).validate_json()


def _check_blocks(blocks: list[Shape]) -> None:
    for block in blocks:
        _CHECKS[block["type"]](block)
        assert len(block.get("block_id", "")) <= 255
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()


def _check_rich_text(block: Shape) -> None:
    assert block["elements"]
    for section in block["elements"]:
        assert section["type"] in ("rich_text_section", "rich_text_quote")
        assert section["elements"]
        for part in section["elements"]:
            _check_part(part)


def _check_part(part: Shape) -> None:
    assert part["type"] in ("text", "link", "date"), "outside text makes no mention, channel or broadcast"
    if part["type"] == "date":
        assert isinstance(part["timestamp"], int)
        assert part["format"]
        assert part["fallback"]
        return
    assert 0 < len(part["text"]) <= 3000
    if part["type"] == "link":
        assert part["url"].startswith(("http://", "https://"))
        assert len(part["url"]) <= 3000


def _check_context(block: Shape) -> None:
    assert 0 < len(block["elements"]) <= 10
    for element in block["elements"]:
        assert element["type"] == "mrkdwn"
        assert element["verbatim"] is True
        assert 0 < len(element["text"]) <= 3000
        bare = MARKUP.sub("", element["text"])
        assert "<" not in bare
        assert ">" not in bare
        assert not re.search(r"(?<!\u200b)[*_~`]", MARKUP.sub("", bare)), "emphasis marks are taken apart"


def _check_actions(block: Shape) -> None:
    assert 0 < len(block["elements"]) <= 25
    ids = [element["action_id"] for element in block["elements"]]
    assert len(ids) == len(set(ids))
    for element in block["elements"]:
        _ELEMENTS[element["type"]](element)


def _check_button(element: Shape) -> None:
    assert 0 < _units(element["text"]["text"]) <= 75
    assert len(element["value"]) <= 2000
    assert len(element["action_id"]) <= 255
    assert len(element.get("url", "")) <= 3000
    assert element.get("url", "https://").startswith(("http://", "https://"))
    assert 0 < _units(element["accessibility_label"]) <= 75


def _check_overflow(element: Shape) -> None:
    assert 1 <= len(element["options"]) <= 5
    _check_options(element["options"])


def _check_options(options: list[Shape]) -> None:
    assert 0 < len(options) <= 100
    for option in options:
        assert 0 < _units(option["text"]["text"]) <= 75
        assert 0 < len(option["value"]) <= 150
    assert len({option["value"] for option in options}) == len(options)


def _check_input(block: Shape) -> None:
    assert len(block["label"]["text"]) <= 2000
    assert len(block.get("hint", {}).get("text", "")) <= 2000
    element = block["element"]
    assert len(element["action_id"]) <= 255
    if "options" in element:
        _check_options(element["options"])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _check_choice_of_a_person(element: Shape) -> None:
    assert 0 < _units(element["placeholder"]["text"]) <= 150
    assert len(element["action_id"]) <= 255


def _check_select(element: Shape) -> None:
    _check_choice_of_a_person(element)
    _check_options(element["options"])


_ELEMENTS = {
    "button": _check_button,
    "overflow": _check_overflow,
    "users_select": _check_choice_of_a_person,
    "static_select": _check_select,
}
_CHECKS = {
    "rich_text": _check_rich_text,
    "context": _check_context,
    "actions": _check_actions,
    "divider": lambda block: None,
    "input": _check_input,
}


def read(blocks: list[Shape]) -> str:
    """What a person reads, without the shapes: one line a block, buttons in brackets."""
    return "\n".join(_read(block) for block in blocks)


def _read(block: Shape) -> str:
    if block["type"] == "rich_text":
        parts = (part for section in block["elements"] for part in section["elements"])
        return "".join(part.get("text") or part.get("fallback", "") for part in parts)
    if block["type"] == "context":
        return " ".join(element["text"] for element in block["elements"])
    if block["type"] == "actions":
        return " ".join(_read_control(element) for element in block["elements"])
    return ""


def _read_control(element: Shape) -> str:
    if "options" in element:
        return "[" + " | ".join(o["text"]["text"] for o in element["options"]) + "]"
    return f"[{(element.get('text') or element['placeholder'])['text']}]"
