"""There is no way to write to a network: what the door's faces offer, and what they refuse."""

from __future__ import annotations

import dataclasses
import inspect
import json

import pytest

from bot.domain.connector import Call, Reader
from bot.domain.errors import Gone, Refused, Unavailable
from bot.reading.credential import Credential
from bot.reading.door import Door
from bot.reading.reader import BoundReader

KEY = Credential("c1", "s3cret")


def public(thing):
    return {name for name in dir(thing) if not name.startswith("_")}


def test_the_door_and_its_readers_offer_these_methods_and_no_more():
    assert public(Door) == {"reader", "hold", "close"}
    of_a_credential = {"secret", "signed", "kept", "keep", "turn", "afford", "pay"}
    assert public(BoundReader) == {"get", "call", "settle", "held", "now"} | of_a_credential
    assert public(Reader) == public(BoundReader)


def test_no_public_method_takes_a_method_name():
    for method in (BoundReader.get, BoundReader.call, Door.reader):
        assert "method" not in inspect.signature(method).parameters
    assert "body" not in inspect.signature(BoundReader.get).parameters


def test_whatever_is_got_the_server_sees_only_get(serve, reader_to):
    server = serve()
    reader = reader_to(server, KEY)
    for conditional in (True, False):
        for anonymous in (True, False):
            reader.get(
                f"{server.origin}/api/v1/statuses",
                {"status": "hello", "_method": "POST"},
                conditional=conditional,
                anonymous=anonymous,
            )
    assert {heard.method for heard in server.heard} == {"GET"}
    assert {heard.body for heard in server.heard} == {b""}


@pytest.fixture
def signing_in(serve, open_door, facts_with):
    """(server, reader, its one declared call)."""
    server = serve(body=b'{"ok": true}')
    call = Call("POST", f"127.0.0.1:{server.port}", "/oauth/token", "gives a token, posts nothing")
    reader = open_door(server).reader(facts_with(calls=(call,)), server.origin, KEY)
    return server, reader, call


def test_a_declared_call_is_sent_as_declared(signing_in, ledger):
    server, reader, call = signing_in
    answer = reader.call(call, b"a=b", "application/x-www-form-urlencoded")
    heard = server.heard[0]
    assert answer.body == b'{"ok": true}'
    assert (heard.method, heard.target, heard.body) == ("POST", "/oauth/token", b"a=b")
    assert heard.headers["content-type"] == "application/x-www-form-urlencoded"
    assert heard.headers["authorization"] == "Bearer s3cret"
    (line,) = ledger.drain()
    assert (line.method, line.template, line.count) == ("POST", "/oauth/token", 1)


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/api/v1/statuses"},
        {"path": "/oauth/token/"},
        {"host": "mastodon.example"},
        {"method": "PUT"},
        {"method": "DELETE"},
        {"why": "another reason"},
    ],
)
def test_any_other_call_is_refused_before_anything_is_sent(signing_in, ledger, change):
    server, reader, call = signing_in
    with pytest.raises(Refused):
        reader.call(dataclasses.replace(call, **change), b"{}")
    assert server.heard == []
    assert ledger.drain() == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET", "post"])
def test_declaring_another_method_does_not_open_it(serve, open_door, facts_with, method):
    server = serve()
    call = Call(method, f"127.0.0.1:{server.port}", "/x", "no reason")
    reader = open_door(server).reader(facts_with(calls=(call,)), server.origin, None)
    with pytest.raises(Refused):
        reader.call(call, b"")
    assert server.heard == []


@pytest.mark.parametrize(
    "path", ["/a/../oauth/token", "/a?b=c", "/a#b", "@evil.example/", ":1/x", "/a b", "", "/\u00e9"]
)
def test_a_declared_path_must_be_exact(serve, open_door, facts_with, path):
    server = serve()
    call = Call("POST", f"127.0.0.1:{server.port}", path, "no reason")
    reader = open_door(server).reader(facts_with(calls=(call,)), server.origin, None)
    with pytest.raises(Refused):
        reader.call(call, b"")
    assert server.heard == []


