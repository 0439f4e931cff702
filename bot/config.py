"""The only reader of the environment: one named `.env` for `run`, nothing from outside for demo and tests.

Every mistake is found before anything starts, and all of them are told in one list. What a team decides
(channel, hours, watches) is not here: it is rows per Workspace. docs/settings.md explains each setting.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from dotenv import dotenv_values

from bot.store import load_keys

SLACK_API = "https://slack.com/api/"
STAND_IN = "standin"
LISTEN = ("127.0.0.1", 3000)
"""Where Slack over HTTP is taken unless something else is said: this machine alone, behind a proxy."""
PAGE = "docs/settings.md"
DEMO_MARKER = "made-by-the-demo"
"""A file in each demo's folder: without it nothing there is the demo's to remove."""
_LOOPBACK = ("127.0.0.1", "::1")
_SIGNING_SECRET = re.compile(r"[\w-]{16,}", re.ASCII)
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(Exception):
    """All that is wrong with the settings; `mistakes` has one sentence each."""

    def __init__(self, mistakes: tuple[str, ...], where: str) -> None:
        many = f"{len(mistakes)} settings need" if len(mistakes) > 1 else "One setting needs"
        listed = "\n".join(f"  - {mistake}" for mistake in mistakes)
        super().__init__(f"{many} attention in {where}:\n{listed}\nEach setting is explained in {PAGE}.")
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process runs. Secrets do not show in its text.

    `database_url` is a SQLAlchemy address; `keys` are Fernet keys, the first encrypts and all decrypt;
    `workers` is how many due jobs are done at the same time. With an app-level token Slack is reached by
    socket, with a signing secret it reaches us over HTTP at `listen` (host, port); None opens no port.
    Where `outside` is false, no network but the demo's own is read.
    """

    data_dir: Path
    database_url: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    slack_signing_secret: str | None = field(default=None, repr=False)
    slack_api_url: str = SLACK_API
    listen: tuple[str, int] | None = None
    log_level: str = "INFO"
    workers: int = 4
    outside: ClassVar[bool] = True

    @staticmethod
    def for_demo(data_dir: Path) -> Settings:
        """Settings for the demo and for tests: from nowhere outside, and all stays under `data_dir`."""
        return DemoSettings(data_dir=data_dir, database_url=sqlite_in(data_dir), keys=key_in(data_dir))


class DemoSettings(Settings):
    """Settings of a demo."""

    outside: ClassVar[bool] = False


NAMES = {
    "SLACK_BOT_TOKEN": "slack_bot_token",
    "SLACK_APP_TOKEN": "slack_app_token",
    "SLACK_SIGNING_SECRET": "slack_signing_secret",
    "SLACK_API_URL": "slack_api_url",
    "BYHAND_LISTEN": "listen",
    "BYHAND_DATA_DIR": "data_dir",
    "DATABASE_URL": "database_url",
    "BYHAND_KEY": "keys",
    "LOG_LEVEL": "log_level",
    "BYHAND_WORKERS": "workers",
}
"""Each setting's name outside and its field: `.env.example` and docs/settings.md are held to it."""


def settings_from(env_file: Path | None, *, slack: bool = False) -> Settings:
    """The settings of this process: from exactly that file, or from the environment when it is None.

    `slack` is true for what cannot work without Slack's tokens. Raises SettingsError with every
    mistake. A file that is named and not there is a mistake, never an empty one.
    """
    if env_file is None:
        ours = {name: value for name, value in os.environ.items() if name in NAMES}
        return settings_of(ours, where="the environment", slack=slack)
    if not env_file.is_file():
        raise SettingsError(
            (f"{env_file} is not there; copy .env.example to it and fill it in",), "the settings"
        )
    values = dotenv_values(env_file, interpolate=False)
    return settings_of(
        {name: value or "" for name, value in values.items()}, where=str(env_file), slack=slack
    )


def settings_of(values: Mapping[str, str], *, where: str, slack: bool = False) -> Settings:
    """The settings that these values say; raises SettingsError with every mistake in one list."""
    given = {name: values[name].strip() for name in NAMES if values.get(name, "").strip()}
    mistakes = [mistake for check in _CHECKS for mistake in check(given)]
    mistakes += _unknown(values) + (_missing(given) if slack else [])
    if mistakes:
        raise SettingsError(tuple(mistakes), where)
    data_dir = Path(given.get("BYHAND_DATA_DIR", ".byhand")).expanduser().absolute()
    return Settings(
        data_dir=data_dir,
        database_url=given.get("DATABASE_URL", sqlite_in(data_dir)),
        keys=_keys(given["BYHAND_KEY"]) if "BYHAND_KEY" in given else key_in(data_dir),
        slack_bot_token=given.get("SLACK_BOT_TOKEN"),
        slack_app_token=given.get("SLACK_APP_TOKEN"),
        slack_signing_secret=given.get("SLACK_SIGNING_SECRET"),
        slack_api_url=given.get("SLACK_API_URL", SLACK_API).rstrip("/") + "/",
        listen=_listen(given),
        log_level=given.get("LOG_LEVEL", "INFO").upper(),
        workers=int(given.get("BYHAND_WORKERS", "4")),
    )


def has_display() -> bool:
    """Whether a browser can be expected where this process runs."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def sqlite_in(data_dir: Path) -> str:
    """The address of the SQLite database in a data directory."""
    return f"sqlite:///{data_dir / 'byhand.db'}"


def key_in(data_dir: Path) -> tuple[str, ...]:
    """The keys in the data directory's key file, which is made, readable by its owner only, when missing."""
    file = data_dir / "key"
    try:
        keys = load_keys(file)
    except OSError as refused:
        told = cannot_write(data_dir, refused) if refused.errno else str(refused)
        raise SettingsError((told,), "the data directory") from None
    if not keys or not all(map(_is_key, keys)):
        told = f"{file} holds no valid key; move it away to have a new one made"
        raise SettingsError((told,), "the data directory")
    return keys


