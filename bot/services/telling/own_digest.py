"""A digest of one's own, for whoever wants that in place of reminders: once a working day, as it begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.digest import NEVER
from bot.domain.hours import next_opening, next_working_day, start_of, working_day
from bot.domain.model import Conversation, Hours, Status, Teammate
from bot.domain.ports import Shown
from bot.domain.screens import Kind
from bot.services.telling.rings import Ring

OWN = "own digest"
LINES = 5
"""How many conversations it shows; the others stand in Home."""
INSTEAD_OF = (Kind.NUDGE, Kind.LAST_WORD)


def in_a_digest(
    teammate: Teammate,
    due: Sequence[Ring],
    theirs: Iterable[Conversation],
    looks: Mapping[str, bool],
    now: datetime,
    *,
    listed: bool,
    told: Collection[str] = (),
) -> Sequence[Ring]:
    """What is due for somebody, with all that waits for them in one message in place of the reminders.

    What they took today, or were `told` of by itself, comes tomorrow. Where a reminder has fallen due by
    then, being listed is that step, so that the promise passes as for everybody. With `listed` today's came
    already. `looks` says by conversation whether its network can be looked at; where it cannot, one question
    stands for all steps. Whose step is due first comes first, then who waits longest.
    """
    others = [ring for ring in due if ring.kind not in INSTEAD_OF]
    asked = {ring.shown.conversation for ring in others}
    waiting = [one for one in theirs if _waits_for(one, teammate) and looks[one.id] and one.id not in asked]
    comes = _comes(teammate.hours, now, listed=listed)
    steps = {ring.shown.conversation: ring for ring in due if ring.kind in INSTEAD_OF}
    tomorrow = dict.fromkeys(told, next_working_day(teammate.hours, now))
    lines = [] if comes is None else list(_lines(teammate.hours, waiting, steps, comes, tomorrow))
    return [*others, *lines]


def _waits_for(one: Conversation, teammate: Teammate) -> bool:
    now = one.standing
    return now.holder == teammate.id and now.status is Status.OPEN and now.nudgeable


def _comes(hours: Hours, now: datetime, *, listed: bool) -> datetime | None:
    """When the next one is due: as this working day began, or the next one."""
    if listed:
        return next_working_day(hours, now)
    return next_opening(hours, start_of(hours, working_day(hours, now)))


def _lines(
    hours: Hours,
    waiting: Sequence[Conversation],
    steps: Mapping[str, Ring],
    comes: datetime,
    not_before: Mapping[str, datetime | None],
) -> Iterator[Ring]:
    for one in sorted(waiting, key=lambda one: steps[one.id].at if one.id in steps else NEVER):
        taken = next_working_day(hours, one.standing.held_since) if one.standing.held_since else None
        at = max(comes, taken or comes, not_before.get(one.id) or comes)
        due = steps.get(one.id)
        step = due.shown.step if due and due.at <= at else f"{OWN} {working_day(hours, at)}"
        yield Ring(Kind.OWN_DIGEST, at, Shown(one.id, one.standing.wait, step), total=len(waiting))
