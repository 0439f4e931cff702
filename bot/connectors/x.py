"""X by its API v2: an account's mentions, a search, conversations of the last seven days, what accounts post.

Every post and person read costs money, so that nothing is asked that the month's budget does not cover
(docs.x.com/x-api/getting-started/pricing). Ids are numbers that grow with time and never change; an edit
makes a new one and lists the former (docs.x.com/x-api/fundamentals/edit-posts). Since August 2026 the schema
says "post" where it said "tweet"; both are read, and the one that X takes is found out and kept.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode, urlsplit

from bot.domain.connector import (
    Access,
    Ask,
    Broken,
    Call,
    ConnectorFacts,
    How,
    Page,
    Query,
    Reader,
    Thread,
    Way,
)
from bot.domain.errors import (
    CanWrite,
    ChangedFormat,
    Gone,
    NeedsSignIn,
    OverBudget,
    Refused,
    Unavailable,
)
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.reading.pages import keep_place, known_place, read_each
from bot.reading.payload import Malformed, Part, is_web_address, parse_json
from bot.reading.purse import next_month

HOME = "https://api.x.com"
SITE = "https://x.com"
RENEW = Call(
    "POST",
    "",
    "/2/oauth2/token",
    "renews a token for what its person allowed before: it has no words to publish in it",
)
FACTS = ConnectorFacts(
    name="x",
    label="X",
    queries=(
        Query("mentions", "Mentions, replies and quotes", "@acme", needs_credential=True),
        Query("search", "A name or a phrase", "Acme Export", lane=Lane.ABOUT_US, needs_credential=True),
        Query("own", "What our account posts", "@acme", needs_credential=True, ours=True),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "within 5 minutes while people write"),
        Way(How.THREAD, Strength.STRONG, "at the next look, for 7 days after the post"),
    ),
    floor=timedelta(minutes=2),
    requests=300,
    window=timedelta(minutes=15),
    limits_source="https://docs.x.com/x-api/fundamentals/rate-limits",
    sees="Mentions, replies and quotes of an account, a phrase, and what our accounts post.",
    cannot_see="Protected accounts, hidden replies, threads older than 7 days, over 800 mentions at once.",
    credential="The app-only bearer token of your own app, which cannot post; or a client id, a space, and a "
    "refresh token with tweet.read, users.read and offline.access.",
    calls=(RENEW,),
    home=HOME,
    prices={"post": 5_000, "user": 10_000},
    budget=20_000_000,
    words={
        "unsupported-authentication": Gone,  # an app-only token is nobody's: it has no "me"
        "invalid-request": ChangedFormat,
    },
    carries_names=True,
)

_VERSION = 1
_FORM = "application/x-www-form-urlencoded"
_MOST = 100
_LEAST = 10  # the smallest page that a search gives; a timeline gives 5
_PAGES_IN_A_ROW = 50
_LOOK_PAGES = 5
_ABOVE = 10
_SEARCHED = timedelta(days=7) - timedelta(hours=1)
_EPOCH = 1_288_834_974_657  # ids hold the milliseconds since then above their 22 lowest bits
_PLENTY = 10**9
_REMEMBERED = 2_000
_SPELLINGS = ("tweet", "post")
_FIELDS = (
    "author_id,conversation_id,created_at,edit_history_{}_ids,entities,lang,note_{},possibly_sensitive,"
    "public_metrics,referenced_{}s"
)
_PROBE = "20"  # the first post of all
_PHRASE = re.compile(r'["\\]')
_NAME = re.compile(r"@([A-Za-z0-9_]{1,15})", re.ASCII)
_PAGE = re.compile(r"/([A-Za-z0-9_]{1,15})/?", re.ASCII)
_LINK = re.compile(r"/(?:[A-Za-z0-9_]{1,15}|i/web)/status/(\d{1,19})/?", re.ASCII)
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)
_HOSTS = ("x.com", "www.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com", "127.0.0.1")

Params = Mapping[str, str]


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Reading:
    """When an answer was read and who is in it; turns its rows into posts, or raises Malformed."""

    now: datetime
    people: Mapping[str, Part] = field(default_factory=dict)
    account: str | None = None

    def author(self, user: Part) -> Author:
        """The account by its number; its name can be changed."""
        name = user["username"].word()
        return Author(_number(user), f"@{name}", _text(user, "name") or name, f"{SITE}/{name}")

    def post(self, row: Part) -> Post | None:
        """One post as it reads now, by the id that it had first; None for a repost."""
        id_, at = _number(row), row["created_at"].time(self.now)
        answers = {_text(one, "type"): _number(one) for one in _either(row, "referenced_{}s")}
        if "retweeted" in answers or "reposted" in answers:
            return None
        versions = [one.id() for one in _either(row, "edit_history_{}_ids")] or [id_]
        if not all(_NUMBER.fullmatch(one) for one in versions):
            raise Malformed(row.path, "has a version without a number")
        author, visibility = self._by(row["author_id"].id())
        parent, named = answers.get("replied_to"), set(_named(row))
        note = row.get("note_tweet") or row.get("note_post")
        sensitive = row.get("possibly_sensitive")
        return Post(
            network=FACTS.name,
            id=versions[0],
            url=f"{SITE}/i/web/status/{id_}",
            author=author,
            text=unescape(_text(note, "text") if note else "") or unescape(row["text"].text()),
            created_at=at,
            parent=parent,
            root=row["conversation_id"].id(),
            refs=tuple(sorted({*versions, id_} - {versions[0]})),
            # A quote names nobody in its text; that it stands among the mentions says whom it is for.
            names=frozenset(named | ({self.account} if self.account and not parent else set())),
            visibility=visibility,
            warning="sensitive" if sensitive and sensitive.flag() else None,
            language=_language(row),
            edited_at=at if len(versions) > 1 else None,
        )

    def _by(self, id_: str) -> tuple[Author, Visibility]:
        user = self.people.get(id_)
        if user is None:
            return Author(id_, id_, id_, f"{SITE}/i/user/{id_}"), Visibility.UNKNOWN
        protected = user.get("protected")
        hidden = protected is not None and protected.flag()
        return self.author(user), Visibility.FOLLOWERS if hidden else Visibility.PUBLIC


def _number(part: Part) -> str:
    found = part["id"].id()
    if not _NUMBER.fullmatch(found):
        raise Malformed(part.path, "has no number")
    return found


def _either(part: Part, key: str) -> list[Part]:
    """A list that stands under one of the two spellings, if at all."""
    found = next((one for word in _SPELLINGS if (one := part.get(key.format(word)))), None)
    return found.listing() if found else []


def _named(row: Part) -> Iterator[str]:
    entities = row.get("entities")
    mentions = entities.get("mentions") if entities else None
    for one in mentions.listing() if mentions else ():
        id_ = one.get("id")
        if id_:
            yield id_.id()


def _text(part: Part, key: str) -> str:
    found = part.get(key)
    return found.text() if found else ""


def _language(row: Part) -> str | None:
    found = _text(row, "lang")
    return found if found not in ("", "und") else None


def _id(row: Part) -> str:
    try:
        return _number(row)
    except Malformed:
        return ""


def _written(id_: str) -> datetime:
    """When a post got its id (docs.x.com/fundamentals/x-ids)."""
    return datetime.fromtimestamp(((int(id_) >> 22) + _EPOCH) / 1000, UTC)


# ---- asking, paying, and the two spellings


@dataclass(slots=True)
class _Said:
    """One answer: its rows, and the people in it."""

    rows: list[Part]
    people: dict[str, Part]
    more: str
    errors: list[Part]


@dataclass(frozen=True, slots=True)
class _Api:
    """X as `door` may ask it: what an answer may cost is affordable before, and paid after."""

    endpoint: str
    door: Reader

    def listed(self, path: str, params: Params, most: int = _MOST) -> _Said:
        """Posts with their authors, as many as the budget covers; raises OverBudget below the least page."""
        count = min(most, self._affordable())
        if count < min(_LEAST, most):
            raise OverBudget("the month's budget is spent", next_month(self.door.now()))
        return self.posts(path, {**params, "max_results": str(count)}, count)

    def looked_up(self, id_: str) -> _Said | None:
        """One post with its author, or None where X says that it is not there."""
        if self._affordable() < 1:
            raise OverBudget("the month's budget is spent", next_month(self.door.now()))
        said = self.posts("/2/tweets", {"ids": id_}, 1)
        if said.rows:
            return said
        if any(_text(error, "type").endswith("/resource-not-found") for error in said.errors):
            return None
        raise Unavailable("X does not show this post, and does not say that it is gone")

    def posts(self, path: str, params: Params, most: int) -> _Said:
        """Posts with all that is read of them, in the spelling that X takes."""
        usual = _kept(self.door).get("fields", "")
        known: _Said | None = None
        refused: ChangedFormat | None = None
        for spelling in sorted(_SPELLINGS, key=lambda one: (one != usual, one != _SPELLINGS[0])):
            try:
                said = self._asked(path, params, spelling, most)
            except ChangedFormat as why:
                refused = refused or why
                continue
            if not said.rows:
                return said
            if any(_knows_its_thread(row) for row in said.rows):
                self._keep_spelling(spelling, usual)
                return said
            known = known or said
        if known is None:
            raise refused or ChangedFormat("X takes neither spelling")
        return known

    def _keep_spelling(self, spelling: str, usual: str) -> None:
        if spelling != (usual or _SPELLINGS[0]):
            with self.door.turn():
                _keep(self.door, fields=spelling)

    def _asked(self, path: str, params: Params, spelling: str, most: int) -> _Said:
        fields = {f"{spelling}.fields": _FIELDS.format(*[spelling] * 3), "user.fields": "protected"}
        told = self.get(path, {**params, **fields, "expansions": "author_id"})
        said = _said(told)
        self._pay(said, most)
        return said

    def get(self, path: str, params: Params | None = None) -> Part:
        """What X answers, with a fresh token where a person's key runs out every two hours."""
        url = f"{self.endpoint}{path}"
        if not _is_personal(self.door):
            return parse_json(self.door.get(url, params).body)
        access = _kept(self.door).get("access") or _renewed(self.door, "")
        try:
            return parse_json(self.door.signed(access).get(url, params).body)
        except NeedsSignIn:
            return parse_json(self.door.signed(_renewed(self.door, access)).get(url, params).body)

    def _affordable(self) -> int:
        """How many posts, each with an author to pay for too, the budget covers."""
        posts, people = self.door.afford("post", _PLENTY), self.door.afford("user", _PLENTY)
        return posts * people // (posts + people)

    def _pay(self, said: _Said, most: int) -> None:
        """X counts the same person once in a UTC day, so that only new ones of today cost."""
        self.door.pay("post", min(len(said.rows), most))
        today, kept = f"{self.door.now():%Y-%m-%d}", _kept(self.door)
        known = kept.get("people", "").split() if kept.get("day") == today else []
        new = sorted(set(said.people) - set(known))
        self.door.pay("user", len(new))
        if new:
            with self.door.turn():
                _keep(self.door, day=today, people=" ".join([*known, *new][-_REMEMBERED:]))


