"""One exchange with one server: a checked address, one deadline, a bounded body, a line in the ledger.

    wire = Wire(resolver, sent, limits, ssl_context)
    wire.exchange(Outgoing(method, url, headers, content, loopback)) -> Incoming

httpcore is used beneath httpx's client on purpose: it has no cookies, no proxies from the environment,
no redirects and no decoding of its own, so that none of them has to be switched off.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass

import httpcore
import httpx

from bot.domain.errors import Refused, Unavailable
from bot.reading.addresses import Resolver, checked
from bot.reading.inflate import Inflater

_MOST_CONNECTIONS = 64
_KEPT_CONNECTIONS = 16
_KEPT_SECONDS = 4.0
_FAILURES = 400


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request. `loopback` says that its origin is one of the exact local ones."""

    method: str
    url: httpx.URL
    headers: tuple[tuple[str, str], ...]
    content: bytes | None = None
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """One answer: header names are lower case, repeated ones joined by commas; the body inflated."""

    status: int
    headers: dict[str, str]
    body: bytes


class Deadline:
    """A point in time that everything in one exchange must end before."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain; raises httpcore.ReadTimeout when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline of the exchange has passed")
        return left


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the streams of the present exchange must obey, wherever the pool opens or reuses them."""

    deadline: Deadline
    loopback: bool


_terms: ContextVar[_Terms] = ContextVar("terms of the present exchange")


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every step ends at the exchange's deadline, however slowly bytes drip in."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _terms.get().deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _terms.get().deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _terms.get().deadline.left()
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore.NetworkBackend):
    """Resolves a host once, checks all its addresses, and connects to one of those very addresses."""

    def __init__(self, resolver: Resolver, threads: ThreadPoolExecutor) -> None:
        self._resolver = resolver
        self._threads = threads
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        terms = _terms.get()
        addresses = list(checked(self._resolve(host, port), loopback=terms.loopback))
        failure: Exception = httpcore.ConnectError("no address")
        while addresses:
            share = terms.deadline.left() / len(addresses)
            try:
                stream = self._plain.connect_tcp(addresses.pop(0), port, share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream)
        raise failure

    def _resolve(self, host: str, port: int) -> list[str]:
        # getaddrinfo knows no timeout, so that it waits in a thread of its own.
        try:
            answer: Future[list[str]] = self._threads.submit(lambda: list(self._resolver(host, port)))
        except RuntimeError as error:
            raise httpcore.ConnectError("the door was closed meanwhile") from error
        try:
            return answer.result(_terms.get().deadline.left())
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the host name was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the host name was not resolved") from error


class Wire:
    """The connections of one credential; nothing is remembered from one exchange to the next."""

    def __init__(
        self,
        resolver: Resolver,
        sent: Callable[[str, str, str], None],
        *,
        threads: ThreadPoolExecutor,
        max_bytes: int,
        ssl_context: ssl.SSLContext,
    ) -> None:
        self._sent = sent
        self._max_bytes = max_bytes
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=_MOST_CONNECTIONS,
            max_keepalive_connections=_KEPT_CONNECTIONS,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=_CheckedBackend(resolver, threads),
        )

    def exchange(self, out: Outgoing, deadline: Deadline) -> Incoming:
        """Send and read to the end; raises Refused for a forbidden address or answer, else Unavailable."""
        token = _terms.set(_Terms(deadline, out.loopback))
        try:
            return self._exchange(out, deadline)
        except (httpcore.TimeoutException, TimeoutError):
            raise Unavailable(f"{host_of(out.url)} did not answer in time") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            # Not chained: the protocol errors quote what the server wrote.
            name = type(error).__name__
            raise Unavailable(f"{host_of(out.url)} could not be read ({name})") from None
        finally:
            _terms.reset(token)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _exchange(self, out: Outgoing, deadline: Deadline) -> Incoming:
        def note(step: str, _info: object) -> None:
            if step.endswith("send_request_headers.started"):
                self._sent(authority(out.url), out.method, out.url.path)

        stream = self._pool.stream(
            out.method,
            _target(out.url),
            headers=list(out.headers),
            content=out.content,
            extensions={"timeout": {"pool": deadline.left()}, "trace": note},
        )
        with stream as response:
            headers = _joined(response.headers)
            try:
                body = self._body(response, headers.get("content-encoding", ""))
            except (Refused, Unavailable):
                if response.status < _FAILURES:
                    raise
                body = b""  # what an error says beside its status may be lost, the status may not
            return Incoming(response.status, headers, body)

    def _body(self, response: httpcore.Response, encoding: str) -> bytes:
        inflater = Inflater(encoding, self._max_bytes)
        for chunk in response.iter_stream():
            inflater.add(chunk)
        return inflater.finish()


def authority(url: httpx.URL) -> str:
    """The host with its port, unless that is the scheme's own."""
    return url.netloc.decode("ascii")


def host_of(url: httpx.URL) -> str:
    """The host as it is asked for: not every name that looks encoded (xn--) can be decoded (RFC 5891)."""
    return url.raw_host.decode("ascii")


def _target(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("ascii").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    headers.pop("set-cookie", None)  # never kept, not even in a sample
    return headers
