"""Conditional reading: what was stored is not read twice, what was not stored is."""

from __future__ import annotations

import pytest

from bot.domain.errors import Unavailable
from bot.reading.credential import Credential
from bot.reading.validators import Validators

ANA, BEN = Credential("ana", "a1"), Credential("ben", "b2")
STAMP = "Mon, 02 Mar 2026 10:00:00 GMT"


@pytest.fixture
def feed(serve, says):
    """A server with one page, which has an ETag and a date."""
    server = serve()
    whole = says(body=b"page", ETag='W/"7"', Last_Modified=STAMP)
    same = says(status=304)

    def script(heard):
        return same(heard) if heard.headers.get("if-none-match") == 'W/"7"' else whole(heard)

    server.script = script
    return server


def conditions(server):
    return [heard.headers.get("if-none-match") for heard in server.heard]


def test_what_was_settled_is_asked_for_with_its_validators(feed, reader_to):
    reader = reader_to(feed)
    first = reader.get(f"{feed.origin}/feed", conditional=True)
    reader.settle()
    second = reader.get(f"{feed.origin}/feed", conditional=True)
    assert (first.body, first.unchanged) == (b"page", False)
    assert (second.status, second.body, second.unchanged) == (304, b"", True)
    assert feed.heard[1].headers["if-modified-since"] == STAMP


def test_what_was_read_but_not_stored_is_read_again(feed, open_door, facts):
    door = open_door(feed)
    for _ in range(2):
        reader = door.reader(facts, feed.origin, None)
        assert reader.get(feed.origin, conditional=True).body == b"page"
    assert conditions(feed) == [None, None]


def test_settling_lasts_beyond_the_reader_that_did_it(feed, open_door, facts):
    door = open_door(feed)
    for _ in range(2):
        reader = door.reader(facts, feed.origin, None)
        answer = reader.get(feed.origin, conditional=True)
        reader.settle()
    assert answer.unchanged


def test_validators_belong_to_one_credential(feed, open_door, facts):
    door = open_door(feed)
    for credential in (ANA, BEN, None):
        reader = door.reader(facts, feed.origin, credential)
        reader.get(feed.origin, conditional=True)
        reader.settle()
    door.reader(facts, feed.origin, ANA).get(feed.origin, anonymous=True, conditional=True)
    assert conditions(feed) == [None, None, None, 'W/"7"']
    assert "authorization" not in feed.heard[3].headers


def test_what_one_source_settled_is_not_unchanged_for_another(feed, open_door, facts):
    door = open_door(feed)
    for source in ("ours", "theirs", "ours"):
        reader = door.reader(facts, feed.origin, None, source=source)
        reader.get(feed.origin, conditional=True)
        reader.settle()
    assert conditions(feed) == [None, None, 'W/"7"']


def test_a_new_secret_of_the_same_credential_starts_anew(feed, open_door, facts):
    door = open_door(feed)
    for secret in ("old", "new"):
        reader = door.reader(facts, feed.origin, Credential("ana", secret))
        reader.get(feed.origin, conditional=True)
        reader.settle()
    assert conditions(feed) == [None, None]


def test_an_unconditional_question_sends_no_validators(feed, reader_to):
    reader = reader_to(feed)
    reader.get(feed.origin, conditional=True)
    reader.settle()
    assert reader.get(feed.origin).body == b"page"


def test_validators_are_of_one_address_with_its_query(feed, reader_to):
    reader = reader_to(feed)
    reader.get(feed.origin, {"page": "1"}, conditional=True)
    reader.settle()
    reader.get(feed.origin, {"page": "2"}, conditional=True)
    assert conditions(feed) == [None, None]


def test_after_a_redirect_the_validators_go_to_the_last_address_alone(feed, serve, open_door, facts):
    first = serve(status=301, Location=f"{feed.origin}/feed")
    door = open_door(first, feed)
    reader = door.reader(facts, first.origin, None)
    for _ in range(2):
        answer = reader.get(first.origin, conditional=True)
        reader.settle()
    assert answer.unchanged
    assert conditions(first) == [None, None]
    assert conditions(feed) == [None, 'W/"7"']


def test_unchanged_without_having_asked_is_unavailable(serve, reader_to):
    server = serve(status=304, ETag='"1"')
    with pytest.raises(Unavailable):
        reader_to(server).get(server.origin, conditional=True)


def test_an_answer_that_lost_its_validators_forgets_the_old_ones(feed, says, reader_to):
    reader = reader_to(feed)
    reader.get(feed.origin, conditional=True)
    reader.settle()
    feed.script = says(body=b"new, without an ETag")
    for _ in range(2):
        reader.get(feed.origin, conditional=True)
        reader.settle()
    assert conditions(feed) == [None, 'W/"7"', None]


@pytest.mark.parametrize("tag", ['"caf\u00e9"', '"a\tb"', "x" * 600])
def test_an_etag_that_no_header_can_carry_back_is_not_kept(serve, reader_to, tag):
    server = serve(body=b"page", ETag=tag)
    reader = reader_to(server)
    for _ in range(2):
        assert reader.get(server.origin, conditional=True).body == b"page"
        reader.settle()
    assert conditions(server) == [None, None]


def test_only_so_many_validators_are_kept_the_latest_used_longest():
    validators = Validators()
    for number in range(2048):
        validators.keep("", f"u{number}", {"If-None-Match": str(number)})
    validators.ask("", "u0")
    validators.keep("", "one more", {"If-None-Match": "x"})
    assert validators.ask("", "u0") == {"If-None-Match": "0"}
    assert validators.ask("", "u1") == {}
