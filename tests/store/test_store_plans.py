"""What is asked all day costs the same however much is stored: counted in steps and plans, never in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, event, text

from bot.domain.model import Lane, Standing, Status, Workspace
from bot.domain.ports import Job
from bot.store import SqlStore, known, migrate, open_store, threads
from bot.store.claims import CLAIM
from bot.store.shapes import conversation_row
from bot.store.sources import ALIKE, SPOKEN
from bot.store.tables.conversations import conversation as conversations
from bot.store.tables.schedule import work
from bot.store.threads import LONGEST_WAITING
from tests.store.build import MINUTE, NOON, conversation, nudge, page, placed

OPEN = 20
"""How many wait, and how many rows of work are due, however many there are."""


def history(store: SqlStore, whose: str, count: int) -> None:
    """So many conversations, of which OPEN wait, and one row of work for each, of which OPEN are due."""
    with store._writing(durable=False) as connection:
        for name, standing in (("first", None), ("rest", Standing(Status.ANSWERED))):
            row = conversation_row(conversation(name, name, standing=standing), NOON)
            connection.execute(conversations.insert(), [{"workspace_id": whose, **row}])
        for name, due in (("first", NOON), ("rest", NOON + timedelta(days=1))):
            row = {"kind": "look", "subject": name, "due_at": due, "ready_at": due, "attempts": 0}
            connection.execute(work.insert(), [{"workspace_id": whose, "id": name, **row}])
        multiply(connection, conversations, count, ("id", "root"))
        multiply(connection, work, count, ("id", "subject"))
    store.take_stock()


def multiply(connection: Connection, table: Table, count: int, different: tuple[str, ...]) -> None:
    """Copies of the two rows: OPEN of `first`, all others of `rest`."""
    names = [column.name for column in table.columns]
    values = [
        f"CAST(i AS VARCHAR) || model.{name}" if name in different else f"model.{name}" for name in names
    ]
    copies = f"""
        WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < {count})
        INSERT INTO {table.name} ({", ".join(names)}) SELECT {", ".join(values)} FROM many
        JOIN {table.name} model ON model.id = CASE WHEN i <= {OPEN} THEN 'first' ELSE 'rest' END
    """
    connection.execute(text(copies))


@pytest.fixture(scope="module")
def small_and_large(tmp_path_factory, sqlite_template) -> Iterator[list[SqlStore]]:
    """Two SQLite stores, of 1,000 and of 100,000 conversations."""
    stores = []
    for count in (1_000, 100_000):
        file = tmp_path_factory.mktemp("plans") / f"{count}.db"
        file.write_bytes(sqlite_template.read_bytes())
        store = open_store(f"sqlite:///{file}", keys=None, clock=lambda: NOON)
        history(store, store.add_workspace(Workspace("w", team="T100", name="Acme")).id, count)
        stores.append(store)
    yield stores
    for store in stores:
        store.close()


def steps(connection: Connection, statement, given) -> int:
    """How many steps SQLite's machine takes for a statement."""
    connection.execute(statement, given).all()  # prepares it, and reads the schema
    return counted(connection, lambda: connection.execute(statement, given).all())


def counted(connection: Connection, ask: Callable[[], object]) -> int:
    driver = connection.connection.driver_connection
    taken = [0]

    def step() -> int:
        taken[0] += 1
        return 0

    driver.set_progress_handler(step, 1)
    try:
        ask()
    finally:
        driver.set_progress_handler(None, 1)
    return taken[0]


WAITING = (LONGEST_WAITING, {"of": "w", "at_most": 5})
DUE = (CLAIM, {"kinds": ["look"], "at_most": 3, "now": NOON, "until": NOON + MINUTE, "token": "lease"})


def test_steps_of_the_digest_and_the_claim_do_not_grow(small_and_large):
    digest, claim = [], []
    for store in small_and_large:
        with store.engine.connect() as connection:
            digest.append(steps(connection, *WAITING))
        with store._writing(durable=False) as connection:
            claim.append(steps(connection, *DUE))
    assert digest[0] == digest[1] > 0
    assert claim[0] == claim[1] > 0


