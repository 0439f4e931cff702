"""What a reader gets from real sockets, and what the server saw of us."""

from __future__ import annotations

import pytest

from bot.domain.connector import Key, Sent
from bot.domain.errors import (
    Gone,
    NeedsSignIn,
    OverBudget,
    RateLimited,
    ReadingError,
    Refused,
    Unavailable,
)
from bot.reading.credential import Credential

KEY = Credential("c1", "s3cret-of-ana")


def test_a_get_brings_the_body_and_lower_case_headers(serve, reader_to):
    server = serve(body=b"[1]", X_Thing="yes")
    reader = reader_to(server)
    answer = reader.get(
        f"{server.origin}/api/v1/notifications", {"types[]": ["mention", "status"], "limit": "40"}
    )
    assert (answer.status, answer.body, answer.unchanged) == (200, b"[1]", False)
    assert answer.headers["x-thing"] == "yes"
    query = "types%5B%5D=mention&types%5B%5D=status&limit=40"
    assert server.heard[0].target == f"/api/v1/notifications?{query}"


def test_the_user_agent_names_the_project_and_its_privacy_page(serve, reader_to):
    server = serve()
    reader_to(server).get(server.origin)
    agent = server.heard[0].headers["user-agent"]
    assert agent.startswith("ByHand/")
    assert agent.endswith("(+https://github.com/by-hand/by-hand/blob/main/docs/privacy.md)")


def test_the_reader_tells_the_time_of_the_one_clock(open_door, facts, clock):
    reader = open_door().reader(facts, "https://mastodon.example", None)
    clock.move(hours=3)
    assert reader.now() == clock.time


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Unavailable),
        (401, NeedsSignIn),
        (402, OverBudget),
        (403, NeedsSignIn),
        (404, Gone),
        (410, Gone),
        (418, Unavailable),
        (422, Unavailable),
        (429, RateLimited),
        (500, Unavailable),
        (502, Unavailable),
        (503, Unavailable),
        (304, Unavailable),
        (300, Unavailable),
        (206, Unavailable),
    ],
)
@pytest.mark.parametrize("credential", [None, KEY])
def test_each_status_is_an_error_named_by_what_to_do(serve, reader_to, status, error, credential):
    body = b"" if status == 304 else b'{"error": "words of theirs"}'
    server = serve(status=status, body=body, Content_Type="application/json")
    with pytest.raises(ReadingError) as raised:
        reader_to(server, credential).get(f"{server.origin}/a?k=v")
    assert type(raised.value) is error
    told = str(raised.value)
    assert str(status) in told
    assert not any(word in told for word in ("theirs", "s3cret", "k=v", "/a"))


@pytest.mark.parametrize("credential", [None, KEY])
def test_a_network_may_ask_for_a_sign_in_by_another_status(serve, open_door, facts_with, credential):
    server = serve(status=422, body=b'{"error": "This method requires an authenticated user"}')
    facts = facts_with(sign_in=frozenset({401, 422}))
    with pytest.raises(NeedsSignIn, match="answered 422"):
        open_door(server).reader(facts, server.origin, credential).get(server.origin)


WORDS = {"NotFound": Gone, "ExpiredToken": NeedsSignIn}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"error": "NotFound", "message": "words of theirs"}', Gone),
        (b'{"error": "ExpiredToken"}', NeedsSignIn),
        (b'{"type": "https://x.example/problems/NotFound"}', Gone),
        (b'{"error": "SomethingElse"}', Unavailable),
        (b'{"error": ["NotFound"]}', Unavailable),
        (b"NotFound", Unavailable),
        (b"[" * 70_000, Unavailable),
        (b"", Unavailable),
    ],
)
def test_what_the_network_calls_an_error_counts_before_the_status(serve, open_door, facts_with, body, error):
    server = serve(status=400, body=body, Content_Type="application/json")
    reader = open_door(server).reader(facts_with(words=WORDS), server.origin, KEY)
    with pytest.raises(ReadingError) as raised:
        reader.get(f"{server.origin}/a?k=v")
    assert type(raised.value) is error
    assert "theirs" not in str(raised.value)


def test_no_answer_at_all_is_unavailable(serve, reader_to):
    server = serve()
    reader, origin = reader_to(server), server.origin
    server.shutdown()
    server.server_close()
    with pytest.raises(Unavailable):
        reader.get(origin)


