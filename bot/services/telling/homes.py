"""The Home tab of each person who opened it: drawn from the present state, and again when that changes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.domain.daysoff import back_on
from bot.domain.errors import NotSent, Rejected
from bot.domain.hours import local_day, next_opening
from bot.domain.model import Teammate
from bot.domain.ports import EVERYBODY, Clock, Job, Slack, Store
from bot.domain.screens import HomeScreen
from bot.services.standing.queue import Queue
from bot.services.telling.outbox import SOON

log = logging.getLogger(__name__)

LINES = 30
"""How many conversations a Home shows at the most."""


@dataclass(frozen=True, slots=True)
class Homes:
    """Keeps Homes true. Only this work publishes, one at a time for each person, so that the newest stays."""

    store: Store
    slack: Slack
    queue: Queue
    clock: Clock

    def opened(self, workspace: str, teammate: str) -> None:
        """They opened it: it is drawn at once, and kept true from now on."""
        with self.store.write(workspace) as tx:
            tx.homes.opened(teammate, self.clock())

    def draw(self, workspace: str, teammate: str) -> datetime | None:
        """Publish it unless it shows just this; when it changes by the passing of time (UTC), or None.

        For EVERYBODY it plans that work for each who opened it, so that none waits for another.
        """
        if teammate == EVERYBODY:
            self._plan_each(workspace)
            return None
        with self.store.read(workspace) as tx:
            shown, to, home = tx.homes.shown(teammate), tx.people.teammate(teammate), tx.workspace
            chosen = tx.choices.all()
        if shown is None or to is None:
            return None
        to = chosen.at_rest(to)
        queue = self.queue.of(workspace, teammate, LINES)
        screen = HomeScreen(queue, to, own_digest=teammate in chosen.own_digests)
        try:
            now_shown = self.slack.publish(home, to.slack_user, screen, shown)
        except NotSent as refusal:
            return refusal.until or self.clock() + SOON
        except Rejected as refusal:
            log.warning("the Home of %s cannot be drawn: %s", teammate, refusal.code)
            return None
        if now_shown != shown:
            with self.store.write(workspace, durable=False) as tx:
                tx.homes.drawn(teammate, now_shown)
        return _changes(to, self.clock())

    def _plan_each(self, workspace: str) -> None:
        with self.store.read(workspace) as tx:
            opened = tx.homes.opened_by()
        if opened:
            with self.store.write(workspace, durable=False) as tx:
                for teammate in opened:
                    tx.agenda.plan(Job.HOME, teammate, self.clock())


def _changes(to: Teammate, now: datetime) -> datetime | None:
    """When a pause ends or, on a day off, their hours open again."""
    paused = to.paused_until if to.paused_until and to.paused_until > now else None
    off = back_on(to.hours, local_day(to.hours, now))
    opens = next_opening(to.hours, now) if off else None
    return min(filter(None, (paused, opens)), default=None)
