"""What the services need from the outside, in our own words: store, networks, Slack.

The store is entered through `Store.read` and `Store.write`, one transaction each, for one Workspace.
Every method takes and returns domain values in batches, so that a page of 80 costs what a page of 1 does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from bot.domain.choices import About, Chosen, Value
from bot.domain.connector import Broken, Connector, Reader, Round
from bot.domain.measures import Rows
from bot.domain.model import (
    Conversation,
    Evidence,
    Handle,
    Lane,
    Post,
    Press,
    Source,
    Teammate,
    Watch,
    Workspace,
)
from bot.domain.routing import Pointed
from bot.domain.screens import HomeScreen, Kind, Screen

Clock = Callable[[], datetime]
"""The only `now`: returns aware UTC."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A stored post with its place: its thread's root, and the lane and conversation if it matched.

    `wording` is the hash of what one of ours says, by which repeats are found; for others it is None.
    `missing_since` is when a look did not find it, if nothing saw it since.
    """

    post: Post
    root: str | None = None
    lane: Lane | None = None
    conversation: str | None = None
    source: str | None = None
    wording: str | None = None
    missing_since: datetime | None = None


@dataclass(frozen=True)
class Known:
    """All that is stored about some threads: posts, conversations, presses per conversation, our handles.

    Posts stand under their id; where two networks use the same one, the other under "network id". `said`
    are our own posts, wherever they stand, that say what one of ours among the posts says.
    """

    posts: Mapping[str, Placed]
    conversations: Mapping[str, Conversation]
    presses: Mapping[str, frozenset[Press]]
    ours: frozenset[Handle]
    said: Sequence[Placed] = ()

    @cached_property
    def placed(self) -> Mapping[str, Sequence[Placed]]:
        """The posts of each conversation, by its id."""
        found: defaultdict[str, list[Placed]] = defaultdict(list)
        for one in self.posts.values():
            if one.conversation:
                found[one.conversation].append(one)
        return dict(found)

    def post(self, network: str, id: str) -> Placed | None:
        """The stored post of that network with this id."""
        found = (self.posts.get(key) for key in (id, f"{network} {id}"))
        return next((placed for placed in found if placed and placed.post.network == network), None)

    def by_ref(self, ref: str) -> Placed | None:
        """The stored post called `ref`, by id or by a server-local ref."""
        found = self.posts.get(ref)
        if found:
            return found
        return next((p for p in self.posts.values() if ref in p.post.refs), None)


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the journal: ids only. `verb` is a Verb's text, or what the bot saw happen."""

    conversation: str
    verb: str
    wait: int
    by: str
    at: datetime
    face: str
    before: str = ""
    after: str = ""
    press: Press | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What one transaction writes about threads.

    A conversation is new when its revision is 0, else it is saved only if the stored revision is one
    less than its own (compare and swap). Posts that stand there unchanged need not be listed.
    """

    posts: Sequence[Placed] = ()
    conversations: Sequence[Conversation] = ()
    evidence: Mapping[str, Sequence[Evidence]] | None = None
    moves: Sequence[Move] = ()


class Threads(Protocol):
    """Posts and conversations."""

    def around(
        self, network: str, refs: Collection[str], roots: Collection[str] = (), *, read: Collection[Post] = ()
    ) -> Known:
        """The posts called `refs`, every post under their roots and under `roots`, and all about them.

        With the posts that were `read` also the threads that those change from afar: begun by the same
        person and deleted (or, for what is gone, begun anew) within 60 minutes, and where one of ours said
        the same within the seven days after.
        """

    def of(self, conversations: Collection[str]) -> Known:
        """The same for whole conversations by our ids."""

    def save(self, changes: Changes, *, at: datetime) -> bool:
        """Write; False (nothing written) when a conversation was changed by another meanwhile."""

    def waiting(self, *, limit: int | None = None) -> Sequence[Conversation]:
        """Open and `to us`, longest waiting first."""

    def perhaps_answered(self, since: datetime) -> Mapping[tuple[str, str], Collection[str]]:
        """Whoever, unknown to us, may have answered, by network and account; each with the conversations.

        They are open `to us`, or settled since then, and others replied or a person told of an answer;
        named are those who wrote at least twice below them. What is private or gone is left out.
        """

    def who_spoke_to_us(self, authors: Collection[str]) -> Collection[tuple[str, str]]:
        """Those of the authors who ever spoke to us, each with the network."""

    def written_back(self) -> Sequence[Conversation]:
        """Those of `waiting` in which somebody wrote back to a reply of ours."""

    def waiting_in_private(self) -> Sequence[Conversation]:
        """Those of `waiting` that are their owner's alone."""

    def these(self, conversations: Collection[str]) -> Mapping[str, Conversation]:
        """By our ids, without the threads in which they stand."""

    def followed(self, network: str, since: datetime) -> Sequence[Conversation]:
        """`to us` on that network: open, snoozed, or settled since then, so that an answer may still come."""

    def to_look(self, network: str, before: datetime) -> Sequence[str]:
        """Ids of those there that are due for a look, longest due first."""

    def next_look(self, network: str) -> datetime | None:
        """When the next of them is due for a look; None when nothing is awaited there."""

    def anybody_waits(self, network: str) -> bool:
        """Whether any there is open and `to us`."""

    def concerning(self, teammate: str) -> Sequence[Conversation]:
        """Open or snoozed ones that the teammate holds or is asked for, longest waiting first."""

    def to_wake(self, until: datetime) -> Sequence[str]:
        """Ids whose status changes by the passing of time alone, by that moment."""

    def last_spoke(self, authors: Collection[str]) -> Mapping[str, tuple[str, datetime]]:
        """For each outside author the teammate of ours who last replied to them openly, and when."""

    def pointed(self, authors: Collection[str]) -> Mapping[str, Sequence[Pointed]]:
        """For each outside author whom those of us asked, openly, who had said "Not me" before."""

    def with_whom(self) -> Mapping[str, int]:
        """How many open conversations each teammate has or was asked for."""

    def came_from(self, conversations: Collection[str]) -> Mapping[str, Collection[str]]:
        """The Sources through which the mentions of each conversation were first seen."""

    def first_spoke(self, authors: Collection[str]) -> Mapping[str, datetime]:
        """From when the first open mention is that is known of each author, as far as there is one."""

    def looked(self, conversations: Collection[str], at: datetime) -> None:
        """Note a complete look at these, at that time."""

    def unseen(self, conversations: Collection[str], at: datetime, *, anew: Collection[str] = ()) -> None:
        """Note a look at these that was not complete; those of `anew` are tried again as after the first."""

    def leave_note(self, press: str, text: str, at: datetime) -> None:
        """Keep what a colleague wrote with the question that this press asked."""

    def notes(self, presses: Collection[str]) -> Mapping[str, str]:
        """The notes that were left with these presses and are still kept."""

    def drop_notes(self, before: datetime) -> None:
        """Forget the notes that were left before that."""

    def private_sources(self, conversation: Conversation) -> Collection[str]:
        """The Sources through which its private posts were first seen: what they said, and our answers."""

    def missing(self, network: str, these: Collection[str], since: datetime | None) -> None:
        """Note since when these posts were not there; None: they are after all, as when they are read."""

    def latest(self, network: str, limit: int, *, endpoint: str | None = None) -> Sequence[Post]:
        """Of the posts there that are not known to be gone: so many that we wrote last, and so many that came
        to be known last. With an endpoint those alone that are read from that server."""

    def resting(self, lane: Lane, since: datetime, until: datetime) -> int:
        """In how many conversations of that lane, private ones left out, a mention was seen in that time."""

    def wipe(self, before: datetime, network: str | None = None) -> int:
        """Empty the words of posts whose conversations closed before that, on all networks or on one;
        returns how many posts."""

    def posts_of(self, network: str, authors: Collection[str]) -> Sequence[Placed]:
        """What these authors wrote there, as far as it is kept, oldest first."""

    def with_posts_of(self, network: str, authors: Collection[str]) -> Collection[str]:
        """Ids of the conversations in whose threads one of these authors wrote anything."""

    def called(self, network: str, text: str) -> Collection[str]:
        """Ids of the authors there whose id, name ("@mei" or "mei") or page is this."""

    def forget(self, network: str, author: str) -> int:
        """Erase one outside person's words and name and keep a keyed hash; returns how many posts."""

    def forgotten(self, network: str, authors: Collection[str]) -> frozenset[str]:
        """Those of the authors who asked to be forgotten, so that they are not collected again."""


