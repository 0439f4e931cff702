"""Reddit by its feeds, or by its API with the key of an app from before November 2025.

New API keys need Reddit's approval since then; the feeds stay (reddit.com/wiki/rss), and the token of
reddit.com/prefs/feeds can only read them. A feed names each post by its full name (t3_ a post, t1_ a
comment), whose number grows with time, but not what a comment answers: only the order is known there. The
API tells it (reddit.com/dev/api), and an app's own token (github.com/reddit-archive/reddit/wiki/OAuth2,
"Application Only OAuth") is nobody's: it has no inbox, and there is no account that it could post as.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from bot.domain.connector import (
    BEARER,
    Access,
    Ask,
    Broken,
    Call,
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
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn, RateLimited, Refused, Unavailable
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.reading.feeds import Entry, Feed, read_feed
from bot.reading.html import plain
from bot.reading.pages import keep_place, known_place, print_of, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

HOME = "https://www.reddit.com"
API = "https://oauth.reddit.com"
TOKEN = Call(
    "POST",
    "",
    "/api/v1/access_token",
    "signs an app in that is nobody's account, for reading alone: it has no words to publish in it",
)
FACTS = ConnectorFacts(
    name="reddit",
    label="Reddit",
    queries=(
        Query("inbox", "Mentions of our account and replies to it", "u/acme", needs_credential=True),
        Query(
            "replies",
            "Replies to what our account writes, with an app's key",
            "u/acme",
            needs_credential=True,
        ),
        Query("search", "A name or a phrase", "Acme Export", lane=Lane.ABOUT_US, tries=(Try(Form.NAME),)),
        Query(
            "keyed-search",
            "The same with a key, where Reddit lets strangers wait",
            "Acme Export",
            lane=Lane.ABOUT_US,
            needs_credential=True,
        ),
        Query("subreddit", "New posts of a subreddit", "r/acme", lane=Lane.ABOUT_US, tries=(Try(Form.ROOM),)),
        Query("own", "What our account writes", "u/acme", ours=True, tries=(Try(Form.PERSON),)),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "with an app's key: within 5 minutes while people write"),
        Way(How.THREAD, Strength.STRONG, "with an app's key: at the next look, 2 minutes to 3 days"),
        Way(How.OWN_POSTS, Strength.MAYBE, "by feeds: within 5 minutes while people write"),
        Way(How.THREAD, Strength.MAYBE, "by feeds: at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=5),
    requests=10,
    window=timedelta(minutes=1),
    limits_source="https://www.reddit.com/wiki/rss names none; strangers are let wait (429) early",
    sees="Mentions and replies in an account's inbox, a name, a subreddit, and what our accounts write.",
    cannot_see="By feeds what a comment answers, edits, and long threads whole; with an app's key an inbox, "
    "and mentions in comments elsewhere; private messages by neither.",
    credential="The address of any feed on reddit.com/prefs/feeds: it holds your name and your feed token. "
    "Or, of an app from before November 2025, its owner, id and secret: u/acme id secret.",
    calls=(TOKEN,),
    home=HOME,
    api=API,
    agent="server:{name}:{version} (by /u/{by}) {about}",
    key=Key(Sent.QUERY, "feed", ""),
)

_VERSION = 1
_LIMIT = 100
_PAGES = 5  # how far one poll goes back to meet what was seen before
_FEWEST_CUT = 9  # Reddit cuts a tree below ten levels, so that fewer comments are all there are
_WALKED = 10  # threads of ours that one poll of their replies looks at
_RECENT = timedelta(days=14)
_RECENT_AT_FIRST = timedelta(days=31)
_MOST_SHOWN = "500"  # comments in one answer
_CONTEXT = "8"  # comments above one, the most that an answer has
_ABOVE = 10  # answers for one line above
_LONGEST_HTML = 200_000
_FORM = "application/x-www-form-urlencoded"
_BASIC = Key(prefix="Basic ")
_SCOPES = ("read", "history")
_OPEN = ("public", "restricted", "archived", "user")  # kinds of subreddits that strangers may read
_ROBOT = "AutoModerator"
_HOW = "write the account that owns the app, its id and its secret: u/acme id secret"
_WORD = re.compile(r"[\w-]+", re.ASCII)
_LINK = re.compile(r"/(?:r|user|u)/([\w-]+)/comments/(\w+)(?:/[^/]*(?:/(\w+))?)?/?", re.ASCII)
_FULL = re.compile(r"t[13]_[0-9a-z]{1,12}", re.ASCII)
_NAMED = re.compile(r"(?<![\w/])/?u/([\w-]{1,40})", re.ASCII)
_NAME = re.compile(r"(?:(?:https?://[\w.:]+)?/?(?:u|user)/)?([\w-]{1,40})/?", re.ASCII)
_ROOM = re.compile(r"(?:(?:https?://[\w.:]+)?/?r/)?([\w+-]{1,300})/?", re.ASCII)
_DAMAGED = Broken("", "the list is not well formed, or more came at once than it shows: posts may be missing")
_IN_PART = "the feed of its page cannot be read whole"
_DELETED = "[deleted]"
_REMOVED = (_DELETED, "[removed]")

Params = Mapping[str, str]


# ---- pure: from what was read to a post


def _author(endpoint: str, name: str) -> Author:
    """The account by its name, which nobody else ever gets; capitals do not count."""
    name = name.removeprefix("/u/")
    return Author(name.casefold(), f"u/{name}", name, f"{endpoint}/user/{quote(name)}", name == _ROBOT)


def _of_entry(endpoint: str, entry: Entry) -> Post | None:
    """One post or comment of a feed; None for a private message. Raises Malformed for what is neither."""
    id_ = entry.id or ""
    if id_.startswith("t4_"):
        return None
    # In an inbox it goes on with how much of the thread is to be shown.
    link = (entry.link or "").partition("?")[0]
    found, at = _LINK.fullmatch(urlsplit(link).path), entry.published or entry.updated
    author = entry.author or (_DELETED if entry.text.strip() in _REMOVED else "")
    if not (_FULL.fullmatch(id_) and found and at and author):
        raise Malformed("an entry", "lacks its id, link, author or time")
    is_comment = id_.startswith("t1_")
    return Post(
        network=FACTS.name,
        id=id_,
        url=link,
        author=_author(endpoint, author),
        text=entry.text if is_comment else "\n\n".join(filter(None, (entry.title, entry.text))),
        created_at=at,
        root=f"t3_{found[2]}",
        order=int(id_[3:], 36) if is_comment else 0,
    )


def _of_row(endpoint: str, row: Part, now: datetime) -> Post | None:
    """One post or comment of the API as it reads now; None where it was deleted or removed."""
    kind, said = row["kind"].text(), row["data"]
    id_, url = _full(said["name"]), f"{endpoint}{said['permalink'].text()}"
    found = _LINK.fullmatch(urlsplit(url).path) if is_web_address(url) else None
    if not (kind in ("t1", "t3") and id_.startswith(kind) and found):
        raise Malformed(row.path, "is neither a post nor a comment")
    if _is_lost(said):
        return None
    text, shown = _words(said, kind), said.get("subreddit_type")
    return Post(
        network=FACTS.name,
        id=id_,
        url=url,
        author=_author(endpoint, said["author"].word()),
        text=text,
        created_at=said["created_utc"].epoch(now),
        parent=_full(said["parent_id"]) if kind == "t1" else None,
        root=f"t3_{found[2]}",
        names=frozenset(name.casefold() for name in _NAMED.findall(text)),
        visibility=Visibility.PUBLIC if shown and shown.text() in _OPEN else Visibility.UNKNOWN,
        edited_at=_edited(said, now),
        order=None if kind == "t1" else 0,
    )


def _full(part: Part) -> str:
    found = part.id()
    if not _FULL.fullmatch(found):
        raise Malformed(part.path, "is no full name")
    return found


def _words(said: Part, kind: str) -> str:
    if kind == "t1":
        return plain(said["body_html"].text(_LONGEST_HTML))
    own, is_own = said.get("selftext_html"), said.get("is_self")
    link = "" if is_own and is_own.flag() else said["url"].text()
    return "\n\n".join(
        filter(None, (said["title"].text(), plain(own.text(_LONGEST_HTML)) if own else "", link))
    )


def _edited(said: Part, now: datetime) -> datetime | None:
    """`edited` is false, or when it was."""
    edited = said.get("edited")
    return None if edited is None or edited.value is False else edited.epoch(now)


def _is_lost(said: Part) -> bool:
    """Whether its author deleted it or somebody removed it: it keeps its place and loses its words."""
    by_whom, words = said.mapping().get("author"), said.get("body") or said.get("selftext")
    if by_whom is None:
        raise Malformed(said.path, "has no author")
    is_nobody_s = by_whom.value is None or by_whom.text() == _DELETED
    is_wordless = words is not None and words.text().strip() in _REMOVED
    return is_nobody_s or is_wordless or said.get("removed_by_category") is not None


def _is_gone(post: Post) -> bool:
    return post.text.strip() in _REMOVED or post.author.name == _DELETED


def _room(post: Post) -> str:
    return "/".join(urlsplit(post.url).path.split("/")[1:3]).casefold()


# ---- requests


@dataclass(frozen=True, slots=True)
class _List:
    """One page of a list, newest first: all that stands in it, what could be read, and how it goes on."""

    names: list[str]
    posts: list[Post]
    broken: tuple[Broken, ...]
    more: str


@dataclass(frozen=True, slots=True)
class _Feeds:
    """The feeds of one server as `door` may read them; `user` is whose token it is, or nobody's."""

    endpoint: str
    door: Reader
    user: str = ""

    def read(self, path: str, params: Params) -> Feed:
        """One feed, in its own order."""
        named = {"user": self.user} if self.user else {}
        answer = self.door.get(f"{self.endpoint}{path}", {**params, **named})
        content_type = answer.headers.get("content-type", "")
        # Without its address: against one, "t1_x" would be read as a relative link.
        feed = read_feed(answer.body, now=self.door.now(), content_type=content_type)
        if feed.damaged and not feed.entries:
            raise ChangedFormat("the feed is not well formed and has no entry that can be read")
        return feed

    def page(self, path: str, params: Params) -> _List:
        """One page of a feed; only a full one goes on."""
        feed = self.read(path, params)
        names = [entry.id or entry.link or entry.title for entry in feed.entries]
        posts, broken = read_each(
            feed.entries, partial(_of_entry, self.endpoint), lambda entry: entry.id or ""
        )
        more = names[-1] if len(set(names)) >= _LIMIT else ""
        return _List(names, posts, broken + (_DAMAGED,) * feed.damaged, more)

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
    known_as = user if _WORD.fullmatch(user) else ""
    return _Feeds(endpoint, door.signed(token, by=known_as) if token else door, user or typed)


