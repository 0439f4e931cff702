"""auth, apps, oauth, team, users and conversations: who and what there is."""

from __future__ import annotations

from bot.sandbox.slack.arguments import flag, named
from bot.sandbox.slack.limits import Tier
from bot.sandbox.slack.methods import AppCall, Call, app_method, method
from bot.sandbox.slack.scopes import READ
from bot.sandbox.slack.state import Channel, Json, SlackError, User, Workspace

LARGEST_PAGE = 1000
PAGE = 100
"""Where the call names no limit (docs.slack.dev/reference/methods/conversations.list)."""


@method("auth.test", Tier.SPECIAL)
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


@app_method("apps.connections.open", Tier.THREE, token=True)
def connections_open(call: AppCall) -> Json:
    """A WebSocket URL for one connection."""
    return {"url": call.sockets.issue_url()}


@app_method("oauth.v2.access", Tier.SPECIAL, token=False)
def oauth_access(call: AppCall) -> Json:
    """A code against the bot token of the workspace where somebody allowed the app."""
    return call.grants.exchange(call.arguments)


@method("team.info", Tier.THREE, "team:read")
def team_info(call: Call) -> Json:
    """The workspace."""
    workspace = call.workspace
    return {"team": {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain}}


@method("users.info", Tier.FOUR, "users:read")
def users_info(call: Call) -> Json:
    """One person, with zone and status."""
    user = known(call.workspace, named(call.arguments, "user"))
    return {"user": user.wire(call.workspace.ground.world.now())}


@method("users.list", Tier.TWO, "users:read")
def users_list(call: Call) -> Json:
    """Everybody, a page at a time."""
    now = call.workspace.ground.world.now()
    return page(call, "members", [user.wire(now) for user in call.workspace.users.values()], LARGEST_PAGE)


@method("conversations.open", Tier.THREE)
def conversations_open(call: Call) -> Json:
    """The direct messages with one person, by user id, or by their own id."""
    users = [each for each in str(call.arguments.get("users") or "").split(",") if each]
    call.workspace.needs("mpim:write" if len(users) > 1 else "im:write")
    channel = call.workspace.channels.get(str(call.arguments.get("channel") or ""))
    if channel is None or not channel.im_user:
        channel = _im_with(call.workspace, users)
    told: Json = {"id": channel.id}
    if flag(call.arguments.get("return_im")):
        told = _told(call.workspace, channel)
    return {"channel": told}


@method("conversations.info", Tier.THREE)
def conversations_info(call: Call) -> Json:
    """One channel that the app may see."""
    return {"channel": _told(call.workspace, _visible(call, "channel"))}


@method("conversations.members", Tier.FOUR)
def conversations_members(call: Call) -> Json:
    """Ids of those in a channel."""
    return page(call, "members", sorted(_visible(call, "channel").members), PAGE)


@method("conversations.list", Tier.TWO)
def conversations_list(call: Call) -> Json:
    """Channels of the types asked for; public ones when none is named."""
    return page(call, "channels", [_told(call.workspace, each) for each in _of_types(call)], PAGE)


@method("users.conversations", Tier.THREE)
def users_conversations(call: Call) -> Json:
    """The same of those that the app is in, with fewer fields."""
    told = [_told(call.workspace, each) for each in _of_types(call) if call.workspace.bot.id in each.members]
    for each in told:
        each.pop("is_member")
        each.pop("num_members", None)
    return page(call, "channels", told, PAGE)


def _of_types(call: Call) -> list[Channel]:
    types = str(call.arguments.get("types") or "public_channel").split(",")
    if set(types) - READ.keys():
        raise SlackError("invalid_types")
    for each in types:
        call.workspace.needs(READ[each])
    without_archived = flag(call.arguments.get("exclude_archived"))
    return [
        channel
        for channel in call.workspace.channels.values()
        if _kind(channel) in types
        and _may_see(call.workspace, channel)
        and not (without_archived and channel.is_archived)
    ]


def _im_with(workspace: Workspace, users: list[str]) -> Channel:
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("not_enough_users", ["[ERROR] the stand-in has no group messages"])
    user = known(workspace, users[0])
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    if user.is_stranger:
        raise SlackError("user_not_visible")
    return workspace.open_im(user)


def known(workspace: Workspace, user_id: str) -> User:
    """A user by id."""
    if user_id not in workspace.users:
        raise SlackError("user_not_found")
    return workspace.users[user_id]


def _visible(call: Call, argument: str) -> Channel:
    channel = call.workspace.channels.get(named(call.arguments, argument))
    if channel is None:
        raise SlackError("channel_not_found")
    call.workspace.needs(READ[_kind(channel)])
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


def page(call: Call, name: str, found: list[Json] | list[str], size: int) -> Json:
    """One page of what was found, `size` long unless the call says how long."""
    asked = str(call.arguments.get("limit") or size)
    if not asked.isdigit():
        raise SlackError("invalid_limit")
    limit = min(int(asked) or size, LARGEST_PAGE)
    cursor = str(call.arguments.get("cursor") or "0")
    if not cursor.isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor)
    rest = str(start + limit) if start + limit < len(found) else ""
    return {name: found[start : start + limit], "response_metadata": {"next_cursor": rest}}
