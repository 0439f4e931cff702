"""The nouns of the loop, as frozen values; docs/glossary.md explains each word.

Times are aware UTC. Ids named `id` without a prefix are the network's own opaque text for posts and
authors, and our own random text for everything else; the domain never invents one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum


class Lane(StrEnum):
    """How a post concerns us; only `to us` waits, counts and may be nudged."""

    TO_US = "to us"
    IN_THE_ROOM = "in the room"
    ABOUT_US = "about us"

    @classmethod
    def closest(cls, lanes: Collection[Lane | None]) -> Lane | None:
        """The one of these that concerns us most; None when there is none."""
        return next((lane for lane in cls if lane in lanes), None)


class Status(StrEnum):
    """Computed from facts: open is on us, answered is on them."""

    OPEN = "open"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why a conversation is closed though none of us was seen replying."""

    NOT_NEEDED = "not needed"
    ELSEWHERE = "answered elsewhere"
    ALREADY = "was already answered"
    COMMUNITY = "answered by the community"
    LET_GO = "let go"
    ENDED = "ended by them"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"


class Visibility(StrEnum):
    """Who may see a post; what a network does not say is unknown, and unknown is private."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"
    UNKNOWN = "unknown"

    @property
    def is_private(self) -> bool:
        """Whether a post like this may never be shown in a channel."""
        return self not in (Visibility.PUBLIC, Visibility.UNLISTED)


class Strength(StrEnum):
    """How far a reply proves that a mention was answered; `maybe` asks a person."""

    STRONG = "strong"
    MAYBE = "maybe"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Author:
    """The account that wrote a post, by its immutable id on the network."""

    id: str
    handle: str
    name: str
    url: str | None = None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """One public message as read.

    `id` is the network's canonical id (for the fediverse the ActivityPub uri). `refs` are other names
    for the same post (a server-local id as "host/id"); `parent` may be an id or a ref. `root` is the id or
    ref of the first post of its thread when the network or a look at the thread told us, else None.
    `order` is the network's own order among those with the same parent, or in a thread without any. `sign` is
    the network's own mark that it settles what is above it: accepted, solved, answered, closed, merged.
    `member_of` is the place where it stands, as a Source names it, if the network counts its author among
    those who run that place.
    """

    network: str
    id: str
    url: str
    author: Author
    text: str
    created_at: datetime
    parent: str | None = None
    root: str | None = None
    refs: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    visibility: Visibility = Visibility.UNKNOWN
    warning: str | None = None
    language: str | None = None
    client: str | None = None
    edited_at: datetime | None = None
    named_us_at: datetime | None = None
    order: int | None = None
    gone_at: datetime | None = None
    sign: str | None = None
    member_of: str = ""


@dataclass(frozen=True, slots=True)
class Handle:
    """An account of ours on a network, from and until dates; `teammate` is None for a shared one."""

    network: str
    author_id: str
    name: str
    teammate: str | None = None
    home: str | None = None
    proved: bool = False
    since: datetime | None = None
    until: datetime | None = None
    id: str = ""


class Verb(StrEnum):
    """What a person does with a conversation. Each is a fact with the wait it was made in."""

    CLAIM = "claim"
    ASK = "ask"
    ASSIGN = "assign"
    KINDLY = "nudge kindly"
    YES = "yes"
    NOT_ME = "not me"
    NOT_NOW = "not now"
    RELEASE = "release"
    LATER = "later"
    ELSEWHERE = "elsewhere"
    ALREADY = "already"
    AN_ANSWER = "an answer"
    NOT_NEEDED = "not needed"
    LET_GO = "let go"
    SPAM = "spam"
    WANTS_ANSWER = "wants an answer"
    GOOD_ENDING = "good ending"
    NOT_AN_ANSWER = "not an answer"
    COMMUNITY = "community"
    THAT_WAS_ME = "that was me"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Press:
    """One decision of a teammate (or of the clock, `by` empty) about one wait.

    `covers` are the mentions that waited when it was made: a decision settles those and no others.
    """

    id: str
    verb: Verb
    wait: int
    by: str
    at: datetime
    covers: frozenset[str] = frozenset()
    to: str | None = None
    until: datetime | None = None
    post: str | None = None
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one conversation, in no order; status is a pure function of it.

    `them` is the outside author's id, or None in a fold of many people. `posts` are all known posts of
    the thread, whoever wrote them. `mentions` maps the id of each post that a Watch matched to the lane
    it was given. `maybe_at_most` is set for networks without immutable ids, `pointing` for those whose posts
    point to what they answer. `numbers` are those that its waits were given before, each by what opened it:
    they are never given to another.
    """

    network: str
    them: str | None
    posts: frozenset[Post] = frozenset()
    mentions: tuple[tuple[str, Lane], ...] = ()
    ours: frozenset[Handle] = frozenset()
    presses: frozenset[Press] = frozenset()
    maybe_at_most: bool = False
    pointing: bool = False
    numbers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One of our replies as an answer: seen (`verified`) or said (`declared`)."""

    post: str | None
    url: str | None
    by: str | None
    at: datetime
    strength: Strength
    verified: bool
    mentions: frozenset[str]
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WriteBack:
    """They answered our reply: `reply` is our post, `by` its author's teammate id if known."""

    post: str
    reply: str
    by: str | None
    at: datetime
    asks: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """The network's own mark that all that waits is settled, by somebody who is not one of us."""

    post: str
    url: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What the facts say now. `wait` numbers the present or last wait; 0 means they never waited.

    `nudgeable` is whether reminding a person is allowed at all: they wait, it asks for an answer, and
    nothing suggests that it was answered. `wake_at` is when the facts alone change this without news.
    `opened_at` is when this wait began; after our reply was deleted that is later than `waiting_since`.
    `numbers` are those of the Facts, and that of this wait. `declined` are who said "Not me" in it.
    `nudged_by` is the colleague who last asked the holder kindly whether they still will.
    """

    status: Status
    wait: int = 0
    waiting_since: datetime | None = None
    uncovered: frozenset[str] = frozenset()
    reason: Reason | None = None
    lane: Lane = Lane.TO_US
    nudgeable: bool = False
    snoozed_until: datetime | None = None
    holder: str | None = None
    held_since: datetime | None = None
    asked: str | None = None
    asked_by: str | None = None
    asked_at: datetime | None = None
    nudged_by: str | None = None
    nudged_at: datetime | None = None
    answered_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    maybes: tuple[Evidence, ...] = ()
    write_backs: tuple[WriteBack, ...] = ()
    others_replied: int = 0
    sign: Sign | None = None
    private: bool = False
    last_press: str | None = None
    wake_at: datetime | None = None
    opened_at: datetime | None = None
    numbers: tuple[tuple[str, int], ...] = ()
    declined: tuple[str, ...] = ()

    @property
    def uncredited(self) -> tuple[Evidence, ...]:
        """Replies that were seen from a shared account, of which nobody knows whose they are."""
        return tuple(one for one in self.evidence if one.verified and one.by is None and one.gone_at is None)

    @property
    def is_with_somebody(self) -> bool:
        """Whether a teammate has it or was asked for it."""
        return bool(self.holder or self.asked)

    @property
    def open_backs(self) -> tuple[WriteBack, ...]:
        """What was written back and waits, but for what may be answered already."""
        waiting = self.uncovered.difference(*(maybe.mentions for maybe in self.maybes))
        return tuple(back for back in self.write_backs if back.post in waiting)

    @property
    def is_news(self) -> bool:
        """Whether all that waits there answers a reply of ours and asks for nothing, as thanks do: told once
        to whoever replied, it waits for nobody, and rests by itself."""
        told = self.uncovered <= {back.post for back in self.write_backs}
        return self.status is Status.OPEN and told and not (self.nudgeable or self.maybes or self.sign)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody there waits for one of us, also where that was put off."""
        return self.status is Status.SNOOZED or (self.status is Status.OPEN and not self.is_news)


