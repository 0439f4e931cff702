"""GitHub: issues and pull requests by REST, discussions by GraphQL queries (docs.github.com/rest, /graphql).

A post's id is its global node id, the same in both; an author's is the number behind the login, which can
be renamed. Comments of an issue have no parents: their numbers, which grow, are the network's order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.domain.connector import (
    Access,
    Answer,
    Ask,
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
from bot.reading.pages import keep_place, known_place, read_each, set_beside
from bot.reading.payload import Malformed, Part, is_web_address, parse_json

HOME = "https://api.github.com"
GRAPHQL = Call(
    "POST", "", "/graphql", "reads discussions, which REST does not show; only queries pass", only_query=True
)
FACTS = ConnectorFacts(
    name="github",
    label="GitHub",
    queries=(
        Query("mentions", "Issues and pull requests that name us", "github.com/acme"),
        Query("newcomers", "First contributions to a repository", "acme/export", lane=Lane.TO_US),
        Query(
            "discussions", "A repository's discussions", "acme/export", lane=Lane.TO_US, needs_credential=True
        ),
        Query(
            "repository",
            "All issues and pull requests",
            "acme/export",
            lane=Lane.TO_US,
            tries=(
                Try(Form.REPOSITORY, account=False),
                Try(Form.SITE, only=r"https://github\.com/[\w-]+/[\w.-]+/?", account=False),
            ),
        ),
        Query(
            "own",
            "What our account writes",
            "github.com/acme",
            ours=True,
            tries=(Try(Form.SITE, only=r"https://github\.com/[\w-]+/?"),),
        ),
    ),
    ways=(
        Way(How.OWN_POSTS, Strength.STRONG, "30 seconds to 6 hours: GitHub tells of them late"),
        Way(How.THREAD, Strength.STRONG, "at the next look, 2 minutes to 3 days"),
    ),
    floor=timedelta(minutes=5),
    requests=60,
    window=timedelta(hours=1),
    home=HOME,
    limits_source="https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api",
    sees="Issues, pull requests, reviews and discussions of public repositories, and what closed them.",
    cannot_see="Private repositories without a token for them; mentions of a team; what was hidden as spam.",
    credential="A fine-grained token for public repositories without any permission.",
    can_post_warning="GitHub does not show what a fine-grained token may do: give it no permission at all.",
    calls=(GRAPHQL,),
    parent_pointers=False,
)

_VERSION = 1
_ROWS = 100
_TALKS = 20  # discussions in one answer: GitHub counts all that could be in it
_THREADS = 10  # threads read in one poll: each costs one to three requests
_PAGES = 3  # pages of a hundred comments; a longer thread is never complete
# Longer than the search is late.
_OVERLAP = 10 * 60
_FIRST = timedelta(days=1)
_TEAM = ("OWNER", "MEMBER", "COLLABORATOR")
_NEW = ("FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR")
_VERDICTS = ("APPROVED", "CHANGES_REQUESTED")
_GHOST = Author("10137", "@ghost", "ghost", "https://github.com/ghost")  # whom GitHub shows for deleted ones
_LOGIN = re.compile(r"(?:https?://)?(?:www\.)?github\.com/([A-Za-z0-9][A-Za-z0-9-]{0,38})/?")
_LOCAL = re.compile(r"https?://(?:127\.0\.0\.1|localhost)(?::\d+)?/([A-Za-z0-9][A-Za-z0-9-]{0,38})/?")
_REPOSITORY = re.compile(r"(?:.*/)?([A-Za-z0-9-]{1,39})/([\w.-]{1,100})/?", re.ASCII)
_PLACE = re.compile(r"/([\w.-]+)/([\w.-]+)/(issues|pull|discussions)/(\d{1,12})/?", re.ASCII)
_MARK = re.compile(r"(issuecomment-|discussion_r|pullrequestreview-|discussioncomment-)(\d{1,18})", re.ASCII)
_CLOSED = "#closed"
_QUIET = re.compile(r"<!--.*?-->|```.*?(?:```|\Z)|`[^`\n]*`|^[ \t]*>[^\n]*$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"(?<![\w/@.`-])@([A-Za-z0-9][A-Za-z0-9-]{0,38})(?![\w/-])")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NUMBERS = " ".join(f"...on {kind}{{databaseId}}" for kind in ("User", "Bot", "Organization", "Mannequin"))
_ACTOR = f"author{{__typename login url {_NUMBERS}}}"
_SAID = f"id databaseId url body createdAt lastEditedAt authorAssociation {_ACTOR}"
_REPLIES = f"replies(last:50){{totalCount nodes{{{_SAID} deletedAt isAnswer}}}}"
_DISCUSSION = (
    f"{_SAID} title updatedAt closed closedAt "
    f"comments(last:100){{totalCount nodes{{{_SAID} deletedAt isAnswer {_REPLIES}}}}}"
)
_SEARCH = (
    f"query($q:String!){{search(type:DISCUSSION,query:$q,first:{_TALKS})"
    f"{{nodes{{...on Discussion{{{_DISCUSSION}}}}}}}}}"
)
_ONE = (
    "query($owner:String!,$name:String!,$number:Int!){repository(owner:$owner,name:$name)"
    f"{{discussion(number:$number){{{_DISCUSSION}}}}}}}"
)


# ---- pure: from an answer to posts


@dataclass(frozen=True, slots=True)
class Where:
    """What an address on github.com leads to; `mark` and `id` are of one comment or review."""

    owner: str
    repo: str
    kind: str
    number: str
    mark: str = ""
    id: str = ""

    @property
    def api(self) -> str:
        """The repository's address in the API, without the host."""
        return f"/repos/{self.owner}/{self.repo}"

    @property
    def repository(self) -> str:
        """Its owner and name, in small letters."""
        return f"{self.owner}/{self.repo}".lower()

    @property
    def root(self) -> str:
        """The name under which the thread is known before its first post was read."""
        return f"{self.repository}#{self.number}"


