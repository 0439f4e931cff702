"""Home, by the real bolt app over a real socket: drawn when it is opened, and true ever after."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from slack_bolt import BoltRequest

from bot.domain.model import Line, Source, Teammate, Verb, Watch
from bot.domain.ports import Incoming
from bot.domain.screens import HomeScreen, QueueScreen
from bot.slack.home import home, print_of
from bot.store.inbox import SqlInbox
from tests.slack.limits import check_home, check_view, read
from tests.slack.rig import ENDPOINT, Rig
from tests.slack.test_faces import HOSTILE, LONG, MARKS

Lines = Callable[..., Line]


def stands(rig: Rig, user: str = "ana") -> str:
    """What that person reads in Home when all that is due was done."""
    rig.wait_settled()
    rig.workers.drain()
    view = rig.box.slack.home(user)
    assert view
    return read(view["blocks"])


def opens(rig: Rig, user: str = "ana") -> str:
    assert rig.box.slack.open_home(user).acked
    return stands(rig, user)


def press(rig: Rig, code: str, value: str | None = None, user: str = "ana") -> None:
    view = rig.box.slack.home(user)
    assert view
    assert rig.box.slack.press_in_view(user, view["id"], code, value).acked
    rig.wait_settled()


def pauses(rig: Rig, choice: str) -> None:
    """Presses the button and says for how long."""
    press(rig, "pause")
    view = rig.box.slack.wait_for(lambda: rig.box.slack.modals("ana"))[0]
    assert not rig.box.slack.submit("ana", view["id"], {"rest": choice}).errors


def published(rig: Rig) -> int:
    calls = (json.loads(line) for line in rig.box.slack.log_lines().splitlines())
    return sum(line.get("method") == "views.publish" for line in calls)


def test_home_shows_what_waits_and_how_one_is_reminded(rig: Rig) -> None:
    rig.waits()
    told = opens(rig)
    assert "Nobody has these yet" in told
    assert "Mei Tanaka (@mei@fosstodon.example) on Mastodon, waiting since" in told
    assert "[Open] [I'll reply] [Assign]" in told
    assert "I ring you at most once on a working day, between 09:00 and 17:00 (Europe/Berlin)." in told
    assert "Stop for good, or /engage stop, ends all messages to you." in told
    assert "[Pause] [Stop for good]" in told
    assert "I never write for you" in told


def test_the_messages_tab_is_not_home(rig: Rig) -> None:
    assert rig.box.slack.open_home("ana", tab="messages").acked
    rig.wait_settled()
    assert rig.workers.drain() == 0
    assert rig.box.slack.home("ana") is None


def test_a_press_in_home_decides_and_every_home_follows(rig: Rig) -> None:
    conversation = rig.waits()
    opens(rig)
    opens(rig, "ben")
    press(rig, "claim", f"claim:{conversation}:1")
    assert stands(rig).startswith("Waiting for you")
    assert rig.moves(conversation) == ["claim"]
    assert "Mei Tanaka" not in stands(rig, "ben")
    with rig.store.read(rig.home.id) as tx:
        assert [move.face for move in tx.journal.read(conversation) if move.by] == ["home"]


def test_somebody_new_appears_in_a_home_that_stands_open_and_rings_nobody(rig: Rig) -> None:
    assert "nothing is without somebody" in opens(rig)
    rig.waits()
    assert "Mei Tanaka" in stands(rig)
    assert rig.box.slack.unread("ana") == {}


def test_what_changes_nothing_in_a_home_is_not_published_again(rig: Rig) -> None:
    rig.waits()
    opens(rig)
    before = published(rig)
    with rig.store.write(rig.home.id) as tx:
        tx.people.save_teammate(Teammate("", "U0ZOE", "Zoe"))
    stands(rig)
    assert published(rig) == before
    opens(rig)
    assert published(rig) == before + 1, "whoever opens it sees as of when it is"


def test_a_home_that_slack_does_not_take_now_is_drawn_later(rig: Rig) -> None:
    opens(rig)
    rig.box.slack.fail("views.publish", retry_after=30)
    rig.waits()
    assert "Mei Tanaka" not in stands(rig)
    rig.box.clock.advance(timedelta(seconds=31))
    assert "Mei Tanaka" in stands(rig)


def test_reminders_are_paused_taken_up_and_stopped_from_home(rig: Rig) -> None:
    opens(rig)
    pauses(rig, "today")
    told = stands(rig)
    assert "No reminders until 20 Nov 23:00" in told
    assert "[Remind me again] [Stop for good]" in told
    press(rig, "resume")
    assert "I ring you at most once" in stands(rig)
    press(rig, "stop")
    told = stands(rig)
    assert "I have stopped: I do not write to you." in told
    assert "[Remind me again]" in told
    assert "[Stop for good]" not in told
    assert rig.box.slack.dm_messages("ana") == []


def test_a_pause_that_is_over_leaves_home_by_itself(rig: Rig) -> None:
    opens(rig)
    pauses(rig, "week")
    assert "No reminders until 22 Nov 23:00" in stands(rig)
    rig.box.clock.advance(timedelta(days=7, seconds=1))
    assert "I ring you at most once" in stands(rig)


def test_what_cannot_be_seen_is_told_with_since_when_and_goes_again(rig: Rig) -> None:
    with rig.store.write(rig.home.id) as tx:
        source = Source("s1", "mastodon", ENDPOINT, "own", "@acme", last_success=rig.box.world_clock())
        tx.sources.save_watch(Watch("", "Acme", None), [source])
    opens(rig)
    for health, seen in (("backing off", True), ("well", False)):
        with rig.store.write(rig.home.id) as tx:
            (found,) = tx.sources.sources()
            tx.sources.save_source(replace(found, health=type(found.health)(health)))
        assert ("What I cannot see I have not seen Mastodon since" in stands(rig)) is seen


def test_a_modal_opens_from_home_and_what_it_decides_shows_there(rig: Rig) -> None:
    conversation = rig.waits()
    opens(rig)
    rig.people.teammate(rig.home.id, "U0BEN")
    press(rig, "assign", f"assign:{conversation}:1")
    (modal,) = rig.box.slack.modals("ana")
    assert not rig.box.slack.submit("ana", modal["id"], {"teammate": "U0BEN"}).errors
    assert "You were asked" in opens(rig, "ben")
    assert "Mei Tanaka" not in stands(rig)


def test_why_a_press_changed_nothing_is_told_in_a_window_to_the_presser(rig: Rig) -> None:
    conversation = rig.waits()
    opens(rig)
    view = rig.box.slack.home("ana")
    rig.triage.press(rig.home.id, conversation, 1, Verb.NOT_NEEDED, "", face="test")
    assert view
    assert rig.box.slack.press_in_view("ana", view["id"], "claim", f"claim:{conversation}:1").acked
    rig.wait_settled()
    (window,) = rig.box.slack.modals("ana")
    told = {key: window[key] for key in ("title", "close", "private_metadata", "callback_id", "blocks")}
    check_view(told | {"type": "modal"})
    assert "did nothing" in read(window["blocks"])
    assert window["submit"] is None
    assert rig.told() == []


def test_words_behind_a_warning_are_shown_in_a_window(rig: Rig) -> None:
    conversation = rig.waits(warning="food", text="A cake of three floors")
    assert "cake" not in opens(rig)
    press(rig, "words", f"words:{conversation}:1")
    (window,) = rig.box.slack.modals("ana")
    assert "A cake of three floors" in read(window["blocks"])


def test_a_guest_sees_that_it_is_not_for_them(rig: Rig) -> None:
    rig.waits()
    rig.box.slack.change_user("ben", is_restricted=True)
    told = opens(rig, "ben")
    assert told.startswith("This is for the members of this workspace.")
    assert "Mei Tanaka" not in told


def test_an_event_that_cannot_be_kept_is_not_acked_so_that_it_comes_again(
    unplugged: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(inbox: SqlInbox, incoming: Incoming) -> str | None:
        raise OSError("the disk is full")

    user = {"id": "U0ANA", "team_id": unplugged.home.team}
    inner = (
        {"type": "user_change", "user": user},
        {"type": "app_home_opened", "user": "U0ANA", "tab": "home"},
    )
    monkeypatch.setattr(SqlInbox, "take", full)
    for event in inner:
        body = {"type": "event_callback", "team_id": unplugged.home.team, "event_id": "Ev1", "event": event}
        assert unplugged.app.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 503


def screen_of(line: Line, ana: Teammate, noon: datetime, count: int, text: str) -> HomeScreen:
    many = tuple(replace(line, conversation=f"c{i}", warning=text if i % 2 else None) for i in range(count))
    queue = QueueScreen(many, many, many, count, noon, ((text, noon),) * 40)
    return HomeScreen(queue, ana)


@pytest.mark.parametrize(
    "text", ["", HOSTILE, LONG[:30_000], MARKS[:30_000]], ids=["none", "hostile", "long", "marks"]
)
def test_every_limit_holds(text: str, line: Lines, ana: Teammate, noon: datetime) -> None:
    one = line(text=text, name=text, handle=text, label=text, warning=text)
    for count in (0, 500):
        view = home(screen_of(one, ana, noon, count, text))
        check_home(view)
        assert len(json.dumps(view)) < 250_000


def test_every_way_of_being_reminded_keeps_the_limits(line: Lines, ana: Teammate, noon: datetime) -> None:
    outsider = replace(ana, can_be_assigned=False)
    for to in (replace(ana, stopped=True), replace(ana, paused_until=noon + timedelta(days=1)), outsider):
        check_home(home(screen_of(line(), to, noon, 2, "x")))


def test_what_is_left_out_is_counted(line: Lines, ana: Teammate, noon: datetime) -> None:
    shown = read(home(screen_of(line(), ana, noon, 12, "x"))["blocks"])
    assert shown.count("Mei Tanaka") == 12 + 12 + 6
    assert "18 more: type /engage" in shown
    few = QueueScreen((), (), (line(),) * 12, 0, noon)
    shown = read(home(HomeScreen(few, ana))["blocks"])
    assert shown.count("Mei Tanaka") == 10
    assert "2 more: type /engage" in shown


def test_the_print_says_nothing_of_the_time_and_all_of_the_rest(
    line: Lines, ana: Teammate, noon: datetime
) -> None:
    one = screen_of(line(), ana, noon, 1, "x")
    later = replace(one, queue=replace(one.queue, as_of=noon + timedelta(hours=1)))
    assert print_of(one) == print_of(later)
    assert print_of(one) != print_of(replace(one, to=replace(ana, stopped=True)))


@pytest.mark.parametrize(("times", "said"), [(0, "I do not ring you"), (1, "most once"), (3, "most 3 times")])
def test_how_often_one_is_rung_is_said(times: int, said: str, ana: Teammate, noon: datetime) -> None:
    nothing = QueueScreen((), (), (), 0, noon)
    assert said in read(home(HomeScreen(nothing, replace(ana, rings_a_day=times)))["blocks"])


def test_whoever_wants_a_digest_of_their_own_reads_so_unless_nothing_rings(
    ana: Teammate, noon: datetime
) -> None:
    nothing = QueueScreen((), (), (), 0, noon)
    told = read(home(HomeScreen(nothing, ana, own_digest=True))["blocks"])
    assert "As it begins I tell you who waits for you, in place of reminders" in told
    for quiet in (replace(ana, rings_a_day=0), replace(ana, stopped=True)):
        assert "As it begins" not in read(home(HomeScreen(nothing, quiet, own_digest=True))["blocks"])
