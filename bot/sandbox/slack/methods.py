"""The table of Web API methods, filled by the files that hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.socket import SocketMode
from bot.sandbox.slack.state import Json, Workspace
from bot.sandbox.slack.triggers import Triggers


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method, its token checked and the lock held."""

    workspace: Workspace
    triggers: Triggers
    sockets: SocketMode
    arguments: dict[str, Any]


Method = Callable[[Call], Json]

METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Enter a function in the table; it returns the answer without `ok`."""

    def enter(function: Method) -> Method:
        METHODS[name] = function
        return function

    return enter
