"""Buttons over a real socket: decided once, refused when stale, answered when nothing changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.domain.model import Status, Verb, Visibility
from bot.domain.ports import Incoming, Job, Message, Sending, Shown
from bot.domain.rests import UNTIL_SAID
from bot.domain.screens import Kind
from bot.sandbox.slack.acts import Outcome
from bot.sandbox.slack.manifest import Shortcut
from bot.services.team.ruling import Ruling
from bot.slack import modals
from bot.slack.arrivals import Sort, of_press
from bot.slack.lines import state
from bot.slack.said import plain
from bot.slack.submissions import Submissions
from tests.slack.limits import check_message, check_view, read
from tests.slack.rig import Places, Rig


def digest(rig: Rig) -> tuple[str, str]:
    conversation = rig.waits()
    return conversation, rig.post_digest(conversation)


def open_modal(rig: Rig, ts: str, action: str = "assign", **how: Any) -> dict[str, Any]:
    assert rig.box.slack.press("ana", "social", ts, action, **how).acked
    return rig.box.slack.wait_for(lambda: rig.box.slack.modals("ana"))[0]


def test_a_claim_is_one_move_and_the_digest_says_who_has_it(rig: Rig) -> None:
    conversation, ts = digest(rig)
    assert rig.box.slack.press("ana", "social", ts, "claim").acked
    rig.wait_settled()
    assert rig.moves(conversation) == ["claim"]
    with rig.store.read(rig.home.id) as tx:
        message = tx.messages.at("C0SOCIAL", ts)
    assert message is not None
    rig.outbox.draw(rig.home.id, message.id)
    assert "Ana has it." in read(rig.box.slack.messages("social")[0]["blocks"])
    assert rig.told() == []


def test_two_people_press_and_the_second_sees_how_it_stands(rig: Rig) -> None:
    conversation, ts = digest(rig)
    rig.box.slack.press("ana", "social", ts, "claim")
    rig.wait_settled()
    assert rig.box.slack.press("ben", "social", ts, "claim").acked
    told = read(rig.wait_told("ben")["blocks"])
    assert "I did nothing" in told
    assert "Ana has it." in told
    assert rig.moves(conversation) == ["claim"]
    assert rig.told("ana") == []


def test_the_same_delivery_twice_is_one_move(rig: Rig) -> None:
    conversation, ts = digest(rig)
    act = rig.box.slack.press("ana", "social", ts, "claim")
    rig.wait_settled()
    acks: list[bool] = []
    rig.inbox.receive(of_press(act.payload), lambda: acks.append(True))
    assert acks == [True]
    assert rig.moves(conversation) == ["claim"]


def test_a_press_is_acked_when_its_row_is_committed_and_not_before(rig: Rig) -> None:
    conversation, ts = digest(rig)
    act = rig.box.slack.press("ana", "social", ts, "open")
    action = {"type": "button", "action_id": "claim", "value": f"claim:{conversation}:1", "action_ts": "9.9"}
    kept: list[str] = []

    def ack() -> None:
        with rig.store.read(rig.home.id) as tx:
            kept.extend(each.kind for each in tx.inbox.unfinished())

    rig.inbox.receive(of_press(act.payload | {"actions": [action]}), ack)
    assert kept == [Sort.PRESS]


def test_a_press_for_an_earlier_wait_changes_nothing(rig: Rig) -> None:
    conversation, ts = digest(rig)
    act = rig.box.slack.press("ana", "social", ts, "open")  # for the shape of a payload
    action = {"type": "button", "action_id": "claim", "value": f"claim:{conversation}:0", "action_ts": "9.9"}
    rig.app.dispatch(_request(act.payload | {"actions": [action]}))
    assert "That changed meanwhile" in read(rig.wait_told()["blocks"])
    assert rig.moves(conversation) == []


def test_a_press_in_a_message_that_is_not_ours_changes_nothing(rig: Rig) -> None:
    conversation, ts = digest(rig)
    act = rig.box.slack.press("ana", "social", ts, "open")
    action = {"type": "button", "action_id": "claim", "value": f"claim:{conversation}:1", "action_ts": "9.9"}
    strange = {"container": act.payload["container"] | {"message_ts": "1.000001"}, "actions": [action]}
    rig.app.dispatch(_request(act.payload | strange))
    assert "I do not know this message" in read(rig.wait_told()["blocks"])
    assert rig.moves(conversation) == []


@pytest.mark.parametrize("alone", [False, True], ids=["in the channel", "to one person"])
def test_a_press_in_a_message_whose_answer_was_lost_counts_and_the_message_then_shows_it(
    rig: Rig, alone: bool
) -> None:
    conversation, by = rig.waits(), rig.people.teammate(rig.home.id, "U0ANA").id
    shows = (Shown(conversation, 1, "first" if alone else "line"),)
    message = Message("", Kind.DIGEST, "C0SOCIAL", shows=shows, day=rig.box.world_clock().date(), total=1)
    if alone:
        assert rig.triage.press(rig.home.id, conversation, 1, Verb.CLAIM, by, face="test").done
        message = Message("", Kind.NUDGE, "U0ANA", person=by, shows=shows)
    rig.box.slack.fail("chat.postMessage", drop_answer=True)
    lost = rig.outbox.send(rig.home.id, message)
    assert lost is not None
    assert lost.state is Sending.UNKNOWN
    channel = rig.box.slack.dm_channel("ana") if alone else "social"
    ts = rig.box.slack.messages(channel)[-1]["ts"]
    assert rig.box.slack.press("ana", channel, ts, "not_me" if alone else "claim").acked
    rig.wait_settled()
    assert rig.moves(conversation)[-1] == ("not me" if alone else "claim")
    assert rig.told() == []
    rig.workers.drain()
    said = read(rig.box.slack.messages(channel)[-1]["blocks"])
    assert ("It went back to the team's list." if alone else "Ana has it.") in said


def test_somebody_from_another_workspace_changes_nothing(rig: Rig) -> None:
    conversation, ts = digest(rig)
    assert rig.box.slack.press("eve", "social", ts, "claim").acked
    assert "Only members of this workspace" in read(rig.wait_told("eve")["blocks"])
    with rig.store.read(rig.home.id) as tx:
        assert tx.people.by_slack("U0EVE") is None
    assert rig.moves(conversation) == []


def test_opening_the_post_is_acked_and_kept_nowhere(rig: Rig) -> None:
    _, ts = digest(rig)
    assert rig.box.slack.press("ana", "social", ts, "open").acked
    with rig.store.read(rig.home.id) as tx:
        assert not tx.inbox.unfinished()
        assert not tx.people.by_slack("U0ANA")


def test_undo_takes_back_the_last_press_and_no_other(rig: Rig) -> None:
    conversation, ts = digest(rig)
    rig.box.slack.press("ana", "social", ts, "claim")
    rig.wait_settled()
    last = rig.standing(conversation).last_press
    action = {
        "type": "overflow", "action_id": "menu", "action_ts": "9.1",
        "selected_option": {"value": f"undo:{conversation}:1:{last}"},
    }  # fmt: skip
    act = rig.box.slack.press("ana", "social", ts, "open")
    rig.app.dispatch(_request(act.payload | {"actions": [action]}))
    rig.wait_settled()
    assert rig.standing(conversation).holder is None
    rig.app.dispatch(_request(act.payload | {"actions": [action | {"action_ts": "9.2"}]}))
    assert "That cannot be done any more" in read(rig.wait_told()["blocks"])


def test_later_asks_until_when_and_sets_it_aside_until_then(rig: Rig) -> None:
    conversation, ts = digest(rig)
    view = open_modal(rig, ts, "menu", option=f"later:{conversation}:1")
    check_view({k: v for k, v in view.items() if k in SENT})
    assert "My next working day, Monday at 09:00" in str(view)
    past = rig.box.slack.submit("ana", view["id"], {"when": "date", "day": "2026-03-01"})
    assert past.errors == {"day": "Please choose a day to come, within a year."}
    assert not rig.box.slack.submit("ana", view["id"], {"when": "tomorrow"}).errors
    standing = rig.standing(conversation)
    assert standing.status is Status.SNOOZED
    assert standing.snoozed_until is not None
    assert standing.snoozed_until > rig.box.world_clock()
    with rig.store.read(rig.home.id) as tx:
        message = tx.messages.at("C0SOCIAL", ts)
    assert message is not None
    rig.outbox.draw(rig.home.id, message.id)
    assert rig.box.slack.press("ben", "social", ts, "undo").acked
    rig.wait_settled()
    assert rig.standing(conversation).status is Status.OPEN
    assert rig.moves(conversation) == ["later", "undo"]


def test_it_can_be_set_aside_until_they_write_again(rig: Rig) -> None:
    conversation, ts = digest(rig)
    view = open_modal(rig, ts, "menu", option=f"later:{conversation}:1")
    assert not rig.box.slack.submit("ana", view["id"], {"when": "written"}).errors
    assert rig.standing(conversation).snoozed_until == UNTIL_SAID
    (line,) = rig.queue.lines(rig.home.id, [conversation], None)
    assert plain(state(line)) == "Set aside until they write again."


def test_who_pauses_is_asked_for_how_long_and_told_until_when(rig: Rig) -> None:
    ana = rig.people.teammate(rig.home.id, "U0ANA")
    conversation = rig.waits("1")
    told = Message("", Kind.PRIVATE, "U0ANA", person=ana.id, shows=(Shown(conversation, 1, "private"),))
    sent = rig.outbox.send(rig.home.id, told)
    assert sent is not None
    assert rig.box.slack.press("ana", rig.box.slack.dm_channel("ana"), sent.ts or "", "pause").acked
    view = rig.box.slack.wait_for(lambda: rig.box.slack.modals("ana"))[0]
    check_view({k: v for k, v in view.items() if k in SENT})
    assert not rig.box.slack.submit("ana", view["id"], {"rest": "today"}).errors
    assert "No reminders until" in str(rig.box.slack.modals("ana"))
    until = rig.people.teammate(rig.home.id, "U0ANA").paused_until
    assert until == datetime(2026, 11, 20, 23, tzinfo=UTC)  # midnight in Berlin


def test_nudge_kindly_asks_whoever_has_it_with_the_note_and_only_once(rig: Rig) -> None:
    conversation, ts = digest(rig)
    rig.box.slack.press("ben", "social", ts, "claim")
    rig.wait_settled()
    with rig.store.read(rig.home.id) as tx:
        message = tx.messages.at("C0SOCIAL", ts)
    assert message is not None
    rig.outbox.draw(rig.home.id, message.id)
    view = open_modal(rig, ts, "menu", option=f"kindly:{conversation}:1")
    check_view({k: v for k, v in view.items() if k in SENT})
    assert "once, in their hours, and say that it is from you" in str(view)
    assert not rig.box.slack.submit("ana", view["id"], {"note": "Is it you?"}).errors
    assert rig.moves(conversation) == ["claim", "nudge kindly"]
    again = open_modal(rig, ts, "menu", option=f"kindly:{conversation}:1")
    refused = rig.box.slack.submit("ana", again["id"], {})
    assert "was asked already; once is enough." in refused.errors["note"]


def test_what_waited_for_weeks_is_looked_at_alone_and_let_go_with_one_press(rig: Rig) -> None:
    conversation = rig.waits()
    rig.box.clock.set(rig.box.world_clock() + timedelta(weeks=4))
    ts = rig.post_digest(conversation)
    assert rig.box.slack.press("ana", "social", ts, "long").acked
    told = rig.wait_told()
    assert "[Open] [I'll reply] [Let it go]" in read(told["blocks"])
    assert rig.box.slack.press("ana", "social", told["ts"], "let_go").acked
    rig.wait_settled()
    assert rig.moves(conversation) == ["let go"]


def test_assign_asks_the_teammate_with_the_note(rig: Rig) -> None:
    conversation, ts = digest(rig)
    view = open_modal(rig, ts)
    check_view({k: v for k, v in view.items() if k in SENT})
    act = rig.box.slack.submit("ana", view["id"], {"teammate": "U0BEN", "note": "You know exports best."})
    assert act.acked
    assert not act.errors
    assert rig.standing(conversation).asked is not None
    assert rig.moves(conversation) == ["ask"]


def test_who_cannot_be_assigned_is_refused_at_the_field(rig: Rig) -> None:
    conversation, ts = digest(rig)
    view = open_modal(rig, ts)
    act = rig.box.slack.submit("ana", view["id"], {"teammate": "U0BOT"})
    assert act.errors == {"teammate": "This person is an app and cannot reply by hand."}
    assert rig.moves(conversation) == []
    again = rig.box.slack.submit("ana", view["id"], {"teammate": "U0BEN"})
    assert not again.errors
    assert rig.moves(conversation) == ["ask"]


def test_assigning_what_was_taken_meanwhile_is_refused_at_the_field(rig: Rig) -> None:
    conversation, ts = digest(rig)
    view = open_modal(rig, ts)
    rig.box.slack.press("ben", "social", ts, "menu", option=f"already:{conversation}:1")
    rig.wait_settled()
    act = rig.box.slack.submit("ana", view["id"], {"teammate": "U0BEN"})
    assert act.errors == {"teammate": "Somebody has it already, or it was answered meanwhile."}


def test_what_is_private_is_not_given_to_others(rig: Rig) -> None:
    private = rig.waits("2", visibility=Visibility.DIRECT)
    state = {"values": {"teammate": {"teammate": {"selected_user": "U0BEN"}}}}
    body = {
        "team": {"id": rig.home.team},
        "user": {"id": "U0ANA", "team_id": rig.home.team},
        "view": {"private_metadata": modals.Memory(private, 1).text(), "state": state},
    }
    clock = rig.box.world_clock
    ruling = Ruling(rig.store, Places(), clock)
    errors = Submissions(rig.store, rig.triage, rig.people, ruling, clock).assign(body)
    assert errors == {"teammate": "This is private and stays with the one it was sent to."}
    assert rig.moves(private) == []


def test_choosing_oneself_is_saying_i_will_reply(rig: Rig) -> None:
    conversation, ts = digest(rig)
    view = open_modal(rig, ts)
    assert not rig.box.slack.submit("ana", view["id"], {"teammate": "U0ANA"}).errors
    assert rig.moves(conversation) == ["claim"]


def test_a_chosen_teammate_is_looked_up_before_the_modal_is_submitted(rig: Rig) -> None:
    _, ts = digest(rig)
    view = open_modal(rig, ts)
    assert rig.box.slack.press_in_view("ana", view["id"], "teammate", "U0BEN").acked
    rig.wait_settled()
    rig.box.slack.fail("users.info", times=9, error="internal_error")
    assert not rig.box.slack.submit("ana", view["id"], {"teammate": "U0BEN"}).errors


def test_a_lookup_that_fails_is_said_at_the_field(rig: Rig) -> None:
    _, ts = digest(rig)
    view = open_modal(rig, ts)
    rig.box.slack.fail("users.info", error="internal_error")
    act = rig.box.slack.submit("ana", view["id"], {"teammate": "U0BEN"})
    assert act.errors == {
        "teammate": "Slack did not tell me about This person just now. Please try once more."
    }


def test_no_reply_needed_asks_for_the_reason(rig: Rig) -> None:
    conversation, ts = digest(rig)
    view = open_modal(rig, ts, "menu", option=f"not_needed:{conversation}:1")
    check_view({k: v for k, v in view.items() if k in SENT})
    assert not rig.box.slack.submit("ana", view["id"], {"reason": "spam"}).errors
    assert rig.moves(conversation) == ["spam"]


def test_words_behind_a_warning_are_shown_to_the_one_who_asks(rig: Rig) -> None:
    conversation = rig.waits(warning="food")
    ts = rig.post_digest(conversation)
    assert "tags" not in str(rig.box.slack.messages("social"))
    rig.box.slack.press("ana", "social", ts, "words")
    assert "“Does the export keep my tags?”" in read(rig.wait_told()["blocks"])
    assert rig.told("ben") == []


def test_what_many_ask_in_one_conversation_is_shown_to_the_one_who_asks(rig: Rig) -> None:
    fold = rig.many_wait({"Mei Tanaka": "Where is it?", "Kim Lund": "Thanks.", "Zoe Okafor": "And when?"})
    ts = rig.post_digest(fold)
    assert "Where is it?" not in str(rig.box.slack.messages("social"))
    rig.box.slack.press("ana", "social", ts, "words")
    told = rig.wait_told()
    check_message(told["text"], [{k: v for k, v in b.items() if k != "block_id"} for b in told["blocks"]])
    assert read(told["blocks"]).startswith("3 people wait in this thread. These were asked:")
    assert "“Where is it?”" in read(told["blocks"])
    assert "Thanks." not in read(told["blocks"])
    assert rig.told("ben") == []


def test_a_failure_is_told_with_a_reference_that_is_in_the_log(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    conversation, ts = digest(rig)
    rig.box.slack.fail("users.info", error="internal_error", times=3)
    assert rig.box.slack.press("ana", "social", ts, "claim").acked
    rig.box.slack.wait_for(lambda: rig.store.planned(rig.home.id, Job.INBOX) or None)
    for _ in range(2):
        assert rig.told("ana") == []
        rig.box.clock.advance(timedelta(minutes=1))
        rig.workers.drain()
    told = read(rig.wait_told()["blocks"])
    reference = told.rsplit(": ", 1)[1]
    assert reference in caplog.text
    rig.wait_settled()
    assert rig.moves(conversation) == []


def test_a_press_that_failed_once_is_done_again_and_not_lost(rig: Rig) -> None:
    conversation, ts = digest(rig)
    rig.box.slack.fail("users.info", error="internal_error")
    assert rig.box.slack.press("ana", "social", ts, "claim").acked
    rig.box.slack.wait_for(lambda: rig.store.planned(rig.home.id, Job.INBOX) or None)
    rig.box.clock.advance(timedelta(minutes=1))
    rig.workers.drain()
    assert rig.moves(conversation) == ["claim"]
    assert rig.told("ana") == []
    rig.wait_settled()


def test_what_was_acked_and_not_finished_is_taken_up_at_start(rig: Rig) -> None:
    conversation, ts = digest(rig)
    act = rig.box.slack.press("ana", "social", ts, "open")
    action = {"type": "button", "action_id": "claim", "value": f"claim:{conversation}:1", "action_ts": "9.9"}
    taken = _keep(rig, act.payload | {"actions": [action]})
    assert taken
    assert rig.inbox.take_up() == 1
    assert rig.moves(conversation) == ["claim"]
    assert rig.inbox.take_up() == 0


def test_what_was_decided_before_the_end_is_not_decided_again(rig: Rig) -> None:
    conversation, ts = digest(rig)
    ana = rig.people.teammate(rig.home.id, "U0ANA")
    act = rig.box.slack.press("ana", "social", ts, "open")
    action = {"type": "button", "action_id": "claim", "value": f"claim:{conversation}:1", "action_ts": "9.9"}
    _keep(rig, act.payload | {"actions": [action]})
    rig.triage.press(rig.home.id, conversation, 1, Verb.CLAIM, ana.id, face="digest")
    rig.inbox.take_up()
    assert rig.moves(conversation) == ["claim"]


def test_what_nobody_listens_to_is_acked(rig: Rig) -> None:
    _, ts = digest(rig)
    act = rig.box.slack.press("ana", "social", ts, "open")
    rig.box.slack.change_app(shortcuts=(Shortcut("unheard of", "Of a later version", "global"),))
    assert rig.box.slack.shortcut("ana", "unheard of").outcome is Outcome.ACKED
    strange = act.payload | {
        "actions": [{"type": "button", "action_id": "x", "value": "y", "action_ts": "8.8"}]
    }
    assert rig.app.dispatch(_request(strange)).status == 200
    assert "I do not know that button" in read(rig.wait_told()["blocks"])


def test_who_left_can_no_longer_be_assigned(rig: Rig) -> None:
    rig.people.teammate(rig.home.id, "U0BEN")
    rig.box.slack.change_user("ben", deleted=True)
    rig.box.slack.wait_for(lambda: not rig.people.teammate(rig.home.id, "U0BEN").can_be_assigned or None)
    rig.box.slack.change_user("ana", tz="Asia/Tokyo")
    rig.wait_settled()
    with rig.store.read(rig.home.id) as tx:
        assert tx.people.by_slack("U0ANA") is None


SENT = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")


def _request(payload: dict[str, Any]) -> BoltRequest:
    return BoltRequest(mode="socket_mode", body=payload)


def _keep(rig: Rig, payload: dict[str, Any]) -> str | None:
    """What the inbox does before the ack; the process ends there."""
    arrival = of_press(payload)
    with rig.store.write(rig.home.id) as tx:
        return tx.inbox.take(Incoming(arrival.key, arrival.sort, arrival.body(), rig.box.world_clock()))
