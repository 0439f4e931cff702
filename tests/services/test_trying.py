"""`byhand try`: who spoke to us and never heard back, from public posts alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.connector import Ask, Page, Reader
from bot.domain.errors import ChangedFormat, Unavailable
from bot.domain.model import Author, Handle
from bot.services.measuring.tried import CUT, UNKNOWN, Progress, Result, Tried
from tests.conftest import HandClock
from tests.services.pond import ACME, ANA, HOME, MEI, ZOE, Pond, Waters, author


@pytest.fixture
def waters(pond: Pond) -> Waters:
    return Waters(pond)


def results(events: Iterator[Progress | Result], by: int = 0) -> dict[str, Result]:
    return {event.place[by]: event for event in events if isinstance(event, Result)}


def test_of_two_people_who_spoke_to_us_one_never_heard_back(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    old = pond.write(ACME, "Version 1 is out")
    pond.write(author("kim"), "Nice?", under=old)
    clock.move(timedelta(days=40))
    post = pond.write(ACME, "Version 2 is out")
    asked = pond.write(MEI, "Does it keep my tags?", under=post)
    pond.write(ACME, "It does.", under=asked)
    thanked = pond.write(ZOE, "Great, but how?", under=post)
    pond.write(author("lee"), "@zoe like this", under=thanked, names=(ZOE,))
    events = list(Tried(waters, clock).of([("pond", "@acme")]))
    (result,) = (event for event in events if isinstance(event, Result))
    assert (result.spoke, [one.author.name for one in result.unheard]) == (2, ["Zoe Okafor"])
    assert (result.days, result.problem) == (30, None)
    assert any(isinstance(event, Progress) for event in events)


def test_a_name_is_searched_for_where_there_is_no_such_account(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    pond.write(ZOE, "Has anyone tried acme?")
    found = results(Tried(waters, clock).of([("pond", "acme")]))["pond"]
    assert (found.account, found.spoke, len(found.unheard)) == (None, 1, 1)


def test_one_slow_place_holds_no_other_and_is_told_with_what_it_has(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    free = threading.Event()

    class Slow(Pond):
        def fetch(self, ask: Ask, door: Reader) -> Page:
            free.wait()
            return super().fetch(ask, door)

    waters.others["bog"] = Slow(clock, facts=replace(pond.facts, name="bog", label="Bog"))
    pond.write(ACME, "Version 2 is out")
    places = [("bog", "@acme"), ("pond", "@acme")]
    try:
        told = [
            one
            for one in Tried(waters, clock).of(places, deadline=timedelta(seconds=1))
            if isinstance(one, Result)
        ]
    finally:
        free.set()
    assert [(one.network, one.problem) for one in told] == [("pond", None), ("bog", "the time was up")]


def test_a_network_that_cannot_read_a_server_keeps_no_other_from_it(pond: Pond, clock: HandClock) -> None:
    class Deaf(Pond):
        def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
            raise ChangedFormat("this is another network's server")

    bog = Pond(clock, facts=replace(pond.facts, name="bog", label="Bog"))
    bog.write(ACME, "Version 2 is out")
    waters = Waters(Deaf(clock), {"bog": bog})
    (found,) = results(Tried(waters, clock).of([("", "@acme")])).values()
    assert (found.network, found.problem) == ("bog", None)
    (found,) = results(Tried(Waters(Deaf(clock)), clock).of([("", "@acme")])).values()
    assert (found.network, found.problem) == ("", "ChangedFormat")


def test_a_broken_place_says_so(pond: Pond, waters: Waters, clock: HandClock) -> None:
    pond.failing["fetch own @acme"] = [Unavailable("down")]
    found = results(Tried(waters, clock).of([("pond", "@acme")]))["pond"]
    assert (found.problem, found.spoke) == ("Unavailable", 0)


def test_a_thread_that_is_not_shown_whole_is_told_as_such(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    pond.write(ACME, "Version 2 is out")
    pond.whole = False
    assert results(Tried(waters, clock).of([("pond", "@acme")]))["pond"].problem == CUT


def test_many_people_under_one_post_are_counted_one_by_one(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    ours = pond.write(ACME, "Version 2 is out")
    asked = [pond.write(author(f"kim{number}"), "How?", under=ours) for number in range(12)]
    pond.write(ACME, "So.", under=asked[3])
    found = results(Tried(waters, clock).of([("pond", "@acme")]))["pond"]
    assert (found.spoke, len(found.unheard)) == (12, 11)


def test_what_cannot_be_put_together_is_told_at_once_and_not_when_the_time_is_up(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    ours = pond.write(ACME, "Version 2 is out")
    pond.write(MEI, "How?", under=ours, created_at=clock().replace(tzinfo=None))
    (found,) = results(Tried(waters, clock).of([("pond", "@acme")], deadline=timedelta(hours=9))).values()
    assert (found.problem, found.spoke) == ("it could not be read", 0)


def test_an_account_says_itself_where_it_lives(waters: Waters, clock: HandClock) -> None:
    found = results(Tried(waters, clock).of([("", "@acme"), ("", "acme")]), by=1)
    assert (found["@acme"].network, found["@acme"].problem) == ("pond", None)
    assert (found["acme"].network, found["acme"].problem) == ("", UNKNOWN)


def test_an_account_that_said_nothing_lately_is_not_searched_for_where_no_server_is_known(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    (found,) = results(Tried(waters, clock).of([("pond", "@acme")])).values()
    assert (found.about, found.spoke, found.problem, found.account) == (False, 0, None, ACME)
    assert [what for what, about in pond.asked] == ["fetch"]


def test_a_network_with_one_place_that_cannot_be_asked_is_told_beside_the_one_that_knows(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    class Down(Pond):
        def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
            raise Unavailable("down")

    pond.write(ACME, "Version 2 is out")
    waters.others["bog"] = Down(clock, facts=replace(pond.facts, name="bog", label="Bog", home=HOME))
    told = [one for one in Tried(waters, clock).of([("", "@acme")]) if isinstance(one, Result)]
    assert {(one.network, one.problem) for one in told} == {("pond", None), ("bog", "Unavailable")}


def test_a_server_that_only_seemed_to_be_a_networks_is_not_told_beside_the_one_that_knows(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    pond.write(ACME, "Version 2 is out")
    bog = waters.others["bog"] = Pond(clock, facts=replace(pond.facts, name="bog", label="Bog"))
    bog.failing["fetch own @acme"] = [ChangedFormat("this is another network's server")]
    told = [one for one in Tried(waters, clock).of([("", "@acme")]) if isinstance(one, Result)]
    assert [(one.network, one.problem) for one in told] == [("pond", None)]
    alone = [one for one in Tried(Waters(bog), clock).of([("", "@acme")]) if isinstance(one, Result)]
    assert [(one.network, one.problem) for one in alone] == [("", "ChangedFormat")]


def test_of_the_time_before_only_what_was_said_and_answered_in_it_counts_with_replies_of_each_of_us(
    pond: Pond, waters: Waters, clock: HandClock
) -> None:
    """Two heard back then, one only later; and what was said later is no matter of that time."""
    post = pond.write(ACME, "Version 2 is out")
    asked = [pond.write(author(name), "How?", under=post) for name in ("kim", "lee", "max")]
    clock.move(timedelta(hours=3))
    pond.write(ACME, "So.", under=asked[0])
    pond.write(ANA, "So.", under=asked[1])
    clock.move(timedelta(hours=3))
    then = clock()
    clock.move(timedelta(hours=3))
    pond.write(ACME, "So.", under=asked[2])
    pond.write(author("zed"), "And now?", under=post)
    ana = Handle("pond", ANA.id, ANA.handle, "ana", since=clock())
    tried = Tried(waters, lambda: then, [ana])
    (result,) = (event for event in tried.of([("pond", "@acme")]) if isinstance(event, Result))
    assert (result.spoke, [one.author.id for one in result.unheard]) == (3, [author("max").id])
    assert result.waited == (timedelta(hours=3), timedelta(hours=3))
