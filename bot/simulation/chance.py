"""Chance that depends on what it is about, and on nothing that came before.

Each draw is made from the seed and the names of what is decided. So the same mention, person and question get
the same answer in every arm, whatever happened between: common random numbers.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")
_NORMAL = NormalDist()
LONGEST = 400.0
"""Hours: more than most people work in a quarter."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws for one seed."""

    seed: int

    def share(self, *about: object) -> float:
        """Between 0 and 1, neither of them."""
        name = "\x1f".join(map(str, (self.seed, *about)))
        number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())
        return (number + 0.5) / 2**64

    def happens(self, likely: float, *about: object) -> bool:
        """Whether something so likely happens."""
        return self.share(*about) < likely

    def hours(self, median: float, spread: float, *about: object) -> float:
        """A time to do something: lognormal, `spread` is of its logarithm; what takes longest is cut off."""
        return min(median * math.exp(spread * _NORMAL.inv_cdf(self.share(*about))), LONGEST)

    def one_of(self, choices: Sequence[T], weights: Sequence[float], *about: object) -> T:
        """One of these, as likely as its weight."""
        left = self.share(*about) * sum(weights)
        for choice, weight in zip(choices, weights, strict=True):
            left -= weight
            if left < 0:
                return choice
        return choices[-1]
