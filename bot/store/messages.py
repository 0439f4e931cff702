"""The outbox and the live copies of one Workspace: intents, outcomes, and keys that are never used twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    not_,
    select,
    update,
)

from bot.domain.model import Verb
from bot.domain.ports import Clock, Job, Message, Sending, Shown
from bot.domain.screens import Kind
from bot.store.agenda import SqlAgenda
from bot.store.letters import load, message_row, shows_rows, that
from bot.store.once import Told, once
from bot.store.tables.columns import of
from bot.store.tables.conversations import evidence, journal
from bot.store.tables.messages import digest, message_shows, nudge
from bot.store.tables.messages import message as messages
from bot.store.upsert import add_missing, insert, new_id

_RANG = (Sending.SENDING.value, Sending.SENT.value, Sending.UNKNOWN.value)
_NUDGES = (Kind.NUDGE.value, Kind.LAST_WORD.value)
_LOOKED_BACK = 20
"""How many nudges `unpressed` looks at; by far more than anybody asks for."""

_EXPIRE = (
    update(messages)
    .where(of(messages), messages.c.lease_until < bindparam("before"))
    .where(messages.c.state == literal_column("'sending'"))
    .values(state=Sending.UNKNOWN.value, lease=None, lease_until=None)
    .returning(messages.c.id)
)
_USED = (
    select(nudge.c.conversation_id, nudge.c.wait, nudge.c.step, nudge.c.at)
    .where(of(nudge), nudge.c.teammate_id.in_(bindparam("persons", expanding=True)))
    .where(nudge.c.conversation_id.in_(bindparam("talks", expanding=True)))
    .order_by(nudge.c.at.desc())
)
_SHOWS = and_(
    message_shows.c.workspace_id == messages.c.workspace_id, message_shows.c.message_id == messages.c.id
)
_PRESSED = exists().where(
    journal.c.workspace_id == messages.c.workspace_id,
    journal.c.verb.in_([verb.value for verb in Verb]),  # named, so that the index on verb and time serves
    journal.c.at >= messages.c.created_at,
    journal.c.by == bindparam("person"),
    journal.c.press_id.is_not(None),
)
"""Whatever it was about: who presses anything is there, and has not turned away."""
_ANSWERED = exists().where(
    _SHOWS,
    evidence.c.workspace_id == messages.c.workspace_id,
    evidence.c.conversation_id == message_shows.c.conversation_id,
    evidence.c.at >= messages.c.created_at,
)
_RANG_THEM = (of(messages), messages.c.person == bindparam("person"), messages.c.state.in_(_RANG))
_STOPPED = messages.c.kind == Kind.STOPPED.value
"""It stopped by itself: what was unheard before that is not counted again."""
_HEARD = (
    select((_PRESSED | _ANSWERED | _STOPPED).label("heard"))
    .where(*_RANG_THEM, messages.c.kind.in_([*_NUDGES, Kind.STOPPED.value]))
    .order_by(messages.c.created_at.desc(), messages.c.id)
    .limit(_LOOKED_BACK)
)
_FIRST = select(messages.c.id).where(*_RANG_THEM).order_by(messages.c.created_at, messages.c.id).limit(1)
_IS_RECEIPT = and_(
    messages.c.day.is_not(None), messages.c.live.is_(False), messages.c.drawn == messages.c.revision
)
"""A past day's digest that stands as it ended: what was carried over then stays so."""
_DIGESTED = select(func.max(digest.c.local_date)).where(of(digest), digest.c.channel == bindparam("place"))
_CHANNEL = (
    select(digest.c.channel)
    .where(of(digest), func.substr(digest.c.channel, 1, 1).not_in(["U", "W"]))  # Slack's ids of people
    .order_by(digest.c.local_date.desc())
    .limit(1)
)
_NEWEST = (
    select(messages.c.id)
    .where(of(messages), messages.c.place == bindparam("place"), messages.c.state.in_(_RANG))
    .order_by(messages.c.day.desc(), messages.c.created_at.desc())
    .limit(1)
)
_LAST_DIGEST, _LAST_DIGEST_BEFORE = (
    that(messages.c.id == _NEWEST.where(day).scalar_subquery())
    for day in (messages.c.day.is_not(None), messages.c.day < bindparam("before"))
)
_BY_ID = that(messages.c.id == bindparam("this"))
_BY_IDS = that(messages.c.id.in_(bindparam("these", expanding=True)))
_BY_PLACE = that(messages.c.channel == bindparam("place"), messages.c.ts == bindparam("ts"))
_UNKNOWN = that(
    messages.c.place == bindparam("place"),
    messages.c.state == literal_column("'unknown'"),
    messages.c.created_at.between(bindparam("since"), bindparam("until")),
)
_CLOCKS_APART = timedelta(minutes=1)
"""How far Slack's clock, which numbers its messages, and ours may be apart."""
_RINGS = that(
    messages.c.person == bindparam("person"),
    messages.c.created_at >= bindparam("since"),
    messages.c.state.in_(_RANG),
)
_SHOW_IT = select(message_shows.c.message_id).where(
    of(message_shows), message_shows.c.conversation_id == bindparam("talk")
)
_LIVE = that(
    messages.c.person == bindparam("person"),
    messages.c.live.is_(True),
    messages.c.state == Sending.SENT.value,
    messages.c.id.in_(_SHOW_IT),
)


