"""Looks: complete or none, gone only when seen twice, and within the network's budget."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.domain.errors import Unavailable
from bot.domain.looks import next_look
from bot.domain.model import Conversation, Reason, Seen, Status
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, MEI, ZOE, author

NOW = timedelta(0)


def asked(team: Team) -> Conversation:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    return team.waiting()[0]


def look(team: Team, one: Conversation, fresh: timedelta = NOW) -> Seen:
    return team.answers.look(team.home.id, [one.id], fresh=fresh)


def test_an_error_that_nobody_foresaw_makes_a_look_incomplete_and_stops_nothing_else(team: Team) -> None:
    one = asked(team)
    team.pond.failing["thread"] = [KeyError("a word of what was read")]
    assert look(team, one).complete == frozenset()


def test_a_fresh_look_is_not_repeated_and_an_old_one_is(team: Team) -> None:
    one = asked(team)
    assert look(team, one).complete == {one.id}
    asks = len(team.pond.asked)
    team.clock.move(timedelta(seconds=50))
    assert look(team, one, timedelta(seconds=60)).complete == {one.id}
    assert len(team.pond.asked) == asks
    team.clock.move(timedelta(seconds=20))
    look(team, one, timedelta(seconds=60))
    assert len(team.pond.asked) > asks


def test_a_look_that_finds_nothing_new_reads_each_thread_from_the_store_once(team: Team) -> None:
    one = asked(team)
    look(team, one)
    team.clock.move(timedelta(hours=1))
    said: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(team.store.engine, "before_cursor_execute", note)
    assert look(team, one).complete == {one.id}
    event.remove(team.store.engine, "before_cursor_execute", note)
    assert sum("post.text" in each and each.startswith("WITH") for each in said) == 1
    assert team.conversation(one.id).looked_at == team.clock()


def test_a_network_that_fails_is_blind_since_it_was_last_seen(team: Team) -> None:
    one = asked(team)
    look(team, one)
    seen_at = team.clock()
    team.clock.move(timedelta(hours=1))
    team.pond.failing["thread"] = [Unavailable("down")]
    seen = look(team, one)
    assert seen.complete == frozenset()
    assert seen.blind == (("pond", seen_at),)


def test_a_post_is_withdrawn_only_when_it_was_missing_twice_ten_minutes_apart(team: Team) -> None:
    one = asked(team)
    team.pond.write(ACME, "Version 2 is out")
    (mention, other) = team.pond.posts.values()
    team.pond.write(ZOE, "@mei same here", under=mention)
    look(team, one)
    team.pond.delete(mention)
    for minutes, status in ((1, Status.OPEN), (9, Status.OPEN), (1, Status.CLOSED)):
        team.clock.move(timedelta(minutes=minutes))
        assert not look(team, one).complete
        assert team.conversation(one.id).standing.status == status
    assert team.conversation(one.id).standing.reason == Reason.WITHDRAWN
    assert other.id not in team.pond.gone


def missed_once(team: Team) -> Conversation:
    """Mei's question is gone for a moment, while a reply of Zoe's below it still answers."""
    one = asked(team)
    (mention,) = team.pond.posts.values()
    team.pond.write(ZOE, "@mei same here", under=mention)
    look(team, one)
    team.pond.delete(mention)
    team.clock.move(timedelta(minutes=1))
    look(team, one)
    return one


def test_two_misses_that_are_days_apart_are_no_proof(team: Team) -> None:
    one = missed_once(team)
    team.pond.failing["thread"] = [Unavailable("down")]
    team.clock.move(timedelta(days=2))
    look(team, one)
    team.pond.failing.clear()
    look(team, one)
    assert team.conversation(one.id).standing.status == Status.OPEN
    team.clock.move(timedelta(minutes=10))
    look(team, one)
    assert team.conversation(one.id).standing.status == Status.CLOSED


def test_a_sight_between_two_misses_makes_them_no_proof(team: Team) -> None:
    one = missed_once(team)
    # Another reader finds it there: the page of mentions is read anew from its beginning.
    team.pond.gone.clear()
    source = team.source("mentions")
    with team.store.write(team.home.id) as tx:
        tx.sources.save_source(replace(source, cursor=""))
    team.clock.move(timedelta(minutes=5))
    team.collect.poll(team.home.id, source.id)
    team.pond.gone.add(next(iter(team.pond.posts)))
    team.clock.move(timedelta(minutes=6))
    look(team, one)
    assert team.conversation(one.id).standing.status == Status.OPEN


def test_a_post_that_stood_alone_is_withdrawn_while_what_we_know_from_elsewhere_there_still_answers(
    team: Team,
) -> None:
    team.pond.write(ACME, "Version 2 is out")
    one = asked(team)
    mention = next(post for post in team.pond.posts.values() if post.author == MEI)
    team.pond.delete(mention)
    for minutes in (1, 10):
        team.clock.move(timedelta(minutes=minutes))
        look(team, one)
    assert team.conversation(one.id).standing.reason == Reason.WITHDRAWN


def test_a_thread_that_is_gone_as_a_whole_is_withdrawn_while_what_we_wrote_elsewhere_still_answers(
    team: Team,
) -> None:
    team.pond.write(ACME, "Version 2 is out")
    one = asked(team)
    mention = next(post for post in team.pond.posts.values() if post.author == MEI)
    replies = [team.pond.write(ZOE, f"@mei {word}", under=mention) for word in ("same", "here", "too", "oh")]
    team.clock.move(timedelta(minutes=1))
    look(team, one)
    for post in (mention, *replies):
        team.pond.delete(post)
    for minutes in (1, 10):
        team.clock.move(timedelta(minutes=minutes))
        look(team, one)
    assert team.conversation(one.id).standing.reason == Reason.WITHDRAWN


def test_a_witness_that_a_server_never_showed_leaves_the_word_to_the_next(team: Team) -> None:
    elsewhere = team.pond.write(ACME, "Version 2 is out")
    one = asked(team)
    mention = next(post for post in team.pond.posts.values() if post.author == MEI)
    team.pond.write(ACME, "Version 3 is out")
    team.later(timedelta(minutes=40))
    team.pond.failing[f"exists {elsewhere.id}"] = [Unavailable("this server was never seen showing it")]
    team.pond.delete(mention)
    for minutes in (1, 10):
        team.clock.move(timedelta(minutes=minutes))
        look(team, one)
    assert ("exists", elsewhere.id) in team.pond.asked
    assert team.conversation(one.id).standing.reason == Reason.WITHDRAWN


def test_a_look_that_took_too_long_asks_no_further_witness(team: Team) -> None:
    elsewhere = [team.pond.write(ACME, f"Version {number} is out") for number in (2, 3)]
    one = asked(team)
    mention = next(post for post in team.pond.posts.values() if post.author == MEI)
    team.later(timedelta(minutes=40))
    for post in elsewhere:
        team.pond.failing[f"exists {post.id}"] = [Unavailable("it does not answer")]
    team.pond.meanwhile = lambda what: team.clock.move(timedelta(minutes=6)) if what == "exists" else None
    team.pond.delete(mention)
    before = len(team.pond.asked)
    look(team, one)
    assert [what for what, _ in team.pond.asked[before:]].count("exists") == 1


def test_while_nothing_else_answers_there_nothing_is_gone(team: Team) -> None:
    one = asked(team)
    (mention,) = team.pond.posts.values()
    team.pond.delete(mention)
    for _ in range(3):
        look(team, one)
        team.clock.move(timedelta(minutes=11))
    assert team.conversation(one.id).standing.status == Status.OPEN


def test_what_comes_back_opens_again_with_its_words_read_anew(team: Team) -> None:
    one = asked(team)
    (mention,) = team.pond.posts.values()
    team.pond.write(ZOE, "@mei same here", under=mention)
    look(team, one)
    team.pond.delete(mention)
    for _ in range(2):
        team.clock.move(timedelta(minutes=11))
        look(team, one)
    team.clock.move(timedelta(minutes=11))
    assert team.conversation(one.id).standing.status == Status.CLOSED
    team.pond.gone.clear()
    team.pond.posts[mention.id] = replace(mention, text="@acme How, then?")
    look(team, one)
    assert team.conversation(one.id).standing.status == Status.OPEN
    assert team.queue.all_waiting(team.home.id, 5)[0].text == "@acme How, then?"


def test_our_deleted_reply_opens_the_wait_after_an_hour(team: Team) -> None:
    one = asked(team)
    (mention,) = team.pond.posts.values()
    reply = team.pond.write(ANA, "So.", under=mention)
    look(team, one)
    assert team.conversation(one.id).standing.status == Status.ANSWERED
    team.pond.delete(reply)
    for _ in range(2):
        team.clock.move(timedelta(minutes=11))
        look(team, one)
    assert team.conversation(one.id).standing.status == Status.ANSWERED
    team.later(timedelta(hours=1))
    assert team.conversation(one.id).standing.status == Status.OPEN


def test_looks_become_ever_more_seldom(team: Team) -> None:
    one = asked(team)
    opened = one.standing.opened_at
    assert opened is not None
    after = []
    for _ in range(8):
        at = next_look(one)
        after.append((at - opened) / timedelta(minutes=1))
        one = replace(one, looked_at=at)
    assert after == [2, 5, 15, 60, 360, 1440, 4320, 8640]


def test_a_look_takes_no_more_than_its_share_of_the_networks_limit(team: Team) -> None:
    team.pond.facts = replace(team.pond.facts, requests=20)
    for number in range(30):
        team.pond.write(author(f"a{number}"), "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.pond.asked.clear()
    ids = [one.id for one in team.waiting()]
    seen = team.answers.look(team.home.id, ids, fresh=NOW)
    assert len(team.pond.asked) <= 11
    assert 0 < len(seen.complete) < 30


def test_an_answer_seen_by_a_look_closes_it_without_any_poll(team: Team) -> None:
    one = asked(team)
    (mention,) = team.pond.posts.values()
    team.pond.write(ANA, "So.", under=mention)
    team.later(timedelta(minutes=20))
    assert team.conversation(one.id).standing.status == Status.ANSWERED


def questions(team: Team, count: int) -> list[Conversation]:
    """So many people ask, each on their own."""
    for number in range(count):
        team.pond.write(author(f"a{number}"), "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    return team.waiting()


def test_a_thread_that_cannot_be_read_holds_up_no_other(team: Team) -> None:
    (bad, *others) = sorted(questions(team, 3), key=lambda one: one.id)
    (post,) = bad.standing.uncovered
    team.pond.failing[f"thread {post}"] = [Unavailable("broken")]
    team.later(timedelta(minutes=20))
    assert all(team.conversation(one.id).looked_at for one in others)
    assert team.conversation(bad.id).looked_at is None


def test_many_threads_that_cannot_be_read_leave_room_for_the_others(team: Team) -> None:
    talks = sorted(questions(team, 12), key=lambda one: one.id)
    for one in talks[:6]:
        (post,) = one.standing.uncovered
        team.pond.failing[f"thread {post}"] = [Unavailable("broken")]
    team.later(timedelta(hours=1))
    assert all(team.conversation(one.id).looked_at for one in talks[6:])


def test_where_a_look_is_not_enough_for_all_each_has_its_turn_also_who_was_not_seen_the_last_time(
    team: Team,
) -> None:
    team.pond.facts = replace(team.pond.facts, requests=20)
    talks = questions(team, 16)
    (post,) = talks[0].standing.uncovered
    team.pond.failing[f"thread {post}"] = [Unavailable("broken")] * 2
    team.pond.asked.clear()
    for _ in range(4):
        team.clock.move(timedelta(minutes=11))
        team.answers.look(team.home.id, [one.id for one in talks], fresh=timedelta(0))
    turns = Counter(about for what, about in team.pond.asked if what == "thread")
    assert len(turns) == 16
    assert max(turns.values()) - min(turns.values()) == 1


def test_what_was_missed_once_is_asked_for_again_while_that_counts_however_many_wait(team: Team) -> None:
    team.pond.facts = replace(team.pond.facts, requests=10)
    talks = questions(team, 16)
    (post,) = talks[0].standing.uncovered
    team.pond.delete(team.pond.posts[post])
    for _ in range(8):
        team.clock.move(timedelta(minutes=25))
        team.answers.look(team.home.id, [one.id for one in talks], fresh=timedelta(0))
    assert team.conversation(talks[0].id).standing.status == Status.CLOSED


def test_a_reply_in_doubt_that_is_gone_answers_nothing_any_more(team: Team) -> None:
    team.pond.facts = replace(team.pond.facts, immutable_ids=False)
    one = asked(team)
    (mention,) = team.pond.posts.values()
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(timedelta(minutes=20))
    assert [maybe.post for maybe in team.conversation(one.id).standing.maybes] == [reply.id]
    team.pond.delete(reply)
    team.later(timedelta(hours=3))
    team.later(timedelta(hours=3))
    now = team.conversation(one.id).standing
    assert (now.maybes, now.nudgeable) == ((), True)


def test_while_the_network_is_down_it_is_not_asked_about_every_thread(team: Team) -> None:
    questions(team, 12)
    team.pond.failing["thread"] = [Unavailable("down")]
    team.pond.asked.clear()
    team.answers.look(team.home.id, [one.id for one in team.waiting()], fresh=NOW)
    assert sum(what == "thread" for what, _ in team.pond.asked) == 3


def looks(team: Team, during: timedelta) -> None:
    """Nothing but the planned looks, each when it is due."""
    end = team.clock() + during
    while (at := team.answers.due(team.home.id, "pond") or end) < end:
        team.clock.now = max(at, team.clock())
    team.clock.now = end


@pytest.mark.parametrize("how", ["incomplete", "failing"])
def test_what_cannot_be_looked_at_is_tried_ever_more_seldom_and_soon_after_it_is_whole(
    team: Team, how: str
) -> None:
    one = asked(team)
    team.pond.whole = how != "incomplete"
    team.pond.failing["thread"] = [Unavailable("broken")] if how == "failing" else []
    team.pond.asked.clear()
    looks(team, timedelta(days=2))
    assert 5 <= sum(what == "thread" for what, _ in team.pond.asked) <= 14
    team.pond.whole, team.pond.failing = True, {}
    looks(team, timedelta(days=1, hours=1))
    assert team.conversation(one.id).unseen_since is None


def test_the_digests_foot_tells_what_could_not_be_checked_though_its_network_was_seen(team: Team) -> None:
    (bad, *_) = questions(team, 2)
    (post,) = bad.standing.uncovered
    team.pond.failing[f"thread {post}"] = [Unavailable("broken")]
    team.later(timedelta(minutes=20))
    since = team.conversation(bad.id).unseen_since
    screen = team.report.preview(team.home.id)
    assert (screen.blind, screen.unseen) == ((), (("Pond", 1, since),))
    assert {line.conversation for line in screen.lines if line.blind_since} == {bad.id}


def test_what_was_withdrawn_is_asked_for_ever_more_seldom(team: Team) -> None:
    missed_once(team)
    team.later(timedelta(hours=1))
    (one,) = team.all()
    assert one.standing.status == Status.CLOSED
    team.pond.asked.clear()
    looks(team, timedelta(days=2))
    assert sum(what == "thread" for what, _ in team.pond.asked) <= 14


def test_a_look_asks_nothing_more_after_five_minutes(team: Team) -> None:
    talks = questions(team, 12)
    team.pond.meanwhile = lambda what: team.clock.move(timedelta(minutes=2)) if what == "thread" else None
    seen = team.answers.look(team.home.id, [one.id for one in talks], fresh=NOW)
    assert sum(what == "thread" for what, _ in team.pond.asked) <= 3
    assert len(seen.complete) == 3
    # Those that nobody asked about were not tried in vain.
    assert not any(team.conversation(one.id).unseen_since for one in talks)
