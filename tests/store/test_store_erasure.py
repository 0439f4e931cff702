"""Words of people outside go when their time is over or when they ask, and do not come back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.model import Author, Standing, Status, Verb, Workspace
from bot.domain.ports import Changes
from bot.store import open_store
from tests.store.build import MEI, NOON, conversation, mention, page, placed, press, pressed

LATER = NOON + timedelta(days=90)


def save(store, workspace, changes, at=NOON) -> None:
    with store.write(workspace.id) as tx:
        assert tx.threads.save(changes, at=at)


def texts(store, workspace, *names) -> list[str]:
    with store.read(workspace.id) as tx:
        posts = tx.threads.around("mastodon", names).posts
    return [posts[name].post.text for name in names]


def wipe(store, workspace, before=LATER) -> int:
    with store.write(workspace.id) as tx:
        return tx.threads.wipe(before)


def settled(name: str, status=Status.CLOSED) -> Changes:
    talk = conversation(f"talk-{name}", name, standing=Standing(status))
    neighbour = placed(f"{name}-reply", root=name, author=Author("other", "@o", "O"))
    return Changes([placed(name, conversation=talk.id, warning="w"), neighbour], [talk])


def test_words_go_when_all_in_their_thread_settled_long_ago(store, workspace):
    save(store, workspace, settled("closed"))
    save(store, workspace, settled("answered", Status.ANSWERED))
    save(store, workspace, mention("waits"))
    save(store, workspace, settled("recent"), at=LATER)
    assert wipe(store, workspace) == 4
    assert texts(store, workspace, "closed", "closed-reply", "answered") == ["", "", ""]
    assert all(texts(store, workspace, "waits", "recent"))
    assert wipe(store, workspace) == 0, "a second time there is nothing to do"


def test_where_a_network_asks_for_it_its_words_alone_go_sooner(store, workspace):
    save(store, workspace, settled("one"))
    with store.write(workspace.id) as tx:
        assert tx.threads.wipe(LATER, "youtube") == 0
    assert texts(store, workspace, "one") != [""]
    with store.write(workspace.id) as tx:
        assert tx.threads.wipe(LATER, "mastodon") == 2
    assert texts(store, workspace, "one") == [""]


def test_one_who_still_waits_keeps_the_whole_thread(store, workspace):
    save(store, workspace, settled("p1"))
    save(store, workspace, Changes([], [conversation("other", "p1", author="other")]))
    assert wipe(store, workspace) == 0


def test_wiped_words_do_not_come_back_with_the_next_page(store, workspace):
    save(store, workspace, settled("p1"))
    wipe(store, workspace)
    save(store, workspace, Changes([placed("p1", conversation="talk-p1", warning="w")]))
    assert texts(store, workspace, "p1") == [""]


def test_a_conversation_that_opened_again_starts_its_time_anew(store, workspace):
    save(store, workspace, settled("p1"))
    opened = conversation("talk-p1", "p1", revision=1)
    save(store, workspace, Changes(conversations=[opened]), at=NOON + timedelta(days=30))
    closed = replace(opened, standing=Standing(Status.CLOSED), revision=2)
    save(store, workspace, Changes(conversations=[closed]), at=LATER)
    assert wipe(store, workspace, LATER) == 0
    assert wipe(store, workspace, LATER + timedelta(seconds=1)) == 2


def test_a_forgotten_person_leaves_only_a_hash(store, workspace):
    save(store, workspace, mention("p1"))
    save(store, workspace, page(1, "q"))
    with store.write(workspace.id) as tx:
        assert tx.threads.forgotten("mastodon", [MEI.id]) == frozenset()
        assert tx.threads.forget("mastodon", MEI.id) == 1
        assert tx.threads.forgotten("mastodon", [MEI.id, "author-q0"]) == {MEI.id}
        assert tx.threads.forgotten("bluesky", [MEI.id]) == frozenset()
    with store.read(workspace.id) as tx:
        known = tx.threads.around("mastodon", ["p1", "q0"])
    gone = known.posts["p1"].post
    assert (gone.text, gone.url, gone.author.name, gone.author.handle) == ("", "", "", "")
    assert gone.author.id.startswith("forgotten:")
    assert known.conversations["talk-p1"].author == gone.author.id
    assert known.posts["q0"].post.author.name == "Q0"


def test_of_whose_people_a_forgotten_person_was_goes_too(store, workspace):
    save(store, workspace, Changes([placed("p1", member_of="acme/export")]))
    with store.write(workspace.id) as tx:
        tx.threads.forget("mastodon", MEI.id)
    with store.read(workspace.id) as tx:
        assert tx.threads.around("mastodon", ["p1"]).posts["p1"].post.member_of == ""


def test_a_note_about_a_forgotten_person_goes_with_them_and_no_other(store, workspace):
    save(store, workspace, mention("p1"))
    save(store, workspace, page(1, "q"))
    asked = [pressed(talk, press(name, Verb.ASK)) for talk, name in (("talk-p1", "x1"), ("talk-q0", "x2"))]
    save(store, workspace, Changes(moves=asked))
    with store.write(workspace.id) as tx:
        tx.threads.leave_note("x1", "Mei again.", NOON)
        tx.threads.leave_note("x2", "You know it.", NOON)
        tx.threads.forget("mastodon", MEI.id)
        assert tx.threads.notes(["x1", "x2"]) == {"x2": "You know it."}


def test_forgetting_a_stranger_keeps_them_from_being_collected(store, workspace):
    with store.write(workspace.id) as tx:
        assert tx.threads.forget("mastodon", "stranger") == 0
    with store.read(workspace.id) as tx:
        assert tx.threads.forgotten("mastodon", ["stranger"]) == {"stranger"}


def test_an_author_is_found_by_id_by_name_in_any_letters_and_by_page(store, workspace):
    somebody = Author("author-77", "@Somebody@one.example", "Somebody", "https://one.example/@Somebody")
    save(store, workspace, Changes([placed("p1", author=somebody), placed("p2")]))
    with store.read(workspace.id) as tx:
        typed = (
            "author-77",
            "@somebody@one.example",
            " Somebody@one.example",
            "https://one.example/@Somebody",
        )
        assert [tx.threads.called("mastodon", one) for one in typed] == [{"author-77"}] * 4
        none = ("Somebody", "somebody@two.example", "", "@", "%")
        assert [tx.threads.called("mastodon", one) for one in none] == [set()] * 5
        assert tx.threads.called("bluesky", "author-77") == set()


def test_all_conversations_are_found_in_whose_threads_somebody_wrote(store, workspace):
    save(store, workspace, mention("p1"))
    save(store, workspace, page(1, "q"))
    below = placed("r1", root="q0", author=MEI)
    save(store, workspace, Changes([below]))
    with store.read(workspace.id) as tx:
        assert set(tx.threads.with_posts_of("mastodon", [MEI.id])) == {"talk-p1", "talk-q0"}
        assert set(tx.threads.with_posts_of("mastodon", ["author-q0"])) == {"talk-q0"}
        assert not tx.threads.with_posts_of("bluesky", [MEI.id])
        assert not tx.threads.with_posts_of("mastodon", [])


def test_the_words_of_a_forgotten_person_are_nowhere_in_the_bytes(sqlite_url, clock, key):
    store = open_store(sqlite_url, keys=[key], clock=clock)
    workspace = store.add_workspace(Workspace("", team="T1", name="Acme"))
    canary = Author("canary-id", "@canary-handle", "Canary Name", "https://x.example/canary-page")
    for number in range(50):
        post = placed(
            f"p{number}", author=canary, text="canary words " * 200, url="https://x.example/canary-url"
        )
        save(store, workspace, Changes([post]))
    words = [b"canary words", b"canary-handle", b"Canary Name", b"canary-url", b"canary-page", b"canary-id"]
    assert all(word in everything(store) for word in words)
    with store.write(workspace.id) as tx:
        tx.threads.forget("mastodon", "canary-id")
    found = everything(store)
    store.close()
    assert [word for word in words if word in found] == []


def everything(store) -> bytes:
    """The bytes of the database and of its log."""
    file = Path(store.engine.url.database)
    return b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))


def test_erasing_does_not_fail_while_somebody_reads(sqlite_url, clock, key):
    store = open_store(sqlite_url, keys=[key], clock=clock)
    workspace = store.add_workspace(Workspace("", team="T1", name="Acme"))
    save(store, workspace, mention("p1"))
    with closing(sqlite3.connect(store.engine.url.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM post").fetchall()
        with store.write(workspace.id) as tx:
            assert tx.threads.forget("mastodon", MEI.id) == 1
    store.close()
