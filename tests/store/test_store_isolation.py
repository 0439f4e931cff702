"""Nothing crosses from one Workspace to another, whatever is asked and by whatever id."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.choices import About
from bot.domain.model import Health, Lane, Source, Watch, Workspace
from bot.domain.ports import Changes, Incoming, Job, Sending
from tests.store.build import MEI, MINUTE, NOON, conversation, nudge
from tests.store.filled import fill

LATER = NOON + timedelta(days=400)


@pytest.fixture
def other(store, workspace) -> Workspace:
    """A second team, empty, beside a full one with the same ids as `fill` gives."""
    fill(store, "T200")
    return workspace


READS = {
    "around": lambda tx: tx.threads.around("mastodon", ["p1"], ["q0"]).posts,
    "of": lambda tx: tx.threads.of(["talk-p1"]).conversations,
    "waiting": lambda tx: tx.threads.waiting(),
    "anybody_waits": lambda tx: tx.threads.anybody_waits("mastodon"),
    "these": lambda tx: tx.threads.these(["talk-p1"]),
    "perhaps_answered": lambda tx: tx.threads.perhaps_answered(NOON),
    "who_spoke_to_us": lambda tx: tx.threads.who_spoke_to_us([MEI.id]),
    "to_look": lambda tx: tx.threads.to_look("mastodon", LATER),
    "next_look": lambda tx: tx.threads.next_look("mastodon"),
    "written_back": lambda tx: tx.threads.written_back(),
    "waiting_in_private": lambda tx: tx.threads.waiting_in_private(),
    "concerning": lambda tx: tx.threads.concerning("ana"),
    "to_wake": lambda tx: tx.threads.to_wake(LATER),
    "last_spoke": lambda tx: tx.threads.last_spoke([MEI.id]),
    "pointed": lambda tx: tx.threads.pointed([MEI.id]),
    "with_whom": lambda tx: tx.threads.with_whom(),
    "came_from": lambda tx: tx.threads.came_from(["talk-p1"]),
    "choices": lambda tx: tx.choices.all().owners,
    "first_spoke": lambda tx: tx.threads.first_spoke([MEI.id]),
    "resting": lambda tx: tx.threads.resting(Lane.TO_US, NOON, LATER),
    "forgotten": lambda tx: tx.threads.forgotten("mastodon", ["author-q2"]),
    "wipe": lambda tx: tx.threads.wipe(LATER),
    "forget": lambda tx: tx.threads.forget("mastodon", MEI.id),
    "teammates": lambda tx: tx.people.teammates(),
    "teammate": lambda tx: tx.people.teammate("ana"),
    "by_slack": lambda tx: tx.people.by_slack("U100"),
    "handles": lambda tx: tx.people.handles(),
    "watches": lambda tx: tx.sources.watches(),
    "sources": lambda tx: tx.sources.sources(),
    "source": lambda tx: tx.sources.source("source"),
    "lanes": lambda tx: tx.sources.lanes("source"),
    "secret": lambda tx: tx.sources.secret("key"),
    "expire": lambda tx: tx.messages.expire(LATER),
    "used": lambda tx: tx.messages.used(["ana"], ["talk-p1"]),
    "rings": lambda tx: tx.messages.rings("ana", NOON),
    "first": lambda tx: tx.messages.first("ana"),
    "unpressed": lambda tx: tx.messages.unpressed("ana"),
    "channel": lambda tx: tx.messages.channel(),
    "digested": lambda tx: tx.messages.digested("C100"),
    "last_digest": lambda tx: tx.messages.last_digest("C100"),
    "at": lambda tx: tx.messages.at("D100", "1.1"),
    "live_for": lambda tx: tx.messages.live_for("ana", "talk-p1"),
    "home": lambda tx: tx.homes.shown("ana"),
    "opened by": lambda tx: tx.homes.opened_by(),
    "unfinished": lambda tx: tx.inbox.unfinished(),
    "journal": lambda tx: tx.journal.read(),
    "journal of one": lambda tx: tx.journal.read("talk-p1"),
    "count": lambda tx: tx.journal.count(["claim"], NOON, NOON + MINUTE),
    "looks": lambda tx: tx.journal.looks(NOON),
    # Rows to be counted come in no order of theirs.
    "said": lambda tx: sorted(tx.counted.rows(NOON, LATER).said, key=repr),
    "talks": lambda tx: sorted(tx.counted.rows(NOON, LATER).talks, key=repr),
    "reminded": lambda tx: sorted(tx.counted.rows(NOON, LATER).reminded, key=repr),
    "presses": lambda tx: sorted(tx.counted.rows(NOON, LATER).presses, key=repr),
    "began": lambda tx: tx.counted.began(),
    "notes": lambda tx: tx.threads.notes(["x1"]),
}


def test_no_question_sees_another_workspace(store, other):
    with store.write(other.id) as tx:
        seen = {name: ask(tx) for name, ask in READS.items()}
    assert {name: found for name, found in seen.items() if found} == {}


def test_no_write_touches_another_workspace(store, other):
    full = store.by_team("T200")
    with store.read(full.id) as tx:
        before = everything(tx)
        (source,), (watch,) = tx.sources.sources(), tx.sources.watches()
        message = tx.messages.at("D100", "1.1")
        (told,) = tx.inbox.unfinished()
    with store.write(other.id) as tx:
        assert not tx.threads.save(Changes([], [conversation("talk-p1", "p1", revision=1)]), at=NOON)
        tx.threads.looked(["talk-p1"], LATER)
        tx.threads.unseen(["talk-p1"], LATER, anew=["talk-p1"])
        for since in (None, LATER):
            tx.threads.missing("mastodon", ["p1"], since)
        tx.threads.wipe(LATER)
        tx.threads.forget("mastodon", MEI.id)
        tx.threads.drop_notes(LATER)
        tx.journal.count_looks(5, NOON)
        tx.sources.save_source(replace(source, cursor="stolen"))
        tx.sources.remove_watch(watch.id)
        tx.choices.choose(About.OWNER, "watch", None)
        assert not tx.messages.outcome(message, Sending.NOT_SENT, at=NOON)
        tx.messages.touch(["talk-p1"])
        tx.messages.shrink(message.id)
        assert not tx.messages.drawn(message.id, message.revision)
        tx.homes.drawn("ana", "another")
        tx.inbox.done(told.id, NOON)
        tx.inbox.prune(told.kind, LATER)
        tx.agenda.drop(Job.LOOK, "talk-p1")
    with store.read(full.id) as tx:
        assert everything(tx) == before
    kinds = [kind for kind in Job if kind is not Job.HOME]  # what others wrote shows in Homes of their own
    assert [one.workspace for one in store.claim(kinds, 9, at=NOON, lease=MINUTE)] == [full.id]


def everything(tx) -> list[object]:
    """All that a Workspace can be asked, but for what the question itself changes."""
    writes = {"wipe", "forget", "expire"}
    return [ask(tx) for name, ask in READS.items() if name not in writes]


def test_the_same_ids_and_keys_live_side_by_side(store, other):
    fill(store, "T300")
    with store.write(other.id) as tx:
        assert tx.messages.intend(nudge("talk-p1"), at=NOON, lease=MINUTE)
        assert tx.messages.intend(
            replace(nudge(), person=None, where="C100", day=date(2026, 3, 2)), at=NOON, lease=MINUTE
        )
        assert tx.inbox.take(Incoming("Ev1", "press", {}, NOON))
    assert store.claim([Job.LOOK], 9, at=NOON, lease=MINUTE)


@pytest.mark.parametrize(
    "differs",
    [
        {"credential": "key"},
        {"account": "another"},
        {"account": None},
        {"query": "another"},
        {"kind": "own"},
        {"endpoint": "https://other.example"},
        {"network": "lemmy"},
        {"health": Health.BACKING_OFF},
    ],
    ids=str,
)
def test_others_are_known_by_a_source_alone_that_fetches_the_same_without_a_key(store, workspace, differs):
    same = Source("", "pond", "https://pond.example", "replies", "@acme", account="us")
    sources = {}
    for team, source in (("T300", same), ("T400", same), ("T500", replace(same, **differs))):
        home = store.add_workspace(Workspace("", team=team, name=team)).id
        with store.write(home) as tx:
            watch = tx.sources.save_watch(Watch("", team, None), [source])
            sources[home] = tx.sources.source(watch.sources[0])
    (ours, mine), (theirs, twin), (third, other) = sources.items()
    assert store.alike(ours, mine.id) == [(theirs, twin)]
    assert store.alike(theirs, twin.id) == [(ours, mine)]
    assert store.alike(ours, other.id) == []
    if other.health is Health.WELL:
        assert store.alike(third, other.id) == []
