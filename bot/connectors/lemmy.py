"""Lemmy, by what a server shows strangers (join-lemmy.org/docs/contributors/04-api.html, version 3).

Posts and comments are known by their ActivityPub address (`ap_id`), people by theirs (`actor_id`); what one
server calls "57" another calls "812", so that a server's numbers are refs only. A comment's `path` names all
comments above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

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
from bot.domain.errors import ChangedFormat, Gone, Refused, Unavailable
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.reading.pages import keep_place, known_place, print_of, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

FACTS = ConnectorFacts(
    name="lemmy",
    label="Lemmy",
    queries=(
        Query("replies", "Replies to what our account posts", "@acme@lemmy.example"),
        Query(
            "search",
            "A name or a phrase",
            "Acme Export",
            lane=Lane.ABOUT_US,
            tries=(Try(Form.NAME, at="https://lemmy.world"),),
        ),
        Query(
            "own",
            "What our account posts",
            "@acme@lemmy.example",
            ours=True,
            tries=(Try(Form.ADDRESS), Try(Form.SITE, only=r"https?://[^/]+/u/[\w.@:-]+/?")),
        ),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "within 5 minutes while people write"),
        Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=5),
    requests=60,
    window=timedelta(minutes=10),
    limits_source="https://join-lemmy.org/docs/administration/configuration.html (each server sets its own)",
    sees="Replies to what an account posts, a name, and what our accounts post.",
    cannot_see="Private messages, mentions elsewhere than under our posts, what the server never received.",
    # Since 0.19.4 a server answers 400 for what is not there (crates/utils/src/error.rs, status_code).
    words={"couldnt_find_post": Gone, "couldnt_find_comment": Gone},
)

_VERSION = 1
_LIMIT = 50  # the most that one answer gives
_PAGES = 5
_WALKED = 10  # threads of ours looked at in one poll
_ABOVE = 20
_PARENTS = 20
_RECENT = timedelta(days=31)
_PERSON = re.compile(r"[@!]?([\w-]{1,60})@([\w.:-]+)", re.ASCII)
_PERSON_PATH = re.compile(r"/u/([\w-]{1,60})(?:@([\w.:-]+))?/?", re.ASCII)
_COMMENT_PATH = re.compile(r"/comment/(\d{1,18})/?", re.ASCII)
_NAMED = re.compile(r"@([\w.-]{1,60})@([a-zA-Z0-9._:-]*[a-zA-Z0-9])", re.ASCII)
_HERE = ("127.0.0.1", "localhost")


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """Which server was read and when."""

    host: str
    now: datetime

    def author(self, person: Part) -> Author:
        """The account, by the address that it has on every server."""
        url, name = person["actor_id"].url(), person["name"].word()
        is_bot = person.get("bot_account")
        shown = _text(person, "display_name") or name
        return Author(url, f"@{name}@{urlsplit(url).netloc}", shown, url, bool(is_bot and is_bot.flag()))

    def any(self, view: Part) -> Post | None:
        """The comment or post of a view; None where it was deleted or removed."""
        return self.comment(view) if view.get("comment") else self.post(view)

    def comment(self, view: Part) -> Post | None:
        """A comment with what it answers: a comment by this server's ref, or the post itself."""
        comment, top = view["comment"], view["post"]["ap_id"].id()
        if _is_gone(comment):
            return None
        above, words = _path(comment)[:-1], comment["content"].text()
        return replace(
            self._said(view, comment, "comment"),
            text=words,
            names=frozenset(f"{_origin(host)}/u/{name}" for name, host in _NAMED.findall(words)),
            parent=f"{self.host}/comment/{above[-1]}" if above else top,
            root=top,
        )

    def post(self, view: Part) -> Post | None:
        """What a community's member posted: the first of its thread."""
        post = view["post"]
        if _is_gone(post):
            return None
        words = [_text(post, key) for key in ("name", "url", "body")]
        made = self._said(view, post, "post")
        return replace(made, text="\n\n".join(filter(None, words)), root=made.id)

    def _said(self, view: Part, said: Part, of: str) -> Post:
        id_, edited = said["ap_id"].url(), said.get("updated")
        at = said["published"].time(self.now)
        return Post(
            network=FACTS.name,
            id=id_,
            url=id_,
            author=self.author(view["creator"]),
            text="",
            created_at=at,
            refs=(f"{self.host}/{of}/{said['id'].id()}",),
            visibility=_visibility(view),
            edited_at=edited.time(self.now) if edited else None,
        )


