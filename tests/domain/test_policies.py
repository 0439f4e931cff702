"""Which policy holds: the team's, then the watch's, then the person's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.nudging import PRESETS, USUAL, Policy, Rhythm
from bot.domain.policies import Policies, changed, kept


def test_a_watchs_choice_goes_before_the_teams_and_a_persons_own_before_both():
    chosen = Policies(
        {"promise": 2, "asks": 1, "reminders": 0},
        {"w": {"asks": 2, "reminders": 1}},
        {"ana": {"reminders": 2}},
    )
    assert chosen.of() == Policy(promise=2, asks=1, reminders=0)
    assert chosen.of(["w", "x"]) == Policy(promise=2, asks=2, reminders=1)
    assert chosen.of(["w"], "ana") == Policy(promise=2, asks=2, reminders=2)
    assert chosen.of((), "ben") == chosen.of()
    assert Policies().of(["w"], "ana") == USUAL


@pytest.mark.parametrize("policy", PRESETS.values())
def test_a_policy_is_kept_whole(policy: Policy):
    assert changed(Policy(promise=9, outright=True), kept(policy)) == policy


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"promise": 0}, "promise must be a whole number from 1 to 30"),
        ({"promise": True}, "promise must be"),
        ({"asks": 3}, "asks must be a whole number from 0 to 2"),
        ({"first_after": 0}, "first_after must be more than 0"),
        ({"last_word": 1}, "last_word must be yes or no"),
        ({"digest": "hourly"}, "digest must be"),
        ({"dance": 1}, "there is no dance"),
    ],
)
def test_what_there_is_not_cannot_be_chosen(told, why: str):
    with pytest.raises(ValueError, match=why):
        changed(USUAL, told)


def test_volunteers_hear_nothing_before_a_yes_and_no_last_question():
    volunteers = PRESETS["volunteers"]
    assert (volunteers.asks, volunteers.promise, volunteers.last_word) == (0, 3, False)
    assert volunteers.digest == Rhythm.WEEKLY
    assert USUAL.first_after == timedelta(hours=4)
