"""Whatever happens on a network and to it, in the end just those wait here who wait by the network's own log,
for each kind of network, over real HTTP; the referee says so."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.app.office import LiveNetworks
from bot.cli.export import write
from bot.domain.model import Teammate, Verb, Workspace
from bot.domain.ports import Posted
from bot.domain.screens import Screen
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from bot.store import SqlStore
from bot.store.tables.schedule import ledger
from tests import canaries
from tests.chronicle import Chronicle
from tests.conftest import HandClock
from tests.connectors.standins.serving import Fault, Said
from tests.connectors.test_the_loop_on_each_network import follow
from tests.e2e.kinds import KINDS, OF_A_KIND, OFTEN_PLAYED
from tests.e2e.kinds.lived import Lived
from tests.referee import judge
from tests.referee.lines import Verdict
from tests.services.conftest import Slack, Team
from tests.services.pond import Pond

pytestmark = pytest.mark.connects

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
JUDGED = frozenset({1, 2, 6, 12, 13, 15})
NUMBERS = count(1)
PASSES = (1, 7, 11, 31, 61, 90, 300)
FAULTS = (
    Fault(".*", Said({"error": "down"}, 500), times=3),
    Fault(".*", Said({"error": "slow down"}, 429, {"Retry-After": "900"})),
    Fault(".*", Said(b"<!doctype html><p>Bad gateway", headers={"Content-Type": "text/html"}), times=2),
    Fault(".*", Said({"error": "not here"}, 404)),
    Fault(".*", cut=True, times=2),
)


@dataclass
class Told(Slack):
    """A Slack that takes everything, and notes what it took beside what the network was asked."""

    log: Chronicle = field(kw_only=True)

    def post(self, workspace: Workspace, where: str, screen: Screen) -> Posted:
        posted = super().post(workspace, where, screen)
        self.log.rang(where, posted.channel, posted.ts)
        return posted


@dataclass
class Life:
    """A team, one network, and whatever happens there."""

    store: SqlStore
    clock: HandClock
    network: Lived
    door: Door
    counts: Ledger

    def __post_init__(self) -> None:
        self.home = self.store.add_workspace(Workspace("", team=f"T{next(NUMBERS)}", name="Acme"))
        networks = LiveNetworks(self.door, self.store)
        with self.store.write(self.home.id) as tx:
            ana = tx.people.save_teammate(Teammate("", "UANA", "Ana"))
            ben = tx.people.save_teammate(Teammate("", "UBEN", "Ben"))
        given = (self.store, self.home, self.clock, Pond(self.clock), Told(self.clock, log=self.network.log))
        self.team = Team(*given, networks, ana, ben)  # type: ignore[arg-type]
        # Where nothing is left, nobody can tell a post that is gone from a server that fails: this stays.
        self.stays = self.network.speak("acme")
        self.network.speak("mei")
        self.clock.move(2 * DAY)
        follow(self.network.name, self.network, self.team)
        with self.store.read(self.home.id) as tx:
            sources = sorted(tx.sources.sources(), key=lambda one: (one.kind, one.query))
        self.sources = [one.id for one in sources]
        self.team.work()

    # ---- what happens, drawn by number

    def happens(self, what: str, which: int, who: int, named: int) -> None:
        self.clock.move(timedelta(seconds=1))
        if what in ("ask", "chat"):
            self.network.speak(self._one_of(self.network.them, who), names="acme" if what == "ask" else "")
        elif what in ("follow", "answer", "edit", "delete", "restore"):
            self._to_a_post(what, which, who, named)
        else:
            self._to_the_bot(what, which, who)

    def _to_a_post(self, what: str, which: int, who: int, named: int) -> None:
        net = self.network
        theirs = [id for id, by in net.here.items() if by in net.them]
        chosen = {
            "follow": list(net.here),
            "answer": theirs,
            "edit": theirs,
            "delete": [id for id in net.here if net.may_go(id) and id != self.stays],
            "restore": list(net.gone) if net.restores else [],
        }[what]
        if not chosen:
            return
        id = chosen[-1 - which % len(chosen)]
        match what:
            case "follow":
                net.speak(self._one_of(net.them, who), id, names="acme" if named else "")
            case "answer":
                net.speak(self._one_of(net.us, who), id, names=net.here[id] if named else "")
            case "edit":
                net.edit(id, "acme" if named else "")
            case "delete":
                net.remove(id)
            case _:
                net.restore(id)

    def _to_the_bot(self, what: str, which: int, who: int) -> None:
        match what:
            case "fail":
                fault = FAULTS[which % len(FAULTS)]
                self.network.server.faults.append(replace(fault, meanwhile=self.network.log.failed))
            case "meanwhile":
                event = ("answer", "follow", "delete", "ask")[which % 4]
                self.network.server.faults.append(
                    Fault(".*", meanwhile=lambda: self.happens(event, which // 4, who, 0))
                )
            case "heal":
                self.network.server.faults.clear()
            case "poll":
                self.team.collect.due(self.home.id, self.sources[which % len(self.sources)])
            case "look":
                self._look()
            case "press":
                self._press((Verb.CLAIM, Verb.ELSEWHERE, Verb.NOT_NEEDED, Verb.CLAIM)[who % 4], which)
            case _:
                self.clock.move(PASSES[which % len(PASSES)] * MINUTE)
                self.team.work()

    def _press(self, verb: Verb, which: int) -> None:
        found = self._followed()
        if found:
            one = found[which % len(found)]
            self.team.triage.press(
                self.home.id, one.id, one.standing.wait, verb, self.team.ana.id, face="test"
            )

    def _followed(self) -> list[Any]:
        with self.store.read(self.home.id) as tx:
            found = tx.threads.followed(self.network.name, self.clock() - 30 * DAY)
        return sorted(found, key=lambda one: (one.created_at, one.root))

    def _look(self) -> None:
        self.team.answers.look(self.home.id, [one.id for one in self._followed()], fresh=timedelta(0))

    def _poll_all(self) -> None:
        for source in self.sources:
            self.team.collect.due(self.home.id, source)

    def _one_of(self, people: tuple[str, ...], who: int) -> str:
        return people[who % len(people)]

    def end(self) -> None:
        """All is well again, for a day; then some looks: what is gone is missed twice, and after an hour a
        reply that is gone answers nothing."""
        self.network.server.faults.clear()
        self.clock.move(DAY)
        self._poll_all()
        for minutes in (0, 11, 61, 11, 11, 61, 11):
            self.clock.move(minutes * MINUTE)
            self._look()

    def judged(self, folder: Path) -> Verdict:
        """What the referee says of it."""
        self.store.count_requests(self.counts.drain())
        self.network.log.save(folder)
        write(self.store, self.home.id, folder)
        verdict = judge(folder, folder, only=JUDGED)
        canaries.COUNTED.update(verdict.judged | {f"rule {number}": 1 for number in JUDGED} | {"runs": 1})
        return verdict


OFTEN = ("ask", "follow", "answer", "delete", "look")
BOT = ("poll", "time")
WHAT = (*OFTEN, *OFTEN, *BOT, *BOT, *BOT, "chat", "edit", "restore", "press", "fail", "meanwhile", "heal")
EDITED = (
    *(("edit", 0, 0, 1), ("edit", 0, 0, 0), ("poll", 0, 0, 0), ("ask", 0, 1, 0), ("poll", 0, 0, 0)),
    *(("press", 0, 0, 0), ("time", 6, 0, 0), ("answer", 0, 1, 0), ("poll", 2, 0, 0), ("press", 0, 1, 0)),
    *(("follow", 0, 0, 0), ("time", 4, 0, 0)),
    *(("look", 0, 0, 0), ("answer", 0, 1, 1), ("look", 0, 0, 0), ("delete", 0, 0, 0), ("time", 4, 0, 0)),
)
"""An older post is edited to name us, and edited again; Ana is reminded, answers, and takes that back."""
TROUBLED = (
    *(("ask", 0, 0, 0), ("fail", 4, 0, 0), ("poll", 0, 0, 0), ("chat", 0, 1, 0), ("answer", 0, 2, 0)),
    *(("ask", 0, 0, 0), ("fail", 0, 0, 0), ("poll", 0, 0, 0), ("heal", 0, 0, 0), ("poll", 0, 0, 0)),
    *(("follow", 0, 1, 0), ("answer", 0, 0, 0), ("meanwhile", 1, 0, 0), ("look", 0, 0, 0)),
    *(("delete", 1, 0, 0), ("look", 0, 0, 0), ("time", 2, 0, 0), ("look", 0, 0, 0), ("restore", 0, 0, 0)),
    *(("fail", 1, 0, 0), ("poll", 0, 0, 0), ("ask", 0, 1, 0), ("follow", 1, 0, 0), ("answer", 0, 1, 0)),
    *(("chat", 0, 0, 0), ("answer", 0, 0, 0), ("follow", 0, 1, 1), ("poll", 0, 0, 0), ("delete", 0, 0, 0)),
)
"""People go on while the network fails; somebody stands between, and comes back."""
ANSWERS_WHAT_IS_GONE = (
    *(("ask", 0, 0, 0), ("answer", 0, 0, 0), ("follow", 0, 1, 0), ("delete", 1, 0, 0), ("poll", 0, 0, 0)),
    *(("poll", 1, 0, 0), ("look", 0, 0, 0), ("time", 4, 0, 0)),
)
"""Kim writes below a reply of ours, which is gone before anybody read either."""
NAMES_US_BELOW_AN_ANSWER = (
    *(("ask", 0, 0, 0), ("poll", 0, 0, 0), ("answer", 0, 0, 0), ("follow", 0, 0, 0), ("follow", 0, 1, 1)),
    *(("poll", 0, 0, 0), ("poll", 1, 0, 0), ("look", 0, 0, 0), ("chat", 0, 0, 0), ("follow", 0, 1, 1)),
    *(("poll", 0, 0, 0), ("poll", 1, 0, 0), ("look", 0, 0, 0)),
)
"""Mei writes back to our reply, and below that Kim calls us by our name; then below what Mei says anew."""
NAMES_US_BELOW_WHO_NAMED_US = (
    *(("follow", 0, 1, 1), ("ask", 0, 0, 0), ("follow", 0, 1, 1), ("poll", 0, 0, 0), ("poll", 1, 0, 0)),
)
"""Kim calls us below an old post of Mei's, and below one that calls us itself: where a reply names nobody by
itself that is a call of Kim's own."""
ANSWERED_BEFORE_IT_IS_READ = (
    *(("follow", 1, 1, 0), ("answer", 0, 1, 1), ("follow", 0, 1, 0), ("answer", 0, 1, 0), ("time", 4, 0, 0)),
)
"""Kim writes back to Ana, who has answered that too when all of it is first read."""
A_COLLEAGUE_ADDS_TO_IT = (
    *(("ask", 0, 0, 0), ("poll", 0, 0, 0), ("poll", 1, 0, 0), ("answer", 0, 1, 0), ("answer", 0, 2, 0)),
    *(("look", 0, 0, 0), ("time", 4, 0, 0), ("follow", 0, 0, 0), ("time", 4, 0, 0)),
)
"""Ana answers, Chidi, whom nobody linked, says more right below, and Mei goes on below that."""
HAPPENS = st.tuples(st.sampled_from(WHAT), st.integers(0, 59), st.integers(0, 5), st.integers(0, 1))


@pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.thorough)], indirect=True
)
@pytest.mark.parametrize(
    "kind", [pytest.param(one, marks=() if one in OFTEN_PLAYED else pytest.mark.thorough) for one in KINDS]
)
def test_in_the_end_the_referee_finds_that_just_those_wait_who_wait_by_the_networks_own_log(
    store: SqlStore, kind: type[Lived], request: pytest.FixtureRequest, clock: HandClock, tmp_path: Path
) -> None:
    @contextmanager
    def life() -> Iterator[Life]:
        clock.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        emptied(store)
        network, counts = kind(clock), Ledger(clock)
        with network.server.running():
            door = Door(
                clock, ledger=counts.count, loopback_origins=frozenset({network.origin}),
                ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            )  # fmt: skip
            try:
                yield Life(store, clock, network, door, counts)
            finally:
                door.close()

    many = (60 if kind in OF_A_KIND else 20) if request.config.getoption("--examples") == "full" else 1
    whatever(life, many, tmp_path)


def emptied(store: SqlStore) -> None:
    """Nothing is counted yet: a network of an earlier story may have stood on the same port."""
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(delete(ledger))


def whatever(life: Callable[[], Any], many: int, folder: Path) -> None:
    @settings(
        max_examples=many, deadline=None, derandomize=True, database=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(HAPPENS, min_size=10, max_size=40))
    @example(EDITED)
    @example(TROUBLED)
    @example(ANSWERS_WHAT_IS_GONE)
    @example(NAMES_US_BELOW_AN_ANSWER)
    @example(NAMES_US_BELOW_WHO_NAMED_US)
    @example(ANSWERED_BEFORE_IT_IS_READ)
    @example(A_COLLEAGUE_ADDS_TO_IT)
    def lives(story: Sequence[tuple[str, int, int, int]]) -> None:
        with life() as one:
            for event in story:
                one.happens(*event)
            one.end()
            verdict = one.judged(folder / str(next(NUMBERS)))
            assert not verdict.breaches, str(verdict)

    lives()
