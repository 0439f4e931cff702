"""Threads that read and then write lose nothing; what must be on disk is; readers see one moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import exc, text

from bot.domain.model import Source, Teammate, Watch, Workspace
from bot.domain.ports import Changes
from bot.store import open_store
from tests.store.build import NOON, mention, step_on

THREADS, TIMES = 8, 50


def test_eight_threads_of_read_then_write_lose_nothing(store, workspace):
    with store.write(workspace.id) as tx:
        watch = tx.sources.save_watch(Watch("", "us", None), [Source("", "mastodon", "e", "k", "q")])

    def worker(_number: int) -> None:
        for _ in range(TIMES):
            with store.write(workspace.id, durable=False) as tx:
                (source,) = tx.sources.sources()
                tx.sources.save_source(replace(source, failures=source.failures + 1))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(worker, range(THREADS)))
    with store.read(workspace.id) as tx:
        assert tx.sources.source(watch.sources[0]).failures == THREADS * TIMES


def test_eight_threads_that_compare_and_swap_lose_nothing(store, workspace):
    with store.write(workspace.id) as tx:
        tx.threads.save(mention("p1"), at=NOON)

    def once() -> bool:
        with store.read(workspace.id) as tx:
            known = tx.threads.of(["talk-p1"]).conversations["talk-p1"]
        with store.write(workspace.id, durable=False) as tx:
            more = step_on(known, others_replied=known.standing.others_replied + 1)
            return tx.threads.save(Changes(conversations=[more]), at=NOON)

    def worker(_number: int) -> None:
        for _ in range(4):
            while not once():
                pass

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(worker, range(THREADS)))
    with store.read(workspace.id) as tx:
        known = tx.threads.of(["talk-p1"]).conversations["talk-p1"]
    assert (known.revision, known.standing.others_replied) == (32, 32)


def test_two_workspaces_write_side_by_side_on_postgres_and_in_turn_on_sqlite(store, workspace):
    other = store.add_workspace(Workspace("", team="T200", name="Other"))

    def worker(whose: str) -> None:
        for number in range(20):
            with store.write(whose, durable=False) as tx:
                tx.people.save_teammate(Teammate("", f"U{number}", "Ana"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worker, [workspace.id, other.id]))
    for whose in (workspace.id, other.id):
        with store.read(whose) as tx:
            assert len(tx.people.teammates()) == 20


def asked(store, tx, sqlite: str, postgres: str):
    """What the engine says within a transaction."""
    question = sqlite if store.engine.dialect.name == "sqlite" else postgres
    return tx._connection.execute(text(question)).scalar_one()


@pytest.mark.parametrize(("durable", "sqlite", "postgres"), [(True, 2, "on"), (False, 1, "off")])
def test_durable_commits_reach_the_disk_and_loose_ones_may_wait(store, workspace, durable, sqlite, postgres):
    with store.write(workspace.id, durable=durable) as tx:
        said = asked(store, tx, "PRAGMA synchronous", "SHOW synchronous_commit")
    assert said in (sqlite, postgres)
    with store.write(workspace.id) as tx:
        assert asked(store, tx, "PRAGMA synchronous", "SHOW synchronous_commit") in (2, "on")


def test_sqlite_keeps_its_promises(sqlite_url, clock, key):
    store = open_store(sqlite_url, keys=[key], clock=clock)
    with store.engine.connect() as connection:
        said = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "secure_delete")
        }
    store.close()
    assert said == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}
    assert store.engine.pool.size() >= 32


def test_a_reader_sees_one_moment_and_writes_nothing(store, workspace):
    with store.read(workspace.id) as before:
        assert before.people.teammates() == []
        with store.write(workspace.id) as tx:
            tx.people.save_teammate(Teammate("", "U1", "Ana"))
        assert before.people.teammates() == []
    with pytest.raises(exc.DBAPIError), store.read(workspace.id) as tx:
        tx.people.save_teammate(Teammate("", "U2", "Ben"))


def test_an_exception_in_the_block_undoes_all_of_it(store, workspace):
    with pytest.raises(KeyError), store.write(workspace.id) as tx:
        _ = {}[tx.people.save_teammate(Teammate("", "U1", "Ana"))]
    with store.read(workspace.id) as tx:
        assert tx.people.teammates() == []


def test_errors_of_the_database_show_no_values(store, workspace):
    with pytest.raises(exc.DBAPIError) as refused, store.write(workspace.id) as tx:
        tx.people.save_teammate(Teammate("a", "U1", "canary", rings_a_day=9))
    assert "hidden" in str(refused.value)
    assert "'canary'" not in str(refused.value)
