"""Bringing a database to the present revision, so that a kill at any moment leaves the old one or the new."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from functools import cache
from glob import escape
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from bot.store.engine import make_engine
from bot.store.refusals import refusals


class OutOfDate(Exception):
    """The database is of another revision than this program."""


def migrate(url: str) -> None:
    """Bring the database at `url` to the present revision; a fresh one is made.

    All of it is one transaction. A SQLite file with something in it is copied first, beside itself.
    """
    engine = make_engine(url)
    try:
        if present(engine) == head():
            return
        _copy(engine)
        writes = engine.connect().execution_options(writes=True, durable=True, workspace="migrate")
        with writes as connection, connection.begin():
            upgrade(connection)
    finally:
        engine.dispose()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision` inside the transaction of `connection`."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def head() -> str:
    """The revision that this program was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def present(engine: Engine) -> str | None:
    """The revision of a database, None for a fresh one. Raises NoDatabase when it does not answer."""
    with refusals(engine.url), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_head(engine: Engine) -> None:
    """Raises OutOfDate when the database is of another revision."""
    found = present(engine)
    if found != head():
        state = "is empty" if found is None else f"is at revision {found}, and this program needs {head()}"
        raise OutOfDate(f"The database {state}. Run `byhand migrate` first.")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _copy(engine: Engine) -> None:
    """A whole copy of a SQLite file that has tables, named after its revision; an older copy stays."""
    if engine.dialect.name != "sqlite" or not inspect(engine).get_table_names():
        return
    copy = Path(f"{engine.url.database}.before-{head()}")
    unfinished = copy.with_name(copy.name + ".part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
    unfinished.replace(copy)


def drop_copies(engine: Engine, until: datetime | None = None) -> None:
    """Remove the copies made before an update until then, or all: they hold the words of former days."""
    if engine.dialect.name != "sqlite":
        return
    file = Path(str(engine.url.database))
    for copy in file.parent.glob(f"{escape(file.name)}.before-*"):
        with suppress(FileNotFoundError):  # another thread was there first
            if until is None or copy.stat().st_mtime <= until.timestamp():
                copy.unlink()
