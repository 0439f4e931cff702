"""Tames JSON from outside: nothing is believed before it was looked at.

    parse_json(body) -> Part          raises ChangedFormat when the whole cannot be read
    part["account"]["id"].id()        each step raises Malformed with the path, never with the words
    part.get("edited_at")             a Part, or None when it is missing or null
    part.listing() -> list[Part]      part.mapping() -> dict[str, Part]
    part.text() .word() .id() .url() .integer() .flag() .time(now) .epoch(now)
    clean(text) -> str                text that every database and screen can take
    moment(text, now), sane(time, now) -> datetime     aware UTC, neither before 1990 nor to come

`Malformed` is a ChangedFormat: catch it around one post to keep the others, and let it rise where the
whole page depends on the part.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.domain.errors import ChangedFormat
from bot.domain.threads import LONGEST_NAME, is_name

MOST_BYTES = 8 * 1024 * 1024
DEEPEST = 200
LONGEST_TEXT = 20_000
LONGEST_WORD = 500
LONGEST_URL = 2_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(days=2)
_LARGEST = 2**63 - 1
_MOST_DIGITS = 20
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


class Malformed(ChangedFormat):
    """One part is not what the documentation describes; `path` says where, in our own words."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path or 'the whole'} {why}")
        self.path = path
        self.why = why


class _Unreadable:
    """Stands for a number that no column can hold, so that only its own post is lost."""


_UNREADABLE = _Unreadable()


@dataclass(frozen=True, slots=True)
class Part:
    """A value from outside and where it stood. Its methods return clean values or raise Malformed."""

    value: object
    path: str = ""

    def __getitem__(self, key: str) -> Part:
        """What stands under `key`; it must be there and not null."""
        found = self.get(key)
        if found is None:
            raise Malformed(self._under(key), "is missing")
        return found

    def get(self, key: str) -> Part | None:
        """What stands under `key`, or None when it is missing or null."""
        value = self._dict().get(key)
        return None if value is None else Part(value, self._under(key))

    def mapping(self) -> dict[str, Part]:
        """All that stands here by name, nulls included."""
        return {clean(key): Part(value, f"{self.path}.*") for key, value in self._dict().items()}

    def listing(self, most: int = 10_000) -> list[Part]:
        """The parts of a list, which has at most `most`."""
        if not isinstance(self.value, list):
            raise Malformed(self.path, "is not a list")
        if len(self.value) > most:
            raise Malformed(self.path, f"has more than {most} parts")
        return [Part(value, f"{self.path}[{place}]") for place, value in enumerate(self.value)]

    def text(self, most: int = LONGEST_TEXT) -> str:
        """Clean text, cut at `most` characters; it may be empty."""
        if not isinstance(self.value, str):
            raise Malformed(self.path, "is not text")
        return clean(self.value[: most * 2])[:most]

    def word(self, most: int = LONGEST_WORD) -> str:
        """Text on one line with something in it."""
        found = " ".join(self.text(most).split())
        if not found:
            raise Malformed(self.path, "is empty")
        return found

    def id(self) -> str:
        """An opaque id, which networks send as text or as a number; never cut."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.integer())
        found = self.text(LONGEST_NAME + 1)
        if found != self.value or not is_name(found):
            raise Malformed(self.path, "is not an id")
        return found

    def url(self) -> str:
        """An http or https address with a host."""
        found = self.text(LONGEST_URL + 1)
        if not is_web_address(found):
            raise Malformed(self.path, "is not a web address")
        return found

    def integer(self) -> int:
        """A whole number that fits 64 bits."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise Malformed(self.path, "is not a whole number")
        if not -_LARGEST - 1 <= self.value <= _LARGEST:
            raise Malformed(self.path, "is larger than 64 bits")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise Malformed(self.path, "is not true or false")
        return self.value

    def time(self, now: datetime) -> datetime:
        """ISO 8601 as aware UTC; without a zone it is read as UTC."""
        try:
            return moment(self.text(64), now)
        except ValueError as error:
            raise Malformed(self.path, str(error)) from None

    def epoch(self, now: datetime) -> datetime:
        """Seconds since 1970 as aware UTC, whole or with a fraction."""
        seconds = self.value if isinstance(self.value, float) else self.integer()
        try:
            return sane(datetime.fromtimestamp(seconds, UTC), now)
        except (ValueError, OverflowError, OSError):
            raise Malformed(self.path, "is not a time that can be") from None

    def _dict(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise Malformed(self.path, "is not an object")
        return self.value

    def _under(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def parse_json(body: bytes, *, most_bytes: int = MOST_BYTES, deepest: int = DEEPEST) -> Part:
    """The whole of a JSON answer; raises ChangedFormat if it is none, too large or too deep."""
    if len(body) > most_bytes:
        raise ChangedFormat("the answer is too large")
    try:
        value = json.loads(body, parse_int=_integer, parse_constant=lambda _name: _UNREADABLE)
    except (ValueError, RecursionError):  # not chained: the error quotes the body
        raise ChangedFormat("the answer is not JSON") from None
    _refuse_depth(value, deepest)
    return Part(value)


def clean(text: str) -> str:
    """Without NUL and other control characters; lone surrogates become the replacement character."""
    return _CONTROL.sub("", _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n")))


def is_web_address(text: str) -> bool:
    """Whether this can be offered as a link: http or https, a host, no spaces, not too long."""
    if len(text) > LONGEST_URL or any(c.isspace() or c in '<>"|' for c in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def moment(text: str, now: datetime) -> datetime:
    """ISO 8601 as aware UTC; raises ValueError for what is none or cannot be."""
    try:
        found = datetime.fromisoformat(text.strip())
        return sane(found if found.tzinfo else found.replace(tzinfo=UTC), now)
    except (ValueError, OverflowError):
        raise ValueError("is not a time that can be") from None


def sane(time: datetime, now: datetime) -> datetime:
    """The time in UTC; raises ValueError before 1990 or more than two days after `now`."""
    found = time.astimezone(UTC)
    if not EARLIEST <= found <= now + LATEST_AHEAD:
        raise ValueError("is not a time that can be")
    return found


def _integer(digits: str) -> object:
    # int() of thousands of digits is slow, then an error that would cost the whole page.
    return int(digits) if len(digits) <= _MOST_DIGITS else _UNREADABLE


def _refuse_depth(value: object, deepest: int) -> None:
    level: list[object] = [value]
    for _ in range(deepest):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise ChangedFormat("the answer is nested too deeply")


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
