"""What Slack's stand-in sends and answers is what Slack's own packages read, and we read the same from it."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_bolt.request import payload_utils as bolt
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.api import METHODS
from bot.sandbox.slack.manifest import Shortcut
from bot.slack.adding import links_in
from bot.slack.arrivals import of_change, of_command, of_press, of_shortcut

BUTTON = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "claim",
            "value": "claim:c1:1",
            "text": {"type": "plain_text", "text": "I'll reply"},
        }
    ],
}


def act(box: Sandbox, client: WebClient, kind: str) -> dict[str, Any]:
    """What goes out when Ana does something of that kind."""
    slack = box.slack
    if kind == "command":
        return slack.command("ana", "social", "/engage", "help", wait=False).payload
    if kind == "event":
        made = slack.change_user("ana", tz="Europe/Lisbon")
        assert made is not None
        return made.payload
    kinds = ("global", "message")
    slack.change_app(shortcuts=tuple(Shortcut("add", "Add it", each) for each in kinds))
    if kind == "shortcut":
        return slack.shortcut("ana", "add", wait=False).payload
    posted = client.chat_postMessage(channel="C0SOCIAL", text="Who?", blocks=[BUTTON])
    if kind == "message shortcut":
        return slack.shortcut("ana", "add", "social", posted["ts"], wait=False).payload
    return slack.press("ana", "social", posted["ts"], "claim", wait=False).payload


SORTS = {
    "command": bolt.is_slash_command,
    "event": bolt.is_event,
    "shortcut": bolt.is_global_shortcut,
    "message shortcut": bolt.is_message_shortcut,
    "press": bolt.is_block_actions,
}


@pytest.mark.parametrize("kind", SORTS)
def test_bolt_takes_each_payload_for_what_it_is(box: Sandbox, client: WebClient, kind: str) -> None:
    payload = act(box, client, kind)
    assert [name for name, is_it in SORTS.items() if is_it(payload)] == [kind]


@pytest.mark.parametrize("kind", SORTS)
def test_bolt_finds_the_team_the_person_and_the_ways_back(box: Sandbox, client: WebClient, kind: str) -> None:
    payload = act(box, client, kind)
    context = BoltRequest(body=payload, mode="socket_mode").context
    assert context.team_id == box.slack.workspace.team_id
    assert context.user_id == "U0ANA"
    assert context.response_url == payload.get("response_url")
    if kind in ("command", "press", "message shortcut"):
        assert context.channel_id == "C0SOCIAL"


def test_what_we_read_of_a_payload_is_what_bolt_reads(box: Sandbox, client: WebClient) -> None:
    readers = {
        "command": of_command,
        "press": of_press,
        "event": of_change,
        "message shortcut": lambda body: of_shortcut(body, links_in(body["message"])),
    }
    for kind, read in readers.items():
        payload = act(box, client, kind)
        context, arrival = BoltRequest(body=payload, mode="socket_mode").context, read(payload)
        assert (arrival.team, arrival.user) == (context.team_id, context.user_id)
        assert arrival.response_url == (context.response_url or "")
        assert arrival.channel == ((context.channel_id or "") if kind != "event" else "")


def test_the_client_has_each_method_by_the_name_that_the_stand_in_knows() -> None:
    for method in METHODS:
        called = getattr(WebClient, method.replace(".", "_"), None)
        assert called is not None, method
        assert f'"{method}"' in inspect.getsource(called), method


def test_an_envelope_is_read_and_its_ack_is_heard(box: Sandbox, client: WebClient) -> None:
    act(box, client, "command")
    # Without a socket nothing is sent; the frame is made all the same as it would be.
    from bot.sandbox.slack.acts import Act  # noqa: PLC0415 - only this test makes a frame by itself
    from bot.sandbox.slack.envelopes import Envelope  # noqa: PLC0415

    for type_ in ("slash_commands", "interactive", "events_api"):
        wire = json.loads(json.dumps(Envelope(Act("x", "U0ANA", {"a": 1}), type_, True).wire("E1")))
        read = SocketModeRequest.from_dict(wire)
        assert read is not None
        assert (read.type, read.envelope_id, read.payload) == (type_, "E1", {"a": 1})
        assert read.accepts_response_payload is True
        assert read.retry_attempt == (0 if type_ == "events_api" else None)
    assert SocketModeResponse("E1").to_dict() == {"envelope_id": "E1"}


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat_postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat_update", {"channel": "C0SOCIAL", "ts": "1.0", "text": "x"}, "message_not_found"),
        ("users_info", {"user": "U0NOBODY"}, "user_not_found"),
        ("conversations_info", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ],
)
def test_a_refusal_is_read_by_the_client_as_slacks_own(
    client: WebClient, method: str, arguments: dict[str, str], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        getattr(client, method)(**arguments)
    response = refused.value.response
    assert (response.status_code, response["ok"], response["error"]) == (200, False, error)


def test_too_many_calls_are_told_as_the_client_reads_it(box: Sandbox, client: WebClient) -> None:
    box.slack.fail("users.info", retry_after=7)
    with pytest.raises(SlackApiError) as refused:
        client.users_info(user="U0ANA")
    response = refused.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert {name.lower(): value for name, value in response.headers.items()}["retry-after"] == "7"


def test_blocks_come_back_as_the_packages_models_read_them(client: WebClient) -> None:
    told = client.chat_postMessage(channel="C0SOCIAL", text="Who?", blocks=[BUTTON])["message"]
    (block,) = told["blocks"]
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.validate_json()
    assert {"type", "ts", "user", "text", "bot_id"} <= told.keys()
    assert all(isinstance(told[name], str) for name in ("type", "ts", "user", "text", "bot_id"))
