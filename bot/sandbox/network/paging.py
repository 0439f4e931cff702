"""Paging as Mastodon does it: min_id gives the items immediately newer, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import URL

CURSORS = ("max_id", "since_id", "min_id")


class HasId(Protocol):
    """Anything with a numeric id written as text."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


Listed = TypeVar("Listed", bound=HasId)


@dataclass(frozen=True, slots=True)
class Window:
    """What one request asks for; ids are 0 when it does not say (or says nonsense)."""

    limit: int
    max_id: int = 0
    since_id: int = 0
    min_id: int = 0

    def page(self, listed: Sequence[Listed]) -> list[Listed]:
        """The items of this page, newest first."""
        below = [each for each in listed if not self.max_id or int(each.id) < self.max_id]
        rising = sorted(below, key=lambda each: int(each.id))
        if self.min_id:
            newer = [each for each in rising if int(each.id) > self.min_id]
            return newer[: self.limit][::-1]
        newer = [each for each in rising if int(each.id) > self.since_id]
        return newer[::-1][: self.limit]


def window(query: Mapping[str, str], default: int, most: int) -> Window:
    """Read from the query; a limit beyond the most is cut to it without a word."""
    limit = _number(query.get("limit")) or default
    return Window(
        min(limit, most),
        max_id=_number(query.get("max_id")),
        since_id=_number(query.get("since_id")),
        min_id=_number(query.get("min_id")),
    )


def link_header(url: URL, page: Sequence[HasId], asked: Window) -> dict[str, str]:
    """rel=next when the page is full, rel=prev when it is not empty; both keep what else was asked."""
    if not page:
        return {}
    links = [_link(url, "min_id", page[0].id, "prev")]
    if len(page) == asked.limit:
        links.insert(0, _link(url, "max_id", page[-1].id, "next"))
    return {"Link": ", ".join(links)}


def _link(url: URL, name: str, value: str, rel: str) -> str:
    kept = [(key, text) for key, text in parse_qsl(url.query) if key not in CURSORS]
    return f'<{url.replace(query=urlencode([*kept, (name, value)]))}>; rel="{rel}"'


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
