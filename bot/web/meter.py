"""How often somebody may call: so many times in a while, counted in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

MOST_NAMES = 10_000


@dataclass(slots=True)
class Meter:
    """`most` calls within `window`, counted apart for each name; the names used longest ago are forgotten."""

    clock: Callable[[], datetime]
    most: int
    window: timedelta
    _calls: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, name: str) -> int:
        """Count a call; 0 when it may go on, else in how many whole seconds the next may."""
        now = self.clock()
        with self._lock:
            calls = self._calls.setdefault(name, deque())
            self._calls.move_to_end(name)
            while calls and calls[0] <= now - self.window:
                calls.popleft()
            if len(calls) >= self.most:
                return max(1, round((calls[0] + self.window - now).total_seconds()))
            calls.append(now)
            if len(self._calls) > MOST_NAMES:
                self._calls.popitem(last=False)
        return 0
