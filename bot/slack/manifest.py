"""The manifest of the Slack app: the link that makes the app from it, and what it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

FILE = Path(__file__).parents[2] / "deploy" / "slack-manifest.yaml"
NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_yaml="
"""Slack's documented form of a link that creates an app (docs.slack.dev/app-manifests)."""


def link(request_url: str | None = None) -> str:
    """Opened in a browser it makes the app, for Socket Mode or, with `request_url`, for Slack over HTTP."""
    told = _read()
    if request_url is not None:
        settings = told["settings"]
        settings["socket_mode_enabled"] = False
        settings["interactivity"]["request_url"] = request_url
        settings["event_subscriptions"]["request_url"] = request_url
        for command in told["features"]["slash_commands"]:
            command["url"] = request_url
    return NEW_APP + quote(yaml.safe_dump(told, sort_keys=False, allow_unicode=True), safe="")


def scopes() -> frozenset[str]:
    """What it asks for."""
    return frozenset(_read()["oauth_config"]["scopes"]["bot"])


def optional_scopes() -> frozenset[str]:
    """What it asks for besides, and can do without."""
    return frozenset(_read()["oauth_config"]["scopes"]["bot_optional"])


def _read() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return told