class Why(StrEnum):
    """What a person's days off are for."""

    HOLIDAY = "holiday"
    CALENDAR = "calendar"
    STATUS = "status"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Local dates without working hours, from `first` on; `until` is the day of the return and outside.

    `said_at` is when we came to know of them.
    """

    first: date
    until: date
    why: Why
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """A person's working hours in their own zone; days are ISO weekdays, Monday is 1.

    Where they start later than they end, a shift that starts on one of the days closes on the next.
    `off` are the dates on which nobody works, whatever the weekday.
    """

    zone: str = "UTC"
    starts: time = time(9)
    ends: time = time(17)
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    off: tuple[DaysOff, ...] = ()


@dataclass(frozen=True, slots=True)
class Teammate:
    """One of us: a Slack user. `rings_a_day` is 0 to 3; `stopped` means never ring again.

    `holidays` are those of a country or region ("DE-BE"), empty for none, None for the team's. `calendar` is
    the id under which the address of their calendar of days off is sealed.
    """

    id: str
    slack_user: str
    name: str
    hours: Hours = Hours()
    can_be_assigned: bool = True
    is_lead: bool = False
    paused_until: datetime | None = None
    stopped: bool = False
    rings_a_day: int = 1
    met: bool = False
    holidays: str | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """One Slack team that installed the app; nothing crosses from one to another.

    `holidays` and `calendar` are as a Teammate's, for all who have none of their own; `off` is what they say.
    """

    id: str
    team: str
    name: str
    zone: str = "UTC"
    channel: str | None = None
    digest_at: time = time(9)
    bot_user: str | None = None
    holidays: str = ""
    calendar: str | None = None
    off: tuple[DaysOff, ...] = ()

    @property
    def is_direct(self) -> bool:
        """Whether its digest goes to one person alone: Slack's id of a person stands in a channel's place."""
        return bool(self.channel) and str(self.channel).startswith(("U", "W"))


class Health(StrEnum):
    """What a Source needs next."""

    WELL = "well"
    BACKING_OFF = "backing off"
    NEEDS_SIGN_IN = "needs sign-in"
    GONE = "gone"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Source:
    """What is fetched: (network, endpoint, kind, query, credential). It owns the cursor and the health.

    `history_before` is a day before it was connected, later where the first reading found too much: older
    posts are history and never wait.
    `account` is the author id a source of our own posts belongs to. `last_post` is when somebody last wrote
    there, as far as was read; `blocked_until` is when the network allows to ask again. `last_success` is when
    it was last read to its end. `swept_at` is when its last days were last read again, and `missed` how many
    posts that found which reading on had not, when it last found any (`missed_at`).
    """

    id: str
    network: str
    endpoint: str
    kind: str
    query: str
    credential: str | None = None
    account: str | None = None
    cursor: str = ""
    health: Health = Health.WELL
    failures: int = 0
    problem: str | None = None
    history_before: datetime | None = None
    last_success: datetime | None = None
    last_try: datetime | None = None
    last_post: datetime | None = None
    blocked_until: datetime | None = None
    swept_at: datetime | None = None
    missed_at: datetime | None = None
    missed: int = 0

    @property
    def is_new(self) -> bool:
        """Whether nothing was read of it before."""
        return self.last_success is None and self.swept_at is None


@dataclass(frozen=True, slots=True)
class Watch:
    """What a team follows through one or more Sources."""

    id: str
    name: str
    lane: Lane | None
    sources: tuple[str, ...] = ()
    paused: bool = False
    created_by: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The mentions of one outside person in one thread: what is queued, assigned and nudged.

    `handle` is the id of the Handle of ours that was addressed. `author` is None in a fold.
    `revision` is compared and swapped at every move. `looked_at` is the last complete look; since
    `unseen_since` none was, and the last was tried at `tried_at`.
    """

    id: str
    network: str
    root: str
    author: str | None
    episode: int
    standing: Standing
    handle: str | None = None
    url: str | None = None
    endpoint: str | None = None
    revision: int = 0
    looked_at: datetime | None = None
    created_at: datetime | None = None
    unseen_since: datetime | None = None
    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation as a face shows it: everything needed, nothing to look up.

    `undoable` is the press that can still be taken back.
    """

    conversation: str
    wait: int
    network: str
    label: str
    standing: Standing
    name: str
    handle: str
    url: str
    text: str
    warning: str | None = None
    language: str | None = None
    reasons: tuple[str, ...] = ()
    holder_name: str | None = None
    asked_name: str | None = None
    answered_name: str | None = None
    answered_url: str | None = None
    blind_since: datetime | None = None
    can_see_answers: bool = True
    new_to_us: bool = False
    asks_something: bool = False
    people: int = 1
    undoable: Press | None = None

    @property
    def wants_somebody(self) -> bool:
        """Whether a person must say who answers: it waits for nobody yet, and no look could see an answer."""
        waits = self.standing.status is Status.OPEN and not self.standing.is_with_somebody
        return waits and not self.can_see_answers


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found out: conversations looked at completely, and networks not seen since when."""

    complete: frozenset[str] = frozenset()
    at: datetime | None = None
    blind: tuple[tuple[str, datetime | None], ...] = field(default=())
