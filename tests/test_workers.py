"""Ticks claim and hand over: what blocks one hand holds up no tick and no other hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.clock import Ticker
from bot.domain.model import Workspace
from bot.domain.ports import Job
from bot.services.workers import LEASE, Workers
from bot.store import SqlStore


@pytest.fixture
def home(store: SqlStore) -> Workspace:
    return store.add_workspace(Workspace("", "T1", "Acme"))


@pytest.fixture
def blocking() -> Iterator[threading.Event]:
    """Set at the end, so that no hand is left waiting."""
    released = threading.Event()
    yield released
    released.set()


def plan(store: SqlStore, home: Workspace, clock, *subjects: str) -> None:
    with store.write(home.id) as tx:
        for subject in subjects:
            tx.agenda.plan(Job.SEE, subject, clock())


def test_in_real_time_a_blocked_hand_holds_up_no_tick_and_no_other_work(store, home, clock, blocking) -> None:
    done: list[str] = []
    all_others = threading.Event()

    def see(workspace: str, subject: str) -> None:
        if subject == "stuck":
            blocking.wait(60)
            return
        done.append(subject)
        if len(done) == 5:
            all_others.set()

    workers = Workers(store, {Job.SEE: see}, clock, size=2)
    ticker = Ticker({"due work": (0.02, workers.tick)})
    plan(store, home, clock, "stuck")
    ticker.start()
    try:
        plan(store, home, clock, *"abcde")
        assert all_others.wait(30)
    finally:
        blocking.set()
        ticker.stop()
        workers.stop()
    assert sorted(done) == list("abcde")


def test_a_tick_claims_no_more_than_it_has_free_hands_for(store, home, clock, blocking) -> None:
    started = threading.Semaphore(0)

    def see(workspace: str, subject: str) -> None:
        started.release()
        blocking.wait(60)

    workers = Workers(store, {Job.SEE: see}, clock, size=2)
    plan(store, home, clock, *"abc")
    workers.tick()
    assert started.acquire(timeout=10)
    assert started.acquire(timeout=10)
    workers.tick()
    assert len(store.claim([Job.SEE], 10, at=clock(), lease=LEASE)) == 1
    blocking.set()
    workers.stop()


def test_work_that_takes_longer_than_its_lease_is_not_given_to_another(store, home, clock, blocking) -> None:
    started = threading.Event()

    def see(workspace: str, subject: str) -> None:
        started.set()
        blocking.wait(60)

    workers = Workers(store, {Job.SEE: see}, clock, size=1)
    plan(store, home, clock, "slow")
    workers.tick()
    assert started.wait(10)
    for _ in range(4):
        clock.move(LEASE * 0.6)
        workers.tick()
        assert store.claim([Job.SEE], 1, at=clock(), lease=LEASE) == []
    clock.move(LEASE * 1.1)
    assert len(store.claim([Job.SEE], 1, at=clock(), lease=LEASE)) == 1
    blocking.set()
    workers.stop()


def test_work_whose_lease_ran_out_in_its_turn_is_left_to_whoever_took_it(store, home, clock) -> None:
    done: list[str] = []

    def see(workspace: str, subject: str) -> None:
        if not done:
            clock.move(LEASE * 1.1)
            assert len(store.claim([Job.SEE], 2, at=clock(), lease=LEASE)) == 2
        done.append(subject)

    workers = Workers(store, {Job.SEE: see}, clock)
    plan(store, home, clock, "a", "b")
    workers.drain()
    workers.stop()
    assert len(done) == 1


def test_work_that_breaks_is_tried_again_ever_later_and_stops_nothing(store, home, clock, caplog) -> None:
    tried: list[str] = []

    def see(workspace: str, subject: str) -> None:
        tried.append(subject)
        if subject == "broken":
            raise RuntimeError

    workers = Workers(store, {Job.SEE: see}, clock)
    plan(store, home, clock, "broken", "sound")
    assert workers.drain() == 2
    clock.move(timedelta(seconds=9))
    assert workers.drain() == 0
    clock.move(timedelta(minutes=1))
    assert workers.drain() == 1
    clock.move(timedelta(seconds=11))
    assert workers.drain() == 0
    workers.stop()
    assert sorted(tried) == ["broken", "broken", "sound"]
    assert "work see broken failed" in caplog.text


def test_what_a_killed_process_had_claimed_is_due_again_for_the_one_who_is_alone(store, home, clock) -> None:
    plan(store, home, clock, "a")
    assert store.claim([Job.SEE], 1, at=clock(), lease=LEASE)
    assert not store.claim([Job.SEE], 1, at=clock(), lease=LEASE)
    store.abandon()
    assert store.claim([Job.SEE], 1, at=clock(), lease=LEASE)
