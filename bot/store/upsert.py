"""Writing many rows in one statement, the same on both engines."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, or_
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[Mapping[str, Any]]


def new_id() -> str:
    """An id of our own: random text that is never given out again."""
    return secrets.token_hex(10)


def insert(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT; the two engines' kinds have the same methods."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return cast(sqlite.Insert, postgresql.insert(table))


def add_missing(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert those rows that are not there yet, by any key."""
    if rows:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)


def upsert(
    connection: Connection,
    table: Table,
    rows: Rows,
    *,
    keep: Collection[str] = (),
    instead: Callable[[Any], Mapping[str, ColumnElement[Any]]] | None = None,
) -> None:
    """Insert rows, or change those that are there by their primary key and differ.

    `keep` are columns that stay as first written, `instead` what to write in place of the new value.
    A row that would stay the same is not touched.
    """
    if not rows:
        return
    statement = insert(connection, table)
    key = [column.name for column in table.primary_key]
    values: dict[str, Any] = {
        name: statement.excluded[name] for name in rows[0] if name not in key and name not in keep
    }
    values |= instead(statement.excluded) if instead else {}
    differs = or_(*(table.c[name].is_distinct_from(value) for name, value in values.items()))
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=values, where=differs), rows)
