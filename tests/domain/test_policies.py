"""Which policy holds: the team's, then the watch's, then the person's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.nudging import PRESETS, USUAL, Policy, Rhythm
from bot.domain.policies import Policies, changed, kept, typed


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
        ({"digest": "hourly"}, "digest must be one of daily, weekly, direct"),
        ({"digest": []}, "digest must be one of"),
        ({"dance": 1}, "there is no dance"),
    ],
)
def test_what_there_is_not_cannot_be_chosen(told, why: str):
    with pytest.raises(ValueError, match=why):
        changed(USUAL, told)


@pytest.mark.parametrize(
    ("words", "policy"),
    [
        ([], USUAL),
        (["volunteers"], PRESETS["volunteers"]),
        (["team of one", "promise=2"], Policy(promise=2, digest=Rhythm.DIRECT)),
        (["outright=yes", "last-word = no"], Policy(outright=True, last_word=False)),
        (["first_after=2.5", "digest=weekly"],
         Policy(first_after=timedelta(hours=2.5), digest=Rhythm.WEEKLY)),
        (["promise=4", "default"], USUAL),
    ],
)  # fmt: skip
def test_a_policy_is_typed_by_its_name_or_thing_by_thing(words: list[str], policy: Policy):
    assert changed(USUAL, typed(words)) == policy


@pytest.mark.parametrize(
    "word", ["loud", "promise", "promise=", "promise=soon", "outright=1", "=3", "asks={}"]
)
def test_what_was_typed_and_there_is_not_is_refused(word: str):
    with pytest.raises(ValueError, match=r"there is no|must be"):
        typed([word])


def test_volunteers_hear_nothing_before_a_yes_and_no_last_question():
    volunteers = PRESETS["volunteers"]
    assert (volunteers.asks, volunteers.promise, volunteers.last_word) == (0, 3, False)
    assert volunteers.digest == Rhythm.WEEKLY
    assert USUAL.first_after == timedelta(hours=4)
