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
Place = tuple[str, str]
"""A network's name and what to look for there: an account, or our name."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one place was walked: threads read, of how many known so far."""

    place: Place
    read: int
    of: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one place shows. `spoke` counts people, `unheard` has one post of each who never heard back.

    `account` is ours there, or None where only a name was looked for: then nobody's answer is known.
    `problem` says why it is not whole: an error's name, or that the time was up.
    """

    place: Place
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

    def place_of(self, text: str) -> Place:
        """Where an account written as "@us@server" lives. Raises ValueError when no network knows it."""
        for name, connector in self.networks.connectors().items():
            try:
                connector.resolve(text, self.networks.reader(name, "", None))
            except (ValueError, ReadingError):
                continue
            return name, text
        raise ValueError("no network knows this account")

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
        connector = self.networks.connectors()[where[0]]
        door = self.networks.reader(where[0], "", None)
        return _Walk(where, connector, door, self.clock(), days, told, over)


@dataclass(slots=True)
class _Walk:
    """One place: what matched, and the threads read so far. Only its own thread writes to it."""

    place: Place
    connector: Connector
    door: Reader
    now: datetime
    days: int
    told: SimpleQueue[Progress | Result]
    over: Event
    endpoint: str = ""
    account: Author | None = None
    matched: tuple[Post, ...] = ()
    around: tuple[Post, ...] = field(default=())

    def run(self) -> None:
        """Walk to the end, and tell what was found, also when something broke on the way."""
        problem = None
        try:
            self._find_account()
            self._read()
        except ReadingError as error:
            problem = type(error).__name__
        except Exception:
            log.exception("%s could not be walked", self.place[0])
            problem = "it could not be read"
        self.told.put(self.result(problem))

    def result(self, problem: str | None = None) -> Result:
        """What is known by now."""
        people: dict[str, list[tuple[Standing, Post]]] = {}
        for standing, post in self._conversations():
            people.setdefault(post.author.id, []).append((standing, post))
        unheard = [
            heard[0][1]
            for heard in people.values()
            if not any(standing.evidence or standing.maybes for standing, _ in heard)
        ]
        return Result(
            self.place,
            self.connector.facts.label,
            self.days,
            spoke=len(people),
            unheard=tuple(sorted(unheard, key=lambda post: post.created_at)),
            account=self.account,
            problem=problem,
        )

    def _find_account(self) -> None:
        try:
            self.endpoint, self.account = self.connector.resolve(self.place[1], self.door)
        except (ValueError, Gone):
            self.account = None  # a name that is no account can still be searched for

    def _read(self) -> None:
        """Our own posts of these days with their threads, or where people used the name."""
        own = [post for query in self._queries(ours=True) for post in self._pages(query)]
        named = [] if own else [post for query in self._queries(ours=False) for post in self._pages(query)]
        self.matched = tuple(named)
        posts, seen = [*own, *named], set[str]()
        for number, post in enumerate(posts):
            if self.over.is_set():
                return
            if post.id not in seen:
                seen |= self._thread(post)
            self.told.put(Progress(self.place, number + 1, len(posts)))

    def _queries(self, *, ours: bool) -> list[Query]:
        queries = self.connector.facts.queries
        if ours:
            return [one for one in queries if one.ours and self.account]
        return [one for one in queries if one.lane == Lane.ABOUT_US and not one.needs_credential]

    def _pages(self, query: Query) -> list[Post]:
        since = self.now - timedelta(days=self.days)
        name = self.account.handle if self.account and query.ours else self.place[1]
        ask = Ask(
            self.endpoint, query.kind, name, since=since, account=self.account.id if self.account else None
        )
        found: list[Post] = []
        for _ in range(PAGES):
            page = self.connector.fetch(ask, self.door)
            found += [post for post in page.posts if post.created_at >= since]
            if not page.more or self.over.is_set():
                break
            ask = replace(ask, cursor=page.cursor)
        return found

    def _thread(self, post: Post) -> set[str]:
        try:
            thread = self.connector.thread(self.endpoint, post, self.door)
        except Gone:
            return {post.id}
        self.around += tuple(replace(one, root=one.root or thread.root) for one in thread.posts)
        return {one.id for one in thread.posts}

    def _conversations(self) -> Iterator[tuple[Standing, Post]]:
        """Each conversation of these days with the first post of its person."""
        ours = frozenset(
            {Handle(self.place[0], self.account.id, self.account.handle)} if self.account else ()
        )
        nothing = Known({}, {}, {}, ours)
        since = self.now - timedelta(days=self.days)
        read = Read(self.place[0], self.endpoint, self.matched, self.around, Lane.ABOUT_US, since=since)
        news = place(read, nothing, self.now)
        known = with_news(nothing, news)
        for one in news.conversations.values():
            said = own_posts(one, known)
            if said:
                yield stand(facts_of(one, known), self.now), said[0].post
