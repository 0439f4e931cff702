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
