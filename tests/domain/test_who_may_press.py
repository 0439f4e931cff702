"""Every pair of how it stands and a press about who has it, for each who may make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, product

import pytest

from bot.domain.lifecycle import stand
from bot.domain.model import Author, Facts, Handle, Lane, Post, Press, Standing, Verb
from bot.domain.moves import Refusal, refuse

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = START + timedelta(hours=9)
MEI = Author("mei", "@mei", "Mei Tanaka")
ASKED = Post("mastodon", "m1", "https://social.example/m1", MEI, "How?", START)
OURS = frozenset({Handle("mastodon", "acme", "@acme", id="h")})
NEW = Facts("mastodon", "mei", frozenset({ASKED}), (("m1", Lane.TO_US),), OURS)

# How it came to stand: who pressed what, and whom they asked.
SCENES = {
    "nobody": (),
    "asked": (("ana", Verb.ASK, "ben"),),
    "held": (("ben", Verb.CLAIM, None),),
    "offered": (("ben", Verb.CLAIM, None), ("ben", Verb.ASK, "chi")),
    "refused": (("ana", Verb.ASK, "ben"), ("ben", Verb.NOT_ME, None)),
    "given back": (("ben", Verb.CLAIM, None), ("ben", Verb.NOT_ME, None)),
}
# Who presses what; then, for each scene, who has it and who is asked after it, or why nothing changes.
TABLE = """
                      nobody    asked     held      offered   refused   given back
    ana claims        ana/-     ana/-     held      held      ana/-     ana/-
    ben claims        ben/-     ben/-     ben/-     ben/-     ben/-     ben/-
    ana assigns ben   ben/-     asked     held      held      said_no   said_no
    ben assigns chi   chi/-     chi/-     chi/-     asked     chi/-     chi/-
    ana asks ben      -/ben     asked     held      held      said_no   said_no
    ana asks dora     -/dora    -/dora    held      held      -/dora    -/dora
    ben asks dora     -/dora    -/dora    ben/dora  ben/dora  -/dora    -/dora
    ana kindly ben    not_held  not_held  ben/-     ben/chi   not_held  not_held
    ben kindly ben    not_held  not_held  held      held      not_held  not_held
    ben asks ben      -/ben     asked     held      held      said_no   said_no
    ben yes           not_asked ben/-     not_asked not_asked not_asked not_asked
    chi yes           not_asked not_asked not_asked chi/-     not_asked not_asked
    ben not_me        not_asked -/-       -/-       -/chi     not_asked not_asked
    chi not_me        not_asked not_asked not_asked ben/-     not_asked not_asked
    ana not_now       not_asked not_asked not_asked not_asked not_asked not_asked
    ben not_now       not_asked -/ben     not_asked not_asked not_asked not_asked
    ana release       not_held  -/-       not_held  not_held  not_held  not_held
    ben release       not_held  -/-       -/-       -/chi     not_held  not_held
    chi release       not_held  not_held  not_held  not_held  not_held  not_held
    clock release     not_held  -/-       -/-       ben/-     not_held  not_held
"""
ROWS = [line.rsplit(maxsplit=len(SCENES)) for line in TABLE.strip().splitlines()[1:]]
CASES = [
    (row[0].strip(), scene, expected) for row in ROWS for scene, expected in zip(SCENES, row[1:], strict=True)
]
WORDS = {"claims": Verb.CLAIM, "asks": Verb.ASK, "assigns": Verb.ASSIGN}


def made(facts: Facts, by: str, verb: Verb, to: str | None) -> Press:
    numbers = count(len(facts.presses))
    standing = stand(facts, NOW)
    at = START + timedelta(hours=1 + len(facts.presses))
    return Press(f"x{next(numbers)}", verb, standing.wait, by, at, standing.uncovered, to)


def after(facts: Facts, press: Press) -> Facts:
    return replace(facts, presses=facts.presses | {press})


def played(scene: str) -> Facts:
    facts = NEW
    for by, verb, to in SCENES[scene]:
        press = made(facts, by, verb, to)
        assert refuse(stand(facts, NOW), press) is None
        facts = after(facts, press)
    return facts


def whose(standing: Standing) -> str:
    return f"{standing.holder or '-'}/{standing.asked or '-'}"


@pytest.mark.parametrize(("move", "scene", "expected"), CASES)
def test_a_press_about_who_has_it_does_what_the_table_says(move: str, scene: str, expected: str):
    who, what, *to = move.split()
    verb = WORDS.get(what) or Verb[what.upper()]
    facts = played(scene)
    press = made(facts, "" if who == "clock" else who, verb, to[0] if to else None)
    why = refuse(stand(facts, NOW), press)
    if "/" in expected:
        assert why is None
        assert whose(stand(after(facts, press), NOW)) == expected
    else:
        assert why == Refusal[expected.upper()]


def test_the_table_has_a_case_for_every_move_and_scene():
    moves = {move for move, _, _ in CASES}
    assert {(move, scene) for move, scene, _ in CASES} == set(product(moves, SCENES))


def test_a_no_is_for_its_wait_and_a_yes_later_takes_it_back():
    facts = played("refused")
    reply = Post("mastodon", "r1", "", Author("acme", "@acme", "Acme"), "So.", NOW, parent="m1")
    back = Post("mastodon", "m2", "", MEI, "And?", NOW + timedelta(hours=1), parent="r1")
    facts = replace(facts, posts=facts.posts | {reply, back})
    assert stand(facts, NOW + timedelta(hours=2)).declined == ()
    facts = played("refused")
    facts = after(facts, made(facts, "ben", Verb.CLAIM, None))
    assert stand(facts, NOW).declined == ()
