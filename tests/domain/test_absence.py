"""Somebody is away: what is offered meanwhile, and when; and the day on which they return."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.absence import offered_at, returned
from bot.domain.daysoff import away, back
from bot.domain.hours import local_day, works_on
from bot.domain.model import DaysOff, Hours, Standing, Status, Why
from bot.domain.nudging import PRESETS, USUAL

NINE_TO_FIVE = Hours("UTC")


def day(number: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=UTC)  # the 2nd is a Monday


THURSDAY = day(5, 10)
HELD = Standing(Status.OPEN, 1, day(4), frozenset({"m"}), nudgeable=True, holder="ana", held_since=day(4, 15))
ASKED = replace(HELD, holder=None, held_since=None, asked="ana", asked_by="ben", asked_at=day(4, 15))


def gone(first: int, until: int, said: datetime = THURSDAY, hours: Hours = NINE_TO_FIVE) -> Hours:
    return away(hours, date(2026, 3, first), date(2026, 3, until), said)


@pytest.mark.parametrize(
    ("until", "expected"),
    [(10, None), (11, day(9)), (20, day(9))],
    ids=["one working day", "two working days", "two weeks"],
)
def test_an_absence_as_short_as_the_promise_only_pauses(until: int, expected: datetime | None):
    for first in (7, 9):  # from Saturday or from Monday on, which is the same
        assert offered_at(HELD, "ana", gone(first, until), USUAL, THURSDAY) == expected


def test_what_was_taken_or_kept_knowing_of_the_absence_is_never_taken_back():
    kept = replace(HELD, held_since=THURSDAY + timedelta(minutes=1))
    assert offered_at(kept, "ana", gone(9, 20), USUAL, THURSDAY) is None


def test_what_somebody_else_was_asked_or_nobody_waits_for_is_not_offered():
    hours = gone(9, 20)
    for standing in (
        replace(HELD, asked="ben", asked_at=THURSDAY),
        replace(HELD, holder="ben"),
        replace(HELD, status=Status.ANSWERED),
        replace(HELD, status=Status.SNOOZED),
        replace(HELD, private=True),
    ):
        assert offered_at(standing, "ana", hours, USUAL, THURSDAY) is None


def test_a_question_to_somebody_who_is_away_goes_back_too_also_when_put_knowingly():
    assert offered_at(ASKED, "ana", gone(9, 20), USUAL, THURSDAY) == day(9)
    knowingly = replace(ASKED, asked_at=day(10, 12))
    assert offered_at(knowingly, "ana", gone(9, 20), USUAL, day(10, 12)) == day(11)


def test_a_longer_promise_waits_longer_and_a_holiday_does_not_count():
    assert offered_at(HELD, "ana", gone(5, 10), PRESETS["volunteers"], THURSDAY) is None
    assert offered_at(HELD, "ana", gone(5, 20), PRESETS["volunteers"], THURSDAY) == day(9)
    holiday = DaysOff(date(2026, 3, 9), date(2026, 3, 10), Why.HOLIDAY, THURSDAY)
    hours = gone(5, 20, hours=replace(NINE_TO_FIVE, off=(holiday,)))
    assert offered_at(HELD, "ana", hours, PRESETS["volunteers"], THURSDAY) == day(10)


def test_who_is_back_keeps_what_they_still_have():
    hours = gone(5, 20)
    assert offered_at(HELD, "ana", hours, USUAL, day(20)) is None
    assert offered_at(HELD, "ana", back(hours, day(6, 8)), USUAL, day(6, 8)) is None


@given(
    st.sampled_from(["UTC", "Pacific/Kiritimati", "America/St_Johns"]),
    st.tuples(st.integers(0, 20), st.integers(1, 20)),
    st.integers(-200, 400),
    st.sampled_from(list(PRESETS.values())),
)
@example("Pacific/Kiritimati", (0, 4), -25, USUAL)  # told in the night before they are back
def test_what_is_offered_is_offered_within_the_absence_and_only_what_was_had_before(zone, days, hour, policy):
    first = date(2026, 3, 2) + timedelta(days=days[0])
    hours = away(Hours(zone), first, first + timedelta(days=days[1]), THURSDAY)
    held = replace(HELD, held_since=THURSDAY + timedelta(hours=hour))
    at = offered_at(held, "ana", hours, policy, THURSDAY)
    if at:
        assert held.held_since < THURSDAY
        assert first <= local_day(hours, at) < first + timedelta(days=days[1])
        assert at >= max(THURSDAY, held.held_since)
        usual = replace(hours, off=())
        off = [first + timedelta(days=ahead) for ahead in range(days[1])]
        assert sum(works_on(usual, day) for day in off) > policy.promise


def test_the_day_of_the_return_is_the_first_working_day_after_the_absence():
    hours = gone(5, 14)  # back on a Saturday
    days = [returned(hours, day(number, 12)) for number in (13, 14, 15, 16, 17)]
    assert days == [None, None, None, date(2026, 3, 14), None]
