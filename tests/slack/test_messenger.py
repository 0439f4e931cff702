"""Every way a call of Slack can end, told apart by what may be done next."""

from __future__ import annotations

import socket
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.domain.errors import Ambiguous, NotSent, Rejected
from bot.domain.model import Workspace
from bot.domain.ports import Channel, Posted
from bot.domain.screens import Kind, Screen
from bot.slack.client import SLACK, Tokens, open_client, refuse_base
from bot.slack.messenger import Messenger, read_person, read_rest
from tests.conftest import HandClock
from tests.referee import WITHOUT_A_NETWORK
from tests.slack.rig import Rig

QUIET = Screen(Kind.STOPPED)


@pytest.fixture
def rules() -> Collection[int]:
    """These tests call the messenger themselves, so no intent stands before a message."""
    return WITHOUT_A_NETWORK - {3, 4, 5}


def posts(unplugged: Rig) -> list[dict[str, Any]]:
    return unplugged.box.slack.messages("social")


def test_a_message_is_posted_and_edited_without_a_second_ring(unplugged: Rig) -> None:
    posted = unplugged.messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    assert posts(unplugged)[0]["ts"] == posted.ts
    unplugged.box.slack.read("ana", "social")
    unplugged.messenger.edit(unplugged.home, posted, QUIET)
    assert unplugged.box.slack.unread("ana") == {}


def test_a_person_is_written_to_by_their_id(unplugged: Rig) -> None:
    posted = unplugged.messenger.post(unplugged.home, "U0ANA", QUIET)
    assert posted.channel == unplugged.box.slack.dm_channel("ana")
    assert len(unplugged.box.slack.dm_messages("ana")) == 1


def test_too_many_calls_are_not_sent_until_slack_says(unplugged: Rig, noon: datetime) -> None:
    unplugged.box.slack.fail("chat.postMessage", retry_after=30)
    messenger = Messenger(unplugged.messenger.clients, lambda: noon)
    with pytest.raises(NotSent) as told:
        messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    assert told.value.until == noon + timedelta(seconds=30)
    assert posts(unplugged) == []


def test_until_then_slack_is_not_called_again_whoever_asks(unplugged: Rig, clock: HandClock) -> None:
    unplugged.box.slack.fail("chat.postMessage", retry_after=30)
    messenger = Messenger(unplugged.messenger.clients, clock)
    until = clock() + timedelta(seconds=30)
    for _ in range(2):
        with pytest.raises(NotSent) as told:
            messenger.post(unplugged.home, "C0SOCIAL", QUIET)
        assert told.value.until == until
    assert posts(unplugged) == []
    clock.move(timedelta(seconds=31))
    messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    assert len(posts(unplugged)) == 1


def test_a_dropped_answer_is_ambiguous_and_never_sent_again(unplugged: Rig) -> None:
    unplugged.box.slack.fail("chat.postMessage", drop_answer=True)
    with pytest.raises(Ambiguous):
        unplugged.messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    assert len(posts(unplugged)) == 1


@pytest.mark.parametrize("status", [200, 404, 502])
def test_a_page_in_place_of_an_answer_leaves_open_whether_it_was_posted(unplugged: Rig, status: int) -> None:
    """A proxy's page came for the digest's answer: it was noted as refused for good, and edits as no screen
    that Slack takes, so that they lost their buttons."""
    page = {"status": status, "body": "<html>One moment, please</html>"}
    posted = unplugged.messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    unplugged.box.slack.fail("chat.*", times=2, **page)
    with pytest.raises(Ambiguous):
        unplugged.messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    with pytest.raises(NotSent):
        unplugged.messenger.edit(unplugged.home, posted, QUIET)


@pytest.mark.parametrize("how", [{"status": 503}, {"error": "internal_error"}, {"error": "fatal_error"}])
def test_slacks_own_failures_are_ambiguous(unplugged: Rig, how: dict[str, Any]) -> None:
    unplugged.box.slack.fail("chat.postMessage", **how)
    with pytest.raises(Ambiguous):
        unplugged.messenger.post(unplugged.home, "C0SOCIAL", QUIET)


@pytest.mark.parametrize("code", ["is_archived", "channel_not_found", "not_in_channel", "token_revoked"])
def test_a_permanent_no_comes_by_its_name(unplugged: Rig, code: str) -> None:
    unplugged.box.slack.fail("chat.postMessage", error=code)
    with pytest.raises(Rejected) as told:
        unplugged.messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    assert told.value.code == code


def test_an_edit_as_text_leaves_no_block_behind(unplugged: Rig) -> None:
    posted = unplugged.messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    unplugged.messenger.edit(unplugged.home, posted, QUIET, as_text=True)
    (message,) = posts(unplugged)
    assert message["text"].startswith("I am not helping")
    assert not message.get("blocks")


def test_a_lost_edit_may_be_repeated(unplugged: Rig) -> None:
    posted = unplugged.messenger.post(unplugged.home, "C0SOCIAL", QUIET)
    unplugged.box.slack.fail("chat.update", drop_answer=True)
    with pytest.raises(NotSent):
        unplugged.messenger.edit(unplugged.home, posted, QUIET)
    unplugged.messenger.edit(unplugged.home, posted, QUIET)
    with pytest.raises(Rejected):
        unplugged.messenger.edit(unplugged.home, Posted("C0SOCIAL", "1.000001"), QUIET)


def test_where_nobody_listens_nothing_was_sent(unplugged: Rig) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = WebClient(
            "xoxb-standin-x", base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/api/", retry_handlers=[]
        )
        with pytest.raises(NotSent):
            Messenger(lambda team: closed, unplugged.box.world_clock).post(unplugged.home, "C0SOCIAL", QUIET)


