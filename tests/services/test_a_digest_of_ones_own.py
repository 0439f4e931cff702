"""Whoever wants a digest of their own gets it as their working day begins, in place of reminders."""

from __future__ import annotations

from bot.domain.model import Verb
from bot.domain.screens import Kind
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, author


def claimed(team: Team, *names: str) -> list[str]:
    """Ana takes what these people ask; the posts' ids."""
    asked = [team.pond.write(author(name), "@acme How?", names=(ACME,)).id for name in names]
    team.collect.poll(team.home.id, team.source("mentions").id)
    for one in team.waiting():
        if one.root in asked:
            team.press(one, Verb.CLAIM, team.ana)
    return asked


def own(team: Team) -> list[tuple[int, int, list[str]]]:
    """The day, how many wait, and who is shown."""
    told = team.slack.to("UANA", Kind.OWN_DIGEST)
    return [(one.as_of.day, one.total, sorted(line.name for line in one.lines)) for one in told if one.as_of]


def test_it_tells_of_all_that_wait_once_a_day_until_the_promise_has_passed(team: Team) -> None:
    """Three are held; one is answered just before it comes, one after the first day, and the last goes back
    without a note."""
    team.people.own_digest(team.home.id, team.ana.id, wanted=True)
    kim, _lee, tom = claimed(team, "kim", "lee", "tom")
    team.until(2, 16)
    assert own(team) == []
    team.until(3, 8, 58)
    team.pond.write(ANA, "So.", under=team.pond.posts[tom])
    team.until(3, 16)
    team.pond.write(ANA, "So there.", under=team.pond.posts[kim])
    team.until(6, 8)
    assert own(team) == [(3, 2, ["Kim", "Lee"]), (4, 1, ["Lee"]), (5, 1, ["Lee"])]
    assert all(one.standing.holder for one in team.waiting())
    team.until(6, 16)
    assert not any(one.standing.holder for one in team.waiting())
    assert {one.kind for _, one in team.slack.posted if one.to == team.ana} == {Kind.OWN_DIGEST}


def test_five_are_shown_and_reminders_come_again_when_it_ends(
    team: Team,
) -> None:
    team.people.own_digest(team.home.id, team.ana.id, wanted=True)
    claimed(team, *(f"a{n}" for n in range(7)))
    team.until(3, 16)
    ((_, total, names),) = own(team)
    assert (total, len(names)) == (7, 5)
    team.people.own_digest(team.home.id, team.ana.id, wanted=False)
    team.until(4, 16)
    assert len(own(team)) == 1
    (nudge,) = team.slack.to("UANA", Kind.NUDGE)
    assert len(nudge.lines) == 3


def test_who_paused_gets_none(team: Team) -> None:
    team.people.own_digest(team.home.id, team.ana.id, wanted=True)
    claimed(team, "kim")
    team.people.pause(team.home.id, team.ana.id, team.clock.now.replace(day=5))
    team.until(4, 16)
    assert own(team) == []


def test_nobody_is_listed_who_was_answered_just_before(team: Team) -> None:
    team.people.own_digest(team.home.id, team.ana.id, wanted=True)
    (kim,) = claimed(team, "kim")
    team.asleep_until(3, 9, 5)
    team.pond.write(ANA, "So.", under=team.pond.posts[kim])
    team.remind.see(team.home.id, team.ana.id)
    assert own(team) == []
