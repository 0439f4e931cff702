"""What may be told of numbers of people: nothing that fewer than three make up, nor what would tell it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

FEWEST = 3
"""Fewer people than these are nobody's number."""
FEWEST_FOR_TENTHS = 10
"""Of fewer people the slowest tenth would be one of them."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long they waited until they heard back: half of them no longer, and nine of ten."""

    median: timedelta
    ninetieth: timedelta | None


def tell(counts: Mapping[Key, int]) -> tuple[Mapping[Key, int | None], int | None]:
    """Each count of a whole, as far as it may be told, and how many the others are together.

    Counts of one or two people are not told, and with them so many others, the smallest first, that no
    reader can work any of them out from the whole.
    """
    if not any(0 < count < FEWEST for count in counts.values()):
        return dict(counts), None
    limit = FEWEST
    while True:
        hidden = [key for key, count in counts.items() if count < limit]
        higher = [count for count in counts.values() if count >= limit]
        if not (higher and _is_clear(sum(counts[key] for key in hidden), len(hidden))):
            break
        limit = min(higher) + 1
    together = sum(counts[key] for key in hidden)
    told = {key: None if key in hidden else count for key, count in counts.items()}
    return told, together if together >= FEWEST else None


def _is_clear(whole: int, parts: int) -> bool:
    """Whether it is too few itself, or tells what each of its parts is: all as many as are not told."""
    return whole < FEWEST or whole == parts * (FEWEST - 1)


def enough(count: int) -> int | None:
    """A count of people, unless it is one or two."""
    return None if 0 < count < FEWEST else count


def spread(lengths: Sequence[timedelta], people: int) -> Spread | None:
    """How waits of so many people are spread, if they are enough."""
    if people < FEWEST or not lengths:
        return None
    ordered = sorted(lengths)
    ninetieth = ordered[math.ceil(0.9 * len(ordered)) - 1]
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return Spread(middle, ninetieth if people >= FEWEST_FOR_TENTHS else None)
