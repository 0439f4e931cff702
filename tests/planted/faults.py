"""The faults that are planted, one line each, and the part of the suite that must turn red."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("faults.toml")


@dataclass(frozen=True, slots=True)
class Fault:
    """The `number`th of the list: `old` stands exactly once in `file` and becomes `new`.

    `seen_by` are pytest's arguments. `breaks` are the numbers of docs/invariants.md that no longer hold then.
    """

    number: int
    name: str
    file: str
    old: str
    new: str
    breaks: tuple[int, ...]
    seen_by: tuple[str, ...]

    def plant(self, tree: Path) -> str:
        """Write it into a tree; gives the text that stood there before."""
        path = tree / self.file
        sound = path.read_text(encoding="utf-8")
        if sound.count(self.old) != 1:
            raise LookupError(f"{self.name}: {self.file} holds {self.old!r} {sound.count(self.old)} times")
        path.write_text(sound.replace(self.old, self.new), encoding="utf-8")
        # Python knows what it compiled by time and size: no two faults may share a time.
        os.utime(path, (self.number, self.number))
        return sound


def faults() -> tuple[Fault, ...]:
    """All of them, in the order of the list."""
    told = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return tuple(
        Fault(number, name, one["file"], one["old"], one["new"], tuple(one["breaks"]), tuple(one["seen_by"]))
        for number, (name, one) in enumerate(told.items(), 1)
    )
