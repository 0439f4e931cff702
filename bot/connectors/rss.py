"""RSS and Atom feeds. What stands in a feed can be seen; whether anybody answered it there cannot.

About half of all feeds have entries without an id, a link or a date, so what was seen before is known by
what it says: the cursor holds a hash of each entry that the feed shows, and of those that it showed last.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from bot.domain.connector import Access, Ask, Broken, ConnectorFacts, Page, Query, Reader, Thread
from bot.domain.errors import ChangedFormat, Gone, Refused, Unavailable
from bot.domain.model import Author, Lane, Post, Visibility
from bot.reading.feeds import Entry, Feed, read_feed
from bot.reading.pages import keep_place, known_place
from bot.reading.payload import is_web_address

FACTS = ConnectorFacts(
    name="rss",
    label="Feeds",
    queries=(
        Query("feed", "A public feed", "https://forum.example/latest.rss", lane=Lane.ABOUT_US),
        Query(
            "private-feed",
            "A feed whose address holds a key",
            "https://forum.example/latest.rss",
            lane=Lane.ABOUT_US,
            needs_credential=True,
        ),
    ),
    ways=(),
    floor=timedelta(minutes=15),
    requests=1,
    window=timedelta(minutes=15),
    limits_source="none is documented; a look in 15 minutes is the custom, and what a server asks is kept",
    sees="What a feed shows: new entries and changed ones.",
    cannot_see="Answers, deletions, and what left the feed between two looks.",
    credential="The key in a private feed's address, kept apart from the address.",
    immutable_ids=False,
    parent_pointers=False,
)

_VERSION = 1
_FORMER = 500  # entries remembered after they left the feed, in case that they come back
_LONGEST_NAME = 200  # bytes
_GLOBAL_IDS = ("tag:", "urn:")


@dataclass(frozen=True, slots=True)
class Reading:
    """Which feed was read and when; `undated` is the time given to entries that have none."""

    address: str
    now: datetime
    undated: datetime
    visibility: Visibility

    @property
    def host(self) -> str:
        """The feed's server. Its path and query may hold a key and go into hashes only."""
        return urlsplit(self.address).netloc

    def posts(self, feed: Feed) -> dict[str, Post]:
        """Every entry with something in it, by a hash of what it says, in the feed's order."""
        times_used = Counter(entry.id for entry in feed.entries)
        found = {}
        for entry in feed.entries:
            said = _hash(entry.id, entry.link, entry.title, entry.text)
            if entry.id or entry.link or entry.title or entry.text:
                # Some feeds give all their entries one id: then it is not one.
                found[said] = self._post(feed, entry, entry.id if times_used[entry.id] == 1 else None)
        return found

    def _post(self, feed: Feed, entry: Entry, id_: str | None) -> Post:
        post_id = f"{self.host}/{self._identity(entry, id_)}"
        created_at = entry.published or entry.updated or self.undated
        return Post(
            network=FACTS.name,
            id=post_id,
            url=entry.link or feed.link or f"https://{self.host}/",
            author=self._author(feed, entry),
            text="\n\n".join(part for part in (entry.title, entry.text) if part),
            created_at=created_at,
            root=post_id,
            visibility=self.visibility,
            edited_at=entry.updated if entry.updated and entry.updated > created_at else None,
        )

    def _identity(self, entry: Entry, id_: str | None) -> str:
        if id_ and (id_ == entry.link or id_.startswith(_GLOBAL_IDS)):
            return _hash(id_)
        # "1" is an id too: it means one thing in this feed and another in the next.
        feed = urlsplit(self.address)
        own = id_ or entry.link or f"{entry.title}\n{entry.published or entry.text}"
        return _hash(feed.netloc, feed.path, own)

    def _author(self, feed: Feed, entry: Entry) -> Author:
        name = entry.author or feed.title or self.host
        author_id = f"{self.host}/{_short(name)}" if entry.author else self.host
        return Author(author_id, name, name, entry.author_link)


def _short(name: str) -> str:
    """The name, as an id; a long one by its beginning and a hash of the whole."""
    return name if len(name.encode()) <= _LONGEST_NAME else f"{name[:40]}{_hash(name)}"


def _hash(*parts: str | None) -> str:
    return sha256("\x00".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()[:20]


class Feeds:
    """The connector. There is nothing to look up but the feed itself."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """What the feed shows that it did not show before; nothing when the server says "not changed"."""
        if ask.kind not in ("feed", "private-feed"):
            raise Refused(f"Feeds have no query called {ask.kind}")
        seen = _seen(ask.cursor)
        address = ask.query if "://" in ask.query else ask.endpoint + ask.query
        answer = door.get(address, conditional=bool(ask.cursor))
        if answer.unchanged:
            return Page((), ask.cursor)
        now = door.now()
        content_type = answer.headers.get("content-type", "")
        feed = read_feed(answer.body, now=now, url=answer.url, content_type=content_type)
        if feed.damaged and not feed.entries:
            raise ChangedFormat("the feed is not well formed and has no entry that can be read")
        # On a first poll nobody knows how old an undated entry is: not newer than what is history.
        undated = now if ask.cursor or not ask.since else ask.since - timedelta(seconds=1)
        visibility = Visibility.PUBLIC if ask.kind == "feed" else Visibility.UNKNOWN
        posts = Reading(address, now, undated, visibility).posts(feed)
        return Page(
            posts=_oldest_first([post for said, post in posts.items() if said not in seen]),
            cursor=keep_place(_VERSION, seen=_remembered(list(posts), seen)),
            broken=(Broken("", "the feed is not well formed; entries may be missing"),)
            if feed.damaged
            else (),
        )

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The post alone, and never complete: a feed shows no answers."""
        return Thread((post,), post.root, complete=False)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Unavailable: an entry leaves a feed by age, which says nothing."""
        raise Unavailable("a feed does not say what was deleted")

    def check(self, endpoint: str, door: Reader) -> Access:
        """Refused: a key in an address can only read, and names no account."""
        raise Refused("a feed has no account to check")

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From a feed's address: its server, and the feed as the author."""
        text = text.strip()
        if not is_web_address(text):
            raise Gone("this is no address of a feed")
        parts = urlsplit(text)
        answer = door.get(text)
        feed = read_feed(answer.body, now=door.now(), url=answer.url)
        name = feed.title or parts.netloc
        return f"{parts.scheme}://{parts.netloc}", Author(parts.netloc, name, name, feed.link)

    def of_link(self, link: str) -> tuple[str, str] | None:
        """None: an address alone does not show whether it came from a feed."""
        return None

    def read_link(self, link: str, door: Reader) -> Post:
        """Gone: see `of_link`."""
        raise Gone("a link is not read as a feed")

    def reply_link(self, post: Post, home: str | None) -> str:
        """The entry's own page."""
        return post.url


def _seen(cursor: str) -> list[str]:
    return [said.text() for said in known_place(cursor, _VERSION)["seen"].listing()] if cursor else []


def _remembered(shown: list[str], seen: list[str]) -> list[str]:
    """All that the feed shows, then what it showed before, as much as is worth keeping."""
    former = [said for said in seen if said not in set(shown)]
    return shown + former[:_FORMER]


def _oldest_first(posts: list[Post]) -> tuple[Post, ...]:
    newest_last = {post.id: post for post in reversed(posts)}  # most feeds show the newest first
    return tuple(sorted(newest_last.values(), key=lambda post: post.created_at))


CONNECTOR = Feeds()
