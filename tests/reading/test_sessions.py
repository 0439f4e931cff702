"""What a connector keeps with a credential: a session, used in its place and renewed by one at a time."""

from __future__ import annotations

import pytest

from bot.domain.connector import Call
from bot.domain.errors import NeedsSignIn
from bot.reading.credential import Credential, Memory

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
