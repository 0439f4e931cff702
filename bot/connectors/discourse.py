"""Discourse forums, each by its own address: public JSON, with a key also notifications (docs.discourse.org).

Ids are a forum's own, so each has the forum's address before it. Within a
topic the numbers that the forum gives are the order; to answer one post names whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

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
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn, Refused
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.domain.threads import told_at
from bot.reading.html import plain
from bot.reading.pages import keep_place, known_place, read_each, set_beside
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

FACTS = ConnectorFacts(
    name="discourse",
    label="Discourse",
    queries=(
        Query(
            "mentions",
            "What names, answers or quotes us",
            "https://forum.example/u/acme",
            needs_credential=True,
        ),
        Query(
            "category",
            "A category, or a whole forum",
            "https://forum.example/c/help/5",
            lane=Lane.TO_US,
            tries=(Try(Form.SITE, only=r"https?://[^/]+(?:/c/.*)?/?"),),
        ),
        Query("tag", "New topics with a tag", "https://forum.example/tag/acme", lane=Lane.ABOUT_US),
        Query("own", "What our account writes", "https://forum.example/u/acme", ours=True),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "within 5 minutes while people write"),
        Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=5),
    requests=60,
    window=timedelta(minutes=1),
    limits_source="https://meta.discourse.org/t/available-settings-for-global-rate-limits-and-throttling/78612",
    sees="Public topics and replies, accepted answers, closed topics; with a key what notifies our account.",
    cannot_see="Private messages and closed categories without a key for them, whispers, likes.",
    credential='An API key of "Single User" level with the scope "Read-only".',
    can_post_warning="Discourse does not show what a key may do: choose Read-only when it is made.",
    key=Key(Sent.HEADER, "Api-Key", ""),
    parent_pointers=False,
)

_VERSION = 1
_TURN = 40  # posts or topics asked for one by one in one poll
_PAGES = 40  # pages walked back in one poll to where the last one ended
_CHUNK = 50  # posts of a topic asked for at once
_CHUNKS = 6  # so that of a longer topic no look is complete
_REGULAR, _MODERATOR, _ACTION = 1, 2, 3
_TOLD = {
    1: True,
    2: True,
    3: True,
    9: False,
    15: True,
}  # mentioned, replied, quoted, posted, group mentioned
_CLOSED = ("closed.enabled", "autoclosed.enabled", "archived.enabled")
_TOPIC = re.compile(r"(.*)/t/(?:[^/]*[^/\d][^/]*/)?(\d{1,12})(?:/(\d{1,9}))?/?", re.ASCII)
_USER = re.compile(r"(.*)/u/([^/]{1,60})(?:/.*)?")
_CATEGORY = re.compile(r"(.*)/c/(?:[^/]+/)*(\d{1,9})(?:/.*)?", re.ASCII)
_TAG = re.compile(r"(.*)/tags?/(?:c/.*/)?([^/]{1,100})/?")
_FORUM = re.compile(r"(https?://[^/?#]+)/?")
_MENTION = re.compile(r'class="mention"[^>]*?href="[^"]*/u/([^"/]{1,200})"')
_QUOTED = re.compile(r'<aside[^>]*?data-username="([^"]{1,200})"')


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """Which forum was read (its address) and when; turns rows into posts, or raises Malformed."""

    endpoint: str
    now: datetime

    @property
    def forum(self) -> str:
        """The forum's name in ids: its address without the scheme."""
        return self.endpoint.partition("://")[2]

    def author(self, number: Part, row: Part) -> Author:
        """The account by its number; its name can be changed."""
        name = row["username"].word()
        shown = row.get("name")
        return Author(
            id=f"{self.forum}/users/{number.id()}",
            handle=f"@{name}",
            name=(plain(shown.text()) if shown else "") or name,
            url=f"{self.endpoint}/u/{quote(name)}",
            is_bot=number.id().startswith("-"),  # the system and its robots have negative numbers
        )

    def ref(self, topic: str, number: int) -> str:
        """A post by its topic and its number there."""
        return f"{self.forum}/t/{topic}/{number}"

    def post(self, row: Part, topic: str = "") -> Post | None:
        """One post; None for one that was taken back, and for what is no word of a person."""
        if _is_gone(row) or _kind(row) not in (_REGULAR, _MODERATOR):
            return None
        topic = topic or row["topic_id"].id()
        number, words = row["post_number"].integer(), row["cooked"].text()
        changed, version = row.get("updated_at"), row.get("version")
        title, accepted, staff = row.get("topic_title"), row.get("accepted_answer"), row.get("staff")
        heading = plain(title.text()) if title and number == 1 else ""
        post = replace(
            self.placed(row, topic, number),
            text="\n\n".join(part for part in (heading, plain(words)) if part),
            names=frozenset(unquote(name).lower() for name in {*named(words), *_answered(row)}),
            sign="accepted" if accepted and accepted.value is True else None,
            member_of=self.forum if staff and staff.value is True else "",
        )
        if changed and version and version.integer() > 1:
            return replace(post, edited_at=changed.time(self.now))
        return post

    def closing(self, row: Part, topic: str) -> Post | None:
        """What closed a topic; None for any other thing that a moderator did."""
        code = row.get("action_code")
        if _kind(row) != _ACTION or code is None or code.value not in _CLOSED:
            return None
        return replace(self.placed(row, topic, row["post_number"].integer()), sign="closed")

    def placed(self, row: Part, topic: str, number: int) -> Post:
        """Who wrote it, when, and where it stands; without its words."""
        return Post(
            network=FACTS.name,
            id=f"{self.forum}/posts/{(row.get('post_id') or row['id']).id()}",
            url=f"{self.endpoint}/t/{topic}/{number}",
            author=self.author(row["user_id"], row),
            text="",
            created_at=row["created_at"].time(self.now),
            root=self.ref(topic, 1),
            refs=(self.ref(topic, number),),
            visibility=Visibility.PUBLIC,
            order=number,
        )