def test_who_somebody_is_and_nobody(unplugged: Rig) -> None:
    ana = unplugged.messenger.person(unplugged.home, "U0ANA")
    assert ana is not None
    assert (ana.zone, ana.is_bot, ana.is_outside) == ("Europe/Berlin", False, False)
    assert unplugged.messenger.person(unplugged.home, "U0NOBODY") is None
    robot, eve = (unplugged.messenger.person(unplugged.home, each) for each in ("U0BOT", "U0EVE"))
    assert robot is not None
    assert robot.is_bot
    assert eve is not None
    assert eve.is_outside


def test_how_a_channel_is_and_none(unplugged: Rig) -> None:
    slack = unplugged.box.slack
    slack.add_channel("secret", id="C0SECRET", bot=False, is_private=True)
    assert unplugged.messenger.channel(unplugged.home, "C0NONE") is None
    assert unplugged.messenger.channel(unplugged.home, "C0SECRET") is None
    assert unplugged.messenger.channel(unplugged.home, "C0SOCIAL") == Channel("social", is_member=True)
    slack.change_channel("social", bot=False, is_archived=True, is_pending_ext_shared=True)
    told = unplugged.messenger.channel(unplugged.home, "C0SOCIAL")
    assert told == Channel("social", is_member=False, is_shared=True, is_archived=True)
    slack.fail("conversations.info", error="missing_scope")
    with pytest.raises(Rejected):
        unplugged.messenger.channel(unplugged.home, "C0SOCIAL")


@pytest.mark.parametrize("sign", ["is_restricted", "is_ultra_restricted", "is_stranger"])
def test_guests_are_from_outside(sign: str) -> None:
    home = Workspace("w", "T1", "Acme", zone="Europe/Rome")
    user: dict[str, Any] = {"id": "U1", "name": "ana", "team_id": "T1"}
    assert not read_person(user, home).is_outside
    assert read_person(user | {sign: True}, home).is_outside
    assert read_person(user, home).zone == "Europe/Rome"
    assert not read_person(user | {"team_id": "T9", "enterprise_user": {"teams": ["T1"]}}, home).is_outside


@pytest.mark.parametrize(
    ("emoji", "text", "out"),
    [
        (":palm_tree:", "Vacationing", True),
        ("", "OOO until the 9th", True),
        (":face_with_thermometer:", "", True),
        (":calendar:", "In a meeting", False),
        (":house_with_garden:", "Working remotely, away from noise", False),
        ("", "", False),
    ],
)
def test_a_status_says_who_is_out_and_until_when(emoji: str, text: str, out: bool) -> None:
    profile = {"status_emoji": emoji, "status_text": text, "status_expiration": 1772524800}
    user = {"id": "U1", "name": "ana", "team_id": "T1", "profile": profile}
    told = read_person(user, Workspace("w", "T1", "Acme"))
    assert (told.is_out, told.out_until) == (out, datetime(2026, 3, 3, 8, tzinfo=UTC))
    profile["status_expiration"] = 0
    assert read_person(user, Workspace("w", "T1", "Acme")).out_until is None


def test_do_not_disturb_is_asked_for_and_nobody_minds_without_the_scope(unplugged: Rig) -> None:
    box, now = unplugged.box, unplugged.box.world_clock()
    ends = int(now.timestamp()) + 3600
    box.slack.change_user("ana", dnd={"dnd_enabled": True, "next_dnd_start_ts": 5, "next_dnd_end_ts": ends})
    assert unplugged.messenger.rests_until(unplugged.home, "U0ANA") == datetime.fromtimestamp(ends, UTC)
    assert unplugged.messenger.rests_until(unplugged.home, "U0BEN") is None
    assert unplugged.messenger.rests_until(unplugged.home, "U0XXX") is None
    box.slack.fail("dnd.info", retry_after=30)
    assert unplugged.messenger.rests_until(unplugged.home, "U0ANA") is None
    box.clock.advance(timedelta(seconds=31))
    box.slack.fail("dnd.info", error="missing_scope")
    assert unplugged.messenger.rests_until(unplugged.home, "U0ANA") is None
    assert unplugged.messenger.rests_until(unplugged.home, "U0ANA") is None, "it is not asked for again"


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ({"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 600}, 5),
        ({"dnd_enabled": True, "next_dnd_start_ts": 600, "next_dnd_end_ts": 900}, None),
        ({"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, None),
        ({"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 600}, None),
        ({"dnd_enabled": False, "snooze_enabled": True, "snooze_endtime": 900}, 10),
        ({}, None),
    ],
)
def test_do_not_disturb_lasts_by_its_hours_or_for_a_while(told: dict[str, Any], minutes: int | None) -> None:
    now = datetime.fromtimestamp(300, UTC)
    until = read_rest(told, now)
    assert until == (None if minutes is None else now + timedelta(minutes=minutes))


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


def test_tokens_show_nothing_and_every_call_is_counted(unplugged: Rig) -> None:
    assert "standin" not in repr(STANDIN)
    seen: list[tuple[str, str, str]] = []
    tokens = Tokens(unplugged.box.slack.bot_token, unplugged.box.slack.app_token)
    client = open_client(tokens, unplugged.box.slack.api_url, count=lambda *call: seen.append(call))
    client.auth_test()
    assert [(method, path) for _, method, path in seen] == [("POST", "/api/auth.test")]
    assert client.without_token().token is None
    assert client.retry_handlers == []
