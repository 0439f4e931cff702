"""Posts and conversations of one Workspace: read in whole threads, written in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, false, func, literal_column, or_, select, update

from bot.domain.model import Conversation, Lane, Post, Verb, Visibility
from bot.domain.ports import Changes, Clock, Known
from bot.domain.routing import Pointed
from bot.store import erase, known, saving
from bot.store.agenda import SqlAgenda
from bot.store.shapes import conversation_of
from bot.store.tables.conversations import conversation, evidence, journal
from bot.store.tables.messages import note
from bot.store.tables.posts import post as posts
from bot.store.upsert import add_missing

_WAITS = (
    conversation.c.status == literal_column("'open'"),
    conversation.c.lane == literal_column("'to us'"),
)
OPENLY = ~func.coalesce(conversation.c.standing["private"].as_boolean(), false())
"""What is private is its owner's alone: nobody else is shown it, nor any number that it is part of."""
_OPEN = conversation.c.status.in_([literal_column("'open'"), literal_column("'snoozed'")])


def waiting_statement(workspace: str, limit: int | None = None) -> Select[Any]:
    """Open and `to us`, longest waiting first; the predicate is written out for the partial index."""
    return (
        select(conversation)
        .where(conversation.c.workspace_id == workspace, *_WAITS)
        .order_by(conversation.c.waiting_since, conversation.c.id)
        .limit(limit)
    )


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
    seen: saving.Revisions = field(default_factory=saving.Revisions)
    erased: bool = False

    def around(
        self, network: str, refs: Collection[str], roots: Collection[str] = (), *, read: Collection[Post] = ()
    ) -> Known:
        """The posts called `refs`, every post under their roots and under `roots`, and all about them.

        With the posts that were `read` also the threads that those change from afar.
        """
        found = known.around(self.connection, self.workspace, network, {*refs, *roots}, read)
        met = {one.root for one in found.posts.values() if one.root}
        self.seen.note_roots(network, {*refs, *roots, *met})
        self.seen.note(found.conversations.values())
        return found

    def of(self, conversations: Collection[str]) -> Known:
        """The same for whole conversations by our ids."""
        found = known.whole(self.connection, self.workspace, conversations)
        for one in found.posts.values():
            self.seen.note_roots(one.post.network, {one.root} if one.root else ())
        self.seen.note(found.conversations.values())
        return found

    def save(self, changes: Changes, *, at: datetime) -> bool:
        """Write; False (nothing written) when a conversation was changed by another meanwhile."""
        saved = saving.save(self.connection, self.workspace, changes, self.seen, at=at)
        self.agenda.stirred = self.agenda.stirred or (saved and bool(changes.conversations))
        return saved

    def waiting(self, *, limit: int | None = None) -> Sequence[Conversation]:
        """Open and `to us`, longest waiting first."""
        rows = self.connection.execute(waiting_statement(self.workspace, limit))
        return [conversation_of(row) for row in rows]

    def followed(self, network: str, since: datetime) -> Sequence[Conversation]:
        """On that network: open, snoozed, or settled since then, so that an answer may still come."""
        alive = or_(_OPEN, conversation.c.settled_at >= since)
        rows = self.connection.execute(
            select(conversation)
            .where(conversation.c.workspace_id == self.workspace, alive)
            .where(conversation.c.network == network, conversation.c.lane == literal_column("'to us'"))
            .order_by(conversation.c.id)
        )
        return [conversation_of(row) for row in rows]

    def count_waiting(self) -> int:
        """How many are open and `to us`."""
        counted = select(func.count()).select_from(conversation)
        here = (conversation.c.workspace_id == self.workspace, *_WAITS)
        return self.connection.execute(counted.where(*here)).scalar_one()

    def concerning(self, teammate: str) -> Sequence[Conversation]:
        """Open or snoozed ones that the teammate holds or is asked for, longest waiting first."""
        theirs = or_(conversation.c.holder == teammate, conversation.c.asked == teammate)
        rows = self.connection.execute(
            select(conversation).where(conversation.c.workspace_id == self.workspace, _OPEN, theirs)
        )
        found = [conversation_of(row) for row in rows]
        return sorted(found, key=_longest_first)

    def to_wake(self, before: datetime) -> Sequence[str]:
        """Ids whose status changes by the passing of time alone before that moment."""
        due = (conversation.c.workspace_id == self.workspace, conversation.c.wake_at < before)
        rows = self.connection.execute(
            select(conversation.c.id).where(*due).order_by(conversation.c.wake_at, conversation.c.id)
        )
        return [row.id for row in rows]

    def last_spoke(self, authors: Collection[str]) -> Mapping[str, tuple[str, datetime]]:
        """For each outside author the one of us who was last seen replying to them openly, and when."""
        replied = (
            (evidence.c.workspace_id == conversation.c.workspace_id)
            & (evidence.c.conversation_id == conversation.c.id)
            & evidence.c.by.is_not(None)
            & evidence.c.verified
            & evidence.c.gone_at.is_(None)
        )
        rows = self.connection.execute(
            select(conversation.c.author, evidence.c.by, evidence.c.at)
            .join_from(conversation, evidence, replied)
            .where(conversation.c.workspace_id == self.workspace)
            .where(conversation.c.author.in_(sorted(authors)), OPENLY)
            .order_by(evidence.c.at)
        )
        return {row.author: (row.by, row.at) for row in rows}

    def pointed(self, authors: Collection[str]) -> Mapping[str, Sequence[Pointed]]:
        """For each outside author whom those of us asked, openly, who had said "Not me" before."""
        no = journal.alias("no")
        about = (journal.c.workspace_id == conversation.c.workspace_id) & (
            journal.c.conversation_id == conversation.c.id
        )
        after_a_no = (
            (no.c.workspace_id == journal.c.workspace_id)
            & (no.c.conversation_id == journal.c.conversation_id)
            & (no.c.by == journal.c.by)
            & (no.c.wait == journal.c.wait)
            & (no.c.number < journal.c.number)
            & (no.c.verb == Verb.NOT_ME.value)
        )
        rows = self.connection.execute(
            select(conversation.c.author, journal.c.by, journal.c.to, journal.c.at)
            .distinct()
            .join_from(conversation, journal, about)
            .join(no, after_a_no)
            .where(conversation.c.workspace_id == self.workspace)
            .where(conversation.c.author.in_(sorted(authors)), OPENLY)
            .where(journal.c.verb == Verb.ASK.value, journal.c.to.is_not(None))
            .order_by(journal.c.at)
        )
        found: defaultdict[str, list[Pointed]] = defaultdict(list)
        for row in rows:
            found[row.author].append(Pointed(row.by, row.to, row.at))
        return found

    def with_whom(self) -> Mapping[str, int]:
        """How many open conversations each teammate has or was asked for."""
        rows = self.connection.execute(
            select(conversation.c.holder, conversation.c.asked, func.count().label("many"))
            .where(conversation.c.workspace_id == self.workspace, _WAITS[0])
            .where(or_(conversation.c.holder.is_not(None), conversation.c.asked.is_not(None)))
            .group_by(conversation.c.holder, conversation.c.asked)
        )
        found: defaultdict[str, int] = defaultdict(int)
        for row in rows:
            for who in {row.holder, row.asked} - {None}:
                found[who] += row.many
        return found

    def came_from(self, conversations: Collection[str]) -> Mapping[str, Collection[str]]:
        """The Sources through which the mentions of each conversation were first seen."""
        rows = self.connection.execute(
            select(posts.c.conversation_id, posts.c.source_id)
            .distinct()
            .where(posts.c.workspace_id == self.workspace)
            .where(posts.c.conversation_id.in_(sorted(conversations)), posts.c.source_id.is_not(None))
        )
        found: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            found[row.conversation_id].add(row.source_id)
        return found

    def spoke_before(self, authors: Collection[str], before: datetime) -> frozenset[str]:
        """Those of the authors from whom an open mention older than `before` is known."""
        private = [one.value for one in Visibility if one.is_private]
        rows = self.connection.execute(
            select(posts.c.author_id)
            .distinct()
            .where(posts.c.workspace_id == self.workspace, posts.c.author_id.in_(sorted(authors)))
            .where(posts.c.created_at < before, posts.c.lane.is_not(None))
            .where(posts.c.visibility.not_in(private))
        )
        return frozenset(row.author_id for row in rows)

    def looked(self, conversations: Collection[str], at: datetime) -> None:
        """Note a complete look at these, at that time."""
        these = conversation.c.id.in_(sorted(conversations))
        self.connection.execute(
            update(conversation)
            .where(conversation.c.workspace_id == self.workspace, these)
            .values(looked_at=at, unseen_since=None, tried_at=None)
        )

    def unseen(self, conversations: Collection[str], at: datetime, *, anew: Collection[str] = ()) -> None:
        """Note a look at these that was not complete; those of `anew` are tried again as after the first."""
        again = {True: at, False: func.coalesce(conversation.c.unseen_since, at)}
        for first, since in again.items():
            these = sorted(id for id in conversations if (id in anew) is first)
            if these:
                self.connection.execute(
                    update(conversation)
                    .where(conversation.c.workspace_id == self.workspace, conversation.c.id.in_(these))
                    .values(tried_at=at, unseen_since=since)
                )

    def private_sources(self, conversation: Conversation) -> Collection[str]:
        """The Sources through which its private posts were first seen: what they said, and our answers."""
        answers = [one.post for one in (*conversation.standing.evidence, *conversation.standing.maybes)]
        of_it = or_(
            posts.c.author_id == conversation.author,
            posts.c.conversation_id == conversation.id,
            posts.c.id.in_(sorted(filter(None, answers))),
        )
        private = [one.value for one in Visibility if one.is_private]
        rows = self.connection.execute(
            select(posts.c.source_id)
            .distinct()
            .where(posts.c.workspace_id == self.workspace, posts.c.network == conversation.network)
            .where(posts.c.root == conversation.root, posts.c.visibility.in_(private), of_it)
            .where(posts.c.source_id.is_not(None))
        )
        return {row.source_id for row in rows}

    def missing(self, network: str, post: str, since: datetime | None) -> None:
        """Note since when a post was not there; None: it is there after all, as when it is read."""
        self.connection.execute(
            update(posts)
            .where(posts.c.workspace_id == self.workspace, posts.c.network == network, posts.c.id == post)
            .where(posts.c.missing_since.is_distinct_from(since))
            .values(missing_since=since)
        )

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
        old = (note.c.workspace_id == self.workspace, note.c.at < before)
        dropped = self.connection.execute(delete(note).where(*old)).rowcount
        self.erased = self.erased or bool(dropped)

    def latest(self, network: str, limit: int) -> Sequence[Post]:
        """Of the posts there that are not known to be gone: so many that we wrote last, and so many that came
        to be known last."""
        there = (posts.c.workspace_id == self.workspace, posts.c.network == network)
        return known.latest(self.connection, limit, *there)

    def resting(self, lane: Lane, since: datetime, until: datetime) -> int:
        """In how many conversations of that lane, private ones left out, a mention was seen in that time."""
        mentioned = (
            select(posts.c.conversation_id)
            .where(posts.c.workspace_id == self.workspace, posts.c.conversation_id.is_not(None))
            .where(posts.c.first_seen >= since, posts.c.first_seen < until)
        )
        return self.connection.execute(
            select(func.count())
            .select_from(conversation)
            .where(conversation.c.workspace_id == self.workspace, conversation.c.lane == lane.value)
            .where(conversation.c.id.in_(mentioned), OPENLY)
        ).scalar_one()

    def wipe(self, before: datetime, network: str | None = None) -> int:
        """Empty the words of posts whose conversations closed before that, on all networks or on one;
        returns how many posts."""
        self.erased = True
        return erase.wipe(self.connection, self.workspace, before, self.clock(), network)

    def forget(self, network: str, author: str) -> int:
        """Erase one outside person's words and name and keep a keyed hash; returns how many posts."""
        self.erased = self.agenda.stirred = True
        return erase.forget(self.connection, self.workspace, network, author, self.clock())

    def forgotten(self, network: str, authors: Collection[str]) -> frozenset[str]:
        """Those of the authors who asked to be forgotten, so that they are not collected again."""
        return erase.known_to_be_forgotten(self.connection, self.workspace, network, authors)
