"""Judges a run from outside: what was sent against what happened and the calendar, for every arm alike.

It reads the log and the two tables of team.toml that tell who works when, and imports nothing of the bot: the
rules are written afresh here, so that a mistake of theirs is not made twice. A line of the log is one of

    said       {talk, network, post, asks, needs}  somebody outside wrote; `needs`: it wants an answer
    answered   {talk, by, posts, how}              one of us did; `how` shared or own can be seen as ours
    deleted, redrafted  {talk, posts}              what they wrote is gone
    linked     {by, network}  whose an account is was told: its answers are seen, the former ones from now on
    pressed    {by, verb, talk, done, until, posts}   `until`: "later" than that moment; `posts`: what stood
               before them, where the arm tells: they spoke of nothing that nobody had read yet
    told       {by, to, talk}                      a colleague said that it is theirs: not through the bot
    killed     {}                                  the process ended; no rule asks for it
    ring       {to, what, lines: [{talk, what, why, blind, post}], total}   a new message to a person or the
               "channel"; `blind`: since when a line says that it could not see, `post`: what was written back
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

Line = Mapping[str, Any]
RULES = (
    "after the answer could be seen", "outside hours", "on holiday", "while away", "a step twice",
    "over the budget", "without a reason", "forgotten",
)  # fmt: skip
ALLOWED = {"question": 2, "nudge": 2, "last word": 1, "blind": 1, "private": 1, "own digest": 3}
"""How often one person may be told of one wait, by the kind of message."""
ASKS = {"question", "kindly"}
"""What a colleague asks through the bot."""
TALKS_A_RING, RINGS_A_DAY = 3, 1
LOOKED_WITHIN = timedelta(seconds=60)
LIST_LOOKED_WITHIN = timedelta(minutes=5)
LATE = timedelta(hours=3)
"""How old the newest may be that a list need not count yet: a place is read once an hour."""
TOLD_WITHIN, TOLD_IN_A_WEEK = 16.0, 48.0
"""Working hours: the day on which it came, and the next; or all of the next week's where lists are weekly."""
SETTLES = {"elsewhere", "already", "not needed", "let go", "spam", "good ending", "community"}


@dataclass(frozen=True)
class Person:
    """Somebody's calendar."""

    id: str
    zone: ZoneInfo
    days: frozenset[int]
    starts: time
    ends: time
    away: tuple[tuple[date, date], ...]
    holidays: frozenset[date]

    def breach(self, at: datetime) -> str | None:
        """Which rule a message to them breaks by its time alone."""
        local = at.astimezone(self.zone)
        day = local.date()
        if any(first <= day <= last for first, last in self.away):
            return "while away"
        if day in self.holidays:
            return "on holiday"
        works = day.isoweekday() in self.days and self.starts <= local.time() < self.ends
        return None if works else "outside hours"

    def worked(self, start: datetime, end: datetime) -> float:
        """Hours of theirs between two moments."""
        total, day = 0.0, start.astimezone(self.zone).date()
        while day <= end.astimezone(self.zone).date():
            opens, closes = (
                datetime.combine(day, edge, self.zone).astimezone(UTC) for edge in (self.starts, self.ends)
            )
            if self.breach(opens) is None:
                total += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
            day += timedelta(days=1)
        return total / 3600


