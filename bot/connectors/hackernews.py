"""Hacker News: searches by Algolia's index, looks by the Firebase API, which is never late.

An author's id is the username: unique, case-sensitive, and nobody can change it (github.com/HackerNews/API,
"The user's unique username"). Numbers grow with time ("walk backward from" maxitem, same page), so that the
highest reply seen under a post is all that must be remembered of it.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, quote, urlsplit

from bot.domain.connector import (
    Access,
    Ask,
    Broken,
    ConnectorFacts,
    How,
    Page,
    Query,
    Reader,
    Thread,
    Try,
    Way,
)
from bot.domain.errors import ChangedFormat, Gone, Refused
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.reading.html import plain
from bot.reading.pages import keep_place, known_place, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

HOME = "https://news.ycombinator.com"
FACTS = ConnectorFacts(
    name="hackernews",
    label="Hacker News",
    queries=(
        Query("search", "A name or a phrase", "Acme Export", lane=Lane.ABOUT_US, tries=(Try(Form.NAME),)),
        Query("replies", "Replies to what our account posts", "acme_dev"),
        Query("own", "What our account posts", "acme_dev", ours=True),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "within 5 minutes while people write"),
        Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=2),
    requests=10_000,
    window=timedelta(hours=1),
    home=HOME,
    limits_source="https://hn.algolia.com/api",
    sees="Stories and comments with a phrase, comments under what our account posts, and what it posts.",
    cannot_see="What was deleted or killed, votes, and what the index has not yet (seconds to minutes).",
)

_VERSION = 1
_USERNAME = re.compile(r"[A-Za-z0-9_-]+")  # what its sign-up form allows; nothing else is asked for
_HITS = 200  # a fifth of the thousand that Algolia ever gives for one question
# Longer than the index is late, and as long as a comment can be edited.
_OVERLAP = int(timedelta(hours=2).total_seconds())
_FIRST = timedelta(days=1)
_TURN = 10  # posts of ours looked at in one poll
_OWN_POSTS = 100
_KIDS = 60  # replies fetched in one poll
_RECENT = timedelta(days=14)
_RECENT_AT_FIRST = timedelta(days=31)
_ABOVE = 40  # how far up, and how many below, one look goes
_BELOW = 100


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """From where and when an answer was read; turns parts of it into posts, or raises Malformed."""

    site: str
    now: datetime

    def author(self, name: str) -> Author:
        """The account; its name is its id."""
        return Author(name, name, name, f"{self.site}/user?id={quote(name)}")

    def hit(self, hit: Part) -> Post:
        """One story or comment as Algolia found it; it knows the thread's root."""
        number = hit["objectID"].id()
        parent, story = hit.get("parent_id"), hit.get("story_id")
        return replace(
            self._post(number, hit["author"].word(), hit["created_at_i"].epoch(self.now)),
            text=_words(hit, "title", "url", "story_text", "comment_text"),
            parent=parent.id() if parent else None,
            root=story.id() if story else (None if parent else number),
        )

    def item(self, item: Part) -> Post | None:
        """One story or comment as Firebase has it, or None where it was deleted or killed."""
        if _is_gone(item):
            return None
        number, parent = item["id"].id(), item.get("parent")
        return replace(
            self._post(number, item["by"].word(), item["time"].epoch(self.now)),
            text=_words(item, "title", "url", "text"),
            parent=parent.id() if parent else None,
            root=None if parent else number,
        )

    def _post(self, number: str, name: str, at: datetime) -> Post:
        url = f"{self.site}/item?id={quote(number)}"
        author = self.author(name)
        return Post(FACTS.name, number, url, author, "", at, visibility=Visibility.PUBLIC)


def _words(part: Part, *keys: str) -> str:
    found = [part.get(key) for key in keys]
    return "\n\n".join(text for one in found if one and (text := plain(one.text())))


def _is_gone(item: Part) -> bool:
    if item.value is None:
        return True
    marks = (item.get("deleted"), item.get("dead"))
    return any(mark.flag() for mark in marks if mark)


# ---- the search, cut into slices of time


def _searched(ask: Ask, door: Reader, tags: str, phrase: str) -> Page:
    """The oldest slice of time not yet walked that has no more hits than one answer gives.

    A full answer hides the rest, so the slice is halved until one is not full: no page is ever asked for.
    """
    now = int(door.now().timestamp())
    since = ask.since or door.now() - _FIRST
    start = known_place(ask.cursor, _VERSION)["start"].integer() if ask.cursor else int(since.timestamp())
    end = now
    hits, is_cut = _hits(ask, door, tags, phrase, (start, end))
    while is_cut:
        if end - start <= 1:
            raise ChangedFormat("one second holds more hits than one answer gives")
        end = start + (end - start) // 2
        hits, is_cut = _hits(ask, door, tags, phrase, (start, end))
    posts, broken = read_each(hits, Reading(ask.endpoint, door.now()).hit, _number)
    posts.sort(key=lambda post: post.created_at)
    next_start = end - _OVERLAP if end >= now else end
    return Page(tuple(posts), keep_place(_VERSION, start=next_start), end < now, broken)


