"""Reading Sources: nothing lost, nothing twice, in any order, and one broken Source stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import event, text

from bot.domain.connector import Broken
from bot.domain.errors import ChangedFormat, NeedsSignIn, RateLimited, Unavailable
from bot.domain.model import Health, Lane, Source, Status, Verb, Visibility, Watch
from bot.domain.screens import Kind
from bot.services.collecting.placing import Read
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, HOME, MEI, ZOE, author

FERN = author("fern")
HOUR = timedelta(hours=1)


@contextmanager
def statements(team: Team) -> Iterator[list[str]]:
    """The SQL of what happens inside."""
    said: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = team.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def poll(team: Team, kind: str = "mentions", account: str | None = None) -> Source:
    """Poll one Source once; gives it as it is then."""
    team.collect.poll(team.home.id, team.source(kind, account).id)
    return team.source(kind, account)


def test_a_page_of_eighty_takes_as_many_statements_as_a_page_of_one(team: Team) -> None:
    team.pond.page_size = 100
    counts = []
    for size in (1, 80):
        for number in range(size):
            team.pond.write(author(f"a{size}x{number}"), "@acme Hm?", names=(ACME,))
        source = team.source("mentions")
        step = team.collect._begin(team.home.id, source.id)
        assert step is not None
        read = Read("pond", HOME, matched=tuple(team.pond.posts.values())[-size:], source=source.id)
        with statements(team) as said:
            team.collect._commit(team.home.id, read, source, ())
        counts.append(len(said))
    assert len(team.waiting()) == 81
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_a_page_that_changes_other_threads_takes_no_more_than_twelve_statements(
    team: Team, whose: str
) -> None:
    team.pond.page_size = 200
    asked = [team.pond.write(author(f"a{number}"), "@acme Hm?", names=(ACME,)) for number in range(81)]
    poll(team)
    team.clock.move(HOUR)
    counts = []
    for some in (asked[:1], asked[1:]):
        if whose == "ours":
            read = [team.pond.write(ANA, "Please see our page", under=post) for post in some]
        else:
            gone = [replace(post, gone_at=team.clock()) for post in some]
            read = [*gone, *(team.pond.write(post.author, "@acme Hm!", names=(ACME,)) for post in some)]
        with statements(team) as said:
            source = team.source("mentions")
            said.clear()
            team.collect._commit(team.home.id, Read("pond", HOME, matched=tuple(read)), source, ())
        counts.append(len(said))
    assert counts[0] == counts[1] <= 12


def test_whether_others_follow_the_same_is_one_question_a_poll(team: Team) -> None:
    source = team.source("mentions").id
    counts = []
    for read in (team.collect.poll, team.collect.due, team.collect.due):
        team.clock.move(HOUR)
        with statements(team) as said:
            read(team.home.id, source)
        counts.append(len(said))
    assert counts[1] == counts[2] == counts[0] + 1


def test_a_page_seen_before_changes_nothing_but_its_source(team: Team) -> None:
    post = team.pond.write(MEI, "@acme How?", names=(ACME,))
    before = poll(team)
    (one,) = team.waiting()
    team.collect._commit(team.home.id, Read("pond", HOME, matched=(post,), source=before.id), before, ())
    assert team.waiting() == [one]
    assert team.moves(one) == ["opened"]


def unread(team: Team) -> None:
    """As if nothing had been read of the mentions, and nobody noted when they were connected."""
    never = replace(team.source("mentions"), cursor="", history_before=None, last_success=None, swept_at=None)
    with team.store.write(team.home.id) as tx:
        tx.sources.save_source(never)


def test_the_first_poll_takes_the_last_day_at_most_twenty_and_only_who_still_waits(team: Team) -> None:
    unread(team)
    old = team.pond.write(ZOE, "@acme Old?", names=(ACME,))
    team.clock.move(timedelta(hours=25))
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.pond.write(ANA, "So.", under=asked)
    for number in range(25):
        team.clock.move(timedelta(minutes=1))
        team.pond.write(author(f"o{number}"), "@acme Hm?", names=(ACME,))
    source = poll(team)
    waiting = {one.author for one in team.waiting()}
    assert len(waiting) == 20
    assert old.author.id not in waiting
    assert source.history_before is not None
    poll(team)
    assert team.source("mentions").history_before == source.history_before


def test_a_first_poll_of_several_pages_takes_twenty_of_them_all_and_the_latest(team: Team) -> None:
    unread(team)
    team.pond.page_size = 10
    for number in range(65):
        team.clock.move(timedelta(minutes=1))
        team.pond.write(author(f"o{number}"), "@acme Hm?", names=(ACME,))
    while (due := team.collect.poll(team.home.id, team.source("mentions").id)) and due <= team.clock():
        pass
    assert {one.author for one in team.waiting()} == {f"id-o{number}" for number in range(45, 65)}


def test_of_a_first_poll_that_finds_no_end_nothing_waits_and_what_comes_then_does(team: Team) -> None:
    unread(team)
    team.pond.page_size = 1
    for number in range(30):
        team.clock.move(timedelta(minutes=1))
        team.pond.write(author(f"o{number}"), "@acme Hm?", names=(ACME,))
    team.clock.move(timedelta(minutes=1))
    while (due := team.collect.poll(team.home.id, team.source("mentions").id)) and due <= team.clock():
        pass
    assert team.waiting() == []
    team.pond.page_size = 40
    team.clock.move(timedelta(minutes=1))
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    poll(team)
    assert [one.author for one in team.waiting()] == [MEI.id]


@pytest.mark.parametrize("page_size", [40, 1], ids=["its end is found", "more is left"])
def test_what_is_said_once_a_place_is_connected_waits_however_late_it_is_first_read(
    team: Team, page_size: int
) -> None:
    team.pond.write(ZOE, "@fern Long ago?", names=(FERN,))
    team.clock.move(timedelta(hours=30))
    team.watches.add(team.home.id, "pond", "mentions", "@fern")
    team.pond.page_size = page_size
    asked = [author(f"o{number}") for number in range(23)]
    for one in asked:
        team.clock.move(HOUR)
        team.pond.write(one, "@fern How?", names=(FERN,))
    team.clock.move(timedelta(days=3))
    source = team.source("mentions", FERN.id).id
    while (due := team.collect.poll(team.home.id, source)) and due <= team.clock():
        pass
    assert {one.author for one in team.waiting()} == {one.id for one in asked}


def test_an_account_is_read_from_a_day_before_it_was_linked_however_late_that_is_first_done(
    team: Team,
) -> None:
    linked = team.clock()
    team.people.link(team.home.id, team.ben.id, "@fern")
    team.clock.move(timedelta(days=3))
    assert poll(team, "own", FERN.id).history_before == linked - timedelta(days=1)


def test_a_question_answered_before_the_first_poll_never_waits(team: Team) -> None:
    unread(team)
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.pond.write(ANA, "So.", under=asked)
    poll(team)
    assert team.waiting() == []
    assert [one.standing.status for one in team.all()] == [Status.ANSWERED]


def test_while_a_thread_cannot_be_read_its_page_is_read_again_and_nothing_is_lost(team: Team) -> None:
    top = team.pond.write(ZOE, "Look at this")
    team.pond.write(MEI, "@acme Is it so?", under=top, names=(ACME,))
    team.pond.failing["thread"] = [Unavailable("not now")]
    before = team.source("mentions").cursor
    source = poll(team)
    assert (source.cursor, source.health, team.waiting()) == (before, Health.BACKING_OFF, [])
    team.pond.failing.clear()
    source = poll(team)
    assert (len(team.waiting()), source.health, source.failures) == (1, Health.WELL, 0)


def test_what_answers_a_post_that_is_gone_stands_for_itself(team: Team) -> None:
    top = team.pond.write(ZOE, "Look at this")
    mention = team.pond.write(MEI, "@acme Is it so?", under=top, names=(ACME,))
    team.pond.delete(top)
    poll(team)
    assert [one.standing.uncovered for one in team.waiting()] == [{mention.id}]


def test_a_failing_source_backs_off_ever_longer_up_to_an_hour(team: Team) -> None:
    team.pond.failing["fetch @acme"] = [ChangedFormat("odd")]
    waits = []
    for _ in range(8):
        due = team.collect.poll(team.home.id, team.source("mentions").id)
        assert due is not None
        waits.append((due - team.clock()) // timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_rate_limited_source_waits_until_it_may(team: Team) -> None:
    until = team.clock() + timedelta(minutes=37)
    team.pond.failing["fetch @acme"] = [RateLimited("slow down", until)]
    assert team.collect.poll(team.home.id, team.source("mentions").id) == until


def test_one_broken_source_stops_no_other(team: Team) -> None:
    team.pond.failing["fetch own @ana"] = [Unavailable("down")]
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.later(HOUR)
    assert team.source("own", ANA.id).health == Health.BACKING_OFF
    assert len(team.waiting()) == 1


def test_a_dead_key_keeps_the_cursor_of_its_source_and_is_told_to_who_connected_it_three_times(
    team: Team,
) -> None:
    cursor = team.source("mentions").cursor
    team.pond.failing["fetch @acme"] = [NeedsSignIn("401")]
    team.until(9, 12)
    told = team.messages(Kind.SIGN_IN)
    assert [(one.person, one.created_at.day) for one in told if one.created_at] == [
        (team.ana.id, 2),
        (team.ana.id, 3),
        (team.ana.id, 5),
    ]
    assert (team.source("mentions").health, team.source("mentions").cursor) == (Health.NEEDS_SIGN_IN, cursor)


def test_a_login_that_was_locked_for_a_while_is_tried_once_a_day_and_read_on_from_where_it_stopped(
    team: Team,
) -> None:
    team.pond.failing["fetch @acme"] = [NeedsSignIn("403")]
    team.until(3, 12)
    assert team.source("mentions").failures == 2
    post = team.pond.write(MEI, "@acme How?", names=(ACME,))
    del team.pond.failing["fetch @acme"]
    team.until(4, 12)
    assert (team.source("mentions").health, team.source("mentions").failures) == (Health.WELL, 0)
    assert [one.standing.uncovered for one in team.waiting()] == [{post.id}]


def test_an_error_that_nobody_foresaw_is_the_health_of_its_own_source(team: Team) -> None:
    team.pond.failing["fetch"] = [KeyError("a word of what was read")]
    source = poll(team)
    assert (source.health, source.problem, source.failures) == (Health.BACKING_OFF, "KeyError", 1)


def test_what_cannot_be_read_of_a_page_is_put_aside_and_the_rest_stays(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.pond.broken = (Broken("p-broken", "no date"),)
    team.collect.poll(team.home.id, team.source("mentions").id)
    assert len(team.waiting()) == 1
    with team.store.engine.connect() as connection:
        kept = connection.execute(text("SELECT ref, why FROM quarantine")).all()
    assert [tuple(row) for row in kept] == [("p-broken", "no date")]


def test_a_post_that_the_database_refuses_is_quarantined_alone(team: Team) -> None:
    for number in range(5):
        words = "@acme \ud800?" if number == 3 else "@acme How?"
        team.pond.write(author(f"a{number}"), words, names=(ACME,))
    source = poll(team)
    assert {one.author for one in team.waiting()} == {"id-a0", "id-a1", "id-a2", "id-a4"}
    assert (source.cursor, source.health) == ("5", Health.WELL)


@pytest.mark.parametrize("odd", ["\N{CRAB}" * 126, "a\0b", "a\ud800b"])
@pytest.mark.parametrize("what", ["id", "author", "parent", "root", "ref"])
def test_a_post_with_an_id_that_no_database_keeps_stands_apart_alone(team: Team, odd: str, what: str) -> None:
    for number in range(3):
        team.pond.write(author(f"a{number}"), "@acme How?", names=(ACME,))
    bad = {
        "id": {"id": odd},
        "author": {"author": replace(MEI, id=odd)},
        "parent": {"parent": odd},
        "root": {"root": odd},
        "ref": {"refs": ("fine", odd)},
    }[what]
    team.pond.posts["p002"] = replace(team.pond.posts["p002"], **bad)  # type: ignore[arg-type]
    source = poll(team)
    assert {one.author for one in team.waiting()} == {"id-a0", "id-a2"}
    assert (source.cursor, source.health) == ("3", Health.WELL)
    with team.store.engine.connect() as connection:
        refs = connection.execute(text("SELECT ref FROM quarantine")).scalars().all()
    assert len(refs) == 1
    assert refs[0].isascii()


def test_a_look_with_a_post_that_nobody_could_find_again_is_not_complete(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    poll(team)
    team.pond.write(ANA, "So.", under=asked, id="x" * 501)
    seen = team.answers.look(team.home.id, [one.id for one in team.waiting()], fresh=timedelta(0))
    assert seen.complete == frozenset()


def test_who_asked_to_be_forgotten_is_not_collected_again(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    poll(team)
    with team.store.write(team.home.id) as tx:
        tx.threads.forget("pond", MEI.id)
    team.pond.write(MEI, "@acme Hello?", names=(ACME,))
    poll(team)
    assert all("Mei" not in line.name for line in team.queue.all_waiting(team.home.id, 10))
    with team.store.read(team.home.id) as tx:
        assert "p002" not in tx.threads.around("pond", ["p002"]).posts


def test_more_than_ten_people_under_one_post_are_one_conversation(team: Team) -> None:
    ours = team.pond.write(ACME, "Version 2 is out")
    for number in range(12):
        team.pond.write(author(f"a{number:02}"), "Where?", under=ours)
    poll(team)
    (fold,) = team.waiting()
    assert fold.author is None
    (line,) = team.queue.all_waiting(team.home.id, 10)
    assert line.people == 12


def test_people_who_were_stored_before_there_were_more_than_ten_fold_with_the_others(team: Team) -> None:
    """Eight were read before the others came; one of them is held, and one wrote in private."""
    ours = team.pond.write(ACME, "Version 2 is out")
    for number in range(8):
        team.pond.write(author(f"a{number:02}"), "Where?", under=ours)
    private = team.pond.write(author("kim"), "My bill?", under=ours, visibility=Visibility.DIRECT)
    poll(team)
    held = next(one for one in team.waiting() if one.author == "id-a00")
    team.press(held, Verb.CLAIM, team.ana)
    for number in range(8, 13):
        team.pond.write(author(f"a{number:02}"), "Where?", under=ours)
    poll(team)
    team.pond.write(author("a00"), "And when?", under=ours)
    poll(team)
    by_person = {one.author: one.standing.uncovered for one in team.waiting()}
    assert set(by_person) == {None, "id-a00", private.author.id}
    assert len(by_person[None]) + len(by_person["id-a00"]) == 14
    assert not by_person[None] & by_person["id-a00"]
    poll(team)
    assert {one.author: one.standing.uncovered for one in team.waiting()} == by_person


def test_a_keyword_is_about_us_and_never_waits(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        tx.sources.save_watch(Watch("", "word", Lane.ABOUT_US), [Source("", "pond", HOME, "tag", "acme")])
    team.pond.write(ZOE, "acme is fine")
    poll(team, "tag")
    assert team.waiting() == []
    assert [(one.standing.lane, one.standing.wait) for one in team.all()] == [(Lane.ABOUT_US, 0)]


def test_what_one_of_us_writes_to_another_of_us_is_no_mention(team: Team) -> None:
    poll(team)
    team.pond.write(ANA, "@acme That went well", names=(ACME,))
    poll(team)
    assert team.all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_posts_come_to_be_known_the_status_is_the_same(
    team: Team, order: tuple[int, ...]
) -> None:
    """A question, Ana's answer, their next question, and Zoe, who answers in our place."""
    start = team.clock()
    m1 = team.pond.write(MEI, "@acme How?", names=(ACME,))
    r1 = team.pond.write(ANA, "So.", under=m1, created_at=start + timedelta(minutes=1))
    m2 = team.pond.write(
        MEI, "@acme And on Linux?", under=r1, names=(ACME,), created_at=start + timedelta(minutes=2)
    )
    z1 = team.pond.write(ZOE, "Same here", under=m2, created_at=start + timedelta(minutes=3))
    posts = (m1, r1, m2, z1)
    team.pond.posts.clear()
    team.clock.move(HOUR)
    for number in order:
        team.pond.posts[posts[number].id] = posts[number]
        poll(team)
        poll(team, "own", ANA.id)
    team.answers.look(team.home.id, [one.id for one in team.waiting()], fresh=timedelta(0))
    (one,) = team.waiting()
    assert (one.standing.status, one.standing.uncovered) == (Status.OPEN, {m2.id})
    assert [(back.post, back.by) for back in one.standing.write_backs] == [(m2.id, team.ana.id)]
    assert one.standing.others_replied == 1
