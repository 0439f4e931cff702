"""Which steps of a wait somebody was told already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.model import Conversation, Standing, Status
from bot.domain.ports import Shown
from bot.services.telling.rings import steps_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def talk(opened_at: datetime | None) -> Conversation:
    standing = Standing(Status.OPEN, wait=2, opened_at=opened_at)
    return Conversation("c1", "pond", "p1", "mei", 0, standing)


def test_a_step_of_this_wait_was_taken_and_one_of_another_conversation_or_an_earlier_wait_was_not() -> None:
    used = {Shown("c1", 2, "1"): NOON, Shown("c1", 1, "2"): NOON - HOUR, Shown("c2", 2, "2"): NOON}
    assert steps_of(talk(NOON), used) == {"1": NOON}
    assert steps_of(talk(None), used) == {"1": NOON}


def test_what_was_told_since_the_wait_began_belongs_to_it_whatever_number_it_had_then() -> None:
    assert steps_of(talk(NOON), {Shown("c1", 1, "1"): NOON + HOUR}) == {"1": NOON + HOUR}
