"""Trigger ids: three seconds of the wire's clock, for one modal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from bot.sandbox.clocks import WireClock
from bot.sandbox.slack.state import SlackError

SECONDS = 3.0


@dataclass(slots=True)
class _Trigger:
    team: str
    user: str
    since: float
    used: bool = False


class Triggers:
    """Issues trigger ids and takes each back once, in time, from the app in the same workspace."""

    def __init__(self, wire: WireClock) -> None:
        self._wire = wire
        self._numbers = count(1)
        self._issued: dict[str, _Trigger] = {}

    def issue(self, team: str, user: str) -> str:
        """A new one for what that person just did."""
        trigger_id = f"{next(self._numbers)}.{team}.{user}"
        self._issued[trigger_id] = _Trigger(team, user, self._wire.now())
        return trigger_id

    def use(self, team: str, trigger_id: str) -> str:
        """The user it was issued for; Slack's three errors otherwise."""
        trigger = self._issued.get(trigger_id)
        if trigger is None or trigger.team != team:
            raise SlackError("invalid_trigger_id")
        if self._wire.now() - trigger.since > SECONDS:
            raise SlackError("expired_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        trigger.used = True
        return trigger.user
