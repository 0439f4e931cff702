"""What one person is to be told, and from when: questions, reminders, news, and what `asides` adds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.absence import offered_at
from bot.domain.choices import Chosen
from bot.domain.hours import began_today, next_opening, next_working_day
from bot.domain.model import Conversation, Handle, Teammate, WriteBack
from bot.domain.nudging import RINGS_UNHEARD, Due, Quiet, Step, next_due, why_quiet
from bot.domain.ports import Message, Networks, Sending, Shown, Tx
from bot.domain.rests import UNTIL_SAID
from bot.domain.routing import first_rule
from bot.domain.screens import Kind
from bot.domain.threads import QUIET
from bot.services.standing.likely import matters
from bot.services.standing.places import policies_for
from bot.services.standing.sight import can_look, can_see_answers, may_see, owner_of
from bot.services.telling.asides import asides, lately
from bot.services.telling.own_digest import in_a_digest
from bot.services.telling.returning import on_return
from bot.services.telling.rings import URGENT, Budget, Ring, Used, budget_of, key_of, steps_of
from bot.services.telling.together import go_along, kindly_first

BLIND = "blind"
PRIVATE = "private"
KINDLY = "kindly"
REMINDERS = (Step.FIRST, Step.SECOND, Step.LAST_WORD)
AGAIN = timedelta(minutes=15)
"""When what could not be told now is tried again."""
UNSEEN_FOR = timedelta(days=1)
"""After so long what is private is told as a digest tells the rest: with since when we could not look."""
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class View:
    """All that is due for one person; `returns` are conversations that go back to the team, and when.

    `is_past`: something of theirs is stored as it stood before time alone changed it.
    """

    teammate: Teammate
    rings: Sequence[Ring]
    returns: Sequence[tuple[Conversation, datetime]]
    today: Sequence[Message]
    unheard: int
    is_past: bool = False

    def ready(self, now: datetime) -> list[Ring]:
        """What may ring now, the longest due first; what is due together in the order of `rings`."""
        due = [r for r in self.rings if r.at <= now and self._quiet(r, now, self.unheard) is None]
        return sorted(due, key=lambda ring: ring.at)

    def gave_up(self, now: datetime) -> Ring | None:
        """What would ring now if three rings before it had not been unheard."""
        if self.unheard < RINGS_UNHEARD:
            return None
        due = (ring for ring in self.rings if ring.at <= now and self._quiet(ring, now, 0) is None)
        # What says so is no question, whatever it is said in place of: it has no second ring that day.
        last = (ring for ring in due if self._quiet(replace(ring, kind=Kind.STOPPED), now, 0) is None)
        return next(last, None)

    def next(self, now: datetime) -> datetime | None:
        """When something is due again, by itself or because the person may be rung again."""
        times = [at for ring in self.rings if (at := self._when(ring, now))]
        times += [at if at > now else now + AGAIN for _, at in self.returns]
        return min(times, default=None)

    def _quiet(self, ring: Ring, now: datetime, unheard: int) -> Quiet | None:
        alike = sum(budget_of(one.kind, one.shows) == ring.budget for one in self.today)
        asking = ring.budget != Budget.REMINDERS
        return why_quiet(self.teammate, alike, unheard, now, asking=asking)

    def _when(self, ring: Ring, now: datetime) -> datetime | None:
        hours = self.teammate.hours
        if ring.at > now:
            return ring.at
        match self._quiet(ring, now, 0):
            case None:
                return now + AGAIN
            case Quiet.STOPPED:
                return None
            case Quiet.PAUSED if self.teammate.paused_until:
                return next_opening(hours, self.teammate.paused_until)
            case Quiet.ENOUGH_TODAY:
                return next_working_day(hours, now)
            case _:
                return next_opening(hours, now)


def view(tx: Tx, networks: Networks, person: str, now: datetime) -> View | None:
    """Everything due for this person; None when there is no such teammate."""
    teammate = tx.people.teammate(person)
    if teammate is None:
        return None
    chosen = tx.choices.all()
    teammate = chosen.at_rest(teammate)
    ours = tx.people.handles()
    theirs = [one for one in tx.threads.concerning(person) if may_see(tx, one, person, ours)]
    looks = {one.id: can_look(networks, one.network, ours) for one in theirs}
    used = tx.messages.used([person], [one.id for one in theirs])
    rings, returns = _on_the_ladder(tx, networks, theirs, teammate, now, used=used)
    rings += _kindly(networks, theirs, teammate, used, ours)
    rings += _news(tx, networks, teammate, ours, now)
    rings += _private(tx, networks, teammate, ours, now)
    rings += asides(tx, networks, teammate, now)
    today = _today(tx, teammate, now)
    kindly = _told_of(one for one in today if one.kind is Kind.KINDLY)
    rings = list(kindly_first(rings, kindly, teammate.hours, now))
    if person in chosen.own_digests:
        listed = any(one.kind is Kind.OWN_DIGEST for one in today)
        told = _told_of(today)
        rings = list(in_a_digest(teammate, rings, theirs, looks, now, listed=listed, told=told))
    rings = list(on_return(teammate, rings, theirs, looks, now, rung=bool(today)))
    rings = list(go_along(rings, teammate.hours, now))
    is_past = any(one.standing.wake_at and one.standing.wake_at <= now for one in theirs)
    return View(teammate, rings, returns, today, tx.messages.unpressed(person), is_past)


def _on_the_ladder(
    tx: Tx,
    networks: Networks,
    theirs: Sequence[Conversation],
    teammate: Teammate,
    now: datetime,
    *,
    used: Used,
) -> tuple[list[Ring], list[tuple[Conversation, datetime]]]:
    """Questions, reminders and last words, and what goes back to the team."""
    chosen, ours = tx.choices.all(), tx.people.handles()
    policies = policies_for(tx, chosen, [one.id for one in theirs], teammate.id)
    urgent = _urgent(tx, chosen, theirs)
    rings: list[Ring] = []
    returns: list[tuple[Conversation, datetime]] = []
    for one in theirs:
        seen = can_see_answers(networks, one.network, ours, teammate.id)
        due = next_due(one.standing, teammate.hours, _taken(one, used, seen=seen), policies[one.id])
        back = _returns_at(one, due, teammate)
        offered = offered_at(one.standing, teammate.id, teammate.hours, policies[one.id], now)
        returns += [(one, min(filter(None, (back, offered))))] if back or offered else []
        if back is None and due and due.person == teammate.id:
            ring = _ring(one, due, seen, looks=can_look(networks, one.network, ours))
            rings.append(_hurried(ring) if one.id in urgent and due.step == Step.ASK else ring)
    return rings, returns


def _taken(one: Conversation, used: Used, *, seen: bool) -> Mapping[str, datetime]:
    """The steps taken; where answers cannot be seen, one question stands for all that remind.

    That somebody was given it needs no telling again in a later wait.
    """
    now = one.standing
    steps = dict(steps_of(one, used))
    if now.holder and not now.asked and now.asked_at:
        asks = (at for shown, at in used.items() if (shown.conversation, shown.step) == (one.id, Step.ASK))
        told = max(asks, default=EVER)
        steps |= {Step.ASK: told} if told >= now.asked_at else {}
    if not seen and BLIND in steps:
        steps |= dict.fromkeys(REMINDERS, steps[BLIND])
    if URGENT in steps:
        steps.setdefault(Step.ASK, steps[URGENT])
    return steps


def _urgent(tx: Tx, chosen: Chosen, theirs: Sequence[Conversation]) -> Collection[str]:
    """What a rule that marks it urgent asked."""
    if not any(rule.urgent for rule in chosen.rules):
        return ()
    asked = [one.id for one in theirs if one.standing.asked and one.standing.asked_by == ""]
    found = ((one.id, first_rule(chosen.rules, one)) for one in matters(tx, chosen, asked))
    return {id for id, rule in found if rule and rule.urgent}


def _hurried(ring: Ring) -> Ring:
    return replace(ring, shown=replace(ring.shown, step=URGENT))


def _returns_at(one: Conversation, due: Due | None, teammate: Teammate) -> datetime | None:
    """When it goes back to the team's list: after the last word, or because they cannot be told."""
    if not teammate.can_be_assigned:
        return EVER
    if teammate.stopped and one.standing.asked == teammate.id:
        return EVER
    if due is None or due.person != teammate.id:
        return None
    if due.step == Step.RETURN:
        return due.at
    if teammate.stopped or teammate.paused_until == UNTIL_SAID:
        # Nobody reminds them: it lapses when the last word would have been said.
        after = next_working_day(teammate.hours, due.at)
        return next_working_day(teammate.hours, after) if after else None
    return None


