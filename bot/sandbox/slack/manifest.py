"""The app's manifest: what the app asks a workspace for, and therefore all that it gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Section = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, with its slash."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of Slack's menus; `type` is global or message."""

    callback_id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What of a manifest changes how Slack behaves towards the app.

    events_url and interactivity_url count only while socket_mode is off.
    """

    name: str
    bot_name: str = "bot"
    scopes: frozenset[str] = frozenset()
    optional_scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    redirect_urls: tuple[str, ...] = ()
    home_tab: bool = False
    messages_tab: bool = False
    messages_read_only: bool = False
    interactivity: bool = False
    socket_mode: bool = False
    events_url: str = ""
    interactivity_url: str = ""

    def command(self, name: str) -> Command | None:
        """The command of that name, with its slash."""
        return next((each for each in self.commands if each.command == name), None)

    def shortcut(self, callback_id: str, type_: str) -> Shortcut | None:
        """The shortcut of that id and type."""
        found = (each for each in self.shortcuts if (each.callback_id, each.type) == (callback_id, type_))
        return next(found, None)


def read_manifest(file: Path) -> Manifest:
    """The manifest in a YAML or JSON file. ValueError says why the file is none, and what to do."""
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        return _of(told)
    except OSError as missing:
        raise ValueError(
            f"{file} cannot be read ({missing.strerror}); the stand-in runs from a checkout of By Hand, "
            "or with another manifest that is named to it"
        ) from missing
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as wrong:
        raise ValueError(
            f"{file} is no Slack app manifest ({wrong}); compare it with the fields in "
            "https://docs.slack.dev/reference/app-manifest"
        ) from wrong


def _of(told: Section) -> Manifest:
    features, settings = told.get("features") or {}, told.get("settings") or {}
    oauth, home = told.get("oauth_config") or {}, features.get("app_home") or {}
    scopes = oauth.get("scopes") or {}
    events = settings.get("event_subscriptions") or {}
    interactivity = settings.get("interactivity") or {}
    return Manifest(
        name=told["display_information"]["name"],
        bot_name=(features.get("bot_user") or {}).get("display_name", "bot"),
        scopes=frozenset(scopes.get("bot") or ()),
        optional_scopes=frozenset(scopes.get("bot_optional") or ()),
        events=frozenset(events.get("bot_events") or ()),
        commands=tuple(Command(**each) for each in features.get("slash_commands") or ()),
        shortcuts=tuple(_shortcut(each) for each in features.get("shortcuts") or ()),
        redirect_urls=tuple(oauth.get("redirect_urls") or ()),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled")),
        messages_read_only=bool(home.get("messages_tab_read_only_enabled")),
        interactivity=bool(interactivity.get("is_enabled")),
        socket_mode=bool(settings.get("socket_mode_enabled")),
        events_url=events.get("request_url") or "",
        interactivity_url=interactivity.get("request_url") or "",
    )


def _shortcut(told: Section) -> Shortcut:
    return Shortcut(told["callback_id"], told["name"], told["type"])
