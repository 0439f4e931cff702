"""The outbox and the live copies of one Workspace: intents, outcomes, and keys that are never used twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from bot.domain.ports import Clock, Job, Message, Sending, Shown
from bot.domain.screens import Kind
from bot.store.agenda import SqlAgenda
from bot.store.letters import load, message_row, shows_rows
from bot.store.tables.conversations import evidence, journal
from bot.store.tables.messages import digest, message_shows, nudge
from bot.store.tables.messages import message as messages
from bot.store.upsert import add_missing, insert, new_id

_RANG = (Sending.SENDING.value, Sending.SENT.value, Sending.UNKNOWN.value)
_NUDGES = (Kind.NUDGE.value, Kind.LAST_WORD.value)
_LOOKED_BACK = 20
"""How many nudges `unpressed` looks at; by far more than anybody asks for."""


@dataclass(slots=True)
class SqlMessages:
    """Fits `bot.domain.ports.Messages`."""

    connection: Connection
    workspace: str
    agenda: SqlAgenda
    clock: Clock

    def intend(self, message: Message, *, at: datetime, lease: timedelta) -> Message | None:
        """Commit the intent with its keys ((person, conversation, wait, step), or (channel, day)).

        None when one of the keys was used before: then it must not be sent, and nothing is written.
        """
        intent = replace(
            message,
            id=message.id or new_id(),
            state=Sending.SENDING,
            created_at=at,
            lease=new_id(),
            revision=0,
        )
        if not self._take_keys(intent, at):
            return None
        row = message_row(intent, until=at + lease)
        self.connection.execute(insert(self.connection, messages), [{"workspace_id": self.workspace, **row}])
        shows = [{"workspace_id": self.workspace, **one} for one in shows_rows(intent)]
        add_missing(self.connection, message_shows, shows)
        return intent

    def outcome(
        self, message: Message, state: Sending, *, at: datetime, channel: str = "", ts: str = ""
    ) -> bool:
        """Write what came of it, if the lease is still ours. `not sent` frees the keys again."""
        sent = state is Sending.SENT
        revision = self.connection.execute(
            update(messages)
            .where(*self._this(message.id), messages.c.lease == message.lease)
            .where(messages.c.state == Sending.SENDING.value)
            .values(
                state=state.value,
                channel=channel or None,
                ts=ts or None,
                sent_at=at if sent else None,
                lease=None,
                lease_until=None,
                drawn=message.revision,
            )
            .returning(messages.c.revision)
        ).scalar_one_or_none()
        if revision is None:
            return False
        if sent and revision != message.revision:
            self.agenda.plan(Job.DRAW, message.id, at)
        if state is Sending.NOT_SENT:
            self._free_keys(message.id)
        return True

    def expire(self, before: datetime) -> Sequence[Message]:
        """`sending` rows whose lease ran out become `unknown` and are returned."""
        rows = self.connection.execute(
            update(messages)
            .where(messages.c.workspace_id == self.workspace, messages.c.lease_until < before)
            .where(messages.c.state == literal_column("'sending'"))
            .values(state=Sending.UNKNOWN.value, lease=None, lease_until=None)
            .returning(messages.c.id)
        )
        return self._load(messages.c.id.in_([row.id for row in rows]))

    def used(self, person: str, shown: Collection[Shown]) -> Mapping[Shown, datetime]:
        """Which steps this person was already rung for, and when (unknown outcomes included)."""
        rows = self.connection.execute(
            select(nudge)
            .where(nudge.c.workspace_id == self.workspace, nudge.c.teammate_id == person)
            .where(nudge.c.conversation_id.in_(sorted({one.conversation for one in shown})))
        )
        keys = {Shown(row.conversation_id, row.wait, row.step): row.at for row in rows}
        return {one: keys[one] for one in shown if one in keys}

    def steps(
        self, person: str, conversation: str, wait: int, since: datetime | None = None
    ) -> Mapping[str, datetime]:
        """The steps used for one wait, by name, with their times.

        What was used `since` it began belongs to it too, though it was taken for another wait then.
        """
        of_it = or_(nudge.c.wait == wait, *([nudge.c.at >= since] if since else []))
        rows = self.connection.execute(
            select(nudge.c.step, nudge.c.at)
            .where(nudge.c.workspace_id == self.workspace, nudge.c.teammate_id == person)
            .where(nudge.c.conversation_id == conversation, of_it)
            .order_by(nudge.c.at)
        )
        return {row.step: row.at for row in rows}

    def rings(self, person: str, since: datetime) -> Sequence[Message]:
        """What rang this person since then, oldest first."""
        theirs = and_(messages.c.person == person, messages.c.created_at >= since)
        return self._load(theirs, messages.c.state.in_(_RANG))

    def unpressed(self, person: str) -> int:
        """How many nudges in a row, the latest first, had neither a press nor an answer."""
        shows = and_(
            message_shows.c.workspace_id == messages.c.workspace_id,
            message_shows.c.message_id == messages.c.id,
        )
        pressed = exists().where(
            shows,
            journal.c.workspace_id == messages.c.workspace_id,
            journal.c.conversation_id == message_shows.c.conversation_id,
            journal.c.by == person,
            journal.c.press_id.is_not(None),
            journal.c.at >= messages.c.created_at,
        )
        answered = exists().where(
            shows,
            evidence.c.workspace_id == messages.c.workspace_id,
            evidence.c.conversation_id == message_shows.c.conversation_id,
            evidence.c.at >= messages.c.created_at,
        )
        rows = self.connection.execute(
            select((pressed | answered).label("heard"))
            .where(messages.c.workspace_id == self.workspace, messages.c.person == person)
            .where(messages.c.kind.in_(_NUDGES), messages.c.state.in_(_RANG))
            .order_by(messages.c.created_at.desc(), messages.c.id)
            .limit(_LOOKED_BACK)
        ).all()
        return next((count for count, row in enumerate(rows) if row.heard), len(rows))

    def digested(self, channel: str) -> date | None:
        """The last local date with a digest there, sent or unknown."""
        last: date | None = self.connection.execute(
            select(func.max(digest.c.local_date)).where(
                digest.c.workspace_id == self.workspace, digest.c.channel == channel
            )
        ).scalar_one()
        return last

    def last_digest(self, channel: str, before: date | None = None) -> Message | None:
        """The latest message for a day (before that one) that was posted there, or may have been."""
        day = messages.c.day.is_not(None) if before is None else messages.c.day < before
        there = and_(messages.c.place == channel, day, messages.c.state.in_(_RANG))
        newest = (
            select(messages.c.id)
            .where(messages.c.workspace_id == self.workspace, there)
            .order_by(messages.c.day.desc(), messages.c.created_at.desc())
            .limit(1)
        )
        return self._only(messages.c.id == newest.scalar_subquery())

    def message(self, message: str) -> Message | None:
        """By our id."""
        return self._only(messages.c.id == message)

    def at(self, channel: str, ts: str) -> Message | None:
        """The message of ours that stands there, or None: then it is not ours."""
        return self._only(and_(messages.c.channel == channel, messages.c.ts == ts))

    def touch(self, conversations: Collection[str]) -> None:
        """Mark every sent copy that shows one of these to be drawn again, and plan that work.

        One that is being sent is marked too: its outcome plans the work, if it came to stand in Slack.
        """
        shows = select(message_shows.c.message_id).where(
            message_shows.c.workspace_id == self.workspace,
            message_shows.c.conversation_id.in_(sorted(conversations)),
        )
        self._mark(messages.c.id.in_(shows))

    def shrink(self, message: str) -> None:
        """Its time has passed: no buttons from now on; marks it to be drawn again."""
        self._mark(and_(messages.c.id == message, messages.c.live.is_(True)), live=False)

    def live_for(self, person: str, conversation: str) -> Sequence[Message]:
        """Copies with buttons that this person has of that conversation, oldest first."""
        shows = select(message_shows.c.message_id).where(
            message_shows.c.workspace_id == self.workspace,
            message_shows.c.conversation_id == conversation,
        )
        theirs = and_(messages.c.person == person, messages.c.live.is_(True))
        return self._load(theirs, messages.c.state == Sending.SENT.value, messages.c.id.in_(shows))

    def drawn(self, message: str, revision: int) -> bool:
        """Note that this revision was drawn; False when it changed meanwhile (draw again)."""
        noted = self.connection.execute(
            update(messages)
            .where(*self._this(message), messages.c.revision == revision)
            .values(drawn=revision)
        )
        return bool(noted.rowcount)

    def _mark(self, these: ColumnElement[bool], **also: bool) -> None:
        standing = messages.c.state.in_((Sending.SENDING.value, Sending.SENT.value))
        rows = self.connection.execute(
            update(messages)
            .where(messages.c.workspace_id == self.workspace, standing, these)
            .values(revision=messages.c.revision + 1, **also)
            .returning(messages.c.id, messages.c.state)
        )
        now = self.clock()
        for row in rows:
            if row.state == Sending.SENT.value:
                self.agenda.plan(Job.DRAW, row.id, now)

    def _take_keys(self, intent: Message, at: datetime) -> bool:
        """Take all keys of a message, or none."""
        used = {"workspace_id": self.workspace, "message_id": intent.id, "at": at}
        if intent.day is not None:
            there = {"channel": intent.where, "local_date": intent.day}
            taken = self.connection.execute(
                select(digest.c.message_id)
                .where(digest.c.workspace_id == self.workspace, digest.c.channel == intent.where)
                .where(digest.c.local_date == intent.day)
            ).one_or_none()
            if taken is not None:
                return False
            add_missing(self.connection, digest, [{**used, **there}])
        if intent.person is not None and intent.shows:
            if self.used(intent.person, intent.shows):
                return False
            keys = [
                {"teammate_id": intent.person, "conversation_id": one.conversation}
                | {"wait": one.wait, "step": one.step}
                for one in intent.shows
            ]
            add_missing(self.connection, nudge, [{**used, **key} for key in keys])
        return True

    def _free_keys(self, message: str) -> None:
        for table in (nudge, digest):
            theirs = (table.c.workspace_id == self.workspace, table.c.message_id == message)
            self.connection.execute(delete(table).where(*theirs))

    def _this(self, message: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return (messages.c.workspace_id == self.workspace, messages.c.id == message)

    def _only(self, matches: ColumnElement[bool]) -> Message | None:
        return next(iter(self._load(matches)), None)

    def _load(self, *matches: ColumnElement[bool]) -> Sequence[Message]:
        return load(self.connection, self.workspace, and_(*matches))
