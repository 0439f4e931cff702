"""Comments on a WordPress site, by its REST API as anybody may read it (developer.wordpress.org/rest-api).

A comment's author has a number that never changes, or none: then it is a guest, known by a name alone and
never one of us. The site itself is the account that its articles speak for. A site's endpoint is its address,
which may have a path; a post's id is that address and the part of the API that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn, Refused
from bot.domain.model import Author, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.reading.html import plain
from bot.reading.pages import keep_place, known_place, print_of, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

FACTS = ConnectorFacts(
    name="wordpress",
    label="WordPress",
    queries=(
        Query("comments", "Comments on our site", "https://blog.acme.example", tries=(Try(Form.SITE),)),
    ),
    ways=(Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),),
    floor=timedelta(minutes=5),
    requests=60,
    window=timedelta(minutes=5),
    limits_source="WordPress has none (developer.wordpress.org/rest-api); hosts have their own",
    sees="Approved comments on a site's articles, and answers by the site's own users.",
    cannot_see="Comments held for approval, spam, pingbacks, and answers that somebody writes as a guest.",
)

_VERSION = 1
_PAGE = 100  # the most that one answer gives
_PAGES_IN_A_ROW = 50
_PAGES_OF_A_THREAD = 5
# `after` counts in the site's own zone, and a comment is approved days after it was written.
_OVERLAP = timedelta(days=7)
_PERSON = re.compile(r"(https?://[^?#]+?)/author/([^/?#]+)/?")
_SPOKEN = ("", "comment")


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """Which site was read and when; `seen` has what its comments said before, as hashes by id."""

    endpoint: str
    now: datetime
    seen: dict[str, str]

    @property
    def site(self) -> str:
        """The site's name in ids: its address without the scheme."""
        return self.endpoint.partition("://")[2].rstrip("/")

    def account(self, name: str = "") -> Author:
        """The site itself."""
        return Author(self.site, self.site, name or self.site, self.endpoint)

    def comment(self, row: Part) -> Post | None:
        """One comment; None for the pings of other sites. One that changed was edited now at the latest."""
        if _text(row, "type") not in _SPOKEN:
            return None
        above, article = row["parent"].integer(), row["post"].id()
        at = row["date_gmt"].time(self.now)
        post = Post(
            network=FACTS.name,
            id=f"{self.site}/comments/{row['id'].id()}",
            url=row["link"].url(),
            author=self._author(row),
            text=plain(row["content"]["rendered"].text()),
            created_at=at,
            parent=f"{self.site}/comments/{above}" if above else f"{self.site}/posts/{article}",
            root=f"{self.site}/posts/{article}",
            names=frozenset() if above else frozenset({self.site}),
            visibility=Visibility.PUBLIC,
        )
        changed = self.seen.get(post.id, print_of(post)) != print_of(post)
        return replace(post, edited_at=self.now) if changed else post

    def _author(self, row: Part) -> Author:
        number, name = row["author"].integer(), _text(row, "author_name").strip() or "Anonymous"
        address = _text(row, "author_url")
        url = address if is_web_address(address) else None
        if number:
            return Author(f"{self.site}/users/{number}", name, name, url)
        return Author(f"{self.site}/guests/{name.casefold()[:200]}", name, name, url)

    def article(self, row: Part, began: datetime) -> Post:
        """What a comment stands under, as it comes along with it or alone: the site's own words."""
        when = row.get("date_gmt") or row["date"]
        id_ = f"{self.site}/posts/{row['id'].id()}"
        title = plain(row["title"]["rendered"].text())
        return Post(
            network=FACTS.name,
            id=id_,
            url=row["link"].url(),
            author=self.account(),
            text=title,
            # Without date_gmt it is the site's own time, which may be ahead of ours.
            created_at=min(when.time(self.now), began),
            root=id_,
            visibility=Visibility.PUBLIC,
        )

    def articles(self, rows: Sequence[Part], posts: Sequence[Post]) -> dict[str, Post]:
        """The articles that came along; one that cannot be read is missing."""
        first: dict[str, datetime] = {}
        for post in posts:
            first[post.root or ""] = min(post.created_at, first.get(post.root or "", post.created_at))
        found = {}
        for up in _embedded(rows):
            try:
                article = self.article(up, first.get(f"{self.site}/posts/{up['id'].id()}", self.now))
            except Malformed:
                continue
            found[article.id] = article
        return {id: article for id, article in found.items() if id in first}


def _embedded(rows: Sequence[Part]) -> Iterator[Part]:
    for row in rows:
        try:
            inner = row.get("_embedded")
            yield from inner["up"].listing() if inner else ()
        except Malformed:
            continue


def _text(part: Part, key: str) -> str:
    found = part.get(key)
    return found.text() if found else ""


def _id(row: Part) -> str:
    try:
        return row["id"].id()
    except Malformed:
        return ""


# ---- requests


@dataclass(frozen=True, slots=True)
class _Place:
    """From when on the comments are read, which page is next, the newest time met, and what was seen."""

    after: str = ""
    page: int = 1
    newest: str = ""
    seen: dict[str, str] | None = None


def _place(ask: Ask, now: datetime) -> _Place:
    if not ask.cursor:
        since = ask.since or now - _OVERLAP
        return _Place(since.isoformat(), 1, since.isoformat(), {})
    found = known_place(ask.cursor, _VERSION)
    seen = {name: said.text() for name, said in found["seen"].mapping().items()}
    return _Place(found["after"].text(), found["page"].integer(), found["newest"].text(), seen)


def _api(endpoint: str, path: str) -> str:
    return f"{endpoint.rstrip('/')}/wp-json/wp/v2/{path}"


