"""Presses: durable, refused when stale, undone while last, and every live copy true afterwards."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.errors import NotSent, Rejected
from bot.domain.model import Conversation, Status, Verb
from bot.domain.moves import Refusal
from bot.domain.ports import Message, Move
from bot.domain.screens import Kind
from bot.services.standing.triage import CANNOT_BE_ASKED, UNKNOWN
from bot.store.tables.messages import message as message_table
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, MEI


def asked(team: Team) -> Conversation:
    """Mei asks, and it was read."""
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    return team.waiting()[0]


def journal(team: Team, one: Conversation) -> list[Move]:
    with team.store.read(team.home.id) as tx:
        return list(tx.journal.read(one.id))


def test_a_press_for_an_earlier_wait_changes_nothing_and_shows_the_present_state(team: Team) -> None:
    one = asked(team)
    (mention,) = team.pond.posts.values()
    reply = team.pond.write(ANA, "So.", under=mention)
    team.clock.move(timedelta(minutes=1))
    team.pond.write(MEI, "@acme And on Linux?", under=reply, names=(ACME,))
    team.collect.poll(team.home.id, team.source("own", ANA.id).id)
    team.collect.poll(team.home.id, team.source("mentions").id)
    before = team.conversation(one.id)
    assert before.standing.wait == 2
    outcome = team.press(one, Verb.LET_GO, team.ben)
    assert (outcome.done, outcome.why) == (False, Refusal.STALE)
    assert outcome.line is not None
    assert outcome.line.wait == 2
    assert team.conversation(one.id) == before


def test_not_me_hands_over_to_somebody_else(team: Team) -> None:
    one = asked(team)
    assert team.press(one, Verb.ASK, team.ana, to=team.ben.id).done
    team.clock.move(timedelta(minutes=1))
    assert team.press(one, Verb.NOT_ME, team.ben).done
    assert team.press(one, Verb.ASK, team.ben, to=team.ana.id).done
    assert team.press(one, Verb.YES, team.ana).done
    assert not team.press(one, Verb.YES, team.ben).done
    assert team.conversation(one.id).standing.holder == team.ana.id


def test_undo_takes_the_last_press_back_and_no_other(team: Team) -> None:
    one = asked(team)
    closed = team.press(one, Verb.NOT_NEEDED, team.ana)
    assert team.conversation(one.id).standing.status == Status.CLOSED
    assert team.press(one, Verb.UNDO, team.ana, undoes=closed.press).done
    assert team.conversation(one.id).standing.status == Status.OPEN
    claimed = team.press(one, Verb.CLAIM, team.ana)
    team.press(one, Verb.NOT_NEEDED, team.ben)
    late = team.press(one, Verb.UNDO, team.ana, undoes=claimed.press)
    assert (late.done, late.why) == (False, Refusal.NOTHING_TO_UNDO)


def test_each_move_of_the_journal_begins_where_the_one_before_it_ended(team: Team) -> None:
    one = asked(team)
    (mention,) = team.pond.posts.values()
    team.press(one, Verb.CLAIM, team.ana)
    team.press(one, Verb.LATER, team.ana, until=team.clock() + timedelta(hours=2))
    team.later(timedelta(hours=3))
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(timedelta(hours=1))
    team.pond.write(MEI, "@acme Thanks!", under=reply, names=(ACME,))
    team.later(timedelta(days=8))
    moves = sorted(journal(team, one), key=lambda move: move.at)
    assert [move.verb for move in moves] == [
        "opened",
        "claim",
        "later",
        "opened",
        "answered",
        "wrote back",
        "ended by them",
    ]
    assert moves[0].before == ""
    assert [move.before for move in moves[1:]] == [move.after for move in moves[:-1]]


def test_two_people_who_claim_at_once_do_not_both_have_it(team: Team) -> None:
    one = asked(team)
    done: list[bool] = []

    def claim(by: str) -> None:
        done.append(team.triage.press(team.home.id, one.id, 1, Verb.CLAIM, by, face="test").done)

    threads = [threading.Thread(target=claim, args=(who.id,)) for who in (team.ana, team.ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]


def test_who_cannot_be_asked_is_not_asked(team: Team) -> None:
    one = asked(team)
    team.people.stop(team.home.id, team.ben.id)
    assert team.press(one, Verb.ASK, team.ana, to=team.ben.id).why == CANNOT_BE_ASKED
    assert team.triage.press(team.home.id, "nothing", 1, Verb.CLAIM, team.ana.id, face="test").why == UNKNOWN


def test_a_copy_changed_while_it_is_drawn_ends_with_the_newest(team: Team) -> None:
    one = asked(team)
    team.until(3, 9, 30)
    (digest,) = (
        ts for ts, screen in team.slack.standing.items() if screen.kind == Kind.DIGEST and screen.lines
    )
    team.press(one, Verb.CLAIM, team.ana)
    edit, pressed = team.slack.edit, []

    def slow_edit(*given: object) -> None:
        if not pressed:
            pressed.append(team.press(one, Verb.NOT_NEEDED, team.ben))
        edit(*given)  # type: ignore[arg-type]

    team.slack.edit = slow_edit  # type: ignore[method-assign]
    team.work()
    (line,) = team.slack.standing[digest].lines
    assert line.standing.status == Status.CLOSED


def digest_of(team: Team) -> Message:
    """A digest that a claim changed, and that is not drawn anew yet."""
    one = asked(team)
    team.until(3, 9, 30)
    team.press(one, Verb.CLAIM, team.ana)
    with team.store.read(team.home.id) as tx:
        message = tx.messages.last_digest("C100")
    assert message is not None
    return message


def reminder_of(team: Team) -> Message:
    """A reminder to Ana of what Ben has just let go, and that is not drawn anew yet."""
    one = asked(team)
    team.press(one, Verb.CLAIM, team.ana)
    team.until(2, 16)
    (message,) = team.messages(Kind.NUDGE)
    assert team.press(team.conversation(one.id), Verb.LET_GO, team.ben).done
    return message


def drawn(team: Team, one: Message) -> bool:
    """Whether the row says that its present state stands in Slack."""
    with team.store.engine.connect() as connection:
        row = connection.execute(select(message_table).where(message_table.c.id == one.id)).one()
    return bool(row.drawn == row.revision)


def test_a_screen_that_slack_refuses_is_drawn_as_text(team: Team) -> None:
    message = digest_of(team)
    team.slack.unedited.append(Rejected("invalid_blocks"))
    assert team.outbox.draw(team.home.id, message.id) is None
    assert team.slack.as_text == [message.ts]
    assert drawn(team, message)


@pytest.mark.parametrize("code", ["message_not_found", "invalid_blocks"])
def test_what_slack_takes_in_no_form_is_not_drawn_and_not_tried_for_ever(team: Team, code: str) -> None:
    message = digest_of(team)
    team.slack.unedited += [Rejected(code), Rejected(code)]
    assert team.outbox.draw(team.home.id, message.id) is None
    assert message.ts not in [ts for ts, _ in team.slack.edited]
    assert not drawn(team, message)


def test_a_copy_that_slack_did_not_take_is_drawn_again_later(team: Team) -> None:
    one = asked(team)
    team.until(3, 9, 30)
    team.slack.unedited.append(NotSent("503"))
    team.press(one, Verb.CLAIM, team.ana)
    team.work()
    team.later(timedelta(minutes=10))
    shown = [screen.lines[0] for screen in team.slack.standing.values() if screen.lines]
    assert [line.holder_name for line in shown] == ["Ana"]


@pytest.mark.parametrize("code", ["user_disabled", "is_archived", "not_in_channel", "account_inactive"])
def test_a_copy_where_nothing_could_be_written_is_drawn_when_that_is_over(team: Team, code: str) -> None:
    """Somebody left and came back, or a channel was shut for a while."""
    message = reminder_of(team)
    team.slack.unedited.append(Rejected(code))
    team.work()
    assert not drawn(team, message)
    team.later(timedelta(hours=25))
    assert drawn(team, message)


def test_a_copy_of_which_nobody_takes_an_edit_is_given_up_after_a_month(team: Team) -> None:
    message = reminder_of(team)
    until = None
    for _ in range(40):
        team.slack.unedited.append(Rejected("user_disabled"))
        until = team.outbox.draw(team.home.id, message.id)
        if until is None:
            break
        team.clock.move(until - team.clock())
    assert until is None
    assert not drawn(team, message)


def test_a_snooze_that_ended_unnoticed_is_no_reason_to_refuse(team: Team) -> None:
    one = asked(team)
    team.press(one, Verb.LATER, team.ana, until=team.clock() + timedelta(hours=1))
    team.clock.move(timedelta(hours=2))
    assert team.press(one, Verb.CLAIM, team.ana).done
    assert team.conversation(one.id).standing.status == Status.OPEN


def test_a_note_goes_with_the_question_and_is_forgotten_afterwards(team: Team) -> None:
    one = asked(team)
    team.press(one, Verb.ASK, team.ana, to=team.ben.id, note="You know exports best.")
    team.work()
    (question,) = team.slack.to("UBEN")
    assert question.note == "You know exports best."
    with team.store.read(team.home.id) as tx:
        assert tx.inbox.unfinished() == []
    (asked_by_ana,) = (message.press for message in team.messages(Kind.QUESTION))
    team.clock.move(timedelta(days=15))
    team.keeping.keep(team.home.id)
    with team.store.read(team.home.id) as tx:
        assert not tx.threads.notes([asked_by_ana or ""])


def test_the_copy_of_a_former_question_keeps_its_own_note_and_shows_no_other(team: Team) -> None:
    one = asked(team)
    team.press(one, Verb.ASK, team.ana, to=team.ben.id, note="You know exports best.")
    team.work()
    team.press(one, Verb.NOT_ME, team.ben)
    team.clock.move(timedelta(minutes=1))
    team.press(one, Verb.ASK, team.ben, to=team.ana.id, note="Between us: I am off tomorrow.")
    team.work()
    notes = {where: [screen.note for screen in team.slack.to(where)] for where in ("UANA", "UBEN")}
    standing = [
        screen.note for screen in team.slack.standing.values() if screen.to and screen.to.id == team.ben.id
    ]
    assert notes == {"UANA": ["Between us: I am off tomorrow."], "UBEN": ["You know exports best."]}
    assert set(standing) == {"You know exports best."}
