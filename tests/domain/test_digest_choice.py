"""Which lines the digest shows, and for which days it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import (
    choose,
    digest_hours,
    due_digest,
    has_waited_long,
    is_first_of_month,
    is_first_of_week,
    next_digest,
)
from bot.domain.model import Evidence, Line, Standing, Status, Strength

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def line(name: str, hours: int = 0, **more) -> Line:
    holder = more.pop("holder", None)
    since = MONDAY + timedelta(hours=hours)
    standing = Standing(Status.OPEN, 1, since, frozenset({name}), holder=holder)
    return Line(name, 1, "mastodon", "Mastodon", standing, name, f"@{name}", "", "", **more)


def test_new_people_who_ask_come_first_then_the_longest_waiting_then_the_unowned():
    lines = [
        line("held", 1, holder="ana"),
        line("unowned", 2),
        line("old", -48, holder="ana"),
        line("asks", 5, asks_something=True),
        line("new", 6, new_to_us=True, asks_something=True),
    ]
    shown = choose(lines)
    assert [one.conversation for one in shown] == ["new", "old", "unowned", "asks", "held"]
    assert shown[0].reasons == ("new to us", "asks something", "nobody has it")
    assert shown[1].reasons == ("waiting longest",)
    assert shown[4].reasons == ()


def test_what_may_be_answered_is_asked_about_before_all_that_only_waits():
    reply = Evidence("r1", None, "ana", MONDAY, Strength.MAYBE, verified=True, mentions=frozenset({"doubt"}))
    doubt = line("doubt", 9, holder="ana")
    doubt = replace(doubt, standing=replace(doubt.standing, maybes=(reply,)))
    lines = [*(line(f"p{n}", -48) for n in range(6)), doubt]
    assert choose(lines)[0].conversation == "doubt"


def test_five_lines_are_shown_whatever_the_order_they_come_in():
    lines = [line(f"p{n}", n % 4, new_to_us=n % 3 == 0) for n in range(12)]
    assert len(choose(lines)) == 5
    assert choose(lines) == choose(reversed(lines))
    assert choose([]) == ()


def test_reasons_that_a_line_came_with_are_kept():
    shown = choose([replace(line("a"), reasons=("in Japanese",))])
    assert shown[0].reasons == ("waiting longest", "nobody has it", "in Japanese")


MONDAY_AT_NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        ("2026-03-03T07:59", date(2026, 3, 2), []),
        ("2026-03-03T08:00", date(2026, 3, 2), [date(2026, 3, 3)]),
        ("2026-03-03T11:00", date(2026, 3, 3), []),
        ("2026-03-03T22:00", date(2026, 3, 2), []),
        ("2026-03-07T11:00", date(2026, 3, 5), []),
        ("2026-03-09T08:00", date(2026, 3, 5), [date(2026, 3, 6), date(2026, 3, 9)]),
        ("2026-03-09T08:00", date(2026, 3, 6), [date(2026, 3, 9)]),
        ("2026-03-09T08:00", None, [date(2026, 3, 9)]),
        ("2026-03-30T07:00", date(2026, 3, 27), [date(2026, 3, 30)]),
        ("2026-03-02T08:00", date(2026, 3, 9), []),
    ],
)
def test_a_digest_is_due_once_a_working_day_and_names_the_days_it_missed(now, last, expected):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert due_digest(digest_hours(BERLIN, time(9)), last, moment) == expected


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.times(),
    st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 30))),
    st.booleans(),
)
def test_a_digest_is_due_when_it_was_said_to_be(now: datetime, at: time, last: date | None, weekly: bool):
    planned = next_digest(digest_hours(BERLIN, at), last, now, weekly=weekly)
    due = due_digest(digest_hours(BERLIN, at), last, now, weekly=weekly)
    assert (planned == now) == bool(due)
    assert due_digest(digest_hours(BERLIN, at), last, planned, weekly=weekly)


def test_a_weekly_digest_comes_once_a_week_on_the_first_day_on_which_it_can():
    hours = digest_hours("UTC", time(9))
    sunday, friday = date(2026, 3, 1), datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert next_digest(hours, sunday, friday - timedelta(days=7), weekly=True) == MONDAY_AT_NINE
    assert due_digest(hours, sunday, friday, weekly=True) == [friday.date()]
    assert due_digest(hours, date(2026, 3, 2), friday, weekly=True) == []


@pytest.mark.parametrize(
    ("changes", "long"),
    [
        ({}, True),
        ({"waiting_since": MONDAY - timedelta(weeks=3)}, False),
        ({"waiting_since": None}, False),
        ({"holder": "ana"}, False),
        ({"asked": "ana"}, False),
        ({"private": True}, False),
        ({"status": Status.SNOOZED}, False),
    ],
)
def test_what_nobody_has_after_three_weeks_is_offered_to_be_let_go(changes, long: bool):
    waits = Standing(Status.OPEN, 1, MONDAY - timedelta(weeks=3, minutes=1))
    assert has_waited_long(replace(waits, **changes), MONDAY) is long


def test_the_first_digest_of_a_month_is_the_one_that_offers():
    assert is_first_of_month(date(2026, 3, 2), None)
    assert is_first_of_month(date(2026, 3, 2), date(2026, 2, 27))
    assert is_first_of_month(date(2026, 3, 2), date(2025, 3, 30))
    assert not is_first_of_month(date(2026, 3, 3), date(2026, 3, 2))


def test_the_first_digest_of_a_week_is_told_from_the_first_of_all_and_over_a_turn_of_the_year():
    assert not is_first_of_week(date(2026, 3, 2), None)
    assert not is_first_of_week(date(2026, 3, 3), date(2026, 3, 2))
    assert is_first_of_week(date(2026, 3, 10), date(2026, 3, 6))
    assert not is_first_of_week(date(2027, 1, 1), date(2026, 12, 31))
    assert is_first_of_week(date(2027, 1, 4), date(2026, 12, 31))
