"""What ticks, and nothing else: APScheduler in memory, a few interval jobs, and a watchdog over it.

A tick claims and hands over; it never works. APScheduler sleeps by the wall clock, so a clock set back an
hour would stop it for an hour: a watchdog on the monotonic clock builds it anew when no tick was seen.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

JOB_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""A late tick runs once and late; APScheduler's own default drops what is a second late."""


class Ticker:
    """Calls each tick every so many seconds until stopped. One that fails is told of once, and called again.

    `ticks` maps a name to (seconds, what to call). `patience` is how many seconds without any tick the
    watchdog bears before it rebuilds the scheduler, and how many a tick may be late or fail and all is well.
    """

    def __init__(
        self,
        ticks: Mapping[str, tuple[float, Callable[[], None]]],
        *,
        patience: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ticks = ticks
        self._patience = patience
        self._monotonic = monotonic
        self._beat = monotonic()
        self._done: dict[str, float] = {}
        self._failing: set[str] = set()
        self._stopping = threading.Event()
        self._scheduler: BackgroundScheduler | None = None
        self._watchdog = threading.Thread(target=self._watch, name="tick-watchdog", daemon=True)

    def start(self) -> None:
        """Start ticking; the first tick comes after its interval."""
        self._done = dict.fromkeys(self._ticks, self._monotonic())
        self._build()
        self._watchdog.start()

    def stop(self) -> None:
        """Stop ticking and wait for a tick that is under way."""
        self._stopping.set()
        if self._watchdog.is_alive():
            self._watchdog.join()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None

    def is_well(self) -> bool:
        """Whether each tick came to its end lately."""
        now = self._monotonic()
        late = (
            now - self._done[name] > seconds + self._patience for name, (seconds, _) in self._ticks.items()
        )
        return self._scheduler is not None and not any(late)

    def check(self) -> bool:
        """One look of the watchdog: rebuilds the scheduler when it fell silent, and says whether it did."""
        if self._monotonic() - self._beat <= self._patience:
            return False
        log.warning("no tick for %.0f s: building the scheduler anew", self._patience)
        silent, self._scheduler = self._scheduler, None
        if silent is not None:
            silent.shutdown(wait=False)
        self._build()
        return True

    def _build(self) -> None:
        scheduler = BackgroundScheduler(timezone=UTC, job_defaults=JOB_DEFAULTS)
        for name, (seconds, call) in self._ticks.items():
            scheduler.add_job(self._beating(name, call), "interval", seconds=seconds, id=name)
        self._beat = self._monotonic()
        scheduler.start()
        self._scheduler = scheduler

    def _beating(self, name: str, call: Callable[[], None]) -> Callable[[], None]:
        def tick() -> None:
            self._beat = self._monotonic()
            try:
                call()
            except Exception:
                if name not in self._failing:
                    log.exception("%s failed, and is tried again until it is well", name)
                self._failing.add(name)
                return
            self._done[name] = self._monotonic()
            if name in self._failing:
                self._failing.discard(name)
                log.warning("%s is well again", name)

        return tick

    def _watch(self) -> None:
        # Event.wait counts monotonic time, so a changed wall clock cannot put the watchdog to sleep.
        while not self._stopping.wait(self._patience / 5):
            self.check()
