"""Nothing is ever sent twice: keys outlive messages, outcomes need the lease, copies are kept true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.model import Evidence, Strength
from bot.domain.ports import Changes, Job, Message, Sending, Shown
from bot.domain.screens import Kind
from tests.store.build import MINUTE, NOON, mention, nudge, press, pressed

FRIDAY = date(2026, 3, 6)


def intend(store, workspace, message, at=NOON):
    with store.write(workspace.id) as tx:
        return tx.messages.intend(message, at=at, lease=MINUTE)


def end(store, workspace, message, state=Sending.SENT, *, ts="1.1") -> bool:
    where = {"channel": "D1", "ts": ts} if state is Sending.SENT else {}
    with store.write(workspace.id) as tx:
        return tx.messages.outcome(message, state, at=NOON, **where)


def sent(store, workspace, message, ts="1.1", at=NOON) -> Message:
    intent = intend(store, workspace, message, at)
    assert end(store, workspace, intent, ts=ts)
    with store.read(workspace.id) as tx:
        return tx.messages.message(intent.id)


def to_draw(store) -> list[str]:
    """Which messages are to be drawn again; finishes that work."""
    found = store.claim([Job.DRAW], 50, at=NOON + timedelta(days=9), lease=MINUTE)
    assert all(store.finish(one, at=NOON, again=None) for one in found)
    return sorted(one.subject for one in found)


def digest(channel="C1", day=FRIDAY, **also) -> Message:
    return Message(
        "", Kind.DIGEST, channel, day=day, days=(day,), shows=(Shown("c1", 1), Shown("c2", 3)), **also
    )


def test_a_message_is_read_back_as_it_was_meant(store, workspace):
    message = digest(by="ana", press="x1", note="is_archived", post="p1", source="s1", total=9)
    stored = sent(store, workspace, message, ts="1.2")
    assert stored == replace(
        message,
        id=stored.id,
        state=Sending.SENT,
        channel="D1",
        ts="1.2",
        created_at=NOON,
        sent_at=NOON,
    )
    with store.read(workspace.id) as tx:
        assert tx.messages.at("D1", "1.2") == stored
        assert tx.messages.at("D1", "9.9") is None
        assert tx.messages.at("D2", "1.2") is None


def test_one_step_of_one_wait_is_told_to_a_person_once(store, workspace):
    assert intend(store, workspace, nudge("c1"))
    assert intend(store, workspace, nudge("c1")) is None
    assert intend(store, workspace, nudge("c2", "c1")) is None, "one used key is enough"
    assert intend(store, workspace, nudge("c2")), "and the others of a refused message stay free"
    assert intend(store, workspace, nudge("c1", step="2"))
    assert intend(store, workspace, nudge("c1", wait=2))
    assert intend(store, workspace, nudge("c1", wait=2)) is None, "nor in a later wait"
    assert intend(store, workspace, nudge("c1", person="ben"))


def test_a_channel_has_one_digest_a_day(store, workspace):
    assert intend(store, workspace, digest())
    assert intend(store, workspace, digest()) is None
    assert intend(store, workspace, digest(day=FRIDAY + timedelta(days=3)))
    assert intend(store, workspace, digest(channel="C2"))
    with store.read(workspace.id) as tx:
        assert tx.messages.digested("C1") == FRIDAY + timedelta(days=3)
        assert tx.messages.digested("C3") is None
        assert tx.messages.last_digest("C1").day == FRIDAY + timedelta(days=3)
        assert tx.messages.last_digest("C3") is None


@pytest.mark.parametrize("message", [nudge("c1"), digest()], ids=["nudge", "digest"])
@pytest.mark.parametrize("state", [Sending.SENT, Sending.UNKNOWN, Sending.DEAD, Sending.NOT_SENT])
def test_only_what_was_certainly_not_sent_may_be_sent_again(store, workspace, message, state):
    assert end(store, workspace, intend(store, workspace, message), state)
    again = intend(store, workspace, message)
    assert (again is not None) == (state is Sending.NOT_SENT)


def test_an_outcome_is_written_once_and_by_the_holder_of_the_lease(store, workspace):
    intent = intend(store, workspace, nudge("c1"))
    assert not end(store, workspace, replace(intent, lease="somebody else's"))
    assert end(store, workspace, intent)
    assert not end(store, workspace, intent, Sending.NOT_SENT)
    with store.read(workspace.id) as tx:
        assert tx.messages.message(intent.id).state is Sending.SENT


def lost(store, workspace, message, at=NOON) -> Message:
    """It may stand in Slack, and nobody knows where."""
    intent = intend(store, workspace, message, at)
    assert end(store, workspace, intent, Sending.UNKNOWN)
    return intent


def found(store, workspace, where, at, channel="D7") -> Message | None:
    """What turns out to have been posted to that place at that time."""
    with store.write(workspace.id) as tx:
        return tx.messages.found(where, channel, f"{at.timestamp():.6f}", within=MINUTE)


def test_a_message_whose_answer_was_lost_is_sent_and_drawn_once_it_turns_out_where_it_stands(
    store, workspace
):
    intent = lost(store, workspace, nudge("c1"))
    posted = NOON + timedelta(seconds=2)
    one = found(store, workspace, intent.where, posted)
    assert (one.id, one.state, one.channel, one.sent_at) == (intent.id, Sending.SENT, "D7", posted)
    with store.read(workspace.id) as tx:
        assert tx.messages.at("D7", one.ts) == one
    assert to_draw(store) == [intent.id]
    assert intend(store, workspace, nudge("c1")) is None
    assert found(store, workspace, intent.where, posted) is None


@pytest.mark.parametrize(
    ("where", "at"),
    [
        ("elsewhere", NOON),
        ("there", NOON + timedelta(seconds=61)),
        ("there", NOON - timedelta(seconds=61)),
    ],
    ids=["another place", "posted after its time", "posted before it was meant"],
)
def test_what_may_be_another_message_stays_unknown(store, workspace, where, at):
    intent = lost(store, workspace, digest())
    assert found(store, workspace, intent.where if where == "there" else where, at) is None
    with store.read(workspace.id) as tx:
        assert tx.messages.message(intent.id).state is Sending.UNKNOWN
    assert to_draw(store) == []


def test_of_two_whose_answers_were_lost_at_one_time_none_is_taken_for_what_stands_there(store, workspace):
    first = lost(store, workspace, nudge("c1"))
    assert lost(store, workspace, nudge("c2")).where == first.where
    assert found(store, workspace, first.where, NOON) is None


def test_an_intent_whose_lease_ran_out_is_unknown_and_its_holder_too_late(store, workspace):
    intent = intend(store, workspace, nudge("c1"))
    with store.write(workspace.id) as tx:
        assert tx.messages.expire(NOON + MINUTE) == []
    with store.write(workspace.id) as tx:
        (lost,) = tx.messages.expire(NOON + MINUTE + timedelta(seconds=1))
        assert (lost.id, lost.state) == (intent.id, Sending.UNKNOWN)
        assert tx.messages.expire(NOON + timedelta(days=1)) == []
    assert not end(store, workspace, intent)
    assert intend(store, workspace, nudge("c1")) is None


def test_a_receipt_is_drawn_until_it_stands_and_then_left_alone(store, workspace):
    day = sent(store, workspace, replace(digest(), shows=(Shown("c1", 1, "line"),)))

    def touched() -> int:
        with store.write(workspace.id) as tx:
            tx.messages.touch(["c1"])
            return tx.messages.message(day.id).revision

    before = touched()
    with store.write(workspace.id) as tx:
        tx.messages.shrink(day.id)
    assert touched() == before + 2, "the words of that day may still stand there"
    with store.write(workspace.id) as tx:
        assert tx.messages.drawn(day.id, before + 2)
    assert touched() == before + 2


def test_what_was_used_is_known_with_its_time(store, workspace):
    sent(store, workspace, nudge("c1"))
    end(store, workspace, intend(store, workspace, nudge("c1", step="2"), NOON + MINUTE), Sending.UNKNOWN)
    with store.read(workspace.id) as tx:
        first, second = (Shown("c1", 1, step) for step in "12")
        assert tx.messages.used(["ana"], ["c1", "c2"]) == {first: NOON, second: NOON + MINUTE}
        assert tx.messages.used(["ana"], ["c2"]) == {}
        assert tx.messages.used(["ben"], ["c1"]) == {}
        assert tx.messages.used([], ["c1"]) == {}


def test_of_what_several_people_were_told_it_is_known_when_the_first_was(store, workspace):
    sent(store, workspace, nudge("c1", person="ben"), at=NOON)
    sent(store, workspace, nudge("c1"), ts="1.2", at=NOON + MINUTE)
    with store.read(workspace.id) as tx:
        assert tx.messages.used(["ana", "ben"], ["c1"]) == {Shown("c1", 1, "1"): NOON}


def test_what_rang_somebody_counts_unless_it_certainly_did_not(store, workspace):
    states = [Sending.SENT, Sending.UNKNOWN, Sending.NOT_SENT, Sending.DEAD]
    for number, state in enumerate(states):
        intent = intend(store, workspace, nudge(f"c{number}"), NOON + number * MINUTE)
        end(store, workspace, intent, state, ts=f"1.{number}")
    with store.read(workspace.id) as tx:
        rang = tx.messages.rings("ana", NOON)
        assert [one.state for one in rang] == [Sending.SENT, Sending.UNKNOWN]
        assert [one.state for one in tx.messages.rings("ana", NOON + MINUTE)] == [Sending.UNKNOWN]
        assert tx.messages.rings("ben", NOON) == []


def unpressed(store, workspace) -> int:
    with store.read(workspace.id) as tx:
        return tx.messages.unpressed("ana")


def test_nudges_in_a_row_without_an_echo_are_counted_from_the_latest(store, workspace):
    assert unpressed(store, workspace) == 0
    with store.write(workspace.id) as tx:
        for name in ("p1", "p2", "p3"):
            tx.threads.save(mention(name), at=NOON)
    for number, name in enumerate(("p1", "p2", "p3")):
        sent(store, workspace, nudge(f"talk-{name}"), ts=f"1.{number}", at=NOON + number * MINUTE)
    assert unpressed(store, workspace) == 3
    with store.write(workspace.id) as tx:
        move = pressed("talk-p3", press("x", at=NOON))
        tx.threads.save(Changes(moves=[move]), at=NOON)
    assert unpressed(store, workspace) == 2, "whatever somebody presses, they have not turned away"
    with store.write(workspace.id) as tx:
        early = pressed("talk-p3", press("y", at=NOON - MINUTE))
        others = pressed("talk-p3", press("z", at=NOON + 5 * MINUTE, by="ben"))
        tx.threads.save(Changes(moves=[early, others]), at=NOON)
    assert unpressed(store, workspace) == 2, "a press before it, or by somebody else, is no echo"
    reply = Evidence("r", None, "ana", NOON + 9 * MINUTE, Strength.STRONG, True, frozenset({"p2"}))
    with store.write(workspace.id) as tx:
        tx.threads.save(Changes(evidence={"talk-p2": [reply]}), at=NOON)
    assert unpressed(store, workspace) == 1


def test_nudges_from_before_it_last_stopped_by_itself_are_not_counted_again(store, workspace):
    for number, kind in enumerate((Kind.NUDGE, Kind.LAST_WORD, Kind.STOPPED, Kind.NUDGE)):
        one = replace(nudge(f"c{number}"), kind=kind)
        sent(store, workspace, one, ts=f"1.{number}", at=NOON + number * MINUTE)
    assert unpressed(store, workspace) == 1


def test_the_first_message_that_rang_somebody_is_known_for_ever(store, workspace):
    def first() -> str | None:
        with store.read(workspace.id) as tx:
            return tx.messages.first("ana")

    assert first() is None
    one = sent(store, workspace, nudge("c1"))
    sent(store, workspace, nudge("c2"), ts="1.2", at=NOON + MINUTE)
    assert first() == one.id


def test_a_move_marks_each_copy_that_stands_and_no_other(store, workspace):
    copy = sent(store, workspace, nudge("c1"))
    lost = intend(store, workspace, nudge("c1", step="2"))
    end(store, workspace, lost, Sending.UNKNOWN)
    sent(store, workspace, nudge("c2"), ts="1.3")
    with store.write(workspace.id) as tx:
        tx.messages.touch(["c1", "c3"])
    assert to_draw(store) == [copy.id]
    with store.read(workspace.id) as tx:
        assert tx.messages.message(copy.id).revision == 1
        assert tx.messages.message(lost.id).revision == 0


def test_a_move_while_a_message_is_being_sent_draws_it_once_it_stands(store, workspace):
    intent = intend(store, workspace, nudge("c1"))
    with store.write(workspace.id) as tx:
        tx.messages.touch(["c1"])
    assert to_draw(store) == []
    end(store, workspace, intent)
    assert to_draw(store) == [intent.id]


def test_a_copy_that_changed_while_it_was_drawn_is_drawn_again(store, workspace):
    copy = sent(store, workspace, nudge("c1"))
    with store.write(workspace.id) as tx:
        tx.messages.touch(["c1"])
    with store.write(workspace.id) as tx:
        tx.messages.touch(["c1"])
        assert not tx.messages.drawn(copy.id, 1)
        assert tx.messages.drawn(copy.id, 2)


def test_a_shrunk_message_is_drawn_once_more_without_buttons(store, workspace):
    copy = sent(store, workspace, nudge("c1"))
    with store.write(workspace.id) as tx:
        assert [one.id for one in tx.messages.live_for("ana", "c1")] == [copy.id]
        tx.messages.shrink(copy.id)
        tx.messages.shrink(copy.id)
    with store.read(workspace.id) as tx:
        shrunk = tx.messages.message(copy.id)
        assert (shrunk.live, shrunk.revision) == (False, 1)
        assert tx.messages.live_for("ana", "c1") == []
    assert to_draw(store) == [copy.id]


def test_a_note_is_kept_with_its_press_and_dropped_by_age(store, workspace):
    with store.write(workspace.id) as tx:
        tx.threads.leave_note("x1", "You know exports best.", NOON)
        tx.threads.leave_note("x2", "You too.", NOON + MINUTE)
    with store.write(workspace.id) as tx:
        assert tx.threads.notes(["x1", "x3"]) == {"x1": "You know exports best."}
        tx.threads.drop_notes(NOON + MINUTE)
        assert tx.threads.notes(["x1", "x2"]) == {"x2": "You too."}
