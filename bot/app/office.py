"""The services over the database and the networks, without Slack: what the command line works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.config import Settings, cannot_write
from bot.connectors import all_connectors
from bot.domain.connector import Connector, Reader, Round
from bot.domain.errors import NotSent
from bot.domain.model import Source, Workspace
from bot.domain.polling import USUAL, Pace
from bot.domain.ports import Calendars, Channel, Clock, Networks, Person, Posted, Secret, Slack, Store
from bot.domain.screens import HomeScreen, Screen
from bot.reading.calendars import OutsideCalendars
from bot.reading.credential import Credential, Memory
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from bot.services.collecting.add import Add
from bot.services.collecting.answers import Answers
from bot.services.collecting.collect import Collect
from bot.services.collecting.receiving import Receiving
from bot.services.collecting.webmentions import Webmentions
from bot.services.housekeeping import Housekeeping
from bot.services.measuring.measures import Measuring
from bot.services.standing.queue import Queue
from bot.services.standing.triage import Triage
from bot.services.team.days import Days
from bot.services.team.forget import Forget
from bot.services.team.people import People
from bot.services.team.policies import Policies
from bot.services.team.ruling import Ruling
from bot.services.team.unlink import Unlink
from bot.services.team.watches import Watches
from bot.services.telling.homes import Homes
from bot.services.telling.outbox import Outbox
from bot.services.telling.remind import Remind
from bot.services.telling.report import Report
from bot.services.telling.screens import Screens
from bot.services.telling.stand import Stand
from bot.store import NoDatabase, OutOfDate, SqlStore, open_store, refusals
from bot.store import migrate as migrate_database
from bot.store.migrate import head

UNCLAIMED = ""
"""The team of a Workspace that was made at the command line before Slack was ever connected."""


def utc_now() -> datetime:
    """The one clock of the bot."""
    return datetime.now(UTC)


class CannotStart(Exception):
    """Why the bot cannot start: a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class StoredPurse:
    """Fits `bot.reading.purse.Purse`: what a stored credential may cost, and what it cost."""

    store: Store
    secret: Secret

    def price(self, what: str) -> int | None:
        """What the team says that one of these costs."""
        return self.secret.prices.get(what)

    def left(self, month: str) -> int | None:
        """What may still be spent in that month."""
        if self.secret.budget is None:
            return None
        return self.secret.budget - self.store.spent(self.secret, month)

    def spend(self, month: str, amount: int) -> None:
        """So much more was spent."""
        self.store.spend(self.secret, month, amount)


class LiveNetworks:
    """Fits `bot.domain.ports.Networks`: every connector behind the one read-only door."""

    def __init__(self, door: Door, store: Store | None = None) -> None:
        self._door = door
        self._store = store
        self._connectors = all_connectors()
        self._tried: dict[tuple[str, str, str], Memory] = {}

    def connectors(self) -> Mapping[str, Connector]:
        """By name."""
        return self._connectors

    def reader(
        self,
        network: str,
        endpoint: str,
        secret: Secret | None,
        *,
        source: str = "",
        within: Round | None = None,
    ) -> Reader:
        """The door for one network and credential; `source` is the id of the Source that is polled."""
        facts = self._connectors[network].facts
        credential = Credential(secret.id, secret.value, facts.key) if secret else None
        memory = self._memory(secret) if secret else None
        purse = StoredPurse(self._store, secret) if self._store and secret and secret.workspace else None
        return self._door.reader(
            facts, endpoint, credential, memory=memory, purse=purse, source=source, within=within
        )

    def hold(self, source: Source, secret: Secret | None) -> None:
        """Wait as long as the network asked an earlier process to."""
        facts = self._connectors[source.network].facts
        credential = Credential(secret.id, secret.value, facts.key) if secret else None
        if source.blocked_until:
            self._door.hold(facts, source.endpoint, credential, source.blocked_until)

    def _memory(self, secret: Secret) -> Memory:
        """What is kept with a credential lasts once that is stored; one that is only tried keeps it for
        this process: some keys change whenever they are used."""
        if self._store is None or not secret.workspace:
            tried = (secret.network, secret.endpoint, secret.value)
            return self._tried.setdefault(tried, Memory(secret.session))
        store = self._store
        return Memory(secret.session, partial(store.keep_session, secret), partial(_session, store, secret))


def _session(store: Store, secret: Secret) -> str:
    """What is kept with a credential now: another reader may have renewed it."""
    with store.read(secret.workspace) as tx:
        known = tx.sources.secret(secret.id)
    return known.session if known else secret.session


