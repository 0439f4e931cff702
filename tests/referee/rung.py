"""7: people are rung in their hours, while they are there, and within the day's budget."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.referee.lines import Breach, Line, moment, shown, sure
from tests.referee.notes import TO_CHANNELS, matched, value_of
from tests.referee.world import World


def hours(world: World) -> Iterator[Breach]:
    """7: each note falls in its reader's hours, not while they are away, within the day's budget."""
    by_slack = {person["slack_user"]: person for person in world.people.values()}
    days: defaultdict[tuple[str, date], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for one_ in matched(world):
        rung = one_.line.get("rings", [])
        if not str(one_.line["channel"]).startswith("D") or len(rung) != 1 or rung[0] not in by_slack:
            continue
        person, at = _where_then(world, by_slack[rung[0]], one_.line), sure(one_.line["world"])
        why = (_why_off if _typed_hours(world, person, one_.line) else _why_not)(person, at)
        why = why or _paused(world, person, one_.line)
        why = why or _disturbed(world, one_.line) or _quiet(world, one_.line)
        if why:
            yield Breach(7, f"{rung[0]} was rung {why}.", (shown(one_.line),))
        kind = one_.intent["kind"] if one_.intent else ""
        # A colleague's question, and what a lead gets because the channel is shut, have budgets of their own.
        what = {
            **dict.fromkeys(("question", "kindly"), "questions"),
            **dict.fromkeys(TO_CHANNELS, "digests"),
        }.get(kind, "rings")
        what = "urgent questions" if what == "questions" and _is_urgent(world, one_.intent) else what
        days[rung[0], _working_day(person, at)][what].append(one_.line)
    for (who, day), rings in days.items():
        yield from _too_many(by_slack[who], day, rings)


def _where_then(world: World, person: Line, line: Line) -> Line:
    """The person in the zone in which Slack had them when it last told the bot; the export knows the last.

    What is sent again tells how it was when it was first sent.
    """
    acks = {each["envelope_id"] for each in world.slack if each["kind"] == "ack"}
    first: dict[str, int] = {}
    told: list[tuple[int, str]] = []
    for each in world.slack:
        since = first.setdefault(_event_of(each) or str(each["seq"]), each["seq"])
        told += [
            (since, user["tz"])
            for user in _users_told(each, acks)
            if each["seq"] < line["seq"] and user.get("id") == person["slack_user"] and user.get("tz")
        ]
    return {**person, "zone": max(told)[1]} if told else person


def _event_of(line: Line) -> str | None:
    """What tells that an envelope is another one's again."""
    return line["envelope"]["payload"].get("event_id") if line["kind"] == "envelope" else None


def _users_told(line: Line, acks: Collection[str]) -> list[Line]:
    """Of whom Slack told the bot there."""
    if line["kind"] == "call" and line["method"] == "users.info":
        return [line["answer"].get("user") or {}]
    if line["kind"] == "envelope" and line["envelope"]["envelope_id"] in acks:
        event = line["envelope"]["payload"].get("event", {})
        return [event["user"]] if event.get("type") == "user_change" else []
    return []


def _is_urgent(world: World, row: Line | None) -> bool:
    """What a rule of the team's asks may be marked urgent, and then ring once besides."""
    about_ = {one_["conversation"] for one_ in row["shows"] if one_["step"] == "urgent"} if row else set()
    ruled = {line["conversation_id"] for line in world.journal if (line["verb"], line["by"]) == ("ask", "")}
    return bool(about_ & ruled)


def _too_many(person: Line, day: date, rings: dict[str, list[Line]]) -> Iterator[Breach]:
    """The budget of one working day; on the first after an absence one message, whatever it is about."""
    who = person["slack_user"]
    every = [line for what, lines in rings.items() for line in lines if what != "digests"]
    if len(every) > 1 and any(
        (span["why"], span["until"]) == ("away", day.isoformat())
        for span in _off(person, sure(every[0]["world"]))
    ):
        story = f"{who} had {len(every)} messages on {day}, the day of their return."
        yield Breach(7, story, tuple(map(shown, every)))
    for what, lines in rings.items():
        most = person["rings_a_day"] if what == "rings" else 1
        if len(lines) > most:
            story = f"{who} had {len(lines)} {what} on {day}, and {most} may be."
            yield Breach(7, story, tuple(map(shown, lines)))


