"""The waits of one conversation, counted by going once through what happened, causes before effects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from functools import partial

from bot.domain.holding import NOBODY, SETTLES, TAKES, Holding, held_after, takes
from bot.domain.model import Evidence, Lane, Press, Verb, WriteBack
from bot.domain.threads import TICK, Thread, began, same_redraft

REPLY_MAY_BE_GONE = timedelta(minutes=60)
RESTS_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a conversation, sorted out: who spoke to us, what answers it, what was pressed.

    `numbers` are those that waits were given before, by what opened each.
    """

    thread: Thread
    mentions: Mapping[str, Lane]
    answers: Sequence[Evidence]
    write_backs: Mapping[str, WriteBack]
    presses: Collection[Press]
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Waits:
    """Where the conversation stands after everything up to a moment.

    `number` is that of the last wait, `opening` what opened it, `highest` the highest that was ever given;
    `waiting` are the mentions that wait now, `spanned` all those of the last wait. `settled` maps a mention
    to the press that settled it, `rested` are write-backs that rested. `credits` maps a reply to the teammate
    who had the conversation then, or who says that it was theirs. `counted` are the presses that counted,
    `counted_in` the number of the wait after the last of them, `later_in` that which was put off.
    """

    number: int = 0
    opening: str = ""
    highest: int = 0
    opened_at: datetime | None = None
    waiting: set[str] = field(default_factory=set)
    spanned: set[str] = field(default_factory=set)
    since: dict[str, datetime] = field(default_factory=dict)
    answered: dict[str, set[str]] = field(default_factory=dict)
    settled: dict[str, Press] = field(default_factory=dict)
    rested: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    credits: dict[str, str] = field(default_factory=dict)
    here: set[str] = field(default_factory=set)
    taken: bool = False
    later: Press | None = None
    later_in: int = 0
    holding: Holding = NOBODY
    counted: list[Press] = field(default_factory=list)
    counted_in: int = 0
    undone: tuple[Press, Press] | None = None


class _Rank(IntEnum):
    """What comes first when two things happened at the same moment."""

    MENTION = 0
    REPLY = 1
    PRESS = 2
    LAPSE = 3
    WITHDRAWAL = 4
    REST = 5


_Event = tuple[datetime, _Rank, str, Callable[[Waits], set[str]]]


def count_waits(story: Story, now: datetime) -> Waits:
    """Go through the story up to `now`; a press that was taken back is as if it had never been."""
    presses = set(story.presses)
    while True:
        waits = _go_through(story, presses, now)
        if waits.undone is None:
            return waits
        presses -= set(waits.undone)


def _go_through(story: Story, presses: Collection[Press], now: datetime) -> Waits:
    waits = Waits(highest=max(story.numbers.values(), default=0))
    events = [*_posts(story, now), *_presses(story, presses)]
    for at, _, name, happens in sorted(events, key=lambda event: event[:3]):
        pressed = len(waits.counted)
        touched = happens(waits)
        if waits.undone:
            break
        _weigh(waits, story, touched, at, name)
        if len(waits.counted) > pressed:
            waits.counted_in = waits.number
    return waits


def _weigh(waits: Waits, story: Story, touched: set[str], at: datetime, name: str) -> None:
    """Settle anew which of the touched mentions wait; a wait begins where none waited before.

    It is the same wait as long as the same thing opened it, whatever waits turn out to be before it.
    """
    waited = bool(waits.waiting)
    for id in touched:
        if _is_uncovered(waits, story, id):
            waits.waiting.add(id)
        else:
            waits.waiting.discard(id)
    if waits.waiting and not waited:
        waits.number = story.numbers.get(name) or waits.highest + 1
        waits.highest = max(waits.highest, waits.number)
        waits.opening = name
        waits.opened_at = at
        waits.holding = replace(waits.holding, declined=frozenset())
        waits.spanned = set()
    waits.spanned |= waits.waiting


def _is_uncovered(waits: Waits, story: Story, id: str) -> bool:
    if id not in waits.here or (story.mentions[id] != Lane.TO_US and not waits.taken):
        return False
    replied = waits.answered.get(id, set()) - waits.denied
    return not replied and id not in waits.settled and id not in waits.rested


def _posts(story: Story, now: datetime) -> list[_Event]:
    """What posts do: mentions come, replies cover, what is gone uncovers or withdraws, thanks rest."""
    events: list[_Event] = []
    for id in story.mentions:
        events += _mention(story, id, now)
    for answer in story.answers:
        if answer.post is None or answer.strength != "strong":
            continue
        at = story.thread.at[answer.post]
        events.append((at, _Rank.REPLY, answer.post, partial(_covers, answer.post, answer.mentions)))
        lapse = lapses_at(answer)
        if lapse and lapse <= now:
            lapsed = partial(_uncovers, answer.post, answer.mentions)
            # A reply may go, come back and go again: each time another wait begins.
            name = f"{answer.post} {lapse.isoformat()}"
            events.append((max(lapse, at), _Rank.LAPSE, name, lapsed))
    return events


