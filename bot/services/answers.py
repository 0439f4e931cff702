"""Whether one of us was seen replying: our accounts' own posts, then the threads of those who wait.

A look counts for a conversation only if it is complete: its thread whole, and the posts of the one who has
it read. Absence proves nothing: a post is gone when its own address said so twice, ten minutes apart.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from bot.domain.connector import Connector, Reader
from bot.domain.errors import Gone, ReadingError
from bot.domain.model import Conversation, Post, Seen, Source
from bot.domain.ports import Clock, Known, Networks, Store, Tx
from bot.domain.threads import QUIET
from bot.services.collect import Collect, query_of
from bot.services.gathering import names_of
from bot.services.lines import own_posts
from bot.services.placing import Read, place
from bot.services.restand import again, on, restand
from bot.services.sight import blind_networks

log = logging.getLogger(__name__)

FACE = "look"
MISSED_AGAIN_AFTER = timedelta(minutes=10)
MISSED_AGAIN_WITHIN = timedelta(hours=1)
"""What was missed longer ago tells nothing of the time between: it begins anew."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 6 * 60, 24 * 60, 3 * 24 * 60))
NEIGHBOURS = 3
"""How many other posts are asked for, to tell a post that is gone from a server that fails."""
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
                complete |= self._look(
                    workspace, _Look(workspace, network, start, fresh, stale, known, theirs)
                )
        missed = {
            one.network for one in known.conversations.values() if one.id in set(conversations) - complete
        }
        with self.store.read(workspace) as tx:
            since = blind_networks(tx.sources.sources())
        blind = tuple((network, since.get(network, _last_look(known, network))) for network in sorted(missed))
        return Seen(frozenset(complete), start, blind)

    def due(self, workspace: str, network: str) -> datetime | None:
        """The work of LOOK: look at the talks on this network that are due for it; when the next is.

        Those that we answered are looked at too: a reply to us may name nobody, and is seen there alone.
        """
        now = self.clock()
        followed = self._followed(workspace, network, now)
        due = [one for one in followed if next_look(one) <= now]
        if due:
            self.look(workspace, [one.id for one in due], fresh=timedelta(0))
            followed = self._followed(workspace, network, now)
        times = [next_look(one) for one in followed]
        return max(min(times), now + MISSED_AGAIN_AFTER if due else now) if times else None

    def _followed(self, workspace: str, network: str, now: datetime) -> Sequence[Conversation]:
        with self.store.read(workspace) as tx:
            return tx.threads.followed(network, now - QUIET)

    def _look(self, workspace: str, look: _Look) -> set[str]:
        connector = self.networks.connectors().get(look.network)
        if connector is None:
            return set()
        self._read_ours(workspace, look, connector)
        for one in look.conversations:
            if look.spent >= connector.facts.requests // SHARE or look.failed:
                break
            try:
                self._thread(workspace, look, connector, one)
            except ReadingError as error:
                log.warning("could not look on %s: %s", look.network, type(error).__name__)
                look.failed = True
        return self._write(workspace, look)

    def _read_ours(self, workspace: str, look: _Look, connector: Connector) -> None:
        """Read our accounts' own posts, but for those that were read to their end just now."""
        look.offers_own = any(query.ours for query in connector.facts.queries)
        collect = Collect(self.store, self.networks, self.clock)
        for source in look.sources:
            if not (source.account and query_of(connector, source.kind).ours):
                continue
            read = source.last_success
            if read is None or read < look.start - look.fresh / 2:
                look.spent += 1
                collect.poll(workspace, source.id)
                with self.store.read(workspace) as tx:
                    after = tx.sources.source(source.id)
                read = after.last_success if after else None
                read = look.start if read and read >= look.start else None
            if read:
                look.own[source.account] = max(read, look.own.get(source.account, read))

    def _thread(self, workspace: str, look: _Look, connector: Connector, one: Conversation) -> None:
        """Read the threads of one conversation: from each post that waits, unless it came along."""
        seen: set[str] = set()
        whole = True
        key = self._key(workspace, look, one)
        if key is None:
            return
        door, source = key
        for post in _asked_about(one, look.known):
            if post.id in seen:
                continue
            if _is_hidden(look, post.id, source):
                whole = False
                continue
            look.spent += 1
            try:
                thread = connector.thread(one.endpoint or "", post, door)
            except Gone:
                self._is_gone(look, connector, one, post, door)
                whole = False
                continue
            look.read[source] += [replace(each, root=each.root or thread.root) for each in thread.posts]
            look.there.append(post)
            seen |= {each.id for each in thread.posts} | {post.id}
            whole = whole and thread.complete and not thread.broken
        if whole and seen:
            missing = len(look.missing)
            self._check_absent(look, connector, one, seen, key)
            if len(look.missing) == missing:
                # What was missed has to be missed again, soon: until then nothing is sure.
                look.whole[one.id] = frozenset(seen)

    def _check_absent(
        self, look: _Look, connector: Connector, one: Conversation, seen: Collection[str], key: _Key
    ) -> None:
        """Ours that answered, and what settles it, are asked for when the thread no longer shows them."""
        answers = {each.post for each in one.standing.evidence if each.post and each.gone_at is None}
        answers |= {one.standing.sign.post} if one.standing.sign else set()
        door, source = key
        for id in sorted(answers - set(seen)):
            placed = look.known.post(look.network, id)
            if placed is None or _is_hidden(look, id, source):
                continue
            look.spent += 1
            if connector.exists(one.endpoint or "", placed.post, door):
                look.there.append(placed.post)
            else:
                self._is_gone(look, connector, one, placed.post, door)

    def _is_gone(
        self, look: _Look, connector: Connector, one: Conversation, post: Post, door: Reader
    ) -> None:
        """A post is missing only while another known one there still answers."""
        at = self.clock()
        for other in _neighbours(look, one, post) or self._elsewhere(look, post):
            look.spent += 1
            if connector.exists(one.endpoint or "", other, door):
                look.missing[post.id] = (post, at)
                return

    def _elsewhere(self, look: _Look, post: Post) -> list[Post]:
        """What came to be known last there, for a post that stood alone."""
        with self.store.read(look.workspace) as tx:
            latest = tx.threads.latest(look.network, NEIGHBOURS + 1)
        return [each for each in latest if each.id != post.id][:NEIGHBOURS]

    def _key(self, workspace: str, look: _Look, one: Conversation) -> _Key | None:
        """The door with a key that may read it, and the Source whose key it is; None when there is none."""
        with self.store.read(workspace) as tx:
            for each in _seen_through(one, look):
                secret = tx.sources.secret(each.credential) if each.credential else None
                if secret or each.credential is None:
                    return self.networks.reader(look.network, one.endpoint or "", secret), each.id
        if one.standing.private:
            return None
        return self.networks.reader(look.network, one.endpoint or "", None), None

    def _write(self, workspace: str, look: _Look) -> set[str]:
        """Write down what was seen; gives the conversations that were looked at completely."""

        def work() -> set[str]:
            with self.store.write(workspace, durable=False) as tx:
                stood = self._learn(tx, look)
                done = {id: at for id in look.whole if id in stood and (at := _tells_from(stood[id], look))}
                for at in sorted(set(done.values())):
                    tx.threads.looked([id for id in done if done[id] == at], at)
                if done:
                    tx.journal.count_looks(len(done), look.start)
            return set(done)

        return again(work)

    def _learn(self, tx: Tx, look: _Look) -> Mapping[str, Conversation]:
        now = self.clock()
        for post in look.there:
            tx.threads.missing(look.network, post.id, None)
        stood: dict[str, Conversation] = {}
        for source, posts in [*look.read.items(), (None, self._gone(tx, look))]:
            if posts:
                stood |= self._place(tx, look, posts, source, now)
        return stood

    def _place(
        self, tx: Tx, look: _Look, posts: Sequence[Post], source: str | None, now: datetime
    ) -> Mapping[str, Conversation]:
        forgotten = tx.threads.forgotten(look.network, {post.author.id for post in posts})
        read = [post for post in posts if post.author.id not in forgotten]
        names = names_of(read)
        known = tx.threads.around(look.network, names, names, read=read)
        context = Read(
            network=look.network,
            endpoint=look.conversations[0].endpoint or "",
            around=tuple(read),
            source=source,
            since=_began(look.conversations),
        )
        return restand(tx, known, place(context, known, now), on=on(self.networks, now, FACE))

    def _gone(self, tx: Tx, look: _Look) -> list[Post]:
        """What was missed twice, ten minutes apart, and not seen between; the first miss is noted."""
        missed = set(look.missing) - {post.id for post in look.posts()}
        known = tx.threads.around(look.network, missed) if missed else look.known
        gone = []
        for id in sorted(missed):
            post, at = look.missing[id]
            placed = known.post(look.network, id)
            since = placed.missing_since if placed else None
            if since is None or at - since > MISSED_AGAIN_WITHIN:
                since = at
                tx.threads.missing(look.network, id, since)
            if at - since >= MISSED_AGAIN_AFTER:
                gone.append(replace(post, gone_at=since))
        return gone


