"""How fast posts are stored, as a share of what raw sqlite3 does with the same rows in the same run.

    make bench        one ratio; the machine's own speed falls out of it

Both write durable pages of 80 into a file with the store's own tables: the store with its checks, contacts
and conversations of values, sqlite3 by `executemany` of rows read back from what the store had written.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from bot.domain.model import Author, Post, Visibility, Workspace
from bot.domain.ports import Changes, Placed
from bot.store import SqlStore, migrate, open_store

PAGES, EACH = 100, 80
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TABLES = ("contact", "post")


def page(number: int) -> list[Placed]:
    """Made-up posts by made-up people."""
    return [placed(number * EACH + each) for each in range(EACH)]


def placed(number: int) -> Placed:
    """One post with words of a usual length."""
    author = Author(id=f"person-{number % 997}", handle=f"@mei{number % 997}@one.example", name="Mei Tanaka")
    post = Post(
        network="mastodon",
        id=f"https://one.example/posts/{number}",
        url=f"https://one.example/@mei/{number}",
        author=author,
        text="Does the export keep my tags? I lost them twice when I moved. " * 3,
        created_at=NOON + timedelta(seconds=number),
        visibility=Visibility.PUBLIC,
    )
    return Placed(post=post, root=post.id)


def through_the_store(url: str) -> SqlStore:
    """Write every page; returns the store for what is asked afterwards."""
    store = open_store(url, keys=[Fernet.generate_key().decode()], clock=lambda: NOON)
    workspace = store.add_workspace(Workspace(id="", team="T1", name="Acme"))
    for number in range(PAGES):
        with store.write(workspace.id) as tx:
            tx.threads.save(Changes(posts=page(number)), at=NOON)
    return store


def rows_of(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the store wrote, table by table."""
    with closing(sqlite3.connect(database)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - ours
            for table in TABLES
        }


def raw(database: Path, rows: dict[str, list[tuple[object, ...]]]) -> None:
    """The same rows, in as many durable transactions, by the driver alone."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        for number in range(PAGES):
            connection.execute("BEGIN IMMEDIATE")
            for table, all_rows in rows.items():
                size = -(-len(all_rows) // PAGES)
                some = all_rows[number * size : (number + 1) * size]
                if some:
                    values = ", ".join("?" * len(some[0]))
                    sql = f"INSERT INTO {table} VALUES ({values})"  # noqa: S608 - ours
                    connection.executemany(sql, some)
            connection.execute("COMMIT")


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Measure both, print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.db", Path(folder) / "raw.db"
        for database in (ours, theirs):
            migrate(f"sqlite:///{database}")
        store_seconds = timed(lambda: through_the_store(f"sqlite:///{ours}"))
        rows = rows_of(ours)
        raw_seconds = timed(lambda: raw(theirs, rows))
    posts = PAGES * EACH
    rates = f"the store {posts / store_seconds:,.0f}, raw sqlite3 {posts / raw_seconds:,.0f}"
    print(f"ingest: posts a second: {rates}")
    print(f"ingest: {raw_seconds / store_seconds:.2f} of raw sqlite3's rate")


if __name__ == "__main__":
    main()