def _ring(one: Conversation, due: Due, seen: bool, *, looks: bool) -> Ring:
    kind, step = Kind.NUDGE, due.step.value
    if due.step in (Step.ASK, Step.ASK_AGAIN):
        kind = Kind.QUESTION
    elif not seen:
        kind, step = Kind.BLIND, BLIND
    elif due.step == Step.LAST_WORD:
        kind = Kind.LAST_WORD
    shown = Shown(one.id, one.standing.wait, step)
    return Ring(kind, due.at, shown, seen=looks, by=one.standing.asked_by)


def _kindly(
    networks: Networks,
    theirs: Sequence[Conversation],
    teammate: Teammate,
    used: Used,
    ours: Sequence[Handle],
) -> Iterator[Ring]:
    """A colleague asks whether they still will: once a wait, and only where reminding is of use."""
    for one in theirs:
        now = one.standing
        if now.holder != teammate.id or not (now.nudgeable and now.nudged_at):
            continue
        at = next_opening(teammate.hours, now.nudged_at)
        if at and KINDLY not in steps_of(one, used):
            looks = can_look(networks, one.network, ours)
            yield Ring(Kind.KINDLY, at, Shown(one.id, now.wait, KINDLY), seen=looks, by=now.nudged_by)


def _news(
    tx: Tx, networks: Networks, teammate: Teammate, ours: Sequence[Handle], now: datetime
) -> Iterator[Ring]:
    """They wrote back: each post once, to the one whose reply it answers; the latest for them all, but for
    what may be answered already."""
    for one in tx.threads.written_back():
        standing = one.standing
        backs = [each for each in standing.open_backs if (each.by or standing.holder) == teammate.id]
        if not backs or backs[-1].at < now - QUIET or not may_see(tx, one, teammate.id, ours):
            continue
        back = backs[-1]
        at = next_opening(teammate.hours, back.at)
        if at and not _is_told(tx, one, back, teammate):
            looks = can_look(networks, one.network, ours)
            thanks = standing.is_news
            yield Ring(Kind.NEWS, at, key_of(one, back), seen=looks, post=back.post, can_wait=thanks)