@dataclass(slots=True)
class _Look:
    """One look at one network, and what it found.

    `read` has the posts by the Source with whose key they were read. `own` tells which of our accounts' own
    posts were read to their end, and when. `whole` has the posts that were seen of each conversation whose
    thread was read whole.
    """

    workspace: str
    network: str
    start: datetime
    fresh: timedelta
    conversations: Sequence[Conversation]
    known: Known
    sources: Sequence[Source]
    read: defaultdict[str | None, list[Post]] = field(default_factory=partial(defaultdict, list))
    there: list[Post] = field(default_factory=list)
    missing: dict[str, tuple[Post, datetime]] = field(default_factory=dict)
    whole: dict[str, frozenset[str]] = field(default_factory=dict)
    own: dict[str, datetime] = field(default_factory=dict)
    offers_own: bool = False

    def posts(self) -> Iterator[Post]:
        """All that was read, with whichever key."""
        return chain.from_iterable(self.read.values())

    spent: int = 0
    failed: bool = False


def next_look(one: Conversation) -> datetime:
    """When a conversation is looked at next: soon after it was opened or answered, then ever more seldom."""
    opened = (
        one.standing.answered_at or one.standing.opened_at or one.standing.waiting_since or one.created_at
    )
    if opened is None:
        raise ValueError("a conversation began at some time")
    looked = one.looked_at or opened
    return next((opened + wait for wait in BACK_OFF if opened + wait > looked), looked + BACK_OFF[-1])


