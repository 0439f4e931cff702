"""Calls to an issuer that a server names, and the proofs that go with a token: to whom, and what in them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.connector import Call, Key
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn, Refused
from bot.reading.credential import Credential
from bot.reading.dpop import new_key, prover
from tests.reading.conftest import NOON, Heard, Reply

KEY = Credential("c1", "a-grant")
TOKEN = Call("POST", "", "/oauth/token", "gives a session, posts nothing", named="token_endpoint")
RESOURCE, METADATA = "/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server"


def made(method: str, url: str, nonce: str) -> str:
    """A proof that tells what it was made for."""
    return f"{method}|{url}|{nonce}|"


PROVED = Key(prefix="DPoP ", prove=made)


@pytest.fixture
def signing(serve: Any, open_door: Any, facts_with: Any) -> Any:
    """(server, issuer, reader); the issuer's metadata may be bent in `issuer.metadata`."""
    home, issuer = serve(), serve()
    issuer.metadata = {"issuer": issuer.origin, "token_endpoint": f"{issuer.origin}/oauth/token"}

    def names(heard: Heard) -> Reply:
        return Reply(body=json.dumps({"authorization_servers": [issuer.origin]}).encode())

    def describes(heard: Heard) -> Reply:
        return Reply(body=json.dumps(issuer.metadata if heard.target == METADATA else {}).encode())

    home.script, issuer.script = names, describes
    return home, issuer, open_door(home, issuer).reader(facts_with(calls=(TOKEN,)), home.origin, KEY)


def posts(*servers: Any) -> list[str]:
    return [heard.target for server in servers for heard in server.heard if heard.method != "GET"]


def test_a_named_call_goes_to_the_issuer_at_its_exact_path_and_carries_no_credential(
    signing: Any, ledger: Any
) -> None:
    home, issuer, reader = signing
    reader.signed("a-token", PROVED).call(TOKEN, b"a=b", "application/x-www-form-urlencoded", prove=made)
    assert [heard.target for heard in home.heard] == [RESOURCE]
    assert [heard.target for heard in issuer.heard] == [METADATA, "/oauth/token"]
    assert all("authorization" not in heard.headers for heard in (*home.heard, *issuer.heard))
    assert issuer.heard[1].headers["dpop"] == f"POST|{issuer.origin}/oauth/token||"
    counted = {(line.host, line.method, line.template) for line in ledger.drain()}
    assert (issuer.origin.removeprefix("http://"), "POST", "/oauth/token") in counted


@pytest.mark.parametrize(
    ("bent", "error"),
    [
        ({"token_endpoint": "{}/oauth/token/"}, Refused),
        ({"token_endpoint": "{}/xrpc/com.atproto.repo.createRecord"}, Refused),
        ({"token_endpoint": "https://evil.example/oauth/token"}, Refused),
        ({"token_endpoint": "{}/oauth/token?a=b"}, Refused),
        ({"token_endpoint": None}, ChangedFormat),
        ({"issuer": "https://evil.example"}, ChangedFormat),
        ({"issuer": "{}/"}, ChangedFormat),
    ],
)
def test_an_issuer_that_names_another_address_is_posted_nothing(
    signing: Any, bent: dict[str, Any], error: type[Exception]
) -> None:
    home, issuer, reader = signing
    issuer.metadata |= {name: value and value.format(issuer.origin) for name, value in bent.items()}
    with pytest.raises(error):
        reader.call(TOKEN, b"")
    assert posts(home, issuer) == []


@pytest.mark.parametrize(
    "named",
    [[], ["https://a.example", "https://b.example"], ["{}/path"], ["https://me@a.example"], [7], "https://a"],
)
def test_a_server_that_does_not_name_one_plain_origin_has_no_issuer(signing: Any, named: Any) -> None:
    home, issuer, reader = signing
    home.script = lambda _heard: Reply(body=json.dumps({"authorization_servers": named}).encode())
    with pytest.raises(ChangedFormat):
        reader.call(TOKEN, b"")
    assert posts(home, issuer) == []
    assert issuer.heard == []


