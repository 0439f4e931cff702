"""Feeds: entries without ids, links and dates, changes, and what a feed cannot say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.rss import CONNECTOR
from bot.domain.connector import Answer, Ask, Key, Sent
from bot.domain.errors import ChangedFormat, Gone, Refused
from bot.domain.model import Visibility
from bot.reading.credential import Credential
from bot.reading.door import Door
from tests.connectors.cases.rss import entry, feed_of
from tests.connectors.fakes import NOW, FakeReader, stand_in

HOME = "https://forum.example"
FEED = f"{HOME}/latest.rss"
ASK = Ask(HOME, "feed", FEED)


def fetch(rows, cursor="", ask=ASK):
    body = rows if isinstance(rows, bytes) else feed_of(rows)
    return CONNECTOR.fetch(replace(ask, cursor=cursor), FakeReader({ask.query: body}))


def without(row, *fields):
    return {key: value for key, value in row.items() if key not in fields}


def test_an_entry_is_read_with_its_title_words_author_and_time():
    (post,) = fetch([entry(1)]).posts
    assert post.text == "Moving to Acme Export\n\nDoes it keep my tags?"
    assert post.url == f"{HOME}/t/1"
    assert post.author.name == "Mei Tanaka"
    assert post.root == post.id
    assert post.visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    "missing",
    [
        ("guid",),
        ("guid", "link"),
        ("guid", "link", "pubDate"),
        ("guid", "link", "title", "pubDate"),
        ("description",),
    ],
    ids="-".join,
)
def test_entries_are_told_apart_and_known_again_whatever_is_missing(missing):
    rows = [
        without(entry(n) | {"title": f"Title {n}", "description": f"Words {n}"}, *missing) for n in (3, 2, 1)
    ]
    first = fetch(rows)
    assert len({post.id for post in first.posts}) == 3
    assert fetch(rows, first.cursor).posts == ()
    new = without(entry(4) | {"title": "Title 4", "description": "Words 4"}, *missing)
    assert len(fetch([new, *rows], first.cursor).posts) == 1


def test_one_id_for_all_entries_is_not_taken_for_an_id():
    rows = [entry(n) | {"guid": "same"} for n in (1, 2, 3)]
    assert len({post.id for post in fetch(rows).posts}) == 3


def test_a_short_id_means_another_thing_in_another_feed():
    (one,) = fetch([entry(1) | {"guid": "1"}]).posts
    (other,) = fetch([entry(1) | {"guid": "1"}], ask=replace(ASK, query=f"{HOME}/other.rss")).posts
    assert one.id != other.id


def test_an_entry_that_left_the_feed_and_comes_back_is_not_new():
    first = fetch([entry(2), entry(1)])
    second = fetch([entry(3), entry(2)], first.cursor)
    third = fetch([entry(2), entry(1)], second.cursor)
    assert [len(page.posts) for page in (first, second, third)] == [2, 1, 0]


def test_the_cursor_stays_bounded_and_always_holds_the_whole_feed():
    cursor = ""
    for start in range(0, 1000, 200):
        rows = [entry(n) for n in range(start, start + 200)]
        cursor = fetch(rows, cursor).cursor
    assert len(json.loads(cursor)["seen"]) == 700
    assert fetch([entry(n) for n in range(800, 1000)], cursor).posts == ()


def test_changed_words_are_told_again_under_the_same_id():
    first = fetch([entry(1)])
    (post,) = fetch([entry(1) | {"description": "Solved."}], first.cursor).posts
    assert post.id == first.posts[0].id
    assert "Solved." in post.text


def test_an_entry_without_a_date_is_old_at_first_and_later_as_new_as_its_coming():
    since = NOW - timedelta(days=1)
    ask = replace(ASK, since=since)
    first = fetch([without(entry(1), "pubDate")], ask=ask)
    assert first.posts[0].created_at < since
    later = fetch([without(entry(2), "pubDate"), without(entry(1), "pubDate")], first.cursor, ask)
    assert [post.created_at for post in later.posts] == [NOW]


def test_an_absurd_date_is_no_date():
    (post,) = fetch([entry(1) | {"pubDate": "Tue, 10 Mar 9026 09:00:00 GMT"}]).posts
    assert post.created_at == NOW


def test_a_feed_that_breaks_off_says_that_something_may_be_missing():
    whole = feed_of([entry(2), entry(1)])
    page = fetch(whole[: whole.rindex(b"<item>") + 20])
    assert len(page.posts) >= 1
    assert page.broken


def test_a_page_for_people_is_no_feed():
    with pytest.raises(ChangedFormat):
        fetch(b"<!doctype html><html><body><p>Sign in</p></body></html>")


def test_unchanged_means_nothing_new_and_the_same_place():
    first = fetch([entry(1)])
    reader = FakeReader({FEED: b""})
    reader.get = lambda *args, **kwargs: Answer(304, FEED, {}, b"", unchanged=True)
    page = CONNECTOR.fetch(replace(ASK, cursor=first.cursor), reader)
    assert page.posts == ()
    assert page.cursor == first.cursor


def test_a_private_feed_is_private_and_its_key_is_in_nothing_that_is_kept():
    with stand_in() as network:
        network.replies["/latest.rss"] = feed_of([without(entry(1), "guid", "link")])
        door = Door(lambda: NOW, loopback_origins=frozenset({network.origin}), ledger=lambda *_: None)
        key = Credential("c", "canary-key", Key(Sent.QUERY, "token", ""))
        try:
            reader = door.reader(CONNECTOR.facts, network.origin, key)
            page = CONNECTOR.fetch(Ask(network.origin, "private-feed", "/latest.rss"), reader)
        finally:
            door.close()
    assert page.posts[0].visibility.is_private
    assert "canary" not in repr(page)


def test_answers_are_never_seen_and_a_look_never_counts():
    (post,) = fetch([entry(1)]).posts
    thread = CONNECTOR.thread(HOME, post, FakeReader())
    assert thread.posts == (post,)
    assert not thread.complete
    assert CONNECTOR.reply_link(post, "https://home.example") == post.url


def test_a_feed_is_found_by_its_address_and_nothing_else():
    reader = FakeReader({FEED: feed_of([])})
    endpoint, author = CONNECTOR.resolve(f" {FEED} ", reader)
    assert (endpoint, author.name) == (HOME, "Forum")
    for typed in ("forum", "file:///etc/hosts", "https://[bad"):
        with pytest.raises(Gone):
            CONNECTOR.resolve(typed, FakeReader())
    assert CONNECTOR.of_link(FEED) is None
    with pytest.raises(Gone):
        CONNECTOR.read_link(FEED, reader)
    with pytest.raises(Refused):
        CONNECTOR.check(HOME, reader)