def _is_told(tx: Tx, one: Conversation, back: WriteBack, teammate: Teammate) -> bool:
    """Whether it or a later one was told, also to another for a shared account."""
    later = {key_of(one, each) for each in one.standing.write_backs if each.at >= back.at}
    whom = [teammate.id] if back.by else [each.id for each in tx.people.teammates()]
    return not later.isdisjoint(tx.messages.used(whom, [one.id]))


def _private(
    tx: Tx, networks: Networks, teammate: Teammate, ours: Sequence[Handle], now: datetime
) -> Iterator[Ring]:
    """No digest may show what is private: its owner alone is told of it, once a wait, if nobody has it."""
    unsure = [ring for ring in lately(tx, teammate, now) if ring.state is Sending.UNKNOWN]
    lost = {shown for ring in unsure for shown in ring.shows}
    for one in tx.threads.waiting_in_private():
        standing = one.standing
        if standing.is_with_somebody or owner_of(tx, one, ours) != teammate.id:
            continue
        used = tx.messages.used([teammate.id], [one.id])
        theirs = (back for back in standing.write_backs if back.by == teammate.id)
        waiting = (back for back in theirs if back.post in standing.uncovered)
        # As news these are told, or were.
        news = [back for back in waiting if back in standing.open_backs or key_of(one, back) in used]
        told = bool(news) and key_of(one, news[-1]) not in lost
        due = None if told else _privately(one, teammate, used, lost)
        if due:
            at, step = due
            unseen = one.unseen_since is not None and one.unseen_since <= now - UNSEEN_FOR
            looks = can_look(networks, one.network, ours) and not unseen
            yield Ring(Kind.PRIVATE, at, Shown(one.id, standing.wait, step), seen=looks)


def _privately(
    one: Conversation, teammate: Teammate, used: Used, lost: Collection[Shown]
) -> tuple[datetime, str] | None:
    """When its owner is to be told, and by which step; None once they were.

    What may not have come is told anew on their next working day, for nothing else would tell of it.
    """
    before = {step: at for step, at in steps_of(one, used).items() if step.startswith(PRIVATE)}
    if any(before.get(shown.step) == at and shown not in lost for shown, at in used.items()):
        return None
    since = max(before.values(), default=one.standing.opened_at)
    if since is None:
        return None
    at = next_working_day(teammate.hours, since) if before else next_opening(teammate.hours, since)
    return (at, f"{PRIVATE} {len(before) + 1}" if before else PRIVATE) if at else None


def _told_of(messages: Iterable[Message]) -> Collection[str]:
    return {shown.conversation for one in messages for shown in one.shows}


def _today(tx: Tx, teammate: Teammate, now: datetime) -> Sequence[Message]:
    began = began_today(teammate.hours, now)
    return [one for one in lately(tx, teammate, now) if one.created_at and one.created_at >= began]
