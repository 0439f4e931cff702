"""response_url and answers in an ack: five uses in thirty minutes, ephemeral unless said."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from bot.sandbox.clocks import WireClock
from bot.sandbox.slack import messages
from bot.sandbox.slack.arguments import flag
from bot.sandbox.slack.chat import drafted
from bot.sandbox.slack.shown import Message
from bot.sandbox.slack.state import Json, SlackError, Workspace

USES = 5
SECONDS = 30 * 60


@dataclass(slots=True)
class _Permit:
    workspace: Workspace
    user: str
    channel: str
    original: Message | None
    since: float
    uses: int = 0


class Responses:
    """Issues response URLs and does what is sent to them."""

    def __init__(self, wire: WireClock) -> None:
        self._wire = wire
        self._permits: dict[str, _Permit] = {}
        self.origin = ""

    def issue(self, workspace: Workspace, user: str, channel: str, original: Message | None = None) -> str:
        """A URL for that person and place; `original` is what may be replaced or deleted."""
        word = secrets.token_urlsafe(12)
        self._permits[word] = _Permit(workspace, user, channel, original, self._wire.now())
        return f"{self.origin}/responses/{word}"

    def team_of(self, word: str) -> str:
        """The workspace it was issued in, for the log."""
        permit = self._permits.get(word)
        return permit.workspace.team_id if permit else ""

    def use(self, word: str, body: dict[str, Any]) -> None:
        """One use; `used_url` and `expired_url` as Slack says them."""
        permit = self._permits.get(word)
        if permit is None:
            raise SlackError("invalid_url")
        if self._wire.now() - permit.since > SECONDS:
            raise SlackError("expired_url")
        if permit.uses >= USES:
            raise SlackError("used_url")
        permit.uses += 1
        self._do(permit, body)

    def answer(self, workspace: Workspace, user: str, channel: str, body: Json) -> None:
        """What a command's ack says."""
        self._do(_Permit(workspace, user, channel, None, 0.0), body)

    def _do(self, permit: _Permit, body: dict[str, Any]) -> None:
        workspace, original = permit.workspace, permit.original
        if flag(body.get("delete_original")):
            messages.delete(workspace, _still_there(workspace, original))
            return
        draft = drafted(body)
        if flag(body.get("replace_original")):
            messages.edit(workspace, _still_there(workspace, original), draft)
            return
        channel = workspace.channels[permit.channel]
        if body.get("response_type", "ephemeral") == "in_channel":
            messages.post(workspace, channel, workspace.bot, draft)
        else:
            user = workspace.users[permit.user]
            messages.post_ephemeral(workspace, channel, user, draft)


def _still_there(workspace: Workspace, original: Message | None) -> Message:
    if original is not None:
        channel = workspace.channels[original.channel]
        if original.ts in channel.messages or original.ts in channel.ephemeral:
            return original
    raise SlackError("message_not_found")
