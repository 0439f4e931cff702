"""Commands and presses: one row is committed, then the ack goes out, then the work is done."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.domain.model import Workspace
from bot.domain.ports import Clock, Incoming, Job, Store
from bot.slack import responses
from bot.slack.arrivals import Arrival, Sort, read_back
from bot.slack.teller import Teller

log = logging.getLogger(__name__)

Ack = Callable[[], object]
AGAIN_AFTER = (timedelta(seconds=5), timedelta(seconds=30))
"""What failed is done again so much later each time; then the person is told."""

Work = Callable[[Workspace, Arrival, datetime | None], None]
"""Does what was asked. The time is set when it is done again after a restart: when it had come in."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Loses nothing that Slack was told we have, and does nothing twice."""

    store: Store
    clock: Clock
    teller: Teller
    work: Mapping[Sort, Work]
    failed: dict[str, int] = field(default_factory=dict)

    def receive(self, arrival: Arrival, ack: Ack) -> None:
        """Commit, ack, work. What cannot be committed is not acked, so that the person sees it failed."""
        work = self.keep(arrival)
        if work is not None:
            ack()
            work()

    def keep(self, arrival: Arrival) -> Callable[[], None] | None:
        """Commit; what is to be done after the ack, or None when it could not be kept: then no ack."""
        home = self.store.by_team(arrival.team)
        if home is None:
            return partial(self.teller.say, arrival, responses.outsider())
        taken = self._take(home, arrival)
        if taken is None:
            return None
        return partial(self._begin, home, taken, arrival, None) if taken else _nothing

    def take_up(self) -> int:
        """Do what was acked and not finished when the process ended; returns how much that was."""
        done = 0
        sorts = set(Sort)
        for home in self.store.workspaces():
            with self.store.read(home.id) as tx:
                left = [each for each in tx.inbox.unfinished() if each.kind in sorts]
            for each in left:
                self._begin(home, each.id, read_back(each.body), each.received_at)
                done += 1
        return done

    def again(self, workspace: str, incoming: str) -> datetime | None:
        """The work of INBOX: do again what failed; when to try once more (UTC), None when it is finished."""
        with self.store.read(workspace) as tx:
            home = tx.workspace
            left = next((each for each in tx.inbox.unfinished() if each.id == incoming), None)
        return self._do(home, left.id, read_back(left.body), left.received_at) if left else None

    def _take(self, home: Workspace, arrival: Arrival) -> str | None:
        """The row's id; empty when the same came before; None when it could not be kept."""
        came = Incoming(arrival.key, arrival.sort, arrival.body(), self.clock())
        try:
            with self.store.write(home.id) as tx:
                return tx.inbox.take(came) or ""
        except Exception as trouble:  # noqa: BLE001 - whatever the store raises: no row means no ack
            self._failed(arrival, trouble)
            return None

    def _begin(self, home: Workspace, id: str, arrival: Arrival, came_at: datetime | None) -> None:
        again = self._do(home, id, arrival, came_at)
        if again is not None:
            with self.store.write(home.id) as tx:
                tx.agenda.plan(Job.INBOX, id, again)

    def _do(self, home: Workspace, id: str, arrival: Arrival, came_at: datetime | None) -> datetime | None:
        """When to do it again (UTC); None when it is done, or failed so often that the person was told."""
        try:
            self.work[arrival.sort](home, arrival, came_at)
        except Exception as trouble:
            failed = self.failed.get(id, 0)
            if failed < len(AGAIN_AFTER):
                self.failed[id] = failed + 1
                log.warning("%s %s failed and is done again", arrival.sort, arrival.action, exc_info=trouble)
                return self.clock() + AGAIN_AFTER[failed]
            self._failed(arrival, trouble)
        self.failed.pop(id, None)
        with self.store.write(home.id) as tx:
            tx.inbox.done(id, self.clock())
        return None

    def _failed(self, arrival: Arrival, trouble: Exception) -> None:
        reference = secrets.token_hex(3)
        log.error("%s %s failed, reference %s", arrival.sort, arrival.action, reference, exc_info=trouble)
        self.teller.say(arrival, responses.failed(reference))


def _nothing() -> None:
    """It came before, and was done."""
