"""What the measures of one Workspace are counted from: five statements, however much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import Connection, and_, bindparam, func, literal_column, select, union

from bot.domain.measures import Reminded, Rows, Said
from bot.domain.model import Press
from bot.domain.ports import Sending
from bot.domain.screens import Kind
from bot.store.shapes import CONVERSATION, conversation_of, press_of
from bot.store.tables.columns import UtcDateTime, of
from bot.store.tables.conversations import conversation, journal
from bot.store.tables.messages import message, message_shows
from bot.store.tables.posts import post
from bot.store.tables.schedule import look
from bot.store.threads import OPENLY

_SINCE = bindparam("since", type_=UtcDateTime())
_UNTIL = bindparam("until", type_=UtcDateTime())
_TO_US = (conversation.c.lane == literal_column("'to us'"), OPENLY)
_MENTIONS = (
    of(post),
    post.c.conversation_id.is_not(None),
    post.c.lane.is_not(None),
    post.c.created_at >= _SINCE,
    post.c.created_at < _UNTIL,
)
_OF_POST = and_(
    conversation.c.workspace_id == post.c.workspace_id, conversation.c.id == post.c.conversation_id
)
_SAID = (
    select(post.c.network, post.c.id, post.c.author_id, post.c.conversation_id, post.c.created_at)
    .join_from(post, conversation, _OF_POST)
    .where(*_MENTIONS, *_TO_US)
)
_SHOWS = and_(
    message_shows.c.workspace_id == message.c.workspace_id, message_shows.c.message_id == message.c.id
)
_RANG = (
    of(message),
    message.c.kind.in_([Kind.NUDGE.value, Kind.LAST_WORD.value, Kind.OWN_DIGEST.value]),
    message.c.state.in_([Sending.SENT.value, Sending.UNKNOWN.value]),
    message.c.created_at >= _SINCE,
    message.c.created_at < _UNTIL,
)
_OF_RING = and_(
    conversation.c.workspace_id == message_shows.c.workspace_id,
    conversation.c.id == message_shows.c.conversation_id,
)
_REMINDED = (
    select(message.c.id, message.c.person, message_shows.c.conversation_id, message.c.created_at)
    .join_from(message, message_shows, _SHOWS)
    .join(conversation, _OF_RING)
    .where(*_RANG, OPENLY)
)
_CONCERNED = union(
    select(post.c.conversation_id).where(*_MENTIONS),
    select(message_shows.c.conversation_id).join_from(message, message_shows, _SHOWS).where(*_RANG),
)
_TALKS = select(*CONVERSATION).where(of(conversation), *_TO_US, conversation.c.id.in_(_CONCERNED))
_OF_PRESS = and_(
    conversation.c.workspace_id == journal.c.workspace_id, conversation.c.id == journal.c.conversation_id
)
_PRESSED = (
    select(journal)
    .join(conversation, _OF_PRESS)
    .where(of(journal), journal.c.press_id.is_not(None), journal.c.at >= _SINCE, OPENLY)
)
_BEGAN = select(func.min(look.c.day)).where(of(look))


@dataclass(slots=True)
class SqlMeasures:
    """Fits `bot.domain.ports.Counted`."""

    connection: Connection
    workspace: str

    def rows(self, since: datetime, until: datetime) -> Rows:
        """What was said to us, rang and was pressed in that span, without all that is private."""
        given = {"of": self.workspace, "since": since, "until": until}
        return Rows(
            began=self.began(),
            said=self._said(given),
            talks=[conversation_of(row) for row in self.connection.execute(_TALKS, given).all()],
            reminded=self._reminded(given),
            presses=self._presses(given),
        )

    def began(self) -> datetime | None:
        """The day (UTC) on which we first looked anywhere."""
        day = self.connection.execute(_BEGAN, {"of": self.workspace}).scalar_one()
        return datetime.combine(day, time.min, UTC) if day else None

    def _said(self, given: Mapping[str, object]) -> Sequence[Said]:
        return [
            Said(f"{row.network} {row.author_id}", row.conversation_id, row.id, row.created_at)
            for row in self.connection.execute(_SAID, given).all()
        ]

    def _reminded(self, given: Mapping[str, object]) -> Sequence[Reminded]:
        return [
            Reminded(row.id, row.person or "", row.conversation_id, row.created_at)
            for row in self.connection.execute(_REMINDED, given).all()
        ]

    def _presses(self, given: Mapping[str, object]) -> Mapping[str, Sequence[Press]]:
        found: defaultdict[str, list[Press]] = defaultdict(list)
        for row in self.connection.execute(_PRESSED, given).all():
            found[row.conversation_id].append(press_of(row))
        return found
