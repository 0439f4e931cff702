"""Requests signed as Slack signs them, for what the stand-in would not send: old, foreign, or once more."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from bot.sandbox.slack.acts import Act

SECRET = "standin0123456789abcdef"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def signed(body: bytes, secret: str = SECRET, *, at: float | None = None) -> dict[str, str]:
    """Slack's two headers for a body (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    stamp = str(int(time.time() if at is None else at))
    basis = b"v0:" + stamp.encode() + b":" + body
    signature = hmac.new(secret.encode(), basis, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}


def once_more(act: Act) -> tuple[bytes, dict[str, str]]:
    """What Slack sent for this act, body and headers, to be sent again."""
    if act.kind == "event":
        body, kind = json.dumps(act.payload).encode(), JSON
    else:
        body, kind = urlencode({"payload": json.dumps(act.payload)}).encode(), FORM
    return body, kind | signed(body)
