"""What a connector declares and hands over: facts about a network, pages of posts, whole threads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeGuard, runtime_checkable

from bot.domain.errors import ReadingError
from bot.domain.model import Author, Lane, Post, Strength
from bot.domain.naming import Form


@dataclass(frozen=True, slots=True)
class Call:
    """One exact request other than GET that a connector needs; `why` says why it cannot publish.

    An empty `host` is that of the Source's own server, where every team has another. With `only_query` the
    door sends nothing but one GraphQL query. With `named` it goes without any credential to the issuer that
    the Source's server names (RFC 9728), if that issuer names exactly this path of its own in that field of
    its metadata (RFC 8414).
    """

    method: str
    host: str
    path: str
    why: str
    only_query: bool = False
    named: str = ""


Prove = Callable[[str, str, str], str]
"""Makes the proof that a key is ours (RFC 9449) for one request: its method, its address, and the nonce that
the server gave last (empty at first)."""


class Sent(StrEnum):
    """Where in the request a network expects the credential."""

    HEADER = "header"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Key:
    """How a network takes its credential: a bearer token (RFC 6750), unless said otherwise.

    `name` is the header or query parameter that it travels in, `prefix` stands before it. A token that is
    bound to a key carries a proof with each request, which `prove` makes.
    """

    sent: Sent = Sent.HEADER
    name: str = "Authorization"
    prefix: str = "Bearer "
    prove: Prove | None = field(default=None, repr=False)


BEARER = Key()


@dataclass(frozen=True, slots=True)
class Try:
    """A form of a name that a query can be asked about by whoever has no account and no key yet.

    `words` is how the query is written with the name; `only` a pattern that the whole name must fit, where
    not every name of that form can be meant. `at` is where it is asked, on a network of many servers, when
    the name itself does not tell. An `account` is looked up first, unless it is talk about us.
    """

    form: Form
    words: str = "{}"
    only: str = ""
    at: str = ""
    account: bool = True

    def fits(self, name: str) -> bool:
        """Whether a name of this form can be meant."""
        return not self.only or re.fullmatch(self.only, name) is not None


@dataclass(frozen=True, slots=True)
class Query:
    """One kind of Source that a network offers.

    `lane` is the lane its posts get, or None when it is decided per post. `ours` marks our own
    accounts' posts, which are evidence and never mentions. `example` is shown in help. `tries` are the names
    that a newcomer can ask it about (`byhand try`).
    """

    kind: str
    label: str
    example: str
    lane: Lane | None = None
    needs_credential: bool = False
    ours: bool = False
    tries: tuple[Try, ...] = ()


class How(StrEnum):
    """Where a reply of ours is seen."""

    OWN_POSTS = "our own posts"
    THREAD = "the thread"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a reply of ours is seen there, how far that proves an answer, and how soon."""

    how: How
    strength: Strength
    soon: str


@dataclass(frozen=True, slots=True)
class ConnectorFacts:
    """What differs between networks, declared instead of coded.

    `ways` are those in which a reply of ours is seen; without any it cannot be seen there.
    `floor` is the least time between two polls of a Source; `requests` per `window` is the documented
    limit. `immutable_ids` is false where an author is known by a changeable name only. `parent_pointers` is
    false where only the order tells what a post answers; where it is true, a post without one proves little.
    `carries_names` is true where a reply names by itself those whom the post that it answers named.
    `home` is the endpoint of a network that has only one; a name is searched for there though no account has
    it. `api` is a second origin of such a network, which gets the credential as well, and `agent` the
    User-Agent for what is asked in somebody's name, where the network wants it in a form of its own.
    `prices` are what one of each thing read costs, in millionths of a US dollar. `words` are the network's
    own names of errors and what they mean, where the status alone tells less: a JSON body's `error`, the
    first `reason` of its details (Google), or the last part of its `type` (RFC 9457). `sign_in` are the
    statuses by which it asks for a sign-in, or refuses the one that it got. `words_kept` is how
    long what people said may be kept after their conversation closed, where the network asks for less.
    `budget` is what a key may cost in a month unless the team says otherwise, as `prices`. What is `pushed`
    is handed to us: it is fetched by no plan, and all that is known of it is here.
    """

    name: str
    label: str
    queries: tuple[Query, ...]
    ways: tuple[Way, ...]
    floor: timedelta
    requests: int
    window: timedelta
    limits_source: str
    sees: str
    cannot_see: str
    credential: str | None = None
    can_post_warning: str | None = None
    calls: tuple[Call, ...] = ()
    immutable_ids: bool = True
    parent_pointers: bool = True
    carries_names: bool = False
    home: str = ""
    api: str = ""
    agent: str = ""
    key: Key = BEARER
    prices: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, type[ReadingError]] = field(default_factory=dict)
    sign_in: frozenset[int] = frozenset({401, 403})
    words_kept: timedelta = timedelta(days=90)
    budget: int | None = None
    pushed: bool = False

    @property
    def answers(self) -> Strength:
        """The best proof of a reply that is possible there; `NEVER` means that it cannot be seen."""
        proofs = {way.strength for way in self.ways}
        return next((strength for strength in Strength if strength in proofs), Strength.NEVER)


