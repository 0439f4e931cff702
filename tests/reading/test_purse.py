"""What reading may cost in a month: never more than the team allows, and again in the next month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import OverBudget
from bot.reading.credential import Credential
from bot.reading.purse import month_of, next_month

KEY = Credential("c1", "a-token")
PRICES = {"post": 5_000, "user": 10_000, "list": 0}


@dataclass
class Tin:
    """Fits `bot.reading.purse.Purse`."""

    budget: int | None
    prices: dict[str, int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)

    def price(self, what: str) -> int | None:
        return self.prices.get(what)

    def left(self, month: str) -> int | None:
        return None if self.budget is None else self.budget - self.spent.get(month, 0)

    def spend(self, month: str, amount: int) -> None:
        self.spent[month] = self.spent.get(month, 0) + amount


def reading(open_door, facts_with, tin: Tin):
    return open_door().reader(facts_with(prices=PRICES), "https://x.example", KEY, purse=tin)


def test_only_so_many_are_read_as_the_month_allows(open_door, facts_with):
    tin = Tin(budget=52_000)
    reader = reading(open_door, facts_with, tin)
    assert reader.afford("post", 100) == 10
    reader.pay("post", 10)
    with pytest.raises(OverBudget) as told:
        reader.afford("post", 100)
    assert told.value.until == next_month(reader.now())
    assert reader.afford("list", 100) == 100, "what costs nothing goes on"
    assert tin.spent == {month_of(reader.now()): 50_000}


def test_without_a_bound_all_is_read_and_counted(open_door, facts_with):
    tin = Tin(budget=None)
    reader = reading(open_door, facts_with, tin)
    assert reader.afford("user", 1_000) == 1_000
    reader.pay("user", 3)
    assert sum(tin.spent.values()) == 30_000


def test_what_the_team_says_of_a_price_counts(open_door, facts_with):
    reader = reading(open_door, facts_with, Tin(budget=5_000, prices={"post": 1_000}))
    assert reader.afford("post", 100) == 5


@given(st.timedeltas(timedelta(0), timedelta(days=40_000)))
def test_a_month_ends_where_the_next_begins(since):
    at = datetime(2000, 1, 1, tzinfo=UTC) + since
    begins = next_month(at)
    assert begins > at
    assert month_of(begins) != month_of(at)
    assert (begins.day, begins.hour, begins.minute) == (1, 0, 0)
