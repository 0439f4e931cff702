"""Webmentions: taken at once, held while nobody allowed their host, and verified later through the door.

An allowed host is a Source of the Watch, with its own health. One pair of source and target is one row of
work: sent again, it is read again, whatever became of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.connector import Broken, Heard, Verifier
from bot.domain.errors import ChangedFormat, Gone, ReadingError, Refused
from bot.domain.model import Health, Lane, Post, Source, Status, Watch
from bot.domain.polling import HISTORY
from bot.domain.ports import Clock, Incoming, Job, Networks, Store, Tx
from bot.services.collecting.gathering import set_apart
from bot.services.collecting.health import failed, next_try, well
from bot.services.collecting.receiving import Entrance, learn
from bot.services.standing.restand import again

NETWORK = "webmention"
HELD = "held webmention"
"""The kind of inbox rows that wait until a person allows their host."""
NEW_HOST = "NewHost"
HELD_OF_A_HOST, HELD_AT_MOST = 20, 200
LONGEST = 800
"""Bytes of an address: two of them are the subject of a row of work, which an index holds."""
SOON = timedelta(seconds=5)
MISSED_AGAIN = timedelta(minutes=10)
LOOKED_AGAIN = timedelta(days=1)
TRIES = 8


class Taken(StrEnum):
    """What became of a webmention."""

    PLANNED = "planned"
    HELD = "held"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Webmentions:
    """Takes what senders tell, and reads it when it is due."""

    store: Store
    networks: Networks
    clock: Clock

    def open(self, workspace: str, site: str, *, by: str | None = None) -> tuple[Watch, Source]:
        """Take webmentions for that site ("https://acme.example"). Raises ValueError."""
        site = site.rstrip("/")
        if not site.startswith(("https://", "http://")) or " " in site or len(site.encode()) > LONGEST:
            raise ValueError("a site is an address such as https://acme.example")
        with self.store.write(workspace) as tx:
            if any((one.network, one.query) == (NETWORK, site) for one in tx.sources.sources()):
                raise ValueError(f"webmentions for {site} are taken already")
            label = self.networks.connectors()[NETWORK].facts.label
            made = Source("", NETWORK, "", "site", site, history_before=self.clock() - HISTORY)
            watch = tx.sources.save_watch(Watch("", f"{label}: {site}", Lane.ABOUT_US, created_by=by), [made])
            source = tx.sources.source(watch.sources[0])
        if source is None:
            raise KeyError(site)
        return watch, source

    def accept(self, entrance: Entrance, host: str, source: str, target: str) -> Taken:
        """Take one pair; `host` is the source's origin ("https://mei.example")."""
        now = self.clock()
        with self.store.write(entrance.workspace) as tx:
            allowed = _allowed(tx, entrance.source).get(host)
            if allowed is None:
                pair = {"host": host, "source": source, "target": target}
                return self._hold(tx, entrance.source, pair, now)
            tx.agenda.plan(Job.VERIFY, f"{allowed.id} {source} {target}", now + SOON)
        return Taken.PLANNED

    def held(self, workspace: str, watch: str) -> Mapping[str, int]:
        """The hosts that nobody allowed yet, and how many webmentions of each wait. Raises KeyError."""
        with self.store.read(workspace) as tx:
            main = _main(tx, watch)
            return Counter(str(one.body["host"]) for one in _waiting(tx, main))

    def allow(self, workspace: str, watch: str, host: str) -> int:
        """Read what comes from that host from now on; how many waited for it. Raises KeyError."""
        now = self.clock()
        with self.store.write(workspace) as tx:
            main = _main(tx, watch)
            found = next(one for one in tx.sources.watches() if one.id == watch)
            known = [one for one in tx.sources.sources() if one.id in found.sources]
            made = Source("", NETWORK, host, main.kind, main.query, history_before=now - HISTORY)
            tx.sources.save_watch(found, [*known, made])
            allowed = _allowed(tx, main)[host]
            theirs = [one for one in _waiting(tx, main) if one.body["host"] == host]
            for one in theirs:
                tx.agenda.plan(Job.VERIFY, f"{allowed.id} {one.body['source']} {one.body['target']}", now)
                tx.inbox.done(one.id, now)
            if main.problem == NEW_HOST and not _waiting(tx, main):
                tx.sources.save_source(replace(main, problem=None))
        return len(theirs)

    def verify(self, workspace: str, subject: str) -> datetime | None:
        """The work of VERIFY: read one source and learn what it says; when to read it again (UTC)."""
        id, source, target = subject.split(" ")
        with self.store.read(workspace) as tx:
            place = tx.sources.source(id)
            watched = tx.sources.lanes(id)
        verifier = self.networks.connectors().get(NETWORK)
        if place is None or verifier is None:
            return None
        if not isinstance(verifier, Verifier):
            return None
        if not watched:  # paused
            return self.clock() + LOOKED_AGAIN
        door = self.networks.reader(NETWORK, place.endpoint, None, source=id)
        name, missing, heard = verifier.name(source, target), False, None
        try:
            heard = verifier.heard(source, target, door)
        except Gone:
            missing = True
        except (Refused, ChangedFormat) as error:
            return self._failed(workspace, place, name, error, tries=0)
        except ReadingError as error:
            return self._failed(workspace, place, name, error, tries=TRIES)
        now = self.clock()

        def work() -> datetime | None:
            with self.store.write(workspace, durable=False) as tx:
                self._well(tx, place, heard, now)
                return self._learn(tx, place, name, heard, missing=missing)

        return again(work)

    def _learn(
        self, tx: Tx, place: Source, name: str, heard: Heard | None, *, missing: bool
    ) -> datetime | None:
        now = self.clock()
        stored = tx.threads.around(NETWORK, [name]).post(NETWORK, name)
        if heard is None:
            if stored is None or stored.post.gone_at:
                return None
            since = stored.missing_since
            if missing and (since is None or now - since < MISSED_AGAIN):
                # That it is not there proves nothing; that it is still not there ten minutes later does.
                tx.threads.missing(NETWORK, [name], since or now)
                return (since or now) + MISSED_AGAIN
            learn(tx, self.networks, place, [replace(stored.post, gone_at=now)], lane=Lane.ABOUT_US, now=now)
            return None
        post = _later(heard.post, stored.post if stored else None, now)
        found, _ = set_apart([post])
        if not found or tx.threads.forgotten(NETWORK, [post.author.id]):
            return None
        if stored and stored.missing_since:
            tx.threads.missing(NETWORK, [name], None)
        learn(tx, self.networks, place, found, lane=heard.lane, now=now)
        talks = tx.threads.around(NETWORK, [name]).conversations.values()
        waits = any(one.standing.status in (Status.OPEN, Status.SNOOZED) for one in talks)
        return now + LOOKED_AGAIN if waits else None

    def _hold(self, tx: Tx, main: Source, body: Mapping[str, str], now: datetime) -> Taken:
        waiting = _waiting(tx, main)
        theirs = sum(one.body["host"] == body["host"] for one in waiting)
        if theirs >= HELD_OF_A_HOST or len(waiting) >= HELD_AT_MOST:
            return Taken.FULL
        pair = hashlib.sha256(f"{body['source']} {body['target']} {now.isoformat()}".encode()).hexdigest()
        if not any(
            (one.body["source"], one.body["target"]) == (body["source"], body["target"]) for one in waiting
        ):
            tx.inbox.take(Incoming(f"{HELD} {main.id} {pair}", HELD, {**body, "place": main.id}, now))
        known = tx.sources.source(main.id) or main
        tx.sources.save_source(replace(known, problem=NEW_HOST, last_try=now))
        return Taken.HELD

    def _well(self, tx: Tx, place: Source, heard: Heard | None, now: datetime) -> None:
        known = tx.sources.source(place.id) or place
        tx.sources.save_source(replace(well(known, now), last_post=now if heard else known.last_post))

    def _failed(
        self, workspace: str, place: Source, name: str, error: ReadingError, *, tries: int
    ) -> datetime | None:
        """Try again as with any place, so many times in a row; then it is set apart."""
        now = self.clock()
        with self.store.write(workspace, durable=False) as tx:
            found = tx.sources.source(place.id)
            if found is None:
                return None
            after = failed(found, error, now)
            over = after.failures >= tries
            # Where somebody else's page wants a sign-in there is no key that a person here could mend.
            health = Health.WELL if over else Health.BACKING_OFF
            after = replace(after, health=health, failures=0 if over else after.failures)
            tx.sources.save_source(after)
            if over:
                tx.sources.quarantine(place.id, [Broken(name, type(error).__name__)], now)
        return None if over else next_try(after, error, now)


def _later(post: Post, stored: Post | None, now: datetime) -> Post:
    """Pages do not tell when they were changed: other words are an edit of now."""
    if stored is None:
        return post
    post = replace(post, created_at=stored.created_at, named_us_at=stored.named_us_at)
    return replace(post, edited_at=stored.edited_at if post.text == stored.text else now)


def _main(tx: Tx, watch: str) -> Source:
    """The Source of a Watch at which webmentions come in."""
    found = next((one for one in tx.sources.watches() if one.id == watch), None)
    sources = [tx.sources.source(id) for id in found.sources] if found else []
    main = next((one for one in sources if one and one.network == NETWORK and not one.endpoint), None)
    if main is None:
        raise KeyError(watch)
    return main


def _allowed(tx: Tx, main: Source) -> dict[str, Source]:
    """The Sources of the hosts that a person allowed, by origin."""
    beside = {id for watch in tx.sources.watches() if main.id in watch.sources for id in watch.sources}
    return {one.endpoint: one for one in tx.sources.sources() if one.id in beside and one.endpoint}


def _waiting(tx: Tx, main: Source) -> list[Incoming]:
    return [one for one in tx.inbox.unfinished() if one.kind == HELD and one.body["place"] == main.id]
