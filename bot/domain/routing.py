"""Who of us could answer, likeliest first: one chain of rules, each with its reason in words.

Whom a rule of the team names; who last spoke with them, or was asked in their place; who reads their
language; who knows the subject or looks after the place; then who is in and has the fewest open. Nobody over
their own most is proposed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.daysoff import is_away
from bot.domain.hours import in_hours
from bot.domain.languages import COMMON, main_tag, name_of
from bot.domain.model import Teammate

MOST_OPEN = 5
"""How many open ones a person may have before others are proposed, where nothing else was said."""


@dataclass(frozen=True, slots=True)
class Skills:
    """What a teammate reads (BCP 47) and knows about (words), and at how many open ones others come first."""

    reads: frozenset[str] = frozenset()
    knows: frozenset[str] = frozenset()
    most: int = MOST_OPEN


@dataclass(frozen=True, slots=True)
class Pointed:
    """Somebody who said "Not me" asked another in their place: teammate ids, and when."""

    by: str
    to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known of a conversation. `spoke` is who of us last replied to that person, and when.

    `owners` maps those who look after a place that it came from to the place's name. `declined` said
    "Not me" in this wait.
    """

    id: str
    text: str = ""
    language: str | None = None
    spoke: tuple[str, datetime] | None = None
    pointed: Sequence[Pointed] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    network: str = ""
    watches: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """What the team says in advance: what fits all that it names is asked of one person.

    `words` are such of which one must stand in it, `language` a BCP 47 tag, `network` a network's short name,
    `watch` a watch's id; what is empty fits anything. What came before `since` is left alone. What is
    `urgent` may ring once a day besides other questions.
    """

    name: str
    to: str
    since: datetime
    words: frozenset[str] = frozenset()
    language: str = ""
    network: str = ""
    watch: str = ""
    urgent: bool = False

    def fits(self, matter: Matter) -> bool:
        """Whether it speaks of this."""
        named = not self.words or any(has_word(matter.text, word) for word in self.words)
        tongue = not self.language or main_tag(self.language) == main_tag(matter.language)
        there = self.network in ("", matter.network) and (not self.watch or self.watch in matter.watches)
        return named and tongue and there


TEMPLATES: Mapping[str, frozenset[str]] = {
    "press": frozenset(
        ("journalist", "reporter", "interview", "press inquiry", "press enquiry", "press contact", "podcast")
    ),
    "security": frozenset(
        (
            "vulnerability",
            "vulnerabilities",
            "security issue",
            "exploit",
            "cve",
            "xss",
            "data leak",
            "phishing",
        )
    ),
    "legal": frozenset(
        ("lawyer", "lawsuit", "legal", "gdpr", "trademark", "copyright", "dmca", "cease and desist")
    ),
}
"""Words for rules that many teams want; none of them is on before somebody names a person for it."""


def first_rule(rules: Iterable[Rule], matter: Matter) -> Rule | None:
    """The first rule that fits."""
    return next((one for one in rules if one.fits(matter)), None)


def among(rules: Sequence[Rule], rule: Rule, *, first: bool = False, was: str = "") -> list[Rule]:
    """The rules with this one: in the place of one that is called like it, or as it `was`; else behind the
    others, or before them."""
    names = {rule.name, was}
    left = [one for one in rules if one.name not in names]
    place = next((at for at, one in enumerate(rules) if one.name in names), len(left))
    place = 0 if first else place
    return [*left[:place], rule, *left[place:]]