def named(cooked: str) -> set[str]:
    """Whom a post names or quotes, as the forum wrote it into the post's HTML."""
    return {*_MENTION.findall(cooked), *_QUOTED.findall(cooked)}


def _answered(row: Part) -> set[str]:
    """Whose post it answers; none where it answers the topic."""
    user = row.get("reply_to_user")
    return {user["username"].text()} if user else set()


def with_names(posts: Iterable[Post], known: Mapping[str, str]) -> list[Post]:
    """The posts with ids in place of names, as far as these wrote here or are among `known`."""
    found = list(posts)
    ids = {post.author.handle[1:].lower(): post.author.id for post in found} | dict(known)
    return [replace(post, names=frozenset(ids[name] for name in post.names if name in ids)) for post in found]


def _kind(row: Part) -> int:
    found = row.get("post_type")
    return found.integer() if found else _REGULAR


def _is_gone(row: Part) -> bool:
    """A post that its author deleted stands there for a day, without its words."""
    marks = (row.get("user_deleted"), row.get("deleted_at"), row.get("deleted"))
    return any(mark.value is not False for mark in marks if mark)


def _name(row: Part) -> str:
    try:
        return (row.get("post_id") or row["id"]).id()
    except Malformed:
        return ""


def _number(row: Part) -> int:
    """The row's number; 0 where it cannot be read."""
    found = _name(row)
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 18 else 0


# ---- requests


def _json(door: Reader, url: str, params: Mapping[str, str | list[str]] | None = None) -> Part:
    return parse_json(door.get(url, params).body)


def _newest(ask: Ask) -> int:
    return known_place(ask.cursor, _VERSION)["newest"].integer() if ask.cursor else 0


