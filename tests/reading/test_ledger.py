"""The ledger: it equals the servers' own log, and names neither people nor secrets."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.connector import Key, Sent
from bot.domain.errors import ReadingError
from bot.reading.credential import Credential
from bot.reading.ledger import Ledger, template


def test_the_ledger_equals_the_servers_log_redirects_and_failures_included(
    serve, says, open_door, facts, ledger
):
    there = serve(body=b"ok")
    home = serve()
    answers = {
        "/ok": says(),
        "/away": says(302, Location=f"{there.origin}/landing"),
        "/gone": says(404),
        "/cut": says(body=b"x", Content_Length="9", Connection="close"),
        "/large": says(body=b"x" * 2000),
        "/zip": says(body=b"x", Content_Encoding="br"),
        "/slow": says(body=b"x" * 5, drip=0.4),
    }
    home.script = lambda heard: answers[heard.target.partition("?")[0]](heard)
    door = open_door(home, there, max_bytes=1000, deadline_seconds=0.5)
    reader = door.reader(facts, home.origin, Credential("c", "s3cret", Key(Sent.QUERY, "key", "")))
    for path in [*answers, "/ok"]:
        with suppress(ReadingError):
            reader.get(home.origin + path, {"q": "words"})
    for nowhere in ("https://10.0.0.1/", "http://mastodon.example/", "https:///"):
        with suppress(ReadingError):
            reader.get(nowhere)
    lines = ledger.drain()
    counted = Counter({(x.host, x.method, x.template): x.count for x in lines})
    seen = Counter(
        (f"127.0.0.1:{server.port}", heard.method, heard.target.partition("?")[0])
        for server in (home, there)
        for heard in server.heard
    )
    assert counted == seen
    assert counted.total() == 9
    assert "s3cret" not in repr(lines)
    assert "words" not in repr(lines)


def test_a_server_that_hangs_up_was_asked_all_the_same(serve, reader_to, ledger):
    server = serve()

    def hang_up(heard):
        raise ConnectionResetError

    server.script = hang_up
    with pytest.raises(ReadingError):
        reader_to(server).get(f"{server.origin}/x")
    assert [line.count for line in ledger.drain()] == [len(server.heard)] == [1]


def test_what_the_store_cannot_take_is_counted_on_and_given_again(clock):
    ledger, taken = Ledger(clock), []

    def full(_lines):
        raise OSError("the disk is full")

    ledger.count("a.example", "GET", "/x/1")
    ledger.count("a.example", "GET", "/x/2")
    with pytest.raises(OSError, match="full"):
        ledger.flush(full)
    clock.move(minutes=1)
    ledger.count("a.example", "GET", "/x/3")
    ledger.flush(taken.extend)
    assert [(line.template, line.count, line.last_seen) for line in taken] == [("/x/{id}", 3, clock())]
    ledger.flush(taken.extend)
    assert len(taken) == 1


def test_many_threads_lose_no_count(clock):
    ledger = Ledger(clock)

    def count():
        for _ in range(500):
            ledger.count("a.example", "GET", "/x")

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.drain()[0].count == 4000


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/api/v1/notifications", "/api/v1/notifications"),
        ("/api/v1/statuses/109283746501928374/context", "/api/v1/statuses/{id}/context"),
        ("/api/v1/accounts/verify_credentials", "/api/v1/accounts/verify_credentials"),
        ("/api/v1/timelines/tag/byhand", "/api/v1/timelines/tag/{id}"),
        ("/v0/item/8863.json", "/v0/item/{id}.json"),
        ("/v0/user/mei.json", "/v0/user/{id}.json"),
        ("/api/v1/search_by_date", "/api/v1/search_by_date"),
        ("/xrpc/app.bsky.feed.getPostThread", "/xrpc/app.bsky.feed.getPostThread"),
        ("/.well-known/webfinger", "/{id}/webfinger"),
        ("/@mei@fosstodon.example/1234", "/{id}/{id}"),
        ("/users/mei/outbox", "/users/{id}/outbox"),
        ("/feed/private/Xa81kQpL0s.rss", "/feed/private/{id}.rss"),
        ("/user/ana/.rss", "/user/{id}/.rss"),
        ("/feed/AbCdEfGhIjKlMnOpQrSt", "/feed/{id}"),
        ("/feed/abcdefghijklmnopqrstuvwx", "/feed/{id}"),
        ("/a/mei%40example.test/b", "/a/{id}/b"),
        ("/feed.xml?token=abc", "/feed.xml"),
    ],
)
def test_a_template_keeps_plain_words_and_nothing_that_names(path, expected):
    assert template(path) == expected


@given(st.text(max_size=60))
def test_a_template_never_keeps_a_digit_run_a_handle_or_a_query(path):
    kept = template(path)
    assert "@" not in kept
    assert "?" not in kept
    assert not any(segment.isdigit() for segment in kept.split("/") if segment)
