"""An imaginary network whose own log the test writes: people post, ours reply, posts vanish, it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.connector import (
    Access,
    Ask,
    Broken,
    ConnectorFacts,
    How,
    Page,
    Query,
    Reader,
    Round,
    Thread,
    Try,
    Way,
)
from bot.domain.errors import Gone
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.domain.ports import Secret
from bot.reading.pages import set_beside

FACTS = ConnectorFacts(
    name="pond",
    label="Pond",
    queries=(
        Query("mentions", "Mentions of our account", "@acme"),
        Query("own", "What our account posts", "@acme", ours=True, tries=(Try(Form.ACCOUNT),)),
        Query("tag", "A word", "acme", lane=Lane.ABOUT_US),
        Query("room", "All that is said in a place", "acme", lane=Lane.TO_US),
    ),
    ways=(Way(How.THREAD, Strength.STRONG, "at once"),),
    floor=timedelta(minutes=27),  # and with its drift of up to a tenth, half an hour
    requests=60,
    window=timedelta(minutes=5),
    limits_source="imagined",
    sees="everything",
    cannot_see="nothing",
    carries_names=True,
)
HOME = "https://pond.example"


def author(name: str, *, called: str | None = None, is_bot: bool = False) -> Author:
    return Author(f"id-{name}", f"@{name}", called or name.title(), f"{HOME}/{name}", is_bot)


ACME, ANA, BEN = author("acme"), author("ana"), author("ben")
MEI = author("mei", called="Mei Tanaka")
ZOE = author("zoe", called="Zoe Okafor")


@dataclass
class Door:
    """A reader that reads nothing: the pond is asked directly."""

    settled: int = 0
    until: datetime | None = None

    def kept(self) -> str:
        return ""

    def held(self) -> datetime | None:
        return self.until

    def settle(self) -> None:
        self.settled += 1


@dataclass
class Pond:
    """The network and its connector in one. `asked` is its own log of what it was asked.

    `held_back` are posts that no thread shows, `told` those that are among the mentions and name nobody,
    `unreadable` broken posts of every thread; `meanwhile` is what happens while it answers a question.
    """

    clock: Callable[[], datetime]
    facts: ConnectorFacts = FACTS
    whose_key: Author | None = ACME
    posts: dict[str, Post] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    failing: dict[str, list[Exception]] = field(default_factory=dict)
    page_size: int = 40
    whole: bool = True
    broken: tuple[Broken, ...] = ()
    hides: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    held_back: set[str] = field(default_factory=set)
    unreadable: tuple[Broken, ...] = ()
    meanwhile: Callable[[str], object] | None = None

    # ---- what people there do

    def write(
        self,
        by: Author,
        text: str,
        *,
        under: Post | None = None,
        names: tuple[Author, ...] = (),
        id: str | None = None,
        **also: object,
    ) -> Post:
        """Somebody writes a post."""
        id = id or f"p{len(self.posts) + 1:03}"
        post = Post(
            network=self.facts.name,
            id=id,
            url=f"{HOME}/{id}",
            author=by,
            text=text,
            created_at=self.clock(),
            parent=under.id if under else None,
            names=frozenset(one.id for one in names),
            visibility=Visibility.PUBLIC,
        )
        self.posts[id] = replace(post, **also)  # type: ignore[arg-type]
        return self.posts[id]

    def delete(self, post: Post) -> None:
        """Somebody deletes a post."""
        self.gone.add(post.id)

    # ---- the connector

    def fetch(self, ask: Ask, door: Reader) -> Page:
        self._asked("fetch", ask.query if ask.kind != "own" else f"own {ask.query}")
        start = int(ask.cursor or 0)
        log = [one for one in self.posts.values() if one.id not in self.hides]
        part = log[start : start + self.page_size]
        found = [one for one in part if one.id not in self.gone and self._matches(ask, one)]
        after = start + len(part)
        page = Page(tuple(found), str(after), more=after < len(log), broken=self.broken)
        return set_beside(page) if ask.kind == "room" else page

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        self._asked("thread", post.id)
        if (post.root if post.order else post.id) in self.gone:
            raise Gone(post.id)
        top = self.posts[post.id]
        while top.parent and top.parent in self.posts and top.parent not in self.gone:
            top = self.posts[top.parent]
        found = [one for one in self._below(top) if one.id not in self.gone | self.held_back]
        return Thread(
            tuple(found), top.id if top.parent is None else None, complete=self.whole, broken=self.unreadable
        )

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        self._asked("exists", post.id)
        return post.id in self.posts and post.id not in self.gone

    def check(self, endpoint: str, door: Reader) -> Access:
        return Access(self.whose_key, None)

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        self._may_fail("resolve", text)
        if not text.startswith("@"):
            raise ValueError(text)
        return HOME, author(text.removeprefix("@"))

    def of_link(self, link: str) -> tuple[str, str] | None:
        return (HOME, link.removeprefix(f"{HOME}/")) if link.startswith(HOME) else None

    def read_link(self, link: str, door: Reader) -> Post:
        self._asked("link", link)
        return self.posts[link.removeprefix(f"{HOME}/")]

    def reply_link(self, post: Post, home: str | None) -> str:
        return f"{post.url}?from={home}" if home else post.url

    def _matches(self, ask: Ask, post: Post) -> bool:
        if ask.kind == "own":
            return post.author.id == ask.account
        if ask.kind == "room":
            return True
        if ask.kind == "tag":
            return ask.query in post.text
        above = self.posts.get(post.parent or "")
        return (
            post.id in self.told
            or ask.account in post.names
            or (above is not None and above.author.id == ask.account)
        )

    def _below(self, top: Post) -> Iterator[Post]:
        if top.order is not None:
            yield from (one for one in self.posts.values() if one.root == top.root)
            return
        yield top
        for one in self.posts.values():
            if one.parent == top.id and top.id not in self.gone:
                yield from self._below(one)

    def _asked(self, what: str, about: str) -> None:
        self.asked.append((what, about))
        if self.meanwhile:
            self.meanwhile(what)
        self._may_fail(what, about)

    def _may_fail(self, what: str, about: str) -> None:
        left = self.failing.get(what) or self.failing.get(f"{what} {about}")
        if left:
            raise left[0] if len(left) == 1 else left.pop(0)


@dataclass
class Waters:
    """All the networks there are. `keys` are those with which they were read, in their order; `until` is when
    their limits begin anew, once they are used up."""

    pond: Pond
    others: dict[str, Pond] = field(default_factory=dict)
    keys: list[Secret | None] = field(default_factory=list)
    until: datetime | None = None

    def connectors(self) -> dict[str, Pond]:
        return {"pond": self.pond, **self.others}

    def reader(
        self,
        network: str,
        endpoint: str,
        secret: Secret | None,
        *,
        source: str = "",
        within: Round | None = None,
    ) -> Door:
        self.keys.append(secret)
        return Door(until=self.until)
