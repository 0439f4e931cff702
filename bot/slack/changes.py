"""Somebody left, moved or changed their name: what is known of a teammate is kept true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.model import Workspace
from bot.domain.ports import Store
from bot.services.team.people import People
from bot.slack.arrivals import Arrival


@dataclass(frozen=True, slots=True)
class Changes:
    """The work behind `user_change`, which Slack sends for everybody in the workspace."""

    store: Store
    people: People

    def __call__(self, home: Workspace, arrival: Arrival, came_at: datetime | None) -> None:
        """Look a teammate up anew; nobody is enrolled because their profile changed."""
        del came_at
        with self.store.read(home.id) as tx:
            known = tx.people.by_slack(arrival.user)
        if known:
            self.people.assignable(home.id, arrival.user)