def test_a_call_follows_no_redirect_and_its_errors_are_the_usual_ones(signing_in, says):
    server, reader, call = signing_in
    server.script = says(307, Location="/api/v1/statuses")
    with pytest.raises(Unavailable):
        reader.call(call, b"{}")
    server.script = says(404)
    with pytest.raises(Gone):
        reader.call(call, b"{}")
    assert [heard.target for heard in server.heard] == ["/oauth/token"] * 2


def test_a_call_to_another_origin_than_the_endpoints_carries_no_credential(serve, open_door, facts_with):
    home, other = serve(), serve()
    call = Call("POST", f"127.0.0.1:{other.port}", "/query", "asks, posts nothing")
    reader = open_door(home, other).reader(facts_with(calls=(call,)), home.origin, KEY)
    reader.call(call, b"{}")
    assert "authorization" not in other.heard[0].headers


@pytest.fixture
def querying(serve, open_door, facts_with):
    """(server, reader, its one declared GraphQL call)."""
    server = serve(body=b'{"data": {}}')
    call = Call("POST", "", "/graphql", "reads", only_query=True)
    return server, open_door(server).reader(facts_with(calls=(call,)), server.origin, KEY), call


def graphql(text: object, **also: object) -> bytes:
    return json.dumps({"query": text, **also}).encode()


@pytest.mark.parametrize(
    "text",
    [
        "query{viewer{login}}",
        "query Q($n: Int!, $m: [String!] = [a]) { a(first: $n, where: {x: $m}) { ... on B { c } } }",
        "query($q:String!){search(query:$q){mutation subscription}}\n",
    ],
)
def test_one_graphql_query_is_sent_as_it_was_looked_at(querying, text):
    server, reader, call = querying
    reader.call(call, graphql(text, variables={"q": "mutation{x}"}), "text/plain")
    (heard,) = server.heard
    assert json.loads(heard.body) == {"query": text, "variables": {"q": "mutation{x}"}}
    assert heard.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "body",
    [
        graphql("mutation{addComment(input:{}){id}}"),
        graphql(" mutation{x}"),
        graphql("subscription{x}"),
        graphql("query A{x} mutation B{y}"),
        graphql("query A{x} query B{y}"),
        graphql("query{x}{y}"),
        graphql("mutation B{y} query A{x}"),
        graphql("query A{x}\nfragment F on B{y}"),
        graphql('query{a(b:"}mutation{x}")}'),
        graphql('query{a(b:"""}""")} mutation{x}'),
        graphql("query{x #}\n}mutation{y}"),
        graphql("query{x}mutation{y}", operationName="mutation"),
        graphql("query{x}", operationName="x"),
        graphql("query{x}", extensions={}),
        graphql("query{x", variables={}),
        graphql("query x}"),
        graphql("query{x}}{"),
        graphql("queryx{x}"),
        graphql("{x}"),
        graphql("\ufeffmutation{x}"),
        graphql("query{x}\u2028mutation{y}"),
        graphql(["mutation{x}"]),
        graphql(None),
        graphql("query{x}", variables=[]),
        b"[" + graphql("query{x}") + b"," + graphql("mutation{x}") + b"]",
        b"mutation{x}",
        b"",
        b"\xff",
    ],
)
def test_whatever_is_not_one_graphql_query_is_refused_before_anything_is_sent(querying, ledger, body):
    server, reader, call = querying
    with pytest.raises(Refused):
        reader.call(call, body)
    assert server.heard == []
    assert ledger.drain() == []


def test_of_two_queries_of_one_name_only_the_one_that_was_looked_at_is_sent(querying):
    server, reader, call = querying
    reader.call(call, b'{"query": "mutation{x}", "query": "query{x}"}')
    assert b"mutation" not in server.heard[0].body
