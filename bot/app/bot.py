"""The bot: the office with Slack, hands that do what is due, and the clock that ticks."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.app.desk import SlackLine, open_desk
from bot.app.office import CannotStart, Office, utc_now
from bot.clock import Ticker
from bot.config import Settings, cannot_write
from bot.domain.model import Source, Workspace
from bot.domain.polling import USUAL, Pace
from bot.domain.ports import EVERYBODY, Clock, Job, Tx
from bot.services.telling.report import plan_of
from bot.services.workers import Hand, Workers
from bot.slack.adding import Adding
from bot.slack.arrivals import Sort
from bot.slack.changes import Changes
from bot.slack.connection import Connection
from bot.slack.engage import Engage
from bot.slack.home import Opened
from bot.slack.hours import OwnHours
from bot.slack.inbox import Inbox, Work
from bot.slack.listeners import THREADS, Listeners, build_app
from bot.slack.policy import OurPolicy
from bot.slack.presses import Presses
from bot.slack.requests import Requests
from bot.slack.rules import OurRules
from bot.slack.submissions import Submissions
from bot.slack.teller import Teller
from bot.store.lock import AlreadyRunning, only_one
from bot.web.inbound import Calls
from bot.web.routes import routes
from bot.web.server import CannotListen, Server
from bot.web.webmention import Senders

log = logging.getLogger(__name__)

QUIET_LOGGERS = ("alembic", "apscheduler", "httpcore", "httpx", "slack_bolt", "slack_sdk", "websocket")
"""Libraries that would log addresses, payloads, or a line a second."""
TICK_SECONDS = 1.0
FLUSH_SECONDS = 5.0
FILE = "sqlite:///"


class Bot:
    """The bot at work in one Slack workspace."""

    def __init__(self, office: Office, line: SlackLine) -> None:
        self.office = office
        self._listening = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")
        teller = Teller(lambda _team: line.client, office.ledger.count)
        self.inbox = _inbox(office, teller)
        all_hands = {**hands(office), Job.INBOX: self.inbox.again}
        self.workers = Workers(office.store, all_hands, office.clock, size=office.settings.workers)
        self._ticker = Ticker(
            {
                "due work": (TICK_SECONDS, self.workers.tick),
                "ledger": (FLUSH_SECONDS, office.flush_ledger),
            }
        )
        submissions = Submissions(office.store, office.triage, office.people, office.ruling, office.clock)
        secret = office.settings.slack_signing_secret
        app = build_app(
            line.client,
            line.installed.identity,
            self._listening,
            Listeners(self.inbox, submissions),
            signing_secret=secret,
        )
        greeted = partial(office.store.note_greeting, office.workspace)
        self.connection = None if secret else Connection(app, line.tokens.app, time.monotonic, greeted)
        self.server = self._server(Requests(app) if secret else None)

    def _server(self, slack: Requests | None) -> Server | None:
        """The one port, where one is wanted: for Slack over HTTP, what is handed to us, and whoever watches
        over us."""
        listen = self.office.settings.listen
        if listen is None:
            return None
        health = {"process": lambda: True, "database": self.office.store.answers}
        ready = {"slack": self._hears_slack, "clock": self._ticker.is_well}
        office = self.office
        inbound = Calls(office.receiving, office.clock).routes()
        inbound += Senders(office.receiving, office.webmentions, office.clock).routes()
        return Server(routes(slack.take if slack else None, health, ready, inbound), listen)

    def _hears_slack(self) -> bool:
        """Over HTTP the answer itself is the proof."""
        return self.connection is None or self.connection.is_well()

    def start(self, *, ticking: bool = True) -> None:
        """Take up what a former process left, plan what is due by itself, connect, and tick.

        Without `ticking` the due work waits for `drain`. Raises CannotStart when its port is taken.
        """
        plan_all(self.office)
        self.inbox.take_up()
        if self.server:
            try:
                self.server.start()
            except CannotListen as taken:
                raise CannotStart(str(taken)) from taken
        if self.connection:
            self.connection.start()
        if ticking:
            self._ticker.start()

    def drain(self) -> int:
        """Do all that is due now, one after the other; returns how much that was."""
        return self.workers.drain()

    def stop(self) -> None:
        """Take nothing new, and finish what is under way."""
        self._ticker.stop()
        if self.connection:
            self.connection.stop()
        if self.server:
            self.server.stop()
        self._listening.shutdown(wait=True)
        self.workers.stop()


def _inbox(office: Office, teller: Teller) -> Inbox:
    adding = Adding(office.people, office.add, teller)
    own = OwnHours(office.days, office.people, office.queue, office.clock, teller)
    rules = OurRules(office.store, office.ruling, teller)
    presses = Presses(
        office.store,
        office.clock,
        office.triage,
        office.queue,
        office.screens,
        office.outbox,
        office.people,
        own,
        rules,
        teller,
    )
    engage = Engage(
        office.clock,
        office.queue,
        office.people,
        adding,
        office.stand,
        own,
        office.measuring,
        office.report,
        OurPolicy(office.store, office.policies, office.ruling, teller),
        rules,
        teller,
    )
    changes = Changes(office.store, office.people)
    work: Mapping[Sort, Work] = {
        Sort.COMMAND: engage,
        Sort.PRESS: presses,
        Sort.SHORTCUT: adding,
        Sort.CHANGE: changes,
        Sort.HOME: Opened(office.people, office.homes),
    }
    return Inbox(office.store, office.clock, teller, work)


def hands(office: Office) -> Mapping[Job, Hand]:
    """Who does each kind of due work."""
    return {
        Job.POLL: office.collect.due,
        Job.SEE: office.remind.see,
        Job.DIGEST: office.report.digest,
        Job.DRAW: office.outbox.draw,
        Job.HOME: office.homes.draw,
        Job.LOOK: office.answers.due,
        Job.VERIFY: office.webmentions.verify,
        Job.WAKE: office.housekeeping.wake,
        Job.RULES: office.ruling.apply,
        Job.DAYS: office.days.due,
        Job.KEEP: office.housekeeping.keep,
    }


def plan_all(office: Office) -> None:
    """Plan what comes due by itself. What was planned for earlier keeps its time."""
    now = office.clock()
    for home in office.store.workspaces():
        with office.store.write(home.id) as tx:
            _plan(tx, home, now)
            for source in tx.sources.sources():
                tx.agenda.plan(Job.POLL, source.id, _after_a_start(office, source, now))


def _after_a_start(office: Office, source: Source, now: datetime) -> datetime:
    """When a Source is read after a start: at once, unless it was read so lately that its network minds."""
    connector = office.networks.connectors().get(source.network)
    rests = connector.facts.floor if connector and source.last_try else timedelta(0)
    return max(now, (source.last_try or now) + rests, source.blocked_until or now)


def _plan(tx: Tx, home: Workspace, now: datetime) -> None:
    for teammate in tx.people.teammates():
        tx.agenda.plan(Job.SEE, teammate.id, now)
        tx.agenda.plan(Job.DAYS, teammate.id, now)
    tx.agenda.plan(Job.DAYS, EVERYBODY, now)
    due = plan_of(tx, now)
    if home.channel and due:
        tx.agenda.plan(Job.DIGEST, home.channel, due)
    tx.agenda.plan(Job.WAKE, "", now)
    tx.agenda.plan(Job.KEEP, "", now)


@contextmanager
def open_bot(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    loopback: frozenset[str] = frozenset(),
    pace: Pace = USUAL,
) -> Iterator[Bot]:
    """The bot, put together and not yet started; it holds the lock of a SQLite database until the end.

    Raises CannotStart: another runs on the same database, or the database or Slack does not let us in.
    """
    with ExitStack() as stack:
        alone = stack.enter_context(_lock(settings))
        desk = stack.enter_context(open_desk(settings, clock=clock, loopback=loopback, pace=pace))
        if alone:
            desk.office.store.abandon()
        bot = Bot(desk.office, desk.line)
        stack.callback(bot.stop)
        yield bot


@contextmanager
def _lock(settings: Settings) -> Iterator[bool]:
    """One clock on one SQLite file; whether we are alone with the database."""
    alone = settings.database_url.startswith(FILE)
    file = Path(settings.database_url.removeprefix(FILE) + ".lock")
    held: AbstractContextManager[None] = only_one(file) if alone else nullcontext()
    with ExitStack() as stack:
        try:
            stack.enter_context(held)
        except AlreadyRunning as why:
            raise CannotStart(str(why)) from why
        except OSError as why:
            raise CannotStart(cannot_write(file.parent, why)) from why
        yield alone


def run(settings: Settings) -> None:
    """The bot until it is told to stop by SIGINT or SIGTERM."""
    quiet(settings.log_level)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with open_bot(settings) as bot:
        bot.start()
        log.info("By Hand is at work")
        stopping.wait()


def quiet(level: str) -> None:
    """Log to the error output; libraries only what someone should look at."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
