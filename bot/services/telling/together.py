"""What one ring tells of at once, and what waits for another to go along with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.hours import next_working_day, working_day
from bot.domain.model import Hours
from bot.domain.nudging import LINES_IN_A_RING
from bot.domain.screens import Kind
from bot.services.telling.own_digest import INSTEAD_OF, LINES
from bot.services.telling.rings import URGENT, Ring

SIDE_BY_SIDE = (Kind.NUDGE, Kind.LAST_WORD, Kind.NEWS, Kind.QUESTION)
"""What may stand in one message, in this order; the message is of the first kind that it tells of."""
ALIKE = {Kind.PRIVATE: LINES_IN_A_RING, Kind.RETURNED: LINES_IN_A_RING, Kind.OWN_DIGEST: LINES}
"""Of these one ring tells of several of the same kind, and of how many; of all others of one."""
REMINDS = (*INSTEAD_OF, Kind.BLIND)
"""What asks by itself whether somebody has answered."""


def together(ready: Sequence[Ring], *, met: bool) -> Sequence[Ring]:
    """What one ring tells of, out of what may ring now: of each conversation once.

    A colleague's question goes along with the day's reminder, one at a time; to whoever was never `met` it
    comes alone, and says who brought them here.
    """
    first, alone = ready[0], _alone(ready, met=met)
    if first.kind not in SIDE_BY_SIDE or first in alone:
        return [ring for ring in ready if ring.kind == first.kind][: ALIKE.get(first.kind, 1)]
    told: dict[str, Ring] = {}
    for ring in ready:
        if ring.kind in SIDE_BY_SIDE and ring not in alone:
            told.setdefault(ring.shown.conversation, ring)
    return sorted(list(told.values())[:LINES_IN_A_RING], key=lambda ring: SIDE_BY_SIDE.index(ring.kind))


def _alone(ready: Sequence[Ring], *, met: bool) -> Sequence[Ring]:
    """The questions that stand beside nothing else: all but one, and that too where nothing is reminded."""
    asked = [ring for ring in ready if ring.kind is Kind.QUESTION]
    company = met and any(ring.kind in INSTEAD_OF for ring in ready)
    return [ring for ring in asked if not company or ring is not asked[0] or ring.shown.step == URGENT]


def go_along(rings: Sequence[Ring], hours: Hours, now: datetime) -> Sequence[Ring]:
    """What can wait comes with the reminder that is due later that day: alone it would take its place."""
    reminders = [ring.at for ring in rings if ring.kind in INSTEAD_OF]

    def with_one(ring: Ring) -> Ring:
        day = working_day(hours, max(ring.at, now))
        later = (at for at in reminders if at > ring.at and working_day(hours, at) == day)
        return replace(ring, at=min(later, default=ring.at))

    return [with_one(ring) if ring.can_wait else ring for ring in rings]


def kindly_first(
    rings: Sequence[Ring], kindly: Collection[str], hours: Hours, now: datetime
) -> Sequence[Ring]:
    """Where a colleague asks kindly, that is the day's reminder of it: another comes on the next working day.

    `kindly` are the conversations of which they were asked so today.
    """
    asked = {ring.shown.conversation: max(ring.at, now) for ring in rings if ring.kind is Kind.KINDLY}
    asked |= dict.fromkeys(kindly, now)

    def after(ring: Ring) -> Ring:
        at = asked.get(ring.shown.conversation)
        if at is None or ring.kind not in REMINDS:
            return ring
        same_day = working_day(hours, max(ring.at, now)) == working_day(hours, at)
        return replace(ring, at=next_working_day(hours, at) or ring.at) if same_day else ring

    return [after(ring) for ring in rings]
