"""Faults on demand, the clocks and the limits, and waiting for what the app does."""

from __future__ import annotations

from typing import Any

from bot.sandbox.faults import Fault
from bot.sandbox.slack.hold import Hold


class Trouble(Hold):
    """What goes wrong next, and when."""

    def fail(self, method: str, times: int = 1, **how: Any) -> None:
        """The next calls of `method` (or a pattern such as `chat.*`) go wrong.

        how: error="channel_not_found", retry_after=30 (a 429), status=503, delay=0.5, or
        drop_answer=True, which takes the message and then drops the connection.
        """
        if "retry_after" in how:
            how["headers"] = {"Retry-After": str(how.pop("retry_after"))}
            how["status"] = 429
        self._shared.faults.plan(Fault(method, times, **how))

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect; also warning, link_disabled, too_many_websockets."""
        self._shared.sockets.disconnect(reason)

    def close_sockets(self) -> None:
        """Every socket ends cleanly."""
        self._shared.sockets.close()

    def reset_sockets(self) -> None:
        """Every socket's TCP connection is reset."""
        self._shared.sockets.reset()

    def freeze_sockets(self) -> None:
        """Half open: Slack reads and answers nothing on them, until a new one makes it forget them."""
        self._shared.sockets.freeze()

    def deliver_twice(self, event: str = "*", times: int = 1) -> None:
        """The next events of that type (or pattern) come twice, with the same event_id and no retry sign."""
        self._shared.doubled.plan(Fault(f"twice:{event}", times))

    def sign_late(self, seconds: float) -> None:
        """In HTTP mode requests are signed as if so long ago; apps refuse what is older than 300 s."""
        self._shared.request_urls.signed_ago = seconds

    def heal(self) -> None:
        """Forget all faults that were planned and have not been met."""
        self._shared.faults.heal()
        self._shared.doubled.heal()
        self._shared.request_urls.signed_ago = 0.0

    def relax(self, relaxed: bool = True) -> None:
        """Whether calls come as often as they like, or within Slack's limits."""
        self._shared.limits.relaxed = relaxed

    def advance_wire(self, seconds: float) -> None:
        """Let triggers, response URLs, codes and the calls that limits count grow old without waiting."""
        self._ground.wire.advance(seconds)

    def wait_connected(self, number: int = 1, timeout: float = 10.0) -> None:
        """Until the app has that many sockets open."""
        self.wait_for(lambda: self._shared.sockets.connections >= number, timeout)

    def log_lines(self) -> str:
        """The log so far, as JSON lines."""
        return self._ground.log.file.read_text(encoding="utf-8")