class People(Protocol):
    """Teammates and the handles of ours."""

    def teammates(self) -> Sequence[Teammate]: ...

    def teammate(self, teammate: str) -> Teammate | None: ...

    def by_slack(self, slack_user: str) -> Teammate | None: ...

    def save_teammate(self, teammate: Teammate) -> Teammate:
        """Insert (when its id is empty, one is given) or update; returns it as stored."""

    def handles(self) -> Sequence[Handle]: ...

    def save_handle(self, handle: Handle) -> Handle: ...

    def drop_handle(self, handle: str) -> None:
        """It was never ours."""


class Choices(Protocol):
    """What the team decided about itself."""

    def all(self) -> Chosen:
        """Every decision."""

    def choose(self, about: About, subject: str, value: Value | None) -> None:
        """Decide, or with None take the decision back."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential in the clear, for the reader alone. Its text shows no secret.

    `session` is what its connector keeps with it, and `workspace` whose it is, once it is stored. `budget` is
    what it may cost in a month and `prices` what one thing read costs where the team says so, in millionths
    of a US dollar.
    """

    id: str
    network: str
    endpoint: str
    value: str
    account: str | None = None
    owner: str | None = None
    workspace: str = ""
    session: str = ""
    budget: int | None = None
    prices: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Secret({self.id}, {self.network})"

    __str__ = __repr__