def _page(posts: Iterable[Post], newest: int, *, more: bool = False, broken: Sequence[Broken] = ()) -> Page:
    in_order = sorted(posts, key=lambda post: post.created_at)
    return Page(tuple(in_order), keep_place(_VERSION, newest=newest), more, tuple(broken))


def _back(page: Callable[[int, int, int], list[Part]], newest: int) -> list[Part]:
    """Rows newer than the newest one known, newest first, page after page until that one is reached.

    `page` gets which page it is, how many rows are there, and the lowest number of them (0 at first). A
    first poll takes one page.
    """
    rows: list[Part] = []
    lowest = 0
    for turn in range(_PAGES):
        part = page(turn, len(rows), lowest)
        fresh = {found for row in part if (found := _number(row)) and (not lowest or found < lowest)}
        rows += [row for row in part if not _number(row) or _number(row) in fresh]
        if not fresh or not newest or min(fresh) <= newest:
            return [row for row in rows if not _number(row) or _number(row) > newest]
        lowest = min(fresh)
    raise ChangedFormat(f"more than {_PAGES} pages are new at once, or its pages never end")


def _typed(pattern: re.Pattern[str], text: str, what: str) -> tuple[str, str]:
    """(the forum's address, what is meant there); raises Gone."""
    text = text.strip()
    found = pattern.fullmatch(text) if is_web_address(text) else None
    if not found:
        raise Gone(f"this is no address of {what} on a Discourse forum")
    return found[1], unquote(found[2])


def _category(ask: Ask, door: Reader) -> Page:
    """What was written in a category, or in the whole forum where none is named."""
    wanted = found[2] if (found := _CATEGORY.fullmatch(ask.query.strip())) else ""
    newest, reading = _newest(ask), Reading(ask.endpoint, door.now())

    def page(_turn: int, _known: int, lowest: int) -> list[Part]:
        before = {"before": str(lowest - 1)} if lowest else None
        return _json(door, f"{ask.endpoint}/posts.json", before)["latest_posts"].listing()

    def read(row: Part) -> Post | None:
        if wanted and row["category_id"].id() != wanted:
            return None
        return reading.post(row)

    rows = _back(page, newest)
    posts, broken = read_each(rows, read, _name)
    return set_beside(_page(with_names(posts, {}), max([newest, *map(_number, rows)]), broken=broken))


def _tagged(ask: Ask, door: Reader) -> Page:
    """New topics with a tag: what opened each, oldest first, forty in one poll."""
    _, tag = _typed(_TAG, ask.query, "a tag")
    newest, reading = _newest(ask), Reading(ask.endpoint, door.now())
    url = f"{ask.endpoint}/tag/{quote(tag, safe='')}.json"

    def page(turn: int, _known: int, _lowest: int) -> list[Part]:
        params = {"order": "created", "page": str(turn)}
        return _json(door, url, params)["topic_list"]["topics"].listing()

    rows = _back(page, newest)
    if not newest and ask.since:
        rows = [row for row in rows if not _is_before(row, ask.since, door.now())]
    unread = [Broken("", "has no number") for row in rows if not _number(row)]
    fresh = sorted((row for row in rows if _number(row) > newest), key=_number)
    posts: list[Post] = []
    for row in fresh[:_TURN]:
        try:
            found, broken = _first(reading, _json(door, f"{ask.endpoint}/t/{_number(row)}.json"))
        except Gone:
            continue
        posts += found
        unread += broken
    walked = max([newest, *map(_number, fresh[:_TURN])])
    return _page(with_names(posts, {}), walked, more=len(fresh) > _TURN, broken=unread)


def _is_before(row: Part, since: datetime, now: datetime) -> bool:
    try:
        return row["created_at"].time(now) < since
    except Malformed:
        return False


