"""/engage hours, away and back: somebody's own days, hours, holidays and absences, told and said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.daysoff import DAY
from bot.domain.hours import local_day, works_on
from bot.domain.model import Hours, Teammate, Workspace
from bot.domain.ports import Clock
from bot.domain.timetable import WEEK, in_ranges, read_date, read_timetable
from bot.services.standing.queue import Queue
from bot.services.team.days import Days
from bot.services.team.people import People
from bot.slack import responses
from bot.slack.arrivals import Arrival
from bot.slack.blocks import message, paragraph
from bot.slack.leaving import places
from bot.slack.said import Said, plain
from bot.slack.spelled import listed
from bot.slack.teller import Teller

SHOWN = 5
"""How many days off are told; all of them are known."""
LONGEST = 100
"""Characters of what is read as hours."""
MOST = 10
"""How many conversations somebody is asked to place at once."""
LONGEST_ABSENCE = timedelta(days=400)
SPAN = re.compile(r"(from\s+(?P<first>\S+)\s+)?until\s+(?P<until>\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnHours:
    """The work behind the words of /engage that are about somebody's own hours."""

    days: Days
    people: People
    queue: Queue
    clock: Clock
    teller: Teller

    def hours(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        """Say what is known, after changing what was said."""
        try:
            known = self.days.set_hours(home.id, by.id, read_timetable(rest[:LONGEST])) if rest else by
        except ValueError:
            self.teller.say(
                arrival, responses.hours_unknown(), more=[paragraph(responses.needs(responses.HOURS))]
            )
            return
        self.teller.say(arrival, _told(known.hours), more=[paragraph(self._off(known.hours))])

    def away(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        """From today or a date on, until a date; without words, what is known and what is not placed yet."""
        span = self._span(by, rest) if rest else None
        if rest and span is None:
            self.teller.say(
                arrival, responses.dates_unknown(), more=[paragraph(responses.needs(responses.AWAY))]
            )
            return
        if span:
            self.days.away(home.id, by.id, *span)
        self.leaving(home, arrival, by)

    def back(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        """They are back today."""
        known = self.days.back(home.id, by.id)
        off_again = not works_on(known.hours, local_day(known.hours, self.clock()))
        self.teller.say(arrival, responses.is_back(off_again))

    def leaving(self, home: Workspace, arrival: Arrival, by: Teammate, *, replace: bool = False) -> None:
        """When they are away, and a choice for each conversation that would be offered meanwhile."""
        absence = self.days.absence(home.id, by.id)
        if absence is None:
            self.teller.say(arrival, responses.not_away(), more=[paragraph(responses.needs(responses.AWAY))])
            return
        unplaced = self.days.unplaced(home.id, by.id)
        has = [
            (line, self.people.likely(home.id, line.conversation, for_=by.id))
            for line in self.queue.lines(home.id, unplaced[:MOST], by.id)
        ]
        told = responses.away(absence.first, absence.until)
        blocks = [paragraph(told), *places(has, by.id, len(unplaced) - len(has))]
        self.teller.show(arrival, message(plain(told), blocks), replace=replace)

    def _span(self, by: Teammate, rest: str) -> tuple[date, date] | None:
        """What is read of "from DATE until DATE"; None for what is no absence."""
        found = SPAN.fullmatch(rest[:LONGEST])
        today = local_day(by.hours, self.clock())
        if found is None:
            return None
        try:
            first = read_date(found["first"], today) if found["first"] else today
            until = read_date(found["until"], first)
        except ValueError:
            return None
        return (first, until) if today <= first < until <= today + LONGEST_ABSENCE else None

    def _off(self, hours: Hours) -> Said:
        today = local_day(hours, self.clock())
        ahead = [span for span in hours.off if span.until > today]
        told = tuple((span.first, span.until - DAY, responses.WHY_OFF[span.why]) for span in ahead[:SHOWN])
        return responses.days_off(told, len(ahead) - len(told))


def _told(hours: Hours) -> Said:
    named = [
        WEEK[first - 1].title() if first == last else f"{WEEK[first - 1].title()} to {WEEK[last - 1].title()}"
        for first, last in in_ranges(hours.days)
    ]
    return responses.your_hours(listed(named), hours.starts, hours.ends, hours.zone)
