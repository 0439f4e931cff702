"""Days off from outside: public holidays of a country or region, and all-day events of a calendar (RFC 5545).

Both libraries are imported where they are used: nobody else pays for them. A calendar is read through the
door, or from a file of this machine; its address is a secret and stands in no error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from bot.domain.connector import ConnectorFacts
from bot.domain.errors import ChangedFormat, Gone
from bot.reading.door import Door
from bot.reading.reader import origin_of, parsed

FACTS = ConnectorFacts(
    name="calendar",
    label="calendar",
    queries=(),
    ways=(),
    floor=timedelta(days=1),
    requests=1,
    window=timedelta(hours=1),
    limits_source="our own: once a day",
    sees="All-day events.",
    cannot_see="Events with an hour.",
)
LARGEST = 1024 * 1024
"""Bytes: ten thousand events."""
MOST_REPEATING = 50
"""Events that repeat; a rule that never comes true is tried until the year 9999, for a second."""
MOST = 20_000
"""Dates from one of them: every day for fifty years."""
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OutsideCalendars:
    """Fits `bot.domain.ports.Calendars`."""

    door: Door

    def holidays(self, place: str, first: date, until: date) -> Sequence[date]:
        """Public holidays there ("DE", "DE-BE"); raises ValueError where nobody knows of any."""
        import holidays  # noqa: PLC0415 - few teams name a country

        country, _, region = place.partition("-")
        years = range(first.year, until.year + 1)
        try:
            found = holidays.country_holidays(country, subdiv=region or None, years=years)
        except (NotImplementedError, KeyError) as unknown:
            raise ValueError(f"no holidays are known for {place}") from unknown
        return [day for day in sorted(found) if first <= day < until]

    def marked(self, address: str, first: date, until: date) -> Sequence[date]:
        """The days of all-day events; raises the errors of reading."""
        return all_days(self._read(address), first, until)

    def _read(self, address: str) -> bytes:
        if "://" not in address:
            try:
                return Path(address).read_bytes()
            except OSError as trouble:
                raise Gone("the calendar's file cannot be read") from trouble
        url = address.replace("webcal://", "https://", 1)
        return self.door.reader(FACTS, origin_of(parsed(url)), None).get(url).body


def all_days(body: bytes, first: date, until: date) -> Sequence[date]:
    """Every date from `first` on and before `until` that an all-day event covers; what repeats is repeated.

    An event that cannot be read is left out; raises ChangedFormat for what is no calendar.
    """
    from icalendar import Calendar  # noqa: PLC0415 - few teams have one

    if len(body) > LARGEST:
        raise ChangedFormat("the calendar is too large")
    try:
        events = Calendar.from_ical(body).walk("VEVENT")
    except (ValueError, IndexError, KeyError) as trouble:
        raise ChangedFormat("this is no calendar") from trouble
    once = [event for event in events if "RRULE" not in event]
    repeating = [event for event in events if "RRULE" in event][:MOST_REPEATING]
    return sorted({day for event in once + repeating for day in _days_of(event, first, until)})


def _days_of(event: Any, first: date, until: date) -> Iterable[date]:
    try:
        starts = event.decoded("DTSTART")
        if isinstance(starts, datetime) or str(event.get("STATUS", "")).upper() == "CANCELLED":
            return []
        lasts = max(1, (_ends(event, starts) - starts).days)
        begins = _repeated(event, starts, first - lasts * DAY, until)
        return [
            day for start in begins for ahead in range(lasts) if first <= (day := start + ahead * DAY) < until
        ]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return []


def _ends(event: Any, starts: date) -> date:
    if "DTEND" in event:
        ends: date = event.decoded("DTEND")
        return ends
    lasts: timedelta = event.decoded("DURATION") if "DURATION" in event else DAY
    return starts + lasts


def _repeated(event: Any, starts: date, first: date, until: date) -> Iterable[date]:
    if "RRULE" not in event:
        return [starts]
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - few events repeat

    told = event["RRULE"]
    if told.get("FREQ", [""])[0] not in FREQUENCIES:
        return [starts]
    rule = rrulestr(told.to_ical().decode(), dtstart=datetime.combine(starts, time.min))
    left_out = {each.dt for one in _listed(event.get("EXDATE")) for each in one.dts}
    repeats = takewhile(lambda day: day < until, (each.date() for each in islice(rule, MOST)))
    return [day for day in repeats if first <= day and day not in left_out]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
