"""Who spoke to us and never heard back, and who spoke about us, told from public posts alone: no account, no
Slack, no database.

All networks that can be asked are walked at the same time: a slow or broken one holds none of the others.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event, Thread

from bot.domain.connector import Ask, ConnectorFacts, Fetcher, Query, Reader, fetches
from bot.domain.errors import Gone, ReadingError
from bot.domain.lifecycle import stand
from bot.domain.model import Author, Handle, Lane, Post, Standing
from bot.domain.naming import forms
from bot.domain.ports import Clock, Known, Networks
from bot.services.collecting.placing import Read, place
from bot.services.standing.lines import own_posts
from bot.services.standing.restand import On, facts_of, with_news

log = logging.getLogger(__name__)

DAYS = 30
PAGES = 50
BROKEN = "it could not be read"
CUT = "a thread is longer than is shown without an account"
LATE = "the time was up"
UNKNOWN = "no network knows this account"
OTHERS = frozenset({"Gone", "ChangedFormat", "NeedsSignIn"})
"""How a server of another network answers, though it knows the account."""
Place = tuple[str, str]
"""What was typed, behind the network that was named for it. Without one ("") every network is asked that
declares how it can be asked about such a name."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one place was walked on one network (its label): posts or threads read, of how many known."""

    place: Place
    label: str
    read: int
    of: int


