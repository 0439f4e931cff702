"""Handing out due work: each row to one holder, who alone may finish it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, bindparam, case, delete, func, or_, select, tuple_, update

from bot.domain.ports import Job, Work
from bot.store.tables.schedule import work
from bot.store.upsert import new_id

_NOW = bindparam("now", type_=work.c.ready_at.type)
_DUE = (
    select(work.c.workspace_id, work.c.id)
    .where(work.c.ready_at <= _NOW, work.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(work.c.ready_at)
    .limit(bindparam("at_most", type_=Integer(), literal_execute=True))
    .with_for_update(skip_locked=True)
    .cte("due")
    .prefix_with("MATERIALIZED")
)
CLAIM = (
    update(work)
    .where(tuple_(work.c.workspace_id, work.c.id).in_(select(_DUE.c.workspace_id, _DUE.c.id)))
    .values(
        lease=bindparam("token"),
        ready_at=bindparam("until"),
        attempts=work.c.attempts + 1,
        next_at=case((work.c.next_at <= _NOW, None), else_=work.c.next_at),
    )
    .returning(work.c.id, work.c.workspace_id, work.c.kind, work.c.subject, work.c.due_at, work.c.attempts)
)
"""The claim, one text for both engines.

MATERIALIZED, because PostgreSQL may otherwise run the limited SELECT again for each row and claim far
more. The limit is written out, so that a plan made once knows that it is small.
"""
_NEXT = select(func.min(work.c.ready_at)).where(work.c.kind.in_(bindparam("kinds", expanding=True)))
_HELD = (
    work.c.workspace_id == bindparam("of"),
    work.c.id == bindparam("this"),
    work.c.lease == bindparam("token"),
)
_RENEW = update(work).where(*_HELD).values(ready_at=bindparam("until"))
_GONE = delete(work).where(*_HELD, work.c.next_at.is_(None))
_AGAIN = bindparam("again", type_=work.c.due_at.type)
_SOONER = case((or_(work.c.next_at.is_(None), work.c.next_at > _AGAIN), _AGAIN), else_=work.c.next_at)
_AS_PLANNED, _OR_THEN = (
    update(work).where(*_HELD).values(due_at=when, ready_at=when, next_at=None, lease=None)
    for when in (work.c.next_at, _SOONER)
)


def claim(
    connection: Connection, kinds: Collection[Job], limit: int, *, at: datetime, lease: timedelta
) -> Sequence[Work]:
    """At most `limit` due rows, oldest first; a lease that ran out makes its row due again."""
    token = new_id()
    given = {"kinds": [kind.value for kind in kinds], "now": at, "at_most": limit}
    rows = connection.execute(CLAIM, {**given, "until": at + lease, "token": token}).all()
    found = [
        Work(row.id, row.workspace_id, Job(row.kind), row.subject, row.due_at, row.attempts, token)
        for row in rows
    ]
    return sorted(found, key=lambda one: one.due_at)


def next_due(connection: Connection, kinds: Collection[Job]) -> datetime | None:
    """When the first work of these kinds is due, or its lease runs out."""
    at: datetime | None = connection.scalar(_NEXT, {"kinds": [kind.value for kind in kinds]})
    return at


def renew(connection: Connection, held: Work, until: datetime) -> bool:
    """Held until then; False when the lease is somebody else's now."""
    return bool(connection.execute(_RENEW, {**_of(held), "until": until}).rowcount)


def finish(connection: Connection, done: Work, again: datetime | None) -> bool:
    """Due again, or gone; False when the lease is somebody else's now.

    The row goes first when nothing was planned meanwhile: once `next_at` is set it stays set.
    """
    ours = _of(done)
    if again is not None:
        return bool(connection.execute(_OR_THEN, {**ours, "again": again}).rowcount)
    return bool(connection.execute(_GONE, ours).rowcount or connection.execute(_AS_PLANNED, ours).rowcount)


def _of(held: Work) -> dict[str, str]:
    return {"of": held.workspace, "this": held.id, "token": held.lease}


def abandon(connection: Connection) -> None:
    """Every row is free again and due when it was."""
    held = update(work).where(work.c.lease.is_not(None))
    connection.execute(held.values(lease=None, ready_at=work.c.due_at))
