"""response_url and answers in an ack: five uses in thirty minutes, ephemeral unless said."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack import messages
from bot.sandbox.slack.arguments import flag
from bot.sandbox.slack.chat import drafted
from bot.sandbox.slack.state import Json, Message, SlackError, Workspace

USES = 5
SECONDS = 30 * 60


@dataclass(slots=True)
class _Permit:
    user: str
    channel: str
    original: Message | None
    since: float
    uses: int = 0


class Responses:
    """Issues response URLs and does what is sent to them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._permits: dict[str, _Permit] = {}
        self.origin = ""

    def issue(self, user: str, channel: str, original: Message | None = None) -> str:
        """A URL for that person and place; `original` is what may be replaced or deleted."""
        word = secrets.token_urlsafe(12)
        since = self._workspace.ground.wire.now()
        self._permits[word] = _Permit(user, channel, original, since)
        return f"{self.origin}/responses/{word}"

    def use(self, word: str, body: dict[str, Any]) -> None:
        """One use; `used_url` and `expired_url` as Slack says them."""
        permit = self._permits.get(word)
        if permit is None:
            raise SlackError("invalid_url")
        if self._workspace.ground.wire.now() - permit.since > SECONDS:
            raise SlackError("expired_url")
        if permit.uses >= USES:
            raise SlackError("used_url")
        permit.uses += 1
        self._do(permit, body)

    def answer(self, user: str, channel: str, body: Json) -> None:
        """What a command's ack says."""
        self._do(_Permit(user, channel, None, 0.0), body)

    def _do(self, permit: _Permit, body: dict[str, Any]) -> None:
        workspace, original = self._workspace, permit.original
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
