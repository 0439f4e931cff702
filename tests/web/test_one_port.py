"""The one port: opened where it is said, refused with advice, and quiet about what it is."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.app import CannotStart
from bot.app.bot import open_bot
from bot.app.demo import settings_of
from bot.sandbox.box import Sandbox
from bot.web.routes import routes
from bot.web.server import CannotListen, Server

pytestmark = pytest.mark.connects


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"127.0.0.1:{port}.*BYHAND_LISTEN"):
            Server(routes(None, {}, {}), ("127.0.0.1", port)).start()


def test_what_is_not_well_is_told_by_name_and_status() -> None:
    server = Server(routes(None, {"process": lambda: True, "database": lambda: False}, {}), ("::1", 0))
    server.start()
    try:
        answer = httpx.get(f"http://[::1]:{server.port}/health", trust_env=False)
        assert (answer.status_code, answer.json()) == (503, {"process": "well", "database": "not well"})
        assert httpx.post(f"http://[::1]:{server.port}/slack/events", trust_env=False).status_code == 404
    finally:
        server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://[::1]:{server.port}/health", trust_env=False)


def test_by_socket_a_port_is_opened_only_where_one_is_wanted(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "logs", relaxed=True) as box:
        settings = settings_of(box, tmp_path / "data")
        with open_bot(settings) as bot:
            assert bot.server is None
        with open_bot(replace(settings, listen=("127.0.0.1", 0))) as bot:
            bot.start()
            assert bot.server is not None
            box.slack.wait_connected()
            where = f"http://127.0.0.1:{bot.server.port}"
            ready = httpx.get(f"{where}/ready", trust_env=False)
            assert (ready.status_code, ready.json()) == (200, {"slack": "well", "clock": "well"})
            assert httpx.post(f"{where}/slack/events", trust_env=False).status_code == 404
        with socket.create_server(("127.0.0.1", 0)) as taken:
            there = replace(settings, listen=("127.0.0.1", taken.getsockname()[1]))
            with open_bot(there) as bot, pytest.raises(CannotStart, match="BYHAND_LISTEN"):
                bot.start()
