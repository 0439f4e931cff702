"""What one thread does to another: a first post written anew, and the same words of ours in many threads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.model import (
    Conversation,
    Handle,
    Lane,
    Post,
    Press,
    Source,
    Standing,
    Status,
    Verb,
    Visibility,
    Watch,
)
from bot.domain.ports import Known, Placed
from bot.domain.screens import Kind
from bot.services.collecting.gathering import gather
from bot.services.standing.triage import Decision
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, HOME, MEI, ZOE, Pond, author

NOW = timedelta(0)
MINUTE = timedelta(minutes=1)


def read(team: Team, kind: str = "mentions", account: str | None = None) -> None:
    team.collect.poll(team.home.id, team.source(kind, account).id)


def look(team: Team, *those: Conversation) -> None:
    team.answers.look(team.home.id, [one.id for one in those], fresh=NOW)


def held_by_ana(team: Team) -> tuple[Post, Conversation]:
    """Mei asked, Ana has it, and there is another post by which the server is seen to answer."""
    old = team.pond.write(MEI, "@acme How? With a typpo", names=(ACME,))
    team.pond.write(ZOE, "@mei same here", under=old)
    read(team)
    (one,) = team.waiting()
    look(team, one)
    assert team.press(one, Verb.CLAIM, team.ana).done
    return old, one


def notice(team: Team, *those: Conversation) -> None:
    """Two looks ten minutes apart."""
    for _ in range(2):
        look(team, *those)
        team.clock.move(timedelta(minutes=10))


def test_a_first_post_written_anew_before_it_was_missed_stays_with_its_holder(team: Team) -> None:
    old, one = held_by_ana(team)
    team.clock.move(timedelta(minutes=5))
    team.pond.delete(old)
    new = team.pond.write(MEI, "@acme How?", names=(ACME,))
    read(team)
    assert len(team.waiting()) == 2, "that the first was deleted is not known yet"
    notice(team, one)
    (still,) = team.waiting()
    assert (still.id, still.standing.holder, still.standing.wait) == (one.id, team.ana.id, 1)
    assert still.standing.uncovered == {new.id}


def test_a_first_post_written_anew_after_it_was_missed_stays_with_its_holder(team: Team) -> None:
    old, one = held_by_ana(team)
    team.clock.move(timedelta(minutes=5))
    team.pond.delete(old)
    notice(team, one)
    assert team.conversation(one.id).standing.status == Status.CLOSED
    new = team.pond.write(MEI, "@acme How?", names=(ACME,))
    read(team)
    (still,) = team.waiting()
    assert (still.id, still.standing.holder, still.standing.wait) == (one.id, team.ana.id, 1)
    assert still.standing.uncovered == {new.id}


@pytest.mark.parametrize("first", ["read", "missed"])
def test_what_is_said_below_a_redraft_belongs_to_it_and_no_step_rings_twice(team: Team, first: str) -> None:
    old, one = held_by_ana(team)
    team.until(2, 16)
    rung = [message.shows for message in team.messages(Kind.NUDGE)]
    assert len(rung) == 1
    team.pond.delete(old)
    if first == "missed":
        notice(team, one)
    new = team.pond.write(MEI, "@acme How?", names=(ACME,))
    read(team)
    notice(team, one)
    team.until(2, 20)
    assert [message.shows for message in team.messages(Kind.NUDGE)] == rung
    team.pond.write(ANA, "So.", under=new)
    read(team, "own", ANA.id)
    team.clock.move(timedelta(minutes=1))
    look(team, one)
    after = team.conversation(one.id).standing
    assert (after.status, team.waiting()) == (Status.ANSWERED, [])
    assert [answer.by for answer in after.evidence] == [team.ana.id]


def test_what_was_written_anew_in_private_is_its_owners_and_not_of_whoever_held_the_first(team: Team) -> None:
    old = team.pond.write(MEI, "@acme How? With a typpo", names=(ACME,))
    team.pond.write(ZOE, "@mei same here", under=old)
    read(team)
    (one,) = team.waiting()
    assert team.press(one, Verb.CLAIM, team.ben).done
    team.pond.delete(old)
    team.clock.move(timedelta(minutes=5))
    team.pond.write(MEI, "@acme How?", names=(ACME,), visibility=Visibility.DIRECT)
    read(team)
    notice(team, one)
    (still,) = team.waiting()
    assert (still.standing.private, still.standing.holder) == (True, None)
    team.until(3, 16)
    assert [screen.kind for screen in team.slack.to("UANA")] == [Kind.PRIVATE]


def test_when_only_the_new_one_has_a_holder_they_keep_it(team: Team) -> None:
    old, one = held_by_ana(team)
    assert team.press(one, Verb.RELEASE, team.ana).done
    team.pond.delete(old)
    team.clock.move(timedelta(minutes=1))
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    read(team)
    (other,) = (each for each in team.waiting() if each.id != one.id)
    assert team.press(other, Verb.CLAIM, team.ben).done
    notice(team, one)
    assert [each.standing.holder for each in team.waiting()] == [team.ben.id]


@pytest.mark.parametrize("first", [None, Verb.CLAIM, Verb.LATER])
def test_what_somebody_decided_about_the_new_one_holds_when_the_old_one_is_missed(
    team: Team, first: Verb | None
) -> None:
    old = team.pond.write(MEI, "@acme It broke.", names=(ACME,))
    team.pond.write(ZOE, "@mei same here", under=old)
    read(team)
    (one,) = team.waiting()
    if first:
        until = team.clock() + timedelta(days=1) if first is Verb.LATER else None
        assert team.press(one, first, team.ana, until=until).done
    team.clock.move(timedelta(minutes=1))
    team.pond.write(MEI, "@acme And another thing?", names=(ACME,))
    read(team)
    (other,) = (each for each in team.waiting() if each.id != one.id)
    assert team.press(other, Verb.ELSEWHERE, team.ben).done
    team.pond.delete(old)
    notice(team, one)
    assert team.waiting() == []
    assert team.conversation(other.id).standing.status == Status.CLOSED


def test_what_was_written_anew_still_waits_when_what_was_decided_was_deleted_as_well(team: Team) -> None:
    """Mei writes twice, deletes the second, writes it anew, and that once more; then she deletes the first,
    of which Ben had said what became of it."""
    first = team.pond.write(MEI, "@acme It broke.", names=(ACME,))
    team.pond.write(ZOE, "@mei same here", under=first)
    second = team.pond.write(MEI, "@acme And another thing?", names=(ACME,))
    read(team)
    team.clock.move(timedelta(hours=1))
    team.pond.delete(second)
    anew = team.pond.write(MEI, "@acme And this?", names=(ACME,))
    read(team)
    team.pond.delete(anew)
    (one,) = (each for each in team.waiting() if each.standing.uncovered == {first.id})
    assert team.press(one, Verb.ELSEWHERE, team.ben).done
    team.clock.move(timedelta(minutes=1))
    last = team.pond.write(MEI, "@acme Or this?", names=(ACME,))
    notice(team, *team.waiting())
    team.pond.delete(first)
    for _ in range(2):
        notice(team, *team.all())
        read(team)
    assert [each.standing.uncovered for each in team.waiting()] == [{last.id}]


def test_what_was_written_anew_twice_stands_in_one_place_with_what_was_decided_of_the_last(
    team: Team,
) -> None:
    posts = [team.pond.write(MEI, "@acme It broke.", names=(ACME,))]
    team.pond.write(ZOE, "@mei same here", under=posts[0])
    read(team)
    for text in ("@acme And now?", "@acme And so?"):
        team.pond.delete(posts[-1])
        team.clock.move(timedelta(minutes=1))
        posts.append(team.pond.write(MEI, text, names=(ACME,)))
        read(team)
    (last,) = (each for each in team.waiting() if each.standing.uncovered == {posts[-1].id})
    assert team.press(last, Verb.ELSEWHERE, team.ben).done
    notice(team, *team.all())
    assert team.waiting() == []
    with team.store.read(team.home.id) as tx:
        known = tx.threads.of([last.id])
    assert {known.posts[post.id].root for post in posts} == {known.conversations[last.id].root}


def test_what_turns_out_to_stand_below_a_first_post_goes_with_its_redraft_at_once(team: Team) -> None:
    """Of what Tom answers nothing was known; it is read as Mei's first post, which that answers, is found
    deleted, and Ben had said what became of the one that she wrote anew."""
    first = team.pond.write(MEI, "@acme It broke.", names=(ACME,))
    between = team.pond.write(ZOE, "@mei same here", under=first)
    below = team.pond.write(author("tom"), "@acme And me?", under=between, names=(ACME,))
    anew = team.pond.write(MEI, "@acme It broke anew.", names=(ACME,), created_at=team.clock() + MINUTE)
    roots = {first.id: first.id, below.id: between.id, anew.id: anew.id}
    posts = {post.id: post for post in (replace(first, gone_at=team.clock() + MINUTE), below, anew)}
    known = Known(
        posts={id: Placed(posts[id], root, Lane.TO_US, f"c-{id}") for id, root in roots.items()},
        conversations={
            f"c-{id}": Conversation(
                id=f"c-{id}",
                network="pond",
                root=root,
                author=posts[id].author.id,
                episode=0,
                standing=Standing(Status.OPEN),
            )
            for id, root in roots.items()
        },
        presses={f"c-{anew.id}": frozenset({Press("x1", Verb.ELSEWHERE, 1, team.ben.id, team.clock())})},
        ours=frozenset({Handle("pond", ACME.id, "@acme")}),
    )
    gathered = gather([between], known)
    assert set(gathered.roots.values()) == {anew.id}
    assert gathered.moved == {first.id: anew.id, between.id: anew.id}


def test_whom_a_rule_asked_about_both_has_the_one_that_they_took(team: Team) -> None:
    old, one = held_by_ana(team)
    team.clock.move(timedelta(minutes=5))
    team.pond.delete(old)
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    read(team)
    (other,) = (each for each in team.waiting() if each.id != one.id)
    ask = Decision(other.id, other.standing.wait, Verb.ASK, by="", face="rule", to=team.ana.id)
    assert team.triage.decide(team.home.id, ask).done
    notice(team, one)
    assert [(each.id, each.standing.holder) for each in team.waiting()] == [(one.id, team.ana.id)]


def test_another_question_after_an_hour_is_another_conversation(team: Team) -> None:
    old, one = held_by_ana(team)
    team.clock.move(timedelta(minutes=5))
    team.pond.delete(old)
    notice(team, one)
    team.clock.move(timedelta(minutes=61))
    team.pond.write(MEI, "@acme Something else?", names=(ACME,))
    read(team)
    (other,) = team.waiting()
    assert other.id != one.id
    assert other.standing.holder is None


def four_asked(team: Team) -> list[Post]:
    asked = [team.pond.write(author(f"a{n}"), "@acme How?", names=(ACME,)) for n in range(4)]
    read(team)
    return asked


def statuses(team: Team) -> list[Status]:
    return [one.standing.status for one in team.all()]


def test_the_fourth_equal_reply_of_a_week_is_a_maybe_that_asks_and_nobody_is_reminded(team: Team) -> None:
    asked = four_asked(team)
    last = next(one for one in team.waiting() if one.root == asked[3].id)
    team.press(last, Verb.CLAIM, team.ana)
    for number, post in enumerate(asked):
        team.clock.move(timedelta(minutes=10))
        team.pond.write(ANA, f"@a{number}  Please see OUR page", under=post)
        read(team, "own", ANA.id)
    assert statuses(team) == [Status.ANSWERED] * 3 + [Status.OPEN]
    standing = team.conversation(last.id).standing
    assert (len(standing.maybes), standing.nudgeable) == (1, False)
    team.until(6, 12)
    assert team.messages(Kind.NUDGE) == []
    assert statuses(team) == [Status.ANSWERED] * 3 + [Status.OPEN]


def test_who_says_that_the_maybe_was_the_answer_tells_of_no_false_alarm(team: Team) -> None:
    asked = four_asked(team)
    for number, post in enumerate(asked):
        team.clock.move(timedelta(minutes=10))
        team.pond.write(ANA, f"@a{number} Please see our page", under=post)
        read(team, "own", ANA.id)
    (last,) = team.waiting()
    (maybe,) = last.standing.maybes
    assert team.press(last, Verb.AN_ANSWER, team.ben, post=maybe.post).done
    assert statuses(team) == [Status.ANSWERED] * 4
    with team.store.read(team.home.id) as tx:
        assert tx.journal.count([Verb.ALREADY.value], team.clock.now - timedelta(days=1), team.clock.now) == 0


def test_a_press_or_a_look_does_not_make_a_repeat_an_answer(team: Team) -> None:
    asked = four_asked(team)
    for post in asked:
        team.clock.move(timedelta(minutes=10))
        team.pond.write(ANA, "Please see our page", under=post)
    read(team, "own", ANA.id)
    (last,) = team.waiting()
    look(team, last)
    assert team.press(last, Verb.CLAIM, team.ana).done
    assert [one.id for one in team.waiting()] == [last.id]


def test_the_same_words_a_week_later_are_an_answer(team: Team) -> None:
    asked = four_asked(team)
    for post in asked:
        team.pond.write(ANA, "Please see our page", under=post)
        read(team, "own", ANA.id)
        team.clock.move(timedelta(days=2, hours=12))
    assert statuses(team) == [Status.ANSWERED] * 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_in_whatever_order_the_four_come_to_be_known_the_latest_is_the_maybe(
    team: Team, order: tuple[int, ...]
) -> None:
    asked = four_asked(team)
    start = team.clock()
    said = [
        team.pond.write(ANA, "Please see our page", under=post, created_at=start + timedelta(minutes=number))
        for number, post in enumerate(asked)
    ]
    for post in said:
        del team.pond.posts[post.id]
    team.clock.move(timedelta(hours=1))
    for number in order:
        team.pond.posts[said[number].id] = said[number]
        read(team, "own", ANA.id)
    assert statuses(team) == [Status.ANSWERED] * 3 + [Status.OPEN]


def test_our_deleted_reply_is_noticed_on_an_answered_conversation_and_its_redraft_too(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    read(team)
    (one,) = team.waiting()
    assert team.press(one, Verb.CLAIM, team.ana).done
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(timedelta(minutes=40))
    assert team.conversation(one.id).standing.status == Status.ANSWERED
    team.pond.delete(reply)
    team.later(timedelta(minutes=40))
    before = team.conversation(one.id).standing
    assert before.status == Status.ANSWERED
    assert [answer.gone_at is not None for answer in before.evidence] == [True]
    rung = len(team.slack.to("UANA")) + len(team.slack.to("UBEN"))
    team.later(timedelta(hours=1))
    again = team.conversation(one.id).standing
    assert (again.status, again.holder) == (Status.OPEN, team.ana.id)
    assert len(team.slack.to("UANA")) + len(team.slack.to("UBEN")) == rung
    team.pond.write(ANA, "So it is.", under=mention)
    team.later(timedelta(hours=1))
    assert team.conversation(one.id).standing.status == Status.ANSWERED


def test_two_networks_with_equal_ids_are_two_conversations(team: Team) -> None:
    team.pond.write(MEI, "@acme In the pond?", names=(ACME,), id="123")
    read(team)
    lake = Pond(team.clock, facts=replace(team.pond.facts, name="lake", label="Lake"))
    team.networks.others["lake"] = lake
    with team.store.write(team.home.id) as tx:
        tx.people.save_handle(Handle("lake", ACME.id, "@acme", home=HOME))
        there = Source("", "lake", HOME, "mentions", "@acme", account=ACME.id)
        watch = tx.sources.save_watch(Watch("", "Lake", None), [there])
    lake.write(ZOE, "@acme In the lake?", names=(ACME,), id="123")
    team.collect.poll(team.home.id, watch.sources[0])
    for one in team.waiting():
        assert team.press(one, Verb.LATER, team.ana, until=team.clock() + timedelta(hours=1)).done
    assert team.waiting() == []
    team.clock.move(timedelta(hours=2))
    team.keeping.wake(team.home.id)
    texts = {(line.network, line.name, line.text) for line in team.queue.all_waiting(team.home.id, 9)}
    assert texts == {
        ("pond", "Mei Tanaka", "@acme In the pond?"),
        ("lake", "Zoe Okafor", "@acme In the lake?"),
    }


def test_a_second_edit_opens_nothing_anew_and_rings_nobody_again(team: Team) -> None:
    """Mei names us by an edit on Monday at noon; on Tuesday she mends a typing error."""
    mention = team.pond.write(MEI, "How?")
    team.clock.move(timedelta(hours=3))
    noon = team.clock()
    named = replace(mention, text="@acme How?", names=frozenset({ACME.id}))
    team.pond.posts[mention.id] = replace(named, edited_at=noon, named_us_at=noon)
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.press(one, Verb.CLAIM, team.ana)
    team.until(2, 17)
    team.until(3, 9)
    team.pond.posts[mention.id] = replace(named, text="@acme How, please?", edited_at=team.clock())
    team.until(3, 16)
    now = team.conversation(one.id).standing
    assert (now.wait, now.waiting_since, now.opened_at) == (1, noon, noon)
    assert len(team.messages(Kind.NUDGE)) == 2
