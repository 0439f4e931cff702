"""Every message goes out here: the intent is committed, then Slack is called, then the outcome is written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import Ambiguous, NotSent, Rejected
from bot.domain.hours import next_opening
from bot.domain.model import Teammate, Workspace
from bot.domain.ports import Clock, Job, Message, Posted, Sending, Slack, Store, Tx
from bot.domain.screens import Kind
from bot.services.telling.fates import CHANNEL_IS_SHARED, FATES, LEAVERS, Fate, fate_of
from bot.services.telling.screens import Screens

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Outlasts one look, one rendering and one call of Slack with all their timeouts."""
SOON = timedelta(minutes=1)
TO_CHANNELS = (Kind.DIGEST, Kind.QUIET)
DRAWS = 3
DRAWN_LATER = {Fate.RETRY: timedelta(hours=1), Fate.LEAD: timedelta(days=1), Fate.FOLD: timedelta(days=1)}
DRAWN_FOR = timedelta(days=30)
"""A message that is older is looked up by nobody any more."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends messages at most once each, and keeps the copies that stand in Slack true."""

    store: Store
    slack: Slack
    screens: Screens
    clock: Clock

    def send(
        self, workspace: str, message: Message, check: Callable[[], bool] | None = None
    ) -> Message | None:
        """Post it unless one of its keys was used; gives it with its outcome.

        `check` is asked last, after the intent and before the call. None: a key was used, or the check said
        no, and nothing was called. `not sent`: Slack takes nothing now, or the person is not to be disturbed,
        and the work is planned again. A lost answer ends `unknown` and is never sent again.
        """
        with self.store.write(workspace) as tx:
            intended = tx.messages.intend(message, at=self.clock(), lease=LEASE)
            home = tx.workspace
        if intended is None:
            return None
        to_channel = message.where == home.channel and not home.is_direct
        rests = None if to_channel else self.slack.rests_until(home, message.where)
        if rests:
            return self._not_sent(intended, home, rests)
        if check is not None and not check():
            self._not_sent(intended, home, None)
            return None
        return self._post(intended, home)

    def _post(self, message: Message, home: Workspace) -> Message:
        try:
            self._keep_among_us(message, home)
            posted = self.slack.post(home, message.where, self.screens.of(home.id, message))
        except Ambiguous:
            return self._unknown(message, home)
        except NotSent as refusal:
            return self._not_sent(message, home, refusal.until or self.clock() + SOON)
        except Rejected as refusal:
            return self._rejected(message, home, refusal.code)
        return self._sent(message, home, posted)

    def _keep_among_us(self, message: Message, home: Workspace) -> None:
        """Raises Rejected when the team's channel is shared with another organisation by now."""
        if message.kind in TO_CHANNELS and message.where == home.channel and not home.is_direct:
            channel = self.slack.channel(home, message.where)
            if channel and channel.is_shared:
                raise Rejected(CHANNEL_IS_SHARED)

    def _sent(self, message: Message, home: Workspace, posted: Posted) -> Message:
        with self.store.write(home.id) as tx:
            now = self.clock()
            ours = tx.messages.outcome(message, Sending.SENT, at=now, channel=posted.channel, ts=posted.ts)
            if ours:
                _shrink_former(tx, message)
                _has_met(tx, message)
        return replace(message, state=Sending.SENT, channel=posted.channel, ts=posted.ts, sent_at=now)

    def _unknown(self, message: Message, home: Workspace) -> Message:
        with self.store.write(home.id) as tx:
            tx.messages.outcome(message, Sending.UNKNOWN, at=self.clock())
        log.warning("the answer to message %s was lost: it is not sent again", message.id)
        return replace(message, state=Sending.UNKNOWN)

    def _not_sent(self, message: Message, home: Workspace, until: datetime | None) -> Message:
        with self.store.write(home.id) as tx:
            tx.messages.outcome(message, Sending.NOT_SENT, at=self.clock())
            if until is not None:
                _plan_again(tx, message, until)
        return replace(message, state=Sending.NOT_SENT)

    def _rejected(self, message: Message, home: Workspace, code: str) -> Message:
        to_person = message.kind not in TO_CHANNELS
        fate = fate_of(code, to_person=to_person)
        log.warning("Slack refused message %s: %s, so %s", message.id, code, fate)
        if fate == Fate.RETRY:
            return self._not_sent(message, home, self.clock() + timedelta(hours=1))
        with self.store.read(home.id) as tx:
            lead = _lead(tx) if fate == Fate.LEAD and message.where == home.channel else None
        if lead:
            return self._hand_over(message, home, lead, code)
        with self.store.write(home.id) as tx:
            tx.messages.outcome(message, Sending.DEAD, at=self.clock())
            if code in LEAVERS and message.person:
                _leaves(tx, message.person, self.clock())
        return replace(message, state=Sending.DEAD)

    def _hand_over(self, message: Message, home: Workspace, lead: Teammate, code: str) -> Message:
        """A lead gets what the channel cannot have. Until they can be told, the channel's is not sent either:
        its day stays due."""
        now = self.clock()
        opens = next_opening(lead.hours, max(now, lead.paused_until or now))
        if opens and opens > now:
            return self._not_sent(message, home, opens)  # nobody is written to at night
        told = self.send(home.id, replace(message, id="", where=lead.slack_user, note=code))
        if told and told.state == Sending.NOT_SENT:
            return self._not_sent(message, home, None)
        with self.store.write(home.id) as tx:
            tx.messages.outcome(message, Sending.DEAD, at=self.clock())
        return told or replace(message, state=Sending.DEAD)

    def found(self, workspace: str, where: str, channel: str, ts: str) -> Message | None:
        """The message to `where` whose answer was lost and which stands there after all, as somebody presses
        in it; None where it is not certain which. From now on it is kept true."""
        with self.store.write(workspace) as tx:
            message = tx.messages.found(where, channel, ts, within=LEASE)
            if message:
                _has_met(tx, message)
        return message

    def draw(self, workspace: str, message: str) -> datetime | None:
        """Bring a copy up to date; when to try again (UTC), or None when it shows the present state or Slack
        takes no edit of it any more.

        A change while it was drawn is drawn again: the copy ends with the newest, whoever came last.
        """
        for _ in range(DRAWS):
            with self.store.read(workspace) as tx:
                stored, home = tx.messages.message(message), tx.workspace
            if stored is None or stored.state != Sending.SENT or not (stored.channel and stored.ts):
                return None
            try:
                self._edit(home, stored, Posted(stored.channel, stored.ts))
            except NotSent as refusal:
                return refusal.until or self.clock() + SOON
            except Rejected as refusal:
                log.warning("message %s cannot be drawn: %s", stored.id, refusal.code)
                return _drawn_later(stored, refusal.code, self.clock())
            with self.store.write(workspace) as tx:
                if tx.messages.drawn(stored.id, stored.revision):
                    return None
        return self.clock()

    def _edit(self, home: Workspace, message: Message, posted: Posted) -> None:
        """As it is now; in one sentence when Slack does not take the screen: the old words must not stay."""
        screen = self.screens.of(home.id, message)
        try:
            self.slack.edit(home, posted, screen)
        except Rejected as refusal:
            if refusal.code in FATES:
                raise
            log.warning("message %s is drawn as text: Slack said %s", message.id, refusal.code)
            self.slack.edit(home, posted, screen, as_text=True)

    def sweep(self, workspace: str) -> None:
        """What a process that died was sending is `unknown` from when its lease ran out."""
        with self.store.write(workspace) as tx:
            for message in tx.messages.expire(self.clock()):
                log.warning("message %s was under way when its process ended", message.id)


