"""Who of us is likeliest to know the person, with the reason; nobody is chosen without one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.model import Teammate

LAST_SPOKE = "last spoke with them"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A teammate who can be assigned. `reason` is None where nothing speaks for them above others."""

    teammate: Teammate
    reason: str | None = None
    at: datetime | None = None


def likeliest(teammates: Iterable[Teammate], spoke: tuple[str, datetime] | None) -> tuple[Suggestion, ...]:
    """All who can be assigned: who last spoke with that person first, then the others by name.

    `spoke` is the teammate id of the one who last replied to the person, and when.
    """
    who, at = spoke or (None, None)
    able = sorted(
        (one for one in teammates if one.can_be_assigned),
        key=lambda one: (one.id != who, one.name.casefold(), one.id),
    )
    return tuple(Suggestion(one, LAST_SPOKE, at) if one.id == who else Suggestion(one) for one in able)
