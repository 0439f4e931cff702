"""Every pair of a status and a press: what comes of it, or that it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.domain.lifecycle import stand
from bot.domain.model import Author, Facts, Handle, Lane, Post, Press, Status, Verb
from bot.domain.moves import MOVES, Refusal, refuse

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = START + timedelta(hours=8)
MEI = Author("mei", "@mei", "Mei Tanaka")
TOM = Author("tom", "@tom", "Tom")
ANA = Author("ana", "@ana", "Ana")
OURS = frozenset({Handle("mastodon", "ana", "@ana", "ana", id="h")})


def post(id: str, author: Author, hour: int, parent: str | None = None, **more) -> Post:
    at = START + timedelta(hours=hour)
    return Post("mastodon", id, f"https://social.example/{id}", author, "So.", at, parent, **more)


def press(verb: Verb, wait: int, covers: str = "", **more) -> Press:
    known = {"id": verb.value, "by": "ana", "at": NOW, **more}
    return Press(verb=verb, wait=wait, covers=frozenset(covers.split()), **known)


# A write-back that waits, with a machine's reply and a stranger's accepted one under it: every press has
# something to be about.
TALK = frozenset(
    {
        post("m1", MEI, 0),
        post("r1", ANA, 1, "m1"),
        post("w1", MEI, 2, "r1"),
        post("a1", ANA, 3, "w1", client="IFTTT"),
        post("s1", TOM, 3, "w1", sign="accepted"),
    }
)
ASKED = press(Verb.ASK, 2, "w1", by="ben", to="ana", at=NOW - timedelta(hours=2))
OPEN = Facts("mastodon", "mei", TALK, (("m1", Lane.TO_US),), OURS, frozenset({ASKED}))
LATER = press(Verb.LATER, 2, "w1", id="p", at=NOW - timedelta(hours=1), until=NOW + timedelta(days=1))
ENDED = press(Verb.NOT_NEEDED, 2, "w1", id="p", at=NOW - timedelta(hours=1))
SCENES = {
    Status.OPEN: OPEN,
    Status.SNOOZED: replace(OPEN, presses=frozenset({ASKED, LATER})),
    Status.ANSWERED: replace(OPEN, posts=TALK | {post("r2", ANA, 4, "w1")}),
    Status.CLOSED: replace(OPEN, presses=frozenset({ASKED, ENDED})),
}
# verb, then what an open, a snoozed, an answered and a closed conversation becomes; - is refused
TABLE = """
    claim           open    open     -         -
    ask             open    open     -         -
    assign          open    open     -         -
    nudge kindly    -       -       -         -
    yes             open    open     -         -
    not me          open    snoozed  -         -
    not now         open    snoozed  -         -
    release         open    snoozed  -         -
    later           snoozed snoozed  -         -
    elsewhere       closed  closed   -         -
    already         closed  closed   -         -
    an answer       answered answered -        -
    not needed      closed  closed   -         -
    let go          closed  closed   -         -
    spam            closed  closed   -         -
    wants an answer open    snoozed  -         -
    good ending     closed  closed   -         -
    not an answer   open    snoozed  open      -
    community       closed  closed   -         -
    that was me     -       -       -         -
    undo            open    open     answered  open
"""
ROWS = {
    " ".join(words[:-4]): dict(zip(Status, words[-4:], strict=True))
    for words in (line.split() for line in TABLE.strip().splitlines())
}


def pressed_in(status: Status, verb: Verb) -> Press:
    standing = stand(SCENES[status], NOW)
    about = "r2" if status == Status.ANSWERED else "a1"
    more = {"until": NOW + timedelta(days=2), "post": about, "undoes": standing.last_press}
    to = {"to": "ben"} if verb in (Verb.ASK, Verb.ASSIGN) else {}
    return press(verb, standing.wait, " ".join(standing.uncovered), **more, **to)


def test_the_scenes_stand_where_their_names_say():
    for status, scene in SCENES.items():
        assert stand(scene, NOW).status == status


def test_the_table_has_a_row_for_every_press_and_the_code_for_every_pair():
    assert set(ROWS) == {verb.value for verb in Verb}
    assert set(MOVES) == set(product(Status, Verb))


@pytest.mark.parametrize(("status", "verb"), list(product(Status, Verb)))
def test_a_press_does_what_the_table_says(status: Status, verb: Verb):
    scene, made = SCENES[status], pressed_in(status, verb)
    standing = stand(scene, NOW)
    expected = ROWS[verb.value][status]
    if expected == "-":
        assert refuse(standing, made) is not None
    else:
        assert refuse(standing, made) is None
        assert stand(replace(scene, presses=scene.presses | {made}), NOW).status == expected


@pytest.mark.parametrize("status", list(Status))
def test_a_press_of_an_earlier_wait_is_stale_before_anything_else(status: Status):
    standing = stand(SCENES[status], NOW)
    for verb in Verb:
        assert refuse(standing, press(verb, standing.wait - 1)) == Refusal.STALE


@pytest.mark.parametrize(
    ("changed", "made", "why"),
    [
        ({"holder": "ben"}, {"verb": Verb.CLAIM}, Refusal.HELD),
        ({"holder": "ben"}, {"verb": Verb.ASK, "to": "ben"}, Refusal.HELD),
        ({"asked": "ben"}, {"verb": Verb.YES}, Refusal.NOT_ASKED),
        ({"asked": "ben", "holder": "chidi"}, {"verb": Verb.NOT_ME}, Refusal.NOT_ASKED),
        ({"asked": None}, {"verb": Verb.NOT_NOW}, Refusal.NOT_ASKED),
        ({"asked": None}, {"verb": Verb.RELEASE}, Refusal.NOT_HELD),
        ({}, {"verb": Verb.LATER, "until": NOW}, Refusal.PAST),
        ({}, {"verb": Verb.UNDO, "undoes": "another"}, Refusal.NOTHING_TO_UNDO),
        ({}, {"verb": Verb.NOT_AN_ANSWER, "post": "m1"}, Refusal.NOT_IN_DOUBT),
        ({"write_backs": ()}, {"verb": Verb.GOOD_ENDING}, Refusal.NO_WRITE_BACK),
        ({"sign": None}, {"verb": Verb.COMMUNITY}, Refusal.NO_SIGN),
    ],
)
def test_a_press_with_nothing_to_be_about_is_refused_with_its_reason(changed, made, why):
    standing = replace(stand(OPEN, NOW), **changed)
    verb = made.pop("verb")
    assert refuse(standing, press(verb, standing.wait, **made)) == why
    made["verb"] = verb


def test_talk_in_the_room_can_be_taken_though_it_is_closed():
    room = replace(OPEN, posts=frozenset({post("m1", MEI, 0)}), presses=frozenset())
    room = replace(room, mentions=(("m1", Lane.IN_THE_ROOM),))
    standing = stand(room, NOW)
    assert standing.status == Status.CLOSED
    assert refuse(standing, press(Verb.CLAIM, 0)) is None
    assert refuse(standing, press(Verb.SPAM, 0)) == Refusal.CLOSED
