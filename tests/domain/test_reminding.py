"""When a person is reminded, by the steps of a wait; and when nobody is rung at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import in_hours
from bot.domain.model import Hours, Standing, Status, Teammate
from bot.domain.nudging import PRESETS, Due, Policy, Quiet, Step, next_due, why_quiet

NINE_TO_FIVE = Hours("UTC")
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday
HELD = Standing(Status.OPEN, 1, TEN, frozenset({"m1"}), nudgeable=True, holder="ana", held_since=TEN)
ASKED = replace(HELD, holder=None, held_since=None, asked="ana", asked_by="ben", asked_at=TEN)
ANA = Teammate("ana", "U1", "Ana", NINE_TO_FIVE)


def day(number: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=UTC)


def test_after_a_yes_come_two_reminders_the_last_word_and_then_the_list():
    sent: dict[str, datetime] = {}
    walked = []
    while len(walked) < 4:
        due = next_due(HELD, NINE_TO_FIVE, sent)
        walked.append((due.step, due.at))
        sent[due.step] = due.at
    assert walked == [
        (Step.FIRST, day(2, 14)),
        (Step.SECOND, day(3)),
        (Step.LAST_WORD, day(4)),
        (Step.RETURN, day(5)),
    ]


def steps(standing: Standing, policy: Policy) -> list[tuple[Step, datetime]]:
    """All that comes, each rung when it is due."""
    sent: dict[str, datetime] = {}
    walked: list[tuple[Step, datetime]] = []
    while not walked or walked[-1][0] != Step.RETURN:
        due = next_due(standing, NINE_TO_FIVE, sent, policy)
        walked.append((due.step, due.at))
        sent[due.step] = due.at
    return walked


POLICIES = [
    (PRESETS["default"], HELD, "first 2 14, second 3 9, last word 4 9, return 5 9"),
    (PRESETS["default"], ASKED, "ask 2 10, ask again 3 9, return 4 9"),
    (PRESETS["team of one"], HELD, "first 2 14, second 3 9, last word 4 9, return 5 9"),
    (PRESETS["volunteers"], HELD, "second 5 9, return 6 9"),
    (PRESETS["volunteers"], ASKED, "return 5 9"),
    (Policy(promise=3), HELD, "first 2 14, second 5 9, last word 6 9, return 9 9"),
    (Policy(promise=2, reminders=0), HELD, "last word 4 9, return 5 9"),
    (Policy(promise=2, reminders=0, last_word=False), HELD, "return 4 9"),
    (Policy(first_after=timedelta(hours=20)), HELD, "first 4 14, second 5 9, last word 6 9, return 9 9"),
    (Policy(asks=1), ASKED, "ask 2 10, return 3 9"),
    (Policy(outright=True), replace(HELD, asked_by="ben", asked_at=TEN),
     "ask 2 10, first 2 14, second 3 9, last word 4 9, return 5 9"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "standing", "told"), POLICIES)
def test_the_steps_are_those_of_the_policy_and_then_nothing_more(policy, standing, told):
    assert ", ".join(f"{step} {at.day} {at.hour}" for step, at in steps(standing, policy)) == told


def test_a_question_is_repeated_once_on_the_next_working_day_and_then_returns():
    friday = replace(ASKED, asked_at=day(6, 18))
    sent: dict[str, datetime] = {}
    walked = []
    while len(walked) < 3:
        due = next_due(friday, NINE_TO_FIVE, sent)
        walked.append((due.step, due.at))
        sent[due.step] = due.at
    assert walked == [(Step.ASK, day(9)), (Step.ASK_AGAIN, day(10)), (Step.RETURN, day(11))]


def test_the_same_person_is_asked_again_without_a_third_question():
    sent = {Step.ASK: TEN, Step.ASK_AGAIN: day(3)}
    again = replace(ASKED, asked_at=day(4, 12))
    assert next_due(again, NINE_TO_FIVE, sent) == Due(Step.RETURN, "ana", day(5))


def test_nobody_is_asked_about_thanks_for_what_was_answered_before_they_said_yes():
    thanks = replace(ASKED, wait=2, opened_at=day(3, 20), waiting_since=day(3, 20), nudgeable=False)
    assert next_due(thanks, NINE_TO_FIVE, {}) == Due(Step.RETURN, "ana", day(4))
    asked_since = replace(thanks, asked_at=day(4, 10))
    assert next_due(asked_since, NINE_TO_FIVE, {}) == Due(Step.ASK, "ana", day(4, 10))


def test_nobody_is_told_that_they_have_what_was_answered_before_they_heard_of_it():
    thanks = replace(HELD, asked_by="ben", asked_at=TEN, wait=2, opened_at=day(3, 20), nudgeable=False)
    assert next_due(thanks, NINE_TO_FIVE, {}) is None
    given_since = replace(thanks, asked_at=day(4, 10))
    assert next_due(given_since, NINE_TO_FIVE, {}) == Due(Step.ASK, "ana", day(4, 10))


def test_who_still_wants_to_do_it_after_the_last_word_has_a_day_more():
    sent = {Step.FIRST: day(2, 14), Step.SECOND: day(3), Step.LAST_WORD: day(4)}
    again = replace(HELD, held_since=day(4, 10))
    assert next_due(again, NINE_TO_FIVE, sent) == Due(Step.RETURN, "ana", day(6))


def test_a_wait_opened_by_our_deleted_reply_does_not_ring_at_once():
    opened = replace(HELD, wait=2, opened_at=day(4, 9))
    assert next_due(opened, NINE_TO_FIVE, {}) == Due(Step.FIRST, "ana", day(4, 13))


@pytest.mark.parametrize(
    "standing",
    [
        replace(HELD, status=Status.ANSWERED),
        replace(HELD, status=Status.SNOOZED),
        replace(HELD, status=Status.CLOSED),
        replace(HELD, nudgeable=False),
        replace(HELD, holder=None),
    ],
)
def test_nothing_is_due_where_reminding_is_of_no_use(standing: Standing):
    assert next_due(standing, NINE_TO_FIVE, {}) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns", "Europe/Berlin"]),
    st.sampled_from([HELD, ASKED]),
    st.lists(st.timedeltas(timedelta(), timedelta(days=9)), min_size=6, max_size=6),
    st.builds(
        Policy,
        promise=st.integers(1, 5),
        asks=st.integers(0, 2),
        reminders=st.integers(0, 2),
        first_after=st.timedeltas(timedelta(minutes=1), timedelta(hours=60)),
        last_word=st.booleans(),
    ),
)
def test_every_step_is_due_within_their_hours_and_later_than_the_one_before(
    began: datetime, zone: str, standing: Standing, delays: list[timedelta], policy: Policy
):
    hours = Hours(zone, time(9), time(17))
    held = standing.held_since and began
    standing = replace(standing, held_since=held, asked_at=standing.asked_at and began)
    sent: dict[str, datetime] = {}
    before = began
    for delay in delays:
        due = next_due(standing, hours, sent, policy)
        assert in_hours(hours, due.at)
        assert due.step in {*policy.ladder, Step.RETURN} or standing.asked
        assert due.at >= before
        assert due.step not in sent
        if due.step == Step.RETURN:
            assert set(sent) >= (set(policy.ladder) if standing.holder else set())
            break
        before = sent[due.step] = due.at + delay


@pytest.mark.parametrize(
    ("teammate", "rings", "unpressed", "now", "why"),
    [
        (ANA, 0, 0, TEN, None),
        (ANA, 0, 2, TEN, None),
        (replace(ANA, stopped=True), 0, 0, TEN, Quiet.STOPPED),
        (ANA, 0, 3, TEN, Quiet.UNHEARD),
        (replace(ANA, paused_until=day(3)), 0, 0, TEN, Quiet.PAUSED),
        (replace(ANA, paused_until=day(2)), 0, 0, TEN, None),
        (ANA, 0, 0, day(2, 3), Quiet.NOT_THEIR_HOURS),
        (ANA, 0, 0, day(7, 12), Quiet.NOT_THEIR_HOURS),
        (ANA, 1, 0, TEN, Quiet.ENOUGH_TODAY),
        (replace(ANA, rings_a_day=3), 2, 0, TEN, None),
        (replace(ANA, rings_a_day=9), 3, 0, TEN, Quiet.ENOUGH_TODAY),
        (replace(ANA, rings_a_day=0), 0, 0, TEN, Quiet.ENOUGH_TODAY),
    ],
)
def test_a_person_is_rung_seldom_and_never_against_their_will(teammate, rings, unpressed, now, why):
    assert why_quiet(teammate, rings, unpressed, now) == why


def test_a_colleagues_question_may_ring_once_besides():
    quiet = replace(ANA, rings_a_day=0)
    assert why_quiet(quiet, 0, 0, TEN, asking=True) is None
    assert why_quiet(quiet, 1, 0, TEN, asking=True) == Quiet.ENOUGH_TODAY
