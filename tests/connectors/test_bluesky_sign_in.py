"""Bluesky by a sign-in in the browser, over real HTTP: what is asked, checked, kept, renewed and refused."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.office import LiveNetworks
from bot.connectors.bluesky import CONNECTOR
from bot.domain.connector import Begun, SignsIn
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn, Refused
from bot.domain.model import Health, Workspace
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from bot.services.collecting.collect import Collect
from bot.services.team.watches import Watches
from bot.store import SqlStore
from bot.web.comeback import ComebackPage, comeback_page
from tests.conftest import HandClock
from tests.connectors.authorizing import LASTS, READ_ONLY, Issuer, methods
from tests.connectors.standins.bluesky import NAMES, Bluesky
from tests.connectors.standins.serving import Fault, Said

pytestmark = pytest.mark.connects

CALLS = {("POST", "/oauth/par"), ("POST", "/oauth/token")}


@dataclass
class Place:
    """A team's store, Bluesky, and who signs its accounts in. `networks` is one process of ours."""

    store: SqlStore
    home: str
    clock: HandClock
    server: Bluesky
    issuer: Issuer
    ledger: Ledger
    doors: list[Door]
    networks: LiveNetworks

    @property
    def account(self) -> str:
        return f"{self.server.origin}/profile/acme.example"

    @property
    def watches(self) -> Watches:
        return Watches(self.store, self.networks, self.clock)

    def restart(self) -> None:
        """Another process, which knows what the store knows."""
        local = frozenset({self.server.origin, self.issuer.origin})
        self.doors.append(Door(self.clock, ledger=self.ledger.count, loopback_origins=local))
        self.networks = LiveNetworks(self.doors[-1], self.store)

    def begin(self, back: str) -> Begun:
        door = self.networks.reader("bluesky", self.server.origin, None)
        endpoint, author = CONNECTOR.resolve(self.account, door)
        return CONNECTOR.begin(endpoint, author, back, door)

    def finish(self, begun: Begun, came: dict[str, str]) -> str:
        return CONNECTOR.finish(begun, came, self.networks.reader("bluesky", self.server.origin, None))

    def came(self) -> tuple[Begun, dict[str, str]]:
        """A person went to the browser and came back."""
        with comeback_page("Signed in to Bluesky") as page:
            begun = self.begin(page.url)
            page.expect(begun.state)
            self.issuer.browse(begun.url)
            return begun, dict(page.wait(5) or {})

    def sign_in(self) -> str:
        return self.finish(*self.came())

    def follow(self, secret: str) -> Any:
        return self.watches.add(self.home, "bluesky", "mentions", self.account, secret=secret)

    def read(self) -> Any:
        """Read each place once; how the one with the mentions is then."""
        with self.store.read(self.home) as tx:
            (id,) = [one.id for one in tx.sources.sources() if one.kind == "mentions"]
        Collect(self.store, self.networks, self.clock).poll(self.home, id)
        with self.store.read(self.home) as tx:
            return tx.sources.source(id)

    def asked(self) -> list[tuple[str, str]]:
        """All that either server heard from us; the person's browser opened one page of it."""
        browsed = ("GET", "/oauth/authorize")
        return [one for one in (*self.server.server.log, *self.issuer.server.log) if one != browsed]


@pytest.fixture
def database_url(sqlite_emptied: str) -> str:
    """What differs here is the network: one engine is enough."""
    return sqlite_emptied


@pytest.fixture
def place(store: SqlStore, workspace: Workspace, clock: HandClock) -> Iterator[Place]:
    server, issuer = Bluesky(clock), Issuer(clock, NAMES["acme"])
    server.issuer = issuer
    with server.server.running(), issuer.server.running():
        doors: list[Door] = []
        ledger = Ledger(clock)
        made = Place(store, workspace.id, clock, server, issuer, ledger, doors, None)  # type: ignore[arg-type]
        made.restart()
        yield made
        for door in doors:
            door.close()


def granting(scope: str) -> Callable[[str], str]:
    return lambda _asked: scope


# ---- the sign-in