def _why_not(person: Line, at: datetime) -> str:
    """By a calendar of our own: the wall clock in the person's zone, and their days off."""
    local, shift = at.astimezone(ZoneInfo(person["zone"])), _working_day(person, at)
    if why := _why_off(person, at):
        return why
    if shift.isoweekday() not in person["days"]:
        return f"on a day off, {local:%A %Y-%m-%d}"
    starts, ends = time.fromisoformat(person["starts"]), time.fromisoformat(person["ends"])
    by_night = starts > ends and (local.time() >= starts or local.time() < ends)
    return "" if by_night or starts <= local.time() < ends else f"at {local:%H:%M} of their time"


def _why_off(person: Line, at: datetime) -> str:
    local, shift = at.astimezone(ZoneInfo(person["zone"])), _working_day(person, at)
    for span in _off(person, at):
        if any(span["first"] <= day.isoformat() < span["until"] for day in (local.date(), shift)):
            return f"{_WHEN_OFF.get(span['why'], 'on a day off')}, {local:%A %Y-%m-%d}"
    return ""


def _typed_hours(world: World, person: Line, line: Line) -> bool:
    """Whether they told the bot of other hours afterwards: the export knows the last ones alone."""
    return any(
        each["kind"] == "act"
        and each["seq"] > line["seq"]
        and each["act"]["user"] == person["slack_user"]
        and str(each["act"]["payload"].get("text", "")).startswith("hours ")
        for each in world.slack
    )


_WHEN_OFF = {"holiday": "on a holiday", "away": "while away", "status": "while away"}


def _off(person: Line, at: datetime) -> list[Line]:
    """What was known by then of their days off."""
    return [span for span in person.get("off") or () if sure(span["said_at"]) <= at]


def _working_day(person: Line, at: datetime) -> date:
    """The local date; after midnight that on which the night shift began."""
    local = at.astimezone(ZoneInfo(person["zone"]))
    starts, ends = time.fromisoformat(person["starts"]), time.fromisoformat(person["ends"])
    return local.date() - timedelta(days=starts > ends and local.time() < ends)


def _disturbed(world: World, line: Line) -> str:
    """By what Slack told of do-not-disturb when it was last asked about the one who was rung."""
    told = [
        each["answer"]
        for each in world.slack
        if each["kind"] == "call" and each["method"] == "dnd.info" and each["seq"] < line["seq"]
        if each.get("answer", {}).get("ok") and each["arguments"].get("user") == line["rings"][0]
    ]
    last, at = told[-1] if told else {}, sure(line["world"]).timestamp()
    rests = last.get("dnd_enabled") and last["next_dnd_start_ts"] <= at < last["next_dnd_end_ts"]
    return "though they are not to be disturbed" if rests else ""


def _paused(world: World, person: Line, line: Line) -> str:
    until = moment(person["paused_until"])
    asked = [
        each["seq"]
        for each in world.slack
        if each["kind"] == "act" and each["act"]["user"] == person["slack_user"] and _pauses(each["act"])
    ]
    since = min((seq for seq in asked if seq < line["seq"]), default=None)
    return "while they had paused" if until and since and sure(line["world"]) < until else ""


def _quiet(world: World, line: Line) -> str:
    """Whether a teammate had asked for quiet for all, by the midnight of their own zone."""
    said = [
        each
        for each in world.slack
        if each["kind"] == "act"
        and each["seq"] < line["seq"]
        and each["act"]["payload"].get("command") == "/engage"
        and str(each["act"]["payload"].get("text", "")).startswith("quiet ")
    ]
    if not said:
        return ""
    person = next(p for p in world.people.values() if p["slack_user"] == said[-1]["act"]["user"])
    zone = ZoneInfo(person["zone"])
    local = sure(said[-1]["world"]).astimezone(zone)
    until = _day_after(local.date(), said[-1]["act"]["payload"]["text"].split()[-1])
    ended = until is None or sure(line["world"]) >= datetime.combine(until, time.min, zone)
    return "" if ended else "while the team was quiet"


def _day_after(today: date, word: str) -> date | None:
    """The day that a word names, after today; None for another word."""
    ahead = [today + timedelta(days=number) for number in range(1, 8)]
    if word.lower() == "tomorrow":
        return ahead[0]
    named = [day for day in ahead if f"{day:%A}".lower() == word.lower()]
    dated = [date.fromisoformat(word)] if re.fullmatch(r"\d{4}-\d\d-\d\d", word) else []
    return next(iter([*named, *dated]), None)


def _pauses(act: Line) -> bool:
    pressed = [value_of(action) for action in act["payload"].get("actions", ())]
    return any(value.startswith("pause:") for value in pressed) or str(
        act["payload"].get("text", "")
    ).startswith("pause")
