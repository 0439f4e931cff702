"""When a network that asked us to wait may be asked again.

    asked_to_wait(status, headers, body, now) -> datetime | None

Five ways of saying it are understood: `Retry-After` in seconds or as a date (RFC 9110), and
`X-RateLimit-Reset` (or `RateLimit-Reset`) as epoch seconds (X, GitHub), as seconds from now (Reddit)
or as ISO 8601 (Mastodon); and fields of a JSON body: `backoff` (Stack Exchange), `retry_after`
(Discord), `wait_seconds` (Discourse); and Google's words for a spent quota. The answer is always between
1 second and 24 hours from now.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(hours=24)
UNTOLD = timedelta(seconds=60)
"""How long to wait when we were told to, but not until when (GitHub's advice for its 403)."""

_EPOCH_FROM = 1e9
_MILLISECONDS_FROM = 1e11
_LARGEST_BODY = 64 * 1024
_RESETS = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
_REMAINING = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_DAY_IS_SPENT = re.compile(rb'"quota_remaining"\s*:\s*0\b')  # Stack Exchange counts by days of UTC
_IN_SECONDS = re.compile(rb"available in (\d{1,6}) seconds")  # Stack Exchange's throttle, in words
_FIELDS = ("backoff", "retry_after", "wait_seconds")
_SPENT = {
    "quotaExceeded": 3600,
    "dailyLimitExceeded": 3600,
    "rateLimitExceeded": 60,
    "userRateLimitExceeded": 60,
}
"""Seconds by Google's reason for a 403, which says neither until when nor that the key is good."""
_MAY_MEAN_WAIT = frozenset({400, 403, 429, 503})


def asked_to_wait(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> datetime | None:
    """Until when not to ask again, or None when nothing said so. Header names are lower case.

    A good answer can say so too: nothing remains of the budget, or the body asks for a pause.
    """
    if status >= 400 and status not in _MAY_MEAN_WAIT:
        return None
    told = _by_header(status, headers, now) or _by_body(status, headers, body, now)
    if told is None and status == 403:
        told = _by_reason(body, now)
    if told is None and status == 429:
        told = _reset(headers, now) or now + UNTOLD
    if told is None and _nothing_remains(headers):
        told = _reset(headers, now)
    return min(max(told, now + SHORTEST), now + LONGEST) if told else None


def _by_header(status: int, headers: Mapping[str, str], now: datetime) -> datetime | None:
    # On a good answer Retry-After means other things (202: ask for the result again).
    text = headers.get("retry-after", "")
    return _moment(text, now) if status >= 400 else None


def _reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    texts = (headers[name] for name in _RESETS if name in headers)
    return next((found for text in texts if (found := _moment(text, now))), None)


def _nothing_remains(headers: Mapping[str, str]) -> bool:
    texts = (headers[name] for name in _REMAINING if name in headers)
    return any((left := _number(text)) is not None and left < 1 for text in texts)


def _by_body(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> datetime | None:
    # A large good answer is parsed once, by its connector; only Stack Exchange pauses us by one.
    fields = _FIELDS if status >= 400 else _FIELDS[:1]
    if len(body) > _LARGEST_BODY and status >= 400:
        return None
    if "json" not in headers.get("content-type", ""):
        return None
    if status < 400 and _DAY_IS_SPENT.search(body):
        return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if status >= 400 and b'"throttle_violation"' in body:
        told_of = _IN_SECONDS.search(body)
        return _after(float(told_of[1]), now) if told_of else now + UNTOLD
    if not _mentions(body, fields):
        return None
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return _first_wait(told, fields, now)


def _by_reason(body: bytes, now: datetime) -> datetime | None:
    if len(body) > _LARGEST_BODY or not _mentions(body, ("reason",)):
        return None
    try:
        errors = json.loads(body)["error"]["errors"]
        reasons = [str(error["reason"]) for error in errors]
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return next((_after(_SPENT[reason], now) for reason in reasons if reason in _SPENT), None)


def _mentions(body: bytes, fields: tuple[str, ...]) -> bool:
    return any(f'"{field}"'.encode() in body for field in fields)


def _first_wait(told: object, fields: tuple[str, ...], now: datetime) -> datetime | None:
    if not isinstance(told, dict):
        return None
    extras = told.get("extras")  # Discourse: {"errors": [..], "extras": {"wait_seconds": 9}}
    parts = [told, extras] if isinstance(extras, dict) else [told]
    for seconds in (part.get(field) for part in parts for field in fields):
        if isinstance(seconds, int | float) and not isinstance(seconds, bool):
            return _after(float(seconds), now)
    return None


def _moment(text: str, now: datetime) -> datetime | None:
    number = _number(text)
    if number is None:
        return _date(text)
    if number >= _MILLISECONDS_FROM:
        number /= 1000
    if number >= _EPOCH_FROM:
        number -= now.timestamp()
    return _after(number, now)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _after(seconds: float, now: datetime) -> datetime | None:
    if not math.isfinite(seconds):
        return None
    return now + timedelta(seconds=min(max(seconds, 0), LONGEST.total_seconds()))


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
