"""/engage over a real socket: the list, the words it knows, and help for the others; for the asker alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.model import Source, Teammate, Verb, Watch, Workspace
from bot.domain.ports import Message, Sending, Shown
from bot.domain.routing import Rule
from bot.domain.screens import Kind
from bot.services.team.ruling import Ruling
from bot.slack.arrivals import of_command
from tests.slack.limits import check_message, read
from tests.slack.rig import Places, Rig


def engage(rig: Rig, words: str = "", user: str = "ana") -> str:
    before = len(rig.told(user))
    assert rig.box.slack.command(user, "social", "/engage", words).acked
    rig.box.slack.wait_for(lambda: rig.told(user)[before:])
    told = rig.told(user)[-1]
    check_message(told["text"], [{k: v for k, v in b.items() if k != "block_id"} for b in told["blocks"]])
    return read(told["blocks"])


def test_the_list_shows_what_nobody_has_and_is_for_the_asker_alone(rig: Rig) -> None:
    rig.waits()
    told = engage(rig)
    assert "Nobody has these yet" in told
    assert "Mei Tanaka (@mei@fosstodon.example) on Mastodon, waiting since" in told
    assert "As of" in told
    assert "[Refresh]" in told
    assert rig.told("ben") == []
    assert rig.box.slack.unread("ana") == {}


def test_a_claim_from_the_list_renews_the_list(rig: Rig) -> None:
    conversation = rig.waits()
    engage(rig)
    ts = rig.told()[-1]["ts"]
    assert rig.box.slack.press("ana", "social", ts, "claim").acked
    rig.wait_settled()
    told = read(rig.told()[-1]["blocks"])
    assert told.startswith("Waiting for you")
    assert len(rig.told()) == 1
    assert rig.moves(conversation) == ["claim"]


def test_refresh_shows_the_present_state_in_the_same_place(rig: Rig) -> None:
    assert "nothing is without somebody" in engage(rig)
    rig.waits()
    rig.box.slack.press("ana", "social", rig.told()[-1]["ts"], "refresh")
    rig.wait_settled()
    assert "Mei Tanaka" in read(rig.told()[-1]["blocks"])


def test_fifteen_lines_are_shown_and_the_others_counted(rig: Rig) -> None:
    for key in range(20):
        rig.waits(str(key))
    told = engage(rig)
    assert told.count("Mei Tanaka") == 15
    assert "5 more not shown" in told


@pytest.mark.parametrize("word", ["dance", "HELP", "<!channel> *x*"])
def test_an_unknown_word_gets_the_help(rig: Rig, word: str) -> None:
    told = engage(rig, word)
    assert "/engage add LINK" in told
    assert ("I do not know" in told) is (word != "HELP")


def test_a_link_is_added_and_what_cannot_be_read_is_said(rig: Rig) -> None:
    rig.waits()
    assert "Added: Mei Tanaka on Mastodon. Nobody has it." in engage(rig, "add https://a.example/1")
    assert "I cannot read that link" in engage(rig, "add https://gone.example")
    assert "That is no link" in engage(rig, "add no link")
    assert "Please try again in some minutes" in engage(rig, "add https://busy.example")
    assert engage(rig, "add") == "Which link? It goes like this: /engage add LINK"
    assert engage(rig, "me") == "Which account? It goes like this: /engage me @handle@server"


def test_ones_own_handle_is_linked(rig: Rig) -> None:
    assert "Linked @ana@hachyderm.example" in engage(rig, "me @ana@hachyderm.example")
    with rig.store.read(rig.home.id) as tx:
        assert [each.name for each in tx.people.handles()] == ["@ana@hachyderm.example"]
    assert "I cannot read that link or account" in engage(rig, "me nonsense")


def test_whoever_links_an_account_that_has_asked_something_hears_of_it(rig: Rig) -> None:
    spoken = "It has spoken to your team before"
    rig.waits()
    assert spoken not in engage(rig, "me @ana@hachyderm.example")
    told = engage(rig, "me @mei@fosstodon.example")
    assert spoken in told
    assert "byhand people unlink --never" in told


def _home(rig: Rig) -> Workspace:
    with rig.store.read(rig.home.id) as tx:
        return tx.workspace


def _unchosen(rig: Rig) -> None:
    with rig.store.write(rig.home.id) as tx:
        tx.save_workspace(replace(tx.workspace, channel=None))


def test_the_digest_stands_where_a_teammate_says_at_their_hour(rig: Rig) -> None:
    _unchosen(rig)
    told = engage(rig, "here")
    assert told.startswith(
        "The digest will stand here on working days at 09:00 (Europe/Berlin). /engage digest"
    )
    assert (_home(rig).channel, _home(rig).zone) == ("C0SOCIAL", "Europe/Berlin")
    assert rig.told("ben") == []
    told = engage(rig, "here 14:30", "ben")
    assert told.startswith(
        "The digest will stand here on working days at 14:30 (Europe/Berlin). /engage digest"
    )
    assert "at 14:30 (" in engage(rig, "HERE")


@pytest.mark.parametrize(
    "hour", ["soon", "25:00", "9:5", "09:00 please", "-1:00", "\u0660\u0669:\u0660\u0660"]
)
def test_an_hour_that_is_none_is_answered_with_how_it_goes(rig: Rig, hour: str) -> None:
    before = _home(rig)
    assert engage(rig, f"here {hour}") == "It goes like this: /engage here 09:00"
    assert _home(rig) == before


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ({"bot": False}, "Invite me first: /invite @By Hand"),
        ({"bot": False, "is_private": True}, "Invite me first: /invite @By Hand"),
        ({"is_ext_shared": True}, "Another organisation reads this channel too"),
        ({"is_pending_ext_shared": True}, "Another organisation reads this channel too"),
        ({"is_archived": True}, "This channel is archived"),
    ],
)
def test_a_channel_that_does_not_fit_changes_nothing(rig: Rig, channel: dict[str, bool], said: str) -> None:
    _unchosen(rig)
    before = _home(rig)
    rig.box.slack.change_channel("social", **channel)
    told = engage(rig, "here 10:00")
    assert told.startswith(said)
    assert "will stand here" not in told
    assert _home(rig) == before


def test_direct_messages_are_no_place_for_the_digest(rig: Rig) -> None:
    before = _home(rig)
    channel = rig.box.slack.dm_channel("ana")
    assert rig.box.slack.command("ana", channel, "/engage", "here").acked
    told = rig.box.slack.wait_for(lambda: rig.box.slack.dm_messages("ana"))
    assert read(told[-1]["blocks"]).startswith("The digest is for the team")
    assert _home(rig) == before


@pytest.mark.parametrize(
    ("error", "said"),
    [("missing_scope", "Slack does not let me see"), ("internal_error", "Slack did not tell me")],
)
def test_when_slack_does_not_tell_how_the_channel_is_nothing_changes(rig: Rig, error: str, said: str) -> None:
    before = _home(rig)
    rig.box.slack.fail("conversations.info", error=error)
    assert engage(rig, "here 10:00").startswith(said)
    assert _home(rig) == before


def test_a_channel_that_became_shared_gets_no_digest_and_a_person_learns_why(rig: Rig) -> None:
    shows = (Shown(rig.waits(), 1, "line"),)
    engage(rig, "here")
    rig.box.slack.change_channel("social", is_ext_shared=True)
    day = rig.box.world_clock().date()
    rig.outbox.send(rig.home.id, Message("", Kind.DIGEST, "C0SOCIAL", shows=shows, day=day, total=1))
    assert rig.box.slack.messages("social") == []
    (told,) = rig.box.slack.dm_messages("ana")
    check_message(told["text"], [{k: v for k, v in b.items() if k != "block_id"} for b in told["blocks"]])
    assert read(told["blocks"]).startswith(
        "Our channel is shared with another organisation by now, so it came"
    )


def test_what_a_channel_cannot_have_waits_for_the_hours_of_the_lead_who_gets_it(rig: Rig) -> None:
    """The channel was shut at nine in Lisbon, and the lead in Berlin was written to while still asleep."""
    shows = (Shown(rig.waits(), 1, "line"),)
    engage(rig, "here")
    rig.box.slack.change_channel("social", is_ext_shared=True)
    rig.box.clock.set(datetime(2026, 11, 23, 4, tzinfo=UTC))
    digest = Message("", Kind.DIGEST, "C0SOCIAL", shows=shows, day=date(2026, 11, 23), total=1)
    sent = rig.outbox.send(rig.home.id, digest)
    assert sent is not None
    assert sent.state is Sending.NOT_SENT
    assert rig.box.slack.dm_messages("ana") == []
    rig.box.clock.set(datetime(2026, 11, 23, 9, tzinfo=UTC))
    rig.outbox.send(rig.home.id, digest)
    assert len(rig.box.slack.dm_messages("ana")) == 1


def test_the_whole_team_may_be_left_alone_until_a_day(rig: Rig) -> None:
    assert "/engage quiet until Monday" in engage(rig, "quiet until doomsday")
    assert "I write to nobody in this team until" in engage(rig, "quiet until Monday")
    with rig.store.read(rig.home.id) as tx:
        assert tx.choices.all().quiet_until == datetime(2026, 11, 22, 23, tzinfo=UTC)  # midnight in Berlin
    assert "I write again" in engage(rig, "quiet off")
    with rig.store.read(rig.home.id) as tx:
        assert tx.choices.all().quiet_until is None


def test_the_digest_can_be_looked_at_before_it_stands_anywhere(rig: Rig) -> None:
    rig.waits()
    told = engage(rig, "digest")
    assert told.startswith("This is what the channel would read now. Only you see it")
    assert "1 person is waiting for one of us." in told
    assert "Mei Tanaka" in told
    assert rig.box.slack.messages("social") == []


def test_a_digest_of_ones_own_is_wanted_and_given_up(rig: Rig) -> None:
    assert "/engage daily" in engage(rig, "daily please")
    assert "in place of reminders" in engage(rig, "daily")
    with rig.store.read(rig.home.id) as tx:
        assert tx.choices.all().own_digests == {_ana(rig).id}
    assert "I remind you of each by itself again" in engage(rig, "daily off")
    with rig.store.read(rig.home.id) as tx:
        assert tx.choices.all().own_digests == set()


def test_how_the_team_reminds_is_told_and_chosen_by_its_name_for_all_or_for_oneself(rig: Rig) -> None:
    told = engage(rig, "policy")
    assert "How this team is reminded" in told
    assert "within one working day. A question rings twice." in told
    assert (
        "After a yes: a reminder after four hours of work, one more when that day has passed and one" in told
    )
    assert "The digest comes each working day, in the channel." in told
    assert "No rule says in advance whom I ask." in told
    told = engage(rig, "policy volunteers")
    assert "within three working days. Nothing rings before a yes." in told
    assert "After a yes: a reminder when those three days have passed. Then" in told
    assert "once a week, in the channel" in engage(rig, "policy", user="ben")
    own = engage(rig, "policy default for me")
    assert "How you are reminded" in own
    assert "within one working day" in own
    assert "within one working day" in engage(rig, "policy for me")
    assert "within three working days" in engage(rig, "policy team for me")
    assert "I know these ways: default, volunteers and team of one." in engage(rig, "policy loud")
    assert "I know these ways" in engage(rig, "policy team")


def test_one_thing_of_how_the_team_reminds_is_chosen_and_the_rest_stays(rig: Rig) -> None:
    told = engage(rig, "policy outright=yes promise=3")
    assert "Whoever is chosen by somebody has it at once" in told
    assert "within three working days. A question rings twice." in told
    assert "within three working days. A question rings once." in engage(rig, "policy ASKS=1 for me")
    assert "A question rings twice." in engage(rig, "policy outright=no", user="ben")
    assert "a reminder after 2.5 hours of work" in engage(rig, "policy first_after=2.5")
    assert "a reminder after two hours of work" in engage(rig, "policy first_after=2.0")
    told = engage(rig, "policy volunteers promise=4 for me")
    assert "within four working days. Nothing rings before a yes." in told
    for wrong, why in (
        ("volunteers digest=daily for me", "the digest is the whole team's"),
        ("team of one please", "there is no please"),
        ("promise=soon", "promise must be a whole number from 1 to 30"),
        ("digest=hourly", "digest must be one of daily, weekly, direct"),
        ("loud=yes", "there is no loud"),
        ("promise=2 loud", "there is no loud"),
        ("digest=weekly for me", "the digest is the whole team's"),
    ):
        assert f"This cannot be chosen: {why}. Nothing has changed." in engage(rig, f"policy {wrong}")
    assert "within three working days" in engage(rig, "policy")


def test_one_watch_has_a_way_of_its_own_which_is_chosen_and_ended_by_its_name(rig: Rig) -> None:
    engage(rig)
    with rig.store.write(rig.home.id) as tx:
        for name in ("Searching for Acme", "Twice", "Twice"):
            source = Source("", "mastodon", "https://fosstodon.example", "tag", f"{name}{rig}")
            tx.sources.save_watch(Watch("", name, None), [source])
    told = engage(rig, "policy volunteers promise=5 for searching for acme")
    assert "How people are reminded about what comes from Searching for Acme" in told
    assert "within five working days. Nothing rings before a yes." in told
    assert "The digest" not in told
    told = engage(rig, "policy", user="ben")
    assert "within one working day" in told
    assert "Another way holds for Searching for Acme: /engage policy for Searching for Acme shows it." in told
    assert "the digest is the whole team's" in engage(rig, "policy digest=weekly for Searching for Acme")
    for wrong in ("Twice", "Nowhere"):
        told = engage(rig, f"policy promise=2 for {wrong}")
        assert f"No one watch is called {wrong}: I know" in told
        assert "Searching for Acme" in told
        assert "Nothing has changed." in told
    assert "within one working day" in engage(rig, "policy team for Searching for Acme")
    assert "Another way" not in engage(rig, "policy").partition("Another way for all")[0]


def test_the_policy_says_how_many_rules_there_are_and_where_they_stand(rig: Rig) -> None:
    engage(rig)
    ruling = Ruling(rig.store, Places(), rig.box.world_clock)
    assert "No rule says in advance whom I ask." in engage(rig, "policy")
    for number, name in enumerate(("press", "tokyo"), start=1):
        ruling.keep(rig.home.id, Rule(name, _ana(rig).id, rig.box.world_clock(), frozenset({"podcast"})))
        told = engage(rig, "policy")
        said = ("One rule says", "shows it") if number == 1 else ("Two rules say", "shows them")
        assert f"{said[0]} in advance whom I ask: /engage rules {said[1]}." in told
    assert "in advance whom I ask" not in engage(rig, "policy for me")


def test_a_way_that_needs_one_person_for_the_digest_is_refused_where_there_is_none(rig: Rig) -> None:
    engage(rig)
    with rig.store.write(rig.home.id) as tx:
        for one in tx.people.teammates():
            tx.people.save_teammate(replace(one, is_lead=False))
    told = engage(rig, "policy team of one")
    assert "to the first lead alone, and there is none yet. Nothing has changed." in told
    assert "in the channel" in engage(rig, "policy")


def test_the_numbers_of_the_team_are_for_the_asker_alone(rig: Rig) -> None:
    rig.waits()
    told = engage(rig, "stats")
    assert told.startswith("Fewer than three people spoke to us since")
    assert "nothing private is counted" in told


def test_reminders_pause_stop_and_resume(rig: Rig) -> None:
    assert "No reminders until" in engage(rig, "pause 3")
    assert "/engage pause 3" in engage(rig, "pause forever")
    assert "No reminders until you type /engage resume." in engage(rig, "pause until I say")
    assert "No reminders until" in engage(rig, "pause this week")
    assert "I will not write to you again" in engage(rig, "stop")
    assert _ana(rig).stopped
    assert "Reminders are on again" in engage(rig, "resume")
    assert not _ana(rig).stopped


def test_whoever_hears_nothing_from_us_reads_so_in_the_list(rig: Rig) -> None:
    """They may take something all the same, and would else wait for a reminder that never comes."""
    rig.waits()
    assert "resume" not in engage(rig)
    engage(rig, "pause today")
    assert "No reminders until" in engage(rig)
    engage(rig, "stop")
    stopped = (
        "I have stopped: I do not write to you. What waits for you stands here. /engage resume takes it up"
    )
    assert stopped in engage(rig)
    ts = rig.told()[-1]["ts"]
    assert rig.box.slack.press("ana", "social", ts, "claim").acked
    rig.wait_settled()
    assert stopped in read(rig.told()[-1]["blocks"])
    engage(rig, "resume")
    assert "resume" not in engage(rig)


def _ana(rig: Rig) -> Teammate:
    return rig.people.teammate(rig.home.id, "U0ANA")


def test_ones_own_hours_and_holidays_are_said_and_told(rig: Rig) -> None:
    assert "I ring you Monday to Friday, between 09:00 and 17:00" in engage(rig, "hours")
    told = engage(rig, "hours mon-wed,fri 22:00-06:00 pt")
    assert "I ring you Monday to Wednesday and Friday, between 22:00 and 06:00" in told
    assert "(holiday)" in told
    told = engage(rig, "hours nine to five")
    assert "nothing has changed" in told
    assert "It goes like this: /engage hours mon-thu 9:00-17:00 DE-BE" in told
    told = engage(rig, "hours none")
    assert "between 22:00 and 06:00" in told
    assert "I know of no days off." in told


def places(rig: Rig, conversation: str, text: str) -> None:
    """Ana chooses where a conversation goes while she is away."""
    told = rig.told()[-1]
    choices = [
        (block["block_id"], option["value"])
        for block in told["blocks"]
        for element in block.get("elements", ())
        for option in element.get("options", ())
        if f":{conversation}:" in option["value"] and option["text"]["text"].startswith(text)
    ]
    ((block, value),) = choices
    assert rig.box.slack.press("ana", "social", told["ts"], "menu", option=value, block_id=block).acked
    rig.wait_settled()


def test_whoever_goes_away_says_where_each_conversation_goes(rig: Rig) -> None:
    talks = [rig.waits(key) for key in ("1", "2", "3")]
    ana, ben = (rig.people.teammate(rig.home.id, user).id for user in ("U0ANA", "U0BEN"))
    assert "nothing has changed" in engage(rig, "away until yesterday")
    for talk in talks:
        rig.triage.press(rig.home.id, talk, 1, Verb.CLAIM, ana, face="test")
    rig.box.clock.advance(timedelta(minutes=1))
    told = engage(rig, "away until 2026-12-07")
    assert "You are away from 20 November 2026 on, and back on 7 December 2026." in told
    assert told.count("Mei Tanaka") == 3
    for number, (talk, choice) in enumerate(zip(talks, ("Keep it", "Offer it", "Ask Ben"), strict=True)):
        places(rig, talk, choice)
        told = read(rig.told()[-1]["blocks"])
        assert told.count("Mei Tanaka") == 2 - number
    assert "Nothing that waits for you needs another place meanwhile." in told
    standings = [rig.standing(talk) for talk in talks]
    assert [(one.holder, one.asked) for one in standings] == [(ana, None), (None, None), (ana, ben)]
    assert "Welcome back." in engage(rig, "back")
    assert "You are not away." in engage(rig, "away")


def test_an_answer_reaches_the_person_when_the_response_url_is_used_up(rig: Rig) -> None:
    rig.waits()
    act = rig.box.slack.command("ana", "social", "/engage", "help")
    rig.wait_told()
    for _ in range(6):
        rig.inbox.teller.say(of_command(act.payload), ("once more",))
    assert len(rig.told()) == 7
