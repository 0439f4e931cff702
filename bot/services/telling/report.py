"""The daily summary in a channel: who waits, five of them, explained; never empty, never anything private."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.digest import LINES, choose, digest_hours, due_digest, next_digest
from bot.domain.hours import local_day
from bot.domain.model import Conversation, Hours, Line, Teammate
from bot.domain.nudging import Rhythm
from bot.domain.ports import Clock, Message, Sending, Shown, Store, Tx
from bot.domain.screens import Kind, Screen
from bot.services.collecting.answers import MISSED_AGAIN_AFTER, Answers
from bot.services.standing.lines import make_lines
from bot.services.standing.waking import wake
from bot.services.telling.outbox import Outbox
from bot.services.telling.screens import LINE

FRESH = timedelta(minutes=5)
QUIET_EVERY = timedelta(days=7)
COUNTED_AT_MOST = 500
ROUNDS = 4
COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Report:
    """Posts the digest that is due, after looking at the threads of the lines it will show."""

    store: Store
    answers: Answers
    outbox: Outbox
    clock: Clock

    def digest(self, workspace: str, channel: str) -> datetime | None:
        """Post today's digest if it is due; when the next one is (UTC). Missed days become part of it.

        What was put off until its hour is in it, whatever else is due then. Of a post that was not found a
        second look tells whether it is gone: the digest comes after that.
        """
        now = self.clock()
        with self.store.read(workspace) as tx:
            home, last, former = tx.workspace, tx.messages.digested(channel), tx.messages.last_digest(channel)
            hours = _hours_of(tx)
            weekly, quiet = _is_weekly(tx), tx.choices.all().quiet_until
            rests = _rests(tx, now)
        if channel != home.channel:
            return None  # the team has chosen another meanwhile
        if quiet and now < quiet:
            return next_digest(hours, last, quiet, weekly=weekly)
        if rests:
            # Looked at again tomorrow, for who resumes; what was left out becomes part of the next.
            return next_digest(hours, local_day(hours, now), now, weekly=weekly)
        days = due_digest(hours, last, now, weekly=weekly)
        if not days:
            return next_digest(hours, last, now, weekly=weekly)
        self._wake(workspace)
        told_at = self._told_at(workspace, self._look(workspace))
        if told_at and told_at > self.clock():
            return told_at
        message = self._message(workspace, channel, days)
        if message.total or _is_time_for_quiet(former, now):
            self._send(workspace, message, former)
        else:
            self._pass(workspace, message)
        return next_digest(hours, local_day(hours, now), now, weekly=weekly)

    def post_now(self, workspace: str) -> Message | None:
        """Post today's digest whatever the hour, in place of the one that was due today.

        None when today's was posted already, or no channel was chosen.
        """
        with self.store.read(workspace) as tx:
            home = tx.workspace
            former = tx.messages.last_digest(home.channel or "")
        if home.channel is None:
            return None
        self._wake(workspace)
        self._look(workspace)
        today = local_day(Hours(home.zone), self.clock())
        return self._send(workspace, self._message(workspace, home.channel, [today]), former)

    def preview(self, workspace: str) -> Screen:
        """What a digest posted now would show; nothing is looked at, written or sent."""
        now = self.clock()
        with self.store.read(workspace) as tx:
            home = tx.workspace
        message = self._message(workspace, home.channel or "", [local_day(Hours(home.zone), now)])
        return self.outbox.screens.of(workspace, message)

    def _wake(self, workspace: str) -> None:
        now = self.clock()
        wake(self.store, self.answers.networks, workspace, now, until=now)

    def _look(self, workspace: str) -> Collection[str]:
        """Look at the lines that would be shown, until those that are left, which it gives, were all just
        looked at."""
        looked: set[str] = set()
        ids: set[str] = set()
        for _ in range(ROUNDS):
            with self.store.read(workspace) as tx:
                lines, _ = self._lines(tx)
            ids = {line.conversation for line in lines}
            if ids <= looked:
                break
            self.answers.look(workspace, sorted(ids), fresh=FRESH)
            looked |= ids
        return ids

    def _told_at(self, workspace: str, lines: Collection[str]) -> datetime | None:
        """From when on a look tells of all that was missed among the lines whether it is gone."""
        with self.store.read(workspace) as tx:
            known = tx.threads.of(lines)
        waiting = {post for one in known.conversations.values() for post in one.standing.uncovered}
        missed = (one.missing_since for one in known.posts.values() if one.post.id in waiting)
        return max((at + MISSED_AGAIN_AFTER for at in missed if at), default=None)

    def _lines(self, tx: Tx) -> tuple[Sequence[Line], Sequence[Conversation]]:
        """The lines to show and all who wait, without private ones: those are not even counted."""
        open_ones = (one for one in tx.threads.waiting() if not one.standing.private)
        waiting = [one for one in open_ones if one.standing.is_waiting]
        ids = [one.id for one in waiting[:COUNTED_AT_MOST]]
        return choose(make_lines(tx, self.answers.networks, ids, viewer=None), LINES), waiting

    def _message(self, workspace: str, channel: str, days: Sequence[date]) -> Message:
        with self.store.read(workspace) as tx:
            lines, waiting = self._lines(tx)
        shown = [line.conversation for line in lines]
        counted = [one for one in waiting if one.id not in set(shown)][:COUNTED_AT_MOST]
        waits = {one.id: one.standing.wait for one in waiting}
        return Message(
            id="",
            kind=Kind.DIGEST if waiting else Kind.QUIET,
            where=channel,
            shows=(
                *(Shown(id, waits[id], LINE) for id in shown),
                *(Shown(one.id, one.standing.wait, COUNTED) for one in counted),
            ),
            day=days[-1],
            days=tuple(days),
            total=len(waiting),
            created_at=self.clock(),
        )

    def _send(self, workspace: str, message: Message, former: Message | None) -> Message | None:
        sent = self.outbox.send(workspace, message)
        if former and sent and sent.state == Sending.SENT:
            with self.store.write(workspace) as tx:
                tx.messages.shrink(former.id)
        return sent

    def _pass(self, workspace: str, message: Message) -> None:
        """Nothing to say today: the day's key is taken all the same, so that it is not counted as missed."""
        with self.store.write(workspace) as tx:
            intended = tx.messages.intend(message, at=self.clock(), lease=timedelta(minutes=1))
            if intended:
                tx.messages.outcome(intended, Sending.DEAD, at=self.clock())


