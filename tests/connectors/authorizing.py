"""A server that signs accounts in, as atproto.com/specs/oauth and the RFCs that it names describe one.

Requests are pushed to it (RFC 9126), codes proved by PKCE (RFC 7636), keys by proofs with its nonce (RFC
9449). A code and a renewal work once. What it grants, and to whom, a test may bend.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.connectors.standins.serving import Asked, Refusal, Routes, Said, Server

APPVIEW = "did:web:api.bsky.app#bsky_appview"
READ_ONLY = "include:app.bsky.authViewAll?aud=did:web:api.bsky.app%23bsky_appview"
IN_IT = (
    "actor.getProfile", "actor.searchActors", "feed.describeFeedGenerator", "feed.getAuthorFeed",
    "feed.getPostThread", "feed.searchPosts", "graph.getFollows", "notification.listNotifications",
    "notification.updateSeen", "unspecced.getTrends",
)  # fmt: skip
"""Some of what lexicons/app/bsky/authViewAll.json lists, under app.bsky."""
METADATA = "/.well-known/oauth-authorization-server"
LASTS = timedelta(minutes=30)
FRESH = timedelta(minutes=3)
SIGNED = b"""<!doctype html><title>Signed in</title>"""


def methods(*names: str, where: str = APPVIEW) -> str:
    """The scopes that let these methods be called, as a set is told back."""
    return " ".join(f"rpc:app.bsky.{name}?aud={where.replace('#', '%23')}" for name in names)


def plain(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def hashed(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


@dataclass
class Proofs:
    """Checks proofs for one server, which demands a nonce that it changes."""

    name: str
    clock: Callable[[], datetime]
    turn: int = 1
    seen: set[str] = field(default_factory=set)
    refused: int = 0

    @property
    def nonce(self) -> str:
        return f"nonce-{self.turn}-of-{self.name}"

    def holder(self, asked: Asked, url: str, token: str, *, status: int) -> str:
        """The thumbprint of the key that proved this request; raises Refusal."""
        head, claims = self._read(asked.headers.get("dpop", ""), status)
        wanted = {"htm": asked.method, "htu": url} | ({"ath": hashed(token)} if token else {})
        if {name: claims.get(name) for name in wanted} != wanted or ("ath" in claims) != bool(token):
            raise self._no("invalid_dpop_proof", status)
        if claims.get("nonce") != self.nonce:
            self.refused += 1
            raise self._no("use_dpop_nonce", status)
        if (
            abs(claims["iat"] - self.clock().timestamp()) > FRESH.total_seconds()
            or claims["jti"] in self.seen
        ):
            raise self._no("invalid_dpop_proof", status)
        self.seen.add(claims["jti"])
        jwk = head["jwk"]
        return hashed(
            json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
        )

    def _read(self, proof: str, status: int) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            head, claims, signature = proof.split(".")
            told, raw = json.loads(plain(head)), plain(signature)
            x, y = (int.from_bytes(plain(told["jwk"][name])) for name in "xy")
            key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
            whole = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
            key.verify(whole, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except (ValueError, KeyError, InvalidSignature):
            raise self._no("invalid_dpop_proof", status) from None
        if (told["typ"], told["alg"], set(told["jwk"])) != ("dpop+jwt", "ES256", {"kty", "crv", "x", "y"}):
            raise self._no("invalid_dpop_proof", status)
        return told, json.loads(plain(claims))

    def _no(self, word: str, status: int) -> Refusal:
        """An issuer says so in the body (400), a server that is read in a header too (401)."""
        challenge = {"WWW-Authenticate": f'DPoP error="{word}", algs="ES256"'} if status == 401 else {}
        return Refusal(Said({"error": word, "message": word}, status, {"DPoP-Nonce": self.nonce} | challenge))


@dataclass
class Session:
    """What one sign-in gave; only its latest renewal opens anything, and an older one ends it."""

    client: str
    account: str
    scope: str
    holder: str
    renewals: list[str] = field(default_factory=list)
    access: dict[str, datetime] = field(default_factory=dict)
    ended: bool = False


class Issuer:
    """On an origin of its own. The person at the browser is `browse`.

    `grants` bends the scope that is asked for, `account` is who signs in, `allows` whether they do.
    """

    def __init__(self, clock: Callable[[], datetime], account: str) -> None:
        self.clock = clock
        self.account = account
        self.allows = True
        self.grants: Callable[[str], str] = lambda scope: scope.replace(READ_ONLY, methods(*IN_IT))
        self.metadata: dict[str, Any] = {}
        self.proofs = Proofs("issuer", clock)
        self.pushed: dict[str, dict[str, str]] = {}
        self.codes: dict[str, tuple[dict[str, str], Session]] = {}
        self.sessions: list[Session] = []
        self.states: set[str] = set()
        self.heard: list[str] = []
        self.made = 0
        self.server = Server(self.routes(), not_there=Said({"error": "not_found"}, 404))

    @property
    def origin(self) -> str:
        return self.server.origin

    def routes(self) -> Routes:
        return [
            ("GET", METADATA, self._described),
            ("POST", "/oauth/par", self._push),
            ("GET", "/oauth/authorize", self._authorize),
            ("POST", "/oauth/token", self._token),
        ]

    # ---- the person

    def browse(self, url: str) -> httpx.Response:
        """Open the address, decide, and be sent back."""
        with httpx.Client(trust_env=False) as browser:
            decided = browser.get(url)
            assert decided.status_code == 302, decided.text
            return browser.get(decided.headers["location"])

    def ends_all(self) -> None:
        """The account's owner ends every session."""
        for session in self.sessions:
            session.ended = True

    # ---- what is read by others

    def viewer(self, asked: Asked, origin: str, proofs: Proofs) -> tuple[str, str]:
        """Whose token came to the server at `origin`, and its scope; raises Refusal."""
        scheme, _, token = asked.headers["authorization"].partition(" ")
        assert scheme == "DPoP"
        holder = proofs.holder(asked, origin + asked.path, token, status=401)
        session = next((one for one in self.sessions if token in one.access), None)
        if session is None or session.ended or self.clock() >= session.access[token]:
            challenge = {"WWW-Authenticate": 'DPoP error="invalid_token"', "DPoP-Nonce": proofs.nonce}
            raise Refusal(Said({"error": "invalid_token", "message": "no"}, 401, challenge))
        assert holder == session.holder, "a token works with its own key alone"
        return session.account, session.scope

    # ---- what it is asked

    def _described(self, asked: Asked) -> Said:
        at = {name: f"{self.origin}/oauth/{path}" for name, path in (
            ("authorization_endpoint", "authorize"), ("token_endpoint", "token"),
            ("pushed_authorization_request_endpoint", "par"),
        )}  # fmt: skip
        told = {
            "issuer": self.origin,
            "scopes_supported": ["atproto", "transition:generic"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
            "dpop_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
            "require_pushed_authorization_requests": True,
            "client_id_metadata_document_supported": True,
        }
        return Said(told | at | self.metadata)

    def _form(self, asked: Asked) -> tuple[dict[str, str], str]:
        """What was sent, and the key that proved it; nothing else may come with it."""
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert "authorization" not in asked.headers
        holder = self.proofs.holder(asked, self.origin + asked.path, "", status=400)
        self.heard.append(asked.body.decode())
        return dict(parse_qsl(asked.body.decode(), strict_parsing=True)), holder

    def _no(self, word: str) -> Refusal:
        return Refusal(Said({"error": word}, 400, {"DPoP-Nonce": self.proofs.nonce}))

    def _push(self, asked: Asked) -> Said:
        told, holder = self._form(asked)
        client = urlsplit(told["client_id"])
        if (client.scheme, client.netloc, client.path) != ("http", "localhost", ""):
            raise self._no("invalid_client")
        declared = parse_qs(client.query)
        back, allowed = urlsplit(told["redirect_uri"]), urlsplit(declared["redirect_uri"][0])
        if (back.scheme, back.hostname, back.path) != ("http", "127.0.0.1", allowed.path) or back.query:
            raise self._no("invalid_request")
        if not {"atproto"} <= set(told["scope"].split()) <= set(declared["scope"][0].split()):
            raise self._no("invalid_scope")
        whole = told["response_type"] == "code" and told["code_challenge_method"] == "S256"
        if not whole or told["state"] in self.states or len(plain(told["code_challenge"])) != 32:
            raise self._no("invalid_request")
        self.states.add(told["state"])
        self.made += 1
        uri = f"urn:ietf:params:oauth:request_uri:req-{self.made}"
        self.pushed[uri] = told | {"holder": holder}
        return self._said({"request_uri": uri, "expires_in": 299}, 201)

    def _authorize(self, asked: Asked) -> Said:
        told = self.pushed.pop(asked.query["request_uri"], None)
        if told is None or told["client_id"] != asked.query["client_id"]:
            return Said({"error": "invalid_request"}, 400)
        answer = {"iss": self.origin, "state": told["state"]}
        if self.allows:
            self.made += 1
            code = f"cod-{self.made}-canary"
            scope = self.grants(told["scope"])
            self.codes[code] = (told, Session(told["client_id"], self.account, scope, told["holder"]))
            answer["code"] = code
        else:
            answer["error"] = "access_denied"
        return Said(SIGNED, 302, {"Location": f"{told['redirect_uri']}?{urlencode(answer)}"})

    def _token(self, asked: Asked) -> Said:
        told, holder = self._form(asked)
        session = (
            self._by_code(told) if told["grant_type"] == "authorization_code" else self._by_renewal(told)
        )
        if session.ended or (session.client, session.holder) != (told["client_id"], holder):
            raise self._no("invalid_grant")
        self.made += 1
        access, renewal = f"acc-{self.made}-canary", f"ref-{self.made}-canary"
        session.access = {access: self.clock() + LASTS}
        session.renewals.append(renewal)
        tokens = {"access_token": access, "refresh_token": renewal, "token_type": "DPoP"}
        lasts = {"expires_in": int(LASTS.total_seconds())}
        return self._said(tokens | lasts | {"scope": session.scope, "sub": session.account})

    def _by_code(self, told: dict[str, str]) -> Session:
        asked, session = self.codes.pop(told["code"], ({}, None))
        proved = session and hashed(told["code_verifier"]) == asked["code_challenge"]
        if session is None or not proved or asked["redirect_uri"] != told["redirect_uri"]:
            raise self._no("invalid_grant")
        self.sessions.append(session)
        return session

    def _by_renewal(self, told: dict[str, str]) -> Session:
        token = told["refresh_token"]
        session = next((one for one in self.sessions if token in one.renewals), None)
        if session is None or token != session.renewals[-1]:
            if session:
                session.ended = True
            raise self._no("invalid_grant")
        return session

    def _said(self, body: dict[str, Any], status: int = 200) -> Said:
        return Said(body, status, {"DPoP-Nonce": self.proofs.nonce})
