"""Who signs the accounts of a server in: the issuer that it names, and what that says of itself.

Sources: RFC 9728 (protected resource metadata), RFC 8414 (authorization server metadata) and the stricter
rules of atproto.com/specs/oauth, "Server Metadata".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from bot.domain.connector import Answer
from bot.domain.errors import ChangedFormat
from bot.reading.payload import Part, parse_json

_RESOURCE = "/.well-known/oauth-protected-resource"
_ISSUER = "/.well-known/oauth-authorization-server"
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::\d{1,5})?", re.ASCII)


class Getter(Protocol):
    """The part of the door that is needed here."""

    def get(self, url: str, *, anonymous: bool = False) -> Answer:
        """GET `url`."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """One authorization server, by its origin."""

    origin: str
    metadata: Part

    def at(self, field: str) -> str:
        """Where it takes what the field is for; raises ChangedFormat where it does not say."""
        return self.metadata[field].url()


def issuer_of(door: Getter, home: str) -> Issuer:
    """The one that the server `home` (an origin) names, with its metadata.

    Raises Gone where the server names none, and ChangedFormat where one of the two breaks the rules.
    """
    named = _told(door, home + _RESOURCE)["authorization_servers"].listing()
    origin = named[0].text() if len(named) == 1 else ""
    if not _ORIGIN.fullmatch(origin):
        raise ChangedFormat("the server does not name one issuer by its plain origin")
    metadata = _told(door, origin + _ISSUER)
    if metadata["issuer"].text() != origin:
        raise ChangedFormat("the issuer calls itself something else than the server does")
    return Issuer(origin, metadata)


def _told(door: Getter, url: str) -> Part:
    """A document of that very address: what another one says is not its own."""
    answer = door.get(url, anonymous=True)
    if answer.url != url:
        raise ChangedFormat("the answer about the sign-in stands at another address")
    return parse_json(answer.body)