def _is_gone(part: Part) -> bool:
    return any(mark.flag() for key in ("deleted", "removed") if (mark := part.get(key)))


def _stands(view: Part) -> bool:
    """Whether people can read and answer it: below a post that is gone a comment stands on no page."""
    comment = view.get("comment")
    return not (_is_gone(view["post"]) or (comment and _is_gone(comment)))


def _origin(host: str) -> str:
    return f"{'http' if host.startswith(_HERE) else 'https'}://{host}"


def _visibility(view: Part) -> Visibility:
    """Public unless its community is for the server's own members."""
    community = view.get("community")
    told = _text(community, "visibility") if community else ""
    return Visibility.PUBLIC if told in ("", "Public") else Visibility.UNKNOWN


def _path(comment: Part) -> list[str]:
    """The numbers from the thread's first comment down to this one; "0" stands for the post."""
    found = comment["path"].word().split(".")
    if found[0] != "0" or not all(one.isascii() and one.isdigit() for one in found) or len(found) < 2:
        raise Malformed(comment.path, "has a path that leads nowhere")
    return found[1:]


def _text(part: Part, key: str) -> str:
    found = part.get(key)
    return found.text() if found else ""


def _id(view: Part) -> str:
    try:
        inner = view.get("comment") or view["post"]
        return inner["id"].id()
    except Malformed:
        return ""


# ---- requests


@dataclass(frozen=True, slots=True)
class _Server:
    """One server as strangers see it."""

    endpoint: str
    door: Reader

    @property
    def reading(self) -> Reading:
        return Reading(urlsplit(self.endpoint).netloc, self.door.now())

    def get(self, what: str, **params: str) -> Part:
        return parse_json(self.door.get(f"{self.endpoint}/api/v3/{what}", params).body)

    def views(self, what: str, page: int, **params: str) -> list[Part]:
        """One page of comments and posts, newest first."""
        found = self.get(what, page=str(page), limit=str(_LIMIT), **params)
        rows = [*_listing(found, "comments"), *_listing(found, "posts")]
        if "comments" not in found.mapping() and "posts" not in found.mapping():
            raise ChangedFormat("the answer has neither comments nor posts")
        return rows

    def one(self, of: str, number: str) -> Part:
        """The view of one comment or post."""
        return self.get(of, id=number)[f"{of}_view"]

    def below(self, of: str, number: str) -> tuple[list[Part], bool]:
        """The comments below a post or comment, and whether the pages came to an end."""
        rows: list[Part] = []
        params = {"post_id" if of == "post" else "parent_id": number, "type_": "All", "sort": "Old"}
        for page in range(1, _PAGES + 1):
            found = _listing(
                self.get("comment/list", page=str(page), limit=str(_LIMIT), **params), "comments"
            )
            known = {_id(row) for row in rows}
            fresh = [row for row in found if _id(row) not in known]
            rows += fresh
            if len(found) < _LIMIT or not fresh:
                return rows, len(found) < _LIMIT
        return rows, False


def _listing(found: Part, key: str) -> list[Part]:
    inner = found.get(key)
    return inner.listing() if inner else []


def _newest(
    ask: Ask, server: _Server, seen: dict[str, str], what: str, **params: str
) -> tuple[list[Part], bool]:
    """The views back to one that was seen, or one page at first; and whether none was left out."""
    rows: list[Part] = []
    names: set[str] = set()
    for page in range(1, _PAGES + 1):
        found = server.views(what, page, **params)
        fresh = [row for row in found if _key(row) not in names]
        names |= {_key(row) for row in fresh}
        rows += fresh
        if not fresh or len(found) < _LIMIT or not ask.cursor or names & seen.keys():
            return rows, True
    return rows, False


