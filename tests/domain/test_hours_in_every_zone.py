"""Hours in the zones of the whole world over two years with a leap day, against a plain reading of the wall.

The quick run takes some zones, with the furthest and the oddest; `--examples full` takes all there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.hours import _windows, began_today, in_hours, next_opening, working_between, working_day
from bot.domain.model import DaysOff, Hours, Standing, Status, Teammate, Why
from bot.domain.nudging import Step, next_due, why_quiet

FIRST, LAST = date(2027, 3, 1), date(2029, 3, 1)
START = datetime(2027, 3, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ODD = (
    "Pacific/Kiritimati",  # +14
    "Etc/GMT+12",  # -12
    "America/St_Johns",  # half an hour off
    "Asia/Kathmandu",  # three quarters
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Chatham",
    "Africa/Casablanca",  # changes around Ramadan
    "Africa/Cairo",  # changes at midnight
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
)
STEPS = (Step.FIRST, Step.SECOND, Step.LAST_WORD, Step.RETURN)


def off(first: date, days: int, why: Why = Why.HOLIDAY) -> DaysOff:
    return DaysOff(first, first + days * DAY, why, START)


AWAY = (off(date(2027, 12, 24), 12, Why.AWAY), off(date(2028, 2, 28), 1), off(date(2028, 5, 1), 1))
SHAPES = (
    Hours(),
    Hours(days=frozenset({1, 2, 3, 4}), off=AWAY),
    Hours(starts=time(22), ends=time(6), days=frozenset({2, 4, 5, 7}), off=AWAY),
    Hours(starts=time(1, 30), ends=time(4), days=frozenset(range(1, 8))),
)


@pytest.fixture
def zones(request: pytest.FixtureRequest) -> list[str]:
    every = sorted(available_timezones() - {"localtime", "Factory"})
    return every if request.config.getoption("--examples") == "full" else [*ODD, *every[7::120]]


def is_off(hours: Hours, day: date) -> bool:
    return any(span.first <= day < span.until for span in hours.off)


def works(hours: Hours, day: date) -> bool:
    return day.isoweekday() in hours.days and not is_off(hours, day)


def on_the_wall(hours: Hours, moment: datetime) -> bool:
    """The plain reading: what stands on the clock and in the calendar of the place."""
    wall = moment.astimezone(ZoneInfo(hours.zone))
    day, now = wall.date(), wall.time()
    if hours.starts < hours.ends:
        return works(hours, day) and hours.starts <= now < hours.ends
    began_yesterday = works(hours, day - DAY) and now < hours.ends and not is_off(hours, day)
    return began_yesterday or (works(hours, day) and now >= hours.starts)


def changes(zone: str) -> Iterator[date]:
    """The dates on which the clocks of a place are changed."""
    place = ZoneInfo(zone)
    for ahead in range((LAST - FIRST).days):
        day = datetime.combine(FIRST + ahead * DAY, time.min, UTC)
        if day.astimezone(place).utcoffset() != (day + DAY).astimezone(place).utcoffset():
            yield day.date()


def walk(hours: Hours, began: datetime) -> list[tuple[Step, datetime]]:
    """The steps of one wait as they fall due, each told at once."""
    held = Standing(Status.OPEN, 1, began, frozenset({"m"}), nudgeable=True, holder="ana", held_since=began)
    told: dict[str, datetime] = {}
    while len(told) < len(STEPS):
        due = next_due(held, hours, told)
        assert due
        assert due.step not in told
        told[due.step] = due.at
    return [(Step(step), at) for step, at in told.items()]


@pytest.mark.parametrize("shape", SHAPES, ids=["office", "four days", "night", "small hours"])
def test_every_working_day_has_its_hours_and_no_window_leaves_them(zones: list[str], shape: Hours):
    for zone in zones:
        hours, last = replace(shape, zone=zone), None
        open_on = set()
        for window in _windows(hours, START, (LAST - FIRST).days):
            assert on_the_wall(hours, window.opens)
            assert on_the_wall(hours, window.closes - timedelta(microseconds=1))
            assert last is None or last <= window.opens
            last = window.closes
            open_on.add(window.day)
        inner = [FIRST + ahead * DAY for ahead in range(2, (LAST - FIRST).days - 2)]
        missing = {day for day in inner if works(hours, day)} - open_on
        # Only an hour that a place left out of its clocks may take the whole of a short window.
        assert not missing or shape.starts < time(3)
        assert missing <= {day + ahead * DAY for day in changes(zone) for ahead in (-1, 0, 1)}


@pytest.mark.parametrize("shape", SHAPES[:3], ids=["office", "four days", "night"])
def test_no_step_is_skipped_told_twice_or_told_outside_hours_by_a_change_of_the_clocks(
    zones: list[str], shape: Hours
):
    for zone in zones:
        hours = replace(shape, zone=zone)
        for changed in [*changes(zone), date(2028, 2, 29), date(2027, 12, 24)]:
            for before in (DAY, 3 * DAY):
                began = datetime.combine(changed, time(13), ZoneInfo(zone)).astimezone(UTC) - before
                walked = walk(hours, began)
                days = [working_day(hours, at) for _, at in walked]
                assert tuple(step for step, _ in walked) == STEPS
                assert all(on_the_wall(hours, at) for _, at in walked)
                following = (days[0] + ahead * DAY for ahead in range(60))
                assert days == [day for day in following if works(hours, day)][: len(STEPS)]


moves = st.lists(st.tuples(st.integers(1, 120), st.sampled_from(ODD)), max_size=5)


@settings(max_examples=15)
@given(st.sampled_from(ODD), moves, st.integers(0, 167), st.sampled_from(SHAPES[:3]))
def test_a_teammate_who_travels_hears_each_step_once_and_in_the_hours_of_the_place(zone, moves, hour, shape):
    """A clock that ticks each hour; the zone is what Slack tells at that hour."""
    began = START + hour * HOUR
    held = Standing(Status.OPEN, 1, began, frozenset({"m"}), nudgeable=True, holder="ana", held_since=began)
    told: dict[str, datetime] = {}
    arrivals = dict(moves)
    for ahead in range(24 * 40):
        now = began + ahead * HOUR + timedelta(minutes=30)
        zone = arrivals.get(ahead, zone)
        ana = Teammate("ana", "U1", "Ana", replace(shape, zone=zone))
        today = sum(at >= began_today(ana.hours, now) for at in told.values())
        due = next_due(held, ana.hours, told)
        step = due.step if due and due.at <= now and in_hours(ana.hours, now) else None
        if step and (step is Step.RETURN or why_quiet(ana, today, 0, now) is None):
            assert step not in told
            assert on_the_wall(ana.hours, now)
            told[step] = now
            if step is Step.RETURN:
                break
    assert tuple(told) == STEPS


def test_hours_of_a_day_off_do_not_count_as_a_wait():
    hours = Hours("Europe/Berlin", off=(off(date(2027, 3, 2), 2),))
    monday, friday = (datetime(2027, 3, day, 11, tzinfo=UTC) for day in (1, 5))  # twelve o'clock there
    assert working_between(hours, monday, friday) == timedelta(hours=5 + 8 + 3)
    assert next_opening(hours, monday + DAY) == datetime(2027, 3, 4, 8, tzinfo=UTC)


def test_a_night_shift_is_one_working_day_and_ends_where_a_day_off_begins():
    night = Hours("Europe/Berlin", time(22), time(6), frozenset({1, 2, 3, 4, 5}))
    two = datetime(2027, 3, 5, 1, tzinfo=UTC)  # Friday, two o'clock there: the shift of Thursday
    assert in_hours(night, two)
    assert working_day(night, two) == date(2027, 3, 4)
    friday_off = replace(night, off=(off(date(2027, 3, 5), 1),))
    assert not in_hours(friday_off, two)
    assert in_hours(friday_off, two - timedelta(hours=2, minutes=1))
    assert not in_hours(friday_off, two + 21 * HOUR)
