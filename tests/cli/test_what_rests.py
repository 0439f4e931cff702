"""What `byhand collect` leaves alone: it is as patient with a place as the bot is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.cli.collect import rests
from bot.domain.model import Health, Source
from tests.services.pond import FACTS

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
OPENED: Any = SimpleNamespace(
    clock=lambda: NOW,
    networks=SimpleNamespace(connectors=lambda: {"pond": SimpleNamespace(facts=FACTS)}),
)


@pytest.mark.parametrize(
    ("health", "after", "left_alone"),
    [
        (Health.WELL, None, False),
        (Health.WELL, FACTS.floor, False),
        (Health.WELL, FACTS.floor / 2, True),
        (Health.BACKING_OFF, FACTS.floor, False),
        (Health.NEEDS_SIGN_IN, FACTS.floor, True),
        (Health.NEEDS_SIGN_IN, DAY, False),
        (Health.GONE, DAY / 2, True),
        (Health.GONE, DAY, False),
        (Health.PAUSED, 10 * DAY, True),
    ],
)
def test_a_place_is_left_alone_as_long_as_the_bot_would(
    health: Health, after: timedelta | None, left_alone: bool
) -> None:
    tried = None if after is None else NOW - after
    source = Source("s1", "pond", "https://pond.example", "mentions", "@acme", health=health, last_try=tried)
    assert rests(OPENED, source) is left_alone


def test_a_place_of_a_network_that_nobody_reads_is_left_alone() -> None:
    assert rests(OPENED, Source("s1", "reef", "https://reef.example", "mentions", "@acme"))
