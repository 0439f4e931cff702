"""Whether a call was signed with one of our keys, just now.

Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): `webhook-id`,
`webhook-timestamp` and `webhook-signature`, HMAC-SHA256 over "id.timestamp.body" with the key's bytes.
`X-Hub-Signature-256` (GitHub's way): HMAC-SHA256 over the body with the key as it is written. It tells no id
and no time, so the body itself is its id.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)
_ID = re.compile(r"[\x21-\x7e]{1,256}", re.ASCII)
_HUB = re.compile(r"sha256=([0-9a-fA-F]{64})", re.ASCII)
_STANDARD = ("webhook-id", "webhook-timestamp", "webhook-signature")
_MOST = 10
"""Signatures that are compared: one for each key while keys change."""


class NotSigned(Exception):
    """Why a call is not believed; `do` says what to do."""

    def __init__(self, why: str, do: str) -> None:
        super().__init__(why)
        self.do = do


def checked(headers: Mapping[str, str], body: bytes, keys: Sequence[str], now: datetime) -> str:
    """The id of the call. Raises NotSigned."""
    given = [headers.get(name, "") for name in _STANDARD]
    if any(given):
        return _standard(given, body, keys, now)
    hub = headers.get("x-hub-signature-256", "")
    if not hub:
        raise NotSigned(
            "the call is not signed",
            "Send webhook-id, webhook-timestamp and webhook-signature, or X-Hub-Signature-256.",
        )
    return _hub(hub, body, keys)


def same_key(given: str, keys: Sequence[str]) -> bool:
    """Whether this is one of the keys; for those that stand in an address."""
    return any(hmac.compare_digest(given.encode("utf-8", "replace"), key.encode()) for key in keys)


def of_body(body: bytes) -> str:
    """The id of a call that tells none: what it says."""
    return f"body {hashlib.sha256(body).hexdigest()}"


def _standard(given: Sequence[str], body: bytes, keys: Sequence[str], now: datetime) -> str:
    call, stamp, signatures = given
    if not (_ID.fullmatch(call) and _TIME.fullmatch(stamp) and signatures):
        raise NotSigned(
            "webhook-id, webhook-timestamp or webhook-signature is missing, or not in its form",
            "Send all three; the time is in whole seconds since 1970.",
        )
    at = datetime.fromtimestamp(min(int(stamp), 253_402_300_799), UTC)
    if abs(now - at) > TOLERANCE:
        raise NotSigned(
            "webhook-timestamp is more than 5 minutes from our time",
            "Sign each try anew with the time of the try, and check the clock of the sending machine.",
        )
    basis = f"{call}.{stamp}.".encode() + body
    wanted = [hmac.digest(raw, basis, hashlib.sha256) for raw in map(_bytes, keys) if raw]
    if not any(hmac.compare_digest(one, each) for one in _v1(signatures) for each in wanted):
        raise _foreign("webhook-signature")
    return call


def _v1(signatures: str) -> Iterator[bytes]:
    for each in signatures.split()[:_MOST]:
        version, _, text = each.partition(",")
        if version == "v1":
            try:
                yield base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                continue


def _hub(hub: str, body: bytes, keys: Sequence[str]) -> str:
    found = _HUB.fullmatch(hub)
    wanted = [hmac.digest(key.encode(), body, hashlib.sha256) for key in keys]
    if not found or not any(hmac.compare_digest(bytes.fromhex(found[1]), each) for each in wanted):
        raise _foreign("X-Hub-Signature-256")
    return of_body(body)


def _foreign(header: str) -> NotSigned:
    return NotSigned(
        f"{header} was not made with a key of this address over this body",
        "Sign the body byte for byte as it is sent; byhand watches rotate gives a new key.",
    )


def _bytes(key: str) -> bytes | None:
    text = key.removeprefix("whsec_")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
