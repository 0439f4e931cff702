"""Somebody is away: what they have is offered where its promise would pass before they return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from bot.domain.hours import next_opening, start_of, working_day
from bot.domain.model import DaysOff, Hours, Standing, Status, Why
from bot.domain.nudging import Policy, promised_by


def offered_at(
    standing: Standing, person: str, hours: Hours, policy: Policy, now: datetime
) -> datetime | None:
    """When what this person has, or was asked for, goes back to the team because they are away.

    That is as its promise passes by the days on which they would have worked, and within the absence. None:
    they are back before, somebody else was asked in their place, they took it or kept it knowing that they
    would be away, or it does not wait.
    """
    theirs = standing.asked == person or (standing.holder == person and standing.asked is None)
    since = standing.asked_at if standing.asked else standing.held_since
    if standing.status != Status.OPEN or standing.private or since is None or not theirs:
        return None
    began = max(since, standing.opened_at or since)
    usual = replace(hours, off=tuple(span for span in hours.off if span.why is not Why.AWAY))
    for absence in _absences(hours):
        leaves, returns = next_opening(usual, start_of(hours, absence.first)), _returns(hours, absence)
        passes = promised_by(usual, began, policy)
        longest = promised_by(usual, leaves, policy) if leaves else None
        kept = standing.asked is None and since >= absence.said_at
        if kept or not (passes and leaves and longest and returns) or returns <= max(began, now, longest):
            continue
        at = max(passes, leaves, absence.said_at)
        if at < start_of(hours, absence.until):
            return at
    return None


def returned(hours: Hours, now: datetime) -> date | None:
    """The day of their return when that is the working day of `now`."""
    today = working_day(hours, now)
    for absence in _absences(hours):
        opens = _returns(hours, absence) if absence.until <= today else None
        if opens and working_day(hours, opens) == today:
            return absence.until
    return None


def _absences(hours: Hours) -> Iterator[DaysOff]:
    return (span for span in hours.off if span.why is Why.AWAY)


def _returns(hours: Hours, absence: DaysOff) -> datetime | None:
    return next_opening(hours, start_of(hours, absence.until))
