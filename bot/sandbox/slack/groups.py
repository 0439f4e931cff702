"""dnd and usergroups: who does not want to be rung, and who is called together."""

from __future__ import annotations

from bot.sandbox.slack.arguments import flag, named
from bot.sandbox.slack.directory import known
from bot.sandbox.slack.limits import Tier
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.state import Json, SlackError, User, UserGroup

MOST_USERS = 50
"""In one dnd.teamInfo (docs.slack.dev/reference/methods/dnd.teamInfo)."""


@method("dnd.info", Tier.THREE, "dnd:read")
def dnd_info(call: Call) -> Json:
    """A person's do-not-disturb times."""
    return _times(known(call.workspace, str(call.arguments.get("user") or call.workspace.bot.id)))


@method("dnd.teamInfo", Tier.TWO, "dnd:read")
def dnd_team_info(call: Call) -> Json:
    """The same of up to fifty people, by user id; nobody for ids that are unknown."""
    asked = [each for each in str(call.arguments.get("users") or "").split(",") if each]
    if not asked:
        raise SlackError("no_users_provided")
    if len(asked) > MOST_USERS:
        raise SlackError("too_many_users")
    users = call.workspace.users
    return {"users": {each: _times(users[each]) for each in asked if each in users}}


@method("usergroups.list", Tier.TWO, "usergroups:read")
def usergroups_list(call: Call) -> Json:
    """The groups; who is in them only when asked."""
    with_users, disabled = (flag(call.arguments.get(f"include_{each}")) for each in ("users", "disabled"))
    groups = [each for each in call.workspace.usergroups.values() if disabled or not each.is_disabled]
    return {"usergroups": [_told(call, each, with_users) for each in groups]}


@method("usergroups.users.list", Tier.TWO, "usergroups:read")
def usergroup_users(call: Call) -> Json:
    """Who is in one group."""
    group = call.workspace.usergroups.get(named(call.arguments, "usergroup"))
    if group is None or (group.is_disabled and not flag(call.arguments.get("include_disabled"))):
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _times(user: User) -> Json:
    return {"next_dnd_start_ts": 1, "next_dnd_end_ts": 1} | user.dnd


def _told(call: Call, group: UserGroup, with_users: bool) -> Json:
    told: Json = {
        "id": group.id,
        "team_id": call.workspace.team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "date_delete": int(call.workspace.ground.world.now().timestamp()) if group.is_disabled else 0,
        "user_count": len(group.users),
    }
    return told | ({"users": list(group.users)} if with_users else {})
