"""Posts and conversations of one Workspace: read in whole threads, written in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from bot.domain.looks import look_at
from bot.domain.model import Conversation, Lane, Post, Reason, Verb, Visibility
from bot.domain.ports import Changes, Clock, Known, Placed
from bot.domain.routing import Pointed
from bot.store import erase, known, saving
from bot.store.agenda import SqlAgenda
from bot.store.once import Told, once
from bot.store.people import SqlPeople
from bot.store.shapes import CONVERSATION, conversation_of
from bot.store.tables.columns import of
from bot.store.tables.conversations import conversation, evidence, journal
from bot.store.tables.messages import note
from bot.store.tables.posts import post as posts
from bot.store.tables.sources import source
from bot.store.upsert import add_missing

_WAITS = (
    conversation.c.status == literal_column("'open'"),
    conversation.c.lane == literal_column("'to us'"),
)
OPENLY = ~func.coalesce(conversation.c.standing["private"].as_boolean(), false())
"""What is private is its owner's alone: nobody else is shown it, nor any number that it is part of."""
_OPEN = conversation.c.status.in_([literal_column("'open'"), literal_column("'snoozed'")])

WAITING = (
    select(*CONVERSATION)
    .where(of(conversation), *_WAITS)
    .order_by(conversation.c.waiting_since, conversation.c.id)
)
"""Open and `to us`, longest waiting first; the predicate is written out for the partial index."""
_WRITTEN_BACK = WAITING.where(conversation.c.standing["write_backs"].as_string() != "[]")
_IN_PRIVATE = WAITING.where(conversation.c.standing["private"].as_boolean())
_THESE = select(*CONVERSATION).where(
    of(conversation), conversation.c.id.in_(bindparam("talks", expanding=True))
)
LONGEST_WAITING = WAITING.limit(bindparam("at_most", type_=Integer()))
_OPEN_OR_LATELY = union_all(
    select(conversation.c.id).where(of(conversation), _OPEN),
    select(conversation.c.id).where(of(conversation), conversation.c.settled_at >= bindparam("since")),
)
"""Each half has an index of its own; for both in one condition SQLite would go through all that there is."""
_FOLLOWED = (
    select(*CONVERSATION)
    .where(of(conversation), conversation.c.id.in_(_OPEN_OR_LATELY))
    .where(conversation.c.network == bindparam("network"), conversation.c.lane == literal_column("'to us'"))
    .order_by(conversation.c.id)
)
_TOLD_OF_AN_ANSWER = [one.value for one in (Reason.ALREADY, Reason.ELSEWHERE)]
"""Why a conversation was closed where somebody of ours may have answered unseen."""
_WHO_SPOKE = (
    select(conversation.c.network, conversation.c.author)
    .distinct()
    .where(of(conversation), conversation.c.author.in_(bindparam("authors", expanding=True)))
    .where(conversation.c.lane == literal_column("'to us'"))
)
_THERE = (conversation.c.network == bindparam("network"), conversation.c.look_at.is_not(None))
_WAITS_THERE = select(exists().where(of(conversation), *_WAITS, *_THERE))
"""Whoever waits is looked for, and what is looked for has an index by its network."""
_CONCERNING = select(*CONVERSATION).where(
    of(conversation),
    _OPEN,
    or_(conversation.c.holder == bindparam("whom"), conversation.c.asked == bindparam("whom")),
)
_TO_WAKE = (
    select(conversation.c.id)
    .where(of(conversation), conversation.c.wake_at <= bindparam("until"))
    .order_by(conversation.c.wake_at, conversation.c.id)
)
_PRIVATE = [one.value for one in Visibility if one.is_private]
_STRANGE = and_(
    posts.c.workspace_id == conversation.c.workspace_id,
    posts.c.network == conversation.c.network,
    posts.c.root == conversation.c.root,
    posts.c.lane.is_distinct_from(literal_column("'to us'")),
    posts.c.wording.is_(None),
    posts.c.gone_at.is_(None),
    posts.c.visibility.not_in(_PRIVATE),
)
_PERHAPS_ANSWERED = (
    select(posts.c.network, posts.c.author_id, posts.c.id.label("post"), conversation.c.id)
    .join_from(conversation, posts, _STRANGE)
    .where(of(conversation), conversation.c.id.in_(_OPEN_OR_LATELY), OPENLY)
    .where(conversation.c.lane == literal_column("'to us'"))
    .where(
        or_(
            conversation.c.standing["others_replied"].as_integer() > 0,
            and_(
                conversation.c.status == literal_column("'closed'"),
                conversation.c.standing["reason"].as_string().in_(_TOLD_OF_AN_ANSWER),
            ),
        )
    )
)
"""What was written below them by who neither speaks to us there nor is one of ours, who have a wording."""
_REPLIED = and_(
    evidence.c.workspace_id == conversation.c.workspace_id,
    evidence.c.conversation_id == conversation.c.id,
    evidence.c.by.is_not(None),
    evidence.c.verified,
    evidence.c.gone_at.is_(None),
)
_LAST_SPOKE = (
    select(conversation.c.author, evidence.c.by, evidence.c.at)
    .join_from(conversation, evidence, _REPLIED)
    .where(of(conversation), conversation.c.author.in_(bindparam("authors", expanding=True)), OPENLY)
    .order_by(evidence.c.at)
)
_NO = journal.alias("no")
_AFTER_A_NO = and_(
    _NO.c.workspace_id == journal.c.workspace_id,
    _NO.c.conversation_id == journal.c.conversation_id,
    _NO.c.by == journal.c.by,
    _NO.c.wait == journal.c.wait,
    _NO.c.number < journal.c.number,
    _NO.c.verb == Verb.NOT_ME.value,
)
_ABOUT = and_(
    journal.c.workspace_id == conversation.c.workspace_id, journal.c.conversation_id == conversation.c.id
)
_POINTED = (
    select(conversation.c.author, journal.c.by, journal.c.to, journal.c.at)
    .distinct()
    .join_from(conversation, journal, _ABOUT)
    .join(_NO, _AFTER_A_NO)
    .where(of(conversation), conversation.c.author.in_(bindparam("authors", expanding=True)), OPENLY)
    .where(journal.c.verb == Verb.ASK.value, journal.c.to.is_not(None))
    .order_by(journal.c.at)
)
_WITH_WHOM = (
    select(conversation.c.holder, conversation.c.asked, func.count().label("many"))
    .where(of(conversation), _WAITS[0], _OPEN)
    .where(or_(conversation.c.holder.is_not(None), conversation.c.asked.is_not(None)))
    .group_by(conversation.c.holder, conversation.c.asked)
)
_CAME_FROM = (
    select(posts.c.conversation_id, posts.c.source_id)
    .distinct()
    .where(of(posts), posts.c.conversation_id.in_(bindparam("talks", expanding=True)))
    .where(posts.c.source_id.is_not(None))
)
_FIRST_SPOKE = (
    select(posts.c.author_id, func.min(posts.c.created_at).label("at"))
    .where(of(posts), posts.c.author_id.in_(bindparam("authors", expanding=True)))
    .where(posts.c.lane.is_not(None), posts.c.visibility.not_in(_PRIVATE))
    .group_by(posts.c.author_id)
)
_RESTING = (
    select(func.count())
    .select_from(conversation)
    .where(of(conversation), conversation.c.lane == bindparam("of_lane"), OPENLY)
    .where(
        conversation.c.id.in_(
            select(posts.c.conversation_id)
            .where(of(posts), posts.c.conversation_id.is_not(None), posts.c.wiped_at.is_(None))
            .where(posts.c.first_seen >= bindparam("since"), posts.c.first_seen < bindparam("until"))
        )
    )
)
_LOOK_AT = (of(conversation), *_THERE)
_TO_LOOK = (
    select(conversation.c.id)
    .where(*_LOOK_AT, conversation.c.look_at <= bindparam("before"))
    .order_by(conversation.c.look_at, conversation.c.id)
)
_NEXT_LOOK = select(func.min(conversation.c.look_at)).where(*_LOOK_AT)
_WITH_ITS_END = _THESE.add_columns(conversation.c.settled_at)
_NOTED = (
    update(conversation)
    .where(of(conversation), conversation.c.id == bindparam("this"))
    .values({name: bindparam(f"new_{name}") for name in ("looked_at", "unseen_since", "tried_at", "look_at")})
)
_MISSING = (
    update(posts)
    .where(
        of(posts), posts.c.network == bindparam("there"), posts.c.id.in_(bindparam("these", expanding=True))
    )
    .where(posts.c.missing_since.is_distinct_from(bindparam("since")))
    .values(missing_since=bindparam("since"))
)
_WITH_POSTS_OF = (
    select(conversation.c.id)
    .distinct()
    .join(
        posts,
        and_(
            posts.c.workspace_id == conversation.c.workspace_id,
            posts.c.network == conversation.c.network,
            posts.c.root == conversation.c.root,
        ),
    )
    .where(of(conversation), posts.c.network == bindparam("network"))
    .where(posts.c.author_id.in_(bindparam("authors", expanding=True)))
)
_OLD_NOTES = delete(note).where(of(note), note.c.at < bindparam("before"))


