"""Where a conversation stands: a pure function of the set of facts, never of the order of learning them.

A mention to us waits from its coming until a reply of ours or a press of ours covers it, or it is deleted.
Covering knows no clocks where there are parent pointers; clocks only number the waits. What stood `in the
room` or spoke `about us` is closed without a reason and with wait 0, and is worth a line until `wake_at`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.covering import (
    asks,
    by_account,
    find_answers,
    find_mentions,
    find_sign,
    find_write_backs,
    others_replied,
)
from bot.domain.model import (
    Evidence,
    Facts,
    Lane,
    Press,
    Reason,
    Standing,
    Status,
    Strength,
    Verb,
    WriteBack,
)
from bot.domain.threads import QUIET, put_together
from bot.domain.waits import RESTS_AFTER, Story, Waits, count_waits, lapses_at, last_move

REASONS = {
    Verb.ELSEWHERE: Reason.ELSEWHERE,
    Verb.ALREADY: Reason.ALREADY,
    Verb.AN_ANSWER: Reason.ALREADY,
    Verb.NOT_NEEDED: Reason.NOT_NEEDED,
    Verb.LET_GO: Reason.LET_GO,
    Verb.SPAM: Reason.SPAM,
    Verb.GOOD_ENDING: Reason.ENDED,
    Verb.COMMUNITY: Reason.COMMUNITY,
}
DECLARES = (Verb.ELSEWHERE, Verb.ALREADY)
TELLS = (*DECLARES, Verb.AN_ANSWER)
"""With these a person says that there is an answer."""


def stand(facts: Facts, now: datetime) -> Standing:
    """What the facts say at `now` (aware UTC)."""
    ours = by_account(facts.ours)
    thread = put_together(facts.posts)
    mentions = find_mentions(thread, facts, ours)
    answers = find_answers(thread, mentions, ours, maybe_at_most=facts.maybe_at_most, pointing=facts.pointing)
    backs = find_write_backs(thread, mentions, ours)
    written = {back.post: back for back in backs}
    story = Story(thread, mentions, answers, written, facts.presses, dict(facts.numbers))
    waits = count_waits(story, now)
    story = replace(story, answers=_confirmed(story, waits))
    status, reason = _status(story, waits, now)
    maybes = _maybes(story, waits, now)
    sign = find_sign(thread, waits.waiting, ours)
    held, last = waits.holding, last_move(waits)
    return Standing(
        status=status,
        wait=waits.number,
        waiting_since=min((waits.since[id] for id in waits.waiting), default=None),
        uncovered=frozenset(waits.waiting),
        reason=reason,
        lane=_lane(story, waits),
        nudgeable=status == Status.OPEN and not (maybes or sign) and _asks_for_an_answer(story, waits),
        snoozed_until=waits.later.until if status == Status.SNOOZED and waits.later else None,
        holder=held.holder,
        held_since=held.since,
        asked=held.asked,
        asked_by=held.asked_by,
        asked_at=held.asked_at,
        nudged_by=held.nudged_by,
        nudged_at=held.nudged_at,
        declined=tuple(sorted(held.declined)),
        answered_at=_answered_at(story, waits, now) if status == Status.ANSWERED else None,
        evidence=_evidence(story, waits),
        maybes=maybes,
        write_backs=tuple(
            replace(back, by=back.by or waits.credits.get(back.reply))
            for back in backs
            if _is_to_us(story, waits, back)
        ),
        others_replied=others_replied(thread, waits.waiting, ours),
        sign=sign,
        private=_is_private(story),
        last_press=last.id if last else None,
        wake_at=_wake_at(story, waits, status, now),
        opened_at=waits.opened_at if waits.waiting else None,
        numbers=tuple(sorted({**story.numbers, waits.opening: waits.number}.items())) if waits.number else (),
    )


def _confirmed(story: Story, waits: Waits) -> list[Evidence]:
    """The replies; one in doubt is sure where somebody said so of it."""
    said = {press.post for press in waits.settled.values() if press.verb == Verb.AN_ANSWER}
    return [
        replace(one, strength=Strength.STRONG)
        if one.strength == Strength.MAYBE and one.post in said and one.post not in waits.denied
        else one
        for one in story.answers
    ]


def _status(story: Story, waits: Waits, now: datetime) -> tuple[Status, Reason | None]:
    if waits.waiting:
        return (Status.SNOOZED if _sleeps(waits, now) else Status.OPEN), None
    for id in _latest_first(story, waits):
        if _replies(story, waits, id, now):
            return Status.ANSWERED, None
        if id in waits.settled:
            return Status.CLOSED, REASONS[waits.settled[id].verb]
        if id in waits.rested:
            return Status.CLOSED, Reason.ENDED
    return Status.CLOSED, Reason.WITHDRAWN if waits.number else None


def _latest_first(story: Story, waits: Waits) -> list[str]:
    """The mentions of the last wait; where nobody ever waited, all of them."""
    spanned = waits.spanned or set(story.mentions)
    return sorted(spanned, key=lambda id: (story.thread.at[id], id), reverse=True)


def _sleeps(waits: Waits, now: datetime) -> bool:
    later = waits.later
    return bool(
        later
        and later.until
        and now < later.until
        and waits.later_in == waits.number
        and waits.waiting <= later.covers
    )


def _stands(answer: Evidence, waits: Waits, now: datetime) -> bool:
    lapse = lapses_at(answer)
    return answer.post not in waits.denied and (lapse is None or now < lapse)


def _replies(story: Story, waits: Waits, id: str, now: datetime) -> list[Evidence]:
    """The replies that answer this mention surely and still stand."""
    return [
        answer
        for answer in story.answers
        if answer.strength == Strength.STRONG and id in answer.mentions and _stands(answer, waits, now)
    ]


def _answered_at(story: Story, waits: Waits, now: datetime) -> datetime | None:
    for id in _latest_first(story, waits):
        found = _replies(story, waits, id, now)
        if found:
            return min(answer.at for answer in found)
    return None


def _maybes(story: Story, waits: Waits, now: datetime) -> tuple[Evidence, ...]:
    """Replies that may answer what waits; while there is one, a person is asked and nobody is nudged."""
    return tuple(
        answer
        for answer in story.answers
        if answer.strength == Strength.MAYBE
        and answer.mentions & waits.waiting
        and _stands(answer, waits, now)
    )


def _evidence(story: Story, waits: Waits) -> tuple[Evidence, ...]:
    """What answered: the replies that were seen, gone ones too, then what people said."""
    seen = (
        answer
        for answer in story.answers
        if answer.strength == Strength.STRONG and answer.post not in waits.denied
    )
    said = (_declared(story, press) for press in waits.counted if press.verb in DECLARES)
    return (*(_credited(answer, waits) for answer in seen), *said)


def _credited(answer: Evidence, waits: Waits) -> Evidence:
    """A shared account's reply is of the one who had the conversation, or says that it was theirs."""
    return answer if answer.by else replace(answer, by=waits.credits.get(answer.post or ""))


