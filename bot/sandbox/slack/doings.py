"""What people do in Slack and how it reaches the app: commands, presses, submissions, home."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack import elements, payloads, views
from bot.sandbox.slack.acts import Act, Outcome
from bot.sandbox.slack.elements import Aim
from bot.sandbox.slack.responses import Responses
from bot.sandbox.slack.socket import SocketMode
from bot.sandbox.slack.state import (
    EVENTS,
    Channel,
    Json,
    Message,
    Refused,
    SlackError,
    User,
    View,
    Workspace,
)
from bot.sandbox.slack.triggers import Triggers

REQUIRED = "Please complete this required field."


class Doings:
    """Each method is one act of one person; call it with the lock held. It does not wait."""

    def __init__(
        self,
        workspace: Workspace,
        sockets: SocketMode,
        triggers: Triggers,
        responses: Responses,
    ) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._triggers = triggers
        self._responses = responses
        self.acts: list[Act] = []

    def command(self, user: User, channel: Channel, line: tuple[str, str]) -> Act:
        """A slash command; what the ack says is shown to that person alone."""
        payload = payloads.command(self._workspace, user, channel, line)
        payload |= self._ways_back(user, channel.id)
        act = Act("slash_commands", user.id, payload, on_ack=self._command_answered)
        return self._sent(act, "slash_commands", takes_answer=True)

    def press(self, user: User, message: Message, aim: Aim) -> Act:
        """A button or menu of a message that the person sees."""
        block, element = elements.find(message.blocks, aim)
        action = elements.action(block, element, aim.value)
        payload = payloads.press_on_message(self._workspace, user, message, action)
        payload |= self._ways_back(user, message.channel, message)
        return self._sent(Act("block_actions", user.id, payload), "interactive", False)

    def press_in_view(self, user: User, view: View, aim: Aim) -> Act:
        """A button or menu of an open modal or of the home tab."""
        block, element = elements.find(view.told["blocks"], aim)
        action = elements.action(block, element, aim.value)
        state = view.told["state"]["values"].get(block["block_id"], {})
        if aim.action_id in state:
            state[aim.action_id] |= elements.chosen(element, aim.value)
        payload = payloads.press_in_view(self._workspace, user, view, action)
        payload["trigger_id"] = self._triggers.issue(user.id)
        return self._sent(Act("block_actions", user.id, payload), "interactive", False)

    def submit(self, user: User, view: View, values: Json) -> Act:
        """The submit button; nothing is sent while a required input is empty, as in Slack."""
        missing = fill(view, values)
        payload = payloads.of_view(self._workspace, user, view, "view_submission")
        payload["trigger_id"] = self._triggers.issue(user.id)
        act = Act("view_submission", user.id, payload, on_ack=self._submission_answered)
        if missing:
            act.outcome, act.errors = Outcome.NOT_SENT, missing
            view.errors = missing
            return self._kept(act)
        return self._sent(act, "interactive", takes_answer=True)

    def close(self, user: User, view: View) -> Act | None:
        """The cross of a modal; the app hears of it only if it asked to."""
        payload = payloads.of_view(self._workspace, user, view, "view_closed")
        views.close(self._workspace, view)
        if not view.told["notify_on_close"]:
            return None
        return self._sent(Act("view_closed", user.id, payload), "interactive", False)

    def shortcut(self, user: User, callback_id: str, message: Message | None) -> Act:
        """A shortcut, on a message or from anywhere."""
        if message is None:
            payload = payloads.shortcut(self._workspace, user, callback_id)
            payload["trigger_id"] = self._triggers.issue(user.id)
        else:
            payload = payloads.message_shortcut(self._workspace, user, message, callback_id)
            payload |= self._ways_back(user, message.channel, message)
        return self._sent(Act(str(payload["type"]), user.id, payload), "interactive", False)

    def event(self, inner: Json) -> Act | None:
        """An event, if the app subscribes to its type."""
        if inner["type"] not in EVENTS:
            return None
        inner.setdefault("event_ts", self._workspace.next_ts())
        payload = payloads.event(self._workspace, inner)
        act = Act("event", str(inner.get("user", "")), payload)
        return self._sent(act, "events_api", takes_answer=False)

    def _ways_back(self, user: User, channel: str, message: Message | None = None) -> Json:
        return {
            "trigger_id": self._triggers.issue(user.id),
            "response_url": self._responses.issue(user.id, channel, message),
        }

    def _sent(self, act: Act, type_: str, takes_answer: bool) -> Act:
        self._sockets.deliver(act, type_, takes_answer)
        return self._kept(act)

    def _kept(self, act: Act) -> Act:
        self.acts.append(act)
        told = act.told() | {"payload": act.payload}
        self._workspace.ground.log.write("act", act=told)
        return act

    def _command_answered(self, act: Act) -> None:
        if act.answer:
            self._responses.answer(act.user, str(act.payload["channel_id"]), act.answer)

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
            act.errors = view.errors = _errors(view, answer.get("errors"))
        elif what == "update":
            views.replace(self._workspace, view, views.checked(answer.get("view"), "modal"))
        elif what == "push":
            views.push(self._workspace, view.user, views.checked(answer.get("view"), "modal"))
        elif what == "clear":
            views.close_all(self._workspace, view.user)
        else:
            views.close(self._workspace, view)


def fill(view: View, values: Json) -> Json:
    """Put what the person typed into the view's state; the required inputs that stay empty.

    `values` is keyed by block_id or action_id, or nested as block_id -> action_id -> value.
    """
    missing: Json = {}
    used: set[str] = set()
    for block in view.told["blocks"]:
        if block["type"] != "input":
            continue
        element, block_id = block["element"], block["block_id"]
        state = view.told["state"]["values"][block_id][element["action_id"]]
        for key in (block_id, element["action_id"]):
            if key in values:
                used.add(key)
                state |= elements.chosen(element, _typed(values[key], element["action_id"]))
        filled = next(value for name, value in state.items() if name != "type")
        if not filled and not block.get("optional"):
            missing[block_id] = REQUIRED
    if unknown := sorted(values.keys() - used):
        raise Refused(f"the modal has no input {', '.join(unknown)}")
    return missing


def _errors(view: View, told: Any) -> Json:
    """Errors must name inputs of the view; with others Slack only shows that it went wrong."""
    inputs = {block["block_id"] for block in view.told["blocks"] if block["type"] == "input"}
    if not isinstance(told, dict) or not told or told.keys() - inputs:
        raise SlackError("invalid_errors", [f"inputs are {sorted(inputs)}, the app said {told!r}"])
    return dict(told)


def _typed(value: Any, action_id: str) -> Any:
    if isinstance(value, dict):
        if action_id not in value:
            raise Refused(f"the input's action_id is {action_id!r}")
        return value[action_id]
    return value
