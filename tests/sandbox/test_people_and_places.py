"""Who and what there is, as Slack tells it: guests, strangers, groups, channels, direct messages."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.state import Refused
from tests.sandbox.conftest import refusal

SELECT = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "T"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "talk",
            "label": {"type": "plain_text", "text": "Where"},
            "element": SELECT,
        },
        {
            "type": "input",
            "block_id": "note",
            "optional": True,
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "n", "min_length": 3, "max_length": 5},
        },
    ],
}


def test_guests_the_deleted_and_people_of_elsewhere_are_told_apart(box: Sandbox, client: WebClient) -> None:
    slack = box.slack
    slack.add_user("guest", id="U0GUEST", is_restricted=True)
    slack.add_user("one", id="U0ONE", is_ultra_restricted=True)
    slack.add_user("eve", id="U0EVE", team_id="T0OTHER")
    slack.add_user("gone", id="U0GONE", deleted=True)
    slack.add_user("former", id="U0FORMER", team_id="T0OTHER", is_stranger=True)
    slack.add_channel("with-others", id="C0SHARED", is_ext_shared=True)

    def told(user: str) -> dict[str, Any]:
        return dict(client.users_info(user=user)["user"])

    assert told("U0GUEST")["is_restricted"]
    assert told("U0ONE")["is_ultra_restricted"]
    eve = told("U0EVE")
    assert (eve["team_id"], eve["profile"]["team"], "is_stranger" in eve) == ("T0OTHER", "T0OTHER", False)
    assert told("U0FORMER")["is_stranger"]
    gone = told("U0GONE")
    assert gone["deleted"]
    assert not {"tz", "tz_offset", "is_admin", "is_restricted"} & gone.keys()
    assert client.conversations_info(channel="C0SHARED")["channel"]["is_ext_shared"]
    assert "U0EVE" in client.conversations_members(channel="C0SHARED")["members"]
    assert client.chat_postMessage(channel="U0EVE", text="x")["ok"]
    assert refusal(client.chat_postMessage, channel="U0FORMER", text="x") == "channel_not_found"
    assert refusal(client.conversations_open, users="U0FORMER") == "user_not_visible"


def test_a_status_and_its_end_are_told(box: Sandbox, client: WebClient) -> None:
    act = box.slack.change_user("ana", status_emoji=":palm_tree:", status_text="Away", status_expiration=99)
    profile = client.users_info(user="U0ANA")["user"]["profile"]
    assert (profile["status_emoji"], profile["status_expiration"]) == (":palm_tree:", 99)
    assert act is not None
    assert act.payload["event"]["user"]["profile"] == profile
    with pytest.raises(Refused, match="users have no mood"):
        box.slack.change_user("ana", mood="fine")


def test_do_not_disturb_of_one_and_of_many(box: Sandbox, client: WebClient) -> None:
    times = {"dnd_enabled": True, "next_dnd_start_ts": 5, "next_dnd_end_ts": 9}
    box.slack.change_user("ben", dnd=times)
    assert {key: client.dnd_info(user="U0BEN")[key] for key in times} == times
    told = client.dnd_teamInfo(users=["U0ANA", "U0BEN", "U0NOBODY"])["users"]
    assert told.keys() == {"U0ANA", "U0BEN"}
    assert told["U0BEN"] == times
    assert refusal(client.dnd_info, user="U0NOBODY") == "user_not_found"
    assert refusal(client.api_call, api_method="dnd.teamInfo") == "no_users_provided"
    assert refusal(client.dnd_teamInfo, users=["U1"] * 51) == "too_many_users"


def test_groups_and_who_is_in_them(box: Sandbox, client: WebClient) -> None:
    group = box.slack.add_usergroup("support", ["ana", "ben"], name="Support")
    old = box.slack.add_usergroup("old", [], is_disabled=True)
    assert [each["handle"] for each in client.usergroups_list()["usergroups"]] == ["support"]
    both = client.usergroups_list(include_disabled=True, include_users=True)["usergroups"]
    assert [(each["id"], each["users"]) for each in both] == [(group, ["U0ANA", "U0BEN"]), (old, [])]
    assert client.usergroups_users_list(usergroup=group)["users"] == ["U0ANA", "U0BEN"]
    assert refusal(client.usergroups_users_list, usergroup="S0NONE") == "no_such_subteam"
    assert refusal(client.usergroups_users_list, usergroup=old) == "no_such_subteam"


def test_direct_messages_are_opened_by_user_id(box: Sandbox, client: WebClient) -> None:
    box.slack.add_user("robot", id="U0BOT", is_bot=True)
    opened = client.conversations_open(users=["U0ANA"], return_im=True)["channel"]
    assert (opened["is_im"], opened["user"]) == (True, "U0ANA")
    assert client.conversations_open(channel=opened["id"])["channel"]["id"] == opened["id"]
    assert client.chat_postMessage(channel=opened["id"], text="x")["channel"] == opened["id"]
    assert refusal(client.conversations_open, users="") == "users_list_not_supplied"
    assert refusal(client.conversations_open, users="U0NOBODY") == "user_not_found"
    assert refusal(client.conversations_open, users="U0BOT") == "cannot_dm_bot"
    assert refusal(client.conversations_open, users=["U0ANA", "U0BEN"]) == "missing_scope"
    assert refusal(client.chat_postMessage, channel="U0BOT", text="x") == "channel_not_found"


def test_names_are_for_people_and_methods_take_ids(box: Sandbox, client: WebClient) -> None:
    sent = client.chat_postMessage(channel="#social", text="by name, as Slack still takes it")
    ts = sent["ts"]
    assert sent["channel"] == "C0SOCIAL"
    assert refusal(client.chat_update, channel="social", ts=ts, text="x") == "channel_not_found"
    assert refusal(client.chat_delete, channel="#social", ts=ts) == "channel_not_found"
    assert refusal(client.conversations_info, channel="social") == "channel_not_found"
    assert refusal(client.users_info, user="ana") == "user_not_found"
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert refusal(client.views_publish, user_id="ana", view=home) == "user_not_found"
    link = client.chat_getPermalink(channel="C0SOCIAL", message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/C0SOCIAL/p{ts.replace('.', '')}")
    assert refusal(client.chat_getPermalink, channel="C0SOCIAL", message_ts="1.000001") == "message_not_found"


def test_where_the_app_is_is_told_with_fewer_fields(box: Sandbox, client: WebClient) -> None:
    box.slack.add_channel("elsewhere", bot=False)
    box.slack.add_channel("secret", id="C0SECRET", is_private=True)
    (told,) = client.users_conversations()["channels"]
    assert (told["id"], "is_member" in told, "num_members" in told) == ("C0SOCIAL", False, False)
    both = client.users_conversations(types="public_channel,private_channel")["channels"]
    assert [each["id"] for each in both] == ["C0SOCIAL", "C0SECRET"]


def test_pages_are_a_hundred_long_unless_asked(box: Sandbox, client: WebClient) -> None:
    for number in range(101):
        box.slack.add_channel(f"room-{number}")
    first = client.conversations_list()
    rest = client.conversations_list(cursor=first["response_metadata"]["next_cursor"])
    assert (len(first["channels"]), len(rest["channels"])) == (100, 2)
    assert rest["response_metadata"]["next_cursor"] == ""
    assert refusal(client.conversations_list, cursor="x") == "invalid_cursor"
    assert refusal(client.conversations_list, limit="many") == "invalid_limit"


def test_what_may_not_be_said(box: Sandbox, client: WebClient) -> None:
    box.slack.add_channel("news", is_read_only=True)

    def post(**more: Any) -> str:
        return refusal(client.chat_postMessage, **({"channel": "C0SOCIAL"} | more))

    assert post(channel="news", text="x") == "restricted_action"
    assert post(text="x", markdown_text="y") == "markdown_text_conflict"
    assert post(markdown_text="x" * 12_001) == "msg_too_long"
    assert post(text="x", attachments=[{"text": "y"}]) == "invalid_attachments"
    assert post(text="x", metadata={"event_type": "x"}) == "invalid_metadata_format"
    long = {"event_type": "x", "event_payload": {"y": "z" * 8000}}
    assert post(text="x", metadata=long) == "metadata_too_large"
    kept = {"event_type": "x", "event_payload": {"id": 1}}
    client.chat_postMessage(channel="C0SOCIAL", markdown_text="**x**", metadata=kept)
    assert box.slack.messages("social")[-1]["metadata"] == kept
    box.slack.change_channel("social", is_archived=True)
    with pytest.raises(Refused, match="is archived"):
        box.slack.say("ana", "social", "hello")
    box.slack.add_channel("elsewhere", members=["ben"])
    with pytest.raises(Refused, match="is not in elsewhere"):
        box.slack.say("ana", "elsewhere", "hello")


def test_a_modal_may_ask_where_to_answer_and_how_long_a_text_is(box: Sandbox, client: WebClient) -> None:
    trigger = box.slack.command("ana", "social", "/engage").trigger_id
    view = client.views_open(trigger_id=trigger, view=MODAL)["view"]["id"]
    short = box.slack.submit("ana", view, {"talk": "C0SOCIAL", "note": "xy"})
    long = box.slack.submit("ana", view, {"note": "six of"})
    sent = box.slack.submit("ana", view, {"note": "four"})

    assert short.errors == {"note": "Please use at least 3 characters."}
    assert long.errors == {"note": "Please use at most 5 characters."}
    (asked,) = sent.payload["response_urls"]
    assert (asked["block_id"], asked["action_id"], asked["channel_id"]) == ("talk", "where", "C0SOCIAL")
    assert asked["response_url"].startswith(box.slack.api_url.removesuffix("api/"))


def test_closing_one_modal_may_clear_them_all(box: Sandbox, client: WebClient) -> None:
    def trigger() -> str:
        return box.slack.command("ana", "social", "/engage").trigger_id

    client.views_open(trigger_id=trigger(), view=MODAL)
    top = client.views_push(
        trigger_id=trigger(), view=MODAL | {"clear_on_close": True, "notify_on_close": True}
    )
    act = box.slack.close_modal("ana", top["view"]["id"])
    assert act is not None
    assert act.payload["is_cleared"]
    assert box.slack.modals("ana") == []
    assert refusal(client.views_push, trigger_id=trigger(), view=MODAL) == "not_found"
    named = MODAL | {"external_id": "one"}
    client.views_open(trigger_id=trigger(), view=named)
    assert refusal(client.views_push, trigger_id=trigger(), view=named) == "duplicate_external_id"
