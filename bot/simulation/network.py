"""A network in memory: who wrote what, read through the port that real connectors fit."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

from bot.domain.connector import (
    Access,
    Ask,
    Connector,
    ConnectorFacts,
    How,
    Page,
    Query,
    Reader,
    Round,
    Thread,
    Way,
)
from bot.domain.errors import Gone, Unavailable
from bot.domain.model import Author, Post, Strength, Visibility
from bot.domain.ports import Secret

PAGE = 80


def facts_of(name: str) -> ConnectorFacts:
    """What such a network declares."""
    return ConnectorFacts(
        name=name,
        label=name.title(),
        queries=(
            Query("mentions", "Mentions of our account", "@acme"),
            Query("own", "What our account posts", "@acme", ours=True),
        ),
        ways=(Way(How.THREAD, Strength.STRONG, "at once"),),
        floor=timedelta(hours=1),
        requests=2000,
        window=timedelta(minutes=5),
        limits_source="imagined",
        sees="everything",
        cannot_see="nothing",
        carries_names=True,
    )


def home_of(network: str) -> str:
    """The address of a network's one server."""
    return f"https://{network}.example"


def account(network: str, name: str) -> Author:
    """Somebody there."""
    return Author(f"id-{name}", f"@{name}", name.title(), f"{home_of(network)}/{name}")


class Still:
    """The door where nothing has to be opened: of `Reader` what services ask themselves."""

    def held(self) -> datetime | None:
        """Nobody asks for patience."""
        return None

    def settle(self) -> None:
        """Nothing is read conditionally."""


@dataclass
class Sea:
    """One network and its connector. `out_until` tells if it is out of order, `on_read` hears of reads."""

    name: str
    clock: Callable[[], datetime]
    out_until: Callable[[], datetime | None]
    on_read: Callable[[], object] = lambda: None
    posts: dict[str, Post] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    threads: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    roots: dict[str, str] = field(default_factory=dict)
    by: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    naming: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.facts = facts_of(self.name)

    # ---- what people there do

    def write(self, id: str, by: Author, text: str, *, under: str | None, names: Iterable[Author]) -> Post:
        """Somebody writes a post."""
        post = Post(
            network=self.name,
            id=id,
            url=f"{home_of(self.name)}/{id}",
            author=by,
            text=text,
            created_at=self.clock(),
            parent=under,
            names=frozenset(one.id for one in names),
            visibility=Visibility.PUBLIC,
        )
        self.posts[id] = post
        self.roots[id] = self.roots[under] if under else id
        self.threads[self.roots[id]].append(id)
        self.by[by.id].append(id)
        for name in sorted(post.names):
            self.naming[name].append(id)
        return post

    def edit(self, id: str, text: str) -> None:
        """Somebody changes their words."""
        self.posts[id] = replace(self.posts[id], text=text, edited_at=self.clock())

    # ---- the connector

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """Posts of an account, or that name it, after the cursor."""
        self._read()
        log = (self.by if ask.kind == "own" else self.naming)[ask.account or ""]
        start = int(ask.cursor) if ask.cursor else self._from(log, ask.since)
        part = log[start : start + PAGE]
        after = start + len(part)
        found = tuple(self.posts[id] for id in part if id not in self.gone)
        return Page(found, str(after), more=after < len(log))

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """All that stands in one thread."""
        self._read()
        if post.id in self.gone:
            raise Gone(post.id)
        root = self.roots[post.id]
        found = tuple(self.posts[id] for id in self.threads[root] if id not in self.gone)
        return Thread(found, root, complete=True)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether a post is there."""
        self._read()
        return post.id in self.posts and post.id not in self.gone

    def check(self, endpoint: str, door: Reader) -> Access:
        """There are no keys."""
        return Access(None, None)

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """Anybody by name."""
        return home_of(self.name), account(self.name, text.removeprefix("@"))

    def of_link(self, link: str) -> tuple[str, str] | None:
        """A post by its address."""
        home = home_of(self.name)
        return (home, link.removeprefix(f"{home}/")) if link.startswith(home) else None

    def read_link(self, link: str, door: Reader) -> Post:
        """The post at an address."""
        return self.posts[link.removeprefix(f"{home_of(self.name)}/")]

    def reply_link(self, post: Post, home: str | None) -> str:
        """Where one replies."""
        return post.url

    def _from(self, log: list[str], since: datetime | None) -> int:
        return bisect_left(log, since, key=lambda id: self.posts[id].created_at) if since else 0

    def _read(self) -> None:
        self.on_read()
        if self.out_until():
            raise Unavailable(f"{self.name} is out of order")


@dataclass
class Seas:
    """Fits `bot.domain.ports.Networks`."""

    seas: Mapping[str, Sea]

    def connectors(self) -> Mapping[str, Connector]:
        """By name."""
        return self.seas

    def reader(
        self,
        network: str,
        endpoint: str,
        secret: Secret | None,
        *,
        source: str = "",
        within: Round | None = None,
    ) -> Reader:
        """A door that opens nothing."""
        return cast(Reader, Still())
