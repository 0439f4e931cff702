"""Threads without parent pointers: the network's order alone says what stands above what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.model import Author, Conversation, Post, Status
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, FACTS, MEI, ZOE, author

KIM = author("kim")


@pytest.fixture(autouse=True)
def flat(team: Team) -> None:
    """A pond where nothing points to what it answers."""
    team.pond.facts = replace(FACTS, parent_pointers=False)


def comment(team: Team, by: Author, order: int, root: str, *names: Author) -> Post:
    return team.pond.write(by, f"Number {order}?", names=names, order=order, root=root, id=f"{root}-{order}")


def issue(team: Team, by: Author, root: str, *names: Author) -> Post:
    return team.pond.write(by, "It fails?", names=names, order=0, root=root, id=root)


def of(team: Team, author: Author) -> Conversation:
    (one,) = [one for one in team.all() if one.author == author.id]
    return one


def test_a_reply_closes_what_stands_right_above_it_and_asks_about_what_is_further_up(team: Team) -> None:
    issue(team, MEI, "i1", ACME)
    comment(team, ZOE, 5, "i1", ACME)
    team.later(timedelta(minutes=40))
    assert {one.root for one in team.waiting()} == {"i1"}
    assert {one.author for one in team.waiting()} == {MEI.id, ZOE.id}
    comment(team, ANA, 7, "i1")
    team.later(timedelta(minutes=40))
    assert of(team, ZOE).standing.status is Status.ANSWERED
    assert of(team, MEI).standing.status is Status.OPEN
    assert of(team, MEI).standing.maybes
    assert not of(team, MEI).standing.nudgeable


def test_a_reply_that_names_them_closes_it_whatever_stands_between(team: Team) -> None:
    issue(team, MEI, "i1", ACME)
    comment(team, ZOE, 5, "i1")
    comment(team, ANA, 7, "i1", MEI)
    team.later(timedelta(minutes=40))
    assert of(team, MEI).standing.status is Status.ANSWERED


def test_what_they_write_after_our_reply_waits_anew(team: Team) -> None:
    issue(team, MEI, "i1", ACME)
    comment(team, ANA, 7, "i1")
    team.later(timedelta(minutes=40))
    comment(team, MEI, 9, "i1")
    team.later(timedelta(hours=3))
    standing = of(team, MEI).standing
    assert (standing.status, standing.wait) == (Status.OPEN, 2)
    assert [back.reply for back in standing.write_backs] == ["i1-7"]


def test_a_comment_that_came_before_its_thread_was_read_stays_in_it(team: Team) -> None:
    comment(team, MEI, 5, "i1", ACME)
    team.later(timedelta(minutes=40))
    issue(team, ZOE, "i1")
    comment(team, ANA, 7, "i1")
    team.later(timedelta(minutes=40))
    (one,) = team.all()
    assert (one.root, one.standing.status) == ("i1", Status.ANSWERED)


def test_what_somebody_wrote_below_our_answer_waits_though_all_of_it_was_read_only_later(team: Team) -> None:
    team.clock.move(timedelta(hours=2))
    issue(team, MEI, "i1", ACME)
    comment(team, ANA, 5, "i1")
    comment(team, ZOE, 7, "i1")
    team.clock.move(timedelta(hours=9))
    team.later(timedelta(minutes=40))
    assert {one.author for one in team.waiting()} == {ZOE.id}


def test_what_the_network_tells_us_of_is_judged_in_its_thread_though_nothing_of_that_is_known(
    team: Team,
) -> None:
    team.pond.hides.add(issue(team, ACME, "i1").id)
    team.pond.hides.add(issue(team, ZOE, "i2").id)
    for root in ("i1", "i2"):
        team.pond.told.add(comment(team, MEI, 5, root).id)
    team.later(timedelta(minutes=40))
    assert [one.root for one in team.waiting()] == ["i1"]


def test_what_was_written_before_the_first_reading_is_history_in_a_thread_too(team: Team) -> None:
    issue(team, MEI, "i1")
    team.pond.posts["i1"] = replace(team.pond.posts["i1"], created_at=team.clock() - timedelta(days=9))
    for post in (comment(team, ANA, 5, "i1"), comment(team, KIM, 6, "i1")):
        team.pond.posts[post.id] = replace(post, created_at=team.clock() - timedelta(days=8))
    comment(team, ZOE, 7, "i1", ACME)
    team.later(timedelta(minutes=80))
    assert {one.author for one in team.waiting()} == {ZOE.id}


def test_what_was_deleted_in_a_thread_that_goes_on_waits_no_longer(team: Team) -> None:
    issue(team, ZOE, "i1")
    asked = comment(team, MEI, 5, "i1", ACME)
    team.later(timedelta(minutes=40))
    team.pond.delete(asked)
    for _ in range(2):
        team.clock.move(timedelta(minutes=11))
        team.answers.look(team.home.id, [of(team, MEI).id], fresh=timedelta(0))
    assert team.waiting() == []


def test_what_a_thread_does_not_show_and_stands_there_waits_on(team: Team) -> None:
    issue(team, ZOE, "i1")
    team.pond.held_back.add(comment(team, MEI, 5, "i1", ACME).id)
    team.later(timedelta(minutes=40))
    for _ in range(2):
        team.clock.move(timedelta(minutes=11))
        assert team.answers.look(team.home.id, [of(team, MEI).id], fresh=timedelta(0)).complete
    assert {one.author for one in team.waiting()} == {MEI.id}


def test_what_somebody_deleted_in_one_thread_is_not_what_they_write_in_another(team: Team) -> None:
    issue(team, ZOE, "i1")
    issue(team, ZOE, "i2")
    old = comment(team, MEI, 5, "i1", ACME)
    team.later(timedelta(minutes=40))
    team.pond.delete(old)
    team.later(timedelta(minutes=30))
    comment(team, MEI, 6, "i2", ACME)
    team.later(timedelta(minutes=40))
    assert {one.root for one in team.all() if one.author == MEI.id} == {"i1", "i2"}


def test_those_with_one_parent_stand_in_the_network_s_order_below_it(team: Team) -> None:
    top = team.pond.write(ACME, "New: export", id="top")
    team.pond.write(MEI, "Does it keep tags?", under=top, order=1, names=(ACME,))
    team.pond.write(ZOE, "And notes?", under=top, order=2, names=(ACME,))
    team.later(timedelta(minutes=40))
    assert {one.author for one in team.waiting()} == {MEI.id, ZOE.id}
    team.pond.write(ANA, "It does.", under=top, order=3)
    team.later(timedelta(minutes=40))
    assert of(team, ZOE).standing.status is Status.ANSWERED
    assert of(team, MEI).standing.maybes
