"""What the loop plays on each network: Mei, who is outside, speaks to Acme; Ana, who is one of us, answers.

A file beside this one, named as its connector, holds the network with its own state, written from the
documentation and apart from the connector, and offers `NETWORKS`: classes made with a clock. Its file name
is enough: the loop finds it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.model import Strength
from tests.connectors.standins.serving import Asked, Routes, Said, Server


@dataclass(frozen=True)
class Follow:
    """One Watch of the team, as a person adds it: what it is called there, what is typed, and the key."""

    kind: str
    query: str
    secret: str | None = None


class Network(ABC):
    """One stand-in. Posts are named by whatever text `ask` and the others give back.

    `deletes` is false where the connector cannot see that a reply was deleted, `tells` where their answer
    to ours cannot be seen; `proof` is how far a reply is seen, where that is less than by the network's best
    way. docs/answered.md or the network's page must say so. Times are the clock's.
    """

    deletes = True
    tells = True
    proof: Strength | None = None
    not_there: Said | None = None
    zipped = False

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.server = Server(self.routes(), not_there=self.not_there, zipped=self.zipped, heard=self.heard)

    @property
    def origin(self) -> str:
        """Where it is served."""
        return self.server.origin

    @abstractmethod
    def routes(self) -> Routes:
        """What can be asked of it."""

    @abstractmethod
    def follows(self) -> Sequence[Follow]:
        """What the team follows; addresses in it lead to `origin`."""

    @abstractmethod
    def ana(self) -> str | None:
        """What is typed to link Ana's account, or None when she answers with the team's own."""

    @abstractmethod
    def ask(self) -> str:
        """Mei speaks to Acme; her words hold a question."""

    @abstractmethod
    def reply(self, to: str) -> str:
        """Ana (or Acme) answers a post of Mei's."""

    @abstractmethod
    def thank(self, to: str) -> str:
        """Mei answers a reply of ours with another question."""

    @abstractmethod
    def delete(self, post: str) -> None:
        """A post of ours is gone, as its author deletes it there."""

    def heard(self, asked: Asked, said: Said) -> object:
        """It was asked, and said this; one that keeps a log writes it down."""
        return None

    def url(self, post: str) -> str | None:
        """The address of a reply as evidence shows it; None where the test need not compare it."""
        return None
