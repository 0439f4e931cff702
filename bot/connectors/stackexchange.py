"""Stack Exchange: questions, answers and comments of any of its sites (api.stackexchange.com/docs, 2.3).

Ids are a site's own, so each has the site's host before it: an author is known by the number on that
site. A comment has no parent but the post it stands under; their numbers grow, and are the order there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

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
from bot.domain.errors import ChangedFormat, Gone, Refused
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.reading.html import plain
from bot.reading.pages import keep_place, known_place, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

HOME = "https://api.stackexchange.com"
FACTS = ConnectorFacts(
    name="stackexchange",
    label="Stack Exchange",
    queries=(
        Query("mentions", "Comments that address us", "https://stackoverflow.com/users/1001/acme"),
        Query(
            "replies", "Answers and comments to what we write", "https://stackoverflow.com/users/1001/acme"
        ),
        Query("tag", "Questions with a tag", "stackoverflow.com/tagged/acme", lane=Lane.ABOUT_US),
        Query(
            "search",
            "Questions with a word",
            "stackoverflow.com Acme Export",
            lane=Lane.ABOUT_US,
            tries=(Try(Form.NAME, "stackoverflow.com {}"),),
        ),
        Query(
            "own",
            "What our account writes",
            "https://stackoverflow.com/users/1001/acme",
            ours=True,
            tries=(Try(Form.SITE, only=r"https://[^/]+/users/\d+(?:/[^/]*)?/?"),),
        ),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "within 30 minutes"),
        Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=30),
    requests=300,
    window=timedelta(days=1),
    home=HOME,
    limits_source="https://api.stackexchange.com/docs/throttle",
    sees="Questions by tag or word, answers, comments that address us or stand under our posts.",
    cannot_see="What was deleted, chat, votes, edits of older posts, and private teams.",
    credential="An application's key from stackapps.com; it is no account and can write nothing.",
    key=Key(Sent.QUERY, "key", ""),
)

_VERSION = 1
_ROWS = 100  # the most that one answer gives, and the most ids that one question takes
_OVERLAP = timedelta(minutes=10)  # answers are kept by the API for a minute or longer
_FIRST = timedelta(days=1)
_SITE = r"(?:https?://)?((?:[a-z0-9-]+\.)+(?:com|net|org)|(?:127\.0\.0\.1|localhost)(?::\d+)?)"
_USER = re.compile(_SITE + r"/users/(\d{1,12})(?:/[^/]*)?/?")
_TAG = re.compile(_SITE + r"/(?:questions/)?(?:tagged/)?([^/\s]{1,50})/?")
_WORDS = re.compile(_SITE + r"\s+(.+)", re.DOTALL)
_POST = re.compile(r"/(questions|q|a|posts/comments)/(\d{1,15})(?:/.*)?", re.ASCII)
_COMMENT_MARK = re.compile(r"comment(\d{1,15})_(\d{1,15})", re.ASCII)
_ANSWER_PATH = re.compile(r"/questions/\d+/[^/]*/(\d{1,15})", re.ASCII)
_SITES = ("stackoverflow.com", "superuser.com", "serverfault.com", "askubuntu.com", "mathoverflow.net")
_LOCAL = ("127.0.0.1", "localhost")
_CLOSED = "#closed"


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """Which site was read (its host) and when; turns rows into posts, or raises Malformed."""

    site: str
    now: datetime

    @property
    def web(self) -> str:
        """The site's address."""
        return f"{'http' if self.site.startswith(_LOCAL) else 'https'}://{self.site}"

    def post_id(self, number: str) -> str:
        """Questions and answers are counted together."""
        return f"{self.site}/posts/{number}"

    def user(self, row: Part) -> Author:
        """The account on this site; who has none there any more is known by the name shown."""
        name = plain(row["display_name"].text()) or "somebody"
        number = row.get("user_id")
        if number is None:
            return Author(f"{self.site}/guests/{name}"[:500], name, name)
        found = number.id()
        return Author(f"{self.site}/users/{found}", name, name, f"{self.web}/users/{found}")

    def question(self, row: Part) -> Post:
        """A question stands first in its thread."""
        number = row["question_id"].id()
        post = self._said(row, number, f"{self.web}/q/{number}")
        return replace(post, root=post.id)

    def answer(self, row: Part) -> Post:
        """An answer hangs under its question; accepting it settles that one."""
        number, above = row["answer_id"].id(), self.post_id(row["question_id"].id())
        accepted = row.get("is_accepted")
        sign = "accepted" if accepted and accepted.flag() else None
        return replace(self._said(row, number, f"{self.web}/a/{number}"), parent=above, root=above, sign=sign)

    def comment(self, row: Part, to: str | None = None) -> Post:
        """A comment speaks to whom it addresses, else to `to`, whose the post above is."""
        number, above = row["comment_id"].id(), self.post_id(row["post_id"].id())
        addressed = row.get("reply_to_user")
        names = self.user(addressed).id if addressed else to
        post = self._said(row, number, f"{self.web}/posts/comments/{number}")
        return replace(
            post,
            id=f"{self.site}/comments/{number}",
            parent=above,
            order=_number(row["comment_id"]),
            names=frozenset({names} - {None, post.author.id}),  # type: ignore[arg-type]
        )

    def closing(self, row: Part, question: Post) -> Post | None:
        """That a question was closed, so that nobody can answer it; the API does not say by whom."""
        at = row.get("closed_date")
        if at is None:
            return None
        community = Author(f"{self.site}/users/-1", "Community", "Community", is_bot=True)
        return replace(
            question,
            id=question.id + _CLOSED,
            author=community,
            text="",
            created_at=at.epoch(self.now),
            parent=question.id,
            names=frozenset(),
            edited_at=None,
            sign="closed",
        )

    def _said(self, row: Part, number: str, url: str) -> Post:
        title, body, edited = row.get("title"), row["body"].text(), row.get("last_edit_date")
        text = "\n\n".join(words for words in (plain(title.text()) if title else "", plain(body)) if words)
        return Post(
            network=FACTS.name,
            id=self.post_id(number),
            url=url,
            author=self.user(row["owner"]) if row.get("owner") else self._nobody(),
            text=text,
            created_at=row["creation_date"].epoch(self.now),
            visibility=Visibility.PUBLIC,
            edited_at=edited.epoch(self.now) if edited else None,
        )

    def _nobody(self) -> Author:
        return Author(f"{self.site}/guests/somebody", "somebody", "somebody")


