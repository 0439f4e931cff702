"""/engage: the list of what waits, and the few words it understands; all for the asker alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.errors import RateLimited, ReadingError, Rejected, SendingError, Unavailable
from bot.domain.model import Teammate, Workspace
from bot.domain.ports import Clock
from bot.domain.rests import Rest, day_named, rest_until
from bot.domain.screens import QueueScreen
from bot.services.measuring.measures import Measuring
from bot.services.standing.queue import Queue
from bot.services.team.people import People
from bot.services.telling.report import Report
from bot.services.telling.stand import Stand, Unfit
from bot.slack import lists, responses, stats, words
from bot.slack.adding import Adding
from bot.slack.arrivals import Arrival
from bot.slack.blocks import Drawn, actions, button, foot, message, paragraph
from bot.slack.digest import preview
from bot.slack.hours import OwnHours
from bot.slack.policy import OurPolicy
from bot.slack.rules import OurRules
from bot.slack.said import NAME, Bold, Said, cut, plain
from bot.slack.teller import Teller
from bot.slack.values import Code

SHOWN = 15
"""How many lines a list has; two blocks each, within Slack's 50."""

PAUSE_DAYS, LONGEST_PAUSE = 7, 90
"""How long a pause is without a number, and at most."""

RESTS = {"today": Rest.TODAY, "this week": Rest.WEEK, "week": Rest.WEEK, "until i say": Rest.SAID}

HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")

DIRECT = "D"
"""What Slack's ids of direct messages begin with."""


def waiting(queue: QueueScreen, viewer: Teammate) -> Drawn:
    """What waits on the viewer, what they were asked, what nobody has; as of when, with Refresh. Whoever
    hears nothing from us reads that too, as they may take something all the same."""
    blocks, hidden = lists.groups(queue, viewer.id, SHOWN)
    rests = lists.at_rest(viewer, queue.as_of)
    blocks += [paragraph((*rests, " ", *responses.how_to_resume()))] if rests else []
    refresh = button(Code.REFRESH, words.REFRESH, Code.REFRESH, label=words.REFRESH)
    notice = responses.notice_list(len(queue.mine), len(queue.unowned))
    return message(notice, [*blocks, foot(*_small_print(queue, hidden)), actions(refresh)])


def _small_print(queue: QueueScreen, hidden: int) -> list[Said]:
    said = [responses.as_of(queue.as_of)]
    said += [responses.left_off(hidden)] if hidden > 0 else []
    return said + [words.blind(cut(network, NAME), since) for network, since in queue.blind]


def usage(word: str = "") -> Drawn:
    """The help; an unknown word is named first."""
    unknown = [responses.unknown_word(cut(word, NAME))] if word else []
    rows = [paragraph((Bold(how), f": {what}")) for how, what in responses.HELP]
    return message(plain(responses.help_head()), [paragraph(*unknown, responses.help_head()), *rows])


