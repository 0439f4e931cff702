"""The payloads that Slack sends (slack.md, 1.4)."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.slack.shown import Message, View
from bot.sandbox.slack.state import Channel, Json, User, Workspace


def command(workspace: Workspace, user: User, channel: Channel, line: tuple[str, str]) -> Json:
    """`line` is the command with its slash, and its text."""
    return {
        "token": workspace.app.verification,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": user.id,
        "user_name": user.name,
        "command": line[0],
        "text": line[1],
        "api_app_id": workspace.app.app_id,
        "is_enterprise_install": "false",
    }


def event(workspace: Workspace, inner: Json) -> Json:
    """An Events API callback around `inner`."""
    now = workspace.ground.world.now()
    event_id = f"Ev{secrets.token_hex(5).upper()}"
    return {
        "token": workspace.app.verification,
        "team_id": workspace.team_id,
        "api_app_id": workspace.app.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now.timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": workspace.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"1-{inner['type']}-{workspace.team_id}-{event_id}",
    }


def press_on_message(workspace: Workspace, user: User, message: Message, action: Json) -> Json:
    """A block_actions payload from a message; an ephemeral one does not carry the message."""
    channel = workspace.channels[message.channel]
    payload = _interactive(workspace, user, "block_actions") | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(message.only_for),
        },
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "state": {"values": {}},
        "actions": [action | {"action_ts": workspace.next_ts()}],
    }
    return payload if message.only_for else payload | {"message": message.wire()}


def press_in_view(workspace: Workspace, user: User, view: View, action: Json) -> Json:
    """A block_actions payload from a modal or home tab."""
    return _interactive(workspace, user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.told,
        "actions": [action | {"action_ts": workspace.next_ts()}],
    }


def of_view(workspace: Workspace, user: User, view: View, kind: str) -> Json:
    """view_submission or view_closed."""
    return _interactive(workspace, user, kind) | {"view": view.told}


def suggestion(workspace: Workspace, user: User, view: View, typed: Json) -> Json:
    """What a menu whose options the app loads asks for; `typed` has block_id, action_id and value."""
    return (
        _interactive(workspace, user, "block_suggestion")
        | typed
        | {
            "container": {"type": "view", "view_id": view.id},
            "view": view.told,
        }
    )


def shortcut(workspace: Workspace, user: User, callback_id: str) -> Json:
    """A global shortcut."""
    return _interactive(workspace, user, "shortcut") | {
        "callback_id": callback_id,
        "action_ts": workspace.next_ts(),
    }


def message_shortcut(workspace: Workspace, user: User, message: Message, callback_id: str) -> Json:
    """A shortcut on a message."""
    channel = workspace.channels[message.channel]
    return _interactive(workspace, user, "message_action") | {
        "callback_id": callback_id,
        "action_ts": workspace.next_ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "message": message.wire() | {"team": workspace.team_id},
    }


def _interactive(workspace: Workspace, user: User, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "api_app_id": workspace.app.app_id,
        "token": workspace.app.verification,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }
