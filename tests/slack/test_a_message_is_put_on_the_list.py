"""The shortcut on a message over a real socket: its link goes on the list, and somebody is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.slack.adding import links_in
from bot.slack.arrivals import of_shortcut
from bot.slack.listeners import SHORTCUT
from tests.slack.limits import check_view, read
from tests.slack.rig import Rig
from tests.slack.test_presses_end_to_end import SENT

LINK = "https://forum.example/12"


def shortcut(rig: Rig, text: str, user: str = "ana") -> str:
    """Ben wrote this; somebody uses the shortcut on it, and is told."""
    ts = rig.box.slack.say("ben", "social", text)
    before = len(rig.told(user))
    assert rig.box.slack.shortcut(user, SHORTCUT, "social", ts).acked
    rig.box.slack.wait_for(lambda: rig.told(user)[before:])
    return read(rig.told(user)[-1]["blocks"])


def test_its_link_is_added_and_a_colleague_is_asked_at_once(rig: Rig) -> None:
    told = shortcut(rig, f"Could somebody answer <{LINK}|this>? I am away.")
    assert told.startswith(
        "Added: Somebody at forum.example on the web. Nobody has it. I cannot see replies on the web."
    )
    (view,) = rig.box.slack.modals("ana")
    check_view({k: v for k, v in view.items() if k in SENT})
    assert not rig.box.slack.submit("ana", view["id"], {"teammate": "U0BEN", "note": "Yours?"}).errors
    waiting = rig.queue.all_waiting(rig.home.id, 9)
    assert [(each.asked_name, each.url) for each in waiting] == [("Ben", LINK)]
    again = shortcut(rig, LINK)
    assert "Nobody has it yet; we asked Ben." in again
    assert rig.box.slack.modals("ana") == []


def test_of_several_links_the_first_is_taken_and_that_is_said(rig: Rig) -> None:
    told = shortcut(rig, f"{LINK} or https://forum.example/13 or {LINK}")
    assert "I took the first of two links. /engage add LINK adds another." in told
    assert [line.url for line in rig.queue.all_waiting(rig.home.id, 9)] == [LINK]


def test_a_message_without_a_link_adds_nothing(rig: Rig) -> None:
    assert shortcut(rig, "Good morning") == "There is no link in this message, so there is nothing to add."
    assert rig.queue.all_waiting(rig.home.id, 9) == []


def test_a_link_without_a_network_is_taken_by_the_command_too(rig: Rig) -> None:
    assert rig.box.slack.command("ana", "social", "/engage", f"add {LINK}").acked
    told = read(rig.wait_told()["blocks"])
    assert "Somebody at forum.example on the web" in told
    assert "[Assign]" in told
    assert len(rig.box.slack.modals("ana")) == 1


def test_nobody_from_outside_adds_anything(rig: Rig) -> None:
    assert "Only members of this workspace" in shortcut(rig, LINK, user="eve")
    assert rig.queue.all_waiting(rig.home.id, 9) == []


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ({"text": "see <https://a.example/?x=1&amp;y=2|a> and <https://b.example/>"},
         ["https://a.example/?x=1&y=2", "https://b.example/"]),
        ({"text": "", "blocks": [{"type": "rich_text", "elements": [
            {"type": "link", "url": "https://a.example/1", "text": "https://b.example"}]}]},
         ["https://a.example/1", "https://b.example"]),
        ({"text": "", "attachments": [{"thumb_url": "https://img.example/x.png", "title_link": LINK}]},
         [LINK]),
        ({"text": "no link <@U0BEN> <#C0SOCIAL>", "blocks": None}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_the_links_of_a_message_are_found_where_slack_has_them(
    message: dict[str, Any], found: list[str]
) -> None:
    assert links_in(message) == found


def test_of_the_message_only_its_links_are_kept(rig: Rig) -> None:
    shortcut(rig, f"a canary sings {LINK}")
    rig.wait_settled()
    database = Path(rig.store.engine.url.database or "")
    kept = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
    assert LINK.encode() in kept
    assert b"canary" not in kept


def test_whoever_comes_by_another_workspace_adds_nothing_under_a_name_that_is_known(rig: Rig) -> None:
    ts = rig.box.slack.say("ben", "social", LINK)
    payload = rig.box.slack.shortcut("ana", SHORTCUT, "social", ts).payload
    rig.wait_settled()
    (before,) = rig.queue.all_waiting(rig.home.id, 9)
    other = {"user": payload["user"] | {"team_id": "T0OTHER"}, "action_ts": "1.0"}
    rig.inbox.receive(of_shortcut(payload | other, ["https://forum.example/13"]), lambda: None)
    assert rig.queue.all_waiting(rig.home.id, 9) == [before]
