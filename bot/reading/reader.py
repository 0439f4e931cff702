"""The door as one connector sees it: what may be asked, with which credential, and what came back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from threading import Lock
from urllib.parse import unquote_plus

import httpx

from bot.domain.connector import Answer, Call, ConnectorFacts, Key, Prove, Round, Sent
from bot.domain.errors import NeedsSignIn, OverBudget, RateLimited, Refused, Unavailable
from bot.domain.ports import Clock
from bot.reading.credential import Credential, Memory
from bot.reading.graphql import only_query
from bot.reading.issuer import issuer_of
from bot.reading.limits import asked_to_wait
from bot.reading.purse import NoPurse, Purse, month_of, next_month
from bot.reading.validators import Validators, of_answer
from bot.reading.verdict import judge, spoken, wants_nonce
from bot.reading.wire import Deadline, Incoming, Outgoing, Wire, authority, host_of

MAX_REDIRECTS = 3
_HOST = re.compile(rb"[a-z0-9._:-]+")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every reader of one door; `loopback` are exact local origins, the only ones unless
    `outside` may be read too."""

    clock: Clock
    loopback: frozenset[str]
    user_agent: str
    deadline_seconds: float
    outside: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """What belongs to one credential on one network, and to no other: `waits` is by origin, and so are the
    `nonces` that servers gave for proofs."""

    wire: Wire
    validators: Validators = field(default_factory=Validators)
    waits: dict[str, datetime] = field(default_factory=dict)
    nonces: dict[str, str] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class Bound:
    """What one reader is for: a connector's facts, its server, whose credential, and for which Source.

    `memory` is what is kept with the credential, `purse` what it may cost; what was read conditionally for
    one `source` is not "unchanged" for another. `within` is the round that it is part of.
    """

    facts: ConnectorFacts
    endpoint: str
    credential: Credential | None = None
    memory: Memory = field(default_factory=Memory)
    purse: Purse = field(default_factory=NoPurse)
    source: str = ""
    within: Round | None = None


