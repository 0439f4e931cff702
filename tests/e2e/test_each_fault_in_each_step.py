"""Each fault of both stand-ins, and a full disk, in each step of the loop: it fires there, the loop goes on
to its right end, and the referee finds no breach.

One run of the loop takes one cell of the table in each of its steps, so that all cells need as many runs as
the step that has most of them. A quick run takes a run and a half, on one engine and the other.

What Slack refuses for good about one place or person has other ends than the loop's, and tests of its own;
so have a dead token of the app, a login that moderators locked, and a server that closed its doors, which are
401 and 403 to a reader. An answer slower than our patience is a lost one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import pairwise
from threading import current_thread, main_thread
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.sandbox.faults import UNTIL_HEALED
from tests.e2e.conftest import Inside, World
from tests.e2e.troubled import IMPOSSIBLE, STEPS, Step, Troubled, comes, until

Lines = list[dict[str, Any]]

CALLS: dict[str, dict[str, Any]] = {
    "the app is taken away": {"error": "token_revoked"},
    "Slack fails inside": {"error": "internal_error"},
    "Slack is away": {"status": 503},
    "Slack asks for patience": {"retry_after": 30},
    "Slack is slow": {"delay": 0.1},
    "the answer is lost": {"drop_answer": True},
    "a page comes instead": {"status": 200, "body": "<html>One moment, please</html>"},
}
READS: dict[str, dict[str, Any]] = {
    "401": {"status": 401},
    "403": {"status": 403},
    "404": {"status": 404},
    "429": {"reset_in": 90},
    "503": {"status": 503},
    "slow": {"delay": 0.1},
    "lost": {"drop_answer": True},
    "half of it": {"truncated": True},
    "cut JSON": {"malformed": True},
    "HTML": {"html": True},
}
ENDS = {
    "disconnect": "socket_closed",
    "close_sockets": "socket_closed",
    "reset_sockets": "socket_closed",
    "freeze_sockets": "sockets_frozen",
}
"""How sockets end, and what the log says then."""
WRITES = (0, 1, 3, 9)
"""After how many writes in a step the database refuses the next ones."""
SHORT_OF_SPACE = 3
"""How many it refuses."""
QUICK = ((4, "sqlite", len(STEPS)), (13, "postgres", 4))
"""Which runs a quick run takes, where, and how many of their steps."""


@dataclass(frozen=True)
class Cell:
    """What goes wrong, how the stand-ins' logs show that it did, and how all is well again."""

    name: str
    begin: Callable[[World], object]
    shows: Callable[[Lines], bool]
    end: Callable[[Troubled], object]


def of_call(method: str, name: str) -> Cell:
    return Cell(
        f"{method}: {name}",
        lambda world: world.box.slack.fail(method, **CALLS[name]),
        lambda lines: met(lines, method),
        lambda run: run.world.box.slack.heal(),
    )


def of_read(path: str, name: str) -> Cell:
    """It lasts for the step; who is asked to sign in anew does."""

    def end(run: Troubled) -> None:
        run.world.box.network.heal()
        run.mend()
        if "reset_in" in READS[name]:
            run.later(2)  # until then the network asked us to wait

    return Cell(
        f"{path}: {name}",
        lambda world: world.box.network.fail(path, times=UNTIL_HEALED, **READS[name]),
        lambda lines: met(lines, path),
        end,
    )


def met(lines: Lines, target: str) -> bool:
    return any(line["kind"] == "fault" and line["target"] == target for line in lines)


def of_sockets(how: str) -> Cell:
    def end(run: Troubled) -> None:
        slack = run.world.box.slack
        if how == "freeze_sockets":
            # A minute without a pong later it would open another by itself.
            opened = slack.log_lines().count("socket_opened")
            run.world.bot.stop()
            run.world.bot = Ticking(run.world)
            slack.wait_for(lambda: slack.log_lines().count("socket_opened") > opened or None)
        slack.wait_connected()

    return Cell(
        how,
        lambda world: getattr(world.box.slack, how)(),
        lambda lines: any(line["kind"] == ENDS[how] for line in lines),
        end,
    )


def of_events() -> Cell:
    def begin(world: World) -> None:
        world.box.slack.deliver_twice("app_home_opened")
        world.box.slack.open_home("chidi")

    return Cell(
        "an event comes twice",
        begin,
        lambda lines: met(lines, "twice:app_home_opened"),
        lambda run: run.world.box.slack.heal(),
    )


