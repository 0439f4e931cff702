"""Two teams in one Slack, with one app: nothing of one is seen in the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from websockets.sync.client import ClientConnection, connect

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.handle import Slack
from tests.sandbox.conftest import refusal

pytestmark = pytest.mark.connects

MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]}
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
ROW = [{"type": "actions", "elements": [BUTTON]}]


@pytest.fixture
def other(box: Sandbox) -> Slack:
    """A team with the same ids and names as the first."""
    slack = box.add_workspace("T0OTHER", "Next door")
    slack.add_user("ana", id="U0ANA", tz="Asia/Tokyo")
    slack.add_channel("social", id="C0SOCIAL")
    return slack


@pytest.fixture
def line(box: Sandbox) -> Iterator[ClientConnection]:
    web = WebClient(box.slack.app_token, base_url=box.slack.api_url)
    url = web.apps_connections_open(app_token=box.slack.app_token)["url"]
    with connect(url, proxy=None, close_timeout=0.2) as connection:
        connection.recv(timeout=5)
        yield connection


def acked(line: ClientConnection) -> dict[str, Any]:
    """The next envelope's payload, acked."""
    envelope = json.loads(line.recv(timeout=5))
    line.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
    payload: dict[str, Any] = envelope["payload"]
    return payload


def test_what_is_done_in_one_is_not_seen_in_the_other(box: Sandbox, client: WebClient, other: Slack) -> None:
    theirs = WebClient(other.bot_token, base_url=other.api_url)
    ours = client.chat_postMessage(channel="C0SOCIAL", text="ours")["ts"]
    client.chat_postMessage(channel="U0ANA", text="for our Ana")
    client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [{"type": "divider"}]})

    assert other.messages("social") == []
    assert other.dm_messages("ana") == []
    assert other.unread("ana") == {}
    assert other.home("ana") is None
    assert refusal(theirs.chat_update, channel="C0SOCIAL", ts=ours, text="x") == "message_not_found"
    assert refusal(theirs.chat_getPermalink, channel="C0SOCIAL", message_ts=ours) == "message_not_found"
    assert theirs.users_info(user="U0ANA")["user"]["tz"] == "Asia/Tokyo"
    assert len(client.users_list()["members"]) == 3
    assert len(theirs.users_list()["members"]) == 2
    assert (client.auth_test()["team_id"], theirs.auth_test()["team_id"]) == ("T0STANDIN", "T0OTHER")
    assert client.auth_test()["bot_id"] != theirs.auth_test()["bot_id"]


def test_a_trigger_and_a_response_url_work_in_their_own_workspace(
    box: Sandbox, client: WebClient, other: Slack, line: ClientConnection
) -> None:
    act = other.command("ana", "social", "/engage", wait=False)
    acked(line)
    assert refusal(client.views_open, trigger_id=act.trigger_id, view=MODAL) == "invalid_trigger_id"
    theirs = WebClient(other.bot_token, base_url=other.api_url)
    assert theirs.views_open(trigger_id=act.trigger_id, view=MODAL)["ok"]
    httpx.post(act.response_url, json={"text": "for you"}, trust_env=False)

    assert box.slack.modals("ana") == []
    assert box.slack.messages("social", "ana") == []
    assert [each["text"] for each in other.messages("social", "ana")] == ["for you"]


def test_every_envelope_names_its_team_over_one_app_token(
    box: Sandbox, client: WebClient, other: Slack, line: ClientConnection
) -> None:
    seen = []
    for slack, token in ((box.slack, client.token), (other, other.bot_token)):
        web = WebClient(token, base_url=slack.api_url)
        ts = web.chat_postMessage(channel="C0SOCIAL", text="x", blocks=ROW)["ts"]
        slack.command("ana", "social", "/engage", wait=False)
        command = acked(line)
        slack.press("ana", "social", ts, "go", wait=False)
        press = acked(line)
        slack.change_user("ana", status_text="Away")
        event = acked(line)
        authorized = event["authorizations"][0]
        assert authorized["user_id"] == slack.workspace.bot.id
        teams = {command["team_id"], press["team"]["id"], press["user"]["team_id"], event["team_id"]}
        seen.append(teams | {authorized["team_id"], event["event"]["user"]["team_id"]})
    assert seen == [{"T0STANDIN"}, {"T0OTHER"}]
    logged = [json.loads(each) for each in box.slack.log_lines().splitlines()]
    assert {each["team"] for each in logged if each["kind"] == "call"} == {"", "T0STANDIN", "T0OTHER"}


def test_calls_are_counted_for_each_workspace(box: Sandbox, client: WebClient, other: Slack) -> None:
    box.slack.fail("team.info", error="fatal_error")
    assert refusal(client.team_info) == "fatal_error"
    theirs = WebClient(other.bot_token, base_url=other.api_url)
    assert theirs.team_info()["team"]["name"] == "Next door"
    other.uninstall()
    assert refusal(theirs.team_info) == "account_inactive"
    assert client.team_info()["team"]["name"] == "At home"