def _declared(story: Story, press: Press) -> Evidence:
    reply = story.thread.posts.get(press.post or "")
    return Evidence(
        post=press.post,
        url=reply.url if reply else None,
        by=press.by or None,
        at=press.at,
        strength=Strength.STRONG,
        verified=False,
        mentions=press.covers,
    )


def _lane(story: Story, waits: Waits) -> Lane:
    lanes = set(story.mentions.values())
    if waits.taken or not lanes:
        return Lane.TO_US
    return next(lane for lane in Lane if lane in lanes)


def _is_to_us(story: Story, waits: Waits, back: WriteBack) -> bool:
    return waits.taken or story.mentions[back.post] == Lane.TO_US


def _asks_for_an_answer(story: Story, waits: Waits) -> bool:
    """The first word always does; what comes after an answer, one that was seen or one that a person told of,
    only with a question mark or when a person says so."""
    told = [press for press in waits.settled.values() if press.verb in TELLS]
    return any(
        id in waits.wanted or asks(story.thread.posts[id].text) or not _follows(story, id, told)
        for id in waits.waiting
    )


def _follows(story: Story, id: str, told: Collection[Press]) -> bool:
    """Whether a mention comes after an answer; after 30 quiet days it begins anew."""
    at = story.thread.at[id]
    after = any(timedelta() <= at - press.at < QUIET for press in told)
    return after or id in story.write_backs or any(_is_below_it(story, id, press.covers) for press in told)


def _is_below_it(story: Story, id: str, covered: Collection[str]) -> bool:
    """Whether somebody wrote between it and what was covered, which that person must have meant."""
    them, others = story.thread.posts[id].author.id, False
    for upper in story.thread.above(id):
        if upper.id in covered:
            return others
        others = others or upper.author.id != them
    return False


def _is_private(story: Story) -> bool:
    own = {*story.mentions, *(answer.post for answer in story.answers if answer.post)}
    return any(story.thread.posts[id].visibility.is_private for id in own)


def _wake_at(story: Story, waits: Waits, status: Status, now: datetime) -> datetime | None:
    """When this changes by itself: quiet ends, thanks rest, a deleted reply lapses, a counted line goes."""
    times = [lapse for lapse in map(lapses_at, story.answers) if lapse]
    if status == Status.SNOOZED and waits.later and waits.later.until:
        times.append(waits.later.until)
    quiet = [id for id in waits.waiting - waits.wanted if id in story.write_backs]
    times += [story.thread.at[id] + RESTS_AFTER for id in quiet if not story.write_backs[id].asks]
    if status == Status.CLOSED and waits.number == 0 and story.mentions:
        times.append(max(story.thread.at[id] for id in story.mentions) + RESTS_AFTER)
    return min((at for at in times if at > now), default=None)
