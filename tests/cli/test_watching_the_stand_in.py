"""`byhand watches` and `byhand people link`, from the terminal to the networks of the stand-in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.cli.rooms import Rooms
from bot.sandbox.box import Sandbox

SCOPES = "/api/v1/apps/verify_credentials"
HIDDEN = "does not show what its tokens may do"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "logs") as running:
        running.network.account("acme", "Acme")
        running.network.account("mei@garden.example", "Mei Tanaka")
        yield running


@pytest.fixture
def server(box: Sandbox) -> str:
    return box.network.bot_url.removeprefix("http://")


class Keyboard:
    """Types a command for the demo's folder; `lines` are what is entered when it asks."""

    def __init__(
        self, typed: Callable[..., Any], folder: Path, rooms: Rooms, patch: pytest.MonkeyPatch
    ) -> None:
        self._typed, self._folder, self._rooms, self._patch = typed, folder, rooms, patch

    def __call__(self, *words: str, lines: str = "") -> Any:
        self._patch.setattr("sys.stdin", io.StringIO(lines))
        return self._typed("--demo", str(self._folder), *words, rooms=self._rooms)

    def listed(self) -> Any:
        return json.loads(self("watches", "list", "--json").out)


@pytest.fixture
def type_(typed: Callable[..., Any], place: Any, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    here = partial(app.open_office, loopback=frozenset({box.network.bot_url}), clock=box.world_clock)
    return Keyboard(typed, place.folder, replace(Rooms.real(), open_office=here), monkeypatch)


def test_a_watch_is_tried_and_nothing_is_saved(type_: Keyboard, box: Sandbox, server: str) -> None:
    box.network.post("mei@garden.example", f"@acme@{box.network.domain} Does the export keep my tags?")
    key = box.network.token("acme")
    shown = type_("watches", "test", "mastodon", "mentions", f"@acme@{server}", lines=f"{key}\n")
    assert (shown.code, shown.err) == (0, "")
    assert "This is Acme (@acme@" in shown.out
    assert "1 found now, 1 of them would wait for one of us." in shown.out
    assert "Does the export keep my tags?" in shown.out
    assert key not in shown.out
    assert type_.listed() == []


def test_a_hashtag_needs_no_key(type_: Keyboard, box: Sandbox) -> None:
    box.network.post("mei@garden.example", "I like #acme")
    words = ("mastodon", "hashtag", "#acme", "--at", box.network.bot_url)
    shown = type_("watches", "test", *words, "--json")
    told = json.loads(shown.out)
    assert (told["waits"], [each["lane"] for each in told["posts"]]) == (0, ["about us"])


def test_a_watch_is_added_paused_resumed_and_removed(type_: Keyboard, box: Sandbox, server: str) -> None:
    key = box.network.token("acme")
    words = ("mastodon", "mentions", f"@acme@{server}", "--name", "Acme")
    added = type_("watches", "add", *words, lines=f"{key}\n")
    assert (added.code, added.err) == (0, "")
    assert "Following Acme." in added.out
    (watch,) = type_.listed()
    assert (watch["name"], watch["paused"], len(watch["sources"])) == ("Acme", False, 2)
    assert type_("watches", "pause", "Acme").code == 0
    assert type_.listed()[0]["paused"]
    assert type_("watches", "resume", watch["id"]).code == 0
    assert not type_.listed()[0]["paused"]
    assert type_("watches", "remove", "Acme").code == 0
    assert type_.listed() == []
    gone = type_("watches", "remove", "Acme")
    assert gone.code == 1
    assert "no such watch" in gone.err


def test_what_is_added_is_read(type_: Keyboard, box: Sandbox, server: str) -> None:
    key = box.network.token("acme")
    type_("watches", "add", "mastodon", "mentions", f"@acme@{server}", lines=f"{key}\n")
    box.network.post("mei@garden.example", f"@acme@{box.network.domain} Does the export keep my tags?")
    assert type_("collect").code == 0
    assert "Does the export keep my tags?" in type_("queue").out


def test_a_key_that_may_post_is_refused(type_: Keyboard, box: Sandbox, server: str) -> None:
    key = box.network.token("acme", ("read", "write:statuses"))
    shown = type_("watches", "add", "mastodon", "mentions", f"@acme@{server}", lines=f"{key}\n")
    assert shown.code == 1
    assert "may do more than read" in shown.err
    assert type_.listed() == []


@pytest.mark.parametrize(("answer", "kept"), [("n", 0), ("", 0), ("y", 1)])
def test_a_key_that_hides_what_it_may_do_is_kept_only_after_a_yes(
    type_: Keyboard, box: Sandbox, server: str, answer: str, kept: int
) -> None:
    box.network.fail(SCOPES, times=9, status=404)
    lines = f"{box.network.token('acme')}\n{answer}\n"
    shown = type_("watches", "add", "mastodon", "mentions", f"@acme@{server}", lines=lines)
    assert shown.code == 1 - kept
    assert HIDDEN in shown.err
    assert len(type_.listed()) == kept


def test_yes_in_advance_is_an_answer_and_a_shown_scope_asks_nothing(
    type_: Keyboard, box: Sandbox, server: str
) -> None:
    words = ("mastodon", "mentions", f"@acme@{server}")
    key = box.network.token("acme")
    assert HIDDEN not in type_("watches", "test", *words, lines=f"{key}\n").err
    box.network.fail(SCOPES, times=9, status=404)
    assert HIDDEN in type_("watches", "test", *words, lines=f"{key}\n").err
    shown = type_("watches", "add", *words, "--yes", lines=f"{key}\n")
    assert (shown.code, len(type_.listed())) == (0, 1)
    assert HIDDEN in shown.err


def test_a_teammate_is_linked_and_their_posts_are_read(
    type_: Keyboard, place: Any, box: Sandbox, server: str
) -> None:
    place.teammate("Ana", "U1")
    box.network.account("ana", "Ana Duarte")
    shown = type_("people", "link", "Ana", f"@ana@{server}")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("Ana answers as @ana@")
    (told, _) = json.loads(type_("people", "list", "--json").out)
    assert [(each["network"], each["proved"]) for each in told["accounts"]] == [("mastodon", False)]
    (watch,) = type_.listed()
    assert [source["what"].split()[0] for source in watch["sources"]] == ["own"]
    unknown = type_("people", "link", "Ana", f"@nobody@{server}")
    assert unknown.code == 1
    assert "no network knows this account" in unknown.err


def test_whoever_links_an_account_that_has_asked_something_is_told_how_to_take_it_back(
    type_: Keyboard, place: Any, box: Sandbox, server: str
) -> None:
    place.teammate("Ana", "U1")
    key = box.network.token("acme")
    type_("watches", "add", "mastodon", "mentions", f"@acme@{server}", "--yes", lines=f"{key}\n")
    box.network.account("zoe", "Zoe")
    asked = box.network.post("zoe", "Does it keep my tags?")
    type_("add", f"{box.network.bot_url}/@zoe/{asked.id}")
    shown = type_("people", "link", "Ana", f"@zoe@{server}")
    _, spoken, taken_back = shown.out.splitlines()
    assert spoken.endswith("has spoken to your team before, and that waits for no answer now.")
    assert "Waiting now that did not before: 1." in type_(*taken_back.partition(": byhand ")[2].split()).out


def test_what_to_follow_is_suggested_and_nothing_is_followed_without_a_yes(
    type_: Keyboard, box: Sandbox, server: str
) -> None:
    ours = box.network.post("acme", "A new export is out")
    box.network.post("mei@garden.example", "Does it keep my tags?", ours)
    account = f"@acme@{server}"
    line = f"byhand watches add mastodon replies {account}"
    shown = type_("watches", "suggest", account)
    assert (shown.code, f"Mastodon: 1 person spoke to {account}." in shown.out) == (0, True)
    assert f"  {line}\n" in shown.out
    assert json.loads(type_("watches", "suggest", account, "--json").out)[0]["command"] == line
    assert type_("watches", "suggest", account, "--add", "--json").code == 2
    type_("watches", "suggest", account, "--add", lines="n\n")
    assert type_.listed() == []
    assert f"Following Mastodon: {account}." in type_("watches", "suggest", account, "--add", lines="y\n").out
    assert [each["name"] for each in type_.listed()] == [f"Mastodon: {account}"]
    assert "I found nothing more to follow." in type_("watches", "suggest", account).out


def test_a_place_that_cannot_be_seen_suggests_nothing_and_is_named(type_: Keyboard) -> None:
    shown = type_("watches", "suggest", "hackernews", "Acme Export")
    assert shown.err == "Acme Export on Hacker News: not all could be seen (By Hand does not go there).\n"
    assert "nothing more to follow" in shown.out
