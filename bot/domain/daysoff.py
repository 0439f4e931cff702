"""Days off: where they come from, and what one source says anew; the hours alone are closed by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.hours import local_day
from bot.domain.model import DaysOff, Hours, Why

DAY = timedelta(days=1)
KEPT = timedelta(days=400)
"""Past days off still count in waits that began before them."""
UNTIL_READ = timedelta(days=2)
"""A status is read once a day and whenever it changes, so by the next day's end it was."""
NOON = time(12)
"""A status that ends by noon ends with the night before; a later one takes the whole day."""


def spans(days: Iterable[date], why: Why, now: datetime) -> tuple[DaysOff, ...]:
    """Dates as days off, those that follow each other in one."""
    found: list[DaysOff] = []
    for day in sorted(set(days)):
        if found and found[-1].until == day:
            found[-1] = replace(found[-1], until=day + DAY)
        else:
            found.append(DaysOff(day, day + DAY, why, now))
    return tuple(found)


def renewed(
    off: Iterable[DaysOff], found: Iterable[DaysOff], whys: Collection[Why], today: date
) -> tuple[DaysOff, ...]:
    """What was found takes the place of what was known for these reasons; what stays keeps its `said_at`."""
    known = {_key(span): span for span in off}
    kept = {key: span for key, span in known.items() if span.why not in whys and span.until > today - KEPT}
    told = {_key(span): known.get(_key(span), span) for span in found}
    return tuple(sorted((kept | told).values(), key=_key))


def _key(span: DaysOff) -> tuple[date, date, Why]:
    return span.first, span.until, span.why


def away(hours: Hours, first: date, until: date, now: datetime) -> Hours:
    """They are away from `first` on, and back on `until`; one absence at a time."""
    return _told(hours, Why.AWAY, [DaysOff(first, until, Why.AWAY, now)], now)


def back(hours: Hours, now: datetime) -> Hours:
    """They are back: of an absence only what has passed remains, and nothing of one to come."""
    return _told(hours, Why.AWAY, [], now)


def by_status(hours: Hours, out: bool, until: datetime | None, now: datetime) -> Hours:
    """As their status in Slack says: out, and until when; without an end until it was read again."""
    today = local_day(hours, now)
    free = today + UNTIL_READ
    if until:
        ends = until.astimezone(ZoneInfo(hours.zone))
        free = ends.date() if ends.time() <= NOON else ends.date() + DAY
    lasts = out and free > today and (until is None or until > now)
    told = [DaysOff(today, free, Why.STATUS, now)] if lasts else []
    return _told(hours, Why.STATUS, told, now)


def _told(hours: Hours, why: Why, told: list[DaysOff], now: datetime) -> Hours:
    """What is said now, and what has passed of what was said before."""
    today = local_day(hours, now)
    known = (span for span in hours.off if span.why is why and span.first < today)
    past = [replace(span, until=min(span.until, today)) for span in known]
    return replace(hours, off=renewed(hours.off, [*past, *told], {why}, today))


def back_on(hours: Hours, day: date) -> date | None:
    """The first date after `day` that is not off; None when `day` itself is not."""
    ahead = day
    while span := next((span for span in hours.off if span.first <= ahead < span.until), None):
        ahead = span.until
    return ahead if ahead > day else None


def is_away(hours: Hours, at: datetime) -> bool:
    """Whether they said that they are away on that local date, to us or by their status."""
    day = local_day(hours, at)
    return any(span.first <= day < span.until for span in hours.off if span.why in {Why.AWAY, Why.STATUS})
