"""A demo begins anew in a folder of its own, and removes nothing that no demo made."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import CannotStart
from bot.app.demo import open_demo

pytestmark = pytest.mark.connects


def test_a_folder_that_no_demo_made_is_refused_and_nothing_in_it_is_touched(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    (theirs / "sandbox").mkdir(parents=True)
    (theirs / "byhand.db").write_text("a team's")
    with pytest.raises(CannotStart, match=r"theirs.*--data-dir"), open_demo(theirs):
        raise AssertionError
    assert sorted(one.name for one in theirs.iterdir()) == ["byhand.db", "sandbox"]
    assert (theirs / "byhand.db").read_text() == "a team's"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CannotStart, match="--data-dir"), open_demo(tmp_path / "file"):
        raise AssertionError
    assert (tmp_path / "file").read_text() == "mine"


def test_a_demo_begins_anew_where_a_demo_was_and_keeps_what_somebody_put_there(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    with open_demo(folder) as (bot, _):
        first = bot.office.workspace
    (folder / "notes.txt").write_text("mine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("mine")
    (folder / "byhand.db-linked").symlink_to(elsewhere)
    with open_demo(folder) as (bot, _):
        assert bot.office.workspace != first
        assert not (folder / "byhand.db-linked").is_symlink()
    assert (folder / "notes.txt").read_text() == (elsewhere / "kept").read_text() == "mine"


def test_a_second_demo_leaves_the_first_ones_folder_alone(tmp_path: Path) -> None:
    with open_demo(tmp_path / "demo") as (bot, _):
        with pytest.raises(CannotStart, match="already running"), open_demo(tmp_path / "demo"):
            raise AssertionError
        assert len(bot.office.queue.all_waiting(bot.office.workspace, 50)) == 9
        assert (tmp_path / "demo" / "byhand.db").exists()
