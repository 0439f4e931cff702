"""A run that should have used an engine and did not is a failed run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[2]


def outcome(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    *args: str,
    required: str = "postgres",
) -> pytest.RunResult:
    monkeypatch.setenv("BYHAND_REQUIRE", required)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(source)
    return pytester.runpytest_subprocess("-p", "tests.plugin_counts", *args)


ON_BOTH = """
import pytest
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_it(engine):
    {body}
"""


def test_tests_are_counted_for_each_engine(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = outcome(pytester, monkeypatch, ON_BOTH.format(body="pass"))
    done.stdout.fnmatch_lines(["*ran on sqlite: 1, postgres: 1*"])
    assert done.ret == pytest.ExitCode.OK


def test_counts_come_from_all_workers(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    done = outcome(pytester, monkeypatch, ON_BOTH.format(body="pass"), "-n", "1")
    done.stdout.fnmatch_lines(["*ran on sqlite: 1, postgres: 1*"])
    assert done.ret == pytest.ExitCode.OK


def test_skipping_what_is_required_fails_the_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = outcome(
        pytester, monkeypatch, ON_BOTH.format(body="engine == 'sqlite' or pytest.skip('no wheel')")
    )
    done.stdout.fnmatch_lines(["*postgres is required and no test ran on it*"])
    assert done.ret == pytest.ExitCode.TESTS_FAILED


def test_an_engine_is_told_by_whole_words() -> None:
    from tests.plugin_counts import engines_of, missing  # noqa: PLC0415 - a plugin is loaded by pytest first

    assert engines_of("tests/store/test_claims.py::test_a_claim[postgres-3]") == ["postgres"]
    assert engines_of("tests/domain/test_x.py::test_sqliteish") == []
    assert engines_of("tests/browser/test_x.py::test_it") == ["browser"]
    assert engines_of("tests/sandbox/test_x.py::test_in_the_browser") == []
    assert missing("", Counter()) == []


PRINTS = """
from tests import canaries
def test_it():
    canaries.SOUGHT["token"] = "xyzzy-1234"
    canaries.COUNTED.update({{"runs": 1, "rule 3": 1, "posts": 7}})
    print({what})
"""


def test_what_was_judged_and_searched_is_told_at_the_end(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = outcome(pytester, monkeypatch, PRINTS.format(what="'nothing'"), "-n", "1", required="")
    done.stdout.fnmatch_lines(["judged 1 runs: 7 posts*", "*in how many runs each: 3: 1"])


def test_a_test_that_prints_a_secret_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = outcome(pytester, monkeypatch, PRINTS.format(what="'GET /?token=xyzzy-1234'"), required="")
    done.stdout.fnmatch_lines(["*token was printed*"])
    assert done.ret == pytest.ExitCode.TESTS_FAILED


OF_A_SERVICE = """
import pytest
@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_it(engine, number):
    pass
@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_only_one_engine_knows(engine):
    pass
"""


def test_a_short_run_plays_each_test_of_the_services_on_one_engine_and_a_full_or_named_one_on_both(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.mkdir("services").joinpath("test_it.py").write_text(OF_A_SERVICE, encoding="utf-8")

    def ran(*args: str) -> dict[str, int]:
        done = pytester.runpytest_subprocess("-p", "tests.plugin_counts", "-p", "no:randomly", *args)
        return done.parseoutcomes()

    assert ran() == {"passed": 9, "deselected": 8}
    assert ran("--examples", "full") == {"passed": 17}
    assert ran("-k", "it") == {"passed": 17}
    assert ran("services/test_it.py::test_it") == {"passed": 16}
    assert ran("--rootdir", "services", "services/test_it.py") == {"passed": 17}, "wherever the tree lies"
