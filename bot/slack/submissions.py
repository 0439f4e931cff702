"""What a modal was submitted with: checked, decided and answered in the ack, refused at the field."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import SendingError
from bot.domain.model import Teammate, Verb, Workspace
from bot.domain.moves import Refusal
from bot.domain.ports import Clock, Store
from bot.domain.rests import put_off, rest_until
from bot.services.standing.triage import CANNOT_BE_ASKED, NOT_ALLOWED, Outcome, Triage
from bot.services.team.people import People
from bot.slack import modals, words
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
    clock: Clock

    def assign(self, body: Mapping[str, Any]) -> Errors:
        """Ask the teammate chosen; choosing oneself is saying "I'll reply"."""
        home = self._home(body)
        chosen = modals.chosen_person(body["view"])
        if home is None or not chosen:
            return {modals.TEAMMATE: words.refused("nobody" if home else "outsider")}
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
            return {modals.REASON: words.refused("no reason" if home else "outsider")}
        by = self.people.teammate(home.id, body["user"]["id"])
        about = modals.memory_of(body["view"])
        outcome = self.triage.press(home.id, about.conversation, about.wait, verb, by.id, face="modal")
        return {} if outcome.done else {modals.REASON: _why_not(outcome)}

    def kindly(self, body: Mapping[str, Any]) -> Errors:
        """Ask the one who has it."""
        home = self._home(body)
        if home is None:
            return {modals.NOTE: words.refused("outsider")}
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
            return {modals.WHEN: words.refused("no time" if home else "outsider")}
        by = self.people.teammate(home.id, body["user"]["id"])
        until = put_off(choice, by.hours, self.clock(), day)
        if until is None:
            return {modals.DAY: words.refused("no day")}
        about = modals.memory_of(body["view"])
        outcome = self.triage.press(
            home.id, about.conversation, about.wait, Verb.LATER, by.id, face="modal", until=until
        )
        return {} if outcome.done else {modals.WHEN: _why_not(outcome)}

    def pause(self, body: Mapping[str, Any]) -> Errors | Block:
        """Leave the presser alone for as long as chosen; gives the view that says until when."""
        home, choice = self._home(body), modals.chosen_rest(body["view"])
        if home is None or choice is None:
            return {modals.REST: words.refused("no time" if home else "outsider")}
        by = self.people.teammate(home.id, body["user"]["id"])
        until = rest_until(choice, by.hours, self.clock())
        self.people.pause(home.id, by.id, until)
        return modals.told(words.paused(until))

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
            return words.refused("unsure", name)
        return words.refused(found, name) if isinstance(found, str) else found


def _why_not(outcome: Outcome) -> str:
    return words.refused("private" if outcome.why == NOT_ALLOWED else "taken")


def _why_not_kindly(outcome: Outcome) -> str:
    code = {Refusal.ASKED: "asked kindly", CANNOT_BE_ASKED: "stopped"}.get(outcome.why, "gone")
    name = (outcome.line.holder_name if outcome.line else None) or "This person"
    return words.refused(code, cut(name, NAME))