def _hits(ask: Ask, door: Reader, tags: str, phrase: str, span: tuple[int, int]) -> tuple[list[Part], bool]:
    """What was written after the first and up to the second moment, and whether there is more of it."""
    params = {
        "query": phrase,
        "tags": tags,
        "numericFilters": f"created_at_i>{span[0]},created_at_i<={span[1]}",
        "hitsPerPage": str(_HITS),
        "typoTolerance": "false",
        "advancedSyntax": "true",  # without it the quotation marks of a phrase mean nothing
    }
    answer = door.get(f"{_hosts(ask.endpoint)[0]}/api/v1/search_by_date", params)
    found = parse_json(answer.body)
    hits, total = found["hits"].listing(), found.get("nbHits")
    return hits, len(hits) >= _HITS or bool(total and total.integer() > len(hits))


def _number(row: Part) -> str:
    try:
        return (row.get("objectID") or row["id"]).id()
    except Malformed:
        return ""


# ---- looks


def _hosts(endpoint: str) -> tuple[str, str]:
    """Where the index and where the posts are asked for; another endpoint answers for both."""
    if endpoint == HOME:
        return "https://hn.algolia.com", "https://hacker-news.firebaseio.com"
    return endpoint, endpoint


def _firebase(endpoint: str, door: Reader, what: str, name: str) -> Part:
    return parse_json(door.get(f"{_hosts(endpoint)[1]}/v0/{what}/{quote(name, safe='')}.json").body)


def _account(endpoint: str, name: str, door: Reader) -> Part:
    if not _USERNAME.fullmatch(name):
        raise Gone("Hacker News names have letters, digits, dashes and underscores only")
    found = _firebase(endpoint, door, "user", name)
    if found.value is None:
        raise Gone("Hacker News knows no account of this name; capitals matter")
    return found


@dataclass(slots=True)
class _Look:
    """One walk through the posts: what was fetched, what it was, and whether something was left out."""

    reading: Reading
    door: Reader
    posts: dict[str, Post] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    complete: bool = True

    def fetch(self, number: str) -> Part:
        """The post's answer; what can be read of it is kept."""
        item = _firebase(self.reading.site, self.door, "item", number)
        try:
            post = self.reading.item(item)
        except Malformed as why:
            self.broken.append(Broken(number, str(why)))
            return item
        if post:
            self.posts[post.id] = post
        if item.value is None:
            self.broken.append(Broken(number, "has no content yet"))
        return item

    def kids(self, item: Part) -> list[int]:
        """The numbers of the posts that answer it."""
        found: list[int] = []
        try:
            kids = None if item.value is None else item.get("kids")
            for kid in kids.listing() if kids else ():
                self._take(kid, item, found)
        except Malformed as why:
            self.broken.append(Broken(_number(item), str(why)))
        return found

    def _take(self, kid: Part, item: Part, found: list[int]) -> None:
        """One number that cannot be read costs none of the others; the thread is then not seen whole."""
        try:
            found.append(kid.integer())
        except Malformed as why:
            self.broken.append(Broken(_number(item), str(why)))

    def upwards(self, item: Part) -> str | None:
        """The number of the thread's first post, or None when the way up could not be walked."""
        for _ in range(_ABOVE):
            if item.value is None:
                return None
            parent = item.get("parent")
            if parent is None:
                return item["id"].id()
            item = self.fetch(parent.id())
        return None

    def downwards(self, item: Part) -> None:
        """Everything below a post, the nearest first, as far as one look goes."""
        line = deque(self.kids(item))
        for _ in range(_BELOW):
            if not line:
                return
            line.extend(self.kids(self.fetch(str(line.popleft()))))
        self.complete = not line


@dataclass(frozen=True, slots=True)
class _Walk:
    """How far the walk of our posts is: the post behind us, and the highest reply seen under each."""

    after: str = ""
    walked: bool = False
    seen: dict[str, int] = field(default_factory=dict)


def _walk(cursor: str) -> _Walk:
    if not cursor:
        return _Walk()
    found = known_place(cursor, _VERSION)
    seen = {number: highest.integer() for number, highest in found["seen"].mapping().items()}
    return _Walk(found["after"].text(), found["walked"].flag(), seen)


