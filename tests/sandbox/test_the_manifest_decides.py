"""The app gets what its manifest asks for and nothing else: scopes, events, commands, shortcuts, tabs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.box import MANIFEST as OURS
from bot.sandbox.box import Sandbox
from bot.sandbox.slack.api import APP_METHODS, METHODS
from bot.sandbox.slack.manifest import read_manifest
from bot.sandbox.slack.state import Refused
from tests.sandbox.conftest import connected, refusal

HOME = {"type": "home", "blocks": [{"type": "divider"}]}
NEEDS_ONE = [name for name, method in METHODS.items() if method.scope]
BY_KIND = {
    "conversations.info": "channels:read",
    "conversations.list": "channels:read",
    "conversations.members": "channels:read",
    "conversations.open": "im:write",
    "users.conversations": "channels:read",
}


def test_a_method_whose_scope_is_not_asked_for_is_refused_with_its_name(
    box: Sandbox, client: WebClient
) -> None:
    box.slack.uninstall()
    box.slack.change_app(scopes=["commands"], optional_scopes=[])
    box.slack.install()
    client.token = box.slack.bot_token
    needed = {name: METHODS[name].scope for name in NEEDS_ONE} | BY_KIND
    for name, scope in needed.items():
        arguments = {"channel": "C0SOCIAL", "users": "U0ANA"}
        with pytest.raises(SlackApiError) as refused:
            client.api_call(name, json=arguments)
        answer = refused.value.response
        assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", scope, "commands")
    assert client.auth_test()["ok"], "some methods need none"
    assert client.auth_test().headers["x-oauth-scopes"] == "commands"
    assert len(NEEDS_ONE) == 11
    assert set(APP_METHODS) == {"apps.connections.open", "oauth.v2.access"}


def test_a_private_channel_wants_a_scope_of_its_own(box: Sandbox, client: WebClient) -> None:
    box.slack.add_channel("secret", id="C0SECRET", is_private=True)
    assert client.conversations_info(channel="C0SECRET")["channel"]["is_private"]
    box.slack.uninstall()
    box.slack.change_app(scopes=["channels:read", "chat:write"], optional_scopes=[])
    box.slack.install()
    client.token = box.slack.bot_token
    with pytest.raises(SlackApiError) as refused:
        client.conversations_info(channel="C0SECRET")
    assert refused.value.response["needed"] == "groups:read"
    assert refusal(client.conversations_list, types="public_channel,private_channel") == "missing_scope"
    assert refusal(client.conversations_info, channel=box.slack.dm_channel("ana")) == "missing_scope"
    assert client.conversations_list()["channels"][0]["name"] == "social"
    assert refusal(client.conversations_list, types="rooms") == "invalid_types"


def test_an_optional_scope_is_granted_unless_it_is_left_out(box: Sandbox, client: WebClient) -> None:
    assert client.dnd_info(user="U0ANA")["dnd_enabled"] is False
    box.slack.uninstall()
    assert refusal(client.auth_test) == "account_inactive"
    with pytest.raises(Refused, match="only optional scopes can be left out"):
        box.slack.install(without=("users:read",))
    box.slack.install(without=("dnd:read",))
    again = WebClient(box.slack.bot_token, base_url=box.slack.api_url)
    assert refusal(again.dnd_info, user="U0ANA") == "missing_scope"
    assert again.users_info(user="U0ANA")["ok"]
    assert refusal(client.auth_test) == "account_inactive", "the former token stays dead"


def test_an_event_that_is_not_subscribed_or_lacks_its_scope_is_never_sent(box: Sandbox) -> None:
    slack = box.slack
    assert slack.send_event({"type": "message", "text": "hello"}, wait=False) is None
    assert slack.send_event({"type": "team_join", "user": {}}, wait=False) is None
    assert slack.send_event({"type": "dnd_updated_user"}, wait=False) is not None
    slack.uninstall()
    assert slack.change_user("ana", status_text="Away") is None, "not installed"
    assert [act.payload["event"]["type"] for act in slack.acts[1:]] == ["tokens_revoked", "app_uninstalled"]
    slack.install(without=("dnd:read",))
    assert slack.send_event({"type": "dnd_updated_user"}, wait=False) is None
    slack.change_app(events=[])
    assert slack.change_user("ana", status_text="") is None


def test_commands_and_shortcuts_exist_because_the_manifest_has_them(
    box: Sandbox, client: WebClient, new_app: Callable[[], App]
) -> None:
    app, heard = new_app(), []

    @app.shortcut("note")
    @app.shortcut("look")
    @app.command("/named")
    def listen(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body)
        ack()

    ts = client.chat_postMessage(channel="C0SOCIAL", text="x")["ts"]
    with connected(box, app):
        assert box.slack.shortcut("ana", "note").acked
        assert box.slack.shortcut("ana", "look", "social", ts).acked
        assert box.slack.command("ana", "social", "/named", "@ben in #social, not @nobody").acked

    anywhere, on_message, command = heard
    assert "channel" not in anywhere
    assert "response_url" not in anywhere
    assert (on_message["type"], on_message["message_ts"]) == ("message_action", ts)
    assert command["text"] == "<@U0BEN|ben> in #social, not @nobody"
    with pytest.raises(Refused, match="/gone is not a valid command"):
        box.slack.command("ana", "social", "/gone")
    with pytest.raises(Refused, match="no global shortcut 'look'"):
        box.slack.shortcut("ana", "look")
    with pytest.raises(Refused, match="no message shortcut 'note'"):
        box.slack.shortcut("ana", "note", "social", ts)


def test_what_is_off_in_the_manifest_is_off_in_slack(box: Sandbox, client: WebClient) -> None:
    button = {"type": "button", "action_id": "b", "text": {"type": "plain_text", "text": "B"}}
    blocks = [{"type": "actions", "elements": [button]}]
    ts = client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=blocks)["ts"]
    client.views_publish(user_id="U0ANA", view=HOME)

    box.slack.change_app(interactivity=False, home_tab=False, messages_read_only=True)
    with pytest.raises(Refused, match="not configured to handle interactive"):
        box.slack.press("ana", "social", ts, "b")
    with pytest.raises(Refused, match="no home tab"):
        box.slack.open_home("ana")
    assert refusal(client.views_publish, user_id="U0ANA", view=HOME) == "not_enabled"
    with pytest.raises(Refused, match="has been turned off"):
        box.slack.say("ana", box.slack.dm_channel("ana"), "hello?")
    box.slack.change_app(messages_tab=False)
    assert refusal(client.chat_postMessage, channel="U0ANA", text="x") == "messages_tab_disabled"
    with pytest.raises(Refused, match="no messages tab"):
        box.slack.open_home("ana", tab="messages")


def test_the_stand_in_of_the_demo_and_the_tests_grants_what_our_own_manifest_asks_for(
    tmp_path: Path,
) -> None:
    ours = read_manifest(OURS)
    with Sandbox(tmp_path / "logs") as box:
        assert box.slack.workspace.granted == ours.scopes | ours.optional_scopes
        assert box.slack.app.manifest == ours
