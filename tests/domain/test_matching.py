"""What a post answers and names decides how it concerns us."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.matching import lane_of
from bot.domain.model import Author, Handle, Lane, Post

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
US, MEI, KIM = "did:plc:acme", "did:plc:mei", "did:plc:kim"
OURS = [Handle("bluesky", US, "@acme.example")]


def post(by: str, key: str, under: Post | None = None, *names: str) -> Post:
    """Somebody writes, below a post or anew."""
    id, parent = f"at://{by}/app.bsky.feed.post/{key}", under.id if under else None
    author = Author(by, f"@{key}.example", key, f"https://bsky.app/profile/{by}")
    return Post("bluesky", id, id, author, "And now?", NOON, parent=parent, names=frozenset(names))


def test_whoever_answered_what_was_ours_and_is_gone_speaks_to_us():
    ours = post(US, "a")
    reply = post(MEI, "b", ours)
    assert lane_of(reply, [], OURS) is Lane.TO_US
    assert lane_of(post(MEI, "c", reply), [reply], OURS) is Lane.TO_US
    assert lane_of(post(KIM, "d", reply), [reply], OURS) is None


@pytest.mark.parametrize(
    "parent", ["at://did:plc:zoe/app.bsky.feed.post/a", "did:plc:acme/a", "http://[", None]
)
def test_whoever_answered_anything_else_that_is_not_known_does_not(parent):
    assert lane_of(replace(post(MEI, "b"), parent=parent), [], OURS) is None


def test_whoever_calls_us_by_name_below_an_answer_to_us_speaks_to_us():
    ours = post(US, "a")
    back = post(MEI, "b", ours)
    assert lane_of(post(KIM, "c", back, US), [ours, back], OURS) is Lane.TO_US
    assert lane_of(post(KIM, "d", back), [ours, back], OURS) is not Lane.TO_US


def test_whoever_calls_us_below_a_call_to_us_speaks_to_us_where_no_reply_does_so_by_itself():
    call = post(MEI, "a", None, US)
    below = post(KIM, "b", call, US)
    assert lane_of(below, [call], OURS) is Lane.TO_US
    assert lane_of(below, [call], OURS, carries_names=True) is Lane.IN_THE_ROOM


def test_whoever_answers_a_colleague_whom_nobody_linked_speaks_to_us():
    ours, chidi = post(US, "a"), post("did:plc:chidi", "b", post(US, "a"))
    back = post(MEI, "c", chidi)
    assert lane_of(back, [ours, chidi], OURS) is Lane.IN_THE_ROOM
    assert lane_of(back, [ours, chidi], OURS, {"did:plc:chidi"}) is Lane.TO_US