def _key(view: Part) -> str:
    return f"{'comment' if view.value and _has_comment(view) else 'post'}/{_id(view)}"


def _has_comment(view: Part) -> bool:
    try:
        return view.get("comment") is not None
    except Malformed:
        return False


def _step(ask: Ask, server: _Server, what: str, **params: str) -> tuple[Page, list[Post]]:
    """What is new or changed of a list, and all posts that it showed."""
    seen = _seen(ask.cursor)
    rows, whole = _newest(ask, server, seen, what, **params)
    posts, broken = read_each(rows, server.reading.any, _id)
    if not whole:
        broken = (*broken, Broken("", "more came at once than is read in one go"))
    refs = {post.id: post.refs[0].partition("/")[2] for post in posts}
    fresh = [post for post in posts if seen.get(refs[post.id]) != print_of(post)]
    shown = {refs[post.id]: print_of(post) for post in posts}
    cursor = keep_place(_VERSION, seen=shown or seen, after="")
    return Page(tuple(sorted(fresh, key=lambda post: post.created_at)), cursor, broken=broken), posts


def _search(ask: Ask, server: _Server) -> Page:
    return _step(ask, server, "search", q=ask.query.strip(), type_="All", sort="New", listing_type="All")[0]


def _own(ask: Ask, server: _Server) -> Page:
    page, _ = _step(ask, server, "user", username=_username(ask), sort="New")
    return replace(page, posts=tuple(_with_parents(page.posts, server)))


def _with_parents(posts: Sequence[Post], server: _Server) -> list[Post]:
    """Our comments with what they answer by address: what another server showed is recognised by that."""
    ids: dict[str, str] = {}
    for ref in dict.fromkeys(post.parent for post in posts if post.parent):
        if is_web_address(ref) or len(ids) >= _PARENTS:
            continue
        try:
            ids[ref] = server.one("comment", ref.rpartition("/")[2])["comment"]["ap_id"].id()
        except Gone:
            continue
    return [replace(post, parent=ids.get(post.parent or "", post.parent)) for post in posts]


def _replies(ask: Ask, server: _Server) -> Page:
    """The threads below our recent posts and comments, ten a poll in turn."""
    views = server.views("user", 1, username=_username(ask), sort="New")
    since = server.door.now() - _RECENT
    answered = [view for view in views if _is_answered(view, since, server.reading)]
    keys = [_key(view) for view in answered]
    after = known_place(ask.cursor, _VERSION)["after"].text() if ask.cursor else ""
    start = keys.index(after) + 1 if after in keys else 0
    posts: dict[str, Post] = {}
    broken: list[Broken] = []
    for key in keys[start : start + _WALKED]:
        try:
            look = _look(server, *key.split("/"))
        except Gone:
            continue
        posts |= {post.id: post for post in look.posts}
        broken += look.broken
    is_last = start + _WALKED >= len(keys)
    return Page(
        posts=tuple(sorted(posts.values(), key=lambda post: post.created_at)),
        cursor=keep_place(_VERSION, seen={}, after="" if is_last else keys[start + _WALKED - 1]),
        more=not is_last and not (ask.cursor and not after),
        broken=tuple(broken),
    )


def _is_answered(view: Part, since: datetime, reading: Reading) -> bool:
    try:
        post, counts = reading.any(view), view["counts"]
        answers = counts.get("child_count" if view.get("comment") else "comments")
        return bool(post and post.created_at >= since and (answers is None or answers.integer()))
    except Malformed:
        return False


def _look(server: _Server, of: str, number: str) -> Thread:
    """A post or comment, all above and all below it; complete if as many are below as the server counts."""
    view = server.one(of, number)
    if not _stands(view):
        raise Gone("it was deleted")
    above, joined = _upwards(server, view) if of == "comment" else ([], True)
    below, ended = server.below(of, number)
    below = [row for row in below if _id(row) != number or of == "post"]
    posts, broken = read_each([*above, view, *below], server.reading.any, _id)
    counted = view["counts"]["child_count" if of == "comment" else "comments"].integer()
    root = (view["post"])["ap_id"].id()
    whole = joined and ended and len(below) >= counted and not broken
    return Thread(tuple(posts), root, whole, broken)


