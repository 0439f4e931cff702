"""Bluesky: an account's notifications by a sign-in or an app password, all that is public by the AppView.

An author's id is the DID, a post's its at-uri; both stay (atproto.com/specs/at-uri-scheme). What a post
answers and quotes stands in its record: a notification's reason may be "mention" for a reply. The endpoint is
the server that an account lives on (its PDS), which passes questions on to the AppView. Schemas:
docs.bsky.app/docs/api, app.bsky.feed.defs#postView and #threadViewPost.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from bot.domain.connector import (
    Access,
    Ask,
    Begun,
    Broken,
    Call,
    ConnectorFacts,
    How,
    Page,
    Query,
    Reader,
    Thread,
    Try,
    Way,
)
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn, Refused, Unavailable
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.reading import atproto, oauth
from bot.reading.oauth import PUSH, TOKEN
from bot.reading.pages import keep_place, known_place, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

HOME = "https://bsky.social"
APPVIEW = "https://public.api.bsky.app"
SITE = "https://bsky.app"
CREATE = Call(
    "POST",
    "",
    "/xrpc/com.atproto.server.createSession",
    "signs in: its answer is a session, and it has no words to publish in it",
)
REFRESH = Call(
    "POST",
    "",
    "/xrpc/com.atproto.server.refreshSession",
    "renews a session: it takes no input at all",
)
FACTS = ConnectorFacts(
    name="bluesky",
    label="Bluesky",
    queries=(
        Query("mentions", "Mentions, replies and quotes", "acme.example", needs_credential=True),
        Query("replies", "Replies to our account's posts", "acme.example"),
        Query("search", "A name or a phrase", "Acme Export", lane=Lane.ABOUT_US, needs_credential=True),
        Query(
            "own",
            "What our account posts",
            "acme.example",
            ours=True,
            tries=(Try(Form.HOST), Try(Form.SITE, only=r"https://bsky\.app/profile/[^/]+/?")),
        ),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "within 5 minutes while people write"),
        Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=1),
    requests=3_000,
    window=timedelta(minutes=5),
    limits_source="https://docs.bsky.app/docs/advanced-guides/rate-limits",
    sees="Mentions, replies and quotes of an account, a phrase, and what our accounts post.",
    cannot_see="What somebody hides from strangers without a key, posts of accounts that ours blocks or that "
    "block it, what hangs below a deleted reply, and which app wrote a post.",
    credential="Your handle, a space, and an app password: acme.example abcd-efgh-ijkl-mnop. "
    "Make one at bsky.app/settings/app-passwords, without access to direct messages. "
    "With byhand watches add --sign-in you give a key that only reads instead, in the browser.",
    can_post_warning="I know that this could post: Bluesky has no app password that only reads. "
    "By Hand sends nothing with it but the questions in docs/connectors/bluesky.md.",
    calls=(PUSH, TOKEN, CREATE, REFRESH),
    home=HOME,
    words={
        "NotFound": Gone,
        "InvalidRequest": ChangedFormat,
        "AuthMissing": NeedsSignIn,
        "InvalidToken": NeedsSignIn,
        "ExpiredToken": NeedsSignIn,
        "AccountTakedown": NeedsSignIn,
        "AuthenticationRequired": NeedsSignIn,
        "AuthFactorTokenRequired": NeedsSignIn,
        "invalid_token": NeedsSignIn,
        "invalid_grant": NeedsSignIn,
        "invalid_scope": NeedsSignIn,
        "invalid_client": NeedsSignIn,
        "invalid_client_metadata": NeedsSignIn,
        "invalid_dpop_proof": Unavailable,  # a clock that is wrong, ours or theirs
        "use_dpop_nonce": Unavailable,
    },
)

_VERSION = 1
_LIMIT = 100
_PAGES = 20  # how far one poll goes back to what was read before
_FIRST_PAGES = 2
_OWN_PAGES = 5
_OVERLAP = timedelta(hours=1)  # longer than the index was ever seen to be late
_WALKED = 10  # threads of ours looked at in one poll
_RECENT = timedelta(days=14)
_RECENT_AT_FIRST = timedelta(days=31)
_SPOKEN = ("mention", "reply", "quote")
_DEEPEST = "80"  # far below what can be parsed; a thread that goes on below is not complete
_HIDDEN_FROM_STRANGERS = "!no-unauthenticated"
_METHODS = (
    "app.bsky.actor.getProfile",
    "app.bsky.feed.getAuthorFeed",
    "app.bsky.feed.getPostThread",
    "app.bsky.feed.searchPosts",
    "app.bsky.notification.listNotifications",
)
_TOO_MUCH = ("com.atproto.access", "com.atproto.appPassPrivileged")
_DID = re.compile(r"did:(?:plc|web):[A-Za-z0-9._:%-]{1,300}", re.ASCII)
_HANDLE = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]*", re.ASCII | re.IGNORECASE)
_POST = re.compile(r"/profile/([^/]+)/post/([A-Za-z0-9._~:-]{1,512})/?", re.ASCII)
_PROFILE = re.compile(r"/profile/([^/]+)/?", re.ASCII)
_URI = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,512})", re.ASCII)

Params = Mapping[str, str | list[str]]


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """When an answer was read; its methods turn parts of it into values, or raise Malformed."""

    now: datetime

    def author(self, profile: Part) -> Author:
        """The account by its DID. An account that its owner marked as automated is a bot."""
        did, handle = profile["did"].id(), profile["handle"].word()
        if not _DID.fullmatch(did):
            raise Malformed(profile.path, "has no DID")
        own = (value for value, by in _labels(profile) if by == did)
        return Author(did, f"@{handle}", _text(profile, "displayName") or handle, _page(did), "bot" in own)

    def post(self, view: Part) -> Post:
        """One post, or one notification that is about one: both have uri, author, record and indexedAt."""
        uri, record, author = view["uri"].id(), view["record"], self.author(view["author"])
        found = _URI.fullmatch(uri)
        if not found or found[1] != author.id:
            raise Malformed(view.path, "is no post of its author")
        reply = record.get("reply")
        labels = [value for value, _ in (*_labels(view), *_labels(view["author"]), *_self_labels(record))]
        return Post(
            network=FACTS.name,
            id=uri,
            url=f"{_page(author.id)}/post/{found[2]}",
            author=author,
            text=_text(record, "text"),
            created_at=self._written_at(view),
            parent=reply["parent"]["uri"].id() if reply else None,
            root=reply["root"]["uri"].id() if reply else uri,
            refs=(f"at://{author.handle[1:]}/app.bsky.feed.post/{found[2]}",),
            names=frozenset(_named(record)),
            visibility=Visibility.UNLISTED if _HIDDEN_FROM_STRANGERS in labels else Visibility.PUBLIC,
            warning=", ".join(sorted({v for v in labels if v not in ("bot", _HIDDEN_FROM_STRANGERS)}))
            or None,
            language=_language(record),
        )

    def _written_at(self, view: Part) -> datetime:
        """The earlier of what its app says and when it was indexed, as Bluesky itself sorts."""
        indexed = view["indexedAt"].time(self.now)
        try:
            return min(indexed, view["record"]["createdAt"].time(self.now))
        except Malformed:
            return indexed

    def in_feed(self, row: Part) -> Post | None:
        """A row of an author's feed; None for a repost or a pin."""
        return None if row.get("reason") else self.post(row["post"])

    def notified(self, notification: Part) -> Post | None:
        """The post that a notification is about; None for likes, follows and whatever else comes to be."""
        return self.post(notification) if notification["reason"].text() in _SPOKEN else None

    def thread(self, node: Part) -> Thread:
        """All that a look shows. Complete only if nothing is blocked or missing above or below, and no post
        counts more replies than are shown.

        The line above may end at a deleted post: nothing that answers the lower ones is hidden by that.
        """
        tree = _Tree()
        tree.walk(node)
        posts, broken = read_each(tree.views, self.post, _uri)
        known = {post.id for post in posts} | tree.deleted
        root = next((post.root for post in posts), None)
        joined = all(post.parent in known if post.parent else post.id == root for post in posts)
        return Thread(tuple(posts), root, joined and not tree.is_cut and not broken, broken)


