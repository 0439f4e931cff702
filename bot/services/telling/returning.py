"""The first day after an absence: one message of who still waits, and nothing else until the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.absence import returned
from bot.domain.hours import next_working_day
from bot.domain.model import Conversation, Status, Teammate
from bot.domain.ports import Shown
from bot.domain.screens import Kind
from bot.services.telling.rings import Ring

BACK = "back on"


def on_return(
    teammate: Teammate,
    due: Sequence[Ring],
    theirs: Iterable[Conversation],
    looks: Mapping[str, bool],
    now: datetime,
    *,
    rung: bool,
) -> Sequence[Ring]:
    """What is due for somebody, unless they return today: then all waits for the next working day, but for
    one message, if none was `rung` yet. It tells who waits for them; without anybody, what is due first.
    `looks` says by conversation whether its network can be looked at.
    """
    day = returned(teammate.hours, now)
    if day is None:
        return due
    held = [one for one in theirs if one.standing.holder == teammate.id]
    waiting = [one for one in held if one.standing.status is Status.OPEN and one.standing.nudgeable]
    told = [
        Ring(
            Kind.RETURNED,
            one.standing.waiting_since or now,  # who waits longest is told of first
            Shown(one.id, one.standing.wait, f"{BACK} {day}"),
            seen=looks[one.id],
            total=len(waiting),
        )
        for one in waiting
    ]
    if not rung and not told:
        return due
    tomorrow = next_working_day(teammate.hours, now) or datetime.max.replace(tzinfo=now.tzinfo)
    return [*([] if rung else told), *(replace(ring, at=max(ring.at, tomorrow)) for ring in due)]
