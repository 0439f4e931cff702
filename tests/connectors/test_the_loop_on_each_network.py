"""The loop over real HTTP, with the real door, store and services, on each network that has a stand-in.

Somebody speaks to us while the network fails, our reply closes it, their answer is told, our deleted reply
opens it after its hour, as far as the connector declares that it can see; and nothing but GET, HEAD and
declared calls was sent.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.office import LiveNetworks
from bot.connectors import all_connectors
from bot.domain.model import Status, Strength, Teammate, Workspace
from bot.domain.ports import Job, Secret
from bot.domain.screens import Kind
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from bot.services.team.people import Found
from bot.store import SqlStore
from tests.conftest import HandClock
from tests.connectors import standins
from tests.connectors.standins.network import Network
from tests.connectors.standins.serving import Fault, Said
from tests.services.conftest import Slack, Team
from tests.services.pond import Pond

CONNECTORS = all_connectors()
FRAME = ("network", "serving")
ALIKE = ("devto", "lemmy", "reddit", "stackexchange", "wordpress", "youtube", "x")
"""Networks whose way of answering another one here has too; a quick run goes round with that one."""
NETWORKS = [
    pytest.param(
        name,
        made,
        id=f"{name}-{made.__name__}",
        marks=pytest.mark.thorough if further or name in ALIKE else (),
    )
    for name in sorted(
        found.name for found in pkgutil.iter_modules([str(Path(__file__).parent / "standins")])
    )
    if name not in FRAME
    for further, made in enumerate(importlib.import_module(f"{standins.__name__}.{name}").NETWORKS)
]
HOUR = timedelta(hours=1)
WAITS = (HOUR / 2, 2 * HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR)
"""As looks at a thread grow rarer, and over a night: people are told in their working hours only."""


@dataclass
class Loop:
    """One network, and a team that follows it."""

    name: str
    network: Network
    team: Team
    ledger: Ledger

    @property
    def strength(self) -> Strength:
        return self.network.proof or CONNECTORS[self.name].facts.answers

    def waiting(self) -> Any:
        (one,) = self.team.waiting()
        return one

    def now(self, id: str) -> Any:
        return self.team.conversation(id).standing

    def wait_until(self, seen: Callable[[], object]) -> None:
        """Let time pass until it is seen, or until every look there is was made."""
        for by in WAITS:
            self.team.later(by)
            if seen():
                return

    def answered(self, id: str, to: str) -> str:
        """Ana answers, and it is seen as far as the network allows."""
        reply = self.network.reply(to)
        if self.strength is Strength.NEVER:
            self.team.later(HOUR)
        else:
            self.wait_until(lambda: self.now(id).status is Status.ANSWERED or self.now(id).maybes)
        standing = self.now(id)
        if self.strength is Strength.STRONG:
            assert standing.status is Status.ANSWERED
            assert self.network.url(reply) in (None, standing.evidence[-1].url)
        elif self.strength is Strength.MAYBE:
            assert standing.maybes
            assert not standing.nudgeable
        else:
            assert standing.status is Status.OPEN
        return reply


@pytest.fixture
def database_url(sqlite_emptied: str) -> str:
    """What differs here is the network: one engine is enough."""
    return sqlite_emptied


@pytest.fixture
def loop(name: str, made: Any, store: SqlStore, workspace: Workspace, clock: HandClock) -> Iterator[Loop]:
    network: Network = made(clock)
    with network.server.running():
        ledger = Ledger(clock)
        door = Door(clock, ledger=ledger.count, loopback_origins=frozenset({network.origin}))
        try:
            networks = LiveNetworks(door, store)
            with store.write(workspace.id) as tx:
                ana = tx.people.save_teammate(Teammate("", "UANA", "Ana", is_lead=True))
                ben = tx.people.save_teammate(Teammate("", "UBEN", "Ben"))
                tx.agenda.plan(Job.KEEP, "", clock())
            team = Team(store, workspace, clock, Pond(clock), Slack(clock), networks, ana, ben)  # type: ignore[arg-type]
            follow(name, network, team)
            team.work()
            yield Loop(name, network, team, ledger)
        finally:
            door.close()


def follow(name: str, network: Network, team: Team) -> None:
    """The team adds its Watches and Ana links her account, as people do it."""
    for one in network.follows():
        team.watches.add(
            team.home.id,
            name,
            one.kind,
            one.query,
            endpoint=network.origin,
            secret=one.secret,
            by=team.ana.id,
        )
    typed = network.ana()
    if typed:
        keyed = all(query.needs_credential for query in CONNECTORS[name].facts.queries if query.ours)
        secret = network.follows()[0].secret if keyed else None
        key = Secret("", name, network.origin, secret) if secret else None
        found = CONNECTORS[name].resolve(typed, team.networks.reader(name, network.origin, key))
        team.people.keep(team.home.id, team.ana.id, Found(name, *found))


@pytest.mark.parametrize(("name", "made"), NETWORKS)
def test_from_a_mention_to_our_deleted_reply(loop: Loop) -> None:
    asked = loop.network.ask()
    loop.network.server.faults.append(Fault(".*", Said({"message": "no"}, 503), times=3))
    loop.wait_until(loop.team.waiting)
    one = loop.waiting()
    assert one.standing.nudgeable
    reply = loop.answered(one.id, asked)
    if loop.strength is Strength.STRONG:
        if loop.network.tells:
            their_answer_is_told(loop, one.id, reply)
        if loop.network.deletes:
            our_deleted_reply_opens_it(loop, one.id)
    nothing_but_reading_was_sent(loop)


def their_answer_is_told(loop: Loop, id: str, reply: str) -> None:
    thanks = loop.network.thank(reply)
    loop.wait_until(lambda: loop.team.slack.to("UANA", Kind.NEWS))
    standing = loop.now(id)
    assert standing.status is Status.OPEN
    assert standing.wait == 2
    assert len(standing.write_backs) == 1
    told = [line.conversation for news in loop.team.slack.to("UANA", Kind.NEWS) for line in news.lines]
    assert told == ([id] if loop.network.ana() else [])  # an account of the team's own is nobody's
    loop.answered(id, thanks)


def our_deleted_reply_opens_it(loop: Loop, id: str) -> None:
    standing = loop.now(id)
    deleted_at = loop.team.clock()
    for evidence in standing.evidence:
        loop.network.delete(evidence.post or "")
    loop.team.later(timedelta(minutes=59))
    assert loop.now(id).status is Status.ANSWERED
    loop.wait_until(lambda: loop.now(id).status is Status.OPEN)
    opened = loop.now(id)
    assert opened.status is Status.OPEN
    assert opened.opened_at >= deleted_at + HOUR


def nothing_but_reading_was_sent(loop: Loop) -> None:
    calls = {(call.method, call.path) for call in CONNECTORS[loop.name].facts.calls}
    written = {request for request in loop.network.server.log if request[0] not in ("GET", "HEAD")}
    assert written <= calls
    assert sum(line.count for line in loop.ledger.drain()) == len(loop.network.server.log) > 0
