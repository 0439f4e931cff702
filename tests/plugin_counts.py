"""Counts how many tests ran on each database engine and in a browser, and fails a run that ran none where
one is required. Counts what the referee judged and what was searched for canaries, and searches what each
test printed.

`BYHAND_REQUIRE` names what must not be skipped, comma separated: `postgres`, `browser`. A test counts for an
engine when the engine's name stands in its parameters or its path. `--examples full` draws more examples, and
runs what is marked `thorough`: the same promise on one more network or field, for `make test-full`. There too
the services are played on both engines, and else each of their tests on one: the store below them, which is
all that knows of engines, has tests of its own on both.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import PurePath
from zlib import crc32

import pytest
from hypothesis import settings

from tests import canaries

ENGINES = ("sqlite", "postgres", "browser")
JUDGED = "judged"
ran: Counter[str] = Counter()
judged: Counter[str] = Counter()

settings.register_profile("quick", derandomize=True, deadline=None, max_examples=60)
settings.register_profile("full", derandomize=True, deadline=None, max_examples=1000)


def engines_of(nodeid: str) -> list[str]:
    """The engines that a test's path or its parameters name, as whole words."""
    path_and_parameters = re.sub(r"::[^\[]*", " ", nodeid.lower())
    words = set(re.findall(r"[a-z0-9]+", path_and_parameters))
    return [engine for engine in ENGINES if engine in words]


def for_the_full_run(items: list[pytest.Item], *, named: bool) -> list[pytest.Item]:
    """What a short run does without. Half of the services' tests stay on each engine, always the same so that
    what is seen once is seen again; where tests are chosen by name none of them is left out."""
    thorough = [one for one in items if one.get_closest_marker("thorough")]
    services = [] if named else [one for one in items if "services" in PurePath(one.nodeid).parts]
    plays: defaultdict[str, dict[str, pytest.Item]] = defaultdict(dict)
    for one in services:
        engine = next(iter(engines_of(one.nodeid)), "")
        plays[one.nodeid.replace(engine, "")][engine] = one
    turns = ((on, ENGINES[crc32(test.encode()) % 2]) for test, on in plays.items() if len(on) > 1)
    return thorough + [one for on, turn in turns for engine, one in on.items() if engine != turn]


def missing(required: str, counted: Counter[str]) -> list[str]:
    """What is required and did not run."""
    return [name for name in required.split(",") if name.strip() and not counted[name.strip()]]


def told_of(counts: Counter[str]) -> list[str]:
    """What the referee judged, how often each invariant was, and what was searched."""
    rules = sorted(int(name.removeprefix("rule ")) for name in counts if name.startswith("rule "))
    what = ", ".join(f"{counts[name]} {name}" for name in ("posts", "looks", "rings", "presses", "faults"))
    often = ", ".join(f"{number}: {counts[f'rule {number}']}" for number in rules)
    sought = f"{counts['secrets']} secrets and {counts['private words']} private words"
    return [
        f"judged {counts['runs']} runs: {what}",
        f"invariants judged, in how many runs each: {often}",
        f"searched for {sought}: {counts['bytes']} bytes written, {counts['printed bytes']} printed",
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--examples", choices=["quick", "full"], default="quick", help="drawn examples a property"
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(config.getoption("--examples"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest begin first, whatever the order, so that no worker is left with one at the end."""
    if config.getoption("--examples") != "full":
        named = bool(config.option.keyword) or any("::" in argument for argument in config.args)
        left = set(for_the_full_run(items, named=named))
        config.hook.pytest_deselected(items=list(left))
        items[:] = [one for one in items if one not in left]
    items.sort(key=lambda one: one.get_closest_marker("longest") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Iterator[None]:
    """When a test is over: what it printed and logged, and what was judged and searched of it."""
    report: pytest.TestReport = yield
    if call.when == "teardown":
        wrong = canaries.printed(text for _, text in report.sections)
        if wrong and report.passed:
            report.outcome, report.longrepr = "failed", "; ".join(wrong)
        report.user_properties.append((JUDGED, dict(canaries.COUNTED)))
        canaries.COUNTED.clear()
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and not report.skipped:
        ran.update(engines_of(report.nodeid))
    if report.when == "teardown":
        for counts in (value for name, value in report.user_properties if name == JUDGED):
            judged.update(counts)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return  # a worker of pytest-xdist sees its share only
    if session.exitstatus == pytest.ExitCode.OK and missing(os.environ.get("BYHAND_REQUIRE", ""), ran):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line("ran on " + ", ".join(f"{engine}: {ran[engine]}" for engine in ENGINES))
    for line in told_of(judged) if judged["runs"] else ():
        terminalreporter.write_line(line)
    for name in missing(os.environ.get("BYHAND_REQUIRE", ""), ran):
        terminalreporter.write_line(f"FAILED: {name} is required and no test ran on it", red=True)
