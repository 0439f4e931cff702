"""Which presses a conversation takes where it stands, and why it refuses the others."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import product

from bot.domain.model import Lane, Press, Standing, Status, Verb


class Refusal(StrEnum):
    """Why a press changes nothing. A face answers it with the present state."""

    STALE = "made for an earlier wait"
    ANSWERED = "already answered"
    CLOSED = "already closed"
    HELD = "somebody has it"
    ASKED = "they were asked already"
    SAID_NO = "they said that it is not for them"
    NOT_ASKED = "they were not asked, or no longer"
    NOT_HELD = "they do not have it"
    NOTHING_TO_UNDO = "it is no longer the last move"
    NOT_IN_DOUBT = "no reply is in doubt there"
    NO_WRITE_BACK = "they did not write back"
    NO_SIGN = "the network does not say that it is settled"
    CREDITED = "it is known whose reply that is"
    PAST = "that time has passed"


ASKING = frozenset({Verb.CLAIM, Verb.ASK, Verb.ASSIGN, Verb.YES, Verb.NOT_ME, Verb.NOT_NOW})


def _row(status: Status) -> tuple[frozenset[Verb], Refusal]:
    """What a status takes, and the reason for refusing the rest."""
    if status == Status.ANSWERED:
        return frozenset({Verb.UNDO, Verb.NOT_AN_ANSWER, Verb.THAT_WAS_ME}), Refusal.ANSWERED
    if status == Status.CLOSED:
        # Talk in the room is closed too, and becomes to us for whoever takes it: see `refuse`.
        return ASKING | {Verb.UNDO}, Refusal.CLOSED
    return frozenset(Verb), Refusal.CLOSED


MOVES: Mapping[tuple[Status, Verb], Refusal | None] = {
    (status, verb): None if verb in _row(status)[0] else _row(status)[1]
    for status, verb in product(Status, Verb)
}


def refuse(standing: Standing, press: Press) -> Refusal | None:
    """Why this press changes nothing, or None when it counts."""
    if press.wait != standing.wait:
        return Refusal.STALE
    refused = MOVES[standing.status, press.verb]
    if refused:
        return refused
    if standing.status == Status.CLOSED and standing.lane == Lane.TO_US and press.verb != Verb.UNDO:
        return Refusal.CLOSED
    return _refuse_person(standing, press) or _refuse_matter(standing, press)


def _refuse_person(standing: Standing, press: Press) -> Refusal | None:
    """Presses that only some people may make, by who has it and who was asked."""
    match press.verb:
        case Verb.CLAIM if standing.holder not in {None, press.by}:
            return Refusal.HELD
        case Verb.ASK | Verb.ASSIGN:
            return _refuse_question(standing, press)
        case Verb.YES | Verb.NOT_NOW if standing.asked != press.by:
            return Refusal.NOT_ASKED
        case Verb.NOT_ME if press.by not in {standing.asked, standing.holder}:
            return Refusal.NOT_ASKED
        case Verb.KINDLY:
            return _refuse_kindness(standing, press)
        case Verb.RELEASE if press.by not in _may_give_back(standing):
            return Refusal.NOT_HELD
        case _:
            return None


def _refuse_question(standing: Standing, press: Press) -> Refusal | None:
    """Nobody is asked for what another has, unless that one offers it; nor twice, nor after their no."""
    if press.to in {None, standing.holder} or standing.holder not in {None, press.by}:
        return Refusal.HELD
    if press.to == standing.asked:
        return Refusal.ASKED
    return Refusal.SAID_NO if press.to in standing.declined else None


def _refuse_kindness(standing: Standing, press: Press) -> Refusal | None:
    """Only the one who has it is asked, by another, and once in a wait; not while it is put off."""
    if standing.status != Status.OPEN or press.to is None or press.to != standing.holder:
        return Refusal.NOT_HELD
    if press.by == standing.holder:
        return Refusal.HELD
    return Refusal.ASKED if standing.nudged_by else None


def _may_give_back(standing: Standing) -> set[str | None]:
    """The holder; where there is none who was asked, and who asked; and the clock."""
    clock = {""} if standing.is_with_somebody else set()
    return clock | ({standing.holder} if standing.holder else {standing.asked, standing.asked_by} - {None})


def _refuse_matter(standing: Standing, press: Press) -> Refusal | None:
    """Presses that need something to be about."""
    match press.verb:
        case Verb.UNDO if press.undoes is None or press.undoes != standing.last_press:
            return Refusal.NOTHING_TO_UNDO
        case Verb.LATER if press.until is None or press.until <= press.at:
            return Refusal.PAST
        case Verb.AN_ANSWER if press.post not in {maybe.post for maybe in standing.maybes}:
            return Refusal.NOT_IN_DOUBT
        case Verb.NOT_AN_ANSWER if press.post not in _replies(standing):
            return Refusal.NOT_IN_DOUBT
        case Verb.THAT_WAS_ME if press.post not in {one.post for one in standing.uncredited}:
            return Refusal.CREDITED
        case Verb.WANTS_ANSWER | Verb.GOOD_ENDING if not _wrote_back(standing):
            return Refusal.NO_WRITE_BACK
        case Verb.COMMUNITY if standing.sign is None:
            return Refusal.NO_SIGN
        case _:
            return None


def _replies(standing: Standing) -> set[str]:
    found = (*standing.evidence, *standing.maybes)
    return {answer.post for answer in found if answer.post and answer.verified}


def _wrote_back(standing: Standing) -> bool:
    return any(back.post in standing.uncovered for back in standing.write_backs)
