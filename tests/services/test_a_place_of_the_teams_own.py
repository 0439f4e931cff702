"""Where all that is said in a place waits, whoever the network counts among its people is a colleague."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.model import Source, Watch
from bot.domain.ports import Job
from bot.services.team.unlink import Unlink
from tests.services.conftest import Team
from tests.services.pond import ANA, HOME, MEI, ZOE, author

CHIDI = author("chidi")
SOON = timedelta(minutes=40)


@pytest.fixture
def place(team: Team) -> Team:
    """The team follows the place called acme as its own."""
    with team.store.write(team.home.id) as tx:
        room = Source("", "pond", HOME, "room", "pond.example/acme")
        (id,) = tx.sources.save_watch(Watch("", "Acme", None, created_by=team.ana.id), [room]).sources
        tx.agenda.plan(Job.POLL, id, team.clock())
    team.work()
    return team


def waiting(team: Team) -> list[str | None]:
    return sorted(one.author or "" for one in team.waiting())


def test_what_a_colleague_writes_whom_nobody_linked_waits_for_nobody(place: Team) -> None:
    asked = place.pond.write(MEI, "How do I export?")
    place.pond.write(CHIDI, "How should we call it?", member_of="acme")
    place.later(SOON)
    assert waiting(place) == [MEI.id]
    reply = place.pond.write(ANA, "So.", under=asked)
    place.pond.write(CHIDI, "Or so?", under=reply, member_of="acme")
    place.later(SOON)
    assert waiting(place) == []


def test_elsewhere_they_are_as_anybody_else(place: Team) -> None:
    asked = place.pond.write(MEI, "How do I export?")
    place.later(SOON)
    reply = place.pond.write(ANA, "So.", under=asked)
    place.pond.write(CHIDI, "Or so?", under=reply, member_of="other")
    place.later(SOON)
    assert waiting(place) == [CHIDI.id]


def test_whoever_goes_on_below_a_colleague_speaks_to_us_also_when_theirs_was_read_long_before(
    place: Team,
) -> None:
    asked = place.pond.write(MEI, "How do I export?")
    reply = place.pond.write(ANA, "So.", under=asked)
    more = place.pond.write(CHIDI, "Or so.", under=reply, member_of="acme")
    place.later(SOON)
    place.pond.write(ZOE, "And on Linux?", under=more)
    place.later(SOON)
    assert waiting(place) == [ZOE.id]


def test_a_colleague_whose_link_is_taken_back_waits_for_nobody_there(place: Team) -> None:
    place.people.link(place.home.id, place.ben.id, "@chidi")
    asked = place.pond.write(MEI, "How do I export?")
    place.later(SOON)
    reply = place.pond.write(ANA, "So.", under=asked)
    place.pond.write(CHIDI, "Or so?", under=reply, member_of="acme")
    place.later(SOON)
    Unlink(place.store, place.networks, place.clock).account(place.home.id, "pond", "@chidi", left=None)
    assert waiting(place) == []


def test_a_link_that_somebody_adds_brings_no_colleague_onto_the_list_but_whom_it_leads_to(
    place: Team,
) -> None:
    asked = place.pond.write(MEI, "How do I export?", created_at=place.clock() - timedelta(days=60))
    reply = place.pond.write(ANA, "So.", under=asked)
    more = place.pond.write(CHIDI, "Or so?", under=reply, member_of="acme")
    place.add.link(place.home.id, asked.url, place.ana.id)
    assert CHIDI.id not in waiting(place)
    place.add.link(place.home.id, more.url, place.ana.id)
    assert CHIDI.id in waiting(place)
