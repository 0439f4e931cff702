"""Faults on demand: what the next calls that match shall meet instead of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from bot.sandbox.log import Ground

UNTIL_HEALED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble for the calls whose name matches the pattern `target`.

    error: Slack's `error` word, answered instead of doing it. status: an HTTP status answered
    instead. delay: seconds before all else. drop_answer: do it, then drop the connection.
    truncated: do it, send half of the answer, then close the connection (the networks only).
    """

    target: str
    times: int = 1
    error: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    delay: float = 0.0
    drop_answer: bool = False
    truncated: bool = False

    def told(self) -> dict[str, Any]:
        """What the log says of it; `answers`: with a body of its own."""
        told = {name: getattr(self, name) for name in ("target", "error", "status", "delay")}
        return told | {
            "drop_answer": self.drop_answer,
            "truncated": self.truncated,
            "answers": bool(self.body),
        }


class Faults:
    """The faults that wait for their calls, oldest first."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._waiting: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """From now on; `target` is a name or a pattern such as `chat.*`."""
        with self._ground.changes.making():
            self._waiting.append(fault)
            self._ground.log.write("fault_planned", times=fault.times, **fault.told())

    def take(self, target: str) -> Fault | None:
        """The fault that this call meets, which is thereby used up once."""
        with self._ground.changes.making():
            for place, fault in enumerate(self._waiting):
                if fnmatchcase(target, fault.target):
                    self._use(place, fault)
                    self._ground.log.write("fault", met_by=target, **fault.told())
                    return fault
        return None

    def heal(self) -> None:
        """Forget all faults."""
        with self._ground.changes.making():
            self._waiting.clear()
            self._ground.log.write("healed")

    def _use(self, place: int, fault: Fault) -> None:
        if fault.times > 1:
            self._waiting[place] = replace(fault, times=fault.times - 1)
        else:
            del self._waiting[place]
