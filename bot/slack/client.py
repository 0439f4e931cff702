"""Clients of Slack's API: never retrying, counted, and only to Slack itself or to a stand-in on loopback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

SLACK = "https://slack.com/api/"
TIMEOUT = 10
"""Seconds for one call; a lease outlasts it."""

STANDIN_BOT = "xoxb-standin-"
STANDIN_APP = "xapp-standin-"

Count = Callable[[str, str, str], None]
"""Told of every request: host, method, path."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the app posts with, and what it opens sockets with (empty over HTTP). Shows neither."""

    bot: str
    app: str = ""

    def __repr__(self) -> str:
        return "Tokens(…)"


def refuse_base(base_url: str, tokens: Tokens) -> str | None:
    """Why this API base may not be used with these tokens, or None.

    Slack's own takes no stand-in token; another must be http on loopback and takes stand-in tokens only.
    """
    of_standin = [tokens.bot.startswith(STANDIN_BOT)]
    of_standin += [tokens.app.startswith(STANDIN_APP)] if tokens.app else []
    if base_url == SLACK:
        return "the tokens are of the stand-in, but the address is Slack's" if any(of_standin) else None
    if not _is_loopback(base_url):
        return "an address of the Slack API that is not Slack's must be on this computer (127.0.0.1)"
    if not base_url.endswith("/api/"):
        return "the address of the Slack API must end in /api/"
    return None if all(of_standin) else "a stand-in for Slack takes stand-in tokens only"


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


class CountedClient(WebClient):
    """A WebClient without any retry that counts each call in the ledger."""

    def __init__(self, token: str | None, base_url: str = SLACK, *, count: Count | None = None) -> None:
        # The default handler posts twice when an answer is lost; an empty list replaces it.
        super().__init__(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
        self._count = count

    def without_token(self) -> CountedClient:
        """For bolt, which opens sockets with the app's token and posts nothing."""
        return CountedClient(None, self.base_url, count=self._count)

    def api_call(self, api_method: str, **how: Any) -> SlackResponse:
        """The call, counted first: what was tried is in the ledger whatever came of it."""
        if self._count:
            base = urlsplit(self.base_url)
            self._count(base.netloc, "POST", f"{base.path}{api_method}")
        return super().api_call(api_method, **how)


def open_client(tokens: Tokens, base_url: str = SLACK, *, count: Count | None = None) -> CountedClient:
    """A client for one workspace; ValueError says why the address and the tokens do not go together."""
    why = refuse_base(base_url, tokens)
    if why:
        raise ValueError(why)
    return CountedClient(tokens.bot, base_url, count=count)


@dataclass(frozen=True, slots=True)
class Identity:
    """Which app in which workspace the bot token is for."""

    team: str
    name: str
    bot_user: str
    bot_id: str


def identity_of(told: SlackResponse) -> Identity:
    """From an answer of auth.test."""
    return Identity(
        team=str(told["team_id"]),
        name=str(told.get("team") or ""),
        bot_user=str(told["user_id"]),
        bot_id=str(told.get("bot_id") or ""),
    )
