"""Socket Mode frame by frame, with a bare WebSocket client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.acts import Act, Outcome

pytestmark = pytest.mark.connects


class Line:
    """One connection that the test reads and answers itself."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.hello = self.next()

    def next(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.connection.recv(timeout=5))
        return frame

    def ack(self, envelope: dict[str, Any], **payload: Any) -> None:
        body = {"envelope_id": envelope["envelope_id"]}
        self.connection.send(json.dumps(body | ({"payload": payload} if payload else {})))


@pytest.fixture
def open_line(box: Sandbox) -> Iterator[Any]:
    with ExitStack() as lines:

        def another() -> Line:
            web = WebClient(box.slack.app_token, base_url=box.slack.api_url)
            url = web.apps_connections_open(app_token=box.slack.app_token)["url"]
            return Line(lines.enter_context(connect(url, proxy=None, close_timeout=0.2)))

        yield another


def test_hello_counts_the_connections(box: Sandbox, open_line: Any) -> None:
    assert open_line().hello["num_connections"] == 1
    assert open_line().hello == {
        "type": "hello",
        "num_connections": 2,
        "debug_info": {"host": "standin", "approximate_connection_time": 18060},
        "connection_info": {"app_id": "A0STANDIN"},
    }


def test_the_eleventh_socket_is_sent_away(box: Sandbox, open_line: Any) -> None:
    lines = [open_line() for _ in range(11)]

    assert [line.hello["type"] for line in lines] == ["hello"] * 10 + ["disconnect"]
    assert lines[-1].hello["reason"] == "too_many_websockets"
    assert box.slack.sockets.connections == 10


def test_a_ticket_opens_one_connection(box: Sandbox) -> None:
    web = WebClient(box.slack.app_token, base_url=box.slack.api_url)
    url = web.apps_connections_open(app_token=box.slack.app_token)["url"]
    with connect(url, proxy=None) as first:
        assert json.loads(first.recv(timeout=5))["type"] == "hello"
        with connect(url, proxy=None) as second, pytest.raises(ConnectionClosed):
            second.recv(timeout=5)


