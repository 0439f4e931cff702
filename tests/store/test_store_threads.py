"""Threads are read whole and written in batches, and nothing is written over what changed meanwhile."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.errors import Unstorable
from bot.domain.model import (
    Author,
    Evidence,
    Handle,
    Lane,
    Reason,
    Source,
    Standing,
    Status,
    Strength,
    Visibility,
    Watch,
    Workspace,
)
from bot.domain.ports import Changes, Job, Known, Placed, Secret
from bot.store import SqlStore, open_store
from tests.store.build import (
    MEI,
    NOON,
    conversation,
    counted,
    mention,
    page,
    placed,
    post,
    press,
    pressed,
    step_on,
)


def save(store, workspace, changes) -> bool:
    with store.write(workspace.id) as tx:
        return tx.threads.save(changes, at=NOON)


def around(store, workspace, *refs, roots=()) -> Known:
    with store.read(workspace.id) as tx:
        return tx.threads.around("mastodon", refs, roots)


def test_what_was_saved_is_read_back_just_the_same(store, workspace):
    full = placed(
        "p1",
        conversation="talk",
        parent="p0",
        root="p0",
        author=replace(MEI, url="https://mastodon.example/@mei", is_bot=True),
        visibility=Visibility.DIRECT,
        warning="food",
        language="ja",
        client="Web",
        edited_at=NOON,
        named_us_at=NOON,
        order=2**40,
        names=frozenset({"a", "b"}),
        sign="closed",
        member_of="acme/export",
    )
    talk = conversation("talk", "p0", handle="h", url="https://x.example", endpoint="https://m.example")
    changes = Changes([full], [talk], moves=[pressed("talk", press("x1"))])
    assert save(store, workspace, changes)
    found = around(store, workspace, "p1")
    assert found.posts == {"p1": full}
    assert found.conversations == {"talk": replace(talk, created_at=NOON)}
    assert found.presses == {"talk": frozenset({press("x1")})}


def test_a_post_is_found_by_its_id_and_by_a_local_name(store, workspace):
    save(store, workspace, mention("p1"))
    assert list(around(store, workspace, "p1").posts) == ["p1"]
    assert list(around(store, workspace, "mastodon.example/p1").posts) == ["p1"]
    assert not around(store, workspace, "p2").posts


def test_around_brings_the_whole_thread_and_all_about_it(store, workspace):
    thread = [placed(name, root="p0") for name in ("p0", "p1", "p2")]
    save(store, workspace, Changes(thread, [conversation("talk", "p0")]))
    save(store, workspace, mention("elsewhere"))
    with store.write(workspace.id) as tx:
        ours = tx.people.save_handle(Handle("mastodon", "us", "@us"))
    for found in (around(store, workspace, "p2"), around(store, workspace, roots=["p0"])):
        assert set(found.posts) == {"p0", "p1", "p2"}
        assert set(found.conversations) == {"talk"}
        assert found.ours == {ours}
    with store.read(workspace.id) as tx:
        assert tx.threads.of(["talk"]) == around(store, workspace, "p0")
        assert not tx.threads.of(["unknown"]).conversations


def test_a_conversation_that_moved_meanwhile_is_not_written_over(store, workspace):
    save(store, workspace, mention("p1"))
    known = around(store, workspace, "p1").conversations["talk-p1"]
    assert save(store, workspace, Changes(conversations=[step_on(known, holder="ana")]))
    late = Changes([placed("p9")], [step_on(known, holder="ben")])
    assert not save(store, workspace, late)
    found = around(store, workspace, "p1", "p9")
    assert found.conversations["talk-p1"].standing.holder == "ana"
    assert "p9" not in found.posts, "a refused change writes nothing at all"


def test_one_of_many_that_moved_stops_all_of_them(store, workspace):
    save(store, workspace, page(3))
    known = around(store, workspace, "p0", "p1", "p2").conversations
    assert save(store, workspace, Changes(conversations=[step_on(known["talk-p1"])]))
    everyone = [step_on(one, holder="ana") for one in known.values()]
    assert not save(store, workspace, Changes(conversations=everyone))
    now = around(store, workspace, "p0", "p1", "p2").conversations
    assert [one.standing.holder for one in now.values()] == [None, None, None]


def test_a_second_conversation_in_the_same_place_is_refused(store, workspace):
    save(store, workspace, mention("p1", "first"))
    assert not save(store, workspace, mention("p1", "second"))
    with store.write(workspace.id) as tx:
        tx.threads.around("mastodon", ["p1"])
        assert not tx.threads.save(mention("p1", "second"), at=NOON)


def test_saving_twice_in_one_transaction_steps_on(store, workspace):
    with store.write(workspace.id) as tx:
        first = mention("p1").conversations[0]
        assert tx.threads.save(mention("p1"), at=NOON)
        assert not tx.threads.save(Changes(conversations=[first]), at=NOON)
        assert tx.threads.save(Changes(conversations=[step_on(first)]), at=NOON)


@pytest.mark.parametrize("other", ["text", "gone_at", "edited_at"])
def test_a_post_that_changed_is_written_anew(store, workspace, other):
    save(store, workspace, mention("p1"))
    before = around(store, workspace, "p1").posts["p1"]
    values = {"text": "Other words", "gone_at": NOON, "edited_at": NOON}
    changed = replace(before, post=replace(before.post, **{other: values[other]}))
    save(store, workspace, Changes([changed]))
    after = around(store, workspace, "p1").posts["p1"].post
    assert getattr(after, other) == values[other]


def test_a_post_that_is_gone_keeps_no_words_until_it_comes_back(store, workspace):
    save(store, workspace, mention("p1"))
    there = around(store, workspace, "p1").posts["p1"]
    gone = replace(there, post=replace(there.post, gone_at=NOON, warning="w"))
    save(store, workspace, Changes([gone]))
    stored = around(store, workspace, "p1").posts["p1"].post
    assert (stored.text, stored.warning) == ("", None)
    save(store, workspace, Changes([there]))
    assert around(store, workspace, "p1").posts["p1"] == there


def written(store, workspace) -> str:
    """All rows of all that a page writes, as the engine itself tells their versions."""
    tables = ("contact", "post", "post_ref", "conversation", "evidence", "journal", "work")
    version = "*" if store.engine.dialect.name == "sqlite" else "*, xmin::text"
    with store.engine.connect() as connection:
        rows = {
            t: connection.execute(text(f"SELECT {version} FROM {t} ORDER BY 1, 2, 3")).all() for t in tables
        }
    return repr(rows)


def test_a_page_seen_before_changes_no_row(store, workspace):
    changes = page(5)
    save(store, workspace, changes)
    before = written(store, workspace)
    with store.write(workspace.id, durable=False) as tx:
        seen = tx.threads.around("mastodon", [one.post.id for one in changes.posts])
        unchanged = [one for one in changes.posts if seen.posts[one.post.id] == one]
        assert len(unchanged) == 5, "so that a caller can tell by comparing"
        assert tx.threads.save(Changes(changes.posts), at=NOON + timedelta(hours=1))
    assert written(store, workspace) == before


def source_of(store, workspace) -> Source:
    with store.write(workspace.id) as tx:
        watch = tx.sources.save_watch(Watch("", "us", None), [Source("", "mastodon", "e", "mentions", "us")])
        found = tx.sources.source(watch.sources[0])
    assert found is not None
    return found


def collect(store: SqlStore, workspace, source: Source, changes: Changes) -> dict[str, int]:
    """What one poll does to the store; returns how many statements that took."""
    with counted(store) as count, store.write(workspace.id, durable=False) as tx:
        tx.threads.around("mastodon", [one.post.id for one in changes.posts])
        tx.threads.forgotten("mastodon", [one.post.author.id for one in changes.posts])
        assert tx.threads.save(changes, at=NOON)
        tx.sources.save_source(replace(source, cursor="next", last_success=NOON))
        for one in changes.conversations:
            tx.agenda.plan(Job.LOOK, one.id, NOON)
        tx.agenda.replan(Job.POLL, source.id, NOON)
    return dict(count)


def test_a_page_of_eighty_takes_as_many_statements_as_a_page_of_one(store, workspace):
    source = source_of(store, workspace)
    one = collect(store, workspace, source, page(1, "one"))
    eighty = collect(store, workspace, source, page(80, "eighty"))
    assert one == eighty
    assert one["all"] <= 12


def test_a_value_that_the_database_refuses_is_told_apart_and_keeps_nothing(store, workspace):
    bad = placed("p2", text="lone \ud800 surrogate")
    with pytest.raises(Unstorable) as refused:
        save(store, workspace, Changes([placed("p1"), bad]))
    assert "surrogate" not in str(refused.value), "outside words are not in errors"
    assert not around(store, workspace, "p1", "p2").posts
    assert save(store, workspace, Changes([placed("p1")]))


def test_a_nul_is_refused_on_postgres_in_the_same_way(postgres_url, clock):
    store = open_store(postgres_url, keys=None, clock=clock)
    workspace = store.add_workspace(Workspace("", team="T100", name="Acme"))
    with pytest.raises(Unstorable):
        save(store, workspace, Changes([placed("p1", text="a\0b")]))
    store.close()


def test_what_is_too_large_for_an_index_is_told_apart_on_postgres_and_keeps_nothing(postgres_url, clock):
    store = open_store(postgres_url, keys=None, clock=clock)
    workspace = store.add_workspace(Workspace("", team="T100", name="Acme"))
    long = "".join(hashlib.sha256(bytes([each])).hexdigest() for each in range(200))
    with pytest.raises(Unstorable) as refused:
        save(store, workspace, Changes([placed("p1"), placed(long)]))
    assert long[:64] not in str(refused.value)
    assert not around(store, workspace, "p1").posts
    store.close()


def test_who_waits_longest_stands_first(store, workspace):
    changes = page(3)
    waits = [
        replace(one, standing=replace(one.standing, waiting_since=NOON - timedelta(hours=hours)))
        for one, hours in zip(changes.conversations, (1, 3, 2), strict=True)
    ]
    rest = [
        conversation("rests", "r1", standing=Standing(Status.CLOSED)),
        conversation("room", "r2", standing=Standing(Status.OPEN, lane=Lane.IN_THE_ROOM)),
    ]
    save(store, workspace, Changes(changes.posts, [*waits, *rest]))
    with store.read(workspace.id) as tx:
        assert [one.id for one in tx.threads.waiting()] == ["talk-p1", "talk-p2", "talk-p0"]
        assert [one.id for one in tx.threads.waiting(limit=1)] == ["talk-p1"]
        assert tx.threads.anybody_waits("mastodon")
        assert not tx.threads.anybody_waits("lemmy")


def test_talk_in_the_room_and_what_is_settled_makes_nobody_wait(store, workspace):
    rest = [
        conversation("rests", "r1", standing=Standing(Status.CLOSED)),
        conversation("room", "r2", standing=Standing(Status.OPEN, lane=Lane.IN_THE_ROOM)),
    ]
    save(store, workspace, Changes(conversations=rest))
    with store.read(workspace.id) as tx:
        assert not tx.threads.anybody_waits("mastodon")


def test_a_teammate_is_concerned_by_what_they_hold_or_are_asked_for(store, workspace):
    def standing(status, hours=0, **also):
        return Standing(status, waiting_since=NOON + timedelta(hours=hours), **also)

    talks = [
        conversation("holds", "a", standing=standing(Status.OPEN, 2, holder="ana")),
        conversation("asked", "b", standing=standing(Status.OPEN, 1, asked="ana")),
        conversation("later", "c", standing=standing(Status.SNOOZED, 3, holder="ana")),
        conversation("done", "d", standing=standing(Status.ANSWERED, holder="ana")),
        conversation("other", "e", standing=standing(Status.OPEN, holder="ben")),
    ]
    save(store, workspace, Changes(conversations=talks))
    with store.read(workspace.id) as tx:
        assert [one.id for one in tx.threads.concerning("ana")] == ["asked", "holds", "later"]


def test_what_wakes_by_time_alone_is_listed_once_it_is_near(store, workspace):
    soon = conversation("soon", "a", standing=Standing(Status.SNOOZED, wake_at=NOON))
    late = conversation("late", "b", standing=Standing(Status.SNOOZED, wake_at=NOON + timedelta(days=1)))
    save(store, workspace, Changes(conversations=[soon, late, conversation("never", "c")]))
    with store.read(workspace.id) as tx:
        assert tx.threads.to_wake(NOON - timedelta(seconds=1)) == []
        assert tx.threads.to_wake(NOON) == ["soon"]


def test_who_last_replied_to_a_person_is_known_by_replies_that_were_seen(store, workspace):
    def reply(post, by, hours, verified=True, **also):
        at = NOON + timedelta(hours=hours)
        return Evidence(post, None, by, at, Strength.STRONG, verified, frozenset({"p1"}), **also)

    replies = [reply("r1", "ana", 1), reply("r2", "ben", 2), reply("r3", "chidi", 3, gone_at=NOON)]
    replies += [reply(None, "chidi", 4, verified=False)]  # said by a press, not seen
    changes = mention("p1")
    for _ in range(2):
        save(store, workspace, replace(changes, evidence={"talk-p1": [*replies, reply(None, "ana", 0)]}))
        changes = Changes()
    with store.read(workspace.id) as tx:
        assert tx.threads.last_spoke([MEI.id, "nobody"]) == {MEI.id: ("ben", NOON + timedelta(hours=2))}


def test_when_somebody_first_spoke_is_told_by_their_mentions(store, workspace):
    stranger = Author("stranger", "@s", "S")
    save(store, workspace, mention("p1"))
    save(store, workspace, Changes([placed("p2", author=stranger)]))
    later = placed("p3", conversation="talk-p3", created_at=NOON + timedelta(hours=1))
    save(store, workspace, replace(mention("p3"), posts=[later]))
    direct = placed(
        "p4", conversation="talk-p4", created_at=NOON - timedelta(hours=1), visibility=Visibility.DIRECT
    )
    save(store, workspace, replace(mention("p4"), posts=[direct]))
    with store.read(workspace.id) as tx:
        assert tx.threads.first_spoke([MEI.id, "stranger"]) == {MEI.id: NOON}


def test_posts_of_two_networks_with_the_same_id_are_both_known(store, workspace):
    save(store, workspace, mention("123"))
    there = replace(post("123"), network="rss", text="another")
    talk = conversation("talk-rss", "123", network="rss")
    save(store, workspace, Changes([Placed(there, "123", Lane.TO_US, talk.id)], [talk]))
    with store.read(workspace.id) as tx:
        known = tx.threads.of(["talk-123", "talk-rss"])
    found = {network: known.post(network, "123") for network in ("mastodon", "rss", "bluesky")}
    assert [one and one.conversation for one in found.values()] == ["talk-123", "talk-rss", None]


def test_a_look_is_noted_without_a_new_revision(store, workspace):
    save(store, workspace, page(2))
    with store.write(workspace.id) as tx:
        tx.threads.looked(["talk-p0"], NOON)
    found = around(store, workspace, "p0", "p1").conversations
    assert (found["talk-p0"].looked_at, found["talk-p0"].revision) == (NOON, 0)
    assert found["talk-p1"].looked_at is None


def test_looks_that_were_not_complete_are_noted_from_the_first_until_one_is(store, workspace):
    save(store, workspace, page(2))
    later = NOON + timedelta(minutes=10)

    def unseen():
        talks = around(store, workspace, "p0", "p1").conversations
        return [(talks[f"talk-p{n}"].unseen_since, talks[f"talk-p{n}"].tried_at) for n in (0, 1)]

    for at, anew in ((NOON, []), (later, ["talk-p1"])):
        with store.write(workspace.id) as tx:
            tx.threads.unseen(["talk-p0", "talk-p1"], at, anew=anew)
    assert unseen() == [(NOON, later), (later, later)]
    with store.write(workspace.id) as tx:
        tx.threads.looked(["talk-p0"], later)
    assert unseen() == [(None, None), (later, later)]


def test_a_missing_post_is_missing_until_it_is_found_or_read(store, workspace):
    save(store, workspace, mention("p1"))

    def missing_since():
        return around(store, workspace, "p1").posts["p1"].missing_since

    with store.write(workspace.id) as tx:
        tx.threads.missing("mastodon", ["p1"], NOON)
        tx.threads.missing("mastodon", ["unknown"], NOON)
    assert missing_since() == NOON
    with store.write(workspace.id) as tx:
        tx.threads.missing("mastodon", ["p1"], None)
    assert missing_since() is None
    with store.write(workspace.id) as tx:
        tx.threads.missing("mastodon", ["p1"], NOON)
    save(store, workspace, Changes([placed("p1", conversation="talk-p1")], []))
    assert missing_since() is None


def test_resting_lanes_are_counted_by_conversation(store, workspace):
    about = Standing(Status.OPEN, lane=Lane.ABOUT_US)
    posts = [placed(name, conversation="talk", root="p1") for name in ("p1", "p2")]
    save(store, workspace, Changes(posts, [conversation("talk", "p1", standing=about)]))
    with store.read(workspace.id) as tx:
        later = NOON + timedelta(seconds=1)
        assert tx.threads.resting(Lane.ABOUT_US, NOON, later) == 1
        assert tx.threads.resting(Lane.ABOUT_US, later, NOON + timedelta(days=1)) == 0
        assert tx.threads.resting(Lane.ABOUT_US, NOON - timedelta(days=1), NOON) == 0
        assert tx.threads.resting(Lane.IN_THE_ROOM, NOON, later) == 0
    with store.write(workspace.id) as tx:
        tx.threads.forget("mastodon", posts[0].post.author.id)
    with store.read(workspace.id) as tx:
        assert tx.threads.resting(Lane.ABOUT_US, NOON, later) == 0, "whoever is forgotten is in no number"


def test_only_whose_credential_read_a_private_post_is_its_audience(store, workspace):
    with store.write(workspace.id) as tx:
        secret = tx.sources.save_secret(Secret("", "mastodon", "e", "hush", owner="ana"))
        source = Source("", "mastodon", "e", "mentions", "us", credential=secret.id)
        watch = tx.sources.save_watch(Watch("", "us", None), [source])
        read_by = {"source": watch.sources[0]}
        private = replace(placed("p1", visibility=Visibility.DIRECT), **read_by)
        tx.threads.save(Changes([private, replace(placed("p2"), **read_by)]), at=NOON)
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, audience FROM post ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [("p1", "ana"), ("p2", None)]


def test_the_latest_of_a_server_are_those_that_are_read_from_it(store, workspace):
    here = source_of(store, workspace)
    talk = conversation("talk", "p2", endpoint="elsewhere")
    posts = [
        replace(placed("p1"), source=here.id),
        placed("p2", conversation="talk"),
        replace(placed("p3"), source="unknown"),
    ]
    save(store, workspace, Changes(posts, [talk]))
    with store.read(workspace.id) as tx:
        told = {where: tx.threads.latest("mastodon", 5, endpoint=where) for where in ("e", "elsewhere", None)}
        assert {where: {one.id for one in found} for where, found in told.items()} == {
            "e": {"p1"},
            "elsewhere": {"p2"},
            None: {"p1", "p2", "p3"},
        }


def test_among_the_latest_are_posts_without_words_where_few_have_any_but_nobodys_who_asked_to_be_forgotten(
    store, workspace
):
    posts = [placed("p1"), placed("p2", author=replace(placed("p2").post.author, id="gone"))]
    save(store, workspace, Changes(posts, []))
    with store.write(workspace.id) as tx:
        tx.threads.wipe(NOON + timedelta(days=100))
        tx.threads.forget("mastodon", "gone")
    save(store, workspace, Changes([placed("p3")], []))
    with store.read(workspace.id) as tx:
        assert [one.id for one in tx.threads.latest("mastodon", 5)] == ["p3", "p1"]
        assert [one.id for one in tx.threads.latest("mastodon", 1)] == ["p3"]


def test_what_is_due_for_a_look_is_known_without_going_through_all_that_is_followed(store, workspace):
    save(store, workspace, page(3))
    first = NOON + timedelta(minutes=2)
    with store.write(workspace.id) as tx:
        assert tx.threads.next_look("mastodon") == first
        assert tx.threads.to_look("mastodon", NOON) == []
        assert tx.threads.to_look("mastodon", first) == ["talk-p0", "talk-p1", "talk-p2"]
        assert tx.threads.to_look("pond", first) == []
        tx.threads.looked(["talk-p0"], first)
        tx.threads.unseen(["talk-p1"], first)
    with store.read(workspace.id) as tx:
        assert tx.threads.to_look("mastodon", first) == ["talk-p2"]
        assert tx.threads.to_look("mastodon", NOON + timedelta(minutes=5)) == ["talk-p2", "talk-p0"]
        assert tx.threads.to_look("mastodon", first + timedelta(minutes=10))[-1] == "talk-p1"


def test_who_may_have_answered_unknown_is_known_and_who_ever_spoke_to_us(store, workspace):
    closed = Standing(Status.CLOSED, reason=Reason.ELSEWHERE)
    standings = {
        "others": Standing(Status.OPEN, others_replied=1),
        "told": closed,
        "alone": Standing(Status.OPEN),
        "ended": replace(closed, reason=Reason.ENDED),
        "private": Standing(Status.OPEN, others_replied=1, private=True),
        "about us": Standing(Status.OPEN, others_replied=1, lane=Lane.ABOUT_US),
    }
    talks = [conversation(name, name, standing=each, author=name) for name, each in standings.items()]
    save(store, workspace, Changes([], [*talks, conversation("far", "far", network="pond")]))
    kim, lee, ours = (replace(MEI, id=name, handle=f"@{name}") for name in ("kim", "lee", "ours"))
    below = [placed(f"kim {name}", root=name, author=kim) for name in standings]
    below += [placed(f"lee {number}", root="others", author=lee) for number in (1, 2)]
    below += [replace(placed(f"ours {n}", root="others", author=ours), wording="w") for n in (1, 2)]
    gone = {"gone_at": NOON}, {"visibility": Visibility.DIRECT}
    below += [placed(f"lee {n}", root="told", author=lee, **also) for n, also in enumerate(gone, 3)]
    save(store, workspace, Changes(below, []))
    with store.read(workspace.id) as tx:
        assert tx.threads.perhaps_answered(NOON) == {
            ("mastodon", "kim"): {"others", "told"},
            ("mastodon", "lee"): {"others"},
        }
        assert tx.threads.perhaps_answered(NOON + timedelta(minutes=1)) == {("mastodon", "lee"): {"others"}}
        assert tx.threads.who_spoke_to_us(["told", "about us", "nobody"]) == {("mastodon", "told")}
        assert tx.threads.who_spoke_to_us([MEI.id]) == {("pond", MEI.id)}
