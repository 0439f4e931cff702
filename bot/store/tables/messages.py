"""Tables of what we post in Slack, and of what was ever sent: keys outlive messages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Table
from sqlmodel import Field

from bot.store.tables.columns import Row, ids, metadata, moment, owner, partial


class MessageRow(Row, table=True):
    """One message that we post and keep true. It is to be drawn again while `drawn` is behind `revision`."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("state IN ('sending', 'sent', 'unknown', 'not sent', 'dead')", name="state"),
        Index("ix_message_person", "workspace_id", "person", "created_at"),
        partial("ix_message_stands", "workspace_id", "channel", "ts", where="ts IS NOT NULL", unique=True),
        partial("ix_message_sending", "workspace_id", "lease_until", where="state = 'sending'"),
        partial("ix_message_day", "workspace_id", "place", "day", where="day IS NOT NULL"),
    )

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    kind: str
    place: str
    person: str | None
    state: str
    channel: str | None
    ts: str | None
    day: date | None
    days: Any = ids()
    by: str | None
    press: str | None
    note: str | None
    post: str | None
    source: str | None
    total: int
    live: bool
    created_at: datetime = moment()
    sent_at: datetime | None = moment(optional=True)
    lease: str | None
    lease_until: datetime | None = moment(optional=True)
    revision: int
    drawn: int


class MessageShowsRow(Row, table=True):
    """One conversation that a message is about."""

    __tablename__ = "message_shows"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "message_id"], ["message.workspace_id", "message.id"]),
        Index("ix_message_shows_conversation", "workspace_id", "conversation_id", "message_id"),
    )

    workspace_id: str = owner()
    message_id: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    conversation_id: str
    wait: int
    step: str


class NoteRow(Row, table=True):
    """A teammate's own words to a colleague, kept for some days with the press that asked."""

    __tablename__ = "note"

    workspace_id: str = owner()
    press_id: str = Field(primary_key=True)
    text: str
    at: datetime = moment()


class NudgeRow(Row, table=True):
    """The key of one ring, kept for ever: nobody is told the same step of the same wait twice."""

    __tablename__ = "nudge"
    __table_args__ = (Index("ix_nudge_message", "workspace_id", "message_id"),)

    workspace_id: str = owner()
    teammate_id: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    wait: int = Field(primary_key=True)
    step: str = Field(primary_key=True)
    message_id: str
    at: datetime = moment()


class DigestRow(Row, table=True):
    """The key of one day's digest in one channel, kept for ever."""

    __tablename__ = "digest"
    __table_args__ = (Index("ix_digest_message", "workspace_id", "message_id"),)

    workspace_id: str = owner()
    channel: str = Field(primary_key=True)
    local_date: date = Field(primary_key=True)
    message_id: str
    at: datetime = moment()


class HomeRow(Row, table=True):
    """A teammate opened the app's Home, which is kept true from then on; when they did is not kept.

    `shown` is the print of what stands there, empty when it is to be drawn whatever it shows.
    """

    __tablename__ = "home"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "teammate_id"], ["teammate.workspace_id", "teammate.id"]),
    )

    workspace_id: str = owner()
    teammate_id: str = Field(primary_key=True)
    shown: str


class GreetingRow(Row, table=True):
    """What Slack's last hello said: how many sockets the app has open, and how many of them may be ours."""

    __tablename__ = "greeting"

    workspace_id: str = owner()
    told: int
    ours: int
    at: datetime = moment()


message: Table = metadata.tables["message"]
message_shows: Table = metadata.tables["message_shows"]
note: Table = metadata.tables["note"]
nudge: Table = metadata.tables["nudge"]
digest: Table = metadata.tables["digest"]
home: Table = metadata.tables["home"]
greeting: Table = metadata.tables["greeting"]
