"""What a network shows late, and reading on passes over, is found when the last days are read again; for each
query of each connector, by its own cases over real HTTP. What is never read again says so by its prices."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.app.office import LiveNetworks
from bot.domain.model import Handle, Lane, Source, Watch, Workspace
from bot.domain.ports import Secret
from bot.reading.door import Door
from bot.services.collecting.collect import Collect
from bot.store import SqlStore
from bot.store.tables.posts import post
from tests.conftest import HandClock
from tests.connectors.fakes import NOW, Case, StandIn, stand_in
from tests.connectors.test_contract import CASES, CONNECTORS, rows_of

pytestmark = pytest.mark.connects

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SWEPT = [case for case in CASES if not CONNECTORS[case.network].facts.prices]
FIRST = {case.network: case for case in reversed(SWEPT)}
each_swept = pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{case.network}-{case.ask.kind}",
            marks=() if case is FIRST[case.network] else pytest.mark.thorough,
        )
        for case in SWEPT
    ],
)
"""In a quick run the first query of each network stands for its others."""


@dataclass
class Place:
    """One query of one network, followed by a team."""

    case: Case
    network: StandIn
    store: SqlStore
    home: str
    collect: Collect
    source: str

    def shows(self, rows: dict[int, Any]) -> None:
        """From now on the network shows these."""
        served = self.case.serve(self.network.origin, rows)
        self.network.replies = {url.removeprefix(self.network.origin): reply for url, reply in served.items()}

    def read(self) -> Source:
        """The work of POLL; the Source as it is then."""
        self.collect.due(self.home, self.source)
        with self.store.read(self.home) as tx:
            found = tx.sources.source(self.source)
        assert found is not None
        assert found.failures == 0
        return found

    def stored(self) -> int:
        """How many posts."""
        with self.store.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(post)) or 0


@pytest.fixture
def database_url(sqlite_emptied: str) -> str:
    """What differs here is the network: one engine is enough."""
    return sqlite_emptied


@pytest.fixture
def place(case: Case, store: SqlStore, workspace: Workspace, clock: HandClock) -> Iterator[Place]:
    clock.now = NOW
    with stand_in() as network, live(network, store, clock) as networks:
        made = Place(case, network, store, workspace.id, Collect(store, networks, clock), "")
        made.shows(rows_of(case, 100))
        made.source = followed(made, networks)
        yield made


@contextmanager
def live(network: StandIn, store: SqlStore, clock: HandClock) -> Iterator[LiveNetworks]:
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # nothing here is encrypted
    origins = frozenset({network.origin})
    door = Door(clock, loopback_origins=origins, ledger=lambda *_: None, ssl_context=nobody)
    try:
        yield LiveNetworks(door, store)
    finally:
        door.close()


def followed(place: Place, networks: LiveNetworks) -> str:
    """The Source, for which whatever it finds waits; what our account writes is by whoever wrote it here."""
    case, origin = place.case, place.network.origin
    connector, asked = CONNECTORS[case.network], replace(case.ask, endpoint=origin)
    query = next(one for one in connector.facts.queries if one.kind == asked.kind)
    value = case.key or ("a-stand-in-token" if query.needs_credential else "")
    with place.store.write(place.home) as tx:
        key = Secret("", case.network, origin, value, session=case.session, workspace=place.home)
        secret = tx.sources.save_secret(key) if value else None
        source = Source("", case.network, origin, asked.kind, asked.query, account=asked.account)
        source = replace(source, credential=secret.id if secret else None)
        (id,) = tx.sources.save_watch(Watch("", "Acme", Lane.TO_US), [source]).sources
    if query.ours:
        page = connector.fetch(asked, networks.reader(case.network, origin, secret))
        with place.store.write(place.home) as tx:
            tx.people.save_handle(Handle(case.network, page.posts[-1].author.id, "@acme", home=origin))
    return id


@each_swept
def test_what_came_late_is_read_when_it_came_or_found_when_the_last_days_are_read_again(
    place: Place, clock: HandClock
) -> None:
    case, late = place.case, 3
    place.shows(rows_of(case, 100, 101, 105))
    place.read()
    at_first = place.stored()
    clock.move(HOUR)
    place.shows(rows_of(case, *range(100, 106)))
    place.read()
    missed = at_first + late - place.stored()
    clock.move(DAY)
    after = place.read()
    assert place.stored() == at_first + late
    assert after.missed == missed
    assert (after.missed_at == clock()) is bool(missed)


@pytest.mark.parametrize("case", [case for case in SWEPT if case.ask.kind == "hashtag"])
def test_a_post_that_came_late_is_found_under_a_busy_hashtag_too(place: Place, clock: HandClock) -> None:
    """Its number lies before many that were read: it was written on a server that was slow to tell of it."""
    place.read()
    busy = rows_of(place.case, *range(100, 220))
    place.shows({number: row for number, row in busy.items() if number != 105})
    clock.move(HOUR)
    place.read()
    place.shows(busy)
    clock.move(DAY)
    assert place.read().missed == 1
