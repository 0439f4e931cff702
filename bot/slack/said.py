"""What a sentence is made of, and how outside text becomes harmless: cut, cleaned, never markup.

A sentence is a tuple of parts: plain text, bold text, a link or a time. In messages the parts become
elements of a rich_text block, where text is literal: no mention, link or emphasis in it can act. Only the
notification text is markup, and there it is escaped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

QUOTE = 140
"""How many graphemes of somebody's words are shown."""

NAME = 40
"""How many graphemes of a name or handle are shown."""

_MARKS = 12
"""How many code points one grapheme may take: enough for a family emoji or a flag."""

_READ = 2 * _MARKS
"""How many code points are looked at for each grapheme that is kept: by far more than people write."""

_ZWJ = "\u200d"


@dataclass(frozen=True, slots=True)
class Bold:
    """Text that stands out. Never the only carrier of a meaning."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A labelled link; shown as its bare label unless the address is http or https."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Time:
    """A moment, shown in each reader's own zone; `short` leaves the day out."""

    at: datetime
    short: bool = False

    @property
    def stamp(self) -> int:
        """Whole seconds since 1970, as Slack wants them."""
        return int(self.at.timestamp())

    @property
    def form(self) -> str:
        """Slack's date tokens."""
        return "{time}" if self.short else "{date_short_pretty} at {time}"

    @property
    def fallback(self) -> str:
        """For readers whose client knows no date elements."""
        return self.at.strftime("%H:%M UTC" if self.short else "%d %b %H:%M UTC")


Part = str | Bold | Link | Time
Said = tuple[Part, ...]


def plain(said: Said) -> str:
    """The sentence as text without any markup."""
    return "".join(_text(part) for part in said)


def _text(part: Part) -> str:
    match part:
        case Bold(text):
            return text
        case Link(_, label):
            return label
        case Time():
            return part.fallback
        case _:
            return part


def escaped(text: str) -> str:
    """For the notification text, the one place of ours that Slack reads as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def web_link(url: str | None) -> str | None:
    """The address if a browser should open it: http or https with a host, at most 3,000 characters."""
    if not url or len(url) > 3000 or any(c.isspace() or ord(c) < 32 for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def cut(text: str, graphemes: int = QUOTE, units: int | None = None) -> str:
    """At most that many graphemes (and UTF-16 units, which Slack counts), then an ellipsis."""
    kept: list[str] = []
    size = 0
    read = graphemes * _READ
    for cluster in clusters(_cleaned(text[:read])):
        size += _units(cluster)
        if len(kept) == graphemes or (units is not None and size > units):
            return _ended(kept, units)
        kept.append(cluster)
    return _isolated("".join(kept) + ("…" if len(text) > read else ""))


def _ended(kept: list[str], units: int | None) -> str:
    while kept and (units is not None and _units("".join(kept)) + 3 > units):
        kept.pop()
    return _isolated("".join(kept).rstrip() + "…")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cleaned(text: str) -> Iterator[str]:
    """One line, sign by sign, without control characters and without overrides of the reading direction."""
    begun = gap = False
    for char in text:
        if char.isspace():
            gap = begun
        elif _is_readable(char):
            if gap:
                yield " "
            yield char
            begun, gap = True, False


def _is_readable(char: str) -> bool:
    if " " <= char <= "~" or char in (_ZWJ, "\u200c") or "\U000e0020" <= char <= "\U000e007f":
        return True
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")


def _isolated(text: str) -> str:
    """Text that is written from right to left must not turn the words around it."""
    turned = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"\u2068{text}\u2069" if turned else text


def clusters(text: Iterable[str]) -> Iterator[str]:
    """What a reader sees as one sign: a letter with its marks, a joined emoji, a flag."""
    cluster = ""
    for char in text:
        if cluster and _extends(cluster, char):
            cluster += char if len(cluster) < _MARKS else ""
            continue
        if cluster:
            yield cluster
        cluster = char
    if cluster:
        yield cluster


def _extends(cluster: str, char: str) -> bool:
    if char < "\u0300" and not cluster.endswith(_ZWJ):
        return False
    if char == _ZWJ or cluster.endswith(_ZWJ) or unicodedata.category(char).startswith("M"):
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f":
        return True
    if "\u1160" <= char <= "\u11ff":
        return True
    return len(cluster) == 1 and _is_region(cluster) and _is_region(char)


def _is_region(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