def _number(part: Part) -> int:
    found = part.id()
    if not (found.isascii() and found.isdigit() and len(found) <= 15):
        raise Malformed(part.path, "is not a number")
    return int(found)


def _name(row: Part) -> str:
    for key in ("comment_id", "answer_id", "question_id", "id"):
        try:
            found = row.get(key)
            if found:
                return found.id()
        except Malformed:
            return ""
    return ""


# ---- requests


@dataclass(frozen=True, slots=True)
class _Api:
    """One site of the API, and what was read of it."""

    endpoint: str
    site: str
    door: Reader

    @property
    def reading(self) -> Reading:
        return Reading(self.site, self.door.now())

    def items(self, path: str, **params: str) -> tuple[list[Part], bool]:
        """The rows of an answer, and whether there are more."""
        asked = {"site": self.site, "filter": "withbody", "pagesize": str(_ROWS), **params}
        found = parse_json(self.door.get(f"{self.endpoint}/2.3{path}", asked).body)
        more = found.get("has_more")
        return found["items"].listing(), bool(more and more.flag())

    def one(self, path: str) -> Part:
        """The only row; raises Gone when there is none: the API says so by an empty list."""
        rows, _ = self.items(path)
        if not rows:
            raise Gone("Stack Exchange does not have it")
        return rows[0]


Read = Callable[[Part], Post]


def _newer(ask: Ask, api: _Api, lists: Sequence[tuple[str, dict[str, str], Read]]) -> Page:
    """What was written since the place, of several lists, oldest first. Where a list has more than one answer
    gives, the place is the end of that answer: time, never a page's number, says how far it is."""
    since = _since(ask, api.door)
    posts: dict[str, Post] = {}
    broken: list[Broken] = []
    ends: list[datetime] = []
    for path, params, read in lists:
        order = {"sort": "creation", "order": "asc", "fromdate": str(int(since.timestamp()))}
        rows, more = api.items(path, **order, **params)
        found, unread = read_each(rows, read, _name)
        posts |= {post.id: post for post in found}
        broken += unread
        if more:
            ends.append(max((post.created_at for post in found), default=since))
    known = sorted(posts.values(), key=lambda post: post.created_at)
    if ends:
        after = min(ends)
        if after <= since:
            raise ChangedFormat("one second holds more than one answer gives")
    else:
        after = max([since, *(post.created_at - _OVERLAP for post in known)])
    cursor = keep_place(_VERSION, since=int(after.timestamp()))
    return Page(tuple(known), cursor, bool(ends), tuple(broken))


