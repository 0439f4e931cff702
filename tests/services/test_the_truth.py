"""Whatever happens on a network and to it, in the end just those wait here who wait by the network's own log.

Three kinds of networks: with parent pointers, with flat threads, and feeds, which show no answers. What waits
by the log is told here in a few lines of its own (`by_the_log`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.domain.connector import Ask, Page, Reader, Thread
from bot.domain.errors import ChangedFormat, RateLimited, Unavailable
from bot.domain.model import Author, Handle, Post, Source, Teammate, Watch, Workspace
from bot.services.collecting.answers import Answers
from bot.services.collecting.collect import Collect
from bot.store import SqlStore
from tests.conftest import HandClock
from tests.services.pond import ACME, ANA, BEN, FACTS, HOME, MEI, ZOE, Pond, Waters, author

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OURS = (ACME, ANA, BEN)
THEM = (MEI, ZOE, author("kim"))
NUMBERS = count(1)


@dataclass
class Feed(Pond):
    """A network that shows what is said, once, and neither answers nor what became of it."""

    shown: dict[str, Post] = field(default_factory=dict)

    def fetch(self, ask: Ask, door: Reader) -> Page:
        page = super().fetch(ask, door)
        self.shown |= {post.id: post for post in page.posts}
        return page

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        self._asked("thread", post.id)
        return Thread((post,), post.root, complete=False)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        raise Unavailable("a feed does not say what was deleted")


@dataclass
class Life:
    """A team, one network, and whatever happens there. `fresh` are posts with nothing below or after."""

    store: SqlStore
    clock: HandClock
    pond: Pond
    kind: str

    def __post_init__(self) -> None:
        self.home = self.store.add_workspace(Workspace("", team=f"T{next(NUMBERS)}", name="Acme")).id
        given = (self.store, Waters(self.pond), self.clock)
        self.collect, self.answers = Collect(*given), Answers(*given)
        with self.store.write(self.home) as tx:
            ana = tx.people.save_teammate(Teammate("", "UANA", "Ana"))
            for one, whose in ((ACME, None), (ANA, ana.id), (BEN, None)):
                tx.people.save_handle(Handle("pond", one.id, one.handle, whose, home=HOME))
            sources = [Source("", "pond", HOME, "mentions", "@acme", account=ACME.id)]
            if self.kind != "feed":
                sources += [Source("", "pond", HOME, "own", one.handle, account=one.id) for one in OURS]
            self.sources = tx.sources.save_watch(Watch("", "Acme", None), sources).sources
        # Where nothing is left, nobody can tell a post that is gone from a server that fails.
        self.pond.write(ACME, "We are here.", id="hello")
        for source in self.sources:
            self.collect.due(self.home, source)

    # ---- what people do

    def write(self, by: Author, under: Post | None, *, names: bool = False) -> Post:
        id = f"p{len(self.pond.posts) + 1:03}"
        named = (ACME,) if names else ()
        if self.kind == "flat":
            root = (under.root if under else None) or id
            place: dict[str, Any] = {"order": len(self.pond.posts), "root": root}
        else:
            place = {"under": under}
        text = f"{'@acme ' if names else ''}Number {next(NUMBERS)}?"
        return self.pond.write(by, text, names=named, id=id, **place)

    def here(self) -> list[Post]:
        return [post for id, post in self.pond.posts.items() if id not in {"hello", *self.pond.gone}]

    def below(self, post: Post) -> list[Post]:
        """What stands below it, or after it where there is no below."""
        if post.order is None:
            return [one for one in self.here() if one.parent == post.id]
        return [one for one in self.here() if one.root == post.root and (one.order or 0) > post.order]

    def goes_on(self, post: Post) -> bool:
        """Whether something may be written below it: not in feeds; and not where the order alone tells what
        stands between, and something may have gone that nobody read."""
        gone = (self.pond.posts[id] for id in self.pond.gone)
        return self.kind != "feed" and not any(one.root == post.root and one.order for one in gone)

    def edit(self, post: Post, *, names: bool) -> None:
        news: dict[str, Any] = {"text": f"{post.text} (edited)?", "edited_at": self.clock()}
        if names and not post.names:
            news |= {"names": frozenset({ACME.id}), "named_us_at": self.clock()}
        self.pond.posts[post.id] = replace(post, **news)

    # ---- what happens, drawn by number

    def happens(self, what: str, which: int, who: int) -> None:
        here = self.here()
        theirs = [post for post in here if post.author in THEM]
        waits = [post for post in theirs if post.id in self.to_us()]
        choose: dict[str, list[Post]] = {
            "follow": [post for post in here if self.goes_on(post)],
            "answer": [post for post in waits if self.goes_on(post)],
            "delete": [post for post in here if not self.below(post)],
            "edit": theirs,
            "name": [post for post in theirs if not (self.below(post) or post.parent or post.names)],
            "late": [post for post in waits if not post.parent and self.kind != "flat"],
        }
        found = choose.get(what)
        if found is not None:
            if found:
                self.to_a_post(what, found[which % len(found)], who)
        elif what in ("ask", "chat"):
            self.write(THEM[who % 3], None, names=what == "ask")
        else:
            self.to_the_bot(what, which)

    def to_a_post(self, what: str, post: Post, who: int) -> None:
        match what:
            case "follow":
                self.write(THEM[who % 3], post)
            case "answer":
                self.write(OURS[who % 3], post)
            case "delete":
                self.pond.delete(post)
            case "late":
                self.pond.hides.add(post.id)
            case _:
                self.edit(post, names=what == "name")

    def to_the_bot(self, what: str, which: int) -> None:
        match what:
            case "fail":
                where = ("fetch", "thread", "exists", "fetch @acme", "fetch own @ana")[which % 5]
                until = self.clock() + 20 * MINUTE
                why = (Unavailable("down"), ChangedFormat("odd"), RateLimited("slow", until))[which % 3]
                self.pond.failing[where] = [why]
            case "heal":
                self.pond.failing.clear()
            case "appear":
                self.pond.hides.clear()
            case "poll":
                self.collect.due(self.home, self.sources[which % len(self.sources)])
            case "look":
                self.look()
            case _:
                self.clock.move((1, 7, 31, 90)[which % 4] * MINUTE)

    def look(self) -> None:
        with self.store.read(self.home) as tx:
            followed = [one.id for one in tx.threads.followed("pond", self.clock() - 30 * DAY)]
        self.answers.look(self.home, followed, fresh=timedelta(0))

    def end(self) -> None:
        """All is well again, for a day; then some looks: what is gone is missed twice, and after an hour a
        reply that is gone answers nothing."""
        self.pond.failing.clear()
        self.pond.hides.clear()
        self.clock.move(DAY)
        for source in self.sources:
            self.collect.due(self.home, source)
        for minutes in (0, 11, 61, 11, 11):
            self.clock.move(minutes * MINUTE)
            self.look()

    # ---- who waits

    def waiting(self) -> set[str]:
        with self.store.read(self.home) as tx:
            return {id for one in tx.threads.waiting() for id in one.standing.uncovered}

    def above(self, post: Post) -> Iterator[Post]:
        if post.order is not None:
            before = [
                one for one in self.pond.posts.values() if one.root == post.root and _place(one) < post.order
            ]
            yield from sorted(before, key=_place, reverse=True)
            return
        while post.parent:
            post = self.pond.posts[post.parent]
            yield post

    def to_us(self) -> set[str]:
        """What speaks to us: it names us, stands right below us, or goes on from their own that does."""
        found: set[str] = set()
        for post in sorted(self.pond.posts.values(), key=lambda one: one.id):
            upper = next(self.above(post), None)
            goes_on = upper is not None and (
                upper.author in OURS or (upper.author == post.author and upper.id in found)
            )
            if post.author in THEM and (post.names or goes_on):
                found.add(post.id)
        return found

    def by_the_log(self) -> set[str]:
        """What speaks to us, is there, and stands above no reply of ours with nobody else between."""
        if isinstance(self.pond, Feed):
            return {id for id, post in self.pond.shown.items() if post.names}
        answered: set[str] = set()
        for reply in self.here():
            between: set[Author] = set()
            for upper in self.above(reply) if reply.author in OURS else ():
                if between <= {upper.author}:
                    answered.add(upper.id)
                between |= {upper.author} - set(OURS)
        return self.to_us() - self.pond.gone - answered


def _place(post: Post) -> int:
    return -1 if post.order is None else post.order


OFTEN = ("ask", "follow", "answer", "delete", "look")
BOT = ("poll", "time")
WHAT = (*OFTEN, *OFTEN, *BOT, *BOT, *BOT, "chat", "edit", "name", "late", "fail", "heal", "appear")
HAPPENS = st.tuples(
    st.sampled_from(WHAT),
    st.integers(0, 59),
    st.integers(0, 2),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["parents", "flat", "feed"])
def test_in_the_end_just_those_wait_who_wait_by_the_log_of_the_network(
    store: SqlStore, kind: str, request: pytest.FixtureRequest, clock: HandClock
) -> None:
    def make() -> Life:
        clock.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        facts = replace(FACTS, ways=() if kind == "feed" else FACTS.ways, parent_pointers=kind == "parents")
        return Life(store, clock, (Feed if kind == "feed" else Pond)(clock, facts), kind)

    many = 60 if request.config.getoption("--examples") == "full" else 2
    whatever(make, many)


def whatever(make: Callable[[], Life], many: int) -> None:
    @settings(
        max_examples=many, deadline=None, derandomize=True, database=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(HAPPENS, min_size=10, max_size=40))
    @example([("ask", 0, 0), ("late", 0, 0), ("ask", 0, 1), ("poll", 0, 0), ("appear", 0, 0)])
    @example([("chat", 0, 0), ("poll", 0, 0), ("name", 0, 0)])
    @example([("ask", 0, 0), ("poll", 0, 0), ("answer", 0, 1), ("look", 0, 0), ("delete", 0, 0)])
    @example([("ask", 0, 0), ("answer", 0, 1), ("time", 2, 0), ("follow", 1, 2)])
    @example([("ask", 0, 0), ("fail", 1, 0), ("poll", 0, 0), ("follow", 0, 0), ("heal", 0, 0)])
    def lives(story: list[tuple[str, int, int]]) -> None:
        life = make()
        for what, which, who in story:
            life.happens(what, which, who)
        life.end()
        assert life.waiting() == life.by_the_log()

    lives()
