"""Reddit by its feeds: an inbox with the personal feed token, a name, a subreddit, what an account writes.

Since November 2025 new API keys need Reddit's approval; the feeds stay (reddit.com/wiki/rss), and the token
of reddit.com/prefs/feeds can only read them. A feed names each post by its full name (t3_ a post, t1_ a
comment), whose number grows with time, but not what a comment answers: only the order is known there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

from bot.domain.connector import (
    Access,
    Ask,
    Broken,
    ConnectorFacts,
    How,
    Key,
    Page,
    Query,
    Reader,
    Sent,
    Thread,
    Try,
    Way,
)
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn, RateLimited, Refused, Unavailable
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.reading.feeds import Entry, Feed, read_feed
from bot.reading.pages import keep_place, known_place, print_of
from bot.reading.payload import Malformed, is_web_address

HOME = "https://www.reddit.com"
FACTS = ConnectorFacts(
    name="reddit",
    label="Reddit",
    queries=(
        Query("inbox", "Mentions of our account and replies to it", "u/acme", needs_credential=True),
        Query("search", "A name or a phrase", "Acme Export", lane=Lane.ABOUT_US, tries=(Try(Form.NAME),)),
        Query(
            "keyed-search",
            "The same with the feed token, where Reddit lets strangers wait",
            "Acme Export",
            lane=Lane.ABOUT_US,
            needs_credential=True,
        ),
        Query("subreddit", "New posts of a subreddit", "r/acme", lane=Lane.ABOUT_US, tries=(Try(Form.ROOM),)),
        Query("own", "What our account writes", "u/acme", ours=True, tries=(Try(Form.PERSON),)),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.MAYBE, "within 5 minutes while people write"),
        Way(How.THREAD, Strength.MAYBE, "at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=5),
    requests=10,
    window=timedelta(minutes=1),
    limits_source="https://www.reddit.com/wiki/rss names none; strangers are let wait (429) early",
    sees="Mentions and replies in an account's inbox, a name, a subreddit, and what our accounts write.",
    cannot_see="What a comment answers, private messages, edits of what left a feed, and long threads whole.",
    credential="The address of any feed on reddit.com/prefs/feeds: it holds your name and your feed token.",
    immutable_ids=False,
    parent_pointers=False,
    home=HOME,
    key=Key(Sent.QUERY, "feed", ""),
)

_VERSION = 1
_LIMIT = 100
_PAGES = 5  # how far one poll goes back to meet what was seen before
_FEWEST_CUT = 9  # Reddit cuts a tree below ten levels, so that fewer comments are all there are
_WORD = re.compile(r"[\w-]+", re.ASCII)
_LINK = re.compile(r"/(?:r|user|u)/([\w-]+)/comments/(\w+)(?:/[^/]*(?:/(\w+))?)?/?", re.ASCII)
_FULL = re.compile(r"t[13]_[0-9a-z]{1,12}", re.ASCII)
_NAME = re.compile(r"(?:(?:https?://[\w.:]+)?/?(?:u|user)/)?([\w-]{1,40})/?", re.ASCII)
_ROOM = re.compile(r"(?:(?:https?://[\w.:]+)?/?r/)?([\w+-]{1,300})/?", re.ASCII)
_DAMAGED = Broken("", "the feed is not well formed, or more came at once than it shows: posts may be missing")
_DELETED = "[deleted]"
_REMOVED = (_DELETED, "[removed]")


# ---- pure: from an entry to a post


@dataclass(frozen=True, slots=True)
class Reading:
    """Where an entry was read; `account` is whose inbox it stands in."""

    endpoint: str
    account: str | None = None

    def post(self, entry: Entry) -> Post | None:
        """One post or comment; None for a private message. Raises Malformed for what is neither."""
        id_ = entry.id or ""
        if id_.startswith("t4_"):
            return None
        found = _LINK.fullmatch(urlsplit(entry.link or "").path)
        at = entry.published or entry.updated
        if not (_FULL.fullmatch(id_) and found and entry.link and at and entry.author):
            raise Malformed("an entry", "lacks its id, link, author or time")
        is_comment = id_.startswith("t1_")
        return Post(
            network=FACTS.name,
            id=id_,
            url=entry.link,
            author=self.author(entry.author),
            text=entry.text if is_comment else "\n\n".join(filter(None, (entry.title, entry.text))),
            created_at=at,
            root=f"t3_{found[2]}",
            names=frozenset({self.account} if self.account else ()),
            order=int(id_[3:], 36) if is_comment else 0,
        )

    def author(self, name: str) -> Author:
        """The account; its name is all that a feed tells of it, and capitals do not count."""
        name = name.removeprefix("/u/")
        return Author(name.casefold(), f"u/{name}", name, f"{self.endpoint}/user/{quote(name)}")


def _is_gone(post: Post) -> bool:
    return post.text.strip() in _REMOVED or post.author.name == _DELETED


def _room(post: Post) -> str:
    return "/".join(urlsplit(post.url).path.split("/")[1:3]).casefold()


# ---- requests


@dataclass(frozen=True, slots=True)
class _Feeds:
    """The feeds of one server as `door` may read them; `user` is whose token it is, or nobody's."""

    endpoint: str
    door: Reader
    user: str = ""

    def read(self, path: str, **params: str) -> Feed:
        """One feed, in its own order."""
        named = {"user": self.user} if self.user else {}
        answer = self.door.get(f"{self.endpoint}{path}", {**params, **named})
        content_type = answer.headers.get("content-type", "")
        # Without its address: against one, "t1_x" would be read as a relative link.
        feed = read_feed(answer.body, now=self.door.now(), content_type=content_type)
        if feed.damaged and not feed.entries:
            raise ChangedFormat("the feed is not well formed and has no entry that can be read")
        return feed

    def is_public(self, room: str) -> bool:
        """Whether a stranger may read there too; what cannot be found out is not."""
        try:
            self.door.get(f"{self.endpoint}/{room}/new/.rss", {"limit": "1"}, anonymous=True)
        except (Gone, NeedsSignIn, RateLimited, Unavailable):
            return False
        return True