def of_clock() -> Cell:
    def begin(world: World) -> None:
        for by in (timedelta(), timedelta(minutes=-90)):
            world.box.clock.advance(by)
            world.box.network.account(f"somebody{world.box.world_clock():%d%H%M}@harbour.example")
        world.bot.work()

    def end(run: Troubled) -> None:
        run.world.box.clock.advance(timedelta(minutes=90))

    return Cell("the clock is set back", begin, falls, end)


@dataclass
class Full:
    """A disk that is full from some write of the clock's work on; what people press is kept or not acked."""

    after: int
    wanted: int = 0
    refused: int = 0

    def begin(self, world: World) -> None:
        self.wanted = self.refused = 0
        event.listen(world.bot.bot.office.store.engine, "before_cursor_execute", self.executes)

    def executes(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and current_thread() is main_thread():
            self.wanted += 1
            if self.wanted > self.after and self.refused < SHORT_OF_SPACE:
                self.refused += 1
                raise OperationalError(statement, {}, OSError("no space left on the device"))

    def end(self, run: Troubled) -> None:
        event.remove(run.world.bot.bot.office.store.engine, "before_cursor_execute", self.executes)


def of_writes(after: int) -> Cell:
    full = Full(after)
    return Cell(f"the disk is full after {after} writes", full.begin, lambda _: full.refused > 0, full.end)


def falls(lines: Lines) -> bool:
    times = [line["world"] for line in lines]
    return any(later < earlier for earlier, later in pairwise(times))


def cells_of(step: Step) -> list[Cell]:
    calls = [of_call(method, name) for method in step.calls for name in CALLS]
    reads = [of_read(step.read, name) for name in READS if step.read]
    writes = map(of_writes, WRITES)
    return [*calls, *reads, *map(of_sockets, ENDS), of_events(), of_clock(), *writes]


TABLE = [cells_of(step) for step in STEPS]
RUNS = max(map(len, TABLE))


def cells_in(run: int) -> list[Cell | None]:
    """One for each step; none for a step that has had all of its own.

    Seven apart, so that a run does not meet one and the same fault in every step.
    """
    found: list[Cell | None] = []
    for number, cells in enumerate(TABLE):
        place = (run + 7 * number) % RUNS
        found.append(cells[place] if place < len(cells) else None)
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "run" in metafunc.fixturenames:
        full = metafunc.config.getoption("--examples") == "full"
        every = [(run, ("sqlite", "postgres")[run % 2], len(STEPS)) for run in range(RUNS)]
        metafunc.parametrize(("run", "engine", "steps"), every if full else QUICK)


class Ticking(Inside):
    """What the database refuses ends a tick of the clock, and the next one goes on."""

    def work(self) -> int:
        for _ in range(SHORT_OF_SPACE):
            with suppress(OperationalError):
                return super().work()
        return super().work()


def test_every_cell_has_its_run_and_what_cannot_be_has_its_reason() -> None:
    ran = [cell for run in range(RUNS) for cell in cells_in(run) if cell]
    assert sorted(map(id, ran)) == sorted(id(cell) for cells in TABLE for cell in cells)
    missing = {(step.name, "calls") for step in STEPS if not step.calls}
    missing |= {(step.name, "read") for step in STEPS if not step.read}
    assert missing == set(IMPOSSIBLE)


@pytest.mark.longest
def test_the_loop_goes_on_after_each_fault(
    make_world: Callable[..., World], run: int, engine: str, steps: int
) -> None:
    troubled = Troubled(make_world(Ticking))
    for step, cell in list(zip(STEPS, cells_in(run), strict=True))[:steps]:
        before = len(lines_of(troubled.world))
        if cell:
            cell.begin(troubled.world)
        step.do(troubled)
        if cell:
            # It may come later than most days: a day's one ring is spent when a key died in the morning.
            so = partial(fired, cell, troubled.world, before)
            assert until(so, step, troubled), f"{cell.name} did not fire in {step.name}"
            cell.end(troubled)
        what = cell.name if cell else "nothing wrong"
        assert comes(step, troubled), f"{step.name} with {what}: {step.seen.__name__} never came"
    for _ in range(2):
        troubled.later(65)  # an edit that Slack did not take is made an hour later


def fired(cell: Cell, world: World, before: int) -> bool:
    """Whether the log shows it; that a socket is closed is noted a moment later."""
    with suppress(TimeoutError):
        return world.box.slack.wait_for(lambda: cell.shows(lines_of(world)[before:]), timeout=1)
    return False


def lines_of(world: World) -> Lines:
    """Both logs, in their common order."""
    logs = (world.box.log_dir / name for name in ("slack.jsonl", "network.jsonl"))
    lines = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    return sorted(lines, key=lambda line: int(line["seq"]))
