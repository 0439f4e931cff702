"""Between rows and the messages that we post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select

from bot.domain.ports import Message, Sending, Shown
from bot.domain.screens import Kind
from bot.store.tables.columns import of
from bot.store.tables.messages import message as messages
from bot.store.tables.messages import message_shows

_SHOWN = (
    select(message_shows)
    .where(of(message_shows), message_shows.c.message_id.in_(bindparam("these", expanding=True)))
    .order_by(message_shows.c.place)
)


def that(*match: ColumnElement[bool]) -> Select[Any]:
    """The messages of a Workspace that match, oldest first: for `load`."""
    return select(messages).where(of(messages), *match).order_by(messages.c.created_at, messages.c.id)


def load(
    connection: Connection, workspace: str, wanted: Select[Any], given: Mapping[str, Any]
) -> Sequence[Message]:
    """Messages with what they show; `given` are the values that `wanted` asks for."""
    rows = connection.execute(wanted, {"of": workspace, **given}).all()
    if not rows:
        return []
    shows: defaultdict[str, list[Shown]] = defaultdict(list)
    for row in connection.execute(_SHOWN, {"of": workspace, "these": [row.id for row in rows]}):
        shows[row.message_id].append(Shown(row.conversation_id, row.wait, row.step))
    return [_message(row, tuple(shows[row.id])) for row in rows]


def message_row(one: Message, *, until: datetime) -> dict[str, Any]:
    """An intent; `until` is when its lease runs out."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "place": one.where,
        "person": one.person,
        "state": one.state.value,
        "channel": one.channel,
        "ts": one.ts,
        "day": one.day,
        "days": [day.isoformat() for day in one.days],
        "by": one.by,
        "press": one.press,
        "note": one.note,
        "post": one.post,
        "source": one.source,
        "total": one.total,
        "live": one.live,
        "created_at": one.created_at,
        "sent_at": one.sent_at,
        "lease": one.lease,
        "lease_until": until,
        "revision": one.revision,
        "drawn": one.revision,
    }


def shows_rows(one: Message) -> list[dict[str, Any]]:
    """What a message shows, in its order."""
    return [
        {
            "message_id": one.id,
            "place": place,
            "conversation_id": shown.conversation,
            "wait": shown.wait,
            "step": shown.step,
        }
        for place, shown in enumerate(one.shows)
    ]


def _message(row: Row[Any], shows: tuple[Shown, ...]) -> Message:
    return Message(
        id=row.id,
        kind=Kind(row.kind),
        where=row.place,
        person=row.person,
        shows=shows,
        state=Sending(row.state),
        channel=row.channel,
        ts=row.ts,
        day=row.day,
        days=tuple(date.fromisoformat(day) for day in row.days),
        by=row.by,
        press=row.press,
        note=row.note,
        post=row.post,
        source=row.source,
        total=row.total,
        live=row.live,
        created_at=row.created_at,
        sent_at=row.sent_at,
        lease=row.lease,
        revision=row.revision,
    )
