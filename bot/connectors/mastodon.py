"""Mastodon and the servers that speak its API: GoToSocial, Pleroma, Akkoma, Pixelfed, snac.

An author's id is the account's `url`: the one immutable name that stands in an account, in a post's
`mentions` and in every server's answers (`uri` is missing in the latter two; `acct` is display only).
A post's id is its ActivityPub uri; ids of one server are opaque. Schema: docs.joinmastodon.org/entities.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
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
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn, Refused, Unavailable
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.domain.naming import Form
from bot.domain.threads import told_at
from bot.reading.html import plain
from bot.reading.pages import keep_place, known_place, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

FACTS = ConnectorFacts(
    name="mastodon",
    label="Mastodon",
    queries=(
        Query("mentions", "Mentions of our account", "@us@mastodon.example", needs_credential=True),
        Query("replies", "Replies to our account's posts", "@us@mastodon.example"),
        Query(
            "keyed-replies",
            "The same where threads are shown only with a key (GoToSocial, Pixelfed)",
            "@us@mastodon.example",
            needs_credential=True,
        ),
        Query(
            "hashtag",
            "A hashtag",
            "#acme",
            lane=Lane.ABOUT_US,
            tries=(Try(Form.NAME, "#{}", only=r"\w+", at="https://mastodon.social"),),
        ),
        Query(
            "own",
            "What our account posts",
            "@us@mastodon.example",
            ours=True,
            tries=(Try(Form.ADDRESS), Try(Form.SITE, only=r"https?://[^/]+/(?:@|users/)[\w.-]+/?")),
        ),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "within 5 minutes while people write"),
        Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=1),
    requests=300,
    window=timedelta(minutes=5),
    limits_source="https://docs.joinmastodon.org/api/rate-limits/",
    sees="Mentions of an account, replies under its posts, a hashtag, and what our accounts post.",
    cannot_see="What the server has not received; followers-only and direct posts without a token; "
    "replies by accounts that the server limits or that ours blocks.",
    credential="An access token with read:notifications, read:statuses and read:accounts.",
    can_post_warning="This server does not show what its tokens may do: make sure that it may only read.",
    # Where a person is needed and none is signed in, as at a closed timeline of an older server:
    # https://github.com/mastodon/mastodon/blob/main/app/controllers/api/base_controller.rb (`require_user!`)
    sign_in=frozenset({401, 403, 422}),
    carries_names=True,
)

_VERSION = 1
_SPOKEN = ("mention", "quote", "update")
_FIRST_PAGES = 2  # how far back a first poll goes, and a look at the last days
_FIRST_PAGES_OF_TAG = 10  # under a busy hashtag what came late stands far behind
_PAGES_OF_NEW = 20  # how far back when there was nothing at the first poll, so that all is new
_PAGES_IN_A_ROW = 50  # a pager that never ends rests after these until the next poll
_SHORT = 20  # a page shorter than this is the last: no server is known to give less while there is more
_PARENTS = 20  # parents looked up for one page of our own posts
_WALKED = 10  # threads of ours looked at in one poll
_OWN_PAGES = 5
_RECENT = timedelta(days=14)
_RECENT_AT_FIRST = timedelta(days=31)
# A server that keeps back the rest of a thread shows it by these lengths alone: 40 above, 60 below and
# 20 deep for a reader without a token, 4,096 with one (docs.joinmastodon.org/methods/statuses/#context).
_CUT_ABOVE = (40, 4096)
_CUT_BELOW = (60, 4096)
_CUT_DEEP = 20
_MAY_PUBLISH = ("write", "follow", "push", "admin")
_VISIBILITIES = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
}
_POST_PATHS = (
    re.compile(r"/(?:deck/)?@[^/@]+(?:@[^/@]+)?/(?:statuses/)?(\d{1,30}|[0-9A-Z]{26})/?"),
    re.compile(r"/(?:ap/)?users/[^/]+/statuses/(\d{1,30}|[0-9A-Z]{26})/?"),
    re.compile(r"/notice/([0-9A-Za-z]{1,30})/?"),
    re.compile(r"/p/[^/]+/(\d{1,30})/?"),
)
_BEFORE_1 = re.compile(r"0\.(\d{1,3})\.", re.ASCII)
_PROFILE = "http://webfinger.net/rel/profile-page"
_ACCOUNT = re.compile(r"@?([\w.-]+)@([\w.:-]+)", re.ASCII)
_ACCOUNT_PATH = re.compile(r"/(?:@|users/)([\w.-]+)/?", re.ASCII)

Params = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a Source was read: the newest id seen, and what a walk of our threads has behind it."""

    newest: str = ""
    account: str = ""
    pages: int = 0
    after: str = ""
    walked: bool = False

    def text(self) -> str:
        return keep_place(_VERSION, **asdict(self))


