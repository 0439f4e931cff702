"""The digest: one a working day, looked at first, explained, never empty, never private, true afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.errors import Ambiguous, NotSent, Rejected, Unavailable
from bot.domain.model import Author, Lane, Post, Source, Status, Verb, Visibility, Watch
from bot.domain.ports import Channel, Job
from bot.domain.routing import FEWEST
from bot.domain.screens import Kind
from tests.services.conftest import EVER, Team
from tests.services.pond import ACME, ANA, HOME, MEI, author


def test_five_lines_of_nine_and_the_receipt_on_the_next_day(team: Team) -> None:
    asked = [team.pond.write(author(f"a{n}"), "@acme How?", names=(ACME,)) for n in range(9)]
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert (len(digest.lines), digest.total, digest.live) == (5, 9, True)
    assert all(line.new_to_us and line.asks_something for line in digest.lines)
    for number, post in enumerate(asked[:7]):
        team.pond.write(ANA, f"So, {number}.", under=post)
    team.until(4, 9, 30)
    shown = [one for one in team.slack.standing.values() if one.kind == Kind.DIGEST]
    assert [(one.total, one.live) for one in shown] == [(9, False), (2, True)]
    assert (shown[0].answered, shown[0].carried) == (7, 2)
    for post in asked[7:]:
        team.pond.write(ANA, "So.", under=post)
    team.until(4, 16)
    past, present = (one for one in team.slack.standing.values() if one.kind == Kind.DIGEST)
    assert (past.answered, past.carried) == (7, 2), "what was carried over stays carried over"
    assert present.settled == 2


def test_what_was_answered_just_before_is_not_in_the_digest(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 8, 55)
    team.pond.write(ANA, "So.", under=mention)
    team.until(3, 9, 5)
    assert team.slack.to("C100", Kind.DIGEST) == []


def test_of_what_was_deleted_just_before_the_digest_tells_once_a_second_look_has_found_it_gone(
    team: Team,
) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.pond.write(author("kim"), "@acme And?", names=(ACME,))
    team.until(3, 8, 55)
    team.pond.delete(mention)
    team.until(3, 9, 5)
    assert team.slack.to("C100", Kind.DIGEST) == []
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert (digest.total, [line.handle for line in digest.lines]) == (1, ["@kim"])


def test_what_was_only_not_found_once_is_in_the_digest_some_minutes_later(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.pond.write(author("kim"), "@acme And?", names=(ACME,))
    team.until(3, 8, 55)
    team.pond.delete(mention)
    team.until(3, 9, 5)
    assert team.slack.to("C100", Kind.DIGEST) == []
    team.pond.gone.clear()
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert (digest.total, [line.blind_since for line in digest.lines]) == (2, [None, None])


def test_days_missed_while_stopped_become_one_digest_that_names_them(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    team.asleep_until(6, 11)
    team.work()
    digests = team.slack.to("C100", Kind.DIGEST)
    assert [[day.day for day in one.days] for one in digests] == [[3], [4, 5, 6]]
    team.later(timedelta(hours=2))
    assert len(team.slack.to("C100", Kind.DIGEST)) == 2


def test_nobody_waiting_is_said_at_most_once_a_week(team: Team) -> None:
    team.until(13, 12)
    assert [screen.kind for screen in team.slack.to("C100")] == [Kind.QUIET, Kind.QUIET]


def test_a_quiet_week_says_how_often_it_looked_reminded_and_was_wrong(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    (one,) = team.waiting()
    team.press(one, Verb.CLAIM, team.ana)
    team.until(3, 15)
    team.pond.write(ANA, "So.", under=mention)
    other = team.pond.write(author("kim"), "@acme And?", names=(ACME,))
    team.until(3, 16)
    (also,) = (each for each in team.waiting() if each.author == other.author.id)
    team.press(also, Verb.ALREADY, team.ben)
    team.until(12, 12, every=timedelta(hours=3))
    *_, told = team.slack.to("C100", Kind.QUIET)
    assert told.week
    assert (told.week.spoke, told.week.reminders, told.week.false_alarms) == (None, 1, 1)
    assert told.looks > 7 * 24


def test_a_quiet_day_is_not_a_missed_day(team: Team) -> None:
    team.until(4, 12)
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(5, 12)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert [day.day for day in digest.days] == [5]


def test_what_is_private_is_neither_shown_nor_counted(team: Team) -> None:
    team.pond.write(MEI, "@acme My bill?", names=(ACME,), visibility=Visibility.DIRECT)
    team.pond.write(author("kim"), "@acme How?", names=(ACME,))
    team.until(3, 12)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert (len(digest.lines), digest.total) == (1, 1)
    assert team.report.preview(team.home.id).total == 1


def test_a_network_that_cannot_be_seen_is_named_with_since_when(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(2, 12)
    team.pond.failing["fetch own @ana"] = [Unavailable("down")]
    team.until(3, 12)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    ((label, since),) = digest.blind
    assert label == "Pond"
    assert since is not None
    assert since.day == 2
    assert digest.lines[0].blind_since == since


def test_a_digest_whose_answer_was_lost_is_not_posted_twice(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 8, 50)
    team.slack.losing.append(Ambiguous("reset"))
    team.until(3, 16)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 1
    team.until(4, 12)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 2


def test_the_digest_of_an_archived_channel_goes_to_a_lead(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 8, 50)
    team.slack.refusing.append(Rejected("is_archived"))
    team.until(3, 16)
    (digest,) = team.slack.to("UANA")
    assert (digest.kind, digest.note) == (Kind.DIGEST, "is_archived")


def test_the_digest_that_slack_takes_for_no_lead_now_is_tried_again_and_not_lost(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.slack.channels = {"C100": Channel("social", is_member=True, is_shared=True)}
    team.until(3, 8, 50)
    team.slack.refusing.append(NotSent("429", team.clock.now + timedelta(hours=2)))
    team.until(3, 10, 40)
    assert team.slack.to("UANA") == []
    team.until(3, 16)
    (digest,) = team.slack.to("UANA")
    assert (digest.kind, digest.note) == (Kind.DIGEST, "channel_is_shared")


def test_a_lead_who_stopped_gets_no_digest_and_another_lead_does(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        tx.people.save_teammate(replace(team.ben, is_lead=True))
    team.people.stop(team.home.id, team.ana.id)
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 8, 50)
    team.slack.refusing.append(Rejected("is_archived"))
    team.until(3, 16)
    assert team.slack.to("UANA") == []
    assert len(team.slack.to("UBEN", Kind.DIGEST)) == 1


def test_a_lead_who_paused_gets_the_digest_when_the_pause_is_over(team: Team) -> None:
    team.people.pause(team.home.id, team.ana.id, datetime(2026, 3, 4, 12, tzinfo=UTC))
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.slack.channels = {"C100": Channel("social", is_member=True, is_shared=True)}
    team.until(4, 11)
    assert team.slack.to("UANA") == []
    team.until(4, 16)
    assert len(team.slack.to("UANA", Kind.DIGEST)) == 1


def test_a_claim_shows_in_the_digest_without_age_or_count(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    team.press(team.waiting()[0], Verb.CLAIM, team.ana)
    team.work()
    (digest,) = (one for one in team.slack.standing.values() if one.kind == Kind.DIGEST)
    assert digest.lines[0].holder_name == "Ana"


def test_a_digest_drawn_again_tells_how_many_no_longer_wait(team: Team) -> None:
    asked = [team.pond.write(author(f"a{n}"), "@acme How?", names=(ACME,)) for n in range(7)]
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert (digest.total, digest.settled) == (7, 0)
    for post in asked[:3]:
        team.pond.write(ANA, "So.", under=post)
    left = next(one for one in team.waiting() if one.root == asked[3].id)
    later = team.clock.now + timedelta(days=1)
    team.press(left, Verb.LATER, team.ana, until=later)
    team.until(3, 12)
    (digest,) = (one for one in team.slack.standing.values() if one.kind == Kind.DIGEST)
    assert (digest.total, digest.settled) == (7, 3)


def test_thanks_for_an_answer_are_no_line_and_nobody_who_waits_but_counted_until_they_rest(
    team: Team,
) -> None:
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    reply = team.pond.write(ANA, "So.", under=asked)
    team.later(timedelta(minutes=10))
    team.pond.write(MEI, "@acme Thanks!", under=reply, names=(ACME, ANA))
    team.until(3, 12)
    (digest,) = (one for one in team.slack.standing.values() if one.kind == Kind.DIGEST)
    assert (digest.total, digest.settled, digest.thanked) == (1, 1, 1)
    team.pond.write(author("kim"), "@acme Why?", names=(ACME,))
    team.until(4, 9, 30)
    digest = team.slack.to("C100", Kind.DIGEST)[-1]
    assert [line.name for line in digest.lines] == ["Kim"]
    assert (digest.total, digest.thanked) == (1, 1)
    (receipt, _) = (one for one in team.slack.standing.values() if one.kind == Kind.DIGEST)
    assert (receipt.answered, receipt.carried) == (1, 0)
    team.until(11, 9, 30)
    assert team.slack.to("C100", Kind.DIGEST)[-1].thanked == 0


def test_when_all_that_is_open_are_thanks_nobody_is_waiting(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    reply = team.pond.write(ANA, "So.", under=asked)
    team.until(3, 8)
    team.pond.write(MEI, "@acme Thanks!", under=reply, names=(ACME, ANA))
    team.until(3, 12)
    assert [one.standing.status for one in team.waiting()] == [Status.OPEN]
    assert [one.kind for one in team.slack.to("C100")] == [Kind.QUIET]


def test_what_follows_an_answer_that_nobody_saw_is_told_to_none_and_so_stays_a_line(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 8)
    assert team.press(team.waiting()[0], Verb.ELSEWHERE, team.ana).done
    team.pond.write(MEI, "@acme Nothing came.", under=asked, names=(ACME,))
    team.until(3, 12)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert ([line.name for line in digest.lines], digest.total, digest.thanked) == (["Mei Tanaka"], 1, 0)


def test_a_network_that_is_read_for_several_accounts_is_one_place(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    with team.store.read(team.home.id) as tx:
        assert len(tx.sources.sources()) == 4
    assert digest.places == 1


def test_a_line_knows_the_press_that_can_be_taken_back(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    (one,) = team.waiting()
    claimed = team.press(one, Verb.CLAIM, team.ana)
    assert claimed.line
    assert claimed.line.undoable
    assert (claimed.line.undoable.id, claimed.line.undoable.by) == (claimed.press, team.ana.id)
    team.pond.write(ANA, "So.", under=mention)
    team.until(3, 12)
    (line,) = team.queue.lines(team.home.id, [one.id], team.ana.id)
    assert line.undoable is None


def test_who_only_said_that_it_was_answered_did_not_speak_with_them(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(2, 12)
    team.press(team.waiting()[0], Verb.ALREADY, team.ben)
    team.pond.write(MEI, "@acme And why?", names=(ACME,))
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert not any("last spoke" in reason for line in digest.lines for reason in line.reasons)


def test_a_preview_posts_and_looks_at_nothing(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    posted, asked = len(team.slack.posted), len(team.pond.asked)
    screen = team.report.preview(team.home.id)
    assert [line.name for line in screen.lines] == ["Mei Tanaka"]
    assert (len(team.slack.posted), len(team.pond.asked)) == (posted, asked)


def in_private(team: Team, by: Author) -> Post:
    """Somebody writes to us in private and hears back from Ana, also in private."""
    asked = team.pond.write(by, "@acme My bill?", names=(ACME,), visibility=Visibility.DIRECT)
    team.later(timedelta(minutes=40))
    team.pond.write(ANA, "Here.", under=asked, visibility=Visibility.DIRECT)
    team.later(timedelta(minutes=40))
    return asked


def test_what_is_private_speaks_in_no_shared_message(team: Team) -> None:
    """Neither that Ana spoke with her in private, nor that she is not new, nor a number."""
    in_private(team, MEI)
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.later(timedelta(minutes=40))
    team.pond.write(author("kim"), "@mei Psst.", under=asked, visibility=Visibility.DIRECT)
    watch_the_word(team)
    team.pond.write(author("lea"), "acme is dear", visibility=Visibility.FOLLOWERS)
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    (line,) = digest.lines
    assert (line.new_to_us, line.standing.others_replied, digest.about_us) == (True, 0, 0)
    assert line.reasons == ("Waiting longest.",)
    likely = team.people.likely(team.home.id, line.conversation, team.ben.id)
    assert {each.reason for each in likely} <= {None, FEWEST}


def test_what_somebody_has_is_counted_as_long_as_it_waits(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.press(team.waiting()[0], Verb.CLAIM, team.ana)
    assert team.report.preview(team.home.id).total == 1


def test_what_was_put_off_until_the_hour_of_the_digest_is_in_it_whatever_is_done_first(team: Team) -> None:
    """Also after a stop of the process, when all is due at once."""
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.later(timedelta(hours=1))
    team.press(team.waiting()[0], Verb.LATER, team.ana, until=datetime(2026, 3, 4, 9, tzinfo=UTC))
    team.asleep_until(4, 9)
    team.report.digest(team.home.id, "C100")
    assert [one.total for one in team.slack.to("C100", Kind.DIGEST)] == [1]


def test_what_becomes_private_goes_from_the_digest_that_stands(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    team.pond.write(MEI, "@acme My bill?", under=asked, names=(ACME,), visibility=Visibility.DIRECT)
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.work()
    (digest,) = (one for one in team.slack.standing.values() if one.kind == Kind.DIGEST)
    assert digest.lines == ()


def test_what_was_answered_in_private_is_not_counted_when_nobody_waits(team: Team) -> None:
    in_private(team, MEI)
    with team.store.read(team.home.id) as tx:
        assert tx.journal.count(["answered"], EVER, team.clock()) == 0


def watch_the_word(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        watch = Watch("", "The word", Lane.ABOUT_US)
        saved = tx.sources.save_watch(watch, [Source("", "pond", HOME, "tag", "acme")])
        tx.agenda.plan(Job.POLL, saved.sources[0], team.clock())
    team.work()


def test_what_is_about_us_is_counted_on_the_next_digest_over_a_weekend_and_over_silent_days(
    team: Team,
) -> None:
    watch_the_word(team)
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(6, 10)
    for day in (6, 7, 8):
        team.until(day, 14)
        team.pond.write(author(f"a{day}"), "acme is nice")
    team.until(9, 10)
    digest = team.slack.to("C100", Kind.DIGEST)[-1]
    assert (digest.days[-1].day, digest.about_us) == (9, 3)
    assert digest.week, "the first of the week says how the last one was"
    team.until(10, 10)
    digest = team.slack.to("C100", Kind.DIGEST)[-1]
    assert (digest.about_us, digest.week) == (0, None)


def test_talk_in_the_room_is_a_counted_line(team: Team) -> None:
    post = team.pond.write(ACME, "News!")
    team.later(timedelta(minutes=40))
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    first = team.pond.write(author("kim"), "@acme Nice", under=post, names=(ACME,))
    team.pond.write(author("lea"), "@kim @acme indeed", under=first, names=(ACME,))
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert digest.in_the_room == 1


def test_a_conversation_of_many_counts_them_all_and_its_questions_are_told_without_what_waits_no_more(
    team: Team,
) -> None:
    ours = team.pond.write(ACME, "Version 2 is out")
    asked = [team.pond.write(author(f"a{n:02}"), "Where?", under=ours) for n in range(12)]
    team.pond.write(author("kim"), "Nice.", under=ours)
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert (digest.total, digest.people) == (2, 14)
    (fold,) = (one for one in team.waiting() if one.author is None)
    team.pond.write(ANA, "There.", under=asked[0])
    team.until(3, 12)
    questions = team.queue.questions(team.home.id, fold.id)
    assert [post.id for post in questions] == [post.id for post in asked[1:]]
    (line,) = team.queue.lines(team.home.id, [fold.id], None)
    assert line.people == 12


def test_who_was_answered_before_in_the_same_thread_is_not_counted_as_settled_meanwhile(team: Team) -> None:
    ours = team.pond.write(ACME, "Version 2 is out")
    asked = team.pond.write(author("kim"), "Where?", under=ours)
    team.pond.write(ANA, "There.", under=asked)
    team.pond.write(MEI, "@acme How?", under=ours, names=(ACME,))
    team.until(3, 9, 30)
    team.later(timedelta(minutes=20))
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert (digest.total, digest.settled) == (1, 0)


def test_what_was_settled_by_none_of_us_since_the_last_digest_is_counted(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    taken_back = team.pond.write(author("kim"), "@acme Hm?", names=(ACME,))
    team.until(3, 9, 30)
    team.pond.delete(taken_back)
    (gone,) = (one for one in team.waiting() if one.root == taken_back.id)
    for _ in range(2):
        team.clock.move(timedelta(minutes=15))
        team.answers.look(team.home.id, [gone.id], fresh=timedelta(minutes=1))
    team.until(4, 9, 30)
    first, second = team.slack.to("C100", Kind.DIGEST)
    assert (first.without_us, second.without_us) == (0, 1)


def test_once_a_month_what_waited_for_weeks_is_offered_and_rings_nobody(team: Team) -> None:
    for text in ("@acme How?", "@acme Why?"):
        team.pond.write(MEI, text, names=(ACME,))
        team.until(3, 8)
    held = team.waiting()[0]
    team.asleep_until(31, 8)
    team.press(team.conversation(held.id), Verb.CLAIM, team.ana)
    offered = []
    for day in (31, 32, 33):
        team.clock.now = datetime(2026, 3, 1, 9, 30, tzinfo=UTC) + timedelta(days=day - 1)
        team.work()
        offered.append(team.slack.to("C100", Kind.DIGEST)[-1].long_waiting)
    assert offered == [0, 1, 0]
    assert team.slack.to("UBEN") == []
    assert [line.standing.holder for line in team.queue.long_waiting(team.home.id, team.ben.id, 9)] == [None]
