"""Slack's limits on how often an app calls, by the wire's clock: 429 with Retry-After."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.box import Sandbox
from bot.sandbox.clocks import WireClock
from bot.sandbox.slack.api import APP_METHODS, METHODS
from bot.sandbox.slack.limits import BURST, Limits, Tier, TooMany

# As listed at docs.slack.dev/reference/methods, page by page.
TIERS = {
    "apps.connections.open": Tier.THREE,
    "auth.test": Tier.SPECIAL,
    "blocks.validate": Tier.TWO,
    "chat.delete": Tier.THREE,
    "chat.getPermalink": Tier.SPECIAL,
    "chat.postEphemeral": Tier.FOUR,
    "chat.postMessage": Tier.SPECIAL,
    "chat.update": Tier.THREE,
    "conversations.info": Tier.THREE,
    "conversations.list": Tier.TWO,
    "conversations.members": Tier.FOUR,
    "conversations.open": Tier.THREE,
    "dnd.info": Tier.THREE,
    "dnd.teamInfo": Tier.TWO,
    "oauth.v2.access": Tier.SPECIAL,
    "team.info": Tier.THREE,
    "usergroups.list": Tier.TWO,
    "usergroups.users.list": Tier.TWO,
    "users.conversations": Tier.THREE,
    "users.info": Tier.FOUR,
    "users.list": Tier.TWO,
    "views.open": Tier.FOUR,
    "views.publish": Tier.FOUR,
    "views.push": Tier.FOUR,
    "views.update": Tier.FOUR,
}


def limited(call: Any, **arguments: Any) -> int:
    """The seconds that Slack asks to wait."""
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    response = refused.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    return int(response.headers["Retry-After"])


def test_every_method_has_its_tier() -> None:
    assert {name: method.tier for name, method in {**METHODS, **APP_METHODS}.items()} == TIERS


@pytest.mark.parametrize("tier", Tier)
def test_a_tier_is_so_many_calls_in_any_minute_for_each_workspace(tier: Tier) -> None:
    wire = WireClock()
    limits = Limits(wire, relaxed=False)
    for _ in range(tier):
        limits.call("T1", "users.list", tier)
    with pytest.raises(TooMany) as refused:
        limits.call("T1", "users.list", tier)
    limits.call("T2", "users.list", tier)
    limits.call("T1", "users.info", tier)

    wire.advance(refused.value.seconds)
    limits.call("T1", "users.list", tier)
    assert refused.value.seconds == 60


def test_one_method_that_is_called_too_often_is_answered_429(box: Sandbox, client: WebClient) -> None:
    box.slack.relax(False)
    for _ in range(Tier.TWO):
        client.users_list()
    seconds = limited(client.users_list)
    assert client.users_info(user="U0ANA")["ok"], "each method is counted by itself"
    box.slack.advance_wire(seconds)
    assert client.users_list()["ok"]
    assert '"refused_with": 429' in box.slack.log_lines()


def test_a_channel_takes_a_short_burst_and_then_one_message_a_second(box: Sandbox, client: WebClient) -> None:
    def post(channel: str) -> Any:
        return client.chat_postMessage(channel=channel, text="x")

    box.slack.relax(False)
    first, *_ = [post("C0SOCIAL")["ts"] for _ in range(BURST)]
    wait = limited(post, channel="C0SOCIAL")
    assert 1 <= wait <= BURST
    assert post("U0ANA")["ok"], "each channel is counted by itself"
    assert client.chat_update(channel="C0SOCIAL", ts=first, text="y")["ok"], "an edit is no new message"
    assert len(box.slack.messages("social")) == BURST
    box.slack.advance_wire(wait)
    assert post("C0SOCIAL")["ok"]


def test_relaxed_nothing_is_counted_out(box: Sandbox, client: WebClient) -> None:
    for _ in range(2 * Tier.TWO):
        assert client.users_list(limit=1)["ok"]


def test_the_switch_is_off_unless_a_root_turns_it_on(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "logs") as box:
        web = WebClient(box.slack.app_token, base_url=box.slack.api_url)
        for _ in range(Tier.THREE):
            web.apps_connections_open(app_token=box.slack.app_token)
        assert limited(web.apps_connections_open, app_token=box.slack.app_token) == 60
