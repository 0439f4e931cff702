"""One lock for the whole stand-in world, and a way to wait for what changes in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

# A predicate may look at things outside the sandbox (the bot's database), of whose
# changes nobody tells us; it is asked again at least this often.
LOOK_AGAIN_SECONDS = 0.03


class Changes:
    """Guards the state of both stand-ins; each change wakes those who wait."""

    def __init__(self) -> None:
        self._condition = threading.Condition(threading.RLock())
        self._count = 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the lock without telling anybody."""
        with self._condition:
            yield

    @contextmanager
    def making(self) -> Iterator[None]:
        """Hold the lock for a change, and wake those who wait when it is done."""
        with self._condition:
            try:
                yield
            finally:
                self._count += 1
                self._condition.notify_all()

    @property
    def count(self) -> int:
        """How many changes there were; pages ask whether it grew."""
        return self._count

    def wait_for(self, predicate: Callable[[], T], timeout: float) -> T | None:
        """The first true value of `predicate`, or None after `timeout` real seconds.

        It is called without the lock, so it may call the bot, which may call the sandbox.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self._count
            value = predicate()
            if value:
                return value
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            self._wait_beyond(seen, min(remaining, LOOK_AGAIN_SECONDS))

    def _wait_beyond(self, seen: int, timeout: float) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout)
