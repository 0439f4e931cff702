"""Turns HTML from outside into plain text that a person can read and no screen can act on.

    plain(html, most=20000) -> str

Paragraphs and line breaks become newlines, links stay as their text, scripts and styles vanish with
their content. Mastodon shortens a link by hiding parts of it in spans of the class `invisible`; their
text is kept, so that the whole address stands there again.
"""

from __future__ import annotations

import re
from html import unescape

import nh3

from bot.reading.payload import LONGEST_TEXT, clean

_LONGEST_HTML = 10  # times the length of the text that is wanted
_MOST_TAGS = 5_000  # the parser's time grows with the square of the depth: 40,000 took seconds

_BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "blockquote", "pre", "tr", "section", "article", "dt", "dd"}
    | {f"h{size}" for size in range(1, 7)}
)
_SILENT = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"}
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_PARAGRAPH = re.compile(r"</?p>")
_LINE = re.compile(r"<[^>]*>")
_AROUND_NEWLINE = re.compile(r" *\n *")
_MANY_NEWLINES = re.compile(r"\n{3,}")


def plain(html: str, most: int = LONGEST_TEXT) -> str:
    """The text of an HTML fragment, at most `most` characters; an ellipsis says that it was cut."""
    kept = nh3.clean(
        clean("<".join(html[: most * _LONGEST_HTML].split("<", _MOST_TAGS)[:_MOST_TAGS])),
        tags=set(_BLOCKS | {"br"}),
        clean_content_tags=_SILENT,
        attributes={},
        link_rel=None,
    )
    # What is left of tags is bare, and a < of the text is written &lt;: the patterns are exact.
    text = _LINE.sub("\n", _PARAGRAPH.sub("\n\n", _SPACE.sub(" ", kept)))
    text = clean(unescape(text)).replace("\u00a0", " ")
    text = _MANY_NEWLINES.sub("\n\n", _AROUND_NEWLINE.sub("\n", text)).strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