def _asked_about(one: Conversation, known: Known) -> list[Post]:
    """The posts to look from, oldest first: those that wait, else all of theirs."""
    posts = [placed.post for placed in own_posts(one, known)]
    return [post for post in posts if post.id in one.standing.uncovered] or posts


def _tells_from(one: Conversation, look: _Look) -> datetime | None:
    """The moment up to which a look at a whole thread tells of answers; None when it does not tell.

    It saw all that waits, and the own posts of whoever has it were read, and of the shared accounts.
    """
    if not one.standing.uncovered <= look.whole[one.id]:
        return None
    accounts = _may_answer(one, look) if look.offers_own else set()
    if not accounts <= set(look.own):
        return None
    return min([look.start, *(look.own[account] for account in accounts)])


def _may_answer(one: Conversation, look: _Look) -> set[str]:
    """The accounts from which it is most likely answered: shared ones, and of whoever has it or replied."""
    standing = one.standing
    people = {None, standing.holder, standing.asked, *(back.by for back in standing.write_backs)}
    return {
        handle.author_id
        for handle in look.known.ours
        if handle.network == one.network
        and handle.teammate in people
        and (handle.until is None or handle.until > look.start)
    }


def _seen_through(one: Conversation, look: _Look) -> list[Source]:
    """The Sources there with whose key it may be read: those that saw it; what is public, with any key."""
    own = own_posts(one, look.known)
    private = [placed for placed in own if placed.post.visibility.is_private] or own
    saw = {placed.source for placed in (private if one.standing.private else own)}
    there = [each for each in look.sources if each.endpoint == one.endpoint]
    others = [] if one.standing.private else [each for each in there if each.credential]
    return [*(each for each in there if each.id in saw), *others]


def _is_hidden(look: _Look, id: str, source: str | None) -> bool:
    """Whether a post is private and was seen with another key: then that it is not shown tells nothing."""
    placed = look.known.post(look.network, id)
    return placed is not None and placed.post.visibility.is_private and placed.source != source


def _neighbours(look: _Look, one: Conversation, post: Post) -> list[Post]:
    """Known posts that tell whether the server answers at all: from this thread, else any just read."""
    known = [placed.post for placed in look.known.posts.values() if placed.post.network == one.network]
    found = [each for each in (*known, *look.posts()) if each.id != post.id and each.gone_at is None]
    return sorted(found, key=lambda each: each.id)[:NEIGHBOURS]


def _began(conversations: Iterable[Conversation]) -> datetime | None:
    times = [one.created_at for one in conversations if one.created_at]
    return min(times, default=None)


def _last_look(known: Known, network: str) -> datetime | None:
    times = [one.looked_at for one in known.conversations.values() if one.network == network]
    return min((at for at in times if at), default=None) if all(times) else None