def where(url: str) -> Where:
    """What a web address leads to; raises Gone for anything but an issue, pull request or discussion."""
    parts = urlsplit(url if is_web_address(url) else "")
    found, mark = _PLACE.fullmatch(parts.path), _MARK.fullmatch(parts.fragment)
    if not found:
        raise Gone("this is no address of an issue, pull request or discussion on GitHub")
    return Where(*found.groups(), *(mark.groups() if mark else ()))


@dataclass(frozen=True, slots=True)
class Reading:
    """When an answer was read; its methods turn parts of it into posts, or raise Malformed."""

    now: datetime

    def author(self, user: Part | None) -> Author:
        """The account by its number; who deleted theirs is GitHub's ghost."""
        if user is None:
            return _GHOST
        login = user["login"].word()
        is_bot = (user.get("type") or user.get("__typename") or Part("")).value == "Bot"
        number = (user.get("id") or user.get("databaseId") or user["login"]).id()
        url = (user.get("html_url") or user["url"]).url()
        return Author(number, f"@{login}", login, url, is_bot or login.endswith("[bot]"))

    def rest(self, row: Part, place: Where | None = None) -> Post:
        """An issue, a pull request, a comment or a review, as REST has it."""
        url = row["html_url"].url()
        said = _said(row, self._at(row, "created_at", "submitted_at"), url, self.author(row.get("user")))
        app, edited = row.get("performed_via_github_app"), row.get("updated_at")
        return replace(
            _placed(said, row, place or _place_of(url, row)),
            client=f"GitHub App {app['name'].word()}" if app else None,
            edited_at=_later(edited.time(self.now) if edited else None, said.created_at),
        )

    def told(self, row: Part) -> Post | None:
        """A discussion or a comment of one, as GraphQL has it; None for one that was deleted."""
        deleted, edited = row.get("deletedAt"), row.get("lastEditedAt")
        if deleted:
            return None
        url = row["url"].url()
        said = _said(row, row["createdAt"].time(self.now), url, self.author(row.get("author")))
        answer = row.get("isAnswer")
        return replace(
            _placed(said, row, _place_of(url, row)),
            edited_at=edited.time(self.now) if edited else None,
            sign="answered" if answer and answer.flag() else None,
        )

    def closing(self, row: Part, top: Post, posts: Sequence[Post]) -> Post | None:
        """What closed it, below all that was said before; None while it is open."""
        closed_at = row.get("closed_at") or row.get("closedAt")
        if closed_at is None:
            return None
        at, merged = closed_at.time(self.now), (row.get("pull_request") or Part({})).get("merged_at")
        before = [post for post in posts if post.created_at <= at]
        return Post(
            network=FACTS.name,
            id=top.id + _CLOSED,
            url=top.url,
            author=self.author(row.get("closed_by")),
            text="",
            created_at=at,
            parent=max(before, key=lambda post: (post.created_at, post.order or 0), default=top).id,
            root=top.root,
            visibility=Visibility.PUBLIC,
            sign="merged" if merged else "closed",
        )

    def _at(self, row: Part, *keys: str) -> datetime:
        found = next((part for key in keys if (part := row.get(key))), None)
        return (found or row[keys[0]]).time(self.now)


