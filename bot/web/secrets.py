"""A page of this machine that takes secrets once: unseen while typed, kept nowhere, then gone.

It is not a page for the network: it listens on 127.0.0.1 alone, under a path that nobody can guess, and
refuses what another page or another name for this machine sends.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.local import DONE, HOST, is_from_here, shown
from bot.web.server import Server

LARGEST = 16_384
"""Bytes of one answer."""


@dataclass(frozen=True, slots=True)
class Blank:
    """One secret that is asked for; `hint` says where it stands."""

    name: str
    label: str
    hint: str = ""


@dataclass(slots=True)
class OneTimePage:
    """A page with these blanks; `wait` gives what was typed, once."""

    title: str
    blanks: Sequence[Blank]
    path: str = field(default_factory=lambda: f"/{secrets.token_urlsafe(24)}", repr=False)
    port: int = 0
    _typed: Mapping[str, str] | None = field(default=None, repr=False)
    _done: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def url(self) -> str:
        """What a person opens on this machine."""
        return f"http://{HOST}:{self.port}{self.path}"

    def wait(self, seconds: float | None = None) -> Mapping[str, str] | None:
        """What was typed, by the names of the blanks; None when nothing was within the time."""
        self._done.wait(seconds)
        return self._typed

    def app(self) -> Starlette:
        """The page at its path, and nothing anywhere else."""
        return Starlette(routes=[Route(self.path, self._page, methods=["GET", "POST"])])

    async def _page(self, request: Request) -> Response:
        if not is_from_here(request, self.port):
            return PlainTextResponse("wrong Host or Origin", 403)
        if self._done.is_set():
            return PlainTextResponse("this page was used", 410)
        if request.method != "POST":
            return shown(self.title, self._form())
        typed = await self._read(request)
        if typed is None:
            return shown(self.title, f"<p role=alert>Please fill in all of it.</p>{self._form()}", 400)
        if self._typed is not None:  # another answer came while this one was being read
            return PlainTextResponse("this page was used", 410)
        self._typed = typed
        self._done.set()
        return shown(self.title, DONE)

    async def _read(self, request: Request) -> Mapping[str, str] | None:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                return None
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
        typed = {blank.name: fields.get(blank.name, [""])[0].strip() for blank in self.blanks}
        return typed if all(typed.values()) else None

    def _form(self) -> str:
        asked = "".join(
            f"<label for={blank.name}>{escape(blank.label)}<small>{escape(blank.hint)}</small></label>"
            f"<input type=password id={blank.name} name={blank.name} required"
            " autocomplete=off autocapitalize=off spellcheck=false>"
            for blank in self.blanks
        )
        why = "<p>What you type here goes to this computer alone, and is not shown again.</p>"
        return f"{why}<form method=post>{asked}<button>Hand over</button></form>"


@contextmanager
def one_time_page(title: str, blanks: Sequence[Blank]) -> Iterator[OneTimePage]:
    """The page on a free port of this machine until the block ends. Raises CannotListen."""
    page = OneTimePage(title, blanks)
    server = Server(page.app(), (HOST, 0))
    server.start()
    page.port = server.port
    try:
        yield page
    finally:
        server.stop()
