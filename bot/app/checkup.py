"""What can be found out about an installation from outside, without sending anything or disturbing the bot.

No socket is opened: Slack would send it a part of the presses. How many there are is what Slack told the bot
when it connected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.app.office import CannotStart, Office, open_office, utc_now
from bot.config import Settings
from bot.domain.connector import fetches
from bot.domain.errors import ReadingError, SendingError
from bot.domain.model import Source, Workspace
from bot.domain.ports import Channel, Clock, Job
from bot.reading.ledger import Ledger
from bot.slack.client import Tokens, open_client
from bot.slack.installation import Installed, installed, opens_sockets
from bot.slack.manifest import scopes
from bot.slack.messenger import Messenger
from bot.store import DatabaseState, NoDatabase, state_of
from bot.web.knock import ready

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """A Source, with when it is looked at next; what is `pushed` is handed to us and never looked at."""

    label: str
    source: Source
    next_look: datetime | None
    pushed: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A stored credential. `scopes` are what its network says that it may do, None where it does not say.

    `trouble` is why that is not known; `lost` is one that our key no longer opens.
    """

    label: str
    server: str
    scopes: tuple[str, ...] | None = None
    trouble: ReadingError | None = None
    warning: str | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """What the database says, and what Slack says about the channel that stands in it.

    `blind_calendars` are whose days off cannot be read, by name; empty for the team's. `leads` are those who
    lead and are there, by name.
    """

    home: Workspace
    channel: Channel | SendingError | None
    greeting: tuple[int, int, datetime] | None
    longest_due: datetime | None
    places: tuple[Place, ...]
    keys: tuple[Key, ...]
    blind_calendars: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """All that was found at `now`. `team` is None when the database could not be used."""

    now: datetime
    slack: Installed | SendingError
    asked: frozenset[str]
    over_http: bool
    socket: SendingError | None
    listen: tuple[str, int] | None
    port: Mapping[str, str] | None
    database: DatabaseState | NoDatabase
    team: Team | None


def examine(
    settings: Settings, *, clock: Clock = utc_now, loopback: frozenset[str] = frozenset()
) -> Examination:
    """Look at everything once. Raises CannotStart when Slack's address and the tokens do not fit."""
    ledger = Ledger(clock)
    tokens = Tokens(settings.slack_bot_token or "", settings.slack_app_token or "")
    try:
        client = open_client(tokens, settings.slack_api_url, count=ledger.count)
    except ValueError as why:
        raise CannotStart(f"Slack's address and tokens do not fit: {why}.") from why
    told = _tried(lambda: installed(client, clock))
    socket = _tried(lambda: opens_sockets(client, tokens.app, clock)) if tokens.app else None
    database, team = _database(settings), None
    if isinstance(database, DatabaseState) and database.revision == database.wanted:
        slack = Messenger(lambda _team: client, clock)
        opening = open_office(settings, clock=clock, loopback=loopback, ledger=ledger, slack=slack)
        with opening as office:
            team = _team(office, slack, told)
    return Examination(
        now=clock(),
        slack=told,
        asked=scopes(),
        over_http=settings.slack_signing_secret is not None,
        socket=socket,
        listen=settings.listen,
        port=ready(settings.listen) if settings.listen else None,
        database=database,
        team=team,
    )


def _tried(call: Callable[[], T]) -> T | SendingError:
    """What Slack answers, or why it does not."""
    try:
        return call()
    except SendingError as trouble:
        return trouble


def _database(settings: Settings) -> DatabaseState | NoDatabase:
    try:
        return state_of(settings.database_url)
    except NoDatabase as trouble:
        return trouble


def _team(office: Office, slack: Messenger, told: Installed | SendingError) -> Team:
    by_team = office.store.by_team(told.identity.team) if isinstance(told, Installed) else None
    workspace = by_team.id if by_team else office.workspace
    with office.store.read(workspace) as tx:
        home, sources = tx.workspace, tx.sources.sources()
        leads = [one.name for one in tx.people.teammates() if one.is_lead and one.can_be_assigned]
    chosen = home.channel
    planned = office.store.planned(workspace, Job.POLL)
    facts = {name: one.facts for name, one in office.networks.connectors().items()}
    places = (
        Place(facts[one.network].label, one, planned.get(one.id), facts[one.network].pushed)
        if one.network in facts
        else Place(one.network, one, planned.get(one.id))
        for one in sources
    )
    return Team(
        home=home,
        channel=_tried(lambda: slack.channel(home, chosen)) if chosen and not home.is_direct else None,
        greeting=office.store.greeting(workspace),
        longest_due=office.store.longest_due(),
        places=tuple(places),
        keys=tuple(_keys(office, workspace, {one.credential: one for one in sources if one.credential})),
        blind_calendars=tuple(office.days.unreadable(workspace)),
        leads=tuple(leads),
    )


def _keys(office: Office, workspace: str, users: Mapping[str | None, Source]) -> Iterator[Key]:
    """Each credential, asked at its network what it may do: one or two requests that only read."""
    for credential, source in users.items():
        connector = office.networks.connectors().get(source.network)
        with office.store.read(workspace) as tx:
            secret = tx.sources.secret(credential or "")
        if connector is None:
            continue
        label, warning = connector.facts.label, connector.facts.can_post_warning
        if secret is None:
            yield Key(label, source.endpoint, lost=True)
            continue
        if not fetches(connector):  # it lets somebody in, and opens nothing outside
            continue
        door = office.networks.reader(source.network, source.endpoint, secret)
        try:
            access = connector.check(source.endpoint, door)
        except ReadingError as trouble:
            yield Key(label, source.endpoint, trouble=trouble)
        else:
            yield Key(label, source.endpoint, access.scopes, warning=warning)
