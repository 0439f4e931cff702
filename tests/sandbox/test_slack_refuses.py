"""The Web API refuses what Slack refuses, in Slack's words."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.error import URLError

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.box import Sandbox
from tests.sandbox.conftest import refusal

pytestmark = pytest.mark.connects

MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]}


def test_tokens_are_checked(box: Sandbox, client: WebClient) -> None:
    api = box.slack.api_url
    assert client.auth_test()["bot_id"] == "B0STANDIN"
    assert refusal(WebClient("xoxb-other", base_url=api).auth_test) == "invalid_auth"
    assert refusal(WebClient(base_url=api).auth_test) == "not_authed"
    assert refusal(WebClient(box.slack.app_token, base_url=api).auth_test) == "not_allowed_token_type"
    assert refusal(client.apps_connections_open, app_token=client.token) == "not_allowed_token_type"
    assert refusal(client.api_call, api_method="chat.shout") == "unknown_method"


def test_bodies_are_read_as_json_form_query_and_empty(box: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {box.slack.bot_token}"}
    blocks = '[{"type":"divider"}]'
    with httpx.Client(base_url=box.slack.api_url, headers=headers, trust_env=False) as web:
        asked = {"channel": "C0SOCIAL", "text": "[1]", "blocks": blocks}
        assert web.post("chat.postMessage", data=asked).json()["message"]["text"] == "[1]"
        assert web.post("chat.postMessage", json=asked).json()["message"]["blocks"][0]["type"] == "divider"
        assert web.get("users.info", params={"user": "U0ANA"}).json()["user"]["name"] == "ana"
        empty = {"Content-Type": "application/json"}
        assert web.post("auth.test", headers=empty).json()["ok"]
        assert web.post("auth.test", headers=empty, content="[1]").json()["error"] == "json_not_object"
        assert web.post("auth.test", headers=empty, content="{").json()["error"] == "invalid_json"


def test_channels_refuse(box: Sandbox, client: WebClient) -> None:
    slack = box.slack
    slack.add_channel("elsewhere", bot=False)
    slack.add_channel("secret", bot=False, is_private=True)
    slack.add_channel("old", is_archived=True)
    slack.add_user("zoe", id="U0ZOE", deleted=True)

    def post(channel: str, **more: Any) -> str:
        arguments = {"channel": channel, "text": "x"} | more
        return refusal(client.api_call, api_method="chat.postMessage", json=arguments)

    assert post("C0NOWHERE") == "channel_not_found"
    assert post("elsewhere") == "not_in_channel"
    assert post("secret") == "channel_not_found"
    assert post("old") == "is_archived"
    assert post("U0ZOE") == "user_disabled"
    assert refusal(client.conversations_open, users="U0ZOE") == "user_disabled"
    assert post("social", text="") == "no_text"
    assert post("social", blocks="no blocks") == "invalid_blocks_format"
    slack.workspace.messages_tab_enabled = False
    assert post("U0ANA") == "messages_tab_disabled"
    assert refusal(client.conversations_info, channel="secret") == "channel_not_found"
    assert [each["name"] for each in client.conversations_list(exclude_archived=True)["channels"]] == [
        "social",
        "elsewhere",
    ]


def test_only_own_messages_can_be_changed(box: Sandbox, client: WebClient) -> None:
    own = client.chat_postMessage(channel="C0SOCIAL", text="mine")["ts"]
    theirs = box.slack.say("ben", "social", "not yours")
    secret = client.chat_postEphemeral(channel="C0SOCIAL", user="U0ANA", text="psst")["message_ts"]

    def update(ts: str, text: str = "new") -> str:
        return refusal(client.chat_update, channel="C0SOCIAL", ts=ts, text=text)

    assert update("1.000001") == "message_not_found"
    assert update(secret) == "message_not_found"
    assert update(theirs) == "cant_update_message"
    assert update(own, "x" * 4001) == "msg_too_long"
    assert refusal(client.chat_delete, channel="C0SOCIAL", ts=theirs) == "cant_delete_message"
    assert client.chat_delete(channel="C0SOCIAL", ts=own)["ts"] == own
    assert [each["text"] for each in box.slack.messages("social")] == ["not yours"]


def test_only_new_messages_raise_marks_and_ts_rises(box: Sandbox, client: WebClient) -> None:
    first = client.chat_postMessage(channel="U0ANA", text="a < b & <https://x.example|c> &amp; d")
    second = client.chat_postMessage(channel=first["channel"], text="two")
    client.chat_update(channel=first["channel"], ts=first["ts"], text="changed")
    client.chat_postEphemeral(channel="C0SOCIAL", user="U0ANA", text="psst")

    assert first["message"]["text"] == "a &lt; b &amp; <https://x.example|c> &amp; d"
    assert float(second["ts"]) > float(first["ts"])
    assert box.slack.unread("ana") == {first["channel"]: 2}
    assert box.slack.unread("ben") == {}
    assert client.conversations_open(users="U0ANA")["channel"]["id"] == first["channel"]
    assert [each["text"] for each in box.slack.dm_messages("ana")] == ["changed", "two"]


def test_a_trigger_works_once_and_for_three_seconds(box: Sandbox, client: WebClient) -> None:
    def trigger() -> str:
        return box.slack.command("ana", "social", "/engage").trigger_id

    used = trigger()
    assert client.views_open(trigger_id=used, view=MODAL)["view"]["id"]
    assert refusal(client.views_open, trigger_id=used, view=MODAL) == "exchanged_trigger_id"
    assert refusal(client.views_open, trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"
    old = trigger()
    box.wire.advance(3.1)
    assert refusal(client.views_open, trigger_id=old, view=MODAL) == "expired_trigger_id"


def test_views_are_guarded(box: Sandbox, client: WebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}], "external_id": "one"}
    shown = client.views_publish(user_id="U0ANA", view=home)["view"]
    huge = home | {"blocks": [{"type": "section", "text": {"type": "plain_text", "text": "x" * 260_000}}]}

    def publish(**more: Any) -> str:
        return refusal(client.views_publish, **({"user_id": "U0ANA", "view": home} | more))

    assert publish(hash="other") == "hash_conflict"
    assert publish(view=huge) == "view_too_large"
    assert publish(view=MODAL) == "invalid_arguments"
    assert refusal(client.views_update, view_id="V0NONE", view=home) == "not_found"
    assert client.views_update(external_id="one", view=home)["view"]["id"] == shown["id"]
    box.slack.workspace.home_tab_enabled = False
    assert publish() == "not_enabled"


def test_a_response_url_is_ephemeral_by_default_and_wears_out(box: Sandbox, client: WebClient) -> None:
    box.slack.change_channel("social", bot=False)
    url = box.slack.command("ana", "social", "/engage").response_url

    def respond(to: str, **body: Any) -> Any:
        return httpx.post(to, json=body, trust_env=False)

    assert respond(url, text="for you").text == "ok"
    assert respond(url, text="for all", response_type="in_channel").status_code == 200
    assert respond(url, text="x", replace_original=True).json()["error"] == "message_not_found"
    assert [each["text"] for each in box.slack.messages("social")] == ["for all"]
    assert [each["text"] for each in box.slack.messages("social", "ana")] == ["for you", "for all"]
    assert [each["text"] for each in box.slack.messages("social", "ben")] == ["for all"]
    respond(url, text="four")
    respond(url, text="five")
    assert respond(url, text="six").json()["error"] == "used_url"

    late = box.slack.command("ana", "social", "/engage").response_url
    box.wire.advance(1801)
    assert respond(late, text="late").json()["error"] == "expired_url"


def test_an_ephemeral_original_can_be_replaced_and_deleted(box: Sandbox, client: WebClient) -> None:
    button = {"type": "button", "action_id": "b", "text": {"type": "plain_text", "text": "B"}}
    blocks = [{"type": "actions", "elements": [button]}]
    ts = client.chat_postEphemeral(channel="C0SOCIAL", user="U0ANA", text="x", blocks=blocks)["message_ts"]
    act = box.slack.press("ana", "social", ts, "b")

    assert "message" not in act.payload
    assert act.payload["container"]["is_ephemeral"]
    httpx.post(act.response_url, json={"text": "y", "replace_original": True}, trust_env=False)
    assert [each["text"] for each in box.slack.messages("social", "ana")] == ["y"]
    httpx.post(act.response_url, json={"delete_original": True}, trust_env=False)
    assert box.slack.messages("social", "ana") == []


def test_faults_meet_the_next_calls(box: Sandbox, client: WebClient) -> None:
    def post() -> Any:
        return client.chat_postMessage(channel="C0SOCIAL", text="x")

    box.slack.fail("chat.postMessage", times=2, error="is_archived")
    assert refusal(post) == "is_archived"
    assert refusal(post) == "is_archived"
    assert post()["ok"]

    box.slack.fail("chat.*", retry_after=30)
    with pytest.raises(SlackApiError) as limited:
        post()
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "30"

    box.slack.fail("chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        post()
    assert len(box.slack.messages("social")) == 1

    box.slack.fail("chat.postMessage", drop_answer=True)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError, URLError)):
        post()
    assert len(box.slack.messages("social")) == 2


def test_people_have_zones_and_change(box: Sandbox, client: WebClient) -> None:
    user = client.users_info(user="U0BEN")["user"]
    assert (user["tz"], user["deleted"], user["is_restricted"]) == ("America/New_York", False, False)
    assert user["tz_offset"] in (-5 * 3600, -4 * 3600)
    act = box.slack.change_user("ben", status_text="Away", is_restricted=True)

    assert act is not None
    assert act.payload["event"]["type"] == "user_change"
    assert client.users_info(user="U0BEN")["user"]["profile"]["status_text"] == "Away"
    assert refusal(client.users_info, user="U0NOBODY") == "user_not_found"
    first = client.users_list(limit=2)
    rest = client.users_list(limit=2, cursor=first["response_metadata"]["next_cursor"])
    assert len(first["members"] + rest["members"]) == 3
    assert box.slack.send_event({"type": "message", "text": "no scope for it"}) is None