def _said(row: Part, at: datetime, url: str, author: Author) -> Post:
    title, body = row.get("title"), row.get("body")
    words = [part.text() for part in (title, body) if part]
    text = "\n\n".join(kept for word in words if (kept := _COMMENT.sub("", word).strip()))
    id = (row.get("node_id") or row["id"]).id()
    return Post(FACTS.name, id, url, author, text, at, visibility=Visibility.PUBLIC)


def _place_of(url: str, row: Part) -> Where:
    try:
        return where(url)
    except Gone:
        raise Malformed(f"{row.path}.html_url", "leads to no issue, pull request or discussion") from None


def _placed(post: Post, row: Part, place: Where) -> Post:
    """With its place in the thread: a number in the order of its comments, or a post to hang under."""
    if _association(row) in _TEAM:
        post = replace(post, member_of=place.repository)
    if not place.mark:
        return replace(post, root=post.id, refs=(place.root,), order=0)
    post = replace(post, root=place.root)
    if place.mark == "pullrequestreview-":
        return replace(post, parent=place.root)
    if place.mark != "discussion_r":
        return replace(post, order=int(place.id))
    first = row.get("in_reply_to_id")
    above = f"{place.root}/{first.id()}" if first else place.root
    order = int(place.id) if first else None
    return replace(post, parent=above, order=order, refs=(f"{place.root}/{place.id}",))


def _later(at: datetime | None, than: datetime) -> datetime | None:
    return at if at and at > than else None


def named(text: str) -> set[str]:
    """The logins that a text names, in small letters; not in quotations, code and comments of a template."""
    return {login.lower() for login in _NAMED.findall(_QUIET.sub(" ", text))}


def _with_names(posts: Iterable[Post], known: Mapping[str, str]) -> list[Post]:
    """The posts with the ids of whom they name, as far as these are among `known` or wrote here."""
    found = list(posts)
    ids = {post.author.handle[1:].lower(): post.author.id for post in found} | dict(known)
    return [
        replace(post, names=frozenset(ids[one] for one in named(post.text) if one in ids)) for post in found
    ]


def _name(row: Part) -> str:
    try:
        return (row.get("node_id") or row["id"]).id()
    except Malformed:
        return ""


def _association(row: Part) -> str:
    try:
        found = row.get("author_association") or row.get("authorAssociation")
        return found.text() if found else ""
    except Malformed:
        return ""


# ---- the threads that changed since


@dataclass(frozen=True, slots=True)
class _Place:
    """Up to when changes were walked (seconds), and the threads read that changed after that, with when."""

    since: int
    seen: dict[str, int] = field(default_factory=dict)


def _place(ask: Ask, door: Reader) -> _Place:
    if not ask.cursor:
        return _Place(int((ask.since or door.now() - _FIRST).timestamp()))
    found = known_place(ask.cursor, _VERSION)
    seen = {name: at.integer() for name, at in found["seen"].mapping().items()}
    return _Place(found["since"].integer(), seen)


