"""`byhand try` from the terminal to the networks of the stand-in, through the real door."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.office import LiveNetworks, utc_now
from bot.cli.rooms import Rooms
from bot.connectors.hackernews import HackerNews
from bot.domain.connector import Connector
from bot.reading.door import Door
from bot.sandbox.box import Sandbox
from tests.cli.test_commands import only

DAY = timedelta(days=1)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "logs") as running:
        yield running


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


class Networks(LiveNetworks):
    """The real ones; only Hacker News has its home on this machine."""

    def __init__(self, door: Door, home: str) -> None:
        super().__init__(door)
        self._here = HackerNews()
        self._here.facts = replace(HackerNews.facts, home=home)

    def connectors(self) -> Mapping[str, Connector]:
        return {**super().connectors(), "hackernews": self._here}


@pytest.fixture
def rooms(box: Sandbox, silent: str) -> Iterator[Rooms]:
    """Nothing may be entered but the networks, and of those only what stands on this machine."""
    origins = frozenset({box.network.bot_url, f"http://{silent}"})
    door = Door(utc_now, ledger=lambda *_: None, loopback_origins=origins)
    yield only(networks_only=lambda: nullcontext(Networks(door, box.network.bot_url)))
    door.close()


def spoken_to(box: Sandbox, network: str, us: str, people: int, answered: int) -> list[str]:
    """People write below posts of ours, and the first of them are answered; gives the others' words."""
    net = box.network
    at = datetime.now(UTC) - 9 * DAY
    ours = net.account(us, "Acme", network=network)
    unheard = []
    for number in range(people):
        if number % 20 == 0:
            top = net.post(ours, "A new export is out", title="Acme Export", network=network, at=at)
        them = net.account(f"person{number}", f"Person {number}", network=network)
        asked = net.post(them, f"Question {number}?", top, network=network, at=at + DAY)
        if number < answered:
            net.post(ours, "It does.", asked, network=network, at=at + 2 * DAY)
        else:
            unheard.append(f"Question {number}?")
    return unheard


def test_an_account_is_walked_and_those_who_never_heard_back_are_linked(
    typed: Callable[..., Any], box: Sandbox, rooms: Rooms
) -> None:
    unheard = spoken_to(box, "mastodon", "acme", people=41, answered=24)
    account = f"@acme@{box.network.bot_url.removeprefix('http://')}"
    shown = typed("try", account, rooms=rooms)
    assert (shown.code, shown.err) == (0, "")
    assert f"Mastodon: In 30 days 41 people spoke to {account}. 17 never heard back." in shown.out
    rows = [line for line in shown.out.splitlines() if "Question" in line]
    assert sorted(word for row in rows for word in re.findall(r"Question \d+\?", row)) == sorted(unheard)
    assert all(re.search(r"https?://\S+", row) for row in rows)


def test_a_name_is_searched_for_though_nobody_has_it_as_an_account(
    typed: Callable[..., Any], box: Sandbox, rooms: Rooms
) -> None:
    net = box.network
    yesterday = datetime.now(UTC) - DAY
    mei = net.account("mei_t", network="hackernews")
    net.post(mei, "Does Acme Export keep my tags?", title="Ask HN", network="hackernews", at=yesterday)
    shown = typed("try", "hackernews", "Acme Export", rooms=rooms)
    assert (shown.code, shown.err) == (0, "")
    assert "Hacker News: In 30 days 1 person spoke about Acme Export." in shown.out
    assert " you" not in shown.out
    assert "mei_t" in shown.out


def test_an_account_of_a_named_network_is_walked_as_one(
    typed: Callable[..., Any], box: Sandbox, rooms: Rooms
) -> None:
    spoken_to(box, "hackernews", "acme_dev", people=3, answered=2)
    shown = typed("try", "hackernews", "acme_dev", "--json", rooms=rooms)
    [told] = json.loads(shown.out)
    assert (shown.code, told["spoke"], len(told["unheard"])) == (0, 3, 1)
    assert told["account_known"]


def test_a_server_that_never_answers_holds_no_other_place(
    typed: Callable[..., Any], box: Sandbox, rooms: Rooms, silent: str
) -> None:
    spoken_to(box, "mastodon", "acme", people=2, answered=1)
    account = f"@acme@{box.network.bot_url.removeprefix('http://')}"
    shown = typed("try", f"@us@{silent}", account, "--for", "4", rooms=rooms)
    assert shown.code == 1
    assert f"Mastodon: In 30 days 2 people spoke to {account}. 1 never heard back." in shown.out
    assert f"@us@{silent}: this is not all" in shown.err
    assert account not in shown.err


def test_on_a_terminal_the_walk_is_shown(
    typed: Callable[..., Any], box: Sandbox, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    spoken_to(box, "hackernews", "acme_dev", people=1, answered=0)
    shown = typed("try", "hackernews", "acme_dev", "--json", rooms=rooms)
    assert "hackernews acme_dev" in shown.err
    assert len(json.loads(shown.out)) == 1


def test_an_account_that_nobody_has_is_told_as_such(
    typed: Callable[..., Any], box: Sandbox, rooms: Rooms
) -> None:
    nobody = f"@nobody@{box.network.bot_url.removeprefix('http://')}"
    shown = typed("try", nobody, rooms=rooms)
    assert shown.code == 1
    assert f"No network knows {nobody}" in shown.err
