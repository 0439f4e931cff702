"""What is told to a judge from outside: ids and times, the same bytes each time, and nobody's words."""

from __future__ import annotations

import json

from bot.domain.ports import Changes
from tests.store.build import MEI, NOON, conversation, mention, placed, press, pressed
from tests.store.filled import fill


def told(store, workspace) -> dict[str, list[str]]:
    return {name: list(lines) for name, lines in store.export(workspace.id)}


def test_an_export_holds_something_of_each_list(store):
    workspace = fill(store)
    lists = told(store, workspace)
    assert all(lists.values()), [name for name, lines in lists.items() if not lines]
    (line,) = (json.loads(one) for one in lists["journal"] if json.loads(one)["press_id"] == "x1")
    post = next(json.loads(one) for one in lists["posts"] if "mastodon.example/p1" in one)
    assert line["covers"] == [post["id"]]
    assert (line["verb"], line["wait"], line["by"]) == ("claim", 1, "ana")
    nudge = next(one for one in map(json.loads, lists["outbox"]) if one["kind"] == "nudge")
    assert nudge["shows"] == [{"conversation": "talk-p1", "wait": 1, "step": "1"}]


def test_an_export_has_no_words_no_names_and_no_secrets(store):
    workspace = fill(store)
    whole = json.dumps(told(store, workspace))
    theirs = ("keep my tags", MEI.id, MEI.name, MEI.handle, "@mei", "author-q0", "no date", "You know it")
    with store.engine.connect() as connection:
        pepper = connection.exec_driver_sql("SELECT pepper FROM workspace").scalar_one()
    secrets = ("hush", pepper)
    assert [word for word in (*theirs, *secrets) if word in whole] == []


def test_an_earlier_journal_is_the_beginning_of_a_later_one(store, workspace):
    with store.write(workspace.id) as tx:
        tx.threads.save(mention("p1"), at=NOON)
    before = told(store, workspace)
    with store.write(workspace.id) as tx:
        tx.threads.save(Changes(moves=[pressed("talk-p1", press("x1"))]), at=NOON)
        tx.threads.forget("mastodon", MEI.id)
    after = told(store, workspace)
    assert len(after["journal"]) == len(before["journal"]) + 1
    assert after["journal"][: len(before["journal"])] == before["journal"]
    (was,), (now,) = ([json.loads(one) for one in each["conversations"]] for each in (before, after))
    assert (was["author"], was["forgotten"], now["forgotten"]) == (now["author"], False, True)


def test_a_post_without_a_name_of_its_server_is_told_by_its_id(store, workspace):
    with store.write(workspace.id) as tx:
        tx.threads.save(Changes([placed("40000001", refs=())], [conversation("c", "40000001")]), at=NOON)
    (line,) = told(store, workspace)["posts"]
    assert json.loads(line)["refs"] == ["40000001"]


def test_a_post_that_an_edit_gave_another_number_is_told_by_both(store, workspace):
    with store.write(workspace.id) as tx:
        edited = placed("40000001", refs=("40000002",))
        tx.threads.save(Changes([edited], [conversation("c", "40000001")]), at=NOON)
    (line,) = told(store, workspace)["posts"]
    assert json.loads(line)["refs"] == ["40000002", "40000001"]
