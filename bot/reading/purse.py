"""What a team allows a credential to cost in a month, and what it cost so far."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Purse(Protocol):
    """The money of one credential, in millionths of a US dollar."""

    def price(self, what: str) -> int | None:
        """What the team says that one of these costs; None where it says nothing."""

    def left(self, month: str) -> int | None:
        """What may still be spent in that month ("2026-03"); None where there is no bound."""

    def spend(self, month: str, amount: int) -> None:
        """So much was spent."""


class NoPurse:
    """Where reading costs nothing, or nobody set a bound."""

    def price(self, what: str) -> int | None:
        """Nothing is said."""
        return None

    def left(self, month: str) -> int | None:
        """There is no bound."""
        return None

    def spend(self, month: str, amount: int) -> None:
        """It is not counted."""


def month_of(now: datetime) -> str:
    """The calendar month in UTC, by which networks bill."""
    return f"{now.astimezone(UTC):%Y-%m}"


def next_month(now: datetime) -> datetime:
    """When the next one begins (UTC)."""
    here = now.astimezone(UTC)
    year, month = (here.year + 1, 1) if here.month == 12 else (here.year, here.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)