@dataclass(frozen=True, slots=True)
class _App:
    """The API as `door` may read it with an app's key; `owner` is whose app it is, as its User-Agent says."""

    endpoint: str
    door: Reader
    owner: str
    id: str
    secret: str

    def get(self, path: str, params: Params) -> Part:
        """What Reddit answers, with a fresh token where the former ran out, which it does within a day."""
        access = self._kept().get("access") or self._renewed("")
        try:
            return self._asked(access, path, params)
        except NeedsSignIn:
            return self._asked(self._renewed(access), path, params)

    def _asked(self, access: str, path: str, params: Params) -> Part:
        # A server on this machine answers for both.
        origin = API if self.endpoint == HOME else self.endpoint
        door = self.door.signed(access, BEARER, self.owner)
        return parse_json(door.get(f"{origin}{path}", {**params, "raw_json": "1"}).body)

    def scopes(self) -> tuple[str, ...]:
        """What the token that was given out last may do."""
        return tuple(self._kept().get("scopes", "").split())

    def _kept(self) -> dict[str, str]:
        text = self.door.kept()
        return (
            {key: said.text(10_000) for key, said in parse_json(text.encode()).mapping().items()}
            if text
            else {}
        )

    def _renewed(self, stale: str) -> str:
        """A token for reading; raises CanWrite, and keeps none, where Reddit gives out one for more."""
        with self.door.turn():
            known = self._kept().get("access", stale)
            if known != stale:
                return known
            form = {"grant_type": "client_credentials", "scope": " ".join(_SCOPES)}
            basic = b64encode(f"{self.id}:{self.secret}".encode()).decode()
            told = parse_json(
                self.door.signed(basic, _BASIC, self.owner).call(TOKEN, urlencode(form).encode(), _FORM).body
            )
            if told.get("error"):
                raise NeedsSignIn(f"Reddit does not sign this app in: {_HOW}")
            access, scopes = told["access_token"].text(10_000), told["scope"].text()
            if not set(scopes.split()) <= set(_SCOPES):
                raise CanWrite(
                    "Reddit gave this app more than reading: read by feeds (reddit.com/prefs/feeds)"
                )
            self.door.keep(json.dumps({"access": access, "scopes": scopes}))
        return access

    def rows(self, path: str, params: Params) -> tuple[list[Part], str]:
        """The rows of a listing, and how it goes on."""
        told = self.get(path, params)
        more = told["data"].get("after")
        return _rows(told), more.text() if more else ""

    def page(self, path: str, params: Params) -> _List:
        """One page of a listing, which may have gaps where something was removed."""
        rows, more = self.rows(path, params)
        posts, broken = read_each(rows, self.post, _ref)
        return _List([_ref(row) or row.path for row in rows], posts, broken, more)

    def post(self, row: Part) -> Post | None:
        """What a row says; None where it was deleted or removed."""
        return _of_row(self.endpoint, row, self.door.now())

    def named(self, id_: str) -> Part | None:
        """The row of a post or comment by its full name, or None where Reddit shows none."""
        return next(iter(self.rows("/api/info", {"id": id_})[0]), None)

    def below(self, article: str, id_: str, context: str = "0") -> Part:
        """A post or comment with what stands below it, and so many comments above it."""
        at = {"comment": id_[3:], "context": context} if id_.startswith("t1_") else {}
        return self.get(f"/comments/{article}", {"limit": _MOST_SHOWN, "sort": "new", **at})


