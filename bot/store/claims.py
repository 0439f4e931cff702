"""Handing out due work: each row to one holder, who alone may finish it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    bindparam,
    case,
    delete,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.ports import Job, Work
from bot.store.tables.schedule import work
from bot.store.upsert import new_id


def claim_statement(
    kinds: Collection[Job], limit: int, *, at: datetime, until: datetime, lease: str
) -> Update:
    """The claim, one text for both engines.

    MATERIALIZED, because PostgreSQL may otherwise run the limited SELECT again for each row and claim far
    more. The limit is written out, so that a plan made once knows that it is small.
    """
    due = _due(kinds, limit, at).cte("due").prefix_with("MATERIALIZED")
    return (
        update(work)
        .where(tuple_(work.c.workspace_id, work.c.id).in_(select(due.c.workspace_id, due.c.id)))
        .values(
            lease=lease,
            ready_at=until,
            attempts=work.c.attempts + 1,
            next_at=case((work.c.next_at <= at, None), else_=work.c.next_at),
        )
        .returning(
            work.c.id, work.c.workspace_id, work.c.kind, work.c.subject, work.c.due_at, work.c.attempts
        )
    )


def _due(kinds: Collection[Job], limit: int, at: datetime) -> Select[str, str]:
    return (
        select(work.c.workspace_id, work.c.id)
        .where(work.c.ready_at <= at, work.c.kind.in_([kind.value for kind in kinds]))
        .order_by(work.c.ready_at)
        .limit(bindparam("at_most", limit, literal_execute=True))
        .with_for_update(skip_locked=True)
    )


def claim(
    connection: Connection, kinds: Collection[Job], limit: int, *, at: datetime, lease: timedelta
) -> Sequence[Work]:
    """At most `limit` due rows, oldest first; a lease that ran out makes its row due again."""
    token = new_id()
    statement = claim_statement(kinds, limit, at=at, until=at + lease, lease=token)
    rows = connection.execute(statement).all()
    found = [
        Work(row.id, row.workspace_id, Job(row.kind), row.subject, row.due_at, row.attempts, token)
        for row in rows
    ]
    return sorted(found, key=lambda one: one.due_at)


def renew(connection: Connection, held: Work, until: datetime) -> bool:
    """Held until then; False when the lease is somebody else's now."""
    ours = (work.c.workspace_id == held.workspace, work.c.id == held.id, work.c.lease == held.lease)
    return bool(connection.execute(update(work).where(*ours).values(ready_at=until)).rowcount)


def finish(connection: Connection, done: Work, again: datetime | None) -> bool:
    """Due again, or gone; False when the lease is somebody else's now.

    The row goes first when nothing was planned meanwhile: once `next_at` is set it stays set.
    """
    ours = (work.c.workspace_id == done.workspace, work.c.id == done.id, work.c.lease == done.lease)
    if again is None:
        gone = connection.execute(delete(work).where(*ours, work.c.next_at.is_(None)))
        if gone.rowcount:
            return True
    later: ColumnElement[datetime] = work.c.next_at
    if again is not None:
        when = literal(again, work.c.due_at.type)
        later = case((or_(later.is_(None), later > when), when), else_=later)
    moved = connection.execute(
        update(work).where(*ours).values(due_at=later, ready_at=later, next_at=None, lease=None)
    )
    return bool(moved.rowcount)


def abandon(connection: Connection) -> None:
    """Every row is free again and due when it was."""
    held = update(work).where(work.c.lease.is_not(None))
    connection.execute(held.values(lease=None, ready_at=work.c.due_at))
