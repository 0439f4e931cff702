"""The ticker ticks, and its watchdog notices when it no longer does."""

from __future__ import annotations

import threading

import pytest

from bot.clock import JOB_DEFAULTS, Ticker


def ticked(ticks: threading.Semaphore) -> None:
    """One tick began and ended after this was asked."""
    while ticks.acquire(blocking=False):
        pass
    for _ in range(2):
        assert ticks.acquire(timeout=10)


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
        ticked(ticks)
        assert ticker._scheduler is not before
    finally:
        ticker.stop()


def test_a_tick_that_fails_is_not_well_until_it_is_and_is_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now, full = [0.0], threading.Event()
    ticks = threading.Semaphore(0)

    def work() -> None:
        ticks.release()
        if full.is_set():
            raise OSError("the disk is full")

    ticks_of = {"due work": (0.02, work), "ledger": (0.02, bool)}
    ticker = Ticker(ticks_of, patience=600, monotonic=lambda: now[0])
    ticker.start()
    try:
        ticked(ticks)
        full.set()
        ticked(ticks)
        assert ticker.is_well()
        now[0] += 601
        ticked(ticks)
        assert not ticker.is_well()
        full.clear()
        ticked(ticks)
        assert ticker.is_well()
    finally:
        ticker.stop()
    told = [record.getMessage() for record in caplog.records if record.name == "bot.clock"]
    assert told == ["due work failed, and is tried again until it is well", "due work is well again"]


def test_a_late_tick_is_never_dropped_and_never_doubled() -> None:
    assert JOB_DEFAULTS == {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
