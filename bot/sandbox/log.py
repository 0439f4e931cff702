"""The logs of a run: JSON lines that say what went in and out, in one common order."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import TextIOWrapper
from itertools import count
from pathlib import Path
from typing import Any

from bot.sandbox.changes import Changes
from bot.sandbox.clocks import WireClock, WorldClock

LINES_IN_A_REPORT = 25
LONGEST_LINE_IN_A_REPORT = 400


class RunLog:
    """Appends to one file; `seq` is shared by all logs of a sandbox, and rises."""

    def __init__(self, file: Path, world: WorldClock, wire: WireClock, seq: Iterator[int]) -> None:
        self.file = file
        self._world = world
        self._wire = wire
        self._seq = seq
        self._out: TextIOWrapper = file.open("a", encoding="utf-8")
        self._last: deque[str] = deque(maxlen=LINES_IN_A_REPORT)

    def write(self, kind: str, **fields: Any) -> None:
        """Call it with the lock held, so that the order in the file is the order of events."""
        line = json.dumps(
            {
                "seq": next(self._seq),
                "world": stamp(self._world.now()),
                "wire": round(self._wire.now(), 6),
                "kind": kind,
                **fields,
            },
            ensure_ascii=False,
        )
        self._out.write(line + "\n")
        self._out.flush()
        self._last.append(line[:LONGEST_LINE_IN_A_REPORT])

    def tail(self) -> str:
        """The last lines, cut, for the message of a failed wait."""
        return "\n".join(self._last)

    def close(self) -> None:
        """Nothing may be written afterwards."""
        self._out.close()


@dataclass(frozen=True, slots=True)
class Ground:
    """What every part of a stand-in stands on."""

    changes: Changes
    world: WorldClock
    wire: WireClock
    log: RunLog


def lay_ground(log_dir: Path) -> tuple[Ground, Ground]:
    """One world with two logs: Slack's and the network's."""
    log_dir.mkdir(parents=True, exist_ok=True)
    changes, wire, seq = Changes(), WireClock(), count(1)
    world = WorldClock(changes, log_dir / "clock")
    slack, network = (
        Ground(changes, world, wire, RunLog(log_dir / name, world, wire, seq))
        for name in ("slack.jsonl", "network.jsonl")
    )
    world.on_move = partial(slack.log.write, "clock")
    return slack, network


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z, as Mastodon writes times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
