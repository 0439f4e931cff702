"""chat.*: what an app says, changes and takes back."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack import messages
from bot.sandbox.slack.arguments import flag, named
from bot.sandbox.slack.checks import check_message
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.state import Channel, Json, Message, SlackError, Workspace

LONGEST_UPDATE = 4_000
LONGEST_METADATA = 8_000


@method("chat.postMessage")
def post_message(call: Call) -> Json:
    """To a channel where the bot is, or to a person by their user id."""
    channel = destination(call.workspace, named(call.arguments, "channel"))
    draft = drafted(call.arguments)
    if draft.thread_ts and draft.thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    message = messages.post(call.workspace, channel, call.workspace.bot, draft)
    return {"channel": channel.id, "ts": message.ts, "message": message.wire()}


@method("chat.update")
def update(call: Call) -> Json:
    """Of the app's own messages only; a text given without blocks takes the blocks away."""
    channel = destination(call.workspace, named(call.arguments, "channel"))
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


@method("chat.postEphemeral")
def post_ephemeral(call: Call) -> Json:
    """To one person in a channel where both are."""
    channel = destination(call.workspace, named(call.arguments, "channel"))
    person = named(call.arguments, "user")
    if person not in channel.members:
        raise SlackError("user_not_in_channel")
    draft = drafted(call.arguments)
    user = call.workspace.users[person]
    message = messages.post_ephemeral(call.workspace, channel, user, draft)
    return {"message_ts": message.ts}


@method("chat.delete")
def delete(call: Call) -> Json:
    """Of the app's own messages only."""
    channel = destination(call.workspace, named(call.arguments, "channel"))
    message = _own(call, channel, "cant_delete_message")
    messages.delete(call.workspace, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink")
def permalink(call: Call) -> Json:
    """A link of Slack's form; on the page it leads nowhere else."""
    channel = call.workspace.channel(named(call.arguments, "channel"))
    ts = named(call.arguments, "message_ts")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    link = f"https://{call.workspace.domain}.slack.example/archives/{channel.id}/p"
    return {"channel": channel.id, "permalink": link + ts.replace(".", "")}


def drafted(arguments: dict[str, Any]) -> Draft:
    """What is to be said; the errors that Slack has for text and blocks."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if not isinstance(text, str):
        raise SlackError("invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"])
    if not text and not blocks:
        raise SlackError("no_text")
    if problems := check_message(blocks or []):
        raise SlackError("invalid_blocks", problems)
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
    return channel


def _may_write_to(workspace: Workspace, user_id: str) -> None:
    if workspace.users[user_id].deleted:
        raise SlackError("user_disabled")
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