def _since(ask: Ask, door: Reader) -> datetime:
    if ask.cursor:
        return known_place(ask.cursor, _VERSION)["since"].epoch(door.now())
    return ask.since or door.now() - _FIRST


def _user(ask: Ask, door: Reader) -> tuple[_Api, str]:
    site, number = _typed(_USER, ask.account or ask.query, "account: give the address of its page")
    return _Api(ask.endpoint, site, door), number


def _typed(pattern: re.Pattern[str], text: str, what: str) -> tuple[str, str]:
    found = pattern.fullmatch(text.strip())
    if not found:
        raise Gone(f"this is no {what}")
    return found[1], found[2]


def _mentioned(ask: Ask, door: Reader) -> Page:
    api, number = _user(ask, door)
    us = f"{api.site}/users/{number}"
    return _newer(ask, api, [(f"/users/{number}/mentioned", {}, lambda row: api.reading.comment(row, us))])


def _replied(ask: Ask, door: Reader) -> Page:
    """Under the hundred posts of ours where something happened last: their comments and their answers."""
    api, number = _user(ask, door)
    us = f"{api.site}/users/{number}"
    rows, _ = api.items(f"/users/{number}/posts", sort="activity", order="desc")
    ours = ";".join(str(_number(row["post_id"])) for row in rows)
    if not ours:
        return _newer(ask, api, [])
    page = _newer(
        ask,
        api,
        [
            (f"/posts/{ours}/comments", {}, lambda row: api.reading.comment(row, us)),
            (f"/questions/{ours}/answers", {}, api.reading.answer),
        ],
    )
    return replace(page, posts=tuple(post for post in page.posts if post.author.id != us))


def _asked(ask: Ask, door: Reader) -> Page:
    if ask.kind == "tag":
        site, words = _typed(_TAG, ask.query, "tag: write it as stackoverflow.com/tagged/name")
        params = {"tagged": words}
    else:
        site, words = _typed(_WORDS, ask.query, "search: write the site, then the words")
        params = {"q": f'"{words.replace(chr(34), " ").strip()}"'}
    api = _Api(ask.endpoint, site, door)
    return _newer(ask, api, [("/search/advanced", params, api.reading.question)])


def _own(ask: Ask, door: Reader) -> Page:
    api, number = _user(ask, door)
    user = f"/users/{number}"
    lists: list[tuple[str, dict[str, str], Read]] = [
        (f"{user}/answers", {}, api.reading.answer),
        (f"{user}/comments", {}, api.reading.comment),
        (f"{user}/questions", {}, api.reading.question),
    ]
    return _newer(ask, api, lists)


# ---- looks


def _whereabouts(url: str) -> tuple[str, str, str]:
    """(site, "questions" | "answers" | "comments", number) of a post's address; raises Gone for any other."""
    parts = urlsplit(url if is_web_address(url) else "")
    site = parts.netloc
    if parts.hostname not in _LOCAL and not _is_site(parts.hostname or ""):
        raise Gone("this is no address on Stack Exchange")
    if found := _COMMENT_MARK.fullmatch(parts.fragment):
        return site, "comments", found[1]
    if parts.fragment.isdigit():
        return site, "answers", parts.fragment
    if found := _ANSWER_PATH.fullmatch(parts.path):
        return site, "answers", found[1]
    found = _POST.fullmatch(parts.path)
    if not found:
        raise Gone("this is no address of a post on Stack Exchange")
    kinds = {"questions": "questions", "q": "questions", "a": "answers", "posts/comments": "comments"}
    return site, kinds[found[1]], found[2]


def _is_site(host: str) -> bool:
    return host.removeprefix("meta.") in _SITES or host.endswith((".stackexchange.com", ".stackoverflow.com"))


