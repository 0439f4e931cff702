"""Tables of conversations: where each stands, what proves it, and who did what. Ids only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Table, UniqueConstraint
from sqlmodel import Field

from bot.store.tables.columns import Row, ids, metadata, moment, owner, partial


class ConversationRow(Row, table=True):
    """The mentions of one outside person in one thread; `author` is empty for a fold of many.

    `standing` is all that was computed; what the indexes need stands beside it. `settled_at` is when it
    was last changed without being on us, which starts the time after which its words are wiped.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("workspace_id", "network", "root", "author", "episode"),
        CheckConstraint("revision >= 0", name="revision"),
        partial(
            "ix_conversation_waiting",
            "workspace_id",
            "waiting_since",
            "id",
            where="status = 'open' AND lane = 'to us'",
        ),
        partial("ix_conversation_holder", "workspace_id", "holder", where="status IN ('open', 'snoozed')"),
        partial("ix_conversation_asked", "workspace_id", "asked", where="status IN ('open', 'snoozed')"),
        partial("ix_conversation_settled", "workspace_id", "settled_at", where="settled_at IS NOT NULL"),
        partial("ix_conversation_look", "workspace_id", "network", "look_at", where="look_at IS NOT NULL"),
        partial("ix_conversation_wake", "workspace_id", "wake_at", where="wake_at IS NOT NULL"),
        Index("ix_conversation_author", "workspace_id", "author"),
    )

    workspace_id: str = owner()
    id: str = Field(primary_key=True)
    network: str
    root: str
    author: str
    episode: int
    handle_id: str | None
    url: str | None
    endpoint: str | None
    revision: int
    status: str
    lane: str
    waiting_since: datetime | None = moment(optional=True)
    holder: str | None
    asked: str | None
    wake_at: datetime | None = moment(optional=True)
    settled_at: datetime | None = moment(optional=True)
    looked_at: datetime | None = moment(optional=True)
    created_at: datetime = moment()
    standing: Any = ids()
    unseen_since: datetime | None = moment(optional=True)
    tried_at: datetime | None = moment(optional=True)
    look_at: datetime | None = moment(optional=True)


class EvidenceRow(Row, table=True):
    """One reply of ours as an answer. `token` is its post, or who said it and when."""

    __tablename__ = "evidence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "conversation_id"], ["conversation.workspace_id", "conversation.id"]
        ),
    )

    workspace_id: str = owner()
    conversation_id: str = Field(primary_key=True)
    token: str = Field(primary_key=True)
    post: str | None
    url: str | None
    by: str | None
    at: datetime = moment()
    strength: str
    verified: bool
    mentions: Any = ids()
    gone_at: datetime | None = moment(optional=True)
    first_seen: datetime = moment()


class JournalRow(Row, table=True):
    """Append-only: who did what, when, from, to, by which face. A press has its own columns.

    `number` counts within the workspace and orders what happened at one moment.
    """

    __tablename__ = "journal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "conversation_id"], ["conversation.workspace_id", "conversation.id"]
        ),
        Index("ix_journal_conversation", "workspace_id", "conversation_id", "number"),
        Index("ix_journal_verb", "workspace_id", "verb", "at"),
    )

    workspace_id: str = owner()
    number: int = Field(primary_key=True, sa_type=BigInteger)
    conversation_id: str
    verb: str
    wait: int
    by: str
    at: datetime = moment()
    face: str
    before: str
    after: str
    press_id: str | None
    covers: Any = ids()
    to: str | None
    until: datetime | None = moment(optional=True)
    post: str | None
    undoes: str | None


conversation: Table = metadata.tables["conversation"]
evidence: Table = metadata.tables["evidence"]
journal: Table = metadata.tables["journal"]
