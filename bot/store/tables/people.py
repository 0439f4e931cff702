"""Tables of the team: workspaces, teammates, and the handles of ours."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Table, UniqueConstraint
from sqlmodel import Field

from bot.store.tables.columns import Row, ids, metadata, moment, owner


class WorkspaceRow(Row, table=True):
    """A Slack team. `pepper` keys the hashes of those who asked to be forgotten here.

    A calendar's address is a credential.
    """

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("team"),)

    id: str = Field(primary_key=True)
    team: str
    name: str
    zone: str
    channel: str | None
    digest_at: time
    bot_user: str | None
    pepper: str
    holidays: str | None
    calendar_id: str | None
    off: Any = ids(optional=True)


class TeammateRow(Row, table=True):
    """One of us, with their hours."""

    __tablename__ = "teammate"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_user"),
        CheckConstraint("rings_a_day BETWEEN 0 AND 3", name="rings"),
    )

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    slack_user: str
    name: str
    zone: str
    starts: time
    ends: time
    days: Any = ids()
    can_be_assigned: bool
    is_lead: bool
    paused_until: datetime | None = moment(optional=True)
    stopped: bool
    rings_a_day: int
    met: bool
    holidays: str | None
    calendar_id: str | None
    off: Any = ids(optional=True)


class HandleRow(Row, table=True):
    """An account of ours on a network; without a teammate it is shared."""

    __tablename__ = "handle"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "teammate_id"], ["teammate.workspace_id", "teammate.id"]),
        Index("ix_handle_account", "workspace_id", "network", "author_id"),
    )

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    network: str
    author_id: str
    name: str
    teammate_id: str | None
    home: str | None
    proved: bool
    since: datetime | None = moment(optional=True)
    until: datetime | None = moment(optional=True)


class ChoiceRow(Row, table=True):
    """One thing that the team decided: about what, for whom or which watch, and what."""

    __tablename__ = "choice"

    workspace_id: str = owner()
    about: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    value: Any = ids()


workspace: Table = metadata.tables["workspace"]
teammate: Table = metadata.tables["teammate"]
handle: Table = metadata.tables["handle"]
choice: Table = metadata.tables["choice"]
