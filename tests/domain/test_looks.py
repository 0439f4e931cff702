"""When a conversation is looked at next, and when nothing is awaited any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.looks import look_at
from bot.domain.model import Conversation, Lane, Standing, Status
from bot.domain.threads import QUIET

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TALK = Conversation("c1", "pond", "p1", "mei", 0, Standing(Status.OPEN, opened_at=NOON), created_at=NOON)


def test_what_waits_is_looked_at_soon_and_then_ever_more_seldom() -> None:
    assert look_at(TALK, None) == NOON + timedelta(minutes=2)
    looked = replace(TALK, looked_at=NOON + timedelta(days=4))
    assert look_at(looked, None) == NOON + timedelta(days=7)


def test_what_waits_for_nobody_is_not_looked_at() -> None:
    about_us = replace(TALK, standing=replace(TALK.standing, lane=Lane.ABOUT_US))
    assert look_at(about_us, None) is None


def test_after_an_answer_it_is_followed_for_a_while_and_then_rests() -> None:
    answered = replace(TALK, standing=Standing(Status.ANSWERED, answered_at=NOON))
    last = replace(answered, looked_at=NOON + QUIET - timedelta(days=3))
    assert look_at(last, NOON) == NOON + QUIET
    assert look_at(replace(last, looked_at=NOON + QUIET), NOON) is None
