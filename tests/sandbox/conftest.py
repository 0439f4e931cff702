"""A running sandbox, a bolt app connected to it, and clients for its ports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.types import ASGIApp

from bot.sandbox.box import Sandbox
from bot.sandbox.serving import listen, origin
from bot.sandbox.slack import messages
from bot.sandbox.slack.envelopes import Patience
from bot.sandbox.slack.messages import Draft
from bot.slack.connection import hang_up

QUICK = Patience(ack=0.6, retries=(0.0, 0.05, 0.05))
MANIFEST = Path(__file__).with_name("manifest.yaml")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox with Ana and Ben in #social, whose Slack gives up quickly and counts no calls."""
    with Sandbox(tmp_path / "logs", QUICK, manifest=MANIFEST, relaxed=True) as running:
        running.slack.add_user("ana", id="U0ANA", tz="Europe/Berlin")
        running.slack.add_user("ben", id="U0BEN", tz="America/New_York")
        running.slack.add_channel("social", id="C0SOCIAL")
        yield running


@pytest.fixture
def client(box: Sandbox) -> WebClient:
    return WebClient(box.slack.bot_token, base_url=box.slack.api_url, retry_handlers=[])


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The origin of a server on this machine that answers with the app."""
    plain = listen()
    plain.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [plain]})
    thread.start()
    try:
        yield origin(plain)
    finally:
        server.should_exit = True
        thread.join()


def refusal(call: Any, **arguments: Any) -> str:
    """Slack's word for why it refused the call."""
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def post_unchecked(box: Sandbox, blocks: list[dict[str, Any]]) -> None:
    """A message in #social with blocks that Slack would not take, as a later Slack might send."""
    workspace = box.slack.workspace
    messages.post(workspace, workspace.channel("social"), workspace.bot, Draft("x", blocks))


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
    client.current_session_runner.event.set()
    hang_up(client.current_session)
    client.message_queue.put(None)  # its reader waits a second for the next frame
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
