"""`byhand watches budget`: what reading may cost in a month, said and shown at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.connectors.x import FACTS, HOME
from bot.domain.model import Source, Watch
from bot.domain.ports import Secret


@pytest.fixture
def key(place: Any) -> Secret:
    """Of a Watch called "X", which may cost what it may without a word."""
    with place.store.write(place.workspace) as tx:
        saved: Secret = tx.sources.save_secret(Secret("", "x", HOME, "a-token", budget=FACTS.budget))
        source = Source("", "x", HOME, "mentions", "@acme", credential=saved.id, account="22")
        tx.sources.save_watch(Watch("", "X", lane=None), [source])
        plain = Source("", "hackernews", "https://news.ycombinator.com", "search", "Acme")
        tx.sources.save_watch(Watch("", "Acme", lane=None), [plain])
    return saved


@pytest.fixture
def budget(typed: Callable[..., Any], place: Any, key: Secret) -> Callable[..., Any]:
    return lambda *words: typed("--demo", str(place.folder), "watches", "budget", *words)


def test_it_tells_what_was_spent_and_what_may_be(budget: Any, place: Any, key: Secret) -> None:
    place.store.spend(key, f"{datetime.now(UTC):%Y-%m}", 1_250_000)
    said = budget("X")
    assert said.code == 0
    assert "$1.25 this month, at most $20." in said.out
    assert "post $0.005" in said.out
    assert "costs nothing" in budget("Acme").out


def test_what_is_set_counts_for_the_key_and_leaves_the_rest_as_it_was(
    budget: Any, place: Any, key: Secret
) -> None:
    budget("X", "7.5", "--price", "post=0.001")
    budget("X", "--price", "user=0")
    with place.store.read(place.workspace) as tx:
        known = tx.sources.secret(key.id)
    assert (known.value, known.budget, known.prices) == ("a-token", 7_500_000, {"post": 1_000, "user": 0})
    (told,) = json.loads(budget("X", "--json").out)
    assert told == {"network": "x", "budget": 7_500_000, "spent": 0, "prices": {"post": 1_000, "user": 0}}


@pytest.mark.parametrize("price", ["post", "post=much", "post=-1", "post=nan", "song=1", "=1"])
def test_what_is_no_price_changes_nothing(budget: Any, place: Any, key: Secret, price: str) -> None:
    said = budget("X", "1", "--price", price)
    assert said.code == 2
    assert "This cannot be set" in said.err + said.out
    with place.store.read(place.workspace) as tx:
        assert tx.sources.secret(key.id) == key