def _rows(listing: Part) -> list[Part]:
    return listing["data"]["children"].listing()


def _ref(row: Part) -> str:
    try:
        return _full(row["data"]["name"])
    except Malformed:
        return ""


def _app(endpoint: str, door: Reader) -> _App | None:
    """With the key of an app; None where the key is a feed's, or there is none."""
    try:
        given = door.secret().split()
    except NeedsSignIn:
        return None
    if len(given) <= 1:
        return None
    try:
        owner, id_, secret = given
        return _App(endpoint, door, _matched(_NAME, owner), id_, secret)
    except (ValueError, Gone):
        raise NeedsSignIn(_HOW) from None


# ---- polls


def _paths(ask: Ask) -> tuple[str, str, Params]:
    """Where a query is read by feeds and by the API, if at all, and how it is asked."""
    match ask.kind:
        case "inbox":
            return "/message/inbox/.rss", "", {}
        case "search" | "keyed-search":
            phrase = ask.query.replace('"', " ").strip()
            return "/search.rss", "/search", {"q": f'"{phrase}"', "sort": "new"}
        case "subreddit":
            room = f"/r/{_matched(_ROOM, ask.query)}/new"
            return f"{room}/.rss", room, {}
        case "own":
            return f"/user/{_us(ask)}/.rss", f"/user/{_us(ask)}/overview", {"sort": "new"}
    raise Refused(f"Reddit has no query called {ask.kind}")


