"""Whoever wants a digest of their own gets it as their working day begins, in place of reminders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.model import Conversation, Hours, Standing, Status, Teammate, Verb
from bot.domain.nudging import Step, next_due
from bot.domain.ports import Shown
from bot.domain.screens import Kind
from bot.services.telling.own_digest import in_a_digest
from bot.services.telling.rings import Ring
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, author

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEAMMATE = Teammate("ana", "UANA", "Ana", Hours())


def claimed(team: Team, *names: str) -> list[str]:
    """Ana takes what these people ask; the posts' ids."""
    asked = [team.pond.write(author(name), "@acme How?", names=(ACME,)).id for name in names]
    team.collect.poll(team.home.id, team.source("mentions").id)
    for one in team.waiting():
        if one.root in asked:
            team.press(one, Verb.CLAIM, team.ana)
    return asked


def test_it_tells_in_the_morning_of_all_that_still_wait(team: Team) -> None:
    team.people.own_digest(team.home.id, team.ana.id, wanted=True)
    *_, last = claimed(team, *(f"a{n}" for n in range(8)))
    team.until(2, 16)
    assert [one for place, one in team.slack.posted if place == "UANA"] == []
    team.asleep_until(3, 8, 58)
    team.pond.write(ANA, "So.", under=team.pond.posts[last])
    team.until(3, 9, 30)
    (told,) = (one for place, one in team.slack.posted if place == "UANA")
    assert (told.kind, told.total, len(told.lines)) == (Kind.OWN_DIGEST, 7, 5)


def test_of_more_than_fit_those_come_first_whose_step_is_due_first(team: Team) -> None:
    team.people.own_digest(team.home.id, team.ana.id, wanted=True)
    claimed(team, *(f"a{n}" for n in range(9)))
    every = [one.id for one in team.waiting()]
    team.until(4, 12)
    first, following = (
        [line.conversation for line in screen.lines] for screen in team.slack.to("UANA", Kind.OWN_DIGEST)
    )
    assert first == every[:5]
    assert set(following) >= set(every[5:])


def test_nobody_is_listed_who_was_answered_just_before(team: Team) -> None:
    team.people.own_digest(team.home.id, team.ana.id, wanted=True)
    (kim,) = claimed(team, "kim")
    team.asleep_until(3, 9, 5)
    team.pond.write(ANA, "So.", under=team.pond.posts[kim])
    team.remind.see(team.home.id, team.ana.id)
    assert team.slack.to("UANA") == []


def held(name: str, since: datetime, **also: object) -> Conversation:
    standing = Standing(
        Status.OPEN, 1, since, frozenset({name}), nudgeable=True, holder="ana", held_since=since, **also
    )  # type: ignore[arg-type]
    return Conversation(name, "pond", name, name, 1, standing)


def listed(
    now: datetime, *theirs: Conversation, due: tuple[Ring, ...] = (), today: bool = False
) -> list[Ring]:
    looks = {one.id: True for one in theirs}
    return list(in_a_digest(TEAMMATE, due, theirs, looks, now, listed=today))


def test_being_listed_is_the_step_that_a_reminder_would_have_been_and_then_it_goes_back() -> None:
    """From the working day after the claim, once each morning over a weekend, until it is due to return."""
    one = held("kim", MONDAY + 2 * timedelta(days=1))
    steps: dict[str, datetime] = {}
    came: list[tuple[int, str]] = []
    now = one.standing.held_since or MONDAY
    while True:
        due = next_due(one.standing, TEAMMATE.hours, steps)
        assert due
        returns = due.step == Step.RETURN
        rings = () if returns else (Ring(Kind.NUDGE, due.at, Shown(one.id, 1, due.step.value)),)
        (ring,) = listed(now, one, due=rings, today=now.day in {day for day, _ in came})
        assert ring.kind == Kind.OWN_DIGEST
        now = max(now, ring.at)
        if returns and due.at <= now:  # what goes back is given back before anybody is told
            break
        steps[ring.shown.step] = now
        came.append((now.day, ring.shown.step))
    assert came == [(5, "first"), (6, "second"), (9, "last word")]
    assert now.day == 10


def test_what_waits_for_no_step_is_listed_under_its_day_and_what_was_taken_today_comes_tomorrow() -> None:
    old, new = held("old", MONDAY - 3 * timedelta(days=1)), held("new", MONDAY - HOUR)
    rings = listed(MONDAY, old, new)
    assert [(ring.at, ring.shown.step, ring.total) for ring in rings] == [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "own digest 2026-03-02", 2),
        (datetime(2026, 3, 3, 9, tzinfo=UTC), "own digest 2026-03-03", 2),
    ]
    assert {ring.at.day for ring in listed(MONDAY, old, new, today=True)} == {3}


def test_what_they_were_told_of_by_itself_today_comes_tomorrow() -> None:
    old, other = held("old", MONDAY - 3 * timedelta(days=1)), held("other", MONDAY - 3 * timedelta(days=1))
    looks = {"old": True, "other": True}
    rings = in_a_digest(TEAMMATE, [], [old, other], looks, MONDAY, listed=False, told={"old"})
    assert [(ring.shown.conversation, ring.at.day) for ring in rings] == [("old", 3), ("other", 2)]


def test_what_is_no_reminder_comes_as_ever_and_what_asks_for_no_answer_is_not_listed() -> None:
    news = Ring(Kind.NEWS, MONDAY, Shown("kim", 0, "news"))
    blind = Ring(Kind.BLIND, MONDAY, Shown("lee", 1, "blind"))
    lee = held("lee", MONDAY - 3 * timedelta(days=1))
    thanks = held("zoe", MONDAY)
    thanks = Conversation("zoe", "pond", "zoe", "zoe", 1, Standing(Status.OPEN, 1, MONDAY, holder="ana"))
    assert listed(MONDAY, lee, thanks, due=(news, blind)) == [news, blind]
