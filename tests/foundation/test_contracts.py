"""The rules between rooms are not only written down: each is broken here once, and the check sees it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent

LAYERS = [
    ("bot/domain/model.py", "import time", "The domain is pure"),
    ("bot/domain/model.py", "import bot.services.standing.queue", "The layers point one way"),
    ("bot/services/standing/queue.py", "import bot.store.engine", "The layers point one way"),
    ("bot/services/standing/queue.py", "import bot.reading.door", "The layers point one way"),
    (
        "bot/services/standing/queue.py",
        "import bot.services.telling.rings",
        "Among the services too imports point one way",
    ),
    ("bot/services/oddments.py", "", "bot.services.oddments"),
    ("bot/store/engine.py", "import bot.slack.words", "The layers point one way"),
    ("bot/services/standing/queue.py", "import httpx", "Services know no framework"),
    ("bot/connectors/rss.py", "import bot.connectors.mastodon", "Connectors know nothing of each other"),
    ("bot/connectors/rss.py", "import httpx", "Only the door opens connections to networks"),
    ("bot/slack/words.py", "import httpx", "Slack's room reaches Slack by Slack's own client alone"),
    ("bot/web/routes.py", "import httpx", "The web room is called, and calls its own port alone"),
    ("bot/web/routes.py", "import slack_bolt", "Only bot.slack speaks to Slack"),
    ("bot/web/routes.py", "import bot.slack.words", "The layers point one way"),
    ("bot/slack/words.py", "import sqlite3", "Only the store speaks SQL"),
    ("bot/reading/door.py", "import slack_sdk", "Only bot.slack speaks to Slack"),
    ("bot/sandbox/log.py", "import bot.domain.model", "The sandbox knows nothing of the bot"),
    ("bot/services/standing/queue.py", "import bot.sandbox.log", "The layers point one way"),
    (
        "bot/simulation/judge.py",
        "import bot.domain.hours",
        "The judge of a simulated quarter shares no line with what it judges",
    ),
    ("bot/oddments.py", "", "bot.oddments"),
]

BANNED = [
    ("bot/services/standing/queue.py", "import httpx"),
    ("bot/connectors/rss.py", "import urllib.request"),
    ("bot/store/engine.py", "import socket"),
    ("bot/cli/audit.py", "from http import client"),
    ("bot/connectors/rss.py", "from urllib import request"),
    ("bot/services/standing/queue.py", "from os import environ"),
    ("bot/store/engine.py", "import os\n\nWHERE = os.environ"),
    ("bot/store/engine.py", "import os\n\nWHERE = os.getenv('HOME')"),
    ("bot/domain/model.py", "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)"),
    ("bot/services/standing/queue.py", "import time\n\ntime.sleep(1)"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code to break."""
    place = tmp_path_factory.mktemp("contracts")
    shutil.copytree(ROOT / "bot", place / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


def lint(copy: Path) -> tuple[int, str]:
    """What import-linter says about the copy."""
    command = [str(TOOLS / "lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("name", "line", "rule"), LAYERS)
def test_an_import_that_points_the_wrong_way_is_seen(copy: Path, name: str, line: str, rule: str) -> None:
    file = copy / name
    before = file.read_text() if file.exists() else None
    try:
        file.write_text(f"{before or ''}\n{line}\n")
        code, said = lint(copy)
    finally:
        file.unlink() if before is None else file.write_text(before)
    assert code == 1
    assert f"{rule} BROKEN" in said or rule.startswith("bot."), said
    assert rule in said


@pytest.mark.parametrize(("name", "lines"), BANNED)
def test_a_way_around_a_room_is_seen(name: str, lines: str) -> None:
    command = [
        str(TOOLS / "ruff"),
        "check",
        "--no-cache",
        "--select",
        "TID251",
        "--stdin-filename",
        name,
        "-",
    ]
    source = f"from __future__ import annotations\n\n{lines}\n"
    done = subprocess.run(
        command, cwd=ROOT, input=source, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "is banned" in done.stdout, done.stdout
