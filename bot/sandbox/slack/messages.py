"""Posting, editing and deleting, and the unread marks that only a new message raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.layout import with_ids
from bot.sandbox.slack.shown import Message
from bot.sandbox.slack.state import Channel, Json, User, Workspace
from bot.sandbox.slack.text import as_stored, blocks_as_stored

LONGEST_TEXT = 40_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be said, checked already."""

    text: str = ""
    blocks: list[Json] | None = None
    thread_ts: str = ""
    reply_broadcast: bool = False
    metadata: Json | None = None

    def stored_blocks(self) -> list[Json]:
        """The blocks with ids where the app gave none."""
        stored: list[Json] = blocks_as_stored(with_ids(self.blocks or []))
        return stored


def post(workspace: Workspace, channel: Channel, author: User, draft: Draft) -> Message:
    """Put a new message there and raise the unread marks of those whom it rings."""
    message = Message(
        channel=channel.id,
        ts=workspace.next_ts(),
        user=author.id,
        text=as_stored(draft.text[:LONGEST_TEXT]),
        blocks=draft.stored_blocks(),
        bot_id=workspace.bot_id if author is workspace.bot else "",
        thread_ts=draft.thread_ts,
        reply_broadcast=draft.reply_broadcast,
        metadata=draft.metadata,
    )
    channel.messages[message.ts] = message
    rings = _rung(channel, message)
    for person in rings:
        workspace.unread[person][channel.id] += 1
    _log(workspace, "message", message, rings=rings, metadata=message.metadata)
    return message


def post_ephemeral(workspace: Workspace, channel: Channel, only_for: User, draft: Draft) -> Message:
    """Show a message to one person; it raises no unread mark and no API call finds it."""
    message = Message(
        channel=channel.id,
        ts=workspace.next_ts(),
        user=workspace.bot.id,
        text=as_stored(draft.text[:LONGEST_TEXT]),
        blocks=draft.stored_blocks(),
        bot_id=workspace.bot_id,
        thread_ts=draft.thread_ts,
        only_for=only_for.id,
    )
    channel.ephemeral[message.ts] = message
    _log(workspace, "ephemeral", message)
    return message


def edit(workspace: Workspace, message: Message, draft: Draft) -> None:
    """Replace text and blocks in place; the ts stays and nobody is rung."""
    message.text = as_stored(draft.text[:LONGEST_TEXT])
    message.blocks = draft.stored_blocks()
    message.edited = workspace.next_ts()
    if draft.metadata is not None:
        message.metadata = draft.metadata
    _log(workspace, "edited", message, metadata=message.metadata)


def delete(workspace: Workspace, message: Message) -> None:
    """It is gone for everybody; unread marks that it raised stay, as a person's badge does."""
    channel = workspace.channels[message.channel]
    channel.messages.pop(message.ts, None)
    channel.ephemeral.pop(message.ts, None)
    _log(workspace, "deleted", message)


def _rung(channel: Channel, message: Message) -> list[str]:
    """Sorted ids. A reply in a thread rings those who wrote in it, unless it is broadcast."""
    others = channel.members - {message.user}
    if message.thread_ts and not message.reply_broadcast and not channel.im_user:
        thread = [
            each for each in channel.messages.values() if message.thread_ts in (each.ts, each.thread_ts)
        ]
        others &= {each.user for each in thread}
    return sorted(person for person in others if not person.startswith("B"))


def _log(workspace: Workspace, kind: str, message: Message, **more: Any) -> None:
    workspace.ground.log.write(
        kind,
        team=workspace.team_id,
        channel=message.channel,
        only_for=message.only_for,
        message=message.wire(),
        **more,
    )