ASKED_ALL_DAY = {
    "whether anybody waits there": lambda tx: tx.threads.anybody_waits("mastodon"),
    "with whom they are": lambda tx: tx.threads.with_whom(),
    "what is followed there": lambda tx: tx.threads.followed("mastodon", NOON + MINUTE),
    "what may have been answered": lambda tx: tx.threads.perhaps_answered(NOON + MINUTE),
}


@pytest.mark.parametrize("name", ASKED_ALL_DAY)
def test_what_is_asked_all_day_goes_through_nothing_that_settled_long_ago(small_and_large, name):
    taken = [steps_of(store, ASKED_ALL_DAY[name]) for store in small_and_large]
    assert taken[0] == taken[1] > 0


def steps_of(store: SqlStore, ask: Callable[[Any], object]) -> int:
    """How many steps SQLite's machine takes for what is asked of a transaction, which remembers answers."""
    with store.read("w") as tx:
        ask(tx)
    with store.read("w") as tx:
        return counted(tx.threads.connection, lambda: ask(tx))


ASKED_OF_WHOEVER_IS_RUNG = {
    "what rang them first": lambda tx: tx.messages.first("ana"),
    "how many they heard of late": lambda tx: tx.messages.unpressed("ana"),
}


@pytest.mark.parametrize("name", ASKED_OF_WHOEVER_IS_RUNG)
def test_what_is_asked_of_whoever_is_rung_costs_the_same_after_years_of_rings(
    tmp_path, sqlite_template, name
):
    file = tmp_path / "rings.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{file}", keys=None, clock=lambda: NOON)
    home = store.add_workspace(Workspace("w", team="T100", name="Acme")).id
    taken = []
    for numbers in (range(100), range(100, 1_000)):
        with store.write(home) as tx:
            for n in numbers:
                tx.messages.intend(nudge(f"c{n}"), at=NOON + n * MINUTE, lease=MINUTE)
        taken.append(steps_of(store, ASKED_OF_WHOEVER_IS_RUNG[name]))
    store.close()
    # Ids drawn by chance make it a step more or less; what grew with the rings would be tenfold.
    assert 0 < taken[1] <= taken[0] + 5


def test_sqlite_takes_the_partial_index_for_who_waits(small_and_large):
    for store in small_and_large:
        with store.engine.connect() as connection:
            plan = explain(connection, *WAITING)
        assert "ix_conversation_waiting" in plan
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan


def test_sqlite_takes_the_partial_index_for_who_spoke_of_late(small_and_large):
    for store in small_and_large:
        with store.engine.connect() as connection:
            plan = explain(connection, SPOKEN, {"of": "w"})
        assert "ix_post_matched" in plan
        assert "TEMP B-TREE" not in plan


def test_what_came_since_a_moment_is_sought_among_the_words_that_are_kept(small_and_large):
    for store in small_and_large:
        with store.engine.connect() as connection:
            span = {"since": NOON, "until": NOON + MINUTE}
            plan = explain(connection, threads._RESTING, {"of": "w", "of_lane": Lane.ABOUT_US.value, **span})
        assert "ix_post_words (workspace_id=? AND first_seen>? AND first_seen<?)" in plan
        assert "conversation USING INDEX sqlite_autoindex_conversation_1 (workspace_id=? AND id=?)" in plan


def test_who_else_follows_a_source_is_one_step_into_an_index_for_each_team(small_and_large):
    for store in small_and_large:
        with store.engine.connect() as connection:
            plan = explain(connection, ALIKE, {"of": "w", "source": "s"})
        assert "SCAN source" not in plan
        assert "SCAN this" not in plan
        assert "query=? AND credential_id=?" in plan