class Sources(Protocol):
    """Watches, the Sources they share, and credentials."""

    def watches(self) -> Sequence[Watch]: ...

    def save_watch(self, watch: Watch, sources: Sequence[Source]) -> Watch:
        """Insert or update a Watch with its Sources; an equal Source that exists is shared."""

    def remove_watch(self, watch: str) -> None:
        """Remove it, and its Sources that no other Watch needs; posts and conversations stay."""

    def sources(self) -> Sequence[Source]: ...

    def source(self, source: str) -> Source | None: ...

    def lanes(self, source: str) -> Collection[Lane | None]:
        """What each Watch that needs this Source and is not paused gives to its posts; empty without any."""

    def save_source(self, source: Source) -> None:
        """Cursor, health and times of an existing Source."""

    def quarantine(self, source: str, broken: Sequence[Broken], at: datetime) -> None: ...

    def gaps(self) -> Mapping[str, datetime]:
        """When posts of a Source were last found to be missing that nobody can name, by its id."""

    def spoken(self) -> Mapping[str, Sequence[datetime]]:
        """When people spoke there of late for all to see, by the Source's id; of the whole team's latest."""

    def save_secret(self, secret: Secret) -> Secret: ...

    def secret(self, credential: str) -> Secret | None:
        """None when it is unknown or its key is lost: both read as "needs sign-in"."""