@dataclass(frozen=True, slots=True)
class Team:
    """Who is there, what each can, and how many conversations each has or was asked for, by teammate id."""

    people: Sequence[Teammate]
    skills: Mapping[str, Skills] = field(default_factory=dict)
    open: Mapping[str, int] = field(default_factory=dict)
    rules: Sequence[Rule] = ()

    def of(self, person: str) -> Skills:
        """What that teammate can."""
        return self.skills.get(person, Skills())

    def name(self, person: str) -> str | None:
        """What that teammate is called."""
        return next((one.name for one in self.people if one.id == person), None)

    def is_full(self, person: str) -> bool:
        """Whether they have as many open ones as they take."""
        return self.open.get(person, 0) >= self.of(person).most


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A teammate who can be asked. `reason` goes on after their name; None where nothing speaks for them.

    `openly` is whether it may stand in a shared message: how much somebody has may not, nor who said no.
    """

    teammate: Teammate
    reason: str | None = None
    openly: bool = True


LAST_SPOKE = "last spoke with them"
FEWEST = "is in and has the fewest open"

_Rule = Callable[[Matter, Team], Mapping[str, str]]


def suggest(matter: Matter, team: Team, now: datetime, asker: str | None = None) -> tuple[Suggestion, ...]:
    """All who can be asked, the likeliest first; whom nothing speaks for stand last, the asker at the end.

    Left out: who cannot be assigned, stopped all messages, or said "Not me". Who has enough, paused, or is
    away is proposed for nothing.
    """
    able = [one for one in team.people if _is_able(one) and one.id not in matter.declined]
    found = [rule(matter, team) for rule in CHAIN]
    free = {one.id for one in able if not team.is_full(one.id) and not _rests(one, now)}

    def reason(one: Teammate) -> str | None:
        return next((by[one.id] for by in found if one.id in by), None) if one.id in free else None

    def place(one: Teammate) -> tuple[object, ...]:
        unsaid = [one.id not in by for by in found] if one.id in free else [True] * len(found)
        away = one.id not in free or not is_in(one, now)
        # Of equals another comes first each time, and for one conversation always the same.
        spread = hashlib.sha256(f"{matter.id} {one.id}".encode()).digest()
        return *unsaid, one.id == asker, away, team.open.get(one.id, 0), spread

    ranked = [
        Suggestion(one, reason(one), openly=one.id not in found[CHAIN.index(_named)])
        for one in sorted(able, key=place)
    ]
    first = ranked[0] if ranked else None
    if first and first.reason is None and first.teammate.id != asker:
        who = first.teammate
        if who.id in free and is_in(who, now):
            ranked[0] = Suggestion(who, FEWEST, openly=False)
    return tuple(ranked)


def is_in(one: Teammate, now: datetime) -> bool:
    """Whether somebody is at work now, as far as their hours tell."""
    return in_hours(one.hours, now) and not _rests(one, now)


def _is_able(one: Teammate) -> bool:
    return one.can_be_assigned and not one.stopped


def _rests(one: Teammate, now: datetime) -> bool:
    return (one.paused_until is not None and now < one.paused_until) or is_away(one.hours, now)


def _ruled(matter: Matter, team: Team) -> Mapping[str, str]:
    """Whom the first of the team's rules that fits names."""
    rule = first_rule(team.rules, matter)
    return {rule.to: f"is named by the rule {rule.name}"} if rule else {}


def _named(matter: Matter, team: Team) -> Mapping[str, str]:
    """Whom the last one who said "Not me" to this person asked, unless somebody spoke with them since."""
    last = _last_pointed(matter)
    by = team.name(last.by) if last else None
    return {last.to: f"was {by}'s choice"} if last and by else {}


def _last_pointed(matter: Matter) -> Pointed | None:
    last = max(matter.pointed, key=lambda one: (one.at, one.by), default=None)
    return None if last and matter.spoke and matter.spoke[1] > last.at else last


def _spoke(matter: Matter, _: Team) -> Mapping[str, str]:
    """Who last spoke with them, unless they asked another in their place since."""
    if matter.spoke is None:
        return {}
    who, at = matter.spoke
    gave = any(one.by == who and one.at >= at for one in matter.pointed)
    return {} if gave else {who: LAST_SPOKE}


def _reads(matter: Matter, team: Team) -> Mapping[str, str]:
    """Who reads the language; the common one only where somebody is known not to read it."""
    tag, name = main_tag(matter.language), name_of(matter.language)
    told = {one.id: team.of(one.id).reads for one in team.people if team.of(one.id).reads}
    if name is None or (tag == COMMON and all(tag in reads for reads in told.values())):
        return {}
    return {who: f"reads {name}" for who, reads in told.items() if tag in reads}


def _knows(matter: Matter, team: Team) -> Mapping[str, str]:
    """Who knows about a word that stands in it, or looks after the place that it came from."""
    found = {who: f"looks after {place}" for who, place in matter.owners.items()}
    for one in team.people:
        known = next((word for word in sorted(team.of(one.id).knows) if has_word(matter.text, word)), None)
        if known:
            found[one.id] = f"knows about {known}"
    return found


def has_word(text: str, word: str) -> bool:
    """Whether the words stand in the text as such, whatever their case."""
    sought = rf"(?<!\w){re.escape(word.strip().casefold())}(?!\w)"
    return bool(word.strip()) and re.search(sought, text.casefold()) is not None


CHAIN: Sequence[_Rule] = (_ruled, _named, _spoke, _reads, _knows)
"""What speaks for somebody, the strongest first."""


def words_of(told: Iterable[str]) -> frozenset[str]:
    """Words as they are kept: without spaces around them, in small letters, none twice."""
    return frozenset(word for each in told if (word := each.strip().casefold()))
