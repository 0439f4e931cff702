"""Slack over HTTP, as the stand-in would send it: signed requests in place of envelopes."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.acts import Act, Outcome

SECRET = "standin0123456789abcdef"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Signed:
    """Sends to a request URL what people do; `last` is what was sent last, to send it once more."""

    url: str
    secret: str = SECRET
    last: tuple[bytes, Mapping[str, str]] = (b"", {})
    box: Sandbox | None = field(default=None, repr=False)

    def deliver(self, act: Act, type_: str, takes_answer: bool) -> None:
        """In place of the sockets': from a thread, because the caller holds the stand-in's lock."""
        body, kind = form_of(act.payload, type_)
        threading.Thread(target=self._send, args=(act, body, kind, takes_answer), daemon=True).start()

    def _send(self, act: Act, body: bytes, kind: str, takes_answer: bool) -> None:
        self.last = (body, signed(body, self.secret) | {"Content-Type": kind})
        answer = self.again()
        assert self.box is not None
        with self.box.changes.making():
            act.outcome = Outcome.ACKED if answer.status_code == 200 else Outcome.NOT_ACKED
            act.answer = answer.json() if answer.content and takes_answer else None
            if act.acked and act.on_ack:
                act.on_ack(act)

    def again(self) -> httpx.Response:
        """Send what was sent last, as it was."""
        body, headers = self.last
        return httpx.post(self.url, content=body, headers=dict(headers), trust_env=False)


def form_of(payload: Mapping[str, Any], type_: str) -> tuple[bytes, str]:
    """The body and its type: events are JSON, presses a form with one field, commands a form of all."""
    if type_ == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if type_ == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), FORM


def signed(body: bytes, secret: str = SECRET, *, at: float | None = None) -> dict[str, str]:
    """Slack's two headers for a body."""
    stamp = str(int(time.time() if at is None else at))
    basis = b"v0:" + stamp.encode() + b":" + body
    signature = hmac.new(secret.encode(), basis, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}


def instead_of_sockets(box: Sandbox, url: str) -> Signed:
    """From now on what people do in this Slack goes to the request URL."""
    over = Signed(url, box=box)
    box.slack._doings._sockets = over  # type: ignore[assignment]
    return over
