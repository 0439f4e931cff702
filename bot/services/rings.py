"""One thing to tell one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ports import Shown
from bot.domain.screens import Kind

ASIDES = frozenset({Kind.SIGN_IN, Kind.BACK, Kind.BASELINE, Kind.IS_ONE_OF_US})
"""What is told about a place or an account, and about no conversation."""


ASKING = frozenset({Kind.QUESTION, Kind.KINDLY})
"""What a colleague asks through the bot."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing to tell, due from `at` (UTC). `seen` is whether a look must be complete before it."""

    kind: Kind
    at: datetime
    shown: Shown
    seen: bool = True
    by: str | None = None
    post: str | None = None
    source: str | None = None
    total: int = 0

    @property
    def asking(self) -> bool:
        """A colleague's question has a budget of its own."""
        return self.kind in ASKING
