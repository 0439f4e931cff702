"""A database is looked at without being made, changed or waited for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.model import Workspace
from bot.domain.ports import Job
from bot.store import DatabaseState, NoDatabase, SqlStore, open_store, refusals, state_of
from bot.store.engine import make_engine
from bot.store.migrate import head
from tests.store.build import MINUTE, NOON, overfill


def test_one_that_is_there_is_told_with_its_revision_and_how_it_is_written(database_url: str) -> None:
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    journal = "wal" if kind == "sqlite" else ""
    found = state_of(database_url)
    room = found.room
    assert found == DatabaseState(kind, head(), head(), writable=True, journal=journal, room=room)
    assert room if kind == "sqlite" else room is None


def test_one_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = state_of(f"sqlite:///{tmp_path / 'none.db'}")
    assert (found.revision, found.writable) == (None, False)
    assert list(tmp_path.iterdir()) == []


def test_one_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(NoDatabase) as told:
        state_of("postgresql://bot:hush@127.0.0.1:1/byhand")
    assert "hush" not in str(told.value)
    assert told.value.do == "Look at DATABASE_URL, and whether its server runs."
    assert "Look" not in told.value.means, "whoever shows both would say it twice"


def test_what_a_full_disk_refuses_is_told_with_its_reason(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with (
        pytest.raises(NoDatabase, match="cannot be used: database or disk is full") as told,
        refusals(sqlite_url),
    ):
        overfill(engine)
    assert str(told.value).endswith("rights, and space on the disk.")
    engine.dispose()


def test_one_that_cannot_be_written_to_is_told_as_such(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not state_of(sqlite_url, patience=0).writable
        other.execute("ROLLBACK")
    assert state_of(sqlite_url, patience=0).writable


def test_what_is_planned_and_since_when_it_waits_is_told(store: SqlStore, workspace: Workspace) -> None:
    assert store.longest_due() is None
    other = store.add_workspace(Workspace("", team="T200", name="Other"))
    with store.write(workspace.id) as tx:
        tx.agenda.plan(Job.POLL, "s1", NOON + MINUTE)
        tx.agenda.plan(Job.SEE, "ana", NOON)
    assert store.planned(workspace.id, Job.POLL) == {"s1": NOON + MINUTE}
    assert store.planned(other.id, Job.POLL) == {}
    assert store.longest_due() == NOON
    store.claim([Job.SEE], 1, at=NOON, lease=timedelta(hours=1))
    assert store.longest_due() == NOON + MINUTE, "what is under way does not wait"


def test_a_store_says_whether_its_database_answers(sqlite_url: str, tmp_path: Path, key: str) -> None:
    store = open_store(sqlite_url, keys=[key], clock=lambda: NOON)
    try:
        assert store.answers()
        store.engine.dispose()
        Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(b"no database " * 1000)
        assert not store.answers()
    finally:
        store.close()


def test_a_connection_that_postgres_closed_while_it_rested_is_opened_anew(postgres_url: str) -> None:
    engine, other = make_engine(postgres_url, rested=0), make_engine(postgres_url)
    whose = text("SELECT pg_backend_pid()")
    with engine.connect() as connection:
        first = connection.execute(whose).scalar_one()
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": first})
    with engine.connect() as connection:
        assert connection.execute(whose).scalar_one() != first
    engine.dispose()
    other.dispose()
