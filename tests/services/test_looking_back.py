"""Once a day the last days of each place are read again, for what reading on from the cursor missed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Unavailable
from bot.domain.model import Health, Post, Source, Status
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, FACTS, MEI, ZOE, Pond

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def late(team: Team, by: object = MEI, **also: object) -> Post:
    """A mention that the network shows only after another that is younger was read."""
    post = team.pond.write(by, "@acme How?", names=(ACME,), **also)  # type: ignore[arg-type]
    team.pond.hides.add(post.id)
    team.clock.move(HOUR)
    team.pond.write(ZOE, "@acme Hello", names=(ACME,))
    team.work()
    team.clock.move(HOUR)
    team.work()
    team.pond.hides.clear()
    return post


def swept(team: Team, kind: str = "mentions", account: str | None = None) -> Source:
    """One Source after a day more, and its work."""
    team.clock.move(DAY)
    team.collect.due(team.home.id, team.source(kind, account).id)
    return team.source(kind, account)


def test_what_reading_on_missed_is_found_on_the_next_day_and_said(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    mention = late(team)
    assert {one.author for one in team.waiting()} == {ZOE.id}
    with caplog.at_level(logging.INFO, "bot.services.collecting.collect"):
        source = swept(team)
    assert {one.author for one in team.waiting()} == {ZOE.id, MEI.id}
    assert (source.missed, source.missed_at) == (1, team.clock())
    assert "1 posts had been missed" in caplog.text
    caplog.clear()
    before = team.source("mentions").cursor
    again = swept(team)
    assert again.cursor == before
    assert (again.missed_at, again.swept_at, caplog.text) == (source.missed_at, team.clock(), "")
    assert mention.id in {id for one in team.waiting() for id in one.standing.uncovered}


def test_where_nothing_was_missed_one_page_a_day_is_all_that_it_costs(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    swept(team)
    team.pond.asked.clear()
    for _ in range(20):
        team.clock.move(HOUR)
        team.collect.due(team.home.id, team.source("mentions").id)
    assert team.pond.asked.count(("fetch", "@acme")) == 20
    swept(team)
    assert team.pond.asked.count(("fetch", "@acme")) == 22
    assert team.source("mentions").missed_at is None


def test_an_answer_of_ours_that_was_missed_closes_its_question(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.work()
    team.pond.whole = False
    answer = team.pond.write(ANA, "So.", under=asked)
    team.pond.hides.add(answer.id)
    team.clock.move(HOUR)
    team.pond.write(ANA, "Good morning")
    team.work()
    team.pond.hides.clear()
    swept(team, "own", ANA.id)
    assert team.source("own", ANA.id).missed == 1
    assert [one.standing.status for one in team.all() if one.author == MEI.id] == [Status.ANSWERED]


def test_what_a_look_read_by_the_way_is_found_though_it_is_older_than_what_was_looked_at(team: Team) -> None:
    """Such a look takes it for history: it stood there before the one who waits began to speak."""
    ours = team.pond.write(ACME, "The export is here.")
    held = team.pond.write(MEI, "@acme How?", under=ours, names=(ACME,))
    team.pond.hides.add(held.id)
    team.pond.held_back.add(held.id)
    team.clock.move(HOUR)
    team.pond.write(ZOE, "@acme Hello?", under=ours, names=(ACME,))
    team.work()
    team.pond.hides.clear()
    team.pond.held_back.clear()
    (one,) = team.waiting()
    team.clock.move(HOUR)
    team.answers.look(team.home.id, [one.id], fresh=timedelta(0))
    swept(team)
    assert {one.author for one in team.waiting()} == {ZOE.id, MEI.id}


def test_what_is_older_than_the_first_reading_stays_history(team: Team) -> None:
    history = team.source("mentions").history_before
    assert history is not None
    team.pond.write(MEI, "@acme How?", names=(ACME,), created_at=history - HOUR)
    late(team)
    team.pond.write(MEI, "@acme Long ago", names=(ACME,), created_at=history - DAY, id="old")
    assert swept(team).missed == 1
    assert "old" not in {id for one in team.all() for id in one.standing.uncovered}


def test_where_each_post_that_is_read_costs_money_nothing_is_read_again(team: Team) -> None:
    team.pond.facts = replace(FACTS, prices={"post": 5_000})
    late(team)
    assert swept(team).swept_at != team.clock()
    assert {one.author for one in team.waiting()} == {ZOE.id}


def fails_from_the_second(pond: Pond) -> Callable[[str], None]:
    """Whatever is asked after the first page is not available."""

    def meanwhile(_what: str) -> None:
        if len(pond.asked) > 1:
            pond.failing["fetch @acme"] = [Unavailable("not now")]

    pond.asked.clear()
    return meanwhile


def test_that_it_cannot_look_back_is_no_trouble_of_the_place(team: Team) -> None:
    team.clock.move(DAY)
    source = team.source("mentions")
    team.pond.meanwhile = fails_from_the_second(team.pond)
    team.collect.due(team.home.id, source.id)
    after = team.source("mentions")
    assert len(team.pond.asked) == 2
    assert (after.health, after.failures, after.swept_at) == (Health.WELL, 0, team.clock())


def test_a_look_before_somebody_is_rung_looks_no_further_back(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.clock.move(DAY)
    team.pond.asked.clear()
    team.answers.look(team.home.id, [one.id for one in team.waiting()], fresh=timedelta(0))
    assert team.pond.asked.count(("fetch", "own @ana")) == 1