@dataclass(frozen=True, slots=True)
class Follow:
    """What could be followed from now on to see this by itself, without a key."""

    network: str
    kind: str
    query: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What one network shows of a place. `spoke` counts people, `unheard` has one post of each who never
    heard back: from us, or where an answer is not known `by_name`, from anybody at all.

    `network` is the one that was walked, by name and label; both are empty when none was found. With
    `about` they spoke about us and wait for nobody: `unheard` has one post of each. `account` is ours there,
    or None where only a name was looked for. `problem` says why it is not whole: an error's name, `UNKNOWN`,
    `CUT`, or that the time was up. `follows` would show the same from now on. `waited` is how long those
    waited who heard back from one of us.
    """

    place: Place
    network: str
    label: str
    days: int
    spoke: int = 0
    unheard: tuple[Post, ...] = ()
    account: Author | None = None
    problem: str | None = None
    about: bool = False
    by_name: bool = False
    follows: tuple[Follow, ...] = ()
    waited: tuple[timedelta, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of a network as it is asked; the `account` is looked up first, empty where it is none."""

    query: Query
    words: str
    at: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The network does not know the place, or could not say whether it does: then by which error."""

    trouble: str | None = None


News = Progress | Result | Nowhere


@dataclass(frozen=True, slots=True)
class Tried:
    """Walks public posts of the days before the clock's time; keeps nothing. `ours` are handles of ours
    beside the account that was asked about."""

    networks: Networks
    clock: Clock
    ours: Collection[Handle] = ()

    def of(
        self, places: Sequence[Place], *, days: int = DAYS, deadline: timedelta = timedelta(minutes=2)
    ) -> Iterator[Progress | Result]:
        """Walk all places on all networks at once: progress as it comes, and Results, the quickest first.

        Each place has one Result at the least. A network that is not done when the real time `deadline` is
        up is told with what it has by then. Raises KeyError for an unknown network.
        """
        told: SimpleQueue[tuple[_Walk, News]] = SimpleQueue()
        over = Event()
        walks = [walk for one in places for walk in self._walks(one, days, told, over)]
        for walk in walks:
            Thread(target=walk.run, name=f"try {walk.facts.name}", daemon=True).start()
        seen: list[Result] = []
        nowhere: dict[Place, str | None] = {}
        for walk, told_now in _heard(told, walks, time.monotonic() + deadline.total_seconds()):
            news = _or_trouble(walk, told_now)
            if isinstance(news, Nowhere):
                nowhere[walk.place] = nowhere.get(walk.place) or news.trouble
                continue
            if isinstance(news, Result):
                seen.append(news)
            yield news
        over.set()
        yield from _left(places, seen, nowhere, days)

    def _walks(
        self, where: Place, days: int, told: SimpleQueue[tuple[_Walk, News]], over: Event
    ) -> Iterator[_Walk]:
        connectors = self.networks.connectors()
        named, text = where
        for connector in filter(fetches, [connectors[named]] if named else connectors.values()):
            to_us, about = _tries(connector.facts, text, named=bool(named))
            for asked, instead in [(to_us, about)] if named else [(to_us, ()), (about, ())]:
                if asked or instead:
                    here = [one for one in self.ours if one.network == connector.facts.name]
                    yield _Walk(
                        where, connector, asked, instead, self.networks, here, self.clock(), days, told, over
                    )


def _tries(facts: ConnectorFacts, text: str, *, named: bool) -> tuple[tuple[Asked, ...], tuple[Asked, ...]]:
    """How the network can be asked about such a name: what was said to us, and what was said about us.

    Where a person `named` the network, the text may also be an account there or a phrase, whatever its looks.
    """
    looks = forms(text)
    found: dict[str, Asked] = {}
    for query in sorted(facts.queries, key=lambda one: not one.ours):
        is_about = _is_about(query)
        for one in query.tries:
            name = looks.get(one.form)
            if name is not None and one.fits(name):
                account = name if one.account and not is_about else ""
                at = one.at or facts.home
                found.setdefault(query.kind, Asked(query, one.words.format(name), at, account))
        if named and query.ours:
            found.setdefault(query.kind, Asked(query, text, account=text))
        elif named and is_about and not query.needs_credential:
            found.setdefault(query.kind, Asked(query, text, facts.home))
    asked = found.values()
    to_us = tuple(one for one in asked if not _is_about(one.query))
    return to_us, tuple(one for one in asked if _is_about(one.query))


def _is_about(query: Query) -> bool:
    return query.lane is Lane.ABOUT_US


def _heard(
    told: SimpleQueue[tuple[_Walk, News]], walks: Iterable[_Walk], end: float
) -> Iterator[tuple[_Walk, News]]:
    """What the walks tell, until all are done or the time (monotonic) is up; then what the others have."""
    left = {id(walk): walk for walk in walks}
    while left:
        try:
            walk, news = told.get(timeout=max(0.0, end - time.monotonic()))
        except Empty:
            break
        if not isinstance(news, Progress):
            del left[id(walk)]
        yield walk, news
    for walk in left.values():
        yield walk, walk.result(LATE) if walk.found else Nowhere(LATE)


def _or_trouble(walk: _Walk, news: News) -> News:
    """Of a network with one place nobody else can tell what it would have said: its trouble is told."""
    if isinstance(news, Nowhere) and news.trouble and walk.facts.home:
        return walk.nothing(news.trouble)
    return news


def _left(
    places: Iterable[Place], seen: Sequence[Result], nowhere: Mapping[Place, str | None], days: int
) -> Iterator[Result]:
    """One Result more for each place that no network knew, though it may be theirs who could not say."""
    for one in places:
        here = [result for result in seen if result.place == one]
        trouble = nowhere.get(one)
        if not here or (trouble and all(result.about for result in here)):
            yield Result(one, "", "", days, problem=trouble or UNKNOWN)


@dataclass(slots=True)
class _Walk:
    """One place on one network: what matched, and the threads read so far. Only its own thread writes to it.

    What is asked `instead` is asked when the account is not there, or has said nothing in these days.
    """

    place: Place
    connector: Fetcher
    asked: tuple[Asked, ...]
    instead: tuple[Asked, ...]
    networks: Networks
    ours: Collection[Handle]
    now: datetime
    days: int
    told: SimpleQueue[tuple[_Walk, News]]
    over: Event
    endpoint: str = ""
    found: bool = False
    account: Author | None = None
    said: list[Post] = field(default_factory=list)
    around: tuple[Post, ...] = ()
    cut: bool = False

    @property
    def facts(self) -> ConnectorFacts:
        """The network's."""
        return self.connector.facts

    def run(self) -> None:
        """Walk to the end, and tell what was found, also when something broke on the way."""
        problem = None
        try:
            self._all()
            problem = CUT if self.cut else None
        except ReadingError as error:
            problem = type(error).__name__
        except Exception:
            log.exception("%s could not be walked", self.facts.name)
            problem = BROKEN
        is_there = self.found and not (problem in OTHERS and self._is_guessed)
        self.told.put((self, self.result(problem) if is_there else Nowhere(problem)))

    @property
    def _is_guessed(self) -> bool:
        """Whether nothing but the looks of an account spoke for this network."""
        return not (self.said or self.place[0] or self.facts.home or self._is_about)

    def result(self, problem: str | None = None) -> Result:
        """What is known by now. It always gives one: whoever waits for this place is told in any case."""
        try:
            return self._known(problem)
        except Exception:
            log.exception("what was read of %s could not be put together", self.facts.name)
            return self.nothing(problem or BROKEN)

    def nothing(self, problem: str | None = None) -> Result:
        """The network, and nobody who spoke."""
        return Result(
            self.place,
            self.facts.name,
            self.facts.label,
            self.days,
            account=self.account,
            problem=problem,
            about=self._is_about,
            by_name=self._is_ours,
        )

    @property
    def _is_about(self) -> bool:
        return all(_is_about(one.query) for one in self.asked)

    @property
    def _is_ours(self) -> bool:
        """Whether our own posts are read, so that an answer is known by who wrote it."""
        return self.account is not None and any(one.query.ours for one in self.asked)

    def _known(self, problem: str | None) -> Result:
        people: dict[str, list[tuple[Standing, Post]]] = {}
        for standing, post in self._conversations():
            people.setdefault(post.author.id, []).append((standing, post))
        unheard = [
            heard[0][1] for heard in people.values() if not any(self._is_heard(*each) for each in heard)
        ]
        return replace(
            self.nothing(problem),
            spoke=len(people),
            unheard=tuple(sorted(unheard, key=lambda post: post.created_at)),
            follows=tuple(self._follows(len(people))),
            waited=tuple(each for heard in people.values() if (each := _waited(heard)) is not None),
        )

    def _is_heard(self, standing: Standing, post: Post) -> bool:
        """Answered by us; where none of us is known by name, by anybody at all, or by the network's own mark.

        Where all is said to everybody, as in a forum, only what begins a thread asks for an answer.
        """
        if standing.evidence or standing.maybes or self._is_ours or self._is_about:
            return bool(standing.evidence or standing.maybes)
        is_further = not self._is_decided_by_post and post.id != (post.root or post.id)
        return is_further or bool(standing.others_replied or standing.sign)

    @property
    def _is_decided_by_post(self) -> bool:
        """Whether the account is known, and each post says itself whether it speaks to that."""
        return self.account is not None and all(one.query.lane is None for one in self.asked)

    def _follows(self, spoke: int) -> Iterator[Follow]:
        """What finds the same without a key: beside our own posts what answers them, else what was asked."""
        name = self.facts.name
        if not self._is_ours:
            kept = [one for one in self.asked if spoke or not self._is_about]
            yield from (
                Follow(name, one.query.kind, one.words, "" if one.at == self.facts.home else one.at)
                for one in kept
            )
            return
        words = next(one.words for one in self.asked if one.query.ours)
        keyless = [one for one in self.facts.queries if not one.needs_credential]
        spoken = [one for one in keyless if one.lane is None and not one.ours]
        yield from (Follow(name, one.kind, words) for one in spoken or [one for one in keyless if one.ours])

    def _all(self) -> None:
        door = self.networks.reader(self.facts.name, "", None)
        self.found = self._find(door)
        if self.found:
            self._read(door)
        instead = tuple(one for one in self.instead if one.at or not self.found)
        if instead and not self.said:
            self.asked, self.account, self.found = instead, None, True
            self.endpoint = self.asked[0].at
            self._read(door)

    def _find(self, door: Reader) -> bool:
        """Whether there is such a place; its server, and whose it is."""
        for one in self.asked:
            self.endpoint = one.at
            if not one.account:
                return True
            try:
                self.endpoint, self.account = self.connector.resolve(one.account, door)
            except (ValueError, Gone):
                continue
            return True
        return False

    def _read(self, door: Reader) -> None:
        """What was said, and for what was said to us or by us the threads, where answers stand."""
        for one in self.asked:
            if bool(one.account) is (self.account is not None):
                self._pages(door, one)
        if self._is_about:
            return
        seen = set[str]()
        for number, post in enumerate(self.said):
            if self.over.is_set():
                return
            if post.id not in seen:
                seen |= self._thread(door, post)
            self._tell(number + 1, len(self.said))

    def _tell(self, read: int, of: int) -> None:
        self.told.put((self, Progress(self.place, self.facts.label, read, of)))

    def _pages(self, door: Reader, one: Asked) -> None:
        since = self.now - timedelta(days=self.days)
        name = self.account.handle if self.account and one.query.ours else one.words
        account = self.account.id if self.account else None
        ask = Ask(self.endpoint, one.query.kind, name, since=since, account=account)
        for _ in range(PAGES):
            page = self.connector.fetch(ask, door)
            self.said += [post for post in page.posts if since <= post.created_at <= self.now]
            if not page.more or self.over.is_set():
                break
            ask = replace(ask, cursor=page.cursor)

    def _thread(self, door: Reader, post: Post) -> set[str]:
        try:
            thread = self.connector.thread(self.endpoint, post, door)
        except Gone:
            return {post.id}
        self.cut = self.cut or not thread.complete
        seen = [one for one in thread.posts if one.created_at <= self.now]
        self.around += tuple(replace(one, root=one.root or thread.root) for one in seen)
        return {one.id for one in thread.posts}

    def _conversations(self) -> Iterator[tuple[Standing, Post]]:
        """Each conversation of these days with the first post of its person."""
        network = self.facts.name
        known_as = [Handle(network, self.account.id, self.account.handle)] if self.account else []
        linked = [replace(one, since=None, until=None) for one in self.ours] if known_as else []
        nothing = Known({}, {}, {}, frozenset(known_as + linked))
        since = self.now - timedelta(days=self.days)
        matched = () if self._is_decided_by_post else tuple(self.said)
        lane = Lane.ABOUT_US if self._is_about else Lane.TO_US
        read = Read(network, self.endpoint, matched, self.around, lane, since=since)
        carrying = frozenset({network} if self.facts.carries_names else ())
        news = place(read, nothing, On(self.now, "try", carrying=carrying))
        known = with_news(nothing, news)
        for one in news.conversations.values():
            facts = facts_of(one, known)
            said: dict[str, Post] = {}
            for placed in own_posts(one, known):
                said.setdefault(placed.post.author.id, placed.post)
            # Many people under one post are one conversation; here each is asked about alone.
            for them, first in said.items():
                yield stand(replace(facts, them=them), self.now), first


def _waited(said: Iterable[tuple[Standing, Post]]) -> timedelta | None:
    """How long a person waited for the first reply of ours, from the first word that it was about."""
    replies = [
        (answer.at, post.created_at)
        for standing, post in said
        for answer in standing.evidence
        if answer.verified
    ]
    at, spoke = min(replies, default=(None, None))
    return max(timedelta(), at - spoke) if at and spoke else None
