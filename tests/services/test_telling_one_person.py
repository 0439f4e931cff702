"""What one person is told: once, in their hours, never after the answer, never what is not theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, event

from bot.domain.errors import Ambiguous, NotSent, Rejected, Unavailable
from bot.domain.model import Conversation, Handle, Hours, Post, Status, Teammate, Verb, Visibility, Watch
from bot.domain.moves import Refusal
from bot.domain.ports import Message, Secret, Sending, Shown
from bot.domain.rests import UNTIL_SAID
from bot.domain.screens import Kind
from bot.services.team.policies import Place
from bot.services.telling.dues import View
from bot.services.telling.rings import Ring
from bot.services.telling.stand import Stand
from bot.services.telling.together import kindly_first, together
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, BEN, HOME, MEI, author

HOUR = timedelta(hours=1)


def promised(team: Team, by: Teammate, text: str = "@acme How?") -> Conversation:
    """Mei asks, and a teammate says that they will reply: it is nine o'clock on Monday."""
    post = team.pond.write(MEI, text, names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    one = next(one for one in team.waiting() if post.id in one.standing.uncovered)
    assert team.press(one, Verb.CLAIM, by).done
    return one


def kinds(team: Team, where: str) -> list[Kind]:
    return [screen.kind for place, screen in team.slack.posted if place == where]


def test_that_it_stops_is_said_on_a_day_without_another_ring() -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    question = Ring(Kind.QUESTION, now, Shown("c1", 1, "ask"))
    reminded = Message("", Kind.NUDGE, "UANA", person="ana")
    ana = Teammate("ana", "UANA", "Ana", Hours("UTC"))
    assert View(ana, [question], [], [], unheard=3).gave_up(now) is question
    assert View(ana, [question], [], [reminded], unheard=3).gave_up(now) is None


def test_a_reminder_names_no_shared_account_that_is_no_longer_ours(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        tx.people.save_handle(Handle("pond", "id-old", "@old", until=team.clock()))
    promised(team, team.ana)
    team.until(2, 16)
    (nudge,) = team.slack.to("UANA")
    assert nudge.looked_for == ("@acme",)


def test_two_reminders_a_last_word_and_back_to_the_list_with_no_note_about_the_person(team: Team) -> None:
    one = promised(team, team.ana)
    team.until(2, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE]
    (nudge,) = team.slack.to("UANA")
    assert (nudge.reply_as, nudge.looked_for) == ("@ana", ("@acme",))
    team.until(3, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE, Kind.NUDGE]
    team.until(4, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE, Kind.NUDGE, Kind.LAST_WORD]
    assert team.conversation(one.id).standing.holder == team.ana.id
    team.until(5, 10)
    assert team.conversation(one.id).standing.holder is None
    with team.store.read(team.home.id) as tx:
        released = next(move for move in tx.journal.read(one.id) if move.verb == Verb.RELEASE)
    assert (released.by, released.press is not None and released.press.by) == ("", "")
    team.until(6, 16)
    assert len(kinds(team, "UANA")) == 3


def test_a_last_word_and_a_reminder_come_in_one_ring(team: Team) -> None:
    promised(team, team.ana)
    team.until(3, 10)
    kim = team.pond.write(author("kim"), "@acme Why?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    other = next(one for one in team.waiting() if kim.id in one.standing.uncovered)
    assert team.press(other, Verb.CLAIM, team.ana).done
    team.until(4, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE] * 3
    (*_, told) = team.slack.to("UANA")
    assert [told.told_as[line.conversation] for line in told.lines] == [Kind.NUDGE, Kind.LAST_WORD]
    assert told.lines[0].conversation == other.id
    assert (told.step, told.steps) == (1, 2)
    team.until(5, 10)
    assert [one.standing.holder for one in team.waiting()] == [None, team.ana.id]


@pytest.mark.parametrize(
    ("back", "at_one", "at_four"),
    [("@acme Thanks!", [], [Kind.NUDGE]), ("@acme And on Linux?", [Kind.NEWS], [Kind.NEWS])],
)
def test_thanks_wait_for_the_reminder_of_that_day_and_a_new_question_does_not(
    back: str, at_one: list[Kind], at_four: list[Kind], team: Team
) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(HOUR)
    kim = team.pond.write(author("kim"), "@acme Why?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (other,) = team.waiting()
    assert kim.id in other.standing.uncovered
    assert team.press(other, Verb.CLAIM, team.ana).done
    team.pond.write(MEI, back, under=reply, names=(ACME,))
    team.until(2, 13)
    assert kinds(team, "UANA") == at_one
    team.until(2, 16)
    assert kinds(team, "UANA") == at_four
    (told,) = team.slack.to("UANA")
    assert [told.told_as[line.conversation] for line in told.lines][-1] == Kind.NEWS
    assert [each.post.text for each in told.backs.values() if each.post] == [back]


def test_news_come_alone_when_what_they_waited_for_was_answered(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(HOUR)
    kim = team.pond.write(author("kim"), "@acme Why?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (other,) = team.waiting()
    assert team.press(other, Verb.CLAIM, team.ana).done
    team.pond.write(MEI, "@acme Thanks!", under=reply, names=(ACME,))
    team.later(HOUR)
    team.pond.write(ANA, "Because.", under=kim)
    team.until(2, 16)
    assert kinds(team, "UANA") == [Kind.NEWS]


def test_one_ring_tells_of_a_conversation_once_and_of_three_at_the_most() -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)

    def ring(kind: Kind, about: str, minutes: int = 0) -> Ring:
        return Ring(kind, now + timedelta(minutes=minutes), Shown(about, 1, kind.value))

    news, last, nudge = ring(Kind.NEWS, "a"), ring(Kind.LAST_WORD, "b"), ring(Kind.NUDGE, "c")
    assert together([news, last, nudge, ring(Kind.NUDGE, "d")], met=True) == [nudge, last, news]
    assert together([news, ring(Kind.NUDGE, "a"), nudge], met=True) == [nudge, news]
    private = ring(Kind.PRIVATE, "p"), ring(Kind.PRIVATE, "q")
    assert together([private[0], nudge, private[1]], met=True) == [*private]


def test_a_question_goes_along_with_a_reminder_and_nothing_else() -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    asked, other = (Ring(Kind.QUESTION, now, Shown(about, 1, "ask")) for about in "ab")
    nudge, news = (Ring(kind, now, Shown(kind.value, 1, kind.value)) for kind in (Kind.NUDGE, Kind.NEWS))
    assert together([asked, other, nudge, news], met=True) == [nudge, news, asked]
    assert together([nudge, asked], met=True) == [nudge, asked]
    assert together([asked, nudge], met=False) == [asked], "the first message says who brought them here"
    assert together([asked, other, news], met=True) == [asked]
    assert together([news, asked], met=True) == [news]
    urgent = replace(asked, shown=Shown("a", 1, "urgent"))
    assert together([urgent, nudge, other], met=True) == [urgent]
    assert together([nudge, urgent], met=True) == [nudge]


def test_a_colleagues_question_that_comes_with_the_reminder_is_one_ring_and_can_be_said_yes_to(
    team: Team,
) -> None:
    promised(team, team.ana)
    team.until(3, 16, 30)
    assert kinds(team, "UANA") == [Kind.NUDGE] * 2
    kim = team.pond.write(author("kim"), "@acme Why?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    asked = next(one for one in team.waiting() if kim.id in one.standing.uncovered)
    team.until(3, 18)
    assert team.press(asked, Verb.ASK, team.ben, to=team.ana.id, note="You know it.").done
    team.until(4, 10)
    (*_, told) = team.slack.to("UANA")
    assert [told.told_as[line.conversation] for line in told.lines] == [Kind.LAST_WORD, Kind.QUESTION]
    assert (told.kind, told.asker, told.note, told.first) == (Kind.LAST_WORD, "Ben", "You know it.", False)
    assert len(kinds(team, "UANA")) == 3
    assert team.press(team.conversation(asked.id), Verb.YES, team.ana).done
    team.until(4, 18)
    assert len(kinds(team, "UANA")) == 3
    assert team.conversation(asked.id).standing.holder == team.ana.id


def test_volunteers_are_reminded_once_after_three_days_and_never_before_a_yes(team: Team) -> None:
    team.policies.choose(team.home.id, {}, preset="volunteers")
    one = promised(team, team.ana)
    team.pond.write(author("kim"), "@acme Why?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    other = next(each for each in team.waiting() if each.id != one.id)
    team.press(other, Verb.ASK, team.ana, to=team.ben.id)
    team.until(5, 16)
    (nudge,) = team.slack.to("UANA", Kind.NUDGE)
    assert (nudge.step, nudge.steps) == (1, 1)
    assert kinds(team, "UBEN") == []
    assert team.conversation(other.id).standing.asked is None
    team.until(6, 16)
    assert team.conversation(one.id).standing.holder is None
    assert kinds(team, "UANA") == [Kind.NUDGE]


def test_a_watch_and_a_person_may_be_reminded_in_another_way(team: Team) -> None:
    (watch,) = (one for one, _ in team.watches.list(team.home.id) if one.name == "Acme")
    team.policies.choose(team.home.id, {"reminders": 0}, Place(watch=watch.id))
    promised(team, team.ana)
    promised(team, team.ben, "@acme Why?")
    team.policies.choose(team.home.id, {"reminders": 1}, Place(person=team.ben.id))
    team.until(3, 16)
    assert (kinds(team, "UANA"), kinds(team, "UBEN")) == ([Kind.LAST_WORD], [Kind.NUDGE])


def test_while_the_team_is_quiet_nobody_hears_anything_and_no_digest_comes(team: Team) -> None:
    one = promised(team, team.ana)
    other = promised(team, team.ben, "@acme Why?")
    team.press(other, Verb.NOT_ME, team.ben)
    team.press(other, Verb.ASK, team.ana, to=team.ben.id)
    said = len(team.slack.posted)
    Stand(team.store, team.slack, team.clock).quiet(team.home.id, datetime(2026, 3, 5, tzinfo=UTC))
    team.until(4, 23)
    assert len(team.slack.posted) == said
    assert team.conversation(one.id).standing.holder == team.ana.id
    team.until(5, 12)
    assert kinds(team, "UANA") == [Kind.NUDGE]
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert [day.day for day in digest.days] == [3, 4, 5]


def test_who_pauses_until_they_say_so_keeps_nothing_from_the_team(team: Team) -> None:
    one = promised(team, team.ana)
    team.people.pause(team.home.id, team.ana.id, UNTIL_SAID)
    team.until(6, 12)
    assert kinds(team, "UANA") == []
    assert team.conversation(one.id).standing.holder is None


def test_a_colleague_may_ask_the_one_who_has_it_once_besides_the_reminder(team: Team) -> None:
    one = promised(team, team.ana)
    team.until(2, 16)
    kindly = {"to": team.ana.id, "note": "Is it you?"}
    assert team.press(one, Verb.KINDLY, team.ben, **kindly).done
    assert team.press(one, Verb.KINDLY, team.ben, **kindly).why == Refusal.ASKED
    team.until(2, 16, 45)
    assert kinds(team, "UANA") == [Kind.NUDGE, Kind.KINDLY]
    asked = team.slack.to("UANA")[-1]
    assert (asked.asker, asked.note) == ("Ben", "Is it you?")
    team.until(3, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE, Kind.KINDLY, Kind.NUDGE]


@pytest.mark.parametrize("own", [False, True])
def test_asked_kindly_in_the_morning_they_are_reminded_of_it_on_the_next_working_day(
    own: bool, team: Team
) -> None:
    one = promised(team, team.ana)
    team.until(2, 16)
    team.people.own_digest(team.home.id, team.ana.id, wanted=own)
    team.asleep_until(2, 22)
    assert team.press(one, Verb.KINDLY, team.ben, to=team.ana.id).done
    team.until(3, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE, Kind.KINDLY]
    team.until(4, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE, Kind.KINDLY, Kind.OWN_DIGEST if own else Kind.NUDGE]
    assert team.slack.to("UANA")[-1].lines[0].conversation == one.id


@pytest.mark.parametrize("kind", [Kind.NUDGE, Kind.LAST_WORD, Kind.BLIND, Kind.NEWS])
def test_what_reminds_of_the_same_waits_for_the_next_day_and_all_else_for_nothing(kind: Kind) -> None:
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    hours, kindly = Hours("UTC"), Ring(Kind.KINDLY, monday, Shown("a", 1, "kindly"))
    same, other = (Ring(kind, monday, Shown(about, 1, kind.value)) for about in "ab")
    rings = kindly_first([same, other, kindly], (), hours, monday)
    assert [ring.at.day for ring in rings] == [2 if kind is Kind.NEWS else 3, 2, 2]
    assert [ring.at.day for ring in kindly_first([same, other], {"a"}, hours, monday)] == [
        2 if kind is Kind.NEWS else 3,
        2,
    ]


def test_nobody_is_asked_kindly_after_the_answer(team: Team) -> None:
    one = promised(team, team.ana)
    (mention,) = team.pond.posts.values()
    team.press(one, Verb.KINDLY, team.ben, to=team.ana.id)
    team.pond.write(ANA, "So.", under=mention)
    team.until(2, 16)
    assert kinds(team, "UANA") == []


def test_only_the_first_message_says_who_it_is_from(team: Team) -> None:
    promised(team, team.ana)
    team.until(3, 16)
    assert [nudge.first for nudge in team.slack.to("UANA", Kind.NUDGE)] == [True, False]


def test_a_question_is_repeated_once_and_then_returns_to_the_team(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.press(one, Verb.ASK, team.ana, to=team.ben.id)
    team.until(3, 12)
    assert kinds(team, "UBEN") == [Kind.QUESTION, Kind.QUESTION]
    team.until(4, 12)
    assert team.conversation(one.id).standing.asked is None
    assert kinds(team, "UBEN") == [Kind.QUESTION, Kind.QUESTION]


def test_reminders_go_on_where_they_were_when_an_earlier_wait_is_found(team: Team) -> None:
    first = team.pond.write(MEI, "@acme How?", names=(ACME,))
    helped = team.pond.write(author("acme_help"), "So.", under=first)
    team.pond.write(MEI, "@acme And where?", under=helped, names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.press(one, Verb.CLAIM, team.ana)
    team.until(2, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE]
    # The account that answered the first question is one of ours: the second waits alone.
    team.people.link(team.home.id, None, "@acme_help")
    assert team.conversation(one.id).standing.uncovered < one.standing.uncovered
    team.until(5, 16)
    reminders = [kind for kind in kinds(team, "UANA") if kind != Kind.NEWS]
    assert reminders == [Kind.NUDGE, Kind.NUDGE, Kind.LAST_WORD]


def test_nobody_is_reminded_when_the_reply_came_just_before(team: Team) -> None:
    one = promised(team, team.ana)
    team.later(4 * HOUR - timedelta(minutes=1))
    (mention,) = (post for post in team.pond.posts.values())
    team.pond.write(ANA, "So.", under=mention)
    team.clock.move(timedelta(minutes=1))
    team.remind.see(team.home.id, team.ana.id)
    assert kinds(team, "UANA") == []
    assert team.conversation(one.id).standing.status == Status.ANSWERED


def test_nobody_is_reminded_while_the_network_cannot_be_seen(team: Team) -> None:
    promised(team, team.ana)
    team.pond.failing["thread"] = [Unavailable("down")]
    team.until(2, 16)
    assert kinds(team, "UANA") == []
    team.pond.failing.clear()
    team.until(2, 16, 40)
    assert kinds(team, "UANA") == [Kind.NUDGE]


def test_a_thread_that_is_not_whole_is_no_look(team: Team) -> None:
    promised(team, team.ana)
    team.pond.whole = False
    team.until(2, 16)
    assert kinds(team, "UANA") == []


def test_the_holders_own_posts_must_have_been_read(team: Team) -> None:
    promised(team, team.ana)
    team.pond.failing["fetch own @ana"] = [Unavailable("down")]
    team.until(2, 16)
    assert kinds(team, "UANA") == []


def test_nobody_is_rung_at_night_or_on_a_day_off(team: Team) -> None:
    night = replace(team.ana, hours=Hours("Asia/Tokyo"))
    with team.store.write(team.home.id) as tx:
        tx.people.save_teammate(night)
    promised(team, team.ana)
    team.until(9, 12, every=timedelta(hours=2))
    rung = [one.sent_at for one in team.messages(Kind.NUDGE) + team.messages(Kind.LAST_WORD) if one.sent_at]
    assert rung
    for at in rung:
        there = at + timedelta(hours=9)
        assert 9 <= there.hour < 17
        assert there.isoweekday() <= 5


def test_what_was_put_off_until_this_morning_comes_with_the_ring_of_the_morning_whatever_is_done_first(
    team: Team,
) -> None:
    """The day's one ring would else go without it, and it would be told of a day later than was asked."""
    for name in ("a", "b"):
        team.pond.write(author(name), "@acme How?", names=(ACME,))
    team.later(timedelta(hours=1))
    for one in team.waiting():
        team.press(one, Verb.CLAIM, team.ana)
        team.press(one, Verb.LATER, team.ana, until=datetime(2026, 3, 5, 9, tzinfo=UTC))
    team.asleep_until(5, 9)
    team.remind.see(team.home.id, team.ana.id)
    (ring,) = team.slack.to("UANA", Kind.NUDGE)
    assert len(ring.lines) == 2


def test_one_ring_a_day_with_up_to_three_conversations_in_it(team: Team) -> None:
    for number in range(5):
        team.pond.write(author(f"a{number}"), "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    for one in team.waiting():
        team.press(one, Verb.CLAIM, team.ana)
    team.until(2, 16, 50)
    (ring,) = team.messages(Kind.NUDGE)
    assert len(ring.shows) == 3


def test_a_question_of_a_colleague_may_ring_once_besides(team: Team) -> None:
    promised(team, team.ana)
    team.later(5 * HOUR)
    for name in ("zoe", "kim"):
        team.pond.write(author(name), "@acme Why?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    for one in team.waiting()[1:]:
        team.press(one, Verb.ASK, team.ben, to=team.ana.id)
    team.until(2, 16, 50)
    assert kinds(team, "UANA") == [Kind.NUDGE, Kind.QUESTION]


def test_stopped_for_three_hours_within_hours_it_decides_anew_what_is_due(team: Team) -> None:
    answered = promised(team, team.ana)
    (mention,) = team.pond.posts.values()
    promised(team, team.ben, "@acme Why?")
    team.until(2, 12)
    team.asleep_until(2, 15)
    team.pond.write(ANA, "So.", under=mention, created_at=datetime(2026, 3, 2, 13, tzinfo=UTC))
    team.work()
    assert team.conversation(answered.id).standing.status == Status.ANSWERED
    assert (kinds(team, "UANA"), kinds(team, "UBEN")) == ([], [Kind.NUDGE])


def test_stopped_and_back_at_night_it_rings_in_the_morning(team: Team) -> None:
    promised(team, team.ana)
    team.until(2, 12)
    team.asleep_until(2, 20)
    team.work()
    assert kinds(team, "UANA") == []
    team.until(3, 9, 30)
    assert kinds(team, "UANA") == [Kind.NUDGE]


def test_after_three_rings_in_a_row_unheard_it_says_so_once_and_stops(team: Team) -> None:
    promised(team, team.ana)
    team.until(5, 8)
    team.pond.write(author("kim"), "@acme Why?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    with team.store.write(team.home.id) as tx:
        rings = tx.messages.unpressed(team.ana.id)
    assert rings == 3
    team.press(
        next(one for one in team.waiting() if one.author == "id-kim"), Verb.ASK, team.ben, to=team.ana.id
    )
    team.until(6, 16)
    assert kinds(team, "UANA")[-1] == Kind.STOPPED
    assert kinds(team, "UANA").count(Kind.STOPPED) == 1
    with team.store.read(team.home.id) as tx:
        ana = tx.people.teammate(team.ana.id)
    assert ana is not None
    assert ana.stopped


def test_a_lost_answer_of_slack_is_never_sent_again_and_its_conversation_comes_with_the_next_step(
    team: Team,
) -> None:
    team.slack.losing.append(Ambiguous("reset"))
    promised(team, team.ana)
    team.until(2, 16, 50)
    assert kinds(team, "UANA") == [Kind.NUDGE]
    assert [one.state for one in team.messages(Kind.NUDGE)] == [Sending.UNKNOWN]
    team.until(3, 16)
    assert [(one.state, one.shows[0].step) for one in team.messages(Kind.NUDGE)] == [
        (Sending.UNKNOWN, "first"),
        (Sending.SENT, "second"),
    ]


def test_what_somebody_was_told_already_is_not_sent_again_whoever_asks_for_it(team: Team) -> None:
    one = promised(team, team.ana)
    message = Message("", Kind.NUDGE, "UANA", team.ana.id, (Shown(one.id, 1, "first"),))
    assert team.outbox.send(team.home.id, message)
    assert team.outbox.send(team.home.id, message) is None
    assert kinds(team, "UANA") == [Kind.NUDGE]


def test_a_press_an_intent_and_its_outcome_reach_the_disk_before_anything_follows(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    begun: list[bool] = []

    def note(connection: Connection) -> None:
        options = connection.get_execution_options()
        begun.extend([options["durable"]] if options.get("writes") else [])

    event.listen(team.store.engine, "begin", note)
    try:
        team.press(one, Verb.CLAIM, team.ana)
        team.outbox.send(
            team.home.id, Message("", Kind.NUDGE, "UANA", team.ana.id, (Shown(one.id, 1, "first"),))
        )
    finally:
        event.remove(team.store.engine, "begin", note)
    assert begun == [True, True, True]


def test_a_429_of_slack_waits_until_it_may_and_rings_once(team: Team) -> None:
    promised(team, team.ana)
    team.until(2, 12, 50)
    team.slack.refusing.append(NotSent("429", team.clock() + 2 * HOUR))
    team.until(2, 14, 40)
    assert kinds(team, "UANA") == []
    team.until(2, 15, 30)
    assert kinds(team, "UANA") == [Kind.NUDGE]


def test_when_the_person_has_left_slack_what_they_hold_returns_to_the_team(team: Team) -> None:
    one = promised(team, team.ana)
    team.slack.refusing.append(Rejected("user_disabled"))
    team.until(2, 16)
    assert team.conversation(one.id).standing.holder is None
    assert team.conversation(one.id).standing.status == Status.OPEN
    assert team.messages(Kind.NUDGE) == [], "what Slack refused rang nobody"


def test_when_a_new_reminder_stands_the_former_shrinks(team: Team) -> None:
    promised(team, team.ana)
    team.until(3, 12)
    first, second = (one for one in team.slack.standing.values() if one.kind == Kind.NUDGE)
    assert (first.live, second.live) == (False, True)


def test_they_wrote_back_is_told_once_to_whoever_replied_and_waits_again_if_it_asks(team: Team) -> None:
    one = promised(team, team.ben)
    (mention,) = team.pond.posts.values()
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(HOUR)
    assert team.conversation(one.id).standing.status == Status.ANSWERED
    back = team.pond.write(MEI, "@acme And on Linux?", under=reply, names=(ACME,))
    team.until(3, 16)
    (news,) = team.slack.to("UANA", Kind.NEWS)
    (told,) = news.backs.values()
    assert told.post is not None
    assert (told.post.id, told.replied_at) == (back.id, reply.created_at)
    now = team.conversation(one.id).standing
    assert (now.status, now.wait, now.nudgeable) == (Status.OPEN, 2, True)
    assert not team.slack.to("UBEN", Kind.NEWS)
    assert "wrote back" in team.moves(one)


def wrote_back(team: Team, text: str = "@acme And on Linux?") -> tuple[Conversation, Post, Post]:
    """Mei asked, Ana answered, Mei wrote back and Ana was told: it is three o'clock on Monday."""
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(HOUR)
    back = team.pond.write(MEI, text, under=reply, names=(ACME,))
    team.until(2, 15)
    assert kinds(team, "UANA") == [Kind.NEWS]
    return one, reply, back


def test_a_write_back_is_told_once_however_the_waits_are_counted(team: Team) -> None:
    """Our reply to it was deleted: a third wait begins with the same words."""
    one, _, back = wrote_back(team)
    again = team.pond.write(ACME, "So too.", under=back)
    team.until(3, 9)
    team.pond.delete(again)
    team.until(5, 16)
    assert team.conversation(one.id).standing.wait == 3
    assert kinds(team, "UANA") == [Kind.NEWS]


def test_a_write_back_that_may_be_answered_already_is_no_news_until_somebody_says_that_it_is_not(
    team: Team,
) -> None:
    team.pond.facts = replace(team.pond.facts, immutable_ids=False)
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    reply = team.pond.write(ANA, "So.", under=mention)
    back = team.pond.write(MEI, "@acme And on Linux?", under=reply, names=(ACME,))
    team.clock.move(timedelta(minutes=1))
    again = team.pond.write(ANA, "So too.", under=back)
    team.until(2, 15)
    (one,) = team.waiting()
    assert {each for maybe in one.standing.maybes for each in maybe.mentions} == {mention.id, back.id}
    assert Kind.NEWS not in kinds(team, "UANA")
    team.press(one, Verb.NOT_AN_ANSWER, team.ben, post=again.id)
    team.later(HOUR)
    assert Kind.NEWS in kinds(team, "UANA")


def test_an_edited_write_back_is_not_told_again(team: Team) -> None:
    one, _, back = wrote_back(team, "@acme Thanks!")
    team.clock.move(HOUR)
    team.pond.posts[back.id] = replace(back, text="@acme Thanks! And on Linux?", edited_at=team.clock())
    team.until(4, 16)
    assert team.conversation(one.id).standing.nudgeable
    assert kinds(team, "UANA") == [Kind.NEWS]


def test_a_second_write_back_in_the_same_wait_is_told_too(team: Team) -> None:
    one, reply, _ = wrote_back(team, "@acme Thanks!")
    team.until(3, 10)
    more = team.pond.write(MEI, "@acme And on Linux?", under=reply, names=(ACME,))
    team.until(4, 16)
    news = team.slack.to("UANA", Kind.NEWS)
    told = [back.post.id for screen in news for back in screen.backs.values() if back.post]
    assert (team.conversation(one.id).standing.wait, told[1:]) == (2, [more.id])


def test_a_write_back_after_thirty_quiet_days_is_a_new_conversation_and_no_news(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(timedelta(days=1))
    team.asleep_until(31, 9)
    team.later(timedelta(days=2))
    team.pond.write(MEI, "@acme It broke again.", under=reply, names=(ACME,))
    team.later(timedelta(days=3))
    (one,) = team.waiting()
    assert (one.episode, one.standing.write_backs, one.standing.nudgeable) == (1, (), True)
    assert kinds(team, "UANA") == []


def test_a_write_back_that_is_found_thirty_days_late_is_no_news(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(HOUR)
    team.clock.move(HOUR)
    team.pond.write(MEI, "@acme And on Linux?", under=reply, names=(ACME,))
    team.asleep_until(31, 9)
    team.clock.move(timedelta(days=4))
    team.work()
    assert len(team.waiting()) == 1
    team.later(timedelta(days=2))
    assert kinds(team, "UANA") == []


def test_thanks_are_news_and_nobody_is_reminded_of_them(team: Team) -> None:
    one = promised(team, team.ana)
    (mention,) = team.pond.posts.values()
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(HOUR)
    team.pond.write(MEI, "@acme That worked, thank you!", under=reply, names=(ACME,))
    team.until(11, 12)
    assert kinds(team, "UANA") == [Kind.NEWS]
    assert team.conversation(one.id).standing.status == Status.CLOSED


def test_a_conversation_in_doubt_reminds_nobody(team: Team) -> None:
    one = promised(team, team.ana)
    (mention,) = team.pond.posts.values()
    team.pond.write(BEN, "So.", under=mention, client="Zapier")
    team.until(2, 16)
    assert kinds(team, "UANA") == []
    assert team.conversation(one.id).standing.maybes


def test_who_says_that_it_was_no_answer_opens_it_to_reminders_again(team: Team) -> None:
    one = promised(team, team.ana)
    (mention,) = team.pond.posts.values()
    doubtful = team.pond.write(BEN, "So.", under=mention, client="Zapier")
    team.until(2, 16)
    team.until(3, 10)
    (line,) = team.report.preview(team.home.id).lines
    assert [each.post for each in line.standing.maybes] == [doubtful.id]
    assert team.press(one, Verb.NOT_AN_ANSWER, team.ben, post=doubtful.id).done
    team.until(3, 16)
    assert kinds(team, "UANA") == [Kind.NUDGE]


def test_what_is_private_rings_nobody_but_its_owner_and_stands_in_no_channel(team: Team) -> None:
    mention = team.pond.write(MEI, "@ana My bill?", names=(ANA,), visibility=Visibility.DIRECT)
    read = team.source("own", ANA.id)
    with team.store.write(team.home.id) as tx:
        tx.sources.save_watch(
            replace(tx.sources.watches()[0], id="", name="Ana"),
            [replace(read, id="", kind="mentions", cursor="", history_before=None)],
        )
    team.collect.poll(team.home.id, team.source("mentions", ANA.id).id)
    (one,) = team.waiting()
    assert one.standing.uncovered == {mention.id}
    assert team.queue.lines(team.home.id, [one.id], None) == []
    assert team.queue.lines(team.home.id, [one.id], team.ben.id) == []
    assert len(team.queue.lines(team.home.id, [one.id], team.ana.id)) == 1
    assert team.queue.of(team.home.id, team.ben.id).unowned == ()
    assert not team.press(one, Verb.CLAIM, team.ben).done
    assert not team.press(one, Verb.ASK, team.ana, to=team.ben.id).done
    assert team.press(one, Verb.CLAIM, team.ana).done
    team.until(4, 12)
    assert kinds(team, "UANA")
    assert kinds(team, "UBEN") == []
    assert all(not screen.lines and screen.total == 0 for screen in team.slack.to("C100"))


def private(team: Team, *people: str, text: str = "@acme My bill?") -> list[Conversation]:
    """People write to the shared account in private."""
    for name in people:
        team.pond.write(author(name), text, names=(ACME,), visibility=Visibility.DIRECT)
    team.collect.poll(team.home.id, team.source("mentions").id)
    return [one for one in team.waiting() if one.standing.private]


def test_what_is_private_and_nobodys_is_told_once_to_its_owner_without_a_word_of_it(team: Team) -> None:
    (one,) = private(team, "kim")
    team.until(6, 16)
    assert (kinds(team, "UANA"), kinds(team, "UBEN")) == ([Kind.PRIVATE], [])
    (told,) = team.slack.to("UANA")
    assert [line.text for line in told.lines] == [""]
    assert all(not screen.lines and screen.total == 0 for screen in team.slack.to("C100"))
    assert team.press(one, Verb.CLAIM, team.ana).done


def test_what_is_private_and_may_not_have_come_is_told_anew_on_the_next_working_day_until_it_came(
    team: Team,
) -> None:
    team.slack.losing += [Ambiguous("reset"), Ambiguous("reset")]
    private(team, "kim")
    team.until(6, 16)
    told = team.messages(Kind.PRIVATE)
    assert [(one.state, one.shows[0].step) for one in told] == [
        (Sending.UNKNOWN, "private"),
        (Sending.UNKNOWN, "private 2"),
        (Sending.SENT, "private 3"),
    ]
    days = [one.created_at.date() for one in told if one.created_at]
    assert days == sorted(set(days)), "each on a day of its own"


def test_what_is_private_and_cannot_be_looked_at_is_told_after_a_day_with_since_when(team: Team) -> None:
    private(team, "kim")
    team.pond.whole = False
    team.until(2, 16)
    assert kinds(team, "UANA") == [], "it may have been answered: for a day nobody is rung"
    team.until(4, 16)
    assert kinds(team, "UANA") == [Kind.PRIVATE]
    (line,) = team.slack.to("UANA")[0].lines
    assert line.blind_since is not None


def test_whoever_gave_the_key_is_told_of_what_is_private_with_up_to_three_in_one_ring(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        key = tx.sources.save_secret(Secret("", "pond", HOME, "s3cret", ACME.id, owner=team.ben.id))
        read = replace(team.source("mentions"), id="", credential=key.id)
        tx.sources.save_watch(Watch("", "Ben's key", None), [read])
    private(team, "kim", "lea", "max", "noa")
    team.until(2, 16)
    assert [len(told.lines) for told in team.slack.to("UBEN")] == [3]
    team.until(3, 16)
    assert [len(told.lines) for told in team.slack.to("UBEN")] == [3, 1]
    assert kinds(team, "UANA") == []


def test_thanks_in_private_for_a_reply_of_a_shared_account_are_told_once_to_its_owner(team: Team) -> None:
    hidden = {"visibility": Visibility.DIRECT}
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,), **hidden)
    reply = team.pond.write(ACME, "@mei So.", under=mention, **hidden)
    team.pond.write(MEI, "@acme Thank you!", under=reply, names=(ACME,), **hidden)
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.until(4, 16)
    assert kinds(team, "UANA") == [Kind.PRIVATE]


def test_what_was_written_back_in_private_and_may_not_have_come_is_told_as_what_is_private(
    team: Team,
) -> None:
    hidden = {"visibility": Visibility.DIRECT}
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,), **hidden)
    reply = team.pond.write(ANA, "@mei So.", under=mention, **hidden)
    team.pond.write(MEI, "@acme And then?", under=reply, names=(ACME,), **hidden)
    team.slack.losing.append(Ambiguous("reset"))
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.collect.poll(team.home.id, team.source("own", ANA.id).id)
    team.until(4, 16)
    assert kinds(team, "UANA") == [Kind.NEWS, Kind.PRIVATE]
    states = [one.state for kind in (Kind.NEWS, Kind.PRIVATE) for one in team.messages(kind)]
    assert states == [Sending.UNKNOWN, Sending.SENT]


def test_what_was_written_back_in_private_and_may_be_answered_already_is_told_once(team: Team) -> None:
    team.pond.facts = replace(team.pond.facts, immutable_ids=False)
    hidden = {"visibility": Visibility.DIRECT}
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,), **hidden)
    reply = team.pond.write(ANA, "@mei So.", under=mention, **hidden)
    back = team.pond.write(MEI, "@acme And then?", under=reply, names=(ACME,), **hidden)
    team.clock.move(timedelta(minutes=1))
    team.pond.write(ANA, "@mei So too.", under=back, **hidden)
    team.until(4, 16)
    assert kinds(team, "UANA") == [Kind.PRIVATE]


def test_nobody_is_told_of_what_is_private_after_the_answer(team: Team) -> None:
    private(team, "kim")
    team.asleep_until(3, 12)
    (mention,) = team.pond.posts.values()
    team.pond.write(ANA, "@kim So.", under=mention, visibility=Visibility.DIRECT)
    team.until(4, 16)
    assert kinds(team, "UANA") == []


def test_where_answers_cannot_be_seen_one_question_replaces_all_reminders(team: Team) -> None:
    team.pond.facts = replace(team.pond.facts, name="pond", ways=())
    one = promised(team, team.ana)
    team.until(3, 16)
    assert kinds(team, "UANA") == [Kind.BLIND]
    assert team.conversation(one.id).standing.holder is None
