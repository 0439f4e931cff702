"""Message text as Slack keeps it: control sequences stay, stray markup characters are escaped."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.slack.state import Workspace

# <@U1>, <#C1|name>, <!date^..>, <https://..|label>, <mailto:..>: what Slack takes as its own.
SEQUENCE = re.compile(r"<(?:[@#!][^<>]+|(?:https?://|mailto:|tel:)[^<>]+)>")
_NAMED = re.compile(r"(?<!\S)([@#])([\w.-]+)(?!\S)")
_STRAY_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")


def as_stored(text: str) -> str:
    """`a < b & c` becomes `a &lt; b &amp; c`; what is escaped already stays as it is."""
    parts: list[str] = []
    end = 0
    for found in SEQUENCE.finditer(text):
        parts += [_escaped(text[end : found.start()]), found.group()]
        end = found.end()
    return "".join([*parts, _escaped(text[end:])])


def as_typed(workspace: Workspace, text: str) -> str:
    """What a command with should_escape gets: names of people and channels as Slack's own sequences."""

    def escaped(found: re.Match[str]) -> str:
        sign, name = found.groups()
        known = workspace.users.values() if sign == "@" else workspace.channels.values()
        ids = [each.id for each in known if name and each.name == name]
        return f"<{sign}{ids[0]}|{name}>" if ids else found.group()

    return _NAMED.sub(escaped, text)


def blocks_as_stored(value: Any) -> Any:
    """The same for each mrkdwn text inside blocks."""
    if isinstance(value, list):
        return [blocks_as_stored(each) for each in value]
    if not isinstance(value, dict):
        return value
    stored = {key: blocks_as_stored(each) for key, each in value.items()}
    if stored.get("type") == "mrkdwn":
        stored["text"] = as_stored(str(stored.get("text", "")))
    return stored


def _escaped(text: str) -> str:
    return _STRAY_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
