"""What is on its way to the app, and who hears how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from bot.sandbox.slack.acts import Act, Outcome

Json = dict[str, Any]

EVENTS = "events_api"
COMMANDS = "slash_commands"
INTERACTIVE = "interactive"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Slack waits, in real seconds: for an ack, and before each new try of an event."""

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)


@dataclass(slots=True)
class Envelope:
    """One delivery; an event that was not acked is tried again with `attempt` and `reason`."""

    act: Act
    type: str
    takes_answer: bool
    attempt: int = 0
    reason: str = ""

    def wire(self, envelope_id: str) -> Json:
        """As Socket Mode frames it; over HTTP the payload goes alone, and the log has the same form."""
        wire: Json = {
            "envelope_id": envelope_id,
            "type": self.type,
            "payload": self.act.payload,
            "accepts_response_payload": self.takes_answer,
        }
        if self.type == EVENTS:
            wire |= {"retry_attempt": self.attempt, "retry_reason": self.reason}
        return wire


class Back(Protocol):
    """Who is told what became of an envelope; called in the loop's thread, with the lock held."""

    def acked(self, envelope: Envelope, payload: Json | None) -> None:
        """In time, with what the app said."""

    def unheard(self, envelope: Envelope, outcome: Outcome, reason: str, *, again: bool = True) -> None:
        """Not; `again` is whether Slack may try once more."""
