"""What must be done though nobody asks for it: wake-ups, old words, the ledger, and plans that got lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import Health
from bot.domain.ports import EVERYBODY, Clock, Job, Networks, Store, Tx
from bot.services.collecting.receiving import FACE as HANDED
from bot.services.collecting.webmentions import HELD
from bot.services.standing.sight import owner_of
from bot.services.standing.waking import wake
from bot.services.telling.outbox import Outbox
from bot.services.telling.report import plan_of

WORDS_KEPT = timedelta(days=90)
NOTES_KEPT = timedelta(days=14)
"""A question is repeated once and then released: no note is of use for longer."""
CALLS_KEPT = timedelta(days=7)
"""A call that was signed longer ago than five minutes is refused; senders try again for some days."""
AHEAD = timedelta(days=1)
FAR = timedelta(days=2)
"""Nothing that somebody waits for is planned later, unless by a clock that was ahead."""
COPIES_KEPT = timedelta(days=14)
"""An update that went wrong is noticed sooner."""
EVERY = timedelta(hours=1)
LEFT = timedelta(minutes=10)
"""Nobody is at work any more on what Slack told us so long ago."""


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Keeps house for one Workspace at a time, as often as `every` says."""

    store: Store
    networks: Networks
    outbox: Outbox
    clock: Clock
    every: timedelta = EVERY

    def wake(self, workspace: str, _subject: str = "") -> datetime | None:
        """The work of WAKE: stand anew what changes by the passing of time; when the next does (UTC)."""
        now = self.clock()
        stood = wake(self.store, self.networks, workspace, now, until=now + AHEAD)
        return min([now + AHEAD, *(one.standing.wake_at for one in stood.values() if one.standing.wake_at)])

    def keep(self, workspace: str, _subject: str = "") -> datetime | None:
        """The work of KEEP, once an hour: what died while sending, old words and copies, lost plans."""
        now = self.clock()
        self.outbox.sweep(workspace)
        planned = {kind: self.store.planned(workspace, kind) for kind in (Job.POLL, Job.DIGEST)}
        with self.store.write(workspace) as tx:
            for name, connector in self.networks.connectors().items():
                if connector.facts.words_kept < WORDS_KEPT:
                    tx.threads.wipe(now - connector.facts.words_kept, name)
            tx.threads.wipe(now - WORDS_KEPT)
            tx.threads.drop_notes(now - NOTES_KEPT)
            tx.inbox.prune(HANDED, now - CALLS_KEPT)
            self._plan(tx, planned, now)
            for left in tx.inbox.unfinished():
                if now - left.received_at > LEFT and left.kind != HELD:
                    tx.agenda.plan(Job.INBOX, left.id, now)
        self.store.take_stock()
        self.store.drop_copies(now - COPIES_KEPT)
        return now + self.every

    def _plan(self, tx: Tx, planned: Mapping[Job, Collection[str]], now: datetime) -> None:
        """Whatever is watched, waits, or is held has its row of work. A reading or a digest that is planned
        is not moved: its place may be read seldom, and Slack may have asked for patience."""
        home = tx.workspace
        watched = {id for watch in tx.sources.watches() if not watch.paused for id in watch.sources}
        for source in tx.sources.sources():
            if source.id in watched and source.health != Health.PAUSED:
                floor = self.networks.connectors()[source.network].facts.floor
                tx.agenda.plan(Job.POLL, source.id, now + (FAR if source.id in planned[Job.POLL] else floor))
        waiting = tx.threads.waiting()
        for network in sorted({one.network for one in waiting}):
            tx.agenda.plan(Job.LOOK, network, now + self.every)
        ours = tx.people.handles()
        holders = {who for one in waiting for who in (one.standing.holder, one.standing.asked) if who}
        owners = {owner_of(tx, one, ours) for one in waiting if one.standing.private}
        for person in sorted(holders | set(filter(None, owners))):
            tx.agenda.plan(Job.SEE, person, now + AHEAD)
        for teammate in tx.people.teammates():
            tx.agenda.plan(Job.DAYS, teammate.id, now + AHEAD)
            if teammate.is_lead and teammate.can_be_assigned:
                tx.agenda.plan(Job.SEE, teammate.id, now + self.every)
        tx.agenda.plan(Job.DAYS, EVERYBODY, now + AHEAD)
        tx.agenda.plan(Job.WAKE, "", now + AHEAD)
        digest_at = plan_of(tx, now)
        if home.channel and digest_at:
            stands = home.channel in planned[Job.DIGEST]
            tx.agenda.plan(Job.DIGEST, home.channel, max(digest_at, now + FAR) if stands else digest_at)
