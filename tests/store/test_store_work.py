"""Due work is handed out once, finished by its holder only, and moves as it is planned."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.model import Workspace
from bot.domain.ports import Job
from bot.store import open_store
from tests.store.build import MINUTE, NOON, counted


def plan(store, workspace, *subjects, at=NOON, kind=Job.LOOK) -> None:
    with store.write(workspace.id) as tx:
        for subject in subjects:
            tx.agenda.plan(kind, subject, at)


def claim(store, at=NOON, limit=10, kinds=(Job.LOOK,)):
    return store.claim(kinds, limit, at=at, lease=MINUTE)


def test_due_work_is_claimed_once_and_oldest_first(store, workspace):
    plan(store, workspace, "late", at=NOON)
    plan(store, workspace, "early", at=NOON - MINUTE)
    plan(store, workspace, "tomorrow", at=NOON + timedelta(days=1))
    plan(store, workspace, "other", kind=Job.SEE)
    found = claim(store)
    assert [(one.subject, one.kind, one.workspace, one.attempts) for one in found] == [
        ("early", Job.LOOK, workspace.id, 1),
        ("late", Job.LOOK, workspace.id, 1),
    ]
    assert claim(store) == []


def test_a_claim_takes_no_more_than_it_asked_for(store, workspace):
    plan(store, workspace, *(f"c{number}" for number in range(20)))
    assert len(claim(store, limit=3)) == 3


def test_a_claim_of_three_among_twenty_takes_three_on_stale_statistics(postgres_url, clock):
    store = open_store(postgres_url, keys=None, clock=clock)
    workspace = store.add_workspace(Workspace("", team="T100", name="Acme"))
    plan(store, workspace, "first")
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE work"))
    plan(store, workspace, *(f"c{number}" for number in range(19)))
    for _ in range(6):
        assert len(claim(store, limit=3)) == 3
    assert len(claim(store, limit=3)) == 2
    store.close()


def test_eight_claimers_share_the_work_without_a_double(store, workspace):
    plan(store, workspace, *(f"c{number}" for number in range(120)))
    together = threading.Barrier(8)

    def worker(_number: int) -> list[str]:
        together.wait()
        taken: list[str] = []
        while found := claim(store, limit=5):
            taken += [one.subject for one in found]
            assert all(store.finish(one, at=NOON, again=None) for one in found)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = Counter(subject for part in pool.map(worker, range(8)) for subject in part)
    assert len(taken) <= 120
    taken.update(one.subject for one in claim(store, limit=500))
    assert set(taken.values()) == {1}
    assert len(taken) == 120


def test_an_expired_lease_is_due_again_and_its_holder_finishes_nothing(store, workspace):
    plan(store, workspace, "c")
    (lost,) = claim(store)
    assert claim(store, at=NOON + MINUTE - timedelta(seconds=1)) == []
    (taken,) = claim(store, at=NOON + MINUTE)
    assert taken.attempts == 2
    assert not store.finish(lost, at=NOON, again=None)
    assert store.finish(taken, at=NOON, again=None)
    assert not store.finish(taken, at=NOON, again=None)


def test_a_lease_that_is_renewed_lasts_so_much_longer_and_only_for_its_holder(store, workspace):
    plan(store, workspace, "c")
    (held,) = claim(store)
    half = NOON + MINUTE / 2
    assert store.renew(held, at=half, lease=MINUTE)
    assert claim(store, at=NOON + MINUTE) == []
    (taken,) = claim(store, at=half + MINUTE)
    assert not store.renew(held, at=half + MINUTE, lease=MINUTE)
    assert store.finish(taken, at=NOON, again=None)


def test_finished_work_is_due_again_when_asked_and_else_gone(store, workspace):
    plan(store, workspace, "c")
    (held,) = claim(store)
    assert store.finish(held, at=NOON, again=NOON + MINUTE)
    assert claim(store) == []
    (again,) = claim(store, at=NOON + MINUTE)
    assert again.due_at == NOON + MINUTE
    assert store.finish(again, at=NOON, again=None)
    assert claim(store, at=NOON + timedelta(days=9)) == []


@pytest.mark.parametrize("again", [None, NOON + timedelta(days=1)])
def test_what_was_planned_meanwhile_is_not_lost(store, workspace, again):
    plan(store, workspace, "c")
    (held,) = claim(store)
    plan(store, workspace, "c", at=NOON + timedelta(hours=2))
    plan(store, workspace, "c", at=NOON + timedelta(hours=1))
    assert claim(store) == [], "somebody has it"
    assert store.finish(held, at=NOON, again=again)
    assert claim(store, at=NOON + timedelta(minutes=59)) == []
    assert len(claim(store, at=NOON + timedelta(hours=1))) == 1


def test_a_sooner_again_stands_before_a_later_plan(store, workspace):
    plan(store, workspace, "c")
    (held,) = claim(store)
    plan(store, workspace, "c", at=NOON + timedelta(hours=2))
    assert store.finish(held, at=NOON, again=NOON + MINUTE)
    assert len(claim(store, at=NOON + MINUTE)) == 1


def test_planning_only_ever_moves_work_forward(store, workspace):
    plan(store, workspace, "c", at=NOON + timedelta(hours=1))
    plan(store, workspace, "c", at=NOON + timedelta(hours=2))
    assert [one.due_at for one in claim(store, at=NOON + timedelta(hours=1))] == [NOON + timedelta(hours=1)]


def test_replanning_moves_work_anywhere_and_dropping_removes_it(store, workspace):
    plan(store, workspace, "c", "d")
    with store.write(workspace.id) as tx:
        tx.agenda.replan(Job.LOOK, "c", NOON + timedelta(hours=2))
        tx.agenda.drop(Job.LOOK, "d")
    assert claim(store) == []
    assert [one.subject for one in claim(store, at=NOON + timedelta(hours=2))] == ["c"]


def test_the_last_word_of_a_transaction_counts(store, workspace):
    later = NOON + timedelta(hours=1)
    with store.write(workspace.id) as tx:
        tx.agenda.drop(Job.LOOK, "a")
        tx.agenda.plan(Job.LOOK, "a", NOON)
        tx.agenda.plan(Job.LOOK, "b", NOON)
        tx.agenda.replan(Job.LOOK, "b", later)
        tx.agenda.replan(Job.LOOK, "c", later)
        tx.agenda.plan(Job.LOOK, "c", NOON)
        tx.agenda.plan(Job.LOOK, "d", NOON)
        tx.agenda.drop(Job.LOOK, "d")
    assert sorted(one.subject for one in claim(store)) == ["a", "c"]
    with store.read(workspace.id):
        assert "b" in [one.subject for one in claim(store, at=later)]


def test_a_hundred_plans_are_one_statement(store, workspace):
    with counted(store) as count:
        plan(store, workspace, *(f"c{number}" for number in range(100)))
    assert count["INSERT"] == 1


def test_dropped_work_stays_dropped_when_its_holder_finishes(store, workspace):
    plan(store, workspace, "c")
    (held,) = claim(store)
    with store.write(workspace.id) as tx:
        tx.agenda.drop(Job.LOOK, "c")
    assert not store.finish(held, at=NOON, again=NOON)
    assert claim(store) == []


def test_abandoned_work_is_due_at_once(store, workspace):
    plan(store, workspace, "c")
    (lost,) = claim(store)
    store.abandon()
    assert [one.subject for one in claim(store)] == ["c"]
    assert not store.finish(lost, at=NOON, again=None)


def test_nothing_planned_stays_when_the_transaction_fails(store, workspace):
    with pytest.raises(KeyError), store.write(workspace.id) as tx:
        _ = {}[tx.agenda.plan(Job.LOOK, "c", NOON)]
    assert claim(store) == []


def test_looks_are_added_up_by_the_day(store, workspace):
    for times, at in ((2, NOON), (3, NOON + timedelta(hours=1)), (5, NOON + timedelta(days=1))):
        with store.write(workspace.id) as tx:
            tx.journal.count_looks(times, at)
    with store.read(workspace.id) as tx:
        assert [tx.journal.looks(NOON + timedelta(days=days)) for days in (0, 1, 2)] == [10, 5, 0]


def test_what_was_done_in_passing_is_due_no_sooner_than_that(store, workspace):
    plan(store, workspace, "soon", at=NOON)
    plan(store, workspace, "late", at=NOON + 9 * MINUTE)
    with store.write(workspace.id) as tx:
        for subject in ("soon", "late", "unplanned"):
            tx.agenda.put_off(Job.LOOK, subject, NOON + 5 * MINUTE)
    assert store.planned(workspace.id, Job.LOOK) == {"soon": NOON + 5 * MINUTE, "late": NOON + 9 * MINUTE}
    assert claim(store, at=NOON + 4 * MINUTE) == []


def test_what_somebody_holds_is_not_put_off(store, workspace):
    plan(store, workspace, "held")
    (held,) = claim(store)
    with store.write(workspace.id) as tx:
        tx.agenda.put_off(Job.LOOK, "held", NOON + 9 * MINUTE)
    assert [one.subject for one in claim(store, at=NOON + MINUTE)] == ["held"], "its holder died"
    assert not store.finish(held, at=NOON, again=NOON)


def test_what_another_team_planned_is_not_put_off(store, workspace):
    other = store.add_workspace(Workspace("", team="T200", name="Other"))
    plan(store, workspace, "soon")
    with store.write(other.id) as tx:
        tx.agenda.put_off(Job.LOOK, "soon", NOON + 9 * MINUTE)
    assert store.planned(workspace.id, Job.LOOK) == {"soon": NOON}
