"""Tables of what is read: watches, the sources they share, credentials, and what could not be read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint
from sqlmodel import Field

from bot.store.tables.columns import Row, big, ids, metadata, moment, owner


class CredentialRow(Row, table=True):
    """A key to a network, sealed; what it opens stands beside it in the clear.

    `session` is what its connector keeps with it, sealed too. `budget` is what it may cost in a month, and
    `prices` what one thing read costs by what the team says, in millionths of a US dollar.
    """

    __tablename__ = "credential"

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    network: str
    endpoint: str
    sealed: str
    account: str | None
    owner: str | None
    session: str | None
    budget: int | None = big(optional=True)
    prices: Any = ids(optional=True)


class SpentRow(Row, table=True):
    """What reading with a credential cost in a month ("2026-03"), in millionths of a US dollar."""

    __tablename__ = "spent"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "credential_id"],
            ["credential.workspace_id", "credential.id"],
            ondelete="CASCADE",
        ),
    )

    workspace_id: str = owner()
    credential_id: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    amount: int = big()


class SourceRow(Row, table=True):
    """What is fetched. `credential_id` is empty for none, so that equal sources are one row."""

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("workspace_id", "network", "endpoint", "kind", "query", "credential_id"),
    )

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    network: str
    endpoint: str
    kind: str
    query: str
    credential_id: str
    account: str | None
    cursor: str
    health: str
    failures: int
    problem: str | None
    history_before: datetime | None = moment(optional=True)
    last_success: datetime | None = moment(optional=True)
    last_try: datetime | None = moment(optional=True)
    last_post: datetime | None = moment(optional=True)
    blocked_until: datetime | None = moment(optional=True)
    swept_at: datetime | None = moment(optional=True)
    missed_at: datetime | None = moment(optional=True)
    missed: int | None


class WatchRow(Row, table=True):
    """What a team follows."""

    __tablename__ = "watch"

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    name: str
    lane: str | None
    paused: bool
    created_by: str | None


class WatchSourceRow(Row, table=True):
    """Which Watch needs which Source, in its order."""

    __tablename__ = "watch_source"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "watch_id"], ["watch.workspace_id", "watch.id"]),
        ForeignKeyConstraint(["workspace_id", "source_id"], ["source.workspace_id", "source.id"]),
        Index("ix_watch_source_source", "workspace_id", "source_id"),
    )

    workspace_id: str = owner()
    watch_id: str = Field(primary_key=True)
    source_id: str = Field(primary_key=True)
    place: int


class QuarantineRow(Row, table=True):
    """A post that could not be read: its id and why, never its words."""

    __tablename__ = "quarantine"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "source_id"], ["source.workspace_id", "source.id"], ondelete="CASCADE"
        ),
    )

    workspace_id: str = owner()
    source_id: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    why: str
    at: datetime = moment()


credential: Table = metadata.tables["credential"]
spent: Table = metadata.tables["spent"]
source: Table = metadata.tables["source"]
watch: Table = metadata.tables["watch"]
watch_source: Table = metadata.tables["watch_source"]
quarantine: Table = metadata.tables["quarantine"]
