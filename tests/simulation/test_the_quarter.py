"""A short quarter, played in each arm and judged from outside; the judge itself, by stories told by hand."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.simulation.arrivals import arrivals
from bot.simulation.chance import Chance
from bot.simulation.judge import RULES, judge
from bot.simulation.play import ARMS, Plan, play
from bot.simulation.report import page
from bot.simulation.team import TEAM, read_behaviour, read_team
from bot.simulation.together import together
from bot.simulation.verdict import told_against

SHORT = Plan(days=11, seed=1, mentions=40, every=12)
"""Europe's clocks go forward on the fourth day, Sydney's go back on the eleventh."""


@pytest.fixture(scope="module")
def played() -> dict[str, dict[str, Any]]:
    return {arm: play(SHORT, arm) for arm in ARMS}


def test_by_hand_breaks_no_rule_and_the_same_judge_finds_the_plain_bot_breaking_them(
    played: dict[str, dict[str, Any]],
) -> None:
    assert played["byhand"]["violations"] == dict.fromkeys(RULES, 0), played["byhand"]["examples"]
    plain = played["plain"]["violations"]
    assert {rule for rule in RULES if plain[rule]} >= {"outside hours", "a step twice", "without a reason"}
    assert played["silent"]["answered_share"] < played["byhand"]["answered_share"]
    assert played["silent"]["rings"] == 0 < played["byhand"]["rings"]
    assert all(figures["given_by_colleagues"] for figures in played.values())
    assert told_against(played) == []


def test_a_run_is_told_against_where_it_proves_nothing(played: dict[str, dict[str, Any]]) -> None:
    clean = {**played["plain"], "violations": dict.fromkeys(RULES, 0)}
    (sentence,) = told_against({**played, "plain": clean})
    assert "judges nothing" in sentence
    as_many = {**played["silent"], "answered_share": played["byhand"]["answered_share"]}
    assert len(told_against({**played, "silent": as_many})) == 1
    broken = {**played["byhand"], "violations": {**clean["violations"], "outside hours": 2}}
    assert "“outside hours” 2 times" in told_against({**played, "byhand": broken})[0]


def test_the_page_shows_every_arm_and_loads_nothing(played: dict[str, dict[str, Any]]) -> None:
    shown = page({"days": 11, "seed": 1, "mentions": 40}, played)
    assert shown.count("<svg") == 4
    assert all(name in shown for name in ("By Hand", "plain", "list", "silent"))
    assert "http" not in shown
    assert "chose" not in shown
    told = {"days": 11, "seed": 1, "mentions": 40, "policy": ["outright=yes"], "otherwise": "deaf"}
    shown = page(told, played)
    assert "By Hand's team chose outright=yes." in shown
    assert "otherwise than usual: deaf." in shown


@pytest.mark.parametrize("arm", ["plain", "list", "silent"])
def test_a_seed_gives_the_same_figures_each_time(arm: str, played: dict[str, dict[str, Any]]) -> None:
    assert json.dumps(play(SHORT, arm)) == json.dumps(played[arm])
    assert play(Plan(days=11, seed=2, mentions=40), arm) != played[arm]


def test_killing_the_process_changes_nothing() -> None:
    plan = Plan(days=4, seed=3, mentions=20, every=12)
    assert play(replace(plan, restarts=5), "byhand") == {**play(plan, "byhand"), "killed": 5}


@pytest.mark.thorough
def test_killing_the_process_often_changes_nothing_of_more_days(played: dict[str, dict[str, Any]]) -> None:
    often = play(replace(SHORT, restarts=60), "byhand")
    assert often["killed"] > 50
    assert often == {**played["byhand"], "killed": often["killed"]}


@pytest.mark.parametrize("policy", ["outright=yes", pytest.param("volunteers", marks=pytest.mark.thorough)])
def test_no_rule_is_broken_where_the_team_wants_it_otherwise(
    policy: str, played: dict[str, dict[str, Any]]
) -> None:
    chosen = play(replace(SHORT, policy=(policy,)), "byhand")
    assert chosen["violations"] == dict.fromkeys(RULES, 0), chosen["examples"]
    assert chosen["rings_by_kind"] != played["byhand"]["rings_by_kind"]


def test_people_might_be_otherwise_in_every_way_that_the_file_says() -> None:
    usual = read_behaviour()
    for name in usual["otherwise"]:
        assert {**read_behaviour(None, name), "otherwise": 0} != {**usual, "otherwise": 0}
    deaf = read_behaviour(None, "deaf")["temper"]
    assert {temper["ring"] for temper in deaf.values()} == {0.0}
    ours = {"violations": {}, "answered_share": 0.5}
    assert told_against({"byhand": ours, "silent": ours}, reminders_work=False) == []


def test_what_people_outside_do_has_bursts_nights_weekends_and_launches() -> None:
    team, behaviour = read_team(), read_behaviour()
    listed = arrivals(team, behaviour, Chance(1), days=90, mentions=4000)
    days = [one.at.date() for one in listed]
    launch = sum(day in team.launches for day in days) / len(team.launches)
    weekend = sum(day.isoweekday() > 5 for day in days) / 26
    assert launch > 3 * (len(days) / 90)
    assert 0 < weekend < len(days) / 90
    assert any(one.at.hour < 5 for one in listed)
    assert {one.fate for one in listed} == {"", "edited", "deleted", "redrafted"}


# ---- the judge

MONDAY = datetime(2026, 3, 30, tzinfo=UTC)
TABLE = tomllib.loads(TEAM.read_text())
Log = list[dict[str, Any]]


def at(hours: float) -> str:
    return (MONDAY + timedelta(hours=hours)).isoformat()


def said(hours: float) -> dict[str, Any]:
    told = {"talk": "t", "network": "pond", "post": "p", "asks": True, "needs": True}
    return {"at": at(hours), "kind": "said", **told}


def answered(hours: float, how: str = "shared") -> dict[str, Any]:
    return {"at": at(hours), "kind": "answered", "talk": "t", "by": "ben", "posts": ["p"], "how": how}


def ring(hours: float, what: str = "nudge", to: str = "ben", why: str = "w") -> dict[str, Any]:
    told = {"lines": [{"talk": "t", "what": what, "why": why}], "total": 1}
    return {"at": at(hours), "kind": "ring", "to": to, "what": what, **told}


BREACHES: dict[str, Callable[[], Log]] = {
    "after the answer could be seen": lambda: [said(6), answered(8), ring(8.5)],
    "outside hours": lambda: [said(6), ring(6.9)],
    "on holiday": lambda: [said(6), ring(4 * 24 + 8)],
    "while away": lambda: [said(6), ring(77 * 24 + 8)],
    "a step twice": lambda: [said(6), ring(8), ring(32), ring(56)],
    "over the budget": lambda: [said(6), ring(8), ring(9)],
    "without a reason": lambda: [said(6), ring(8, why="")],
    "forgotten": lambda: [said(6)],
}


@pytest.mark.parametrize(
    ("to", "since", "breaks"), [("channel", 7, 0), ("channel", 8.1, 1), ("channel", None, 1), ("ben", 7, 1)]
)
def test_a_list_may_show_what_was_answered_where_its_line_says_that_it_could_not_see_since_before(
    to: str, since: float | None, breaks: int
) -> None:
    told = ring(8.5, to=to)
    told["lines"][0]["blind"] = None if since is None else at(since)
    found = judge([said(6), answered(8), told], TABLE, MONDAY + timedelta(hours=9))
    assert found.violations["after the answer could be seen"] == breaks


@pytest.mark.parametrize("rule", RULES)
def test_the_judge_sees_each_breach_and_nothing_else(rule: str) -> None:
    found = judge(BREACHES[rule](), TABLE, MONDAY + timedelta(days=90)).violations
    also = {"forgotten"} - {rule}
    assert {each for each, times in found.items() if times} - also == {rule}


FINE: list[Log] = [
    [said(6), ring(8), answered(9)],
    [said(6), answered(8, "unlinked"), ring(8.5)],
    [said(6), ring(7.5, "digest", "channel"), ring(8), ring(8.1, "question")],
    [said(6), ring(8), ring(32), ring(56, "last word")],
]


@pytest.mark.parametrize("log", FINE)
def test_the_judge_finds_nothing_where_nothing_is_wrong(log: Log) -> None:
    verdict = judge(log, TABLE, MONDAY + timedelta(days=4))
    assert not any(verdict.violations.values()), verdict.examples


@pytest.mark.parametrize(
    ("rest", "total", "forgotten"),
    [
        ({"done": True, "until": 50}, 0, 0),
        ({"done": True, "until": 50}, 1, 0),
        ({"done": True, "until": 30}, 0, 1),
        ({"done": False, "until": 50}, 0, 1),
    ],
)
def test_a_list_need_not_count_what_somebody_put_off_and_forgets_what_it_counted_too_little(
    rest: dict[str, Any], total: int, forgotten: int
) -> None:
    later = {"at": at(9), "kind": "pressed", "talk": "u", "by": "ben", "verb": "later", **rest}
    later["until"] = at(rest["until"])
    log = [said(6), {**said(6), "talk": "u", "post": "q"}, later, ring(31.5, "digest", "channel")]
    log[3] |= {"total": 1 + total}
    assert judge(log, TABLE, MONDAY + timedelta(days=3)).violations["forgotten"] == forgotten


@pytest.mark.parametrize(("shown", "breaks"), [(["p"], 0), (["p", "q"], 1), (None, 1)])
def test_who_says_that_it_was_answered_speaks_of_what_was_shown(shown: list[str] | None, breaks: int) -> None:
    pressed = {"at": at(8), "kind": "pressed", "talk": "t", "by": "ben", "verb": "already", "done": True}
    pressed |= {} if shown is None else {"posts": shown}
    log = [said(6), {**said(7.9), "post": "q"}, pressed, ring(8.5)]
    found = judge(log, TABLE, MONDAY + timedelta(hours=9)).violations
    assert found["after the answer could be seen"] == breaks


def test_a_reminder_of_what_was_answered_unseen_is_a_false_alarm_and_no_breach() -> None:
    verdict = judge([said(6), answered(8, "unlinked"), ring(8.5)], TABLE, MONDAY + timedelta(days=1))
    assert verdict.figures["false_alarms"] == 1
    assert not any(verdict.violations.values())


def test_what_an_account_answered_is_seen_from_when_somebody_told_whose_it_is() -> None:
    def breaches(link: Log, *rest: dict[str, Any]) -> int:
        log = sorted([said(6), answered(8, "unlinked"), *link, *rest], key=lambda line: str(line["at"]))
        found = judge(log, TABLE, MONDAY + timedelta(days=1))
        return found.violations["after the answer could be seen"]

    def linked(hours: float, network: str = "pond") -> Log:
        return [{"at": at(hours), "kind": "linked", "by": "ben", "network": network}]

    assert breaches(linked(8.2), ring(8.5)) == breaches(linked(7), ring(8.5)) == 1
    assert breaches(linked(8.2, "field"), ring(8.5)) == breaches(linked(9), ring(8.5)) == 0


@pytest.mark.parametrize(
    ("by", "network", "linked", "breaks"),
    [("ben", "pond", 40, 0), ("ben", "pond", 57, 1), ("ana", "pond", 40, 1), ("ben", "field", 40, 1)],
)
def test_what_comes_after_an_answer_begins_a_wait_once_it_was_told_whose_account_that_is(
    by: str, network: str, linked: float, breaks: int
) -> None:
    link = {"at": at(linked), "kind": "linked", "by": by, "network": network}
    more = {**said(34), "post": "q"}
    log = [said(6), ring(8), ring(32), answered(33, "unlinked"), more, link, ring(56)]
    log.sort(key=lambda line: str(line["at"]))
    assert judge(log, TABLE, MONDAY + timedelta(days=3)).violations["a step twice"] == breaks


@pytest.mark.parametrize(("how", "breaks"), [("shared", 0), ("own", 0), ("unlinked", 1), ("elsewhere", 1)])
def test_what_comes_after_an_answer_begins_a_wait_also_where_both_are_seen_only_after_an_outage(
    how: str, breaks: int
) -> None:
    wednesday = 2 * 24  # pond is out of order from six to one
    more = {**said(wednesday + 9), "post": "q"}
    log = [said(6), ring(8), ring(32), answered(wednesday + 7, how), more, ring(wednesday + 24 + 8)]
    assert judge(log, TABLE, MONDAY + timedelta(days=4)).violations["a step twice"] == breaks


def test_what_was_answered_while_the_network_was_out_of_order_is_seen_afterwards() -> None:
    wednesday = 2 * 24  # pond is out of order from six to one
    log = [said(wednesday + 5), answered(wednesday + 7), ring(wednesday + 8)]
    assert not judge(log, TABLE, MONDAY + timedelta(days=4)).violations["after the answer could be seen"]
    log[2] = ring(wednesday + 13.5)
    assert judge(log, TABLE, MONDAY + timedelta(days=4)).violations["after the answer could be seen"]


def test_where_lists_are_weekly_a_week_may_pass_until_somebody_stands_in_one() -> None:
    end = MONDAY + timedelta(days=14)
    in_three_days, in_twelve_days = ([said(6), answered(6 + 24 * days)] for days in (3, 12))
    for log, weekly, breaks in (
        (in_three_days, False, 1),
        (in_three_days, True, 0),
        (in_twelve_days, True, 1),
        ([*in_twelve_days, ring(6 * 24, "digest", "channel")], True, 0),
    ):
        assert judge(log, TABLE, end, weekly=weekly).violations["forgotten"] == breaks


def test_several_seeds_are_added_up_and_their_shares_averaged(played: dict[str, dict[str, Any]]) -> None:
    other = play(replace(SHORT, seed=2), "plain")
    both = together([{"plain": played["plain"]}, {"plain": other}])["plain"]
    assert both["rings"] == played["plain"]["rings"] + other["rings"]
    assert both["violations"]["outside hours"] == sum(
        one["violations"]["outside hours"] for one in (played["plain"], other)
    )
    assert both["lowest_share"] <= both["answered_share"] <= both["highest_share"]
    assert together([played]) == played


COMMAND = "simulate --days 5 --mentions 30 --arm plain --arm silent --processes 1"


def test_the_command_prints_the_same_bytes_for_a_seed_and_ends_with_what_is_told_against(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = COMMAND.split()
    printed = []
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main([*asked, "--json", "--report", str(tmp_path / "page.html")])
        printed.append(capsys.readouterr().out)
        assert ended.value.code == 0
    assert printed[0] == printed[1]
    assert set(json.loads(printed[0])["arms"]) == {"plain", "silent"}
    assert "<svg" in (tmp_path / "page.html").read_text()
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--days", "1", "--mentions", "1", "--arm", "plain", "--processes", "1"])
    assert ended.value.code == 1
    assert "it judges nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("--arm loud", "There is no arm loud"),
        ("--otherwise loud", "Nothing says how people behave loud."),
        ("--policy loud", "By Hand's team cannot choose this: there is no loud."),
        ("--policy promise=0", "promise must be a whole number from 1 to 30"),
        ("--policy digest=direct", "reads its list in the channel"),
    ],
)
def test_what_cannot_be_played_is_refused_before_anything_is(
    asked: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", *asked.split()])
    assert ended.value.code == 2
    assert why in " ".join(capsys.readouterr().err.split())
