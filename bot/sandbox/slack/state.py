"""One Slack workspace as it stands: people, channels, messages, views, unread marks."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.slack.app import App
from bot.sandbox.slack.shown import Message, View

Json = dict[str, Any]


class SlackError(Exception):
    """What the Web API answers with ok:false; `word` is Slack's own, and so are the fields of `more`."""

    def __init__(self, word: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(word)
        self.word = word
        self.messages = messages or []
        self.more = more


class Refused(LookupError):
    """A person cannot do this: there is no such button, view or channel before them."""


@dataclass(slots=True)
class User:
    """A person or bot, with the fields of users.info that apps read.

    Of another workspace when `team_id` says so; `is_stranger` then tells that no shared channel is left.
    """

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    is_stranger: bool = False
    team_id: str = ""
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    dnd: Json = field(default_factory=lambda: {"dnd_enabled": False})

    def wire(self, now: datetime) -> Json:
        """As users.info has it; tz_offset is that of `now`. Of a deleted user Slack tells less."""
        told: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now.timestamp()),
            "profile": self._profile(),
        }
        told |= {"is_stranger": True} if self.is_stranger else {}
        return told if self.deleted else told | self._alive(now)

    def _profile(self) -> Json:
        return {
            "real_name": self.real_name,
            "display_name": self.real_name,
            "status_text": self.status_text,
            "status_emoji": self.status_emoji,
            "status_expiration": self.status_expiration,
            "team": self.team_id,
        }

    def _alive(self, now: datetime) -> Json:
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": self.is_admin,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
        }


@dataclass(slots=True)
class UserGroup:
    """Several people under one @handle."""

    id: str
    handle: str
    name: str
    users: list[str]
    is_disabled: bool = False


@dataclass(slots=True)
class Channel:
    """A channel, or the direct messages of the app with `im_user`. In a read-only one few may post."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_read_only: bool = False
    im_user: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    ephemeral: dict[str, Message] = field(default_factory=dict)


class Workspace:
    """All of one workspace; hold the ground's lock around whatever reads or changes it."""

    def __init__(self, app: App, team_id: str = "T0STANDIN", name: str = "At home") -> None:
        self.app = app
        self.ground = app.ground
        self.team_id = team_id
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.bot_id = team_id.replace("T", "B", 1)
        self.bot_token = ""
        self.former_tokens: set[str] = set()
        self.granted: frozenset[str] = frozenset()
        self.users: dict[str, User] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.stacks: defaultdict[str, list[str]] = defaultdict(list)
        self.homes: dict[str, str] = {}
        self.unread: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._last_ts = 0
        self.bot = self.add_user(app.manifest.bot_name, app.manifest.name, is_bot=True)

    @property
    def home_tab_enabled(self) -> bool:
        """Whether the app has a Home tab: the manifest's word, which may be changed here."""
        return self.app.manifest.home_tab

    @home_tab_enabled.setter
    def home_tab_enabled(self, enabled: bool) -> None:
        self.app.change(home_tab=enabled)

    @property
    def messages_tab_enabled(self) -> bool:
        """Whether the app may write direct messages: the manifest's word, which may be changed here."""
        return self.app.manifest.messages_tab

    @messages_tab_enabled.setter
    def messages_tab_enabled(self, enabled: bool) -> None:
        self.app.change(messages_tab=enabled)

    @property
    def installed(self) -> bool:
        """Whether the app has a token here."""
        return bool(self.bot_token)

    def install(self, scopes: frozenset[str]) -> None:
        """Grant these scopes besides those granted already; the token stays while there is one."""
        self.granted |= scopes
        self.bot_token = self.bot_token or f"xoxb-standin-{secrets.token_hex(12)}"

    def uninstall(self) -> None:
        """The token is dead from here on."""
        self.former_tokens.add(self.bot_token)
        self.bot_token, self.granted = "", frozenset()

    def needs(self, scope: str) -> None:
        """SlackError missing_scope when it was not granted."""
        if scope and scope not in self.granted:
            provided = ",".join(sorted(self.granted))
            raise SlackError("missing_scope", needed=scope, provided=provided)

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
        return self.app.new_id(prefix)

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
