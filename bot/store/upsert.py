"""Writing many rows in one statement, the same on both engines."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, or_
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[Mapping[str, Any]]
Instead = Callable[[Any], Mapping[str, ColumnElement[Any]]]
"""From the row that was to be inserted to what is written of it; one function of a module, not one a call."""


def new_id() -> str:
    """An id of our own: random text that is never given out again."""
    return secrets.token_hex(10)


@cache
def insert(dialect: str, table: Table) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT; the two engines' kinds have the same methods."""
    return sqlite.insert(table) if dialect == "sqlite" else cast(sqlite.Insert, postgresql.insert(table))


@cache
def _missing(dialect: str, table: Table) -> sqlite.Insert:
    return insert(dialect, table).on_conflict_do_nothing()


def add_missing(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert those rows that are not there yet, by any key."""
    if rows:
        connection.execute(_missing(connection.dialect.name, table), rows)


def upsert(
    connection: Connection,
    table: Table,
    rows: Rows,
    *,
    keep: Collection[str] = (),
    instead: Instead | None = None,
) -> None:
    """Insert rows, or change those that are there by their primary key and differ.

    `keep` are columns that stay as first written, `instead` what to write in place of the new value.
    A row that would stay the same is not touched.
    """
    if rows:
        columns = tuple(name for name in rows[0] if name not in keep)
        connection.execute(_upsert(connection.dialect.name, table, columns, instead), rows)


@cache
def _upsert(dialect: str, table: Table, columns: Collection[str], instead: Instead | None) -> sqlite.Insert:
    statement = insert(dialect, table)
    key = [column.name for column in table.primary_key]
    values: dict[str, Any] = {name: statement.excluded[name] for name in columns if name not in key}
    values |= instead(statement.excluded) if instead else {}
    differs = or_(*(table.c[name].is_distinct_from(value) for name, value in values.items()))
    return statement.on_conflict_do_update(index_elements=key, set_=values, where=differs)
