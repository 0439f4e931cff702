"""What people do, each with what became of it: acked, not acked in time, or nobody listening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Outcome(StrEnum):
    """What became of an act."""

    WAITING = "waiting"
    ACKED = "acked"
    NOT_ACKED = "not acked"
    NO_CONNECTION = "no connection"
    NOT_SENT = "not sent"


FAILED = {Outcome.NOT_ACKED: "operation_timeout", Outcome.NO_CONNECTION: "dispatch_failed"}
"""Slack's words to somebody whose command reached nobody."""


@dataclass(slots=True)
class Act:
    """One command, press, submission or event; `payload` is what went out for it.

    answer: the payload of the ack. errors: what a modal shows at its fields, by block_id.
    """

    kind: str
    user: str
    payload: Json
    outcome: Outcome = Outcome.WAITING
    envelope_id: str = ""
    answer: Json | None = None
    errors: Json = field(default_factory=dict)
    on_ack: Callable[[Act], None] | None = None

    @property
    def acked(self) -> bool:
        """The app answered in time."""
        return self.outcome is Outcome.ACKED

    @property
    def trigger_id(self) -> str:
        """What the app may open a modal with, once."""
        return str(self.payload.get("trigger_id", ""))

    @property
    def response_url(self) -> str:
        """Where the app may answer without a token."""
        return str(self.payload.get("response_url", ""))

    @property
    def notice(self) -> str:
        """What Slack shows the person when the app did not answer; events happen unseen."""
        if self.outcome not in FAILED or self.kind == "event":
            return ""
        if self.kind == "slash_commands":
            return f"{self.payload['command']} failed with the error “{FAILED[self.outcome]}”"
        if self.kind == "view_submission":
            return "We had some trouble connecting. Try again?"
        return "a warning sign beside what was pressed"

    def told(self) -> Json:
        """For the JSON control API."""
        return {
            "kind": self.kind,
            "user": self.user,
            "outcome": str(self.outcome),
            "envelope_id": self.envelope_id,
            "answer": self.answer,
            "errors": self.errors,
            "notice": self.notice,
            "trigger_id": self.trigger_id,
            "response_url": self.response_url,
        }
