"""Socket Mode: each envelope to exactly one open socket, acks in time, events delivered again."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from bot.sandbox.log import Ground
from bot.sandbox.serving import reset
from bot.sandbox.slack.acts import Act, Outcome

MOST_SOCKETS = 10

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Slack waits, in real seconds: for an ack, and before each new try of an event."""

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)


@dataclass(slots=True, eq=False)
class _Socket:
    number: int
    connection: ServerConnection
    frozen: bool = False


@dataclass(slots=True)
class _Envelope:
    act: Act
    type: str
    takes_answer: bool
    attempt: int = 0
    reason: str = ""
    ids: list[str] = field(default_factory=list)

    def wire(self, envelope_id: str) -> Json:
        wire: Json = {
            "envelope_id": envelope_id,
            "type": self.type,
            "payload": self.act.payload,
            "accepts_response_payload": self.takes_answer,
        }
        if self.type == "events_api":
            wire |= {"retry_attempt": self.attempt, "retry_reason": self.reason}
        return wire


class SocketMode:
    """The sockets of one app, and the envelopes under way."""

    def __init__(self, ground: Ground, app_id: str, patience: Patience) -> None:
        self._ground = ground
        self._app_id = app_id
        self._patience = patience
        self._loop: asyncio.AbstractEventLoop | None = None
        self._origin = ""
        self._tickets: set[str] = set()
        self._open: list[_Socket] = []
        self._under_way: dict[str, _Envelope] = {}
        self._opened = 0
        self._turn = 0
        self._sending: set[asyncio.Task[None]] = set()

    def serve_at(self, origin: str, loop: asyncio.AbstractEventLoop) -> None:
        """Where the sockets are, and the loop that they run in."""
        self._origin = origin.replace("http://", "ws://")
        self._loop = loop

    @property
    def connections(self) -> int:
        """How many sockets Slack believes to be open."""
        return len(self._open)

    def issue_url(self) -> str:
        """A URL for one connection, as apps.connections.open answers it."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return f"{self._origin}/link/?ticket={ticket}&app_id={self._app_id}"

    def deliver(self, act: Act, type_: str, takes_answer: bool) -> None:
        """Send it to one of the open sockets, from any thread."""
        self._soon(self._send, _Envelope(act, type_, takes_answer))

    def disconnect(self, reason: str) -> None:
        """Tell every socket to go, as Slack does before it closes them."""
        self._soon(self._let_go, lambda socket: self._task(self._bid_farewell(socket, reason)))

    def close(self) -> None:
        """Close every socket cleanly."""
        self._soon(self._let_go, lambda socket: self._task(socket.connection.close()))

    def reset(self) -> None:
        """Reset every socket's TCP connection."""
        self._soon(self._let_go, lambda socket: reset(socket.connection.transport))

    def freeze(self) -> None:
        """Half open: nothing is read or answered any more, pings neither, and nothing is sent.

        Frozen sockets are forgotten when the app opens a new one.
        """
        self._soon(self._freeze)

    async def serve(self, connection: ServerConnection) -> None:
        """One connection, from hello to its end."""
        if not self._may_enter(connection):
            await connection.close(4001, "unknown ticket")
            return
        socket = await self._enter(connection)
        if socket is None:
            return
        try:
            with suppress(ConnectionClosed):
                async for frame in connection:
                    self._heard(socket, str(frame))
        finally:
            self._leave(socket)

    # Everything below runs in the loop's thread.

    def _soon(self, call: Callable[..., None], *args: Any) -> None:
        if self._loop is None:
            raise RuntimeError("the sandbox is not running")
        self._loop.call_soon_threadsafe(call, *args)

    def _task(self, coroutine: Any) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(coroutine)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def _may_enter(self, connection: ServerConnection) -> bool:
        request = connection.request
        query = parse_qs(urlsplit(request.path).query) if request else {}
        ticket = query.get("ticket", [""])[0]
        if ticket not in self._tickets:
            return False
        self._tickets.remove(ticket)
        return True

    async def _enter(self, connection: ServerConnection) -> _Socket | None:
        self._forget_frozen()
        with self._ground.changes.making():
            self._opened += 1
            socket = _Socket(self._opened, connection)
            full = len(self._open) >= MOST_SOCKETS
            self._ground.log.write("socket_opened", socket=socket.number, refused=full)
        if full:
            await connection.send(self._frame("disconnect", reason="too_many_websockets"))
            return None
        self._open.append(socket)
        await connection.send(self._frame("hello"))
        return socket

    def _leave(self, socket: _Socket) -> None:
        with self._ground.changes.making():
            if socket in self._open:
                self._open.remove(socket)
            self._ground.log.write("socket_closed", socket=socket.number)

    def _forget_frozen(self) -> None:
        for socket in [each for each in self._open if each.frozen]:
            self._open.remove(socket)
            socket.connection.transport.abort()

    def _frame(self, type_: str, **more: Any) -> str:
        return json.dumps(
            {
                "type": type_,
                **more,
                "num_connections": len(self._open),
                "debug_info": {"host": "standin", "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._app_id},
            }
        )

    def _let_go(self, how: Callable[[_Socket], None]) -> None:
        # No envelope goes to them from here on.
        with self._ground.changes.making():
            gone, self._open = self._open, []
        for socket in gone:
            how(socket)

    async def _bid_farewell(self, socket: _Socket, reason: str) -> None:
        await _say(socket.connection, self._frame("disconnect", reason=reason))

    def _freeze(self) -> None:
        for socket in self._open:
            socket.frozen = True
            socket.connection.transport.pause_reading()

    def _send(self, envelope: _Envelope) -> None:
        with self._ground.changes.making():
            if not self._open:
                self._unheard(envelope, Outcome.NO_CONNECTION)
                return
            self._turn += 1
            socket = self._open[self._turn % len(self._open)]
            envelope_id = str(uuid.uuid4())
            envelope.act.envelope_id = envelope_id
            self._under_way[envelope_id] = envelope
            wire = envelope.wire(envelope_id)
            self._ground.log.write("envelope", socket=socket.number, envelope=wire)
        if not socket.frozen:
            self._task(_say(socket.connection, json.dumps(wire)))
        asyncio.get_running_loop().call_later(self._patience.ack, self._expire, envelope_id)

    def _heard(self, socket: _Socket, frame: str) -> None:
        ack = json.loads(frame)
        envelope_id = str(ack.get("envelope_id", ""))
        with self._ground.changes.making():
            envelope = self._under_way.pop(envelope_id, None)
            self._ground.log.write(
                "ack",
                socket=socket.number,
                envelope_id=envelope_id,
                payload=ack.get("payload"),
                in_time=envelope is not None,
            )
            if envelope is None:
                return
            act = envelope.act
            act.answer = ack.get("payload")
            act.outcome = Outcome.ACKED
            if act.on_ack is not None:
                act.on_ack(act)

    def _expire(self, envelope_id: str) -> None:
        with self._ground.changes.making():
            envelope = self._under_way.pop(envelope_id, None)
            if envelope is not None:
                self._ground.log.write("not_acked", envelope_id=envelope_id)
                self._unheard(envelope, Outcome.NOT_ACKED)

    def _unheard(self, envelope: _Envelope, outcome: Outcome) -> None:
        waits = self._patience.retries
        if envelope.type != "events_api" or envelope.attempt >= len(waits):
            envelope.act.outcome = outcome
            self._ground.log.write("unheard", outcome=outcome, act=envelope.act.told())
            return
        wait = waits[envelope.attempt]
        envelope.attempt += 1
        envelope.reason = "timeout"
        asyncio.get_running_loop().call_later(wait, self._send, envelope)


async def _say(connection: ServerConnection, frame: str) -> None:
    # A closed socket shows as a missing ack, which is what Slack would see.
    with suppress(ConnectionClosed):
        await connection.send(frame)
