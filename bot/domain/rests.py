"""Until when something is put off, or somebody is left alone: by the person's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot.domain.hours import local_day, next_opening, next_working_day, start_of
from bot.domain.model import Hours
from bot.domain.timetable import read_date

UNTIL_SAID = datetime(2999, 1, 1, tzinfo=UTC)
"""Stands for a time where only somebody's word ends it."""
SOON = timedelta(hours=3)
LONGEST = timedelta(days=366)
LONGEST_QUIET = timedelta(days=90)


class Later(StrEnum):
    """Until when a conversation is put off."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    DATE = "date"
    WRITTEN = "written"


class Rest(StrEnum):
    """How long a person hears nothing."""

    TODAY = "today"
    WEEK = "week"
    SAID = "said"


def put_off(choice: Later, hours: Hours, now: datetime, day: date | None = None) -> datetime | None:
    """Until when, for the one who chose: their next working day, the first of the next week, or `day`.

    None for a day that is not to come within a year.
    """
    today = local_day(hours, now)
    match choice:
        case Later.TODAY:
            return now + SOON
        case Later.TOMORROW:
            return next_working_day(hours, now) or now + timedelta(days=1)
        case Later.WEEK:
            return _opens(hours, _next_monday(today))
        case Later.DATE:
            return _opens(hours, day) if day and today < day <= today + LONGEST else None
        case Later.WRITTEN:
            return UNTIL_SAID


def rest_until(choice: Rest, hours: Hours, now: datetime) -> datetime:
    """Until when a person hears nothing: their midnight, that before Monday, or till they say so."""
    today = local_day(hours, now)
    match choice:
        case Rest.TODAY:
            return start_of(hours, today + timedelta(days=1))
        case Rest.WEEK:
            return start_of(hours, _next_monday(today))
        case Rest.SAID:
            return UNTIL_SAID


def day_named(text: str, hours: Hours, now: datetime) -> datetime | None:
    """When the day begins that somebody names: tomorrow, a weekday, or a date as 2026-03-09.

    None for another word, and for a day that is not to come within 90 days.
    """
    today = local_day(hours, now)
    try:
        day = read_date(text, today)
    except ValueError:
        return None
    return start_of(hours, day) if today < day <= today + LONGEST_QUIET else None


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _opens(hours: Hours, day: date) -> datetime:
    begins = start_of(hours, day)
    return next_opening(hours, begins) or begins
