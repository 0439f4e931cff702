"""A wait keeps its number, and what was pressed in it, whatever turns out about the waits before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.lifecycle import stand
from bot.domain.model import Author, Facts, Handle, Lane, Post, Press, Standing, Status, Verb

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MEI = Author("mei", "@mei", "Mei Tanaka")
ANA = Author("ana", "@ana", "Ana")
HOURS = {"m1": 0, "r1": 1, "m2": 2, "r2": 3, "m3": 5}
NOW = START + timedelta(hours=9)


def post(id: str, author: Author, parent: str | None = None, **more: object) -> Post:
    at = START + timedelta(hours=HOURS[id])
    return Post("mastodon", id, f"https://social.example/{id}", author, "So?", at, parent, **more)  # type: ignore[arg-type]


M1, M2, M3 = post("m1", MEI), post("m2", MEI, "m1"), post("m3", MEI, "m2")
R1, R2 = post("r1", ANA, "m1"), post("r2", ANA, "m2")
LANES = tuple((id, Lane.TO_US) for id in ("m1", "m2", "m3"))
OURS = frozenset({Handle("mastodon", "ana", "@ana", "ana", id="h")})


def gone(one: Post, minutes: int) -> Post:
    return replace(one, gone_at=one.created_at + timedelta(minutes=minutes))


def learned(*times: tuple[Post, ...], presses: frozenset[Press] = frozenset()) -> list[Standing]:
    """How it stood after each time of learning; what is known of a post is what was learned last."""
    facts, stood = Facts("mastodon", "mei", frozenset(), LANES, OURS, presses), []
    for posts in times:
        names = {one.id for one in posts}
        kept = {one for one in facts.posts if one.id not in names}
        facts = replace(facts, posts=frozenset({*kept, *posts}))
        stood.append(stand(facts, NOW))
        facts = replace(facts, numbers=stood[-1].numbers)
    return stood


def test_a_wait_keeps_its_number_when_an_earlier_one_is_found():
    first, then = learned((M2,), (M1, R1))
    assert (first.wait, then.wait) == (1, 1)


def test_a_wait_keeps_its_number_when_an_earlier_one_disappears():
    waits = [one.wait for one in learned((M1,), (gone(M1, 30),), (M2,), (M1,), (gone(M1, 30),))]
    # While the first question is back both are one wait, that of the first; then it is as before.
    assert waits == [1, 1, 2, 1, 2]


def test_a_number_is_never_given_to_another_wait():
    stood = learned((M1, R1), (gone(R1, 5),), (R1,), (M2, R2), (M3,))
    assert [one.wait for one in stood] == [1, 2, 1, 3, 4]


def test_a_reply_that_goes_twice_opens_two_waits():
    stood = learned((M1, R1), (gone(R1, 5),), (R1,), (gone(R1, 90),))
    assert [one.wait for one in stood] == [1, 2, 1, 3]


def test_what_was_put_off_stays_so_when_an_earlier_wait_is_found_or_lost():
    until = NOW + timedelta(days=1)
    at = START + timedelta(hours=4)
    later = Press("x", Verb.LATER, 1, "ana", at, covers=frozenset({"m1", "m2"}), until=until)
    found = learned((M1, M2), (R1,), presses=frozenset({later}))
    assert [one.status for one in found] == [Status.SNOOZED, Status.SNOOZED]
    later = replace(later, wait=2, covers=frozenset({"m2"}))
    lost = learned((gone(M1, 30),), (M2,), (M1, R1), presses=frozenset({later}))
    assert [one.status for one in lost[1:]] == [Status.SNOOZED, Status.SNOOZED]


def test_what_was_taken_back_stays_so_when_an_earlier_wait_is_found():
    at = START + timedelta(hours=4)
    pressed = Press("x", Verb.NOT_NEEDED, 1, "ana", at, covers=frozenset({"m1", "m2"}))
    undo = Press("y", Verb.UNDO, 1, "ana", at + timedelta(minutes=1), undoes="x")
    stood = learned((M1, M2), (R1,), presses=frozenset({pressed, undo}))
    assert [one.status for one in stood] == [Status.OPEN, Status.OPEN]
