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


class Rhythm(StrEnum):
    """When the digest comes: each working day, once a week, or each working day to one person alone."""

    DAILY = "daily"
    WEEKLY = "weekly"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Policy:
    """How a team reminds: the promise, the steps, and then nothing more.

    `promise` is in how many working days whoever said yes would reply, in theirs. A question is put `asks`
    times (0: nothing rings before a yes). Of `reminders` (0 to 2) the last comes when the promise passes, the
    one before it after `first_after` of their working time. `last_word` is whether it then asks once more
    before it gives the conversation back. `outright` gives it to whom a colleague chose, without asking.
    """

    promise: int = 1
    asks: int = 2
    reminders: int = 2
    first_after: timedelta = FIRST_AFTER
    last_word: bool = True
    digest: Rhythm = Rhythm.DAILY
    outright: bool = False

    @property
    def ladder(self) -> tuple[Step, ...]:
        """The steps after a yes, in their order."""
        reminders = (Step.FIRST, Step.SECOND)[2 - self.reminders :] if self.reminders else ()
        return (*reminders, *((Step.LAST_WORD,) if self.last_word else ()))


USUAL = Policy()
PRESETS: Mapping[str, Policy] = {
    "default": USUAL,
    "volunteers": Policy(promise=3, asks=0, reminders=1, last_word=False, digest=Rhythm.WEEKLY),
    "team of one": Policy(digest=Rhythm.DIRECT),
}
"""Policies with a name."""


def next_due(
    standing: Standing, hours: Hours, sent: Mapping[str, datetime], policy: Policy = USUAL
) -> Due | None:
    """The next step of this wait for the one who has it, or else for the one who was asked.

    `hours` are that person's; `sent` maps the steps used for that person and wait to their times.
    None: nobody has it, it is not open, or it is of no use to remind anybody.
    """
    if standing.status != Status.OPEN:
        return None
    if standing.asked:
        return _asked(standing, hours, sent, policy)
    if standing.holder and standing.held_since:
        return _held(standing, hours, sent, policy)
    return None


def _asked(standing: Standing, hours: Hours, sent: Mapping[str, datetime], policy: Policy) -> Due | None:
    """The question, once more on the next working day, and back to the unowned on the one after."""
    if standing.asked is None or standing.asked_at is None:
        return None
    if _asks_for_nothing(standing, standing.asked_at):
        return _due(Step.RETURN, standing.asked, next_opening(hours, standing.opened_at or standing.asked_at))
    if not policy.asks:
        return _due(Step.RETURN, standing.asked, promised_by(hours, standing.asked_at, policy))
    if Step.ASK not in sent:
        return _due(Step.ASK, standing.asked, next_opening(hours, standing.asked_at))
    put = max(standing.asked_at, sent[Step.ASK])
    if policy.asks > 1 and Step.ASK_AGAIN not in sent and standing.nudgeable:
        return _due(Step.ASK_AGAIN, standing.asked, next_working_day(hours, put))
    last = max(put, sent.get(Step.ASK_AGAIN, put))
    return _due(Step.RETURN, standing.asked, next_working_day(hours, last))


def _asks_for_nothing(standing: Standing, asked_at: datetime) -> bool:
    """What they were asked for was answered meanwhile; what came back, as thanks do, asks for no answer."""
    return not standing.nudgeable and standing.opened_at is not None and asked_at < standing.opened_at


def _held(standing: Standing, hours: Hours, sent: Mapping[str, datetime], policy: Policy) -> Due | None:
    """The ladder of the policy, and a working day after its last step back to the list."""
    if standing.holder is None or standing.held_since is None:
        return None
    given = standing.asked_at if standing.asked_by else None
    if given and policy.asks and Step.ASK not in sent and not _asks_for_nothing(standing, given):
        # A colleague gave it to them, and they must hear of it.
        return _due(Step.ASK, standing.holder, next_opening(hours, given))
    if not standing.nudgeable:
        return None
    began = max(standing.held_since, standing.opened_at or standing.held_since)
    before: datetime | None = None
    for step in policy.ladder:
        if step not in sent:
            return _due(step, standing.holder, _step_at(step, hours, began, before, policy))
        before = sent[step]
    returns = _after(hours, began, before, policy)
    if before and returns and began > before and policy.last_word:
        # They said "I'll still do it" after the last word: one more day, without another word.
        returns = next_working_day(hours, returns)
    return _due(Step.RETURN, standing.holder, returns)


def _step_at(
    step: Step, hours: Hours, began: datetime, before: datetime | None, policy: Policy
) -> datetime | None:
    if step == Step.FIRST:
        return add_working(hours, began, policy.first_after)
    return _after(hours, began, before, policy)


def _after(hours: Hours, began: datetime, before: datetime | None, policy: Policy) -> datetime | None:
    """When the promise has passed, and not before the working day after the step `before`."""
    promised = promised_by(hours, began, policy)
    if before is None or promised is None:
        return promised
    following = next_working_day(hours, max(began, before))
    return max(promised, following) if following else None


def promised_by(hours: Hours, began: datetime, policy: Policy) -> datetime | None:
    """When the promise has passed: as so many working days of theirs have begun since."""
    at: datetime | None = began
    for _ in range(policy.promise):
        at = next_working_day(hours, at) if at else None
    return at


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
