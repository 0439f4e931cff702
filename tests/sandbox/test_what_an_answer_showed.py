"""The network's log says which posts stood in each answer, and whether it arrived."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.sandbox.box import Sandbox

pytestmark = pytest.mark.connects


def requests(box: Sandbox) -> list[dict[str, Any]]:
    lines = map(json.loads, box.network.log_lines().splitlines())
    return [line for line in lines if line["kind"] == "request"]


def test_a_thread_a_feed_and_a_search_say_what_they_showed(box: Sandbox, reader: httpx.Client) -> None:
    net = box.network
    for handle, network in (("mei@garden.example", "mastodon"), ("pg", "hackernews"), ("lee", "forum")):
        net.account(handle, handle, network)
    asked = net.post("mei@garden.example", "How?")
    below = net.post("mei@garden.example", "Please.", asked)
    story = net.post("pg", "Words.", title="A story")
    topic = net.post("lee", "Hello.")
    paths = (
        f"/api/v1/statuses/{asked.id}/context",
        f"/v0/item/{story.id}.json",
        "/api/v1/search_by_date",
        "/feeds/forum.xml",
        "/api/v1/accounts/lookup?acct=mei@garden.example",
    )
    for path in paths:
        assert reader.get(path).status_code == 200
    assert [line["shown"] for line in requests(box)] == [[below.id], [story.id], [story.id], [topic.id], []]
    assert not any(line["dropped"] for line in requests(box))


def test_a_fault_shows_nothing_and_a_dropped_answer_says_so(box: Sandbox, reader: httpx.Client) -> None:
    box.network.account("acme")
    post = box.network.post("acme", "Version 4 is out.")
    box.network.fail(status=503)
    assert reader.get(f"/api/v1/statuses/{post.id}").status_code == 503
    box.network.fail(drop_answer=True)
    with pytest.raises(httpx.TransportError):
        reader.get(f"/api/v1/statuses/{post.id}")
    assert [(line["shown"], line["dropped"]) for line in requests(box)] == [([], False), ([post.id], True)]


def test_a_kill_is_noted_in_the_common_order(box: Sandbox) -> None:
    box.killed()
    last = json.loads(box.slack.log_lines().splitlines()[-1])
    assert last["kind"] == "killed"
