"""The manifest keeps Slack's published rules, and asks for nothing that no code uses."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from bot.slack import listeners, manifest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy" / "slack-manifest.yaml").read_text(encoding="utf-8")
CODE = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot" / "slack").glob("*.py"))

NEEDED = {
    "commands": r"app\.command\(",
    "chat:write": r"\.chat_postMessage\(",
    "channels:read": r"\.conversations_info\(",
    "groups:read": r"\.conversations_info\(",
    "users:read": r"\.users_info\(",
}
"""Each scope with the code that cannot do without it."""

METHODS = {
    "chat_postMessage": "chat:write",
    "conversations_info": "channels:read",
    "chat_update": "chat:write",
    "chat_postEphemeral": "chat:write",
    "users_info": "users:read",
    "views_open": None,
    "views_publish": None,
    "users_conversations": "channels:read",
    "apps_connections_open": None,
    "auth_test": None,
}
"""Every Web API method that this room calls, with its scope (docs.slack.dev/reference/methods)."""


def value(key: str) -> str:
    found = re.search(rf"^\s*(?:- )?{key}: (.+?)(?: #.*)?$", TEXT, re.MULTILINE)
    assert found, key
    return found.group(1).strip('"')


def under(key: str) -> list[str]:
    """The plain list under a key."""
    found = re.search(rf"^\s*{key}:\n((?:\s+- .+\n?)+)", TEXT, re.MULTILINE)
    assert found, key
    return [re.sub(r" #.*", "", line).strip(" -") for line in found.group(1).splitlines()]


def test_names_and_descriptions_keep_slacks_lengths() -> None:
    assert len(value("name")) <= 35
    assert len(re.findall(r"^  description: (.+)$", TEXT, re.MULTILINE)[0]) <= 140
    assert re.fullmatch(r"[a-z0-9._-]{1,80}", value("display_name"))


def test_the_command_is_the_one_that_is_listened_to() -> None:
    command = value("command")
    assert command == listeners.COMMAND
    assert 2 <= len(command) <= 32
    assert len(value("usage_hint")) <= 1000
    assert value("should_escape") == "false"


def test_every_scope_is_needed_and_every_need_has_its_scope() -> None:
    scopes = under("bot")
    assert set(scopes) == set(NEEDED)
    for scope in scopes:
        assert re.search(NEEDED[scope], CODE), scope


def test_no_other_method_is_called() -> None:
    families = "apps|auth|chat|conversations|dnd|files|im|pins|users|views"
    called = set(re.findall(rf"\.((?:{families})_\w+)\b", CODE))
    assert called == set(METHODS)
    assert {scope for scope in METHODS.values() if scope} <= set(under("bot"))


def test_every_event_is_listened_to() -> None:
    assert set(under("bot_events")) == set(re.findall(r'app\.event\("(\w+)"', CODE))


def test_it_works_by_socket_and_writes_direct_messages() -> None:
    assert value("socket_mode_enabled") == "true"
    assert value("is_enabled") == "true"
    assert value("messages_tab_enabled") == "true"
    assert value("home_tab_enabled") == "true"


@pytest.mark.parametrize("url", [None, "https://byhand.example.org/slack/events"])
def test_the_link_makes_the_app_of_the_manifest(url: str | None) -> None:
    query = parse_qs(urlsplit(manifest.link(url)).query, strict_parsing=True)
    asked = yaml.safe_load(TEXT)
    if url:
        asked["settings"]["socket_mode_enabled"] = False
        asked["settings"]["interactivity"]["request_url"] = url
        asked["settings"]["event_subscriptions"]["request_url"] = url
        asked["features"]["slash_commands"][0]["url"] = url
    assert query["new_app"] == ["1"]
    assert yaml.safe_load(query["manifest_yaml"][0]) == asked
    assert len(manifest.link(url)) < 8000, "a browser takes it"


def test_what_setup_compares_with_is_what_the_manifest_asks_for() -> None:
    assert manifest.scopes() == set(under("bot"))
