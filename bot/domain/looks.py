"""When a conversation is looked at next: for an answer of ours, or for what its person writes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.model import Conversation, Lane
from bot.domain.threads import QUIET

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 6 * 60, 24 * 60, 3 * 24 * 60))
SOONEST, SELDOMEST = timedelta(minutes=10), timedelta(days=1)
"""Between two looks at a conversation that could not be looked at completely."""


def next_look(one: Conversation) -> datetime:
    """When a conversation is looked at next: soon after it was opened or answered, then ever more seldom.

    What could not be looked at completely is tried again soon, then ever more seldom too.
    """
    if one.unseen_since and one.tried_at:
        return one.tried_at + min(max(one.tried_at - one.unseen_since, SOONEST), SELDOMEST)
    opened = (
        one.standing.answered_at or one.standing.opened_at or one.standing.waiting_since or one.created_at
    )
    if opened is None:
        raise ValueError("a conversation began at some time")
    looked = one.looked_at or opened
    return next((opened + wait for wait in BACK_OFF if opened + wait > looked), looked + BACK_OFF[-1])


def look_at(one: Conversation, settled_at: datetime | None) -> datetime | None:
    """The same; None where nothing is awaited any more: it waits for nobody, or settled long before."""
    if one.standing.lane is not Lane.TO_US:
        return None
    at = next_look(one)
    return None if settled_at and at > settled_at + QUIET else at
