"""Somebody outside asks to be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.team.forget import Forget
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, MEI


def shown(team: Team) -> str:
    """All outside words and names that stand in Slack now."""
    lines = [line for screen in team.slack.standing.values() for line in screen.lines]
    return " ".join(f"{line.name} {line.handle} {line.text} {line.url}" for line in lines)


def test_who_asks_for_it_is_forgotten_also_in_slack_and_never_read_again(team: Team) -> None:
    team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.later(timedelta(minutes=40))
    team.until(3, 10)
    assert "How do I export?" in shown(team)
    forget = Forget(team.store, team.networks, team.clock)
    assert forget.person(team.home.id, "pond", "@mei") == 1
    team.work()
    assert "Mei" not in shown(team)
    assert "export" not in shown(team)
    team.pond.write(MEI, "@acme Hello again?", names=(ACME,))
    team.later(timedelta(minutes=40))
    assert team.waiting() == []


def test_the_name_in_what_was_answered_long_ago_goes_from_slack_too(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.later(timedelta(minutes=40))
    team.until(3, 10)
    team.pond.write(ANA, "So.", under=asked)
    team.later(timedelta(minutes=40))
    assert "Mei" in shown(team)
    Forget(team.store, team.networks, team.clock).person(team.home.id, "pond", "@mei")
    team.work()
    assert "Mei" not in shown(team)


@pytest.mark.parametrize(("kept", "left"), [(30, [""]), (90, ["@acme How do I export?"])])
def test_words_go_sooner_where_their_network_asks_for_it(team: Team, kept: int, left: list[str]) -> None:
    team.pond.facts = replace(team.pond.facts, words_kept=timedelta(days=kept))
    asked = team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.later(timedelta(minutes=40))
    team.pond.write(ANA, "So.", under=asked)
    team.later(timedelta(minutes=40))
    team.clock.move(timedelta(days=31))
    team.keeping.keep(team.home.id)
    with team.store.read(team.home.id) as tx:
        known = tx.threads.around("pond", [asked.id])
    assert [known.posts[asked.id].post.text] == left


def test_an_account_that_is_no_longer_there_is_forgotten_by_its_id(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.later(timedelta(minutes=40))
    assert Forget(team.store, team.networks, team.clock).person(team.home.id, "pond", MEI.id) == 1


def test_a_network_that_nobody_knows_is_refused(team: Team) -> None:
    with pytest.raises(KeyError):
        Forget(team.store, team.networks, team.clock).person(team.home.id, "lake", "@mei")