def _feeds(endpoint: str, door: Reader, typed: str = "") -> _Feeds:
    """With the token of the feed address that was given as the key, or without any."""
    try:
        given = door.secret().strip()
    except NeedsSignIn:
        return _Feeds(endpoint, door)
    parts = parse_qs(urlsplit(given).query or given)
    token, user = parts.get("feed", [""])[0], parts.get("user", [""])[0]
    return _Feeds(endpoint, door.signed(token) if token else door, user or typed)


def _path(ask: Ask) -> tuple[str, dict[str, str]]:
    searched = {"q": f'"{ask.query.replace(chr(34), " ").strip()}"', "sort": "new"}
    paths: dict[str, Callable[[], tuple[str, dict[str, str]]]] = {
        "inbox": lambda: ("/message/inbox/.rss", {}),
        "search": lambda: ("/search.rss", searched),
        "keyed-search": lambda: ("/search.rss", searched),
        "subreddit": lambda: (f"/r/{_matched(_ROOM, ask.query)}/new/.rss", {}),
        "own": lambda: (f"/user/{_matched(_NAME, ask.query)}/.rss", {"sort": "new"}),
    }
    if ask.kind not in paths:
        raise Refused(f"Reddit has no query called {ask.kind}")
    return paths[ask.kind]()


