"""Socket Mode, and the watchdog that notices a socket which is open and dead."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.interval_runner import IntervalRunner
from websocket import WebSocketApp, WebSocketException

log = logging.getLogger(__name__)

Monotonic = Callable[[], float]
"""Seconds that never go back."""

Greeted = Callable[[int, int], None]

CHECK_EVERY = 2.0
DEAD_AFTER = 30.0
"""Three pings without a pong."""
BETWEEN_TRIES = 30.0
"""Seconds between forced reconnects: opening a connection is limited to some 50 a minute."""

HANGING_UP = 200
"""Hundredths of a second that a reader gets to notice."""

TROUBLE = (SlackApiError, SlackClientError, WebSocketException, OSError)


class Socket(Protocol):
    """The part of slack_sdk's Socket Mode client that is watched."""

    current_session: Any
    auto_reconnect_enabled: bool

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Open a new connection in place of the present one."""


def hang_up(session: Any) -> None:
    """End a session whose reader sleeps: for up to ten seconds, and closing the socket does not wake it."""
    connected = getattr(getattr(session, "sock", None), "sock", None)
    if connected is None:
        return
    session.keep_running = False
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RD)
    ended = threading.Event()
    for _ in range(HANGING_UP):
        if session.sock is None or ended.wait(0.01):
            return


def is_open(session: WebSocketApp | None) -> bool:
    """Whether frames can come; the library calls a session connected while its socket still opens."""
    return session is not None and session.sock is not None and bool(session.sock.connected)


def leave_when_told(session: WebSocketApp, frame: str) -> None:
    """Slack asks to reconnect: the reader must not go back to sleep on the socket that goes."""
    if '"disconnect"' in frame[:200] and json.loads(frame).get("type") == "disconnect":
        session.keep_running = False


def let_go(session: Any, error: Exception) -> None:
    """Close what the library leaves open when the other side has closed."""
    del error
    if session.sock is not None:
        session.sock.shutdown()


class Watchdog:
    """Forces a new connection when the last pong is too old.

    `last_pong_tm` belongs to websocket-client's WebSocketApp and is a wall clock's time: only its changing
    is taken as a sign of life, and our own monotonic clock says how long ago that was.
    """

    def __init__(self, client: Socket, monotonic: Monotonic) -> None:
        self._client = client
        self._monotonic = monotonic
        self._sign: tuple[int, float] = (0, 0.0)
        self._alive_at = monotonic()
        self._tried_at = monotonic() - BETWEEN_TRIES

    def age(self) -> float:
        """Seconds since the last sign of life: a new session or a pong."""
        session = self._client.current_session
        sign = (id(session), float(getattr(session, "last_pong_tm", 0.0) or 0.0))
        if session is not None and sign != self._sign:
            self._sign = sign
            self._alive_at = self._monotonic()
        return self._monotonic() - self._alive_at

    def check(self) -> bool:
        """Reconnect if the socket is dead and the last try was long enough ago; whether it did."""
        age = self.age()
        now = self._monotonic()
        if age <= DEAD_AFTER or now - self._tried_at < BETWEEN_TRIES:
            return False
        self._tried_at = now
        log.warning("no sign of life from Slack's socket for %d s: connecting anew", age)
        self._client.auto_reconnect_enabled = False  # until it is connected anew
        hang_up(self._client.current_session)
        try:
            self._client.connect_to_new_endpoint(force=True)
        except TROUBLE as trouble:
            log.warning("Slack was not reached: %s", type(trouble).__name__)
        return True


class Connection:
    """The socket that brings commands and presses, kept alive until stopped.

    `greeted` is told at each hello how many sockets Slack counts, and how many of them may be ours.
    """

    def __init__(
        self, app: App, app_token: str, monotonic: Monotonic, greeted: Greeted | None = None
    ) -> None:
        self._tell = greeted
        self._handler = SocketModeHandler(app, app_token)
        self._handler.client.message_listeners.append(self._greeted)
        self._handler.client.on_message_listeners.append(leave_when_told)
        self._handler.client.on_error_listeners.append(let_go)
        # Its reader looks for a session twice a second: it starts when there is one.
        self._handler.client.current_session_runner.shutdown()  # type: ignore[no-untyped-call]
        # Its own monitor takes a session that is just being opened for a closed one and opens a second.
        self._handler.client.current_app_monitor_started = True
        self._watchdog = Watchdog(self._handler.client, monotonic)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="socket watchdog", daemon=True)
        self._greetings = 0

    def start(self) -> None:
        """Connect; when Slack cannot be reached now, the watchdog goes on trying."""
        try:
            self._handler.client.connect()
        except TROUBLE as trouble:
            log.warning("Slack was not reached: %s", type(trouble).__name__)
        reader = self._handler.client.current_session_runner
        reader = IntervalRunner(reader.target, reader.interval_seconds).start()
        self._handler.client.current_session_runner = reader
        self._thread.start()

    def stop(self) -> None:
        """Take nothing more from Slack. What was acked and is not done is in the inbox."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        client = self._handler.client
        client.auto_reconnect_enabled = False
        client.current_session_runner.event.set()
        hang_up(client.current_session)
        client.message_queue.put(None)  # its reader waits a second for the next frame
        client.close()

    def is_well(self) -> bool:
        """Whether the socket is open and gave a sign of life lately: being open alone is known to lie."""
        return is_open(self._handler.client.current_session) and self._watchdog.age() <= DEAD_AFTER

    def _watch(self) -> None:
        while not self._stopped.wait(CHECK_EVERY):
            self._watchdog.check()

    def _greeted(self, client: object, message: Mapping[str, Any], raw: str | None = None) -> None:
        """Slack's hello counts the connections of the app; a former one of ours may still be among them."""
        if message.get("type") != "hello":
            return
        ours = 1 if self._greetings == 0 else 2
        self._greetings += 1
        told = int(message.get("num_connections") or 0)
        if self._tell:
            self._tell(told, ours)
        if told > ours:
            log.warning(
                "Slack counts %d connections of this app and we opened %d: another bot runs with the same "
                "tokens and takes part of the presses",
                told,
                ours,
            )