def test_a_sign_in_reads_mentions_and_nothing_but_declared_calls_is_ever_sent(place: Place) -> None:
    assert isinstance(CONNECTOR, SignsIn)
    secret = place.sign_in()
    found = place.watches.test(place.home, "bluesky", "mentions", place.account, secret=secret)
    assert found.account.id == NAMES["acme"]
    reads = "9 methods of app.bsky that read"
    assert found.scopes == ("atproto", reads, "app.bsky.notification.updateSeen")
    place.follow(secret)
    place.server.ask()
    assert place.read().health is Health.WELL
    asked = place.asked()
    assert {one for one in asked if one[0] != "GET"} == CALLS
    lines = place.ledger.drain()
    assert sum(line.count for line in lines) == len(asked)
    assert {(line.method, line.template) for line in lines if line.method != "GET"} == CALLS


def test_what_is_announced_is_what_the_specification_asks_for(place: Place) -> None:
    begun, _ = place.came()
    (told,) = place.issuer.pushed.values() or [dict(httpx.QueryParams(place.issuer.heard[0]))]
    assert told["scope"] == f"atproto {READ_ONLY}"
    assert told["login_hint"] == "acme.example"
    assert told["redirect_uri"].startswith("http://127.0.0.1:")
    assert told["client_id"].startswith("http://localhost?")
    assert ":" not in told["client_id"].partition("127.0.0.1")[2].partition("&")[0], "a port does not count"
    assert begun.verifier not in place.issuer.heard[0], "only its hash is told before the code comes"


def test_a_set_that_is_told_back_by_its_name_is_taken_as_well(place: Place) -> None:
    place.issuer.grants = str
    secret = place.sign_in()
    found = place.watches.test(place.home, "bluesky", "mentions", place.account, secret=secret)
    assert found.scopes == ("atproto", "app.bsky.authViewAll")


def test_another_account_than_the_one_that_was_asked_for_is_refused(place: Place) -> None:
    place.issuer.account = NAMES["mei"]
    with pytest.raises(NeedsSignIn, match="another account"):
        place.sign_in()


@pytest.mark.parametrize(
    "more",
    [
        "transition:generic",
        "transition:chat.bsky",
        "repo:app.bsky.feed.post",
        "repo:*?action=create",
        "blob:*/*",
        "account:email?action=manage",
        "identity:*",
        "rpc:com.atproto.repo.createRecord?aud=*",
        "rpc:*?aud=did:web:api.bsky.app%23bsky_appview",
        "rpc:com.atproto.server.getServiceAuth?aud=did:web:api.bsky.app%23bsky_appview",
        "rpc:app.bsky.feed.getTimeline?aud=did:web:elsewhere.example%23other",
        "rpc?lxm=app.bsky.feed.getPosts&lxm=app.bsky.graph.muteActor&aud=did:web:api.bsky.app%23bsky_appview",
        "rpc:app.bsky.video.uploadVideo?aud=did:web:api.bsky.app%23bsky_appview",
        "include:app.bsky.authFullApp?aud=did:web:api.bsky.app%23bsky_appview",
        "include:app.bsky.authViewAll?aud=did:web:elsewhere.example%23other",
        "space:com.example.room",
        "something-new",
    ],
)
def test_a_sign_in_that_may_do_more_than_read_is_refused_and_told_how_to_get_the_right_one(
    place: Place, more: str
) -> None:
    place.issuer.grants = lambda scope: f"{scope} {more}"
    with pytest.raises(CanWrite, match="sign in anew") as refused:
        place.sign_in()
    assert more[:60] in str(refused.value)


@pytest.mark.parametrize(
    "scope", ["atproto", f"atproto {methods('feed.getPostThread')}", methods("feed.getPosts")]
)
def test_a_sign_in_that_may_read_too_little_is_refused(place: Place, scope: str) -> None:
    place.issuer.grants = granting(scope)
    with pytest.raises(NeedsSignIn, match="not all that is asked for"):
        place.sign_in()


def test_methods_in_one_scope_are_read_one_by_one(place: Place) -> None:
    names = ("actor.getProfile", "feed.getAuthorFeed", "feed.getPostThread", "feed.searchPosts")
    lxm = "&".join(f"lxm=app.bsky.{name}" for name in (*names, "notification.listNotifications"))
    place.issuer.grants = granting(f"atproto rpc?{lxm}&aud=did:web:api.bsky.app#bsky_appview")
    assert json.loads(place.sign_in())["account"] == NAMES["acme"]


def test_a_person_who_refuses_is_told_so(place: Place) -> None:
    place.issuer.allows = False
    with pytest.raises(NeedsSignIn, match="not allowed"):
        place.sign_in()


