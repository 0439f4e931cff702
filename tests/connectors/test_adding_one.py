"""docs/howto/add-a-connector.md, followed: a network built from nothing passes what each must."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.connectors.begin import PAGE, ROOT, NotBegun, begin, shown

KEPT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "pictures")


def run(*words: str, at: Path) -> str:
    alone = {name: value for name, value in os.environ.items() if name != "BYHAND_REQUIRE"}
    done = subprocess.run(words, cwd=at, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project as somebody has it who begins, without what can be made again."""
    for name in ("bot", "tests", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=KEPT_OUT)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    run("git", "init", "-q", at=tmp_path)
    run("git", "add", "-A", at=tmp_path)
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@acme.example", "-c", "commit.gpgsign=false")
    run("git", *who, "commit", "-q", "-m", "as it was", at=tmp_path)
    return tmp_path


@pytest.mark.thorough
def test_who_follows_the_page_has_a_network_and_changed_no_file(copy: Path) -> None:
    made = begin("forum", copy)
    changed = run("git", "status", "--porcelain", "--untracked-files=all", at=copy).splitlines()
    assert sorted(changed) == sorted(f"?? {file}" for file in made)
    assert len(made) == 5
    assert all("forum" in str(file) for file in made)
    run(sys.executable, "-m", "ruff", "format", "--check", "-q", *map(str, made[1:4]), at=copy)
    run(sys.executable, "-m", "ruff", "check", "-q", *map(str, made[1:4]), at=copy)
    tests = ("tests/connectors/test_contract.py", "tests/connectors/test_the_loop_on_each_network.py")
    told = run(sys.executable, "-m", "pytest", "-q", *tests, "-k", "forum", "-p", "no:cacheprovider", at=copy)
    passed = re.search(r"(\d+) passed", told)
    assert passed
    assert int(passed[1]) > 40
    assert "failed" not in told


def test_make_connector_begins_one() -> None:
    told = run("make", "-n", "connector", "name=forum", at=ROOT)
    assert "-m tests.connectors.begin forum" in told
    assert set(shown()) == {
        "tests/connectors/saved/guestbook/post.json",
        "bot/connectors/guestbook.py",
        "tests/connectors/cases/guestbook.py",
        "tests/connectors/standins/guestbook.py",
        "docs/connectors/guestbook.md",
    }
    assert "make connector name=" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", ["", "Forum", "../forum", "a-b", "7up", "x" * 40])
def test_what_is_no_name_writes_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotBegun, match="small letters"):
        begin(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_alone_and_none_is_written(tmp_path: Path) -> None:
    there = tmp_path / "docs/connectors/forum.md"
    there.parent.mkdir(parents=True)
    there.write_text("mine")
    with pytest.raises(NotBegun, match="is there already"):
        begin("forum", tmp_path)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [there]
    assert there.read_text() == "mine"