def _place(cursor: str) -> _Place:
    if not cursor:
        return _Place()
    found = known_place(cursor, _VERSION)
    return _Place(
        newest=found["newest"].text(),
        account=found["account"].text(),
        pages=found["pages"].integer(),
        after=found["after"].text(),
        walked=found["walked"].flag(),
    )


def _host(origin: str) -> str:
    return urlsplit(origin).netloc


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """Where and when an answer was read; its methods turn parts of it into values, or raise Malformed."""

    host: str
    now: datetime

    def author(self, account: Part) -> Author:
        """The account; its handle always names the server, which `acct` leaves out for local ones."""
        url = _web_address(account)
        acct = account["acct"].word()
        handle = f"@{acct}" if "@" in acct else f"@{acct}@{_host(url)}"
        is_bot = account.get("bot")
        return Author(
            url, handle, _text(account, "display_name") or acct, url, bool(is_bot and is_bot.flag())
        )

    def ref(self, status: Part) -> str:
        """The status by its id on this server."""
        return f"{self.host}/{status['id'].id()}"

    def post(self, status: Part) -> Post:
        """One status; its parent is a ref of this server, its root known only when it has no parent."""
        uri, above = status["uri"].id(), status.get("in_reply_to_id")
        edited, client = status.get("edited_at"), status.get("application")
        return Post(
            network=FACTS.name,
            id=uri,
            url=_web_address(status),
            author=self.author(status["account"]),
            text=plain(_text(status, "content")),
            created_at=status["created_at"].time(self.now),
            parent=f"{self.host}/{above.id()}" if above else None,
            root=None if above else uri,
            refs=(self.ref(status),),
            names=_names(status),
            visibility=_VISIBILITIES.get(_text(status, "visibility"), Visibility.UNKNOWN),
            warning=_text(status, "spoiler_text") or None,
            language=_text(status, "language") or None,
            client=_text(client, "name") or None if client else None,
            edited_at=edited.time(self.now) if edited else None,
        )

    def unboosted(self, status: Part) -> Post | None:
        """The post, or None for a boost where the server ignores `exclude_reblogs`."""
        return None if status.get("reblog") else self.post(status)

    def mention(self, notification: Part, account: str | None) -> Post | None:
        """The post that a notification is about, or None for the kinds that speak to nobody.

        A mention names us even where the server leaves `mentions` empty (snac, Pixelfed).
        """
        kind, status = notification["type"].text(), notification.get("status")
        if kind not in _SPOKEN or status is None:
            return None
        post = self.post(status)
        if kind == "update":
            return post if account in post.names else None
        named = replace(post, names=post.names | ({account} if account else set()))
        return told_at(named, notification["created_at"].time(self.now))

    def thread(self, status: Part, context: Part, *, running: bool = False) -> Thread:
        """A status with all that stands above and below it here; `running`: replies are still fetched.

        Complete only if no length is one at which servers cut, each parent is there, and no public post
        counts more replies than are shown. A server that hides replies by accounts which it limits thus
        never gives a complete thread: better no reminder than a wrong one.
        """
        above, below = context["ancestors"].listing(), context["descendants"].listing()
        posts, broken = _read([*above, status, *below], self.post)
        ids = {ref: post.id for post in posts for ref in post.refs}
        parents = {post.id: ids.get(post.parent or "", post.parent) for post in posts}
        middle = ids.get(self.ref(status), "")
        top = _top(middle, parents)
        root = top if top in parents and parents[top] is None else None
        linked = tuple(replace(post, parent=parents[post.id], root=root) for post in posts)
        cut = len(above) in _CUT_ABOVE or len(below) in _CUT_BELOW or running or bool(broken)
        hidden = cut or root is None or self._hides_replies([status, *below], ids, parents)
        return Thread(linked, root, not hidden and _is_joined(middle, parents), broken)

    def _hides_replies(
        self, rows: Sequence[Part], ids: Mapping[str, str], parents: Mapping[str, str | None]
    ) -> bool:
        shown = Counter(parents.values())
        for row in rows:
            count = row.get("replies_count")
            is_open = _text(row, "visibility") not in ("private", "direct")
            if is_open and (count is None or count.integer() > shown[ids.get(self.ref(row), "")]):
                return True
        return False


