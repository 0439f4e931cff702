"""Rich text, part by part (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from __future__ import annotations

from bot.sandbox.slack.shapes import (
    Check,
    anything,
    boolean,
    by_type,
    list_of,
    matching,
    number,
    object_of,
    one_of,
    string,
)

MOST_PARTS = 1000
"""Slack names no bound; this one keeps a mistake from being a long message."""

LONGEST_TEXT = 12_000
EARLIEST, LATEST = -62_135_596_800, 253_402_300_799

_STYLE = object_of(
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"),
        boolean,
    )
)


def _part(fields: dict[str, Check], *required: str) -> Check:
    return object_of({"type": anything, "style": _STYLE} | fields, required=("type", *required))


_ID = string(255)
PARTS: dict[str, Check] = {
    "text": _part({"text": string(LONGEST_TEXT)}, "text"),
    "link": _part({"url": string(3000), "text": string(LONGEST_TEXT), "unsafe": boolean}, "url"),
    "emoji": _part({"name": _ID, "unicode": _ID, "url": string(3000), "skin_tone": number(1, 6)}, "name"),
    "user": _part({"user_id": _ID}, "user_id"),
    "usergroup": _part({"usergroup_id": _ID}, "usergroup_id"),
    "channel": _part({"channel_id": _ID}, "channel_id"),
    "team": _part({"team_id": _ID}, "team_id"),
    "broadcast": _part({"range": one_of("here", "channel", "everyone")}, "range"),
    "color": _part({"value": matching("#[0-9a-fA-F]{6}", "a colour as #RRGGBB")}, "value"),
    "date": _part(
        {
            "timestamp": number(EARLIEST, LATEST),
            "format": string(255),
            "url": string(3000),
            "fallback": string(3000),
        },
        "timestamp",
        "format",
    ),
}
_BORDER = number(0, 1)


def _paragraph(fields: dict[str, Check], check: Check, *required: str) -> Check:
    of: dict[str, Check] = {"type": anything, "elements": list_of(check, MOST_PARTS)}
    return object_of(of | fields, required=("elements", *required))


_SECTION = _paragraph({}, by_type(PARTS))
PARAGRAPHS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": _paragraph({"border": _BORDER}, by_type(PARTS)),
    "rich_text_preformatted": _paragraph(
        {"border": _BORDER, "language": string(255)},
        by_type({name: PARTS[name] for name in ("text", "link")}),
    ),
    "rich_text_list": _paragraph(
        {
            "style": one_of("bullet", "ordered"),
            "indent": number(0, 8),
            "offset": number(0, MOST_PARTS),
            "border": _BORDER,
        },
        by_type({"rich_text_section": _SECTION}),
        "style",
    ),
}
RICH_TEXT = object_of(
    {
        "type": one_of("rich_text"),
        "block_id": string(255),
        "elements": list_of(by_type(PARAGRAPHS), MOST_PARTS),
    },
    required=("type", "elements"),
)