def cannot_write(data_dir: Path, why: OSError) -> str:
    """What to say and do where nothing can be written in the data directory."""
    return (
        f"Nothing can be written in {data_dir} ({why.strerror}). Give that folder to the user who runs "
        "By Hand, make room, or name another one: BYHAND_DATA_DIR, for the demo --data-dir."
    )


def _keys(text: str) -> tuple[str, ...]:
    return tuple(key for key in (part.strip() for part in text.split(",")) if key)


def _is_key(key: str) -> bool:
    try:
        Fernet(key.encode())
    except ValueError:
        return False
    return True


def _check_tokens(given: Mapping[str, str]) -> list[str]:
    return [
        f"{name} is not a token that starts with {start}: take the {kind} token from your Slack app's page"
        for name, start, kind in (
            ("SLACK_BOT_TOKEN", "xoxb-", "bot user OAuth"),
            ("SLACK_APP_TOKEN", "xapp-", "app-level"),
        )
        if name in given and not re.fullmatch(rf"{start}[\w.-]+", given[name], re.ASCII)
    ]


def _check_connection(given: Mapping[str, str]) -> list[str]:
    mistakes = []
    if {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} <= given.keys():
        mistakes.append(
            "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both there: keep the first for Socket Mode, or the "
            "second for Slack over HTTP"
        )
    secret = given.get("SLACK_SIGNING_SECRET", "a" * 16)
    if secret.startswith(("xoxb-", "xapp-")) or not _SIGNING_SECRET.fullmatch(secret):
        mistakes.append(
            'SLACK_SIGNING_SECRET is not a signing secret: take it from the page "Basic Information" of your '
            "Slack app"
        )
    if "BYHAND_LISTEN" in given and _listen(given) is None:
        mistakes.append("BYHAND_LISTEN must be a host and a port, such as 127.0.0.1:3000")
    return mistakes


def _listen(given: Mapping[str, str]) -> tuple[str, int] | None:
    """Where to listen; None for nowhere, and for what cannot be read."""
    if "BYHAND_LISTEN" not in given:
        return LISTEN if "SLACK_SIGNING_SECRET" in given else None
    try:
        parts = urlsplit(f"//{given['BYHAND_LISTEN']}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    plain = parts.netloc == given["BYHAND_LISTEN"] and "@" not in parts.netloc
    return (host, port) if host and port and plain else None


def _check_api(given: Mapping[str, str]) -> list[str]:
    url = given.get("SLACK_API_URL", SLACK_API)
    if url.rstrip("/") == SLACK_API.rstrip("/"):
        return []
    try:
        parts = urlsplit(url)
    except ValueError:
        return ["SLACK_API_URL is not an address"]
    if (parts.scheme, parts.path.rstrip("/")) != ("http", "/api") or parts.hostname not in _LOOPBACK:
        return ["SLACK_API_URL may only be Slack's own address, or a stand-in's: http://127.0.0.1:PORT/api/"]
    tokens = [given[name] for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN") if name in given]
    if all(STAND_IN in token for token in tokens):
        return []
    return [
        f'SLACK_API_URL names a stand-in, which must not see a real token: give tokens that say "{STAND_IN}"'
    ]


def _check_database(given: Mapping[str, str]) -> list[str]:
    url = given.get("DATABASE_URL", "sqlite:///")
    if url.startswith(("sqlite:///", "postgresql://")):
        return []
    return ["DATABASE_URL must start with sqlite:/// or postgresql://"]


def _check_keys(given: Mapping[str, str]) -> list[str]:
    if all(map(_is_key, _keys(given.get("BYHAND_KEY", "")))):
        return []
    return ["BYHAND_KEY is not a Fernet key (32 bytes in URL-safe base64), or several separated by commas"]


def _check_data_dir(given: Mapping[str, str]) -> list[str]:
    data_dir = Path(given.get("BYHAND_DATA_DIR", ".byhand")).expanduser()
    if (data_dir / DEMO_MARKER).exists():
        return [f"BYHAND_DATA_DIR is {data_dir}, which a demo made and the next one empties: name another"]
    return []


def _check_numbers(given: Mapping[str, str]) -> list[str]:
    mistakes = []
    level, workers = given.get("LOG_LEVEL", "INFO"), given.get("BYHAND_WORKERS", "4")
    if level.upper() not in _LEVELS:
        mistakes.append(f"LOG_LEVEL must be one of {', '.join(_LEVELS)}")
    if not (workers.isascii() and workers.isdigit() and 1 <= int(workers) <= 32):
        mistakes.append("BYHAND_WORKERS must be a whole number from 1 to 32")
    return mistakes


def _unknown(values: Mapping[str, str]) -> list[str]:
    """A misspelt name of ours would otherwise be silently without effect."""
    return [
        f"{name} is not a setting"
        for name in values
        if name.startswith(("BYHAND_", "SLACK_")) and name not in NAMES
    ]


def _missing(given: Mapping[str, str]) -> list[str]:
    missing = [] if "SLACK_BOT_TOKEN" in given else ["SLACK_BOT_TOKEN is missing"]
    if not {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} & given.keys():
        missing.append("SLACK_APP_TOKEN is missing (or, for Slack over HTTP, SLACK_SIGNING_SECRET)")
    return missing


_CHECKS: tuple[Callable[[Mapping[str, str]], list[str]], ...] = (
    _check_tokens,
    _check_connection,
    _check_api,
    _check_database,
    _check_keys,
    _check_data_dir,
    _check_numbers,
)
