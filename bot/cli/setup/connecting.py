"""Steps 1 and 2: the Slack app is made from its manifest, and its tokens are checked and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import typer

from bot.app import CannotStart
from bot.app.desk import Desk
from bot.cli.rooms import Rooms
from bot.cli.setup import envfile
from bot.cli.setup.asking import Asker
from bot.cli.shown import heading, problem, say
from bot.config import SettingsError, settings_of
from bot.slack.manifest import link, optional_scopes, scopes
from bot.web.routes import EVENTS
from bot.web.secrets import Blank

SOCKET, HTTP = "socket", "http"
WAYS = (
    (SOCKET, "Socket Mode: By Hand calls Slack; no public address is needed"),
    (HTTP, "HTTP: Slack calls By Hand; you have an https address that leads to this computer"),
)
BOT = Blank(
    "bot_token", "Bot user OAuth token", 'Page "OAuth & Permissions", after "Install". It begins xoxb-'
)
APP = Blank(
    "app_token",
    "App-level token",
    'Page "Basic Information", "App-Level Tokens", made with connections:write. It begins xapp-',
)
SECRET = Blank("signing_secret", "Signing secret", 'Page "Basic Information", "App Credentials"')
ASKED = {SOCKET: (BOT, APP), HTTP: (BOT, SECRET)}
TITLE = "The tokens of your Slack app"


@contextmanager
def connected(rooms: Rooms, env_file: Path, asker: Asker) -> Iterator[Desk]:
    """The office at this Slack workspace; asks for what is not in the file yet, or does not work any more."""
    with ExitStack() as stack:
        values = envfile.read(env_file)
        desk = _as_before(rooms, values, env_file, asker, stack) or _anew(rooms, env_file, asker, stack)
        say(f"Slack knows the app, in the workspace {desk.line.installed.identity.name}.")
        _compare(desk)
        yield desk


def _as_before(
    rooms: Rooms, values: Mapping[str, str], env_file: Path, asker: Asker, stack: ExitStack
) -> Desk | None:
    settings = settings_of(values, where=str(env_file))
    if not (settings.slack_bot_token and (settings.slack_app_token or settings.slack_signing_secret)):
        return None
    heading(f"1 and 2 of 7 · The tokens are in {env_file}")
    try:
        return stack.enter_context(rooms.open_desk(settings))
    except CannotStart as why:
        problem(str(why))
    if not asker.yes("new_tokens", "Shall I ask for the tokens anew?", default=False):
        raise typer.Exit(1)
    return None


def _anew(rooms: Rooms, env_file: Path, asker: Asker, stack: ExitStack) -> Desk:
    heading("1 of 7 · The Slack app")
    way = asker.choose("mode", "How shall By Hand and Slack reach each other?", WAYS)
    url = _request_url(asker) if way == HTTP else None
    say("Open this link, choose your workspace, and press Next, Create and then Install:")
    say(link(url))
    if url:
        say(f"Slack asks {url} whether it is there. Once By Hand runs, press Retry at Event Subscriptions.")
    heading("2 of 7 · Its tokens")
    while True:
        typed = asker.secrets(TITLE, ASKED[way])
        try:
            return _opened(rooms, env_file, typed, stack)
        except (SettingsError, CannotStart) as why:
            asker.again(str(why))


def _opened(rooms: Rooms, env_file: Path, typed: Mapping[str, str], stack: ExitStack) -> Desk:
    """Check the tokens with Slack, then keep them. Raises SettingsError or CannotStart, and keeps nothing."""
    fresh = {
        "SLACK_BOT_TOKEN": typed["bot_token"],
        "SLACK_APP_TOKEN": typed.get("app_token", ""),
        "SLACK_SIGNING_SECRET": typed.get("signing_secret", ""),
    }
    settings = settings_of({**envfile.read(env_file), **fresh}, where="what you gave me", slack=True)
    with ExitStack() as trying:
        desk = trying.enter_context(rooms.open_desk(settings))
        desk.opens_sockets()
        envfile.keep(env_file, fresh)
        stack.push(trying.pop_all())
    say(f"Checked, and kept in {env_file}, which only you can read.")
    return desk


def _request_url(asker: Asker) -> str:
    """Where Slack sends its requests: the address that the person has, and our path."""
    while True:
        told = asker.text("url", "The https address that leads here, such as https://byhand.example.org")
        parts = urlsplit(told.rstrip("/"))
        plain = re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc, re.ASCII)
        if parts.scheme == "https" and plain and not (parts.query or parts.fragment):
            return f"https://{parts.netloc}{parts.path.removesuffix(EVENTS)}{EVENTS}"
        asker.again("That is not an https address without a question mark.")


def _compare(desk: Desk) -> None:
    """The scopes that Slack granted, against those that the manifest asks for."""
    granted, asked = desk.line.installed.scopes, scopes()
    if granted is None:
        return
    if asked - granted:
        missing = ", ".join(sorted(asked - granted))
        problem(f"Slack has not granted {missing}: install the app anew from the present manifest.")
    if granted - asked - optional_scopes():
        more = ", ".join(sorted(granted - asked - optional_scopes()))
        say(f"The app may do more than it needs: {more}. Nothing here uses that; you can take it away.")
    if asked <= granted <= asked | optional_scopes():
        say(f"It may do what it needs and nothing else: {', '.join(sorted(granted))}.")
