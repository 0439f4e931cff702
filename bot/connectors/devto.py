"""DEV and other Forem sites: comments under an account's articles (developers.forem.com/api).

What anybody may read names people by their username alone, which can be changed: a reply of ours is "maybe"
at most. The comments of an article come as one whole tree; what was deleted keeps its place without words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

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
from bot.domain.model import Author, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.reading.html import plain
from bot.reading.pages import keep_place, known_place, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

HOME = "https://dev.to"
FACTS = ConnectorFacts(
    name="devto",
    label="DEV",
    queries=(
        Query(
            "replies",
            "Comments on our account's articles",
            "@acme",
            tries=(Try(Form.ACCOUNT, only=r"@\w{1,40}"),),
        ),
    ),
    ways=(Way(How.THREAD, Strength.MAYBE, "at the next look, 2 minutes to 3 days"),),
    floor=timedelta(minutes=5),
    requests=30,
    window=timedelta(seconds=30),
    limits_source="https://developers.forem.com/api",
    sees="Comments under the articles of an account or an organization, and the answers to them.",
    cannot_see="Comments under other people's articles, who is behind a username, and the time of an edit.",
    immutable_ids=False,
    home=HOME,
)

_VERSION = 1
_ARTICLES = 50  # the newest ones are watched
_WALKED = 10  # articles whose comments are read in one poll
_NAME = re.compile(r"/?@?([A-Za-z0-9_]{1,40})/?", re.ASCII)
_COMMENT_PATH = re.compile(r"/([A-Za-z0-9_]{1,40})/comment/([0-9a-z]{1,20})/?", re.ASCII)
_MENTIONED = re.compile(
    r"""class=['"]mentioned-user['"]\s+href=['"][^'"\s]{1,200}/([A-Za-z0-9_]{1,40})['"]""", re.ASCII
)  # as forem/forem, app/lib/html_parser.rb, writes whom it notifies
_HERE = ("127.0.0.1", "localhost")


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """Which site was read and when; `account` is whose articles they are, to whom a comment speaks."""

    endpoint: str
    now: datetime
    account: str = ""

    def author(self, person: Part) -> Author:
        """The account or organization, by its username: capitals do not count."""
        name = person["username"].word()
        shown = _text(person, "name").strip() or name
        return Author(name.casefold(), f"@{name}", shown, f"{self.endpoint}/{quote(name, safe='')}")

    def article(self, row: Part) -> Post:
        """An article, by who wrote it."""
        at = row["published_at"] if row.get("published_at") else row["published_timestamp"]
        id_ = f"articles/{row['id'].id()}"
        return Post(
            network=FACTS.name,
            id=id_,
            url=row["url"].url(),
            author=self.author(row["user"]),
            text=row["title"].text(),
            created_at=at.time(self.now),
            root=id_,
            visibility=Visibility.PUBLIC,
        )

    def comment(self, row: Part) -> Post | None:
        """One comment without its place; None where its words were deleted or hidden."""
        if not row["user"].mapping():
            return None
        author, code, words = self.author(row["user"]), row["id_code"].id(), row["body_html"].text()
        return Post(
            network=FACTS.name,
            id=f"comments/{code}",
            url=f"{self.endpoint}/{quote(author.handle[1:], safe='')}/comment/{quote(code, safe='')}",
            author=author,
            text=plain(words),
            created_at=row["created_at"].time(self.now),
            names=frozenset(map(str.casefold, _MENTIONED.findall(words))),
            visibility=Visibility.PUBLIC,
        )

    def tree(self, rows: list[Part], root: str) -> tuple[list[Post], tuple[Broken, ...]]:
        """All comments of an article, each with what it answers."""
        above: dict[str, str] = {}
        flat: list[Part] = []
        broken: list[Broken] = []
        for parent, row in _flattened(rows, root, broken):
            above[row.path] = parent
            flat.append(row)

        def read(row: Part) -> Post | None:
            post, parent = self.comment(row), above[row.path]
            named = {self.account} if parent == root and self.account else set()
            return replace(post, parent=parent, root=root, names=post.names | named) if post else None

        posts, unread = read_each(flat, read, _code)
        return posts, (*broken, *unread)


def _flattened(rows: list[Part], root: str, broken: list[Broken]) -> Iterator[tuple[str, Part]]:
    """(what it answers, the comment) for each of a tree, from above."""
    line = [(root, row) for row in rows]
    while line:
        parent, row = line.pop()
        yield parent, row
        try:
            children = row.get("children")
            inner = children.listing() if children else []
        except Malformed as why:
            broken.append(Broken(_code(row), str(why)))
            continue
        line += [(f"comments/{_code(row)}", child) for child in inner]


def _text(part: Part, key: str) -> str:
    found = part.get(key)
    return found.text() if found else ""


def _code(row: Part) -> str:
    try:
        return row["id_code"].id()
    except Malformed:
        return ""


def _state(row: Part) -> str:
    """What changes in an article's row when somebody comments."""
    count = row.get("comments_count")
    return f"{count.integer() if count else 0} {_text(row, 'last_comment_at')}"


# ---- requests


def _json(door: Reader, address: str, /, **params: str) -> Part:
    return parse_json(door.get(address, params).body)


def _comment(endpoint: str, code: str, door: Reader) -> Part:
    return _json(door, f"{endpoint}/api/comments/{quote(code, safe='')}")


