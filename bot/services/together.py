"""What one ring tells of at once, and what waits for another to go along with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.hours import working_day
from bot.domain.model import Hours
from bot.domain.nudging import LINES_IN_A_RING
from bot.domain.screens import Kind
from bot.services.own_digest import INSTEAD_OF, LINES
from bot.services.rings import Ring

SIDE_BY_SIDE = (Kind.NUDGE, Kind.LAST_WORD, Kind.NEWS)
"""What may stand in one message, in this order; the message is of the first kind that it tells of."""
ALIKE = {Kind.PRIVATE: LINES_IN_A_RING, Kind.RETURNED: LINES_IN_A_RING, Kind.OWN_DIGEST: LINES}
"""Of these one ring tells of several of the same kind, and of how many; of all others of one."""


def together(ready: Sequence[Ring]) -> Sequence[Ring]:
    """What one ring tells of, out of what may ring now: of each conversation once."""
    first = ready[0]
    if first.kind not in SIDE_BY_SIDE:
        return [ring for ring in ready if ring.kind == first.kind][: ALIKE.get(first.kind, 1)]
    found = {ring.shown.conversation: ring for ring in reversed(ready) if ring.kind in SIDE_BY_SIDE}
    told = [ring for ring in ready if found.get(ring.shown.conversation) is ring][:LINES_IN_A_RING]
    return sorted(told, key=lambda ring: SIDE_BY_SIDE.index(ring.kind))


def go_along(rings: Sequence[Ring], hours: Hours, now: datetime) -> Sequence[Ring]:
    """News wait for the reminder that is due later that day: alone they would take its place."""
    reminders = [ring.at for ring in rings if ring.kind in INSTEAD_OF]

    def with_one(ring: Ring) -> Ring:
        day = working_day(hours, max(ring.at, now))
        later = (at for at in reminders if at > ring.at and working_day(hours, at) == day)
        return replace(ring, at=min(later, default=ring.at))

    return [with_one(ring) if ring.kind is Kind.NEWS else ring for ring in rings]