@pytest.mark.parametrize("changed", [{"state": "of-another"}, {"state": ""}, {"iss": "https://evil.example"}])
def test_what_comes_back_from_another_sign_in_or_server_is_refused_before_the_code_is_sent(
    place: Place, changed: dict[str, str]
) -> None:
    begun, came = place.came()
    with pytest.raises(NeedsSignIn, match="came back from another"):
        place.finish(begun, came | changed)
    assert ("POST", "/oauth/token") not in place.asked()


def test_a_comeback_is_taken_once_and_a_state_of_another_sign_in_never(place: Place) -> None:
    with comeback_page("Signed in to Bluesky") as page, httpx.Client(trust_env=False) as browser:
        former = place.begin(page.url)
        assert get(browser, page, former.state) == 400, "no sign-in is expected yet"
        begun = place.begin(page.url)
        page.expect(begun.state)
        assert get(browser, page, former.state) == 400
        assert page.wait(0) is None
        assert browser.get(page.url, headers={"Host": "evil.example"}).status_code == 403
        assert [get(browser, page, begun.state, "first"), get(browser, page, begun.state, "second")] == [
            200,
            410,
        ]
        assert (page.wait(0) or {})["code"] == "first"


def get(browser: httpx.Client, page: ComebackPage, state: str, code: str = "c") -> int:
    return browser.get(page.url, params={"state": state, "code": code}).status_code


def test_a_code_is_worth_nothing_a_second_time_or_without_its_verifier(place: Place) -> None:
    begun, came = place.came()
    place.finish(begun, came)
    with pytest.raises(NeedsSignIn):
        place.finish(begun, came)
    begun, came = place.came()
    with pytest.raises(NeedsSignIn):
        place.finish(replace(begun, verifier="another-verifier-that-is-long-enough-to-be-one"), came)


# ---- servers that do not keep to it


def test_a_server_without_such_a_sign_in_says_so(place: Place) -> None:
    place.server.issuer = None
    with pytest.raises(Gone, match="offers no sign-in in the browser"):
        place.begin("http://127.0.0.1:1/signed-in")


@pytest.mark.parametrize("word", ["invalid_client", "invalid_scope"])
def test_a_server_that_knows_no_program_on_a_computer_or_no_read_only_set_says_so(
    place: Place, word: str
) -> None:
    place.issuer.server.faults.append(Fault("/oauth/par", Said({"error": word}, 400)))
    with pytest.raises(Gone, match=f"only reads .*{word}"):
        place.begin("http://127.0.0.1:1/signed-in")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("issuer", "https://other.example", ChangedFormat),
        ("authorization_endpoint", "https://evil.example/oauth/authorize", ChangedFormat),
        ("pushed_authorization_request_endpoint", "{}/xrpc/com.atproto.repo.createRecord", Refused),
        ("pushed_authorization_request_endpoint", "https://evil.example/oauth/par", Refused),
        ("pushed_authorization_request_endpoint", "{}/oauth/par?more=1", Refused),
        ("token_endpoint", "{}/oauth/token/other", Refused),
        ("token_endpoint", "{}/xrpc/com.atproto.repo.createRecord", Refused),
    ],
)
def test_nothing_is_posted_to_what_an_issuer_names_elsewhere(
    place: Place, field: str, value: str, error: type[Exception]
) -> None:
    place.issuer.metadata[field] = value.format(place.issuer.origin)
    with pytest.raises(error):
        place.sign_in() if field == "token_endpoint" else place.begin("http://127.0.0.1:1/signed-in")
    assert {path for method, path in place.asked() if method == "POST"} <= {"/oauth/par"}


def test_what_is_read_about_an_issuer_must_stand_at_its_own_address(place: Place) -> None:
    moved = Said({}, 302, {"Location": f"{place.issuer.origin}/elsewhere"})
    place.server.server.faults.append(Fault("/.well-known/.*", moved))
    place.issuer.server.faults.append(
        Fault("/elsewhere", Said({"authorization_servers": [place.issuer.origin]}))
    )
    with pytest.raises(ChangedFormat, match="another address"):
        place.begin("http://127.0.0.1:1/signed-in")


# ---- nonces, renewing and ending


