"""The work behind a button: checked against the message and the wait it stands in, then decided once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import SendingError
from bot.domain.model import Line, Teammate, Workspace
from bot.domain.ports import Clock, Message, Store
from bot.domain.screens import Kind
from bot.services.standing.queue import Queue
from bot.services.standing.triage import Outcome, Triage
from bot.services.team.people import STOPPED, People
from bot.services.telling.outbox import Outbox
from bot.services.telling.screens import Screens
from bot.slack import engage, lines, lists, modals, responses, words
from bot.slack.arrivals import HOME, Arrival
from bot.slack.blocks import Block, message, paragraph
from bot.slack.buttons import VERBS, about, is_free, until, verb_of, why_not
from bot.slack.hours import OwnHours
from bot.slack.rules import OurRules
from bot.slack.said import Said, cut, plain
from bot.slack.teller import Teller
from bot.slack.values import Code, Value, read_value

WHOSE = frozenset({Code.MINE, Code.THEIRS, Code.NOT_OURS})
NOBODY = "nobody"
FOR_ONE = frozenset({"ephemeral", HOME})
"""Containers that are for the presser alone and are no message of ours."""
OWN = frozenset({Code.REFRESH, Code.RESUME, Code.STOP, Code.PAUSE, Code.LONG})
"""What is about the presser alone, and about no conversation."""
LEAVES = frozenset({Code.GIVE, Code.STILL, Code.OFFER})
"""What somebody who will be away decides in the list of what they have."""
RULES = frozenset({Code.NEW_RULE, Code.CHANGE_RULE, Code.DROP_RULE, Code.TRY_RULES})
"""What is about whom the team asks."""
OPENS = frozenset({Code.ASSIGN, Code.NOT_NEEDED, Code.LATER, Code.KINDLY})


@dataclass(frozen=True, slots=True)
class Pressed:
    """One press with who made it and, unless it stands in a list for one person, the message it is in."""

    home: Workspace
    arrival: Arrival
    by: Teammate
    message: Message | None
    came_at: datetime | None

    @property
    def face(self) -> str:
        """Where it was pressed, for the journal."""
        if self.message:
            return self.message.kind.value
        return HOME if self.arrival.container == HOME else "engage"


@dataclass(frozen=True, slots=True)
class Presses:
    """Decides; or answers the presser why nothing changed and how it stands."""

    store: Store
    clock: Clock
    triage: Triage
    queue: Queue
    screens: Screens
    outbox: Outbox
    people: People
    own: OwnHours
    rules: OurRules
    teller: Teller

    def __call__(self, home: Workspace, arrival: Arrival, came_at: datetime | None) -> None:
        """One press; `came_at` is set when it is done again after a restart."""
        if arrival.container == "view":
            self._know(home, arrival)
            return
        if arrival.user_team != home.team:
            self.teller.say(arrival, responses.outsider())
            return
        message = self._message(home, arrival)
        if message is None and arrival.container not in FOR_ONE:
            self.teller.say(arrival, responses.not_here())
            return
        by = self.people.teammate(home.id, arrival.user)
        if not by.can_be_assigned:
            self.teller.say(arrival, responses.outsider())
            return
        self._act(Pressed(home, arrival, by, message, came_at))

    def _know(self, home: Workspace, arrival: Arrival) -> None:
        """A teammate was chosen in a modal: make them known, so that its submission asks nobody."""
        if arrival.action == Code.TEAMMATE and arrival.value:
            try:
                self.people.assignable(home.id, arrival.value)
            except SendingError:
                return  # the submission asks again

    def _message(self, home: Workspace, arrival: Arrival) -> Message | None:
        """The one it was pressed in. Where Slack's answer to that was lost, the press tells that it came."""
        with self.store.read(home.id) as tx:
            message = tx.messages.at(arrival.channel, arrival.ts)
        if message or arrival.container in FOR_ONE or not arrival.ts:
            return message
        where = arrival.user if arrival.channel.startswith(engage.DIRECT) else arrival.channel
        return self.outbox.found(home.id, where, arrival.channel, arrival.ts)

    def _act(self, pressed: Pressed) -> None:
        if pressed.arrival.action in OWN | RULES:
            self._about_none(pressed)
            return
        if pressed.arrival.action in WHOSE and pressed.message and pressed.message.kind is Kind.IS_ONE_OF_US:
            self._say_whose(pressed, pressed.message)
            return
        value = read_value(pressed.arrival.value)
        if value is None:
            self.teller.say(pressed.arrival, responses.not_handled())
        elif value.code is Code.WORDS:
            self._show_words(pressed, value)
        elif value.code is Code.PAUSE:
            self._pause(pressed)
        elif value.code in OPENS:
            self._open(pressed, value)
        elif value.code in VERBS:
            self._decide(pressed, value)
        else:
            self.teller.say(pressed.arrival, responses.not_handled())

    def _decide(self, pressed: Pressed, value: Value) -> None:
        if pressed.came_at and self._was_decided(pressed, value, pressed.came_at):
            return
        line = self._line(pressed, value)
        verb = verb_of(value.code, line)
        outcome = self.triage.press(
            pressed.home.id,
            value.conversation,
            value.wait,
            verb,
            pressed.by.id,
            face=pressed.face,
            to=value.more if value.code is Code.GIVE else None,
            until=until(value.code, pressed.by, self.clock()),
            post=about(verb, line),
            undoes=value.more if value.code is Code.UNDO else None,
        )
        if not outcome.done:
            self._refused(pressed, outcome)
        elif pressed.arrival.container == "ephemeral" and value.code is Code.LET_GO:
            self._show_long(pressed, replace=True)
        elif pressed.arrival.container == "ephemeral":
            self._refresh(pressed, leaving=value.code in LEAVES)

    def _was_decided(self, pressed: Pressed, value: Value, came_at: datetime) -> bool:
        """Whether the process ended after the decision was written and before it was noted as done."""
        with self.store.read(pressed.home.id) as tx:
            moves = tx.journal.read(value.conversation)
        return any(
            (move.wait, move.by) == (value.wait, pressed.by.id)
            and move.verb in (VERBS[value.code], verb_of(value.code, self._line(pressed, value)))
            and move.at >= came_at
            for move in moves
        )

    def _open(self, pressed: Pressed, value: Value) -> None:
        line = self._line(pressed, value)
        if line is None or line.wait != value.wait or not is_free(line) or _is_unasked(value, line):
            why = responses.changed_meanwhile() if line else responses.not_here()
            self._tell(pressed, why, line)
        elif not self.teller.open_view(pressed.arrival, self._view(pressed, value, line)):
            self.teller.say(pressed.arrival, responses.press_again())

    def _view(self, pressed: Pressed, value: Value, line: Line) -> Block:
        if value.code is Code.NOT_NEEDED:
            return modals.not_needed(line)
        if value.code is Code.KINDLY:
            return modals.kindly(line)
        if value.code is Code.LATER:
            return modals.later(line, pressed.by.hours, self.clock())
        likely = self.people.likely(pressed.home.id, line.conversation, for_=pressed.by.id)
        return modals.assign(line, likely)

    def _show_words(self, pressed: Pressed, value: Value) -> None:
        """To this reader alone; what they may not see is not there."""
        line = self._line(pressed, value)
        if line and line.people > 1:
            asked = self.queue.questions(pressed.home.id, value.conversation)
            self.teller.show(pressed.arrival, lines.questions(line, asked))
            return
        text, name = self._words(pressed, value)
        if not cut(text):
            self.teller.say(pressed.arrival, words.no_words())
        else:
            self.teller.say(pressed.arrival, words.words_of(name), more=lines.their_words(text, None))

    def _words(self, pressed: Pressed, value: Value) -> tuple[str, str]:
        line = self._line(pressed, value)
        if line is None:
            return "", ""
        screen = self.screens.of(pressed.home.id, pressed.message) if pressed.message else None
        text = screen.news.text if screen and screen.news else line.text
        return text, lines.name_of(line)

    def _about_none(self, pressed: Pressed) -> None:
        """A fresh list, the team's rules, or one's own reminders: Home itself then says how it is."""
        workspace, by = pressed.home.id, pressed.by.id
        match pressed.arrival.action:
            case Code.STOP:
                self.people.stop(workspace, by)
            case Code.RESUME:
                self.people.resume(workspace, by)
            case Code.PAUSE:
                self._pause(pressed)
            case Code.LONG:
                self._show_long(pressed)
            case action if action in RULES:
                self.rules.press(pressed.home, pressed.arrival)
            case _:
                self._refresh(pressed)

    def _show_long(self, pressed: Pressed, *, replace: bool = False) -> None:
        """What waits for weeks, for the presser alone."""
        viewer = pressed.by.id
        found = self.queue.long_waiting(pressed.home.id, viewer, engage.SHOWN)
        said = words.waits_for_weeks(len(found)) if found else words.none_waits_for_weeks()
        shown = message(plain(said), lists.long_waiting(found, viewer))
        self.teller.show(pressed.arrival, shown, replace=replace)

    def _pause(self, pressed: Pressed) -> None:
        if not self.teller.open_view(pressed.arrival, modals.pause()):
            self.teller.say(pressed.arrival, responses.press_again())

    def _say_whose(self, pressed: Pressed, asked: Message) -> None:
        """Whose the account is that a lead was asked about; the message itself then says so."""
        if asked.person != pressed.by.id:
            self.teller.say(pressed.arrival, responses.not_yours())
            return
        owner: Teammate | str | None = None
        if pressed.arrival.action == Code.MINE:
            owner = pressed.by
        elif pressed.arrival.action == Code.THEIRS:
            owner = self._one_of_us(pressed)
        if isinstance(owner, str):
            self.teller.say(pressed.arrival, (responses.refused(owner),))
        elif not asked.live:
            self.teller.say(pressed.arrival, words.was_said_already())
        else:
            self.people.recognize(pressed.home.id, asked, owner.id if owner else None)

    def _one_of_us(self, pressed: Pressed) -> Teammate | str:
        """The teammate chosen, who may well have stopped all messages; or the code of why it is none."""
        chosen = pressed.arrival.value
        found = self.people.assignable(pressed.home.id, chosen) if chosen else NOBODY
        return self.people.teammate(pressed.home.id, chosen) if found == STOPPED else found

    def _refresh(self, pressed: Pressed, *, leaving: bool = False) -> None:
        """The list that was pressed in: of what waits, or of what somebody who will be away has."""
        if leaving:
            self.own.leaving(pressed.home, pressed.arrival, pressed.by, replace=True)
            return
        queue = self.queue.of(pressed.home.id, pressed.by.id)
        self.teller.show(pressed.arrival, engage.waiting(queue, pressed.by), replace=True)

    def _refused(self, pressed: Pressed, outcome: Outcome) -> None:
        self._tell(pressed, why_not(outcome.why), outcome.line)

    def _tell(self, pressed: Pressed, why: Said, line: Line | None) -> None:
        more = [paragraph(lines.short(line, pressed.by.id))] if line else []
        self.teller.say(pressed.arrival, why, more=more)

    def _line(self, pressed: Pressed, value: Value) -> Line | None:
        found = self.queue.lines(pressed.home.id, [value.conversation], pressed.by.id)
        return found[0] if found else None


def _is_unasked(value: Value, line: Line) -> bool:
    """Whether there is nobody left to be asked kindly."""
    return value.code is Code.KINDLY and line.standing.holder is None
