"""A line and a teammate as the services would hand them over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.model import Line, Standing, Status, Teammate

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

WAITS = Line(
    conversation="c1a2b3",
    wait=1,
    network="mastodon",
    label="Mastodon",
    standing=Standing(Status.OPEN, wait=1, waiting_since=NOON),
    name="Mei Tanaka",
    handle="@mei@fosstodon.example",
    url="https://fosstodon.example/@mei/1",
    text="Does the export keep my tags? I lost them twice.",
)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def ana() -> Teammate:
    return Teammate(id="t-ana", slack_user="UANA", name="Ana")


@pytest.fixture
def line() -> Callable[..., Line]:
    """Mei waits on Mastodon; say what is different, of the line or of its standing."""

    def make(**changes: object) -> Line:
        of_standing = {k: v for k, v in changes.items() if hasattr(WAITS.standing, k) and k != "wait"}
        of_line = {k: v for k, v in changes.items() if k not in of_standing}
        standing = replace(WAITS.standing, **of_standing)  # type: ignore[arg-type]
        return replace(WAITS, standing=standing, **of_line)  # type: ignore[arg-type]

    return make
