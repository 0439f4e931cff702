"""What people decide about a conversation: claim, ask, say it was answered, put it off, take it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.model import Conversation, Line, Press, Status, Verb
from bot.domain.moves import Refusal, refuse
from bot.domain.ports import Clock, Known, Networks, Store, Tx
from bot.services.standing.ids import new_id
from bot.services.standing.lines import make_lines
from bot.services.standing.places import policies_for
from bot.services.standing.restand import News, again, on, restand
from bot.services.standing.sight import may_see

UNKNOWN = "unknown"
NOT_ALLOWED = "not allowed"
CANNOT_BE_ASKED = "cannot be asked"
APART = timedelta(milliseconds=1)
"""More than the ticks by which effects are put after their causes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a press. `why` is empty when it counted, else a Refusal's text or one of this module;
    `line` is the present state as the presser may see it; `press` is the id that an undo names."""

    done: bool
    why: str = ""
    line: Line | None = None
    press: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One press as it arrives. `wait` is the number on the button; `by` empty is the clock."""

    conversation: str
    wait: int
    verb: Verb
    by: str
    face: str
    to: str | None = None
    until: datetime | None = None
    post: str | None = None
    undoes: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Triage:
    """Presses as facts: refused when stale or not theirs, else written with what they change."""

    store: Store
    networks: Networks
    clock: Clock

    def press(
        self,
        workspace: str,
        conversation: str,
        wait: int,
        verb: Verb,
        by: str,
        *,
        face: str,
        to: str | None = None,
        until: datetime | None = None,
        note: str | None = None,
        post: str | None = None,
        undoes: str | None = None,
    ) -> Outcome:
        """Decide about one wait. An undo without `undoes` takes back the last press."""
        decision = Decision(conversation, wait, verb, by, face, to, until, post, undoes, note)
        return self.decide(workspace, decision)

    def decide(self, workspace: str, decision: Decision) -> Outcome:
        """The same from a value; durable when it returns, and done again after a concurrent change."""

        def work() -> Outcome:
            with self.store.write(workspace) as tx:
                return self._decide(tx, decision)

        return again(work)

    def _decide(self, tx: Tx, decision: Decision) -> Outcome:
        now = self.clock()
        # Stood anew first: a snooze that ended or a wait that rested since is decided upon as it is now.
        known = self._stood(tx, tx.threads.of([decision.conversation]), now)
        found = known.conversations.get(decision.conversation)
        if found is None:
            return Outcome(False, UNKNOWN)
        if decision.verb == Verb.ASK and decision.by and self._is_told(tx, decision):
            decision = replace(decision, verb=Verb.ASSIGN)
        press = _press(decision, found, known, _after_all(known.presses.get(found.id, frozenset()), now))
        why = _refuse_who(tx, found, known, decision) or refuse(found.standing, press)
        if why:
            return Outcome(False, str(why), self._line(tx, found.id, decision.by))
        restand(tx, known, News(presses={found.id: press}), on=on(self.networks, now, decision.face))
        if decision.note and press.to:
            tx.threads.leave_note(press.id, decision.note, now)
        return Outcome(True, line=self._line(tx, found.id, decision.by), press=press.id)

    def _is_told(self, tx: Tx, decision: Decision) -> bool:
        """Whether this team gives a conversation to whom somebody chose, instead of asking them."""
        policies = policies_for(tx, tx.choices.all(), [decision.conversation], decision.to or "")
        return policies[decision.conversation].outright

    def _stood(self, tx: Tx, known: Known, now: datetime) -> Known:
        conversations = restand(tx, known, News(), on=on(self.networks, now, "clock"))
        return replace(known, conversations=conversations)

    def _line(self, tx: Tx, conversation: str, viewer: str) -> Line | None:
        return next(iter(make_lines(tx, self.networks, [conversation], viewer=viewer)), None)


def _after_all(presses: Iterable[Press], now: datetime) -> datetime:
    """Now, or a little after the last press: they count in the order in which they were written."""
    return max([now, *(press.at + APART for press in presses)])


def _press(decision: Decision, found: Conversation, known: Known, now: datetime) -> Press:
    last = found.standing.last_press if decision.verb == Verb.UNDO else None
    return Press(
        id=new_id(),
        verb=decision.verb,
        wait=decision.wait,
        by=decision.by,
        at=now,
        covers=found.standing.uncovered or _told(found, known),
        to=decision.to,
        until=decision.until,
        post=decision.post,
        undoes=decision.undoes or last,
    )


def _told(found: Conversation, known: Known) -> frozenset[str]:
    """Where nobody waits the mentions themselves: whoever takes talk in the room takes these."""
    if found.standing.status != Status.CLOSED:
        return frozenset()
    return frozenset(p.post.id for p in known.posts.values() if p.conversation == found.id)


def _refuse_who(tx: Tx, found: Conversation, known: Known, decision: Decision) -> Refusal | str | None:
    """Private ones are their owner's alone; only who can be assigned may be asked."""
    people = [who for who in (decision.by, decision.to) if who]
    if any(not may_see(tx, found, who, known.ours) for who in people):
        return NOT_ALLOWED
    if decision.to is not None:
        asked = tx.people.teammate(decision.to)
        if asked is None or asked.stopped or not asked.can_be_assigned:
            return CANNOT_BE_ASKED
    return None