class Sending(StrEnum):
    """Where a message is on its way; only `sending` may become anything else."""

    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    NOT_SENT = "not sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Shown:
    """One conversation that a message is about, in the wait and step it was posted for."""

    conversation: str
    wait: int
    step: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message that we post and keep true. `where` is a Slack channel or user id.

    `person` is the teammate it rings (None for a channel). `day` is the digest's local date, `days` the
    number of days it stands for. `post` is the write-back's post id for news. `press` is the one that asked:
    its note is shown while it is kept. `note` is Slack's code for why a lead gets what a channel could not.
    """

    id: str
    kind: Kind
    where: str
    person: str | None = None
    shows: tuple[Shown, ...] = ()
    state: Sending = Sending.SENDING
    channel: str | None = None
    ts: str | None = None
    day: date | None = None
    days: tuple[date, ...] = ()
    by: str | None = None
    press: str | None = None
    note: str | None = None
    post: str | None = None
    source: str | None = None
    total: int = 0
    live: bool = True
    created_at: datetime | None = None
    sent_at: datetime | None = None
    lease: str | None = None
    revision: int = 0


class Messages(Protocol):
    """The outbox and the live copies. A message's key rows outlive it: nothing is ever sent twice."""

    def intend(self, message: Message, *, at: datetime, lease: timedelta) -> Message | None:
        """Commit the intent with its keys ((person, conversation, wait, step), or (channel, day)).

        None when one of the keys was used before: then it must not be sent. The returned message has
        its id, its lease and the state `sending`.
        """

    def outcome(
        self, message: Message, state: Sending, *, at: datetime, channel: str = "", ts: str = ""
    ) -> bool:
        """Write what came of it, if the lease is still ours. `not sent` frees the keys again."""

    def expire(self, before: datetime) -> Sequence[Message]:
        """`sending` rows whose lease ran out become `unknown` and are returned."""

    def used(self, persons: Collection[str], about: Collection[str]) -> Mapping[Shown, datetime]:
        """Which steps of these conversations any of these people was rung for, and when first (unknown
        outcomes included)."""

    def rings(self, person: str, since: datetime) -> Sequence[Message]:
        """What rang this person since then, oldest first."""

    def first(self, person: str) -> str | None:
        """Our id of the first message that ever rang this person."""

    def unpressed(self, person: str) -> int:
        """How many nudges in a row, the latest first, had no answer and no press of theirs after them,
        since the bot last stopped by itself."""

    def channel(self) -> str | None:
        """The channel, and no person, to which a digest went last."""

    def digested(self, channel: str) -> date | None:
        """The last local date with a digest there, sent or unknown."""

    def last_digest(self, channel: str, before: date | None = None) -> Message | None:
        """The latest message for a day (before that one) that was posted there, or may have been."""

    def message(self, message: str) -> Message | None: ...

    def at(self, channel: str, ts: str) -> Message | None:
        """The message of ours that stands there, or None: then it is not ours."""

    def found(self, where: str, channel: str, ts: str, *, within: timedelta) -> Message | None:
        """The message to `where` whose outcome is unknown and which turns out to stand there: it is `sent`
        from now on, and drawn anew. None unless just one was under way then, `within` of its intent."""

    def touch(self, conversations: Collection[str]) -> None:
        """Mark every sent copy that shows one of these to be drawn again, and plan that work."""

    def shrink(self, message: str) -> None:
        """Its time has passed: no buttons from now on; marks it to be drawn again."""

    def live_for(self, person: str, conversation: str) -> Sequence[Message]: ...

    def drawn(self, message: str, revision: int) -> bool:
        """Note that this revision was drawn; False when it changed meanwhile (draw again)."""


class Homes(Protocol):
    """The Home tabs that somebody opened; what each shows is not kept, but a print of it.

    Whatever transaction writes conversations, teammates, handles, watches or the health of a Source plans
    the work HOME for EVERYBODY: nothing need be called for that.
    """

    def opened(self, teammate: str, at: datetime) -> None:
        """They opened it: it is drawn now, whatever it shows, and whenever what it shows has changed."""

    def shown(self, teammate: str) -> str | None:
        """The print of what stands there, empty before it is drawn; None when it was never opened."""

    def drawn(self, teammate: str, shown: str) -> None:
        """Note what stands there now."""

    def opened_by(self) -> Sequence[str]:
        """Whoever opened it at any time."""


class Job(StrEnum):
    """The kinds of timed work; `subject` is the id of what it is about."""

    POLL = "poll"
    SEE = "see"
    DIGEST = "digest"
    DRAW = "draw"
    HOME = "home"
    LOOK = "look"
    VERIFY = "verify"
    WAKE = "wake"
    RULES = "rules"
    INBOX = "inbox"
    DAYS = "days"
    KEEP = "keep house"


