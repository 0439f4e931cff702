"""Which lines the daily summary shows and why, and for which days it is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.hours import in_hours, local_day, next_opening, next_working_day, works_on
from bot.domain.model import DaysOff, Hours, Line, Standing, Status

LINES = 5
LATEST = time(17)
NOON = time(12)
NEVER = datetime.max.replace(tzinfo=UTC)


class Why(StrEnum):
    """Why a line is shown. Followers are no reason."""

    NEW = "new to us"
    ASKS = "asks something"
    LONGEST = "waiting longest"
    NOBODY = "nobody has it"


def choose(lines: Iterable[Line], limit: int = LINES) -> tuple[Line, ...]:
    """The lines to show, with their reasons before any that they came with.

    First who asks something and is new to us, and what may be answered already: nobody is reminded of it
    until somebody says whether. Then who waits since an earlier day, and on the same day what nobody has.
    """
    ranked = sorted(lines, key=_rank)
    longest = min(ranked, key=lambda line: (_since(line), line.conversation), default=None)
    return tuple(_with_reasons(line, longest=line is longest) for line in ranked[:limit])


def _rank(line: Line) -> tuple[bool, date, bool, datetime, str]:
    since = _since(line)
    urgent = bool(line.standing.maybes) or (line.asks_something and line.new_to_us)
    return not urgent, since.date(), _is_held(line), since, line.conversation


def _since(line: Line) -> datetime:
    return (line.standing.waiting_since or NEVER).astimezone(UTC)


def _is_held(line: Line) -> bool:
    return line.standing.holder is not None or line.standing.asked is not None


def _with_reasons(line: Line, *, longest: bool) -> Line:
    found = (
        (Why.NEW, line.new_to_us),
        (Why.ASKS, line.asks_something),
        (Why.LONGEST, longest),
        (Why.NOBODY, not _is_held(line)),
    )
    reasons = tuple(why.value for why, holds in found if holds)
    return replace(line, reasons=(*reasons, *(one for one in line.reasons if one not in reasons)))


def digest_hours(zone: str, at: time, off: tuple[DaysOff, ...] = ()) -> Hours:
    """When a channel's digest may be posted: from its hour until five, and for an hour at least.

    `off` are the team's days off.
    """
    hour_later = (datetime.combine(date.min, at) + timedelta(hours=1)).time()
    end = time.max if hour_later < at else max(hour_later, LATEST)
    return Hours(zone, at, end, off=off)


def due_digest(hours: Hours, last: date | None, now: datetime, *, weekly: bool = False) -> list[date]:
    """The local working days that a digest posted now stands for: today, and those missed before it.

    Empty when none is due: it is not its hour, no working day, or today's was posted, or a `weekly` one in
    this week. `hours` are those of `digest_hours`, `last` is the local date of the last one, sent or unknown.
    """
    today = local_day(hours, now)
    if not in_hours(hours, now):
        return []
    if weekly:
        return [] if last is not None and _monday(last) >= _monday(today) else [today]
    first = today if last is None else last + timedelta(days=1)
    days = (first + timedelta(days=ahead) for ahead in range((today - first).days + 1))
    return [day for day in days if works_on(hours, day)]


def next_digest(hours: Hours, last: date | None, now: datetime, *, weekly: bool = False) -> datetime | None:
    """The moment from which the next digest is due; `now` when one is due already."""
    today = local_day(hours, now)
    if weekly and last is not None and _monday(last) >= _monday(today):
        monday = _monday(last) + timedelta(days=7)
        return next_opening(hours, max(now, datetime.combine(monday, time.min, ZoneInfo(hours.zone))))
    if last is not None and last >= today:
        # By a clock that was set back, the last one may lie ahead.
        return next_working_day(hours, max(now, datetime.combine(last, NOON, ZoneInfo(hours.zone))))
    return next_opening(hours, now)


LONG = timedelta(weeks=3)


def has_waited_long(one: Standing, now: datetime) -> bool:
    """Whether it is offered to be let go: nobody has it, and it waits for more than three weeks."""
    since = one.waiting_since
    waits = one.status is Status.OPEN and not one.is_with_somebody and not one.private
    return waits and since is not None and now - since > LONG


def is_first_of_week(day: date, former: date | None) -> bool:
    """Whether no digest stood in this week yet, and one did before."""
    return former is not None and day.isocalendar()[:2] != former.isocalendar()[:2]


def is_first_of_month(day: date, former: date | None) -> bool:
    """Whether no digest came before this day's in its month."""
    return former is None or (former.year, former.month) != (day.year, day.month)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