def _drawn_later(message: Message, code: str, now: datetime) -> datetime | None:
    """When a copy is tried again that Slack took no edit of: whoever left may be back, and a place that is
    shut be open again, while somebody may still look at it."""
    waits = DRAWN_LATER.get(fate_of(code, to_person=False))
    if waits is None or (message.created_at or now) < now - DRAWN_FOR:
        return None
    return now + waits


def _shrink_former(tx: Tx, message: Message) -> None:
    """The former messages about the same conversations have had their time."""
    if message.kind in TO_CHANNELS:
        return
    covered = {shown.conversation for shown in message.shows}
    formers = {
        former.id: former
        for conversation in sorted(covered)
        for former in tx.messages.live_for(message.person or "", conversation)
        if former.id != message.id
    }
    for former in formers.values():
        # A reminder of three stays while two of them are not in the new one.
        if {shown.conversation for shown in former.shows} <= covered:
            tx.messages.shrink(former.id)


def _has_met(tx: Tx, message: Message) -> None:
    """The first message a person gets introduces itself; no later one does."""
    person = tx.people.teammate(message.person) if message.person else None
    if person and not person.met:
        tx.people.save_teammate(replace(person, met=True))


def _plan_again(tx: Tx, message: Message, until: datetime) -> None:
    if message.person:
        tx.agenda.plan(Job.SEE, message.person, until)
    elif message.kind in TO_CHANNELS:
        # A lead's copy stands for the channel's: that one is tried again.
        tx.agenda.plan(Job.DIGEST, tx.workspace.channel or message.where, until)


def _lead(tx: Tx) -> Teammate | None:
    """The first lead who takes messages."""
    able = (one for one in tx.people.teammates() if one.is_lead and one.can_be_assigned and not one.stopped)
    return next(able, None)


def _leaves(tx: Tx, person: str, now: datetime) -> None:
    teammate = tx.people.teammate(person)
    if teammate:
        tx.people.save_teammate(replace(teammate, can_be_assigned=False))
        tx.agenda.plan(Job.SEE, person, now)
