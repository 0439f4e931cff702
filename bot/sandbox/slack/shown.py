"""What people see: messages and views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Message:
    """A message; `only_for` makes it ephemeral."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    bot_id: str = ""
    thread_ts: str = ""
    reply_broadcast: bool = False
    metadata: Json | None = None
    edited: str = ""
    only_for: str = ""

    def wire(self) -> Json:
        """As Slack has it in answers and payloads."""
        wire: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text}
        wire |= {"blocks": self.blocks} if self.blocks else {}
        wire |= {"bot_id": self.bot_id} if self.bot_id else {}
        wire |= {"thread_ts": self.thread_ts} if self.thread_ts else {}
        wire |= {"edited": {"user": self.user, "ts": self.edited}} if self.edited else {}
        return wire


@dataclass(slots=True)
class View:
    """A modal or home tab; `told` is its wire form but for the state."""

    id: str
    user: str
    told: Json
    errors: Json = field(default_factory=dict)

    @property
    def is_home(self) -> bool:
        """A home tab rather than a modal."""
        return bool(self.told["type"] == "home")
