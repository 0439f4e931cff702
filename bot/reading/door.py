"""The one read-only door to the networks. It has no method to post.

    door = Door(clock, ledger=ledger.count, loopback_origins=frozenset())
    door.reader(facts, endpoint, credential) -> reader    a `bot.domain.connector.Reader`
    door.close()

    door.hold(facts, endpoint, credential, until)    what an earlier process was asked to wait

    reader.get(url, params=None, *, conditional=False, anonymous=False) -> Answer
    reader.call(call, body, content_type="application/json") -> Answer    one of `facts.calls`, exactly
    reader.settle()     what was read conditionally is now stored: validators are sent from then on
    reader.now() -> datetime

What leaves: GET, and the exact calls that the connector declares. Where to: https, public addresses,
each checked at the moment of connecting; of this machine only the exact origins passed in. With what:
the credential only to the endpoint's own origin and the `api` that its network declares, and no more
once a redirect has left them. What comes back is bounded in time and in size. What fails is raised as
the errors of `bot.domain.errors`; after a server asked us to wait, the credential's next question there
raises RateLimited and nothing is sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache, partial
from importlib import metadata
from threading import Lock

import httpx

from bot.domain.connector import ConnectorFacts, Round
from bot.domain.ports import Clock
from bot.reading.addresses import Resolver, resolve
from bot.reading.credential import Credential, Memory
from bot.reading.purse import NoPurse, Purse
from bot.reading.reader import Bound, BoundReader, Rules, Session, homes_of, origin_of, parsed
from bot.reading.wire import Wire

Count = Callable[[str, str, str], None]
"""Takes (host, method, path) of a request that was sent."""

PRIVACY = "https://github.com/by-hand/by-hand/blob/main/docs/privacy.md"
DEADLINE_SECONDS = 20.0
MAX_BYTES = 8 * 1024 * 1024
_RESOLVING_THREADS = 8


def user_agent() -> str:
    """Who we are and where it says what we do with what we read; the version is the package's."""
    try:
        version = metadata.version("byhand")
    except metadata.PackageNotFoundError:  # run from a folder, not installed
        version = "0"
    return f"ByHand/{version} (+{PRIVACY})"


@cache
def _roots() -> ssl.SSLContext:
    """The usual roots of trust: to load them takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


class Door:
    """Makes readers; nothing else in the bot connects to a network. Safe for many threads.

    `loopback_origins` are local origins ("http://127.0.0.1:8801") that may be read, without TLS; where
    `outside` is false, nothing else is (the demo).
    `resolver` turns a host and port into addresses. One exchange, redirects included, takes at most
    `deadline_seconds`; one body has at most `max_bytes`, inflated. `ssl_context` replaces the usual
    roots of trust.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        ledger: Count,
        loopback_origins: frozenset[str] = frozenset(),
        outside: bool = True,
        resolver: Resolver = resolve,
        user_agent: str | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        max_bytes: int = MAX_BYTES,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        loopback = frozenset(origin_of(parsed(text)) for text in loopback_origins)
        self._rules = Rules(clock, loopback, user_agent or _OURSELVES, deadline_seconds, outside)
        self._threads = ThreadPoolExecutor(_RESOLVING_THREADS, "resolve")
        self._wire = partial(
            Wire,
            resolver,
            ledger,
            threads=self._threads,
            max_bytes=max_bytes,
            ssl_context=ssl_context or _roots(),
        )
        self._lock = Lock()
        self._sessions: dict[tuple[str, Credential | None], Session] = {}

    def reader(
        self,
        facts: ConnectorFacts,
        endpoint: str,
        credential: Credential | None,
        *,
        memory: Memory | None = None,
        purse: Purse | None = None,
        source: str = "",
        within: Round | None = None,
    ) -> BoundReader:
        """The door as one connector sees it; only the origin of `endpoint` gets the credential.

        `memory` is what is kept with the credential, `purse` what it may cost. What was read conditionally
        for one `source` is not "unchanged" for another, which may stand elsewhere. Without a credential, what
        another Source was answered `within` a round is not asked again.
        """
        bound = Bound(facts, endpoint, credential, memory or Memory(), purse or NoPurse(), source, within)
        return BoundReader(self._rules, partial(self._session, facts.name), bound)

    def hold(
        self, facts: ConnectorFacts, endpoint: str, credential: Credential | None, until: datetime
    ) -> None:
        """Ask nothing of that server with this credential before then, as it asked an earlier process."""
        waits = self._session(facts.name, credential).waits
        waits.update(dict.fromkeys(homes_of(facts, endpoint), until))

    def close(self) -> None:
        """Close every connection; nothing may be read afterwards."""
        with self._lock:
            sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            session.wire.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _session(self, network: str, credential: Credential | None) -> Session:
        with self._lock:
            key = (network, credential)
            if key not in self._sessions:
                self._sessions[key] = Session(self._wire())
            return self._sessions[key]


_OURSELVES = user_agent()
