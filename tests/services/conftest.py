"""A small team, its services on the real store, an imaginary network, and a Slack that writes down all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.errors import NotSent, SendingError, Unavailable
from bot.domain.model import Conversation, Handle, Source, Teammate, Verb, Watch, Workspace
from bot.domain.ports import Channel, Job, Message, Person, Posted
from bot.domain.screens import HomeScreen, Kind, Screen
from bot.services.collecting.add import Add
from bot.services.collecting.answers import Answers
from bot.services.collecting.collect import Collect
from bot.services.housekeeping import Housekeeping
from bot.services.standing.queue import Queue
from bot.services.standing.triage import Outcome, Triage
from bot.services.team.days import Days
from bot.services.team.people import People
from bot.services.team.policies import Policies
from bot.services.team.ruling import Ruling
from bot.services.team.watches import Watches
from bot.services.telling.homes import Homes
from bot.services.telling.outbox import Outbox
from bot.services.telling.remind import Remind
from bot.services.telling.report import Report
from bot.services.telling.screens import Screens
from bot.services.telling.stand import Stand
from bot.services.workers import Workers
from bot.store import SqlStore
from bot.store.tables.schedule import work
from tests.conftest import HandClock
from tests.services.pond import ACME, ANA, BEN, HOME, Pond, Waters

LAST = timedelta(minutes=30)
KEPT = timedelta(hours=5)
"""How often house is kept here: seldom, as time passes in few steps."""
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Slack:
    """Fits `bot.domain.ports.Slack`. `standing` is what a reader sees now; `losing` loses the answer.

    Where it asked for patience it takes nothing until then.
    """

    clock: HandClock
    posted: list[tuple[str, Screen]] = field(default_factory=list)
    edited: list[tuple[str, Screen]] = field(default_factory=list)
    standing: dict[str, Screen] = field(default_factory=dict)
    refusing: list[SendingError] = field(default_factory=list)
    losing: list[SendingError] = field(default_factory=list)
    unedited: list[SendingError] = field(default_factory=list)
    as_text: list[str] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    silent: list[SendingError] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=dict)
    resting: dict[str, datetime] = field(default_factory=dict)
    homes: list[tuple[str, HomeScreen]] = field(default_factory=list)

    def post(self, workspace: Workspace, where: str, screen: Screen) -> Posted:
        if self.refusing:
            refusal = self.refusing[0]
            until = refusal.until if isinstance(refusal, NotSent) else None
            if until is None or self.clock() < until:
                raise refusal if until else self.refusing.pop(0)
            self.refusing.pop(0)
        ts = f"{len(self.posted) + 1}.000"
        self.posted.append((where, screen))
        self.standing[ts] = screen
        if self.losing:
            raise self.losing.pop(0)
        return Posted(f"D{where}", ts)

    def edit(self, workspace: Workspace, posted: Posted, screen: Screen, *, as_text: bool = False) -> None:
        if self.unedited:
            raise self.unedited.pop(0)
        self.as_text += [posted.ts] * as_text
        self.edited.append((posted.ts, screen))
        self.standing[posted.ts] = screen

    def rests_until(self, workspace: Workspace, slack_user: str) -> datetime | None:
        until = self.resting.get(slack_user)
        return until if until and until > self.clock() else None

    def publish(self, workspace: Workspace, slack_user: str, screen: HomeScreen, shown: str) -> str:
        if self.unedited:
            raise self.unedited.pop(0)
        looks = repr((screen.to, screen.queue.mine, screen.queue.unowned, screen.queue.blind))
        if looks != shown:
            self.homes.append((slack_user, screen))
        return looks

    def person(self, workspace: Workspace, slack_user: str) -> Person | None:
        return self.people.get(slack_user)

    def channel(self, workspace: Workspace, channel: str) -> Channel | None:
        if self.silent:
            raise self.silent.pop(0)
        return self.channels.get(channel)

    def to(self, where: str, kind: Kind | None = None) -> list[Screen]:
        """What was posted to somebody, of a kind."""
        return [one for place, one in self.posted if place == where and kind in (None, one.kind)]


@dataclass
class Calendar:
    """Fits `bot.domain.ports.Calendars`: holidays by place, and other days off by address."""

    places: dict[str, list[date]] = field(default_factory=dict)
    addresses: dict[str, list[date]] = field(default_factory=dict)

    def holidays(self, place: str, first: date, until: date) -> Sequence[date]:
        if place not in self.places:
            raise ValueError(place)
        return self.places[place]

    def marked(self, address: str, first: date, until: date) -> Sequence[date]:
        if address not in self.addresses:
            raise Unavailable(address)
        return self.addresses[address]


@dataclass
class Team:
    """The services of one Workspace, with what a test needs to play a day."""

    store: SqlStore
    home: Workspace
    clock: HandClock
    pond: Pond
    slack: Slack
    networks: Waters
    ana: Teammate
    ben: Teammate

    def __post_init__(self) -> None:
        given = (self.store, self.networks, self.clock)
        self.triage, self.queue, self.screens = Triage(*given), Queue(*given), Screens(*given)
        self.collect, self.answers = Collect(*given), Answers(*given)
        self.watches, self.add = Watches(*given), Add(*given)
        self.outbox = Outbox(self.store, self.slack, self.screens, self.clock)
        self.remind = Remind(self.store, self.answers, self.outbox, self.clock)
        self.report = Report(self.store, self.answers, self.outbox, self.clock)
        self.policies = Policies(self.store, Stand(self.store, self.slack, self.clock), self.clock)
        self.ruling = Ruling(*given)
        self.people = People(self.store, self.slack, self.networks, self.clock)
        self.calendar = Calendar()
        self.days = Days(self.store, self.people, self.calendar, self.clock)
        self.homes = Homes(self.store, self.slack, self.queue, self.clock)
        self.keeping = Housekeeping(self.store, self.networks, self.outbox, self.clock, every=KEPT)
        hands = {
            Job.POLL: self.collect.due,
            Job.SEE: self.remind.see,
            Job.DIGEST: self.report.digest,
            Job.DRAW: self.outbox.draw,
            Job.HOME: self.homes.draw,
            Job.LOOK: self.answers.due,
            Job.WAKE: self.keeping.wake,
            Job.RULES: self.ruling.apply,
            Job.KEEP: self.keeping.keep,
        }
        self.workers = Workers(self.store, hands, self.clock)

    def work(self) -> None:
        """Do all that is due now."""
        self.workers.drain()

    def later(self, by: timedelta, every: timedelta | None = None) -> None:
        """Let time pass, stopping every three hours (every sixteen when nobody works in Europe) or as often
        as said, for each digest, and in the last half hour twice; what is due between falls together."""
        end = self.clock.now + by
        self.work()
        while self.clock.now < end:
            now = self.clock.now
            if end - now <= LAST:
                stop = now + timedelta(minutes=15)
            else:
                awake = 8 <= now.hour < 17 and now.isoweekday() <= 5
                pause = now + (every or timedelta(hours=3 if awake else 16))
                stop = min(self._next_due({Job.DIGEST}), pause, end - LAST)
            self.clock.move(min(end, stop) - now)
            self.work()

    def _next_due(self, kinds: Collection[Job]) -> datetime:
        ahead = (work.c.kind.in_(kinds), work.c.due_at > self.clock.now)
        with self.store.engine.connect() as connection, connection.begin():
            due = connection.scalar(select(func.min(work.c.due_at)).where(*ahead))
        return due or datetime.max.replace(tzinfo=UTC)

    def until(self, day: int, hour: int, minute: int = 0, every: timedelta | None = None) -> None:
        """Let time pass until then, in March 2026 (the 2nd is a Monday)."""
        self.later(datetime(2026, 3, day, hour, minute, tzinfo=UTC) - self.clock.now, every)

    def asleep_until(self, day: int, hour: int, minute: int = 0) -> None:
        """The process is stopped until then."""
        self.clock.now = datetime(2026, 3, day, hour, minute, tzinfo=UTC)

    def waiting(self) -> list[Conversation]:
        with self.store.read(self.home.id) as tx:
            return list(tx.threads.waiting())

    def conversation(self, id: str) -> Conversation:
        with self.store.read(self.home.id) as tx:
            return tx.threads.of([id]).conversations[id]

    def all(self) -> list[Conversation]:
        """Every conversation, whatever its status."""
        with self.store.read(self.home.id) as tx:
            known = tx.threads.around("pond", list(self.pond.posts), list(self.pond.posts))
        return sorted(known.conversations.values(), key=lambda one: (one.root, one.author or ""))

    def press(self, one: Conversation, verb: Verb, by: Teammate, **also: object) -> Outcome:
        return self.triage.press(
            self.home.id,
            one.id,
            one.standing.wait,
            verb,
            by.id,
            face="test",
            **also,  # type: ignore[arg-type]
        )

    def moves(self, one: Conversation) -> list[str]:
        with self.store.read(self.home.id) as tx:
            return [move.verb for move in tx.journal.read(one.id)]

    def source(self, kind: str, account: str | None = None) -> Source:
        with self.store.read(self.home.id) as tx:
            return next(
                one for one in tx.sources.sources() if one.kind == kind and account in (None, one.account)
            )

    def sources(self) -> list[Source]:
        with self.store.read(self.home.id) as tx:
            return list(tx.sources.sources())

    def messages(self, kind: Kind) -> list[Message]:
        with self.store.read(self.home.id) as tx:
            people = tx.people.teammates()
            rings = [ring for one in people for ring in tx.messages.rings(one.id, EVER)]
        return [ring for ring in rings if ring.kind == kind]


@pytest.fixture
def pond(clock: HandClock) -> Pond:
    return Pond(clock)


@pytest.fixture
def team(store: SqlStore, workspace: Workspace, clock: HandClock, pond: Pond) -> Team:
    """Acme: Ana leads, Ben too is there; the shared account and both of theirs are known and read."""
    with store.write(workspace.id) as tx:
        ana = tx.people.save_teammate(Teammate("", "UANA", "Ana", is_lead=True))
        ben = tx.people.save_teammate(Teammate("", "UBEN", "Ben"))
        tx.people.save_handle(Handle("pond", ACME.id, "@acme", home=HOME))
        tx.people.save_handle(Handle("pond", ANA.id, "@ana", ana.id, home=HOME))
        tx.people.save_handle(Handle("pond", BEN.id, "@ben", ben.id, home=HOME))
        sources = [Source("", "pond", HOME, "mentions", "@acme", account=ACME.id)]
        sources += [Source("", "pond", HOME, "own", one.handle, account=one.id) for one in (ACME, ANA, BEN)]
        watch = tx.sources.save_watch(Watch("", "Acme", None, created_by=ana.id), sources)
        for id in watch.sources:
            tx.agenda.plan(Job.POLL, id, clock())
        tx.agenda.plan(Job.KEEP, "", clock())
    made = Team(store, workspace, clock, pond, Slack(clock), Waters(pond), ana, ben)
    made.work()
    return made
