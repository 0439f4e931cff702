"""How often a place is read, by how long it has been quiet there, and when that is unusual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.polling import USUAL, next_reading, silent_from

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


@pytest.mark.parametrize(
    ("gaps", "after"),
    [
        ([HOUR] * 5, 3 * DAY),
        ([DAY] * 20, 10 * DAY),
        ([MINUTE] * 18 + [7 * DAY, MINUTE], 14 * DAY),
        ([30 * DAY] * 6, 300 * DAY),
        ([HOUR] * 4, None),
        ([], None),
    ],
)
def test_a_silence_is_unusual_by_the_rhythm_of_its_place(gaps, after):
    times = [NOW]
    for gap in gaps:
        times.append(times[-1] + gap)
    assert silent_from(times) == (after and times[-1] + after)


@given(st.lists(st.timedeltas(0 * DAY, 400 * DAY), min_size=6, max_size=30))
def test_no_silence_is_unusual_that_there_was_before(ages):
    times = sorted(NOW - age for age in ages)
    silent = silent_from(times)
    assert silent is not None
    assert silent - times[-1] >= max(b - a for a, b in pairwise(times))
    assert silent == silent_from(times[::-1])
