"""The Slack stand-in in one hand: what tests, the control API and the page do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from bot.sandbox.changes import Changes
from bot.sandbox.clocks import WorldClock
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.log import Ground
from bot.sandbox.slack import messages
from bot.sandbox.slack.acts import Act, Outcome
from bot.sandbox.slack.api import WebApi
from bot.sandbox.slack.doings import Doings
from bot.sandbox.slack.elements import Aim
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.responses import Responses
from bot.sandbox.slack.socket import Patience, SocketMode
from bot.sandbox.slack.state import Channel, Json, Message, Refused, SlackError, Workspace
from bot.sandbox.slack.triggers import Triggers

T = TypeVar("T")

# Beyond Slack's own patience; an act that still waits then is a fault of the sandbox.
GRACE_SECONDS = 5.0


class Slack:
    """One workspace with our app in it. People and channels are named by id or name."""

    def __init__(self, ground: Ground, patience: Patience) -> None:
        self._ground = ground
        self._patience = patience
        self.workspace = Workspace(ground)
        self.faults = Faults(ground)
        self.sockets = SocketMode(ground, self.workspace.app_id, patience)
        triggers = Triggers(ground.wire)
        self.responses = Responses(self.workspace)
        self._doings = Doings(self.workspace, self.sockets, triggers, self.responses)
        self.web_api = WebApi(self.workspace, self.sockets, triggers, self.responses, self.faults)
        self.api_url = ""

    @property
    def bot_token(self) -> str:
        """What the app posts with."""
        return self.workspace.bot_token

    @property
    def app_token(self) -> str:
        """What the app opens sockets with."""
        return self.workspace.app_token

    @property
    def changes(self) -> Changes:
        """The lock around it all."""
        return self._ground.changes

    @property
    def clock(self) -> WorldClock:
        """The world's clock."""
        return self._ground.world

    def now(self) -> datetime:
        """What time it is in the world."""
        return self._ground.world.now()

    # The workspace

    def add_user(self, name: str, real_name: str = "", **facts: Any) -> str:
        """The new user's id. `facts`: id, tz, is_bot, deleted, is_restricted, team_id, ..."""
        with self._ground.changes.making():
            return self.workspace.add_user(name, real_name, **facts).id

    def change_user(self, user: str, **facts: Any) -> Act | None:
        """Change fields of a user and send user_change."""
        with self._ground.changes.making():
            found = self._user(user)
            for name, value in facts.items():
                if not hasattr(found, name):
                    raise Refused(f"users have no {name}")
                setattr(found, name, value)
            wire = found.wire(self._ground.world.now())
            return self._doings.event({"type": "user_change", "user": wire})

    def add_channel(self, name: str, members: list[str] | None = None, bot: bool = True, **facts: Any) -> str:
        """The new channel's id. All people are in it unless `members` names some."""
        with self._ground.changes.making():
            people = [self._user(each) for each in members or [] if each]
            if members is None:
                people = [each for each in self.workspace.users.values() if not each.is_bot]
            ids = {each.id for each in people} | ({self.workspace.bot.id} if bot else set())
            channel_id = str(facts.pop("id", "")) or self.workspace.new_id("C")
            channel = Channel(channel_id, name.removeprefix("#"), members=ids, **facts)
            self.workspace.channels[channel.id] = channel
            return channel.id

    def change_channel(self, channel: str, **facts: Any) -> None:
        """Change fields of a channel, such as is_archived; `bot=False` takes the app out."""
        with self._ground.changes.making():
            found = self._channel(channel)
            if "bot" in facts:
                change = found.members.add if facts.pop("bot") else found.members.discard
                change(self.workspace.bot.id)
            for name, value in facts.items():
                if not hasattr(found, name):
                    raise Refused(f"channels have no {name}")
                setattr(found, name, value)

    # What people see

    def messages(self, channel: str, user: str = "") -> list[Json]:
        """Oldest first; with `user` also the ephemeral ones that this person sees."""
        with self._ground.changes.reading():
            found = self._channel(channel)
            seen = list(found.messages.values())
            if user:
                person = self._user(user).id
                seen += [each for each in found.ephemeral.values() if each.only_for == person]
            return [_told(each) for each in sorted(seen, key=lambda each: each.ts)]

    def dm_messages(self, user: str, ephemeral: bool = True) -> list[Json]:
        """The direct messages of the app with that person, oldest first."""
        with self._ground.changes.reading():
            channel = self.workspace.open_im(self._user(user))
            return self.messages(channel.id, user if ephemeral else "")

    def dm_channel(self, user: str) -> str:
        """The id of the direct messages with that person."""
        with self._ground.changes.making():
            return self.workspace.open_im(self._user(user)).id

    def unread(self, user: str) -> dict[str, int]:
        """Channel id -> unread messages; channels without any are left out."""
        with self._ground.changes.reading():
            counts = self.workspace.unread[self._user(user).id]
            return {channel: number for channel, number in counts.items() if number}

    def read(self, user: str, channel: str) -> None:
        """That person looks at the channel: its mark goes."""
        with self._ground.changes.making():
            self.workspace.unread[self._user(user).id].pop(self._channel(channel).id, None)

    def looked(self, user: str, channel: str) -> int:
        """The same when a page shows it, and how many were new; it tells nobody when there is no mark."""
        new = self.unread(user).get(channel, 0)
        if new:
            self.read(user, channel)
        return new

    def state(self) -> Json:
        """Who and what there is, for a look from outside."""
        with self._ground.changes.reading():
            return {
                "now": self.now().isoformat(),
                "connections": self.sockets.connections,
                "api_url": self.api_url,
                "users": [each.wire(self.now()) for each in self.workspace.users.values()],
                "channels": [
                    {"id": each.id, "name": each.name, "im_user": each.im_user}
                    for each in self.workspace.channels.values()
                ],
                "acts": [each.told() for each in self.acts],
            }

    def home(self, user: str) -> Json | None:
        """The home tab as last published for that person."""
        with self._ground.changes.reading():
            view = self.workspace.views.get(self.workspace.homes.get(self._user(user).id, ""))
            return dict(view.told) if view else None

    def modals(self, user: str) -> list[Json]:
        """The person's open modals, the top one last; each with `errors` by block_id."""
        with self._ground.changes.reading():
            stack = self.workspace.stacks[self._user(user).id]
            found = [self.workspace.views[view_id] for view_id in stack]
            return [view.told | {"errors": dict(view.errors)} for view in found]

    # What people do

    def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> str:
        """A person writes; the ts. Apps without a history scope are not told."""
        with self._ground.changes.making():
            draft = Draft(text=text, thread_ts=thread_ts)
            found = messages.post(self.workspace, self._channel(channel), self._user(user), draft)
            return found.ts

    def command(self, user: str, channel: str, command: str, text: str = "", wait: bool = True) -> Act:
        """A slash command; with `wait` it returns when it is acked or Slack has given up."""
        with self._ground.changes.making():
            act = self._doings.command(self._user(user), self._channel(channel), (command, text))
        return self._settled(act, wait)

    def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        *,
        option: Any = None,
        block_id: str = "",
        wait: bool = True,
    ) -> Act:
        """A button, or an option of a menu, in a live message; Refused if it is not there."""
        aim = Aim(action_id, option if option is not None else value, block_id)
        with self._ground.changes.making():
            message = self._seen(user, channel, ts)
            act = self._doings.press(self._user(user), message, aim)
        return self._settled(act, wait)

    def select(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any,
        *,
        block_id: str = "",
        wait: bool = True,
    ) -> Act:
        """Choose in a menu of a message: an option's value, a user or a channel."""
        return self.press(user, channel, ts, action_id, value, block_id=block_id, wait=wait)

    def press_in_view(self, user: str, view_id: str, action_id: str, value: Any = None, **more: Any) -> Act:
        """A button or menu in an open modal or the home tab; more: block_id, wait."""
        aim = Aim(action_id, value, str(more.get("block_id", "")))
        with self._ground.changes.making():
            person = self._user(user)
            view = self._view(person.id, view_id)
            act = self._doings.press_in_view(person, view, aim)
        return self._settled(act, bool(more.get("wait", True)))

    def submit(self, user: str, view_id: str, values: Json | None = None, wait: bool = True) -> Act:
        """Submit an open modal; `values` by block_id or action_id: text, option value, user id."""
        with self._ground.changes.making():
            person = self._user(user)
            view = self._view(person.id, view_id)
            act = self._doings.submit(person, view, values or {})
        return self._settled(act, wait)

    def close_modal(self, user: str, view_id: str) -> Act | None:
        """The cross of a modal."""
        with self._ground.changes.making():
            person = self._user(user)
            act = self._doings.close(person, self._view(person.id, view_id))
        return self._settled(act, wait=True) if act else None

    def open_home(self, user: str, tab: str = "home", wait: bool = True) -> Act:
        """That person opens the app's Home (or its messages tab)."""
        with self._ground.changes.making():
            person = self._user(user)
            inner: Json = {"type": "app_home_opened", "user": person.id, "tab": tab}
            inner["channel"] = self.workspace.open_im(person).id
            home = self.home(user)
            act = self._doings.event(inner | ({"view": home} if home else {}))
        if act is None:
            raise Refused("the app does not subscribe to app_home_opened")
        return self._settled(act, wait)

    def shortcut(
        self, user: str, callback_id: str, channel: str = "", ts: str = "", wait: bool = True
    ) -> Act:
        """A shortcut; with channel and ts, on that message."""
        with self._ground.changes.making():
            message = self._seen(user, channel, ts) if ts else None
            act = self._doings.shortcut(self._user(user), callback_id, message)
        return self._settled(act, wait)

    def send_event(self, inner: Json, wait: bool = True) -> Act | None:
        """Any event, such as tokens_revoked; None when the app does not subscribe to it."""
        with self._ground.changes.making():
            act = self._doings.event(inner)
        return self._settled(act, wait) if act else None

    @property
    def acts(self) -> list[Act]:
        """All that people did, oldest first."""
        return list(self._doings.acts)

    # Faults, and waiting

    def fail(self, method: str, times: int = 1, **how: Any) -> None:
        """The next calls of `method` (or a pattern such as `chat.*`) go wrong.

        how: error="channel_not_found", retry_after=30 (a 429), status=503, delay=0.5, or
        drop_answer=True, which takes the message and then drops the connection.
        """
        if "retry_after" in how:
            how["headers"] = {"Retry-After": str(how.pop("retry_after"))}
            how["status"] = 429
        self.faults.plan(Fault(method, times, **how))

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect; also warning, link_disabled, too_many_websockets."""
        self.sockets.disconnect(reason)

    def wait_connected(self, number: int = 1, timeout: float = 10.0) -> None:
        """Until the app has that many sockets open."""
        self.wait_for(lambda: self.sockets.connections >= number, timeout)

    def wait_for(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:
        """The first true value; TimeoutError with the end of the log otherwise."""
        found = self._ground.changes.wait_for(predicate, timeout)
        if found is None:
            raise TimeoutError(f"not within {timeout} s; Slack's log ends:\n{self._tail()}")
        return found

    def log_lines(self) -> str:
        """The log so far, as JSON lines."""
        return self._ground.log.file.read_text(encoding="utf-8")

    def _tail(self) -> str:
        return self._ground.log.tail()

    def _settled(self, act: Act, wait: bool) -> Act:
        if wait:
            patience = self._patience.ack + GRACE_SECONDS
            self.wait_for(lambda: act.outcome is not Outcome.WAITING, patience)
        return act

    def _user(self, name: str) -> Any:
        try:
            return self.workspace.user(name)
        except SlackError as unknown:
            raise Refused(f"there is no user {name!r}") from unknown

    def _channel(self, name: str) -> Channel:
        try:
            return self.workspace.channel(name)
        except SlackError as unknown:
            raise Refused(f"there is no channel {name!r}") from unknown

    def _view(self, user: str, view_id: str) -> Any:
        view = self.workspace.views.get(view_id)
        if view is None or view.user != user:
            raise Refused(f"{user} has no view {view_id!r} open")
        return view

    def _seen(self, user: str, channel: str, ts: str) -> Message:
        person, found = self._user(user).id, self._channel(channel)
        if person not in found.members:
            raise Refused(f"{user} is not in {channel}")
        message = found.messages.get(ts) or found.ephemeral.get(ts)
        if message is None or message.only_for not in ("", person):
            raise Refused(f"{user} sees no message {ts} in {channel}")
        return message


def _told(message: Message) -> Json:
    told = message.wire() | {"channel": message.channel}
    told |= {"metadata": message.metadata} if message.metadata else {}
    return told | ({"is_ephemeral": True} if message.only_for else {})
