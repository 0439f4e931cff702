"""The numbers: people by what became of them, how long they waited, and what our reminders were good for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.few import Spread
from bot.domain.measures import Before, Measures, Outcome, Reminded, Rows, Said, Us, measure
from bot.domain.model import (
    Conversation,
    Evidence,
    Hours,
    Press,
    Reason,
    Standing,
    Status,
    Strength,
    Verb,
    WriteBack,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SPAN = (MONDAY - DAY, MONDAY + 29 * DAY)
TEAM = Us(Hours())


def talk(name: str, status: Status, *, answers=(), backs=(), reason: Reason | None = None) -> Conversation:
    standing = Standing(status, 1, reason=reason, evidence=tuple(answers), write_backs=tuple(backs))
    return Conversation(name, "mastodon", name, name, 1, standing)


def seen(*mentions: str, hours: float = 1, by: str | None = "ana", **more) -> Evidence:
    given = {"strength": Strength.STRONG, "verified": True} | more
    return Evidence(f"r {hours}", None, by, MONDAY + hours * HOUR, mentions=frozenset(mentions), **given)


def said(name: str, *, post: str = "", at: datetime = MONDAY, person: str = "") -> Said:
    return Said(person or name, name, post or name, at)


BECAME = [
    ("seen", talk("p", Status.ANSWERED, answers=[seen("p")]), Outcome.HEARD),
    ("seen once, and they wait again", talk("p", Status.OPEN, answers=[seen("p")]), Outcome.HEARD),
    ("seen, and gone", talk("p", Status.OPEN, answers=[seen("p", gone_at=MONDAY)]), Outcome.WAITING),
    ("of another", talk("p", Status.OPEN, answers=[seen("q")]), Outcome.WAITING),
    ("in doubt", talk("p", Status.OPEN, answers=[seen("p", strength=Strength.MAYBE)]), Outcome.WAITING),
    ("said", talk("p", Status.CLOSED, answers=[seen("p", verified=False)], reason=Reason.ELSEWHERE),
     Outcome.ELSEWHERE),
    ("put off", talk("p", Status.SNOOZED), Outcome.WAITING),
    ("let go", talk("p", Status.CLOSED, reason=Reason.LET_GO), Outcome.LET_GO),
    ("not needed", talk("p", Status.CLOSED, reason=Reason.NOT_NEEDED), Outcome.NOT_NEEDED),
    ("by others", talk("p", Status.CLOSED, reason=Reason.COMMUNITY), Outcome.OTHERWISE),
    ("thanked", talk("p", Status.CLOSED, reason=Reason.ENDED), Outcome.OTHERWISE),
]  # fmt: skip


def of_several(people: int, one: Conversation) -> Rows:
    """The same said by so many, in a conversation each."""
    names = [f"{one.id}{number}" for number in range(people)]
    rename = {one.id: names}
    talks = []
    for name in names:
        evidence = tuple(
            replace(each, mentions=frozenset(name if m in rename else m for m in each.mentions))
            for each in one.standing.evidence
        )
        talks.append(replace(one, id=name, standing=replace(one.standing, evidence=evidence)))
    return Rows(said=[said(name) for name in names], talks=talks)


@pytest.mark.parametrize(("one", "outcome"), [case[1:] for case in BECAME], ids=[c[0] for c in BECAME])
def test_what_became_of_people(one: Conversation, outcome: Outcome):
    told = measure(of_several(4, one), SPAN, TEAM)
    assert told.spoke == 4
    assert {each: count for each, count in told.people.items() if count} == {outcome: 4}


@pytest.mark.parametrize("reason", [Reason.SPAM, Reason.WITHDRAWN, None])
def test_what_was_no_word_to_us_or_taken_back_is_nobody_who_spoke(reason: Reason | None):
    told = measure(of_several(4, talk("p", Status.CLOSED, reason=reason)), SPAN, TEAM)
    assert told.spoke == 0


def test_a_person_is_one_however_much_they_say_and_the_best_that_became_of_them_counts():
    rows = Rows(
        said=[said(f"{who}{n}", person=who) for who in "abc" for n in range(3)],
        talks=[talk(f"{who}{n}", Status.OPEN, answers=[seen(f"{who}0")]) for who in "abc" for n in range(3)],
    )
    told = measure(rows, SPAN, TEAM)
    assert (told.spoke, told.people[Outcome.HEARD], told.people[Outcome.WAITING]) == (3, 3, 0)


def test_a_fold_counts_its_people_and_each_by_what_covers_them():
    rows = Rows(
        said=[said("fold", post=f"p{n}", person=f"person {n}") for n in range(12)],
        talks=[talk("fold", Status.OPEN, answers=[seen(*(f"p{n}" for n in range(5)))])],
    )
    told = measure(rows, SPAN, TEAM)
    assert (told.spoke, told.people[Outcome.HEARD], told.people[Outcome.WAITING]) == (12, 5, 7)


def test_the_time_is_from_the_oldest_word_to_the_first_reply_that_covers_it():
    rows = Rows(
        said=[
            replace(said(name, post=f"{name}{n}"), at=MONDAY + n * HOUR) for name in "abc" for n in range(3)
        ],
        talks=[
            talk(name, Status.ANSWERED, answers=[
                seen(f"{name}0", f"{name}1", f"{name}2", hours=9), seen(f"{name}0", f"{name}1", hours=4),
            ])
            for name in "abc"
        ],
    )  # fmt: skip
    told = measure(rows, SPAN, TEAM)
    # Each waited four hours for the first reply, and from the third word on seven for the second.
    assert told.wall == Spread(5.5 * HOUR, None)


def test_working_time_is_that_of_whoever_answered_and_the_teams_where_nobody_is_known():
    night = Hours(starts=time(20), ends=time(4))
    rows = of_several(3, talk("p", Status.ANSWERED, answers=[seen("p", hours=25, by="ana")]))
    us = Us(Hours(), {"ana": night})
    assert (measure(rows, SPAN, us).wall, measure(rows, SPAN, us).working) == (
        Spread(25 * HOUR, None),
        Spread(8 * HOUR, None),
    )
    assert measure(rows, SPAN, TEAM).working == Spread(9 * HOUR, None)


def test_what_was_before_the_first_look_or_outside_the_span_is_not_counted():
    rows = of_several(4, talk("p", Status.OPEN))
    early = replace(rows, said=[replace(one, at=MONDAY - 2 * DAY) for one in rows.said])
    late = replace(rows, said=[replace(one, at=SPAN[1]) for one in rows.said])
    assert [measure(each, SPAN, TEAM).spoke for each in (early, late)] == [0, 0]
    told = measure(replace(rows, began=MONDAY + HOUR), SPAN, TEAM)
    assert (told.spoke, told.since) == (0, MONDAY + HOUR)


def test_who_wrote_back_is_of_those_who_heard_and_not_told_where_it_tells_of_fewer():
    def backing(people: int) -> Measures:
        rows = of_several(8, talk("p", Status.ANSWERED, answers=[seen("p")]))
        back = [WriteBack(f"p{n}", "r", "ana", MONDAY, asks=False) for n in range(people)]
        talks = [
            replace(one, standing=replace(one.standing, write_backs=tuple(back[n : n + 1])))
            for n, one in enumerate(rows.talks)
        ]
        return measure(replace(rows, talks=talks), SPAN, TEAM)

    assert [backing(people).wrote_back for people in (0, 2, 4, 7, 8)] == [0, None, 4, None, 8]


def reminded(*rings: tuple[str, float], teammate: str = "ana", talk: str = "p0") -> list[Reminded]:
    return [Reminded(name, teammate, talk, MONDAY + hours * HOUR) for name, hours in rings]


def others() -> list[Reminded]:
    """Two more of us were reminded, of what nothing followed."""
    return [*reminded(("x", 0), teammate="ben", talk="q"), *reminded(("y", 0), teammate="kim", talk="q")]


def pressed(verb: Verb, hours: float, *, by: str = "ana", undoes: str | None = None, id: str = "p") -> Press:
    return Press(id, verb, 1, by, MONDAY + hours * HOUR, undoes=undoes)


def test_only_the_last_reminder_before_an_answer_was_followed_by_it_and_within_a_week():
    answered = talk("p0", Status.ANSWERED, answers=[seen("p0", hours=30)])
    rings = [*reminded(("one", 0), ("two", 24), ("three", 40)), *others()]
    told = measure(Rows(talks=[answered], reminded=rings), SPAN, TEAM)
    assert (told.reminders, told.followed) == (5, 1)
    answered = talk("p0", Status.ANSWERED, answers=[seen("p0", hours=24 + 8 * 24)])
    rings = [*reminded(("one", 0), ("two", 24)), *others()]
    assert measure(Rows(talks=[answered], reminded=rings), SPAN, TEAM).followed == 0


def test_a_press_of_the_one_reminded_follows_and_one_of_another_or_taken_back_does_not():
    def after(*presses: Press) -> int | None:
        rows = Rows(reminded=[*reminded(("one", 0)), *others()], presses={"p0": presses})
        return measure(rows, SPAN, TEAM).followed

    assert after(pressed(Verb.LATER, 2)) == 1
    assert after(pressed(Verb.LATER, 2, by="ben")) == 0
    assert after(pressed(Verb.LATER, 2), pressed(Verb.UNDO, 3, undoes="p", id="u")) == 0


def test_one_ring_about_three_conversations_is_one_reminder():
    rings = [replace(one, message="ring") for talk in "abc" for one in reminded(("ring", 0), talk=talk)]
    rows = Rows(reminded=[*rings, *others()], presses={"b": [pressed(Verb.NOT_NEEDED, 1)]})
    told = measure(rows, SPAN, TEAM)
    assert (told.reminders, told.followed) == (3, 1)


def test_what_followed_is_not_told_where_fewer_than_three_of_us_were_reminded():
    told = measure(Rows(reminded=reminded(("one", 0), ("two", 9))), SPAN, TEAM)
    assert (told.reminders, told.followed) == (2, None)


def test_a_false_alarm_is_what_a_person_says_was_answered_and_does_not_take_back():
    wrong = {"p": [pressed(Verb.ALREADY, 2)], "q": [pressed(Verb.ALREADY, 3, by="ben")]}
    assert measure(Rows(presses=wrong), SPAN, TEAM).false_alarms == 2
    wrong["p"].append(pressed(Verb.UNDO, 4, undoes="p", id="u"))
    assert measure(Rows(presses=wrong), SPAN, TEAM).false_alarms == 1


@pytest.mark.parametrize(("paused", "told"), [(0, 0), (2, None), (4, 4), (6, None), (7, 7)])
def test_who_paused_is_told_only_where_it_tells_of_nobody(paused: int, told: int | None):
    assert measure(Rows(), SPAN, replace(TEAM, people=7, paused=paused)).paused == told


def test_the_time_before_is_that_of_all_places_together():
    one = Before("a", MONDAY - 30 * DAY, MONDAY, spoke=9, heard=4, waited=(60, 120, 180, 240))
    other = replace(one, place="b", spoke=4, heard=0, waited=())
    earlier = measure(Rows(), SPAN, TEAM, [one, other]).earlier
    assert earlier is not None
    assert (earlier.spoke, earlier.heard, earlier.wall) == (13, 4, Spread(2.5 * HOUR, None))
    few = measure(Rows(), SPAN, TEAM, [replace(one, spoke=6)]).earlier
    assert few is not None
    assert (few.spoke, few.heard) == (6, None)
    assert measure(Rows(), SPAN, TEAM).earlier is None


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([case[1] for case in BECAME])), max_size=12))
def test_what_is_told_adds_up_to_all_who_spoke_and_tells_of_nobody_alone(drawn):
    """Whoever said whatever: each person in one outcome, in any order; no number of one or two people."""
    talks = [replace(one, id=f"t{n}") for n, (_, one) in enumerate(drawn)]
    lines = [Said(f"person {who}", f"t{n}", "p", MONDAY) for n, (who, _) in enumerate(drawn)]
    told = measure(Rows(said=lines, talks=talks), SPAN, TEAM)
    people = len({who for who, _ in drawn})
    assert told.spoke == (people if people not in (1, 2) else None)
    shown = [count for count in told.people.values() if count is not None]
    if told.spoke:
        assert sum(shown) + (told.together or 0) == people
    assert not {1, 2} & {*shown, told.together, told.wrote_back, told.followed}
    turned = measure(Rows(said=lines[::-1], talks=talks[::-1]), SPAN, TEAM)
    assert turned == told
