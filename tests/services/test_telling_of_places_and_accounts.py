"""What one person is told beside conversations: a key works again, a first look, an unknown account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.connector import Broken
from bot.domain.errors import NeedsSignIn, Unavailable
from bot.domain.model import Author, Post, Status, Verb
from bot.domain.ports import Job
from bot.domain.screens import Kind, Screen
from bot.services.telling.asides import asides
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, MEI, ZOE, author

HOUR = timedelta(hours=1)
CODES = author("ana_codes")


def answered_by(team: Team, by: Author, *people: Author) -> list[Post]:
    """Each of these asks us something, and the account replies to each."""
    asked = [team.pond.write(one, "@acme How?", names=(ACME,)) for one in people]
    return [team.pond.write(by, "So.", under=post) for post in asked]


def asked(team: Team, where: str = "UANA") -> list[Screen]:
    return team.slack.to(where, Kind.IS_ONE_OF_US)


def died(team: Team) -> str:
    """The key of the mentions is refused, and Ana, who connected them, is told."""
    source = team.source("mentions")
    team.pond.failing["fetch @acme"] = [NeedsSignIn("401")]
    team.until(2, 10)
    assert len(team.slack.to("UANA", Kind.SIGN_IN)) == 1
    return source.id


def mended(team: Team, source: str) -> None:
    team.pond.failing.clear()
    with team.store.write(team.home.id) as tx:
        found = tx.sources.source(source)
        assert found is not None
        tx.sources.save_source(replace(found, health=found.health.WELL, problem=None))
        tx.agenda.plan(Job.POLL, source, team.clock())


def test_a_dead_key_is_told_also_while_the_clock_runs(team: Team) -> None:
    """What is due now was due a moment after the moment at which that was asked: nobody was ever told that a
    network refuses their key, and the question was asked anew every second."""
    source = team.source("mentions").id
    team.until(2, 10)
    team.pond.failing["fetch @acme"] = [NeedsSignIn("401")]
    team.collect.poll(team.home.id, source)
    running = replace(team.remind, clock=lambda: team.clock.move(timedelta(milliseconds=1)))
    again = running.see(team.home.id, team.ana.id)
    assert len(team.slack.to("UANA", Kind.SIGN_IN)) == 1
    assert again is None or again > team.clock() + timedelta(minutes=1)


def test_who_was_told_that_a_key_died_is_told_once_that_it_works_again(team: Team) -> None:
    since = team.source("mentions").last_success
    source = died(team)
    asking = [team.pond.write(author(f"a{n}"), "@acme How?", names=(ACME,)) for n in range(3)]
    team.pond.write(ANA, "So.", under=asking[0])
    mended(team, source)
    team.until(3, 12)
    (back,) = team.slack.to("UANA", Kind.BACK)
    assert (back.place, back.since, back.total, back.answered, back.carried) == ("Pond", since, 3, 1, 2)
    assert not back.gap
    team.until(9, 12)
    assert len(team.slack.to("UANA", Kind.BACK)) == 1
    assert not team.slack.to("UBEN", Kind.BACK)
    with team.store.read(team.home.id) as tx:
        assert not list(asides(tx, team.networks, team.ana, team.clock()))


def test_whoever_hears_that_a_key_works_again_hears_that_posts_of_that_time_are_missing(team: Team) -> None:
    source = died(team)
    team.pond.broken = (Broken("", "more came at once than one poll reads"),)
    mended(team, source)
    team.until(3, 12)
    (back,) = team.slack.to("UANA", Kind.BACK)
    assert back.gap


def test_while_the_pages_of_an_absence_follow_each_other_nothing_is_told(team: Team) -> None:
    source = died(team)
    mended(team, source)
    team.collect.poll(team.home.id, source)
    with team.store.read(team.home.id) as tx:
        (back,) = asides(tx, team.networks, team.ana, team.clock())
    assert (back.kind, back.at) == (Kind.BACK, team.clock() + timedelta(seconds=30))


def test_who_was_never_told_hears_nothing_when_it_works_again(team: Team) -> None:
    source = team.source("mentions")
    team.pond.failing["fetch @acme"] = [NeedsSignIn("401")]
    team.collect.poll(team.home.id, source.id)
    mended(team, source.id)
    team.until(4, 12)
    assert (team.slack.to("UANA", Kind.SIGN_IN), team.slack.to("UANA", Kind.BACK)) == ([], [])


def test_a_key_that_dies_twice_is_told_of_twice(team: Team) -> None:
    for day in (4, 6):
        source = died_again(team)
        mended(team, source)
        team.until(day, 12)
    assert len(team.slack.to("UANA", Kind.BACK)) == 2


def died_again(team: Team) -> str:
    source = team.source("mentions")
    team.pond.failing["fetch @acme"] = [NeedsSignIn("401")]
    team.later(timedelta(hours=24))
    return source.id


def test_an_unknown_account_that_answers_two_people_is_asked_about_once(team: Team) -> None:
    replies = answered_by(team, CODES, MEI, ZOE)
    team.until(3, 12)
    (screen,) = asked(team)
    assert screen.news is not None
    assert (screen.news.id, screen.total, screen.place, screen.live) == (replies[0].id, 2, "Pond", True)
    answered_by(team, CODES, author("kim"), author("lee"))
    team.until(5, 12)
    assert (len(asked(team)), len(asked(team, "UBEN"))) == (1, 0)


def test_yes_links_the_account_as_proved_and_what_it_answered_is_answered(team: Team) -> None:
    answered_by(team, CODES, MEI, ZOE)
    team.until(3, 12)
    (message,) = team.messages(Kind.IS_ONE_OF_US)
    assert len(team.waiting()) == 2
    handle = team.people.recognize(team.home.id, message, team.ben.id)
    assert handle is not None
    assert (handle.author_id, handle.teammate, handle.proved) == (CODES.id, team.ben.id, True)
    assert team.waiting() == []
    assert all(one.standing.status == Status.ANSWERED for one in team.all() if one.author in (MEI.id, ZOE.id))
    team.work()
    stands = next(one for one in team.slack.standing.values() if one.kind == Kind.IS_ONE_OF_US)
    assert (stands.live, stands.linked_to) == (False, "Ben")
    assert team.source("own", CODES.id).account == CODES.id


def test_no_links_nothing_and_is_never_asked_again(team: Team) -> None:
    answered_by(team, CODES, MEI, ZOE)
    team.until(3, 12)
    (message,) = team.messages(Kind.IS_ONE_OF_US)
    assert team.people.recognize(team.home.id, message, None) is None
    answered_by(team, CODES, author("kim"), author("lee"))
    team.until(5, 12)
    assert len(asked(team)) == 1
    stands = next(one for one in team.slack.standing.values() if one.kind == Kind.IS_ONE_OF_US)
    assert (stands.live, stands.linked_to) == (False, None)
    assert len(team.waiting()) == 4


def test_yes_while_the_network_is_away_links_the_account_all_the_same(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered_by(team, CODES, MEI, ZOE)
    team.until(3, 12)
    (message,) = team.messages(Kind.IS_ONE_OF_US)

    def away(*_: object) -> object:
        raise Unavailable("down")

    monkeypatch.setattr(team.pond, "resolve", away)
    handle = team.people.recognize(team.home.id, message, team.ana.id)
    assert handle is not None
    assert (handle.home, team.waiting()) == (None, [])


def test_what_people_closed_as_answered_counts_too(team: Team) -> None:
    answered_by(team, CODES, MEI)
    team.later(HOUR)
    (first,) = team.waiting()
    team.press(first, Verb.ALREADY, team.ben)
    answered_by(team, CODES, ZOE)
    team.until(3, 12)
    assert len(asked(team)) == 1


def test_nobody_is_asked_at_night_nor_about_one_reply_a_bot_or_somebody_who_asks_us(team: Team) -> None:
    answered_by(team, author("one"), MEI)
    answered_by(team, replace(CODES, id="id-robot", is_bot=True), MEI, ZOE)
    answered_by(team, author("helper"), MEI, ZOE)
    team.pond.write(author("helper"), "@acme And mine?", names=(ACME,))
    team.until(4, 12)
    assert asked(team) == []


def test_it_waits_for_the_hours_of_the_lead(team: Team) -> None:
    team.until(2, 18)
    answered_by(team, CODES, MEI, ZOE)
    team.until(3, 7)
    assert asked(team) == []
    team.until(3, 12)
    assert len(asked(team)) == 1


def test_who_connects_a_place_is_told_once_what_stood_there(team: Team) -> None:
    for name in ("kim", "lee", "mo"):
        team.pond.write(author(name), "@ana_codes How?", names=(CODES,))
    team.pond.write(CODES, "So.", under=next(iter(team.pond.posts.values())))
    team.later(HOUR)
    team.watches.add(team.home.id, "pond", "mentions", "@ana_codes", by=team.ben.id)
    team.until(3, 12)
    team.pond.write(author("nia"), "@ana_codes And now?", names=(CODES,))
    team.until(6, 12)
    (told,) = team.slack.to("UBEN", Kind.BASELINE)
    assert (told.place, told.total, told.carried) == ("Pond", 3, 2)
    assert team.slack.to("UANA", Kind.BASELINE) == []


def test_what_stood_there_is_told_too_where_a_place_was_first_read_long_after_it_was_connected(
    team: Team,
) -> None:
    for name in ("kim", "lee", "mo"):
        team.pond.write(author(name), "@ana_codes How?", names=(CODES,))
    team.later(HOUR)
    team.watches.add(team.home.id, "pond", "mentions", "@ana_codes", by=team.ben.id)
    team.asleep_until(4, 10)
    team.later(HOUR)
    (told,) = team.slack.to("UBEN", Kind.BASELINE)
    assert (told.total, told.carried) == (3, 3)
