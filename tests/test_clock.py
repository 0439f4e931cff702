"""The ticker ticks, and its watchdog notices when it no longer does."""

from __future__ import annotations

import threading

from bot.clock import JOB_DEFAULTS, Ticker


def test_it_ticks_until_it_is_stopped() -> None:
    ticked = threading.Event()
    ticker = Ticker({"t": (0.02, ticked.set)})
    ticker.start()
    try:
        assert ticked.wait(10)
    finally:
        ticker.stop()
    ticked.clear()
    assert not ticked.is_set()


def test_a_scheduler_that_fell_silent_is_built_anew() -> None:
    now = [0.0]
    ticks = threading.Semaphore(0)
    ticker = Ticker({"t": (3600.0, ticks.release), "u": (0.02, ticks.release)}, monotonic=lambda: now[0])
    ticker.start()
    try:
        assert ticks.acquire(timeout=10)
        before = ticker._scheduler
        assert before is not None
        before.pause()  # as a wall clock set back an hour does: it sleeps and nobody notices
        assert not ticker.check()
        now[0] += 11
        assert ticker.check()
        while ticks.acquire(blocking=False):
            pass
        assert ticks.acquire(timeout=10)
        assert ticker._scheduler is not before
    finally:
        ticker.stop()


def test_a_late_tick_is_never_dropped_and_never_doubled() -> None:
    assert JOB_DEFAULTS == {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
