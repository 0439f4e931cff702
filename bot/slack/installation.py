"""What Slack says of the app when it is asked: who we are, what we may do, which channels we are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from slack_sdk import WebClient

from bot.domain.ports import Clock
from bot.slack.client import CountedClient, Identity, identity_of
from bot.slack.trouble import calling

TICK = timedelta(seconds=1)
"""A Date header says whole seconds."""
PAGE = 200
PAGES = 5
"""A bot that is in more channels than this is told to name one."""


@dataclass(frozen=True, slots=True)
class Installed:
    """The app as Slack knows it. `scopes` are those granted, None when Slack does not say.

    `ahead` is by how much this computer's clock surely goes ahead of Slack's (behind where negative).
    """

    identity: Identity
    scopes: frozenset[str] | None = None
    ahead: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Joined:
    """A channel that the app is a member of."""

    id: str
    name: str
    is_private: bool = False
    is_shared: bool = False


def installed(client: WebClient, clock: Clock) -> Installed:
    """Ask once. Raises Rejected for a token that Slack refuses, and NotSent when it was not reached."""
    before = clock()
    told = calling(client.auth_test, clock, again=True)
    headers = {str(name).lower(): str(value) for name, value in told.headers.items()}
    granted = headers.get("x-oauth-scopes")
    scopes = frozenset(filter(None, (one.strip() for one in granted.split(",")))) if granted else None
    return Installed(identity_of(told), scopes, _ahead(headers.get("date", ""), before, clock()))


def _ahead(date: str, before: datetime, after: datetime) -> timedelta:
    """By how much the clock is surely wrong: Slack's answer was made between the two moments."""
    try:
        theirs = parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return timedelta()
    if theirs + TICK < before:
        return before - (theirs + TICK)
    return after - theirs if theirs > after else timedelta()


def opens_sockets(client: CountedClient, app_token: str, clock: Clock) -> None:
    """Ask for the address of a socket, and open none. Raises Rejected or NotSent."""
    calling(lambda: client.apps_connections_open(app_token=app_token), clock, again=True)


def joined(client: WebClient, clock: Clock) -> Sequence[Joined]:
    """The channels that the app is in, by name, without archived ones. Raises Rejected or NotSent."""
    found: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(PAGES):
        told = calling(partial(_page, client, cursor), clock, again=True)
        found += told["channels"]
        cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return sorted((_joined(one) for one in found), key=lambda one: one.name)


def _page(client: WebClient, cursor: str) -> Any:
    return client.users_conversations(
        types="public_channel,private_channel", exclude_archived=True, limit=PAGE, cursor=cursor or None
    )


def _joined(told: dict[str, Any]) -> Joined:
    shared = bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared"))
    return Joined(str(told["id"]), str(told.get("name") or ""), bool(told.get("is_private")), shared)
