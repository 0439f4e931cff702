"""How often a place is read: soon while people write there, ever more seldom the longer it is quiet; and when
it is quieter than its own rhythm explains."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

HISTORY = timedelta(hours=24)
"""What was said longer than that before a place was connected is history, and waits for nobody."""
ACTIVE_FOR = timedelta(hours=2)
QUIET_AFTER = timedelta(days=7)
ASLEEP_AFTER = timedelta(days=30)
SPREAD = 0.1
RHYTHM = 5
"""With fewer gaps between people's words a place has no rhythm yet."""
MANY_TIMES = 10
TWICE = 2
NOTABLE = timedelta(days=3)
"""A long weekend surprises nobody."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The time between two readings of a place, by how long ago somebody wrote there."""

    active: timedelta = timedelta(minutes=5)
    usual: timedelta = timedelta(minutes=30)
    quiet: timedelta = timedelta(hours=5)
    asleep: timedelta = timedelta(days=1)


USUAL = Pace()
EAGER = Pace(*(timedelta(minutes=1),) * 4)
"""For the demo, where nobody wants to wait."""


def next_reading(
    source: str,
    spoke: datetime | None,
    floor: timedelta,
    now: datetime,
    pace: Pace,
    *,
    awaited: bool = False,
) -> datetime:
    """When a Source is read next; `spoke` is when somebody last wrote there, as far as is known.

    Never sooner than the network's `floor`; where an answer of ours is `awaited`, at least at the usual pace.
    Sources that were added together drift apart by up to a tenth, each by its own id, so that they are not
    all read at one moment.
    """
    every = _every(now - spoke if spoke else timedelta(0), pace)
    if awaited:
        every = min(every, pace.usual)
    return now + max(every, floor) * (1 + SPREAD * _share(source))


def silent_from(spoke: Collection[datetime]) -> datetime | None:
    """When the silence of a place becomes longer than its own rhythm explains; `spoke` is when people spoke.

    That is after many times the usual gap and twice the longest. None while too little is known.
    """
    times = sorted(spoke)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    if len(gaps) < RHYTHM:
        return None
    long = max(MANY_TIMES * median(gaps), TWICE * max(gaps), NOTABLE.total_seconds())
    return times[-1] + timedelta(seconds=long)


def _every(silence: timedelta, pace: Pace) -> timedelta:
    if silence < ACTIVE_FOR:
        return pace.active
    if silence < QUIET_AFTER:
        return pace.usual
    return pace.quiet if silence < ASLEEP_AFTER else pace.asleep


def _share(source: str) -> float:
    """From 0 to 1, always the same for one id."""
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:4]) / 2**32
