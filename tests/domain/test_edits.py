"""An edit may begin a wait, when it names us; no other edit moves one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.domain.lifecycle import stand
from bot.domain.model import Author, Facts, Handle, Lane, Post, Standing, Visibility
from bot.domain.threads import put_together

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MEI = Author("mei", "@mei", "Mei")
PLAIN = Post("pond", "m1", "", MEI, "How?", START, visibility=Visibility.PUBLIC)
NAMED = replace(PLAIN, names=frozenset({"acme"}))
BY_EDIT = replace(NAMED, edited_at=START + DAY, named_us_at=START + DAY)
AGAIN = replace(NAMED, text="How, on Linux?", edited_at=START + 2 * DAY)
"""A later reading of an edited post no longer tells when it named us."""

TOLD_LATE = replace(AGAIN, named_us_at=AGAIN.edited_at)
"""The network tells of the mention after the edit, though the first words named us too."""


def standing(*read: Post) -> Standing:
    ours = frozenset({Handle("pond", "acme", "@acme")})
    # A list keeps the order of reading, which a frozenset would hide.
    return stand(Facts("pond", "mei", read, (("m1", Lane.TO_US),), ours), START + 3 * DAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("read", list(permutations([PLAIN, BY_EDIT, AGAIN])))
def test_a_second_edit_leaves_the_wait_where_the_first_put_it(read: tuple[Post, ...]) -> None:
    now = standing(*read)
    assert (now.wait, now.waiting_since, now.opened_at) == (1, START + DAY, START + DAY)


@pytest.mark.parametrize("read", list(permutations([NAMED, AGAIN, TOLD_LATE])))
def test_an_edit_of_what_named_us_from_the_first_does_not_restart_its_wait(read: tuple[Post, ...]) -> None:
    assert standing(*read).waiting_since == START


def test_a_feed_that_dates_an_entry_anew_does_not_restart_its_wait() -> None:
    assert standing(NAMED, replace(NAMED, created_at=START + DAY)).waiting_since == START


def test_an_edit_counts_though_the_clock_of_its_server_was_set_back_before_it() -> None:
    early = START - timedelta(seconds=90)
    edited = replace(NAMED, text="How, on Linux?", edited_at=early, named_us_at=early)
    for read in permutations([PLAIN, edited]):
        now = put_together(read).posts["m1"]
        assert (now.text, now.names) == (edited.text, edited.names)


@pytest.mark.parametrize("read", list(permutations([PLAIN, BY_EDIT, AGAIN])))
def test_the_latest_edit_is_what_somebody_says_whenever_it_was_read(read: tuple[Post, ...]) -> None:
    assert put_together(read).posts["m1"].text == AGAIN.text