def _tree_of(number: str, reading: Reading, door: Reader) -> tuple[list[Post], tuple[Broken, ...]]:
    # Without `page` the whole tree is given.
    rows = _json(door, f"{reading.endpoint}/api/comments", a_id=number).listing()
    return reading.tree(rows, f"articles/{number}")


def _replies(ask: Ask, door: Reader) -> Page:
    """The comments of those newest articles where somebody wrote since the last poll, ten at a time."""
    seen = _seen(ask.cursor)
    reading = Reading(ask.endpoint, door.now(), ask.account or "")
    params = {"username": _name(ask.query), "per_page": str(_ARTICLES)}
    rows = _json(door, f"{ask.endpoint}/api/articles", **params).listing()
    posts: dict[str, Post] = {}
    broken: list[Broken] = []
    left = _WALKED
    more = False
    for row in rows:
        try:
            article, state = reading.article(row), _state(row)
        except Malformed as why:
            broken.append(Broken("", str(why)))
            continue
        if seen.get(article.id) == state or state.startswith("0 "):
            continue
        left -= 1
        if left < 0:
            more = True
            break
        found, unread = _tree_of(article.id.partition("/")[2], reading, door)
        posts |= {post.id: post for post in (article, *found)}
        broken += unread
        seen[article.id] = state
    if len(broken) == len(rows) > 1 and not posts:
        raise ChangedFormat(f"none of {len(rows)} articles could be read: {broken[0].why}")
    return Page(
        posts=tuple(sorted(posts.values(), key=lambda post: post.created_at)),
        cursor=keep_place(_VERSION, seen=dict(list(seen.items())[-4 * _ARTICLES :])),
        more=more,
        broken=tuple(broken),
    )


def _seen(cursor: str) -> dict[str, str]:
    if not cursor:
        return {}
    return {name: said.text() for name, said in known_place(cursor, _VERSION)["seen"].mapping().items()}


def _name(text: str) -> str:
    text = text.strip()
    parts = urlsplit(text if is_web_address(text) else "")
    found = _NAME.fullmatch(parts.path or text)
    is_strange = parts.netloc and parts.path.startswith("/@")  # no Forem site writes it like this
    if not found or is_strange:
        raise Gone("this is no account on DEV: write it as @name or as the address of its page")
    return found[1]


def _alone(endpoint: str, post: Post, reading: Reading, door: Reader) -> Thread:
    """A comment whose article is not known, with what stands below it."""
    row = _comment(endpoint, post.id.partition("/")[2], door)
    posts, broken = reading.tree([row], "")
    loose = tuple(replace(one, parent=one.parent or None, root=None) for one in posts)
    return Thread(loose, None, complete=False, broken=broken)


class Dev:
    """The connector. It takes no key: an API key there could publish."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step through the articles of our account."""
        if ask.kind != "replies":
            raise Refused(f"DEV has no query called {ask.kind}")
        return _replies(ask, door)

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """An article with all its comments; without its article only what stands below the comment."""
        reading = Reading(endpoint, door.now(), next(iter(post.names), ""))
        if not (post.root or post.id).startswith("articles/"):
            return _alone(endpoint, post, reading, door)
        root = post.root or post.id
        number = root.partition("/")[2]
        article = reading.article(_json(door, f"{endpoint}/api/articles/{quote(number, safe='')}"))
        posts, broken = _tree_of(number, reading, door)
        if post.id not in {one.id for one in (article, *posts)}:
            raise Gone("its article does not show it")
        return Thread((article, *posts), root, not broken, broken)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether it stands there with its words."""
        of, _, number = post.id.partition("/")
        try:
            row = _json(door, f"{endpoint}/api/{of}/{quote(number, safe='')}")
        except Gone:
            return False
        return of == "articles" or bool(row["user"].mapping())

    def check(self, endpoint: str, door: Reader) -> Access:
        """Refused: there is no key there that can only read."""
        raise Refused("DEV is read without a key: its API keys could publish")

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From "@name" or the address of a profile or an organization."""
        name = _name(text)
        parts = urlsplit(text.strip() if is_web_address(text.strip()) else self.facts.home)
        endpoint = f"{parts.scheme}://{parts.netloc}"
        reading = Reading(endpoint, door.now())
        try:
            found = _json(door, f"{endpoint}/api/users/by_username", url=name)
        except Gone:
            found = _json(door, f"{endpoint}/api/organizations/{quote(name, safe='')}")
        return endpoint, reading.author(found)

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The comment in an address of DEV's own site."""
        parts = urlsplit(link if is_web_address(link) else "")
        found = _COMMENT_PATH.fullmatch(parts.path)
        if not found or parts.hostname not in ("dev.to", *_HERE):
            return None
        return f"{parts.scheme}://{parts.netloc}", f"comments/{found[2]}"

    def read_link(self, link: str, door: Reader) -> Post:
        """The comment behind a link; which article it stands under is not told."""
        known = self.of_link(link)
        if known is None:
            raise Gone("this is no address of a comment on DEV")
        code = known[1].partition("/")[2]
        post = Reading(known[0], door.now()).comment(_comment(known[0], code, door))
        if post is None:
            raise Gone("it was deleted")
        return post

    def reply_link(self, post: Post, home: str | None) -> str:
        """The comment's own page, with its reply box."""
        return post.url


CONNECTOR = Dev()
