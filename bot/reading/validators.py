"""What lets us ask a server whether an answer changed: its ETag and Last-Modified, never its body."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

_MOST = 2048
_LONGEST = 512
_PAIRS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))


class Validators:
    """The validators of one credential, by Source and address; the least lately used are dropped first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[tuple[str, str], Mapping[str, str]] = OrderedDict()

    def ask(self, source: str, url: str) -> dict[str, str]:
        """The request headers that make the server answer 304 if nothing changed since this Source read."""
        key = (source, url)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return dict(self._known.get(key, {}))

    def keep(self, source: str, url: str, headers: Mapping[str, str]) -> None:
        """Remember for the next time."""
        key = (source, url)
        with self._lock:
            self._known[key] = headers
            self._known.move_to_end(key)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)


def of_answer(headers: Mapping[str, str]) -> dict[str, str]:
    """The request headers for the next time, from an answer's headers."""
    found = ((ask, headers.get(name, "")) for name, ask in _PAIRS)
    return {ask: value for ask, value in found if value and _can_be_sent(value)}


def _can_be_sent(value: str) -> bool:
    return len(value) <= _LONGEST and value.isascii() and value.isprintable()
