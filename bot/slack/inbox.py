"""Commands and presses: one row is committed, then the ack goes out, then the work is done."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.model import Workspace
from bot.domain.ports import Clock, Incoming, Store
from bot.slack import words
from bot.slack.arrivals import Arrival, Sort, read_back
from bot.slack.teller import Teller

log = logging.getLogger(__name__)

Ack = Callable[[], object]
Work = Callable[[Workspace, Arrival, datetime | None], None]
"""Does what was asked. The time is set when it is done again after a restart: when it had come in."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Loses nothing that Slack was told we have, and does nothing twice."""

    store: Store
    clock: Clock
    teller: Teller
    work: Mapping[Sort, Work]

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
            return partial(self.teller.say, arrival, words.outsider())
        taken = self._take(home, arrival)
        if taken is None:
            return None
        return partial(self._do, home, taken, arrival, None) if taken else _nothing

    def take_up(self) -> int:
        """Do what was acked and not finished when the process ended; returns how much that was."""
        done = 0
        sorts = set(Sort)
        for home in self.store.workspaces():
            with self.store.read(home.id) as tx:
                left = [each for each in tx.inbox.unfinished() if each.kind in sorts]
            for each in left:
                self._do(home, each.id, read_back(each.body), each.received_at)
                done += 1
        return done

    def _take(self, home: Workspace, arrival: Arrival) -> str | None:
        """The row's id; empty when the same came before; None when it could not be kept."""
        came = Incoming(arrival.key, arrival.sort, arrival.body(), self.clock())
        try:
            with self.store.write(home.id) as tx:
                return tx.inbox.take(came) or ""
        except Exception as trouble:  # noqa: BLE001 - whatever the store raises: no row means no ack
            self._failed(arrival, trouble)
            return None

    def _do(self, home: Workspace, id: str, arrival: Arrival, came_at: datetime | None) -> None:
        try:
            self.work[arrival.sort](home, arrival, came_at)
        except Exception as trouble:  # noqa: BLE001 - whatever went wrong, the person is told
            self._failed(arrival, trouble)
        with self.store.write(home.id) as tx:
            tx.inbox.done(id, self.clock())

    def _failed(self, arrival: Arrival, trouble: Exception) -> None:
        reference = secrets.token_hex(3)
        log.error("%s %s failed, reference %s", arrival.sort, arrival.action, reference, exc_info=trouble)
        self.teller.say(arrival, words.failed(reference))


def _nothing() -> None:
    """It came before, and was done."""
