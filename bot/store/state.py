"""How a database is found, without making it, changing it or waiting for it."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from bot.store.engine import make_engine
from bot.store.migrate import head, present

SQLITE = "sqlite"


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What kind it is, its revision (None for an empty or missing one) and the one that is needed.

    `journal` is SQLite's journal mode, empty on PostgreSQL; `room` are the bytes free where it stands.
    """

    kind: str
    revision: str | None
    wanted: str
    writable: bool = False
    journal: str = ""
    room: int | None = None


def state_of(url: str, *, patience: float = 5.0) -> DatabaseState:
    """Look at it; a writer is waited for so many seconds. Raises NoDatabase when it does not answer."""
    engine = make_engine(url, busy=patience)
    kind = engine.dialect.name
    if kind == SQLITE and not Path(engine.url.database or "").is_file():
        return DatabaseState(kind, None, head())
    try:
        found = present(engine)
        return DatabaseState(kind, found, head(), _is_writable(engine), _journal(engine), _room(engine))
    finally:
        engine.dispose()


def _is_writable(engine: Engine) -> bool:
    """Whether a writing transaction can be begun; it is given up at once."""
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin() as nothing:
            nothing.rollback()
    except (OperationalError, sqlite3.OperationalError):  # a begin of ours is not wrapped by SQLAlchemy
        return False
    return True


def _journal(engine: Engine) -> str:
    if engine.dialect.name != SQLITE:
        return ""
    with engine.connect() as connection:
        return str(connection.execute(text("PRAGMA journal_mode")).scalar_one())


def _room(engine: Engine) -> int | None:
    if engine.dialect.name != SQLITE:
        return None
    return shutil.disk_usage(Path(engine.url.database or "").parent).free
