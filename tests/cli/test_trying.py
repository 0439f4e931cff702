"""`byhand try`: needs nothing, tells who never heard back, and says when it could not see all."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cli.rooms import Rooms
from bot.cli.tried import walk
from bot.domain.errors import RateLimited, Unavailable
from bot.services.measuring.tried import Result
from tests.cli.test_commands import only
from tests.services.pond import ACME, FACTS, HOME, MEI, ZOE, Pond, Waters


@pytest.fixture
def pond() -> Pond:
    """Yesterday Mei and Zoe answered a post of ours; Mei was answered."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    there = Pond(lambda: yesterday)
    ours = there.write(ACME, "A new export is out")
    mei = there.write(MEI, "Does it keep my tags?", under=ours, names=(ACME,))
    there.write(ACME, "It does", under=mei, names=(MEI,))
    there.write(ZOE, "And \x1b[31mcolours?\x1b[0m", under=ours, names=(ACME,))
    return there


def waters(pond: Pond) -> Rooms:
    """Only the networks may be entered: no settings, no database, no Slack."""
    return only(networks_only=lambda: nullcontext(Waters(pond)))


def test_it_tells_who_spoke_and_who_never_heard_back(typed: Callable[..., Any], pond: Pond) -> None:
    shown = typed("try", "pond", "@acme", rooms=waters(pond))
    assert shown.code == 0
    assert "Pond: In 30 days 2 people spoke to @acme. 1 never heard back." in shown.out
    assert "https://pond.example/p004" in shown.out
    assert "https://pond.example/p002" not in shown.out
    assert "\x1b" not in shown.out


def test_an_account_is_enough(typed: Callable[..., Any], pond: Pond) -> None:
    shown = typed("try", "@acme", "--json", rooms=waters(pond))
    [told] = json.loads(shown.out)
    assert (told["spoke"], [each["url"] for each in told["unheard"]]) == (2, ["https://pond.example/p004"])


def test_a_place_that_could_not_be_read_is_told_as_such(typed: Callable[..., Any], pond: Pond) -> None:
    pond.failing["fetch"] = [Unavailable("no answer")] * 9
    shown = typed("try", "pond", "@acme", rooms=waters(pond))
    assert shown.code == 1
    assert "this is not all" in shown.err


def test_an_account_that_no_network_knows_is_a_problem(typed: Callable[..., Any], pond: Pond) -> None:
    shown = typed("try", "nonsense", rooms=waters(pond))
    assert shown.code == 1
    assert "No network knows nonsense" in shown.err


def test_a_network_without_a_name_is_a_usage_problem(typed: Callable[..., Any], pond: Pond) -> None:
    assert typed("try", "pond", rooms=waters(pond)).code == 2


def test_what_was_said_about_us_comes_after_what_was_said_to_us(capsys: pytest.CaptureFixture[str]) -> None:
    about = Result(("", "us"), "bog", "Bog", 30, spoke=1, about=True)
    shown = walk([about, Result(("", "us"), "pond", "Pond", 30, by_name=True)], [("", "us")], quiet=False)
    assert capsys.readouterr().out.splitlines() == [
        "Pond: In 30 days 0 people spoke to us. 0 never heard back.",
        "Bog: In 30 days 1 person spoke about us.",
    ]
    assert shown[0] == about


def test_each_network_that_does_not_answer_has_its_line(typed: Callable[..., Any], pond: Pond) -> None:
    known = Waters(pond, {"bog": Pond(pond.clock, facts=replace(FACTS, name="bog", label="Bog", home=HOME))})
    known.others["bog"].failing["fetch"] = [RateLimited("wait", datetime.now(UTC))] * 9
    shown = typed("try", "@acme", rooms=only(networks_only=lambda: nullcontext(known)))
    assert (shown.code, "Pond: In 30 days 2 people" in shown.out) == (1, True)
    assert shown.err == ("@acme on Bog: this is not all, it lets those without a key read no more for now.\n")