def _replied(ask: Ask, door: Reader) -> Page:
    """Replies under our recent posts, ten posts a poll in turn; the first round goes to its end at once."""
    walk = _walk(ask.cursor)
    submitted = _account(ask.endpoint, _name(ask.query), door).get("submitted")
    ours = [one.id() for one in submitted.listing()[:_OWN_POSTS]] if submitted else []
    look = _Look(Reading(ask.endpoint, door.now()), door)
    seen = {number: highest for number, highest in walk.seen.items() if number in ours}
    after, left = _take_turn(ours, walk, look, seen, _since(ask, walk, door))
    is_round = not after and not left
    return Page(
        posts=tuple(sorted(look.posts.values(), key=lambda post: post.created_at)),
        cursor=keep_place(_VERSION, after=after, walked=walk.walked or is_round, seen=seen),
        more=left or not (is_round or walk.walked),
        broken=tuple(look.broken),
    )


def _take_turn(
    ours: list[str], walk: _Walk, look: _Look, seen: dict[str, int], since: datetime
) -> tuple[str, bool]:
    """Looks at the next posts of ours and adds to `seen`; the post behind us then ("" at the end of a
    round), and whether one has more new replies than one poll fetches."""
    start = ours.index(walk.after) + 1 if walk.after in ours else 0
    behind, left = walk.after, _KIDS
    for number in ours[start : start + _TURN]:
        item = look.fetch(number)
        if _is_before(item, since, look.reading.now):
            return "", False
        fresh = sorted(kid for kid in look.kids(item) if kid > seen.get(number, 0))
        for kid in fresh[:left]:
            look.fetch(str(kid))
            seen[number] = kid
        if len(fresh) > left:
            return behind, True
        behind, left = number, left - len(fresh)
    return ("" if start + _TURN >= len(ours) else behind), False


def _is_before(item: Part, since: datetime, now: datetime) -> bool:
    try:
        return item["time"].epoch(now) < since
    except Malformed:
        return False


def _since(ask: Ask, walk: _Walk, door: Reader) -> datetime:
    recent = door.now() - _RECENT
    if walk.walked or ask.since is None:
        return recent
    return max(min(recent, ask.since), door.now() - _RECENT_AT_FIRST)


def _name(text: str) -> str:
    """The username in what a person typed: the name itself or the address of its page."""
    text = text.strip()
    return parse_qs(urlsplit(text).query).get("id", [""])[0] if is_web_address(text) else text


class HackerNews:
    """The connector. Nothing there can be written by an API, and nothing needs a key."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step of a search, of the replies to our posts, or of our own posts."""
        if ask.kind == "search":
            phrase = ask.query.replace('"', " ").strip()
            return _searched(ask, door, "(story,comment)", f'"{phrase}"')
        if ask.kind == "own":
            return _searched(ask, door, f"(story,comment),author_{_name(ask.query)}", "")
        if ask.kind == "replies":
            return _replied(ask, door)
        raise Refused(f"Hacker News has no query called {ask.kind}")

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The line above a post and all below it, one request a post; complete if nothing was left out."""
        look = _Look(Reading(endpoint, door.now()), door)
        item = look.fetch(post.id)
        if item.value is None:
            raise Gone("Hacker News does not have it")
        root = look.upwards(item)
        look.downwards(item)
        posts = tuple(replace(one, root=root) for one in look.posts.values())
        whole = look.complete and root is not None and not look.broken
        return Thread(posts, root, whole, tuple(look.broken))

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether it stands there: neither missing, nor deleted, nor killed."""
        return not _is_gone(_firebase(endpoint, door, "item", post.id))

    def check(self, endpoint: str, door: Reader) -> Access:
        """Refused: there is nothing to check."""
        raise Refused("Hacker News takes no credential")

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From a username or the address of its page, capitals as they are."""
        parts = urlsplit(text.strip() if is_web_address(text.strip()) else "")
        endpoint = f"{parts.scheme}://{parts.netloc}" if parts.netloc else self.facts.home
        account = _account(endpoint, _name(text), door)
        return endpoint, Reading(endpoint, door.now()).author(account["id"].word())

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The number in an address of an item page."""
        parts = urlsplit(link if is_web_address(link) else "")
        number = parse_qs(parts.query).get("id", [""])[0]
        is_site = parts.hostname in ("news.ycombinator.com", "127.0.0.1", "localhost")
        if parts.path != "/item" or not is_site or not (number.isascii() and number.isdigit()):
            return None
        return f"{parts.scheme}://{parts.netloc}", number

    def read_link(self, link: str, door: Reader) -> Post:
        """The story or comment behind a link."""
        known = self.of_link(link)
        if known is None:
            raise Gone("this is no address of a post on Hacker News")
        endpoint, number = known
        post = Reading(endpoint, door.now()).item(_firebase(endpoint, door, "item", number))
        if post is None:
            raise Gone("Hacker News does not have it")
        return post

    def reply_link(self, post: Post, home: str | None) -> str:
        """The page with the reply box: a comment's own, a story's is on its page."""
        return post.url.replace("/item?", "/reply?", 1) if post.parent else post.url


CONNECTOR = HackerNews()
