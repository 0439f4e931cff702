"""One thing to tell one person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.model import Conversation, WriteBack
from bot.domain.nudging import Step
from bot.domain.ports import Shown
from bot.domain.screens import Kind

Used = Mapping[Shown, datetime]
"""What somebody was told, and when."""

ASIDES = frozenset({Kind.SIGN_IN, Kind.BACK, Kind.BASELINE, Kind.IS_ONE_OF_US})
"""What is told about a place or an account, and about no conversation."""


ASKING = frozenset({Kind.QUESTION, Kind.KINDLY})
"""What a colleague asks through the bot."""


URGENT = "urgent"
"""The step of a question that a rule of the team's marks urgent."""


NEWS = "news"
"""How the step of a write-back begins."""


def key_of(one: Conversation, back: WriteBack) -> Shown:
    """The key of a write-back. It names no wait: the same post may come to wait in another."""
    return Shown(one.id, 0, f"{NEWS} {hashlib.sha256(back.post.encode()).hexdigest()[:32]}")


def told_as(step: str) -> Kind:
    """As what a conversation is told of beside others, by its step."""
    if step == Step.LAST_WORD:
        return Kind.LAST_WORD
    if step in (Step.ASK, Step.ASK_AGAIN, URGENT):
        return Kind.QUESTION
    return Kind.NEWS if step.startswith(NEWS) else Kind.NUDGE


class Budget(StrEnum):
    """What of each a person may get in a day is counted apart."""

    REMINDERS = "reminders"
    QUESTIONS = "questions"
    URGENT = "urgent questions"


def budget_of(kind: Kind, shows: Iterable[Shown]) -> Budget:
    """Of which a message takes one."""
    if kind not in ASKING:
        return Budget.REMINDERS
    return Budget.URGENT if any(one.step == URGENT for one in shows) else Budget.QUESTIONS


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing to tell, due from `at` (UTC). `seen` is whether a look must be complete before it, `can_wait`
    whether it may as well come with a reminder later that day."""

    kind: Kind
    at: datetime
    shown: Shown
    seen: bool = True
    by: str | None = None
    post: str | None = None
    source: str | None = None
    total: int = 0
    can_wait: bool = False

    @property
    def budget(self) -> Budget:
        """Of which it takes one."""
        return budget_of(self.kind, [self.shown])


def steps_of(one: Conversation, used: Used) -> Mapping[str, datetime]:
    """The steps used for the present wait, by name, with their times.

    What was used since it began belongs to it too, though it was taken for another wait then.
    """
    wait, since = one.standing.wait, one.standing.opened_at
    return {
        shown.step: at
        for shown, at in used.items()
        if shown.conversation == one.id and (shown.wait == wait or (since and at >= since))
    }
