"""A sign-in in the browser that gives a session bound to a key, and what keeps that alive.

OAuth 2.1 as atproto.com/specs/oauth has it, as a public client on this machine: the request is pushed first
(RFC 9126), the code is proved by PKCE (RFC 7636), every token by a key (RFC 9449). A session is kept as text;
it is renewed by one reader at a time, because each renewal ends the token before it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import urlencode, urlsplit

from bot.domain.connector import Answer, Begun, Call, Key, Reader
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn
from bot.domain.model import Author
from bot.reading.dpop import encoded, new_key, prover
from bot.reading.issuer import issuer_of
from bot.reading.payload import Part, parse_json

PUSH = Call(
    "POST",
    "",
    "/oauth/par",
    "announces a sign-in that a person then allows or refuses: it carries no token and no words",
    named="pushed_authorization_request_endpoint",
)
TOKEN = Call(
    "POST",
    "",
    "/oauth/token",
    "fetches or renews a session: it carries no token that opens anything else, and no words",
    named="token_endpoint",
)
EARLY = timedelta(minutes=2)
"""A session is renewed so long before its token runs out."""
_FORM = "application/x-www-form-urlencoded"
_LONGEST_TOKEN = 20_000
_UNTOLD = 300  # seconds that a token lasts where the issuer does not say

Judge = Callable[[str], None]
"""Takes the scope that was given, and raises what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A session: what it may do, until when its token opens anything (UTC), and the key it is bound to."""

    account: str
    scope: str
    issuer: str
    client: str
    until: datetime
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    key: str = field(repr=False)

    def text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self) | {"until": self.until.isoformat()})

    @classmethod
    def of(cls, text: str, now: datetime) -> Grant:
        """As it was kept; raises ChangedFormat."""
        kept = parse_json(text.encode())
        names = ("account", "scope", "issuer", "client", "access", "refresh", "key")
        values = {name: kept[name].text(_LONGEST_TOKEN) for name in names}
        return cls(**values, until=kept["until"].time(now))


def is_grant(secret: str) -> bool:
    """Whether a credential came from such a sign-in."""
    return secret.startswith("{")


def begin(endpoint: str, account: Author, scope: str, back: str, door: Reader) -> Begun:
    """Announce a sign-in to that account for that scope; `back` is where the browser comes back to.

    Raises Gone where its server offers no such sign-in.
    """
    verifier, state, key = secrets.token_urlsafe(48), secrets.token_urlsafe(24), new_key()
    client = _client(scope, back)
    asked = {
        "client_id": client,
        "response_type": "code",
        "code_challenge": encoded(sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
        "state": state,
        "redirect_uri": back,
        "scope": scope,
        "login_hint": account.handle.removeprefix("@"),
    }
    try:
        issuer = issuer_of(door, endpoint)
        pushed = _sent(door, PUSH, asked, key)
    except (Gone, NeedsSignIn) as why:
        host = urlsplit(endpoint).hostname
        raise Gone(f"{host} offers no sign-in in the browser that only reads ({why})") from None
    page = issuer.at("authorization_endpoint")
    if not page.startswith(f"{issuer.origin}/"):
        raise ChangedFormat("the issuer sends people to sign in somewhere else")
    query = urlencode({"client_id": client, "request_uri": pushed["request_uri"].word(2_000)})
    return Begun(f"{page}?{query}", back, state, account.id, issuer.origin, client, verifier, key)


def finish(begun: Begun, came: Mapping[str, str], judge: Judge, door: Reader) -> Grant:
    """The session, from the query that the browser came back with.

    Raises NeedsSignIn, and what `judge` does.
    """
    if not compare_digest(came.get("state", "").encode(), begun.state.encode()):
        raise NeedsSignIn("the browser came back from another sign-in")
    if came.get("iss") != begun.issuer:
        raise NeedsSignIn("the browser came back from another server than it was sent to")
    if "code" not in came:
        raise NeedsSignIn("it was not allowed")
    asked = {
        "grant_type": "authorization_code",
        "code": came["code"],
        "redirect_uri": begun.back,
        "client_id": begun.client,
        "code_verifier": begun.verifier,
    }
    now = door.now()
    grant = Grant(
        account=begun.account,
        scope="",
        issuer=begun.issuer,
        client=begun.client,
        until=now,
        access="",
        refresh="",
        key=begun.key,
    )
    return _granted(grant, _sent(door, TOKEN, asked, begun.key), judge, now)


def read(
    endpoint: str, url: str, params: Mapping[str, str | list[str]], judge: Judge, door: Reader
) -> Answer:
    """GET with the session, which is renewed before its token runs out, or once when that is refused."""
    grant = current(door)
    if grant.until - EARLY <= door.now():
        grant = _renewed(endpoint, grant, judge, door)
    try:
        return _signed(grant, door).get(url, params)
    except NeedsSignIn:
        return _signed(_renewed(endpoint, grant, judge, door), door).get(url, params)


def current(door: Reader) -> Grant:
    """The session as it is now: what was kept, else what the sign-in gave."""
    return Grant.of(door.kept() or door.secret(), door.now())


def _renewed(endpoint: str, stale: Grant, judge: Judge, door: Reader) -> Grant:
    with door.turn():
        known = current(door)
        if known.access != stale.access:
            return known
        if issuer_of(door, endpoint).origin != known.issuer:
            raise NeedsSignIn("the account is signed in by another server now")
        asked = {"grant_type": "refresh_token", "refresh_token": known.refresh, "client_id": known.client}
        fresh = _granted(known, _sent(door, TOKEN, asked, known.key), judge, door.now())
        door.keep(fresh.text())
        return fresh


def _signed(grant: Grant, door: Reader) -> Reader:
    key = Key(prefix="DPoP ", prove=prover(grant.key, door.now(), grant.access))
    return door.signed(grant.access, key)


def _sent(door: Reader, call: Call, asked: Mapping[str, str], key: str) -> Part:
    body = urlencode(asked).encode()
    return parse_json(door.call(call, body, _FORM, anonymous=True, prove=prover(key, door.now())).body)


def _granted(before: Grant, told: Part, judge: Judge, now: datetime) -> Grant:
    if told["token_type"].text().lower() != "dpop":
        raise ChangedFormat("the session is not bound to a key")
    scope = told["scope"].text(_LONGEST_TOKEN)
    if told["sub"].text() != before.account:
        raise NeedsSignIn("it was another account that was signed in")
    judge(scope)
    lasts = told["expires_in"].integer() if told.get("expires_in") else _UNTOLD
    return replace(
        before,
        scope=scope,
        until=now + timedelta(seconds=min(max(lasts, 0), 86_400)),
        access=told["access_token"].text(_LONGEST_TOKEN),
        refresh=told["refresh_token"].text(_LONGEST_TOKEN),
    )


def _client(scope: str, back: str) -> str:
    """Our name: what a program of this machine is, said in an address that nobody fetches.

    atproto.com/specs/oauth, "Localhost Client Development": the port of the redirect does not count.
    """
    parts = urlsplit(back)
    return "http://localhost?" + urlencode(
        {"redirect_uri": f"http://{parts.hostname}{parts.path}", "scope": scope}
    )
