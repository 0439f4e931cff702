"""What the measures are counted from: nothing private, of that span alone, and in five statements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.measures import Reminded, Said
from bot.domain.model import Lane, Reason, Standing, Status, Verb, Visibility
from bot.domain.ports import Changes, Sending
from tests.store.build import (
    MEI,
    MINUTE,
    NOON,
    conversation,
    counted,
    mention,
    nudge,
    page,
    placed,
    press,
    pressed,
)

SINCE, UNTIL = NOON - timedelta(days=1), NOON + timedelta(days=1)


def read(store, workspace):
    with store.read(workspace.id) as tx:
        return tx.counted.rows(SINCE, UNTIL)


def save(store, workspace, *changes: Changes) -> None:
    with store.write(workspace.id) as tx:
        assert all(tx.threads.save(each, at=NOON) for each in changes)


def remind(store, workspace, *talks: str) -> str:
    with store.write(workspace.id) as tx:
        intent = tx.messages.intend(nudge(*talks), at=NOON, lease=MINUTE)
        tx.messages.outcome(intent, Sending.SENT, at=NOON, channel="D1", ts=intent.id)
    return intent.id


def test_what_was_said_rang_and_was_pressed_is_read_back(store, workspace):
    claim = press("x1")
    save(store, workspace, mention("p1"), Changes(moves=[pressed("talk-p1", claim)]))
    ring = remind(store, workspace, "talk-p1")
    with store.write(workspace.id) as tx:
        tx.journal.count_looks(2, NOON)
        tx.journal.count_looks(1, NOON + timedelta(days=3))
    rows = read(store, workspace)
    assert rows.began == datetime(2026, 3, 2, tzinfo=UTC)
    assert rows.said == [Said(f"mastodon {MEI.id}", "talk-p1", "p1", NOON)]
    assert [one.id for one in rows.talks] == ["talk-p1"]
    assert rows.reminded == [Reminded(ring, "ana", "talk-p1", NOON)]
    assert rows.presses == {"talk-p1": [claim]}


def test_what_is_private_or_not_to_us_or_of_another_time_or_team_is_left_out(store, workspace):
    hidden = Standing(Status.OPEN, 1, NOON, private=True)
    room = Standing(Status.CLOSED, lane=Lane.IN_THE_ROOM)
    save(
        store,
        workspace,
        Changes(
            [placed("p1", conversation="private", visibility=Visibility.DIRECT)],
            [conversation("private", "p1", standing=hidden)],
            moves=[pressed("private", press("x1", Verb.ALREADY))],
        ),
        Changes([placed("p2", conversation="room")], [conversation("room", "p2", standing=room)]),
        Changes([placed("p3", conversation="old", created_at=SINCE - MINUTE)], [conversation("old", "p3")]),
    )
    remind(store, workspace, "private")
    rows = read(store, workspace)
    assert (rows.said, rows.talks, rows.reminded, rows.presses) == ([], [], [], {})


def test_a_conversation_of_before_is_read_where_a_reminder_spoke_of_it(store, workspace):
    let_go = Standing(Status.CLOSED, 1, reason=Reason.LET_GO)
    old = [placed("p3", conversation="old", created_at=SINCE - MINUTE)]
    save(store, workspace, Changes(old, [conversation("old", "p3", standing=let_go)]))
    remind(store, workspace, "old")
    rows = read(store, workspace)
    assert (rows.said, [one.standing.reason for one in rows.talks]) == ([], [Reason.LET_GO])


def test_as_many_statements_for_many_conversations_as_for_a_few(store, workspace):
    sent = []
    for count in (3, 80):
        save(store, workspace, page(count, f"n{count}-"))
        remind(store, workspace, *(f"talk-n{count}-{number}" for number in range(3)))
        with counted(store) as statements:
            rows = read(store, workspace)
        sent.append(statements["SELECT"] + statements["WITH"])
    assert len(rows.said) == 83
    assert sent == [5, 5]
