"""Tables of what is to be done: timed work, what came in from Slack, and the count of what was asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Table, UniqueConstraint
from sqlmodel import Field

from bot.store.tables.columns import Row, big, ids, metadata, moment, owner, partial


class WorkRow(Row, table=True):
    """One row per (kind, subject), whose due time moves.

    `ready_at` is when somebody may claim it: its due time while free, the end of the lease while held.
    `next_at` is what was planned while it was held. The index has no workspace in front, because one
    claim serves them all.
    """

    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("workspace_id", "kind", "subject"),
        Index("ix_work_ready", "ready_at", "kind"),
    )

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    kind: str
    subject: str
    due_at: datetime = moment()
    ready_at: datetime = moment()
    next_at: datetime | None = moment(optional=True)
    lease: str | None
    attempts: int


class InboxRow(Row, table=True):
    """One thing that Slack told us; its body is emptied when it is done."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        partial("ix_inbox_unfinished", "workspace_id", "received_at", where="done_at IS NULL"),
    )

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    key: str
    kind: str
    body: Any = ids()
    received_at: datetime = moment()
    done_at: datetime | None = moment(optional=True)


class LedgerRow(Row, table=True):
    """How often something was asked of a host, by this installation as a whole."""

    __tablename__ = "ledger"

    host: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    template: str = Field(primary_key=True)
    count: int = big()
    last_seen: datetime = moment()


class LookRow(Row, table=True):
    """How many complete looks there were on one day (UTC)."""

    __tablename__ = "look"

    workspace_id: str = owner()
    day: date = Field(primary_key=True)
    count: int = big()


work: Table = metadata.tables["work"]
inbox: Table = metadata.tables["inbox"]
ledger: Table = metadata.tables["ledger"]
look: Table = metadata.tables["look"]
