"""What the team says in advance: asked once, of the one whom the first rule that fits names."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.model import Conversation, Verb
from bot.domain.routing import Rule, among
from bot.domain.screens import Kind
from tests.services.conftest import Team
from tests.services.pond import ACME, MEI, ZOE, author


def asks(team: Team, text: str) -> Conversation:
    """Mei asks, and it is read."""
    post = team.pond.write(MEI, text, names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.work()
    return next(one for one in team.waiting() if post.id in one.standing.uncovered)


def test_what_comes_new_is_asked_of_whom_the_rule_names_and_returns_as_any_question(team: Team) -> None:
    before = asks(team, "@acme Is the export safe?")
    team.clock.move(timedelta(minutes=1))
    team.ruling.keep(team.home.id, Rule("exports", team.ben.id, team.clock(), frozenset({"export"})))
    other = asks(team, "@acme Why?")
    one = asks(team, "@acme And the export?")
    assert [team.conversation(each.id).standing.asked for each in (before, other)] == [None, None]
    assert team.conversation(one.id).standing.asked == team.ben.id
    team.until(2, 16)
    (told,) = team.slack.to("UBEN")
    assert (told.kind, told.rule, told.asker, told.note) == (Kind.QUESTION, "exports", None, None)
    team.until(5, 12)
    assert team.conversation(one.id).standing.asked is None
    assert [screen.kind for screen in team.slack.to("UBEN")] == [Kind.QUESTION, Kind.QUESTION]


def test_what_a_rule_marks_urgent_rings_once_besides_and_no_more(team: Team) -> None:
    rule = Rule("security", team.ben.id, team.clock(), frozenset({"exploit"}), urgent=True)
    team.ruling.keep(team.home.id, rule)
    plain = asks(team, "@acme Why?")
    assert team.press(plain, Verb.ASK, team.ana, to=team.ben.id).done
    team.later(timedelta(minutes=30))
    for _ in range(2):
        asks(team, "@acme I found an exploit!")
    team.until(2, 16)
    assert [screen.rule for screen in team.slack.to("UBEN")] == [None, "security"]
    team.until(3, 12)
    assert len(team.slack.to("UBEN")) == 4, "the second urgent one, and one question put again"


def test_what_somebody_touched_is_left_to_people(team: Team) -> None:
    team.ruling.keep(team.home.id, Rule("exports", team.ben.id, team.clock(), frozenset({"export"})))
    one = asks(team, "@acme And the export?")
    assert team.press(team.conversation(one.id), Verb.NOT_ME, team.ben).done
    team.ruling.apply(team.home.id)
    assert team.conversation(one.id).standing.asked is None
    assert team.people.likely(team.home.id, one.id, team.ana.id)[0].teammate.id != team.ben.id


def test_a_rule_is_tried_out_on_what_was_spoken_and_asks_nobody(team: Team) -> None:
    answered = asks(team, "@acme And the export?")
    team.pond.write(ACME, "So.", under=team.pond.posts[answered.root])
    team.pond.write(ZOE, "@acme Hello!", names=(ACME,))
    team.later(timedelta(hours=1))
    rules = [Rule("exports", team.ben.id, team.clock(), frozenset({"export"}))]
    tried = team.ruling.tried(team.home.id, rules, 9)
    assert [(one.line.name, one.rule, one.name) for one in tried] == [
        ("Zoe Okafor", None, None),
        ("Mei Tanaka", "exports", "Ben"),
    ]
    assert team.slack.to("UBEN") == []
    assert team.ruling.rules(team.home.id) == ()


def test_the_latest_are_tried_first_however_long_ago_they_spoke(team: Team) -> None:
    for days in (0, 30, 20):
        team.clock.move(timedelta(days=days, hours=1))
        asked = team.pond.write(author(f"after{days}"), "@acme Hm?", names=(ACME,))
        team.pond.write(ACME, f"So: {days}.", under=asked)
        team.work()
    for limit, latest in (
        (1, ["@after20"]),
        (2, ["@after20", "@after30"]),
        (9, ["@after20", "@after30", "@after0"]),
    ):
        assert [one.line.handle for one in team.ruling.tried(team.home.id, [], limit)] == latest


def test_rules_keep_their_order_and_their_names(team: Team) -> None:
    def kept() -> list[tuple[str, str]]:
        return [(rule.name, rule.to) for rule in team.ruling.rules(team.home.id)]

    for name, to in (("a", "1"), ("b", "2"), ("a", "3")):
        team.ruling.keep(team.home.id, Rule(name, to, team.clock(), frozenset({"x"})))
    team.ruling.keep(team.home.id, Rule("c", "4", team.clock(), frozenset({"x"})), first=True)
    assert kept() == [("c", "4"), ("a", "3"), ("b", "2")]
    assert team.ruling.remove(team.home.id, "b")
    assert not team.ruling.remove(team.home.id, "b")
    assert kept() == [("c", "4"), ("a", "3")]


def test_a_rule_that_is_changed_keeps_its_place_also_under_another_name(team: Team) -> None:
    names = "abcd"
    rules = [Rule(name, "1", team.clock(), frozenset({"x"})) for name in names]
    for name, was, first, now in (
        ("b", "", False, "abcd"),
        ("e", "b", False, "aecd"),
        ("e", "gone", False, "abcde"),
        ("d", "b", False, "adc"),
        ("b", "d", False, "abc"),
        ("c", "", True, "cabd"),
        ("e", "d", True, "eabc"),
    ):
        changed = among(rules, Rule(name, "2", team.clock()), first=first, was=was)
        assert "".join(one.name for one in changed) == now
        assert [one.to for one in changed if one.name == name] == ["2"]
