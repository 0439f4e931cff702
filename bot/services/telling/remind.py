"""What one person is told, decided when it is told: seldom, in their hours, never after the answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.model import Conversation, Status, Verb
from bot.domain.ports import Clock, Message, Sending, Shown, Store, Tx
from bot.domain.screens import Kind
from bot.services.collecting.answers import Answers
from bot.services.standing.triage import Decision, Triage
from bot.services.standing.waking import wake
from bot.services.telling.dues import AGAIN, View, view
from bot.services.telling.outbox import Outbox
from bot.services.telling.own_digest import INSTEAD_OF
from bot.services.telling.rings import ASIDES, Ring
from bot.services.telling.together import together

FRESH = timedelta(seconds=60)
ROUNDS = 10
STOPPED = "stopped"
REMINDS = (*INSTEAD_OF, Kind.OWN_DIGEST, Kind.KINDLY)
"""What reminds somebody to answer, so that it needs something that asks for an answer."""
OF_NOBODYS = (Kind.NEWS, Kind.PRIVATE)
"""What is told of conversations that the person neither has nor was asked for."""


@dataclass(frozen=True, slots=True)
class Remind:
    """Sees to one person at a time."""

    store: Store
    answers: Answers
    outbox: Outbox
    clock: Clock

    def see(self, workspace: str, teammate: str) -> datetime | None:
        """Tell this person what is due now; when to see to them again (UTC), or None.

        What came due while the process was stopped is decided anew: answered since, outside their hours,
        paused, rung enough today. Nothing rings without a complete look right before.
        """
        unseen: set[str] = set()
        for _ in range(ROUNDS):
            now = self.clock()
            seen = self._view(workspace, teammate, now)
            if seen is None:
                return None
            if seen.is_past:
                wake(self.store, self.answers.networks, workspace, now, until=now)
                continue
            if self._give_back(workspace, seen, now) or self._stop(workspace, seen, now):
                continue
            ready = [ring for ring in seen.ready(now) if ring.shown.conversation not in unseen]
            if not ready:
                return self._next(seen, unseen, now)
            untold = self._ring(workspace, seen, together(ready, met=seen.teammate.met))
            if untold is None:
                return None
            unseen |= untold
        return self.clock() + AGAIN

    def _view(self, workspace: str, teammate: str, now: datetime) -> View | None:
        with self.store.read(workspace) as tx:
            return view(tx, self.answers.networks, teammate, now)

    def _next(self, seen: View, unseen: Collection[str], now: datetime) -> datetime | None:
        others = [ring for ring in seen.rings if ring.shown.conversation not in unseen]
        times = [replace(seen, rings=others).next(now), now + AGAIN if unseen else None]
        return min((at for at in times if at), default=None)

    def _give_back(self, workspace: str, seen: View, now: datetime) -> bool:
        """Return to the team's list what is due to return, with no note about the person."""
        triage = Triage(self.store, self.answers.networks, self.clock)
        due = [one for one, at in seen.returns if at <= now]
        given = [
            triage.decide(
                workspace, Decision(one.id, one.standing.wait, Verb.RELEASE, by="", face="clock")
            ).done
            for one in due
        ]
        return any(given)

    def _stop(self, workspace: str, seen: View, now: datetime) -> bool:
        """After three rings in a row without a press or an answer it says so, and stops by itself."""
        ring = seen.gave_up(now)
        if ring is None:
            return False
        shown = replace(ring.shown, step=STOPPED)
        sent = self.outbox.send(workspace, _message(seen, Kind.STOPPED, [shown]))
        if sent and sent.state == Sending.NOT_SENT:
            return False
        with self.store.write(workspace) as tx:
            teammate = tx.people.teammate(seen.teammate.id)
            if teammate:
                tx.people.save_teammate(replace(teammate, stopped=True))
        return True

    def _ring(self, workspace: str, seen: View, rings: Sequence[Ring]) -> set[str] | None:
        """Look, decide anew, and send; gives the conversations that cannot be told of now.

        None: Slack takes nothing now, and the outbox planned when to see to this person again.
        """
        ids = {ring.shown.conversation for ring in rings}
        looked = self.answers.look(
            workspace, [ring.shown.conversation for ring in rings if ring.seen], fresh=FRESH
        )
        now = self.clock()
        after = self._view(workspace, seen.teammate.id, now)
        wanted = {ring.shown for ring in rings}
        still = [ring for ring in after.ready(now) if ring.shown in wanted] if after else []
        tell = [ring for ring in still if not ring.seen or ring.shown.conversation in looked.complete]
        unseen = {ring.shown.conversation for ring in still} - {ring.shown.conversation for ring in tell}
        if after is None or not tell:
            return unseen
        told = together(tell, met=after.teammate.met)
        sent = self.outbox.send(
            workspace, self._about(workspace, after, told), lambda: self._holds(workspace, after, told)
        )
        if sent is not None and sent.state == Sending.NOT_SENT:
            return None
        stands = sent is not None and sent.state in (Sending.SENT, Sending.UNKNOWN)
        return unseen if stands else ids

    def _about(self, workspace: str, seen: View, rings: Sequence[Ring]) -> Message:
        first = rings[0]
        asks = next((ring for ring in rings if ring.kind is Kind.QUESTION), first)
        message = _message(seen, first.kind, [ring.shown for ring in rings])
        with self.store.read(workspace) as tx:
            press = _asked_by(tx, asks)
        message = replace(message, by=asks.by, post=first.post, source=first.source)
        return replace(message, press=press, total=first.total)

    def _holds(self, workspace: str, seen: View, rings: Sequence[Ring]) -> bool:
        """The last check before the call: they still wait, in the same wait, for the same person, by a look
        that is not older than a minute, and nothing suggests that it was answered."""
        with self.store.read(workspace) as tx:
            known = tx.threads.these([ring.shown.conversation for ring in rings])
        now = self.clock()
        for ring in rings:
            if ring.kind in ASIDES:
                continue
            one = known.get(ring.shown.conversation)
            if one is None or one.standing.status != Status.OPEN:
                return False
            if ring.kind in REMINDS and not one.standing.nudgeable:
                return False
            if ring.seen and not (one.looked_at and one.looked_at >= now - FRESH):
                return False
            theirs = seen.teammate.id in (one.standing.holder, one.standing.asked)
            if not _still_waits(one, ring) or not (theirs or ring.kind in OF_NOBODYS):
                return False
        return True


def _still_waits(one: Conversation, ring: Ring) -> bool:
    """Whether it is the same wait; news are about a post, in whichever wait it came to stand."""
    if ring.kind == Kind.NEWS:
        return ring.post in one.standing.uncovered
    return one.standing.wait == ring.shown.wait


def _asked_by(tx: Tx, ring: Ring) -> str | None:
    """The press that asked what this ring asks: the latest, and the note that was left with it."""
    asking = {Kind.QUESTION: (Verb.ASK, Verb.ASSIGN), Kind.KINDLY: (Verb.KINDLY,)}.get(ring.kind, ())
    conversation = ring.shown.conversation
    presses = tx.threads.of([conversation]).presses.get(conversation, frozenset())
    asks = [press for press in presses if press.verb in asking] if asking else []
    last = max(asks, key=lambda press: (press.at, press.id), default=None)
    return last.id if last else None


def _message(seen: View, kind: Kind, shows: Sequence[Shown]) -> Message:
    person = seen.teammate
    return Message("", kind, where=person.slack_user, person=person.id, shows=tuple(shows))