class NoSlack:
    """Fits `bot.domain.ports.Slack` where none is connected: nothing is sent, nobody is known."""

    def post(self, workspace: Workspace, where: str, screen: Screen) -> Posted:
        """Nothing is sent."""
        raise NotSent("Slack is not connected")

    def edit(self, workspace: Workspace, posted: Posted, screen: Screen, *, as_text: bool = False) -> None:
        """Nothing is edited."""
        raise NotSent("Slack is not connected")

    def publish(self, workspace: Workspace, slack_user: str, screen: HomeScreen, shown: str) -> str:
        """Nothing is shown."""
        raise NotSent("Slack is not connected")

    def person(self, workspace: Workspace, slack_user: str) -> Person | None:
        """Nobody is known."""
        return None

    def rests_until(self, workspace: Workspace, slack_user: str) -> datetime | None:
        """Nobody tells."""
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
    networks: Networks
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
    measuring: Measuring
    people: People
    days: Days
    watches: Watches
    add: Add
    stand: Stand
    policies: Policies
    ruling: Ruling
    receiving: Receiving
    webmentions: Webmentions
    housekeeping: Housekeeping
    forget: Forget
    unlink: Unlink

    def flush_ledger(self) -> None:
        """Write what the door counted since the last time."""
        self.ledger.flush(self.store.count_requests)


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
    pace: Pace = USUAL,
    ledger: Ledger | None = None,
    slack: Slack | None = None,
) -> Iterator[Office]:
    """Open the database, bringing it up to date, and put the services together over it.

    Raises CannotStart when the database cannot be opened, or refuses something later.

    `loopback` are origins on this machine that may be read, for the demo and tests; `pace` is how often
    places are read. `ledger` is given where Slack's requests are counted in it too; it is flushed at the end.
    What networks asked an earlier process to wait is waited.
    """
    migrate(settings)
    with _database(settings), ExitStack() as closing:
        store = open_store(settings.database_url, keys=settings.keys, clock=clock)
        closing.callback(store.close)
        counted = ledger or Ledger(clock)
        closing.callback(counted.flush, store.count_requests)
        door = Door(clock, ledger=counted.count, loopback_origins=loopback, outside=settings.outside)
        closing.callback(door.close)
        networks = LiveNetworks(door, store)
        calendars = OutsideCalendars(door)
        opened = furnish(
            settings, store, networks, calendars, counted, clock=clock, pace=pace, slack=slack or NoSlack()
        )
        _hold(store, networks, clock())
        yield opened


@contextmanager
def _database(settings: Settings) -> Iterator[None]:
    """What the database refuses meanwhile becomes CannotStart."""
    try:
        with refusals(settings.database_url):
            yield
    except (NoDatabase, OutOfDate) as why:
        raise CannotStart(str(why)) from why


def _hold(store: SqlStore, networks: LiveNetworks, now: datetime) -> None:
    for home in store.workspaces():
        with store.read(home.id) as tx:
            for source in tx.sources.sources():
                if source.blocked_until and source.blocked_until > now:
                    secret = tx.sources.secret(source.credential) if source.credential else None
                    networks.hold(source, secret)


def migrate(settings: Settings) -> str:
    """Bring the database up to date; the revision it is at then. Raises CannotStart."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _database(settings):
            migrate_database(settings.database_url)
    except OSError as why:
        raise CannotStart(cannot_write(settings.data_dir, why)) from why
    return head()


def furnish(
    settings: Settings,
    store: SqlStore,
    networks: Networks,
    calendars: Calendars,
    ledger: Ledger,
    *,
    clock: Clock,
    pace: Pace,
    slack: Slack,
) -> Office:
    """The services over a store that stands, with these networks and this Slack."""
    screens = Screens(store, networks, clock)
    outbox = Outbox(store, slack, screens, clock)
    answers = Answers(store, networks, clock, pace)
    queue = Queue(store, networks, clock)
    stand = Stand(store, slack, clock)
    people = People(store, slack, networks, clock)
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
        collect=Collect(store, networks, clock, pace),
        remind=Remind(store, answers, outbox, clock),
        report=Report(store, answers, outbox, clock),
        measuring=Measuring(store, clock),
        people=people,
        days=Days(store, people, calendars, clock),
        watches=Watches(store, networks, clock),
        add=Add(store, networks, clock),
        stand=stand,
        policies=Policies(store, stand, clock),
        ruling=Ruling(store, networks, clock),
        receiving=Receiving(store, networks, clock),
        webmentions=Webmentions(store, networks, clock),
        forget=Forget(store, networks, clock),
        unlink=Unlink(store, networks, clock),
        housekeeping=Housekeeping(store, networks, outbox, clock),
    )


def _first_workspace(store: SqlStore) -> str:
    known = store.workspaces()
    return known[0].id if known else store.add_workspace(Workspace("", UNCLAIMED, "")).id
