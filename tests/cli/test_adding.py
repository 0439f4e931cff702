"""`byhand add`: a link from anywhere stands on the list, and somebody is asked."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Place

LINK = "https://pod.example/episodes/9"


@pytest.fixture
def added(place: Place, typed: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *words: typed("--demo", str(place.folder), "add", *words)


def test_a_link_from_anywhere_stands_on_the_list(added, place: Place, typed) -> None:
    shown = added(LINK)
    assert (shown.code, shown.err) == (0, "")
    assert "On the list: Somebody at pod.example on the web. It is with: nobody." in shown.out
    assert "I cannot see replies on the web: it closes when somebody says so." in shown.out
    assert added(f"{LINK}/").code == 0
    (line,) = json.loads(typed("--demo", str(place.folder), "queue", "--json").out)
    assert (line["url"], line["can_see_answers"]) == (f"{LINK}/", False)  # as it was written last
    assert "Somebody at pod.example  " in typed("--demo", str(place.folder), "queue").out


def test_somebody_is_asked_by_name(added, place: Place) -> None:
    place.teammate("Ana", "UANA")
    assert "It is with: asked Ana." in added(LINK, "--ask", "ana").out
    again = added(LINK, "--ask", "Ana")
    assert (again.code, "asked already" in again.err) == (1, True)
    assert json.loads(added(LINK, "--json").out)["asked_name"] == "Ana"


def test_nobody_of_that_name_changes_nothing(added, place: Place, typed) -> None:
    shown = added(LINK, "--ask", "Nobody")
    assert (shown.code, "no such teammate" in shown.err) == (1, True)
    assert "Nobody that I can see" in typed("--demo", str(place.folder), "queue").out


@pytest.mark.parametrize("text", ["pod.example", "https://me:secret@pod.example/9", "https://a.example/ b"])
def test_what_is_no_link_is_a_usage_problem(added, text: str) -> None:
    shown = added(text)
    assert (shown.code, "is no link" in shown.err) == (2, True)


def test_links_are_not_followed(place: Place, typed) -> None:
    shown = typed("--demo", str(place.folder), "watches", "add", "web", "link", LINK)
    assert (shown.code, "byhand add" in shown.err) == (2, True)


@pytest.mark.parametrize(("said", "holder"), [("Ana\n", "asked Ana"), ("\n", "nobody")])
def test_at_a_terminal_it_asks_who_should_answer(
    added, place: Place, monkeypatch: pytest.MonkeyPatch, said: str, holder: str
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    place.teammate("Ana", "UANA")
    monkeypatch.setattr("sys.stdin", Terminal(said))
    shown = added(LINK)
    assert "Who should answer?" in shown.out
    assert f"It is with: {holder}." in shown.out