class BoundReader:
    """Reads for one connector, with at most one credential, which only the endpoint's own origins get."""

    def __init__(
        self,
        rules: Rules,
        session: Callable[[Credential | None], Session],
        bound: Bound,
        sign: Credential | None = None,
        by: str = "",
    ) -> None:
        self._rules = replace(rules, user_agent=_agent(rules.user_agent, bound.facts.agent, by))
        self._session = session
        self._bound = bound
        self._homes = homes_of(bound.facts, bound.endpoint)
        self._credential = sign or bound.credential
        # What a credential was shown is for nobody else.
        self._round = bound.within if self._credential is None else None
        self._unsettled: list[tuple[Validators, str, Mapping[str, str]]] = []

    def now(self) -> datetime:
        """The time of this reading (aware UTC); of a round, when that began."""
        return self._round.at if self._round else self._rules.clock()

    def get(
        self,
        url: str,
        params: Mapping[str, str | list[str]] | None = None,
        *,
        conditional: bool = False,
        anonymous: bool = False,
    ) -> Answer:
        """GET `url` with `params` added to its query, following up to 3 redirects.

        `conditional` sends the ETag and Last-Modified that were settled for that address; an Answer
        with `unchanged` then means what it says. `anonymous` leaves the credential out.
        """
        asked = parsed(url)
        if params:
            asked = asked.copy_merge_params(dict(params))
        session = self._session(None if anonymous else self._bound.credential)
        known = partial(session.validators.ask, self._bound.source) if conditional else _nothing
        told = self._told(str(asked), known)
        if told is None:
            final, incoming = self._exchange(session, anonymous=anonymous).follow(asked, known)
            answer = _answer(final, incoming)
            kept = known(answer.url) if answer.unchanged else of_answer(answer.headers)
            if self._round:
                self._round.answers[str(asked)] = (self._bound.source, answer, kept)
        else:
            answer, kept = told
        if conditional and answer.status == 200:
            self._unsettled.append((session.validators, answer.url, kept))
        return answer

    def _told(
        self, url: str, known: Callable[[str], Mapping[str, str]]
    ) -> tuple[Answer, Mapping[str, str]] | None:
        """What another was answered there in this round; that it is unchanged holds for whoever has read the
        same before, by its validators."""
        told = self._round.told(self._bound.source, url) if self._round else None
        if told and told[0].unchanged and known(told[0].url) != told[1]:
            return None
        return told

    def call(
        self,
        call: Call,
        body: bytes,
        content_type: str = "application/json",
        *,
        anonymous: bool = False,
        prove: Prove | None = None,
    ) -> Answer:
        """Send one call that the connector's facts declare; Refused for any other, nothing is sent."""
        if call not in self._bound.facts.calls or call.method != "POST":
            raise Refused("this call is not declared")
        homes = (self._named(call),) if call.named else self._homes
        host = call.host or authority(parsed(homes[0]))
        local = (o for o in self._rules.loopback if o.endswith(f"//{host}"))
        url = parsed(next(local, f"https://{host}") + call.path)
        if authority(url) != host or url.query or url.raw_path != call.path.encode():
            raise Refused("this call is not an exact host and path")
        if call.only_query:
            body, content_type = only_query(body), "application/json"
        session = self._session(self._bound.credential)
        bare = anonymous or bool(call.named)
        exchange = self._exchange(session, anonymous=bare, homes=homes, prove=prove)
        return _answer(url, exchange.post(url, body, content_type))

    def _named(self, call: Call) -> str:
        """The issuer that takes this call at exactly its path, asked each time; Refused for any other."""
        issuer = issuer_of(self, self._homes[0])
        if call.host or issuer.at(call.named) != issuer.origin + call.path:
            raise Refused("the issuer takes this call at another address than the declared one")
        return issuer.origin

    def _exchange(
        self,
        session: Session,
        *,
        anonymous: bool,
        homes: Sequence[str] = (),
        prove: Prove | None = None,
    ) -> _Exchange:
        credential = None if anonymous else self._credential
        facts = self._bound.facts
        return _Exchange(self._rules, session, homes or self._homes, credential, facts, prove=prove)

    def secret(self) -> str:
        """The credential as it was given, for the body of a declared sign-in call and for nothing else."""
        if self._bound.credential is None:
            raise NeedsSignIn("there is no credential to sign in with")
        return self._bound.credential.secret

    def signed(self, token: str, key: Key | None = None, by: str = "") -> BoundReader:
        """The same door, with `token` in place of the credential, sent as `key` says where that differs; `by`
        is whose name the User-Agent has."""
        own = self._bound.credential
        if own is None:
            raise NeedsSignIn("there is no credential to sign in with")
        sign = replace(own, secret=token, key=key or own.key)
        return BoundReader(self._rules, self._session, self._bound, sign, by)

    def kept(self) -> str:
        """What was kept with this credential the last time; empty at first."""
        return self._bound.memory.read()

    def keep(self, text: str) -> None:
        """Keep it with the credential, also for the next process."""
        self._bound.memory.keep(text)

    def afford(self, what: str, most: int) -> int:
        """How many of `what` may be read now: `most`, or what is left; raises OverBudget when none."""
        price, left = self._price(what), self._bound.purse.left(month_of(self.now()))
        if left is None or price == 0:
            return most
        if left < price:
            raise OverBudget("the month's budget is spent", next_month(self.now()))
        return min(most, left // price)

    def pay(self, what: str, count: int) -> None:
        """So many of `what` were read."""
        if count:
            self._bound.purse.spend(month_of(self.now()), self._price(what) * count)

    def _price(self, what: str) -> int:
        said = self._bound.purse.price(what)
        return self._bound.facts.prices[what] if said is None else said

    def turn(self) -> AbstractContextManager[object]:
        """One reader of this credential at a time, in this process."""
        return self._session(self._bound.credential).turn

    def held(self) -> datetime | None:
        """Until when the server asked us to ask nothing more with this credential."""
        waits = self._session(self._bound.credential).waits
        until = max((waits[home] for home in self._homes if home in waits), default=None)
        return until if until and until > self.now() else None

    def settle(self) -> None:
        """What was read conditionally is stored: from the next time on, ask whether it changed.

        Without this, what was read but could not be stored would be "unchanged" for ever, and lost.
        """
        for validators, url, headers in self._unsettled:
            validators.keep(self._bound.source, url, headers)
        self._unsettled.clear()


class _Exchange:
    """One question and its redirects, under one deadline; once dropped, the credential stays dropped."""

    def __init__(
        self,
        rules: Rules,
        session: Session,
        homes: Sequence[str],
        credential: Credential | None,
        facts: ConnectorFacts,
        *,
        prove: Prove | None = None,
    ) -> None:
        self._rules = rules
        self._facts = facts
        self.session = session
        self._homes = homes
        self._credential = credential
        self._secret = credential
        self._prove = prove
        self._deadline = Deadline(rules.deadline_seconds)

    def follow(self, url: httpx.URL, known: Callable[[str], Mapping[str, str]]) -> tuple[httpx.URL, Incoming]:
        """`known` gives the headers that ask whether an address changed."""
        for _ in range(MAX_REDIRECTS + 1):
            extra = known(str(url))
            incoming = self._send("GET", url, extra)
            if incoming.status not in _REDIRECTS:
                _judge_unchanged(url, incoming, asked=bool(extra))
                return url, incoming
            url = self._next(url, incoming.headers.get("location", ""))
        raise Unavailable(f"{host_of(url)} redirects more than {MAX_REDIRECTS} times")

    def post(self, url: httpx.URL, body: bytes, content_type: str) -> Incoming:
        incoming = self._send("POST", url, {"Content-Type": content_type}, body)
        if incoming.status in _REDIRECTS:
            raise Unavailable(f"{host_of(url)} redirects a declared call")
        return incoming

    def _send(
        self, method: str, url: httpx.URL, extra: Mapping[str, str], body: bytes | None = None
    ) -> Incoming:
        origin = origin_of(url)
        local = origin in self._rules.loopback
        if not (local or self._rules.outside):
            raise Refused("a demo reads its own networks and nothing outside this machine")
        _check(url, local=local)
        if origin not in self._homes:
            self._credential = None
        until = self.session.waits.get(origin)
        if until and self._rules.clock() < until:
            raise RateLimited(f"{host_of(url)} asked us to wait", until)
        headers = {"User-Agent": self._rules.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        wire_url, own = _with_credential(url, self._credential)
        sent = tuple({**headers, **extra, **own}.items())
        incoming = self._proved(Outgoing(method, wire_url, sent, body, local), origin)
        self._judge(url, incoming)
        return incoming

    def _proved(self, out: Outgoing, origin: str) -> Incoming:
        """Send it, with a fresh proof where one is needed; once more if the server wants its nonce there."""
        prove = self._prove or (self._credential.key.prove if self._credential else None)
        if prove is None:
            return self.session.wire.exchange(out, self._deadline)
        incoming = self._with_proof(prove, out, origin)
        return self._with_proof(prove, out, origin) if wants_nonce(incoming) else incoming

    def _with_proof(self, prove: Prove, out: Outgoing, origin: str) -> Incoming:
        proof = prove(out.method, str(out.url), self.session.nonces.get(origin, ""))
        headers = (*out.headers, ("DPoP", proof))
        incoming = self.session.wire.exchange(replace(out, headers=headers), self._deadline)
        if told := incoming.headers.get("dpop-nonce"):
            self.session.nonces[origin] = told
        return incoming

    def _judge(self, url: httpx.URL, incoming: Incoming) -> None:
        now = self._rules.clock()
        wait = asked_to_wait(incoming.status, incoming.headers, incoming.body, now)
        if wait:
            self.session.waits[origin_of(url)] = wait
        if incoming.status not in _REDIRECTS:
            words, failed = self._facts.words, incoming.status >= 400
            word = spoken(incoming.headers, incoming.body) if words and failed else ""
            told = words.get(word)
            if told:
                raise told(f"{host_of(url)} answered {incoming.status}: {word}")
            known, sign_in = self._credential is not None, self._facts.sign_in
            judge(incoming.status, host_of(url), wait, now, known=known, sign_in=sign_in)

    def _next(self, url: httpx.URL, location: str) -> httpx.URL:
        if not location:
            raise Unavailable(f"{host_of(url)} redirects without saying where")
        try:
            target = url.join(location).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError):
            raise Unavailable(f"{host_of(url)} redirects to what is no address") from None
        if url.scheme == "https" and target.scheme != "https":
            raise Refused(f"{host_of(url)} redirects from https to {target.scheme}")
        return self._without_secret(target)

    def _without_secret(self, target: httpx.URL) -> httpx.URL:
        """A server may repeat in its redirect what we sent: none of it goes to another origin."""
        if self._secret is None:
            return target
        if self._secret.key.sent is Sent.QUERY:
            target = target.copy_remove_param(self._secret.key.name)
        leaves = origin_of(target) not in self._homes
        if leaves and self._secret.secret in unquote_plus(str(target)):
            raise Refused("a redirect carries the credential to another origin")
        return target


def _nothing(_url: str) -> Mapping[str, str]:
    return {}


def parsed(url: str) -> httpx.URL:
    """The address; raises Refused if it is none. It is not quoted: an address can be a secret."""
    try:
        return httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise Refused("this is not an address") from None


def origin_of(url: httpx.URL) -> str:
    """Scheme, host and port, as far as the port is not the scheme's own."""
    return f"{url.scheme}://{authority(url)}"


def homes_of(facts: ConnectorFacts, endpoint: str) -> tuple[str, ...]:
    """The origins that get the credential: the endpoint's, and the one its network declares beside it."""
    home = origin_of(parsed(endpoint))
    return (home, facts.api) if facts.api and home == facts.home else (home,)


def _agent(usual: str, form: str, by: str) -> str:
    """The User-Agent in the network's own form, where it asks who is behind a key."""
    if not (form and by):
        return usual
    product, _, about = usual.partition(" ")
    name, _, version = product.partition("/")
    return form.format(name=name, version=version, by=by, about=about)


def _check(url: httpx.URL, *, local: bool) -> None:
    if url.scheme != "https" and not local:
        raise Refused("only https is read")
    if not _HOST.fullmatch(url.raw_host) or url.userinfo:
        raise Refused("an address needs a plain host, and no name or password before it")


def _with_credential(url: httpx.URL, credential: Credential | None) -> tuple[httpx.URL, dict[str, str]]:
    if credential is None:
        return url, {}
    key = credential.key
    value = key.prefix + credential.secret
    if key.sent is Sent.QUERY:
        return url.copy_set_param(key.name, value), {}
    if not (value.isascii() and value.isprintable()):
        raise NeedsSignIn(f"the key for {host_of(url)} has characters that no key has: was it pasted whole?")
    return url, {key.name: value}


def _judge_unchanged(url: httpx.URL, incoming: Incoming, *, asked: bool) -> None:
    if incoming.status == 304 and not asked:
        raise Unavailable(f"{host_of(url)} answered 304 to a question without a condition")


def _answer(url: httpx.URL, incoming: Incoming) -> Answer:
    unchanged = incoming.status == 304
    body = b"" if unchanged else incoming.body
    return Answer(incoming.status, str(url), incoming.headers, body, unchanged)