Found = tuple[list[Post], tuple[Broken, ...]]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Threads in the order of their change; with `full` of them there are more."""

    rows: list[Part]
    full: int = _ROWS


def _walk(
    ask: Ask, door: Reader, lists: Sequence[_Rows], read: Callable[[Part, _Place], Found], most: int
) -> Page:
    """The posts of the threads in `lists` that were not read since they changed, the longest ago first.

    Where more changed than one answer or one poll holds, the place is the last one's change: nothing is
    asked for by page numbers, under which threads move while one reads.
    """
    place = _place(ask, door)
    dated, broken = _dated([row for one in lists for row in one.rows], door.now())
    ends = [end for one in lists if (end := _end(one, door.now()))]
    known = [(at, row) for at, row in dated if at <= min(ends, default=at)]
    fresh = [(at, row) for at, row in known if place.seen.get(_name(row)) != at]
    more = len(fresh) > most or bool(ends)
    posts: dict[str, Post] = {}
    for _, row in fresh[:most]:
        found, unread = read(row, place)
        posts |= {post.id: post for post in found}
        broken += unread
    last = max((at for at, _ in (fresh[:most] if len(fresh) > most else known)), default=None)
    after = _after(place, fresh[:most], last, more=more)
    in_order = sorted(posts.values(), key=lambda post: post.created_at)
    return Page(
        tuple(in_order), keep_place(_VERSION, since=after.since, seen=after.seen), more, tuple(broken)
    )


def _dated(rows: Sequence[Part], now: datetime) -> tuple[list[tuple[int, Part]], list[Broken]]:
    """The threads with when each changed, the longest ago first."""
    dated, broken = [], []
    for row in rows:
        try:
            at = (row.get("updated_at") or row["updatedAt"]).time(now)
            dated.append((int(at.timestamp()), row))
        except Malformed as why:
            broken.append(Broken(_name(row), str(why)))
    if not dated and len(broken) > 1:
        raise ChangedFormat(f"none of {len(broken)} threads could be read: {broken[0].why}")
    return sorted(dated, key=lambda found: found[0]), broken


def _end(one: _Rows, now: datetime) -> int | None:
    """How far a full answer goes, beyond which it hides what changed."""
    dated, _ = _dated(one.rows, now)
    return dated[-1][0] if dated and len(one.rows) >= one.full else None


def _after(place: _Place, walked: Sequence[tuple[int, Part]], last: int | None, *, more: bool) -> _Place:
    if last is None:
        return place
    since = max(place.since, last if more else last - _OVERLAP)
    seen = place.seen | {_name(row): at for at, row in walked}
    kept = {name: at for name, at in seen.items() if at >= since}
    if more and (since, kept) == (place.since, place.seen):
        raise ChangedFormat("more threads changed in one second than one answer holds")
    return _Place(since, kept)


def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _mentions(ask: Ask, door: Reader) -> Page:
    """A search for what names us, once for issues and once for pull requests: GitHub wants it so."""
    us, login = _us(ask, door)
    since = _stamp(_place(ask, door).since)
    lists = []
    for kind in ("issue", "pull-request"):
        q = f"mentions:{login} is:{kind} updated:>={since}"
        params = {
            "q": q,
            "sort": "updated",
            "order": "asc",
            "per_page": str(_ROWS),
            "advanced_search": "true",
        }
        found = _json(door, f"{ask.endpoint}/search/issues", params)
        lists.append(_Rows(found["items"].listing()))
        if (part := found.get("incomplete_results")) and part.flag():
            raise Unavailable("GitHub's search ran out of time")

    def read(row: Part, place: _Place) -> Found:
        posts, broken = _news(ask, door, row, place)
        return [post for post in _with_names(posts, {login.lower(): us}) if us in post.names], broken

    return _walk(ask, door, lists, read, _THREADS)


def _newcomers(ask: Ask, door: Reader) -> Page:
    """A repository's issues and pull requests of who has nothing in it yet."""

    def read(row: Part, _: _Place) -> Found:
        return read_each([row], lambda one: Reading(door.now()).rest(one) if _is_new(one) else None, _name)

    return _walk(ask, door, _changed(ask, door), read, _ROWS)


def _whole(ask: Ask, door: Reader) -> Page:
    """All that is said in a repository's issues and pull requests."""

    def read(row: Part, place: _Place) -> Found:
        posts, broken = _news(ask, door, row, place)
        return _with_names(posts, {}), broken

    return set_beside(_walk(ask, door, _changed(ask, door), read, _THREADS))


def _changed(ask: Ask, door: Reader) -> list[_Rows]:
    """A repository's issues and pull requests that changed."""
    params = {"state": "all", "sort": "updated", "direction": "asc", "per_page": str(_ROWS)}
    since = {"since": _stamp(_place(ask, door).since)}
    return [_Rows(_json(door, ask.endpoint + _api(ask.query) + "/issues", params | since).listing())]


