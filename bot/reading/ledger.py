"""Counts every request that left for a network: host, method, path template, how often, last when.

ledger = Ledger(clock)
ledger.count(host, method, path)     called by the door for each request sent, redirects included
ledger.flush(keep)                   what was counted since the last time, for the store to add up
template(path) -> str                the path with all that could name a person or a secret replaced
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Lock

from bot.domain.ports import Clock, LedgerLine

_HUMPS = r"(?:[A-Z]{1,5}|[A-Za-z][a-z]*(?:[A-Z][a-z]{2,})*)"
_WORD = re.compile(rf"(?=[A-Za-z._-]{{1,40}}$){_HUMPS}(?:[._-]{_HUMPS})*|v\d{{1,2}}", re.ASCII)
_LONGEST = 20
_KIND = re.compile(r"\.(?:json|xml|rss|atom|html)$", re.ASCII)
_NAMES_FOLLOW = frozenset({"users", "user", "u", "r", "profile", "author", "tag", "tags"})


def template(path: str) -> str:
    """The path without its query; every segment that is not a plain word becomes `{id}`."""
    out: list[str] = []
    before = ""
    for segment in path.partition("?")[0].split("/"):
        named = bool(segment) and before in _NAMES_FOLLOW
        out.append(_masked(segment) if named else _shown(segment))
        before = segment
    return "/".join(out)


def _shown(segment: str) -> str:
    if not segment or _is_word(segment) or _KIND.fullmatch(segment):
        return segment
    return _masked(segment)


def _is_word(segment: str) -> bool:
    if not _WORD.fullmatch(segment):
        return False
    return all(len(word) <= _LONGEST for word in re.split(r"[._-]", segment))


def _masked(segment: str) -> str:
    kind = _KIND.search(segment)
    return "{id}" + (kind.group() if kind else "")


class Ledger:
    """A counter that many threads may use at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._counts: dict[tuple[str, str, str], tuple[int, datetime]] = {}

    def count(self, host: str, method: str, path: str) -> None:
        """One request was sent. `host` has its port unless it is the scheme's own."""
        line = LedgerLine(host, method, template(path), 1, self._clock())
        self._add([line])

    def drain(self) -> list[LedgerLine]:
        """What was counted since the last drain, in a stable order."""
        with self._lock:
            counts, self._counts = self._counts, {}
        return [LedgerLine(*key, *counts[key]) for key in sorted(counts)]

    def flush(self, keep: Callable[[list[LedgerLine]], None]) -> None:
        """Give what was counted since the last time to `keep`; nothing is lost where that raises."""
        lines = self.drain()
        try:
            keep(lines)
        except BaseException:
            self._add(lines)
            raise

    def _add(self, lines: Iterable[LedgerLine]) -> None:
        with self._lock:
            for line in lines:
                key = (line.host, line.method, line.template)
                count, seen = self._counts.get(key, (0, line.last_seen))
                self._counts[key] = (count + line.count, max(seen, line.last_seen))