EVERYBODY = ""
"""The subject of the work HOME that is about all who opened it."""


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed row: only the holder of the lease may finish it."""

    id: str
    workspace: str
    kind: Job
    subject: str
    due_at: datetime
    attempts: int
    lease: str


class Agenda(Protocol):
    """The work of one Workspace. One row per (kind, subject), whose due time moves."""

    def plan(self, kind: Job, subject: str, at: datetime) -> None:
        """Due at that time, or earlier if it already was."""

    def replan(self, kind: Job, subject: str, at: datetime) -> None:
        """Due at exactly that time."""

    def put_off(self, kind: Job, subject: str, at: datetime) -> None:
        """Due no sooner than that, unless somebody holds it: it was done in passing."""

    def drop(self, kind: Job, subject: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that Slack told us, committed before the ack; `body` is what is needed to do the work."""

    key: str
    kind: str
    body: Mapping[str, object]
    received_at: datetime
    id: str = ""


class Inbox(Protocol):
    """What came in and is not finished."""

    def take(self, incoming: Incoming) -> str | None:
        """Commit it; its id, or None when the same key came before."""

    def done(self, incoming: str, at: datetime) -> None: ...

    def unfinished(self) -> Sequence[Incoming]: ...

    def prune(self, kind: str, before: datetime) -> None:
        """Forget the keys of that kind that came and were finished before then: they may come again."""


class Journal(Protocol):
    """Append-only, ids only."""

    def read(self, conversation: str | None = None, limit: int = 100) -> Sequence[Move]: ...

    def count(self, verbs: Collection[str], since: datetime, until: datetime) -> int:
        """How many lines of these verbs there are in that span, without those about what is private."""

    def count_looks(self, times: int, at: datetime) -> None:
        """Count complete looks, at a place or at a conversation, on that day (UTC)."""

    def looks(self, since: datetime) -> int:
        """How many complete looks there were from that day (UTC) on."""


class Counted(Protocol):
    """What the measures are counted from."""

    def rows(self, since: datetime, until: datetime) -> Rows:
        """What was said to us, rang and was pressed in that span, without all that is private."""

    def began(self) -> datetime | None:
        """The day (UTC) on which we first looked anywhere."""


class Tx(Protocol):
    """One transaction for one Workspace."""

    workspace: Workspace
    threads: Threads
    people: People
    choices: Choices
    sources: Sources
    messages: Messages
    homes: Homes
    agenda: Agenda
    inbox: Inbox
    journal: Journal
    counted: Counted

    def save_workspace(self, workspace: Workspace) -> None: ...


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """How often something was asked of a host. `template` has ids replaced; no query, no secret."""

    host: str
    method: str
    template: str
    count: int
    last_seen: datetime


