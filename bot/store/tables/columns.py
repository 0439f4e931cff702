"""What all tables share: the names of constraints, and the types of columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    FromClause,
    Index,
    MetaData,
    String,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""Ids and settings only. JSONB on PostgreSQL, because plain JSON cannot be compared there."""


WORKSPACE = bindparam("of", type_=String())
"""Whose rows: a statement is written once, and told so when it is executed. To write it anew each time costs
more than what the database does for it."""


def moment_of(kept: str | datetime | None) -> datetime | None:
    """What a driver gives for a moment, as aware UTC: naive text on SQLite, a moment on PostgreSQL."""
    if kept is None:
        return None
    if isinstance(kept, str):
        return datetime.fromisoformat(kept).replace(tzinfo=UTC)
    return kept.astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: refuses naive values, and gives aware UTC back on both engines.

    SQLite has no type for it and would drop the offset in silence, so it gets naive UTC text of a
    fixed width, which sorts as the moments do.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; raises ValueError for a naive value."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a moment without a zone was given to the store")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], datetime | None]:
        """From what the driver gives to aware UTC, in one step: most values that are read are moments."""
        return moment_of


class Row(SQLModel):
    """The schema's root. Classes describe tables only; rows are written and read by Core statements."""

    metadata = metadata


def owner() -> Any:
    """The first column of each key: whose row it is."""
    return Field(primary_key=True, foreign_key="workspace.id")


def of(table: FromClause) -> ColumnElement[bool]:
    """The rows of the Workspace that the execution names as `of`."""
    belongs: ColumnElement[bool] = table.c.workspace_id == WORKSPACE
    return belongs


def moment(*, optional: bool = False) -> Any:
    """A column for a moment."""
    return Field(sa_type=UtcDateTime, nullable=optional)


def ids(*, optional: bool = False) -> Any:
    """A column of JSON."""
    return Field(sa_type=cast(Any, Json), nullable=optional)


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index on the rows that are still open; `where` is literal SQL, so that plans can use it."""
    predicate = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=predicate, postgresql_where=predicate)


def big(*, optional: bool = False) -> Any:
    """A column for a number that 32 bits may not hold."""
    return Field(sa_type=BigInteger, nullable=optional)
