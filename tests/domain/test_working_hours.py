"""Working hours in many zones, across changes of the clocks; the dates here are from a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import (
    add_working,
    in_hours,
    next_opening,
    next_working_day,
    working_between,
    working_day,
)
from bot.domain.model import Hours

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Chatham",
)
days = st.frozensets(st.integers(1, 7), min_size=1)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
hours = st.builds(Hours, st.sampled_from(ZONES), times, times, days)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
amounts = st.timedeltas(timedelta(), timedelta(hours=30))
BERLIN = Hours("Europe/Berlin")


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_on_the_wall(known: Hours, moment: datetime) -> bool:
    """The plain reading of the wall clock, for comparison."""
    wall = moment.astimezone(ZoneInfo(known.zone))
    today, yesterday = (day.isoweekday() in known.days for day in (wall, wall - timedelta(days=1)))
    if known.starts <= known.ends:
        return today and known.starts <= wall.time() < known.ends
    return (today and known.starts <= wall.time()) or (yesterday and wall.time() < known.ends)


@given(hours, moments)
def test_in_hours_is_never_outside_what_the_wall_clock_says(known: Hours, moment: datetime):
    if in_hours(known, moment):
        assert is_on_the_wall(known, moment)


@given(hours, moments)
def test_the_next_opening_is_in_hours_and_none_lies_before_it(known: Hours, moment: datetime):
    opening = next_opening(known, moment)
    if opening is None:
        assert known.starts == known.ends
        return
    assert opening >= moment
    assert in_hours(known, opening)
    assert opening == moment or not in_hours(known, moment)
    assert working_between(known, moment, opening) == timedelta()


@given(hours, moments, amounts)
def test_added_working_time_ends_in_hours_and_is_what_lies_between(known, moment, amount):
    end = add_working(known, moment, amount)
    if end is not None:
        assert in_hours(known, end)
        assert working_between(known, moment, end) == amount


@given(hours, moments)
def test_the_next_working_day_is_in_hours_and_on_a_later_day(known: Hours, moment: datetime):
    opening = next_working_day(known, moment)
    if opening is not None:
        assert in_hours(known, opening)
        days = [working_day(known, at) for at in (moment, opening)]
        assert days[0] < days[1]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02 08:59", False),
        ("2026-03-02 09:00", True),
        ("2026-03-02 16:59", True),
        ("2026-03-02 17:00", False),
        ("2026-03-07 12:00", False),
        ("2026-03-30 09:00", True),
        ("2026-03-30 08:30", False),
    ],
)
def test_hours_are_nine_to_five_from_monday_to_friday_in_their_zone(moment, expected):
    assert in_hours(BERLIN, at(moment)) == expected


def test_four_hours_from_friday_afternoon_end_on_monday():
    end = add_working(BERLIN, at("2026-03-06 15:00"), timedelta(hours=4))
    assert end == at("2026-03-09 11:00")


def test_four_hours_over_the_change_to_summer_time_keep_the_wall_clock():
    end = add_working(BERLIN, at("2026-03-27 16:00"), timedelta(hours=4))
    assert end == at("2026-03-30 12:00")
    assert end - at("2026-03-27 16:00") == timedelta(hours=67)


def test_work_through_the_night_of_the_change_counts_real_hours():
    night = Hours("Europe/Berlin", time(0), time(6), frozenset({7}))
    spring = working_between(night, at("2026-03-29 00:00"), at("2026-03-29 12:00"))
    autumn = working_between(night, at("2026-10-25 00:00"), at("2026-10-25 12:00"))
    assert (spring, autumn) == (timedelta(hours=5), timedelta(hours=7))


def test_a_day_that_a_zone_left_out_has_no_hours():
    apia = Hours("Pacific/Apia")
    assert next_opening(apia, at("2011-12-29 18:00", "Pacific/Apia")) == at(
        "2012-01-02 09:00", "Pacific/Apia"
    )


def test_what_would_end_as_the_day_closes_ends_when_the_next_one_opens():
    end = add_working(BERLIN, at("2026-03-02 13:00"), timedelta(hours=4))
    assert end == at("2026-03-03 09:00")


def test_a_person_without_any_hours_is_never_in_them():
    nobody = Hours(days=frozenset())
    assert next_opening(nobody, at("2026-03-02 09:00")) is None
    assert add_working(nobody, at("2026-03-02 09:00"), timedelta(hours=1)) is None
    assert not in_hours(nobody, at("2026-03-02 12:00"))


def test_hours_that_begin_in_an_hour_that_comes_twice_begin_the_second_time():
    early = Hours("Europe/Berlin", time(2, 30), time(6), frozenset({7}))
    night = datetime(2026, 10, 25, tzinfo=UTC)
    walls = [in_hours(early, night + timedelta(minutes=after)) for after in (45, 70, 95)]
    assert walls == [False, False, True]
