"""The pages and control calls: who may touch them, and that their forms do what they say."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox.box import Sandbox
from bot.sandbox.page.mrkdwn import Reader
from tests.sandbox.conftest import post_unchecked

pytestmark = pytest.mark.connects

BUTTON = {"type": "button", "action_id": "claim", "text": {"type": "plain_text", "text": "I'll reply"}}


@pytest.fixture
def browser(box: Sandbox) -> Any:
    """Opened the printed link, so it has the cookie."""
    with httpx.Client(base_url=box.control_url, trust_env=False, follow_redirects=True) as client:
        client.get(box.page_url)
        yield client


def press_form(page: str) -> dict[str, str]:
    form = re.search(r'action="/act/press">(.*?)<button', page)
    assert form is not None
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))


def test_pages_and_calls_want_the_token_the_host_and_the_origin(box: Sandbox, control: httpx.Client) -> None:
    bare = {"X-Sandbox-Token": "guess"}
    people = f"{box.network.people_url}/write/post"

    assert httpx.get(box.control_url, trust_env=False).status_code == 403
    assert control.post("/control/unread", json={"user": "ana"}, headers=bare).status_code == 403
    assert control.post("/control/unread", data={"user": "ana"}).status_code == 403
    for header in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        assert control.post("/control/unread", json={"user": "ana"}, headers=header).status_code == 403
        assert control.get("/", headers=header).status_code == 403
        assert control.post(people, data={"author": "x", "text": "x"}, headers=header).status_code == 403
    assert httpx.post(people, data={"author": "x", "text": "x"}, trust_env=False).status_code == 403
    assert control.post("/control/unread", json={"user": "ana"}).json() == {"ok": True, "result": {}}


def test_control_calls_are_the_methods_of_the_handle(box: Sandbox, control: httpx.Client) -> None:
    def call(name: str, **arguments: Any) -> Any:
        return control.post(f"/control/{name}", json=arguments).json()

    ts = call("say", user="ana", channel="social", text="hello")["result"]
    assert call("messages", channel="social")["result"][0]["ts"] == ts
    assert (
        call("command", user="ana", channel="social", command="/engage")["result"]["outcome"]
        == "no connection"
    )
    assert call("press", user="ana", channel="social", ts=ts, action_id="x") == {
        "ok": False,
        "error": "there is no 'x' (value None) to act on",
    }
    assert not call("stop")["ok"]
    assert call("state")["result"]["connections"] == 0
    before = datetime.fromisoformat(call("clock")["result"]["now"])
    after = datetime.fromisoformat(call("clock", advance=3600)["result"]["now"])
    assert timedelta(hours=1) <= after - before < timedelta(hours=2)
    assert call("clock", set="2027-01-04T09:00:00+00:00")["result"]["now"].startswith("2027-01-04T09:00")


def test_the_page_shows_messages_and_presses_buttons(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "One <waits>"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Mei* asks <https://x.example/1|here>"}},
        {"type": "rich_text", "elements": [{"type": "rich_text_dance", "elements": []}]},
        {"type": "actions", "block_id": "line", "elements": [BUTTON]},
    ]
    post_unchecked(box, blocks)
    client.chat_postEphemeral(channel="C0SOCIAL", user="U0BEN", text="for Ben")
    assert '1<span class="unseen"> new</span>' in browser.get("/", params={"as": "U0ANA", "at": "home"}).text
    page = browser.get("/", params={"as": "U0ANA", "at": "C0SOCIAL"}).text

    assert "A stand-in, not Slack" in page
    assert ">One &lt;waits&gt;</h3>" in page
    assert '<strong>Mei</strong> asks <a href="https://x.example/1"' in page
    assert "unsupported: rich_text_dance" in page
    assert "for Ben" not in page
    assert "Only visible to you" in browser.get("/", params={"as": "U0BEN", "at": "C0SOCIAL"}).text
    assert box.slack.unread("ana") == {}

    answered = browser.post("/act/press", data=press_form(page)).text
    assert "By Hand is not connected" in answered
    assert box.slack.acts[-1].payload["actions"][0]["block_id"] == "line"


def test_the_page_of_a_slack_without_people_says_so_until_somebody_comes(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as empty, httpx.Client(base_url=empty.control_url, trust_env=False) as client:
        link = empty.page_url
        shown = client.get(link, follow_redirects=True)
        assert (shown.status_code, "Nobody is here yet" in shown.text) == (200, True)
        assert client.get("/", params={"as": "U0ANA", "at": "home"}).status_code == 200
        assert client.post("/act/say", data={"as": "U0ANA", "at": "home", "text": "hello"}).status_code < 500
        empty.slack.add_user("ana", id="U0ANA")
        assert "Nobody is here yet" not in client.get("/").text


def test_the_page_sends_commands_words_and_moves_the_clock(box: Sandbox, browser: httpx.Client) -> None:
    here = {"as": "U0ANA", "at": "C0SOCIAL"}
    browser.post("/act/say", data=here | {"text": "/engage list me"})
    browser.post("/act/say", data=here | {"text": "good <morning>"})
    before = box.world_clock()
    browser.post("/act/clock", data=here | {"by": "tomorrow"})

    assert box.slack.acts[0].payload["text"] == "list me"
    assert box.slack.messages("social")[0]["text"] == "good &lt;morning&gt;"
    assert box.world_clock() > before
    assert "09:00" in browser.get("/", params=here).text
    assert browser.get("/style.css").status_code == browser.get("/live.js").status_code == 200


def test_the_page_draws_modals_with_their_errors(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    label = {"type": "plain_text", "text": "Teammate"}
    element = {"type": "users_select", "action_id": "pick"}
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Assign"},
        "submit": {"type": "plain_text", "text": "Ask"},
        "blocks": [{"type": "input", "block_id": "who", "label": label, "element": element}],
    }
    here = {"as": "U0ANA", "at": "C0SOCIAL"}
    opened = client.views_open(trigger_id=box.slack.command("ana", "social", "/engage").trigger_id, view=view)
    page = browser.get("/", params=here).text
    assert 'form="modal" name="value.who" aria-label="Teammate"' in page

    submitted = here | {"view_id": opened["view"]["id"], "value.who": ""}
    assert "Please complete this required field." in browser.post("/act/submit", data=submitted).text
    browser.post("/act/submit", data=submitted | {"value.who": "U0BEN"})
    state = box.slack.acts[-1].payload["view"]["state"]["values"]["who"]["pick"]
    assert state == {"type": "users_select", "selected_user": "U0BEN"}
    assert "<dialog" not in browser.post("/act/close", data=submitted).text


def test_dates_stand_in_the_readers_zone(box: Sandbox) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    noon_before = int((now - timedelta(days=1)).timestamp())
    text = f"since <!date^{noon_before}^{{date_short_pretty}} {{time}}|Sunday>"

    assert ">yesterday 13:00<" in Reader(box.slack.workspace, "Europe/Berlin", now).html(text)
    assert ">yesterday 21:00<" in Reader(box.slack.workspace, "Asia/Tokyo", now).html(text)


def test_people_write_by_hand_in_the_browser(box: Sandbox) -> None:
    network = box.network
    network.account("acme", "Acme")
    network.account("mei@fosstodon.example", "Mei Tanaka")
    with httpx.Client(base_url=network.people_url, trust_env=False, follow_redirects=True) as browser:
        assert "<form" not in browser.get("/").text
        assert "Write a new post on Mastodon" in browser.get("/", params={"token": box.token}).text
        asked = {"author": "mei@fosstodon.example", "text": "@acme <why>?", "visibility": "direct"}
        page = browser.post("/write/post", data=asked)
        post = next(iter(network.networks.posts.values()))
        assert "@acme &lt;why&gt;?" in page.text
        assert "@mei@fosstodon.example " in page.text
        reply = {"author": "acme", "text": "@mei@fosstodon.example so", "reply_to": post.id}
        assert "so</p>" in browser.post("/write/post", data=reply).text
        edited = browser.post("/write/edit", data={"id": post.id, "text": "why not", "warning": "cw"})
        assert '<summary>Content warning: cw</summary><p dir="auto">why not</p>' in edited.text
        followed = browser.get("/authorize_interaction", params={"uri": str(page.url)})
        assert followed.url == page.url
        anonymous = httpx.get(str(page.url), trust_env=False)
        assert anonymous.status_code == 404
        browser.post("/write/delete", data={"id": post.id})
        assert browser.get(str(page.url)).status_code == 404

        headers = {"X-Sandbox-Token": box.token}
        made = browser.post("/api/post", json={"author": "acme", "text": "by JSON"}, headers=headers)
        assert made.json()["result"]["url"].startswith(network.people_url)
        assert (
            browser.post("/api/post", json={"author": "nobody", "text": "x"}, headers=headers).status_code
            == 409
        )
        assert browser.post("/api/posts", json={}, headers=headers).status_code == 404


def test_the_page_takes_a_free_port_when_its_own_is_taken(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "one") as first:
        port = urlsplit(first.control_url).port or 0
        with Sandbox(tmp_path / "two", page_port=port) as second:
            assert urlsplit(second.control_url).port not in (port, None)
            assert httpx.get(f"{second.control_url}changes", trust_env=False).status_code == 200


def test_another_process_can_read_the_clock(box: Sandbox) -> None:
    box.clock.set(datetime(2027, 1, 4, 9, tzinfo=UTC))
    offset = float((box.log_dir / "clock").read_text())

    assert abs(datetime.now(UTC) + timedelta(seconds=offset) - box.world_clock()) < timedelta(seconds=5)
    assert box.clock.tomorrow_at(9, "Europe/Berlin").isoformat().startswith("2027-01-05T08:00:00")
    with pytest.raises(ValueError, match="aware"):
        box.clock.set(datetime(2027, 1, 4))  # noqa: DTZ001  (that is the point)


def test_a_failed_wait_shows_the_exchange(box: Sandbox) -> None:
    box.slack.say("ana", "social", "the last words")
    with pytest.raises(TimeoutError, match="the last words"):
        box.slack.wait_for(lambda: False, timeout=0)


def test_both_logs_are_json_lines_in_one_order(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "run") as box:
        box.network.account("acme")
        box.slack.add_user("ana")
        box.slack.add_channel("social")
        box.slack.say("ana", "social", "hello")
        box.network.post("acme", "hello")
        box.clock.advance(timedelta(seconds=-90))
        running = {thread.name for thread in threading.enumerate()}
    lines = [
        json.loads(line)
        for name in ("slack.jsonl", "network.jsonl")
        for line in (tmp_path / "run" / name).read_text().splitlines()
    ]

    assert "sandbox" in running
    assert not [each.name for each in threading.enumerate() if each.name == "sandbox"]
    lines.sort(key=lambda line: line["seq"])
    assert [line["seq"] for line in lines] == [1, 2, 3, 4]
    assert [line["kind"] for line in lines] == ["account", "message", "posted", "clock"]
    assert lines[-1]["world"] < lines[0]["world"]
    assert all(line["world"].endswith("Z") and line["wire"] > 0 for line in lines)
