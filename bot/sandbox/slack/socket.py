"""Socket Mode: each envelope to exactly one open socket, and its ack in time."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from bot.sandbox.log import Ground
from bot.sandbox.serving import reset
from bot.sandbox.slack.acts import Outcome
from bot.sandbox.slack.app import App
from bot.sandbox.slack.envelopes import Back, Envelope, Patience

MOST_SOCKETS = 10


@dataclass(slots=True, eq=False)
class _Socket:
    number: int
    connection: ServerConnection
    frozen: bool = False


class SocketMode:
    """The sockets of one app, and the envelopes under way."""

    def __init__(self, app: App, patience: Patience) -> None:
        self._app = app
        self._patience = patience
        self._loop: asyncio.AbstractEventLoop | None = None
        self._origin = ""
        self._tickets: set[str] = set()
        self._open: list[_Socket] = []
        self._under_way: dict[str, tuple[Envelope, Back]] = {}
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
        return f"{self._origin}/link/?ticket={ticket}&app_id={self._app.app_id}"

    def send(self, envelope: Envelope, back: Back) -> None:
        """To one of the open sockets; in the loop's thread."""
        with self._ground.changes.making():
            if not self._open:
                back.unheard(envelope, Outcome.NO_CONNECTION, "timeout")
                return
            self._turn += 1
            socket = self._open[self._turn % len(self._open)]
            envelope_id = str(uuid.uuid4())
            envelope.act.envelope_id = envelope_id
            self._under_way[envelope_id] = envelope, back
            wire = envelope.wire(envelope_id)
            self._ground.log.write("envelope", socket=socket.number, envelope=wire)
        if not socket.frozen:
            self._task(_say(socket.connection, json.dumps(wire)))
        asyncio.get_running_loop().call_later(self._patience.ack, self._expire, envelope_id)

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

    @property
    def _ground(self) -> Ground:
        return self._app.ground

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
            why = self._refusal()
            self._ground.log.write("socket_opened", socket=socket.number, refused=bool(why))
        if why:
            await connection.send(self._frame("disconnect", reason=why))
            return None
        self._open.append(socket)
        await connection.send(self._frame("hello"))
        return socket

    def _refusal(self) -> str:
        """The reason to send a new socket away, or nothing."""
        if not self._app.manifest.socket_mode:
            return "link_disabled"
        return "too_many_websockets" if len(self._open) >= MOST_SOCKETS else ""

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
                "connection_info": {"app_id": self._app.app_id},
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
        with self._ground.changes.making():
            self._ground.log.write("sockets_frozen", sockets=[socket.number for socket in self._open])
        for socket in self._open:
            socket.frozen = True
            socket.connection.transport.pause_reading()

    def _heard(self, socket: _Socket, frame: str) -> None:
        ack = json.loads(frame)
        envelope_id = str(ack.get("envelope_id", ""))
        with self._ground.changes.making():
            under_way = self._under_way.pop(envelope_id, None)
            payload = ack.get("payload")
            self._ground.log.write(
                "ack",
                socket=socket.number,
                envelope_id=envelope_id,
                payload=payload,
                in_time=under_way is not None,
            )
            if under_way is not None:
                envelope, back = under_way
                back.acked(envelope, payload)

    def _expire(self, envelope_id: str) -> None:
        with self._ground.changes.making():
            under_way = self._under_way.pop(envelope_id, None)
            if under_way is not None:
                envelope, back = under_way
                self._ground.log.write("not_acked", envelope_id=envelope_id)
                back.unheard(envelope, Outcome.NOT_ACKED, "timeout")


async def _say(connection: ServerConnection, frame: str) -> None:
    # A closed socket shows as a missing ack, which is what Slack would see.
    with suppress(ConnectionClosed):
        await connection.send(frame)