def _us(ask: Ask) -> str:
    return _matched(_NAME, ask.query)


def _matched(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.fullmatch(text.strip())
    if not found:
        raise Gone("this is no name on Reddit: write it as u/name or r/name")
    return found[1]


def _unseen(ask: Ask, page: Callable[[Params], _List], seen: Container[str]) -> _List:
    """What is listed back to one that was seen before, newest first; told as broken if not all was read.

    A list that repeats itself ends it.
    """
    names: dict[str, None] = {}
    posts: dict[str, Post] = {}
    broken: dict[Broken, None] = {}
    params: Params = {"limit": str(_LIMIT)}
    for _ in range(_PAGES):
        read = page(params)
        fresh = [name for name in read.names if name not in names]
        names |= dict.fromkeys(fresh)
        posts |= {post.id: post for post in read.posts if post.id not in posts}
        broken |= dict.fromkeys(read.broken)
        if not (read.more and fresh and ask.cursor) or any(name in seen for name in fresh):
            break
        params = {**params, "after": read.more}
    else:
        broken[_DAMAGED] = None
    return _List(list(names), sorted(posts.values(), key=lambda post: post.created_at), tuple(broken), "")


def _shown(posts: list[Post], feeds: _Feeds, *, keyed: bool) -> list[Post]:
    """With who may see them: a feed that was opened by a token may show what strangers cannot read."""
    rooms = {room: not keyed or feeds.is_public(room) for room in {_room(post) for post in posts}}
    seen_by = {True: Visibility.PUBLIC, False: Visibility.UNKNOWN}
    return [replace(post, visibility=seen_by[rooms[_room(post)]]) for post in posts]


def _by_feeds(ask: Ask, feeds: _Feeds, posts: list[Post]) -> list[Post]:
    """What a feed does not say by itself: whose inbox it stood in, and who may see it."""
    if ask.kind == "inbox" and ask.account:
        posts = [replace(post, names=frozenset({ask.account})) for post in posts]
    return _shown(posts, feeds, keyed=ask.kind in ("inbox", "keyed-search"))


def _replies(ask: Ask, app: _App) -> Page:
    """What stands below our recent posts and comments, ten a poll in turn; the first round goes to its end
    at once."""
    place = known_place(ask.cursor, _VERSION) if ask.cursor else None
    after, walked = (place["after"].text(), place["walked"].flag()) if place else ("", False)
    ours = _ours(ask, app, first=not walked)
    names = list(ours)
    start = names.index(after) + 1 if after in ours else 0
    is_last = start + _WALKED >= len(names)
    trees = [_walked(app, ours[name]) for name in names[start : start + _WALKED]]
    posts = {post.id: post for tree in trees for post in tree.posts.values()}
    return Page(
        posts=tuple(sorted(posts.values(), key=lambda post: post.created_at)),
        cursor=keep_place(
            _VERSION, after="" if is_last else names[start + _WALKED - 1], walked=walked or is_last
        ),
        more=not is_last and not walked,
        broken=tuple(broken for tree in trees for broken in tree.broken),
    )


def _ours(ask: Ask, app: _App, *, first: bool) -> dict[str, Post]:
    """Our recent posts and comments, newest first, without comments under posts of ours, and without posts
    that nobody answered."""
    now = app.door.now()
    since = now - _RECENT
    if first and ask.since:
        since = max(min(since, ask.since), now - _RECENT_AT_FIRST)
    found: dict[str, Post] = {}
    params: Params = {"limit": str(_LIMIT), "sort": "new"}
    for _ in range(_PAGES):
        rows, more = app.rows(f"/user/{_us(ask)}/overview", params)
        posts, _ = read_each([row for row in rows if _may_have_replies(row)], app.post, _ref)
        fresh = {post.id: post for post in posts if post.created_at >= since and post.id not in found}
        found |= fresh
        if not more or not fresh:
            break
        params = {**params, "after": more}
    return {name: post for name, post in found.items() if post.id == post.root or post.root not in found}


def _may_have_replies(row: Part) -> bool:
    try:
        count = row["data"].get("num_comments") if row["kind"].text() == "t3" else None
        return count is None or count.integer() > 0
    except Malformed:
        return True


def _walked(app: _App, post: Post) -> _Tree:
    """What stands below one of ours; what was not seen of it is told as broken, and it stops no other."""
    tree = _Tree(app)
    try:
        tree.take(app.below(_article(post), post.id))
    except Gone:
        return tree
    except ChangedFormat as why:
        tree.broken.append(Broken(post.id, str(why)))
    if tree.hides(post.id):
        tree.broken.append(Broken(post.id, "its thread was seen in part"))
    return tree


# ---- looks


@dataclass(slots=True)
class _Tree:
    """What stands below one post or comment and above it, as far as it is shown.

    `above` is what each answers, also those that were deleted; below those in `cut` something is not shown.
    """

    app: _App
    posts: dict[str, Post] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    broken: list[Broken] = field(default_factory=list)

    def take(self, told: Part) -> None:
        """One answer: the post, and the comments under it."""
        level = [row for listing in told.listing() for row in _rows(listing)]
        while level:
            level = [lower for row in level for lower in self._node(row)]

    def _node(self, row: Part) -> list[Part]:
        try:
            said = row["data"]
            if row["kind"].text() == "more":
                self.cut.add(_full(said["parent_id"]))
                return []
            post, above, below = self.app.post(row), said.get("parent_id"), said.get("replies")
            if above:
                self.above[_full(said["name"])] = _full(above)
            if post:
                self.posts[post.id] = post
            return [] if below is None or below.value == "" else _rows(below)
        except Malformed as why:
            self.broken.append(Broken(_ref(row), str(why)))
            return []

    def top(self, id_: str, until: str = "") -> str:
        """The topmost that is known of the line above one, or `until` where the line meets it."""
        for _ in range(len(self.above)):
            if id_ == until or id_ not in self.above:
                break
            id_ = self.above[id_]
        return id_

    def hides(self, id_: str) -> bool:
        """Whether a reply at or below one may be there that is not shown."""
        return any(self.top(one, id_) == id_ for one in self.cut)


def _article(post: Post) -> str:
    found = _LINK.fullmatch(urlsplit(post.url).path)
    if found is None:
        raise Gone("this is no address of a post on Reddit")
    return found[2]


def _seen_whole(app: _App, post: Post) -> Thread:
    """The line above a post up to the first, and all below it; complete if Reddit held nothing back there."""
    tree, article = _Tree(app), _article(post)
    lowest, top = post.id, post.id
    for _ in range(_ABOVE):
        tree.take(app.below(article, lowest, _CONTEXT))
        top = tree.top(post.id)
        if top in (lowest, f"t3_{article}"):
            break
        lowest = top
    if post.id not in tree.posts:
        raise ChangedFormat(tree.broken[0].why) if tree.broken else Gone("Reddit does not show it")
    whole = top == f"t3_{article}" and not tree.broken and not tree.hides(post.id)
    return Thread(tuple(tree.posts.values()), f"t3_{article}", whole, tuple(tree.broken))


def _look(endpoint: str, url: str, door: Reader) -> tuple[list[Post], list[Broken]]:
    """By its feed: a post or comment with what stands below it, also what was deleted."""
    path = urlsplit(url).path.rstrip("/")
    read = _feeds(endpoint, door).page(f"{path}/.rss", {"limit": str(_LIMIT)})
    return read.posts, list(read.broken)


class Reddit:
    """The connector: feeds, which can only be read, and questions to the API with an app's own token."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """What a list shows since the last time, or what stands below what our account wrote."""
        app = _app(ask.endpoint, door)
        if ask.kind == "replies":
            if app is None:
                raise NeedsSignIn(f"replies are read with the key of an app: {_HOW}")
            return _replies(ask, app)
        feed, path, params = _paths(ask)
        if app and not path:
            raise NeedsSignIn("an app's key is nobody's and opens no inbox: follow replies with it")
        feeds = _feeds(ask.endpoint, door, ask.account or "")
        seen = _seen(ask.cursor)
        page = partial(app.page, path) if app else partial(feeds.page, feed)
        read = _unseen(ask, lambda more: page({**params, **more}), seen)
        fresh = [post for post in read.posts if seen.get(post.id) != print_of(post) and not _is_gone(post)]
        shown = {post.id: print_of(post) for post in read.posts[-_LIMIT:]}
        return Page(
            posts=tuple(fresh if app else _by_feeds(ask, feeds, fresh)),
            cursor=keep_place(_VERSION, seen=shown or seen),
            broken=read.broken,
        )

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """A post and what stands below it; by a feed complete only where there is too little to be cut."""
        app = _app(endpoint, door)
        if app:
            return _seen_whole(app, post)
        found, broken = _look(endpoint, post.url, door)
        alive = tuple(replace(one, visibility=post.visibility) for one in found if not _is_gone(one))
        if post.id not in {one.id for one in alive}:
            raise Unavailable(_IN_PART) if broken else Gone("Reddit does not show it")
        return Thread(alive, post.root, len(found) < _FEWEST_CUT and not broken, tuple(broken))

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether it is shown; a deleted one keeps its place and loses its words."""
        app = _app(endpoint, door)
        if app:
            row = app.named(post.id)
            if row is None:
                raise Unavailable("Reddit does not show it, and does not say that it is gone")
            return app.post(row) is not None
        try:
            found, broken = _look(endpoint, post.url, door)
        except Gone:
            return False
        own = next((one for one in found if one.id == post.id), None)
        if own is None and broken:
            raise Unavailable(_IN_PART)
        # Where nothing hangs below it, a comment that was deleted is shown no more.
        return own is not None and not _is_gone(own)

    def check(self, endpoint: str, door: Reader) -> Access:
        """Whose feed token this is, which can only read; an app's key is nobody's, and tells its scopes."""
        app = _app(endpoint, door)
        if app:
            try:
                app.get(f"/user/{app.owner}/about", {})
            except Gone:
                raise NeedsSignIn(f"Reddit knows no account u/{app.owner}: {_HOW}") from None
            return Access(None, app.scopes())
        feeds = _feeds(endpoint, door)
        if not feeds.user:
            raise NeedsSignIn("copy a whole feed address from reddit.com/prefs/feeds: it names the account")
        feeds.read("/message/inbox/.rss", {"limit": "1"})
        return Access(_author(endpoint, feeds.user), ("feeds",))

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From "u/name", a name or the address of its page, as its feed or the API writes it."""
        name = _matched(_NAME, text)
        parts = urlsplit(text.strip() if is_web_address(text.strip()) else self.facts.home)
        endpoint = f"{parts.scheme}://{parts.netloc}"
        app = _app(endpoint, door)
        if app:
            return endpoint, _author(endpoint, app.get(f"/user/{name}/about", {})["data"]["name"].word())
        try:
            entries = _feeds(endpoint, door).read(f"/user/{name}/.rss", {"limit": "1"}).entries
        except (RateLimited, Unavailable):  # strangers are let wait early; the name is all that is needed
            return endpoint, _author(endpoint, name)
        return endpoint, _author(endpoint, next((e.author for e in entries if e.author), name))

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
        endpoint, id_ = known
        app = _app(endpoint, door)
        row = app.named(id_) if app else None
        found = [app.post(row)] if app and row else [] if app else _look(endpoint, link, door)[0]
        post = next((one for one in found if one and one.id == id_ and not _is_gone(one)), None)
        if post is None:
            raise Gone("Reddit does not show it")
        return post if app else replace(post, visibility=Visibility.PUBLIC)

    def reply_link(self, post: Post, home: str | None) -> str:
        """The comment with the three above it, as Reddit's own inbox links to it."""
        return f"{post.url}?context=3" if post.id.startswith("t1_") else post.url


def _seen(cursor: str) -> dict[str, str]:
    if not cursor:
        return {}
    return {name: said.text() for name, said in known_place(cursor, _VERSION)["seen"].mapping().items()}


CONNECTOR = Reddit()
