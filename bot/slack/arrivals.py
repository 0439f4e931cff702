"""What comes in from Slack, reduced to what the work needs, as it is kept in the inbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

HOME = "home"
"""The container of what stands in the Home tab; it has neither a channel nor a response URL."""


class Sort(StrEnum):
    """What kind of thing came in."""

    COMMAND = "command"
    PRESS = "press"
    CHANGE = "user change"
    HOME = "home opened"
    SHORTCUT = "shortcut"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One command, press, shortcut or change of a person.

    `key` is the same for every delivery of the same thing.

    `action` is the action id or the command, `value` what it carried. `container` is `message`,
    `ephemeral`, `view` (a modal) or `home`.
    """

    sort: Sort
    key: str
    team: str
    user: str
    user_team: str = ""
    channel: str = ""
    ts: str = ""
    container: str = ""
    response_url: str = ""
    trigger: str = ""
    action: str = ""
    value: str = ""

    def body(self) -> Mapping[str, object]:
        """As the inbox keeps it."""
        return asdict(self)


def read_back(body: Mapping[str, object]) -> Arrival:
    """An arrival from the inbox."""
    kept = {each.name: str(body.get(each.name, "")) for each in fields(Arrival)}
    return Arrival(**(kept | {"sort": Sort(kept["sort"])}))  # type: ignore[arg-type]


def of_command(body: Mapping[str, Any]) -> Arrival:
    """A slash command. Slack does not deliver one twice; its trigger is its own."""
    team, user, trigger = body["team_id"], body["user_id"], body["trigger_id"]
    return Arrival(
        sort=Sort.COMMAND,
        key=f"{team}:{user}:{trigger}",
        team=team,
        user=user,
        user_team=team,
        channel=body.get("channel_id", ""),
        container="ephemeral",
        response_url=body.get("response_url", ""),
        trigger=trigger,
        action=body["command"],
        value=body.get("text", ""),
    )


def of_press(body: Mapping[str, Any]) -> Arrival:
    """A button, a menu or a choice; the key is team, person, action_ts and value."""
    user, action, container = body["user"], body["actions"][0], body.get("container", {})
    team = (body.get("team") or {}).get("id") or user.get("team_id", "")
    value = _chosen(action)
    return Arrival(
        sort=Sort.PRESS,
        key=f"{team}:{user['id']}:{action.get('action_ts', '')}:{value}",
        team=team,
        user=user["id"],
        user_team=user.get("team_id", ""),
        channel=container.get("channel_id") or (body.get("channel") or {}).get("id", ""),
        ts=container.get("message_ts", ""),
        container=_container(container, body.get("view") or {}),
        response_url=body.get("response_url", ""),
        trigger=body.get("trigger_id", ""),
        action=action["action_id"],
        value=value,
    )


def of_shortcut(body: Mapping[str, Any], links: Sequence[str]) -> Arrival:
    """A shortcut on a message with these links; the key is team, person and action_ts."""
    user, team = body["user"], body["team"]["id"]
    return Arrival(
        sort=Sort.SHORTCUT,
        key=f"{team}:{user['id']}:{body['action_ts']}",
        team=team,
        user=user["id"],
        user_team=user.get("team_id", ""),
        channel=(body.get("channel") or {}).get("id", ""),
        response_url=body.get("response_url", ""),
        trigger=body.get("trigger_id", ""),
        action=body["callback_id"],
        value=" ".join(links),
    )


def of_change(body: Mapping[str, Any]) -> Arrival:
    """A person's profile, zone or membership changed; the key is the event's id."""
    user = body["event"]["user"]
    return Arrival(
        sort=Sort.CHANGE,
        key=body["event_id"],
        team=body["team_id"],
        user=user["id"],
        user_team=user.get("team_id", ""),
    )


def of_opening(body: Mapping[str, Any]) -> Arrival:
    """Somebody opened the app's Home; the key is the event's id."""
    return Arrival(
        sort=Sort.HOME, key=body["event_id"], team=body["team_id"], user=body["event"]["user"], container=HOME
    )


def _container(container: Mapping[str, Any], view: Mapping[str, Any]) -> str:
    if container.get("is_ephemeral"):
        return "ephemeral"
    return HOME if view.get("type") == HOME else str(container.get("type", ""))


def _chosen(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option") or {}
    return action.get("value") or option.get("value") or action.get("selected_user") or ""
