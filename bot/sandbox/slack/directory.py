"""auth, apps, users, conversations, team and dnd: who and what there is."""

from __future__ import annotations

from bot.sandbox.slack.arguments import flag, named
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.state import Channel, Json, SlackError, User, Workspace

LARGEST_PAGE = 1000


@method("auth.test")
def auth_test(call: Call) -> Json:
    """Who the token is."""
    workspace = call.workspace
    return {
        "url": f"https://{workspace.domain}.slack.example/",
        "team": workspace.name,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open")
def connections_open(call: Call) -> Json:
    """A WebSocket URL for one connection."""
    return {"url": call.sockets.issue_url()}


@method("team.info")
def team_info(call: Call) -> Json:
    """The workspace."""
    workspace = call.workspace
    return {"team": {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain}}


@method("users.info")
def users_info(call: Call) -> Json:
    """One person, with zone and status."""
    user = _known(call.workspace, named(call.arguments, "user"))
    return {"user": user.wire(call.workspace.ground.world.now())}


@method("users.list")
def users_list(call: Call) -> Json:
    """Everybody, a page at a time."""
    now = call.workspace.ground.world.now()
    return _page(call, "members", [user.wire(now) for user in call.workspace.users.values()])


@method("conversations.open")
def conversations_open(call: Call) -> Json:
    """The direct messages with one person."""
    users = str(call.arguments.get("users") or "")
    if not users:
        raise SlackError("users_list_not_supplied")
    user = _known(call.workspace, users)
    if user.deleted:
        raise SlackError("user_disabled")
    channel = call.workspace.open_im(user)
    told: Json = {"id": channel.id}
    if flag(call.arguments.get("return_im")):
        told = _told(call.workspace, channel)
    return {"channel": told}


@method("conversations.info")
def conversations_info(call: Call) -> Json:
    """One channel that the app may see."""
    return {"channel": _told(call.workspace, _visible(call, "channel"))}


@method("conversations.members")
def conversations_members(call: Call) -> Json:
    """Ids of those in a channel."""
    return _page(call, "members", sorted(_visible(call, "channel").members))


@method("conversations.list")
def conversations_list(call: Call) -> Json:
    """Channels of the types asked for; public ones when none is named."""
    types = str(call.arguments.get("types") or "public_channel").split(",")
    without_archived = flag(call.arguments.get("exclude_archived"))
    found = [
        _told(call.workspace, channel)
        for channel in call.workspace.channels.values()
        if _kind(channel) in types
        and _may_see(call.workspace, channel)
        and not (without_archived and channel.is_archived)
    ]
    return _page(call, "channels", found)


@method("users.conversations")
def users_conversations(call: Call) -> Json:
    """The channels of the types asked for that the app is in, with fewer fields than elsewhere."""
    types = str(call.arguments.get("types") or "public_channel").split(",")
    without_archived = flag(call.arguments.get("exclude_archived"))
    told = [
        _told(call.workspace, channel)
        for channel in call.workspace.channels.values()
        if _kind(channel) in types
        and call.workspace.bot.id in channel.members
        and not (without_archived and channel.is_archived)
    ]
    left_out = ("is_member", "num_members")
    return _page(call, "channels", [{k: v for k, v in one.items() if k not in left_out} for one in told])


@method("dnd.info")
def dnd_info(call: Call) -> Json:
    """A person's do-not-disturb times."""
    name = str(call.arguments.get("user") or call.workspace.bot.id)
    return {"next_dnd_start_ts": 1, "next_dnd_end_ts": 1} | _known(call.workspace, name).dnd


def _known(workspace: Workspace, user_id: str) -> User:
    if user_id not in workspace.users:
        raise SlackError("user_not_found")
    return workspace.users[user_id]


def _visible(call: Call, argument: str) -> Channel:
    channel = call.workspace.channel(named(call.arguments, argument))
    if not _may_see(call.workspace, channel):
        raise SlackError("channel_not_found")
    return channel


def _may_see(workspace: Workspace, channel: Channel) -> bool:
    return not channel.is_private or workspace.bot.id in channel.members


def _kind(channel: Channel) -> str:
    if channel.im_user:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _told(workspace: Workspace, channel: Channel) -> Json:
    kind = _kind(channel)
    told: Json = {
        "id": channel.id,
        "is_im": kind == "im",
        "is_channel": kind == "public_channel",
        "is_group": kind == "private_channel",
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "is_shared": channel.is_ext_shared,
        "is_member": workspace.bot.id in channel.members,
        "context_team_id": workspace.team_id,
    }
    if channel.im_user:
        return told | {"user": channel.im_user}
    return told | {"name": channel.name, "num_members": len(channel.members)}


def _page(call: Call, name: str, found: list[Json] | list[str]) -> Json:
    limit = min(int(call.arguments.get("limit") or 0) or LARGEST_PAGE, LARGEST_PAGE)
    cursor = str(call.arguments.get("cursor") or "0")
    if not cursor.isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor)
    rest = str(start + limit) if start + limit < len(found) else ""
    return {name: found[start : start + limit], "response_metadata": {"next_cursor": rest}}
