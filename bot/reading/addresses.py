"""Which internet addresses the door may connect to: public ones, by every reading of the word.

    resolve(host, port) -> list of address texts       the default resolver
    checked(addresses, loopback=False) -> the same, or Refused

Python's `is_global` is not enough: it says yes to multicast, to NAT64 and to 6to4, which carry an
IPv4 address of the author's choice inside. Source: IANA special-purpose address registries.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from bot.domain.errors import Refused

Resolver = Callable[[str, int], Sequence[str]]
"""From a host name and a port to address texts, the preferred first; raises OSError."""

_REFUSED_V4 = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # shared by a provider's customers: inside, though Python calls it not private
        "192.0.0.0/24",  # protocol assignments, some of which Python calls global
        "192.88.99.0/24",  # the 6to4 relays
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_UNICAST_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo and ORCHID among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)


def resolve(host: str, port: int) -> list[str]:
    """The system's answer for a host, each address once, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def checked(addresses: Sequence[str], *, loopback: bool = False) -> Sequence[str]:
    """The addresses, if every one may be connected to; raises Refused if one may not.

    One bad address condemns all: a host that names a public and an inner address is an attack.
    With `loopback` every address must be this machine's own instead.
    """
    if not addresses:
        raise Refused("the host has no address")
    may = _is_loopback if loopback else is_public
    for address in addresses:
        if not may(address):
            raise Refused("the host has an address that is not public")
    return addresses


def is_public(address: str) -> bool:
    """Whether this is a global unicast address that embeds no other."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return parsed.is_global and not any(parsed in net for net in _REFUSED_V4)
    return parsed.is_global and _is_plain_unicast(parsed)


def _is_plain_unicast(address: IPv6Address) -> bool:
    # All that carries IPv4 outside 2000::/3 (mapped, compatible, NAT64) falls with the first line.
    if address not in _UNICAST_V6 or address.scope_id is not None:
        return False
    if any(address in net for net in _REFUSED_V6):
        return False
    return (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