def _matched(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.fullmatch(text.strip())
    if not found:
        raise Gone("this is no name on Reddit: write it as u/name or r/name")
    return found[1]


def _unseen(ask: Ask, feeds: _Feeds, seen: Container[str]) -> tuple[list[Entry], bool]:
    """The entries back to one that was seen before, newest first, and whether all of them were read.

    A feed that repeats itself ends it.
    """
    path, params = _path(ask)
    found: dict[str, Entry] = {}
    sound = True
    for _ in range(_PAGES):
        feed = feeds.read(path, limit=str(_LIMIT), **params)
        fresh = {_name(entry): entry for entry in feed.entries if _name(entry) not in found}
        sound = sound and not feed.damaged
        found |= fresh
        if len(fresh) < _LIMIT or not ask.cursor or any(name in seen for name in fresh):
            return list(found.values()), sound
        params = {**params, "after": list(fresh)[-1]}
    return list(found.values()), False


def _name(entry: Entry) -> str:
    return entry.id or entry.link or entry.title


def _read(entries: Iterable[Entry], reading: Reading) -> tuple[list[Post], list[Broken]]:
    """The posts, oldest first; an entry that cannot be read stands apart."""
    posts: dict[str, Post] = {}
    broken = []
    for entry in entries:
        try:
            post = reading.post(entry)
        except Malformed as why:
            broken.append(Broken(entry.id or "", str(why)))
            continue
        if post:
            posts[post.id] = post
    if len(broken) > 1 and not posts:
        raise ChangedFormat(f"none of {len(broken)} entries could be read: {broken[0].why}")
    return sorted(posts.values(), key=lambda post: post.created_at), broken


def _shown(posts: list[Post], feeds: _Feeds, *, keyed: bool) -> tuple[Post, ...]:
    """With who may see them: a feed that was opened by a token may show what strangers cannot read."""
    rooms = {room: not keyed or feeds.is_public(room) for room in {_room(post) for post in posts}}
    seen_by = {True: Visibility.PUBLIC, False: Visibility.UNKNOWN}
    return tuple(replace(post, visibility=seen_by[rooms[_room(post)]]) for post in posts)


def _look(endpoint: str, url: str, door: Reader) -> tuple[list[Post], list[Broken]]:
    """A post or comment with what stands below it, also what was deleted."""
    path = urlsplit(url).path.rstrip("/")
    feed = _feeds(endpoint, door).read(f"{path}/.rss", limit=str(_LIMIT))
    posts, broken = _read(feed.entries, Reading(endpoint))
    return posts, broken + [_DAMAGED] * feed.damaged


class Reddit:
    """The connector. Feeds can only be read."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """What a feed shows since the last time."""
        feeds = _feeds(ask.endpoint, door, ask.account or "")
        seen = _seen(ask.cursor)
        entries, is_whole = _unseen(ask, feeds, seen)
        posts, broken = _read(entries, Reading(ask.endpoint, ask.account if ask.kind == "inbox" else None))
        if not is_whole:
            broken.append(_DAMAGED)
        fresh = [post for post in posts if seen.get(post.id) != print_of(post) and not _is_gone(post)]
        shown = {post.id: print_of(post) for post in posts[-_LIMIT:]}
        return Page(
            posts=_shown(fresh, feeds, keyed=ask.kind in ("inbox", "keyed-search")),
            cursor=keep_place(_VERSION, seen=shown or seen),
            broken=tuple(broken),
        )

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """A post and what stands below it; complete only where there is too little to be cut."""
        found, broken = _look(endpoint, post.url, door)
        alive = tuple(replace(one, visibility=post.visibility) for one in found if not _is_gone(one))
        if post.id not in {one.id for one in alive}:
            raise Gone("Reddit does not show it")
        return Thread(alive, post.root, len(found) < _FEWEST_CUT and not broken, tuple(broken))

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether its own page shows it; a deleted one keeps its place and loses its words."""
        try:
            found, _ = _look(endpoint, post.url, door)
        except Gone:
            return False
        own = next((one for one in found if one.id == post.id), None)
        if own is None:
            raise Unavailable("the feed of its page does not show it")
        return not _is_gone(own)

    def check(self, endpoint: str, door: Reader) -> Access:
        """Whose feed token this is; it can only read, so there are no scopes to ask for."""
        feeds = _feeds(endpoint, door)
        if not feeds.user:
            raise NeedsSignIn("copy a whole feed address from reddit.com/prefs/feeds: it names the account")
        feeds.read("/message/inbox/.rss", limit="1")
        return Access(Reading(endpoint).author(feeds.user), ("feeds",))

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From "u/name", a name or the address of its page, as its feed writes it."""
        name = _matched(_NAME, text)
        parts = urlsplit(text.strip() if is_web_address(text.strip()) else self.facts.home)
        endpoint = f"{parts.scheme}://{parts.netloc}"
        reading = Reading(endpoint)
        try:
            entries = _feeds(endpoint, door).read(f"/user/{name}/.rss", limit="1").entries
        except (RateLimited, Unavailable):  # strangers are let wait early; the name is all that is needed
            return endpoint, reading.author(name)
        return endpoint, reading.author(next((e.author for e in entries if e.author), name))

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The full name in the address of a post or comment."""
        parts = urlsplit(link if is_web_address(link) else "")
        found = _LINK.fullmatch(parts.path)
        host = parts.hostname or ""
        if not found or not (host == "reddit.com" or host.endswith(".reddit.com") or host == "127.0.0.1"):
            return None
        home = HOME if host.endswith("reddit.com") else f"{parts.scheme}://{parts.netloc}"
        return home, f"t1_{found[3]}" if found[3] else f"t3_{found[2]}"

    def read_link(self, link: str, door: Reader) -> Post:
        """The post or comment behind a link."""
        known = self.of_link(link)
        if known is None:
            raise Gone("this is no address of a post on Reddit")
        found, _ = _look(known[0], link, door)
        post = next((one for one in found if one.id == known[1] and not _is_gone(one)), None)
        if post is None:
            raise Gone("Reddit does not show it")
        return replace(post, visibility=Visibility.PUBLIC)

    def reply_link(self, post: Post, home: str | None) -> str:
        """The comment with the three above it, as Reddit's own inbox links to it."""
        return f"{post.url}?context=3" if post.id.startswith("t1_") else post.url


def _seen(cursor: str) -> dict[str, str]:
    if not cursor:
        return {}
    return {name: said.text() for name, said in known_place(cursor, _VERSION)["seen"].mapping().items()}


CONNECTOR = Reddit()
