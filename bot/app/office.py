"""The services over the database and the networks, without Slack: what the command line works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.config import Settings
from bot.connectors import all_connectors
from bot.domain.connector import Connector, Reader
from bot.domain.errors import NotSent
from bot.domain.model import Workspace
from bot.domain.ports import Channel, Clock, Person, Posted, Secret, Slack
from bot.domain.screens import HomeScreen, Screen
from bot.reading.credential import Credential
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from bot.services.add import Add
from bot.services.answers import Answers
from bot.services.collect import Collect
from bot.services.forget import Forget
from bot.services.homes import Homes
from bot.services.housekeeping import Housekeeping
from bot.services.outbox import Outbox
from bot.services.people import People
from bot.services.queue import Queue
from bot.services.remind import Remind
from bot.services.report import Report
from bot.services.screens import Screens
from bot.services.stand import Stand
from bot.services.triage import Triage
from bot.services.watches import Watches
from bot.store import NoDatabase, OutOfDate, SqlStore, open_store
from bot.store import migrate as migrate_database
from bot.store.migrate import head

UNCLAIMED = ""
"""The team of a Workspace that was made at the command line before Slack was ever connected."""


def utc_now() -> datetime:
    """The one clock of the bot."""
    return datetime.now(UTC)


class CannotStart(Exception):
    """Why the bot cannot start: a sentence that says what to do."""


class LiveNetworks:
    """Fits `bot.domain.ports.Networks`: every connector behind the one read-only door."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._connectors = all_connectors()

    def connectors(self) -> Mapping[str, Connector]:
        """By name."""
        return self._connectors

    def reader(self, network: str, endpoint: str, secret: Secret | None) -> Reader:
        """The door for one network and credential."""
        credential = Credential(secret.id, secret.value) if secret else None
        return self._door.reader(self._connectors[network].facts, endpoint, credential)


class NoSlack:
    """Fits `bot.domain.ports.Slack` where none is connected: nothing is sent, nobody is known."""

    def post(self, workspace: Workspace, where: str, screen: Screen) -> Posted:
        """Nothing is sent."""
        raise NotSent("Slack is not connected")

    def edit(self, workspace: Workspace, posted: Posted, screen: Screen) -> None:
        """Nothing is edited."""
        raise NotSent("Slack is not connected")

    def publish(self, workspace: Workspace, slack_user: str, screen: HomeScreen, shown: str) -> str:
        """Nothing is shown."""
        raise NotSent("Slack is not connected")

    def person(self, workspace: Workspace, slack_user: str) -> Person | None:
        """Nobody is known."""
        return None

    def channel(self, workspace: Workspace, channel: str) -> Channel | None:
        """No channel is known."""
        return None


@dataclass(frozen=True, slots=True)
class Office:
    """The services, put together. `workspace` is the id of the one that commands work for."""

    settings: Settings
    clock: Clock
    store: SqlStore
    networks: LiveNetworks
    ledger: Ledger
    workspace: str
    triage: Triage
    queue: Queue
    homes: Homes
    screens: Screens
    outbox: Outbox
    answers: Answers
    collect: Collect
    remind: Remind
    report: Report
    people: People
    watches: Watches
    add: Add
    stand: Stand
    housekeeping: Housekeeping
    forget: Forget

    def flush_ledger(self) -> None:
        """Write what the door counted since the last time."""
        self.store.count_requests(self.ledger.drain())


@contextmanager
def networks_only() -> Iterator[LiveNetworks]:
    """The networks without an account, a database or Slack; what was asked is counted nowhere."""
    door = Door(utc_now, ledger=Ledger(utc_now).count)
    try:
        yield LiveNetworks(door)
    finally:
        door.close()


@contextmanager
def open_office(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    loopback: frozenset[str] = frozenset(),
    ledger: Ledger | None = None,
    slack: Slack | None = None,
) -> Iterator[Office]:
    """Open the database, bringing it up to date, and put the services together over it.

    Raises CannotStart when the database cannot be opened.

    `loopback` are origins on this machine that may be read, for the demo and tests. `ledger` is given where
    Slack's requests are counted in it too. It is flushed at the end.
    """
    migrate(settings)
    store = open_store(settings.database_url, keys=settings.keys, clock=clock)
    counted = ledger or Ledger(clock)
    door = Door(clock, ledger=counted.count, loopback_origins=loopback)
    opened = _furnish(settings, store, LiveNetworks(door), counted, clock=clock, slack=slack or NoSlack())
    try:
        yield opened
    finally:
        door.close()
        opened.flush_ledger()
        store.close()


def migrate(settings: Settings) -> str:
    """Bring the database up to date; the revision it is at then. Raises CannotStart."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        migrate_database(settings.database_url)
    except (NoDatabase, OutOfDate) as why:
        raise CannotStart(str(why)) from why
    return head()


def _furnish(
    settings: Settings, store: SqlStore, networks: LiveNetworks, ledger: Ledger, *, clock: Clock, slack: Slack
) -> Office:
    screens = Screens(store, networks, clock)
    outbox = Outbox(store, slack, screens, clock)
    answers = Answers(store, networks, clock)
    queue = Queue(store, networks, clock)
    return Office(
        settings=settings,
        clock=clock,
        store=store,
        networks=networks,
        ledger=ledger,
        workspace=_first_workspace(store),
        triage=Triage(store, networks, clock),
        queue=queue,
        homes=Homes(store, slack, queue, clock),
        screens=screens,
        outbox=outbox,
        answers=answers,
        collect=Collect(store, networks, clock),
        remind=Remind(store, answers, outbox, clock),
        report=Report(store, answers, outbox, clock),
        people=People(store, slack, networks, clock),
        watches=Watches(store, networks, clock),
        add=Add(store, networks, clock),
        stand=Stand(store, slack, clock),
        forget=Forget(store, networks, clock),
        housekeeping=Housekeeping(store, networks, outbox, clock, ledger.drain),
    )


def _first_workspace(store: SqlStore) -> str:
    known = store.workspaces()
    return known[0].id if known else store.add_workspace(Workspace("", UNCLAIMED, "")).id
