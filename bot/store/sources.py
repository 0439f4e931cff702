"""Watches, the Sources they share, and credentials, of one Workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, select, update

from bot.domain.connector import Broken
from bot.domain.model import Health, Lane, Source, Visibility, Watch
from bot.domain.ports import Job, Secret
from bot.store.agenda import SqlAgenda
from bot.store.once import Told, once
from bot.store.tables.columns import WORKSPACE, of
from bot.store.tables.people import workspace as workspaces
from bot.store.tables.posts import post as posts
from bot.store.tables.sources import credential as credentials
from bot.store.tables.sources import quarantine, spent, watch_source
from bot.store.tables.sources import source as sources
from bot.store.tables.sources import watch as watches
from bot.store.upsert import insert, new_id, upsert
from bot.store.vault import Vault

LATEST, LATEST_OF_EACH = 1_000, 30
LONGEST_REF = 500
"""Characters that are kept of what names a post that could not be read, in ASCII."""

SPOKEN = (
    select(posts.c.source_id, posts.c.created_at)
    .where(of(posts), posts.c.conversation_id.is_not(None), posts.c.source_id.is_not(None))
    .where(posts.c.visibility.in_([one.value for one in Visibility if not one.is_private]))
    .order_by(posts.c.created_at.desc())
    .limit(LATEST)
)
"""The latest mentions, private ones left out, as the partial index has them."""
_ALL = select(sources).where(of(sources)).order_by(sources.c.id)
_ONE = select(sources).where(of(sources), sources.c.id == bindparam("source"))
_NEEDED = and_(watch_source.c.workspace_id == watches.c.workspace_id, watch_source.c.watch_id == watches.c.id)
_WATCHES = (
    select(watches, watch_source.c.source_id)
    .outerjoin(watch_source, _NEEDED)
    .where(of(watches))
    .order_by(watches.c.name, watches.c.id, watch_source.c.place)
)
_LANES = (
    select(watches.c.lane)
    .join_from(watch_source, watches, _NEEDED)
    .where(of(watch_source), watch_source.c.source_id == bindparam("source"))
    .where(watches.c.paused.is_(False))
)
_THIS = sources.alias("this")
_SAME = [
    sources.c[name] == _THIS.c[name] for name in ("network", "endpoint", "kind", "query", "credential_id")
]
ALIKE = (
    select(sources)
    .join_from(_THIS, sources, and_(*_SAME, sources.c.account.is_not_distinct_from(_THIS.c.account)))
    .where(of(_THIS), _THIS.c.id == bindparam("source"), _THIS.c.credential_id == "")
    .where(sources.c.workspace_id.in_(select(workspaces.c.id).where(workspaces.c.id != WORKSPACE)))
    .where(sources.c.health == Health.WELL.value)
    .order_by(sources.c.workspace_id)
)
"""The Sources of all other Workspaces that fetch the same without a credential: one step into the index of
Sources for each Workspace."""
_CHANGE = update(sources).where(of(sources), sources.c.id == bindparam("source"))
_CHANGE_WHERE_AS_WELL = _CHANGE.where(sources.c.health == bindparam("as_well"))
_SECRET = select(credentials).where(of(credentials), credentials.c.id == bindparam("credential"))


@dataclass(slots=True)
class SqlSources:
    """Fits `bot.domain.ports.Sources`."""

    connection: Connection
    workspace: str
    vault: Vault
    agenda: SqlAgenda
    told: Told | None = None

    @once
    def watches(self) -> Sequence[Watch]:
        """All Watches, by name."""
        rows = self.connection.execute(_WATCHES, {"of": self.workspace})
        each = [list(of_one) for _, of_one in groupby(rows, key=lambda row: row.id)]
        return [_watch(one[0], tuple(row.source_id for row in one if row.source_id)) for one in each]

    def save_watch(self, watch: Watch, sources: Sequence[Source]) -> Watch:
        """Insert or update a Watch with its Sources; an equal Source that exists is shared.

        Without `sources` it keeps those that it names.
        """
        ids = tuple(dict.fromkeys(self._share(one) for one in sources)) or watch.sources
        watch = replace(watch, id=watch.id or new_id(), sources=ids)
        lane = watch.lane.value if watch.lane else None
        row = {"name": watch.name, "lane": lane, "paused": watch.paused, "created_by": watch.created_by}
        upsert(self.connection, watches, [{"workspace_id": self.workspace, "id": watch.id, **row}])
        former = self._unlink(watch.id)
        key = {"workspace_id": self.workspace, "watch_id": watch.id}
        links = [{**key, "source_id": one, "place": place} for place, one in enumerate(ids)]
        upsert(self.connection, watch_source, links)
        self._drop_unneeded(former)
        self.agenda.stirred = True
        return watch

    def remove_watch(self, watch: str) -> None:
        """Remove it, and its Sources that no other Watch needs; posts and conversations stay."""
        former = self._unlink(watch)
        self.connection.execute(
            delete(watches).where(watches.c.workspace_id == self.workspace, watches.c.id == watch)
        )
        self._drop_unneeded(former)
        self.agenda.stirred = True

    @once
    def sources(self) -> Sequence[Source]:
        """All Sources."""
        return [_source(row) for row in self.connection.execute(_ALL, {"of": self.workspace}).all()]

    def source(self, source: str) -> Source | None:
        """By our id."""
        row = self.connection.execute(_ONE, {"of": self.workspace, "source": source}).one_or_none()
        return _source(row) if row else None

    def lanes(self, source: str) -> Collection[Lane | None]:
        """What each Watch that needs this Source and is not paused gives to its posts; empty without any."""
        rows = self.connection.execute(_LANES, {"of": self.workspace, "source": source})
        return {Lane(row.lane) if row.lane else None for row in rows}

    def save_source(self, source: Source) -> None:
        """Cursor, health and times of an existing Source."""
        row = {"of": self.workspace, "source": source.id, **_source_state(source)}
        # The usual poll changes no health, and costs one statement.
        if not self.connection.execute(_CHANGE_WHERE_AS_WELL, {"as_well": row["health"], **row}).rowcount:
            self.connection.execute(_CHANGE, row)
            self.agenda.stirred = True

    def quarantine(self, source: str, broken: Sequence[Broken], at: datetime) -> None:
        """Note what could not be read, by its id."""
        key = {"workspace_id": self.workspace, "source_id": source}
        refs = {one: ascii(one.ref)[1:-1][:LONGEST_REF] for one in broken}
        rows = {ref: {**key, "ref": ref, "why": one.why, "at": at} for one, ref in refs.items()}
        gap = rows.pop("", None)
        upsert(self.connection, quarantine, list(rows.values()), keep={"at"})
        # What has no name is another thing each time: its time is the last.
        upsert(self.connection, quarantine, [gap] if gap else [])

    def gaps(self) -> Mapping[str, datetime]:
        """When posts of a Source were last found to be missing that nobody can name."""
        here = (quarantine.c.workspace_id == self.workspace, quarantine.c.ref == "")
        rows = self.connection.execute(select(quarantine.c.source_id, quarantine.c.at).where(*here))
        return {row.source_id: row.at for row in rows}

    def spoken(self) -> Mapping[str, Sequence[datetime]]:
        """When people spoke there of late for all to see, by Source; of the whole team's latest."""
        found: defaultdict[str, list[datetime]] = defaultdict(list)
        for row in self.connection.execute(SPOKEN, {"of": self.workspace}).all():
            if len(found[row.source_id]) < LATEST_OF_EACH:
                found[row.source_id].append(row.created_at)
        return found

    def save_secret(self, secret: Secret) -> Secret:
        """Insert (when its id is empty, one is given) or update, sealed. Raises `MissingKey`."""
        secret = replace(secret, id=secret.id or new_id(), workspace=self.workspace)
        row = {
            "workspace_id": self.workspace,
            "id": secret.id,
            "network": secret.network,
            "endpoint": secret.endpoint,
            "sealed": self.vault.seal(secret.value),
            "account": secret.account,
            "owner": secret.owner,
            "session": self.vault.seal(secret.session) if secret.session else None,
            "budget": secret.budget,
            "prices": dict(secret.prices) or None,
        }
        upsert(self.connection, credentials, [row])
        return secret

    def secret(self, credential: str) -> Secret | None:
        """None when it is unknown or its key is lost: both read as "needs sign-in"."""
        row = self.connection.execute(_SECRET, {"of": self.workspace, "credential": credential}).one_or_none()
        value = self.vault.open(row.sealed) if row else None
        if row is None or value is None:
            return None
        session = self.vault.open(row.session) if row.session else None
        return Secret(
            id=row.id,
            network=row.network,
            endpoint=row.endpoint,
            value=value,
            account=row.account,
            owner=row.owner,
            workspace=self.workspace,
            session=session or "",
            budget=row.budget,
            prices=row.prices or {},
        )

    def keep_session(self, credential: str, session: str) -> None:
        """Keep what a connector keeps with a stored credential, sealed as the credential is."""
        theirs = (credentials.c.workspace_id == self.workspace, credentials.c.id == credential)
        self.connection.execute(update(credentials).where(*theirs).values(session=self.vault.seal(session)))

    def spent(self, credential: str, month: str) -> int:
        """What reading with it cost in that month, in millionths of a US dollar."""
        here = (spent.c.workspace_id == self.workspace, spent.c.credential_id == credential)
        found = select(spent.c.amount).where(*here, spent.c.month == month)
        return self.connection.execute(found).scalar_one_or_none() or 0

    def spend(self, credential: str, month: str, amount: int) -> None:
        """So much more was spent."""
        row = {"workspace_id": self.workspace, "credential_id": credential, "month": month, "amount": amount}
        added = insert(self.connection.dialect.name, spent).values(row)
        more = {"amount": spent.c.amount + added.excluded.amount}
        key = ["workspace_id", "credential_id", "month"]
        self.connection.execute(added.on_conflict_do_update(index_elements=key, set_=more))

    def _share(self, source: Source) -> str:
        """The id of the stored Source equal to this one, which is stored if there is none."""
        same = {
            "network": source.network,
            "endpoint": source.endpoint,
            "kind": source.kind,
            "query": source.query,
            "credential_id": source.credential or "",
        }
        matches = (sources.c[name] == value for name, value in same.items())
        found = self.connection.execute(
            select(sources.c.id).where(sources.c.workspace_id == self.workspace, *matches)
        ).scalar_one_or_none()
        if found:
            return str(found)
        identity = source.id or new_id()
        row = {"account": source.account, **_source_state(source)}
        upsert(self.connection, sources, [{"workspace_id": self.workspace, "id": identity, **same, **row}])
        return identity

    def _unlink(self, watch: str) -> list[str]:
        """Take its Sources from a Watch; returns which those were."""
        theirs = delete(watch_source).where(
            watch_source.c.workspace_id == self.workspace, watch_source.c.watch_id == watch
        )
        return [row.source_id for row in self.connection.execute(theirs.returning(watch_source.c.source_id))]

    def _drop_unneeded(self, former: Iterable[str]) -> None:
        """Remove those of the Sources that no Watch needs now, and their polls."""
        needed = exists().where(
            watch_source.c.workspace_id == sources.c.workspace_id, watch_source.c.source_id == sources.c.id
        )
        gone = self.connection.execute(
            delete(sources)
            .where(sources.c.workspace_id == self.workspace, sources.c.id.in_(sorted(former)), ~needed)
            .returning(sources.c.id)
        )
        for row in gone:
            self.agenda.drop(Job.POLL, row.id)


