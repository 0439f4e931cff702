"""Every message, live and past, as people read it, and within every limit of Slack."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.measures import Outcome, Rows, Us, measure
from bot.domain.model import (
    Author,
    Evidence,
    Hours,
    Line,
    Post,
    Press,
    Reason,
    Sign,
    Source,
    Status,
    Strength,
    Teammate,
    Verb,
)
from bot.domain.screens import Back, HomeScreen, Kind, QueueScreen, Screen
from bot.slack.buttons import seen_answer
from bot.slack.digest import preview
from bot.slack.engage import waiting
from bot.slack.faces import FACES, draw
from bot.slack.home import home
from bot.slack.reminder import PARTS
from bot.slack.values import Code
from tests.slack.limits import check_message, read

Lines = Callable[..., Line]
FAR = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOURCE = Source("s", "mastodon", "https://fosstodon.example", "mentions", "@acme")

HOSTILE = (
    "<!channel> <!here> <@U123ABC> <#C1|general> *bold* _it_ ~no~ `code` & @here "
    "<https://evil.example|click> https://evil.example :tada: \u202eright to left\u202c "
    "\u05e9\u05dc\u05d5\u05dd \U0001f468\u200d\U0001f469\u200d\U0001f467"
)
LONG = "tags " * 20_000
MARKS = "e" + "\u0301" * 100_000


def shown(screen: Screen) -> str:
    text, blocks = draw(screen)
    check_message(text, blocks)
    return read(blocks)


def test_every_kind_of_message_has_a_face() -> None:
    assert set(FACES) == set(Kind)


@pytest.mark.parametrize("text", ["", HOSTILE, LONG, MARKS], ids=["none", "hostile", "long", "marks"])
@pytest.mark.parametrize("count", [0, 1, 5, 500])
@pytest.mark.parametrize("kind", Kind)
def test_every_limit_holds(kind: Kind, count: int, text: str, line: Lines, noon: datetime) -> None:
    ana = Teammate(id="t-ana", slack_user="UANA", name=text)
    one = line(
        text=text, name=text, handle=text, label=text, holder="t-ana", warning=text, reasons=(text,) * 3,
        holder_name=text, asked_name=text, answered_name=text,
        undoable=Press("p1", Verb.CLAIM, 1, "t-ana", noon),
    )  # fmt: skip
    many = tuple(replace(one, conversation=f"c{i}", warning=text if i % 2 else None) for i in range(count))
    post = Post("mastodon", "1", "https://a.example", Author("1", text, text), text, noon, warning=text)
    screen = Screen(
        kind, many, to=ana, as_of=noon, total=count, places=6, blind=((text, noon),) * 40, asker=text,
        note=text, brought_by=text, first=True, step=1, steps=2, reply_as=text, looked_for=(text,) * 50,
        why_me=text, news=post, backs={"c1": Back(post, noon - timedelta(hours=2))}, about_us=7,
        told_as={f"c{i}": one for i, one in enumerate(PARTS)} if kind in PARTS else {},
        in_the_room=7, hushed=((text, noon),) * 40, gap=True,
        source=Source("s", text or "x", text or "x", "mentions", text), days=(date(2026, 11, 19),) * 5,
        place=text, since=noon,
    )  # fmt: skip
    for drawn, blocks in map(draw, (screen, replace(screen, live=False), replace(screen, linked_to=text))):
        check_message(drawn, blocks)
        assert len(json.dumps(blocks)) < 60_000


def test_the_digest_says_who_waits_and_how_it_stands(line: Lines, noon: datetime) -> None:
    held = line(conversation="c2", name="Ravi", holder="t-ana", holder_name="Ana")
    asked = line(conversation="c3", name="Lea", asked="t-ben", asked_name="Ben")
    first = line(
        new_to_us=True, asks_something=True, language="ja-JP", reasons=("Ana answered the last question.",)
    )
    told = shown(Screen(Kind.DIGEST, (first, held, asked), total=9, places=6, as_of=noon))
    assert "9 people are waiting for one of us. Here are three. Looked at 6 places, last" in told
    assert "Mei Tanaka (@mei@fosstodon.example) on Mastodon, waiting since" in told
    assert "New to us, asks something, in Japanese. Nobody has it. Ana answered the last question." in told
    assert "Ana has it." in told
    assert "Nobody has it yet; we asked Ben." in told
    assert "[Open] [I'll reply] [Assign] [Later | Replied elsewhere |" in told
    assert "6 more in Home" in told


def test_what_the_network_marks_as_settled_is_told_and_closed_with_one_press(
    line: Lines, noon: datetime
) -> None:
    sign = Sign("o1", "https://a.example/o1", "solved", noon)
    told = shown(Screen(Kind.DIGEST, (line(sign=sign),), total=1, places=1, as_of=noon))
    assert "It is marked as solved there. I remind nobody of it. See it." in told
    assert "[Open] [I'll reply] [Assign] [Answered by the community] [Later |" in told
    assert "[Answered by the community]" not in shown(Screen(Kind.DIGEST, (line(),), total=1, places=1))


def test_a_place_quieter_than_usual_is_told_apart_from_one_that_is_not_seen(
    line: Lines, noon: datetime
) -> None:
    said = "Mastodon (mentions) can be read, but nobody has spoken there since"
    quiet = (("Mastodon (mentions)", noon),)
    told = shown(Screen(Kind.DIGEST, (line(),), total=1, places=1, as_of=noon, hushed=quiet))
    assert said in told
    assert ", longer than usual" in told
    assert "not seen" not in told
    assert said in shown(Screen(Kind.QUIET, places=1, as_of=noon, hushed=quiet))


def test_a_private_conversation_never_reaches_a_digest(line: Lines) -> None:
    assert "Mei" not in shown(Screen(Kind.DIGEST, (line(private=True),), total=1, places=1))


def test_an_answered_line_names_who_answered_and_links_the_reply(line: Lines) -> None:
    over = line(status=Status.ANSWERED, answered_name="Ana", answered_url="https://a.example/2")
    text, blocks = draw(Screen(Kind.DIGEST, (over,), total=1, places=1))
    assert "Answered by hand by Ana. See the reply." in read(blocks)
    assert "https://a.example/2" in json.dumps(blocks)
    assert "Does the export" not in text + read(blocks)


def test_a_past_digest_is_a_receipt_without_buttons(line: Lines) -> None:
    past = Screen(
        Kind.DIGEST,
        (line(),),
        live=False,
        total=9,
        answered=7,
        carried=2,
        days=(date(2026, 11, 20),),
        places=6,
    )
    assert shown(past) == "Friday: 9 waited, 7 answered by hand, 2 carried over."


def test_a_digest_for_missed_days_names_them(line: Lines) -> None:
    days = (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))
    screen = Screen(Kind.DIGEST, (line(),), total=1, places=2, days=days)
    assert "This stands for Wednesday, Thursday and Friday." in shown(screen)


def test_a_digest_that_came_to_a_person_instead_says_why(line: Lines) -> None:
    told = shown(Screen(Kind.DIGEST, (line(),), total=1, places=1, note="channel_is_shared"))
    assert told.startswith("Our channel is shared with another organisation by now, so it came to you.")
    assert "/engage here" in told
    quiet = shown(Screen(Kind.QUIET, note="is_archived"))
    assert quiet.startswith("Our channel is archived, so it came to you.")


def test_the_quiet_line_says_what_it_rests_on(noon: datetime, line: Lines) -> None:
    week = measure(Rows(), (noon - timedelta(days=7), noon), Us(Hours()))
    week = replace(week, reminders=41, false_alarms=1)
    well = Screen(Kind.QUIET, as_of=noon, looks=1204, places=6, week=week)
    told = shown(well)
    assert "spoke to us" not in told
    assert "Nobody is waiting for us. This week I looked 1,204 times at 6 places; every one answered" in told
    assert "I reminded 41 times and was wrong once." in told
    blind = shown(replace(well, blind=(("Bluesky", noon),)))
    assert "Nobody that I can see is waiting, but I have not seen Bluesky since" in blind
    assert "every one answered" not in blind
    two = shown(replace(well, blind=(("Bluesky", noon), ("Feeds", None))))
    assert two.count("Nobody that I can see") == 1
    assert "Nor have I seen Feeds." in two
    assert "I reminded nobody." in shown(replace(well, week=replace(week, reminders=0, false_alarms=0)))
    asks = Screen(Kind.DIGEST, (line(),), total=1, places=1, week=replace(week, spoke=11))
    assert (
        "In the last seven days: 11 people spoke to us and none heard back from a person. I reminded 41"
        in (shown(asks))
    )
    assert "In the last seven days: I reminded 41 times" in shown(replace(asks, week=week))
    assert "seven days" not in shown(replace(asks, week=None))
    for heard, said in (
        (11, "11 people spoke to us and all 11 heard back from a person. I'll be quiet"),
        (8, "11 people spoke to us and 8 heard back from a person."),
        (None, "11 people spoke to us. I'll be quiet"),
    ):
        spoke = replace(week, spoke=11, people={**week.people, Outcome.HEARD: heard})
        assert said in shown(replace(well, week=spoke))


def test_many_who_wait_in_one_conversation_are_counted_and_their_questions_are_one_press_away(
    line: Lines,
) -> None:
    fold = line(people=12, asks_something=True)
    screen = Screen(Kind.DIGEST, (fold, line(conversation="c2")), total=2, people=13, without_us=3, thanked=2)
    told = shown(screen)
    assert told.startswith("2 conversations with 13 people are waiting for one of us.")
    assert "Mei Tanaka and 11 others (@mei@fosstodon.example)" in told
    assert "3 conversations settled without us" in told
    assert "2 people wrote back and ask for nothing" in told
    assert told.count("[Show the questions]") == 1
    assert shown(replace(screen, settled=1)).startswith("1 of 2 is still waiting for one of us.")


def test_thanks_for_an_answer_do_not_read_as_somebody_who_waits(line: Lines) -> None:
    thanked = line(nudgeable=False, answered_name="Ana", text="Thanks!")
    told = shown(Screen(Kind.DIGEST, (thanked, line(conversation="c2")), total=2, settled=1))
    assert "Answered by hand by Ana. They wrote back since, and ask for nothing." in told
    assert told.startswith("1 of 2 is still waiting for one of us.")
    assert told.count("Nobody has it") == told.count("waiting since") == 1


def test_a_preview_has_nothing_to_press_and_says_that_one_reader_sees_it(line: Lines, noon: datetime) -> None:
    notice, blocks = preview(Screen(Kind.DIGEST, (line(),), total=1, places=1, as_of=noon))
    check_message(notice, blocks)
    assert read(blocks).startswith("This is what the channel would read now. Only you see it")
    assert "Mei Tanaka" in read(blocks)
    assert not [block for block in blocks if block["type"] == "actions"]
    assert "Nobody is waiting for us." in read(preview(Screen(Kind.QUIET, places=1, as_of=noon))[1])


def test_a_colleague_is_asked_and_first_told_who_brought_them_here(line: Lines, ana: Teammate) -> None:
    asks = Screen(
        Kind.QUESTION, (line(asked="t-ana"),), to=ana, asker="Ben", note="You know exports best.", first=True,
        brought_by="Ben",
    )  # fmt: skip
    told = shown(asks)
    assert told.startswith("Ben brought me to you. I am By Hand")
    assert "/engage stop" in told
    assert "Ben asks whether you would answer Mei Tanaka on Mastodon. “You know exports best.”" in told
    assert "[Yes, I'll reply] [Not me] [Not now] [Open]" in told
    assert draw(asks)[0] == "Ben asks whether you would answer Mei Tanaka on Mastodon"


def test_after_the_yes_the_question_says_so_and_opens_the_reply(line: Lines, ana: Teammate) -> None:
    told = shown(Screen(Kind.QUESTION, (line(holder="t-ana"),), to=ana, reply_as="@ana@hachyderm.example"))
    assert "you said yes." in told
    assert "[Open, reply as @ana@hachyderm.example] [Not me]" in told


def test_when_somebody_else_took_it_the_question_shrinks_to_one_line(line: Lines, ana: Teammate) -> None:
    told = shown(Screen(Kind.QUESTION, (line(holder="t-ben", holder_name="Ben"),), to=ana))
    assert told == "Mei Tanaka on Mastodon: A colleague asked. Ben has it."


@pytest.mark.parametrize("asked", [None, "t-ben"])
def test_after_a_no_the_question_has_no_buttons_that_decide(
    asked: str | None, line: Lines, ana: Teammate
) -> None:
    told = shown(Screen(Kind.QUESTION, (line(asked=asked),), to=ana, asker="Ben"))
    assert told.startswith("Mei Tanaka on Mastodon: Ben asked.")
    assert "[" not in told


def test_who_was_given_it_by_a_colleague_is_told_so_and_may_give_it_back(line: Lines, ana: Teammate) -> None:
    given = line(holder="t-ana", asked_by="t-ben")
    screen = Screen(Kind.QUESTION, (given,), to=ana, asker="Ben", note="You know exports best.")
    told = shown(screen)
    assert "Ben counts on you to answer Mei Tanaka on Mastodon. It is with you. “You know" in told
    assert "[Open] [Not me] [Later |" in told
    assert draw(screen)[0] == "Ben asks you to answer Mei Tanaka on Mastodon"


@pytest.mark.parametrize(
    "kind",
    [kind for kind in Kind if kind not in (Kind.DIGEST, Kind.QUIET, Kind.STOPPED)],
)
def test_every_message_to_one_person_offers_a_pause(kind: Kind, line: Lines, ana: Teammate) -> None:
    asked = "t-ana" if kind is Kind.QUESTION else None
    post = Post("mastodon", "1", "https://a.example/1", Author("1", "@codes", "Codes"), "So.", FAR)
    about = line(holder=None if asked or kind is Kind.PRIVATE else "t-ana", asked=asked)
    told = shown(Screen(kind, (about,), to=ana, news=post, source=SOURCE))
    assert "Pause]" in told


def test_a_colleague_asks_kindly_and_one_press_says_how_it_stands(line: Lines, ana: Teammate) -> None:
    screen = Screen(Kind.KINDLY, (line(holder="t-ana"),), to=ana, asker="Ben", note="Is it you?")
    told = shown(screen)
    assert "Ben asks kindly whether you will still answer Mei Tanaka. “Is it you?”" in told
    assert "[I'll still do it] [Not me] [Later] [Open] [Pause]" in told
    assert draw(screen)[0] == "Ben asks whether you will still answer Mei Tanaka on Mastodon"
    held = line(holder="t-ben", holder_name="Ben")
    assert "[Nudge kindly |" in shown(Screen(Kind.DIGEST, (held,), total=1, places=1))
    assert "[Later |" in shown(Screen(Kind.DIGEST, (line(),), total=1, places=1))


def test_a_shared_accounts_reply_that_is_nobodys_may_be_claimed(line: Lines, noon: datetime) -> None:
    reply = Evidence("r1", "https://a.example/r1", None, noon, Strength.STRONG, True, frozenset({"m1"}))

    def told(by: str | None) -> str:
        over = line(status=Status.ANSWERED, evidence=(replace(reply, by=by),))
        return shown(Screen(Kind.DIGEST, (over,), total=1, places=1))

    assert "[Open] [That was me]" in told(None)
    assert "[That was me]" not in told("t-ana")


def test_a_rule_of_the_team_asks_by_its_name(line: Lines, ana: Teammate) -> None:
    screen = Screen(Kind.QUESTION, (line(asked="t-ana"),), to=ana, rule="press", first=True)
    told = shown(screen)
    assert "Our rule “press” asks whether you would answer Mei Tanaka on Mastodon." in told
    assert told.startswith("We have not met. I am By Hand")


@pytest.mark.parametrize(
    "kind", [Kind.NUDGE, Kind.KINDLY, Kind.LAST_WORD, Kind.BLIND, Kind.NEWS, Kind.PRIVATE]
)
def test_the_first_message_says_what_this_is_whatever_it_is_about(
    kind: Kind, line: Lines, ana: Teammate
) -> None:
    first = Screen(kind, (line(holder="t-ana"),), to=ana, first=True)
    assert shown(first).startswith("We have not met. I am By Hand")
    assert "We have not met" not in shown(replace(first, first=False))


def test_who_said_no_is_offered_to_ask_somebody_else(line: Lines, ana: Teammate) -> None:
    for kind in (Kind.QUESTION, Kind.NUDGE):
        screen = Screen(kind, (line(declined=("t-ana",)),), to=ana, asker="Ben")
        assert shown(screen).endswith("It went back to the team's list.\n[Ask somebody else]")
        taken = replace(screen, lines=(line(declined=("t-ana",), holder="t-ben", holder_name="Ben"),))
        assert "[" not in shown(taken)


def test_a_reply_in_doubt_is_asked_about_and_the_one_shown_is_the_one_denied(
    line: Lines, noon: datetime
) -> None:
    def reply(post: str, strength: Strength) -> Evidence:
        url = f"https://fosstodon.example/{post}"
        return Evidence(post, url, "t-ben", noon, strength, verified=True, mentions=frozenset({"m1"}))

    doubt = line(
        maybes=(reply("r1", Strength.MAYBE), reply("r2", Strength.MAYBE)),
        evidence=(reply("r0", Strength.STRONG),),
    )
    told = shown(Screen(Kind.DIGEST, (doubt,), total=1, places=1))
    assert "I saw a reply that may be ours; I am not sure. See it." in told
    assert "[Open] [That was the answer] [That was not an answer]" in told
    assert seen_answer(doubt) == "r2"


def test_nobody_is_asked_from_the_digest_for_what_somebody_has(line: Lines) -> None:
    def told(**about: str) -> str:
        return shown(Screen(Kind.DIGEST, (line(**about),), total=1, places=1))

    assert "[Assign]" in told()
    assert "[Assign]" not in told(holder="t-ben", holder_name="Ben")


def test_a_question_that_is_over_says_who_asked_and_what_became_of_it(line: Lines, ana: Teammate) -> None:
    asks = Screen(Kind.QUESTION, (line(holder="t-ana"),), to=ana, asker="Ben Okafor")
    yes = "Mei Tanaka on Mastodon: Ben Okafor asked; you said yes."
    assert shown(asks).startswith(f"{yes}\n[Open]")
    assert shown(replace(asks, live=False)) == yes
    assert draw(asks)[0] == yes
    free = replace(asks, lines=(line(),), live=False)
    assert shown(free) == "Mei Tanaka on Mastodon: Ben Okafor asked. It went back to the team's list."


def test_a_nudge_names_the_person_and_what_was_looked_at(line: Lines, ana: Teammate, noon: datetime) -> None:
    screen = Screen(
        Kind.NUDGE, (line(holder="t-ana"),), to=ana, as_of=noon + timedelta(hours=4), step=1, steps=2,
        reply_as="@ana@hachyderm.example", looked_for=("@acme",),
        why_me="you said yes.",
    )  # fmt: skip
    told = shown(screen)
    assert draw(screen)[0] == "Mei Tanaka is waiting for you on Mastodon"
    assert "Mei Tanaka is still waiting for you, since 20 Nov 12:00 UTC (4 of your working hours)." in told
    assert "You said you would reply. I looked 20 Nov 16:00 UTC and saw no reply from" in told
    assert "saw no reply from you or @acme." in told
    assert "[Open, reply as @ana@hachyderm.example] [Later] [Not me] [I replied elsewhere |" in told
    assert "Reminder 1 of 2, the only one today · I never write for you · Why you: you said yes." in told


def test_a_reminder_about_two_networks_names_each_handle_only_where_it_is(
    line: Lines, ana: Teammate, noon: datetime
) -> None:
    both = (line(holder="t-ana"), line(conversation="c2", network="bluesky", label="Bluesky", holder="t-ana"))
    mine = "@ana@h.example"
    screen = Screen(Kind.NUDGE, both, to=ana, as_of=noon, reply_as=mine, looked_for=("@acme",))
    told = shown(screen)
    assert told.count("[Open, reply as @ana@h.example]") == 1
    assert "saw no reply from you or @acme." in told
    assert "saw no reply from you." in told
    assert "saw no reply from @acme." in shown(replace(screen, reply_as=None))
    assert draw(screen)[0] == "Mei Tanaka is waiting for you on Mastodon (and 1 more)"


def test_one_ring_tells_of_reminders_last_words_and_news_side_by_side(
    line: Lines, ana: Teammate, noon: datetime
) -> None:
    thanks = Post("mastodon", "2", "https://a.example/2", Author("1", "@lea", "Lea"), "That worked!!", noon)
    waits = line(holder="t-ana")
    earlier = replace(waits.standing, waiting_since=noon - timedelta(hours=3))
    last = replace(line(conversation="c2", name="Ravi Rao"), standing=earlier)
    back = line(conversation="c3", name="Lea Ott", nudgeable=False)
    screen = Screen(
        Kind.NUDGE, (waits, last, back), to=ana, as_of=noon + timedelta(hours=1), step=1, steps=2,
        told_as={waits.conversation: Kind.NUDGE, "c2": Kind.LAST_WORD, "c3": Kind.NEWS},
        backs={"c3": Back(thanks, noon - timedelta(hours=2))},
    )  # fmt: skip
    told = shown(screen)
    assert draw(screen)[0] == "Mei Tanaka is waiting for you on Mastodon (and 2 more)"
    assert "Mei Tanaka is still waiting for you, since 20 Nov 12:00 UTC (1 of your working hours)." in told
    assert "My last word about Ravi Rao: shall I offer this to someone else?" in told
    assert "Lea Ott wrote back to you on Mastodon, two hours after your reply:\n“That worked!!”" in told
    assert told.count("[Good ending]") == told.count("[Offer it]") == told.count("[Not me]") == 1
    assert "Reminder 1 of 2" in told
    asked = line(conversation="c4", name="Kim Berg", asked="t-ana", network="bluesky", label="Bluesky")
    asks = shown(
        replace(screen, lines=(waits, asked), told_as={"c4": Kind.QUESTION}, asker="Ben", reply_as="@ana@h")
    )
    assert "Ben asks whether you would answer Kim Berg on Bluesky.\n" in asks
    assert "[Yes, I'll reply] [Not me] [Not now] [Open] [Pause]" in asks
    two = shown(replace(screen, lines=(waits, last), told_as={}))
    assert "(1 of your working hours)" in two
    assert "(4 of your working hours)" in two


def test_a_past_nudge_is_one_line_without_buttons(line: Lines, ana: Teammate) -> None:
    answered = line(status=Status.ANSWERED, holder="t-ana", answered_name="Ana")
    told = shown(Screen(Kind.NUDGE, (answered,), live=False, to=ana))
    assert told == "Reminded about Mei Tanaka on Mastodon. Answered by hand by Ana."


def test_an_answered_reminder_has_no_foot_and_says_when_it_came(
    line: Lines, ana: Teammate, noon: datetime
) -> None:
    answered = line(status=Status.ANSWERED, holder="t-ana", answered_name="Ana")
    screen = Screen(Kind.NUDGE, (answered,), to=ana, as_of=noon, step=1, steps=2, why_me="you said yes.")
    assert shown(screen) == (
        "Reminded 20 Nov 12:00 UTC about Mei Tanaka on Mastodon. Answered by hand by Ana."
    )
    also = replace(screen, lines=(answered, line(conversation="c2", holder="t-ana")))
    assert "Reminder 1 of 2" in shown(also)


def test_a_lapsed_reminder_went_back_to_the_team(line: Lines, ana: Teammate, noon: datetime) -> None:
    clock = line(undoable=Press("p1", Verb.RELEASE, 1, "", noon))
    assert shown(Screen(Kind.LAST_WORD, (clock,), to=ana)) == (
        "My last word about Mei Tanaka on Mastodon: It went back to the team's list."
    )


def test_undo_is_offered_to_whom_it_belongs_and_names_what_it_takes_back(
    line: Lines, ana: Teammate, noon: datetime
) -> None:
    def settled(by: str) -> str:
        press = Press("p1", Verb.ELSEWHERE, 1, by, noon)
        over = line(status=Status.CLOSED, reason=Reason.ELSEWHERE, holder="t-ana", undoable=press)
        _, blocks = draw(Screen(Kind.NUDGE, (over,), to=ana))
        return json.dumps([b for b in blocks if b["type"] == "actions"], ensure_ascii=False)

    assert "Undo “Replied elsewhere” for Mei Tanaka" in settled("t-ana")
    assert settled("t-ben") == settled("") == "[]"


def test_what_was_set_aside_is_one_line_with_undo(line: Lines, noon: datetime) -> None:
    later = Press("p1", Verb.LATER, 1, "t-ana", noon)
    aside = line(status=Status.SNOOZED, snoozed_until=noon + timedelta(days=1), undoable=later)
    told = shown(Screen(Kind.DIGEST, (aside,), total=1, places=1))
    assert told.splitlines()[2:] == [
        "Mei Tanaka on Mastodon: Set aside until 21 Nov 12:00 UTC.",
        "[Open] [Undo]",
    ]


def test_a_digest_counts_who_still_waits_when_it_is_drawn_again(line: Lines) -> None:
    over = line(conversation="c2", status=Status.ANSWERED, answered_name="Ana")
    screen = Screen(Kind.DIGEST, (line(), over), total=5, settled=2, places=2)
    told = shown(screen)
    assert told.startswith("3 of 5 are still waiting for one of us. Looked at 2 places.")
    assert "2 more in Home" in told
    assert draw(screen)[0] == "3 of 5 are still waiting for one of us"
    done = shown(replace(screen, lines=(over,), settled=5))
    assert done.startswith("All 5 have been answered or settled.")
    assert "more:" not in done


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("@acme Does it?", "Does it?"),
        ("  @acme@social.example, @ana.bsky.example:\nDoes it?", "Does it?"),
        ("Does @acme?", "Does @acme?"),
        ("@acme", "@acme"),
        ("@acme @ana ", "@acme @ana"),
        ("@acme! Help", "@acme! Help"),
        ("@" + "a@" * 50_000, "@" + "a@" * 69 + "a…"),
    ],
)
def test_a_quotation_opens_with_what_they_say(line: Lines, text: str, quoted: str) -> None:
    told = shown(Screen(Kind.DIGEST, (line(text=text),), total=1, places=1))
    assert f"“{quoted}”" in told


def test_a_false_alarm_is_admitted_with_what_would_help(line: Lines, ana: Teammate, noon: datetime) -> None:
    press = Press("p1", Verb.ALREADY, 1, "t-ana", noon)
    missed = line(status=Status.CLOSED, reason=Reason.ALREADY, holder="t-ana", undoable=press)
    told = shown(Screen(Kind.NUDGE, (missed,), to=ana))
    assert "This was already answered." in told
    assert "[Undo]" in told
    assert "Sorry." in told
    assert "/engage me" in told


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({}, "I saw no reply there from any account of ours that I know."),
        ({"blind_since": FAR}, "I had not seen Mastodon since 20 Nov 12:00 UTC."),
        ({"can_see_answers": False, "blind_since": FAR}, "I cannot see replies on Mastodon."),
    ],
)
def test_what_was_already_answered_says_why_it_was_missed(
    about, why: str, line: Lines, ana: Teammate
) -> None:
    missed = line(status=Status.CLOSED, reason=Reason.ALREADY, holder="t-ana", **about)
    for kind in (Kind.DIGEST, Kind.NUDGE):
        assert f"This was already answered. {why}" in shown(Screen(kind, (missed,), to=ana, total=1))


def test_the_last_word_offers_to_give_it_back(line: Lines, ana: Teammate) -> None:
    told = shown(Screen(Kind.LAST_WORD, (line(holder="t-ana"),), to=ana))
    assert "My last word about Mei Tanaka: shall I offer this to someone else?" in told
    assert "[Offer it] [I'll still do it] [Let it go]" in told
    assert "with no note about you" in told


def test_where_answers_cannot_be_seen_one_question_is_asked(line: Lines, ana: Teammate) -> None:
    told = shown(Screen(Kind.BLIND, (line(holder="t-ana", label="the forum"),), to=ana))
    assert "Did you answer Mei Tanaka on the forum? I cannot see replies there." in told
    assert "[Yes] [Not yet] [Let it go]" in told


def test_good_news_is_told_with_nothing_to_do(line: Lines, ana: Teammate, noon: datetime) -> None:
    thanks = Post("mastodon", "2", "https://a.example/2", Author("1", "@mei", "Mei"), "That worked!!", noon)
    back = line(nudgeable=False)
    screen = Screen(
        Kind.NEWS, (back,), to=ana, backs={back.conversation: Back(thanks, noon - timedelta(hours=2))}
    )
    told = shown(screen)
    assert "Mei Tanaka wrote back to you on Mastodon, two hours after your reply:\n“That worked!!”" in told
    assert "Nothing to do unless you want to." in told
    assert "[Open] [Good ending] [Wants an answer]" in told
    assert "worked" not in draw(screen)[0]
    asks = shown(replace(screen, lines=(line(nudgeable=True),)))
    assert "It asks something, so it waits for us again." in asks
    assert "Wants an answer" not in asks


def test_what_is_private_is_told_with_no_word_of_it_and_nobody_else_can_be_asked(
    line: Lines, ana: Teammate
) -> None:
    told = shown(Screen(Kind.PRIVATE, (line(text="", private=True),), to=ana))
    assert "Mei Tanaka (@mei@fosstodon.example) on Mastodon, waiting since" in told
    assert "[Open] [I'll reply] [Later |" in told
    assert "I tell only you" in told
    over = line(text="", private=True, status=Status.ANSWERED, answered_name="Ana")
    assert "Mei Tanaka on Mastodon: Answered by hand by Ana." in shown(
        Screen(Kind.PRIVATE, (over,), to=ana, live=False)
    )


def test_who_returns_hears_once_who_still_waits_and_what_is_settled_is_one_line(
    line: Lines, ana: Teammate
) -> None:
    held = line(holder=ana.id, holder_name="Ana")
    told = shown(
        Screen(Kind.RETURNED, (held, line(status=Status.ANSWERED, answered_name="Ben")), to=ana, total=5)
    )
    assert "Welcome back. Five people still wait for you. Here are two; the others stand in Home." in told
    assert "Mei Tanaka (@mei@fosstodon.example) on Mastodon, waiting since" in told
    assert "[Open] [Assign] [Later |" in told
    assert "Mei Tanaka on Mastodon: Answered by hand by Ben." in told
    assert "That is all I say today." in told
    past = shown(Screen(Kind.RETURNED, (held,), to=ana, total=1, live=False))
    assert "[Assign]" not in past
    assert "One person still waits for you." in past


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        (Kind.NUDGE, "Reminded about Mei Tanaka on Mastodon."),
        (Kind.QUESTION, "Mei Tanaka on Mastodon: A colleague asked."),
        (Kind.LAST_WORD, "My last word about Mei Tanaka on Mastodon:"),
        (Kind.BLIND, "Did you answer Mei Tanaka on Mastodon?"),
        (Kind.NEWS, "Mei Tanaka wrote back to you on Mastodon."),
    ],
)
def test_when_it_is_over_the_text_for_readers_without_blocks_says_so(
    kind: Kind, about: str, line: Lines, ana: Teammate
) -> None:
    over = line(status=Status.ANSWERED, holder="t-ana", answered_name="Ana")
    told, blocks = draw(Screen(kind, (over,), live=False, to=ana))
    assert told == read(blocks) == f"{about} Answered by hand by Ana."


def test_words_behind_a_warning_wait_for_the_reader(line: Lines) -> None:
    text, blocks = draw(Screen(Kind.DIGEST, (line(warning="food"),), total=1, places=1))
    assert "Does the export" not in json.dumps(blocks) + text
    assert "Behind a content warning: food" in read(blocks)
    assert "[Show the words]" in read(blocks)


def test_every_button_names_its_person(line: Lines, ana: Teammate) -> None:
    for kind in (Kind.DIGEST, Kind.QUESTION, Kind.NUDGE, Kind.LAST_WORD, Kind.BLIND, Kind.NEWS, Kind.PRIVATE):
        _, blocks = draw(Screen(kind, (line(holder="t-ana"),), to=ana, total=1, places=1))
        rows = [e for b in blocks if b["type"] == "actions" for e in b["elements"] if e["type"] == "button"]
        assert rows
        labels = [row["accessibility_label"] for row in rows if row["action_id"] != Code.PAUSE]
        assert all("Mei Tanaka" in label for label in labels)


def test_a_feed_address_is_a_secret_and_only_its_host_is_named(noon: datetime) -> None:
    feed = Source("s", "feeds", "https://blog.example/private?key=hunter2", "feed", "hunter2", last_try=noon)
    told = shown(Screen(Kind.SIGN_IN, source=feed))
    assert "I can no longer read Feeds at blog.example" in told
    assert "hunter2" not in told


def test_what_came_back_tells_what_was_missed(noon: datetime) -> None:
    back = Screen(Kind.BACK, place="Mastodon", since=noon, total=7, answered=3, carried=4)
    assert shown(back) == (
        "Back: I can read Mastodon again. "
        "From 20 Nov 12:00 UTC until now: 7 mentions, 3 already answered, 4 waiting, no gap found."
        "\n[Pause]"
    )
    assert shown(replace(back, gap=True)).endswith("and some posts of that time may be missing.\n[Pause]")
    assert shown(replace(back, since=None, total=0, answered=0, carried=0, live=False)).endswith(
        "Until now: 0 mentions, 0 already answered, 0 waiting, no gap found."
    )


def test_a_first_look_tells_how_many_never_heard_back(noon: datetime) -> None:
    first = Screen(Kind.BASELINE, place="Mastodon", since=noon, total=5, carried=1)
    told = shown(first)
    assert "From 20 Nov 12:00 UTC until I started, 5 people spoke to us on Mastodon" in told
    assert "and 1 has not heard back." in told
    assert "I tell only you" in told


def test_a_lead_is_asked_whether_an_unknown_account_is_one_of_us(ana: Teammate, noon: datetime) -> None:
    theirs = Author("9", "@ana_codes@h.example", "Ana's other")
    reply = Post("mastodon", "2", "https://h.example/2", theirs, "It does.", noon)
    asked = Screen(Kind.IS_ONE_OF_US, to=ana, news=reply, total=2, place="Mastodon")
    told = shown(asked)
    assert "Two people who spoke to us on Mastodon were answered by @ana_codes@h.example." in told
    assert "See a reply. Is that one of us?" in told
    assert "[Yes, it is me] [Yes, it is ...] [No]" in told
    assert draw(asked)[0] == "Is @ana_codes@h.example on Mastodon one of us?"
    assert "It does" not in told
    assert shown(replace(asked, live=False)) == (
        "@ana_codes@h.example on Mastodon is none of us. I will not ask again."
    )
    assert shown(replace(asked, live=False, linked_to="Ben")) == (
        "@ana_codes@h.example on Mastodon is Ben: I see replies from there."
    )
    forgotten = replace(reply, author=Author("forgotten", "", ""))
    assert "ana_codes" not in shown(replace(asked, news=forgotten))


def test_outside_words_are_literal_elements_and_never_markup(line: Lines, ana: Teammate) -> None:
    hostile = line(text=HOSTILE, name=HOSTILE, handle="<!here>", reasons=("<@U1> *x*",), holder="t-ana")
    for kind in (Kind.DIGEST, Kind.NUDGE, Kind.QUESTION):
        text, blocks = draw(
            Screen(kind, (hostile,), to=ana, total=1, places=1, note=HOSTILE, why_me="<!channel>")
        )
        check_message(text, blocks)
        marked = [e["text"] for b in blocks if b["type"] == "context" for e in b["elements"]]
        assert not any("<!channel>" in m for m in marked)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("status", Status)
def test_of_somebody_forgotten_no_row_of_buttons_is_empty(
    kind: Kind, status: Status, line: Lines, noon: datetime
) -> None:
    """Their name, words and link went, and with the link the only button of what is settled."""
    ana = Teammate("t-ana", "UANA", "Ana")
    one = line(name="", handle="", text="", url="", status=status, snoozed_until=noon, reason=Reason.LET_GO)
    for live in (True, False):
        shown(Screen(kind, (one,), to=ana, as_of=noon, total=1, live=live))
    queue = QueueScreen((one,), (), (one,), 0, noon)
    for _, blocks in (waiting(queue, ana), ("", home(HomeScreen(queue, ana))["blocks"])):
        assert all(block["elements"] for block in blocks if block["type"] == "actions")


def test_a_digest_of_ones_own_tells_who_waits_and_what_became_of_the_others(
    line: Lines, ana: Teammate
) -> None:
    mine = line(holder="t-ana", holder_name="Ana")
    done = line(conversation="c2", name="Ravi", status=Status.ANSWERED, answered_name="Ana")
    screen = Screen(Kind.OWN_DIGEST, (mine, done), to=ana, total=7)
    told = shown(screen)
    assert told.startswith("7 people are waiting for you. Here are two.")
    assert "Mei Tanaka (@mei@fosstodon.example) on Mastodon, waiting since" in told
    assert "[Open] [Later] [Not me] [" in told
    assert "Ravi on Mastodon: Answered by hand by Ana." in told
    assert "5 more in Home" in told
    assert "with no note about you" in told
    assert "Pause" in told
    assert "[" not in shown(replace(screen, live=False))
