"""Whether one of us was seen replying: our accounts' own posts, then the threads of those who wait.

A look counts for a conversation only if it is complete: its thread whole, and the posts of the one who has
it read. Absence proves nothing: a post is gone when its own address said so twice, ten minutes apart.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.connector import Fetcher, Reader, fetches
from bot.domain.errors import Gone, OverBudget, RateLimited, ReadingError, Unavailable
from bot.domain.model import Conversation, Post, Seen
from bot.domain.polling import USUAL, Pace
from bot.domain.ports import Clock, Job, Networks, Store, Tx
from bot.services.collecting.collect import Collect, query_of
from bot.services.collecting.gathering import names_of, set_apart, stands
from bot.services.collecting.health import place_of
from bot.services.collecting.looking import (
    MISSED_AGAIN_WITHIN,
    NEIGHBOURS,
    Look,
    Missed,
    Place,
    asked_about,
    history_before,
    in_turn,
    is_hidden,
    last_look,
    neighbours,
    seen_through,
    tells_from,
)
from bot.services.collecting.placing import Read, in_rooms, place
from bot.services.standing.restand import again, on, restand
from bot.services.standing.sight import blind_networks

log = logging.getLogger(__name__)

FACE = "look"
MISSED_AGAIN_AFTER = timedelta(minutes=10)
LONGEST = timedelta(minutes=5)
"""A look asks nothing more after so long: what it saw first would be old when it is written down, and a post
could be missed twice, and be gone, meanwhile."""
FAILING = 3
"""So many threads in a row that cannot be read: then it is the network, and the others wait."""
_Key = tuple[Reader, str | None]
"""The door with a key, and the Source whose key it is."""
SHARE = 2
"""A look takes at most this part (one in so many) of what a network allows in one window."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Looks at the networks for answers, and writes down what it saw."""

    store: Store
    networks: Networks
    clock: Clock
    pace: Pace = USUAL

    def look(self, workspace: str, conversations: Collection[str], *, fresh: timedelta) -> Seen:
        """Look at these unless they were looked at completely within `fresh`; networks that could not
        be seen are in `blind`, with when they last were."""
        start = self.clock()
        with self.store.read(workspace) as tx:
            known = tx.threads.of(conversations)
            sources = tx.sources.sources()
        by_network: defaultdict[str, list[Conversation]] = defaultdict(list)
        for id in conversations:
            if id in known.conversations:
                by_network[known.conversations[id].network].append(known.conversations[id])
        complete: set[str] = set()
        for network, those in sorted(by_network.items()):
            fresh_ones = {one.id for one in those if one.looked_at and one.looked_at >= start - fresh}
            stale = [one for one in those if one.id not in fresh_ones]
            theirs = [one for one in sources if one.network == network]
            complete |= fresh_ones
            if stale:
                complete |= self._tried(
                    workspace, Look(workspace, network, start, fresh, stale, known, theirs)
                )
        missed = {
            network for network, those in by_network.items() if any(one.id not in complete for one in those)
        }
        with self.store.read(workspace) as tx:
            since = blind_networks(tx.sources.sources())
        blind = tuple((name, since.get(name, last_look(by_network[name]))) for name in sorted(missed))
        return Seen(frozenset(complete), start, blind)

    def due(self, workspace: str, network: str) -> datetime | None:
        """The work of LOOK: look at the talks on this network that are due for it; when the next is.

        Those that we answered are looked at too: a reply to us may name nobody, and is seen there alone.
        """
        connector = self.networks.connectors().get(network)
        if connector and not fetches(connector):
            return None
        now = self.clock()
        with self.store.read(workspace) as tx:
            due = tx.threads.to_look(network, now)
        if due:
            self.look(workspace, due, fresh=timedelta(0))
        with self.store.read(workspace) as tx:
            soonest = tx.threads.next_look(network)
        return max(soonest, now + MISSED_AGAIN_AFTER if due else now) if soonest else None

    def _tried(self, workspace: str, look: Look) -> set[str]:
        """A look that breaks was not complete: it stops nothing on other networks, and no digest."""
        try:
            return self._look(workspace, look)
        except Exception as error:  # noqa: BLE001 - its text may quote what was read: the place is told
            log.error("could not look on %s: nobody foresaw %s", look.network, place_of(error))  # noqa: TRY400
            return set()

    def _look(self, workspace: str, look: Look) -> set[str]:
        connector = self.networks.connectors().get(look.network)
        if connector is None:
            return set()
        if not fetches(connector):
            # Nobody is asked: all that was told is here.
            return {one.id for one in look.conversations}
        self._read_ours(workspace, look, connector)
        self._read_threads(workspace, look, connector)
        return self._write(workspace, look)

    def _read_threads(self, workspace: str, look: Look, connector: Fetcher) -> None:
        """Read thread after thread: one that cannot be read holds up no other."""
        failing = 0
        for one in in_turn(look):
            spent = look.spent >= connector.facts.requests // SHARE
            if spent or failing >= FAILING or self._is_over(look):
                return
            look.tried.append(one.id)
            try:
                self._thread(workspace, look, connector, one)
                failing = 0
            except ReadingError as error:
                log.warning("could not look on %s: %s", look.network, type(error).__name__)
                self._keep_the_wait(workspace, look, one, error)
                failing = FAILING if isinstance(error, RateLimited) else failing + 1
            except Exception as error:  # noqa: BLE001 - its text may quote what was read: the place is told
                log.error("could not look on %s: nobody foresaw %s", look.network, place_of(error))  # noqa: TRY400
                failing += 1

    def _keep_the_wait(self, workspace: str, look: Look, one: Conversation, error: ReadingError) -> None:
        """What the network asked to wait holds after a restart, as where a Source was read."""
        _, id = self._key(workspace, look, one) or (None, None)
        if id is None or not isinstance(error, RateLimited) or isinstance(error, OverBudget):
            return
        with self.store.write(workspace, durable=False) as tx:
            source = tx.sources.source(id)
            if source:
                tx.sources.save_source(replace(source, blocked_until=error.until))

    def _read_ours(self, workspace: str, look: Look, connector: Fetcher) -> None:
        """Read our accounts' own posts, but for those that were read to their end just now."""
        look.offers_own = any(query.ours for query in connector.facts.queries)
        collect = Collect(self.store, self.networks, self.clock, self.pace)
        for source in look.sources:
            if not (source.account and query_of(connector, source.kind).ours):
                continue
            read = source.last_success
            if read is None or read < look.start - look.fresh / 2:
                if self._is_over(look):
                    continue
                look.spent += 1
                after_this, read = collect.read_to_the_end(workspace, source.id)
                if after_this:
                    look.again[source.id] = after_this
                read = look.start if read and read >= look.start else None
            if read:
                look.own[source.account] = max(read, look.own.get(source.account, read))

    def _is_over(self, look: Look) -> bool:
        return self.clock() - look.start >= LONGEST

    def _thread(self, workspace: str, look: Look, connector: Fetcher, one: Conversation) -> None:
        """Read the threads of one conversation: from each post that waits, unless it came along."""
        key = self._key(workspace, look, one)
        if key is None:
            return
        seen: set[str] = set()
        whole = True
        for post in asked_about(one, look.known):
            if post.id not in seen:
                found, complete = self._read_from(post, look, connector, one, key)
                seen |= found
                whole = whole and complete
        if whole and seen:
            missing = len(look.missing)
            self._check_absent(look, connector, one, seen, key)
            if len(look.missing) == missing:
                # What was missed has to be missed again, soon: until then nothing is sure.
                look.whole[one.id] = frozenset(seen)

    def _read_from(
        self, post: Post, look: Look, connector: Fetcher, one: Conversation, key: _Key
    ) -> tuple[set[str], bool]:
        """Read the thread that a post stands in: what was seen there, and whether that is all."""
        door, source = key
        endpoint = one.endpoint or ""
        if is_hidden(look, post.id, source):
            return set(), False
        look.spent += 1
        try:
            thread = connector.thread(endpoint, post, door)
        except Gone:
            if post.gone_at is None:
                self._is_gone(look, connector, one, post, door)
                return set(), False
            return {post.id}, True
        posts, unnamed = set_apart(replace(each, root=each.root or thread.root) for each in thread.posts)
        look.read[source, endpoint] += posts
        shown = {each.id for each in posts}
        if (
            post.id not in shown
            and post.gone_at is None
            and not self._stands(look, connector, one, post, door)
        ):
            # A thread that is a line goes on without it.
            return shown, False
        look.there.append(post)
        complete = thread.complete and not (thread.broken or unnamed)
        return shown | {post.id}, complete

    def _stands(self, look: Look, connector: Fetcher, one: Conversation, post: Post, door: Reader) -> bool:
        """Ask for a post that its thread does not show; one that does not stand there is missing."""
        look.spent += 1
        stands = connector.exists(one.endpoint or "", post, door)
        if not stands:
            self._is_gone(look, connector, one, post, door)
        return stands

    def _check_absent(
        self, look: Look, connector: Fetcher, one: Conversation, seen: Collection[str], key: _Key
    ) -> None:
        """Ours that answered, or may have, and what settles it, are asked for when the thread no longer shows
        them."""
        replies = (*one.standing.evidence, *one.standing.maybes)
        answers = {each.post for each in replies if each.post and each.gone_at is None}
        answers |= {one.standing.sign.post} if one.standing.sign else set()
        door, source = key
        for id in sorted(answers - set(seen)):
            placed = look.known.post(look.network, id)
            if placed is None or is_hidden(look, id, source):
                continue
            if self._stands(look, connector, one, placed.post, door):
                look.there.append(placed.post)

    def _is_gone(self, look: Look, connector: Fetcher, one: Conversation, post: Post, door: Reader) -> None:
        """A post is missing only while another known one there still answers."""
        at = self.clock()
        for other in self._witnesses(look, one, post):
            if self._is_over(look):
                return
            look.spent += 1
            try:
                stands = connector.exists(one.endpoint or "", other, door)
            except Unavailable:  # as of a post that this server never showed: it tells nothing of this one
                continue
            if stands:
                look.missing[post.id] = Missed(post, one, at)
                return

    def _witnesses(self, look: Look, one: Conversation, post: Post) -> Iterator[Post]:
        """Those around it; where they are all gone as well, or it stood alone, what is known from its server,
        then what is known elsewhere."""
        near = neighbours(look, one, post)
        yield from near
        asked = {post.id, *(each.id for each in near)}
        with self.store.read(look.workspace) as tx:
            there = tx.threads.latest(look.network, NEIGHBOURS + len(asked), endpoint=one.endpoint)
            latest = tx.threads.latest(look.network, NEIGHBOURS + len(asked))
        others = {each.id: each for each in (*there, *latest) if each.id not in asked}
        yield from list(others.values())[: 2 * NEIGHBOURS]

    def _key(self, workspace: str, look: Look, one: Conversation) -> _Key | None:
        """The door with a key that may read it, and the Source whose key it is; None when there is none."""
        with self.store.read(workspace) as tx:
            for each in seen_through(one, look):
                secret = tx.sources.secret(each.credential) if each.credential else None
                if secret or each.credential is None:
                    return self.networks.reader(look.network, one.endpoint or "", secret), each.id
        if one.standing.private:
            return None
        return self.networks.reader(look.network, one.endpoint or "", None), None

    def _write(self, workspace: str, look: Look) -> set[str]:
        """Write down what was seen; gives the conversations that were looked at completely."""

        def work() -> set[str]:
            with self.store.write(workspace, durable=False) as tx:
                for source, due in look.again.items():
                    # What was read now need not be read at the time that was planned before.
                    tx.agenda.replan(Job.POLL, source, due)
                stood = self._learn(tx, look)
                done = {id: at for id in look.whole if id in stood and (at := tells_from(stood[id], look))}
                for at in sorted(set(done.values())):
                    tx.threads.looked([id for id in done if done[id] == at], at)
                unseen = [id for id in look.tried if id not in done]
                tx.threads.unseen(unseen, look.start, anew=look.first_missed)
                if done:
                    tx.journal.count_looks(len(done), look.start)
            return set(done)

        return again(work)

    def _learn(self, tx: Tx, look: Look) -> Mapping[str, Conversation]:
        now = self.clock()
        tx.threads.missing(look.network, {post.id for post in look.there}, None)
        stood = dict(tx.threads.these([one.id for one in look.conversations]))
        gone = self._gone(tx, look)
        for where, posts in [*look.read.items(), *gone.items()]:
            stood |= self._place(tx, look, posts, where, now)
        return stood

    def _place(
        self, tx: Tx, look: Look, posts: Sequence[Post], where: Place, now: datetime
    ) -> Mapping[str, Conversation]:
        source, endpoint = where
        turns = {one.id for one in look.conversations if (at := one.standing.wake_at) and at <= now}
        news = [post for post in posts if not stands(post, look.known, but=turns)]
        forgotten = tx.threads.forgotten(look.network, {post.author.id for post in news})
        read = [post for post in news if post.author.id not in forgotten]
        if not read:
            return {}
        names = names_of(read)
        known = tx.threads.around(look.network, names, names, read=read)
        context = Read(
            network=look.network,
            endpoint=endpoint,
            around=tuple(read),
            source=source,
            since=history_before(look),
        )
        occasion = on(self.networks, now, FACE)
        placed = place(in_rooms(context, known, tx, self.networks), known, occasion)
        return restand(tx, known, placed, on=occasion)

    def _gone(self, tx: Tx, look: Look) -> Mapping[Place, list[Post]]:
        """What was missed twice, ten minutes apart, and not seen between; a first miss is noted."""
        missed = set(look.missing) - {post.id for post in look.posts()}
        known = tx.threads.around(look.network, missed) if missed else look.known
        gone: defaultdict[Place, list[Post]] = defaultdict(list)
        for id in sorted(missed):
            miss = look.missing[id]
            placed = known.post(look.network, id)
            since = placed.missing_since if placed else None
            if since is None or miss.at - since > MISSED_AGAIN_WITHIN:
                since = miss.at
                look.first_missed.add(miss.conversation.id)
                tx.threads.missing(look.network, [id], since)
            if miss.at - since >= MISSED_AGAIN_AFTER:
                gone[None, miss.conversation.endpoint or ""].append(replace(miss.post, gone_at=since))
        return gone
