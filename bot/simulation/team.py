"""The made-up team, its calendar, and how its people behave, as the two data files say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
TEAM, BEHAVIOUR = HERE / "team.toml", HERE / "behaviour.toml"
YEAR = 400
Behaviour = Mapping[str, Any]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of the team: their hours, the days on which they do not work, and their temper."""

    id: str
    zone: str
    region: str
    temper: str
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    starts: time = time(9)
    ends: time = time(17)
    rounds: time | None = None
    home: str | None = None
    away: tuple[tuple[date, date], ...] = ()
    holidays: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether that local day is a working day of theirs."""
        if day.isoweekday() not in self.days or day in self.holidays:
            return False
        return not any(first <= day <= last for first, last in self.away)

    def spans(self, at: datetime) -> Iterator[Span]:
        """Their working hours that end after `at`, in UTC."""
        zone = ZoneInfo(self.zone)
        today = at.astimezone(zone).date()
        for ahead in range(-1, YEAR):
            day = today + timedelta(days=ahead)
            if self.works_on(day):
                opens = datetime.combine(day, self.starts, zone).astimezone(UTC)
                closes = datetime.combine(day, self.ends, zone).astimezone(UTC)
                if closes > at:
                    yield opens, closes

    def worked(self, at: datetime, hours: float) -> datetime:
        """When they have worked for so long after `at`."""
        left = timedelta(hours=hours)
        for opens, closes in self.spans(at):
            begins = max(at, opens)
            if left < closes - begins:
                return begins + left
            left -= closes - begins
        raise ValueError(f"{self.id} never works so long")

    def is_working(self, at: datetime) -> bool:
        """Whether they work just then."""
        opens, _ = next(self.spans(at))
        return opens <= at


@dataclass(frozen=True, slots=True)
class Team:
    """Who they are, and what befalls them. Times are UTC."""

    begins: datetime
    server_zone: str
    channel_zone: str
    channel_region: str
    holidays: Mapping[str, frozenset[date]]
    launches: frozenset[date]
    people: tuple[Somebody, ...]
    outages: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def person(self, id: str) -> Somebody:
        """By name."""
        return next(one for one in self.people if one.id == id)

    def is_down(self, what: str, at: datetime) -> datetime | None:
        """Until when a network or Slack is out of order; None when it works."""
        spans = self.outages.get(what, ())
        return next((end for begin, end in spans if begin <= at < end), None)


def read_team(file: Path = TEAM) -> Team:
    """The team of a data file."""
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    holidays = told["holidays"]
    outages = {
        what: tuple((begin, begin + timedelta(hours=hours)) for begin, hours in spans)
        for what, spans in told["outages"].items()
    }
    return Team(
        begins=datetime.combine(told["begins"], time.min, UTC),
        server_zone=told["server_zone"],
        channel_zone=told["channel_zone"],
        channel_region=told["channel_region"],
        holidays={region: frozenset(days) for region, days in holidays.items()},
        launches=frozenset(told["launches"]),
        people=tuple(_somebody(one, holidays) for one in told["people"]),
        outages=outages,
    )


def read_behaviour(file: Path | None = None, other: str = "") -> Behaviour:
    """How people behave, by the groups of the data file; with `other`, where it says they might be otherwise.

    Raises KeyError when it says nothing of that name.
    """
    told = tomllib.loads((file or BEHAVIOUR).read_text(encoding="utf-8"))
    for name, value in told["otherwise"][other].items() if other else ():
        group, _, key = name.partition(".")
        for each in told["temper"].values() if group == "temper" else [told[group]]:
            each[key] = value
    return told


def _somebody(told: Mapping[str, Any], holidays: Mapping[str, list[date]]) -> Somebody:
    return Somebody(
        id=told["id"],
        zone=told["zone"],
        region=told["region"],
        temper=told["temper"],
        days=frozenset(told.get("days", (1, 2, 3, 4, 5))),
        starts=time.fromisoformat(told.get("starts", "09:00")),
        ends=time.fromisoformat(told.get("ends", "17:00")),
        rounds=time.fromisoformat(told["rounds"]) if "rounds" in told else None,
        home=told.get("home"),
        away=tuple((first, last) for first, last in told.get("away", ())),
        holidays=frozenset(holidays[told["region"]]),
    )
