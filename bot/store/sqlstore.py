"""The database behind `bot.domain.ports.Store`: transactions for one Workspace, and what serves them all."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, case, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.model import Source, Workspace
from bot.domain.ports import (
    EVERYBODY,
    Agenda,
    Choices,
    Clock,
    Counted,
    Homes,
    Inbox,
    Job,
    Journal,
    LedgerLine,
    Messages,
    People,
    Secret,
    Sources,
    Store,
    Threads,
    Work,
)
from bot.store import claims, export
from bot.store.agenda import SqlAgenda
from bot.store.choices import SqlChoices
from bot.store.engine import alone, make_engine, overwrite_erased, reading, take_stock
from bot.store.homes import SqlHomes
from bot.store.inbox import SqlInbox, SqlJournal
from bot.store.measures import SqlMeasures
from bot.store.messages import SqlMessages
from bot.store.migrate import OutOfDate, drop_copies, require_head
from bot.store.once import Told
from bot.store.people import SqlPeople
from bot.store.shapes import days_off, days_off_row
from bot.store.sources import SqlSources, alike
from bot.store.tables.columns import WORKSPACE, of
from bot.store.tables.messages import greeting
from bot.store.tables.people import workspace as workspaces
from bot.store.tables.schedule import ledger, work
from bot.store.threads import SqlThreads
from bot.store.upsert import insert, new_id, upsert
from bot.store.vault import Vault

_HERE = select(workspaces).where(workspaces.c.id == WORKSPACE)
_PLANNED = select(work.c.subject, work.c.due_at).where(of(work), work.c.kind == bindparam("kind"))


class SqlTx:
    """Fits `bot.domain.ports.Tx`: one transaction for one Workspace."""

    def __init__(
        self, connection: Connection, workspace: str, vault: Vault, clock: Clock, *, writes: bool
    ) -> None:
        told: Told | None = None if writes else {}
        self._connection = connection
        self._id = workspace
        self._workspace: Workspace | None = None
        self.planned = SqlAgenda(connection, workspace)
        self.agenda: Agenda = self.planned
        people = SqlPeople(connection, workspace, self.planned, told)
        self.people: People = people
        self.words = SqlThreads(connection, workspace, clock, self.planned, people, told=told)
        self.threads: Threads = self.words
        self.choices: Choices = SqlChoices(connection, workspace, self.planned, told)
        self.secrets = SqlSources(connection, workspace, vault, self.planned, told)
        self.sources: Sources = self.secrets
        self.messages: Messages = SqlMessages(connection, workspace, self.planned, clock, told)
        self.homes: Homes = SqlHomes(connection, workspace, self.planned)
        self.inbox: Inbox = SqlInbox(connection, workspace)
        self.journal: Journal = SqlJournal(connection, workspace)
        self.counted: Counted = SqlMeasures(connection, workspace)

    @property
    def workspace(self) -> Workspace:
        """Read when first asked for; raises LookupError when there is none with that id."""
        if self._workspace is None:
            row = self._connection.execute(_HERE, {"of": self._id}).one_or_none()
            if row is None:
                raise LookupError(f"no workspace {self._id}")
            self._workspace = _workspace(row)
        return self._workspace

    @workspace.setter
    def workspace(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def save_workspace(self, workspace: Workspace) -> None:
        """Its name, zone, channel and hours."""
        if workspace.id != self._id:
            raise ValueError("a transaction writes its own workspace only")
        changed = update(workspaces).where(workspaces.c.id == self._id).values(_workspace_row(workspace))
        self._connection.execute(changed)
        self.workspace = workspace


class SqlStore:
    """Fits `bot.domain.ports.Store`. Threads share one; `close` when done."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self.engine = engine
        self._vault = vault
        self._clock = clock
        self._left = True
        """Whether erased words may stand in the log: a process before may have died before it was emptied."""

    @contextmanager
    def read(self, workspace: str) -> Iterator[SqlTx]:
        """One view of the database, unmoved by what others write meanwhile; writes nothing."""
        with self._reading() as connection:
            yield SqlTx(connection, workspace, self._vault, self._clock, writes=False)

    @contextmanager
    def write(self, workspace: str, *, durable: bool = True) -> Iterator[SqlTx]:
        """One writer at a time in a Workspace, on both engines; what it reads stays true until it ends.

        `durable` commits reach the disk before this returns (intents, outcomes, presses).
        """
        with self._writing(durable=durable, workspace=workspace) as connection:
            tx = SqlTx(connection, workspace, self._vault, self._clock, writes=True)
            yield tx
            if tx.planned.stirred:
                tx.planned.plan(Job.HOME, EVERYBODY, self._clock())
            tx.planned.write()
        if tx.words.erased or self._left:
            self._left = not overwrite_erased(self.engine)

    def workspaces(self) -> Sequence[Workspace]:
        """All of them, by id."""
        with self._reading() as connection:
            rows = connection.execute(select(workspaces).order_by(workspaces.c.id))
            return [_workspace(row) for row in rows]

    def by_team(self, team: str) -> Workspace | None:
        """By Slack's id of the team."""
        with self._reading() as connection:
            row = connection.execute(select(workspaces).where(workspaces.c.team == team)).one_or_none()
        return _workspace(row) if row else None

    def add_workspace(self, workspace: Workspace) -> Workspace:
        """Insert; an id is given when it has none."""
        added = replace(workspace, id=workspace.id or new_id())
        row = {"id": added.id, "pepper": secrets.token_hex(32), **_workspace_row(added)}
        with self._writing(durable=True) as connection:
            connection.execute(insert(connection.dialect.name, workspaces), [row])
        return added

    def claim(self, kinds: Collection[Job], limit: int, *, at: datetime, lease: timedelta) -> Sequence[Work]:
        """At most `limit` due rows, each to one claimer; expired leases are due again."""
        with self._alone() as connection:
            return claims.claim(connection, kinds, limit, at=at, lease=lease)

    def next_due(self, kinds: Collection[Job]) -> datetime | None:
        """When the first work of these kinds is due: for whoever moves the time instead of ticking."""
        with self._reading() as connection:
            return claims.next_due(connection, kinds)

    def renew(self, work: Work, *, at: datetime, lease: timedelta) -> bool:
        """The holder is still at it: its lease ends so much later. False when it is somebody else's now."""
        with self._alone() as connection:
            return claims.renew(connection, work, at + lease)

    def finish(self, work: Work, *, at: datetime, again: datetime | None) -> bool:
        """Done by the holder: due again at that time, or gone. A row planned earlier meanwhile keeps that."""
        with self._alone() as connection:
            return claims.finish(connection, work, again)

    def planned(self, workspace: str, kind: Job) -> Mapping[str, datetime]:
        """When each work of this kind is due next, by its subject."""
        with self._reading() as connection:
            rows = connection.execute(_PLANNED, {"of": workspace, "kind": kind.value})
            return {row.subject: row.due_at for row in rows}

    def longest_due(self) -> datetime | None:
        """Since when the oldest work is ready that nobody has claimed; None when none is planned."""
        with self._reading() as connection:
            oldest: datetime | None = connection.execute(select(func.min(work.c.ready_at))).scalar_one()
        return oldest

    def abandon(self) -> None:
        """Make all claimed work due again; only for the one who holds the lock file and has just started."""
        with self._writing(durable=False) as connection:
            claims.abandon(connection)

    def alike(self, workspace: str, source: str) -> Sequence[tuple[str, Source]]:
        """The Sources of other Workspaces that fetch the same as this one without a credential and are well,
        with whose they are; none for a Source with a credential."""
        with self._reading() as connection:
            return alike(connection, workspace, source)

    def keep_session(self, secret: Secret, session: str) -> None:
        """Keep what a connector keeps with a stored credential, sealed as the credential is."""
        with self.write(secret.workspace) as tx:
            tx.secrets.keep_session(secret.id, session)

    def spent(self, secret: Secret, month: str) -> int:
        """What reading with a stored credential cost in a month ("2026-03"), in millionths of a dollar."""
        with self.read(secret.workspace) as tx:
            return tx.secrets.spent(secret.id, month)

    def spend(self, secret: Secret, month: str, amount: int) -> None:
        """So much more was spent."""
        with self.write(secret.workspace) as tx:
            tx.secrets.spend(secret.id, month, amount)

    def count_requests(self, lines: Sequence[LedgerLine]) -> None:
        """Add to the ledger."""
        if not lines:
            return
        with self._writing(durable=False) as connection:
            statement = insert(connection.dialect.name, ledger)
            new, last = statement.excluded, ledger.c.last_seen
            counted = statement.on_conflict_do_update(
                index_elements=["host", "method", "template"],
                set_={
                    "count": ledger.c.count + new["count"],
                    "last_seen": case((new.last_seen > last, new.last_seen), else_=last),
                },
            )
            rows = sorted(lines, key=lambda line: (line.host, line.method, line.template))
            connection.execute(counted, [_ledger_row(line) for line in rows])

    def ledger(self) -> Sequence[LedgerLine]:
        """All that was ever asked, by host."""
        ordered = select(ledger).order_by(ledger.c.host, ledger.c.method, ledger.c.template)
        with self._reading() as connection:
            rows = connection.execute(ordered).all()
        return [LedgerLine(*row) for row in rows]

    def export(self, workspace: str) -> Iterator[tuple[str, Iterator[str]]]:
        """What a judge from outside needs, as named lists of JSON lines: ids and times of one moment."""
        with self._reading() as connection:
            for name, lines in export.export(connection, workspace):
                yield name, map(export.line_of, lines)

    def note_greeting(self, workspace: str, told: int, ours: int) -> None:
        """What Slack's hello said now: how many sockets the app has, and how many of them may be ours."""
        row = {"workspace_id": workspace, "told": told, "ours": ours, "at": self._clock()}
        with self._writing(durable=False) as connection:
            upsert(connection, greeting, [row])

    def greeting(self, workspace: str) -> tuple[int, int, datetime] | None:
        """What the last hello said, and when; None when there was none yet."""
        asked = select(greeting.c.told, greeting.c.ours, greeting.c.at)
        with self._reading() as connection:
            row = connection.execute(asked.where(greeting.c.workspace_id == workspace)).one_or_none()
        return (row.told, row.ours, row.at) if row else None

    def answers(self) -> bool:
        """Whether the database takes a question just now."""
        try:
            with self._reading() as connection:
                return bool(connection.execute(select(1)).scalar_one())
        except (SQLAlchemyError, sqlite3.Error):  # a begin of ours is not wrapped by SQLAlchemy
            return False

    def take_stock(self) -> None:
        """Learn anew how much is stored, so that what is asked goes by the best index."""
        take_stock(self.engine)

    def drop_copies(self, until: datetime | None = None) -> None:
        """Remove the copies of the database that were made before an update until then (UTC), or all."""
        drop_copies(self.engine, until)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Ends with a commit: at a rollback the driver forgets what PostgreSQL has prepared."""
        options = reading(self.engine)
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        options = alone(self.engine)
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self, *, durable: bool, workspace: str | None = None) -> Iterator[Connection]:
        options: dict[str, Any] = {"writes": True, "durable": durable, "workspace": workspace}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection


_FITS: type[Store] = SqlStore
"""That all of it fits the ports is proved here, by the type checker."""


def open_store(url: str, *, keys: Sequence[str] | None, clock: Clock) -> SqlStore:
    """The store at `url`, which `migrate` has brought to the present revision.

    `keys` seal credentials: the first seals, each opens. Without any, secrets read as lost and saving one
    raises `MissingKey`. Raises `OutOfDate` for a database of another revision.
    """
    vault, engine = Vault(keys), make_engine(url)
    try:
        require_head(engine)
    except OutOfDate:
        engine.dispose()
        raise
    return SqlStore(engine, vault, clock)


def _workspace(row: Row[Any]) -> Workspace:
    return Workspace(
        id=row.id,
        team=row.team,
        name=row.name,
        zone=row.zone,
        channel=row.channel,
        digest_at=row.digest_at,
        bot_user=row.bot_user,
        holidays=row.holidays or "",
        calendar=row.calendar_id,
        off=days_off(row.off),
    )


def _workspace_row(one: Workspace) -> dict[str, Any]:
    return {
        "team": one.team,
        "name": one.name,
        "zone": one.zone,
        "channel": one.channel,
        "digest_at": one.digest_at,
        "bot_user": one.bot_user,
        "holidays": one.holidays,
        "calendar_id": one.calendar,
        "off": days_off_row(one.off),
    }


def _ledger_row(line: LedgerLine) -> dict[str, Any]:
    return {
        "host": line.host,
        "method": line.method,
        "template": line.template,
        "count": line.count,
        "last_seen": line.last_seen,
    }
