"""Comments under the videos of a channel, by YouTube's Data API (developers.google.com/youtube/v3/docs).

An API key reads what is public and cannot write; the only sign-in for comments could write too, and is
never asked for. A thread is one comment with answers one level deep: within it the order says what answers
what, and the "@name" that an answer begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
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
    Way,
)
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn, Refused
from bot.domain.model import Author, Post, Strength, Visibility
from bot.reading.pages import keep_place, known_place, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

HOME = "https://youtube.googleapis.com"
FACTS = ConnectorFacts(
    name="youtube",
    label="YouTube",
    queries=(Query("channel", "Comments under our channel's videos", "@acme", needs_credential=True),),
    ways=(Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),),
    floor=timedelta(minutes=10),
    requests=10_000,
    window=timedelta(days=1),
    limits_source="https://developers.google.com/youtube/v3/determine_quota_cost",
    sees="Comments under a channel's videos, and the answers to them, ours among them.",
    cannot_see="Comments under other channels' videos, held or hidden ones, and a first answer to a comment "
    "that is no longer among the newest hundred.",
    credential="An API key for the YouTube Data API v3; never a sign-in.",
    parent_pointers=False,
    home=HOME,
    words={"API_KEY_INVALID": NeedsSignIn, "API_KEY_SERVICE_BLOCKED": NeedsSignIn},
    words_kept=timedelta(days=30),
    key=Key(Sent.QUERY, "key", ""),
)

_VERSION = 1
_PAGES = 10  # of a hundred comments, how far one poll goes back to meet what was seen
_FETCHED = 20  # comments whose answers are fetched apart in one poll
_ANSWER_PAGES = 5
_KEPT = 300  # comments remembered with what was said under them
_CHANNEL = re.compile(r"/?(?:channel/)?(UC[\w-]{22})/?", re.ASCII)
_HANDLE = re.compile(r"/?(@[\w.·-]{1,60})/?")
_HERE = ("127.0.0.1", "localhost")
_HOSTS = ("www.youtube.com", "youtube.com", "m.youtube.com", *_HERE)
_NAMED = re.compile(r"@[\w.·-]+")


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """When comments were read, under which video, and who is known by which "@name" there."""

    now: datetime
    video: str = ""
    people: dict[str, str] = field(default_factory=dict)

    def meet(self, comments: Iterable[Part]) -> None:
        """Learn the names of those who speak, so that an answer that names one of them is understood."""
        for comment in comments:
            try:
                author = self.author(comment["snippet"])
            except Malformed:
                continue
            self.people[author.handle.casefold()] = author.id

    def comment(self, part: Part) -> Post:
        """One comment, or an answer to one; a comment speaks to the channel it stands under."""
        snippet, id_ = part["snippet"], part["id"].id()
        above = snippet.get("parentId")
        at, edited = snippet["publishedAt"].time(self.now), snippet["updatedAt"].time(self.now)
        text = snippet["textDisplay"].text()
        named = {self.people.get(name.casefold(), "") for name in _NAMED.findall(text)} - {""}
        if above is None:  # the channel whose video it is
            named.add(snippet["channelId"].id())
        return Post(
            network=FACTS.name,
            id=id_,
            url=_link(_text(snippet, "videoId") or self.video, id_),
            author=self.author(snippet),
            text=text,
            created_at=at,
            root=above.id() if above else id_,
            names=frozenset(named),
            visibility=Visibility.PUBLIC,
            edited_at=edited if edited > at else None,
            order=int(at.timestamp() * 1000) if above else 0,
        )

    def author(self, snippet: Part) -> Author:
        """The channel that wrote it; its name may change, its id does not."""
        name, url = snippet["authorDisplayName"].word(), _text(snippet, "authorChannelUrl")
        return Author(
            snippet["authorChannelId"]["value"].id(), name, name, url if is_web_address(url) else None
        )


def _link(video: str, id_: str) -> str:
    where = f"v={quote(video, safe='')}&" if video else ""
    return f"https://www.youtube.com/watch?{where}lc={quote(id_, safe='')}"


def _comments_of(row: Part) -> list[Part]:
    """A comment and those of its answers that came along."""
    replies = row.get("replies")
    inner = replies.get("comments") if replies else None
    return [row["snippet"]["topLevelComment"], *(inner.listing() if inner else ())]


def _answers(row: Part) -> int:
    return row["snippet"]["totalReplyCount"].integer()


def _text(part: Part, key: str) -> str:
    found = part.get(key)
    return found.text() if found else ""


def _id(part: Part) -> str:
    try:
        return part["id"].id()
    except Malformed:
        return ""


def _said(comments: Iterable[Part], answers: int) -> str:
    """What stands in a thread now, as a hash."""
    words = [_text(one["snippet"], "textDisplay") for one in comments]
    return sha256("\x00".join([str(answers), *words]).encode("utf-8", "replace")).hexdigest()[:12]


# ---- requests


def _asked(endpoint: str, door: Reader, what: str, **params: str) -> Part:
    return parse_json(door.get(f"{endpoint}/youtube/v3/{what}", params).body)


def _list(
    endpoint: str, door: Reader, what: str, pages: int, **params: str
) -> Iterator[tuple[list[Part], bool]]:
    """Pages of a hundred, each with whether there are more; a pager that repeats itself ends."""
    tokens = {""}
    token = ""
    for _ in range(pages):
        paged = {"pageToken": token} if token else {}
        found = _asked(endpoint, door, what, maxResults="100", textFormat="plainText", **params, **paged)
        token = _text(found, "nextPageToken")
        more = token not in tokens
        tokens.add(token)
        yield found["items"].listing(), more
        if not more:
            return


def _rows(ask: Ask, door: Reader, seen: dict[str, str]) -> tuple[list[Part], bool]:
    """The newest comments back to one that was seen, or to `since`; and whether none was left out."""
    rows: list[Part] = []
    params = {"part": "snippet,replies", "order": "time", "allThreadsRelatedToChannelId": ask.account or ""}
    for found, more in _list(ask.endpoint, door, "commentThreads", _PAGES, **params):
        rows += found
        is_met = any(_id(row) in seen for row in found) or _is_before(found, ask, door)
        if is_met or not more:
            return rows, True
    return rows, False


def _is_before(rows: list[Part], ask: Ask, door: Reader) -> bool:
    try:
        at = (
            rows[-1]["snippet"]["topLevelComment"]["snippet"]["publishedAt"].time(door.now())
            if rows
            else None
        )
    except Malformed:
        return False
    return bool(at and ask.since and not ask.cursor and at < ask.since)


def _below(endpoint: str, top: str, door: Reader) -> tuple[list[Part], bool]:
    """All answers to a comment, and whether that is all of them."""
    pages = list(_list(endpoint, door, "comments", _ANSWER_PAGES, part="snippet", parentId=top))
    return [answer for found, _ in pages for answer in found], not pages[-1][1]


def _changed(ask: Ask, door: Reader) -> Page:
    seen = _seen(ask.cursor)
    rows, whole = _rows(ask, door, seen)
    comments: list[Part] = []
    broken = [] if whole else [Broken("", "more comments came at once than are read in one go")]
    shown: dict[str, str] = {}
    left = _FETCHED
    for row in rows:
        try:
            inner, answers = _comments_of(row), _answers(row)
            id_, said = row["id"].id(), _said(inner, answers)
        except Malformed as why:
            broken.append(Broken(_id(row), str(why)))
            continue
        if seen.get(id_) == said:
            shown[id_] = said
            continue
        if answers > len(inner) - 1:
            left -= 1
            if left < 0:
                comments += inner  # the rest of its answers are for the next poll
                continue
            inner = [inner[0], *_below(ask.endpoint, id_, door)[0]]
        comments += inner
        shown[id_] = said
    if len(broken) == len(rows) > 1:
        raise ChangedFormat(f"none of {len(rows)} comments could be read: {broken[0].why}")
    posts, unread = _read(comments, Reading(door.now(), people=_ours(ask)))
    kept = dict(list((shown | {id: said for id, said in seen.items() if id not in shown}).items())[:_KEPT])
    return Page(
        posts=tuple(sorted(posts, key=lambda post: post.created_at)),
        cursor=keep_place(_VERSION, seen=kept),
        broken=(*broken, *unread),
    )


def _ours(ask: Ask) -> dict[str, str]:
    handle = _HANDLE.fullmatch(_where(ask.query.strip())[1])
    return {handle[1].casefold(): ask.account} if handle and ask.account else {}


def _read(comments: list[Part], reading: Reading) -> tuple[list[Post], tuple[Broken, ...]]:
    reading.meet(comments)
    return read_each(comments, reading.comment, _id)


def _seen(cursor: str) -> dict[str, str]:
    if not cursor:
        return {}
    return {name: said.text() for name, said in known_place(cursor, _VERSION)["seen"].mapping().items()}


def _one(endpoint: str, id_: str, door: Reader, *, part: str = "snippet") -> Part | None:
    """The comment; None where it is not listed, or is told to be unknown (404 commentNotFound)."""
    try:
        found = _asked(endpoint, door, "comments", part=part, id=id_, textFormat="plainText")
    except Gone:
        return None
    items = found["items"].listing()
    return items[0] if items else None


def _where(text: str) -> tuple[str, str]:
    """The API's address, and what is typed without YouTube's own."""
    parts = urlsplit(text if is_web_address(text) else "")
    if not parts.netloc:
        return HOME, text
    here = f"{parts.scheme}://{parts.netloc}" if parts.hostname in _HERE else HOME
    return here, parts.path if parts.hostname in _HOSTS else ""


def _channel(id_: str, handle: str, name: str) -> Author:
    return Author(id_, handle, name, f"https://www.youtube.com/channel/{quote(id_, safe='')}")


class YouTube:
    """The connector. What an API key asks can only be read."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """The comments that are new or changed among a channel's newest."""
        if ask.kind != "channel":
            raise Refused(f"YouTube has no query called {ask.kind}")
        return _changed(ask, door)

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """A comment with all its answers; complete up to 500 of them."""
        top = post.root or post.id
        first = _one(endpoint, top, door)
        answers, whole = _below(endpoint, top, door) if first else ([], False)
        video = parse_qs(urlsplit(post.url).query).get("v", [""])[0]
        posts, broken = _read([*([first] if first else ()), *answers], Reading(door.now(), video))
        if post.id not in {one.id for one in posts}:
            raise Gone("YouTube does not show it")
        return Thread(tuple(posts), top, whole and not broken, broken)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether it is still listed; a deleted one is left out."""
        return _one(endpoint, post.id, door, part="id") is not None

    def check(self, endpoint: str, door: Reader) -> Access:
        """That the key works; it is nobody's account and reads what is public."""
        _asked(endpoint, door, "i18nLanguages", part="snippet")
        return Access(None, ("public data",))

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From "@handle", a channel's id or the address of its page; without a key only from an id."""
        endpoint, name = _where(text.strip())
        channel, handle = _CHANNEL.fullmatch(name), _HANDLE.fullmatch(name)
        if not (channel or handle):
            raise Gone("this is no channel on YouTube: write it as @handle")
        asked = {"id": channel[1]} if channel else {"forHandle": handle[1] if handle else ""}
        try:
            found = _asked(endpoint, door, "channels", part="snippet", **asked).get("items")
        except NeedsSignIn:
            if not channel:
                raise
            return endpoint, _channel(channel[1], channel[1], channel[1])
        rows = found.listing() if found else []
        if not rows:
            raise Gone("YouTube knows no such channel")
        snippet = rows[0]["snippet"]
        title = snippet["title"].word()
        return endpoint, _channel(rows[0]["id"].id(), _text(snippet, "customUrl") or title, title)

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The comment in the address of a video that leads to one (`lc`)."""
        parts = urlsplit(link if is_web_address(link) else "")
        query = parse_qs(parts.query)
        is_there = parts.hostname in _HOSTS and parts.path == "/watch" and query.get("lc")
        return (_where(link)[0], query["lc"][0]) if is_there else None

    def read_link(self, link: str, door: Reader) -> Post:
        """The comment behind a link."""
        known = self.of_link(link)
        found = _one(*known, door) if known else None
        if found is None:
            raise Gone("YouTube does not show a comment there")
        return Reading(door.now(), video=parse_qs(urlsplit(link).query).get("v", [""])[0]).comment(found)

    def reply_link(self, post: Post, home: str | None) -> str:
        """The video with the comment on top and its reply box."""
        return post.url


CONNECTOR = YouTube()