def test_a_server_without_an_issuer_is_told_as_gone(signing: Any, says: Any) -> None:
    home, issuer, reader = signing
    home.script = says(404)
    with pytest.raises(Gone):
        reader.call(TOKEN, b"")
    assert posts(home, issuer) == []


def test_a_named_call_with_a_host_of_its_own_is_none(serve: Any, open_door: Any, facts_with: Any) -> None:
    home = serve(body=b"{}")
    call = Call("POST", "evil.example", "/oauth/token", "none", named="token_endpoint")
    with pytest.raises((Refused, ChangedFormat)):
        open_door(home).reader(facts_with(calls=(call,)), home.origin, KEY).call(call, b"")
    assert posts(home) == []


# ---- proofs


def demands(nonce: str, *, status: int = 401) -> Callable[[Heard], Reply]:
    """Refuses every proof that does not hold the nonce."""

    def script(heard: Heard) -> Reply:
        told = {"DPoP-Nonce": nonce, "WWW-Authenticate": 'DPoP error="use_dpop_nonce"'}
        good = heard.headers.get("dpop", "").endswith(f"|{nonce}|")
        return Reply(200 if good else status, b"{}", told)

    return script


def test_a_token_that_is_bound_to_a_key_travels_with_a_proof_for_that_very_request(
    serve: Any, reader_to: Any
) -> None:
    server = serve()
    reader = reader_to(server, KEY).signed("a-token", PROVED)
    reader.get(f"{server.origin}/xrpc/x", {"q": "words"})
    (heard,) = server.heard
    assert heard.headers["authorization"] == "DPoP a-token"
    assert heard.headers["dpop"].startswith(f"GET|{server.origin}/xrpc/x")


@pytest.mark.parametrize("status", [400, 401])
def test_a_demanded_nonce_is_sent_once_and_remembered_for_its_credential(
    serve: Any, reader_to: Any, status: int
) -> None:
    server = serve(demands("n1", status=status))
    reader = reader_to(server, KEY)
    for _ in range(2):
        reader.signed("a-token", PROVED).get(server.origin)
    assert [heard.headers["dpop"].split("|")[2] for heard in server.heard] == ["", "n1", "n1"]


def test_a_server_that_is_never_content_is_asked_twice(serve: Any, reader_to: Any, says: Any) -> None:
    server = serve(says(401, DPoP_Nonce="n", WWW_Authenticate='DPoP error="use_dpop_nonce"'))
    with pytest.raises(NeedsSignIn):
        reader_to(server, KEY).signed("a-token", PROVED).get(server.origin)
    assert len(server.heard) == 2


def test_no_proof_goes_along_without_a_token_or_to_another_origin(
    serve: Any, open_door: Any, facts: Any, says: Any
) -> None:
    home, other = serve(), serve()
    reader = open_door(home, other).reader(facts, home.origin, KEY).signed("a-token", PROVED)
    reader.get(home.origin, anonymous=True)
    reader.get(f"{other.origin}/direct")
    home.script = says(302, Location=f"{other.origin}/moved")
    reader.get(home.origin)
    assert [("dpop" in heard.headers) for heard in home.heard] == [False, True]
    assert [heard.target for heard in other.heard] == ["/direct", "/moved"]
    assert not any({"dpop", "authorization"} & set(heard.headers) for heard in other.heard)


def claims(proof: str) -> dict[str, Any]:
    middle = proof.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


def test_a_proof_says_what_rfc_9449_asks_for_and_is_never_twice_the_same() -> None:
    key = new_key()
    proofs = [prover(key, NOON, "a-token")("GET", "https://a.example/x?q=w", "n") for _ in range(2)]
    told, again = map(claims, proofs)
    assert told["jti"] != again["jti"]
    del told["jti"]
    assert told == {
        "htm": "GET",
        "htu": "https://a.example/x",
        "iat": int(NOON.timestamp()),
        "nonce": "n",
        "ath": "H2B246R7od7QgCX_4G5XryF8FPlAfzP7pQ-ZsccBk4c",
    }
    assert set(claims(prover(key, NOON)("POST", "https://a.example/t", ""))) == {"jti", "htm", "htu", "iat"}
    assert key not in repr(prover(key, NOON, "a-token"))