def plan_of(tx: Tx, now: datetime) -> datetime | None:
    """When the digest of a team's channel is due next; None without a channel."""
    home = tx.workspace
    if home.channel is None:
        return None
    last = tx.messages.digested(home.channel)
    at = max(now, tx.choices.all().quiet_until or now)
    return next_digest(_hours_of(tx), last, at, weekly=_is_weekly(tx))


def _is_weekly(tx: Tx) -> bool:
    return tx.choices.all().policies.of().digest == Rhythm.WEEKLY


def _hours_of(tx: Tx) -> Hours:
    """When a digest may be posted: by the team's days, or by those of the one person whom it goes to."""
    home, person = tx.workspace, _reader(tx)
    if person is None:
        return digest_hours(home.zone, home.digest_at, home.off)
    own, at = person.hours, home.digest_at
    return replace(own, starts=at) if own.starts < at < own.ends else own


def _rests(tx: Tx, now: datetime) -> bool:
    """Whether the one person whom it goes to has paused or stopped all messages."""
    person = _reader(tx)
    return person is not None and (person.stopped or (person.paused_until or now) > now)


def _reader(tx: Tx) -> Teammate | None:
    """The one person whom the digest goes to; None where it goes to a channel."""
    home = tx.workspace
    return tx.people.by_slack(home.channel) if home.channel and home.is_direct else None


def _is_time_for_quiet(former: Message | None, now: datetime) -> bool:
    return former is None or former.created_at is None or now - former.created_at >= QUIET_EVERY
