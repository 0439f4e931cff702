"""The loop, killed at moments drawn by chance, over and over; then the referee.

The numbered sweep (test_killed_anywhere.py) kills at commits and calls; here a life may end anywhere between.
"""

from __future__ import annotations

import json
import os
import select
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.cli.export import write
from tests.e2e.conftest import Child, World
from tests.e2e.troubled import STEPS, Troubled, comes

LONGEST = 0.4
"""Seconds; most of what is due takes less."""


TOLD_BY = {
    Troubled.digest_lists_her: frozenset({"digest"}),
    Troubled.ana_is_asked: frozenset({"question", "digest"}),
    Troubled.ana_has_it: frozenset({"digest"}),
    Troubled.ana_is_reminded: frozenset({"nudge"}),
    Troubled.it_is_answered: frozenset({"digest"}),
    Troubled.ana_is_told: frozenset({"news", "digest"}),
}
"""By which kinds of message people see a step; the others are seen without any, and must come."""


class Struck(Child):
    """A bot that half of the time is killed soon after it was asked to work."""

    def __init__(self, world: World, seed: int) -> None:
        self._chance = Random(seed)
        self.spared = False
        super().__init__(world)

    def _ask(self, byte: str, answer: str) -> int | None:
        if byte == "!" and not self.spared and self._chance.random() < 0.5:
            return self._strike(self._chance.uniform(0, LONGEST))
        return super()._ask(byte, answer)

    def _strike(self, after: float) -> int | None:
        """Killed after so many seconds, unless all was done by then."""
        process = self._process
        assert process.stdin is not None
        process.stdin.write("!")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], after)[0]:
            os.kill(self._life, signal.SIGKILL)
        return self._hear("done")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Half of the loop on PostgreSQL in a quick run, where the numbered sweep runs on SQLite."""
    full = metafunc.config.getoption("--examples") == "full"
    metafunc.parametrize("seed", range(6 if full else 1))
    metafunc.parametrize("engine", ["sqlite", "postgres"] if full else ["postgres"])
    metafunc.parametrize("steps", [len(STEPS) if full else 4])


@pytest.mark.longest
def test_killed_at_any_moment_the_loop_goes_on_and_the_referee_finds_no_breach(
    make_world: Callable[..., World],
    seed: int,
    engine: str,
    steps: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = Troubled(make_world(partial(Struck, seed=seed)))
    seen = run.world.box.log_dir.parent / "seen"
    for step in STEPS[:steps]:
        step.do(run)
        if not comes(step, run):
            # What was killed between its intent and its outcome is never sent again, and people wait for it.
            lost = TOLD_BY.get(step.seen, frozenset()) & set(_between(run.world, seen))
            assert lost, f"{step.name}: {step.seen.__name__} never came"
            assert step.seen is not Troubled.it_is_answered or run.waits() == []
            break
    run.world.bot.spared = True
    run.later(65)  # what a kill left half done is taken up when its lease has run out
    between = len(_between(run.world, seen))
    with capsys.disabled():
        print(f"\n{engine}: {run.world.bot.killed} kills, {between} between an intent and its outcome")


def _between(world: World, folder: Path) -> list[str]:
    """The kinds of the messages that have no outcome that is known."""
    with world.office() as office:
        write(office.store, office.workspace, folder)
    rows = [json.loads(line) for line in (folder / "outbox.jsonl").read_text().splitlines()]
    return [row["kind"] for row in rows if row["state"] in ("unknown", "sending")]