def alike(connection: Connection, workspace: str, source: str) -> Sequence[tuple[str, Source]]:
    """Those of other Workspaces that fetch the same without a credential, with whose they are."""
    rows = connection.execute(ALIKE, {"of": workspace, "source": source})
    return [(row.workspace_id, _source(row)) for row in rows]


def _watch(row: Row[Any], needs: tuple[str, ...]) -> Watch:
    lane = Lane(row.lane) if row.lane else None
    return Watch(row.id, row.name, lane, needs, row.paused, row.created_by)


def _source(row: Row[Any]) -> Source:
    return Source(
        id=row.id,
        network=row.network,
        endpoint=row.endpoint,
        kind=row.kind,
        query=row.query,
        credential=row.credential_id or None,
        account=row.account,
        cursor=row.cursor,
        health=Health(row.health),
        failures=row.failures,
        problem=row.problem,
        history_before=row.history_before,
        last_success=row.last_success,
        last_try=row.last_try,
        last_post=row.last_post,
        blocked_until=row.blocked_until,
        swept_at=row.swept_at,
        missed_at=row.missed_at,
        missed=row.missed or 0,
    )


def _source_state(source: Source) -> dict[str, Any]:
    """What changes in the life of a Source."""
    return {
        "cursor": source.cursor,
        "health": source.health.value,
        "failures": source.failures,
        "problem": source.problem,
        "history_before": source.history_before,
        "last_success": source.last_success,
        "last_try": source.last_try,
        "last_post": source.last_post,
        "blocked_until": source.blocked_until,
        "swept_at": source.swept_at,
        "missed_at": source.missed_at,
        "missed": source.missed,
    }
