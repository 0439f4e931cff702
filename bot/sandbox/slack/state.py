"""One Slack workspace as it stands: people, channels, messages, views, unread marks."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.log import Ground

Json = dict[str, Any]

BOT_SCOPES = frozenset({"channels:read", "chat:write", "commands", "groups:read", "users:read"})
EVENTS = frozenset({"app_home_opened", "app_uninstalled", "tokens_revoked", "user_change"})


class SlackError(Exception):
    """What the Web API answers with ok:false; `word` is Slack's own."""

    def __init__(self, word: str, messages: list[str] | None = None) -> None:
        super().__init__(word)
        self.word = word
        self.messages = messages or []


class Refused(LookupError):
    """A person cannot do this: there is no such button, view or channel before them."""


@dataclass(slots=True)
class User:
    """A person or bot of the workspace, with the fields of users.info that apps read."""

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    team_id: str = ""
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    dnd: Json = field(default_factory=lambda: {"dnd_enabled": False})

    def wire(self, now: datetime) -> Json:
        """As users.info has it; tz_offset is that of `now`."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_bot": self.is_bot,
            "is_admin": self.is_admin,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_app_user": False,
            "updated": int(now.timestamp()),
            "profile": {
                "real_name": self.real_name,
                "display_name": self.real_name,
                "status_text": self.status_text,
                "status_emoji": self.status_emoji,
                "status_expiration": self.status_expiration,
                "team": self.team_id,
            },
        }


@dataclass(slots=True)
class Message:
    """A message; `only_for` makes it ephemeral."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    bot_id: str = ""
    thread_ts: str = ""
    reply_broadcast: bool = False
    metadata: Json | None = None
    edited: str = ""
    only_for: str = ""

    def wire(self) -> Json:
        """As Slack has it in answers and payloads."""
        wire: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text}
        wire |= {"blocks": self.blocks} if self.blocks else {}
        wire |= {"bot_id": self.bot_id} if self.bot_id else {}
        wire |= {"thread_ts": self.thread_ts} if self.thread_ts else {}
        wire |= {"edited": {"user": self.user, "ts": self.edited}} if self.edited else {}
        return wire


@dataclass(slots=True)
class Channel:
    """A channel, or the direct messages of the app with `im_user`."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    im_user: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    ephemeral: dict[str, Message] = field(default_factory=dict)


@dataclass(slots=True)
class View:
    """A modal or home tab; `told` is its wire form but for the state."""

    id: str
    user: str
    told: Json
    errors: Json = field(default_factory=dict)

    @property
    def is_home(self) -> bool:
        """A home tab rather than a modal."""
        return bool(self.told["type"] == "home")


class Workspace:
    """All of one workspace; hold the ground's lock around whatever reads or changes it."""

    def __init__(self, ground: Ground, team_id: str = "T0STANDIN", name: str = "At home") -> None:
        self.ground = ground
        self.team_id = team_id
        self.name = name
        self.domain = "at-home"
        self.app_id = "A0STANDIN"
        self.bot_id = "B0STANDIN"
        self.bot_token = f"xoxb-standin-{secrets.token_hex(12)}"
        self.app_token = f"xapp-standin-{secrets.token_hex(12)}"
        self.verification = secrets.token_hex(12)
        self.messages_tab_enabled = True
        self.home_tab_enabled = True
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.stacks: defaultdict[str, list[str]] = defaultdict(list)
        self.homes: dict[str, str] = {}
        self.unread: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._ids = count(1)
        self._last_ts = 0
        self.bot = self.add_user("byhand", "By Hand", is_bot=True)

    def add_user(self, name: str, real_name: str = "", **facts: Any) -> User:
        """`facts` are fields of User; without `id` it gets a new one."""
        facts.setdefault("team_id", self.team_id)
        user = User(
            id=facts.pop("id", "") or self.new_id("U"),
            name=name,
            real_name=real_name or name.capitalize(),
            **facts,
        )
        ZoneInfo(user.tz)
        self.users[user.id] = user
        return user

    def new_id(self, prefix: str) -> str:
        """An id of Slack's form, unlike any other of this run."""
        return f"{prefix}0STAND{next(self._ids):05d}"

    def next_ts(self) -> str:
        """The world's time as a message ts; later than every ts before it."""
        self._last_ts = max(int(self.ground.world.now().timestamp() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def user(self, name: str) -> User:
        """By id or name; user_not_found otherwise."""
        for user in self.users.values():
            if name in (user.id, user.name):
                return user
        raise SlackError("user_not_found")

    def channel(self, name: str) -> Channel:
        """By id, name, or the id of a user whose direct messages with the app exist."""
        plain = name.removeprefix("#")
        for channel in self.channels.values():
            if plain and plain in (channel.id, channel.name, channel.im_user):
                return channel
        raise SlackError("channel_not_found")

    def open_im(self, user: User) -> Channel:
        """The direct messages of the app with that person, made if need be."""
        for channel in self.channels.values():
            if channel.im_user == user.id:
                return channel
        channel = Channel(
            self.new_id("D"), "", members={user.id, self.bot.id}, is_private=True, im_user=user.id
        )
        self.channels[channel.id] = channel
        return channel


def at(ts: str) -> datetime:
    """The world's time that a ts names."""
    return datetime.fromtimestamp(float(ts), UTC)