def _first(reading: Reading, topic: Part) -> tuple[list[Post], Sequence[Broken]]:
    try:
        rows = topic["post_stream"]["posts"].listing()[:1]
        number, title = topic["id"].id(), plain(topic["title"].text())
    except Malformed as why:
        return [], [Broken(_name(topic), str(why))]
    posts, broken = read_each(rows, lambda row: reading.post(row, number), _name)
    return [replace(post, text=f"{title}\n\n{post.text}") for post in posts], broken


def _mentions(ask: Ask, door: Reader) -> Page:
    """What notified our account, read post by post. Asked for so that nothing is marked as seen."""
    newest, reading = _newest(ask), Reading(ask.endpoint, door.now())

    def page(_turn: int, known: int, _lowest: int) -> list[Part]:
        offset = {"offset": str(known)} if known else None
        return _json(door, f"{ask.endpoint}/notifications.json", offset)["notifications"].listing()

    rows = sorted(_back(page, newest), key=_number)
    posts: dict[str, Post] = {}
    unread: list[Broken] = []
    for row in rows[:_TURN]:
        try:
            post = _notified(ask, door, reading, row)
        except Malformed as why:
            unread.append(Broken(_name(row), str(why)))
            continue
        if post:
            posts[post.id] = post
    if len(unread) == len(rows[:_TURN]) > 1:
        raise ChangedFormat(f"none of {len(unread)} notifications could be read: {unread[0].why}")
    walked = max([newest, *map(_number, rows[:_TURN])])
    return _page(posts.values(), walked, more=len(rows) > _TURN, broken=unread)


def _notified(ask: Ask, door: Reader, reading: Reading, row: Part) -> Post | None:
    """The post that a notification is about; None for the kinds that are no words, or where it is gone."""
    names_us = _TOLD.get(row["notification_type"].integer())
    if names_us is None:
        return None
    number = row["data"]["original_post_id"].id()
    try:
        post = reading.post(_json(door, f"{ask.endpoint}/posts/{quote(number, safe='')}.json"))
    except Gone:
        return None
    if post is None or not (names_us and ask.account):
        return replace(post, names=frozenset()) if post else None
    return told_at(replace(post, names=frozenset({ask.account})), row["created_at"].time(reading.now))


def _own(ask: Ask, door: Reader) -> Page:
    """Topics and replies of our account, by its name of today."""
    newest, reading = _newest(ask), Reading(ask.endpoint, door.now())
    name = ask.query.strip().lstrip("@")
    name = _typed(_USER, name, "an account")[1] if is_web_address(name) else name

    def page(_turn: int, known: int, _lowest: int) -> list[Part]:
        params: dict[str, str | list[str]] = {"username": name, "filter": "4,5", "offset": str(known)}
        return _json(door, f"{ask.endpoint}/user_actions.json", params)["user_actions"].listing()

    def read(row: Part) -> Post | None:
        if _is_gone(row):
            return None
        words = row.get("excerpt")
        said = reading.placed(row, row["topic_id"].id(), row["post_number"].integer())
        return replace(said, text=plain(words.text()) if words else "")

    rows = _back(page, newest)
    posts, broken = read_each(rows, read, _name)
    return _page(posts, max([newest, *map(_number, rows)]), broken=broken)


# ---- looks


def _place_of(url: str) -> tuple[str, str, str]:
    """(forum, topic, number in it) of a post's address; raises Gone for any other."""
    found = _TOPIC.fullmatch(url.partition("?")[0].partition("#")[0]) if is_web_address(url) else None
    if not found:
        raise Gone("this is no address of a topic on a Discourse forum")
    return found[1], found[2], found[3] or "1"


