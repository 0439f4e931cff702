"""What stands in for Slack and for calendars in By Hand's arm, in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from bot.domain.errors import NotSent
from bot.domain.model import Workspace
from bot.domain.ports import Channel, Person, Posted
from bot.domain.screens import HomeScreen, Screen
from bot.simulation.world import World


@dataclass
class Chat:
    """Fits `bot.domain.ports.Slack`: what is posted is logged, and somebody reads it."""

    world: World
    read: Callable[[str, Posted, Screen], None]
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def post(self, workspace: Workspace, where: str, screen: Screen) -> Posted:
        """A new message."""
        self._works()
        posted = Posted(where, f"{next(self._numbers)}.0")
        self.read(where, posted, screen)
        return posted

    def edit(self, workspace: Workspace, posted: Posted, screen: Screen, *, as_text: bool = False) -> None:
        """Silent."""
        self._works()

    def rests_until(self, workspace: Workspace, slack_user: str) -> datetime | None:
        """Nobody here uses do-not-disturb."""
        return None

    def publish(self, workspace: Workspace, slack_user: str, screen: HomeScreen, shown: str) -> str:
        """Silent too."""
        self._works()
        return shown

    def person(self, workspace: Workspace, slack_user: str) -> Person | None:
        """As they were enrolled."""
        return None

    def channel(self, workspace: Workspace, channel: str) -> Channel | None:
        """The team's."""
        return Channel("social", is_member=True)

    def _works(self) -> None:
        until = self.world.is_down("slack")
        if until:
            raise NotSent("Slack is out of order", min(until, self.world.now + timedelta(minutes=15)))


@dataclass(frozen=True, slots=True)
class Almanac:
    """Fits `bot.domain.ports.Calendars`: the holidays of the data file."""

    known: Mapping[str, frozenset[date]]

    def holidays(self, place: str, first: date, until: date) -> Sequence[date]:
        """Those of a region."""
        return sorted(day for day in self.known[place] if first <= day < until)

    def marked(self, address: str, first: date, until: date) -> Sequence[date]:
        """Nobody has a calendar of their own."""
        return ()
