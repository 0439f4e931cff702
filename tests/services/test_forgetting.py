"""Somebody outside asks to be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Gone, Unavailable
from bot.domain.model import Reason, Verb, Watch
from bot.domain.ports import Secret
from bot.domain.screens import Kind
from bot.services.team.forget import Forget
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, HOME, MEI, ZOE, author
from tests.services.test_keeping_house import copied

STRANGER = author("helpful")


def shown(team: Team) -> str:
    """All outside words and names that stand in Slack now."""
    lines = [line for screen in team.slack.standing.values() for line in screen.lines]
    return " ".join(f"{line.name} {line.handle} {line.text} {line.url}" for line in lines)


def forget(team: Team, typed: str) -> int:
    return Forget(team.store, team.networks, team.clock).person(team.home.id, "pond", typed)


def test_who_asks_for_it_is_forgotten_also_in_slack_and_never_read_again(team: Team) -> None:
    team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.later(timedelta(minutes=40))
    team.until(3, 10)
    assert "How do I export?" in shown(team)
    assert forget(team, "@mei") == 1
    team.work()
    assert "Mei" not in shown(team)
    assert "export" not in shown(team)
    team.pond.write(MEI, "@acme Hello again?", names=(ACME,))
    team.later(timedelta(minutes=40))
    assert team.waiting() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_their_words_stand_in_no_copy_from_before_an_update_either(team: Team) -> None:
    team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.later(timedelta(minutes=40))
    copy = copied(team, team.clock() + timedelta(hours=1))
    assert forget(team, "@mei") == 1
    assert not copy.exists()


def test_the_name_in_what_was_answered_long_ago_goes_from_slack_too(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.later(timedelta(minutes=40))
    team.until(3, 10)
    team.pond.write(ANA, "So.", under=asked)
    team.later(timedelta(minutes=40))
    assert "Mei" in shown(team)
    forget(team, "@mei")
    team.work()
    assert "Mei" not in shown(team)


def test_the_words_of_one_among_many_go_from_slack_too(team: Team) -> None:
    ours = team.pond.write(ACME, "We are open again.")
    askers = [author(f"asker{number}") for number in range(12)]
    for number, asker in enumerate(askers):
        team.pond.write(asker, f"@acme Question {number}?", under=ours, names=(ACME,))
    team.later(timedelta(minutes=40))
    team.until(3, 10)
    (fold,) = team.waiting()
    assert fold.author is None
    shown_first = next(number for number in range(12) if f"Question {number}?" in shown(team))
    assert forget(team, askers[shown_first].handle) == 1
    team.work()
    assert f"Question {shown_first}?" not in shown(team)
    (line,) = team.queue.lines(team.home.id, [fold.id], None)
    assert (line.people, len(team.waiting())) == (11, 1)


def test_what_they_asked_alone_is_let_go_and_not_withdrawn(team: Team) -> None:
    """Ben has what Mei asked, so it is no part of what many ask in the same thread."""
    ours = team.pond.write(ACME, "We are open again.")
    team.pond.write(MEI, "@acme How?", under=ours, names=(ACME,))
    team.later(timedelta(minutes=40))
    (one,) = team.waiting()
    team.triage.press(team.home.id, one.id, one.standing.wait, Verb.CLAIM, team.ben.id, face="engage")
    for number in range(12):
        team.pond.write(author(f"asker{number}"), "@acme Where?", under=ours, names=(ACME,))
    team.later(timedelta(minutes=40))
    assert {each.author for each in team.waiting()} == {None, MEI.id}
    forget(team, "@mei")
    assert team.conversation(one.id).standing.reason == Reason.LET_GO
    assert [each.author for each in team.waiting()] == [None]


def test_an_account_that_a_lead_is_asked_about_can_be_forgotten_too(team: Team) -> None:
    for asker in (MEI, ZOE):
        asked = team.pond.write(asker, "@acme How do I export?", names=(ACME,))
        team.pond.write(STRANGER, "Like so.", under=asked)
    team.until(3, 12)
    (before,) = team.slack.to("UANA", Kind.IS_ONE_OF_US)
    assert before.news is not None
    assert forget(team, STRANGER.handle) == 2
    team.work()
    stands = next(one for one in team.slack.standing.values() if one.kind == Kind.IS_ONE_OF_US)
    assert stands.news is None


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
    assert forget(team, MEI.id) == 1


@pytest.mark.parametrize("typed", ["@mei", "MEI", "https://pond.example/mei"])
def test_who_is_known_here_is_forgotten_while_their_network_tells_nothing(team: Team, typed: str) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.later(timedelta(minutes=40))
    team.pond.failing["resolve"] = [Gone("strangers are told nothing")]
    assert forget(team, typed) == 1
    team.work()
    assert team.waiting() == []


def test_nobody_is_said_to_be_forgotten_where_nothing_tells_who_it_is(team: Team) -> None:
    team.pond.failing["resolve"] = [Unavailable("the pond is out of order")]
    with pytest.raises(Unavailable):
        forget(team, "@mei")
    team.pond.failing.clear()
    assert forget(team, "@mei") == 0
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.later(timedelta(minutes=40))
    assert team.waiting() == []


def test_where_nothing_is_shown_without_a_key_the_teams_key_tells_who_it_is(team: Team) -> None:
    queries = [replace(one, needs_credential=one.ours) for one in team.pond.facts.queries]
    team.pond.facts = replace(team.pond.facts, queries=tuple(queries))
    with team.store.write(team.home.id) as tx:
        key = tx.sources.save_secret(Secret("", "pond", HOME, "s3cret"))
        read = replace(tx.sources.source(team.source("mentions").id), id="", credential=key.id)
        tx.sources.save_watch(Watch("", "with a key", None), [read])
    team.networks.keys.clear()
    forget(team, "@mei")
    assert [one.value if one else None for one in team.networks.keys] == ["s3cret"]


def test_one_of_ours_is_not_forgotten(team: Team) -> None:
    with pytest.raises(ValueError, match="is, or was, one of your team's own"):
        forget(team, "@acme")
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.later(timedelta(minutes=40))
    assert team.waiting() != []


def test_a_network_that_nobody_knows_is_refused(team: Team) -> None:
    with pytest.raises(KeyError):
        Forget(team.store, team.networks, team.clock).person(team.home.id, "lake", "@mei")