class _Tree:
    """The posts of a look, from the nodes above and below one post."""

    def __init__(self) -> None:
        self.views: list[Part] = []
        self.deleted: set[str] = set()
        self.is_cut = False

    def walk(self, node: Part) -> None:
        """The line above the node, itself, and all that is below it."""
        upper: Part | None = node
        while upper and not self._is_deleted(upper) and self._take(upper):
            upper = self._of(upper, "parent")
        self.views.reverse()
        level = [node]
        while level := [reply for one in level for reply in self._replies(one) if self._take(reply)]:
            pass

    def _is_deleted(self, node: Part) -> bool:
        if not self._of(node, "notFound"):
            return False
        self.deleted.add(_uri(node))
        return True

    def _take(self, node: Part) -> bool:
        """Whether it is a post; else it is deleted, blocked, or what we do not know."""
        view = self._of(node, "post")
        if view:
            self.views.append(view)
        else:
            self.is_cut = True
        return bool(view)

    def _replies(self, node: Part) -> list[Part]:
        try:
            found = node.get("replies")
            replies = found.listing() if found else []
            self.is_cut = self.is_cut or node["post"]["replyCount"].integer() > len(replies)
        except Malformed:
            self.is_cut = True
            return []
        return replies

    def _of(self, node: Part, key: str) -> Part | None:
        try:
            return node.get(key)
        except Malformed:
            self.is_cut = True
            return None


