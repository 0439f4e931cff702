"""A page of this machine to which the browser comes back after a sign-in: once, and with its state alone.

It listens on 127.0.0.1 (RFC 8252, section 7.3). What comes with another state, from another sign-in or from a
page that guesses, is refused, and the right one is still waited for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hmac import compare_digest

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.local import DONE, HOST, is_from_here, shown
from bot.web.server import Server

PATH = "/signed-in"
"""The same each time: our name at the network has it in it."""
ELSEWHERE = f"http://{HOST}{PATH}"
"""Where the browser of another computer ends: nothing is there, and its address says it all."""


@dataclass(slots=True)
class ComebackPage:
    """The page; `expect` says which sign-in it is for, `wait` gives what the browser came back with, once."""

    title: str
    port: int = 0
    _state: str = field(default="", repr=False)
    _came: Mapping[str, str] | None = field(default=None, repr=False)
    _done: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def url(self) -> str:
        """Where the browser is sent back to."""
        return f"http://{HOST}:{self.port}{PATH}"

    def expect(self, state: str) -> None:
        """Take this sign-in, and no other."""
        self._state = state

    def wait(self, seconds: float | None = None) -> Mapping[str, str] | None:
        """The query, by its names; None when nobody came within the time."""
        self._done.wait(seconds)
        return self._came

    def app(self) -> Starlette:
        """The page at its path, and nothing anywhere else."""
        return Starlette(routes=[Route(PATH, self._page, methods=["GET"])])

    async def _page(self, request: Request) -> Response:
        if not is_from_here(request, self.port):
            return PlainTextResponse("wrong Host or Origin", 403)
        state = request.query_params.get("state", "").encode()
        if not (self._state and compare_digest(state, self._state.encode())):
            return PlainTextResponse("this belongs to another sign-in", 400)
        if self._done.is_set():
            return PlainTextResponse("this page was used", 410)
        self._came = dict(request.query_params)
        self._done.set()
        return shown(self.title, DONE)


@contextmanager
def comeback_page(title: str) -> Iterator[ComebackPage]:
    """The page on a free port of this machine until the block ends. Raises CannotListen."""
    page = ComebackPage(title)
    server = Server(page.app(), (HOST, 0))
    server.start()
    page.port = server.port
    try:
        yield page
    finally:
        server.stop()
