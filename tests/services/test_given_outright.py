"""Where a team gives instead of asking: whoever was chosen hears of it once, and only of what still waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.model import Conversation, Post, Teammate, Verb
from bot.domain.screens import Kind
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, BEN, MEI

HOUR = timedelta(hours=1)


def kinds(team: Team, where: str) -> list[Kind]:
    return [screen.kind for place, screen in team.slack.posted if place == where]


def given(team: Team, to: Teammate) -> tuple[Conversation, Post]:
    """Mei asks, and Ana gives it to a teammate: it is nine o'clock on Monday."""
    team.policies.choose(team.home.id, {"outright": True})
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    assert team.press(one, Verb.ASK, team.ana, to=to.id, note="You know it.").done
    assert team.conversation(one.id).standing.holder == to.id
    return one, mention


def test_where_a_team_says_so_who_is_chosen_has_it_and_is_told_at_once(team: Team) -> None:
    one, _ = given(team, team.ben)
    team.until(2, 16)
    told, reminder = team.slack.to("UBEN")
    assert (told.kind, told.asker, told.note, told.brought_by) == (
        Kind.QUESTION,
        "Ana",
        "You know it.",
        "Ana",
    )
    assert reminder.kind == Kind.NUDGE
    assert team.press(team.conversation(one.id), Verb.NOT_ME, team.ben).done
    assert not team.conversation(one.id).standing.is_with_somebody


@pytest.mark.parametrize(
    ("back", "heard"),
    [("@acme Thanks!", [Kind.NEWS]), ("@acme And on Linux?", [Kind.NEWS, Kind.NUDGE])],
)
def test_who_answered_what_they_were_given_is_not_told_again_that_they_have_it(
    back: str, heard: list[Kind], team: Team
) -> None:
    one, mention = given(team, team.ben)
    team.until(2, 10)
    reply = team.pond.write(BEN, "So.", under=mention)
    team.later(HOUR)
    team.pond.write(MEI, back, under=reply, names=(ACME,))
    team.until(3, 16)
    assert team.conversation(one.id).standing.wait == 2
    assert kinds(team, "UBEN") == [Kind.QUESTION, *heard]


@pytest.mark.parametrize(("back", "heard"), [("@acme Thanks!", []), ("@acme And on Linux?", [Kind.QUESTION])])
def test_what_another_answered_before_they_heard_of_it_is_told_them_only_when_it_comes_to_ask_again(
    back: str, heard: list[Kind], team: Team
) -> None:
    team.until(2, 18)
    _, mention = given(team, team.ben)
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(HOUR)
    team.pond.write(MEI, back, under=reply, names=(ACME,))
    team.until(3, 11)
    assert (kinds(team, "UANA"), kinds(team, "UBEN")) == ([Kind.NEWS], heard)