def _comments(endpoint: str, door: Reader, page: int, params: dict[str, str]) -> tuple[list[Part], bool]:
    """One page of comments, oldest first, and whether there is another."""
    order = {"orderby": "date_gmt", "order": "asc", "per_page": str(_PAGE), "page": str(page)}
    answer = door.get(_api(endpoint, "comments"), {**params, **order, "_embed": "up"})
    rows = parse_json(answer.body).listing()
    pages = answer.headers.get("x-wp-totalpages", "")
    more = page < int(pages) if pages.isascii() and pages.isdigit() else len(rows) >= _PAGE
    return rows, more and bool(rows)


def _step(ask: Ask, door: Reader) -> Page:
    place = _place(ask, door.now())
    seen = dict(place.seen or {})
    reading = Reading(ask.endpoint, door.now(), seen)
    rows, more = _comments(ask.endpoint, door, place.page, {"after": place.after})
    posts, broken = read_each(rows, reading.comment, _id)
    fresh = [post for post in posts if seen.get(post.id) != print_of(post)]
    articles = reading.articles(rows, posts)
    around = {post.root: articles[post.root] for post in fresh if post.root in articles}
    newest = max((place.newest, *(post.created_at.isoformat() for post in posts)))
    kept = seen | {post.id: print_of(post) for post in posts}
    if more and place.page >= _PAGES_IN_A_ROW:
        broken = (*broken, Broken("", "more comments came in a week than are read in one go"))
        more = False
    after = place.after if more else (datetime.fromisoformat(newest) - _OVERLAP).isoformat()
    return Page(
        posts=tuple(sorted([*around.values(), *fresh], key=lambda post: post.created_at)),
        cursor=keep_place(
            _VERSION,
            after=after,
            page=place.page + 1 if more else 1,
            newest=newest,
            seen=dict(list(kept.items())[-_PAGE * _PAGES_IN_A_ROW :]),
        ),
        more=more,
        broken=broken,
    )


def _below(endpoint: str, article: str, door: Reader) -> tuple[list[Part], bool]:
    """All comments of an article, and whether that is all of them."""
    rows: list[Part] = []
    for page in range(1, _PAGES_OF_A_THREAD + 1):
        found, more = _comments(endpoint, door, page, {"post": article})
        rows += found
        if not more:
            return rows, True
    return rows, False


def _number(post: Post, of: str) -> str:
    return post.id.rpartition(f"/{of}/")[2]


class WordPress:
    """The connector. It takes no key: an application password has all the rights of its user."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step through the comments of the last days, and since."""
        if ask.kind != "comments":
            raise Refused(f"WordPress has no query called {ask.kind}")
        return _step(ask, door)

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """An article with all its comments; complete up to 500 of them."""
        reading = Reading(endpoint, door.now(), {})
        root = post.root or post.id
        rows, whole = _below(endpoint, root.rpartition("/")[2], door)
        posts, broken = read_each(rows, reading.comment, _id)
        articles = reading.articles(rows, posts)
        if root in articles:
            posts.insert(0, articles[root])
        if post.id not in {one.id for one in posts}:
            raise Gone("its article does not show it")
        return Thread(tuple(posts), root, whole and not broken and root in articles, broken)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether a stranger may read it still; what was trashed or unapproved asks for a sign-in."""
        of = "comments" if "/comments/" in post.id else "posts"
        try:
            door.get(_api(endpoint, f"{of}/{_number(post, of)}"))
        except (Gone, NeedsSignIn):
            return False
        return True

    def check(self, endpoint: str, door: Reader) -> Access:
        """Refused: there is no key there that can only read."""
        raise Refused("WordPress is read without a key: an application password could write")

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From a site's address the site, from the address of an author's page that user."""
        text = text.strip()
        if not is_web_address(text):
            raise Gone("write the address of the site or of an author's page there")
        person = _PERSON.fullmatch(text)
        endpoint, name = _site(person[1] if person else text.partition("?")[0].partition("#")[0], door)
        reading = Reading(endpoint, door.now(), {})
        if not person:
            return endpoint, reading.account(name)
        users = parse_json(door.get(_api(endpoint, "users"), {"slug": person[2]}).body).listing()
        if not users:
            raise Gone("the site shows no such author: only who has published something is shown")
        user = users[0]
        return endpoint, Author(
            f"{reading.site}/users/{user['id'].id()}", user["slug"].word(), user["name"].word(), text
        )

    def of_link(self, link: str) -> tuple[str, str] | None:
        """None: an address alone does not show that a site is made with WordPress."""
        return None

    def read_link(self, link: str, door: Reader) -> Post:
        """Gone: see `of_link`."""
        raise Gone("a link is not read as a comment on WordPress")

    def reply_link(self, post: Post, home: str | None) -> str:
        """The article with the reply box under this comment."""
        base = post.url.partition("#")[0].partition("?")[0]
        if "/comments/" not in post.id:
            return post.url
        return f"{base}?replytocom={quote(_number(post, 'comments'), safe='')}#respond"


def _site(address: str, door: Reader) -> tuple[str, str]:
    """The site's address and name, as its API tells them; looked for where typed, then at the top."""
    parts = urlsplit(address)
    for base in dict.fromkeys((address.rstrip("/"), f"{parts.scheme}://{parts.netloc}")):
        try:
            about = parse_json(door.get(f"{base}/wp-json/").body)
            spoken = [one.text() for one in about["namespaces"].listing()]
        except (Gone, ChangedFormat):
            continue
        if "wp/v2" in spoken:
            return base, plain(_text(about, "name"))
    raise Gone("this is no WordPress site whose API can be read")


CONNECTOR = WordPress()