@dataclass
class Story:
    """What happened in one talk: when each post came, and when it was settled for all, or for who can see.

    `stood` has when an answer was given, which may be seen only later: after an outage of the network, or
    when it was told whose account that is.
    """

    came: dict[str, datetime] = field(default_factory=dict)
    done: dict[str, datetime] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    stood: dict[str, datetime] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    answered: dict[str, tuple[datetime, str, str]] = field(default_factory=dict)
    rests: list[tuple[datetime, datetime]] = field(default_factory=list)

    def settle(self, posts: Iterable[str], at: datetime) -> None:
        """From then on these wait for nobody, as can be seen."""
        for post in posts:
            self.seen.setdefault(post, at)

    def waits(self, at: datetime) -> bool:
        """Whether something waits there by what could be seen at a moment."""
        return any(came <= at and self.seen.get(post, NEVER) > at for post, came in self.came.items())

    def rest(self, at: datetime, until: datetime) -> None:
        """Put off from one moment to another: what was put off before ends then."""
        self.rests = [(begin, min(end, at)) for begin, end in self.rests] + [(at, until)]

    def is_in_a_list(self, at: datetime) -> bool:
        """Whether a list that is made then has to count it: it waited for so long that it must be known."""
        rests = any(begin <= at < end for begin, end in self.rests)
        return self.waits(at) and self.waits(at - LATE) and not rests

    def waits_in_truth(self, at: datetime) -> bool:
        """The same for whoever knows everything."""
        return any(came <= at and self.done.get(post, NEVER) > at for post, came in self.came.items())

    def wait(self, at: datetime) -> int:
        """The number of the wait, by what was known then: another begins when something comes and nothing
        waits."""
        begun = [came for post, came in sorted(self.came.items(), key=lambda each: each[1]) if came <= at]
        return sum(not self._waited_before(came, at) for came in begun)

    def _waited_before(self, moment: datetime, known: datetime) -> bool:
        return any(came < moment <= self._ended(post, known) for post, came in self.came.items())

    def _ended(self, post: str, known: datetime) -> datetime:
        seen = self.seen.get(post, NEVER)
        return self.stood.get(post, seen) if seen <= known else seen


NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Verdict:
    """The figures of one arm."""

    figures: dict[str, Any]
    violations: dict[str, int]
    examples: dict[str, str]


def judge(log: Sequence[Line], team: Mapping[str, Any], end: datetime, *, weekly: bool = False) -> Verdict:
    """Judge one arm by its log; `team` is team.toml as it was parsed, `weekly` how often lists come."""
    people = {one["id"]: _person(one, team["holidays"]) for one in team["people"]}
    outages = {what: _spans(spans) for what, spans in team["outages"].items()}
    stories = _stories(log, outages)
    breaches: Counter[str] = Counter(dict.fromkeys(RULES, 0))
    examples: dict[str, str] = {}
    found = (
        *_of_rings(log, people, stories),
        *_twice(log, stories),
        *_budget(log, people),
        *_forgotten(
            log,
            stories,
            _channel(team),
            outages["slack"],
            end,
            within=TOLD_IN_A_WEEK if weekly else TOLD_WITHIN,
        ),
    )
    for rule, story in found:
        breaches[rule] += 1
        examples.setdefault(rule, story)
    return Verdict(_figures(log, people, stories), dict(breaches), examples)


def _person(told: Mapping[str, Any], holidays: Mapping[str, list[date]]) -> Person:
    return Person(
        id=told["id"],
        zone=ZoneInfo(told["zone"]),
        days=frozenset(told.get("days", range(1, 6))),
        starts=time.fromisoformat(told.get("starts", "09:00")),
        ends=time.fromisoformat(told.get("ends", "17:00")),
        away=tuple((first, last) for first, last in told.get("away", ())),
        holidays=frozenset(holidays[told["region"]]),
    )


def _spans(told: Iterable[Sequence[Any]]) -> list[tuple[datetime, datetime]]:
    return [(begin, begin + timedelta(hours=hours)) for begin, hours in told]


def _at(line: Line) -> datetime:
    return datetime.fromisoformat(line["at"])


Outages = Mapping[str, Sequence[tuple[datetime, datetime]]]


def _stories(log: Sequence[Line], outages: Outages) -> dict[str, Story]:
    stories: defaultdict[str, Story] = defaultdict(Story)
    networks: dict[str, str] = {}
    linked: set[tuple[str, str]] = set()
    for line in log:
        if line["kind"] == "linked":
            linked.add((line["by"], line["network"]))
            there = (story for id, story in stories.items() if networks[id] == line["network"])
            _now_seen(there, line["by"], _at(line))
        if "talk" not in line:
            continue
        networks.setdefault(line["talk"], line.get("network", ""))
        seen = _works_at(outages.get(networks[line["talk"]], ()), _at(line))
        is_ours = line.get("how") in {"shared", "own"} or (line.get("by"), networks[line["talk"]]) in linked
        _tell(stories[line["talk"]], line, _at(line), seen, is_ours=is_ours)
    return stories


