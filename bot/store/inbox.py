"""What came in from Slack, and what was done and how often was looked, of one Workspace."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, Executable, and_, bindparam, delete, func, join, select, update

from bot.domain.ports import Incoming, Move
from bot.store.shapes import move_of
from bot.store.tables.columns import of
from bot.store.tables.conversations import conversation, journal
from bot.store.tables.schedule import inbox, look
from bot.store.threads import OPENLY
from bot.store.upsert import insert, new_id

_UNFINISHED = (
    select(inbox).where(of(inbox), inbox.c.done_at.is_(None)).order_by(inbox.c.received_at, inbox.c.id)
)
_PRUNED = (
    delete(inbox)
    .where(of(inbox), inbox.c.kind == bindparam("kind"))
    .where(inbox.c.received_at < bindparam("before"), inbox.c.done_at.is_not(None))
)
_ABOUT = and_(
    conversation.c.workspace_id == journal.c.workspace_id, conversation.c.id == journal.c.conversation_id
)
_COUNTED = (
    select(func.count())
    .select_from(join(journal, conversation, _ABOUT))
    .where(of(journal), journal.c.verb.in_(bindparam("verbs", expanding=True)))
    .where(journal.c.at >= bindparam("since"), journal.c.at < bindparam("until"), OPENLY)
)


@cache
def _take(dialect: str) -> Executable:
    return insert(dialect, inbox).on_conflict_do_nothing().returning(inbox.c.id)


@cache
def _count(dialect: str) -> Executable:
    counted = insert(dialect, look)
    more = {"count": look.c.count + counted.excluded["count"]}
    return counted.on_conflict_do_update(index_elements=["workspace_id", "day"], set_=more)


@dataclass(slots=True)
class SqlInbox:
    """Fits `bot.domain.ports.Inbox`."""

    connection: Connection
    workspace: str

    def take(self, incoming: Incoming) -> str | None:
        """Commit it; its id, or None when the same key came before."""
        row = {
            "workspace_id": self.workspace,
            "id": incoming.id or new_id(),
            "key": incoming.key,
            "kind": incoming.kind,
            "body": dict(incoming.body),
            "received_at": incoming.received_at,
        }
        return self.connection.execute(_take(self.connection.dialect.name), row).scalar_one_or_none()

    def done(self, incoming: str, at: datetime) -> None:
        """Finished; what was typed is not kept."""
        self.connection.execute(
            update(inbox)
            .where(inbox.c.workspace_id == self.workspace, inbox.c.id == incoming)
            .values(done_at=at, body={})
        )

    def unfinished(self) -> Sequence[Incoming]:
        """What was not finished, oldest first."""
        rows = self.connection.execute(_UNFINISHED, {"of": self.workspace})
        return [Incoming(row.key, row.kind, row.body, row.received_at, row.id) for row in rows]

    def prune(self, kind: str, before: datetime) -> None:
        """Forget the keys of that kind that came and were finished before then: they may come again."""
        self.connection.execute(_PRUNED, {"of": self.workspace, "kind": kind, "before": before})


@dataclass(slots=True)
class SqlJournal:
    """Fits `bot.domain.ports.Journal`."""

    connection: Connection
    workspace: str

    def read(self, conversation: str | None = None, limit: int = 100) -> Sequence[Move]:
        """The latest lines, oldest first."""
        here = select(journal).where(journal.c.workspace_id == self.workspace)
        if conversation is not None:
            here = here.where(journal.c.conversation_id == conversation)
        rows = self.connection.execute(here.order_by(journal.c.number.desc()).limit(limit)).all()
        return [move_of(row) for row in reversed(rows)]

    def count(self, verbs: Collection[str], since: datetime, until: datetime) -> int:
        """How many lines of these verbs there are in that span, without those about what is private."""
        given = {"of": self.workspace, "verbs": sorted(verbs), "since": since, "until": until}
        return self.connection.execute(_COUNTED, given).scalar_one()

    def count_looks(self, times: int, at: datetime) -> None:
        """Count complete looks, at a place or at a conversation, on that day (UTC)."""
        row = {"workspace_id": self.workspace, "day": at.astimezone(UTC).date(), "count": times}
        self.connection.execute(_count(self.connection.dialect.name), row)

    def looks(self, since: datetime) -> int:
        """How many complete looks there were from that day (UTC) on."""
        return int(
            self.connection.execute(
                select(func.coalesce(func.sum(look.c.count), 0))
                .where(look.c.workspace_id == self.workspace)
                .where(look.c.day >= since.astimezone(UTC).date())
            ).scalar_one()
        )
