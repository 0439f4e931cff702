"""`--sign-in`: from the terminal to the browser and back, with the stand-in for Bluesky and its issuer."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from bot import app
from bot.cli.rooms import Rooms
from tests.conftest import HandClock
from tests.connectors.authorizing import Issuer
from tests.connectors.standins.bluesky import NAMES, PASSWORD, Bluesky

pytestmark = pytest.mark.connects


@dataclass
class Terminal:
    """Types commands for the demo's folder; the browser is the issuer's person."""

    server: Bluesky
    issuer: Issuer
    clock: HandClock
    type_: Callable[..., Any]

    @property
    def account(self) -> str:
        return f"{self.server.origin}/profile/acme.example"

    def collect(self) -> Any:
        """What is due an hour later."""
        self.clock.move(timedelta(hours=1))
        return self("collect")

    def __call__(self, *words: str, lines: str = "") -> Any:
        return self.type_(*words, lines=lines)


@pytest.fixture
def terminal(
    typed: Callable[..., Any], place: Any, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    server, issuer = Bluesky(clock), Issuer(clock, NAMES["acme"])
    server.issuer = issuer
    with server.server.running(), issuer.server.running():
        local = frozenset({server.origin, issuer.origin})
        here = partial(app.open_office, loopback=local, clock=clock)
        rooms = replace(Rooms.real(), open_office=here, browse=issuer.browse)

        def type_(*words: str, lines: str = "") -> Any:
            monkeypatch.setattr("sys.stdin", io.StringIO(lines))
            return typed("--demo", str(place.folder), *words, rooms=rooms)

        yield Terminal(server, issuer, clock, type_)


def test_an_account_is_followed_by_a_sign_in_without_typing_a_key(terminal: Terminal) -> None:
    tried = terminal(
        "watches", "test", "bluesky", "mentions", terminal.account, "--sign-in", terminal.account
    )
    assert (tried.code, "This is Acme" in tried.out) == (0, True)
    added = terminal(
        "watches",
        "add",
        "bluesky",
        "mentions",
        terminal.account,
        "--sign-in",
        terminal.account,
        "--name",
        "us",
    )
    assert (added.code, added.err) == (0, ""), "a key that only reads asks for no yes"
    assert "Following us." in added.out
    terminal.server.ask()
    assert terminal.collect().code == 0
    assert "keep my tags" in terminal("queue").out
    assert not re.search(r"(acc|ref|cod)-\d+-canary", tried.out + added.out + added.err)


def test_a_phrase_is_searched_for_on_the_account_s_own_server(terminal: Terminal) -> None:
    terminal("watches", "test", "bluesky", "search", "Acme", "--sign-in", terminal.account)
    assert ("GET", "/xrpc/app.bsky.feed.searchPosts") in terminal.server.server.log


def test_the_audit_names_each_call_that_is_no_reading_and_why_it_cannot_publish(terminal: Terminal) -> None:
    words = ("bluesky", "mentions", terminal.account)
    terminal("watches", "add", *words, "--sign-in", terminal.account)
    terminal("watches", "add", *words, "--yes", lines=f"acme.example {PASSWORD}\n")
    shown = terminal("audit")
    assert shown.code == 0, shown.err
    issuer, server = (one.origin.removeprefix("http://") for one in (terminal.issuer, terminal.server))
    assert f"POST {issuer}/oauth/par: announces a sign-in" in shown.out
    assert f"POST {issuer}/oauth/token: fetches or renews a session" in shown.out
    assert f"POST {server}/xrpc/com.atproto.server.createSession: signs in" in shown.out
    assert "Nothing was ever written to a network." in shown.out


def test_a_browser_on_another_computer_ends_on_an_address_that_is_pasted(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lines(io.StringIO):
        """The address, as it stands once the terminal waits for it."""

        def readline(self, *_args: Any) -> str:
            (uri, told), *_ = terminal.issuer.pushed.items()
            page = f"{terminal.issuer.origin}/oauth/authorize"
            asked = {"request_uri": uri, "client_id": told["client_id"]}
            return f"{httpx.get(page, params=asked, trust_env=False).headers['location']}\n"

    monkeypatch.setattr(io, "StringIO", Lines)
    words = ("bluesky", "mentions", terminal.account, "--sign-in", terminal.account, "--paste")
    added = terminal("watches", "add", *words)
    assert (added.code, added.err) == (0, "")
    assert "Following" in added.out
    assert "/oauth/authorize?" in added.out


def follows(terminal: Terminal) -> None:
    """The account is signed in, and what it is told is followed as "us"."""
    who = terminal.account
    terminal("watches", "add", "bluesky", "mentions", who, "--sign-in", who, "--name", "us")


def test_a_sign_in_that_ended_is_given_anew_and_read_on(terminal: Terminal) -> None:
    follows(terminal)
    terminal.collect()
    terminal.issuer.ends_all()
    assert terminal.collect().code == 1
    assert "needs sign-in" in terminal("watches", "list").out
    new = terminal("watches", "key", "us", "--sign-in", terminal.account)
    assert (new.code, new.err) == (0, "")
    terminal.server.ask()
    assert terminal.collect().code == 0
    assert "keep my tags" in terminal("queue").out


def test_another_account_than_the_watch_reads_is_refused(terminal: Terminal) -> None:
    follows(terminal)
    terminal.issuer.account = NAMES["ana"]
    ana = f"{terminal.server.origin}/profile/ana.example"
    refused = terminal("watches", "key", "us", "--sign-in", ana)
    assert (refused.code, "another account" in refused.err) == (1, True)
    assert terminal.collect().code == 0


def test_a_new_key_that_could_post_is_taken_after_a_yes_alone(terminal: Terminal) -> None:
    password = f"acme.example {PASSWORD}\n"
    terminal(
        "watches", "add", "bluesky", "mentions", terminal.account, "--yes", "--name", "us", lines=password
    )
    for answer, code in (("n", 1), ("y", 0)):
        shown = terminal("watches", "key", "us", lines=f"{password}{answer}\n")
        assert (shown.code, "could post" in shown.err) == (code, True)


def test_where_there_is_no_such_sign_in_or_no_key_it_is_said(terminal: Terminal) -> None:
    words = ("watches", "add", "hackernews", "search", "Acme", "--sign-in", "acme")
    shown = terminal(*words)
    assert (shown.code, "takes a key" in shown.err) == (2, True)
    terminal("watches", "add", "bluesky", "replies", terminal.account, "--name", "seen")
    shown = terminal("watches", "key", "seen")
    assert (shown.code, "without a key" in shown.err) == (2, True)
    terminal("watches", "add", "inbound", "webhook", "scout")
    shown = terminal("watches", "key", "Inbound: scout")
    assert shown.code == 2
    assert "byhand watches rotate" in shown.err
