"""Days on which nobody is rung, wherever they come from: they close the hours, and the rest follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.daysoff import away
from bot.domain.hours import in_hours
from bot.domain.model import Conversation, Hours, Standing, Status, Teammate, Verb, Why
from bot.domain.ports import EVERYBODY, Job, Person
from bot.domain.rests import UNTIL_SAID
from bot.domain.screens import Kind
from bot.domain.timetable import Timetable
from bot.services.telling.dues import View
from bot.services.telling.returning import on_return
from tests.services.conftest import Team
from tests.services.pond import ACME, MEI, author

TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, day) for day in (3, 4, 5))


def known(team: Team, who: Teammate) -> Teammate:
    with team.store.read(team.home.id) as tx:
        found = tx.people.teammate(who.id)
    assert found
    return found


def test_neither_a_person_nor_the_channel_is_rung_on_a_holiday_and_no_step_is_lost(team: Team) -> None:
    team.calendar.places |= {"PT": [TUESDAY, WEDNESDAY]}
    team.days.set_holidays(team.home.id, "PT")
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.press(one, Verb.CLAIM, team.ana)
    team.until(2, 16)
    assert [where for where, _ in team.slack.posted] == ["C100", "UANA"]
    team.until(4, 16)
    assert len(team.slack.posted) == 2
    team.until(5, 16)
    assert [(where, screen.kind) for where, screen in team.slack.posted[2:]] == [
        ("UANA", Kind.NUDGE),
        ("C100", Kind.DIGEST),
    ]
    assert [screen.days for screen in team.slack.to("C100")] == [(date(2026, 3, 2),), (THURSDAY,)]


def test_once_a_day_slack_is_asked_again_and_what_cannot_be_read_stays_as_it_was(team: Team) -> None:
    team.calendar.addresses |= {"https://team.example/off.ics": [THURSDAY]}
    team.days.set_calendar(team.home.id, None, "https://team.example/off.ics")
    assert [(span.first, span.why) for span in known(team, team.ben).hours.off] == [(THURSDAY, Why.CALENDAR)]
    assert team.days.unreadable(team.home.id) == []
    team.calendar.addresses.clear()
    assert team.days.unreadable(team.home.id) == [""]
    out = datetime(2026, 3, 3, 23, 59, tzinfo=UTC)
    team.slack.people["UBEN"] = Person("UBEN", "Ben", "Asia/Tokyo", is_out=True, out_until=out)
    for subject in (EVERYBODY, team.ben.id):
        assert team.days.due(team.home.id, subject) == datetime(2026, 3, 3, 9, tzinfo=UTC)
    ben = known(team, team.ben)
    assert ben.hours.zone == "Asia/Tokyo"
    assert [(span.first.day, span.until.day) for span in ben.hours.off] == [(2, 4), (5, 6)]
    assert not in_hours(ben.hours, datetime(2026, 3, 2, 20, tzinfo=UTC)), "Tuesday morning there"
    assert in_hours(ben.hours, datetime(2026, 3, 4, 3, tzinfo=UTC))
    told = Timetable(days=frozenset({1, 2}), starts=time(10))
    assert team.days.set_hours(team.home.id, ben.id, told).hours.off == ben.hours.off


def test_what_somebody_held_who_left_the_workspace_goes_back_to_the_team(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.press(one, Verb.CLAIM, team.ben)
    team.slack.people["UBEN"] = Person("UBEN", "Ben", "UTC", is_deleted=True)
    team.days.due(team.home.id, team.ben.id)
    team.work()
    assert team.conversation(one.id).standing.holder is None
    assert team.slack.to("UBEN") == []


def test_what_an_absent_teammate_did_not_place_is_offered_and_on_their_return_there_is_one_message(
    team: Team,
) -> None:
    for text in ("@acme How?", "@acme Why?", "@acme When?"):
        team.pond.write(author(text[6:-1].lower()), text, names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    kept, given, left = sorted(team.waiting(), key=lambda one: one.root)
    for one in (kept, given, left):
        team.press(one, Verb.CLAIM, team.ana)
    team.clock.move(timedelta(minutes=1))
    team.days.away(team.home.id, team.ana.id, TUESDAY, date(2026, 3, 9))
    assert set(team.days.unplaced(team.home.id, team.ana.id)) == {kept.id, given.id, left.id}
    team.press(kept, Verb.CLAIM, team.ana)
    team.press(given, Verb.ASK, team.ana, to=team.ben.id)
    team.until(2, 16)
    team.until(4, 8)
    assert [kind for kind, _ in told(team, "UANA")] == [Kind.NUDGE]
    assert [team.conversation(one.id).standing.holder for one in (kept, left)] == [team.ana.id, None]
    team.press(given, Verb.YES, team.ben)
    with team.store.write(team.home.id) as tx:
        tx.people.save_teammate(replace(known(team, team.ana), rings_a_day=3))
    team.press(left, Verb.ASK, team.ben, to=team.ana.id)
    assert team.conversation(given.id).standing.holder == team.ben.id
    team.until(9, 16)
    assert told(team, "UANA")[1:] == [(Kind.RETURNED, {kept.id})]
    team.until(10, 16)
    assert {kind for kind, _ in told(team, "UANA")[2:]} >= {Kind.NUDGE}


def told(team: Team, where: str) -> list[tuple[Kind, set[str]]]:
    """What somebody was rung with, and about which conversations."""
    rung = [screen for place, screen in team.slack.posted if place == where]
    return [(screen.kind, {line.conversation for line in screen.lines}) for screen in rung]


def test_a_ring_that_would_fall_into_do_not_disturb_waits_for_its_end(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.press(one, Verb.CLAIM, team.ana)
    team.slack.resting["UANA"] = datetime(2026, 3, 2, 14, 20, tzinfo=UTC)
    team.until(2, 14, 15)
    assert told(team, "UANA") == []
    team.until(2, 14, 30)
    assert told(team, "UANA") == [(Kind.NUDGE, {one.id})]


def test_who_paused_or_stopped_gets_no_digest_of_their_own_either_and_misses_none_of_its_days(
    team: Team,
) -> None:
    team.policies.choose(team.home.id, {}, preset="team of one")
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(2, 16)
    team.people.stop(team.home.id, team.ana.id)
    team.until(3, 16)
    team.people.resume(team.home.id, team.ana.id)
    team.people.pause(team.home.id, team.ana.id, UNTIL_SAID)
    team.until(4, 16)
    team.people.resume(team.home.id, team.ana.id)
    team.until(5, 12)
    first, following = (screen.days for screen in team.slack.to("UANA"))
    assert (first, following) == ((date(2026, 3, 2),), (TUESDAY, WEDNESDAY, THURSDAY))


def test_a_digest_for_one_person_alone_keeps_their_days_and_their_hours(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        tx.save_workspace(replace(tx.workspace, channel="UANA"))
        tx.agenda.plan(Job.DIGEST, "UANA", team.clock())
    team.days.set_hours(team.home.id, team.ana.id, Timetable(starts=time(10)))
    team.days.away(team.home.id, team.ana.id, TUESDAY, THURSDAY)
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(2, 9, 45)
    assert team.slack.to("UANA") == []
    team.until(4, 16)
    assert [screen.kind for screen in team.slack.to("UANA")] == [Kind.DIGEST]
    team.slack.resting["UANA"] = datetime(2026, 3, 5, 11, tzinfo=UTC)
    team.until(5, 10, 45)
    assert len(team.slack.to("UANA")) == 1
    team.until(5, 12)
    assert [screen.days for screen in team.slack.to("UANA")][1:] == [(THURSDAY,)]


def test_on_a_return_who_waits_longest_is_told_of_first_and_nobody_who_asks_for_no_answer() -> None:
    now = datetime(2026, 3, 9, 10, tzinfo=UTC)
    hours = away(Hours(), THURSDAY, now.date(), now - timedelta(days=6))
    ana = Teammate("ana", "UANA", "Ana", hours)
    waits = [(id, now - timedelta(days=days)) for id, days in (("a", 6), ("b", 7), ("thanks", 8))]
    theirs = [
        Conversation(
            id, "pond", id, "mei", 0, Standing(Status.OPEN, 1, since, nudgeable=id != "thanks", holder="ana")
        )
        for id, since in waits
    ]
    looks = dict.fromkeys(("a", "b", "thanks"), True)
    rings = on_return(ana, [], theirs, looks, now, rung=False)
    ready = View(ana, rings, [], [], 0).ready(now)
    assert [ring.shown.conversation for ring in ready] == ["b", "a"]
    assert {ring.total for ring in rings} == {2}
    assert on_return(ana, [], theirs, looks, now, rung=True) == []
