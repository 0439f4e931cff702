"""One port, served in a thread of its own until it is stopped."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import uvicorn
from starlette.types import ASGIApp

SECONDS_TO_END = 5
"""How long what is under way may take when the server is stopped: longer than any ack."""


class CannotListen(Exception):
    """The port cannot be had; the text says which, and what to do."""


class _Told(uvicorn.Server):
    """Says when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepts = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepts.set()


class Server:
    """An app on `listen` (host, port); port 0 takes a free one."""

    def __init__(self, app: ASGIApp, listen: tuple[str, int]) -> None:
        self._listen = listen
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # addresses and paths of others, one of which may be a secret
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=SECONDS_TO_END,
        )
        self._server = _Told(config)
        self._thread: threading.Thread | None = None
        self.port = 0

    def start(self) -> None:
        """Returns when it accepts connections. Raises CannotListen."""
        plain = self._bound()
        self.port = plain.getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=(plain,), name="web", daemon=True)
        self._thread.start()
        self._server.accepts.wait(SECONDS_TO_END)

    def stop(self) -> None:
        """Take nothing new, and return when what was under way has ended."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(2 * SECONDS_TO_END)

    def _bound(self) -> socket.socket:
        host, port = self._listen
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            plain = socket.create_server((host, port), family=family)
            # Those that are accepted inherit it; without, an answer of two parts waits 40 ms for the first.
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return plain
        except OSError as taken:
            why = f"{host}:{port} cannot be listened on ({taken.strerror or type(taken).__name__})"
            raise CannotListen(f"{why}. Is another program there? BYHAND_LISTEN says where.") from taken

    def _run(self, plain: socket.socket) -> None:
        with closing(plain):
            self._server.run(sockets=[plain])
