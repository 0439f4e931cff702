"""Trouble on demand over the JSON control API, as from Python."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK
from websockets.sync.client import connect

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.acts import Outcome
from tests.sandbox.conftest import refusal

pytestmark = pytest.mark.connects


def test_the_control_api_troubles_slack(box: Sandbox, control: httpx.Client, client: WebClient) -> None:
    def call(name: str, **arguments: Any) -> Any:
        return control.post(f"/control/{name}", json=arguments).json()

    call("fail", method="chat.postMessage", times=2, error="is_archived")
    assert refusal(client.chat_postMessage, channel="C0SOCIAL", text="x") == "is_archived"
    call("heal")
    assert client.chat_postMessage(channel="C0SOCIAL", text="x")["ok"]
    call("deliver_twice", event="user_change")
    box.slack.change_user("ana", status_text="Away")
    assert len({act.payload["event_id"] for act in box.slack.acts}) == 1
    assert len(box.slack.acts) == 2

    call("relax", relaxed=False)
    for _ in range(20):
        client.users_list()
    assert refusal(client.users_list) == "ratelimited"
    call("advance_wire", seconds=60)
    assert client.users_list()["ok"]

    call("change_app", events=["app_home_opened"], home_tab=False)
    assert box.slack.change_user("ana", status_text="") is None
    assert not call("change_app", colour="red")["ok"]
    call("uninstall")
    call("install", without=["dnd:read"])
    assert "dnd:read" not in box.slack.workspace.granted
    assert call("use_request_url", url="https://hooks.example/") == {
        "ok": False,
        "error": "https://hooks.example/ is not on this machine, and the stand-in calls nothing else",
    }
    assert call("add_usergroup", handle="support", users=["ana"])["ok"]
    assert call("state")["ok"], "all other calls are the page's"


def test_trouble_wants_the_token(box: Sandbox, control: httpx.Client) -> None:
    bare = {"X-Sandbox-Token": "guess"}
    assert control.post("/control/heal", json={}, headers=bare).status_code == 403
    assert control.post("/control/heal", data={"x": "y"}).status_code == 403
    assert control.post("/control/heal", json={}, headers={"Host": "evil.example"}).status_code == 403
    assert (
        control.post("/control/heal", json={}, headers={"Origin": "https://evil.example"}).status_code == 403
    )
    assert control.post("/control/heal", json={}).json() == {"ok": True, "result": None}


@pytest.mark.parametrize("how", ["close_sockets", "reset_sockets", "freeze_sockets"])
def test_sockets_end_as_asked(box: Sandbox, control: httpx.Client, how: str) -> None:
    web = WebClient(box.slack.app_token, base_url=box.slack.api_url)
    url = web.apps_connections_open(app_token=box.slack.app_token)["url"]
    with connect(url, proxy=None, close_timeout=0.2) as line:
        line.recv(timeout=5)
        assert control.post(f"/control/{how}", json={}).json()["ok"]
        if how == "freeze_sockets":
            assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NOT_ACKED
            with pytest.raises(TimeoutError):
                line.recv(timeout=0)
            return
        with pytest.raises(ConnectionClosedOK if how == "close_sockets" else ConnectionClosedError):
            line.recv(timeout=5)