@dataclass(frozen=True, slots=True)
class Engage:
    """The work behind /engage."""

    clock: Clock
    queue: Queue
    people: People
    adding: Adding
    stand: Stand
    own: OwnHours
    measuring: Measuring
    report: Report
    policy: OurPolicy
    rules: OurRules
    teller: Teller

    def __call__(self, home: Workspace, arrival: Arrival, came_at: datetime | None) -> None:
        """One command. Doing it twice after a restart does no harm."""
        del came_at
        word, _, rest = arrival.value.strip().partition(" ")
        by = self.people.teammate(home.id, arrival.user)
        if not by.can_be_assigned:
            self.teller.say(arrival, responses.outsider())
            return
        known = self._words()
        if word.lower() in known:
            known[word.lower()](home, arrival, by, rest.strip())
        else:
            self.teller.show(arrival, usage(word))

    def _words(self) -> dict[str, Callable[[Workspace, Arrival, Teammate, str], None]]:
        return {
            "": self._list,
            "add": self._add,
            "me": self._me,
            "here": self._here,
            "digest": self._digest,
            "stats": self._stats,
            "hours": self.own.hours,
            "away": self.own.away,
            "back": self.own.back,
            "pause": self._pause,
            "quiet": self._quiet,
            "daily": self._daily,
            "policy": self.policy,
            "rules": self.rules,
            "stop": self._stop,
            "resume": self._resume,
            "help": self._help,
        }

    def _list(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        self.teller.show(arrival, waiting(self.queue.of(home.id, by.id, SHOWN), by))

    def _help(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        self.teller.show(arrival, usage())

    def _digest(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        self.teller.show(arrival, preview(self.report.preview(home.id)))

    def _stats(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        self.teller.show(arrival, stats.stats(self.measuring.of(home.id)))

    def _add(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        link = re.sub(r"^<|(\|[^>]*)?>$", "", rest)
        if not link:
            self.teller.say(arrival, responses.needs(_usage("add"), responses.WHICH_LINK))
            return
        self.adding.link(home, arrival, by, link)

    def _me(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        if not rest:
            self.teller.say(arrival, responses.needs(_usage("me"), responses.WHICH_ACCOUNT))
            return
        try:
            found = self.people.find(rest, home.id)
        except (ReadingError, ValueError) as trouble:
            self.teller.say(arrival, _unread(trouble))
            return
        spoke = self.people.has_spoken(home.id, found)
        handle = self.people.keep(home.id, by.id, found)
        name, network = cut(handle.name, NAME), cut(handle.network, NAME)
        self.teller.say(arrival, responses.linked(name, network, spoke=spoke))

    def _here(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        hour = HOUR.fullmatch(rest)
        if arrival.channel.startswith(DIRECT):
            self.teller.say(arrival, responses.not_in_direct_messages())
        elif rest and not hour:
            self.teller.say(arrival, responses.needs(_usage("here")))
        else:
            at = time(int(hour[1]), int(hour[2])) if hour else None
            self.teller.say(arrival, self._stands(home, arrival.channel, at, by))

    def _stands(self, home: Workspace, channel: str, at: time | None, by: Teammate) -> Said:
        try:
            chosen = self.stand.here(home.id, channel, at, by.hours.zone)
        except SendingError as trouble:
            hidden = isinstance(trouble, Rejected) and trouble.code == "missing_scope"
            return responses.channel_hidden() if hidden else responses.channel_unsure()
        if isinstance(chosen, Unfit):
            return responses.unfit(chosen.name)
        return responses.stands_here(chosen.digest_at, chosen.zone)

    def _pause(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        days = rest.split(" ", maxsplit=1)[0] or str(PAUSE_DAYS)
        said = RESTS.get(rest.casefold())
        if said is None and (not re.fullmatch(r"[0-9]{1,2}", days) or not 1 <= int(days) <= LONGEST_PAUSE):
            self.teller.say(arrival, responses.needs(_usage("pause")))
            return
        now = self.clock()
        end = rest_until(said, by.hours, now) if said else now + timedelta(days=int(days))
        self.people.pause(home.id, by.id, end)
        self.teller.say(arrival, responses.paused(end))

    def _quiet(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        word = rest.casefold().removeprefix("until ").strip()
        until = None if word == "off" else day_named(word, by.hours, self.clock())
        if until is None and word != "off":
            self.teller.say(arrival, responses.needs(_usage("quiet")))
            return
        self.stand.quiet(home.id, until)
        self.teller.say(arrival, responses.quiet_until(until) if until else responses.quiet_no_more())

    def _daily(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        if rest.casefold() not in ("", "off"):
            self.teller.say(arrival, responses.needs(_usage("daily")))
            return
        self.people.own_digest(home.id, by.id, wanted=not rest)
        self.teller.say(arrival, words.reminders_again() if rest else words.daily())

    def _stop(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        self.people.stop(home.id, by.id)
        self.teller.say(arrival, responses.stopped_for_good())

    def _resume(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        self.people.resume(home.id, by.id)
        self.teller.say(arrival, responses.resumed())


def _usage(word: str) -> str:
    """How a word goes, as the help has it."""
    return next(how for how, _ in responses.HELP if how.split(" ")[1:2] == [word])


def _unread(trouble: Exception) -> Said:
    """What a person can do about it."""
    passing = isinstance(trouble, (Unavailable, RateLimited))
    return responses.could_not_read() if passing else responses.link_unknown()
