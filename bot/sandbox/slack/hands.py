"""What people do: write, type commands, press, choose, submit, open."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack import messages
from bot.sandbox.slack.acts import Act
from bot.sandbox.slack.elements import Aim
from bot.sandbox.slack.hold import Hold
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.state import Channel, Json, Refused


class Hands(Hold):
    """Each method is one act of one person; Refused when Slack would not offer it to them.

    With `wait` it returns when the app has acked, or Slack has given up.
    """

    def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> str:
        """A person writes; the ts. Apps without a history scope are not told."""
        with self._ground.changes.making():
            person, where = self._user(user), self._channel(channel)
            self._may_write(person.id, where)
            draft = Draft(text=text, thread_ts=thread_ts)
            return messages.post(self.workspace, where, person, draft).ts

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

    def suggest(self, user: str, view_id: str, action_id: str, typed: str, wait: bool = True) -> Act:
        """Type into a menu whose options the app loads; its answer has them."""
        with self._ground.changes.making():
            person = self._user(user)
            view = self._view(person.id, view_id)
            act = self._doings.suggest(person, view, Aim(action_id, typed))
        return self._settled(act, wait)

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
            self._is_there(tab)
            inner: Json = {"type": "app_home_opened", "user": person.id, "tab": tab}
            inner["channel"] = self.workspace.open_im(person).id
            home = self.workspace.views.get(self.workspace.homes.get(person.id, ""))
            act = self._doings.event(inner | ({"view": home.told} if home else {}))
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

    def _may_write(self, person: str, channel: Channel) -> None:
        if person not in channel.members:
            raise Refused(f"{person} is not in {channel.name or channel.id}")
        if channel.is_archived:
            raise Refused(f"{channel.name} is archived")
        if channel.im_user and self._shared.app.manifest.messages_read_only:
            raise Refused("sending messages to this app has been turned off")

    def _is_there(self, tab: str) -> None:
        manifest = self._shared.app.manifest
        if not (manifest.home_tab if tab == "home" else manifest.messages_tab):
            raise Refused(f"the app has no {tab} tab")
