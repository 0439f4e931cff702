"""What opens one account on one network: how it is sent, never shown, and what is kept with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.connector import BEARER, Key


@dataclass(frozen=True, slots=True)
class Credential:
    """One secret. It is in no repr and so in no log."""

    id: str
    secret: str = field(repr=False)
    key: Key = BEARER


@dataclass(slots=True)
class Memory:
    """What a connector keeps with one credential; `save` makes it last beyond this process.

    `load` reads what another reader of it kept meanwhile.
    """

    text: str = field(default="", repr=False)
    save: Callable[[str], None] | None = None
    load: Callable[[], str] | None = None

    def read(self) -> str:
        """As it is now."""
        if self.load:
            self.text = self.load()
        return self.text

    def keep(self, text: str) -> None:
        """From now on, and for the next process."""
        self.text = text
        if self.save:
            self.save(text)