def _news(ask: Ask, door: Reader, row: Part, place: _Place) -> Found:
    """What opened a thread, and what was said in it since."""
    reading = Reading(door.now())
    try:
        there = where(row["html_url"].url())
        since = {"since": _stamp(place.since)}
        said, _ = _pages(door, f"{ask.endpoint}{there.api}/issues/{there.number}/comments", since)
        if there.kind == "pull":
            pull = f"{ask.endpoint}{there.api}/pulls/{there.number}"
            said += _pages(door, f"{pull}/comments", since)[0] + _pages(door, f"{pull}/reviews", {})[0]
    except (Gone, Malformed) as why:
        said = []
        if isinstance(why, Malformed):
            return [], (Broken(_name(row), str(why)),)
    first = datetime.fromtimestamp(place.since, UTC)
    posts, broken = read_each([row, *said], lambda one: reading.rest(one) if _is_said(one) else None, _name)
    return [_edited_in(post, first) for post in posts], broken


def _edited_in(post: Post, since: datetime) -> Post:
    """What was written before and changed since may name us only now."""
    edited = (
        post.edited_at
        if post.order and post.edited_at and post.edited_at >= since > post.created_at
        else None
    )
    return replace(post, named_us_at=edited)


def _is_said(row: Part) -> bool:
    """A review without words says something only by its verdict; the others stand around its comments."""
    state, body = row.get("state"), row.get("body")
    if row.get("_links") is None or row.get("pull_request_review_id") or row.get("diff_hunk"):
        return True
    return bool(state and state.value in _VERDICTS) or bool(body and body.text().strip())


def _is_new(row: Part) -> bool:
    """Whether who opened it has nothing in the repository yet, as GitHub says."""
    association = _association(row)
    return association in _NEW or (association == "NONE" and row.get("pull_request") is not None)


def _discussed(ask: Ask, door: Reader) -> Page:
    """A repository's discussions that changed, with what was said in them last."""
    owner, repo = _repository(ask.query)
    q = f"repo:{owner}/{repo} updated:>={_stamp(_place(ask, door).since)} sort:updated-asc"
    rows = _query(door, _SEARCH, {"q": q})["search"]["nodes"].listing()
    reading = Reading(door.now())

    def read(row: Part, _: _Place) -> Found:
        posts, broken = _talk(row, reading)
        return _with_names(posts, {}), broken

    return set_beside(_walk(ask, door, [_Rows(rows, _TALKS)], read, _TALKS))


def _talk(row: Part, reading: Reading) -> Found:
    """A discussion's posts: comments in their order, and replies in theirs below one."""
    broken: list[Broken] = []
    comments, replies = [], []
    try:
        comments = row["comments"]["nodes"].listing()
    except Malformed as why:
        broken.append(Broken(_name(row), str(why)))
    posts, unread = read_each([row, *comments], reading.told, _name)
    for comment in comments:
        try:
            nodes, top = comment["replies"]["nodes"].listing(), comment["id"].id()
        except Malformed as why:
            broken.append(Broken(_name(comment), str(why)))
            continue
        below, also = read_each(nodes, reading.told, _name)
        replies += [replace(post, parent=top) for post in below]
        broken += also
    return [*posts, *replies], (*broken, *unread)


# ---- requests


def _json(door: Reader, url: str, params: Mapping[str, str] | None = None) -> Part:
    return parse_json(door.get(url, params).body)