def _read_from(workspace: str, endpoint: str) -> ColumnElement[bool]:
    """Posts that came through a Source there, or whose conversation is looked at there."""
    sources = select(source.c.id).where(source.c.workspace_id == workspace, source.c.endpoint == endpoint)
    talks = select(conversation.c.id).where(
        conversation.c.workspace_id == workspace, conversation.c.endpoint == endpoint
    )
    return or_(posts.c.source_id.in_(sources), posts.c.conversation_id.in_(talks))


def _longest_first(one: Conversation) -> tuple[bool, str, str]:
    since = one.standing.waiting_since
    return (since is None, since.isoformat() if since else "", one.id)


@dataclass(slots=True)
class SqlThreads:
    """Fits `bot.domain.ports.Threads`."""

    connection: Connection
    workspace: str
    clock: Clock
    agenda: SqlAgenda
    people: SqlPeople
    seen: saving.Revisions = field(default_factory=saving.Revisions)
    erased: bool = False
    told: Told | None = None

    def around(
        self, network: str, refs: Collection[str], roots: Collection[str] = (), *, read: Collection[Post] = ()
    ) -> Known:
        """The posts called `refs`, every post under their roots and under `roots`, and all about them.

        With the posts that were `read` also the threads that those change from afar.
        """
        here = (self.connection, self.workspace)
        found = known.around(*here, network, {*refs, *roots}, read, ours=self.people.handles())
        met = {one.root for one in found.posts.values() if one.root}
        self.seen.note_roots(network, {*refs, *roots, *met})
        self.seen.note(found.conversations.values())
        return found

    def of(self, conversations: Collection[str]) -> Known:
        """The same for whole conversations by our ids."""
        ours = self.people.handles()
        found = known.whole(self.connection, self.workspace, conversations, ours=ours)
        for one in found.posts.values():
            self.seen.note_roots(one.post.network, {one.root} if one.root else ())
        self.seen.note(found.conversations.values())
        return found

    def save(self, changes: Changes, *, at: datetime) -> bool:
        """Write; False (nothing written) when a conversation was changed by another meanwhile."""
        saved = saving.save(self.connection, self.workspace, changes, self.seen, at=at)
        self.agenda.stirred = self.agenda.stirred or (saved and bool(changes.conversations))
        return saved

    @once
    def waiting(self, *, limit: int | None = None) -> Sequence[Conversation]:
        """Open and `to us`, longest waiting first."""
        wanted = WAITING if limit is None else LONGEST_WAITING
        return [conversation_of(row) for row in self._rows(wanted, at_most=limit)]

    def perhaps_answered(self, since: datetime) -> Mapping[tuple[str, str], Collection[str]]:
        """Who wrote twice or more where somebody waits though others replied, and where."""
        wrote: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        below: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self._rows(_PERHAPS_ANSWERED, since=since):
            wrote[row.network, row.author_id].add(row.post)
            below[row.network, row.author_id].add(row.id)
        return {who: below[who] for who, posts in wrote.items() if len(posts) > 1}

    def who_spoke_to_us(self, authors: Collection[str]) -> Collection[tuple[str, str]]:
        """Those of the authors who ever spoke to us, each with the network."""
        rows = self._rows(_WHO_SPOKE, authors=sorted(authors)) if authors else ()
        return {(row.network, row.author) for row in rows}

    def written_back(self) -> Sequence[Conversation]:
        """Those of `waiting` in which somebody wrote back to a reply of ours."""
        return [conversation_of(row) for row in self._rows(_WRITTEN_BACK)]

    def waiting_in_private(self) -> Sequence[Conversation]:
        """Those of `waiting` that are their owner's alone."""
        return [conversation_of(row) for row in self._rows(_IN_PRIVATE)]

    def these(self, conversations: Collection[str]) -> Mapping[str, Conversation]:
        """By our ids, without the threads in which they stand."""
        rows = self._rows(_THESE, talks=sorted(conversations)) if conversations else ()
        return {row.id: conversation_of(row) for row in rows}

    def _rows(self, wanted: Select[Any], **given: object) -> Sequence[Row[Any]]:
        return self.connection.execute(wanted, {"of": self.workspace, **given}).all()

    @once
    def followed(self, network: str, since: datetime) -> Sequence[Conversation]:
        """On that network: open, snoozed, or settled since then, so that an answer may still come."""
        return [conversation_of(row) for row in self._rows(_FOLLOWED, network=network, since=since)]

    def to_look(self, network: str, before: datetime) -> Sequence[str]:
        """Ids of those there that are due for a look, longest due first."""
        return [row.id for row in self._rows(_TO_LOOK, network=network, before=before)]

    def next_look(self, network: str) -> datetime | None:
        """When the next of them is due for a look; None when nothing is awaited there."""
        given = {"of": self.workspace, "network": network}
        soonest: datetime | None = self.connection.execute(_NEXT_LOOK, given).scalar_one()
        return soonest

    def anybody_waits(self, network: str) -> bool:
        """Whether any there is open and `to us`."""
        given = {"of": self.workspace, "network": network}
        return bool(self.connection.execute(_WAITS_THERE, given).scalar_one())

    def concerning(self, teammate: str) -> Sequence[Conversation]:
        """Open or snoozed ones that the teammate holds or is asked for, longest waiting first."""
        found = [conversation_of(row) for row in self._rows(_CONCERNING, whom=teammate)]
        return sorted(found, key=_longest_first)

    def to_wake(self, until: datetime) -> Sequence[str]:
        """Ids whose status changes by the passing of time alone, by that moment."""
        return [row.id for row in self._rows(_TO_WAKE, until=until)]

    def last_spoke(self, authors: Collection[str]) -> Mapping[str, tuple[str, datetime]]:
        """For each outside author the one of us who was last seen replying to them openly, and when."""
        rows = self._rows(_LAST_SPOKE, authors=sorted(authors))
        return {row.author: (row.by, row.at) for row in rows}

    def pointed(self, authors: Collection[str]) -> Mapping[str, Sequence[Pointed]]:
        """For each outside author whom those of us asked, openly, who had said "Not me" before."""
        rows = self._rows(_POINTED, authors=sorted(authors))
        found: defaultdict[str, list[Pointed]] = defaultdict(list)
        for row in rows:
            found[row.author].append(Pointed(row.by, row.to, row.at))
        return found

    def with_whom(self) -> Mapping[str, int]:
        """How many open conversations each teammate has or was asked for."""
        rows = self._rows(_WITH_WHOM)
        found: defaultdict[str, int] = defaultdict(int)
        for row in rows:
            for who in {row.holder, row.asked} - {None}:
                found[who] += row.many
        return found

    def came_from(self, conversations: Collection[str]) -> Mapping[str, Collection[str]]:
        """The Sources through which the mentions of each conversation were first seen."""
        rows = self._rows(_CAME_FROM, talks=sorted(conversations))
        found: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            found[row.conversation_id].add(row.source_id)
        return found

    def first_spoke(self, authors: Collection[str]) -> Mapping[str, datetime]:
        """From when the first open mention is that is known of each author, as far as there is one."""
        rows = self._rows(_FIRST_SPOKE, authors=sorted(authors))
        return {row.author_id: row.at for row in rows}

    def looked(self, conversations: Collection[str], at: datetime) -> None:
        """Note a complete look at these, at that time."""
        self._note(conversations, lambda one: replace(one, looked_at=at, unseen_since=None, tried_at=None))

    def unseen(self, conversations: Collection[str], at: datetime, *, anew: Collection[str] = ()) -> None:
        """Note a look at these that was not complete; those of `anew` are tried again as after the first."""

        def unseen(one: Conversation) -> Conversation:
            since = None if one.id in anew else one.unseen_since
            return replace(one, tried_at=at, unseen_since=since or at)

        self._note(conversations, unseen)

    def _note(self, these: Collection[str], noted: Callable[[Conversation], Conversation]) -> None:
        """Write down what a look found, and when each is looked at next."""
        rows = self._rows(_WITH_ITS_END, talks=sorted(these)) if these else ()
        stand = [(noted(conversation_of(row)), row.settled_at) for row in rows]
        values = [
            {
                "of": self.workspace,
                "this": one.id,
                "new_looked_at": one.looked_at,
                "new_unseen_since": one.unseen_since,
                "new_tried_at": one.tried_at,
                "new_look_at": look_at(one, settled_at),
            }
            for one, settled_at in stand
        ]
        if values:
            self.connection.execute(_NOTED, values)

    def private_sources(self, conversation: Conversation) -> Collection[str]:
        """The Sources through which its private posts were first seen: what they said, and our answers."""
        answers = [one.post for one in (*conversation.standing.evidence, *conversation.standing.maybes)]
        of_it = or_(
            posts.c.author_id == conversation.author,
            posts.c.conversation_id == conversation.id,
            posts.c.id.in_(sorted(filter(None, answers))),
        )
        rows = self.connection.execute(
            select(posts.c.source_id)
            .distinct()
            .where(posts.c.workspace_id == self.workspace, posts.c.network == conversation.network)
            .where(posts.c.root == conversation.root, posts.c.visibility.in_(_PRIVATE), of_it)
            .where(posts.c.source_id.is_not(None))
        )
        return {row.source_id for row in rows}

    def missing(self, network: str, these: Collection[str], since: datetime | None) -> None:
        """Note since when these posts were not there; None: they are after all, as when they are read."""
        given = {"of": self.workspace, "there": network, "these": sorted(these), "since": since}
        self.connection.execute(_MISSING, given)

    def leave_note(self, press: str, text: str, at: datetime) -> None:
        """Keep what a colleague wrote with the question that this press asked."""
        row = {"workspace_id": self.workspace, "press_id": press, "text": text, "at": at}
        add_missing(self.connection, note, [row])

    def notes(self, presses: Collection[str]) -> Mapping[str, str]:
        """The notes that were left with these presses and are still kept."""
        theirs = (note.c.workspace_id == self.workspace, note.c.press_id.in_(sorted(presses)))
        rows = self.connection.execute(select(note.c.press_id, note.c.text).where(*theirs))
        return {row.press_id: row.text for row in rows}

    def drop_notes(self, before: datetime) -> None:
        """Forget the notes that were left before that."""
        dropped = self.connection.execute(_OLD_NOTES, {"of": self.workspace, "before": before}).rowcount
        self.erased = self.erased or bool(dropped)

    def latest(self, network: str, limit: int, *, endpoint: str | None = None) -> Sequence[Post]:
        """Of the posts there that are not known to be gone: so many that we wrote last, and so many that came
        to be known last, and where these are fewer those whose words are not kept any more. With an endpoint
        those alone that are read from that server."""
        there = [posts.c.workspace_id == self.workspace, posts.c.network == network]
        if endpoint is not None:
            there.append(_read_from(self.workspace, endpoint))
        return known.latest(self.connection, limit, *there)

    def resting(self, lane: Lane, since: datetime, until: datetime) -> int:
        """In how many conversations of that lane, private ones left out, a mention was first seen in that
        time, whose words are still kept."""
        given = {"of": self.workspace, "of_lane": lane.value, "since": since, "until": until}
        return self.connection.execute(_RESTING, given).scalar_one()

    def wipe(self, before: datetime, network: str | None = None) -> int:
        """Empty the words of posts whose conversations closed before that, on all networks or on one;
        returns how many posts."""
        wiped = erase.wipe(self.connection, self.workspace, before, self.clock(), network)
        self.erased = self.erased or bool(wiped)
        return wiped

    def posts_of(self, network: str, authors: Collection[str]) -> Sequence[Placed]:
        """What these authors wrote there, as far as it is kept, oldest first."""
        theirs = (posts.c.workspace_id == self.workspace, posts.c.network == network)
        return known.written(self.connection, *theirs, posts.c.author_id.in_(sorted(authors)))

    def with_posts_of(self, network: str, authors: Collection[str]) -> Collection[str]:
        """Ids of the conversations in whose threads one of these authors wrote anything."""
        return {row.id for row in self._rows(_WITH_POSTS_OF, network=network, authors=sorted(authors))}

    def called(self, network: str, text: str) -> Collection[str]:
        """Ids of the authors there whose id, name ("@mei" or "mei") or page is this."""
        return erase.called(self.connection, self.workspace, network, text)

    def forget(self, network: str, author: str) -> int:
        """Erase one outside person's words and name and keep a keyed hash; returns how many posts."""
        self.erased = self.agenda.stirred = True
        return erase.forget(self.connection, self.workspace, network, author, self.clock())

    def forgotten(self, network: str, authors: Collection[str]) -> frozenset[str]:
        """Those of the authors who asked to be forgotten, so that they are not collected again."""
        return erase.known_to_be_forgotten(self.connection, self.workspace, network, authors)
