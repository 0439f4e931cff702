"""What a modal was submitted with: checked, decided and answered in the ack, refused at the field."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.errors import SendingError
from bot.domain.model import Teammate, Verb, Workspace
from bot.domain.moves import Refusal
from bot.domain.ports import Clock, Store
from bot.domain.rests import put_off, rest_until
from bot.domain.routing import among
from bot.services.standing.triage import CANNOT_BE_ASKED, NOT_ALLOWED, Outcome, Triage
from bot.services.team.people import People
from bot.services.team.ruling import Ruling
from bot.slack import modals, responses, rules
from bot.slack.blocks import Block
from bot.slack.said import NAME, cut

log = logging.getLogger(__name__)

Errors = dict[str, str]
"""What is wrong, by the block id of the field; empty when it was done."""


@dataclass(frozen=True, slots=True)
class Submissions:
    """The work behind the modals. Nothing here reads a network."""

    store: Store
    triage: Triage
    people: People
    ruling: Ruling
    clock: Clock

    def assign(self, body: Mapping[str, Any]) -> Errors:
        """Ask the teammate chosen; choosing oneself is saying "I'll reply"."""
        home = self._home(body)
        chosen = modals.chosen_person(body["view"])
        if home is None or not chosen:
            return {modals.TEAMMATE: responses.refused("nobody" if home else "outsider")}
        to = self._assignable(home, chosen)
        if isinstance(to, str):
            return {modals.TEAMMATE: to}
        by = self.people.teammate(home.id, body["user"]["id"])
        verb = Verb.CLAIM if to.id == by.id else Verb.ASK
        about = modals.memory_of(body["view"])
        outcome = self.triage.press(
            home.id,
            about.conversation,
            about.wait,
            verb,
            by.id,
            face="modal",
            to=to.id if verb is Verb.ASK else None,
            note=modals.note_in(body["view"]) if verb is Verb.ASK else None,
        )
        return {} if outcome.done else {modals.TEAMMATE: _why_not(outcome)}

    def not_needed(self, body: Mapping[str, Any]) -> Errors:
        """Close it for the reason chosen."""
        home = self._home(body)
        verb = modals.chosen_reason(body["view"])
        if home is None or verb is None:
            return {modals.REASON: responses.refused("no reason" if home else "outsider")}
        by = self.people.teammate(home.id, body["user"]["id"])
        about = modals.memory_of(body["view"])
        outcome = self.triage.press(home.id, about.conversation, about.wait, verb, by.id, face="modal")
        return {} if outcome.done else {modals.REASON: _why_not(outcome)}

    def kindly(self, body: Mapping[str, Any]) -> Errors:
        """Ask the one who has it."""
        home = self._home(body)
        if home is None:
            return {modals.NOTE: responses.refused("outsider")}
        by = self.people.teammate(home.id, body["user"]["id"])
        about = modals.memory_of(body["view"])
        with self.store.read(home.id) as tx:
            known = tx.threads.of([about.conversation]).conversations.get(about.conversation)
        outcome = self.triage.press(
            home.id,
            about.conversation,
            about.wait,
            Verb.KINDLY,
            by.id,
            face="modal",
            to=known.standing.holder if known else None,
            note=modals.note_in(body["view"]),
        )
        return {} if outcome.done else {modals.NOTE: _why_not_kindly(outcome)}

    def later(self, body: Mapping[str, Any]) -> Errors:
        """Put it off until the time chosen."""
        home = self._home(body)
        choice, day = modals.chosen_later(body["view"])
        if home is None or choice is None:
            return {modals.WHEN: responses.refused("no time" if home else "outsider")}
        by = self.people.teammate(home.id, body["user"]["id"])
        until = put_off(choice, by.hours, self.clock(), day)
        if until is None:
            return {modals.DAY: responses.refused("no day")}
        about = modals.memory_of(body["view"])
        outcome = self.triage.press(
            home.id, about.conversation, about.wait, Verb.LATER, by.id, face="modal", until=until
        )
        return {} if outcome.done else {modals.WHEN: _why_not(outcome)}

    def pause(self, body: Mapping[str, Any]) -> Errors | Block:
        """Leave the presser alone for as long as chosen; gives the view that says until when."""
        home, choice = self._home(body), modals.chosen_rest(body["view"])
        if home is None or choice is None:
            return {modals.REST: responses.refused("no time" if home else "outsider")}
        by = self.people.teammate(home.id, body["user"]["id"])
        until = rest_until(choice, by.hours, self.clock())
        self.people.pause(home.id, by.id, until)
        return modals.told(responses.paused(until))

    def rule(self, body: Mapping[str, Any]) -> Errors | Block:
        """What a rule would have picked; gives the view that asks whether to keep it."""
        home, view = self._home(body), body["view"]
        chosen = modals.chosen_person(view)
        if home is None or not chosen:
            return {modals.TEAMMATE: responses.refused("nobody" if home else "outsider")}
        to = self._assignable(home, chosen)
        if isinstance(to, str):
            return {modals.TEAMMATE: to}
        rule, first = rules.rule_in(view, to.id, self.clock())
        changed = replace(rules.changed_in(view), first=first)
        if wrong := rules.wrong_in(rule, changed):
            return wrong
        former = self.ruling.rules(home.id)
        all_ = among(former, rule, first=first, was=changed.was)
        gives_way = rule.name != changed.was and any(one.name == rule.name for one in former)
        found = self.ruling.tried(home.id, all_, rules.LOOKED)
        return rules.tried(changed, rule, self._names(home), found, gives_way=gives_way)

    def keep_rule(self, body: Mapping[str, Any]) -> Errors | Block:
        """It asks from now on; gives the view that says so."""
        home, changed = self._home(body), rules.changed_in(body["view"])
        if home is None or changed.rule is None:
            return modals.told(responses.outsider())
        rule = replace(changed.rule, since=self.clock())
        self.ruling.keep(home.id, rule, first=changed.first, was=changed.was)
        return modals.told(responses.rule_kept(cut(self._names(home).people.get(rule.to, ""), NAME)))

    def _names(self, home: Workspace) -> rules.Names:
        with self.store.read(home.id) as tx:
            return rules.names_in(tx, self.ruling.networks)

    def _home(self, body: Mapping[str, Any]) -> Workspace | None:
        """The workspace, for one of its own people."""
        team = body["team"]["id"]
        return self.store.by_team(team) if body["user"].get("team_id") == team else None

    def _assignable(self, home: Workspace, slack_user: str) -> Teammate | str:
        """The teammate, or the sentence for the field. Whoever is known is looked up in the store alone."""
        with self.store.read(home.id) as tx:
            known = tx.people.by_slack(slack_user)
        if known and known.can_be_assigned and not known.stopped:
            return known
        name = cut(known.name, NAME) if known else "This person"
        try:
            found = self.people.assignable(home.id, slack_user)
        except SendingError as trouble:
            log.warning("a person could not be looked up: %s", type(trouble).__name__)
            return responses.refused("unsure", name)
        return responses.refused(found, name) if isinstance(found, str) else found


def _why_not(outcome: Outcome) -> str:
    return responses.refused("private" if outcome.why == NOT_ALLOWED else "taken")


def _why_not_kindly(outcome: Outcome) -> str:
    code = {Refusal.ASKED: "asked kindly", CANNOT_BE_ASKED: "stopped"}.get(outcome.why, "gone")
    name = (outcome.line.holder_name if outcome.line else None) or "This person"
    return responses.refused(code, cut(name, NAME))