def _now_seen(stories: Iterable[Story], by: str, at: datetime) -> None:
    """What they answered through an account that nobody knew is seen from now on."""
    for story in stories:
        given = {
            post: when for post, (when, who, how) in story.answered.items() if (who, how) == (by, "unlinked")
        }
        story.settle(given, at)
        story.stood |= given


def _works_at(spans: Sequence[tuple[datetime, datetime]], at: datetime) -> datetime:
    """From when on what happened then can be seen: after the outage that it happened in."""
    return next((closes for opens, closes in spans if opens <= at < closes), at)


def _tell(story: Story, line: Line, at: datetime, seen: datetime, *, is_ours: bool) -> None:
    """What one line adds: `seen` is when the network shows it, `is_ours` that the account is known."""
    kind = line["kind"]
    if kind in {"said", "pressed"}:
        until = line.get("until") if line.get("done") else None
        story.rest(at, datetime.fromisoformat(until) if until else at)
    if kind == "said" and line["needs"]:
        story.came[line["post"]] = at
    elif kind == "answered":
        for post in line["posts"]:
            story.done.setdefault(post, at)
            story.answered.setdefault(post, (at, line["by"], line["how"]))
        if is_ours and line["how"] != "elsewhere":
            # What an account of nobody's had answered is above this reply too.
            story.stood |= dict.fromkeys(story.came.keys() - story.seen.keys(), at)
            story.settle(story.came, seen)
    elif kind in {"deleted", "redrafted"}:
        story.gone |= set(line["posts"])
        story.done |= dict.fromkeys(line["posts"], at)
        story.settle(line["posts"], seen)
    elif kind == "pressed" and line["done"] and line["verb"] in SETTLES:
        story.settle(line.get("posts", story.came), at)


def _rings(log: Sequence[Line]) -> Iterator[Line]:
    return (line for line in log if line["kind"] == "ring")


def _blind(line: Line) -> datetime | None:
    """Since when the place was not seen, where a list says so in the line itself; reminders may not."""
    since = line.get("blind")
    return datetime.fromisoformat(since) if since else None


Found = Iterator[tuple[str, str]]


def _of_rings(log: Sequence[Line], people: Mapping[str, Person], stories: Mapping[str, Story]) -> Found:
    """What one message breaks by itself."""
    for line in _rings(log):
        at, person = _at(line), people.get(line["to"])
        told = f"{line['what']} to {line['to']} at {line['at']}"
        rule = person.breach(at) if person else None
        if rule:
            yield rule, told
        if any(not each["why"] for each in line["lines"]):
            yield "without a reason", told
        looked = at - (LOOKED_WITHIN if person else LIST_LOOKED_WITHIN)
        for each in line["lines"]:
            story = stories[each["talk"]]
            since = _blind(each) if person is None else None
            if each["what"] != "news" and not (story.waits(min(looked, since or looked)) or story.waits(at)):
                yield "after the answer could be seen", f"{told} of {each['talk']}"


def _twice(log: Sequence[Line], stories: Mapping[str, Story]) -> Found:
    """A person hears of one wait so often as there are steps, and of one post once."""
    told: Counter[tuple[object, ...]] = Counter()
    for line in _rings(log):
        if line["to"] == "channel":
            continue
        for each in line["lines"]:
            about = each.get("post") or stories[each["talk"]].wait(_at(line))
            key = (line["to"], each["talk"], each["what"], about)
            told[key] += 1
            if told[key] > ALLOWED.get(each["what"], 1):
                yield "a step twice", f"{each['what']} to {line['to']} at {line['at']} of {each['talk']}"


def _budget(log: Sequence[Line], people: Mapping[str, Person]) -> Found:
    """One ring a person and day, and one colleague's question; three talks in one."""
    rung: Counter[tuple[object, ...]] = Counter()
    for line in _rings(log):
        person = people.get(line["to"])
        if person is None:
            continue
        told = f"{line['what']} to {line['to']} at {line['at']}"
        key = (person.id, _at(line).astimezone(person.zone).date(), line["what"] in ASKS)
        rung[key] += 1
        if rung[key] > RINGS_A_DAY or len(line["lines"]) > TALKS_A_RING:
            yield "over the budget", told


