"""The two clocks: the world's, which tests and the page move, and the wire's, which runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.sandbox.changes import Changes


class WorldClock:
    """Real time plus an offset; the offset in seconds stands in a file for other processes.

    A reader computes: now = datetime.now(UTC) + timedelta(seconds=float(file.read_text())).
    """

    def __init__(self, changes: Changes, file: Path) -> None:
        self._changes = changes
        self._file = file
        self._offset = timedelta()
        self.on_move: Callable[[], None] = lambda: None
        self._write()

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        """How far the world is ahead of real time."""
        return self._offset

    def advance(self, by: timedelta) -> datetime:
        """Move the world on (or back), and say what time it is there now."""
        with self._changes.making():
            self._offset += by
            self._write()
            self.on_move()
            return self.now()

    def set(self, moment: datetime) -> datetime:
        """Make it `moment` (aware) in the world; time runs on from there."""
        if moment.tzinfo is None:
            raise ValueError("the world clock takes aware times only")
        return self.advance(moment - self.now())

    def tomorrow_at(self, hour: int, zone: str = "UTC") -> datetime:
        """Move to that hour of the next day in `zone`."""
        local = self.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)
        return self.set(local.replace(hour=hour, minute=0, second=0, microsecond=0))

    def _write(self) -> None:
        # Renamed into place, so that a reader never sees half a number.
        part = self._file.with_suffix(".part")
        part.write_text(f"{self._offset.total_seconds():.6f}\n")
        part.replace(self._file)


class WireClock:
    """Seconds of real, monotonic time: deadlines of acks, triggers and response URLs."""

    def __init__(self) -> None:
        self._moved = 0.0

    def now(self) -> float:
        """Only differences mean something."""
        return time.monotonic() + self._moved

    def advance(self, seconds: float) -> None:
        """Let triggers and response URLs grow old without waiting; timers do not notice."""
        self._moved += seconds
