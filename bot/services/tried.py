"""Who spoke to us and never heard back, told from public posts alone: no account, no Slack, no database.

Several places are walked at the same time; one that is slow or broken holds none of the others.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event, Thread

from bot.domain.connector import Ask, Connector, Query, Reader
from bot.domain.errors import Gone, ReadingError
from bot.domain.lifecycle import stand
from bot.domain.model import Author, Handle, Lane, Post, Standing
from bot.domain.ports import Clock, Known, Networks
from bot.services.lines import own_posts
from bot.services.placing import Read, place
from bot.services.restand import facts_of, with_news

log = logging.getLogger(__name__)

DAYS = 30
PAGES = 50
BROKEN = "it could not be read"
CUT = "a thread is longer than is shown without an account"
UNKNOWN = "no network knows this account"
Place = tuple[str, str]
"""A network's name and what to look for there: an account, or our name. Without a network ("") it is an
account written as "@us@server", and whichever network knows it is walked."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one place was walked: threads read, of how many known so far."""

    place: Place
    read: int
    of: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one place shows. `spoke` counts people, `unheard` has one post of each who never heard back.

    `network` is the one that was walked, by name and label; both are empty when none was found.
    `account` is ours there, or None where only a name was looked for: then nobody's answer is known.
    `problem` says why it is not whole: an error's name, `UNKNOWN`, `CUT`, or that the time was up.
    """

    place: Place
    network: str
    label: str
    days: int
    spoke: int = 0
    unheard: tuple[Post, ...] = ()
    account: Author | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """Walks public posts; keeps nothing."""

    networks: Networks
    clock: Clock

    def of(
        self, places: Sequence[Place], *, days: int = DAYS, deadline: timedelta = timedelta(minutes=2)
    ) -> Iterator[Progress | Result]:
        """Walk all places at once: progress as it comes, and one Result a place, the quickest first.

        A place that is not done when the real time `deadline` is up is told with what it has by then.
        Raises KeyError for an unknown network.
        """
        told: SimpleQueue[Progress | Result] = SimpleQueue()
        over = Event()
        walks = [self._walk(one, days, told, over) for one in places]
        for walk in walks:
            Thread(target=walk.run, name=f"try {walk.place[0]}", daemon=True).start()
        left = {id(walk): walk for walk in walks}
        end = time.monotonic() + deadline.total_seconds()
        while left:
            try:
                news = told.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                break
            if isinstance(news, Result):
                left = {key: walk for key, walk in left.items() if walk.place != news.place}
            yield news
        over.set()
        for walk in left.values():
            yield walk.result("the time was up")

    def _walk(self, where: Place, days: int, told: SimpleQueue[Progress | Result], over: Event) -> _Walk:
        connectors = self.networks.connectors()
        chosen = [connectors[where[0]]] if where[0] else list(connectors.values())
        return _Walk(where, chosen, self.networks, self.clock(), days, told, over)


@dataclass(slots=True)
class _Walk:
    """One place: what matched, and the threads read so far. Only its own thread writes to it."""

    place: Place
    choice: Sequence[Connector]
    networks: Networks
    now: datetime
    days: int
    told: SimpleQueue[Progress | Result]
    over: Event
    endpoint: str = ""
    connector: Connector | None = None
    account: Author | None = None
    matched: tuple[Post, ...] = ()
    around: tuple[Post, ...] = field(default=())
    cut: bool = False

    def run(self) -> None:
        """Walk to the end, and tell what was found, also when something broke on the way."""
        problem = None
        try:
            self.connector = self._find()
            if self.connector:
                self._read(self.connector, self._door(self.connector))
            else:
                problem = UNKNOWN
            problem = problem or (CUT if self.cut else None)
        except ReadingError as error:
            problem = type(error).__name__
        except Exception:
            log.exception("%s could not be walked", self.place[0] or "an account")
            problem = BROKEN
        self.told.put(self.result(problem))

    def result(self, problem: str | None = None) -> Result:
        """What is known by now. It always gives one: whoever waits for this place is told in any case."""
        try:
            return self._known(problem)
        except Exception:
            log.exception("what was read of %s could not be put together", self.place[0] or "an account")
            return replace(self._nothing(), problem=problem or BROKEN)

    def _nothing(self) -> Result:
        facts = self.connector.facts if self.connector else None
        name, label = (facts.name, facts.label) if facts else ("", "")
        return Result(self.place, name, label, self.days, account=self.account)

    def _known(self, problem: str | None) -> Result:
        people: dict[str, list[tuple[Standing, Post]]] = {}
        for standing, post in self._conversations():
            people.setdefault(post.author.id, []).append((standing, post))
        unheard = [
            heard[0][1]
            for heard in people.values()
            if not any(standing.evidence or standing.maybes for standing, _ in heard)
        ]
        return replace(
            self._nothing(),
            spoke=len(people),
            unheard=tuple(sorted(unheard, key=lambda post: post.created_at)),
            problem=problem,
        )

    def _door(self, connector: Connector) -> Reader:
        return self.networks.reader(connector.facts.name, "", None)

    def _find(self) -> Connector | None:
        """The network to walk, and our account there; None when no network knows the account.

        A server that one network cannot be read on may be another network's; if it is nobody's, its
        first trouble is told.
        """
        troubles: list[ReadingError] = []
        for connector in self.choice:
            try:
                self.endpoint, self.account = connector.resolve(self.place[1], self._door(connector))
            except (ValueError, Gone):
                continue
            except ReadingError as trouble:
                troubles.append(trouble)
                continue
            return connector
        if troubles:
            raise troubles[0]
        if not self.place[0]:
            return None
        # A name that is no account can still be searched for.
        (named,) = self.choice
        self.endpoint = named.facts.home
        return named

    def _read(self, connector: Connector, door: Reader) -> None:
        """Our own posts of these days with their threads, or where people used the name."""
        own = self._all_pages(connector, door, ours=True)
        named = [] if own else self._all_pages(connector, door, ours=False)
        self.matched = tuple(named)
        posts, seen = [*own, *named], set[str]()
        for number, post in enumerate(posts):
            if self.over.is_set():
                return
            if post.id not in seen:
                seen |= self._thread(connector, door, post)
            self.told.put(Progress(self.place, number + 1, len(posts)))

    def _all_pages(self, connector: Connector, door: Reader, *, ours: bool) -> list[Post]:
        queries = [
            one
            for one in connector.facts.queries
            if (one.ours and self.account if ours else one.lane == Lane.ABOUT_US and not one.needs_credential)
        ]
        return [post for query in queries for post in self._pages(connector, door, query)]

    def _pages(self, connector: Connector, door: Reader, query: Query) -> list[Post]:
        since = self.now - timedelta(days=self.days)
        name = self.account.handle if self.account and query.ours else self.place[1]
        ask = Ask(
            self.endpoint, query.kind, name, since=since, account=self.account.id if self.account else None
        )
        found: list[Post] = []
        for _ in range(PAGES):
            page = connector.fetch(ask, door)
            found += [post for post in page.posts if post.created_at >= since]
            if not page.more or self.over.is_set():
                break
            ask = replace(ask, cursor=page.cursor)
        return found

    def _thread(self, connector: Connector, door: Reader, post: Post) -> set[str]:
        try:
            thread = connector.thread(self.endpoint, post, door)
        except Gone:
            return {post.id}
        self.cut = self.cut or not thread.complete
        self.around += tuple(replace(one, root=one.root or thread.root) for one in thread.posts)
        return {one.id for one in thread.posts}

    def _conversations(self) -> Iterator[tuple[Standing, Post]]:
        """Each conversation of these days with the first post of its person."""
        network = self._nothing().network
        ours = frozenset({Handle(network, self.account.id, self.account.handle)} if self.account else ())
        nothing = Known({}, {}, {}, ours)
        since = self.now - timedelta(days=self.days)
        read = Read(network, self.endpoint, self.matched, self.around, Lane.ABOUT_US, since=since)
        news = place(read, nothing, self.now)
        known = with_news(nothing, news)
        for one in news.conversations.values():
            facts = facts_of(one, known)
            said: dict[str, Post] = {}
            for placed in own_posts(one, known):
                said.setdefault(placed.post.author.id, placed.post)
            # Many people under one post are one conversation; here each is asked about alone.
            for them, first in said.items():
                yield stand(replace(facts, them=them), self.now), first
