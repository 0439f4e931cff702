"""Every way a call of Slack can end, told apart by what may be done next."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.domain.errors import Ambiguous, NotSent, Rejected
from bot.domain.model import Workspace
from bot.domain.ports import Posted
from bot.domain.screens import Kind, Screen
from bot.slack.client import SLACK, Tokens, open_client, refuse_base
from bot.slack.messenger import Messenger, read_person
from tests.slack.rig import Rig

QUIET = Screen(Kind.STOPPED)


def posts(rig: Rig) -> list[dict[str, Any]]:
    return rig.box.slack.messages("social")


def test_a_message_is_posted_and_edited_without_a_second_ring(rig: Rig) -> None:
    posted = rig.messenger.post(rig.home, "C0SOCIAL", QUIET)
    assert posts(rig)[0]["ts"] == posted.ts
    rig.box.slack.read("ana", "social")
    rig.messenger.edit(rig.home, posted, QUIET)
    assert rig.box.slack.unread("ana") == {}


def test_a_person_is_written_to_by_their_id(rig: Rig) -> None:
    posted = rig.messenger.post(rig.home, "U0ANA", QUIET)
    assert posted.channel == rig.box.slack.dm_channel("ana")
    assert len(rig.box.slack.dm_messages("ana")) == 1


def test_too_many_calls_are_not_sent_until_slack_says(rig: Rig, noon: datetime) -> None:
    rig.box.slack.fail("chat.postMessage", retry_after=30)
    messenger = Messenger(rig.messenger.clients, lambda: noon)
    with pytest.raises(NotSent) as told:
        messenger.post(rig.home, "C0SOCIAL", QUIET)
    assert told.value.until == noon + timedelta(seconds=30)
    assert posts(rig) == []


def test_a_dropped_answer_is_ambiguous_and_never_sent_again(rig: Rig) -> None:
    rig.box.slack.fail("chat.postMessage", drop_answer=True)
    with pytest.raises(Ambiguous):
        rig.messenger.post(rig.home, "C0SOCIAL", QUIET)
    assert len(posts(rig)) == 1


@pytest.mark.parametrize("how", [{"status": 503}, {"error": "internal_error"}, {"error": "fatal_error"}])
def test_slacks_own_failures_are_ambiguous(rig: Rig, how: dict[str, Any]) -> None:
    rig.box.slack.fail("chat.postMessage", **how)
    with pytest.raises(Ambiguous):
        rig.messenger.post(rig.home, "C0SOCIAL", QUIET)


@pytest.mark.parametrize("code", ["is_archived", "channel_not_found", "not_in_channel", "token_revoked"])
def test_a_permanent_no_comes_by_its_name(rig: Rig, code: str) -> None:
    rig.box.slack.fail("chat.postMessage", error=code)
    with pytest.raises(Rejected) as told:
        rig.messenger.post(rig.home, "C0SOCIAL", QUIET)
    assert told.value.code == code


def test_a_lost_edit_may_be_repeated(rig: Rig) -> None:
    posted = rig.messenger.post(rig.home, "C0SOCIAL", QUIET)
    rig.box.slack.fail("chat.update", drop_answer=True)
    with pytest.raises(NotSent):
        rig.messenger.edit(rig.home, posted, QUIET)
    rig.messenger.edit(rig.home, posted, QUIET)
    with pytest.raises(Rejected):
        rig.messenger.edit(rig.home, Posted("C0SOCIAL", "1.000001"), QUIET)


def test_where_nobody_listens_nothing_was_sent(rig: Rig) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = WebClient(
            "xoxb-standin-x", base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/api/", retry_handlers=[]
        )
        with pytest.raises(NotSent):
            Messenger(lambda team: closed, rig.box.world_clock).post(rig.home, "C0SOCIAL", QUIET)


def test_who_somebody_is_and_nobody(rig: Rig) -> None:
    ana = rig.messenger.person(rig.home, "U0ANA")
    assert ana is not None
    assert (ana.zone, ana.is_bot, ana.is_outside) == ("Europe/Berlin", False, False)
    assert rig.messenger.person(rig.home, "U0NOBODY") is None
    robot, eve = (rig.messenger.person(rig.home, each) for each in ("U0BOT", "U0EVE"))
    assert robot is not None
    assert robot.is_bot
    assert eve is not None
    assert eve.is_outside


@pytest.mark.parametrize("sign", ["is_restricted", "is_ultra_restricted", "is_stranger"])
def test_guests_are_from_outside(sign: str) -> None:
    home = Workspace("w", "T1", "Acme", zone="Europe/Rome")
    user: dict[str, Any] = {"id": "U1", "name": "ana", "team_id": "T1"}
    assert not read_person(user, home).is_outside
    assert read_person(user | {sign: True}, home).is_outside
    assert read_person(user, home).zone == "Europe/Rome"
    assert not read_person(user | {"team_id": "T9", "enterprise_user": {"teams": ["T1"]}}, home).is_outside


REAL, STANDIN = Tokens("xoxb-1", "xapp-1"), Tokens("xoxb-standin-1", "xapp-standin-1")


@pytest.mark.parametrize(
    ("base", "tokens", "allowed"),
    [
        (SLACK, REAL, True),
        (SLACK, STANDIN, False),
        ("http://127.0.0.1:4000/api/", STANDIN, True),
        ("http://127.0.0.1:4000/api/", REAL, False),
        ("http://127.0.0.1:4000/api/", Tokens("xoxb-standin-1", "xapp-1"), False),
        ("http://127.0.0.1:4000/", STANDIN, False),
        ("https://slack.example/api/", REAL, False),
        ("https://slack.example/api/", STANDIN, False),
        ("http://localhost.evil.example/api/", STANDIN, False),
        ("http://10.0.0.1/api/", STANDIN, False),
    ],
)
def test_an_api_that_is_not_slacks_is_loopback_with_standin_tokens(
    base: str, tokens: Tokens, allowed: bool
) -> None:
    assert (refuse_base(base, tokens) is None) is allowed
    if not allowed:
        with pytest.raises(ValueError, match=r"\w"):
            open_client(tokens, base)


def test_tokens_show_nothing_and_every_call_is_counted(rig: Rig) -> None:
    assert "standin" not in repr(STANDIN)
    seen: list[tuple[str, str, str]] = []
    tokens = Tokens(rig.box.slack.bot_token, rig.box.slack.app_token)
    client = open_client(tokens, rig.box.slack.api_url, count=lambda *call: seen.append(call))
    client.auth_test()
    assert [(method, path) for _, method, path in seen] == [("POST", "/api/auth.test")]
    assert client.without_token().token is None
    assert client.retry_handlers == []
