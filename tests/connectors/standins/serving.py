"""A small HTTP server for one stand-in network: routes, a log of what was asked of it, and faults."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request; header names are lower case, `query` has the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def bearer(self) -> str:
        """The token that came along, or nothing."""
        return self.headers.get("authorization", "").partition(" ")[2]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Said:
    """One answer: `body` is bytes, or what becomes JSON; of one that is `cut` the second half never comes."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def sent(self) -> bytes:
        """The body as it is sent."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Refusal(Exception):
    """Raised by a handler in place of an answer."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.status)
        self.said = said


Handler = Callable[..., Any]
"""Takes what was asked and the `{parts}` of the path; gives a Said, or the body of a good answer."""
Routes = Sequence[tuple[str, str, Handler]]
"""(method, path with {parts}, handler); a part that ends in `...` may hold slashes."""


@dataclass
class Fault:
    """The next `times` requests whose path matches the pattern are answered with this.

    Without an answer of its own the true one is given, after `meanwhile`; with `cut` only half of that.
    """

    path: str
    said: Said | None = None
    times: int = 1
    cut: bool = False
    meanwhile: Callable[[], object] | None = None


class Server:
    """On a free port of 127.0.0.1 while `running()`. `log` has the (method, path) of every request, and
    `asked` all of it; `heard` is called with each and what is said to it."""

    def __init__(
        self,
        routes: Routes,
        *,
        not_there: Said | None = None,
        zipped: bool = False,
        heard: Callable[[Asked, Said], object] | None = None,
    ) -> None:
        self.log: list[tuple[str, str]] = []
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self.origin = ""
        self._routes = [(method, _pattern(path), handler) for method, path, handler in routes]
        self._not_there = not_there or Said({"message": "Not Found"}, 404)
        self._zipped = zipped
        self._heard = heard
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Said:
        """One after the other, so that a network needs no lock of its own."""
        with self._lock:
            self.log.append((asked.method, asked.path))
            self.asked.append(asked)
            said = self._said(asked)
            if self._heard:
                self._heard(asked, said)
            return said

    def _said(self, asked: Asked) -> Said:
        fault = next((one for one in self.faults if one.times and re.fullmatch(one.path, asked.path)), None)
        if fault:
            fault.times -= 1
            if fault.meanwhile:
                fault.meanwhile()
            if fault.said:
                return fault.said
        try:
            said = self._handled(asked)
        except Refusal as refusal:
            said = refusal.said
        return replace(said, cut=True) if fault and fault.cut else said

    def _handled(self, asked: Asked) -> Said:
        method = "GET" if asked.method == "HEAD" else asked.method
        for offered, path, handler in self._routes:
            found = path.fullmatch(asked.path) if offered == method else None
            if found:
                said = handler(asked, *(unquote(part) for part in found.groups()))
                return said if isinstance(said, Said) else Said(said)
        return self._not_there

    @contextmanager
    def running(self) -> Iterator[None]:
        served = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, zipped=self._zipped))
        served.daemon_threads = True
        self.origin = f"http://127.0.0.1:{served.server_address[1]}"
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            served.shutdown()
            served.server_close()
            thread.join()


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+(?:\.\.\.)?\})", path)
    made = ("(.+)" if p.endswith("...}") else "([^/]+)" if p.startswith("{") else re.escape(p) for p in parts)
    return re.compile("".join(made))


def _handler(server: Server, *, zipped: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for head and body: the second would wait 40 ms for an acknowledgement

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            said = server.answer(
                Asked(
                    method=self.command,
                    path=parts.path,
                    query={
                        key: found[-1] for key, found in parse_qs(parts.query, keep_blank_values=True).items()
                    },
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
                )
            )
            body = said.sent
            if zipped:
                body = gzip.compress(body)
            self.send_response(said.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body))} | dict(
                said.headers
            )
            if zipped:
                headers["Content-Encoding"] = "gzip"
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if said.cut else body)
            self.close_connection |= said.cut

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._answer)
    return Handler
