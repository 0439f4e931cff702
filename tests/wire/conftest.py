"""The stand-ins, and published packages to hold them to: read as they are installed, never copied."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.envelopes import Patience

HELD_TO = ("slack-sdk", "slack-bolt", "mastodon-py")


def pytest_report_header() -> str:
    return "wire: held to " + ", ".join(f"{name} {version(name)}" for name in HELD_TO)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "logs", Patience(ack=0.2, retries=()), relaxed=True) as running:
        running.slack.add_user("ana", id="U0ANA", tz="Europe/Berlin")
        running.slack.add_channel("social", id="C0SOCIAL")
        yield running


@pytest.fixture
def client(box: Sandbox) -> WebClient:
    return WebClient(box.slack.bot_token, base_url=box.slack.api_url, retry_handlers=[])
