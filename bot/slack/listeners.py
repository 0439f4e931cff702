"""The bolt app: every kind of thing that Slack sends has somebody who acks it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError

from bot.slack import modals, rules
from bot.slack.adding import links_in
from bot.slack.arrivals import HOME, Arrival, of_change, of_command, of_opening, of_press, of_shortcut
from bot.slack.blocks import Block
from bot.slack.client import CountedClient, Identity
from bot.slack.inbox import Inbox
from bot.slack.submissions import Errors, Submissions
from bot.slack.values import Code

log = logging.getLogger(__name__)

THREADS = 32
"""With bolt's default of 5, three of eight slow commands were never acked; with 32 all were."""

COMMAND = "/engage"
SHORTCUT = "add"
WORK = "work"
"""Where an event carries from its commit to its work what is to be done."""
Body = Mapping[str, Any]
Next = Callable[[], BoltResponse]


@dataclass(frozen=True, slots=True)
class Listeners:
    """What listens: the inbox for commands and presses, the submissions for modals."""

    inbox: Inbox
    submissions: Submissions

    def command(self, ack: Ack, body: Body) -> None:
        """/engage."""
        self.inbox.receive(of_command(body), ack)

    def opened(self, ack: Ack) -> None:
        """A link button: the browser opens it, nobody notes it, and Slack wants an ack all the same."""
        ack()

    def press(self, ack: Ack, body: Body) -> None:
        """Any other button, menu or choice."""
        self.inbox.receive(of_press(body), ack)

    def shortcut(self, ack: Ack, body: Body) -> None:
        """A message is put on the list by the links in it."""
        self.inbox.receive(of_shortcut(body, links_in(body["message"])), ack)

    def change(self, body: Body, context: BoltContext, next_: Next) -> BoltResponse:
        """Somebody's profile, zone or membership changed."""
        return self._event(of_change(body), context, next_)

    def home(self, body: Body, context: BoltContext, next_: Next) -> BoltResponse:
        """The app was opened, at its Home or at its messages."""
        if body["event"].get("tab") != HOME:
            return BoltResponse(status=200)
        return self._event(of_opening(body), context, next_)

    def _event(self, arrival: Arrival, context: BoltContext, next_: Next) -> BoltResponse:
        """Bolt acks an event before its listener runs: it is kept before that, or Slack sends it again."""
        work = self.inbox.keep(arrival)
        if work is None:
            return BoltResponse(status=503)
        context[WORK] = work
        return next_()

    def assign(self, ack: Ack, body: Body) -> None:
        """The modal that asks a teammate."""
        _answer(ack, self.submissions.assign, body)

    def not_needed(self, ack: Ack, body: Body) -> None:
        """The modal that closes without a reply."""
        _answer(ack, self.submissions.not_needed, body)

    def kindly(self, ack: Ack, body: Body) -> None:
        """The modal that asks whoever has it."""
        _answer(ack, self.submissions.kindly, body)

    def later(self, ack: Ack, body: Body) -> None:
        """The modal that puts off."""
        _answer(ack, self.submissions.later, body)

    def pause(self, ack: Ack, body: Body) -> None:
        """The modal that leaves somebody alone."""
        _answer(ack, self.submissions.pause, body)

    def rule(self, ack: Ack, body: Body) -> None:
        """The form of a rule."""
        _answer(ack, self.submissions.rule, body)

    def keep_rule(self, ack: Ack, body: Body) -> None:
        """What a rule would have picked, and whether it is kept."""
        _answer(ack, self.submissions.keep_rule, body)


def _answer(ack: Ack, submit: Callable[[Body], Errors | Block], body: Body) -> None:
    answer = submit(body)
    if "blocks" in answer:
        ack(response_action="update", view=answer)
    elif answer:
        ack(response_action="errors", errors=answer)
    else:
        ack()


def _work(context: BoltContext) -> None:
    """What an event asks for, after its ack."""
    context[WORK]()


def build_app(
    client: CountedClient,
    bot: Identity,
    executor: Executor,
    listeners: Listeners,
    *,
    signing_secret: str | None = None,
) -> App:
    """A bolt app that asks Slack nothing by itself. What nobody listens to is acked and logged.

    With a signing secret each request must be signed; without one it only takes what comes by the socket,
    which is authenticated itself.
    """
    known = AuthorizeResult(enterprise_id=None, team_id=bot.team, bot_id=bot.bot_id, bot_user_id=bot.bot_user)
    app = App(
        client=client.without_token(),
        authorize=lambda: known,
        listener_executor=executor,
        signing_secret=signing_secret,
        request_verification_enabled=signing_secret is not None,
        raise_error_for_unhandled_request=True,
        logger=log,
    )
    app.command(COMMAND)(listeners.command)
    app.action(Code.OPEN.value)(listeners.opened)
    app.action(re.compile(".*"))(listeners.press)
    app.message_shortcut(SHORTCUT)(listeners.shortcut)
    app.event("user_change", middleware=[listeners.change])(_work)
    app.event("app_home_opened", middleware=[listeners.home])(_work)
    app.view(modals.ASSIGN)(listeners.assign)
    app.view(modals.NOT_NEEDED)(listeners.not_needed)
    app.view(modals.KINDLY)(listeners.kindly)
    app.view(modals.LATER)(listeners.later)
    app.view(modals.PAUSE)(listeners.pause)
    app.view(rules.RULE)(listeners.rule)
    app.view(rules.KEEP)(listeners.keep_rule)
    app.error(_catch_all)
    return app


def _catch_all(error: Exception, body: Body) -> BoltResponse | None:
    """Acks what is not handled; anything else that reaches here is logged and stays unacked."""
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("nothing listens to %s", body.get("type") or body.get("command", "this"))
        return BoltResponse(status=200, body="")
    log.error("a listener failed: %s", type(error).__name__, exc_info=error)
    return None
