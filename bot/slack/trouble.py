"""What a failed call of Slack means: certainly not done, perhaps done, or refused for good."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.errors import Ambiguous, NotSent, Rejected, SendingError
from bot.domain.ports import Clock

T = TypeVar("T")

NEVER_LEFT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
"""Raised while connecting: not a byte of the request had left."""

PERHAPS = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
"""Slack's names for its own failures; it says of them that part of the call may have been done."""

TOO_MANY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
A_NAME = re.compile(r"[A-Za-z0-9_.:-]+")
WHEN_UNSAID = 30
"""Seconds to wait when Slack asks for patience without saying how much."""


def calling(call: Callable[[], T], clock: Clock, *, again: bool) -> T:
    """Make the call. Raises NotSent, Ambiguous or Rejected.

    With `again` the call may safely be made twice, so that a lost answer is NotSent and not Ambiguous.
    """
    try:
        return call()
    except SlackApiError as refusal:
        error = _refusal(refusal, clock)
    except (SlackClientError, OSError, ValueError) as lost:
        error = _lost(lost)
    if again and isinstance(error, Ambiguous):
        error = NotSent(str(error))
    raise error


def code_of(refusal: SlackApiError) -> str:
    """Slack's name for the error; `no answer` when it was not even JSON, as from a proxy between."""
    told = str(refusal.response.get("error") or "")
    # In place of a name slack_sdk puts a sentence, with what came instead of JSON.
    return told if A_NAME.fullmatch(told) else "no answer"


def _refusal(refusal: SlackApiError, clock: Clock) -> SendingError:
    code = code_of(refusal)
    status = _status(refusal)
    if status == 429 or code in TOO_MANY:
        return NotSent("Slack asks for patience", clock() + timedelta(seconds=_patience(refusal)))
    if status >= 500 or code in PERHAPS or code == "no answer":
        return Ambiguous(f"Slack failed by itself: {code}")
    return Rejected(code)


def _status(refusal: SlackApiError) -> int:
    response = refusal.response
    return int(response["status"] if isinstance(response, dict) else response.status_code)


def _patience(refusal: SlackApiError) -> int:
    response = refusal.response
    headers = response["headers"] if isinstance(response, dict) else response.headers
    told = {str(name).lower(): value for name, value in headers.items()}.get("retry-after", "")
    return int(told) if str(told).isdigit() else WHEN_UNSAID


def _lost(lost: Exception) -> SendingError:
    reason = lost.reason if isinstance(lost, URLError) else lost
    if isinstance(reason, NEVER_LEFT):
        return NotSent(f"Slack was not reached: {type(reason).__name__}")
    return Ambiguous(f"the answer was lost: {type(reason).__name__}")