def _web_address(part: Part) -> str:
    """Where people see it; the uri where `url` is null or nothing that can be opened."""
    found = next((text for key in ("url", "uri") if is_web_address(text := _text(part, key))), None)
    if found is None:
        raise Malformed(f"{part.path}.url", "is not a web address")
    return found


def _text(part: Part, key: str) -> str:
    found = part.get(key)
    return found.text() if found else ""


def _names(status: Part) -> frozenset[str]:
    """The accounts it names; one without an address (a group, a bridge) costs no other and not the post."""
    mentions = status.get("mentions")
    addresses = (_text(one, "url") for one in (mentions.listing() if mentions else ()))
    return frozenset(address for address in addresses if is_web_address(address))


def _top(post: str, parents: Mapping[str, str | None]) -> str:
    """What stands first above a post; a circle ends where it closes."""
    seen = {post}
    while (above := parents.get(post)) and above not in seen:
        seen.add(above)
        post = above
    return post


def _is_joined(middle: str, parents: Mapping[str, str | None]) -> bool:
    """Whether every post hangs on one that is there, and the deepest is not where servers cut."""
    return all(not parent or parent in parents for parent in parents.values()) and (
        _depth_below(middle, parents) != _CUT_DEEP
    )


def _depth_below(middle: str, parents: Mapping[str, str | None]) -> int:
    below: dict[str | None, list[str]] = {}
    for post, parent in parents.items():
        below.setdefault(parent, []).append(post)
    level, depth, seen = [middle], 0, {middle}
    while level := [kid for post in level for kid in below.get(post, ()) if kid not in seen]:
        seen.update(level)
        depth += 1
    return depth


def _read(rows: Sequence[Part], read: Callable[[Part], Post | None]) -> tuple[list[Post], tuple[Broken, ...]]:
    return read_each(rows, read, _id)


def _id(row: Part) -> str:
    """The row's id on its server, or nothing where it cannot be read."""
    try:
        return row["id"].id()
    except Malformed:
        return ""


# ---- requests


def _reading(endpoint: str, door: Reader) -> Reading:
    return Reading(_host(endpoint), door.now())


def _json(door: Reader, url: str, params: Params | None = None) -> Part:
    return parse_json(door.get(url, params).body)


def _newer(
    ask: Ask, door: Reader, url: str, params: Params, place: _Place, *, pages: int = _FIRST_PAGES
) -> tuple[list[Part], _Place, bool]:
    """The rows right after `place`, oldest first, the place after them, and whether to ask again.

    A server that ignores `min_id` gives its newest rows: they end where the newest one known stands.
    """
    if place.newest:
        rows = _json(door, url, {**params, "min_id": place.newest}).listing()
        ids = [_id(row) for row in rows]
        rows = rows[: ids.index(place.newest)] if place.newest in ids else rows
        more = len(rows) >= _SHORT and place.pages < _PAGES_IN_A_ROW
    else:
        rows, more = _first(ask, door, url, params, pages), False
    newest = next((found for row in rows if (found := _id(row))), "")
    if rows and not newest:
        raise ChangedFormat("no row of the page has an id")
    after = replace(place, newest=newest or place.newest, pages=place.pages + 1 if more else 0)
    return rows[::-1], after, more


def _first(ask: Ask, door: Reader, url: str, params: Params, pages: int) -> list[Part]:
    """The newest rows of a first poll; all there are when an earlier poll found nothing at all."""
    if ask.cursor:
        return _back(door, url, params, datetime.min.replace(tzinfo=UTC), _PAGES_OF_NEW)
    return _back(door, url, params, ask.since or door.now(), pages)


