"""`/engage add LINK`: a post that somebody found, put on the list by hand.

Where a network reads it, the post and its thread are fetched. Any other link is kept as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.connector import Fetcher, Keeper, Reader, fetches
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn, OverBudget, Refused
from bot.domain.model import Lane, Line, Post, Source
from bot.domain.ports import Clock, Networks, Secret, Store, Tx
from bot.services.collecting.gathering import names_of
from bot.services.collecting.placing import Read, in_rooms, place
from bot.services.standing.lines import make_lines
from bot.services.standing.restand import again, on, restand

FACE = "add"


class NotListed(ValueError):
    """The post may not be kept: whoever wrote it asked to be forgotten, or it is private to somebody else."""


@dataclass(frozen=True, slots=True)
class Add:
    """Reads the post behind a link, with its thread, and lets it wait for us."""

    store: Store
    networks: Networks
    clock: Clock

    def link(self, workspace: str, link: str, teammate: str | None) -> Line:
        """The line of its conversation, as the teammate sees it; None is a screen that others may see too.

        Raises ValueError for what is no link, NotListed for what may not be kept, Gone for what a network
        does not have, and the errors of reading that pass.
        """
        read, post = self._read(workspace, link, teammate) or self._as_it_is(link)

        def work() -> Line | None:
            with self.store.write(workspace) as tx:
                return self._put(tx, read, post, teammate)

        line = again(work)
        if line is None:
            raise NotListed("this post cannot be put on the list")
        return line

    def _read(self, workspace: str, link: str, teammate: str | None) -> tuple[Read, str] | None:
        """What the network that the link belongs to shows, and the post's id; None when none can read it."""
        for name, connector, endpoint in self._whose(link):
            secret, source = self._key(workspace, name, endpoint, teammate)
            door = self.networks.reader(name, endpoint, secret)
            try:
                post = connector.read_link(link, door)
                return replace(_read(connector, endpoint, post, door), source=source), post.id
            except (ChangedFormat, NeedsSignIn, OverBudget, Refused):
                continue
            except Gone:
                # Only a network with one place knows its own: elsewhere the address merely looked like one.
                if connector.facts.home:
                    raise
        return None

    def _as_it_is(self, link: str) -> tuple[Read, str]:
        keepers = (one for one in self.networks.connectors().values() if isinstance(one, Keeper))
        keeper = next(keepers, None)
        if keeper is None:
            raise ValueError("no network knows this link")
        post = keeper.kept(link, self.clock())
        return Read(post.network, "", matched=(post,), lane=Lane.TO_US, by_hand=True), post.id

    def _whose(self, link: str) -> Iterator[tuple[str, Fetcher, str]]:
        for name, connector in self.networks.connectors().items():
            if fetches(connector) and (found := connector.of_link(link)):
                yield name, connector, found[0]

    def _key(
        self, workspace: str, network: str, endpoint: str, teammate: str | None
    ) -> tuple[Secret | None, str | None]:
        """The key of a Source that reads the same server, which may show more of the thread; their own before
        any other. What only that key shows is its owner's: so the Source is told with it."""
        with self.store.read(workspace) as tx:
            keys = [(_secret(tx, one), one.id) for one in _there(tx, network, endpoint)]
        found = [(secret, source) for secret, source in keys if secret]
        found.sort(key=lambda one: one[0].owner != teammate)
        return found[0] if found else (None, None)

    def _put(self, tx: Tx, read: Read, post: str, teammate: str | None) -> Line | None:
        now = self.clock()
        authors = {one.author.id for one in (*read.matched, *read.around)}
        gone = tx.threads.forgotten(read.network, authors)
        kept = replace(
            read,
            matched=tuple(one for one in read.matched if one.author.id not in gone),
            around=tuple(one for one in read.around if one.author.id not in gone),
            since=min((one.created_at for one in read.matched), default=now) - timedelta(seconds=1),
        )
        names = names_of((*kept.matched, *kept.around))
        known = tx.threads.around(read.network, names, names, read=(*kept.matched, *kept.around))
        occasion = on(self.networks, now, FACE)
        news = place(in_rooms(kept, known, tx, self.networks), known, occasion)
        restand(tx, known, news, on=occasion)
        placed = news.posts.get(post) or known.posts.get(post)
        if placed is None or placed.conversation is None:
            return None
        return next(iter(make_lines(tx, self.networks, [placed.conversation], viewer=teammate)), None)


def _read(connector: Fetcher, endpoint: str, post: Post, door: Reader) -> Read:
    try:
        thread = connector.thread(endpoint, post, door)
        around = tuple(replace(one, root=one.root or thread.root) for one in thread.posts)
    except Gone:
        around = ()
    return Read(post.network, endpoint, matched=(post,), around=around, lane=Lane.TO_US, by_hand=True)


def _there(tx: Tx, network: str, endpoint: str) -> list[Source]:
    return [one for one in tx.sources.sources() if (one.network, one.endpoint) == (network, endpoint)]


def _secret(tx: Tx, source: Source) -> Secret | None:
    return tx.sources.secret(source.credential) if source.credential else None
