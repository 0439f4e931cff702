"""views.*: modals in a stack of at most three, and a home tab for each person."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.slack import elements
from bot.sandbox.slack.arguments import named
from bot.sandbox.slack.checks import check_view, is_too_large
from bot.sandbox.slack.directory import known
from bot.sandbox.slack.layout import with_ids
from bot.sandbox.slack.limits import Tier
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.shown import View
from bot.sandbox.slack.state import Json, SlackError, Workspace
from bot.sandbox.slack.text import blocks_as_stored

DEEPEST_STACK = 3


@method("views.open", Tier.FOUR)
def open_(call: Call) -> Json:
    """A new modal for the person whose trigger it is; it replaces what was open."""
    view = checked(call.arguments.get("view"), "modal")
    user = call.triggers.use(call.workspace.team_id, named(call.arguments, "trigger_id"))
    close_all(call.workspace, user)
    return {"view": push(call.workspace, user, view).told}


@method("views.push", Tier.FOUR)
def push_(call: Call) -> Json:
    """On top of the person's open modal."""
    view = checked(call.arguments.get("view"), "modal")
    user = call.triggers.use(call.workspace.team_id, named(call.arguments, "trigger_id"))
    if not call.workspace.stacks[user]:
        raise SlackError("not_found")
    return {"view": push(call.workspace, user, view).told}


@method("views.update", Tier.FOUR)
def update_(call: Call) -> Json:
    """By view_id or external_id, guarded by `hash` where one is given."""
    found = _sought(call.workspace, call.arguments)
    view = checked(call.arguments.get("view"), "home" if found.is_home else "modal")
    _hash_stands(found, call.arguments)
    replace(call.workspace, found, view)
    return {"view": found.told}


@method("views.publish", Tier.FOUR)
def publish(call: Call) -> Json:
    """The home tab of one person."""
    workspace = call.workspace
    if not workspace.home_tab_enabled:
        raise SlackError("not_enabled")
    user = known(workspace, named(call.arguments, "user_id"))
    view = checked(call.arguments.get("view"), "home")
    present = workspace.views.get(workspace.homes.get(user.id, ""))
    if present is None:
        present = _made(workspace, user.id, view, root="")
        workspace.homes[user.id] = present.id
    else:
        _hash_stands(present, call.arguments)
        replace(workspace, present, view)
    return {"view": present.told}


def checked(view: Any, surface: str) -> Json:
    """The view if Slack would take it on that surface."""
    if is_too_large(view):
        raise SlackError("view_too_large")
    if problems := check_view(view):
        raise SlackError("invalid_arguments", problems)
    if view["type"] != surface:
        raise SlackError("invalid_arguments", [f"[ERROR] must be {surface} [json-pointer:/view]"])
    taken: Json = view
    return taken


def push(workspace: Workspace, user: str, view: Json) -> View:
    """Put a checked modal on top of that person's stack."""
    stack = workspace.stacks[user]
    if len(stack) >= DEEPEST_STACK:
        raise SlackError("push_limit_reached")
    _external_id_is_free(workspace, view)
    made = _made(workspace, user, view, root=stack[0] if stack else "")
    made.told["previous_view_id"] = stack[-1] if stack else None
    stack.append(made.id)
    return made


def replace(workspace: Workspace, present: View, view: Json) -> None:
    """Give a view new content and a new hash; its id stays."""
    kept = {key: present.told[key] for key in ("id", "root_view_id", "previous_view_id")}
    present.told = _told(workspace, view) | kept
    present.errors = {}


def close(workspace: Workspace, view: View) -> None:
    """Take it from its person's stack."""
    workspace.stacks[view.user].remove(view.id)
    del workspace.views[view.id]


def close_all(workspace: Workspace, user: str) -> None:
    """Close that person's whole stack."""
    for view_id in list(workspace.stacks[user]):
        close(workspace, workspace.views[view_id])


def _made(workspace: Workspace, user: str, view: Json, root: str) -> View:
    view_id = workspace.new_id("V")
    ids = {"id": view_id, "root_view_id": root or view_id, "previous_view_id": None}
    made = View(view_id, user, _told(workspace, view) | ids)
    workspace.views[view_id] = made
    return made


def _told(workspace: Workspace, view: Json) -> Json:
    blocks = blocks_as_stored(with_ids(view["blocks"]))
    return {
        "team_id": workspace.team_id,
        "type": view["type"],
        "blocks": blocks,
        "private_metadata": view.get("private_metadata") or "",
        "callback_id": view.get("callback_id") or "",
        "external_id": view.get("external_id") or "",
        "state": {"values": elements.initial_state(blocks)},
        "hash": f"{workspace.next_ts()}.{secrets.token_urlsafe(6)}",
        "title": view.get("title"),
        "close": view.get("close"),
        "submit": view.get("submit"),
        "clear_on_close": bool(view.get("clear_on_close")),
        "notify_on_close": bool(view.get("notify_on_close")),
        "app_id": workspace.app.app_id,
        "app_installed_team_id": workspace.team_id,
        "bot_id": workspace.bot_id,
    }


def _sought(workspace: Workspace, arguments: dict[str, Any]) -> View:
    view_id, external_id = arguments.get("view_id"), arguments.get("external_id")
    for view in workspace.views.values():
        if view_id == view.id or (external_id and external_id == view.told["external_id"]):
            return view
    raise SlackError("not_found")


def _hash_stands(view: View, arguments: dict[str, Any]) -> None:
    given = arguments.get("hash")
    if given and given != view.told["hash"]:
        raise SlackError("hash_conflict")


def _external_id_is_free(workspace: Workspace, view: Json) -> None:
    wanted = view.get("external_id")
    if wanted and any(each.told["external_id"] == wanted for each in workspace.views.values()):
        raise SlackError("duplicate_external_id")
