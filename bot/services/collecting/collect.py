"""Reading one Source a step forward: a page, the threads around it, and then one transaction for all of it.

Nothing of the network is asked inside a transaction. The cursor, the posts and the health are written
together; when a thread cannot be read just now, the whole page is read again later and nothing is lost.
What was read without a credential is read for every Workspace that follows the same: each decides by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.connector import Broken, Connector, Query, Round, fetches
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn, ReadingError, Unstorable
from bot.domain.model import Health, Lane, Post, Source
from bot.domain.polling import HISTORY, USUAL, Pace, next_reading
from bot.domain.ports import Clock, Job, Known, Networks, Placed, Store, Tx
from bot.domain.threads import TICK, began
from bot.services.collecting.gathering import names_of, set_apart
from bot.services.collecting.health import failed, next_try, place_of, tell_of_success, tell_owner, well
from bot.services.collecting.placing import Read, in_rooms, place
from bot.services.collecting.steps import Step
from bot.services.standing.restand import again, on, restand

log = logging.getLogger(__name__)

SWEPT = timedelta(days=2)
"""How far a sweep goes back: what was hidden or late for so long is found."""
SWEPT_PAGES = 2
PAGES = 5
"""Pages read in one go; what is left is due again at once."""
FIRST_AT_MOST = 20
FACE = "collect"
ROUND = timedelta(minutes=1)
"""For so long what others were answered is as good as what we would be."""


@dataclass(frozen=True, slots=True)
class Collect:
    """Polls Sources. One that fails stops no other."""

    store: Store
    networks: Networks
    clock: Clock
    pace: Pace = USUAL

    def due(self, workspace: str, source: str) -> datetime | None:
        """The work of POLL: read on, and once a day read the last days again for what was missed. What others
        follow as well is read for them too."""
        others = self.store.alike(workspace, source)
        within = Round(self.clock()) if others else None
        again_at, before = self._turn(workspace, source, within)
        if within and before:
            self._along(before, others, within)
        return again_at

    def poll(self, workspace: str, source: str) -> datetime | None:
        """Read on from the cursor; when the Source is due again (UTC), None if it is paused or gone."""
        return self.read_to_the_end(workspace, source)[0]

    def read_to_the_end(self, workspace: str, source: str) -> tuple[datetime | None, datetime | None]:
        """The same, and when (UTC) it was read to its end; None when it was not."""
        again_at, _, after = self._read_on(workspace, source)
        return again_at, after.source.last_success if after else None

    def _along(self, first: Step, others: Sequence[tuple[str, Source]], within: Round) -> None:
        """Those in other Workspaces that fetch the same read on from what was answered now. Whichever cannot
        is no worse off: what is planned stays, and it is then read by itself."""
        for home, other in others:
            now = self.clock()
            if not first.brings(other, now):
                continue
            within = within if now - within.at <= ROUND else Round(now)
            try:
                again_at, _ = self._turn(home, other.id, within, in_passing=True)
                if again_at:
                    with self.store.write(home, durable=False) as tx:
                        tx.agenda.put_off(Job.POLL, other.id, again_at)
            except Exception as error:  # noqa: BLE001 - its text may quote what was read: the place is told
                log.warning("source %s: could not be read along with another: %s", other.id, place_of(error))

    def _turn(
        self, workspace: str, source: str, within: Round | None, *, in_passing: bool = False
    ) -> tuple[datetime | None, Step | None]:
        """Read on and, once a day, look back; when it is due again, and how it stood before if it was."""
        again_at, before, after = self._read_on(workspace, source, within, in_passing=in_passing)
        if after and after.is_due_for_a_sweep(self.clock()):
            self._sweep(workspace, after)
        return again_at, before

    def _read_on(
        self, workspace: str, source: str, within: Round | None = None, *, in_passing: bool = False
    ) -> tuple[datetime | None, Step | None, Step | None]:
        """When it is due again; how it stood before, if it could be read, and how it stands now, if it was
        read to its end. What fails in passing is raised, and is no trouble of the Source's."""
        before: Step | None = None
        for _ in range(PAGES):
            step = self._begin(workspace, source, within)
            if step is None:
                return None, None, None
            try:
                read, more = self._page(workspace, step)
            except Exception as error:
                if in_passing:
                    raise
                return self._failed(workspace, source, error), None, None
            before = before or step
            if not more:
                return self._next(step, read), before, replace(step, source=read)
        return self.clock(), before, None

    def _next(self, step: Step, source: Source) -> datetime:
        spoke = source.last_post or source.history_before
        floor = step.connector.facts.floor
        due = next_reading(source.id, spoke, floor, self.clock(), self.pace, awaited=step.awaited)
        return max(due, source.blocked_until or due)

    def _begin(self, workspace: str, source: str, within: Round | None = None) -> Step | None:
        with self.store.read(workspace) as tx:
            found, lanes = tx.sources.source(source), tx.sources.lanes(source)
            if found is None or found.health == Health.PAUSED or not lanes:
                return None
            connector = self.networks.connectors().get(found.network)
            if connector is None or not fetches(connector):
                return None
            query = query_of(connector, found.kind)
            awaited = query.ours and tx.threads.anybody_waits(found.network)
            secret = tx.sources.secret(found.credential) if found.credential else None
        within = within if found.credential is None else None
        door = self.networks.reader(found.network, found.endpoint, secret, source=source, within=within)
        lost = found.credential is not None and secret is None
        return Step(found, connector, door, Lane.closest(lanes), query, lost, awaited, within)

    def _page(self, workspace: str, step: Step) -> tuple[Source, bool]:
        """One page; the Source as it is then, and whether there is more."""
        # What it was told in a round it knows as of then.
        now = step.within.at if step.within else self.clock()
        source = step.source
        if step.lost:
            raise NeedsSignIn("the key of this credential is lost")
        since = source.history_before or now - HISTORY
        page = step.fetch(source.cursor, since)
        first = source.is_new and not step.query.ours
        if first:
            page = step.all_of_the_first(page, since)
        posts, unnamed = self._remembered(workspace, source.network, page.posts)
        if first:
            # Where so much is said that more is left, all of it is history, but for what came since it was
            # connected: it may have been out of reach, or we were stopped.
            newest = now if page.more else max([since, *_beyond(posts, FIRST_AT_MOST)])
            since = min(newest, since + HISTORY)
        threads, broken = self._around(workspace, step, posts, since)
        around, unnamed_around = self._remembered(workspace, source.network, (*page.around, *threads))
        read = step.read_of(_below(posts, threads, around), around, since)
        latest = max((began(post) for post in posts), default=None)
        moved = replace(
            well(source, now),
            # With pages left to read it was not seen whole.
            last_success=source.last_success if page.more else now,
            cursor=page.cursor,
            history_before=since,
            last_post=max(filter(None, (latest, source.last_post)), default=None),
            swept_at=now if source.is_new else source.swept_at,
            # A good answer may be the last that is allowed for now: that holds after a restart too.
            blocked_until=step.door.held(),
        )
        if source.failures or source.is_new:
            with self.store.write(workspace, durable=False) as tx:
                tell_of_success(tx, source.id, now)
        trouble = (*page.broken, *unnamed, *broken, *unnamed_around)
        self._write(workspace, read, moved, trouble, looks=0 if page.more else 1)
        step.door.settle()
        return moved, page.more

    def _sweep(self, workspace: str, step: Step) -> None:
        """Read the last days of a Source again, with its cursor where it is. That this fails is no trouble of
        the Source's: the next day comes."""
        source, now = step.source.id, self.clock()
        try:
            missed = self._look_back(workspace, step, now)
        except ReadingError as error:
            log.info("source %s: could not read its last days again: %s", source, type(error).__name__)
            missed = 0
        except Exception as error:  # noqa: BLE001 - its text may quote what was read: the place is told
            log.error("source %s: nobody foresaw %s", source, place_of(error))  # noqa: TRY400
            missed = 0
        if missed:
            log.warning("source %s on %s: %d posts had been missed", source, step.source.network, missed)
        with self.store.write(workspace, durable=False) as tx:
            found = tx.sources.source(source)
            if found:
                swept = replace(found, swept_at=now)
                tx.sources.save_source(replace(swept, missed=missed, missed_at=now) if missed else swept)

    def _look_back(self, workspace: str, step: Step, now: datetime) -> int:
        """Take in what the last days show and we do not know; how many posts that were."""
        source, began_at = step.source, step.source.history_before
        since = max(now - SWEPT, began_at or now)
        page = step.fetch("", since)
        posts, pages = list(page.posts), 1
        while page.more and pages < SWEPT_PAGES:
            page = step.fetch(page.cursor, since)
            posts, pages = [*posts, *page.posts], pages + 1
        found, _ = self._remembered(workspace, source.network, posts)
        fresh = [post for post in found if began(post) >= since]
        known = self._stored(workspace, source.network, fresh)
        news = [post for post in fresh if _is_news(post, known.post(source.network, post.id))]
        if not news:
            return 0
        around, _ = self._around(workspace, step, news, since)
        threads, _ = self._remembered(workspace, source.network, around)
        self._write(workspace, step.read_of(_below(news, around, threads), threads, began_at), None, ())
        stored = self._stored(workspace, source.network, news)
        return sum(one.id in stored.posts and one.id not in known.posts for one in news)

    def _stored(self, workspace: str, network: str, posts: Collection[Post]) -> Known:
        with self.store.read(workspace) as tx:
            return tx.threads.around(network, [post.id for post in posts])

    def _remembered(
        self, workspace: str, network: str, posts: Iterable[Post]
    ) -> tuple[list[Post], list[Broken]]:
        """The posts without those of people who asked to be forgotten; apart, those that nobody could find
        again."""
        found, unnamed = set_apart(posts)
        if not found:
            return [], unnamed
        with self.store.read(workspace) as tx:
            forgotten = tx.threads.forgotten(network, {post.author.id for post in found})
        return [post for post in found if post.author.id not in forgotten], unnamed

    def _around(
        self, workspace: str, step: Step, posts: Sequence[Post], since: datetime
    ) -> tuple[list[Post], list[Broken]]:
        """The threads that must be seen before the page can be judged."""
        around: list[Post] = []
        broken: list[Broken] = []
        if step.query.ours or not posts:
            return around, broken
        with self.store.read(workspace) as tx:
            known = tx.threads.around(step.source.network, names_of(posts))
        for post in reversed(posts):
            if began(post) < since or not step.needs_a_look(post, [*posts, *around], known):
                continue
            try:
                thread = step.thread(post)
            except Gone:
                continue  # what it answers is gone: it stands for itself
            except ChangedFormat:
                broken.append(Broken(post.id, "its thread cannot be read"))
                continue
            around += [replace(one, root=one.root or thread.root) for one in thread.posts]
            broken += thread.broken
        return around, broken

    def _write(
        self, workspace: str, read: Read, source: Source | None, broken: Sequence[Broken], *, looks: int = 0
    ) -> None:
        """All in one transaction; if the database refuses a post, in halves until it is alone."""
        try:
            self._commit(workspace, read, source, broken, looks=looks)
        except Unstorable:
            refused = self._halve(workspace, read)
            read = replace(read, matched=(), around=())
            self._commit(workspace, read, source, (*broken, *refused), looks=looks)

    def _halve(self, workspace: str, read: Read) -> list[Broken]:
        """Store the two halves of what was refused; gives the posts that cannot be stored at all."""
        posts = [*read.matched, *read.around]
        if len(posts) <= 1:
            return [Broken(post.id, "the database refused it") for post in posts]
        refused: list[Broken] = []
        for half in (posts[: len(posts) // 2], posts[len(posts) // 2 :]):
            part = replace(
                read,
                matched=tuple(post for post in half if post in read.matched),
                around=tuple(post for post in half if post not in read.matched),
            )
            try:
                self._commit(workspace, part, None, ())
            except Unstorable:
                refused += self._halve(workspace, part)
        return refused

    def _commit(
        self, workspace: str, read: Read, source: Source | None, broken: Sequence[Broken], *, looks: int = 0
    ) -> None:
        now = self.clock()

        def work() -> None:
            with self.store.write(workspace, durable=False) as tx:
                self._learn(tx, read, now)
                if source:
                    tx.sources.save_source(source)
                    if looks:
                        tx.journal.count_looks(looks, now)
                    if broken:
                        tx.sources.quarantine(source.id, broken, now)

        again(work)

    def _learn(self, tx: Tx, read: Read, now: datetime) -> None:
        if not (read.matched or read.around):
            return
        names = names_of((*read.matched, *read.around))
        known = tx.threads.around(read.network, names, names, read=(*read.matched, *read.around))
        occasion = on(self.networks, now, FACE)
        restand(tx, known, place(in_rooms(read, known, tx, self.networks), known, occasion), on=occasion)

    def _failed(self, workspace: str, source: str, error: Exception) -> datetime | None:
        now = self.clock()
        if not isinstance(error, ReadingError):
            # Its text may quote what was read: the place is told.
            log.error("source %s: nobody foresaw %s", source, place_of(error))
        with self.store.write(workspace, durable=False) as tx:
            found = tx.sources.source(source)
            if found is None:
                return None
            after = failed(found, error, now)
            tx.sources.save_source(after)
            tell_owner(tx, after, now)
        log.warning("source %s on %s: %s", source, found.network, type(error).__name__)
        return next_try(after, error, now)


def _below(posts: Sequence[Post], shown: Sequence[Post], kept: Sequence[Post]) -> list[Post]:
    """The posts, each in the thread in which it was shown, also below what is not kept of it: whoever wrote
    that asked to be forgotten."""
    left = {one.id for one in kept}
    by_name = {name: one for one in shown if one.id not in left for name in (one.id, *one.refs)}
    uppers = ((post, by_name.get(post.parent or "")) for post in posts)
    return [
        replace(post, parent=upper.id, root=post.root or upper.root or upper.id) if upper else post
        for post, upper in uppers
    ]


def _is_news(post: Post, placed: Placed | None) -> bool:
    """Whether a post is not known, was edited since, or was only read by the way: to a look it may have been
    history. Only a look tells whether one is there again: lists may go on showing what was deleted."""
    if placed is None or (placed.lane is None and placed.conversation is None):
        return True
    return post.edited_at is not None and post.edited_at != placed.post.edited_at


def query_of(connector: Connector, kind: str) -> Query:
    """What the connector declares about this kind of Source."""
    found = next((query for query in connector.facts.queries if query.kind == kind), None)
    return found or Query(kind, kind, "")


def _beyond(posts: Collection[Post], limit: int) -> list[datetime]:
    """The moment after which just `limit` of the posts began; empty when there are no more of them."""
    times = sorted((began(post) for post in posts), reverse=True)
    return [times[limit] + TICK] if len(times) > limit else []
