"""The office with Slack, and no clock and no socket: what sets a team up, and what the bot is built on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.app.office import UNCLAIMED, CannotStart, Office, open_office, utc_now
from bot.config import Settings
from bot.domain.errors import NotSent, Rejected
from bot.domain.model import Workspace
from bot.domain.polling import USUAL, Pace
from bot.domain.ports import Clock
from bot.domain.screens import Screen
from bot.reading.ledger import Ledger
from bot.slack.client import CountedClient, Identity, Tokens, open_client
from bot.slack.faces import draw
from bot.slack.installation import Installed, Joined, installed, joined, opens_sockets
from bot.slack.messenger import Messenger
from bot.slack.printed import printed
from bot.store import SqlStore

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SlackLine:
    """The way to one Slack workspace: who we are there, and a client that never retries."""

    tokens: Tokens
    client: CountedClient
    installed: Installed


def _asked(token: str, call: Callable[[], T]) -> T:
    """What Slack answers; raises CannotStart, which names the token that it was asked with."""
    try:
        return call()
    except Rejected as why:
        raise CannotStart(f"Slack refused {token} ({why.code}). Install the app anew.") from why
    except NotSent as why:
        raise CannotStart("Slack cannot be reached just now. Try again in a minute.") from why


@dataclass(frozen=True, slots=True)
class Desk:
    """The office at one Slack workspace."""

    office: Office
    line: SlackLine

    def opens_sockets(self) -> None:
        """Ask whether the app-level token may open sockets, and open none. Raises CannotStart."""
        client, token = self.line.client, self.line.tokens.app
        if token:
            _asked("SLACK_APP_TOKEN", lambda: opens_sockets(client, token, self.office.clock))

    def channels(self) -> Sequence[Joined]:
        """The channels that the app is in. Raises Rejected or NotSent."""
        return joined(self.line.client, self.office.clock)

    def printed(self, screen: Screen) -> list[str]:
        """A message as its readers would see it."""
        return printed(draw(screen)[1])


@contextmanager
def open_desk(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    loopback: frozenset[str] = frozenset(),
    pace: Pace = USUAL,
) -> Iterator[Desk]:
    """The office with Slack. Raises CannotStart: the database or Slack does not let us in."""
    ledger = Ledger(clock)
    tokens = Tokens(settings.slack_bot_token or "", settings.slack_app_token or "")
    try:
        client = open_client(tokens, settings.slack_api_url, count=ledger.count)
    except ValueError as why:
        raise CannotStart(f"Slack's address and tokens do not fit: {why}.") from why
    slack = Messenger(lambda _team: client, clock)
    outside = open_office(settings, clock=clock, loopback=loopback, pace=pace, ledger=ledger, slack=slack)
    with outside as office:
        told = _asked("SLACK_BOT_TOKEN", lambda: installed(client, clock))
        home = _home(office.store, told.identity)
        yield Desk(replace(office, workspace=home), SlackLine(tokens, client, told))


def _home(store: SqlStore, identity: Identity) -> str:
    """Our Workspace for this Slack team: the one we know, or the one made at the command line before."""
    known = store.by_team(identity.team)
    if known is None:
        unclaimed = store.by_team(UNCLAIMED)
        made = Workspace("", identity.team, identity.name, bot_user=identity.bot_user)
        if unclaimed is None:
            return store.add_workspace(made).id
        known = replace(made, id=unclaimed.id, zone=unclaimed.zone, channel=unclaimed.channel)
        with store.write(known.id) as tx:
            tx.save_workspace(known)
    return known.id
