"""Several HTTP servers and one WebSocket server on 127.0.0.1, in one thread."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from websockets.asyncio.server import ServerConnection, serve

HOST = "127.0.0.1"
SECONDS_TO_STOP = 5

# uvicorn does not hand its transport to the app, and a dropped answer needs it.
_transports: dict[tuple[str, int], asyncio.Transport] = {}


class _KnownTransport(H11Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _transports[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _transports.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)


class DroppedAnswer:
    """An ASGI response that resets the connection without a byte."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reset(_transports[tuple(scope["client"])])
        while (await receive())["type"] != "http.disconnect":
            pass


class TruncatedAnswer:
    """An ASGI response that promises its length, sends `part` of it and closes the connection."""

    def __init__(self, whole: Response, part: bytes) -> None:
        self._whole = whole
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, headers = self._whole.status_code, self._whole.raw_headers
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": self._part, "more_body": True})
        _transports[tuple(scope["client"])].close()
        while (await receive())["type"] != "http.disconnect":
            pass


def reset(transport: asyncio.Transport) -> None:
    """Close it so that the other side sees a TCP reset."""
    plain: socket.socket = transport.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def listen(port: int = 0) -> socket.socket:
    """A socket on that port of 127.0.0.1, or on a free one if it is taken."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Those that are accepted inherit it; without, an answer of two parts waits 40 ms for the first.
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        plain.bind((HOST, port))
    except OSError:
        plain.bind((HOST, 0))
    return plain


def origin(plain: socket.socket) -> str:
    """The http origin of a listening socket, without a slash at the end."""
    return f"http://{HOST}:{plain.getsockname()[1]}"


class _Server(uvicorn.Server):
    """Ends as soon as it is told to, and leaves no connection open: nobody needs its last answers."""

    def __init__(self, app: ASGIApp) -> None:
        options: dict[str, Any] = {"log_config": None, "access_log": False, "lifespan": "off"}
        super().__init__(uvicorn.Config(app, http=_KnownTransport, ws="none", **options))
        self._told = asyncio.Event()

    def end(self) -> None:
        """From within its loop."""
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        """As uvicorn's, which is told within a tenth of a second."""
        seconds = 0
        while not await self.on_tick(10 * seconds):
            seconds += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), timeout=1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, which lets clients finish for a tenth of a second and more."""
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if self.server_state.tasks:
            _, slow = await asyncio.wait(self.server_state.tasks, timeout=1)
            for each in slow:
                each.cancel()


class Serving:
    """The thread, its event loop and its servers; start() returns when all accept."""

    def __init__(
        self,
        apps: list[tuple[socket.socket, ASGIApp]],
        websocket: tuple[socket.socket, Callable[[ServerConnection], Awaitable[None]]],
        started: Callable[[asyncio.AbstractEventLoop], None],
    ) -> None:
        self._apps = apps
        self._websocket = websocket
        self._started = started
        self._ready = threading.Event()
        self._servers: list[_Server] = []
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

    def start(self) -> None:
        """Raises what kept the servers from starting."""
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            raise RuntimeError("the sandbox did not start") from self._failed

    def stop(self) -> None:
        """Returns when the thread has ended."""
        for server in self._servers:
            self._loop.call_soon_threadsafe(server.end)
        self._thread.join(SECONDS_TO_STOP)
        if self._thread.is_alive():
            raise RuntimeError("the sandbox did not stop")

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as failed:
            self._failed = failed
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._started(self._loop)
        self._servers = [_Server(app) for _, app in self._apps]
        plain, handler = self._websocket
        # ping_interval=None: a socket that a test froze must stay open until the test ends.
        quiet = logging.getLogger("bot.sandbox.websockets")
        quiet.setLevel(logging.CRITICAL)
        connections: set[ServerConnection] = set()

        async def tracked(connection: ServerConnection) -> None:
            connections.add(connection)
            try:
                await handler(connection)
            finally:
                connections.discard(connection)

        async with serve(tracked, sock=plain, ping_interval=None, close_timeout=1, logger=quiet):
            running = [
                asyncio.create_task(server.serve(sockets=[listening]))
                for server, (listening, _) in zip(self._servers, self._apps, strict=True)
            ]
            while not all(server.started for server in self._servers):
                await asyncio.sleep(0.005)
            self._ready.set()
            await asyncio.gather(*running)
            for connection in list(connections):
                connection.transport.abort()
