"""The loop, killed just before and just after each commit and each call that it makes; then the referee."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import pytest

from tests.e2e.conftest import Child, World
from tests.e2e.test_the_loop import STEPS, Story

PRESSED = (Story.ben_asks_ana, Story.ana_says_yes, Story.ana_hands_over, Story.ben_takes_it_and_is_reminded)
"""What a person does again when Slack said that it did not work."""
AT_MOST = 1000
"""More points than the loop has, which is held below; those beyond its last one kill nothing."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All points in `make sweep`, else some that are spread over the loop."""
    wanted = 12 if metafunc.config.getoption("--examples") == "full" else 1
    every = AT_MOST // wanted if os.environ.get("BYHAND_SWEEP") != "all" else 1
    metafunc.parametrize("number", range(1 + every // 2, AT_MOST, every))
    metafunc.parametrize("when", ["after"] if wanted == 1 and every > 1 else ["before", "after"])


@pytest.mark.longest
def test_killed_at_any_point_the_loop_goes_on_and_the_referee_finds_no_breach(
    make_world: Callable[..., World], number: int, when: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world = make_world(partial(Child, kill=(number, when)))
    story = Story(world)
    missed = [said for step in STEPS for said in _go(step, story, world.bot)]
    points = world.bot.points.read_text().splitlines()
    assert len(points) < AT_MOST, "the loop has grown: its last points are killed by no sweep"
    assert world.bot.killed == (number <= len(points))
    with capsys.disabled():
        what = points[number - 1] if number <= len(points) else f"none of {len(points)}"
        print(f"\nkilled {when} point {number}, {what}: {len(missed)} steps went otherwise {missed[:1]}")


def _go(step: Callable[[Story], None], story: Story, bot: Child) -> list[str]:
    """One step. After a kill a message may be missing from it for good; the referee says which may not."""
    missed: list[str] = []
    for _ in range(2 if step in PRESSED else 1):
        try:
            step(story)
        except (AssertionError, LookupError, ValueError) as trouble:
            bot.work()
            if not bot.killed:
                raise
            missed = [f"{step.__name__}: {str(trouble)[:80]}"]
        else:
            return []
    return missed
