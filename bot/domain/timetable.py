"""Hours as people write them: "mon-thu 9:00-17:00 DE-BE"; and which weekdays those are, in ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.model import Hours

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NONE = "none"
"""What is written for no holidays at all."""
_TIME = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?")
_PLACE = re.compile(r"[a-z]{2}(-[a-z0-9]{1,4})?")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Timetable:
    """What somebody says of their hours; None is left as it is. `holidays` are empty for none."""

    days: frozenset[int] | None = None
    starts: time | None = None
    ends: time | None = None
    holidays: str | None = None

    def of(self, hours: Hours) -> Hours:
        """These hours with what is said; raises ValueError for hours that end as they start."""
        told = {"days": self.days, "starts": self.starts, "ends": self.ends}
        said = replace(hours, **{name: value for name, value in told.items() if value is not None})  # type: ignore[arg-type]
        if said.starts == said.ends:
            raise ValueError("hours end at another time than they start")
        return said


def read_timetable(text: str) -> Timetable:
    """From its words in any order; raises ValueError for a word that is none of them."""
    told = Timetable()
    for word in text.lower().split():
        starts, dash, ends = word.partition("-")
        if _TIME.fullmatch(starts) and dash:
            told = replace(told, starts=read_time(starts), ends=read_time(ends))
        elif word == NONE or _PLACE.fullmatch(word):
            told = replace(told, holidays=read_place(word))
        else:
            told = replace(told, days=read_days(word))
    return told


def read_time(text: str) -> time:
    """ "9:30", or "9" for the full hour; raises ValueError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no time of day")
    return time(int(found[1]), int(found[2] or 0))


def read_place(text: str) -> str:
    """A country, or one of its regions, whose holidays are meant ("DE", "DE-BE"); empty for "none"."""
    word = text.strip().lower()
    if word == NONE:
        return ""
    if not _PLACE.fullmatch(word):
        raise ValueError(f"{text!r} is no country or region")
    return word.upper()


def read_days(text: str) -> frozenset[int]:
    """ISO weekdays: "mon-thu", "mon,wed,fri", "fri-mon"; raises ValueError."""
    return frozenset(day for part in text.lower().split(",") for day in _range(part.strip()))


def _range(part: str) -> Iterator[int]:
    first, dash, last = part.partition("-")
    start, end = _weekday(first), _weekday(last if dash else first)
    yield from ((start - 1 + ahead) % 7 + 1 for ahead in range((end - start) % 7 + 1))


def _weekday(text: str) -> int:
    known = [day for day in WEEK if len(text) >= _SHORTEST and day.startswith(text)]
    if not known:
        raise ValueError(f"{text!r} is no day of the week")
    return WEEK.index(known[0]) + 1


def read_date(text: str, today: date) -> date:
    """A date as "2026-12-24", "tomorrow", or the next such weekday after today; raises ValueError."""
    word = text.strip().lower()
    if word == "tomorrow":
        return today + timedelta(days=1)
    if word[:1].isdigit():
        return datetime.strptime(word, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    return today + timedelta(days=(_weekday(word) - today.isoweekday() - 1) % 7 + 1)


def in_ranges(days: Iterable[int]) -> list[tuple[int, int]]:
    """Weekdays as first and last of those that follow each other."""
    found: list[tuple[int, int]] = []
    for day in sorted(days):
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
