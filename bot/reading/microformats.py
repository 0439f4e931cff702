"""What a page says about another page that it links to: its h-entry and h-card, by mf2py, or its words.

    read_source(body, url, content_type, target, now) -> Entry; None where the page does not link to `target`

mf2py fetches where it is given a `url` alone: here it gets what was read through the door, already parsed.
Pages come from anybody, so the parser is the quick one, and reads so many tags and no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin

from bot.domain.errors import ChangedFormat
from bot.reading.html import plain
from bot.reading.payload import Malformed, Part, clean

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

LARGEST = 1024 * 1024
"""Bytes, as the recommendation proposes."""
MOST_TAGS = 20_000
DEEPEST = 20
"""Entries within entries."""
_LINKS = ("href", "src", "cite", "poster", "data")
_HOW = ("in-reply-to", "like-of", "repost-of", "bookmark-of")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page says. `how` is `in-reply-to`, `like-of`, `repost-of` or `bookmark-of` as far as that is
    about the target, else `mention`. Address and times are None where it does not tell."""

    how: str
    name: str
    author_url: str | None
    text: str
    published: datetime | None
    updated: datetime | None


def read_source(body: bytes, url: str, content_type: str, target: str, now: datetime) -> Entry | None:
    """Raises ChangedFormat for a page that is too large to tell."""
    kind = content_type.partition(";")[0].strip().lower()
    text = body[:LARGEST].decode("utf-8", "replace")
    if "html" not in kind:
        found = _says(kind, text, target)
        cut = len(body) > LARGEST
    else:
        cut = len(body) > LARGEST or text.count("<") > MOST_TAGS
        soup = _soup("<".join(text.split("<", MOST_TAGS)[:MOST_TAGS]))
        found = target in _links(soup, url)
        if found:
            return _entry(soup, url, target, now)
    if not found and cut:
        raise ChangedFormat("the page is too large to tell whether it links to us")
    return Entry("mention", "", None, "", None, None) if found else None


def _says(kind: str, text: str, target: str) -> bool:
    """A document of another kind: JSON with the address as a value, or text with it as a word."""
    if not kind.endswith("json"):
        return target in text.split()
    try:
        return target in set(_values(json.loads(text)))
    except (ValueError, RecursionError):
        return False


def _values(value: Any) -> Iterator[str]:
    line = [value]
    while line:
        one = line.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict | list):
            line += one.values() if isinstance(one, dict) else one


def _soup(text: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - half a second that no other command needs

    return BeautifulSoup(text, "html.parser")


def _links(soup: BeautifulSoup, url: str) -> set[str]:
    """Every address that the page links to or shows, as it is and without what stands behind #."""
    given = (tag.get(name) for tag in soup.find_all(True) for name in _LINKS)
    found = {_joined(url, one) for one in given if isinstance(one, str)}
    return found | {urldefrag(one).url for one in found if "#" in one}


def _joined(url: str, link: str) -> str:
    try:
        return urljoin(url, link.strip())
    except ValueError:
        return ""


def _entry(soup: BeautifulSoup, url: str, target: str, now: datetime) -> Entry:
    found = list(_entries(_microformats(soup, url), DEEPEST))
    how, entry = next(
        ((kind, one) for kind in _HOW for one in found if target in _addresses(one, kind)),
        ("mention", found[0] if found else Part({})),
    )
    name, author_url = _author(entry, url)
    text = _content(entry) or _text(entry, "summary") or _text(entry, "name") or _title(soup)
    return Entry(how, name, author_url, text, _time(entry, "published", now), _time(entry, "updated", now))


def _microformats(soup: BeautifulSoup, url: str) -> Part:
    import mf2py  # noqa: PLC0415 - see above

    try:
        return Part(mf2py.Parser(doc=soup, url=url).to_dict()["items"])
    except (RecursionError, ValueError, AttributeError, KeyError, TypeError):  # whatever a page makes it do
        return Part([])


def _entries(rows: Part, depth: int) -> Iterator[Part]:
    """The properties of every h-entry, from outside to inside."""
    for row in _listing(rows):
        if not isinstance(row.value, dict):
            continue
        if "h-entry" in _words(row.get("type")):
            yield row.get("properties") or Part({})
        inner = row.get("children")
        if inner and depth:
            yield from _entries(inner, depth - 1)


def _listing(part: Part | None) -> list[Part]:
    return part.listing() if part and isinstance(part.value, list) else []


def _words(part: Part | None) -> list[str]:
    return [one.value for one in _listing(part) if isinstance(one.value, str)]


def _values_of(entry: Part, key: str) -> list[Part]:
    return _listing(entry.get(key)) if isinstance(entry.value, dict) else []


def _addresses(entry: Part, key: str) -> Iterable[str]:
    """Plain addresses, and those of an h-cite."""
    for one in _values_of(entry, key):
        if isinstance(one.value, str):
            yield one.value
        elif isinstance(one.value, dict):
            yield from _words((one.get("properties") or Part({})).get("url"))


def _author(entry: Part, url: str) -> tuple[str, str | None]:
    for one in _values_of(entry, "author"):
        if isinstance(one.value, str):
            return " ".join(clean(one.value[:200]).split())[:100], None
        card = one.get("properties") or Part({})
        name = next(iter(_words(card.get("name"))), "")
        page = next(iter(_words(card.get("url"))), "")
        return " ".join(clean(name[:200]).split())[:100], _joined(url, page) or None
    return "", None


def _content(entry: Part) -> str:
    for one in _values_of(entry, "content"):
        html = one.get("html") if isinstance(one.value, dict) else None
        value = html.value if html else one.value
        if isinstance(value, str):
            return plain(value)
    return ""


def _text(entry: Part, key: str) -> str:
    return next((clean(one)[:20_000].strip() for one in _words(entry.get(key))), "")


def _title(soup: BeautifulSoup) -> str:
    return clean(soup.title.get_text()[:300]).strip() if soup.title else ""


def _time(entry: Part, key: str, now: datetime) -> datetime | None:
    for one in _values_of(entry, key):
        try:
            return one.time(now)
        except Malformed:
            continue
    return None
