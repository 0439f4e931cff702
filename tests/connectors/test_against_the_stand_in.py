"""Each connector through the real door against the stand-in networks, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.connectors import all_connectors
from bot.domain.connector import Ask, Reader
from bot.domain.errors import CanWrite, NeedsSignIn, Unavailable
from bot.reading.credential import Credential
from bot.reading.door import Door
from bot.sandbox.box import Sandbox


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "logs") as running:
        yield running


@pytest.fixture
def door(box: Sandbox) -> Iterator[Door]:
    opened = Door(
        box.world_clock,
        loopback_origins=frozenset({box.network.bot_url}),
        ledger=lambda *_: None,
    )
    yield opened
    opened.close()


def reader(door: Door, box: Sandbox, network: str, token: str = "") -> Reader:
    facts = all_connectors()[network].facts
    return door.reader(facts, box.network.bot_url, Credential("c", token) if token else None)


def test_mastodon_says_by_422_that_a_person_must_sign_in(box, door):
    """With the key of an app alone, as with none at the closed timeline of an older server."""
    mastodon, net = all_connectors()["mastodon"], box.network
    net.account("acme", "Acme")
    with pytest.raises(NeedsSignIn, match="422"):
        mastodon.check(net.bot_url, reader(door, box, "mastodon", net.app_token()))


def test_mastodon_from_a_mention_to_our_reply_and_their_thanks(box, door):
    mastodon, net = all_connectors()["mastodon"], box.network
    acme, mei = net.account("acme", "Acme"), net.account("mei@garden.example", "Mei Tanaka")
    ana = net.account("ana", "Ana")
    with_token = reader(door, box, "mastodon", net.token(acme))
    anonymous = reader(door, box, "mastodon")
    us = mastodon.check(net.bot_url, with_token).account
    ask = Ask(net.bot_url, "mentions", "@acme", account=us.id)
    nothing = mastodon.fetch(ask, with_token)
    asked = net.post(mei, f"@acme@{net.domain} Does the export keep my tags?")
    (mention,) = mastodon.fetch(replace(ask, cursor=nothing.cursor), with_token).posts
    assert mention.names == {us.id}
    assert mention.text.endswith("Does the export keep my tags?")
    assert mastodon.thread(net.bot_url, mention, anonymous).complete

    net.post(ana, "@mei@garden.example It does.", asked)
    own = mastodon.fetch(Ask(net.bot_url, "own", "@ana"), anonymous)
    (reply,) = own.posts
    assert reply.parent == mention.id
    thread = mastodon.thread(net.bot_url, mention, anonymous)
    assert [post.id for post in thread.posts] == [mention.id, reply.id]
    assert thread.root == mention.id
    assert thread.complete

    thanks = net.post(mei, "Thank you!", net.networks.posts[reply.refs[0].split("/")[1]])
    walked = mastodon.fetch(Ask(net.bot_url, "replies", "@ana"), anonymous)
    assert {post.id for post in walked.posts} == {
        mention.id,
        reply.id,
        f"{net.people_url}/users/mei@garden.example/statuses/{thanks.id}",
    }
    assert not walked.more
    net.delete(asked)
    assert not mastodon.exists(net.bot_url, mention, anonymous)


def test_mastodon_pages_a_long_absence_and_a_hashtag(box, door):
    mastodon, net = all_connectors()["mastodon"], box.network
    acme, mei = net.account("acme", "Acme"), net.account("mei@garden.example", "Mei Tanaka")
    with_token = reader(door, box, "mastodon", net.token(acme))
    us = mastodon.check(net.bot_url, with_token).account
    net.post(mei, "@acme first")
    page = mastodon.fetch(Ask(net.bot_url, "mentions", "@acme", account=us.id), with_token)
    made = [net.post(mei, f"@acme number {n} #acme").id for n in range(170)]
    seen, more = [], True
    while more:
        ask = Ask(net.bot_url, "mentions", "@acme", cursor=page.cursor, account=us.id)
        page = mastodon.fetch(ask, with_token)
        seen += [post.refs[0].split("/")[1] for post in page.posts]
        more = page.more
    assert seen == made
    tagged = mastodon.fetch(Ask(net.bot_url, "hashtag", "#acme"), reader(door, box, "mastodon"))
    assert len(tagged.posts) == 40


def test_mastodon_names_what_is_wrong_with_a_token_or_a_server(box, door):
    mastodon, net = all_connectors()["mastodon"], box.network
    acme = net.account("acme", "Acme")
    with pytest.raises(CanWrite):
        mastodon.check(
            net.bot_url, reader(door, box, "mastodon", net.token(acme, ("read", "write:statuses")))
        )
    word = net.token(acme)
    net.revoke(word)
    with pytest.raises(NeedsSignIn):
        mastodon.check(net.bot_url, reader(door, box, "mastodon", word))
    net.fail("/api/v1/timelines/tag/*", status=503)
    with pytest.raises(Unavailable):
        mastodon.fetch(Ask(net.bot_url, "hashtag", "acme"), reader(door, box, "mastodon"))


def test_hackernews_finds_a_name_and_sees_the_answer(box, door):
    news, net = all_connectors()["hackernews"], box.network
    acme = net.account("acme_dev", network="hackernews")
    mei = net.account("mei_t", network="hackernews")
    anyone = reader(door, box, "hackernews")
    story = net.post(
        acme, "", title="Show HN: Acme Export", url="https://acme.example/", network="hackernews"
    )
    asked = net.post(mei, "Does Acme Export keep my tags?", story)
    found = news.fetch(Ask(net.bot_url, "search", "Acme Export"), anyone)
    assert {post.id for post in found.posts} >= {story.id, asked.id}
    replies = news.fetch(Ask(net.bot_url, "replies", "acme_dev"), anyone)
    mention = next(post for post in replies.posts if post.id == asked.id)
    assert mention.parent == story.id
    answer = net.post(acme, "It does.", asked)
    own = news.fetch(Ask(net.bot_url, "own", "acme_dev"), anyone)
    assert {post.id: post.parent for post in own.posts}[answer.id] == asked.id
    thread = news.thread(net.bot_url, mention, anyone)
    assert {post.id for post in thread.posts} == {story.id, asked.id, answer.id}
    assert thread.root == story.id
    assert thread.complete
    net.delete(asked)
    assert not news.exists(net.bot_url, mention, anyone)


@pytest.mark.parametrize("path", ["/feeds/forum.xml", "/feeds/forum.atom"])
def test_a_feed_is_read_once_and_asked_only_whether_it_changed(box, door, path):
    feeds, net = all_connectors()["rss"], box.network
    mei = net.account("mei", "Mei Tanaka", network="forum")
    net.post(mei, "Does Acme Export keep my tags?", title="Moving", network="forum")
    anyone = reader(door, box, "rss")
    ask = Ask(net.bot_url, "feed", path)
    first = feeds.fetch(ask, anyone)
    again = feeds.fetch(replace(ask, cursor=first.cursor), anyone)
    anyone.settle()
    unchanged = feeds.fetch(replace(ask, cursor=again.cursor), anyone)
    net.post(mei, "And my notes?", title="Moving on", network="forum")
    changed = feeds.fetch(replace(ask, cursor=unchanged.cursor), anyone)
    assert [len(page.posts) for page in (first, again, unchanged, changed)] == [1, 0, 0, 1]
    assert "keep my tags" in first.posts[0].text
    assert '"status": 304' in net.log_lines() or '"status":304' in net.log_lines()
