"""What a team decided about itself, one thing a row: as it is kept, and as the rules take it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.measures import Before
from bot.domain.model import Teammate
from bot.domain.policies import Policies
from bot.domain.routing import MOST_OPEN, Rule, Skills, words_of

Value = Any
"""What a choice holds: what JSON can."""


class About(StrEnum):
    """What was decided; the subject says for whom or what."""

    SKILLS = "skills"
    OWNER = "owner"
    POLICY = "policy"
    WATCH_POLICY = "policy of a watch"
    QUIET = "quiet"
    RULES = "rules"
    OWN_POLICY = "policy of a person"
    BEFORE = "before"
    OWN_DIGEST = "own digest"


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision. `subject` is the id of a teammate or watch, or empty for the whole Workspace."""

    about: About
    subject: str
    value: Value


@dataclass(frozen=True, slots=True)
class Chosen:
    """All of a team's decisions. `owners` maps a watch to the teammate who looks after it; `before` are the
    numbers of a time before By Hand that a person had counted and kept, `own_digests` are the teammates who
    want a digest of their own in place of reminders."""

    skills: Mapping[str, Skills] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    policies: Policies = field(default_factory=Policies)
    quiet_until: datetime | None = None
    before: tuple[Before, ...] = ()
    own_digests: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()

    def at_rest(self, one: Teammate) -> Teammate:
        """The teammate as they are reminded: while the whole team is quiet they have paused too."""
        ends = [at for at in (one.paused_until, self.quiet_until) if at]
        return replace(one, paused_until=max(ends, default=None))


def chosen_by(choices: Iterable[Choice]) -> Chosen:
    """The decisions, put together."""
    all_of: dict[About, dict[str, Value]] = {about: {} for about in About}
    for one in choices:
        all_of[one.about][one.subject] = one.value
    return Chosen(
        skills={who: _skills(value) for who, value in all_of[About.SKILLS].items()},
        owners={watch: str(who) for watch, who in all_of[About.OWNER].items()},
        policies=Policies(
            all_of[About.POLICY].get("", {}), all_of[About.WATCH_POLICY], all_of[About.OWN_POLICY]
        ),
        own_digests=frozenset(all_of[About.OWN_DIGEST]),
        before=tuple(_before(place, value) for place, value in all_of[About.BEFORE].items()),
        rules=tuple(rule_of(value) for value in all_of[About.RULES].get("", ())),
        quiet_until=_moment(all_of[About.QUIET].get("")),
    )


def _moment(value: Value) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _skills(value: Value) -> Skills:
    return Skills(
        words_of(value.get("reads", ())), words_of(value.get("knows", ())), int(value.get("most", MOST_OPEN))
    )


def rule_of(value: Value) -> Rule:
    """A rule as it was kept."""
    return Rule(
        name=value["name"],
        to=value["to"],
        since=datetime.fromisoformat(value["since"]),
        words=words_of(value.get("words", ())),
        **{name: value.get(name, "") for name in ("language", "network", "watch")},
        urgent=bool(value.get("urgent")),
    )


def rules_kept(rules: Iterable[Rule]) -> Value:
    """How rules are kept, in their order."""
    return [
        {
            "name": one.name,
            "to": one.to,
            "since": one.since.isoformat(),
            "words": sorted(one.words),
            "language": one.language,
            "network": one.network,
            "watch": one.watch,
            "urgent": one.urgent,
        }
        for one in rules
    ]


def skills_kept(skills: Skills) -> Value:
    """How what a teammate can is kept."""
    return {"reads": sorted(skills.reads), "knows": sorted(skills.knows), "most": skills.most}


def _before(place: str, value: Value) -> Before:
    return Before(
        place,
        datetime.fromisoformat(value["since"]),
        datetime.fromisoformat(value["until"]),
        int(value["spoke"]),
        int(value["heard"]),
        tuple(int(each) for each in value["waited"]),
    )


def before_kept(before: Before) -> Value:
    """How the numbers of a time before are kept, under the place that they are of."""
    return {
        "since": before.since.isoformat(),
        "until": before.until.isoformat(),
        "spoke": before.spoke,
        "heard": before.heard,
        "waited": list(before.waited),
    }
