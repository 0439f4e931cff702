"""A budget that is spent rests a Source until the next month, and is forgotten as soon as it is raised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.errors import OverBudget, RateLimited
from bot.domain.model import Source
from bot.services.collecting.health import failed, next_try

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SOURCE = Source("s1", "x", "https://api.x.example", "mentions", "@acme")


def test_a_spent_budget_is_no_wait_that_outlasts_a_restart() -> None:
    spent = OverBudget("spent", NOON + timedelta(days=21))
    after = failed(SOURCE, spent, NOON)
    assert after.problem == "OverBudget"
    assert after.blocked_until is None
    assert next_try(after, spent, NOON) == spent.until
    asked = RateLimited("wait", NOON + timedelta(hours=1))
    assert failed(SOURCE, asked, NOON).blocked_until == asked.until
