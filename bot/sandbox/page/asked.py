"""What the bot asked of the network, counted from the network's own log."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

_ID = re.compile(r"/\d{6,}(?=/|$)")


class Asked:
    """Reads on in the log from where it stood; `seen` are the posts that the bot was shown."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._place = 0
        self.reads: Counter[str] = Counter()
        self.writes = 0
        self.seen: set[str] = set()

    def read_on(self) -> None:
        """Count what was logged since; half a line is left for the next time."""
        with self._file.open("rb") as file:
            file.seek(self._place)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._place += len(line)
                self._count(json.loads(line))

    def _count(self, line: dict[str, object]) -> None:
        if line.get("port") != "bot":
            return
        if line["kind"] == "violation":
            self.writes += 1
        elif line["kind"] == "request":
            self.reads[f"{line['method']} {_ID.sub('/…', str(line['path']))}"] += 1
            shown = line.get("shown")
            self.seen |= set(shown) if isinstance(shown, list) and not line.get("dropped") else set()
