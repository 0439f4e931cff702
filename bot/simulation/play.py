"""One quarter, played in each arm: the same world, the same people, other reminders."""

from __future__ import annotations

import logging
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bot.simulation.arrivals import arrivals, usual_number
from bot.simulation.chance import Chance
from bot.simulation.judge import judge
from bot.simulation.team import TEAM, read_behaviour, read_team
from bot.simulation.world import World

BY_HAND = "byhand"
ARMS = (BY_HAND, "plain", "list", "silent")
MEMORY = Path("/dev/shm")  # noqa: S108 - where it is, a made-up quarter needs no disk
Progress = Callable[[str, float], None]
"""Hears how far an arm is, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played. In By Hand's arm the process is killed `restarts` times, and places are read
    once in `every` hours."""

    days: int = 90
    seed: int = 1
    mentions: int | None = None
    restarts: int = 0
    every: int = 1
    behaviour: Path | None = None
    arms: Sequence[str] = ARMS

    @property
    def number(self) -> int:
        """How many mentions."""
        return usual_number(self.days) if self.mentions is None else self.mentions


def play(plan: Plan, arm: str, progress: Callable[[float], None] = lambda _part: None) -> dict[str, Any]:
    """One arm; its figures and what the judge found."""
    team, chance = read_team(), Chance(plan.seed)
    world = World(team, read_behaviour(plan.behaviour), chance)
    for one in arrivals(team, world.behaviour, chance, days=plan.days, mentions=plan.number):
        world.at(one.at, partial(world.arrive, one))
    end = team.begins + timedelta(days=plan.days)

    def far(at: datetime) -> None:
        progress((at - team.begins) / (end - team.begins))

    _run(world, arm, plan, end, far)
    verdict = judge(world.log, tomllib.loads(TEAM.read_text(encoding="utf-8")), end)
    return {**verdict.figures, "violations": verdict.violations, "examples": verdict.examples}


def _run(world: World, arm: str, plan: Plan, end: datetime, far: Callable[[datetime], None]) -> None:
    if arm != BY_HAND:
        from bot.simulation import others  # noqa: PLC0415 - beside the next one, each loads only its own

        simple = {"plain": others.Plain, "list": others.Lists, "silent": others.Silent}[arm](world)
        simple.crowd.begin(end)
        simple.run(end, far)
        return
    from bot.simulation.byhand import ByHand, Restarts  # noqa: PLC0415 - it loads all of the bot

    logging.disable(logging.WARNING)  # what fails is planned to fail, and the log tells of it
    span = end - world.now
    moments = sorted(world.now + span * world.chance.share("killed", n) for n in range(plan.restarts))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        every = timedelta(hours=plan.every)
        bot = ByHand(world, Path(folder) / "byhand", every=every, restarts=Restarts(moments))
        bot.crowd.begin(end)
        bot.run(end, far)
    logging.disable(logging.NOTSET)


def play_all(plan: Plan, progress: Progress, *, processes: int = 2) -> Mapping[str, dict[str, Any]]:
    """Every arm, in processes of their own; By Hand's, which takes longest, begins first."""
    if processes < 2 or len(plan.arms) < 2:
        return {arm: play(plan, arm, partial(progress, arm)) for arm in plan.arms}
    context = get_context("spawn")
    with context.Manager() as manager:
        told = manager.Queue()
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            running = {pool.submit(_play_there, plan, arm, told): arm for arm in plan.arms}
            while any(not future.done() for future in running):
                _tell(told, progress)
            results = {running[future]: future.result() for future in as_completed(running)}
    return {arm: results[arm] for arm in plan.arms}


def _play_there(plan: Plan, arm: str, told: Any) -> dict[str, Any]:
    last = -1

    def far(part: float) -> None:
        nonlocal last
        if int(part * 100) > last:
            last = int(part * 100)
            told.put((arm, part))

    return play(plan, arm, far)


def _tell(told: Any, progress: Progress) -> None:
    from queue import Empty  # noqa: PLC0415

    try:
        progress(*told.get(timeout=0.2))
    except Empty:
        return
