"""A reader that gives out saved answers, and the same answers as a server on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.domain.connector import Answer, Ask, Call, Key, Prove
from bot.domain.errors import Gone, NeedsSignIn

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SAVED = Path(__file__).parent / "saved"

Params = Mapping[str, Any]
Reply = Any
"""A body (bytes, or what becomes JSON), an error to raise, or a function of the parameters to one."""


def saved(name: str) -> Any:
    """The saved answer of that name ("mastodon/status"), another copy each time."""
    return json.loads(_text_of(name))


@cache
def _text_of(name: str) -> str:
    return (SAVED / f"{name}.json").read_text("utf-8")


def body_of(reply: Reply, params: Params) -> bytes:
    """What goes over the wire; raises the reply if it is an error."""
    if callable(reply):
        reply = reply(params)
    if isinstance(reply, Exception):
        raise reply
    return reply if isinstance(reply, bytes) else json.dumps(reply).encode()


@dataclass
class FakeReader:
    """Answers by address (without the query); what it does not have is Gone. Remembers what was asked."""

    replies: dict[str, Reply] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    at: datetime = NOW
    key: str = ""
    session: str = ""
    paid: dict[str, int] = field(default_factory=dict)

    def get(
        self, url: str, params: Params | None = None, *, conditional: bool = False, anonymous: bool = False
    ) -> Answer:
        self.asked.append((url, dict(params or {})))
        reply = self.replies.get(url, Gone("not saved"))
        return Answer(200, url, self.headers, body_of(reply, params or {}))

    def call(
        self,
        call: Call,
        body: bytes,
        content_type: str = "application/json",
        *,
        anonymous: bool = False,
        prove: Prove | None = None,
    ) -> Answer:
        """Answers like `get`; a function gets what the body's JSON has."""
        url = next((url for url in self.replies if url.endswith(call.host + call.path)), call.path)
        params = params_of(body)
        self.asked.append((url, params))
        return Answer(200, url, self.headers, body_of(self.replies.get(url, Gone("not saved")), params))

    def secret(self) -> str:
        if not self.key:
            raise NeedsSignIn("there is no credential to sign in with")
        return self.key

    def signed(self, token: str, key: Key | None = None, by: str = "") -> FakeReader:
        return replace(self, key=token)

    def kept(self) -> str:
        return self.session

    def keep(self, text: str) -> None:
        self.session = text

    def turn(self) -> AbstractContextManager[object]:
        return nullcontext()

    def afford(self, what: str, most: int) -> int:
        return most

    def pay(self, what: str, count: int) -> None:
        self.paid[what] = self.paid.get(what, 0) + count

    def now(self) -> datetime:
        return self.at


def params_of(body: bytes) -> dict[str, Any]:
    """What a call's JSON body holds; nothing where it is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass
class StandIn:
    """A server on loopback: `replies` by path; every request it got, as (method, path)."""

    origin: str
    replies: dict[str, Reply] = field(default_factory=dict)
    heard: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A stand-in on a free port, gone afterwards."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            network.heard.append((self.command, parts.path))
            params = {key: found[-1] for key, found in parse_qs(parts.query).items()}
            params |= params_of(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            try:
                status, body = 200, body_of(network.replies[parts.path], params)
            except (KeyError, Gone):
                status, body = 404, b'{"error":"Record not found"}'
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    network = StandIn(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield network
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Case:
    """One query of one network as the contract drives it.

    `row(n)` is the n-th post as the network sends it, newer with each n; `serve(endpoint, rows)` the
    answers in which these rows are found; `reword` and `rename` change a row in place; `gone` gives the
    answers once it is deleted. `key` is the credential and `session` what is kept with it, where the query
    needs them.
    """

    network: str
    ask: Ask
    row: Callable[[int], Any]
    serve: Callable[[str, dict[int, Any]], dict[str, Reply]]
    reword: Callable[[Any], None]
    rename: Callable[[Any], None] | None
    gone: Callable[[str, Any], dict[str, Reply]] | None
    key: str = ""
    session: str = ""

    def reader(self, replies: dict[str, Reply] | None = None) -> FakeReader:
        """Gives out these answers, with the key."""
        return FakeReader(replies or {}, key=self.key, session=self.session)