def _said(told: Part) -> _Said:
    """The parts of an answer; one that has neither data nor a count nor errors is none of X's."""
    data, meta, errors = told.get("data"), told.get("meta"), told.get("errors")
    if data is None and meta is None and errors is None:
        raise ChangedFormat("the answer has neither data nor errors")
    includes = told.get("includes")
    users = includes.get("users") if includes else None
    people = {id_: user for user in (users.listing() if users else []) if (id_ := _id(user))}
    more = _text(meta, "next_token") if meta else ""
    return _Said(data.listing() if data else [], people, more, errors.listing() if errors else [])


def _knows_its_thread(row: Part) -> bool:
    try:
        return bool(row.get("conversation_id"))
    except Malformed:
        return False


# ---- a person's key: it runs out every two hours, and each renewal changes it


def _is_personal(door: Reader) -> bool:
    return len(door.secret().split()) > 1


def _kept(door: Reader) -> dict[str, str]:
    if not door.kept():
        return {}
    found = parse_json(door.kept().encode()).mapping()
    return {key: value.text(1_000_000) for key, value in found.items()}


def _keep(door: Reader, **new: str) -> None:
    door.keep(json.dumps({**_kept(door), **new}))


def _renewed(door: Reader, stale: str) -> str:
    """A fresh token; the next renewal is kept at once, since the former is void (RFC 6749, section 6).

    Raises CanWrite if the person allowed more than reading.
    """
    with door.turn():
        kept = _kept(door)
        if kept.get("access", stale) != stale:
            return kept["access"]
        client, first = door.secret().split()[:2]
        form = {
            "grant_type": "refresh_token",
            "client_id": client,
            "refresh_token": kept.get("renewal", first),
        }
        told = parse_json(door.call(RENEW, urlencode(form).encode(), _FORM, anonymous=True).body)
        access, scopes = told["access_token"].text(10_000), told["scope"].text().split()
        _keep(door, access=access, renewal=told["refresh_token"].text(10_000), scopes=" ".join(scopes))
    _refuse_writing(scopes)
    return access


