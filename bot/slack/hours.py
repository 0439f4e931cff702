"""/engage hours: somebody's own days, hours, holidays and absences, told and said."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.daysoff import DAY
from bot.domain.hours import local_day
from bot.domain.model import Hours, Teammate, Workspace
from bot.domain.ports import Clock
from bot.domain.timetable import WEEK, in_ranges, read_timetable
from bot.services.days import Days
from bot.slack import words
from bot.slack.arrivals import Arrival
from bot.slack.blocks import paragraph
from bot.slack.said import Said
from bot.slack.spelled import listed
from bot.slack.teller import Teller

SHOWN = 5
"""How many days off are told; all of them are known."""
LONGEST = 100
"""Characters of what is read as hours."""


@dataclass(frozen=True, slots=True)
class OwnHours:
    """The work behind the words of /engage that are about somebody's own hours."""

    days: Days
    clock: Clock
    teller: Teller

    def hours(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        """Say what is known, after changing what was said."""
        try:
            known = self.days.set_hours(home.id, by.id, read_timetable(rest[:LONGEST])) if rest else by
        except ValueError:
            self.teller.say(arrival, words.hours_unknown(), more=[paragraph(words.needs(words.HOURS))])
            return
        self.teller.say(arrival, _told(known.hours), more=[paragraph(self._off(known.hours))])

    def _off(self, hours: Hours) -> Said:
        today = local_day(hours, self.clock())
        ahead = [span for span in hours.off if span.until > today]
        told = tuple((span.first, span.until - DAY, words.WHY_OFF[span.why]) for span in ahead[:SHOWN])
        return words.days_off(told, len(ahead) - len(told))


def _told(hours: Hours) -> Said:
    named = [
        WEEK[first - 1].title() if first == last else f"{WEEK[first - 1].title()} to {WEEK[last - 1].title()}"
        for first, last in in_ranges(hours.days)
    ]
    return words.your_hours(listed(named), hours.starts, hours.ends, hours.zone)
