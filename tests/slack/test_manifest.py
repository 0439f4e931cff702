"""The manifest keeps Slack's published rules, and asks for nothing that no code uses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.sandbox.slack.api import METHODS
from bot.sandbox.slack.manifest import Command, read_manifest
from bot.slack import listeners

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "slack-manifest.yaml"
TOLD: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
MANIFEST = read_manifest(FILE)
CODE = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot" / "slack").glob("*.py"))

FAMILIES = "auth|bots|chat|conversations|dnd|files|im|pins|reactions|usergroups|users|views"
CALLS = re.compile(rf"\.((?:{FAMILIES})_\w+)\b")
WITHOUT_A_CALL = {
    "commands": r"app\.command\(",
    "groups:read": r"\.conversations_info\(",
}
"""Scopes that no method is entered with in the stand-in's table, and the code that needs each."""

LENGTHS = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4000),
    "features.bot_user.display_name": (1, 80),
    "features.shortcuts.name": (1, 24),
    "features.shortcuts.description": (1, 150),
    "features.shortcuts.callback_id": (1, 255),
    "features.slash_commands.command": (2, 32),
    "features.slash_commands.description": (1, 2000),
    "features.slash_commands.usage_hint": (1, 1000),
    "features.slash_commands.url": (1, 3000),
    "oauth_config.redirect_urls": (1, 2500),
    "oauth_config.scopes.bot": (1, 50),
    "oauth_config.scopes.bot_optional": (1, 50),
    "settings.event_subscriptions.bot_events": (1, 50),
    "settings.event_subscriptions.request_url": (1, 3500),
    "settings.interactivity.request_url": (1, 3500),
}
"""Characters of each text (github.com/slackapi/manifest-schema, schemas/manifest.schema.1.0.0.json)."""

COUNTS = {
    "features.shortcuts": (1, 10),
    "features.slash_commands": (1, 50),
    "oauth_config.redirect_urls": (1, 1000),
    "oauth_config.scopes.bot": (1, 255),
    "oauth_config.scopes.bot_optional": (1, 255),
    "settings.event_subscriptions.bot_events": (1, 100),
}
"""Members of each list (the same)."""

KNOWN = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
    "display_information": {"name", "description", "long_description", "background_color"},
    "features": {"app_home", "bot_user", "shortcuts", "slash_commands"},
    "features.app_home": {"home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"},
    "features.bot_user": {"display_name", "always_online"},
    "features.slash_commands": {"command", "description", "usage_hint", "should_escape", "url"},
    "features.shortcuts": {"name", "type", "callback_id", "description"},
    "oauth_config": {"scopes", "redirect_urls"},
    "oauth_config.scopes": {"bot", "bot_optional"},
    "settings": {
        "event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled",
        "token_rotation_enabled",
    },
    "settings.event_subscriptions": {"bot_events", "request_url"},
    "settings.interactivity": {"is_enabled", "request_url"},
}  # fmt: skip
"""The fields that we use of those that Slack takes; it takes no others (the same)."""


def broken(told: Any, path: str = "") -> list[str]:
    """Every published rule that a manifest breaks, by the path of what breaks it."""
    wrong: list[str] = []
    if isinstance(told, dict):
        wrong += [f"{path}.{name}" for name in told.keys() - KNOWN.get(path, told.keys())]
        for name, each in told.items():
            wrong += broken(each, f"{path}.{name}" if path else name)
    elif isinstance(told, list):
        least, most = COUNTS[path]
        wrong += [path] if not least <= len(told) <= most else []
        wrong += [each for one in told for each in broken(one, path)]
    elif isinstance(told, str) and path in LENGTHS:
        least, most = LENGTHS[path]
        wrong += [path] if not least <= len(told) <= most else []
    return wrong


def test_it_keeps_slacks_published_names_lengths_and_counts() -> None:
    assert broken(TOLD) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("display_information.name", "x" * 36),
        ("display_information.description", "x" * 141),
        ("features.slash_commands", []),
        ("features.app_home.home_tab", True),
        ("settings.socket_mode", True),
        ("oauth_config.scopes.bot", ["x" * 51]),
    ],
)
def test_a_broken_rule_is_seen(path: str, value: object) -> None:
    told = json.loads(json.dumps(TOLD))
    *way, last = path.split(".")
    part = told
    for name in way:
        part = part[name]
    part[last] = value
    assert broken(told) == [path]


def test_the_command_is_the_one_that_is_listened_to() -> None:
    assert [each.command for each in MANIFEST.commands] == [listeners.COMMAND]
    assert all(re.fullmatch(r"/\S+", each.command) for each in MANIFEST.commands)
    assert not any(each.should_escape for each in MANIFEST.commands), "a handle must stay as typed"


def test_the_shortcut_is_the_one_that_is_listened_to() -> None:
    (offered,) = MANIFEST.shortcuts
    assert (offered.callback_id, offered.type) == (listeners.SHORTCUT, "message")


def test_every_scope_is_needed_and_every_need_has_its_scope() -> None:
    called = {each.replace("_", ".") for each in CALLS.findall(CODE)}
    assert {"chat.postMessage", "users.info"} <= called
    methods = {METHODS[each].scope for each in called} - {""}
    asked = {"channels:read"} if ".conversations_info(" in CODE else set()
    beside = {scope for scope, code in WITHOUT_A_CALL.items() if re.search(code, CODE)}
    assert MANIFEST.scopes | MANIFEST.optional_scopes == methods | asked | beside


def test_every_event_is_listened_to() -> None:
    assert set(MANIFEST.events) == set(re.findall(r'app\.event\("(\w+)"', CODE))


def test_there_is_a_home_tab_exactly_when_one_is_drawn() -> None:
    assert MANIFEST.home_tab == (".views_publish(" in CODE)


def test_it_works_by_socket_and_writes_direct_messages() -> None:
    assert MANIFEST.socket_mode
    assert MANIFEST.interactivity
    assert MANIFEST.messages_tab
    assert TOLD["features"]["bot_user"]["display_name"] == MANIFEST.bot_name
    assert re.fullmatch(r"[a-z0-9._-]+", MANIFEST.bot_name)


def test_what_is_no_manifest_is_said_with_its_name(tmp_path: Path) -> None:
    for number, text in enumerate(
        ("- a list", "features: {}", "a: [", "display_information: {name: x}\nfeatures: 3")
    ):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text)
        with pytest.raises(ValueError, match=f"{number}.yaml is no Slack app manifest"):
            read_manifest(file)
    with pytest.raises(ValueError, match=r"gone\.yaml cannot be read"):
        read_manifest(tmp_path / "gone.yaml")
    short = tmp_path / "short.json"
    short.write_text(
        '{"display_information": {"name": "x"}, "features": {"slash_commands": [{"command": "/x"}]}}'
    )
    assert read_manifest(short).command("/x") == Command("/x")
