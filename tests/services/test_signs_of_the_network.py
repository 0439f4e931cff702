"""What a network marks as settled: no reminders, one press, and reminders again when the mark goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.model import Post, Reason, Status, Verb
from bot.domain.moves import Refusal
from bot.domain.screens import Kind
from tests.services.conftest import Team
from tests.services.pond import ACME, MEI, ZOE

TOM = replace(ZOE, id="id-tom", handle="@tom", name="Tom")


def solved(team: Team) -> tuple[str, Post]:
    """Ana promised to answer Mei, and the network marks Tom's answer as accepted."""
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    assert team.press(one, Verb.CLAIM, team.ana).done
    answer = team.pond.write(TOM, "Like so", under=asked, sign="accepted")
    return one.id, answer


def test_nobody_is_reminded_of_what_the_network_marks_as_settled_and_a_press_closes_it(team: Team) -> None:
    id, _ = solved(team)
    team.until(4, 16)
    assert team.slack.to("UANA", Kind.NUDGE) == []
    one = team.conversation(id)
    assert one.standing.status == Status.OPEN
    assert one.standing.sign is not None
    assert team.press(one, Verb.COMMUNITY, team.ana).done
    closed = team.conversation(id).standing
    assert (closed.status, closed.reason) == (Status.CLOSED, Reason.COMMUNITY)
    assert closed.evidence == ()


def test_without_a_mark_there_is_nothing_to_close_by_it(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    assert team.press(one, Verb.COMMUNITY, team.ana).why == Refusal.NO_SIGN


def test_when_the_mark_is_taken_back_the_reminder_comes(team: Team) -> None:
    id, answer = solved(team)
    team.until(3, 9)
    assert team.conversation(id).standing.sign is not None
    team.pond.posts[answer.id] = replace(answer, sign=None)
    team.until(4, 16)
    assert team.conversation(id).standing.sign is None
    assert len(team.slack.to("UANA", Kind.NUDGE)) == 1


def test_when_the_marked_answer_is_deleted_the_reminder_comes(team: Team) -> None:
    id, answer = solved(team)
    team.until(3, 9)
    team.pond.delete(answer)
    team.later(timedelta(days=2))
    assert team.conversation(id).standing.sign is None
    assert len(team.slack.to("UANA", Kind.NUDGE)) >= 1
