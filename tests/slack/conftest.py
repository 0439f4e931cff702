"""A line and a teammate as the services would hand them over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.model import Line, Standing, Status, Teammate
from bot.sandbox.box import Sandbox
from bot.sandbox.slack.envelopes import Patience
from bot.store import open_store
from tests.judging import judged
from tests.referee import WITHOUT_A_NETWORK
from tests.slack.rig import Rig, rig_on

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
AT_WORK = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday on which it is ten in New York and four in Berlin."""

WAITS = Line(
    conversation="c1a2b3",
    wait=1,
    network="mastodon",
    label="Mastodon",
    standing=Standing(Status.OPEN, wait=1, waiting_since=NOON, nudgeable=True),
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


class Ticks:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def rules() -> Collection[int]:
    """What the referee judges after each test here: all that needs no network."""
    return WITHOUT_A_NETWORK


@pytest.fixture
def unplugged(
    tmp_path: Path, sqlite_url: str, key: str, ticks: Ticks, rules: Collection[int]
) -> Iterator[Rig]:
    """The room on a running Slack stand-in with Ana, Ben, a guest and a bot; no socket is open."""
    with Sandbox(tmp_path / "logs", Patience(ack=2.0, retries=(0.0,)), relaxed=True) as box:
        box.clock.set(AT_WORK)
        box.slack.add_user("ana", id="U0ANA", tz="Europe/Berlin")
        box.slack.add_user("ben", id="U0BEN", tz="America/New_York")
        box.slack.add_user("robot", id="U0BOT", is_bot=True)
        box.slack.add_user("eve", id="U0EVE", team_id="T0OTHER")
        box.slack.add_channel("social", id="C0SOCIAL")
        opened = open_store(sqlite_url, keys=[key], clock=box.world_clock)
        try:
            with rig_on(box, opened, ticks) as made:
                yield made
            # Their mentions were put into the store by hand: no network is judged here.
            lists = tmp_path / "lists"
            judged(box, opened, made.home.id, lists, only=rules, secrets={"key": key}, idle=True)
        finally:
            opened.close()


@pytest.fixture
def rig(unplugged: Rig) -> Rig:
    """The same, connected."""
    unplugged.connection.start()
    unplugged.box.slack.wait_connected()
    return unplugged
