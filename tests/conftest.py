"""What the tests of every room share: a clock moved by hand, and the store on both engines.

`store` runs a test twice, on SQLite and on PostgreSQL, each time in an empty, migrated database of its own.
"""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from bot.domain.model import Workspace
from bot.store import SqlStore, migrate
from bot.store.engine import make_engine
from bot.store.tables import metadata
from bot.store.vault import Vault
from tests import postgres

TABLES = [table.name for table in metadata.sorted_tables]


def pytest_collection_finish() -> None:
    """What was collected stays until the end: it need not be searched for garbage over and over."""
    gc.collect()
    gc.freeze()


class HandClock:
    """A clock that stands still until it is moved. It starts on a Monday, 09:00 UTC."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> datetime:
        """Forward by so much; returns the time it shows then."""
        self.now += by
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One PostgreSQL server for the run; without one the test is skipped, or fails where it is required."""
    try:
        with postgres.server() as server:
            yield server
    except postgres.NoServer as reason:
        if "postgres" in os.environ.get("BYHAND_REQUIRE", ""):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture
def postgres_empty(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a database of this test's own, without tables: slower than `postgres_url`."""
    name = postgres_server.create()
    yield postgres_server.url_of(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def postgres_shared(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a migrated database, which each test leaves empty."""
    name = postgres_server.create()
    migrate(postgres_server.url_of(name))
    yield postgres_server.url_of(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated database file, which others are copied from."""
    file = tmp_path_factory.mktemp("template") / "byhand.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty, migrated database on SQLite."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'byhand.db')}"


@pytest.fixture(scope="session")
def empty_postgres(postgres_shared: str) -> Iterator[Callable[[], None]]:
    """What empties that database."""
    with postgres.emptying(postgres_shared, TABLES) as empty:
        yield empty


@pytest.fixture
def postgres_url(postgres_shared: str, empty_postgres: Callable[[], None]) -> Iterator[str]:
    """The address of an empty, migrated database on PostgreSQL."""
    yield postgres_shared
    empty_postgres()


@pytest.fixture(scope="session")
def sqlite_shared(sqlite_template: Path) -> str:
    """The address of a migrated file, which each test leaves empty."""
    return f"sqlite:///{shutil.copy(sqlite_template, sqlite_template.with_name('shared.db'))}"


@pytest.fixture
def sqlite_emptied(sqlite_shared: str) -> Iterator[str]:
    """The address of that file, empty."""
    yield sqlite_shared
    with closing(sqlite3.connect(sqlite_shared.removeprefix("sqlite:///"), isolation_level=None)) as file:
        file.executescript("; ".join(["BEGIN", *(f"DELETE FROM {name}" for name in TABLES), "COMMIT"]))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database, on one engine and then the other."""
    fixture = {"sqlite": "sqlite_emptied", "postgres": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(scope="session")
def engines() -> Iterator[Callable[[str], Engine]]:
    """One engine for each address in the whole run: it has its statements compiled."""
    made: dict[str, Engine] = {}
    yield lambda url: made[url] if url in made else made.setdefault(url, make_engine(url))
    for engine in made.values():
        engine.dispose()


@pytest.fixture(scope="session")
def key() -> str:
    """A key to seal credentials with."""
    return Fernet.generate_key().decode()


@pytest.fixture
def store(database_url: str, key: str, clock: HandClock, engines: Callable[[str], Engine]) -> SqlStore:
    """The real store, empty, on one engine and then the other."""
    return SqlStore(engines(database_url), Vault([key]), clock)


@pytest.fixture
def workspace(store: SqlStore) -> Workspace:
    """The team whose database it is."""
    return store.add_workspace(Workspace("", team="T100", name="Acme", channel="C100"))