def _named(record: Part) -> Iterator[str]:
    """Whom a post speaks to beyond what it answers: those named in its facets, and whom it quotes.

    A name without a facet is plain text and tells nobody.
    """
    for facet in _listed(record, "facets"):
        for feature in _listed(facet, "features"):
            if _DID.fullmatch(did := _text(feature, "did")):
                yield did
    embed = record.get("embed")
    quoted = embed.get("record") if embed else None
    inner = quoted.get("record") if quoted else None  # with pictures or a video it is one deeper
    if quoted and (found := _URI.fullmatch(_text(inner or quoted, "uri"))):
        yield found[1]


def _labels(part: Part) -> list[tuple[str, str]]:
    """The labels of a post or an account: what it is called and by whom."""
    return [(_text(label, "val"), _text(label, "src")) for label in _listed(part, "labels")]


def _self_labels(record: Part) -> list[tuple[str, str]]:
    own = record.get("labels")
    return [(_text(label, "val"), "") for label in _listed(own, "values")] if own else []


def _listed(part: Part, key: str) -> list[Part]:
    found = part.get(key)
    return found.listing() if found else []


def _text(part: Part, key: str) -> str:
    found = part.get(key)
    return found.text() if found else ""


def _language(record: Part) -> str | None:
    languages = _listed(record, "langs")
    return languages[0].text(35) or None if languages else None


def _page(did: str) -> str:
    return f"{SITE}/profile/{did}"


def _uri(row: Part) -> str:
    """The post's uri, or nothing where it cannot be read."""
    try:
        return (row.get("post") or row)["uri"].id()
    except Malformed:
        return ""


# ---- the session


def _told(door: Reader, endpoint: str, method: str, params: Params) -> Part:
    """A question with the session when there is a key, else to the public AppView.

    A session that has run out is renewed by one at a time, and the question asked once more.
    """
    if not _has_key(door):
        return _public(door, endpoint, method, params)
    url = f"{endpoint}/xrpc/{method}"
    if oauth.is_grant(door.secret()):
        return parse_json(oauth.read(endpoint, url, params, _only_reads, door).body)
    access = _kept(door)["access"].text(10_000) if door.kept() else _renewed(door, "")
    try:
        return parse_json(door.signed(access).get(url, params).body)
    except NeedsSignIn:
        return parse_json(door.signed(_renewed(door, access)).get(url, params).body)


def _public(door: Reader, endpoint: str, method: str, params: Params) -> Part:
    # A server on this machine answers for both.
    origin = APPVIEW if endpoint.startswith("https://") else endpoint
    return parse_json(door.get(f"{origin}/xrpc/{method}", params, anonymous=True).body)


def _has_key(door: Reader) -> bool:
    try:
        return bool(door.secret())
    except NeedsSignIn:
        return False


def _kept(door: Reader) -> Part:
    return parse_json(door.kept().encode())


def _renewed(door: Reader, stale: str) -> str:
    """A token for questions; signing in anew, which Bluesky allows 300 times a day, is the last resort."""
    with door.turn():
        known = _kept(door) if door.kept() else None
        if known and known["access"].text(10_000) != stale:
            return known["access"].text(10_000)
        try:
            return _keep(door, _refreshed(door, known)) if known else _keep(door, _signed_in(door))
        except (NeedsSignIn, ChangedFormat):
            if known is None:
                raise
            return _keep(door, _signed_in(door))


