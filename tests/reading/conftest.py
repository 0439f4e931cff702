"""Loopback servers that log what reaches them, and doors that may read them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.domain.connector import ConnectorFacts, How, Way
from bot.domain.model import Strength
from bot.reading.credential import Credential
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from bot.reading.reader import BoundReader

_NO_TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # reading the usual roots takes longer than a test
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Heard:
    """One request as the server saw it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What the server says; `drip` seconds pass between any two bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0


Script = Callable[[Heard], Reply]


def _always(status: int = 200, body: bytes = b"", drip: float = 0.0, **headers: str) -> Script:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda heard: Reply(status, body, named, drip)


class LoopbackServer(ThreadingHTTPServer):
    """Answers by its script and remembers everything that reached it."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tls = tls
        self.heard: list[Heard] = []
        self.script: Script = _always()
        self.stopping = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def finish_request(self, request: socket.socket, client_address: Any) -> None:
        """In the connection's own thread: a handshake that fails is that connection's alone."""
        if self.tls:
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)
        request.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up early is what many of these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LoopbackServer

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        lowered = {name.lower(): value for name, value in self.headers.items()}
        heard = Heard(self.command, self.path, lowered, self.rfile.read(size))
        self.server.heard.append(heard)
        reply = self.server.script(heard)
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if not reply.drip:
            self.wfile.write(reply.body)
            return
        for byte in reply.body:
            if self.server.stopping.wait(reply.drip):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    do_GET = do_POST = do_HEAD = do_PUT = _answer  # noqa: N815 - names that http.server calls

    def log_message(self, *args: object) -> None:
        """Nothing: the server's memory is the log."""


@pytest.fixture
def serve() -> Iterator[Callable[..., LoopbackServer]]:
    """Starts servers on free ports and stops them all after the test."""
    started: list[tuple[LoopbackServer, threading.Thread]] = []

    def start(script: Script | None = None, *, tls: ssl.SSLContext | None = None, **reply: Any):
        server = LoopbackServer(tls)
        server.script = script or _always(**reply)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        started.append((server, thread))
        return server

    yield start
    for server, thread in started:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def move(self, **kwargs: float) -> None:
        self.time += timedelta(**kwargs)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def ledger(clock: HandClock) -> Ledger:
    return Ledger(clock)


@pytest.fixture
def open_door(clock: HandClock, ledger: Ledger) -> Iterator[Callable[..., Door]]:
    """Builds doors that may read the given servers, and closes them after the test."""
    doors: list[Door] = []

    def build(*servers: LoopbackServer, **kwargs: object) -> Door:
        origins = frozenset(server.origin for server in servers)
        options = {"ledger": ledger.count, "loopback_origins": origins, "ssl_context": _NO_TRUST, **kwargs}
        doors.append(Door(clock, **options))
        return doors[-1]

    yield build
    for door in doors:
        door.close()


def some_facts(name: str = "example", **also: Any) -> ConnectorFacts:
    """A network that does not exist."""
    return ConnectorFacts(
        name=name,
        label=name.title(),
        queries=(),
        ways=(Way(How.THREAD, Strength.STRONG, "at once"),),
        floor=timedelta(minutes=1),
        requests=300,
        window=timedelta(minutes=5),
        limits_source="none",
        sees="everything",
        cannot_see="nothing",
        **also,
    )


@pytest.fixture
def says() -> Callable[..., Script]:
    """Builds a script that gives the same answer to everything."""
    return _always


@pytest.fixture
def reader_to(open_door: Callable[..., Door]) -> Callable[..., BoundReader]:
    """A reader for one server, through a door of its own."""

    def build(server: LoopbackServer, credential: Credential | None = None, **options: Any):
        return open_door(server, **options).reader(some_facts(), server.origin, credential)

    return build


@pytest.fixture(scope="session")
def facts() -> ConnectorFacts:
    return some_facts()


@pytest.fixture
def facts_with() -> Callable[..., ConnectorFacts]:
    return some_facts