@dataclass(slots=True)
class SqlMessages:
    """Fits `bot.domain.ports.Messages`."""

    connection: Connection
    workspace: str
    agenda: SqlAgenda
    clock: Clock
    told: Told | None = None

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
        row = {"workspace_id": self.workspace, **message_row(intent, until=at + lease)}
        self.connection.execute(insert(self.connection.dialect.name, messages), row)
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
        rows = self.connection.execute(_EXPIRE, {"of": self.workspace, "before": before}).all()
        return self._load(_BY_IDS, these=[row.id for row in rows]) if rows else []

    def used(self, persons: Collection[str], about: Collection[str]) -> Mapping[Shown, datetime]:
        """Which steps of these conversations any of these people was rung for, and when first (unknown
        outcomes included)."""
        if not (persons and about):
            return {}
        given = {"of": self.workspace, "persons": sorted(persons), "talks": sorted(about)}
        rows = self.connection.execute(_USED, given).all()
        return {Shown(row.conversation_id, row.wait, row.step): row.at for row in rows}

    @once
    def rings(self, person: str, since: datetime) -> Sequence[Message]:
        """What rang this person since then, oldest first."""
        return self._load(_RINGS, person=person, since=since)

    def first(self, person: str) -> str | None:
        """Our id of the first message that ever rang this person."""
        return self.connection.execute(_FIRST, {"of": self.workspace, "person": person}).scalar_one_or_none()

    def unpressed(self, person: str) -> int:
        """How many nudges in a row, the latest first, had no answer and no press of theirs after them,
        since the bot last stopped by itself."""
        rows = self.connection.execute(_HEARD, {"of": self.workspace, "person": person}).all()
        return next((count for count, row in enumerate(rows) if row.heard), len(rows))

    def channel(self) -> str | None:
        """The channel, and no person, to which a digest went last."""
        return self.connection.execute(_CHANNEL, {"of": self.workspace}).scalar_one_or_none()

    def digested(self, channel: str) -> date | None:
        """The last local date with a digest there, sent or unknown."""
        given = {"of": self.workspace, "place": channel}
        last: date | None = self.connection.execute(_DIGESTED, given).scalar_one()
        return last

    @once
    def last_digest(self, channel: str, before: date | None = None) -> Message | None:
        """The latest message for a day (before that one) that was posted there, or may have been."""
        wanted = _LAST_DIGEST_BEFORE if before else _LAST_DIGEST
        return self._only(wanted, place=channel, before=before)

    def message(self, message: str) -> Message | None:
        """By our id."""
        return self._only(_BY_ID, this=message)

    def at(self, channel: str, ts: str) -> Message | None:
        """The message of ours that stands there, or None: then it is not ours."""
        return self._only(_BY_PLACE, place=channel, ts=ts)

    def found(self, where: str, channel: str, ts: str, *, within: timedelta) -> Message | None:
        """The message to `where` whose outcome is unknown and which turns out to stand there: it is `sent`
        from now on, and drawn anew. None unless just one was under way then, `within` of its intent."""
        posted = datetime.fromtimestamp(float(ts), UTC)
        given = {"place": where, "since": posted - within, "until": posted + _CLOCKS_APART}
        may_be = self._load(_UNKNOWN, **given)
        if len(may_be) != 1:
            return None
        stands = {"state": Sending.SENT.value, "channel": channel, "ts": ts, "sent_at": posted}
        self.connection.execute(update(messages).where(*self._this(may_be[0].id)).values(**stands))
        self._mark(messages.c.id == may_be[0].id)
        return self.message(may_be[0].id)

    def touch(self, conversations: Collection[str]) -> None:
        """Mark every sent copy that shows one of these to be drawn again, and plan that work.

        The receipt of a past day is not: it tells how that day ended. One that is being sent is marked too:
        its outcome plans the work, if it came to stand in Slack.
        """
        shows = select(message_shows.c.message_id).where(
            message_shows.c.workspace_id == self.workspace,
            message_shows.c.conversation_id.in_(sorted(conversations)),
        )
        self._mark(and_(messages.c.id.in_(shows), not_(_IS_RECEIPT)))

    def shrink(self, message: str) -> None:
        """Its time has passed: no buttons from now on; marks it to be drawn again."""
        self._mark(and_(messages.c.id == message, messages.c.live.is_(True)), live=False)

    def live_for(self, person: str, conversation: str) -> Sequence[Message]:
        """Copies with buttons that this person has of that conversation, oldest first."""
        return self._load(_LIVE, person=person, talk=conversation)

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
            about = {one.conversation for one in intent.shows}
            if not self.used([intent.person], about).keys().isdisjoint(intent.shows):
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

    def _only(self, wanted: Select[Any], **given: object) -> Message | None:
        return next(iter(self._load(wanted, **given)), None)

    def _load(self, wanted: Select[Any], **given: object) -> Sequence[Message]:
        return load(self.connection, self.workspace, wanted, given)
