"""The team's numbers: read at once, counted by the domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.choices import About, before_kept
from bot.domain.measures import DAYS, Before, Measures, Us, measure
from bot.domain.model import Hours
from bot.domain.ports import Clock, Store, Tx
from bot.services.measuring.tried import CUT, Result

MONTH = timedelta(days=DAYS)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Measuring:
    """Counts for a whole team; nobody's own figures are told."""

    store: Store
    clock: Clock

    def of(self, workspace: str) -> Measures:
        """The last 30 days, or those since By Hand began, beside what is known of the time before."""
        with self.store.read(workspace) as tx:
            return measured(tx, MONTH, self.clock())

    def began(self, workspace: str) -> datetime:
        """The day of the first look, or now when there was none yet: until then is the time before."""
        with self.store.read(workspace) as tx:
            return tx.counted.began() or self.clock()

    def keep(self, workspace: str, before: Sequence[Before]) -> None:
        """Keep what was counted of the time before, in place of what was kept of the same places."""
        with self.store.write(workspace) as tx:
            for one in before:
                tx.choices.choose(About.BEFORE, one.place, before_kept(one))


def before_of(result: Result, until: datetime) -> Before | None:
    """What a walk through public posts found, if it tells who heard back from one of us, and is whole."""
    if result.about or not result.by_name or result.problem not in (None, CUT):
        return None
    return Before(
        place=f"{result.network} {result.place[1]}",
        since=until - timedelta(days=result.days),
        until=until,
        spoke=result.spoke,
        heard=result.spoke - len(result.unheard),
        waited=tuple(sorted(round(each / MINUTE) for each in result.waited)),
    )


def measured(tx: Tx, length: timedelta, until: datetime) -> Measures:
    """The numbers of the span that ends then."""
    team = [one for one in tx.people.teammates() if one.can_be_assigned]
    paused = (one.stopped or (one.paused_until is not None and one.paused_until > until) for one in team)
    us = Us(
        usual=Hours(tx.workspace.zone),
        hours={one.id: one.hours for one in tx.people.teammates()},
        people=len(team),
        paused=sum(paused),
    )
    since = until - length
    return measure(tx.counted.rows(since, until), (since, until), us, tx.choices.all().before)