def test_what_is_named_is_found_by_its_name_once_stock_was_taken(small_and_large):
    names = [f"{n}first" for n in range(30)]
    asked = [
        (known._CONVERSATIONS, {"of": "w", "ids": names, "networks": ["mastodon"], "roots": names}),
        (threads._THESE, {"of": "w", "talks": names}),
    ]
    for store in small_and_large:
        with store.engine.connect() as connection:
            plans = [explain(connection, *each) for each in asked]
        assert all("(workspace_id=? AND id=?)" in plan for plan in plans)
        assert not any("(workspace_id=?)" in plan for plan in plans), "that goes through all of a Workspace"


def test_a_thread_is_found_without_going_through_all_that_was_ever_said(tmp_path, sqlite_template):
    file = tmp_path / "threads.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{file}", keys=None, clock=lambda: NOON)
    home = store.add_workspace(Workspace("w", team="T100", name="Acme")).id
    with store.write(home) as tx:
        new = page(1_000)
        ours = [replace(placed(f"a{n}"), wording=f"w{n}") for n in range(1_000)]
        tx.threads.save(replace(new, posts=[*new.posts, *ours]), at=NOON)
    store.take_stock()
    names = [f"p{n}" for n in range(30)]
    asked = [
        (known._WHOLE, {"of": "w", "talks": [f"talk-{name}" for name in names]}),
        (known._around(()), {"of": "w", "network": "mastodon", "names": names}),
        (
            known._around(("repeated",)),
            {
                "of": "w",
                "network": "mastodon",
                "names": names,
                "networks": ["mastodon"],
                "wordings": ["w1"],
                "written_from": NOON,
                "written_to": NOON + MINUTE,
            },
        ),
        (known._SAME_WORDS, {"of": "w", "networks": ["mastodon"], "wordings": [f"w{n}" for n in range(30)]}),
    ]
    with store.engine.connect() as connection:
        plans = [explain(connection, *each) for each in asked]
    store.close()
    for plan in plans:
        assert "SCAN post" not in plan
        assert "(workspace_id=?)" not in plan
        assert "(workspace_id=? AND network=?)" not in plan


def sent(connection: Connection, statement, given) -> tuple[str, Any]:
    """What goes to the engine when the statement is executed, and its values."""
    seen = []
    event.listen(connection, "before_cursor_execute", lambda *told: seen.append(told[2:4]))
    connection.execute(statement, given).close()
    return seen[-1]


def explain(connection: Connection, statement, given) -> str:
    """The plan of a statement, as SQLite tells it."""
    sql, values = sent(connection, statement, given)
    return repr(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all())


def generic_plan(connection: Connection, name: str, statement, given) -> str:
    """The plan that PostgreSQL makes once, for any values."""
    sql, values = sent(connection, statement, given)
    for number, key in enumerate(values, 1):
        sql = sql.replace(f"%({key})s", f"${number}")
    connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql(f"PREPARE {name} AS {sql}")
    listed = ", ".join(f"'{value}'" for value in values.values())
    rows = connection.exec_driver_sql(f"EXPLAIN EXECUTE {name}({listed})").all()
    return "\n".join(row[0] for row in rows)


def test_postgres_reads_no_table_through_even_with_a_plan_for_any_value(postgres_empty, clock):
    migrate(postgres_empty)
    store = open_store(postgres_empty, keys=None, clock=clock)
    history(store, store.add_workspace(Workspace("w", team="T100", name="Acme")).id, 20_000)
    with store._writing(durable=False) as connection:
        waiting = generic_plan(connection, "waiting", *WAITING)
        claim = generic_plan(connection, "claim", *DUE)
    store.close()
    assert "ix_conversation_waiting" in waiting
    assert "ix_work_ready" in claim
    assert "Seq Scan" not in waiting + claim


def test_postgres_keeps_each_statement_prepared_over_transactions(postgres_url, clock):
    store = open_store(postgres_url, keys=None, clock=clock)
    home = store.add_workspace(Workspace("w", team="T100", name="Acme")).id
    for _ in range(8):
        with store.read(home) as tx:
            tx.sources.sources()
        with store.write(home) as tx:
            tx.people.teammates()
        store.next_due([Job.POLL])
    with store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars().all()
    store.close()
    for table in ("source", "teammate", "work"):
        assert [one for one in kept if f"FROM {table}" in one], kept