def _refuse_writing(scopes: Iterable[str]) -> None:
    if any(scope.endswith(".write") for scope in scopes):
        raise CanWrite("this key may write: allow tweet.read, users.read and offline.access only")


# ---- polls


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a Source was read. While it is walked back, `top` is where it began and `until` where it is.

    `start` is the time from which it is read as long as no post was seen.
    """

    since: str = ""
    start: str = ""
    top: str = ""
    until: str = ""
    pages: int = 0

    def text(self) -> str:
        return keep_place(_VERSION, **asdict(self))


def _place(ask: Ask, now: datetime) -> _Place:
    if not ask.cursor:
        return _Place(start=_moment(ask.since or now))
    found = known_place(ask.cursor, _VERSION)
    texts = {key: found[key].text() for key in ("since", "start", "top", "until")}
    return _Place(**texts, pages=found["pages"].integer())


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _newer(ask: Ask, api: _Api, path: str, params: Params, *, searched: bool = False) -> Page:
    """The next page back from the newest post to what was read before; each page is paid for and kept."""
    now = api.door.now()
    place = _place(ask, now)
    window, is_late = _window(place, now - _SEARCHED if searched else None)
    said = api.listed(path, {**params, **window})
    reading = Reading(now, said.people, ask.account if ask.kind == "mentions" else None)
    posts, broken = read_each(said.rows[::-1], reading.post, _id)
    ids = sorted((int(found) for row in said.rows if (found := _id(row))), reverse=True)
    after, is_cut = _after(place, ids, has_more=bool(said.more))
    if is_cut or is_late:
        broken += (Broken("", "more came than X shows: older posts are missing"),)
    posts.sort(key=lambda post: post.created_at)
    return Page(tuple(posts), after.text(), bool(after.until), broken)


def _window(place: _Place, earliest: datetime | None) -> tuple[dict[str, str], bool]:
    """Between which posts to ask, and whether what was read before is older than a search goes back."""
    window = {"until_id": place.until} if place.until else {}
    if place.since and not (earliest and _written(place.since) < earliest):
        return window | {"since_id": place.since}, False
    start = max(place.start, _moment(earliest)) if earliest else place.start
    return window | {"start_time": start}, bool(place.since)


def _after(place: _Place, ids: Sequence[int], *, has_more: bool) -> tuple[_Place, bool]:
    """The place after a page, and whether the walk back had to end before its end."""
    top = place.top or (str(ids[0]) if ids else "")
    goes_on = has_more and bool(ids) and (not place.until or ids[-1] < int(place.until))
    if goes_on and place.pages + 1 < _PAGES_IN_A_ROW:
        return replace(place, top=top, until=str(ids[-1]), pages=place.pages + 1), False
    is_cut = has_more and bool(ids)
    return _Place(since=top or place.since, start=place.start), is_cut


def _mentions(ask: Ask, api: _Api) -> Page:
    return _newer(ask, api, f"/2/users/{_account(ask, api)}/mentions", {})


def _own(ask: Ask, api: _Api) -> Page:
    return _newer(ask, api, f"/2/users/{_account(ask, api)}/tweets", {"exclude": "retweets"})


def _search(ask: Ask, api: _Api) -> Page:
    words = _PHRASE.sub(" ", ask.query).strip()
    phrase = words if words.startswith("#") else f'"{words}"'
    return _newer(ask, api, "/2/tweets/search/recent", {"query": f"{phrase} -is:retweet"}, searched=True)


def _account(ask: Ask, api: _Api) -> str:
    return ask.account or _user(api, _typed(ask.query)[1]).id


def _typed(text: str) -> tuple[str, str]:
    """(origin, name) of "@name" or of a profile's address; the origin is empty unless on this machine."""
    text = text.strip()
    parts = urlsplit(text if is_web_address(text) else "")
    found = _PAGE.fullmatch(parts.path) if parts.hostname in _HOSTS else _NAME.fullmatch(text)
    if not found:
        raise Gone("this is no account on X: write it as @name")
    return (f"http://{parts.netloc}" if parts.scheme == "http" else ""), found[1]


