"""How commands begin and end: help, settings, exit codes, and what they load."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.app import CannotStart, open_office
from bot.app.demo import open_demo
from bot.cli.rooms import Rooms
from bot.config import Settings
from tests.foundation.test_docs import commands
from tests.store.build import overfill

LOADED = """
import sys
from bot.cli import main
for words in {commands!r}:
    try:
        main(words)
    except SystemExit as ended:
        assert not ended.code, (words, ended.code)
    slack = ("slack_bolt", "slack_sdk", "websocket")
    loaded = sorted(name for name in sys.modules if name.split(".")[0] in slack)
    assert not loaded, (words, loaded[:3])
"""


def called(name: str, calls: list[tuple[str, Any]]) -> Callable[..., Any]:
    return lambda *args, **options: calls.append((name, (args, options)))


def only(**given: Callable[..., Any]) -> Rooms:
    """Rooms in which nothing but what is given may be entered."""

    def closed(*_: object, **__: object) -> Any:
        raise AssertionError("this command has no business here")

    return Rooms(**{name: given.get(name, closed) for name in Rooms.__slots__})


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_every_command_helps(typed, path: str) -> None:
    shown = typed(*path.split()[1:], "--help")
    assert shown.code == 0
    assert "Example: byhand" in shown.out


def test_without_a_command_all_are_listed(typed) -> None:
    shown = typed()
    assert shown.code == 2
    assert all(path.split()[1] in shown.out + shown.err for path, _ in commands())


def test_a_wrong_command_is_a_usage_problem(typed) -> None:
    assert typed("post").code == 2


def test_bad_settings_end_with_the_whole_list(typed, tmp_path: Path) -> None:
    file = tmp_path / "bad.env"
    file.write_text("SLACK_BOT_TOKEN=nonsense\nLOG_LEVEL=loud\n")
    shown = typed("--env-file", str(file), "run", rooms=only())
    assert shown.code == 2
    assert shown.out == ""
    assert all(
        name in shown.err for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "LOG_LEVEL", "docs/settings.md")
    )


def test_running_reads_the_named_file_and_runs(typed, tmp_path: Path) -> None:
    file = tmp_path / "good.env"
    file.write_text(f"SLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1\nBYHAND_DATA_DIR={tmp_path}\n")
    calls: list[tuple[str, Any]] = []
    assert typed("--env-file", str(file), "run", rooms=only(run=called("run", calls))).code == 0
    [(_, ((settings,), _))] = calls
    assert (settings.slack_bot_token, settings.data_dir) == ("xoxb-1", tmp_path)


def test_the_demo_reads_no_settings(typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=nonsense")
    calls: list[tuple[str, Any]] = []
    assert (
        typed("demo", "--data-dir", "here", "--port", "4321", rooms=only(demo=called("demo", calls))).code
        == 0
    )
    assert calls == [("demo", ((Path("here"),), {"port": 4321, "open_browser": False, "tour": False}))]


def test_a_dash_means_the_environment(typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path / "outside"))
    monkeypatch.chdir(tmp_path)
    shown = typed("--env-file", "-", "migrate")
    assert shown.code == 0
    assert (tmp_path / "outside" / "byhand.db").exists()


def test_migrating_twice_is_no_problem(typed, tmp_path: Path) -> None:
    first = typed("--demo", str(tmp_path / "new"), "migrate")
    again = typed("--demo", str(tmp_path / "new"), "migrate")
    assert first.code == again.code == 0
    assert first.out == again.out
    assert "revision" in first.out


def test_a_command_that_needs_no_slack_does_not_load_it(tmp_path: Path) -> None:
    commands = ("queue", "audit", "collect", "digest --dry-run", "people list", "watches list")
    script = LOADED.format(commands=[["--demo", str(tmp_path), *one.split()] for one in commands])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_where_the_disk_takes_nothing_a_sentence_says_where_to_look(typed, tmp_path: Path) -> None:
    demo = ("--demo", str(tmp_path / "new"))
    assert typed(*demo, "migrate").code == 0
    queue = f"ulimit -f 0 && exec {sys.executable} -B -m bot {' '.join(demo)} queue"
    done = subprocess.run(["sh", "-c", queue], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be used: disk I/O error. Look at DATABASE_URL, and at its folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disk_that_is_full_in_the_middle_of_a_command_is_told_as_such(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotStart, match="database or disk is full"),
        open_office(Settings.for_demo(tmp_path / "new")) as opened,
    ):
        overfill(opened.store.engine)


FORGOTTEN = "Forgotten. 1 post lost its words; what stands in Slack follows when the bot runs.\n"


def test_who_is_known_is_forgotten_by_name_and_of_whom_nobody_knows_it_is_not_said(typed, place) -> None:
    place.wait_of("Mei Tanaka", "Does it keep my tags?")
    forget = ("--demo", str(place.folder), "people", "forget", "mastodon")
    nobody = typed(*forget, "@nobody@one.example")
    assert (nobody.code, nobody.out) == (1, "")
    assert nobody.err.startswith("Nobody was forgotten: ")
    known = typed(*forget, "@mei0@one.example")
    assert (known.code, known.out) == (0, FORGOTTEN)
    assert "Mei Tanaka" not in typed("--demo", str(place.folder), "queue").out


def test_a_demo_is_not_run_by_itself_and_tries_no_real_network(typed, tmp_path: Path) -> None:
    for words, told in ((("run",), "byhand demo"), (("try", "@us@mastodon.example"), "outside this machine")):
        shown = typed("--demo", str(tmp_path / "demo"), *words, rooms=only())
        assert (shown.code, told in shown.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_command_on_the_demo_reads_nothing_outside(typed, tmp_path: Path) -> None:
    place = ("--demo", str(tmp_path), "watches")
    shown = typed(*place, "test", "rss", "feed", "https://feed.example/feed.xml")
    assert (shown.code, "demo" in shown.err) == (1, True)


@pytest.mark.parametrize("key", ["a key in the folder", "a key from outside"])
@pytest.mark.parametrize("words", [("--env-file", "-", "queue"), ("--env-file", "-", "run"), ("--demo",)])
def test_a_folder_in_which_nothing_can_be_written_is_named_with_what_to_do(
    typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], key: str
) -> None:
    """Somebody's file stands where the folder should be: that stops the superuser as well."""
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    folder = in_the_way / "data"
    monkeypatch.chdir(tmp_path)
    given = {"BYHAND_DATA_DIR": str(folder), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    if key == "a key from outside":
        monkeypatch.setenv("BYHAND_KEY", Fernet.generate_key().decode())
    shown = typed(*words, *([str(folder), "queue"] if words == ("--demo",) else []))
    assert shown.code in (1, 2)
    assert f"Nothing can be written in {folder} (Not a directory)" in shown.err
    assert "BYHAND_DATA_DIR" in shown.err
    assert list(tmp_path.iterdir()) == [in_the_way]


def test_a_demo_where_nothing_can_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="--data-dir"), open_demo(tmp_path / "file" / "demo"):
        pass


@pytest.mark.parametrize("words", [("a" * 5_000,), ("acme", "--at", "https://acme.example/" + "a" * 5_000)])
@pytest.mark.parametrize("command", ["add", "test"])
def test_what_is_too_long_to_be_followed_is_refused_with_what_to_do(
    typed, tmp_path: Path, command: str, words: tuple[str, ...]
) -> None:
    shown = typed("--demo", str(tmp_path / "demo"), "watches", command, "hackernews", "search", *words)
    assert shown.code == 2
    assert "at most 1000 can be followed: take a shorter phrase" in " ".join(
        shown.err.replace("│", "").split()
    )
    assert list(tmp_path.iterdir()) == []
