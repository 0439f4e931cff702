"""How often the app may call: Slack's tiers, and one message a second in a channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from enum import IntEnum

from bot.sandbox.clocks import WireClock

MINUTE = 60.0

# "One message a second, short bursts are tolerated": so many in so many seconds, in one channel.
BURST = 4


class Tier(IntEnum):
    """Calls of one method in one workspace in any 60 seconds (docs.slack.dev/apis/web-api/rate-limits)."""

    ONE = 1
    TWO = 20
    THREE = 50
    FOUR = 100
    SPECIAL = 200
    """Where Slack says "hundreds a minute"."""


class TooMany(Exception):
    """Answered with HTTP 429; `seconds` is the Retry-After."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class Limits:
    """Counts calls by the wire's clock; nothing is refused while `relaxed`."""

    def __init__(self, wire: WireClock, relaxed: bool) -> None:
        self.relaxed = relaxed
        self._wire = wire
        self._past: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def call(self, team: str, method: str, tier: Tier) -> None:
        """Count one call. Raises TooMany, and does not count it then."""
        self._admit((team, method), tier, MINUTE)

    def post(self, team: str, channel: str) -> None:
        """Count one new message in a channel. Raises TooMany, and does not count it then."""
        self._admit((team, channel), BURST, float(BURST))

    def _admit(self, key: tuple[str, str], most: int, seconds: float) -> None:
        now, past = self._wire.now(), self._past[key]
        while past and now - past[0] >= seconds:
            past.popleft()
        if len(past) >= most and not self.relaxed:
            raise TooMany(math.ceil(seconds - (now - past[0])))
        past.append(now)
