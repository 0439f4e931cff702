"""Whatever people do, in whatever order, with faults and restarts between: the referee finds no breach."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.e2e.life import Life


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

    life = type("Life", (Life,), {"folder": tmp_path, "fresh_url": staticmethod(fresh_url)})
    run_state_machine_as_test(life, settings=_settings(request.config))  # type: ignore[no-untyped-call]


def _settings(config: pytest.Config) -> settings:
    full = config.getoption("--examples") == "full"
    return settings(
        max_examples=12 if full else 2,
        stateful_step_count=60 if full else 30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink) if full else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