def _forgotten(
    log: Sequence[Line],
    stories: Mapping[str, Story],
    channel: Person,
    down: Sequence[tuple[datetime, datetime]],
    end: datetime,
    *,
    within: float,
) -> Found:
    """Whoever waited for more than `within` hours of the channel's stood in a list, as a line or in its
    count, or somebody was told of them. While Slack is out of order nobody can be told."""
    told: defaultdict[str, list[datetime]] = defaultdict(list)
    counted: list[tuple[datetime, int]] = []
    for line in _rings(log):
        for each in line["lines"]:
            told[each["talk"]].append(_at(line))
        if line["to"] == "channel":
            counted.append((_at(line), line["total"]))
    times = sorted(
        at for at, total in counted if total >= sum(story.is_in_a_list(at) for story in stories.values())
    )
    dead = sum((closes - opens).total_seconds() for opens, closes in down) / 3600
    for id, story in stories.items():
        for post, came in story.came.items():
            until = min(story.seen.get(post, NEVER), end)
            if channel.worked(came, until) <= within + (dead if _meets(down, came, until) else 0):
                continue
            place = bisect_right(times, came)
            in_list = place < len(times) and times[place] <= until
            if not in_list and not any(came <= at <= until for at in told[id]):
                yield "forgotten", f"{post} since {came.isoformat()}"


def _channel(team: Mapping[str, Any]) -> Person:
    holidays = frozenset(team["holidays"][team["channel_region"]])
    days = frozenset(range(1, 6))
    return Person("channel", ZoneInfo(team["channel_zone"]), days, time(9), time(17), (), holidays)


def _meets(spans: Sequence[tuple[datetime, datetime]], begin: datetime, end: datetime) -> bool:
    return any(opens < end and begin < closes for opens, closes in spans)


def _figures(
    log: Sequence[Line], people: Mapping[str, Person], stories: Mapping[str, Story]
) -> dict[str, Any]:
    asked = [(story, post) for story in stories.values() for post in story.came if post not in story.gone]
    answered = [(story, post) for story, post in asked if post in story.answered]
    took = [
        people[story.answered[post][1]].worked(story.came[post], story.answered[post][0])
        for story, post in answered
    ]
    rings = list(_rings(log))
    personal = Counter(line["to"] for line in rings if line["to"] != "channel")
    hours = Counter(
        _at(line).astimezone(people[line["to"]].zone).hour for line in rings if line["to"] != "channel"
    )
    false = [
        each
        for line in rings
        for each in line["lines"]
        if each["what"] != "news" and not stories[each["talk"]].waits_in_truth(_at(line))
    ]
    number = len(answered)
    return {
        "mentions": len(asked),
        "answered": number,
        "answered_share": round(number / len(asked), 4) if asked else 0.0,
        "median_working_hours": round(median(took), 2) if took else None,
        "rings": len(rings),
        "rings_to_people": sum(personal.values()),
        "rings_per_answer": round(len(rings) / number, 4) if number else None,
        "false_alarms": len(false),
        "given_by_colleagues": sum(_is_given(line) for line in log),
        "rings_by_person": {id: personal[id] for id in sorted(people)},
        "rings_by_kind": dict(sorted(Counter(line["what"] for line in rings).items())),
        "rings_by_local_hour": {str(hour): hours[hour] for hour in range(24)},
        "answers_by_person": dict(
            sorted(Counter(story.answered[post][1] for story, post in answered).items())
        ),
        "answered_after_hours": _shares(took, len(asked)),
    }


def _is_given(line: Line) -> bool:
    """Whether a colleague wanted somebody to answer: through the bot, which rings, or without it."""
    asked = line["kind"] == "pressed" and line["verb"] == "ask" and line["done"]
    return bool(asked) or line["kind"] == "told"


def _shares(took: Sequence[float], asked: int) -> dict[str, float]:
    """The part that had been answered after so many working hours."""
    ends = (1, 2, 4, 8, 16, 24, 40, 80)
    return {str(end): round(sum(each <= end for each in took) / asked, 4) if asked else 0.0 for end in ends}
