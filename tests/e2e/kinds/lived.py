"""A network on which anything may happen, with a log of its own for the referee."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, ClassVar

from bot.connectors import all_connectors
from bot.domain.model import Strength
from tests.chronicle import Chronicle
from tests.connectors.standins.network import Network
from tests.connectors.standins.serving import Asked, Said

NUMBERS = count(1)


class Lived(Network):
    """One network. Posts are named by the ids that stand in its log; `here` are those that stand there."""

    name: ClassVar[str]
    kind: ClassVar[str]
    them: ClassVar = ("mei", "kim")
    us: ClassVar = ("acme", "ana", "chidi")
    """The team's own account, one that is linked, and one that nobody linked."""
    restores: ClassVar = True
    keeps: ClassVar = False
    """Whether a post says what it answered also after that is gone."""
    whose: ClassVar = False
    """Whether it says also whose that was."""
    carries: ClassVar = False
    """Whether a reply names by itself those whom the post that it answers named."""
    everything: ClassVar = False
    """Whether all that is said there is watched as said to the team."""
    members: ClassVar = ()
    """Of whom the network itself says that they are of the team, though nobody linked them."""

    def __init__(self, clock: Any) -> None:
        proof = self.proof or all_connectors()[self.name].facts.answers
        likely = proof is Strength.MAYBE
        facts = {fact: getattr(self, fact) for fact in ("keeps", "whose", "carries", "everything")}
        self.log = Chronicle(clock, self.name, self.kind, likely=likely, **facts)
        self.here: dict[str, str] = {}
        self.gone: dict[str, Any] = {}
        for name in (*self.them, *self.us):
            self.log.account(self.account(name), name, member=name in self.members)
        super().__init__(clock)

    @abstractmethod
    def account(self, name: str) -> str:
        """The id of somebody's account."""

    @abstractmethod
    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        """Somebody writes, below a post (in its thread) or anew; gives the id."""

    @abstractmethod
    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        """Its author edits it, and maybe names somebody; gives whom it names then."""

    @abstractmethod
    def take(self, id: str) -> Any:
        """Out of what stands there; gives what brings it back."""

    @abstractmethod
    def bring(self, id: str, taken: Any) -> None:
        """Back to where it stood."""

    @abstractmethod
    def shows(self, said: Said) -> Iterator[str]:
        """The ids of the posts in an answer."""

    def lists(self, asked: Asked) -> list[str] | None:
        """What the answer is all of: what names an account, or what it wrote."""
        return None

    def asks(self, asked: Asked) -> list[str]:
        """The posts that are asked for, each with its thread, where the path does not say it."""
        return []

    def missing(self, asked: Asked, said: Said) -> list[str]:
        """Those of them which are not there, where the path does not say it."""
        return []

    def declared(self, asked: Asked) -> bool:
        """Whether it is a POST without which nobody can read."""
        return False

    def looks(self, asked: Asked) -> str:
        """The thread that is asked for, where the path does not say it by a post of its."""
        return ""

    def may_go(self, id: str) -> bool:
        """Whether its author may delete it."""
        return id in self.here

    def edit(self, id: str, names: str) -> None:
        """Its author edits it."""
        words = f"And number {next(NUMBERS)}?"
        self.log.edited(id, words, map(self.account, self.change(id, words, names)))

    def remove(self, id: str) -> None:
        """Its author deletes it."""
        self.gone[id] = self.take(id), self.here.pop(id)
        self.log.deleted(id)

    def restore(self, id: str) -> None:
        """It is there again, as it was."""
        taken, self.here[id] = self.gone.pop(id)
        self.bring(id, taken)
        self.log.restored(id)

    def wrote(self, id: str, by: str, words: str, names: Sequence[str], **place: Any) -> str:
        """Note it in the log."""
        self.here[id] = by
        told = [self.account(name) for name in names]
        self.log.posted(id, self.account(by), words, mentions=told, **place)
        return id

    def heard(self, asked: Asked, said: Said) -> None:
        arrived = said.status == 200 and not said.cut
        shown = list(dict.fromkeys(self.shows(said))) if arrived else []
        told = {"lists": self.lists(asked), "looks": self.looks(asked), "dropped": said.cut}
        told |= {"asks": self.asks(asked), "missing": self.missing(asked, said)}
        told |= {"declared": self.declared(asked)}
        who = "acme" if self.keyed(asked) else ""
        self.log.request(asked.method, asked.path, said.status, shown, who=who, **told)

    def keyed(self, asked: Asked) -> bool:
        """Whether the team's key came along."""
        return False
