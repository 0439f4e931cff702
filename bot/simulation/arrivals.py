"""What people outside write by themselves: when, where, who; the same whatever the team does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.simulation.chance import Chance
from bot.simulation.team import Behaviour, Team

WHOLE = 4000
WHOLE_DAYS = 90
POND, FIELD = "pond", "field"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody begins to speak to us. `fate` is what they do to it before long, if anything."""

    id: str
    at: datetime
    network: str
    author: str
    asks: bool
    fate: str = ""


def usual_number(days: int) -> int:
    """How many mentions come in so many days."""
    return max(1, round(WHOLE * days / WHOLE_DAYS))


def arrivals(team: Team, behaviour: Behaviour, chance: Chance, *, days: int, mentions: int) -> list[Arrival]:
    """All of them, by time."""
    outside = behaviour["outside"]
    listed = [team.begins.date() + timedelta(days=ahead) for ahead in range(days)]
    weights = [_weight(day, team, outside) for day in listed]
    times = sorted(_times(team, outside, chance, list(zip(listed, weights, strict=True)), mentions))
    return [_arrival(number, at, outside, chance) for number, at in enumerate(times)]


def _weight(day: date, team: Team, outside: Behaviour) -> float:
    usual: float = outside["weekend"] if day.isoweekday() > 5 else 1.0
    return usual * (outside["launch"] if day in team.launches else 1.0)


def _times(
    team: Team, outside: Behaviour, chance: Chance, days: Sequence[tuple[date, float]], mentions: int
) -> Iterator[datetime]:
    former: datetime | None = None
    for number in range(mentions):
        if former and chance.happens(outside["bursts"], "burst", number):
            former += timedelta(minutes=30 * chance.share("burst after", number))
        else:
            day = chance.one_of([day for day, _ in days], [weight for _, weight in days], "day", number)
            hour = chance.one_of(range(24), outside["hours"], "hour", number)
            seconds = int(3600 * chance.share("second", number))
            former = team.begins + (day - team.begins.date()) + timedelta(hours=hour, seconds=seconds)
        yield former


def _arrival(number: int, at: datetime, outside: Behaviour, chance: Chance) -> Arrival:
    id = f"m{number:05}"
    known = chance.happens(outside["regulars"], "regular", id)
    person = int(outside["people"] * chance.share("who", id))
    fates = ("deleted", "redrafted", "edited", "")
    likely = [outside["deletes"], outside["redrafts"], outside["edits"]]
    return Arrival(
        id=id,
        at=at,
        network=POND if chance.happens(outside["on_pond"], "network", id) else FIELD,
        author=f"r{person:04}" if known else f"n{number:05}",
        asks=chance.happens(outside["asks"], "asks", id),
        fate=chance.one_of(fates, [*likely, 1 - sum(likely)], "fate", id),
    )
