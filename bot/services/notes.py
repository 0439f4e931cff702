"""What a colleague wrote with a question, kept from the press until the question is accepted by Slack."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.model import Press, Verb
from bot.domain.ports import Incoming, Known, Tx

KIND = "note"
KEPT = timedelta(days=14)
"""A question is repeated once and then released: no note is of use for longer."""


def leave_note(tx: Tx, press: str, note: str, now: datetime) -> None:
    """Keep it with the press that asked. It came in from Slack and is not finished until it is delivered."""
    tx.inbox.take(Incoming(key=f"{KIND} {press}", kind=KIND, body={"text": note}, received_at=now))


def note_of(tx: Tx, known: Known, conversation: str) -> str | None:
    """The note of the latest question about a conversation that was not dropped yet."""
    press = _last_ask(known.presses.get(conversation, frozenset()))
    key = f"{KIND} {press.id}" if press else ""
    found = next((one for one in tx.inbox.unfinished() if one.key == key), None)
    return str(found.body.get("text", "")) or None if found else None


def drop_notes(tx: Tx, before: datetime, now: datetime) -> None:
    """Forget the notes of questions that are past."""
    for one in tx.inbox.unfinished():
        if one.kind == KIND and one.received_at < before:
            tx.inbox.done(one.id, now)


def _last_ask(presses: frozenset[Press]) -> Press | None:
    asks = [press for press in presses if press.verb == Verb.ASK]
    return max(asks, key=lambda press: (press.at, press.id), default=None)