def _refreshed(door: Reader, known: Part) -> Part:
    return parse_json(door.signed(known["refresh"].text(10_000)).call(REFRESH, b"").body)


def _signed_in(door: Reader) -> Part:
    name, _, password = door.secret().strip().partition(" ")
    if not password:
        raise NeedsSignIn("write the handle, a space, and the app password")
    body = json.dumps({"identifier": name.lstrip("@"), "password": password.strip()}).encode()
    return parse_json(door.call(CREATE, body, anonymous=True).body)


def _keep(door: Reader, made: Part) -> str:
    access = made["accessJwt"].text(10_000)
    kept = {"access": access, "refresh": made["refreshJwt"].text(10_000), "did": made["did"].id()}
    door.keep(json.dumps(kept))
    return access


def _only_reads(scope: str) -> None:
    """Raises CanWrite for a sign-in that may do more than read, NeedsSignIn where it may read too little."""
    if wrong := atproto.too_much(scope):
        raise CanWrite(
            f"this sign-in may do more than read ({wrong[0][:60]}): end it where your server lists connected "
            "apps, and sign in anew; if it may do so again, that server knows no sign-in that only reads"
        )
    if missing := atproto.lacking(scope, _METHODS):
        raise NeedsSignIn(f"not all that is asked for was allowed ({', '.join(missing)}): sign in again")


def _scope(token: str) -> str:
    """The scope that a session's token carries (RFC 7519), or nothing where it cannot be read."""
    middle = token.split(".")[1:2]
    try:
        claims = parse_json(urlsafe_b64decode(middle[0] + "==")) if middle else None
        return _text(claims, "scope") if claims else ""
    except (ValueError, ChangedFormat):
        return ""


# ---- requests


def _place(cursor: str, now: datetime) -> datetime | None:
    """Up to when a Source was read, by the index's own time."""
    return known_place(cursor, _VERSION)["until"].time(now) if cursor else None


def _newer(ask: Ask, door: Reader, read: Callable[[Part], Post | None], pages: Iterator[list[Part]]) -> Page:
    """What was indexed since the last time, with an overlap. A pager that repeats itself ends it."""
    now = door.now()
    known = _place(ask.cursor, now)
    since = known - _OVERLAP if known else ask.since or now
    rows: dict[str, Part] = {}
    is_whole = False
    for page, fresh in enumerate(pages):
        new = {_uri(row) or f"{page} {place}": row for place, row in enumerate(fresh)}
        is_whole = not new.keys() - rows.keys() or any(_is_before(row, since, now) for row in fresh)
        rows |= new
        if is_whole or page + 1 >= (_PAGES if known else _FIRST_PAGES):
            break
    else:
        is_whole = True
    posts, broken = read_each(list(rows.values())[::-1], read, _uri)
    posts.sort(key=lambda post: post.created_at)
    if known and not is_whole:
        broken += (Broken("", "more came at once than one poll reads: posts are missing"),)
    newest = max((at for row in rows.values() if (at := _indexed(row, now))), default=known or since)
    until = max(min(newest, now), known or since)
    return Page(tuple(posts), keep_place(_VERSION, until=until.isoformat()), False, broken)


def _indexed(row: Part, now: datetime) -> datetime | None:
    """When the row's post was indexed; None for a repost, which has a time of its own, or if unreadable."""
    try:
        return (
            None if row.get("reason") and row.get("post") else (row.get("post") or row)["indexedAt"].time(now)
        )
    except Malformed:
        return None


def _is_before(row: Part, since: datetime, now: datetime) -> bool:
    at = _indexed(row, now)
    return at is not None and at < since


def _pages(door: Reader, endpoint: str, method: str, params: Params, key: str) -> Iterator[list[Part]]:
    """The pages of a list, newest first, until the network gives no cursor."""
    more: Params = {}
    while True:
        told = _told(door, endpoint, method, {**params, **more})
        yield told[key].listing()
        cursor = told.get("cursor")
        if not cursor:
            return
        more = {"cursor": cursor.text(2_000)}


def _mentions(ask: Ask, door: Reader) -> Page:
    door.secret()
    params: Params = {"reasons": list(_SPOKEN), "limit": str(_LIMIT)}
    pages = _pages(door, ask.endpoint, "app.bsky.notification.listNotifications", params, "notifications")
    return _newer(ask, door, Reading(door.now()).notified, pages)