def _query(door: Reader, text: str, variables: Mapping[str, object]) -> Part:
    """The data of a GraphQL query. What is wrong stands in `errors` beside it, with status 200."""
    body = json.dumps({"query": text, "variables": variables}).encode()
    found = parse_json(door.call(GRAPHQL, body).body)
    errors = found.get("errors")
    if errors:
        kinds = {kind.text() for error in errors.listing() if (kind := error.get("type"))}
        if "NOT_FOUND" in kinds:
            raise Gone("GitHub does not have it, or not for this token")
        if kinds & {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
            raise NeedsSignIn("this token may not read it")
        raise Unavailable("GitHub could not answer the query")
    return found["data"]


def _pages(door: Reader, url: str, params: Mapping[str, str]) -> tuple[list[Part], bool]:
    """The rows of a list, and whether these are all."""
    rows: list[Part] = []
    for page in range(1, _PAGES + 1):
        part = _json(door, url, {**params, "per_page": str(_ROWS), "page": str(page)}).listing()
        rows += part
        if len(part) < _ROWS:
            return rows, True
    return rows, False


def _us(ask: Ask, door: Reader) -> tuple[str, str]:
    """Our account's number and its login of today."""
    if ask.account and ask.account.isdigit():
        found = _json(door, f"{ask.endpoint}/user/{ask.account}")
    else:
        found = _json(door, f"{ask.endpoint}/users/{_login(ask.query)}")
    return found["id"].id(), found["login"].word()


def _login(text: str) -> str:
    found = _LOGIN.fullmatch(text.strip()) or _LOCAL.fullmatch(text.strip())
    if not found:
        raise Gone("this is no account on GitHub: write it as github.com/name")
    return found[1]


def _repository(text: str) -> tuple[str, str]:
    found = _REPOSITORY.fullmatch(text.strip())
    if not found:
        raise Gone("this is no repository on GitHub: write it as owner/name")
    return found[1], found[2]


def _api(text: str) -> str:
    owner, repo = _repository(text)
    return f"/repos/{owner}/{repo}"


def _own(ask: Ask, door: Reader) -> Page:
    """What our account did in public: comments and issues. GitHub keeps it 30 days and tells of it late, so
    the newest hundred are read each time, and further ones until those known from the last time."""
    _, login = _us(ask, door)
    newest = known_place(ask.cursor, _VERSION)["newest"].text() if ask.cursor else ""
    rows: list[Part] = []
    for page in range(1, _PAGES + 1):
        params = {"per_page": str(_ROWS), "page": str(page)}
        part = _json(door, f"{ask.endpoint}/users/{login}/events/public", params).listing()
        rows += part
        if len(part) < _ROWS or not newest or newest in {_name(row) for row in part}:
            break
    posts, broken = read_each(rows, _event(Reading(door.now())), _name)
    after = next((found for row in rows if (found := _name(row))), newest)
    in_order = sorted(posts, key=lambda post: post.created_at)
    return Page(tuple(in_order), keep_place(_VERSION, newest=after), False, broken)


def _event(reading: Reading) -> Callable[[Part], Post | None]:
    kinds = {"IssueCommentEvent": ("created", "comment"), "IssuesEvent": ("opened", "issue")}

    def read(row: Part) -> Post | None:
        wanted = kinds.get(row["type"].text())
        if wanted is None or row["payload"]["action"].value != wanted[0]:
            return None
        return reading.rest(row["payload"][wanted[1]])

    return read


# ---- looks


def _look(endpoint: str, there: Where, door: Reader) -> Thread:
    if there.kind == "discussions":
        return _look_at_discussion(there, door)
    reading = Reading(door.now())
    row = _json(door, f"{endpoint}{there.api}/issues/{there.number}")
    said, whole = _pages(door, f"{endpoint}{there.api}/issues/{there.number}/comments", {})
    counted, hanging = row["comments"].integer(), []
    if there.kind == "pull":
        pull = f"{endpoint}{there.api}/pulls/{there.number}"
        for part, is_whole in (_pages(door, f"{pull}/comments", {}), _pages(door, f"{pull}/reviews", {})):
            hanging += part
            whole = whole and is_whole
    posts, broken = read_each([row, *said], reading.rest, _name)
    notes, also = read_each(hanging, lambda one: reading.rest(one) if _is_said(one) else None, _name)
    if not posts or posts[0].order != 0:
        raise ChangedFormat("what opened the thread cannot be read")
    top = posts[0]
    posts += _hung(notes, posts)
    closing = reading.closing(row, top, posts)
    linked = [replace(post, root=top.id) for post in [*posts, *([closing] if closing else [])]]
    return Thread(
        posts=tuple(_with_names(linked, {})),
        root=top.id,
        complete=whole and not broken and not also and len(said) >= counted,
        broken=(*broken, *also),
    )


def _hung(notes: Sequence[Post], posts: Sequence[Post]) -> list[Post]:
    """Reviews hang below what was said before."""
    hung = []
    for post in notes:
        if where(post.url).mark == "pullrequestreview-":
            before = [one for one in posts if one.created_at <= post.created_at]
            latest = max(before, key=lambda one: one.order or 0, default=posts[0])
            hung.append(replace(post, parent=latest.id))
        else:
            hung.append(post)
    return hung


def _look_at_discussion(there: Where, door: Reader) -> Thread:
    variables = {"owner": there.owner, "name": there.repo, "number": int(there.number)}
    found = _query(door, _ONE, variables).get("repository")
    row = found.get("discussion") if found else None
    if row is None:
        raise Gone("GitHub does not have this discussion")
    reading = Reading(door.now())
    posts, broken = _talk(row, reading)
    if not posts or posts[0].order != 0:
        raise ChangedFormat("what opened the discussion cannot be read")
    top = posts[0]
    closing = reading.closing(row, top, posts)
    linked = [replace(post, root=top.id) for post in [*posts, *([closing] if closing else [])]]
    return Thread(tuple(_with_names(linked, {})), top.id, not broken and _is_whole(row), broken)


def _is_whole(row: Part) -> bool:
    lists = [row["comments"], *(comment["replies"] for comment in row["comments"]["nodes"].listing())]
    return all(one["totalCount"].integer() == len(one["nodes"].listing()) for one in lists)


class GitHub:
    """The connector: requests only. What they answer is read by `Reading`."""

    facts = FACTS

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """One step of mentions, first contributions, discussions, a whole repository or our own account."""
        ways: dict[str, Callable[[], Page]] = {
            "mentions": lambda: _mentions(ask, door),
            "newcomers": lambda: _newcomers(ask, door),
            "discussions": lambda: _discussed(ask, door),
            "repository": lambda: _whole(ask, door),
            "own": lambda: _own(ask, door),
        }
        if ask.kind not in ways:
            raise Refused(f"GitHub has no query called {ask.kind}")
        return ways[ask.kind]()

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """All that was said in the issue, pull request or discussion, and what closed it."""
        return _look(endpoint, where(post.url), door)

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether it is there; what closed a thread, whether that is still closed."""
        there = where(post.url)
        paths = {
            "issuecomment-": f"/issues/comments/{there.id}",
            "discussion_r": f"/pulls/comments/{there.id}",
            "pullrequestreview-": f"/pulls/{there.number}/reviews/{there.id}",
            "": f"/issues/{there.number}",
        }
        try:
            if there.kind == "discussions":
                return post.id in {one.id for one in _look_at_discussion(there, door).posts}
            found = _json(door, endpoint + there.api + paths[there.mark])
        except Gone:
            return False
        return not post.id.endswith(_CLOSED) or found["state"].text() == "closed"

    def check(self, endpoint: str, door: Reader) -> Access:
        """Whose token it is; CanWrite if a classic one may do more than read."""
        answer = door.get(f"{endpoint}/user")
        scopes = _scopes(answer)
        if scopes and any(not scope.startswith("read:") and scope != "user:email" for scope in scopes):
            raise CanWrite("this token may do more than read: make a fine-grained one without any permission")
        return Access(Reading(door.now()).author(parse_json(answer.body)), scopes)

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From "github.com/name"."""
        login = _login(text)
        parts = urlsplit(text.strip())
        local = _LOCAL.fullmatch(text.strip())
        endpoint = f"{parts.scheme}://{parts.netloc}" if local else HOME
        return endpoint, Reading(door.now()).author(_json(door, f"{endpoint}/users/{login}"))

    def of_link(self, link: str) -> tuple[str, str] | None:
        """The API and the thread, with what is marked in it, by the shape of the address."""
        parts = urlsplit(link if is_web_address(link) else "")
        is_local = parts.hostname in ("127.0.0.1", "localhost")
        if not is_local and parts.hostname not in ("github.com", "www.github.com"):
            return None
        try:
            there = where(link)
        except Gone:
            return None
        return (f"{parts.scheme}://{parts.netloc}" if is_local else HOME), there.root + there.mark + there.id

    def read_link(self, link: str, door: Reader) -> Post:
        """What the link marks, or what opened the thread."""
        known = self.of_link(link)
        if known is None:
            raise Gone("this is no address of an issue, pull request or discussion on GitHub")
        there = where(link)
        posts = _look(known[0], there, door).posts
        wanted = (there.mark, there.id)
        found = next((p for p in posts if (w := where(p.url)).mark == wanted[0] and w.id == wanted[1]), None)
        if found is None:
            raise Gone("GitHub does not have it")
        return found

    def reply_link(self, post: Post, home: str | None) -> str:
        """The post's own address: the reply box stands below."""
        return post.url


def _scopes(answer: Answer) -> tuple[str, ...] | None:
    """What a classic token may do; None for the others, whose permissions GitHub does not show."""
    said = answer.headers.get("x-oauth-scopes")
    return None if said is None else tuple(scope.strip() for scope in said.split(",") if scope.strip())


CONNECTOR = GitHub()
