"""A person's working hours in their own zone, counted in real time across changes of the clocks.

A window is what of a day surely lies within the hours: where the clocks go forward over an edge it is
shorter, where an edge happens twice the inner one holds. A night shift is a window of the day on which it
starts. Days off close the windows, whatever they are for. An unknown zone raises ZoneInfoNotFoundError.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.model import Hours

DAYS_AHEAD = 3660
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The working hours of one local day, in UTC; `closes` is outside."""

    day: date
    opens: datetime
    closes: datetime


def local_day(hours: Hours, at: datetime) -> date:
    """The date in the person's zone."""
    return at.astimezone(ZoneInfo(hours.zone)).date()


def working_day(hours: Hours, at: datetime) -> date:
    """The working day that `at` belongs to: the local date, or that on which the night shift began."""
    shift = _night_shift(hours, at)
    return shift.day if shift else local_day(hours, at)


def began_today(hours: Hours, at: datetime) -> datetime:
    """When the working day of `at` began: at local midnight, or with the night shift."""
    shift = _night_shift(hours, at)
    return shift.opens if shift else start_of(hours, local_day(hours, at))


def start_of(hours: Hours, day: date) -> datetime:
    """The midnight with which a local date begins; where it comes twice the first."""
    return min(_moments(day, time.min, ZoneInfo(hours.zone)))


def works_on(hours: Hours, day: date) -> bool:
    """Whether this local date is a working day: one of their weekdays, and not off."""
    return day.isoweekday() in hours.days and not _is_off(hours, day)


def in_hours(hours: Hours, at: datetime) -> bool:
    """Whether `at` lies in a working hour."""
    return any(window.opens <= at for window in _windows(hours, at, days=1))


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """`at` itself when in hours, else when they next open; None for a person with no hours at all."""
    return next((max(at, window.opens) for window in _windows(hours, at)), None)


def next_working_day(hours: Hours, at: datetime) -> datetime | None:
    """When the first working day after that of `at` opens; a night shift lasts until it closes."""
    today = working_day(hours, at)
    return next((window.opens for window in _windows(hours, at) if window.day > today), None)


def add_working(hours: Hours, start: datetime, amount: timedelta) -> datetime | None:
    """The moment, within hours, when `amount` of working time has passed since `start`."""
    left = amount
    for window in _windows(hours, start):
        begins = max(start, window.opens)
        if left < window.closes - begins:
            return begins + left
        left -= window.closes - begins
    return None


def working_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments."""
    total = timedelta()
    for window in _windows(hours, start):
        if window.opens >= end:
            break
        total += min(end, window.closes) - max(start, window.opens)
    return total


def _night_shift(hours: Hours, at: datetime) -> Window | None:
    """The shift across midnight in which `at` lies."""
    if hours.starts <= hours.ends:
        return None
    return next((window for window in _windows(hours, at, days=1) if window.opens <= at), None)


def _windows(hours: Hours, at: datetime, days: int = DAYS_AHEAD) -> Iterator[Window]:
    """The windows that close after `at`, from the local day before it on."""
    if not hours.days or hours.starts == hours.ends:
        return
    zone = ZoneInfo(hours.zone)
    today = at.astimezone(zone).date()
    for ahead in range(-1, days + 1):
        day = today + timedelta(days=ahead)
        if not works_on(hours, day):
            continue
        opens = max(_moments(day, hours.starts, zone))
        closes = _closes(hours, day, zone)
        if opens < closes and at < closes:
            yield Window(day, opens, closes)


def _closes(hours: Hours, day: date, zone: ZoneInfo) -> datetime:
    """A night shift closes on the next day, or with its own where the next is off."""
    if hours.starts < hours.ends:
        return min(_moments(day, hours.ends, zone))
    ends = time.min if _is_off(hours, day + DAY) else hours.ends
    return min(_moments(day + DAY, ends, zone))


def _is_off(hours: Hours, day: date) -> bool:
    return any(span.first <= day < span.until for span in hours.off)


def _moments(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A wall clock's time as UTC: twice the same, but where the clocks are being changed."""
    wall = datetime.combine(day, at, zone)
    return wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
