"""What became of those who spoke to us, counted in people, and how often we reminded and were wrong.

A person is an account on a network. What they said is counted from the day By Hand first looked, in a span of
time, by how it stands now; what is private is in no number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.few import FEWEST, Spread, enough, spread, tell
from bot.domain.hours import working_between
from bot.domain.model import Conversation, Evidence, Hours, Press, Reason, Status, Strength, Verb

FOLLOWS_WITHIN = timedelta(days=7)
"""A reminder that nothing followed for so long was not what brought it."""
DAYS = 30


class Outcome(StrEnum):
    """What became of one person, the first that holds: seen, said, or decided."""

    HEARD = "heard back"
    ELSEWHERE = "said to be answered elsewhere"
    WAITING = "still waiting"
    LET_GO = "let go"
    NOT_NEEDED = "not needed"
    OTHERWISE = "settled otherwise"


_BY_REASON = {Reason.LET_GO: Outcome.LET_GO, Reason.NOT_NEEDED: Outcome.NOT_NEEDED}
_NO_WORD_TO_US = frozenset({Reason.SPAM, Reason.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Said:
    """One mention that was said to us: by whom, in which conversation, as which post, and when."""

    person: str
    conversation: str
    post: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reminded:
    """One reminder that rang, about one of the conversations that it spoke of."""

    message: str
    teammate: str
    conversation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """All that was said and done in a span of time, in no order; `began` is the day of the first look.

    `presses` are by the conversation that they were made about, which may be none of the `talks`.
    """

    began: datetime | None = None
    said: Sequence[Said] = ()
    talks: Sequence[Conversation] = ()
    reminded: Sequence[Reminded] = ()
    presses: Mapping[str, Collection[Press]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Us:
    """The team: who works when, and for whom that is unknown; how many are reminded, and how many of those
    have paused or stopped it."""

    usual: Hours
    hours: Mapping[str, Hours] = field(default_factory=dict)
    people: int = 0
    paused: int = 0


@dataclass(frozen=True, slots=True)
class Before:
    """What was found in public of a time before By Hand, at one place; `waited` are whole minutes."""

    place: str
    since: datetime
    until: datetime
    spoke: int
    heard: int
    waited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The time before, of all places together. None: too few people make up the number."""

    since: datetime
    until: datetime
    spoke: int | None
    heard: int | None
    wall: Spread | None


@dataclass(frozen=True, slots=True)
class Measures:
    """The numbers of a span of time. None: too few people make it up, or it would tell of so few.

    `people` holds each outcome; those that are not told for themselves are `together` so many. `working` and
    `wall` are the waits of those who heard back. `false_alarms` and `reminders` are the bot's own.
    """

    since: datetime
    until: datetime
    spoke: int | None
    people: Mapping[Outcome, int | None]
    together: int | None
    wrote_back: int | None
    wall: Spread | None
    working: Spread | None
    reminders: int
    followed: int | None
    false_alarms: int
    paused: int | None
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class _Wait:
    """How long one person waited for one reply, and who wrote that."""

    person: str
    began: datetime
    ended: datetime
    by: str | None


def measure(rows: Rows, span: tuple[datetime, datetime], us: Us, before: Iterable[Before] = ()) -> Measures:
    """The numbers of a span (from, until; UTC); of what was before the first look nothing is counted."""
    since, until = max(span[0], rows.began or span[0]), span[1]
    talks = {one.id: one for one in rows.talks}
    said = [one for one in rows.said if one.conversation in talks and since <= one.at < until]
    outcomes = _outcomes(said, talks)
    people, together = tell(_counted(outcomes))
    heard = {person for person, outcome in outcomes.items() if outcome is Outcome.HEARD}
    backs = {(one.id, back.post) for one in talks.values() for back in one.standing.write_backs}
    back = {one.person for one in said if (one.conversation, one.post) in backs} & heard
    wrote, _ = tell({True: len(back), False: len(heard - back)})
    waits = _waits(said, talks)
    return Measures(
        since=since,
        until=until,
        spoke=enough(len(outcomes)),
        people=people,
        together=together,
        wrote_back=wrote[True] if people[Outcome.HEARD] is not None else None,
        wall=_spread(waits, [one.ended - one.began for one in waits]),
        working=_spread(waits, [_worked(one, us) for one in waits]),
        reminders=len({one.message for one in rows.reminded if since <= one.at < until}),
        followed=_followed(rows, since, until),
        false_alarms=_false_alarms(rows.presses, since, until),
        paused=tell({True: us.paused, False: us.people - us.paused})[0][True],
        earlier=_earlier(before),
    )


def _outcomes(said: Iterable[Said], talks: Mapping[str, Conversation]) -> Mapping[str, Outcome]:
    """What became of each person, whatever they said in how many conversations."""
    posts: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in said:
        posts[one.person][one.conversation].add(one.post)
    found: dict[str, Outcome] = {}
    order = list(Outcome)
    for person, theirs in posts.items():
        each = [became for talk, ids in theirs.items() if (became := _became(talks[talk], ids))]
        if each:
            found[person] = min(each, key=order.index)
    return found


