"""A running sandbox, a bolt app connected to it, and clients for its ports."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.socket import Patience

QUICK = Patience(ack=0.3, retries=(0.0, 0.05, 0.05))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox with Ana and Ben in #social, whose Slack gives up quickly."""
    with Sandbox(tmp_path / "logs", QUICK) as running:
        running.slack.add_user("ana", id="U0ANA", tz="Europe/Berlin")
        running.slack.add_user("ben", id="U0BEN", tz="America/New_York")
        running.slack.add_channel("social", id="C0SOCIAL")
        yield running


@pytest.fixture
def client(box: Sandbox) -> WebClient:
    return WebClient(box.slack.bot_token, base_url=box.slack.api_url, retry_handlers=[])


@contextmanager
def connected(box: Sandbox, app: App, sockets: int = 1) -> Iterator[SocketModeHandler]:
    """The app on its socket; closed without the ten seconds that the adapter may take."""
    handler = SocketModeHandler(app, box.slack.app_token)
    handler.connect()
    try:
        box.slack.wait_connected(sockets)
        yield handler
    finally:
        close_quickly(handler)


def close_quickly(handler: SocketModeHandler) -> None:
    client = handler.client
    client.auto_reconnect_enabled = False
    runner = client.current_session_runner
    runner.event.set()
    session = client.current_session
    if session is not None and session.sock is not None and session.sock.sock is not None:
        # Its reader sleeps up to ten seconds in select(), and closing the socket under it
        # does not wake it; end of file does.
        session.keep_running = False
        session.sock.sock.shutdown(socket.SHUT_RD)
        runner.thread.join()
    handler.close()


@pytest.fixture
def new_app(box: Sandbox) -> Iterator[Callable[[], App]]:
    """Makes bolt apps of their own threads, which end with the test."""
    pools: list[ThreadPoolExecutor] = []

    def make() -> App:
        pools.append(ThreadPoolExecutor(max_workers=8))
        client = WebClient(box.slack.bot_token, base_url=box.slack.api_url, retry_handlers=[])
        return App(client=client, listener_executor=pools[-1])

    yield make
    for pool in pools:
        pool.shutdown()


@pytest.fixture
def control(box: Sandbox) -> Iterator[httpx.Client]:
    """Speaks to the control port with the token of the run."""
    headers = {"X-Sandbox-Token": box.token}
    with httpx.Client(base_url=box.control_url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def reader(box: Sandbox) -> Iterator[httpx.Client]:
    """Reads the bot's port without a token."""
    with httpx.Client(base_url=box.network.bot_url, trust_env=False) as client:
        yield client
