"""Questions that a transaction asks once: while it only reads, nothing changes that it sees."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

Told = dict[object, Any]
"""What a transaction was told, by its questions."""

P = ParamSpec("P")
R = TypeVar("R")


class Asks(Protocol):
    """`told` is None where the transaction also writes: then each question is asked anew."""

    @property
    def told(self) -> Told | None:
        """What was told so far."""
        ...


A = TypeVar("A", bound=Asks)


def once(question: Callable[Concatenate[A, P], R]) -> Callable[Concatenate[A, P], R]:
    """Ask the database the first time only; whoever is answered shares the answer and must not change it."""

    @wraps(question)
    def asked(self: A, /, *given: P.args, **named: P.kwargs) -> R:
        if self.told is None:
            return question(self, *given, **named)
        key = (question, given, tuple(named.items()))
        if key not in self.told:
            self.told[key] = question(self, *given, **named)
        answer: R = self.told[key]
        return answer

    return asked