def _user(api: _Api, name: str) -> Author:
    told = api.get(f"/2/users/by/username/{name}")
    user = told.get("data")
    if user is None:
        raise Gone("X knows no account of this name")
    api.door.pay("user", 1)
    return Reading(api.door.now()).author(user)


# ---- looks


@dataclass(slots=True)
class _Look:
    """One walk up and down a conversation: what was seen, and whether something may be hidden."""

    api: _Api
    posts: dict[str, Post] = field(default_factory=dict)
    counts: dict[str, int | None] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    is_cut: bool = False

    def take(self, said: _Said) -> list[Post]:
        """The posts of an answer, with how many replies each counts."""
        posts, broken = read_each(said.rows, Reading(self.api.door.now(), said.people).post, _id)
        self.broken += broken
        self.posts |= {post.id: post for post in posts}
        self.counts |= {_id(row): _replies(row) for row in said.rows}
        return posts

    def upwards(self, post: Post) -> None:
        """The line above, until the first post or one that was deleted: what answers lower ones shows."""
        for _ in range(_ABOVE):
            if post.parent is None or self._is_deleted(post.parent):
                return
            found = self.posts.get(post.parent)
            if found is None:
                break
            post = found
        self.is_cut = True

    def _is_deleted(self, id_: str) -> bool:
        """Whether X says so; a post that is there is taken, one that is only hidden is neither."""
        try:
            said = self.api.looked_up(id_)
        except Unavailable:
            return False
        if said:
            self.take(said)
        return said is None

    def downwards(self, post: Post) -> None:
        """What came after it in its conversation, which a search shows for seven days."""
        if _written(post.id) < self.api.door.now() - _SEARCHED:
            self.is_cut = True
            return
        query = {"query": f"conversation_id:{post.root}", "since_id": post.id}
        until: dict[str, str] = {}
        for _ in range(_LOOK_PAGES):
            said = self.api.listed("/2/tweets/search/recent", {**query, **until})
            self.take(said)
            ids = [int(found) for row in said.rows if (found := _id(row))]
            if not said.more or not ids:
                return
            until = {"until_id": str(min(ids))}
        self.is_cut = True

    def hides(self, middle: Post) -> bool:
        """Whether a reply at or below the post may be there that is not shown."""
        ids = {ref: post.id for post in self.posts.values() for ref in (post.id, *post.refs)}
        lower = [post for post in self.posts.values() if int(post.id) >= int(middle.id)]
        shown = Counter(ids.get(post.parent or "") for post in lower)
        counts = {post.id: self.counts.get(_current(post)) for post in lower}
        if any(count is None or count > shown[id_] for id_, count in counts.items()):
            return True
        above = {post.parent for post in lower if post.parent and post.parent not in ids}
        loose = sorted(id_ for id_ in above if int(id_) > int(middle.id))
        return len(loose) > _ABOVE or not all(self._is_deleted(id_) for id_ in loose)