def test_an_answer_that_is_not_http_is_unavailable_and_not_quoted(serve, reader_to):
    server = serve(body=b"words of theirs", Content_Length="-7")
    with pytest.raises(Unavailable) as raised:
        reader_to(server).get(server.origin)
    assert "-7" not in repr(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("drip", [0.05, 2])
def test_a_body_that_drips_ends_at_the_deadline(serve, reader_to, drip):
    server = serve(body=b"x" * 20, drip=drip)
    reader = reader_to(server, deadline_seconds=0.3)
    with pytest.raises(Unavailable, match="in time"):
        reader.get(server.origin)


def test_redirects_share_one_deadline(serve, says, reader_to):
    server = serve()
    onward = says(302, Location="/again")

    def script(heard):
        server.stopping.wait(0.2)
        return onward(heard)

    server.script = script
    reader = reader_to(server, deadline_seconds=0.5)
    with pytest.raises(Unavailable, match="in time"):
        reader.get(server.origin)


def test_a_name_that_is_never_resolved_ends_at_the_deadline(serve, reader_to):
    server = serve()
    resolved = []

    def resolver(host, port):
        server.stopping.wait(3)
        resolved.append(host)
        return ["127.0.0.1"]

    reader = reader_to(server, resolver=resolver, deadline_seconds=0.2)
    try:
        with pytest.raises(Unavailable, match="in time"):
            reader.get(server.origin)
        assert resolved == []  # the answer came while the resolver was still waiting
    finally:
        server.stopping.set()


def test_a_body_larger_than_allowed_is_refused(serve, reader_to):
    server = serve(body=b"x" * 1001)
    with pytest.raises(Refused, match="larger than 1000"):
        reader_to(server, max_bytes=1000).get(server.origin)


def test_a_body_shorter_than_promised_is_unavailable(serve, reader_to):
    server = serve(body=b"half", Content_Length="8", Connection="close")
    with pytest.raises(Unavailable):
        reader_to(server, deadline_seconds=1.0).get(server.origin)


def test_no_cookie_is_sent_back_or_shown(serve, reader_to):
    server = serve(Set_Cookie="visitor=7; Path=/")
    reader = reader_to(server)
    answers = [reader.get(server.origin) for _ in range(2)]
    assert not any("cookie" in heard.headers for heard in server.heard)
    assert not any("set-cookie" in answer.headers for answer in answers)


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"])
def test_proxies_in_the_environment_are_ignored(serve, reader_to, monkeypatch, name):
    proxy, server = serve(body=b"proxy"), serve(body=b"server")
    monkeypatch.setenv(name, proxy.origin)
    answer = reader_to(server).get(server.origin)
    assert answer.body == b"server"
    assert not proxy.heard


def test_a_bearer_token_is_sent_to_its_own_origin_alone(serve, open_door, facts):
    home, other = serve(), serve()
    reader = open_door(home, other).reader(facts, f"{home.origin}/deep", KEY)
    reader.get(home.origin)
    reader.get(home.origin, anonymous=True)
    reader.get(other.origin)
    sent = [heard.headers.get("authorization") for heard in home.heard + other.heard]
    assert sent == ["Bearer s3cret-of-ana", None, None]


def test_a_key_in_the_query_is_sent_and_not_shown(serve, reader_to):
    server = serve(body=b"{}")
    key = Credential("c2", "k3y", Key(Sent.QUERY, "key", ""))
    answer = reader_to(server, key).get(f"{server.origin}/a?b=c")
    assert server.heard[0].target == "/a?b=c&key=k3y"
    assert "k3y" not in answer.url
    assert "k3y" not in repr(key)


def test_a_named_header_carries_a_key(serve, reader_to):
    server = serve()
    key = Credential("c3", "k3y", Key(name="Api-Key", prefix=""))
    reader_to(server, key).get(server.origin)
    assert server.heard[0].headers["api-key"] == "k3y"


@pytest.mark.parametrize(
    "address",
    [
        "http://mastodon.example/",
        "ftp://mastodon.example/",
        "file:///etc/passwd",
        "//mastodon.example/",
        "mastodon.example",
        "https://ana:pw@mastodon.example/",
        "https:///no-host",
        "https://bad host/",
        "https://[::1",
        "https://a\x00b/",
        "",
    ],
)
def test_only_https_addresses_with_a_host_are_read(open_door, facts, address):
    def resolver(host, port):
        raise AssertionError("nothing may be looked up")

    reader = open_door(resolver=resolver).reader(facts, "https://mastodon.example", KEY)
    with pytest.raises(Refused):
        reader.get(address)


@pytest.mark.parametrize(
    "host", ["xn--a", "xn--", "xn--ls8h.example", "xn--zzzzzz--.example", "a" * 70 + ".example"]
)
def test_a_host_whose_name_cannot_be_decoded_is_looked_up_as_it_is_spelled(open_door, facts, host):
    def resolver(asked, port):
        raise OSError("nobody knows it")

    address = f"https://{host}/feed"
    reader = open_door(resolver=resolver).reader(facts, address, None)
    with pytest.raises(Unavailable, match=host):
        reader.get(address)


@pytest.mark.parametrize("secret", ["key\n", "“key”", "key\u00a0", "k\r\nX-Evil: 1"])
def test_a_key_that_no_header_can_carry_needs_a_sign_in(serve, reader_to, secret):
    server = serve()
    with pytest.raises(NeedsSignIn) as raised:
        reader_to(server, Credential("c4", secret)).get(server.origin)
    assert secret not in str(raised.value)
    assert server.heard == []


def test_reading_through_a_closed_door_is_unavailable(serve, open_door, facts):
    server = serve()
    door = open_door(server)
    reader = door.reader(facts, server.origin, None)
    door.close()
    with pytest.raises(Unavailable):
        reader.get(server.origin)


def test_a_closed_door_can_be_closed_again(open_door):
    door = open_door()
    door.close()
    door.close()


def test_a_door_of_the_demo_asks_nothing_outside_and_resolves_no_name(serve, open_door, facts):
    inside, other, resolved = serve(body=b"[]"), serve(), []

    def resolver(host, port):
        resolved.append(host)
        return ["127.0.0.1"]

    door = open_door(inside, outside=False, resolver=resolver)
    for endpoint in ("https://mastodon.example", "https://127.0.0.1:1", other.origin):
        with pytest.raises(Refused, match="demo"):
            door.reader(facts, endpoint, None).get(endpoint)
    assert (other.heard, resolved) == ([], [])
    assert door.reader(facts, inside.origin, None).get(inside.origin).status == 200


def test_a_redirect_does_not_lead_out_of_the_demo(serve, open_door, facts):
    inside = serve(status=302, Location="https://mastodon.example/")
    door = open_door(inside, outside=False)
    with pytest.raises(Refused):
        door.reader(facts, inside.origin, None).get(inside.origin)