def test_an_event_without_ack_comes_again_three_times(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    act = box.slack.open_home("ana", wait=False)
    seen = [line.next() for _ in range(4)]

    assert [each["retry_attempt"] for each in seen] == [0, 1, 2, 3]
    assert [each["retry_reason"] for each in seen] == ["", "timeout", "timeout", "timeout"]
    assert len({each["envelope_id"] for each in seen}) == 4
    assert len({each["payload"]["event_id"] for each in seen}) == 1
    line.ack(seen[3])
    box.slack.wait_for(lambda: act.outcome is Outcome.ACKED)


def test_an_event_finds_the_app_that_connects_late(box: Sandbox, open_line: Any) -> None:
    act = box.slack.open_home("ana", wait=False)
    line = open_line()
    envelope = line.next()
    line.ack(envelope)

    assert envelope["retry_attempt"] >= 1
    box.slack.wait_for(lambda: act.acked)


def test_a_late_ack_does_not_count(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    act = box.slack.command("ana", "social", "/engage")
    line.ack(line.next(), text="too late")
    box.slack.wait_for(lambda: '"in_time": false' in box.slack.log_lines())

    assert act.outcome is Outcome.NOT_ACKED
    assert box.slack.messages("social", "ana") == []


def test_disconnect_says_why_and_sends_nothing_more(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    box.slack.disconnect("refresh_requested")

    assert line.next()["reason"] == "refresh_requested"
    assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NO_CONNECTION


def test_without_socket_mode_no_socket_stays_open(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    box.slack.change_app(socket_mode=False)

    assert line.next()["reason"] == "link_disabled"
    assert open_line().hello["reason"] == "link_disabled"
    act = box.slack.command("ana", "social", "/engage")
    assert act.outcome is Outcome.NO_CONNECTION
    assert act.notice == "/engage failed with the error “dispatch_failed”"


def test_a_person_is_shown_what_slack_shows_when_nobody_acks(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    command = box.slack.command("ana", "social", "/engage")

    assert line.next()["type"] == "slash_commands"
    assert command.notice == "/engage failed with the error “operation_timeout”"
    notices = {kind: Act(kind, "U0ANA", {}, Outcome.NOT_ACKED).notice for kind in ("block_actions", "event")}
    assert notices == {"block_actions": "a warning sign beside what was pressed", "event": ""}


def test_an_event_comes_twice_on_demand_with_no_sign_of_it(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    box.slack.deliver_twice("user_*")
    box.slack.change_user("ana", status_text="Away")
    box.slack.change_user("ana", status_text="")
    seen = [line.next() for _ in range(3)]
    for each in seen:
        line.ack(each)

    assert [each["payload"]["event_id"] == seen[0]["payload"]["event_id"] for each in seen] == [
        True,
        True,
        False,
    ]
    assert [each["retry_attempt"] for each in seen] == [0, 0, 0]
    assert seen[0]["envelope_id"] != seen[1]["envelope_id"]


def test_a_frozen_socket_answers_no_ping_and_is_forgotten_for_a_new_one(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    assert line.connection.ping().wait(5)
    box.slack.sockets.freeze()

    assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NOT_ACKED
    assert not line.connection.ping().wait(0.1)
    assert '"sockets_frozen"' in box.slack.log_lines(), "a referee may see why nothing was acked"
    fresh = open_line()
    act = box.slack.command("ana", "social", "/engage", wait=False)
    fresh.ack(fresh.next())
    box.slack.wait_for(lambda: act.acked)
    assert box.slack.sockets.connections == 1


def test_sockets_are_closed_cleanly_or_reset(box: Sandbox, open_line: Any) -> None:
    closed = open_line()
    box.slack.sockets.close()
    with pytest.raises(ConnectionClosedOK):
        closed.next()
    broken = open_line()
    box.slack.sockets.reset()
    with pytest.raises(ConnectionClosedError):
        broken.next()
    assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NO_CONNECTION
    assert open_line().hello["num_connections"] == 1


def test_a_modal_stack_takes_three(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    web = WebClient(box.slack.bot_token, base_url=box.slack.api_url)
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "One"}, "blocks": [pick()]}

    def trigger() -> str:
        act = box.slack.command("ana", "social", "/engage", wait=False)
        line.ack(line.next())
        return act.trigger_id

    web.views_open(trigger_id=trigger(), view=modal)
    web.views_push(trigger_id=trigger(), view=modal)
    top = web.views_push(trigger_id=trigger(), view=modal)["view"]
    with pytest.raises(Exception, match="push_limit_reached"):
        web.views_push(trigger_id=trigger(), view=modal)
    assert [view["previous_view_id"] is None for view in box.slack.modals("ana")] == [True, False, False]

    press = box.slack.press_in_view("ana", top["id"], "who", "U0BEN", wait=False)
    envelope = line.next()
    line.ack(envelope)
    assert envelope["payload"]["container"] == {"type": "view", "view_id": top["id"]}
    assert envelope["payload"]["actions"][0]["selected_user"] == "U0BEN"
    box.slack.wait_for(lambda: press.acked)
    assert box.slack.close_modal("ana", top["id"]) is None
    assert len(box.slack.modals("ana")) == 2


def test_a_submission_may_update_or_clear(box: Sandbox, open_line: Any) -> None:
    line = open_line()
    web = WebClient(box.slack.bot_token, base_url=box.slack.api_url)
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "One"}, "blocks": [pick()]}
    command = box.slack.command("ana", "social", "/engage", wait=False)
    line.ack(line.next())
    view = web.views_open(trigger_id=command.trigger_id, view=modal)["view"]

    act = box.slack.submit("ana", view["id"], wait=False)
    renamed = modal | {"title": {"type": "plain_text", "text": "Two"}}
    line.ack(line.next(), response_action="update", view=renamed)
    box.slack.wait_for(lambda: act.acked)
    assert box.slack.modals("ana")[0]["title"]["text"] == "Two"

    act = box.slack.submit("ana", view["id"], wait=False)
    line.ack(line.next(), response_action="update", view=modal | {"title": None})
    box.slack.wait_for(lambda: act.acked)
    assert "invalid_arguments" in act.errors[""]

    act = box.slack.submit("ana", view["id"], wait=False)
    line.ack(line.next(), response_action="errors", errors={"nowhere": "no"})
    box.slack.wait_for(lambda: act.acked)
    assert "invalid_errors" in act.errors[""]

    act = box.slack.submit("ana", view["id"], wait=False)
    line.ack(line.next(), response_action="clear")
    box.slack.wait_for(lambda: act.acked)
    assert box.slack.modals("ana") == []


def pick() -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": "users_select", "action_id": "who"}]}
