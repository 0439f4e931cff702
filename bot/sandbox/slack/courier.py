"""Takes what people do to the app, by socket or request URL, and events again when they were not acked."""

from __future__ import annotations

import asyncio

from bot.sandbox.log import Ground
from bot.sandbox.slack.acts import Act, Outcome
from bot.sandbox.slack.app import App
from bot.sandbox.slack.envelopes import EVENTS, Envelope, Json, Patience
from bot.sandbox.slack.request_urls import RequestUrls
from bot.sandbox.slack.socket import SocketMode


class Courier:
    """The manifest says which way: with Socket Mode on, request URLs are not called."""

    def __init__(self, app: App, patience: Patience, sockets: SocketMode, request_urls: RequestUrls) -> None:
        self._app = app
        self._patience = patience
        self._sockets = sockets
        self._request_urls = request_urls
        self._loop: asyncio.AbstractEventLoop | None = None

    def run_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop of the servers."""
        self._loop = loop

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The same. RuntimeError before the sandbox runs."""
        if self._loop is None:
            raise RuntimeError("the sandbox is not running")
        return self._loop

    def deliver(self, act: Act, type_: str, takes_answer: bool) -> None:
        """Send it, from any thread."""
        self.loop.call_soon_threadsafe(self._send, Envelope(act, type_, takes_answer))

    def acked(self, envelope: Envelope, payload: Json | None) -> None:
        """The app took it: what its answer asks for is done."""
        act = envelope.act
        act.answer = payload
        act.outcome = Outcome.ACKED
        if act.on_ack is not None:
            act.on_ack(act)

    def unheard(self, envelope: Envelope, outcome: Outcome, reason: str, *, again: bool = True) -> None:
        """The app did not: an event is tried again while patience lasts, and nothing else is."""
        waits = self._patience.retries
        if not again or envelope.type != EVENTS or envelope.attempt >= len(waits):
            envelope.act.outcome = outcome
            self._ground.log.write("unheard", outcome=outcome, act=envelope.act.told())
            return
        wait = waits[envelope.attempt]
        envelope.attempt += 1
        envelope.reason = reason
        asyncio.get_running_loop().call_later(wait, self._send, envelope)

    @property
    def _ground(self) -> Ground:
        return self._app.ground

    def _send(self, envelope: Envelope) -> None:
        by_socket = self._app.manifest.socket_mode
        (self._sockets if by_socket else self._request_urls).send(envelope, self)
