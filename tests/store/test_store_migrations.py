"""A database is brought up to date whole or not at all, and comes out as the tables say."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, inspect, text

from bot.store import OutOfDate, migrate, open_store
from bot.store.migrate import head
from bot.store.tables import metadata
from tests.store.filled import dump, fill

KEPT = sorted((Path(__file__).parent / "kept").glob("*.sqlite.sql"))
NOT_OURS = "alembic_version"


class Fault(Exception):
    """Planted after one statement."""


@contextmanager
def fault_after(count: int):
    """Every engine fails after so many writing statements."""
    done = [0]

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(("CREATE", "INSERT", "UPDATE", "ALTER", "DROP")):
            done[0] += 1
            if done[0] == count:
                raise Fault

    event.listen(Engine, "after_cursor_execute", note)
    try:
        yield done
    finally:
        event.remove(Engine, "after_cursor_execute", note)


def schema(url: str) -> dict[str, str]:
    """The text of every table, index, check and foreign key, by name, as the engine keeps it."""
    engine = create_engine(url)
    sqlite = "SELECT name, coalesce(sql, '') FROM sqlite_master"
    postgres = """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION SELECT table_name || ' ' || column_name,
        concat_ws(' ', ordinal_position, data_type, is_nullable, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
    """
    with engine.connect() as connection:
        rows = connection.execute(text(sqlite if engine.dialect.name == "sqlite" else postgres)).all()
    engine.dispose()
    return {str(name): _plain(sql) for name, sql in rows if NOT_OURS not in str(name)}


def _plain(sql: str) -> str:
    """The same text with its columns first and its constraints sorted: their order says nothing, that of
    columns does. SQLite writes an added column behind the constraints."""
    parts, depth = [""], 0
    for letter in " ".join(sql.split()):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += letter
    return "\n".join(sorted(map(_part, parts), key=lambda one: one if one.startswith("CONSTRAINT") else ""))


def _part(text: str) -> str:
    """One part of a statement; which of them closes it says nothing."""
    text = text.strip()
    return text[:-1].strip() if text.count("(") < text.count(")") else text


def made_by_tables(url: str) -> dict[str, str]:
    """The schema that the tables alone make."""
    engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return schema(url)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request, tmp_path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return request.getfixturevalue("postgres_empty")


def test_migrations_and_tables_agree_to_the_letter_on_sqlite(tmp_path):
    migrate(f"sqlite:///{tmp_path / 'migrated.db'}")
    assert schema(f"sqlite:///{tmp_path / 'migrated.db'}") == made_by_tables(
        f"sqlite:///{tmp_path / 'made.db'}"
    )


def test_migrations_and_tables_agree_to_the_letter_on_postgres(postgres_empty, postgres_shared):
    assert schema(postgres_shared) == made_by_tables(postgres_empty)


def test_every_unique_and_index_begins_with_the_workspace():
    installation = {"workspace", "ledger"}
    spans_all = {"ix_work_ready"}
    for table in metadata.sorted_tables:
        if table.name in installation:
            continue
        keys = [table.primary_key, *table.indexes]
        keys += [one for one in table.constraints if type(one).__name__ == "UniqueConstraint"]
        for key in keys:
            if key.name not in spans_all:
                assert next(iter(key.columns)).name == "workspace_id", key.name


def test_only_posts_and_contacts_may_hold_words_of_people_outside():
    wordy = {"text", "warning", "name", "url", "body"}
    found = {table.name for table in metadata.sorted_tables if wordy & set(table.columns.keys())}
    ours = {"workspace", "teammate", "handle", "watch", "note", "inbox", "evidence", "conversation"}
    assert found - ours == {"post", "contact"}


def test_a_fresh_database_is_made_and_a_second_time_changes_nothing(empty_url):
    migrate(empty_url)
    before = schema(empty_url)
    migrate(empty_url)
    assert schema(empty_url) == before
    assert len(before) > 50


def test_a_failure_after_any_statement_leaves_the_old_and_reruns_clean(tmp_path, sqlite_template):
    whole = schema(f"sqlite:///{sqlite_template}")
    url = f"sqlite:///{tmp_path / 'broken.db'}"
    failures = 0
    for count in range(1, 500):
        with fault_after(count) as done:
            try:
                migrate(url)
            except Fault:
                failures += 1
        if done[0] < count:
            break
        assert schema(url) == {}
    assert failures > 40
    assert schema(url) == whole


def test_a_failure_on_postgres_leaves_the_old_and_reruns_clean(postgres_empty, postgres_shared):
    for count in (1, 2, 20, 40):
        with fault_after(count), pytest.raises(Fault):
            migrate(postgres_empty)
        assert schema(postgres_empty) == {}
    migrate(postgres_empty)
    assert schema(postgres_empty) == schema(postgres_shared)


KILLED = """
import os, signal, sys
from sqlalchemy import Engine, event
from bot.store import migrate
left = [int(sys.argv[2])]
def note(*_):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "after_cursor_execute", note)
migrate(sys.argv[1])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("count", [5, 45])
def test_a_kill_in_the_middle_leaves_the_old_and_reruns_clean(tmp_path, sqlite_template, count):
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    ended = subprocess.run([sys.executable, "-c", KILLED, url, str(count)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert schema(url) == {}
    migrate(url)
    assert schema(url) == schema(f"sqlite:///{sqlite_template}")


def test_a_file_with_something_in_it_is_copied_first(tmp_path):
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("CREATE TABLE old (words TEXT); INSERT INTO old VALUES ('kept');")
    migrate(f"sqlite:///{file}")
    copy = tmp_path / f"old.db.before-{head()}"
    assert "kept" in dump(copy)
    assert "conversation" not in dump(copy)


def test_a_database_of_another_revision_is_not_opened(empty_url, clock):
    with pytest.raises(OutOfDate, match="byhand migrate"):
        open_store(empty_url, keys=None, clock=clock)
    migrate(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(OutOfDate, match="9999"):
        open_store(empty_url, keys=None, clock=clock)


def test_each_revision_keeps_a_filled_database():
    versions = Path(__file__).parents[2] / "bot" / "store" / "migrations" / "versions"
    revisions = {file.name.split("_", maxsplit=1)[0] for file in versions.glob("0*.py")}
    assert {file.name.split(".", maxsplit=1)[0] for file in KEPT} == revisions


def rows(url: str) -> dict[str, list[tuple]]:
    """All rows of all tables."""
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names()) - {NOT_OURS}
    with engine.connect() as connection:
        found = {
            one: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {one}"))] for one in names
        }
    engine.dispose()
    return found


@pytest.mark.parametrize("kept", KEPT, ids=[file.name for file in KEPT])
def test_a_kept_database_comes_up_with_its_rows_and_the_present_schema(
    kept, tmp_path, clock, sqlite_template
):
    file = tmp_path / "kept.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(kept.read_text())
    before = rows(f"sqlite:///{file}")
    migrate(f"sqlite:///{file}")
    assert schema(f"sqlite:///{file}") == schema(f"sqlite:///{sqlite_template}")
    after = rows(f"sqlite:///{file}")
    assert {name: len(found) for name, found in before.items()} == {name: len(after[name]) for name in before}
    assert all(after[name] for name in before), "something stands in each table of that revision"
    store = open_store(f"sqlite:///{file}", keys=None, clock=clock)
    (workspace,) = store.workspaces()
    with store.read(workspace.id) as tx:
        assert tx.threads.of(["talk-p1"]).presses["talk-p1"]
        assert len(tx.threads.waiting()) == 4
        assert tx.messages.last_digest("C100")
    store.close()


def test_the_kept_database_is_what_the_store_fills_now(store):
    fill(store)
    with store.engine.connect() as connection:
        for name in metadata.tables:
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one(), name
