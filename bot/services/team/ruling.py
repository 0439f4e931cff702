"""The team's rules: what comes new is asked of the person whom the first rule that fits names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.choices import About, rules_kept
from bot.domain.model import Conversation, Line, Verb
from bot.domain.ports import Clock, Known, Networks, Store, Tx
from bot.domain.routing import Rule, among, first_rule
from bot.services.standing.likely import matters
from bot.services.standing.lines import make_lines
from bot.services.standing.triage import Decision, Triage

PAST = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
"""How far back a rule is tried out: where enough was said of late no further, as somebody waits for it."""
FACE = "rule"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would have done: the conversation as a line, the rule that fits, and whom it names."""

    line: Line
    rule: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Keeps, tries and applies the rules of a team."""

    store: Store
    networks: Networks
    clock: Clock

    def rules(self, workspace: str) -> Sequence[Rule]:
        """In the order in which they are looked at."""
        with self.store.read(workspace) as tx:
            return tx.choices.all().rules

    def keep(self, workspace: str, rule: Rule, *, first: bool = False, was: str = "") -> None:
        """Add it behind the others, or before them. One of the same name, or called as this one `was`, gives
        way to it in its place."""
        with self.store.write(workspace) as tx:
            kept = among(tx.choices.all().rules, rule, first=first, was=was)
            tx.choices.choose(About.RULES, "", rules_kept(kept))

    def remove(self, workspace: str, name: str) -> bool:
        """Whether there was such a rule."""
        with self.store.write(workspace) as tx:
            former = tx.choices.all().rules
            left = [one for one in former if one.name != name]
            tx.choices.choose(About.RULES, "", rules_kept(left) or None)
        return len(left) < len(former)

    def apply(self, workspace: str, _subject: str = "") -> datetime | None:
        """The work of RULES: ask whom the first rule that fits names, once, about what came since the rule
        was made and what nobody has touched."""
        with self.store.read(workspace) as tx:
            due = [
                Decision(one.id, one.standing.wait, Verb.ASK, by="", face=FACE, to=rule.to, note=rule.name)
                for one, rule in self._fitting(tx)
            ]
        triage = Triage(self.store, self.networks, self.clock)
        for decision in due:
            triage.decide(workspace, decision)
        return None

    def _fitting(self, tx: Tx) -> list[tuple[Conversation, Rule]]:
        chosen = tx.choices.all()
        free = [one for one in tx.threads.waiting() if _is_free(one)]
        known = tx.threads.of([one.id for one in free])
        new = {one.id: one for one in free if not _was_touched(one, known)}
        found = []
        for matter in matters(tx, chosen, list(new)) if chosen.rules else []:
            rule, one = first_rule(chosen.rules, matter), new[matter.id]
            if rule and (one.standing.opened_at or rule.since) >= rule.since:
                found.append((one, rule))
        return found

    def tried(self, workspace: str, rules: Sequence[Rule], limit: int) -> list[Tried]:
        """Whom these rules would have picked for what was spoken to us of late, the latest first."""
        with self.store.read(workspace) as tx:
            ids = self._latest(tx, limit)
            chosen = tx.choices.all()
            picked = {one.id: first_rule(rules, one) for one in matters(tx, chosen, ids)}
            names = {one.id: one.name for one in tx.people.teammates()}
            lines = make_lines(tx, self.networks, ids, viewer=None)
        return [_tried(line, picked.get(line.conversation), names) for line in lines]

    def _latest(self, tx: Tx, limit: int) -> list[str]:
        """The conversations that we came to know last, the latest first, without private ones."""
        networks = sorted({one.network for one in tx.sources.sources()})
        found: list[Conversation] = []
        for since in (self.clock() - ago for ago in PAST):
            past = (one for name in networks for one in tx.threads.followed(name, since))
            found = [one for one in past if not one.standing.private]
            if sum(one.created_at is not None and one.created_at >= since for one in found) >= limit:
                break
        return [one.id for one in sorted(found, key=_began, reverse=True)[:limit]]


def _tried(line: Line, rule: Rule | None, names: Mapping[str, str]) -> Tried:
    return Tried(line, rule.name, names.get(rule.to)) if rule else Tried(line, None, None)


def _is_free(one: Conversation) -> bool:
    """Where reminding is of use at all: nobody has it, and nothing suggests that it was answered."""
    standing = one.standing
    return standing.nudgeable and not standing.private and not standing.is_with_somebody


def _was_touched(one: Conversation, known: Known) -> bool:
    return any(press.wait == one.standing.wait for press in known.presses.get(one.id, ()))


def _began(one: Conversation) -> tuple[str, str]:
    return (one.created_at.isoformat() if one.created_at else "", one.id)