@dataclass(frozen=True, slots=True)
class Ask:
    """One fetch of a Source: `endpoint` is the server ("https://mastodon.example"), `cursor` opaque.

    `since` is the time before which everything is history (first poll). `account` is our author id.
    """

    endpoint: str
    kind: str
    query: str
    cursor: str = ""
    since: datetime | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """One post of a page that could not be read, so that the others can stay; ids only, no words."""

    ref: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """One step forward: posts oldest first, the cursor after them, and whether there is more now.

    `around` is what came along and is no Mention: what those wrote who run the place.
    """

    posts: tuple[Post, ...]
    cursor: str
    more: bool = False
    broken: tuple[Broken, ...] = ()
    around: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class Handed:
    """One post that somebody handed to us: `name` is what they call it, `lane` how it concerns us."""

    name: str
    post: Post
    lane: Lane


@dataclass(frozen=True, slots=True)
class Heard:
    """What a page that somebody told of says, and how that concerns us."""

    post: Post
    lane: Lane


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody told us that a post was answered: its id, by whom (a Slack user's id), and where.

    `name` is what they call it, `where` the place in their call.
    """

    name: str
    post: str
    where: str
    by: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A look at one thread. It counts only if `complete`: nothing was truncated or left to page."""

    posts: tuple[Post, ...]
    root: str | None
    complete: bool
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """What a credential turned out to be: whose it is, and the scopes the network shows (None: hidden).

    A key that belongs to an application is nobody's account.
    """

    account: Author | None
    scopes: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer through the door. `body` is inflated and bounded; header names are lower case.

    `unchanged` is true for 304: the body is then empty and what was read before still holds.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """One reading of a public place for every Workspace that follows it; `at` is when it began (UTC).

    `answers` are those to what was asked without a credential, by address: for whom it was asked, what the
    answer was, and the validators by which it is asked whether that changed.
    """

    at: datetime
    answers: dict[str, tuple[str, Answer, Mapping[str, str]]] = field(default_factory=dict)

    def told(self, source: str, url: str) -> tuple[Answer, Mapping[str, str]] | None:
        """What another Source was answered there in this round, and its validators."""
        asker, answer, validators = self.answers.get(url, (source, None, {}))
        return (answer, validators) if answer and asker != source else None


class Reader(Protocol):
    """The door as one connector sees it, bound to one credential. There is no method to post."""

    def get(
        self,
        url: str,
        params: Mapping[str, str | list[str]] | None = None,
        *,
        conditional: bool = False,
        anonymous: bool = False,
    ) -> Answer:
        """GET `url`; raises the errors of `bot.domain.errors`, also for 401, 403, 404, 410, 429, 5xx.

        `conditional` sends the ETag and Last-Modified seen before. `anonymous` leaves the credential out.
        """

    def call(
        self,
        call: Call,
        body: bytes,
        content_type: str = "application/json",
        *,
        anonymous: bool = False,
        prove: Prove | None = None,
    ) -> Answer:
        """Send one call that the connector's facts declare; Refused for any other, nothing is sent.

        `anonymous` leaves the credential out of the head, as where a sign-in has it in its body. `prove`
        makes the proof that goes along; it is made anew, once, where the server wants its nonce in it.
        """

    def secret(self) -> str:
        """The credential as it was given, for the body of a declared sign-in call or to find the token
        for `signed` in it; for nothing else.

        Raises NeedsSignIn when there is none.
        """

    def signed(self, token: str, key: Key | None = None, by: str = "") -> Reader:
        """The same door, with `token` in place of the credential, sent as `key` says where that differs.

        `by` is whose name the User-Agent has, where the facts declare an `agent` with one.
        """

    def kept(self) -> str:
        """What was kept with this credential the last time (a session); empty at first."""

    def keep(self, text: str) -> None:
        """Keep it with the credential, sealed, also for the next process."""

    def afford(self, what: str, most: int) -> int:
        """How many of `what`, a word of the declared prices, may be read now: `most`, or what is left.

        Raises OverBudget when not even one.
        """

    def pay(self, what: str, count: int) -> None:
        """So many of `what` were read."""

    def turn(self) -> AbstractContextManager[object]:
        """One reader of this credential at a time, in this process: to renew a session only once."""

    def held(self) -> datetime | None:
        """Until when (UTC) the server asked us to ask nothing more with this credential; None if not.

        A good answer may ask for that too: its limit is used up.
        """

    def settle(self) -> None:
        """What was read conditionally is stored: from the next time on, ask whether it changed.

        Call it after the commit of the page; without it the next conditional GET reads it all again.
        """

    def now(self) -> datetime:
        """The time of this reading (aware UTC); of a round, when that began."""


class Connector(Protocol):
    """One network: a Fetcher, or one of those whose posts are handed to us (Receiver, Verifier, Keeper).

    No sleeping, retrying, logging, storing or reading of the environment.
    """

    facts: ConnectorFacts


class Fetcher(Connector, Protocol):
    """A network that is asked what was said there."""

    def fetch(self, ask: Ask, door: Reader) -> Page:
        """The next page of a Source after its cursor; raises the errors of `bot.domain.errors`."""

    def thread(self, endpoint: str, post: Post, door: Reader) -> Thread:
        """The whole thread that `post` stands in, as far as `endpoint` shows it."""

    def exists(self, endpoint: str, post: Post, door: Reader) -> bool:
        """Whether the post still answers there; False only for 404 or 410 (or the network's own sign)."""

    def check(self, endpoint: str, door: Reader) -> Access:
        """Read back whose credential this is and its scopes; raises CanWrite if it could publish."""

    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        """From what a person types ("@us@server", a name, an address): the endpoint and the account."""

    def of_link(self, link: str) -> tuple[str, str] | None:
        """(endpoint, ref) when this network's post is meant by the link, else None. Nothing is fetched."""

    def read_link(self, link: str, door: Reader) -> Post:
        """The post behind a link that `of_link` knows."""

    def reply_link(self, post: Post, home: str | None) -> str:
        """Where a person replies by hand: through their own server `home` where the network has such."""


def fetches(connector: Connector) -> TypeGuard[Fetcher]:
    """Whether it can be asked; what is pushed has nothing to ask."""
    return not connector.facts.pushed


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that a person ends in the browser: `url` is what they open, `back` where that sends them.

    `state` comes back with them and is this sign-in's alone. The rest stays here until then: whose account it
    must be, the issuer, our name there, and two secrets.
    """

    url: str
    back: str
    state: str
    account: str
    issuer: str
    client: str
    verifier: str = field(repr=False)
    key: str = field(repr=False)


@runtime_checkable
class SignsIn(Fetcher, Protocol):
    """A network where a person gives access in the browser, so that no key is typed."""

    def begin(self, endpoint: str, account: Author, back: str, door: Reader) -> Begun:
        """Ask for reading alone, as that account; raises Gone where its server offers no such sign-in."""

    def finish(self, begun: Begun, came: Mapping[str, str], door: Reader) -> str:
        """The credential, from what the browser came back with.

        Raises NeedsSignIn where it was not given, or to another account; CanWrite where it could publish.
        """


@runtime_checkable
class Receiver(Connector, Protocol):
    """A network whose posts are handed to us. `unsigned` are the kinds whose senders cannot sign: for those
    the key stands in the address."""

    unsigned: frozenset[str]

    def handed(
        self, kind: str, name: str, body: bytes, now: datetime
    ) -> tuple[tuple[Handed, ...], tuple[Broken, ...]]:
        """What one call to the Source called `name` hands over; apart from it, by its place in the call, what
        cannot be read. Raises ChangedFormat when the whole cannot."""

    def told(self, name: str, body: bytes, now: datetime) -> tuple[tuple[Told, ...], tuple[Broken, ...]]:
        """What one call says was answered, in the same way."""


@runtime_checkable
class Verifier(Connector, Protocol):
    """A network of pages that senders tell us of, each of which is read before it is believed."""

    def name(self, source: str, target: str) -> str:
        """The id of what the page `source` says about our page `target`."""

    def heard(self, source: str, target: str, door: Reader) -> Heard | None:
        """What it says; None where it says nothing of ours. Raises Gone, and the other errors of reading."""


@runtime_checkable
class Keeper(Connector, Protocol):
    """Where links stay that no network can read: they are put on the list by hand, and never fetched."""

    def kept(self, link: str, now: datetime) -> Post:
        """A post of which only the address is known, the same for each spelling of one link.

        Raises ValueError for what is no web address.
        """