def _question_of(api: _Api, kind: str, number: str) -> str:
    """The number of the question that a post belongs to: one request a step up."""
    if kind == "comments":
        number = api.one(f"/comments/{number}")["post_id"].id()
        rows, _ = api.items(f"/answers/{number}")
        return rows[0]["question_id"].id() if rows else number
    if kind == "answers":
        return api.one(f"/answers/{number}")["question_id"].id()
    return number


def _look(api: _Api, kind: str, number: str) -> Thread:
    """A question, its answers, and the comments under each of them; three requests from the question."""
    reading, question = api.reading, _question_of(api, kind, number)
    row = api.one(f"/questions/{question}")
    top = reading.question(row)
    rows, more = api.items(f"/questions/{question}/answers", sort="creation", order="asc")
    answers, broken = read_each(rows, reading.answer, _name)
    owners = {post.id: post.author.id for post in (top, *answers)}
    ids = ";".join(id.rpartition("/")[2] for id in list(owners)[:_ROWS])
    said, more_said = api.items(f"/posts/{ids}/comments", sort="creation", order="asc")

    def comment(one: Part) -> Post:
        return reading.comment(one, owners.get(reading.post_id(one["post_id"].id())))

    comments, also = read_each(said, comment, _name)
    closing = reading.closing(row, top)
    posts = _rooted([top, *answers, *comments, *([closing] if closing else [])], top.id)
    whole = not (more or more_said or broken or also or len(owners) > _ROWS)
    return Thread(posts, top.id, whole, (*broken, *also))


def _rooted(posts: Iterable[Post], root: str) -> tuple[Post, ...]:
    return tuple(replace(post, root=root) for post in posts)


class StackExchange:
    """The connector. Only GET is ever sent; nothing that is asked for needs an account."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step of comments to us, of replies, of a tag, of a search, or of what our account writes."""
        ways = {"mentions": _mentioned, "replies": _replied, "tag": _asked, "search": _asked, "own": _own}
        if ask.kind not in ways:
            raise Refused(f"Stack Exchange has no query called {ask.kind}")
        return ways[ask.kind](ask, door)

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The whole question with all that hangs under it, from any post of it."""
        site, kind, number = _whereabouts(post.url)
        return _look(_Api(endpoint, site, door), kind, number)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether the API still gives it; what was closed, whether it still is."""
        site, kind, number = _whereabouts(post.url)
        try:
            row = _Api(endpoint, site, door).one(f"/{kind}/{number}")
        except Gone:
            return False
        return not post.id.endswith(_CLOSED) or row.get("closed_date") is not None

    def check(self, endpoint: str, door: Reader) -> Access:
        """That the key works; it is nobody's account."""
        parse_json(door.get(f"{endpoint}/2.3/info", {"site": _SITES[0]}).body)["items"].listing()
        return Access(None, ("public data",))

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From the address of an account's page."""
        site, number = _typed(_USER, text, "account on Stack Exchange: give the address of its page")
        local = site.startswith(_LOCAL)
        endpoint = f"http://{site}" if local else HOME
        if not local and not _is_site(site):
            raise Gone("this is no site of Stack Exchange")
        api = _Api(endpoint, site, door)
        return endpoint, api.reading.user(api.one(f"/users/{number}"))

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The API, and the post by its site, kind and number."""
        try:
            site, kind, number = _whereabouts(link)
        except Gone:
            return None
        return (f"http://{site}" if site.startswith(_LOCAL) else HOME), f"{site}/{kind}/{number}"

    def read_link(self, link: str, door: Reader) -> Post:
        """The question, answer or comment behind a link."""
        known = self.of_link(link)
        if known is None:
            raise Gone("this is no address of a post on Stack Exchange")
        site, kind, number = _whereabouts(link)
        api = _Api(known[0], site, door)
        reads: dict[str, Read] = {
            "questions": api.reading.question,
            "answers": api.reading.answer,
            "comments": api.reading.comment,
        }
        return reads[kind](api.one(f"/{kind}/{number}"))

    def reply_link(self, post: Post, home: str | None) -> str:
        """The post's own page, which has the box for an answer and the link for a comment."""
        return post.url


CONNECTOR = StackExchange()