def _back(door: Reader, url: str, params: Params, until: datetime, pages: int) -> list[Part]:
    """The newest rows and those before them, back to `until`; a pager that repeats itself ends it."""
    rows = fresh = _json(door, url, params).listing()
    while fresh and pages > 1 and _id(rows[-1]) and not _is_before(rows[-1], until, door):
        older = _json(door, url, {**params, "max_id": _id(rows[-1])}).listing()
        known = {_id(row) for row in rows}
        fresh = [row for row in older if _id(row) not in known]
        rows, pages = rows + fresh, pages - 1
    return rows


def _is_before(row: Part, until: datetime, door: Reader) -> bool:
    try:
        return row["created_at"].time(door.now()) < until
    except Malformed:
        return False


def _look(door: Reader, endpoint: str, status: Part) -> Thread:
    reading = _reading(endpoint, door)
    answer = door.get(f"{endpoint}/api/v1/statuses/{quote(status['id'].id(), safe='')}/context")
    running = "mastodon-async-refresh" in answer.headers
    return reading.thread(status, parse_json(answer.body), running=running)


def _status(endpoint: str, ref: str, door: Reader) -> Part:
    return _json(door, f"{endpoint}/api/v1/statuses/{quote(ref.partition('/')[2], safe='')}")


def _mentions(ask: Ask, door: Reader, place: _Place) -> Page:
    # Without include_filtered Mastodon hides strangers' mentions when the account has a policy.
    params: Params = {"types[]": list(_SPOKEN), "include_filtered": "true", "limit": "80"}
    rows, after, more = _newer(ask, door, f"{ask.endpoint}/api/v1/notifications", params, place)
    reading = _reading(ask.endpoint, door)
    posts, broken = _read(rows, lambda row: reading.mention(row, ask.account))
    return Page(tuple(posts), after.text(), more, broken)


def _hashtag(ask: Ask, door: Reader, place: _Place) -> Page:
    tag = quote(ask.query.strip().lstrip("#"), safe="")
    url = f"{ask.endpoint}/api/v1/timelines/tag/{tag}"
    rows, after, more = _newer(ask, door, url, {"limit": "40"}, place, pages=_FIRST_PAGES_OF_TAG)
    posts, broken = _read(rows, _reading(ask.endpoint, door).unboosted)
    return Page(tuple(posts), after.text(), more, broken)


def _own(ask: Ask, door: Reader, place: _Place) -> Page:
    place = _with_account(ask, door, place)
    params: Params = {"limit": "40", "exclude_reblogs": "true"}
    rows, after, more = _newer(ask, door, _statuses_url(ask.endpoint, place), params, place)
    posts, broken = _read(rows, _reading(ask.endpoint, door).unboosted)
    taken = _with_parents(posts, ask.endpoint, door)
    if len(taken) < len(posts):
        after, more = replace(after, newest=taken[-1].refs[0].partition("/")[2]), True
    return Page(tuple(taken), after.text(), more, broken)


def _with_parents(posts: Sequence[Post], endpoint: str, door: Reader) -> list[Post]:
    """Our posts with their parents by uri, so that a reply written from another server is recognised.

    Ends before the post that would need one look-up too many: it is for the next page.
    """
    ids = {ref: post.id for post in posts for ref in post.refs}
    unknown = list(dict.fromkeys(p.parent for p in posts if p.parent and p.parent not in ids))
    for ref in unknown[:_PARENTS]:
        try:
            ids[ref] = _status(endpoint, ref, door)["uri"].id()
        except Gone:  # or not for our eyes: the ref is all there is
            ids[ref] = ref
    cut = next((i for i, p in enumerate(posts) if p.parent and p.parent not in ids), len(posts))
    return [replace(p, parent=ids[p.parent] if p.parent else None) for p in posts[:cut]]


