"""What people do in Slack and how it reaches the app: commands, presses, submissions, home."""

from __future__ import annotations

from bot.sandbox.slack import elements, payloads, views
from bot.sandbox.slack.acts import Act, Outcome
from bot.sandbox.slack.elements import Aim
from bot.sandbox.slack.envelopes import COMMANDS, EVENTS, INTERACTIVE
from bot.sandbox.slack.filling import fill, named_errors
from bot.sandbox.slack.scopes import EVENTS as EVENT_SCOPES
from bot.sandbox.slack.shared import Shared
from bot.sandbox.slack.shown import Message, View
from bot.sandbox.slack.state import Channel, Json, Refused, SlackError, User, Workspace
from bot.sandbox.slack.text import as_typed


class Doings:
    """Each method is one act of one person; call it with the lock held. It does not wait.

    What the manifest does not have, nobody can do: Refused.
    """

    def __init__(self, workspace: Workspace, shared: Shared) -> None:
        self._workspace = workspace
        self._shared = shared
        self.acts: list[Act] = []

    def command(self, user: User, channel: Channel, line: tuple[str, str]) -> Act:
        """A slash command; what the ack says is shown to that person alone."""
        known = self._shared.app.manifest.command(line[0])
        if known is None or not self._workspace.installed:
            raise Refused(f"{line[0]} is not a valid command: the manifest has no such one")
        text = as_typed(self._workspace, line[1]) if known.should_escape else line[1]
        payload = payloads.command(self._workspace, user, channel, (line[0], text))
        payload |= self._ways_back(user, channel.id)
        act = Act("slash_commands", user.id, payload, on_ack=self._command_answered)
        return self._sent(act, COMMANDS, takes_answer=True)

    def press(self, user: User, message: Message, aim: Aim) -> Act:
        """A button or menu of a message that the person sees."""
        self._listens()
        block, element = elements.find(message.blocks, aim)
        action = elements.action(block, element, aim.value)
        payload = payloads.press_on_message(self._workspace, user, message, action)
        payload |= self._ways_back(user, message.channel, message)
        return self._sent(Act("block_actions", user.id, payload), INTERACTIVE, takes_answer=False)

    def press_in_view(self, user: User, view: View, aim: Aim) -> Act:
        """A button or menu of an open modal or of the home tab."""
        self._listens()
        block, element = elements.find(view.told["blocks"], aim)
        action = elements.action(block, element, aim.value)
        state = view.told["state"]["values"].get(block["block_id"], {})
        if aim.action_id in state:
            state[aim.action_id] |= elements.chosen(element, aim.value)
        payload = payloads.press_in_view(self._workspace, user, view, action)
        payload["trigger_id"] = self._trigger(user)
        return self._sent(Act("block_actions", user.id, payload), INTERACTIVE, takes_answer=False)

    def suggest(self, user: User, view: View, aim: Aim) -> Act:
        """Typing into a menu of a view whose options the app loads; they come in the ack."""
        self._listens()
        block, element = elements.find(view.told["blocks"], aim)
        if "external" not in element["type"]:
            raise Refused(f"{aim.action_id!r} does not ask the app for its options")
        typed = {"block_id": block["block_id"], "action_id": aim.action_id, "value": aim.value}
        payload = payloads.suggestion(self._workspace, user, view, typed)
        return self._sent(Act("block_suggestion", user.id, payload), INTERACTIVE, takes_answer=True)

    def submit(self, user: User, view: View, values: Json) -> Act:
        """The submit button; nothing is sent while a required input is empty, as in Slack."""
        self._listens()
        missing = fill(view, values)
        payload = payloads.of_view(self._workspace, user, view, "view_submission")
        payload["response_urls"] = self._asked_urls(user, view)
        payload["trigger_id"] = self._trigger(user)
        act = Act("view_submission", user.id, payload, on_ack=self._submission_answered)
        if missing:
            act.outcome, act.errors = Outcome.NOT_SENT, missing
            view.errors = missing
            return self._kept(act)
        return self._sent(act, INTERACTIVE, takes_answer=True)

    def close(self, user: User, view: View) -> Act | None:
        """The cross of a modal; the app hears of it only if it asked to."""
        payload = payloads.of_view(self._workspace, user, view, "view_closed")
        payload["is_cleared"] = bool(view.told["clear_on_close"])
        if view.told["clear_on_close"]:
            views.close_all(self._workspace, user.id)
        else:
            views.close(self._workspace, view)
        if not view.told["notify_on_close"]:
            return None
        return self._sent(Act("view_closed", user.id, payload), INTERACTIVE, takes_answer=False)

    def shortcut(self, user: User, callback_id: str, message: Message | None) -> Act:
        """A shortcut, on a message or from anywhere."""
        self._listens()
        type_ = "message" if message else "global"
        if self._shared.app.manifest.shortcut(callback_id, type_) is None:
            raise Refused(f"the manifest has no {type_} shortcut {callback_id!r}")
        if message is None:
            payload = payloads.shortcut(self._workspace, user, callback_id)
            payload["trigger_id"] = self._trigger(user)
        else:
            payload = payloads.message_shortcut(self._workspace, user, message, callback_id)
            payload |= self._ways_back(user, message.channel, message)
        return self._sent(Act(str(payload["type"]), user.id, payload), INTERACTIVE, takes_answer=False)

    def event(self, inner: Json) -> Act | None:
        """An event, if the app subscribes to its type and has the scope; twice if that was asked for."""
        if not self._hears(str(inner["type"])):
            return None
        inner.setdefault("event_ts", self._workspace.next_ts())
        payload = payloads.event(self._workspace, inner)
        user = str(inner.get("user", ""))
        if self._shared.doubled.take(f"twice:{inner['type']}"):
            self._sent(Act("event", user, payload), EVENTS, takes_answer=False)
        return self._sent(Act("event", user, payload), EVENTS, takes_answer=False)

    def _hears(self, type_: str) -> bool:
        scope = EVENT_SCOPES.get(type_, "")
        granted = not scope or scope in self._workspace.granted
        subscribed = type_ in self._shared.app.manifest.events
        return subscribed and granted and self._workspace.installed

    def _listens(self) -> None:
        if not self._shared.app.manifest.interactivity:
            raise Refused("this app is not configured to handle interactive responses")

    def _trigger(self, user: User) -> str:
        return self._shared.triggers.issue(self._workspace.team_id, user.id)

    def _ways_back(self, user: User, channel: str, message: Message | None = None) -> Json:
        return {
            "trigger_id": self._trigger(user),
            "response_url": self._shared.responses.issue(self._workspace, user.id, channel, message),
        }

    def _asked_urls(self, user: User, view: View) -> list[Json]:
        """A response URL for each channel that was chosen where the app asked for one."""
        urls: list[Json] = []
        for block_id, element, channel in elements.chosen_channels(view.told):
            url = self._shared.responses.issue(self._workspace, user.id, channel)
            where = {"block_id": block_id, "action_id": element["action_id"], "channel_id": channel}
            urls.append(where | {"response_url": url})
        return urls

    def _sent(self, act: Act, type_: str, *, takes_answer: bool) -> Act:
        self._shared.courier.deliver(act, type_, takes_answer)
        return self._kept(act)

    def _kept(self, act: Act) -> Act:
        self.acts.append(act)
        told = act.told() | {"payload": act.payload}
        self._workspace.ground.log.write("act", team=self._workspace.team_id, act=told)
        return act

    def _command_answered(self, act: Act) -> None:
        if act.answer:
            channel = str(act.payload["channel_id"])
            self._shared.responses.answer(self._workspace, act.user, channel, act.answer)

    def _submission_answered(self, act: Act) -> None:
        view = self._workspace.views.get(str(act.payload["view"]["id"]))
        if view is None:
            return
        try:
            self._do_as_answered(view, act)
        except SlackError as wrong:
            act.errors = view.errors = {"": f"{wrong.word}: {'; '.join(wrong.messages)}"}

    def _do_as_answered(self, view: View, act: Act) -> None:
        answer = act.answer or {}
        what = answer.get("response_action")
        if what == "errors":
            act.errors = view.errors = named_errors(view, answer.get("errors"))
        elif what == "update":
            views.replace(self._workspace, view, views.checked(answer.get("view"), "modal"))
        elif what == "push":
            views.push(self._workspace, view.user, views.checked(answer.get("view"), "modal"))
        elif what == "clear":
            views.close_all(self._workspace, view.user)
        else:
            views.close(self._workspace, view)
