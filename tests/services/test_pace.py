"""How often places are read over days, and that nobody waits unseen because a place is read seldom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import RateLimited
from bot.domain.model import Status
from bot.domain.ports import Job
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, BEN, MEI

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def quiet_for(team: Team, silence: timedelta) -> None:
    """Nobody wrote anywhere for so long, as far as is known."""
    with team.store.write(team.home.id) as tx:
        for source in tx.sources.sources():
            tx.sources.save_source(replace(source, last_post=team.clock() - silence))
            tx.agenda.replan(Job.POLL, source.id, team.clock())
    team.pond.asked.clear()


def read(team: Team, what: str) -> int:
    """How often something was fetched."""
    return team.pond.asked.count(("fetch", what))


def due(team: Team, account: str) -> timedelta:
    """In how long our account's own posts are read again."""
    planned = team.store.planned(team.home.id, Job.POLL)
    return planned[team.source("own", account).id] - team.clock()


def test_a_place_that_was_quiet_for_a_month_is_read_daily_though_the_house_is_kept_every_hour(
    team: Team,
) -> None:
    quiet_for(team, 31 * DAY)
    team.later(3 * DAY)
    assert 5 <= read(team, "@acme") <= 8  # each time on from where it stood, and the last days again


def test_where_somebody_waits_our_own_posts_are_read_at_the_usual_pace(team: Team) -> None:
    quiet_for(team, 31 * DAY)
    team.work()
    assert due(team, ANA.id) >= DAY
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.later(5 * MINUTE)
    assert all(due(team, one.id) <= 33 * MINUTE for one in (ACME, ANA, BEN))


def test_an_answer_closes_its_question_within_the_hour_though_we_had_not_written_for_a_month(
    team: Team,
) -> None:
    quiet_for(team, 31 * DAY)
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.later(8 * 60 * MINUTE)
    team.pond.write(ANA, "So.", under=asked)
    team.clock.move(40 * MINUTE)
    team.work()
    assert [one.standing.status for one in team.all()] == [Status.ANSWERED]


def test_what_a_look_just_read_is_not_read_again_at_the_time_planned_before(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    with team.store.write(team.home.id) as tx:
        tx.agenda.replan(Job.POLL, team.source("own", ANA.id).id, team.clock() + 2 * MINUTE)
    team.clock.move(MINUTE)
    team.answers.look(team.home.id, [one.id for one in team.waiting()], fresh=timedelta(0))
    assert due(team, ANA.id) > 20 * MINUTE


def test_where_the_limit_is_used_up_by_a_good_answer_it_is_read_when_that_begins_anew(team: Team) -> None:
    team.networks.until = team.clock() + 50 * MINUTE
    due = team.collect.poll(team.home.id, team.source("mentions").id)
    assert (due, team.source("mentions").blocked_until) == (team.networks.until, team.networks.until)
    team.networks.until = None
    team.collect.poll(team.home.id, team.source("mentions").id)
    assert team.source("mentions").blocked_until is None


def test_what_a_look_was_asked_to_wait_is_kept_for_the_next_process(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    until = team.clock() + 50 * MINUTE
    team.pond.failing["thread"] = [RateLimited("slow down", until)]
    team.answers.look(team.home.id, [one.id for one in team.waiting()], fresh=timedelta(0))
    assert team.source("mentions").blocked_until == until


def test_where_nobody_waits_our_own_posts_are_read_as_seldom_as_any_place(team: Team) -> None:
    quiet_for(team, 8 * DAY)
    team.work()
    assert due(team, ANA.id) >= 5 * 60 * MINUTE


def test_what_a_clock_that_was_ahead_planned_a_year_from_now_comes_within_days(team: Team) -> None:
    source = team.source("mentions").id
    with team.store.write(team.home.id) as tx:
        tx.agenda.replan(Job.POLL, source, team.clock() + 365 * DAY)
        tx.agenda.replan(Job.DIGEST, "C100", team.clock() + 365 * DAY)
    team.keeping.keep(team.home.id)
    for kind, subject in ((Job.POLL, source), (Job.DIGEST, "C100")):
        assert team.store.planned(team.home.id, kind)[subject] - team.clock() <= 2 * DAY


def test_a_digest_that_waits_as_slack_asked_is_not_posted_sooner_because_the_house_is_kept(
    team: Team,
) -> None:
    team.until(3, 8, 50)
    team.clock.move(15 * MINUTE)
    patience = team.clock() + 50 * MINUTE
    with team.store.write(team.home.id) as tx:
        tx.agenda.replan(Job.DIGEST, "C100", patience)
    team.keeping.keep(team.home.id)
    assert team.store.planned(team.home.id, Job.DIGEST)["C100"] == patience
