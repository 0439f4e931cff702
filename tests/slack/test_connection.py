"""The socket is kept alive: a dead one is noticed and replaced, a second bot is warned about."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from websocket import WebSocket, WebSocketApp

from bot.slack.connection import DEAD_AFTER, Connection, Watchdog, is_open, leave_when_told
from tests.slack.conftest import Ticks
from tests.slack.rig import Rig


class FakeSocket:
    """Counts how often it is told to connect anew; fails with `trouble` first."""

    def __init__(self, trouble: OSError | None = None) -> None:
        self.current_session: Any = SimpleNamespace(last_pong_tm=0.0, sock=None)
        self.auto_reconnect_enabled = True
        self.connected = 0
        self.trouble = trouble

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        assert force
        self.connected += 1
        if self.trouble:
            raise self.trouble
        self.current_session = SimpleNamespace(last_pong_tm=0.0, sock=None)


def test_pongs_keep_a_socket_alive(ticks: Ticks) -> None:
    socket = FakeSocket()
    watchdog = Watchdog(socket, ticks)
    for _ in range(20):
        ticks.seconds += 10
        socket.current_session.last_pong_tm += 10
        assert not watchdog.check()
    assert socket.connected == 0


def test_three_missed_pongs_force_one_new_connection(ticks: Ticks) -> None:
    socket = FakeSocket()
    watchdog = Watchdog(socket, ticks)
    watchdog.check()
    ticks.seconds += DEAD_AFTER
    assert not watchdog.check()
    ticks.seconds += 1
    assert watchdog.check()
    assert not watchdog.check()
    assert socket.connected == 1


def test_a_wall_clock_set_back_an_hour_changes_nothing(ticks: Ticks) -> None:
    socket = FakeSocket()
    watchdog = Watchdog(socket, ticks)
    watchdog.check()
    socket.current_session.last_pong_tm = -3600.0
    ticks.seconds += 20
    assert not watchdog.check()


def test_while_slack_is_away_tries_keep_their_distance(ticks: Ticks) -> None:
    socket = FakeSocket(ConnectionRefusedError())
    watchdog = Watchdog(socket, ticks)
    watchdog.check()
    for _ in range(60):
        ticks.seconds += 2
        watchdog.check()
    assert socket.connected == 3


@pytest.mark.parametrize(
    ("frame", "stays"),
    [
        ('{"type":"disconnect","reason":"refresh_requested"}', False),
        ('{"type":"hello","num_connections":1}', True),
        ('{"type":"interactive","payload":{"text":"\\"disconnect\\""}}', True),
    ],
)
def test_a_reader_that_is_told_to_go_does_not_sleep_on(frame: str, stays: bool) -> None:
    session = WebSocketApp("ws://127.0.0.1")
    session.keep_running = True
    leave_when_told(session, frame)
    assert session.keep_running is stays


def test_a_socket_that_is_still_being_opened_is_not_open() -> None:
    session = WebSocketApp("ws://127.0.0.1")
    assert not is_open(None)
    assert not is_open(session)
    session.sock = WebSocket()
    assert not is_open(session)
    session.sock.connected = True
    assert is_open(session)


def test_a_frozen_socket_is_replaced_and_presses_arrive_again(rig: Rig, ticks: Ticks) -> None:
    conversation = rig.waits()
    ts = rig.post_digest(conversation)
    assert rig.connection.is_well()
    rig.box.slack.sockets.freeze()
    ticks.seconds += DEAD_AFTER + 1
    assert not rig.connection.is_well()
    rig.box.slack.wait_for(lambda: rig.connection.is_well() or None)
    assert rig.box.slack.log_lines().count("socket_opened") == 2
    assert rig.box.slack.press("ana", "social", ts, "claim").acked


def test_a_second_bot_on_the_same_tokens_is_warned_about(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    assert "another bot" not in caplog.text
    second = Connection(rig.app, rig.box.slack.app_token, rig.ticks)
    second.start()
    try:
        rig.box.slack.wait_connected(2)
        rig.box.slack.wait_for(lambda: "another bot runs with the same tokens" in caplog.text or None)
    finally:
        second.stop()


def test_a_refreshed_connection_is_no_second_bot(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.box.slack.disconnect()
    rig.box.slack.wait_for(lambda: rig.box.slack.log_lines().count("socket_opened") >= 2 or None)
    assert "another bot" not in caplog.text


def test_starting_opens_one_socket_and_no_more(rig: Rig) -> None:
    rig.box.slack.wait_for(lambda: rig.connection.is_well() or None)
    lines = [json.loads(line) for line in rig.box.slack.log_lines().splitlines()]
    asked = [line for line in lines if line.get("method") == "apps.connections.open"]
    assert len(asked) == 1
    assert rig.box.slack.log_lines().count("socket_opened") == 1


@pytest.mark.parametrize("refused", [0, 2])
@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_socket_that_slack_ends_is_opened_again(rig: Rig, how: str, refused: int) -> None:
    rig.box.slack.wait_for(lambda: rig.connection.is_well() or None)
    for _ in range(refused):
        rig.box.slack.fail("apps.connections.open", error="internal_error")
    getattr(rig.box.slack.sockets, how)()
    rig.box.slack.wait_for(lambda: rig.box.slack.log_lines().count("socket_opened") >= 2 or None)
    assert rig.box.slack.command("ana", "social", "/engage", "help").acked
