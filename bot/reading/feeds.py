"""Reads RSS and Atom from bytes that were fetched already; nothing here opens a file or an address.

    read_feed(body, now=now, url="", content_type="") -> Feed     raises ChangedFormat if it is none
    Feed(title, link, entries, damaged), Entry(id, link, title, text, author, author_link, published,
    updated): what a feed does not say, or says absurdly, is None or empty

feedparser has no types and accepts paths and addresses; this is the only place that calls it.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time

import feedparser

from bot.domain.errors import ChangedFormat
from bot.reading.html import plain
from bot.reading.payload import LONGEST_TEXT, LONGEST_WORD, clean, is_web_address, sane

MOST_ENTRIES = 500
MOST_BYTES = 4 * 1024 * 1024
"""feedparser takes some 5 seconds for so much."""

_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_MAIL_AND_NAME = re.compile(rf"{_MAIL.pattern}\s+\((.*)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the feed has it; times are aware UTC, text is plain."""

    id: str | None
    link: str | None
    title: str
    text: str
    author: str | None
    author_link: str | None
    published: datetime | None
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in its own order. `damaged` says that it was not well formed and entries may be missing."""

    title: str
    link: str | None
    entries: tuple[Entry, ...]
    damaged: bool


def read_feed(body: bytes, *, now: datetime, url: str = "", content_type: str = "") -> Feed:
    """The feed in `body`. `url` is what relative links are read against."""
    if len(body) > MOST_BYTES:
        raise ChangedFormat("the feed is too large")
    headers = {"content-location": url, "content-type": content_type}
    stream = io.BytesIO(body)
    try:
        found = feedparser.parse(stream, response_headers={k: v for k, v in headers.items() if v})
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        raise ChangedFormat("the feed cannot be read") from None
    if not found.get("version") and not found.get("entries"):
        raise ChangedFormat("the answer is not a feed")
    about = _inner(found, "feed")
    entries = tuple(_entry(entry, now) for entry in found["entries"][:MOST_ENTRIES])
    return Feed(_title(about), _link(about), entries, _is_broken_xml(found))


def _is_broken_xml(found: Mapping[str, object]) -> bool:
    # The other complaints are about labels (a wrong encoding name or content type), not about loss.
    return type(found.get("bozo_exception")).__name__ == "SAXParseException"


def _entry(entry: Mapping[str, object], now: datetime) -> Entry:
    href = _text(_inner(entry, "author_detail"), "href")
    return Entry(
        id=_text(entry, "id")[:LONGEST_WORD] or None,
        link=_link(entry),
        title=_title(entry),
        text=_words(entry),
        author=_author(entry),
        author_link=href if is_web_address(href) else None,
        published=_time(entry, "published_parsed", now),
        updated=_time(entry, "updated_parsed", now),
    )


def _author(entry: Mapping[str, object]) -> str | None:
    """The name without the mail address, which RSS puts before it: "mei@forum.example (Mei)"."""
    written = _text(entry, "author").strip()
    if _MAIL.fullmatch(written):  # feedparser would call a part of it the name
        return None
    behind = _MAIL_AND_NAME.fullmatch(written)
    name = behind[1] if behind else _text(_inner(entry, "author_detail"), "name")
    return " ".join(plain(name, LONGEST_WORD).split()) or None


def _words(entry: Mapping[str, object]) -> str:
    contents = dict.get(entry, "content") if isinstance(entry, dict) else None
    first = contents[0] if isinstance(contents, list) and contents else {}
    long = first if isinstance(first, Mapping) else {}
    return _plain_detail(long) or _plain_detail(_inner(entry, "summary_detail"))


def _title(of: Mapping[str, object]) -> str:
    return " ".join(_plain_detail(_inner(of, "title_detail")).split())[:LONGEST_WORD]


def _plain_detail(detail: Mapping[str, object]) -> str:
    value = _text(detail, "value")
    if _text(detail, "type") == "text/plain":
        return value[:LONGEST_TEXT].strip()
    return plain(value)


def _link(of: Mapping[str, object]) -> str | None:
    link = _text(of, "link").strip()
    return link if is_web_address(link) else None


def _time(entry: Mapping[str, object], key: str, now: datetime) -> datetime | None:
    found = _raw(entry, key)
    if not isinstance(found, struct_time):
        return None
    try:
        return sane(datetime.fromtimestamp(timegm(found), UTC), now)
    except (ValueError, OverflowError, OSError):
        return None


def _text(of: Mapping[str, object], key: str) -> str:
    found = _raw(of, key)
    return clean(found) if isinstance(found, str) else ""


def _inner(of: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = _raw(of, key)
    return found if isinstance(found, Mapping) else {}


def _raw(of: Mapping[str, object], key: str) -> object:
    # feedparser's own lookup gives one date for another, with a warning; dict's does not.
    return dict.get(of, key) if isinstance(of, dict) else None
