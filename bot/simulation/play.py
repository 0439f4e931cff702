"""One quarter, played in each arm: the same world, the same people, other reminders."""

from __future__ import annotations

import logging
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bot.domain.nudging import USUAL, Rhythm
from bot.domain.policies import changed, typed
from bot.simulation.arrivals import arrivals, usual_number
from bot.simulation.chance import Chance
from bot.simulation.judge import judge
from bot.simulation.team import TEAM, read_behaviour, read_team
from bot.simulation.world import World

BY_HAND = "byhand"
ARMS = (BY_HAND, "plain", "list", "silent")
MEMORY = Path("/dev/shm")  # noqa: S108 - where it is, a made-up quarter needs no disk
Progress = Callable[[str, float], None]
"""Hears how far a task is, from 0 to 1."""
Played = Mapping[str, dict[str, Any]]
"""The figures of each arm."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played. In By Hand's arm the process is killed `restarts` times, and places are read
    once in `every` hours, and its team chose a `policy`, in words as `typed` reads them. With `otherwise`
    people behave as the data file says that they might."""

    days: int = 90
    seed: int = 1
    mentions: int | None = None
    restarts: int = 0
    every: int = 1
    behaviour: Path | None = None
    otherwise: str = ""
    arms: tuple[str, ...] = ARMS
    policy: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """How many mentions."""
        return usual_number(self.days) if self.mentions is None else self.mentions


def play(plan: Plan, arm: str, progress: Callable[[float], None] = lambda _part: None) -> dict[str, Any]:
    """One arm; its figures, what the judge found, and how often the process was killed."""
    team, chance = read_team(), Chance(plan.seed)
    world = World(team, read_behaviour(plan.behaviour, plan.otherwise), chance)
    for one in arrivals(team, world.behaviour, chance, days=plan.days, mentions=plan.number):
        world.at(one.at, partial(world.arrive, one))
    end = team.begins + timedelta(days=plan.days)

    def far(at: datetime) -> None:
        progress((at - team.begins) / (end - team.begins))

    _run(world, arm, plan, end, far)
    weekly = arm == BY_HAND and changed(USUAL, typed(plan.policy)).digest == Rhythm.WEEKLY
    verdict = judge(world.log, tomllib.loads(TEAM.read_text(encoding="utf-8")), end, weekly=weekly)
    killed = sum(line["kind"] == "killed" for line in world.log)
    found = {"violations": verdict.violations, "examples": verdict.examples}
    return {**verdict.figures, "killed": killed, **found}


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
        policy = typed(plan.policy)
        bot = ByHand(world, Path(folder) / "byhand", every=every, restarts=Restarts(moments), policy=policy)
        bot.crowd.begin(end)
        bot.run(end, far)
    logging.disable(logging.NOTSET)


def play_all(plans: Sequence[Plan], progress: Progress, *, processes: int = 2) -> list[Played]:
    """Every arm of every plan, in processes of their own; By Hand's, which take longest, begin first."""
    tasks = [(plan, arm) for plan in plans for arm in plan.arms]
    tasks.sort(key=lambda task: (task[1] != BY_HAND, task[0].seed))
    if processes < 2 or len(tasks) < 2:
        done = {(plan, arm): play(plan, arm, partial(progress, name_of(plan, arm))) for plan, arm in tasks}
    else:
        done = _in_processes(tasks, progress, processes)
    return [{arm: done[plan, arm] for arm in plan.arms} for plan in plans]


def name_of(plan: Plan, arm: str) -> str:
    """How a task is called while it goes on."""
    return f"{arm} {plan.seed}"


def _in_processes(
    tasks: Sequence[tuple[Plan, str]], progress: Progress, processes: int
) -> dict[tuple[Plan, str], dict[str, Any]]:
    context = get_context("spawn")
    with context.Manager() as manager:
        told = manager.Queue()
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            running = {task: pool.submit(_play_there, *task, told) for task in tasks}
            while any(not future.done() for future in running.values()):
                _tell(told, progress)
            return {task: future.result() for task, future in running.items()}


def _play_there(plan: Plan, arm: str, told: Any) -> dict[str, Any]:
    last = -1

    def far(part: float) -> None:
        nonlocal last
        if int(part * 100) > last:
            last = int(part * 100)
            told.put((name_of(plan, arm), part))

    return play(plan, arm, far)


def _tell(told: Any, progress: Progress) -> None:
    from queue import Empty  # noqa: PLC0415

    try:
        progress(*told.get(timeout=0.2))
    except Empty:
        return
