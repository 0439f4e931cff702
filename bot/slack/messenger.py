"""Posting, editing and asking who somebody is: the port Slack, one call each and never a second."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.domain.errors import NotSent, Rejected, SendingError
from bot.domain.model import Workspace
from bot.domain.ports import Channel, Clock, Person, Posted
from bot.domain.screens import HomeScreen, Screen
from bot.slack.faces import draw
from bot.slack.home import home, print_of
from bot.slack.trouble import calling

OUT = frozenset({":palm_tree:", ":face_with_thermometer:"})
"""What Slack itself proposes for "Vacationing" and "Out sick"."""
SAYS_OUT = re.compile(
    r"\b(ooo|out of (the )?office|(out|off) sick|(on|parental|annual) leave|on holidays?|vacation(ing)?)\b",
    re.IGNORECASE,
)

Clients = Callable[[str], WebClient]
"""The client for a Slack team."""
Call = Callable[[WebClient], SlackResponse]

MISSING_SCOPE = "missing_scope"
UNKNOWN_CHANNEL = "channel_not_found"
UNKNOWN_PERSON = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


@dataclass(frozen=True, slots=True)
class Messenger:
    """Fits the port `Slack`.

    Where Slack asked for patience, nothing is called until then, whoever asks. That is kept in memory: after
    a restart Slack says it again. `untold` are the teams that granted no scope for do-not-disturb.
    """

    clients: Clients
    clock: Clock
    patience: dict[tuple[str, str], datetime] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)

    def post(self, workspace: Workspace, where: str, screen: Screen) -> Posted:
        """A new message: a ring. A user id as `where` is their direct messages with the app.

        Raises NotSent, Ambiguous or Rejected.
        """
        text, blocks = draw(screen)
        answer = self._call(
            workspace,
            "post",
            lambda client: client.chat_postMessage(
                channel=where, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
            ),
            again=False,
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def edit(self, workspace: Workspace, posted: Posted, screen: Screen, *, as_text: bool = False) -> None:
        """Silent, `as_text` without blocks. Raises NotSent (an edit may be repeated) or Rejected."""
        text, blocks = draw(screen)
        blocks = [] if as_text else blocks
        self._call(
            workspace,
            "edit",
            lambda client: client.chat_update(channel=posted.channel, ts=posted.ts, text=text, blocks=blocks),
        )

    def publish(self, workspace: Workspace, slack_user: str, screen: HomeScreen, shown: str) -> str:
        """The Home tab of one person, silently, unless it shows this already; gives the print of it.

        Raises NotSent (it may be repeated) or Rejected.
        """
        looks, view = print_of(screen), home(screen)
        if looks != shown:
            self._call(workspace, "home", lambda client: client.views_publish(user_id=slack_user, view=view))
        return looks

    def person(self, workspace: Workspace, slack_user: str) -> Person | None:
        """Who that is, or None when Slack knows nobody by this id. Raises NotSent or Rejected."""
        try:
            answer = self._call(workspace, "person", lambda client: client.users_info(user=slack_user))
        except Rejected as refusal:
            if refusal.code in UNKNOWN_PERSON:
                return None
            raise
        return read_person(answer["user"], workspace)

    def rests_until(self, workspace: Workspace, slack_user: str) -> datetime | None:
        """Until when this person is not to be disturbed now; a hint, and None where Slack does not tell."""
        if workspace.team in self.untold:
            return None
        try:
            told = self._call(workspace, "rest", lambda client: client.dnd_info(user=slack_user))
        except SendingError as refusal:
            if isinstance(refusal, Rejected) and refusal.code == MISSING_SCOPE:
                self.untold.add(workspace.team)
            return None
        return read_rest(told, self.clock())

    def channel(self, workspace: Workspace, channel: str) -> Channel | None:
        """How a channel is now, or None when it is not there for us. Raises NotSent or Rejected."""
        try:
            answer = self._call(
                workspace, "channel", lambda client: client.conversations_info(channel=channel)
            )
        except Rejected as refusal:
            if refusal.code == UNKNOWN_CHANNEL:
                return None
            raise
        return read_channel(answer["channel"])

    def _call(self, workspace: Workspace, what: str, call: Call, *, again: bool = True) -> SlackResponse:
        client, key = self.clients(workspace.team), (workspace.team, what)
        until = self.patience.get(key)
        if until and self.clock() < until:
            raise NotSent("Slack asked for patience", until)
        try:
            return calling(lambda: call(client), self.clock, again=again)
        except NotSent as refusal:
            if refusal.until:
                self.patience[key] = refusal.until
            raise


def read_rest(told: Mapping[str, Any] | SlackResponse, now: datetime) -> datetime | None:
    """When do-not-disturb ends, if it is on at `now`: by its hours, or for a while."""
    starts, ends = (_moment(told.get(f"next_dnd_{name}_ts")) for name in ("start", "end"))
    by_hours = ends if told.get("dnd_enabled") and starts and starts <= now else None
    a_while = _moment(told.get("snooze_endtime")) if told.get("snooze_enabled") else None
    return max((at for at in (by_hours, a_while) if at and at > now), default=None)


def read_channel(told: Mapping[str, Any]) -> Channel:
    """A Slack channel; an invitation to another organisation counts before it is accepted."""
    return Channel(
        name=told.get("name") or "",
        is_member=bool(told.get("is_member")),
        is_shared=bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared")),
        is_archived=bool(told.get("is_archived")),
    )


def read_person(user: Mapping[str, Any], workspace: Workspace) -> Person:
    """A Slack user. Guests, strangers and members of other workspaces are outside.

    Presence says nothing: who is on a phone, or in a meeting, is in.
    """
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user["name"]
    guest = any(user.get(sign) for sign in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    teams = {user.get("team_id"), *(user.get("enterprise_user") or {}).get("teams", ())}
    return Person(
        slack_user=user["id"],
        name=name,
        zone=user.get("tz") or workspace.zone,
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        is_deleted=bool(user.get("deleted")),
        is_outside=guest or workspace.team not in teams,
        is_out=profile.get("status_emoji") in OUT or bool(SAYS_OUT.search(profile.get("status_text") or "")),
        out_until=_moment(profile.get("status_expiration")),
    )


def _moment(seconds: int | None) -> datetime | None:
    """Slack writes 0 for none."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
