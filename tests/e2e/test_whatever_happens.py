"""Whatever people do, in whatever order, with faults and restarts between: the referee finds no breach."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from bot.app.office import Office
from tests.e2e.conftest import Child
from tests.e2e.life import Life
from tests.e2e.test_killed_at_any_moment import Struck


@pytest.mark.longest
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_whatever_happens_the_referee_finds_no_breach(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    template = request.getfixturevalue("sqlite_template" if engine == "sqlite" else "postgres_url")

    def fresh_url(folder: Path) -> str:
        if engine == "sqlite":
            return f"sqlite:///{shutil.copy(template, folder / 'byhand.db')}"
        request.getfixturevalue("empty_postgres")()
        return str(template)

    _live(Life, tmp_path, fresh_url, _settings(request.config, lives=12))


@pytest.mark.longest
@pytest.mark.thorough
def test_whatever_happens_to_a_bot_that_is_killed_again_and_again_the_referee_finds_no_breach(
    tmp_path: Path, sqlite_template: Path, request: pytest.FixtureRequest
) -> None:
    def fresh_url(folder: Path) -> str:
        return f"sqlite:///{shutil.copy(sqlite_template, folder / 'byhand.db')}"

    _live(KilledLife, tmp_path, fresh_url, _settings(request.config, lives=2))


class KilledLife(Life):
    """A life whose bot is a process, killed half of the time soon after it was asked to work."""

    def bot(self) -> Child:
        self.seed += 1
        return Struck(self.world, self.seed)

    def office(self) -> AbstractContextManager[Office]:
        return self.world.office()

    @initialize(apart=st.booleans(), seed=st.integers(0, 10**6))
    def begin(self, apart: bool, seed: int) -> None:
        self.seed = seed
        self.settle_in(apart=apart)

    @rule()
    def the_bot_is_killed(self) -> None:
        self.world.bot.between()


def _live(kind: type[Life], folder: Path, fresh_url: Callable[[Path], str], how: settings) -> None:
    life = type("Life", (kind,), {"folder": folder, "fresh_url": staticmethod(fresh_url)})
    run_state_machine_as_test(life, settings=how)  # type: ignore[no-untyped-call]


def _settings(config: pytest.Config, *, lives: int) -> settings:
    full = config.getoption("--examples") == "full"
    return settings(
        max_examples=lives if full else 2,
        stateful_step_count=60 if full else 30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink) if full else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
