"""Nothing is told that fewer than three people make up, and nothing from which a reader could work it out."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import product

import pytest

from bot.domain.few import FEWEST, Spread, enough, spread, tell

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("cells", "most"), [(2, 9), (3, 7), (4, 5)])
def test_no_reader_can_work_out_a_number_that_is_not_told(cells: int, most: int):
    """Every table of so many numbers: whoever knows the rule and sees what is told is left with a doubt."""
    behind: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most + FEWEST), repeat=cells):
        told, together = tell(dict(enumerate(counts)))
        behind[tuple(told.values()), together, enough(sum(counts))].append(counts)
    for (told, together, whole), tables in behind.items():
        if max(map(max, tables)) >= most:
            continue  # the tables that look the same are not all drawn
        hidden = [cell for cell, count in enumerate(told) if count is None]
        assert all(len({table[cell] for table in tables}) > 1 for cell in hidden), (told, together)
        assert all(count is None or count == 0 or count >= FEWEST for count in (*told, whole))
        assert together is None or together >= FEWEST


def test_what_is_told_is_true():
    told, together = tell({"heard": 9, "let go": 1, "not needed": 4, "waiting": 0})
    assert told == {"heard": 9, "let go": None, "not needed": None, "waiting": None}
    assert together == 5
    assert tell({"heard": 9, "let go": 0}) == ({"heard": 9, "let go": 0}, None)
    assert tell({"heard": 2, "let go": 0}) == ({"heard": None, "let go": None}, None)


def test_three_people_have_a_middle_and_only_ten_have_a_slow_tenth():
    assert spread([HOUR, 2 * HOUR], 2) is None
    assert spread([HOUR, 5 * HOUR, 2 * HOUR], 3) == Spread(2 * HOUR, None)
    assert spread([hours * HOUR for hours in range(1, 11)], 10) == Spread(5.5 * HOUR, 9 * HOUR)
    assert spread([], 5) is None
