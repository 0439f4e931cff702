"""Hours as people write them, and days off as they are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.daysoff import away, back, back_on, by_status, renewed, spans
from bot.domain.hours import in_hours
from bot.domain.model import DaysOff, Hours, Why
from bot.domain.timetable import Timetable, in_ranges, read_date, read_days, read_timetable

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
BERLIN = Hours("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mon-thu", Timetable(days=frozenset({1, 2, 3, 4}))),
        ("Friday-MON", Timetable(days=frozenset({5, 6, 7, 1}))),
        ("mon,wed-thu,sun", Timetable(days=frozenset({1, 3, 4, 7}))),
        ("9-17", Timetable(starts=time(9), ends=time(17))),
        ("22:30-6:00 tue", Timetable(frozenset({2}), time(22, 30), time(6))),
        ("DE-be", Timetable(holidays="DE-BE")),
        ("none", Timetable(holidays="")),
        ("", Timetable()),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, told: Timetable):
    assert read_timetable(text) == told


@pytest.mark.parametrize("text", ["m-f", "9", "25-26", "9:60-17", "mon-", "-", "9-17-18", "DE-BERLIN"])
def test_what_nobody_would_write_is_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        read_timetable(text)


def test_hours_that_end_as_they_start_are_refused():
    with pytest.raises(ValueError, match="another time"):
        read_timetable("9-9").of(BERLIN)


def test_weekdays_are_told_in_ranges():
    assert in_ranges(read_days("mon-wed,fri,sun")) == [(1, 3), (5, 5), (7, 7)]


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-03-20", 20), ("tomorrow", 5), ("thursday", 5), ("wed", 11), ("mon", 9)],
)
def test_a_date_is_one_or_the_next_such_day(text: str, day: int):
    assert read_date(text, NOON.date()) == date(2026, 3, day)


@pytest.mark.parametrize("text", ["2026-02-30", "20.3.", "someday", ""])
def test_a_date_that_is_none_is_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        read_date(text, NOON.date())


def test_dates_that_follow_each_other_are_one_span_and_keep_when_they_were_told():
    week = [date(2026, 3, day) for day in (9, 10, 11, 13)]
    told = spans(week, Why.HOLIDAY, NOON)
    assert [(span.first.day, span.until.day) for span in told] == [(9, 12), (13, 14)]
    absence = DaysOff(date(2026, 3, 10), date(2026, 3, 20), Why.AWAY, NOON)
    again = renewed([*told, absence], spans(week[:3], Why.HOLIDAY, NOON + DAY), [Why.HOLIDAY], NOON.date())
    assert again == (told[0], absence)


def test_an_absence_takes_the_place_of_the_former_and_who_is_back_keeps_what_has_passed():
    gone = away(BERLIN, date(2026, 3, 4), date(2026, 3, 9), NOON)
    assert not in_hours(gone, NOON + DAY)
    longer = away(gone, date(2026, 3, 4), date(2026, 3, 16), NOON + DAY)
    assert back_on(longer, date(2026, 3, 6)) == date(2026, 3, 16)
    home = back(longer, NOON + 2 * DAY)
    assert in_hours(home, NOON + 2 * DAY)
    assert not in_hours(home, NOON + DAY)
    assert back(away(BERLIN, date(2026, 3, 9), date(2026, 3, 16), NOON), NOON) == BERLIN


@pytest.mark.parametrize(
    ("until", "works"),
    [
        (None, [False, False, True]),
        (datetime(2026, 3, 5, 8, tzinfo=UTC), [False, True, True]),
        (datetime(2026, 3, 5, 22, 59, tzinfo=UTC), [False, False, True]),
        (datetime(2026, 3, 4, 11, tzinfo=UTC), [True, True, True]),
    ],
    ids=["no end", "until tomorrow morning", "until tomorrow night", "over"],
)
def test_a_status_closes_the_days_that_it_speaks_of(until: datetime | None, works: list[bool]):
    told = by_status(BERLIN, True, until, NOON)
    assert [in_hours(told, NOON + ahead * DAY) for ahead in range(3)] == works
    again = by_status(told, True, until, NOON + timedelta(hours=1))
    assert again == told, "read again it is the same"
    assert in_hours(by_status(told, False, None, NOON + DAY), NOON + DAY)
    assert in_hours(by_status(told, False, None, NOON), NOON)


def test_a_status_without_an_end_goes_on_for_as_long_as_it_is_read():
    told = BERLIN
    for ahead in range(10):
        told = by_status(told, True, None, NOON + ahead * DAY)
        assert not in_hours(told, NOON + (ahead + 1) * DAY), "until the next reading, whenever that is"
    assert in_hours(by_status(told, False, None, NOON + 12 * DAY), NOON + 12 * DAY)
