"""What this room needs of the services about people and links; bot/services fits it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.model import Handle, Line, Teammate


class PeopleDesk(Protocol):
    """Who is one of us, and how they want to be written to."""

    def teammate(self, workspace: str, slack_user: str) -> Teammate:
        """Enrolled on first sight."""

    def assignable(self, workspace: str, slack_user: str) -> Teammate | str:
        """The teammate, or the code of why they cannot be assigned."""

    def likely(self, workspace: str, conversation: str, for_: str) -> Sequence[tuple[Teammate, str | None]]:
        """Who could answer, likeliest first, each with a reason."""

    def link(self, workspace: str, teammate_id: str, text: str) -> Handle:
        """Link a handle of theirs, written as @name@server."""

    def pause(self, workspace: str, teammate_id: str, until: datetime) -> object:
        """No reminders until then."""

    def stop(self, workspace: str, teammate_id: str) -> object:
        """No message ever again."""

    def resume(self, workspace: str, teammate_id: str) -> object:
        """Messages again."""


class AddDesk(Protocol):
    """Posts that a person brings by their link."""

    def link(self, workspace: str, link: str, teammate: str) -> Line:
        """Read it and put it on the list."""
