"""The table of Web API methods, filled by the files that hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.limits import Limits, Tier
from bot.sandbox.slack.oauth import Grants
from bot.sandbox.slack.socket import SocketMode
from bot.sandbox.slack.state import Json, Workspace
from bot.sandbox.slack.triggers import Triggers


@dataclass(frozen=True, slots=True)
class Call:
    """One call with a workspace's bot token, checked, and the lock held."""

    workspace: Workspace
    triggers: Triggers
    limits: Limits
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AppCall:
    """One call for the app itself, in no workspace."""

    sockets: SocketMode
    grants: Grants
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does, how often, and the scope it needs; it returns the answer without `ok`."""

    do: Callable[[Call], Json]
    tier: Tier
    scope: str


@dataclass(frozen=True, slots=True)
class AppMethod:
    """The same for one of the app itself; `token` is whether it wants the app-level one, or none."""

    do: Callable[[AppCall], Json]
    tier: Tier
    token: bool


METHODS: dict[str, Method] = {}
APP_METHODS: dict[str, AppMethod] = {}


def method(
    name: str, tier: Tier, scope: str = ""
) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
    """Enter a function in the table."""

    def enter(function: Callable[[Call], Json]) -> Callable[[Call], Json]:
        METHODS[name] = Method(function, tier, scope)
        return function

    return enter


def app_method(
    name: str, tier: Tier, *, token: bool
) -> Callable[[Callable[[AppCall], Json]], Callable[[AppCall], Json]]:
    """Enter a function in the table of the app's own."""

    def enter(function: Callable[[AppCall], Json]) -> Callable[[AppCall], Json]:
        APP_METHODS[name] = AppMethod(function, tier, token)
        return function

    return enter
