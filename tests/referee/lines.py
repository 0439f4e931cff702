"""The lines of the logs and lists, how they are read and shown, and what a breach and a verdict are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]
NAMES = {
    1: "Lost", 2: "One", 3: "Twice", 4: "Intent first", 5: "Outcome", 6: "After the answer", 7: "Hours",
    8: "Forgotten", 9: "Confluence", 10: "Stale", 11: "Acked", 12: "Chain", 13: "Reads", 14: "Eyes",
    15: "Cursor", 16: "Gone", 17: "Screens",
}  # fmt: skip
GRACE = timedelta(seconds=5)
"""What a slow machine may take between looking and sending."""
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Breach:
    """One broken promise, told as a short story with the lines that show it."""

    number: int
    story: str
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = "".join(f"\n      {line}" for line in self.lines)
        return f"{self.number} {NAMES[self.number]}: {self.story}{shown}"


@dataclass
class Verdict:
    """What was judged, and what was broken."""

    judged: Counter[str] = field(default_factory=Counter)
    breaches: list[Breach] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{self.judged[name]} {name}" for name in COUNTED)
        return "\n".join([f"judged {counts}", *map(str, self.breaches)])


COUNTED = ("posts", "looks", "rings", "presses", "faults")


def read(file: Path) -> list[dict[str, Any]]:
    """The lines of a log; none when it is not there. A last line that was cut by a kill is left out."""
    if not file.exists():
        return []
    found = []
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(json.loads(text) | {"_at": f"{file.name}:{number}"})
        except ValueError:
            continue
    return found


def moment(text: str | None) -> datetime | None:
    """A time as the logs write it."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def sure(text: str | None) -> datetime:
    """A time that has to be there."""
    at = moment(text)
    assert at is not None, "a line without its time"
    return at


def shown(line: Line) -> str:
    """A line as a story shows it."""
    kept = {name: line[name] for name in line if name not in ("_at", "wire", "user_agent")}
    return f"{line.get('_at', '')} {json.dumps(kept, ensure_ascii=False)[:300]}"