def test_a_nonce_that_is_demanded_is_sent_once_more_and_remembered(place: Place) -> None:
    secret = place.sign_in()
    assert place.issuer.proofs.refused == 1, "only the first call knew none"
    place.follow(secret)
    place.read()
    before = place.server.proofs.refused
    assert before
    assert place.read().health is Health.WELL
    assert place.server.proofs.refused == before, "it was remembered"
    place.server.proofs.turn += 1
    assert place.read().health is Health.WELL
    assert place.server.proofs.refused == before + 1


def test_a_server_that_is_content_with_no_nonce_is_asked_twice_and_then_left(place: Place) -> None:
    place.follow(place.sign_in())
    no = Said({"error": "use_dpop_nonce"}, 401, {"DPoP-Nonce": "another"})
    place.server.server.faults.append(Fault("/xrpc/.*listNotifications", no, times=9))
    before = len(place.server.server.log)
    assert place.read().health is Health.BACKING_OFF
    assert len(place.server.server.log) == before + 2


def test_a_token_is_renewed_before_it_runs_out_and_the_renewal_outlasts_a_restart(place: Place) -> None:
    place.follow(place.sign_in())
    (session,) = place.issuer.sessions
    for renewals in (2, 3):
        place.clock.move(LASTS - timedelta(minutes=1))
        place.restart()
        place.server.server.log.clear()
        assert place.read().health is Health.WELL
        assert len(session.renewals) == renewals
        unread = [path for _, path in place.server.server.log if "listNotifications" in path]
        assert len(unread) <= 2, "with at most one demanded nonce it was not refused"
    assert not session.ended, "no renewal was used twice"


def test_a_token_that_is_refused_early_is_renewed_once(place: Place) -> None:
    place.follow(place.sign_in())
    (session,) = place.issuer.sessions
    session.access.clear()
    assert place.read().health is Health.WELL
    assert len(session.renewals) == 2


def test_a_session_that_ended_needs_a_person_who_signs_in_again_and_it_is_read_on(place: Place) -> None:
    watch = place.follow(place.sign_in())
    place.read()
    place.issuer.ends_all()
    place.clock.move(timedelta(days=14))
    ended = place.read()
    assert (ended.health, ended.problem) == (Health.NEEDS_SIGN_IN, "NeedsSignIn")
    place.server.ask()
    for source in watch.sources:
        with place.store.read(place.home) as tx:
            keyed = tx.sources.source(source)
        if keyed and keyed.credential:
            place.watches.mend(place.home, source, place.sign_in())
    again = place.read()
    assert again.health is Health.WELL
    assert again.last_post


def test_a_renewal_that_may_suddenly_do_more_is_refused(place: Place) -> None:
    place.follow(place.sign_in())
    place.issuer.sessions[0].scope += " transition:generic"
    place.clock.move(LASTS)
    failed = place.read()
    assert (failed.health, failed.problem) == (Health.NEEDS_SIGN_IN, "CanWrite")


def test_a_renewal_is_not_sent_to_another_issuer_than_the_one_that_gave_it(place: Place) -> None:
    place.follow(place.sign_in())
    other = Issuer(place.clock, NAMES["acme"])
    with other.server.running():
        place.server.issuer = other
        place.issuer, first = other, place.issuer
        place.restart()
        place.clock.move(LASTS)
        assert place.read().health is Health.NEEDS_SIGN_IN
        assert other.heard == []
        place.issuer = first


def test_a_token_goes_to_the_account_s_own_server_alone(place: Place) -> None:
    place.follow(place.sign_in())
    place.read()
    assert not [one for one in place.issuer.heard if "acc-" in one]
    assert all("canary" not in path for _, path in place.asked())


def test_no_secret_is_logged_counted_or_kept_in_the_clear(
    place: Place, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], sqlite_emptied: str
) -> None:
    caplog.set_level(logging.DEBUG)
    begun, came = place.came()
    caplog.clear()  # of what the person's browser logged
    secret = place.finish(begun, came)
    place.follow(secret)
    place.clock.move(LASTS)
    place.read()
    place.issuer.ends_all()
    place.clock.move(LASTS)
    place.read()
    (session,) = place.issuer.sessions
    needles = [begun.verifier, begun.key, came["code"], *session.access, *session.renewals]
    assert len(needles) >= 6
    file = Path(sqlite_emptied.removeprefix("sqlite:///"))
    kept = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    assert NAMES["acme"].encode() in kept, "the database was looked at"
    told = (begun, place.ledger.drain(), caplog.text, capsys.readouterr())
    assert [one for one in needles if one.encode() in kept or one in repr(told)] == []