def _became(talk: Conversation, posts: Collection[str]) -> Outcome | None:
    """What became of what one person said there; None for what was no word to us, or was taken back."""
    covering = [
        one for one in talk.standing.evidence if one.gone_at is None and not one.mentions.isdisjoint(posts)
    ]
    if any(map(_was_seen, covering)):
        return Outcome.HEARD
    if any(not one.verified for one in covering):
        return Outcome.ELSEWHERE
    if talk.standing.status is not Status.CLOSED:
        return Outcome.WAITING
    reason = talk.standing.reason
    if reason is None or reason in _NO_WORD_TO_US:
        return None
    return _BY_REASON.get(reason, Outcome.OTHERWISE)


def _was_seen(answer: Evidence) -> bool:
    return answer.verified and answer.strength is Strength.STRONG


def _counted(outcomes: Mapping[str, Outcome]) -> Mapping[Outcome, int]:
    reached = list(outcomes.values())
    return {each: reached.count(each) for each in Outcome}


def _waits(said: Iterable[Said], talks: Mapping[str, Conversation]) -> Sequence[_Wait]:
    """One for each person and reply, from the oldest word of theirs that it was the first to answer."""
    first = {talk.id: _first_answers(talk.standing.evidence) for talk in talks.values()}
    found: dict[tuple[str, str, datetime], _Wait] = {}
    for one in sorted(said, key=lambda one: (one.at, one.post)):
        answer = first[one.conversation].get(one.post)
        if answer:
            wait = _Wait(one.person, one.at, max(one.at, answer.at), answer.by)
            found.setdefault((one.person, one.conversation, answer.at), wait)
    return list(found.values())


def _first_answers(evidence: Iterable[Evidence]) -> Mapping[str, Evidence]:
    """For each mention the first reply of ours that was seen to answer it."""
    found: dict[str, Evidence] = {}
    for answer in sorted(evidence, key=lambda one: one.at, reverse=True):
        if _was_seen(answer) and answer.gone_at is None:
            found.update(dict.fromkeys(answer.mentions, answer))
    return found


def _worked(wait: _Wait, us: Us) -> timedelta:
    """How much of a wait lay in the hours of whoever ended it."""
    return working_between(us.hours.get(wait.by or "", us.usual), wait.began, wait.ended)


def _spread(waits: Sequence[_Wait], lengths: Sequence[timedelta]) -> Spread | None:
    return spread(lengths, len({one.person for one in waits}))


def _followed(rows: Rows, since: datetime, until: datetime) -> int | None:
    """How many reminders were the last before an answer, or before a press of whoever was reminded."""
    reminded = [one for one in rows.reminded if since <= one.at < until]
    if 0 < len({one.teammate for one in reminded}) < FEWEST:
        return None
    answered = [(talk.id, None, one.at) for talk in rows.talks for one in talk.standing.evidence]
    pressed = [(talk, one.by, one.at) for talk, made in rows.presses.items() for one in _standing(made)]
    happened: defaultdict[str, list[tuple[str | None, datetime]]] = defaultdict(list)
    for talk, by, at in (*answered, *pressed):
        happened[talk].append((by, at))
    return len({ring for one in _last_first(reminded) for ring in _that_worked(one, happened)})


def _last_first(reminded: Iterable[Reminded]) -> Iterable[Sequence[Reminded]]:
    """The reminders of one teammate about one conversation, the latest first."""
    found: defaultdict[tuple[str, str], list[Reminded]] = defaultdict(list)
    for one in sorted(reminded, key=lambda one: one.at, reverse=True):
        found[one.teammate, one.conversation].append(one)
    return found.values()


def _that_worked(
    rings: Sequence[Reminded], happened: Mapping[str, Collection[tuple[str | None, datetime]]]
) -> set[str]:
    """The messages that something followed before the next one, and within a week."""
    found = set()
    following = datetime.max.replace(tzinfo=rings[0].at.tzinfo)
    for ring in rings:
        end = min(following, ring.at + FOLLOWS_WITHIN)
        theirs = happened.get(ring.conversation, ())
        if any(by in (None, ring.teammate) and ring.at < at <= end for by, at in theirs):
            found.add(ring.message)
        following = ring.at
    return found


def _standing(presses: Collection[Press]) -> list[Press]:
    """The presses that were not taken back, without those that took one back."""
    undone = {one.undoes for one in presses}
    return [one for one in presses if one.verb is not Verb.UNDO and one.id not in undone]


def _false_alarms(presses: Mapping[str, Collection[Press]], since: datetime, until: datetime) -> int:
    standing = (one for made in presses.values() for one in _standing(made))
    return sum(one.verb is Verb.ALREADY and since <= one.at < until for one in standing)


def _earlier(before: Iterable[Before]) -> Earlier | None:
    """What is known of the time before, of all places together."""
    places = list(before)
    if not places:
        return None
    spoke, heard = sum(one.spoke for one in places), sum(one.heard for one in places)
    told, _ = tell({True: heard, False: spoke - heard})
    waited = [timedelta(minutes=each) for one in places for each in one.waited]
    return Earlier(
        since=min(one.since for one in places),
        until=max(one.until for one in places),
        spoke=enough(spoke),
        heard=told[True],
        wall=spread(waited, len(waited)),
    )