def lapses_at(answer: Evidence) -> datetime | None:
    """When a deleted reply of ours stops answering: 60 minutes later, so that it can be written anew."""
    return answer.gone_at + REPLY_MAY_BE_GONE if answer.gone_at else None


def _mention(story: Story, id: str, now: datetime) -> list[_Event]:
    post, at = story.thread.posts[id], story.thread.at[id]
    events: list[_Event] = [(at, _Rank.MENTION, id, partial(_comes, id, began(post)))]
    if post.gone_at:
        anew = [
            story.thread.at[other]
            for other in story.mentions
            if same_redraft(post, story.thread.posts[other])
        ]
        # Written anew, it never stopped waiting: the old one leaves when the new one is there.
        leaves = max([post.gone_at, at, *sorted(anew)[:1]])
        events.append((leaves, _Rank.WITHDRAWAL, id, partial(_goes, id)))
    back = story.write_backs.get(id)
    if back and not back.asks and at + RESTS_AFTER <= now:
        events.append((at + RESTS_AFTER, _Rank.REST, id, partial(_rests, id)))
    return events


def _presses(story: Story, presses: Collection[Press]) -> list[_Event]:
    """Presses, each after the mentions that stood on the screen when it was made."""
    events: list[_Event] = []
    for press in presses:
        covers = {story.thread.ids.get(id, id) for id in press.covers}
        seen = [story.thread.at[id] + TICK for id in covers if id in story.thread.at]
        is_undo = press.verb == Verb.UNDO
        happens = partial(_undoes, press) if is_undo else partial(_counts, press, covers)
        events.append((max([press.at, *seen]), _Rank.PRESS, press.id, happens))
    return events


def _comes(id: str, at: datetime, waits: Waits) -> set[str]:
    waits.here.add(id)
    waits.since[id] = at
    return {id}


def _goes(id: str, waits: Waits) -> set[str]:
    waits.here.discard(id)
    return {id}


def _rests(id: str, waits: Waits) -> set[str]:
    if id in waits.waiting - waits.wanted:
        waits.rested.add(id)
    return {id}


def _covers(reply: str, mentions: Collection[str], waits: Waits) -> set[str]:
    if waits.holding.holder:
        waits.credits.setdefault(reply, waits.holding.holder)
    for id in mentions:
        waits.answered.setdefault(id, set()).add(reply)
    return set(mentions)


def _uncovers(reply: str, mentions: Collection[str], waits: Waits) -> set[str]:
    for id in mentions:
        waits.answered[id].discard(reply)
    return set(mentions)


def last_move(waits: Waits) -> Press | None:
    """The press that can still be taken back: the last one, while no new wait has begun since."""
    return waits.counted[-1] if waits.counted and waits.counted_in == waits.number else None


def _undoes(undo: Press, waits: Waits) -> set[str]:
    last = last_move(waits)
    if last and last.id == undo.undoes and undo.wait in (waits.number, last.wait):
        waits.undone = (last, undo)
    return set()


def _counts(press: Press, covers: set[str], waits: Waits) -> set[str]:
    # A number may have shifted because an older reply was read since; what it was about decides then.
    if press.wait != waits.number and not covers & waits.waiting:
        return set()
    waits.counted.append(press)
    _press(waits, press, covers)
    return set(waits.here)


def _press(waits: Waits, press: Press, covers: set[str]) -> None:
    """What a press that counts does."""
    if press.verb in SETTLES:
        waits.settled.update(dict.fromkeys(covers, press))
    elif press.verb == Verb.WANTS_ANSWER:
        waits.wanted |= covers
    elif press.verb == Verb.NOT_AN_ANSWER and press.post:
        waits.denied.add(press.post)
        # Whoever said that it was one is taken back by it.
        waits.settled = {
            id: by for id, by in waits.settled.items() if (by.verb, by.post) != (Verb.AN_ANSWER, press.post)
        }
    elif press.verb == Verb.THAT_WAS_ME and press.post:
        waits.credits.setdefault(press.post, press.by)
    elif press.verb == Verb.LATER:
        waits.later, waits.later_in = press, waits.number
    elif press.verb in TAKES | {Verb.ASK, Verb.ASSIGN}:
        waits.later = None
    if press.verb == Verb.ASSIGN or (press.verb in TAKES and takes(waits.holding, press)):
        _take(waits, press)
    waits.holding = held_after(waits.holding, press)


def _take(waits: Waits, press: Press) -> None:
    """What stood in the room or spoke about us becomes to us for whoever takes it, from then on."""
    if waits.number == 0 and not waits.waiting and not waits.taken:
        waits.since.update(dict.fromkeys(waits.here, press.at))
        waits.taken = True