def _search(ask: Ask, door: Reader) -> Page:
    door.secret()
    words = ask.query.strip()
    phrase = words if words.startswith("#") else f'"{words.replace(chr(34), " ").strip()}"'
    params: Params = {"q": phrase, "sort": "latest", "limit": str(_LIMIT)}
    pages = _pages(door, ask.endpoint, "app.bsky.feed.searchPosts", params, "posts")
    return _newer(ask, door, Reading(door.now()).post, pages)


def _feed(ask: Ask, door: Reader) -> Iterator[list[Part]]:
    actor = ask.account or _actor(ask.query)[1]
    params: Params = {"actor": actor, "filter": "posts_with_replies", "limit": str(_LIMIT)}
    return _pages(door, ask.endpoint, "app.bsky.feed.getAuthorFeed", params, "feed")


def _own(ask: Ask, door: Reader) -> Page:
    return _newer(ask, door, Reading(door.now()).in_feed, _feed(ask, door))


def _replies(ask: Ask, door: Reader) -> Page:
    """The threads of our recent posts, ten a poll in turn; the first round goes to its end at once.

    It needs no key, and sees what a notification leaves out: those are the account's own business.
    """
    place = known_place(ask.cursor, _VERSION) if ask.cursor else None
    after, walked = (place["after"].text(), place["walked"].flag()) if place else ("", False)
    uris = _answered(ask, door, first=not walked)
    start = uris.index(after) + 1 if after in uris else 0
    threads = [_walked(ask.endpoint, uri, door) for uri in uris[start : start + _WALKED]]
    posts = {post.id: post for thread in threads for post in thread.posts}
    is_last = start + _WALKED >= len(uris)
    return Page(
        posts=tuple(sorted(posts.values(), key=lambda post: post.created_at)),
        cursor=keep_place(
            _VERSION, after="" if is_last else uris[start + _WALKED - 1], walked=walked or is_last
        ),
        more=not is_last and not walked,
        broken=tuple(broken for thread in threads for broken in thread.broken),
    )


def _answered(ask: Ask, door: Reader, *, first: bool) -> list[str]:
    """Our recent posts that somebody answered, newest first."""
    now = door.now()
    since = now - _RECENT
    if first and ask.since:
        since = max(min(since, ask.since), now - _RECENT_AT_FIRST)
    rows: dict[str, Part] = {}
    for page, fresh in enumerate(_feed(ask, door), start=1):
        new = {uri: row for row in fresh if (uri := _uri(row)) and not row.get("reason")}
        is_end = not new.keys() - rows.keys() or any(_is_before(row, since, now) for row in fresh)
        rows |= new
        if is_end or page == _OWN_PAGES:
            break
    return [
        uri for uri, row in rows.items() if not _is_before(row, since, now) and _may_have_replies(row["post"])
    ]


def _may_have_replies(view: Part) -> bool:
    try:
        return view["replyCount"].integer() > 0
    except Malformed:
        return True


def _walked(endpoint: str, uri: str, door: Reader) -> Thread:
    """One thread of ours; what was not seen of it is told as broken, and it stops no other."""
    try:
        thread = Reading(door.now()).thread(_node(endpoint, uri, door))
    except Gone:
        return Thread((), None, complete=False)
    except ChangedFormat as why:
        return Thread((), None, complete=False, broken=(Broken(uri, str(why)),))
    unseen = () if thread.complete else (Broken(uri, "its thread was seen in part"),)
    return replace(thread, broken=thread.broken + unseen)


def _node(endpoint: str, uri: str, door: Reader, deep: str = _DEEPEST) -> Part:
    """The post in its thread; Gone where it is not there."""
    params: Params = {"uri": uri, "depth": deep, "parentHeight": deep}
    node = _told(door, endpoint, "app.bsky.feed.getPostThread", params)["thread"]
    if node.get("notFound"):
        raise Gone("Bluesky does not have it")
    return node


def _actor(text: str) -> tuple[str, str]:
    """(origin, handle or DID) of what a person typed; the origin is empty where it names no server."""
    text = text.strip()
    parts = urlsplit(text if is_web_address(text) else "")
    found = _PROFILE.fullmatch(parts.path)
    name = found[1] if found else text.lstrip("@")
    if not (_HANDLE.fullmatch(name) or _DID.fullmatch(name)) or (parts.netloc and not found):
        raise Gone("this is no account on Bluesky: write its handle, as acme.example")
    return (f"http://{parts.netloc}" if parts.scheme == "http" else ""), name


