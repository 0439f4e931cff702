"""What an answer's status means for the one who asked, as the errors of `bot.domain.errors`."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.domain.errors import Gone, NeedsSignIn, OverBudget, RateLimited, Unavailable
from bot.reading.wire import Incoming

_GOOD = frozenset({200, 201, 202, 203, 204, 304})
UNPAID = timedelta(hours=6)
"""When to try again where an account has no money left: people fill it up when they like."""
_LARGEST_BODY = 64 * 1024
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,60}", re.ASCII)


def spoken(headers: Mapping[str, str], body: bytes) -> str:
    """The network's own name of an error: `error` of a JSON body, the first `reason` of its details (Google),
    or the last part of its `type` (RFC 9457).

    Nothing where there is none; never more than one plain word.
    """
    if "json" not in headers.get("content-type", "") or len(body) > _LARGEST_BODY:
        return ""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    said = (told.get("error") or told.get("type")) if isinstance(told, dict) else None
    if isinstance(said, dict):
        said = _reason(said.get("details"))
    word = said.rpartition("/")[2] if isinstance(said, str) else ""
    return word if _WORD.fullmatch(word) else ""


def wants_nonce(incoming: Incoming) -> bool:
    """Whether a proof was refused only for its nonce (RFC 9449, sections 8 and 9): by an issuer in the body,
    by who is read in a header."""
    if incoming.status not in (400, 401) or not incoming.headers.get("dpop-nonce"):
        return False
    challenge = incoming.headers.get("www-authenticate", "")
    return (
        'error="use_dpop_nonce"' in challenge or spoken(incoming.headers, incoming.body) == "use_dpop_nonce"
    )


def _reason(details: object) -> object:
    parts = details if isinstance(details, list) else []
    return next((part["reason"] for part in parts if isinstance(part, dict) and "reason" in part), None)


def judge(
    status: int,
    host: str,
    wait: datetime | None,
    now: datetime,
    *,
    known: bool,
    sign_in: Collection[int],
) -> None:
    """Return if the answer is good, else raise what to do next; `known` is whether we sent a credential, and
    `sign_in` are the statuses that ask for one.

    `wait` is what the answer itself said about asking again. The messages hold host and status only:
    an address can be a secret, and a body is outside text.
    """
    if status in _GOOD:
        return
    if wait is not None:
        raise RateLimited(f"{host} asked us to wait (answered {status})", wait)
    if status == 402:
        raise OverBudget(f"{host} wants to be paid first (answered 402)", now + UNPAID)
    if status in sign_in:
        why = "refused the credential" if known else "wants a sign-in"
        raise NeedsSignIn(f"{host} {why} (answered {status})")
    if status in (404, 410):
        raise Gone(f"{host} does not have it (answered {status})")
    raise Unavailable(f"{host} answered {status}")
