"""When a teammate may be rung, said at the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.hours import in_hours
from bot.domain.model import Teammate, Why

CLOSED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Acme//Days off//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:{day}
SUMMARY:Closed
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def ana(place) -> Teammate:
    return place.teammate("Ana", "U1")


def known(place, teammate: Teammate) -> Teammate:
    with place.store.read(place.workspace) as tx:
        return tx.people.teammate(teammate.id)


def typing(typed, place, *words: str):
    return typed("--demo", str(place.folder), "people", *words)


def test_hours_days_and_holidays_are_said_at_once_and_the_rest_stays(typed, place, ana):
    told = typing(typed, place, "hours", "Ana", "--days", "mon-thu", "--from", "22", "--holidays", "DE-BE")
    assert told.code == 0, told.err
    assert "Ana may be rung Monday to Thursday, 22:00 to 17:00 (UTC)." in told.out
    assert "(holiday), back on" in told.out
    now = known(place, ana)
    assert (now.hours.days, now.hours.starts, now.hours.ends) == ({1, 2, 3, 4}, time(22), time(17))
    year = datetime.now(UTC).year
    assert {span.first for span in now.hours.off} >= {date(year, 3, 8), date(year + 1, 3, 8)}  # Berlin's own
    told = typing(typed, place, "hours", "Ana", "--holidays", "none")
    assert "No days off are known." in told.out
    assert known(place, ana).hours.days == {1, 2, 3, 4}


def test_what_is_not_understood_changes_nothing(typed, place, ana):
    for wrong in (("--days", "mon-xyz"), ("--from", "25"), ("--holidays", "Germany"), ("--to", "09:00")):
        told = typing(typed, place, "hours", "Ana", *wrong)
        assert told.code == 1
        assert "That is not understood" in told.err
    assert known(place, ana) == ana


def test_the_holidays_and_the_calendar_of_the_team_are_everybodys_who_has_none_of_their_own(
    typed, place, ana, tmp_path
):
    ben = place.teammate("Ben", "U2")
    assert typing(typed, place, "hours", "Ben", "--holidays", "none").code == 0
    soon = datetime.now(UTC).date() + timedelta(days=3)
    (tmp_path / "closed.ics").write_text(CLOSED.format(day=soon.strftime("%Y%m%d")).replace("\n", "\r\n"))
    told = typing(typed, place, "holidays", "PT", "--calendar", str(tmp_path / "closed.ics"))
    assert told.code == 0, told.err
    assert f"{soon} (calendar), back on {soon + timedelta(days=1)}" in told.out
    assert {span.why for span in known(place, ana).hours.off} == {Why.HOLIDAY, Why.CALENDAR}
    assert [(span.first, span.why) for span in known(place, ben).hours.off] == [(soon, Why.CALENDAR)]
    noon = datetime.combine(soon, time(12), UTC)
    assert not in_hours(known(place, ben).hours, noon)
    assert typing(typed, place, "holidays", "none", "--calendar", "none").code == 0
    assert known(place, ana).hours.off == known(place, ben).hours.off == ()


def test_a_file_that_is_no_calendar_is_refused(typed, place, ana, tmp_path):
    (tmp_path / "words.ics").write_text("Closed on Friday")
    told = typing(typed, place, "hours", "Ana", "--calendar", str(tmp_path / "words.ics"))
    assert told.code == 1
    assert "The calendar cannot be read: this is no calendar." in told.err
    assert known(place, ana) == ana