def _home_of(did: str, door: Reader) -> str:
    """The server that an account lives on, as its DID document says (atproto.com/specs/did)."""
    where = f"https://plc.directory/{did}"
    if did.startswith("did:web:"):
        where = f"https://{did.removeprefix('did:web:')}/.well-known/did.json"
    for service in _listed(parse_json(door.get(where, anonymous=True).body), "service"):
        if _text(service, "id").endswith("#atproto_pds"):
            home = service["serviceEndpoint"].url().rstrip("/")
            if home.startswith("https://"):
                return home
    raise Gone("the account does not say where it lives")


class Bluesky:
    """The connector: questions only, and the two calls that open and renew a session."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step of an account's mentions, of the replies to it, of a search, or of its own posts."""
        ways = {"mentions": _mentions, "replies": _replies, "search": _search, "own": _own}
        if ask.kind not in ways:
            raise Refused(f"Bluesky has no query called {ask.kind}")
        return ways[ask.kind](ask, door)

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The line above a post and all below it; one request."""
        return Reading(door.now()).thread(_node(endpoint, post.id, door))

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether it stands there; one that is blocked does."""
        try:
            _node(endpoint, post.id, door, deep="0")
        except Gone:
            return False
        return True

    def check(self, endpoint: str, door: Reader) -> Access:
        """Whose key this is; CanWrite for a sign-in that may do more than read, for the account's own
        password, and for an app password that reads direct messages.

        The scopes of an app password read as hidden: each could post, which is said when it is given.
        """
        if oauth.is_grant(door.secret()):
            return self._granted(endpoint, door)
        if not door.kept():
            _renewed(door, "")
        me = _told(door, endpoint, "app.bsky.actor.getProfile", {"actor": _kept(door)["did"].id()})
        if _scope(_kept(door)["access"].text(10_000)) in _TOO_MUCH:
            raise CanWrite("this password may do more than it must: make an app password without messages")
        return Access(Reading(door.now()).author(me), None)

    def _granted(self, endpoint: str, door: Reader) -> Access:
        grant = oauth.current(door)
        _only_reads(grant.scope)
        me = _told(door, endpoint, "app.bsky.actor.getProfile", {"actor": grant.account})
        return Access(Reading(door.now()).author(me), atproto.told(grant.scope))

    def begin(self, endpoint: str, account: Author, back: str, door: Reader) -> Begun:
        """Ask the account's server for the read-only set."""
        return oauth.begin(endpoint, account, atproto.SCOPE, back, door)

    def finish(self, begun: Begun, came: Mapping[str, str], door: Reader) -> str:
        """The session as text, which is the credential."""
        return oauth.finish(begun, came, _only_reads, door).text()

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From a handle, a DID or a profile's address: the server it lives on, by its DID document."""
        origin, actor = _actor(text)
        try:
            profile = _public(door, origin or HOME, "app.bsky.actor.getProfile", {"actor": actor})
        except ChangedFormat:
            raise Gone("Bluesky knows no account of this name") from None
        author = Reading(door.now()).author(profile)
        return origin or _home_of(author.id, door), author

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The post's uri, by the shape of the address alone."""
        parts = urlsplit(link if is_web_address(link) else "")
        found = _POST.fullmatch(parts.path)
        is_here = parts.scheme == "http" and parts.hostname == "127.0.0.1"
        if not found or not (parts.hostname == "bsky.app" or is_here):
            return None
        endpoint = f"http://{parts.netloc}" if is_here else HOME
        return endpoint, f"at://{unquote(found[1])}/app.bsky.feed.post/{found[2]}"

    def read_link(self, link: str, door: Reader) -> Post:
        """The post behind a link."""
        known = self.of_link(link)
        if known is None:
            raise Gone("this is no address of a post on Bluesky")
        return Reading(door.now()).post(_node(known[0], known[1], door, deep="0")["post"])

    def reply_link(self, post: Post, home: str | None) -> str:
        """The post's own page, where its reply box is: there is no address for the box alone."""
        return post.url


CONNECTOR = Bluesky()
