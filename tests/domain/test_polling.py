"""How often a place is read, by how long it has been quiet there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.polling import USUAL, next_reading

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


def wait(
    silence: timedelta | None, floor: timedelta = SECOND, source: str = "s", *, awaited: bool = False
) -> timedelta:
    spoke = None if silence is None else NOW - silence
    return next_reading(source, spoke, floor, NOW, USUAL, awaited=awaited) - NOW


@pytest.mark.parametrize(
    ("silence", "every"),
    [
        (None, 5 * MINUTE),
        (MINUTE, 5 * MINUTE),
        (3 * HOUR, 30 * MINUTE),
        (6 * DAY, 30 * MINUTE),
        (8 * DAY, 5 * HOUR),
        (31 * DAY, DAY),
    ],
)
def test_the_longer_it_is_quiet_the_more_seldom_it_is_read(silence, every):
    assert every <= wait(silence) <= every * 1.1


def test_never_sooner_than_the_network_allows():
    assert 15 * MINUTE <= wait(MINUTE, floor=15 * MINUTE) <= 16.5 * MINUTE


@given(st.text(), st.timedeltas(-2 * DAY, 400 * DAY), st.timedeltas(SECOND, 2 * DAY))
def test_every_source_is_read_again_within_little_more_than_a_day_or_its_floor(source, silence, floor):
    assert floor <= wait(silence, floor, source) <= max(floor, DAY) * 1.1


@given(st.text(), st.timedeltas(-2 * DAY, 400 * DAY), st.timedeltas(SECOND, 2 * DAY))
def test_where_an_answer_is_awaited_it_is_read_at_the_usual_pace_or_its_floor(source, silence, floor):
    assert floor <= wait(silence, floor, source, awaited=True) <= max(floor, 30 * MINUTE) * 1.1


@given(st.text(), st.timedeltas(0 * DAY, 400 * DAY), st.timedeltas(0 * DAY, 400 * DAY))
def test_a_longer_silence_is_never_read_sooner_than_a_shorter_one(source, one, other):
    assert wait(min(one, other), source=source) <= wait(max(one, other), source=source)


def test_sources_that_were_added_together_drift_apart():
    assert len({wait(HOUR, source=f"s{number}") for number in range(50)}) == 50