class Store(Protocol):
    """The database, for all Workspaces."""

    def read(self, workspace: str) -> AbstractContextManager[Tx]: ...

    def write(self, workspace: str, *, durable: bool = True) -> AbstractContextManager[Tx]:
        """BEGIN IMMEDIATE on SQLite. Commits at the end of the block, rolls back on an exception.

        `durable` commits reach the disk before this returns (intents, outcomes, presses).
        """

    def workspaces(self) -> Sequence[Workspace]: ...

    def by_team(self, team: str) -> Workspace | None: ...

    def add_workspace(self, workspace: Workspace) -> Workspace: ...

    def claim(self, kinds: Collection[Job], limit: int, *, at: datetime, lease: timedelta) -> Sequence[Work]:
        """At most `limit` due rows, each to one claimer; expired leases are due again."""

    def renew(self, work: Work, *, at: datetime, lease: timedelta) -> bool:
        """The holder is still at it: its lease ends so much later. False when it is somebody else's now."""

    def finish(self, work: Work, *, at: datetime, again: datetime | None) -> bool:
        """Done by the holder: due again at that time, or gone. A row planned earlier meanwhile keeps that."""

    def planned(self, workspace: str, kind: Job) -> Mapping[str, datetime]:
        """When each work of this kind is due next, by its subject."""

    def abandon(self) -> None:
        """Make all claimed work due again; only for the one who holds the lock file and has just started."""

    def alike(self, workspace: str, source: str) -> Sequence[tuple[str, Source]]:
        """The Sources of other Workspaces that fetch the same as this one without a credential and are well,
        with whose they are; none for a Source with a credential."""

    def keep_session(self, secret: Secret, session: str) -> None:
        """Keep what a connector keeps with a stored credential, sealed as the credential is."""

    def spent(self, secret: Secret, month: str) -> int:
        """What reading with a stored credential cost in a month ("2026-03"), in millionths of a dollar."""

    def spend(self, secret: Secret, month: str, amount: int) -> None:
        """So much more was spent."""

    def count_requests(self, lines: Sequence[LedgerLine]) -> None: ...

    def ledger(self) -> Sequence[LedgerLine]: ...

    def take_stock(self) -> None:
        """Learn anew how much is stored, so that what is asked goes by the best index."""

    def drop_copies(self, until: datetime | None = None) -> None:
        """Remove the copies of the database that were made before an update until then (UTC), or all."""


class Networks(Protocol):
    """The connectors, each with a read-only door."""

    def connectors(self) -> Mapping[str, Connector]: ...

    def reader(
        self,
        network: str,
        endpoint: str,
        secret: Secret | None,
        *,
        source: str = "",
        within: Round | None = None,
    ) -> Reader:
        """The door for one network and credential; `source` is the id of the Source that is polled.

        Without a credential, what others were answered `within` a round is not asked again.
        """


class Calendars(Protocol):
    """Days off that others publish."""

    def holidays(self, place: str, first: date, until: date) -> Sequence[date]:
        """Public holidays of a country or region ("DE", "DE-BE") from `first` on and before `until`.

        Raises ValueError where nobody knows of any.
        """

    def marked(self, address: str, first: date, until: date) -> Sequence[date]:
        """The days of all-day events in the calendar at an https address or in a file of this machine.

        Raises the errors of `bot.domain.errors`.
        """


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack user as Slack tells: `outside` is a guest from or member of another workspace.

    `is_out` is what their status says, until `out_until` (UTC) where it says when.
    """

    slack_user: str
    name: str
    zone: str
    is_bot: bool = False
    is_deleted: bool = False
    is_outside: bool = False
    is_out: bool = False
    out_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A Slack channel as Slack tells. `is_shared`: with another organisation, or an invitation is out."""

    name: str
    is_member: bool
    is_shared: bool = False
    is_archived: bool = False


class Slack(Protocol):
    """Sending to and asking Slack; never retried here."""

    def post(self, workspace: Workspace, where: str, screen: Screen) -> Posted:
        """A new message: a ring. Raises NotSent, Ambiguous or Rejected."""

    def edit(self, workspace: Workspace, posted: Posted, screen: Screen, *, as_text: bool = False) -> None:
        """Silent. Raises NotSent or Rejected; a lost answer is NotSent (an edit may be repeated).

        `as_text`: in one sentence, where Slack does not take the whole screen.
        """

    def publish(self, workspace: Workspace, slack_user: str, screen: HomeScreen, shown: str) -> str:
        """The Home tab of one person, silently, unless it shows this already by the print `shown`.

        Gives the print of what it shows now. Raises NotSent (it may be repeated) or Rejected.
        """

    def person(self, workspace: Workspace, slack_user: str) -> Person | None: ...

    def rests_until(self, workspace: Workspace, slack_user: str) -> datetime | None:
        """Until when (UTC) this person is not to be disturbed now; None when they may be, or nobody tells."""

    def channel(self, workspace: Workspace, channel: str) -> Channel | None:
        """None when there is no such channel, or it is private and without us. Raises NotSent or Rejected."""