def _upwards(server: _Server, view: Part) -> tuple[list[Part], bool]:
    """The comments above one and the post over them, and whether all of them are there."""
    found = []
    numbers = _path(view["comment"])[:-1]
    for number in numbers[-_ABOVE:]:
        try:
            found.append(server.one("comment", number))
        except Gone:
            return found, False
    try:
        found.insert(0, server.one("post", view["post"]["id"].id()))
    except Gone:
        return found, False
    return found, len(numbers) <= _ABOVE


def _username(ask: Ask) -> str:
    """As the server knows it: without a server of its own where that is this one."""
    _, name, host = _person(ask.query)
    return name if host == urlsplit(ask.endpoint).netloc else f"{name}@{host}"


def _person(text: str) -> tuple[str, str, str]:
    """(origin, name, server) of "@us@server" or the address of a profile; raises Gone for anything else."""
    text = text.strip()
    parts = urlsplit(text if is_web_address(text) else "")
    if found := _PERSON_PATH.fullmatch(parts.path):
        return f"{parts.scheme}://{parts.netloc}", found[1], found[2] or parts.netloc
    if found := _PERSON.fullmatch(text):
        return _origin(found[2]), found[1], found[2]
    raise Gone("this is no account on Lemmy: write it as @name@server")


def _seen(cursor: str) -> dict[str, str]:
    if not cursor:
        return {}
    return {name: said.text() for name, said in known_place(cursor, _VERSION)["seen"].mapping().items()}


def _here(endpoint: str, post: Post) -> tuple[str, str]:
    """("comment" or "post", number) of the post on `endpoint`."""
    host = urlsplit(endpoint).netloc
    for ref in post.refs:
        server, _, rest = ref.partition("/")
        if server == host:
            of, _, number = rest.partition("/")
            return of, number
    raise Unavailable(f"{host} was never seen showing this post")


class Lemmy:
    """The connector. It takes no key: a sign-in there has all the rights of its account."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step of the replies to our account, of a search or of our own posts."""
        ways = {"replies": _replies, "search": _search, "own": _own}
        if ask.kind not in ways:
            raise Refused(f"Lemmy has no query called {ask.kind}")
        return ways[ask.kind](ask, _Server(ask.endpoint, door))

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The line above a post and all below it, as `endpoint` shows them."""
        return _look(_Server(endpoint, door), *_here(endpoint, post))

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether it stands there: neither missing, nor deleted, nor removed, nor below such a post."""
        of, number = _here(endpoint, post)
        try:
            return _stands(_Server(endpoint, door).one(of, number))
        except Gone:
            return False

    def check(self, endpoint: str, door: Reader) -> Access:
        """Refused: there is no key there that can only read."""
        raise Refused("Lemmy is read without a key: a sign-in could write")

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From "@us@server" or the address of a profile."""
        origin, name, host = _person(text)
        server = _Server(origin, door)
        username = name if host == urlsplit(origin).netloc else f"{name}@{host}"
        found = server.get("user", username=username, limit="1")
        return origin, server.reading.author(found["person_view"]["person"])

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The comment in an address like "https://lemmy.example/comment/57"."""
        parts = urlsplit(link if is_web_address(link) else "")
        found = _COMMENT_PATH.fullmatch(parts.path)
        return (f"{parts.scheme}://{parts.netloc}", f"{parts.netloc}/comment/{found[1]}") if found else None

    def read_link(self, link: str, door: Reader) -> Post:
        """The comment behind a link."""
        known = self.of_link(link)
        if known is None:
            raise Gone("this is no address of a comment on Lemmy")
        server = _Server(known[0], door)
        post = server.reading.comment(server.one("comment", known[1].rpartition("/")[2]))
        if post is None:
            raise Gone("it was deleted")
        return post

    def reply_link(self, post: Post, home: str | None) -> str:
        """The page of the post where it was written."""
        return post.url


CONNECTOR = Lemmy()