def _replies(ask: Ask, door: Reader, place: _Place) -> Page:
    """The threads of our recent posts, ten a poll in turn; the first round goes to its end at once.

    A reply that names nobody makes no notification on some servers (GoToSocial): only this sees it.
    """
    place = _with_account(ask, door, place)
    rows = _answered(ask, door, place)
    ids = [_id(row) for row in rows]
    start = ids.index(place.after) + 1 if place.after in ids else 0
    threads = [_walked(ask.endpoint, row, door) for row in rows[start : start + _WALKED]]
    posts = {post.id: post for thread in threads for post in thread.posts}
    is_last = start + _WALKED >= len(rows)
    after = replace(place, after="" if is_last else ids[start + _WALKED - 1], walked=place.walked or is_last)
    return Page(
        posts=tuple(sorted(posts.values(), key=lambda post: post.created_at)),
        cursor=after.text(),
        more=not is_last and not place.walked,
        broken=tuple(broken for thread in threads for broken in thread.broken),
    )


def _answered(ask: Ask, door: Reader, place: _Place) -> list[Part]:
    """Our recent statuses that somebody answered, newest first."""
    since = door.now() - _RECENT
    if not place.walked and ask.since:
        since = max(min(since, ask.since), door.now() - _RECENT_AT_FIRST)
    params: Params = {"limit": "40", "exclude_reblogs": "true"}
    rows = _back(door, _statuses_url(ask.endpoint, place), params, since, _OWN_PAGES)
    return [row for row in rows if _id(row) and not _is_before(row, since, door) and _may_have_replies(row)]


def _may_have_replies(row: Part) -> bool:
    try:
        return row["replies_count"].integer() > 0
    except Malformed:
        return True


def _walked(endpoint: str, row: Part, door: Reader) -> Thread:
    """One thread of ours; what was not seen of it is told as broken, and it stops no other."""
    try:
        thread = _look(door, endpoint, row)
    except Gone:
        return Thread((), None, complete=False)
    except ChangedFormat as why:
        return Thread((), None, complete=False, broken=(Broken(_id(row), str(why)),))
    unseen = () if thread.complete else (Broken(_id(row), "its thread was seen in part"),)
    return replace(thread, broken=thread.broken + unseen)


def _statuses_url(endpoint: str, place: _Place) -> str:
    return f"{endpoint}/api/v1/accounts/{quote(place.account, safe='')}/statuses"


def _with_account(ask: Ask, door: Reader, place: _Place) -> _Place:
    if place.account:
        return place
    typed = ask.query.strip().lstrip("@")
    here = _host(ask.endpoint)
    _, name, server = _address(typed if "@" in typed or "/" in typed else f"{typed}@{here}")
    acct = name if server == here else f"{name}@{server}"
    return replace(place, account=_lookup(ask.endpoint, acct, door)["id"].id())


def _lookup(endpoint: str, acct: str, door: Reader) -> Part:
    return _json(door, f"{endpoint}/api/v1/accounts/lookup", {"acct": acct})


def _address(text: str) -> tuple[str, str, str]:
    """(origin, name, server) of "@us@server" or of a profile's address; raises Gone for anything else."""
    text = text.strip()
    parts = urlsplit(text if is_web_address(text) else "")
    if found := _ACCOUNT_PATH.fullmatch(parts.path):
        return f"{parts.scheme}://{parts.netloc}", found[1], parts.netloc
    if found := _ACCOUNT.fullmatch(text):
        is_here = found[2].startswith(("127.0.0.1", "localhost"))
        return f"{'http' if is_here else 'https'}://{found[2]}", found[1], found[2]
    raise Gone("this is no account on Mastodon: write it as @name@server")


def _fingered(origin: str, name: str, door: Reader) -> tuple[str, Author]:
    """Where the account really lives, and who it is, by WebFinger: the name's server may be another.

    The profile's page is the account's `url` on every server that was seen; without one it is the id.
    """
    resource = f"acct:{name}@{_host(origin)}"
    found = _json(door, f"{origin}/.well-known/webfinger", {"resource": resource})
    links = {_text(link, "rel"): _text(link, "href") for link in found["links"].listing()}
    home = urlsplit(own if is_web_address(own := links.get("self", "")) else "")
    if not home.netloc:
        raise Gone("the server does not say where this account lives")
    page = links.get(_PROFILE, "")
    address = page if is_web_address(page) else own
    return f"{home.scheme}://{home.netloc}", Author(address, f"@{name}@{_host(origin)}", name, address)


