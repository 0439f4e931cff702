"""The figures of several seeds as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

SUMS = (
    "mentions", "answered", "rings", "rings_to_people", "given_by_colleagues", "false_alarms", "killed",
)  # fmt: skip
COUNTS = (
    "violations", "rings_by_person", "rings_by_kind", "rings_by_local_hour", "answers_by_person",
)  # fmt: skip
Figures = Mapping[str, Any]


def together(seeds: Sequence[Mapping[str, Figures]]) -> dict[str, dict[str, Any]]:
    """For each arm: numbers are added up, shares and medians are the mean of the seeds'.

    `lowest_share` and `highest_share` are those of single seeds.
    """
    return {arm: _of([one[arm] for one in seeds]) for arm in seeds[0]}


def _of(all_of: Sequence[Figures]) -> dict[str, Any]:
    if len(all_of) == 1:
        return dict(all_of[0])
    shares = [one["answered_share"] for one in all_of]
    hours = [one["median_working_hours"] for one in all_of if one["median_working_hours"] is not None]
    sums = {name: sum(one[name] for one in all_of) for name in SUMS}
    after = [one["answered_after_hours"] for one in all_of]
    return {
        **sums,
        **{name: _added([one[name] for one in all_of]) for name in COUNTS},
        "answered_share": round(fmean(shares), 4),
        "lowest_share": min(shares),
        "highest_share": max(shares),
        "median_working_hours": round(fmean(hours), 2) if hours else None,
        "rings_per_answer": round(sums["rings"] / sums["answered"], 4) if sums["answered"] else None,
        "answered_after_hours": {end: round(fmean(one[end] for one in after), 4) for end in after[0]},
        "examples": {rule: story for one in reversed(all_of) for rule, story in one["examples"].items()},
    }


def _added(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)
