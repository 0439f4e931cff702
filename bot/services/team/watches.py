"""What the team follows: tried before it is saved, then paused, resumed and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.choices import About
from bot.domain.connector import Ask, Connector, Fetcher, Query, fetches
from bot.domain.covering import by_account, ours_at
from bot.domain.errors import NeedsSignIn, Refused
from bot.domain.matching import lane_of
from bot.domain.model import Author, Handle, Health, Lane, Post, Source, Watch
from bot.domain.polling import HISTORY
from bot.domain.ports import Clock, Job, Networks, Secret, Store, Tx
from bot.services.collecting.pulse import Pulse, pulses
from bot.services.team.people import own_posts_of

LONGEST = 1_000
"""Bytes (UTF-8) of what is followed: no network takes longer words, and an index of PostgreSQL no row of more
than some 2,700 (https://www.postgresql.org/docs/current/btree.html)."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a Watch would match now: each post with the lane it would get; `account` is whose it is.

    `scopes` are what the key may do, or None where there is no key or the network does not show it.
    """

    source: Source
    posts: tuple[tuple[Post, Lane | None], ...]
    account: Author | None = None
    scopes: tuple[str, ...] | None = None

    @property
    def waits(self) -> int:
        """How many of the posts would wait for us, as far as the page alone tells."""
        return sum(lane == Lane.TO_US for _, lane in self.posts)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one key may cost in a month (None: as much as it does), what it cost in this one, and the price of
    each thing read; in millionths of a US dollar."""

    network: str
    budget: int | None
    spent: int
    prices: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Watches:
    """Watches, the Sources they need, and the credentials these are read with."""

    store: Store
    networks: Networks
    clock: Clock

    def kinds(self, network: str) -> Sequence[Query]:
        """What can be followed there. Raises KeyError for an unknown network."""
        return self.networks.connectors()[network].facts.queries

    def test(
        self,
        workspace: str,
        network: str,
        kind: str,
        query: str,
        *,
        endpoint: str = "",
        secret: str | None = None,
    ) -> Preview:
        """Read one page and save nothing. Raises KeyError for an unknown network, ValueError for an
        unknown kind, CanWrite for a key that could publish, and the other errors of reading."""
        connector = self._fetcher(network)
        asked, account, access, scopes = self._prepare(connector, kind, query, endpoint, secret)
        door = self.networks.reader(network, asked.endpoint, access)
        since = self.clock() - HISTORY
        page = connector.fetch(
            Ask(asked.endpoint, asked.kind, asked.query, since=since, account=asked.account), door
        )
        with self.store.read(workspace) as tx:
            ours = list(tx.people.handles())
        if account:
            ours.append(Handle(network, account.id, account.handle, id="tried"))
        given = _query(connector, kind).lane
        posts = [post for post in page.posts if not ours_at(post, by_account(ours))]
        lane = partial(lane_of, posts=page.posts, ours=ours, carries_names=connector.facts.carries_names)
        lanes = ((post, lane(post) or given) for post in posts)
        return Preview(asked, tuple(lanes), account, scopes)

    def add(
        self,
        workspace: str,
        network: str,
        kind: str,
        query: str,
        *,
        endpoint: str = "",
        secret: str | None = None,
        name: str = "",
        by: str | None = None,
    ) -> Watch:
        """Save it, with the account it reads as a shared handle of ours, and read it at once.

        An account's own posts are read too: they are how an answer is seen. Raises as `test` does.
        """
        connector = self._fetcher(network)
        asked, account, access, _ = self._prepare(connector, kind, query, endpoint, secret)
        with self.store.write(workspace) as tx:
            if access:
                access = tx.sources.save_secret(
                    replace(access, id="", owner=by, budget=connector.facts.budget)
                )
                asked = replace(asked, credential=access.id)
            sources = [asked]
            if account and not _query(connector, kind).ours:
                # A key proves the account that it belongs to, and no other that it can read.
                proved = access is not None and access.account == account.id
                sources += self._own(tx, connector, account, asked, proved=proved)
            watch = Watch(
                "", name or f"{connector.facts.label}: {query}", _query(connector, kind).lane, created_by=by
            )
            since = self.clock() - HISTORY
            saved = tx.sources.save_watch(watch, [replace(one, history_before=since) for one in sources])
            for id in saved.sources:
                tx.agenda.plan(Job.POLL, id, self.clock())
        return saved

    def list(self, workspace: str) -> Sequence[tuple[Watch, Sequence[Source]]]:
        """Every Watch with its Sources."""
        with self.store.read(workspace) as tx:
            sources = {one.id: one for one in tx.sources.sources()}
            watches = tx.sources.watches()
        return [(watch, [sources[id] for id in watch.sources if id in sources]) for watch in watches]

    def owned_by(self, workspace: str, watch: str, teammate: str | None) -> None:
        """This teammate looks after it; None is nobody."""
        with self.store.write(workspace) as tx:
            tx.choices.choose(About.OWNER, watch, teammate)

    def pulses(self, workspace: str) -> Mapping[str, Pulse]:
        """How each Source is doing, by its id."""
        planned = self.store.planned(workspace, Job.POLL)
        with self.store.read(workspace) as tx:
            return {one.source.id: one for one in pulses(tx, self.networks, self.clock(), planned)}

    def pause(self, workspace: str, watch: str) -> None:
        """Read no more of it, unless another Watch needs it. Raises KeyError."""
        self._set(workspace, watch, paused=True)

    def resume(self, workspace: str, watch: str) -> None:
        """Read on from where it stopped. Raises KeyError."""
        self._set(workspace, watch, paused=False)

    def remove(self, workspace: str, watch: str) -> None:
        """Forget the Watch; posts and conversations stay."""
        with self.store.write(workspace) as tx:
            tx.sources.remove_watch(watch)

    def mend(self, workspace: str, source: str, secret: str) -> None:
        """Give a Source that needs it a new key, and read on from its cursor. Raises as `test` does."""
        with self.store.read(workspace) as tx:
            found = tx.sources.source(source)
            known = tx.sources.secret(found.credential) if found and found.credential else None
        if found is None or found.credential is None:
            raise KeyError(source)
        fresh = Secret(found.credential, found.network, found.endpoint, secret, found.account)
        door = self.networks.reader(found.network, found.endpoint, fresh)
        access = self._fetcher(found.network).check(found.endpoint, door)
        whose = known.account if known else found.account
        if whose and access.account and access.account.id != whose:
            raise NeedsSignIn("this key is another account's")
        with self.store.write(workspace) as tx:
            fresh = replace(fresh, session=door.kept())
            if known:
                fresh = replace(fresh, owner=known.owner, budget=known.budget, prices=known.prices)
            tx.sources.save_secret(fresh)
            # The failures stay until it was read: then whoever was told hears that it is back.
            now = tx.sources.source(source) or found  # it may have been read on meanwhile
            tx.sources.save_source(replace(now, health=Health.WELL, problem=None))
            tx.agenda.plan(Job.POLL, source, self.clock())

    def budget(
        self, workspace: str, watch: str, most: int | None = None, prices: Mapping[str, int] | None = None
    ) -> Sequence[Spent]:
        """What the keys of a Watch may cost in a month and cost so far, after `most` and `prices` were set.

        Raises KeyError for an unknown Watch, and ValueError for a price of what its network does not sell.
        """
        with self.store.write(workspace) as tx:
            found = next((one for one in tx.sources.watches() if one.id == watch), None)
            if found is None:
                raise KeyError(watch)
            read = [one for id in found.sources if (one := tx.sources.source(id)) and one.credential]
            keys = [tx.sources.secret(id) for id in sorted({one.credential or "" for one in read})]
            known = [self._costs(tx, key, most, prices or {}) for key in keys if key]
            for source in read if most is not None or prices else ():
                tx.agenda.plan(Job.POLL, source.id, self.clock())
        return [self._spent(key) for key in known]

    def _costs(self, tx: Tx, key: Secret, most: int | None, prices: Mapping[str, int]) -> Secret:
        if most is None and not prices:
            return key
        sold = self.networks.connectors()[key.network].facts.prices
        for wrong in sorted(set(prices) - set(sold)):
            raise ValueError(f"what is paid for there is {', '.join(sold) or 'nothing'}, and not {wrong}")
        budget = key.budget if most is None else most
        return tx.sources.save_secret(replace(key, budget=budget, prices={**key.prices, **prices}))

    def _spent(self, key: Secret) -> Spent:
        prices = {**self.networks.connectors()[key.network].facts.prices, **key.prices}
        return Spent(key.network, key.budget, self.store.spent(key, f"{self.clock():%Y-%m}"), prices)

    def _set(self, workspace: str, watch: str, *, paused: bool) -> None:
        with self.store.write(workspace) as tx:
            found = next((one for one in tx.sources.watches() if one.id == watch), None)
            if found is None:
                raise KeyError(watch)
            tx.sources.save_watch(replace(found, paused=paused), [])
            for id in () if paused else found.sources:
                tx.agenda.plan(Job.POLL, id, self.clock())

    def _fetcher(self, network: str) -> Fetcher:
        connector = self.networks.connectors()[network]
        if not fetches(connector):
            raise Refused("what is said there is handed to us, and nothing is asked")
        return connector

    def _prepare(
        self, connector: Fetcher, kind: str, query: str, endpoint: str, secret: str | None
    ) -> tuple[Source, Author | None, Secret | None, tuple[str, ...] | None]:
        """The Source as it would be saved, the account of ours it reads, and its key with its scopes."""
        for text in (query, endpoint):
            check_length(text)
        network, offered = connector.facts.name, _query(connector, kind)
        if offered.needs_credential and not secret:
            raise NeedsSignIn(f"{offered.label} on {connector.facts.label} needs a key that can only read")
        account: Author | None = None
        if offered.lane is not None:
            endpoint = endpoint or connector.facts.home
        if offered.lane is None or not endpoint:
            home = connector.facts.home
            key = Secret("", network, endpoint or home, secret) if secret and home else None
            found, author = connector.resolve(query, self.networks.reader(network, endpoint or home, key))
            endpoint = endpoint or found
            account = author if offered.lane is None else None
        access = Secret("", network, endpoint, secret, account.id if account else None) if secret else None
        scopes: tuple[str, ...] | None = None
        if access:
            door = self.networks.reader(network, endpoint, access)
            checked = connector.check(endpoint, door)
            owner, scopes = checked.account, checked.scopes
            access = replace(access, account=owner.id if owner else None, session=door.kept())
            # What anybody can read of an account is that account's, whoever's key it is.
            account = (owner or account) if offered.needs_credential or account is None else account
        source = Source("", network, endpoint, kind, query, account=account.id if account else None)
        return source, account, access, scopes

    def _own(
        self, tx: Tx, connector: Connector, account: Author, asked: Source, *, proved: bool
    ) -> Sequence[Source]:
        """The account becomes a shared handle, and its own posts are read with the same key."""
        handle = Handle(asked.network, account.id, account.handle, home=asked.endpoint, proved=proved)
        known = [
            one
            for one in tx.people.handles()
            if (one.network, one.author_id) == (handle.network, handle.author_id)
        ]
        if not known:
            tx.people.save_handle(handle)
        for one in known if proved else ():
            tx.people.save_handle(replace(one, proved=True))
        own = own_posts_of(connector, handle, account)
        return [replace(own, credential=asked.credential)] if own else []


def check_length(text: str) -> None:
    """Raise ValueError for more than can be followed."""
    size = len(text.encode("utf-8", "replace"))
    if size > LONGEST:
        raise ValueError(
            f"it is {size} bytes long, and at most {LONGEST} can be followed: take a shorter phrase or "
            "address, or follow several"
        )


def _query(connector: Connector, kind: str) -> Query:
    found = next((one for one in connector.facts.queries if one.kind == kind), None)
    if found is None:
        offered = ", ".join(one.kind for one in connector.facts.queries)
        raise ValueError(f"{connector.facts.label} offers: {offered}")
    return found
