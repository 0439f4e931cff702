"""A message as people read it in Slack, in plain lines for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from html import unescape
from typing import Any

from bot.slack.blocks import Block

LINE = "─" * 40
DATE = re.compile(r"<!date\^(\d+)\^([^|]*)\|[^>]*>")
LINK = re.compile(r"<[^|>]*\|([^>]*)>")
APART = "\u200b"
"""What takes emphasis marks apart in small print."""


def printed(blocks: Sequence[Block], zone: tzinfo | None = None) -> list[str]:
    """One line for each block, buttons in brackets; times in the zone given, else in this computer's."""
    return [line for block in blocks for line in _lines(block, zone)]


def _lines(block: Block, zone: tzinfo | None) -> Iterator[str]:
    match block["type"]:
        case "divider":
            yield LINE
        case "rich_text":
            for section in block["elements"]:
                mark = "> " if section["type"] == "rich_text_quote" else ""
                yield mark + "".join(_text(part, zone) for part in section["elements"])
        case "context":
            yield " ".join(_unmarked(part["text"], zone) for part in block["elements"])
        case "actions":
            yield " ".join(_control(element) for element in block["elements"])


def _text(part: dict[str, Any], zone: tzinfo | None) -> str:
    return _time(part["timestamp"], part["format"], zone) if part["type"] == "date" else str(part["text"])


def _unmarked(text: str, zone: tzinfo | None) -> str:
    told = DATE.sub(lambda found: _time(int(found[1]), found[2], zone), text)
    return unescape(LINK.sub(r"\1", told)).replace(APART, "")


def _time(stamp: int, form: str, zone: tzinfo | None) -> str:
    at = datetime.fromtimestamp(stamp, zone)
    return at.strftime("%H:%M" if "date" not in form else "%a %d %b at %H:%M")


def _control(element: dict[str, Any]) -> str:
    told = element.get("text") or element.get("placeholder")
    return f"[{told['text']}]" if told else "[⋯]"
