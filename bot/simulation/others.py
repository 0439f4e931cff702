"""The other arms: a plain bot, one daily list for each person, and none. They are small and have no database.

`plain` goes by what it read at the last full hour. `list` and `silent` know what a look would show just now:
no less than By Hand knows. None sees what no network shows, or what an account does that nobody linked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.simulation.people import Crowd
from bot.simulation.team import Somebody
from bot.simulation.world import Talk, World

NINE = time(9)
SHOWN = 40
"""Lines of the list that somebody goes through in one round, as in By Hand's arm."""
DAY = timedelta(days=1)


class Simple:
    """Keeps who waits and who has it; fits `bot.simulation.people.Desk`. By itself it tells nobody."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.crowd = Crowd(world, self)
        self.open: dict[str, Talk] = {}
        self.holders: dict[str, str] = {}
        world.hearing.append(self._hears)

    def run(self, end: datetime, progress: Callable[[datetime], None]) -> None:
        """Let everything happen until then."""
        self._plan(end)
        while (at := self.world.next()) is not None and at < end:
            self.world.step()
            progress(at)

    def _plan(self, end: datetime) -> None:
        """Nothing is due by itself."""

    # ---- what it knows

    def _hears(self, talk: Talk, what: str) -> None:
        self.world.at(self._sees_at(talk), partial(self._sees, talk, what))

    def _sees_at(self, talk: Talk) -> datetime:
        return self.world.is_down(talk.network) or self.world.now

    def _sees(self, talk: Talk, what: str) -> None:
        if what == "said":
            self.open[talk.id] = talk
        elif what in {"shared", "own", "deleted", "redrafted"}:
            self.open.pop(talk.id, None)
            if what == "deleted":
                self.holders.pop(talk.id, None)

    # ---- what people press

    def unowned(self, who: Somebody) -> Sequence[Talk]:
        """What nobody has, longest waiting first."""
        return [talk for id, talk in self.open.items() if id not in self.holders][:SHOWN]

    def holder(self, talk: Talk) -> str | None:
        """Who took it or was told to."""
        return self.holders.get(talk.id)

    def take(self, who: Somebody, talk: Talk) -> None:
        """Theirs from now on."""
        if talk.id in self.open and talk.id not in self.holders:
            self.holders[talk.id] = who.id

    def give(self, who: Somebody, to: Somebody, talk: Talk) -> None:
        """Assigned is told: a colleague says so, and they know once they are at work."""
        self.holders[talk.id] = to.id
        self.world.note("told", by=who.id, to=to.id, talk=talk.id)
        self.crowd.given(to, talk)

    def settle(self, who: Somebody, talk: Talk, why: str) -> None:
        """Marked as done."""
        self.open.pop(talk.id, None)
        self.world.note("pressed", by=who.id, verb=why, talk=talk.id, to=None, done=True, why="")

    def later(self, who: Somebody, talk: Talk) -> None:
        """There is no such button."""

    def back(self, who: Somebody, talk: Talk) -> None:
        """Nobody's again."""
        self.holders.pop(talk.id, None)

    # ---- what it sends

    def _mine(self, who: Somebody) -> list[Talk]:
        return [talk for id, talk in self.open.items() if self.holders.get(id) == who.id]

    def _remind(self, who: Somebody) -> None:
        talks = self._mine(who)
        if talks and not self.world.is_down("slack"):
            lines = [{"talk": talk.id, "what": "nudge", "why": "it is yours"} for talk in talks]
            self.world.note("ring", to=who.id, what="nudge", lines=lines)
            self.crowd.reminded(who, talks)


class Silent(Simple):
    """No reminders at all."""


class Plain(Simple):
    """Every day at nine by the server: all that is open to the channel, a reminder to each assignee."""

    def _plan(self, end: datetime) -> None:
        for day in _days(self.world.now, end):
            zone = ZoneInfo(self.world.team.server_zone)
            self.world.at(datetime.combine(day, NINE, zone).astimezone(UTC), self._nine)

    def _sees_at(self, talk: Talk) -> datetime:
        at = super()._sees_at(talk)
        return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)

    def _nine(self) -> None:
        if self.open and not self.world.is_down("slack"):
            lines = [{"talk": id, "what": "digest", "why": ""} for id in self.open]
            self.world.note("ring", to="channel", what="digest", lines=lines, total=len(lines))
            self.crowd.in_channel([talk for id, talk in self.open.items() if id not in self.holders])
        for who in self.world.team.people:
            self._remind(who)


class Lists(Simple):
    """Every working day at the beginning of each person's own hours: one message with all that is theirs."""

    def _plan(self, end: datetime) -> None:
        for who in self.world.team.people:
            for day in _days(self.world.now, end):
                if day.isoweekday() in who.days:
                    at = datetime.combine(day, who.starts, ZoneInfo(who.zone)).astimezone(UTC)
                    self.world.at(at, partial(self._remind, who))


def _days(start: datetime, end: datetime) -> list[date]:
    return [start.date() + DAY * ahead for ahead in range((end - start).days)]
