"""chat.*: what an app says, changes and takes back."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack import messages
from bot.sandbox.slack.arguments import flag, named
from bot.sandbox.slack.checks import check_message, is_too_long
from bot.sandbox.slack.limits import Tier
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.shown import Message
from bot.sandbox.slack.state import Channel, Json, SlackError, Workspace

LONGEST_UPDATE = 4_000
LONGEST_MARKDOWN = 12_000
LONGEST_METADATA = 8_000

WRITE = "chat:write"


@method("chat.postMessage", Tier.SPECIAL, WRITE)
def post_message(call: Call) -> Json:
    """To a channel where the bot is, by id or name, or to a person by their user id."""
    channel = destination(call.workspace, named(call.arguments, "channel"))
    draft = drafted(call.arguments)
    if draft.thread_ts and draft.thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    call.limits.post(call.workspace.team_id, channel.id)
    message = messages.post(call.workspace, channel, call.workspace.bot, draft)
    return {"channel": channel.id, "ts": message.ts, "message": message.wire()}


@method("chat.update", Tier.THREE, WRITE)
def update(call: Call) -> Json:
    """Of the app's own messages only; a text given without blocks takes the blocks away."""
    channel = _where(call)
    message = _own(call, channel, "cant_update_message")
    if len(str(call.arguments.get("text") or "")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    messages.edit(call.workspace, message, drafted(call.arguments))
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.wire(),
    }


@method("chat.postEphemeral", Tier.FOUR, WRITE)
def post_ephemeral(call: Call) -> Json:
    """To one person in a channel where both are."""
    channel = _where(call)
    person = named(call.arguments, "user")
    if person not in channel.members:
        raise SlackError("user_not_in_channel")
    draft = drafted(call.arguments)
    user = call.workspace.users[person]
    message = messages.post_ephemeral(call.workspace, channel, user, draft)
    return {"message_ts": message.ts}


@method("chat.delete", Tier.THREE, WRITE)
def delete(call: Call) -> Json:
    """Of the app's own messages only."""
    channel = _where(call)
    message = _own(call, channel, "cant_delete_message")
    messages.delete(call.workspace, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", Tier.SPECIAL)
def permalink(call: Call) -> Json:
    """A link of Slack's form; on the page it leads nowhere else."""
    channel = call.workspace.channels.get(named(call.arguments, "channel"))
    if channel is None or (channel.is_private and call.workspace.bot.id not in channel.members):
        raise SlackError("channel_not_found")
    ts = named(call.arguments, "message_ts")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    link = f"https://{call.workspace.domain}.slack.example/archives/{channel.id}/p"
    return {"channel": channel.id, "permalink": link + ts.replace(".", "")}


def drafted(arguments: dict[str, Any]) -> Draft:
    """What is to be said; the errors that Slack has for text and blocks."""
    text, blocks = _words(arguments), arguments.get("blocks")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if arguments.get("attachments"):
        raise SlackError("invalid_attachments", ["[ERROR] the stand-in takes no attachments: use blocks"])
    if not text and not blocks:
        raise SlackError("no_text")
    if problems := check_message(blocks or []):
        raise SlackError("invalid_blocks", problems)
    if is_too_long(blocks or []):
        raise SlackError("msg_blocks_too_long")
    return Draft(
        text=text,
        blocks=blocks,
        thread_ts=str(arguments.get("thread_ts") or ""),
        reply_broadcast=flag(arguments.get("reply_broadcast")),
        metadata=_metadata(arguments.get("metadata")),
    )


def destination(workspace: Workspace, name: str) -> Channel:
    """Where the app may write; Slack's errors where it may not."""
    person = workspace.users.get(name)
    channel = workspace.open_im(person) if person else workspace.channel(name)
    if channel.im_user:
        _may_write_to(workspace, channel.im_user)
        return channel
    if workspace.bot.id not in channel.members:
        raise SlackError("channel_not_found" if channel.is_private else "not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_read_only:
        raise SlackError("restricted_action")
    return channel


def _where(call: Call) -> Channel:
    """Of a method that takes a channel by its id alone."""
    name = named(call.arguments, "channel")
    if name not in call.workspace.channels:
        raise SlackError("channel_not_found")
    return destination(call.workspace, name)


def _words(arguments: dict[str, Any]) -> str:
    text, markdown = arguments.get("text") or "", arguments.get("markdown_text") or ""
    if not isinstance(text, str) or not isinstance(markdown, str):
        raise SlackError("invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"])
    if markdown and (text or arguments.get("blocks")):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return text or markdown


def _may_write_to(workspace: Workspace, user_id: str) -> None:
    user = workspace.users[user_id]
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot or user.is_stranger:
        raise SlackError("channel_not_found")
    if not workspace.messages_tab_enabled:
        raise SlackError("messages_tab_disabled")


def _own(call: Call, channel: Channel, otherwise: str) -> Message:
    message = channel.messages.get(named(call.arguments, "ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != call.workspace.bot_id:
        raise SlackError(otherwise)
    return message


def _metadata(value: Any) -> Json | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not {"event_type", "event_payload"} <= value.keys():
        raise SlackError("invalid_metadata_format")
    if len(str(value)) > LONGEST_METADATA:
        raise SlackError("metadata_too_large")
    return value
