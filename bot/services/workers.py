"""Claim what is due, as much as there are free hands for, and give each row to who does that kind."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from bot.domain.ports import Clock, Job, Store, Work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""After so long without a sign of its process, work is another's. Nobody knows how long a slow network takes
for a page or a look, so while the work goes on its lease is renewed by half of that."""

Hand = Callable[[str, str], datetime | None]
"""Does one piece of work for (workspace, subject); returns when it is due again (UTC), or None."""


def _again_after(attempts: int) -> timedelta:
    return timedelta(seconds=min(10 << min(attempts, 10), 3600))


class Workers:
    """A pool of `size` hands. `tick` claims for the free ones and returns; `drain` works here and now."""

    def __init__(self, store: Store, hands: Mapping[Job, Hand], clock: Clock, *, size: int = 8) -> None:
        self._store = store
        self._hands = hands
        self._clock = clock
        self._size = size
        self._held: dict[Work, datetime] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=size, thread_name_prefix="hand")

    def tick(self) -> None:
        """Keep what is under way, claim as many due rows as there are free hands, and hand them over."""
        now = self._clock()
        self._renew(now)
        with self._lock:
            free = self._size - len(self._held)
        for work in self._claim(free):
            with self._lock:
                self._held[work] = now
            self._pool.submit(self._run, work)

    def drain(self, limit: int = 1000) -> int:
        """Do all that is due, one after the other, until nothing is; returns how much was done."""
        done = 0
        while done < limit and (claimed := self._claim(min(self._size, limit - done))):
            at = self._clock()
            for work in claimed:
                # While the others were done its lease may have run out.
                if self._clock() == at or self._store.renew(work, at=self._clock(), lease=LEASE):
                    self._do(work)
            done += len(claimed)
        return done

    def stop(self) -> None:
        """Take nothing new and wait for what is under way."""
        self._pool.shutdown(wait=True)

    def _renew(self, now: datetime) -> None:
        with self._lock:
            old = [work for work, since in self._held.items() if now - since >= LEASE / 2]
        for work in old:
            self._store.renew(work, at=now, lease=LEASE)
            with self._lock:
                if work in self._held:
                    self._held[work] = now

    def _claim(self, limit: int) -> list[Work]:
        if limit <= 0:
            return []
        return list(self._store.claim(list(self._hands), limit, at=self._clock(), lease=LEASE))

    def _run(self, work: Work) -> None:
        try:
            self._do(work)
        finally:
            with self._lock:
                del self._held[work]

    def _do(self, work: Work) -> None:
        try:
            again = self._hands[work.kind](work.workspace, work.subject)
        except Exception:
            again = self._clock() + _again_after(work.attempts)
            log.exception("work %s %s failed, again at %s", work.kind, work.subject, again)
        self._store.finish(work, at=self._clock(), again=again)
