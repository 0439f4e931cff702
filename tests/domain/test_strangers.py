"""Which unknown accounts a lead is asked about: those that answered for us, twice, and are not outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.model import Author, Facts, Handle, Lane, Post, Visibility
from bot.domain.strangers import find_strangers

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OURS = frozenset({Handle("pond", "acme", "@acme")})


def post(id: str, by: str, under: str | None = None, **also: object) -> Post:
    author = Author(by, f"@{by}", by.title(), is_bot=by == "robot")
    at = NOON + timedelta(minutes=int(id[-1]))
    seen = also.pop("visibility", Visibility.PUBLIC)
    return Post("pond", id, f"https://pond.example/{id}", author, "So.", at, under, visibility=seen, **also)  # type: ignore[arg-type]


def talk(them: str, *replies: Post, private: bool = False) -> Facts:
    """Somebody outside speaks to us in a post named after them, and others reply."""
    seen = Visibility.DIRECT if private else Visibility.PUBLIC
    mention = post(f"{them}0", them, visibility=seen)
    return Facts("pond", them, frozenset({mention, *replies}), ((mention.id, Lane.TO_US),), OURS)


def found(*talks: Facts) -> list[tuple[str, int]]:
    return [(one.author.id, one.people) for one in find_strangers(talks)]


def test_who_answered_two_people_may_be_one_of_us() -> None:
    talks = [talk(them, post(f"{them}r1", "codes", f"{them}0")) for them in ("mei", "zoe")]
    assert found(*talks) == [("codes", 2)]
    (one,) = find_strangers(talks)
    assert (one.network, one.reply.id) == ("pond", "meir1")


def test_one_person_answered_twice_is_not_enough() -> None:
    assert found(talk("mei", post("r1", "codes", "mei0"), post("r2", "codes", "mei0"))) == []


@pytest.mark.parametrize("by", ["acme", "robot", "mei", "zoe"])
def test_we_ourselves_bots_and_those_who_speak_to_us_are_left_out(by: str) -> None:
    talks = [talk(them, post(f"{them}r1", by, f"{them}0")) for them in ("mei", "zoe", "kim")]
    assert found(*talks) == []


def test_a_reply_to_somebody_else_in_the_thread_answers_nobody() -> None:
    talks = [
        talk(them, post(f"{them}r1", f"{them}s friend", f"{them}0"), post(f"{them}r2", "codes", f"{them}r1"))
        for them in ("mei", "zoe")
    ]
    assert found(*talks) == []


def test_what_we_said_between_does_not_matter() -> None:
    talks = [
        talk(them, post(f"{them}r1", "acme", f"{them}0"), post(f"{them}r2", "codes", f"{them}r1"))
        for them in ("mei", "zoe")
    ]
    assert found(*talks) == [("codes", 2)]


def test_private_words_and_what_was_deleted_tell_nothing() -> None:
    for also in ({"visibility": Visibility.DIRECT}, {"visibility": Visibility.UNKNOWN}, {"gone_at": NOON}):
        talks = [talk(them, post(f"{them}r1", "codes", f"{them}0", **also)) for them in ("mei", "zoe")]
        assert found(*talks) == []
    private = [talk(them, post(f"{them}r1", "codes", f"{them}0"), private=True) for them in ("mei", "zoe")]
    assert found(*private) == []
