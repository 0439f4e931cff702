"""Proofs that a token is used by whoever holds its key (RFC 9449), signed with ES256 (RFC 7518)."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bot.domain.connector import Prove

_SIZE = 32  # bytes of each number of P-256


def new_key() -> str:
    """A key of its own for one sign-in, as text that can be kept."""
    return encoded(_bytes(generate_private_key(SECP256R1()).private_numbers().private_value))


def encoded(raw: bytes) -> str:
    """Base64url without padding, as all of JOSE and PKCE writes bytes (RFC 7515, section 2)."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def prover(key: str, now: datetime, token: str = "") -> Prove:
    """Makes proofs with that key; with `token` they hold for requests with that token alone."""
    return _Prover(key, now, token).proof


@dataclass(frozen=True, slots=True)
class _Prover:
    key: str = field(repr=False)
    now: datetime
    token: str = field(repr=False)

    def proof(self, method: str, url: str, nonce: str) -> str:
        """Never the same twice: `jti` is random. `htu` is the address without its query."""
        private = derive_private_key(int.from_bytes(urlsafe_b64decode(self.key + "=")), SECP256R1())
        public = private.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "x": encoded(_bytes(public.x)), "y": encoded(_bytes(public.y))}
        claims: dict[str, object] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url.partition("?")[0],
            "iat": int(self.now.timestamp()),
        }
        if nonce:
            claims["nonce"] = nonce
        if self.token:
            claims["ath"] = encoded(sha256(self.token.encode()).digest())
        signed = f"{_part({'typ': 'dpop+jwt', 'alg': 'ES256', 'jwk': jwk})}.{_part(claims)}"
        r, s = decode_dss_signature(private.sign(signed.encode(), ECDSA(SHA256())))
        return f"{signed}.{encoded(_bytes(r) + _bytes(s))}"


def _part(claims: dict[str, object]) -> str:
    return encoded(json.dumps(claims).encode())


def _bytes(number: int) -> bytes:
    return number.to_bytes(_SIZE)
