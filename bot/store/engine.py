"""How a database is opened: what each engine must be told so that both keep the same promises.

SQLite: the driver begins nothing by itself, writers BEGIN IMMEDIATE, erased bytes are overwritten.
PostgreSQL: one writer at a time in each Workspace, by an advisory lock, which is what BEGIN IMMEDIATE
gives on SQLite; so code that reads and then writes loses nothing on either.
"""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

THREADS = 40
"""Connections kept: Slack's 32 threads and the clock's workers."""

RESTED = 5.0
"""Seconds without use after which a connection to PostgreSQL may have been closed by somebody else."""

STATEMENTS = 500
"""How many a connection to PostgreSQL keeps prepared: there are some 300, and the driver keeps 100."""

BUSY = 30
"""Seconds that a SQLite writer waits for another before it gives up."""


def make_engine(url: str, *, busy: float = BUSY, rested: float = RESTED) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://`; raises ValueError for anything else.

    `busy` is how many seconds a writer waits for another on SQLite, `rested` after how many without use a
    connection to PostgreSQL is asked whether it is there.
    """
    parsed = make_url(url)
    shared: dict[str, Any] = {
        "hide_parameters": True,
        "poolclass": QueuePool,
        "pool_size": THREADS,
        "json_serializer": _json,
    }
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise ValueError("the store needs a file: threads cannot share a database in memory")
        engine = create_engine(parsed, connect_args={"check_same_thread": False, "timeout": busy}, **shared)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"), **shared)
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", partial(_ask_whether_there, engine.dialect, rested))
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    raise ValueError(f"{parsed.get_backend_name()} is not a database that By Hand can use")


def reading(engine: Engine) -> dict[str, Any]:
    """How a block that only reads begins: one view of the database, as SQLite gives by itself."""
    if engine.dialect.name == "sqlite":
        return {}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def alone(engine: Engine) -> dict[str, Any]:
    """How a block of single statements begins, none of which has to reach the disk before it returns.

    On PostgreSQL each is a transaction by itself, which saves the server two answers for a statement.
    """
    if engine.dialect.name == "sqlite":
        return {"writes": True}
    return {"isolation_level": "AUTOCOMMIT"}


def overwrite_erased(engine: Engine) -> bool:
    """After words were erased and committed: leave no copy of them in SQLite's log.

    What SQLite frees in the file is overwritten by `secure_delete`. A reader may hold the log just now: it
    is not waited for, and False says that this must be done again. PostgreSQL frees old rows in its own time.
    """
    if engine.dialect.name != "sqlite":
        return True
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=0").fetchall()
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={BUSY * 1000}").fetchall()
        cursor.close()
    return not busy


def take_stock(engine: Engine) -> None:
    """Tell the planner how much there is of what, by some rows of each index.

    Until then SQLite takes the rows of a Workspace for ten, and goes through them all. PostgreSQL does it by
    itself.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(**alone(engine)) as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA analysis_limit=400").close()
        connection.exec_driver_sql("ANALYZE").close()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin as the block asked for: `synchronous` can only be changed before a transaction."""
    options, driver = connection.get_execution_options(), _driver(connection)
    writes = bool(options.get("writes"))
    wanted = {"query_only": "OFF" if writes else "ON"}
    if writes:
        wanted["synchronous"] = "FULL" if options.get("durable") else "NORMAL"
    stands = connection.info
    for pragma, value in wanted.items():
        if stands.get(pragma) != value:
            driver.execute(f"PRAGMA {pragma}={value}").close()
            stands[pragma] = value
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN").close()


def _prepare_postgresql(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Commits are not waited for, except where a block asks for it. Of what is asked again and again each
    statement stays prepared: to plan them takes PostgreSQL longer than to answer them."""
    connection.prepared_max = STATEMENTS
    connection.execute("SET synchronous_commit TO off").close()
    connection.commit()


def _note_use(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info["used"] = monotonic()


def _ask_whether_there(
    dialect: Dialect,
    rested: float,
    connection: Any,
    entry: ConnectionPoolEntry,
    _fairy: PoolProxiedConnection,
) -> None:
    """What rested may have been closed: by a restart of the server, or a firewall. To ask each time would
    double the way to the server of a small transaction."""
    if monotonic() - entry.info.get("used", monotonic()) <= rested:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as gone:
        raise DisconnectionError from gone


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    begins = []
    if options.get("durable"):
        begins.append("set_config('synchronous_commit', 'on', true)")
    if options.get("workspace"):
        begins.append("pg_advisory_xact_lock(hashtextextended(%(workspace)s, 0))")
    if begins:
        _driver(connection).execute(f"SELECT {', '.join(begins)}", options).close()


def _driver(connection: Connection) -> Any:
    """The driver's own connection: sqlite3's and psycopg's both have `execute`."""
    return connection.connection.driver_connection
