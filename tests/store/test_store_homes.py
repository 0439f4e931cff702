"""Whatever changes what Homes show plans to draw them, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.model import Handle, Health, Source, Teammate, Watch, Workspace
from bot.domain.ports import EVERYBODY, Job, Tx
from bot.store import SqlStore
from tests.store.build import MINUTE, NOON, counted, mention, nudge

SOURCE = Source("s1", "mastodon", "e", "mentions", "@us")


def to_draw(store: SqlStore) -> list[str]:
    """Whose Home is to be drawn; finishes that work."""
    found = store.claim([Job.HOME], 50, at=NOON + 9 * MINUTE, lease=MINUTE)
    assert all(store.finish(one, at=NOON, again=None) for one in found)
    return sorted(one.subject for one in found)


@pytest.fixture
def opened(store: SqlStore, workspace: Workspace) -> Workspace:
    """Ana and Ben opened their Homes, and Chidi never did."""
    with store.write(workspace.id) as tx:
        for name in ("ana", "ben", "chidi"):
            tx.people.save_teammate(Teammate(name, f"U{name}", name))
        tx.sources.save_watch(Watch("w1", "us", None), [SOURCE])
        tx.threads.save(mention("p0"), at=NOON)
        for name in ("ana", "ben"):
            tx.homes.opened(name, NOON)
    assert to_draw(store) == [EVERYBODY, "ana", "ben"]
    with store.write(workspace.id) as tx:
        tx.homes.drawn("ana", "print")
    return workspace


def test_a_home_that_was_never_opened_shows_nothing_and_one_that_was_is_known(
    store: SqlStore, opened: Workspace
) -> None:
    with store.read(opened.id) as tx:
        assert [tx.homes.shown(name) for name in ("ana", "ben", "chidi")] == ["print", "", None]
    with store.write(opened.id) as tx:
        tx.homes.opened("ana", NOON)
        assert tx.homes.shown("ana") == "", "who opens it sees it drawn anew"
    assert to_draw(store) == ["ana"]
    with store.read(opened.id) as tx:
        assert tx.homes.opened_by() == ["ana", "ben"]


@pytest.mark.parametrize(
    "change",
    [
        lambda tx: tx.threads.save(mention("p1"), at=NOON),
        lambda tx: tx.threads.forget("mastodon", "somebody"),
        lambda tx: tx.people.save_teammate(Teammate("ana", "Uana", "ana", stopped=True)),
        lambda tx: tx.people.save_handle(Handle("mastodon", "9", "@us")),
        lambda tx: tx.sources.save_source(replace(SOURCE, health=Health.BACKING_OFF)),
        lambda tx: tx.sources.save_watch(Watch("w1", "us", None, ("s1",), paused=True), []),
        lambda tx: tx.sources.remove_watch("w1"),
    ],
    ids=["conversation", "forgotten", "teammate", "handle", "health", "watch", "no watch"],
)
def test_what_changes_what_homes_show_plans_to_draw_them(
    store: SqlStore, opened: Workspace, change: Callable[[Tx], object]
) -> None:
    with store.write(opened.id) as tx:
        change(tx)
    assert to_draw(store) == [EVERYBODY]


@pytest.mark.parametrize(
    "change",
    [
        lambda tx: tx.sources.save_source(replace(SOURCE, cursor="9", last_success=NOON)),
        lambda tx: tx.homes.drawn("ana", "another"),
        lambda tx: tx.messages.intend(nudge("talk-p0"), at=NOON, lease=MINUTE),
        lambda tx: tx.journal.count_looks(1, NOON),
    ],
    ids=["poll", "drawn", "message", "look"],
)
def test_what_changes_nothing_there_draws_nothing(
    store: SqlStore, opened: Workspace, change: Callable[[Tx], object]
) -> None:
    with store.write(opened.id) as tx:
        change(tx)
    assert to_draw(store) == []


def test_a_health_is_news_when_it_changes_and_when_it_changes_back(
    store: SqlStore, opened: Workspace
) -> None:
    drawn = []
    for health in (Health.BACKING_OFF, Health.BACKING_OFF, Health.WELL):
        with store.write(opened.id) as tx:
            tx.sources.save_source(replace(SOURCE, health=health))
            assert tx.sources.source("s1") == replace(SOURCE, health=health)
        drawn.append(len(to_draw(store)))
    assert drawn == [1, 0, 1]


def test_a_poll_that_finds_the_source_as_it_was_costs_one_statement(
    store: SqlStore, opened: Workspace
) -> None:
    with counted(store) as count, store.write(opened.id) as tx:
        tx.sources.save_source(replace(SOURCE, cursor="10"))
    assert (count["UPDATE"], count["SELECT"], count["INSERT"]) == (1, 0, 0)


def test_nothing_crosses_from_one_workspace_to_another(store: SqlStore, opened: Workspace) -> None:
    other = store.add_workspace(Workspace("", team="T200", name="Other"))
    with store.write(other.id) as tx:
        tx.people.save_teammate(Teammate("ana", "Uana", "ana"))
        assert tx.homes.shown("ana") is None
        assert tx.homes.opened_by() == []
    store.note_greeting(opened.id, 2, 1)
    store.note_greeting(opened.id, 3, 2)
    assert store.greeting(other.id) is None
    told = store.greeting(opened.id)
    assert told
    assert told[:2] == (3, 2)
