"""When a person is reminded, how often, and when it stops: seldom, in their hours, never at night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.hours import add_working, in_hours, next_opening, next_working_day
from bot.domain.model import Hours, Standing, Status, Teammate

FIRST_AFTER = timedelta(hours=4)
LINES_IN_A_RING = 3
RINGS_UNHEARD = 3
ASKS_A_DAY = 1


class Step(StrEnum):
    """One reminder of a wait, used at most once for a person and wait; `return` rings nobody."""

    ASK = "ask"
    ASK_AGAIN = "ask again"
    FIRST = "first"
    SECOND = "second"
    LAST_WORD = "last word"
    RETURN = "return"


class Quiet(StrEnum):
    """Why a person is not rung now."""

    STOPPED = "they stopped it"
    UNHEARD = "three rings in a row had no press and no answer"
    PAUSED = "they paused"
    NOT_THEIR_HOURS = "outside their hours"
    ENOUGH_TODAY = "they were rung enough today"


@dataclass(frozen=True, slots=True)
class Due:
    """The next step for a person and the moment, within their hours, from which it is due."""

    step: Step
    person: str
    at: datetime


def next_due(standing: Standing, hours: Hours, sent: Mapping[str, datetime]) -> Due | None:
    """The next step of this wait for the one who has it, or else for the one who was asked.

    `hours` are that person's; `sent` maps the steps used for that person and wait to their times.
    None: nobody has it, it is not open, or it is of no use to remind anybody.
    """
    if standing.status != Status.OPEN:
        return None
    if standing.asked:
        return _asked(standing, hours, sent)
    if standing.holder and standing.held_since:
        return _held(standing, hours, sent)
    return None


def due_step(standing: Standing, hours: Hours, sent: Mapping[str, datetime], now: datetime) -> Step | None:
    """The step that is due now, if now is within the person's hours."""
    due = next_due(standing, hours, sent)
    return due.step if due and due.at <= now and in_hours(hours, now) else None


def _asked(standing: Standing, hours: Hours, sent: Mapping[str, datetime]) -> Due | None:
    """The question, once more on the next working day, and back to the unowned on the one after."""
    if standing.asked is None or standing.asked_at is None:
        return None
    if Step.ASK not in sent:
        return _due(Step.ASK, standing.asked, next_opening(hours, standing.asked_at))
    put = max(standing.asked_at, sent[Step.ASK])
    if Step.ASK_AGAIN not in sent and standing.nudgeable:
        return _due(Step.ASK_AGAIN, standing.asked, next_working_day(hours, put))
    last = max(put, sent.get(Step.ASK_AGAIN, put))
    return _due(Step.RETURN, standing.asked, next_working_day(hours, last))


def _held(standing: Standing, hours: Hours, sent: Mapping[str, datetime]) -> Due | None:
    """Four working hours, the next working day, the last word on the one after, then back to the list."""
    if standing.holder is None or standing.held_since is None or not standing.nudgeable:
        return None
    began = max(standing.held_since, standing.opened_at or standing.held_since)
    if Step.FIRST not in sent:
        return _due(Step.FIRST, standing.holder, add_working(hours, began, FIRST_AFTER))
    for before, step in ((Step.FIRST, Step.SECOND), (Step.SECOND, Step.LAST_WORD)):
        if step not in sent:
            return _due(step, standing.holder, next_working_day(hours, max(began, sent[before])))
    returns = next_working_day(hours, max(began, sent[Step.LAST_WORD]))
    if began > sent[Step.LAST_WORD] and returns:
        # They said "I'll still do it" after the last word: one more day, without another word.
        returns = next_working_day(hours, returns)
    return _due(Step.RETURN, standing.holder, returns)


def _due(step: Step, person: str, at: datetime | None) -> Due | None:
    return Due(step, person, at) if at else None


def why_quiet(
    teammate: Teammate, rings_today: int, unpressed: int, now: datetime, *, asking: bool = False
) -> Quiet | None:
    """Why this person may not be rung at `now`, or None when they may.

    `rings_today` are those of the same kind since their local midnight: a colleague's question
    (`asking`) has a budget of its own. `unpressed` are their last rings in a row with no press and no
    answer. One ring speaks of up to LINES_IN_A_RING conversations.
    """
    if teammate.stopped:
        return Quiet.STOPPED
    if unpressed >= RINGS_UNHEARD:
        return Quiet.UNHEARD
    if teammate.paused_until and now < teammate.paused_until:
        return Quiet.PAUSED
    if not in_hours(teammate.hours, now):
        return Quiet.NOT_THEIR_HOURS
    budget = ASKS_A_DAY if asking else min(max(teammate.rings_a_day, 0), 3)
    return Quiet.ENOUGH_TODAY if rings_today >= budget else None


def may_ring(
    teammate: Teammate, rings_today: int, unpressed: int, now: datetime, *, asking: bool = False
) -> bool:
    """Whether this person may be rung at `now`; see `why_quiet`."""
    return why_quiet(teammate, rings_today, unpressed, now, asking=asking) is None