def _replies(row: Part) -> int | None:
    try:
        return row["public_metrics"]["reply_count"].integer()
    except Malformed:
        return None


def _current(post: Post) -> str:
    """The number of the version that was read, which stands in its address."""
    return post.url.rpartition("/")[2]


class X:
    """The connector: questions only, and the call that renews a person's key."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One page of an account's mentions, of a search, or of our own posts."""
        ways = {"mentions": _mentions, "search": _search, "own": _own}
        if ask.kind not in ways:
            raise Refused(f"X has no query called {ask.kind}")
        return ways[ask.kind](ask, _Api(ask.endpoint, door))

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The line above a post and what came after it in its conversation."""
        look = _Look(_Api(endpoint, door))
        said = look.api.looked_up(_current(post))
        if said is None:
            raise Gone("X does not have it")
        found = next(iter(look.take(said)), None)
        if found is None:
            raise ChangedFormat("the post cannot be read")
        look.upwards(found)
        look.downwards(found)
        whole = not look.is_cut and not look.broken and not look.hides(found)
        return Thread(tuple(look.posts.values()), found.root, whole, tuple(look.broken))

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether X says that it is there; Unavailable where it says neither."""
        return _Api(endpoint, door).looked_up(_current(post)) is not None

    def check(self, endpoint: str, door: Reader) -> Access:
        """An app-only token is nobody's and cannot post; a person's key tells its scopes as it is renewed.

        The first post of X is read once, to find out which spelling of the schema is taken.
        """
        api = _Api(endpoint, door)
        account: Author | None = None
        scopes: tuple[str, ...] = ("app-only reading",)
        try:
            account = Reading(door.now()).author(api.get("/2/users/me")["data"])
        except Gone:  # an app's own token has no "me"
            pass
        else:
            scopes = tuple(_kept(door).get("scopes", "").split())
            if not scopes:
                raise CanWrite("a person's token hides what it may do: give the app-only token of your app")
            _refuse_writing(scopes)
        api.posts("/2/tweets", {"ids": _PROBE}, 1)
        return Access(account, scopes)

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From "@name" or the address of its page; Gone without a key, since X shows strangers nothing."""
        origin, name = _typed(text)
        try:
            door.secret()
        except NeedsSignIn:
            raise Gone("X shows accounts only with a key") from None
        endpoint = origin or HOME
        return endpoint, _user(_Api(endpoint, door), name)

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The number in the address of a post."""
        parts = urlsplit(link if is_web_address(link) else "")
        found = _LINK.fullmatch(parts.path)
        if not found or parts.hostname not in _HOSTS:
            return None
        return (f"http://{parts.netloc}" if parts.scheme == "http" else HOME), found[1]

    def read_link(self, link: str, door: Reader) -> Post:
        """The post behind a link."""
        known = self.of_link(link)
        look = _Look(_Api(known[0], door)) if known else None
        said = look.api.looked_up(known[1]) if look and known else None
        post = next(iter(look.take(said)), None) if look and said else None
        if post is None:
            raise Gone("X does not have it")
        return post

    def reply_link(self, post: Post, home: str | None) -> str:
        """The web intent that opens a reply box; it never posts by itself."""
        return f"{SITE}/intent/tweet?in_reply_to={_current(post)}"


CONNECTOR = X()
