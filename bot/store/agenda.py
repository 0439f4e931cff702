"""The timed work of one Workspace, gathered during a transaction and written at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, and_, bindparam, case, delete, or_, tuple_, update
from sqlalchemy.dialects import sqlite

from bot.domain.ports import Job
from bot.store.tables.columns import of
from bot.store.tables.schedule import work
from bot.store.upsert import Rows, insert, new_id

Key = tuple[str, str]

_THEN = bindparam("then", type_=work.c.due_at.type)
_PUT_OFF = (
    update(work)
    .where(of(work), work.c.kind == bindparam("kind_is"), work.c.subject == bindparam("subject_is"))
    .where(work.c.lease.is_(None), work.c.due_at < _THEN)
    .values(due_at=_THEN, ready_at=_THEN)
)


@cache
def _plan(dialect: str, *, exactly: bool) -> sqlite.Insert:
    statement = insert(dialect, work)
    free, due = work.c.lease.is_(None), statement.excluded.due_at
    held_moves = or_(work.c.next_at.is_(None), due < work.c.next_at)
    moves = or_(and_(free, due < work.c.due_at), and_(~free, held_moves))
    if exactly:
        held_moves = work.c.next_at.is_distinct_from(due)
        moves = or_(and_(free, due != work.c.due_at), and_(~free, held_moves))
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "kind", "subject"],
        set_={
            "due_at": case((free, due), else_=work.c.due_at),
            "ready_at": case((free, due), else_=work.c.ready_at),
            "next_at": case((free, work.c.next_at), else_=due),
            "attempts": case((free, 0), else_=work.c.attempts),
        },
        where=moves,
    )


@dataclass(slots=True)
class SqlAgenda:
    """Fits `bot.domain.ports.Agenda`.

    Nothing in a transaction reads the work, so any number of plans costs one statement of each kind.
    A row that somebody holds is not moved: what is planned meanwhile waits beside it. Planning counts the
    attempts from nought again, because there is news. `stirred` is set by whatever writes what Homes show.
    """

    connection: Connection
    workspace: str
    stirred: bool = False
    _earliest: dict[Key, datetime] = field(default_factory=dict)
    _exactly: dict[Key, datetime] = field(default_factory=dict)
    _dropped: set[Key] = field(default_factory=set)

    def plan(self, kind: Job, subject: str, at: datetime) -> None:
        """Due at that time, or earlier if it already was."""
        key = (kind.value, subject)
        if key in self._dropped:
            self._dropped.discard(key)
            self._exactly[key] = at
        elif key in self._exactly:
            self._exactly[key] = min(at, self._exactly[key])
        else:
            self._earliest[key] = min(at, self._earliest.get(key, at))

    def replan(self, kind: Job, subject: str, at: datetime) -> None:
        """Due at exactly that time."""
        key = (kind.value, subject)
        self._forget(key)
        self._exactly[key] = at

    def put_off(self, kind: Job, subject: str, at: datetime) -> None:
        """Due no sooner than that, unless somebody holds it: it was done in passing."""
        ours = {"of": self.workspace, "kind_is": kind.value, "subject_is": subject}
        self.connection.execute(_PUT_OFF, {**ours, "then": at})

    def drop(self, kind: Job, subject: str) -> None:
        """Not to be done any more."""
        key = (kind.value, subject)
        self._forget(key)
        self._dropped.add(key)

    def write(self) -> None:
        """Write what was gathered; called by the transaction before it commits."""
        if self._dropped:
            listed = tuple_(work.c.kind, work.c.subject).in_(sorted(self._dropped))
            self.connection.execute(delete(work).where(work.c.workspace_id == self.workspace, listed))
        self._put(self._earliest, exactly=False)
        self._put(self._exactly, exactly=True)
        self._earliest, self._exactly, self._dropped = {}, {}, set()

    def _put(self, planned: dict[Key, datetime], *, exactly: bool) -> None:
        if not planned:
            return
        statement = _plan(self.connection.dialect.name, exactly=exactly)
        self.connection.execute(statement, self._rows(planned))

    def _rows(self, planned: dict[Key, datetime]) -> Rows:
        return [
            {
                "workspace_id": self.workspace,
                "id": new_id(),
                "kind": kind,
                "subject": subject,
                "due_at": at,
                "ready_at": at,
                "next_at": None,
                "lease": None,
                "attempts": 0,
            }
            for (kind, subject), at in sorted(planned.items())
        ]

    def _forget(self, key: Key) -> None:
        self._earliest.pop(key, None)
        self._exactly.pop(key, None)
        self._dropped.discard(key)
