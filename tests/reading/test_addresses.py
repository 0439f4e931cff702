"""Which addresses may be connected to, one by one and as one host's answer."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refused, Unavailable
from bot.reading.addresses import checked, is_public

PUBLIC = ["93.184.215.14", "8.8.8.8", "100.128.0.1", "2606:2800:21f:cb07::1", "2a00:1450::200e"]
NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.251",
    "232.1.1.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::8.8.8.8",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:7fff:f5ff:fffe",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "2606:2800::5efe:a00:1",
    "2606:2800::200:5efe:a00:1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:2800::1%1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "localhost",
    "",
    "127.1",
    "0x7f000001",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_connected_to(address):
    assert is_public(address)
    assert checked([address]) == [address]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_may(address):
    assert not is_public(address)
    with pytest.raises(Refused):
        checked([address])


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_one_bad_address_among_good_ones_condemns_the_host(address):
    with pytest.raises(Refused):
        checked([*PUBLIC, address])


def test_a_host_without_an_address_is_refused():
    with pytest.raises(Refused):
        checked([])


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_ipv4_that_python_calls_inner_in_any_way_is_public(address):
    inner = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    assert not (inner and is_public(str(address)))


@given(st.integers(0, 2**32 - 1))
def test_no_way_of_writing_an_ipv4_inside_an_ipv6_is_public(v4):
    embedded = [
        v4,
        (0xFFFF << 32) | v4,
        (0x64FF9B << 96) | v4,
        (0x2002 << 112) | (v4 << 80) | 1,
        (0x20010000 << 96) | (v4 ^ 0xFFFFFFFF),
    ]
    assert not any(is_public(str(IPv6Address(number))) for number in embedded)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["8.8.8.8", "::1"]]
)
def test_the_door_connects_to_no_inner_address_and_counts_nothing(open_door, facts, ledger, addresses):
    door = open_door(resolver=lambda host, port: addresses)
    with pytest.raises(Refused, match="not public"):
        door.reader(facts, "https://mastodon.example", None).get("https://mastodon.example/")
    assert ledger.drain() == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost", "[::ffff:7f00:1]"]
)
def test_other_ways_to_write_this_machine_are_refused_too(open_door, facts, host):
    reader = open_door().reader(facts, "https://mastodon.example", None)
    with pytest.raises(Refused, match="not public"):
        reader.get(f"https://{host}/")


def test_the_checked_address_is_connected_to_though_the_name_points_elsewhere_a_moment_later(
    serve, open_door, facts, ledger
):
    server = serve(body=b"inner")
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["192.0.2.1"] if len(asked) == 1 else ["127.0.0.1"]

    reader = open_door(resolver=rebinding).reader(facts, "https://mastodon.example", None)
    with pytest.raises(Refused):
        reader.get(f"https://mastodon.example:{server.port}/")
    assert asked == ["mastodon.example"]
    assert server.heard == []
    assert ledger.drain() == []


def test_a_name_is_resolved_once_for_a_connection_and_its_answer_is_used(serve, open_door, facts):
    server = serve(body=b"right")
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    origin = f"http://mastodon.example:{server.port}"
    door = open_door(resolver=rebinding, loopback_origins=frozenset({origin}))
    answer = door.reader(facts, origin, None).get(f"{origin}/")
    assert answer.body == b"right"
    assert asked == ["mastodon.example"]
    assert server.heard[0].headers["host"] == f"mastodon.example:{server.port}"


def test_a_loopback_origin_must_lead_to_this_machine(open_door, facts):
    origin = "http://mastodon.example:8080"
    door = open_door(resolver=lambda host, port: ["93.184.215.14"], loopback_origins=frozenset({origin}))
    with pytest.raises(Refused):
        door.reader(facts, origin, None).get(origin)


def test_only_the_exact_loopback_origins_may_be_read(serve, open_door, facts):
    allowed, other = serve(), serve()
    reader = open_door(allowed).reader(facts, allowed.origin, None)
    reader.get(allowed.origin)
    for address in (
        other.origin,
        f"https://127.0.0.1:{allowed.port}",
        f"http://localhost:{allowed.port}",
        f"http://127.0.0.2:{allowed.port}",
    ):
        with pytest.raises(Refused):
            reader.get(address)
    assert len(allowed.heard) == 1
    assert other.heard == []


def test_the_next_address_is_tried_when_the_first_does_not_answer(serve, open_door, facts):
    server = serve(body=b"here")
    origin = f"http://mastodon.example:{server.port}"
    door = open_door(
        resolver=lambda host, port: ["127.0.0.98", "127.0.0.1"],
        loopback_origins=frozenset({origin}),
    )
    assert door.reader(facts, origin, None).get(origin).body == b"here"


def test_a_name_that_nobody_knows_is_unavailable(open_door, facts):
    def nobody(host, port):
        raise OSError("no such name")

    reader = open_door(resolver=nobody).reader(facts, "https://mastodon.example", None)
    with pytest.raises(Unavailable):
        reader.get("https://mastodon.example/")
