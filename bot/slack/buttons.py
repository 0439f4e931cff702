"""What each button decides: the verb behind a code, and what else the decision needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.hours import next_working_day
from bot.domain.model import Line, Status, Teammate, Verb
from bot.domain.moves import Refusal
from bot.services.standing.triage import NOT_ALLOWED, UNKNOWN
from bot.slack import responses
from bot.slack.said import Said
from bot.slack.values import Code

VERBS: Mapping[Code, Verb] = {
    Code.CLAIM: Verb.CLAIM,
    Code.YES: Verb.YES,
    Code.NOT_ME: Verb.NOT_ME,
    Code.NOT_NOW: Verb.NOT_NOW,
    Code.NOT_YET: Verb.LATER,
    Code.ELSEWHERE: Verb.ELSEWHERE,
    Code.ALREADY: Verb.ALREADY,
    Code.AN_ANSWER: Verb.AN_ANSWER,
    Code.NO_ANSWER: Verb.NOT_AN_ANSWER,
    Code.COMMUNITY: Verb.COMMUNITY,
    Code.THAT_WAS_ME: Verb.THAT_WAS_ME,
    Code.UNDO: Verb.UNDO,
    Code.OFFER: Verb.RELEASE,
    Code.STILL: Verb.CLAIM,
    Code.GIVE: Verb.ASK,
    Code.LET_GO: Verb.LET_GO,
    Code.GOOD_ENDING: Verb.GOOD_ENDING,
    Code.WANTS_ANSWER: Verb.WANTS_ANSWER,
}
"""Codes that are one decision and nothing else."""


def until(code: Code, teammate: Teammate, now: datetime) -> datetime | None:
    """Until when a decision sets aside: their next working day."""
    if VERBS[code] is not Verb.LATER:
        return None
    return next_working_day(teammate.hours, now) or now + timedelta(days=1)


def verb_of(code: Code, line: Line | None) -> Verb:
    """What is decided. Where a reply was seen and is in doubt, "already answered" says that it was one: then
    nothing was missed."""
    in_doubt = code is Code.ALREADY and line is not None and bool(line.standing.maybes)
    return Verb.AN_ANSWER if in_doubt else VERBS[code]


def about(verb: Verb, line: Line | None) -> str | None:
    """The reply that a decision is about, where it is about one."""
    if verb in (Verb.AN_ANSWER, Verb.NOT_AN_ANSWER):
        return seen_answer(line)
    if verb is Verb.THAT_WAS_ME and line:
        return next((one.post for one in reversed(line.standing.uncredited)), None)
    return None


def seen_answer(line: Line | None) -> str | None:
    """The reply that somebody says was none: the one in doubt that is shown, else the last that was seen."""
    if line is None:
        return None
    found = line.standing.maybes or line.standing.evidence
    return next((each.post for each in reversed(found) if each.verified and each.post), None)


def is_free(line: Line) -> bool:
    """Whether somebody may still be asked to answer."""
    closed = line.standing.status is Status.CLOSED and line.standing.reason is not None
    return not closed and line.standing.status is not Status.ANSWERED


def why_not(why: str) -> Said:
    """The sentence for a decision that was refused."""
    if why == NOT_ALLOWED:
        return responses.not_yours()
    if why == UNKNOWN:
        return responses.not_here()
    return responses.changed_meanwhile() if why == Refusal.STALE else responses.cannot_now()