def _scopes(endpoint: str, door: Reader) -> tuple[str, ...] | None:
    """What the token may do, or None where the server does not say (before Mastodon 4.3, relatives)."""
    try:
        found = _json(door, f"{endpoint}/api/v1/apps/verify_credentials").get("scopes")
    except (Gone, ChangedFormat):
        return None
    return tuple(scope.word() for scope in found.listing()) if found else None


def _has_no_scopes(endpoint: str, door: Reader) -> bool:
    """snac knows no scopes, nor does GoToSocial before 0.19 (its release notes; 0.x is its alone)."""
    version = _text(_json(door, f"{endpoint}/api/v1/instance"), "version")
    found = _BEFORE_1.match(version)
    return "snac/" in version or bool(found and int(found[1]) < 19)


def _ref_here(endpoint: str, post: Post) -> str:
    """The post's ref on `endpoint`; another server's id cannot be looked up by reading alone."""
    own = CONNECTOR.of_link(post.url) or CONNECTOR.of_link(post.id)
    refs = [*post.refs, *([own[1]] if own else [])]
    for ref in refs:
        if ref.partition("/")[0] == _host(endpoint):
            return ref
    raise Unavailable(f"{_host(endpoint)} was never seen showing this post")


class Mastodon:
    """The connector: requests only. What they answer is read by `Reading`."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step of mentions, replies, a hashtag or our own posts."""
        ways = {"mentions": _mentions, "replies": _replies, "hashtag": _hashtag, "own": _own}
        ways["keyed-replies"] = _replies
        if ask.kind not in ways:
            raise Refused(f"Mastodon has no query called {ask.kind}")
        return ways[ask.kind](ask, door, _place(ask.cursor))

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The line above a post and all below it, as `endpoint` shows them; two requests."""
        return _look(door, endpoint, _status(endpoint, _ref_here(endpoint, post), door))

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether the status still answers by its id."""
        try:
            _status(endpoint, _ref_here(endpoint, post), door)
        except Gone:
            return False
        return True

    def check(self, endpoint: str, door: Reader) -> Access:
        """Whose token this is, and its scopes; CanWrite if one of them lets it do more than read."""
        scopes = _scopes(endpoint, door)
        if scopes is None and _has_no_scopes(endpoint, door):
            raise CanWrite(
                "here every token may do everything (snac, GoToSocial before 0.19): read without one"
            )
        if scopes and any(scope.split(":")[0] in _MAY_PUBLISH for scope in scopes):
            raise CanWrite("this token's application may do more than read: make one with three read scopes")
        me = _json(door, f"{endpoint}/api/v1/accounts/verify_credentials")
        return Access(_reading(endpoint, door).author(me), scopes)

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From "@us@server" or a profile's address; follows WebFinger where the account lives elsewhere,
        and where the server tells strangers nothing else (GoToSocial, Pixelfed)."""
        origin, name, server = _address(text)
        try:
            return origin, _reading(origin, door).author(_lookup(origin, name, door))
        except (Gone, ChangedFormat, NeedsSignIn):
            home, author = _fingered(origin, name, door)
        if home == origin:
            return home, author
        try:
            return home, _reading(home, door).author(_lookup(home, f"{name}@{server}", door))
        except NeedsSignIn:
            return home, author

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The server and its ref for the status, by the shape of the address alone."""
        parts = urlsplit(link if is_web_address(link) else "")
        found = next((m for path in _POST_PATHS if (m := path.fullmatch(parts.path))), None)
        if not found:
            return None
        return f"{parts.scheme}://{parts.netloc}", f"{parts.netloc}/{found[1]}"

    def read_link(self, link: str, door: Reader) -> Post:
        """The status behind a link; one request to the server that stands in it."""
        known = self.of_link(link)
        if known is None:
            raise Gone("this is no address of a post on Mastodon")
        endpoint, ref = known
        return _reading(endpoint, door).post(_status(endpoint, ref, door))

    def reply_link(self, post: Post, home: str | None) -> str:
        """Through the person's own server, which finds the post there and shows its reply box."""
        origin = home if not home or "://" in home else f"https://{home}"
        if not origin or _host(origin) == _host(post.url) or not post.id.startswith("http"):
            return post.url
        return f"{origin.rstrip('/')}/authorize_interaction?uri={quote(post.id, safe='')}"


CONNECTOR = Mastodon()
