"""What opens one account on one network: how it is sent, and never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Sent(StrEnum):
    """Where in the request a network expects the secret."""

    HEADER = "header"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Credential:
    """One secret. `name` is the header or query parameter it travels in, `prefix` stands before it.

    The default is a bearer token (RFC 6750). The secret is in no repr and so in no log.
    """

    id: str
    secret: str = field(repr=False)
    sent: Sent = Sent.HEADER
    name: str = "Authorization"
    prefix: str = "Bearer "
