"""What every part of the handle stands on: names become people and places, and waiting shows the exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.log import Ground
from bot.sandbox.slack.acts import Act, Outcome
from bot.sandbox.slack.doings import Doings
from bot.sandbox.slack.shared import Shared
from bot.sandbox.slack.shown import Message, View
from bot.sandbox.slack.state import Channel, Refused, SlackError, User, Workspace

T = TypeVar("T")

# Beyond Slack's own patience; an act that still waits then is a fault of the sandbox.
GRACE_SECONDS = 5.0


class Hold:
    """One workspace in Slack."""

    def __init__(self, shared: Shared, workspace: Workspace) -> None:
        self.workspace = workspace
        self._shared = shared
        self._doings = Doings(workspace, shared)

    @property
    def acts(self) -> list[Act]:
        """All that people did, oldest first."""
        return list(self._doings.acts)

    def wait_for(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:
        """The first true value; TimeoutError with the end of the log otherwise."""
        found = self._ground.changes.wait_for(predicate, timeout)
        if found is None:
            raise TimeoutError(f"not within {timeout} s; Slack's log ends:\n{self._ground.log.tail()}")
        return found

    @property
    def _ground(self) -> Ground:
        return self._shared.ground

    def _settled(self, act: Act, wait: bool) -> Act:
        if wait:
            patience = self._shared.patience.ack + GRACE_SECONDS
            self.wait_for(lambda: act.outcome is not Outcome.WAITING, patience)
        return act

    def _user(self, name: str) -> User:
        try:
            return self.workspace.user(name)
        except SlackError as unknown:
            raise Refused(f"there is no user {name!r}") from unknown

    def _channel(self, name: str) -> Channel:
        try:
            return self.workspace.channel(name)
        except SlackError as unknown:
            raise Refused(f"there is no channel {name!r}") from unknown

    def _view(self, user: str, view_id: str) -> View:
        view = self.workspace.views.get(view_id)
        if view is None or view.user != user:
            raise Refused(f"{user} has no view {view_id!r} open")
        return view

    def _seen(self, user: str, channel: str, ts: str) -> Message:
        person, found = self._user(user).id, self._channel(channel)
        if person not in found.members:
            raise Refused(f"{user} is not in {channel}")
        message = found.messages.get(ts) or found.ephemeral.get(ts)
        if message is None or message.only_for not in ("", person):
            raise Refused(f"{user} sees no message {ts} in {channel}")
        return message
