"""How often Mastodon may be asked, and the headers that say how often still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from bot.sandbox.clocks import WorldClock
from bot.sandbox.log import stamp
from bot.sandbox.network.state import Token

MOST = 300
WINDOW, PAGING_WINDOW = 300, 900
"""Seconds. Mastodon's own code counts paging apart, in the longer one."""
PAGING = ("page", "min_id", "max_id", "since_id")


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of the window that is nearest to its end; below nothing the request is refused."""

    limit: int
    remaining: int
    reset: datetime

    @property
    def headers(self) -> dict[str, str]:
        """As every answer carries them; the reset is an ISO 8601 time, not a number."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.remaining)),
            "X-RateLimit-Reset": stamp(self.reset),
        }


class Limits:
    """Counts by account, or by address for those without a token; windows are the world clock's."""

    def __init__(self, world: WorldClock) -> None:
        self._world = world
        self._counted: dict[tuple[str, int], tuple[int, int]] = {}
        self.most = MOST
        self.relaxed = False

    def count(self, request: Request, token: Token | None) -> Left:
        """Counts this request; when relaxed, every request is the first."""
        address = request.client.host if request.client else ""
        who = token.account or token.word if token else address
        return min(self._windows(who, request), key=lambda each: each.remaining)

    def _windows(self, who: str, request: Request) -> Iterator[Left]:
        yield self._left(who, WINDOW)
        if any(request.query_params.get(name) for name in PAGING):
            yield self._left(f"{who} paging", PAGING_WINDOW)

    def _left(self, who: str, seconds: int) -> Left:
        place = int(self._world.now().timestamp()) // seconds
        before, count = self._counted.get((who, seconds), (place, 0))
        count = 1 if before != place or self.relaxed else count + 1
        self._counted[who, seconds] = (place, count)
        return Left(self.most, self.most - count, datetime.fromtimestamp((place + 1) * seconds, UTC))
