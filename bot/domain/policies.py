"""Which policy holds for a conversation and a person: the team's, then the watch's, then the person's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any

from bot.domain.nudging import PRESETS, USUAL, Policy, Rhythm

Told = Mapping[str, Any]
"""What was chosen of a policy, by name, as it is kept; the rest is as in the policy below it."""
MOST_DAYS = 30
MOST_HOURS = 240
TEAM_ONLY = frozenset({"digest"})
"""What cannot be chosen for one watch or person."""


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return value

    return read


def _hours(value: Any) -> timedelta:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value <= MOST_HOURS:
        raise ValueError(f"more than 0 and at most {MOST_HOURS} hours")
    return timedelta(hours=value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("yes or no")  # noqa: TRY004 - what was typed is wrong, not the program
    return value


def _rhythm(value: Any) -> Rhythm:
    if value not in list(Rhythm):
        raise ValueError(f"one of {', '.join(Rhythm)}")
    return Rhythm(value)


READS: Mapping[str, Callable[[Any], Any]] = {
    "promise": _whole(1, MOST_DAYS),
    "asks": _whole(0, 2),
    "reminders": _whole(0, 2),
    "first_after": _hours,
    "last_word": _flag,
    "digest": _rhythm,
    "outright": _flag,
}


@dataclass(frozen=True, slots=True)
class Policies:
    """What was chosen for the team, for watches and for people, by their ids."""

    team: Told = field(default_factory=dict)
    watches: Mapping[str, Told] = field(default_factory=dict)
    people: Mapping[str, Told] = field(default_factory=dict)

    def of(self, watches: Iterable[str] = (), person: str | None = None) -> Policy:
        """The policy for what came from these watches, towards this person; the person's own goes last."""
        told = [self.team, *(self.watches.get(watch, {}) for watch in sorted(watches))]
        if person is not None:
            told.append(self.people.get(person, {}))
        policy = USUAL
        for each in told:
            policy = changed(policy, each)
        return policy


def changed(policy: Policy, told: Told) -> Policy:
    """The policy with what was chosen. Raises ValueError for a name or a value that there is not."""
    values: dict[str, Any] = {}
    for name, value in told.items():
        if name not in READS:
            raise ValueError(f"there is no {name}")
        try:
            values[name] = READS[name](value)
        except ValueError as why:
            raise ValueError(f"{name} must be {why}") from None
    return replace(policy, **values)


def typed(words: Iterable[str]) -> Told:
    """What was chosen in words, each the name of a preset or one thing of a policy, as `promise=3`,
    `outright=yes` or `digest=weekly`; a later word goes before an earlier one.

    Raises ValueError for a name or a value that there is not.
    """
    told: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        name = name.strip().replace("-", "_")  # as the command line spells it
        told |= kept(PRESETS[word]) if word in PRESETS else {name: _value(value.strip())}
    changed(USUAL, told)
    return told


def _value(word: str) -> Any:
    if word in {"yes", "no"}:
        return word == "yes"
    try:
        return json.loads(word)
    except ValueError:
        return word


def kept(policy: Policy) -> dict[str, Any]:
    """The whole policy as it is kept: hours as a number."""
    values = {one.name: getattr(policy, one.name) for one in fields(policy)}
    return values | {
        "first_after": policy.first_after / timedelta(hours=1),
        "digest": policy.digest.value,
    }
