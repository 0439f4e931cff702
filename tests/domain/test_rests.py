"""Until when something is put off, or somebody is left alone, by their own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import in_hours
from bot.domain.model import Hours
from bot.domain.rests import UNTIL_SAID, Later, Rest, day_named, put_off, rest_until
from bot.domain.timetable import WEEK

LISBON, TOKYO = Hours("Europe/Lisbon"), Hours("Asia/Tokyo")
FRIDAY = datetime(2026, 3, 6, 16, tzinfo=UTC)  # in Tokyo it is Saturday, one in the morning


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "hours", "day", "until"),
    [
        (Later.TODAY, LISBON, None, at(6, 19)),
        (Later.TOMORROW, LISBON, None, at(9, 9)),
        (Later.TOMORROW, TOKYO, None, at(9, 0)),
        (Later.WEEK, LISBON, None, at(9, 9)),
        (Later.DATE, LISBON, date(2026, 3, 7), at(9, 9)),
        (Later.DATE, LISBON, date(2026, 3, 11), at(11, 9)),
        (Later.DATE, LISBON, date(2026, 3, 6), None),
        (Later.DATE, TOKYO, date(2026, 3, 7), None),
        (Later.DATE, LISBON, date(2028, 3, 6), None),
        (Later.DATE, LISBON, None, None),
        (Later.WRITTEN, LISBON, None, UNTIL_SAID),
    ],
)
def test_it_is_put_off_until_a_time_of_the_one_who_chose(choice, hours, day, until):
    assert put_off(choice, hours, FRIDAY, day) == until


@pytest.mark.parametrize(
    ("choice", "hours", "until"),
    [
        (Rest.TODAY, LISBON, at(7, 0)),
        (Rest.TODAY, TOKYO, at(7, 15)),
        (Rest.WEEK, LISBON, at(9, 0)),
        (Rest.SAID, LISBON, UNTIL_SAID),
    ],
)
def test_a_pause_ends_with_their_day_their_week_or_their_word(choice, hours, until):
    assert rest_until(choice, hours, FRIDAY) == until


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Monday", at(9, 0)),
        ("friday", at(13, 0)),
        ("tomorrow", at(7, 0)),
        ("2026-03-20", at(20, 0)),
        ("2026-03-06", None),
        ("2027-03-06", None),
        ("someday", None),
        ("", None),
    ],
)
def test_a_day_is_named_by_a_word_or_a_date(text, begins):
    assert day_named(text, LISBON, FRIDAY) == begins


zones = st.sampled_from(["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Europe/Berlin"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(zones, moments, st.sampled_from(list(Later)), st.integers(1, 200), st.sampled_from(WEEK))
def test_all_of_them_lie_ahead_and_within_their_hours(zone, now, choice, ahead, weekday):
    hours = Hours(zone)
    today = now.astimezone(ZoneInfo(zone)).date()
    until = put_off(choice, hours, now, today + timedelta(days=ahead))
    assert until > now
    assert in_hours(hours, until) or choice in (Later.TODAY, Later.WRITTEN)
    assert all(now < rest_until(each, hours, now) for each in Rest)
    begins = day_named(weekday, hours, now)
    assert now < begins <= now + timedelta(days=8)
    assert begins.astimezone(ZoneInfo(zone)).weekday() == WEEK.index(weekday)
