"""HTTP mode: signed requests to the app's request URLs, on this machine only."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import ssl
import time
import uuid
from urllib.parse import urlencode, urlsplit

import httpx

from bot.sandbox.slack.acts import Outcome
from bot.sandbox.slack.app import App
from bot.sandbox.slack.envelopes import COMMANDS, EVENTS, Back, Envelope, Json, Patience
from bot.sandbox.slack.state import Refused

LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_RETRY = "X-Slack-No-Retry"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def is_loopback(url: str) -> bool:
    """Whether it leads to this machine and nowhere else."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


class RequestUrls:
    """Posts each envelope to the URL that the manifest has for its kind.

    signed_ago: seconds by which the signature's time lies back, to see an old request refused.
    """

    def __init__(self, app: App, patience: Patience) -> None:
        self._app = app
        self._patience = patience
        self._verified: set[str] = set()
        self._posting: set[asyncio.Task[None]] = set()
        self.signed_ago = 0.0

    def send(self, envelope: Envelope, back: Back) -> None:
        """Post it; in the loop's thread."""
        task = asyncio.ensure_future(self._post(envelope, back))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def verify(self, url: str) -> None:
        """Slack's question whether the URL is the app's. Refused when it does not answer the challenge."""
        if not is_loopback(url):
            raise Refused(f"{url} is not on this machine, and the stand-in calls nothing else")
        challenge = secrets.token_hex(16)
        asked = {"type": "url_verification", "token": self._app.verification, "challenge": challenge}
        try:
            answer = await self._ask(url, json.dumps(asked), {"Content-Type": JSON})
        except (TimeoutError, httpx.HTTPError) as failed:
            raise Refused(f"{url} did not answer ({type(failed).__name__})") from failed
        with self._app.ground.changes.making():
            right = answer.status_code == 200 and challenge in answer.text
            self._app.ground.log.write("url_verification", url=url, status=answer.status_code, right=right)
        if not right:
            raise Refused(f"{url} did not answer with the value of the challenge parameter")
        self._verified.add(url)

    async def _post(self, envelope: Envelope, back: Back) -> None:
        url = self._url(envelope)
        envelope_id = str(uuid.uuid4())
        with self._app.ground.changes.making():
            envelope.act.envelope_id = envelope_id
            wire = envelope.wire(envelope_id)
            self._app.ground.log.write("envelope", socket=0, url=url, envelope=wire)
        try:
            if envelope.type == EVENTS and url not in self._verified:
                await self.verify(url)
            answer = await self._ask(url, *_encoded(envelope))
        except TimeoutError:
            self._failed(envelope, back, Outcome.NOT_ACKED, "http_timeout")
        except (Refused, httpx.HTTPError):
            self._failed(envelope, back, Outcome.NO_CONNECTION, "connection_failed")
        else:
            self._answered(envelope, back, answer)

    def _answered(self, envelope: Envelope, back: Back, answer: httpx.Response) -> None:
        if answer.status_code != 200:
            again = answer.headers.get(NO_RETRY) != "1"
            self._failed(envelope, back, Outcome.NOT_ACKED, "http_error", again=again)
            return
        with self._app.ground.changes.making():
            payload = _said(envelope, answer)
            envelope_id = envelope.act.envelope_id
            self._app.ground.log.write(
                "ack", socket=0, envelope_id=envelope_id, payload=payload, in_time=True
            )
            back.acked(envelope, payload)

    def _failed(
        self, envelope: Envelope, back: Back, outcome: Outcome, reason: str, *, again: bool = True
    ) -> None:
        with self._app.ground.changes.making():
            envelope_id = envelope.act.envelope_id
            self._app.ground.log.write("not_acked", envelope_id=envelope_id, reason=reason)
            back.unheard(envelope, outcome, reason, again=again)

    def _url(self, envelope: Envelope) -> str:
        manifest = self._app.manifest
        if envelope.type == EVENTS:
            return manifest.events_url
        if envelope.type == COMMANDS:
            command = manifest.command(str(envelope.act.payload["command"]))
            return command.url if command else ""
        return manifest.interactivity_url

    async def _ask(self, url: str, body: str, headers: dict[str, str]) -> httpx.Response:
        if not is_loopback(url):
            raise Refused(f"{url!r} is not on this machine")
        signed = headers | self._signature(body)
        # No certificate is trusted or loaded: only http on loopback is asked.
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        async with (
            asyncio.timeout(self._patience.ack),
            httpx.AsyncClient(verify=trust, trust_env=False, timeout=None) as client,  # noqa: S113  (above)
        ):
            return await client.post(url, content=body.encode(), headers=signed)

    def _signature(self, body: str) -> dict[str, str]:
        at = str(int(time.time() - self.signed_ago))
        signed = hmac.new(self._app.signing_secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256)
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signed.hexdigest()}"}


def _encoded(envelope: Envelope) -> tuple[str, dict[str, str]]:
    """The body and its headers, as Slack posts each kind."""
    payload = envelope.act.payload
    if envelope.type == COMMANDS:
        return urlencode(payload), {"Content-Type": FORM}
    if envelope.type != EVENTS:
        return urlencode({"payload": json.dumps(payload)}), {"Content-Type": FORM}
    tried = {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": envelope.reason}
    return json.dumps(payload), {"Content-Type": JSON} | (tried if envelope.attempt else {})


def _said(envelope: Envelope, answer: httpx.Response) -> Json | None:
    """The answer in the body, which Slack takes as the ack's payload."""
    if not answer.text or not envelope.takes_answer:
        return None
    if answer.headers.get("content-type", "").startswith(JSON):
        told = answer.json()
        return told if isinstance(told, dict) else None
    return {"text": answer.text}