def _look(endpoint: str, topic: str, door: Reader) -> Thread:
    """A topic whole: the first posts come with it, the others in chunks."""
    reading = Reading(endpoint, door.now())
    found = _json(door, f"{endpoint}/t/{topic}.json")
    stream = found["post_stream"]
    rows = stream["posts"].listing()
    have = {_name(row) for row in rows}
    left = [id.id() for id in stream["stream"].listing() if id.id() not in have]
    for start in range(0, min(len(left), _CHUNK * _CHUNKS), _CHUNK):
        asked: dict[str, str | list[str]] = {"post_ids[]": left[start : start + _CHUNK]}
        more = _json(door, f"{endpoint}/t/{topic}/posts.json", asked)
        rows += more["post_stream"]["posts"].listing()
    posts, broken = read_each(rows, lambda row: reading.post(row, topic), _name)
    is_closed = any(mark.value is True for key in ("closed", "archived") if (mark := found.get(key)))
    closings, also = read_each(rows if is_closed else [], lambda row: reading.closing(row, topic), _name)
    top = next((post.id for post in posts if post.refs[0] == reading.ref(topic, 1)), None)
    whole = len(left) <= _CHUNK * _CHUNKS and top is not None and not broken
    linked = with_names([*posts, *closings[-1:]], {})
    return Thread(
        tuple(replace(post, root=top or post.root) for post in linked), top, whole, (*broken, *also)
    )


def _forum(endpoint: str, door: Reader) -> Author:
    """The forum as what it says of itself; it writes nothing."""
    title = _json(door, f"{endpoint}/site/basic-info.json")["title"].word()
    return Author(endpoint.partition("://")[2], title, title, endpoint)


class Discourse:
    """The connector. Only GET is ever sent."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step of notifications, of a category or a whole forum, of a tag, or of our own posts."""
        ways = {"mentions": _mentions, "category": _category, "tag": _tagged, "own": _own}
        if ask.kind not in ways:
            raise Refused(f"Discourse has no query called {ask.kind}")
        return ways[ask.kind](ask, door)

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The whole topic that a post stands in."""
        return _look(endpoint, _place_of(post.url)[1], door)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether it stands there with its words; what closed a topic, whether that is still closed."""
        if post.sign == "closed":
            topic = _place_of(post.url)[1]
            return any(one.sign == "closed" for one in _look(endpoint, topic, door).posts)
        try:
            return not _is_gone(_json(door, f"{endpoint}/posts/{quote(post.id.rpartition('/')[2])}.json"))
        except Gone:
            return False

    def check(self, endpoint: str, door: Reader) -> Access:
        """Whose key it is. The forum does not show what it may do."""
        user = _json(door, f"{endpoint}/session/current.json")["current_user"]
        return Access(Reading(endpoint, door.now()).author(user["id"], user), None)

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From the address of an account's page; of a category, a tag or a forum, the forum itself.

        Addresses of other networks look the same, so whatever does not answer as a forum is none: Gone.
        """
        try:
            for pattern in (_CATEGORY, _TAG, _FORUM):
                if is_web_address(text.strip()) and (found := pattern.fullmatch(text.strip())):
                    return found[1], _forum(found[1], door)
            endpoint, name = _typed(_USER, text, "an account")
            user = _json(door, f"{endpoint}/u/{quote(name, safe='')}.json")["user"]
            return endpoint, Reading(endpoint, door.now()).author(user["id"], user)
        except (ChangedFormat, NeedsSignIn):
            raise Gone("no Discourse forum answers there") from None

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The forum, and the post by its topic and number, by the shape of the address alone."""
        try:
            endpoint, topic, number = _place_of(link)
        except Gone:
            return None
        return endpoint, f"{endpoint.partition('://')[2]}/t/{topic}/{number}"

    def read_link(self, link: str, door: Reader) -> Post:
        """The post behind a link."""
        endpoint, topic, number = _place_of(link)
        wanted = Reading(endpoint, door.now()).ref(topic, int(number))
        found = next((post for post in _look(endpoint, topic, door).posts if wanted in post.refs), None)
        if found is None:
            raise Gone("the forum does not have it")
        return found

    def reply_link(self, post: Post, home: str | None) -> str:
        """The post in its topic: the Reply button stands below it."""
        return post.url


CONNECTOR = Discourse()
