"""Rich text and tables as HTML: their text is literal, and nothing in it can act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.page.markup import anchor, direction, esc, unsupported
from bot.sandbox.page.mrkdwn import Reader

Json = dict[str, Any]

STYLES = {"code": "code", "strike": "s", "underline": "u", "italic": "em", "bold": "strong"}
LISTS = {"bullet": "ul", "ordered": "ol"}


def rich_text(reader: Reader, block: Json) -> str:
    """A rich_text block."""
    return "".join(_part(reader, each) for each in block["elements"])


def table(reader: Reader, block: Json) -> str:
    """A table, as it is given."""
    rows = ("".join(_cell(reader, each) for each in row) for row in block["rows"])
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="wide"><table>{body}</table></div>'


def _cell(reader: Reader, cell: Json) -> str:
    shown = rich_text(reader, cell) if cell["type"] == "rich_text" else _lines(str(cell.get("text", "")))
    return f"<td>{shown}</td>"


def _part(reader: Reader, part: Json) -> str:
    kind = str(part["type"])
    if kind == "rich_text_list":
        tag = LISTS.get(str(part.get("style")), "ul")
        rows = "".join(f"<li>{_inline(reader, each)}</li>" for each in part["elements"])
        return f"<{tag}>{rows}</{tag}>"
    tags = {"rich_text_section": "p", "rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}
    if kind not in tags:
        return unsupported(part)
    # Whoever writes from right to left is read from right to left.
    way = direction("".join(str(each.get("text", "")) for each in part["elements"]))
    return f'<{tags[kind]} dir="{way}">{_inline(reader, part)}</{tags[kind]}>'


def _inline(reader: Reader, part: Json) -> str:
    return "".join(_styled(reader, each) for each in part["elements"])


def _styled(reader: Reader, element: Json) -> str:
    drawn = INLINE.get(str(element["type"]))
    shown = drawn(reader, element) if drawn else unsupported(element)
    style = element.get("style") or {}
    for name, tag in STYLES.items():
        shown = f"<{tag}>{shown}</{tag}>" if style.get(name) else shown
    return shown


def _lines(text: str) -> str:
    return esc(text).replace("\n", "<br>")


def _link(_reader: Reader, element: Json) -> str:
    return anchor(str(element["url"]), str(element.get("text") or element["url"]))


def _date(reader: Reader, element: Json) -> str:
    shown = reader.date(str(element["timestamp"]), str(element["format"]))
    return f'<time title="{esc(element.get("fallback", ""))}">{esc(shown)}</time>'


def _emoji(_reader: Reader, element: Json) -> str:
    code = str(element.get("unicode", ""))
    if code:
        return "".join(f"&#x{int(each, 16):x};" for each in code.split("-"))
    return f":{esc(element.get('name', ''))}:"


INLINE: dict[str, Callable[[Reader, Json], str]] = {
    "text": lambda _reader, element: _lines(str(element["text"])),
    "link": _link,
    "user": lambda reader, element: reader.user(str(element["user_id"])),
    "channel": lambda reader, element: reader.channel(str(element["channel_id"])),
    "usergroup": lambda _reader, element: f"<strong>@{esc(element['usergroup_id'])}</strong>",
    "broadcast": lambda _reader, element: f"<strong>@{esc(element['range'])}</strong>",
    "emoji": _emoji,
    "date": _date,
}
