"""What a connector keeps with a credential: a session, used in its place and renewed by one at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.connector import Call, Key, Sent
from bot.domain.errors import NeedsSignIn, RateLimited
from bot.reading.credential import Credential, Memory
from tests.reading.conftest import NOON

KEY = Credential("c1", "app-password")


def test_a_token_travels_in_place_of_the_credential_and_shares_its_waits(serve, open_door, facts):
    server = serve()
    reader = open_door(server).reader(facts, server.origin, KEY)
    reader.signed("a-session").get(server.origin)
    reader.get(server.origin)
    reader.signed("a-session").get(server.origin, anonymous=True)
    sent = [heard.headers.get("authorization") for heard in server.heard]
    assert sent == ["Bearer a-session", "Bearer app-password", None]
    assert reader.turn() is reader.signed("a-session").turn()


def test_a_token_travels_as_it_is_said_to(serve, open_door, facts):
    server = serve()
    by_query = Credential("c1", "app-password", Key(Sent.QUERY, "feed", ""))
    reader = open_door(server).reader(facts, server.origin, by_query)
    reader.signed("aWQ6c2VjcmV0", Key(prefix="Basic ")).get(server.origin)
    reader.signed("a-token").get(server.origin)
    sent = [(heard.headers.get("authorization"), heard.target) for heard in server.heard]
    assert sent == [("Basic aWQ6c2VjcmV0", "/"), (None, "/?feed=a-token")]


def test_the_origin_that_a_network_declares_beside_its_own_gets_the_token_and_no_third_does(
    serve, open_door, facts_with
):
    home, api, other = serve(), serve(), serve()
    door = open_door(home, api, other)
    facts = facts_with(home=home.origin, api=api.origin)
    for server in (api, other):
        door.reader(facts, home.origin, KEY).signed("a-token").get(server.origin)
    door.reader(facts, other.origin, KEY).get(api.origin)  # not the network's own home
    assert [heard.headers.get("authorization") for heard in api.heard] == ["Bearer a-token", None]
    assert [heard.headers.get("authorization") for heard in other.heard] == [None]


def test_what_a_network_was_told_to_wait_for_holds_for_both_its_origins(serve, open_door, facts_with):
    home, api = serve(), serve()
    door, facts = open_door(home, api), facts_with(home=home.origin, api=api.origin)
    until = NOON + timedelta(minutes=3)
    door.hold(facts, home.origin, KEY, until)
    reader = door.reader(facts, home.origin, KEY)
    for server in (home, api):
        with pytest.raises(RateLimited):
            reader.get(server.origin)
    assert (home.heard, api.heard, reader.held()) == ([], [], until)


def test_the_wait_that_the_second_origin_asks_for_is_known(serve, open_door, facts_with):
    home, api = serve(), serve(status=429, Retry_After="90")
    reader = open_door(home, api).reader(facts_with(home=home.origin, api=api.origin), home.origin, KEY)
    with pytest.raises(RateLimited):
        reader.get(api.origin)
    assert reader.held() == NOON + timedelta(seconds=90)


def test_who_is_behind_a_key_is_named_only_where_the_network_asks_for_it(serve, open_door, facts_with):
    server = serve()
    door = open_door(server, user_agent="ByHand/1.2 (+https://privacy.example)")
    form = "server:{name}:{version} (by /u/{by}) {about}"
    for facts in (facts_with(agent=form), facts_with()):
        door.reader(facts, server.origin, KEY).signed("a-token", by="acme").get(server.origin)
    door.reader(facts_with(agent=form), server.origin, KEY).get(server.origin)
    assert [heard.headers["user-agent"] for heard in server.heard] == [
        "server:ByHand:1.2 (by /u/acme) (+https://privacy.example)",
        "ByHand/1.2 (+https://privacy.example)",
        "ByHand/1.2 (+https://privacy.example)",
    ]


def test_a_sign_in_can_leave_the_credential_out_of_its_head(serve, open_door, facts_with):
    server = serve(body=b"{}")
    call = Call("POST", "", "/token", "renews a token, posts nothing")
    reader = open_door(server).reader(facts_with(calls=(call,)), server.origin, KEY)
    reader.call(call, b"", anonymous=True)
    assert [heard.headers.get("authorization") for heard in server.heard] == [None]


def test_what_is_kept_is_there_for_the_next_reader_and_is_in_no_repr(serve, open_door, facts):
    server, saved = serve(), list[str]()
    memory = Memory("before", saved.append)
    reader = open_door(server).reader(facts, server.origin, KEY, memory=memory)
    assert reader.kept() == "before"
    reader.signed("a-session").keep("after")
    assert (reader.kept(), saved) == ("after", ["after"])
    assert "after" not in repr(memory)


def test_without_a_credential_there_is_no_session(serve, open_door, facts):
    reader = open_door(serve()).reader(facts, "https://a.example", None)
    for sign in (reader.secret, lambda: reader.signed("a-session")):
        with pytest.raises(NeedsSignIn):
            sign()


def test_a_call_without_a_host_goes_to_the_endpoint_s_own(serve, open_door, facts_with):
    server = serve(body=b"{}")
    call = Call("POST", "", "/xrpc/createSession", "opens a session, posts nothing")
    reader = open_door(server).reader(facts_with(calls=(call,)), server.origin, KEY)
    reader.call(call, reader.secret().encode())
    assert [(heard.method, heard.target, heard.body) for heard in server.heard] == [
        ("POST", "/xrpc/createSession", b"app-password")
    ]
