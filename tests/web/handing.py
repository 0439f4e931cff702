"""A program that hands mentions to us over real HTTP, written from the specifications."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import httpx

_numbers = count(1)


def standard(body: bytes, key: str, at: datetime, call: str = "", *more: str) -> dict[str, str]:
    """The three headers of Standard Webhooks, signed with `key` and then with each of `more`."""
    call, stamp = call or f"msg_{next(_numbers)}", str(int(at.timestamp()))
    basis = b".".join([call.encode(), stamp.encode(), body])
    raw = [base64.b64decode(one[len("whsec_") :]) for one in (key, *more)]
    signed = [base64.b64encode(hmac.new(one, basis, hashlib.sha256).digest()).decode() for one in raw]
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    return dict(zip(names, (call, stamp, " ".join(f"v1,{one}" for one in signed)), strict=True))


def hub(body: bytes, key: str) -> dict[str, str]:
    """GitHub's one header."""
    return {"X-Hub-Signature-256": f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"}


@dataclass
class Sender:
    """One program with its address and key."""

    url: str
    key: str
    clock: Any
    client: httpx.Client

    def send(self, what: Any, to: str = "mentions", **headers: str) -> httpx.Response:
        """Sign it and send it; `headers` come on top."""
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        return self.bare(body, standard(body, self.key, self.clock()) | headers, to)

    def bare(self, body: bytes, headers: dict[str, str], to: str = "mentions") -> httpx.Response:
        """Send just this."""
        return self.client.post(f"{self.url}/{to}", content=body, headers=headers)


def mention(id: object = "1", **fields: Any) -> dict[str, Any]:
    """A mention in every field."""
    return {
        "id": id,
        "url": f"https://forum.example/t/{id}",
        "text": "Does the export keep my tags? ありがとう 🌱",
        "author": {"name": "Mei Tanaka", "handle": "@mei", "id": "31", "url": "https://forum.example/u/mei"},
        "created_at": "2026-03-02T08:59:00Z",
        "network": "forum.example",
        "to_us": True,
        "language": "en",
        **fields,
    }
