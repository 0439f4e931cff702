"""The page with Slack, the network and the tour between; and the tour, played by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import httpx
import pytest

from bot.app.demo import TourFailed, open_demo, run
from bot.app.tour import Player, play
from bot.sandbox.box import Sandbox
from bot.sandbox.page.tour import STEPS, ZONE
from bot.sandbox.story import morning
from tests.judging import judged

pytestmark = pytest.mark.connects


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[Sandbox, httpx.Client]]:
    with Sandbox(tmp_path / "logs", relaxed=True) as box:
        box.slack.add_user("ana", "Ana Duarte", tz="Europe/Lisbon")
        with httpx.Client(base_url=box.control_url, trust_env=False, follow_redirects=True) as client:
            client.get(box.demo_url)
            yield box, client


def test_the_tour_notices_each_of_its_steps_and_the_referee_finds_no_breach(tmp_path: Path) -> None:
    said: list[str] = []
    in_summer = morning(datetime(2026, 7, 3, tzinfo=UTC))
    with open_demo(tmp_path / "demo", at=in_summer) as (bot, box):
        bot.start(ticking=False)
        box.slack.wait_connected()
        assert play(bot, box, said.append), said
        assert box.together.noticed().is_over
        assert box.together.writes == 0
        bot.office.flush_ledger()
        bot.stop()
        judged(box, bot.office.store, bot.office.workspace, tmp_path / "lists")
    assert [line for line in said if line[0].isdigit()] == [
        f"{number}. {step.title}" for number, step in enumerate(STEPS, 1)
    ]
    assert [line for line in said if " ," in line or " ." in line] == []


def test_whenever_it_is_started_the_tour_has_a_working_week_before_it() -> None:
    for hours in range(0, 24 * 400, 5):
        now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)
        start = morning(now).astimezone(ZONE)
        assert (start.isoweekday(), start.hour, start.minute) == (1, 9, 5)
        assert timedelta(0) <= start - now <= timedelta(days=7, hours=1)


@pytest.mark.parametrize("left_out", ["write", pytest.param("reply", marks=pytest.mark.thorough)])
def test_a_step_that_did_not_happen_is_told_and_the_tour_fails(
    left_out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Player, left_out, lambda _self: None)
    with pytest.raises(TourFailed):
        run(tmp_path / "demo", tour=True)


@pytest.mark.thorough
def test_whoever_takes_an_older_line_of_the_same_person_goes_on_all_the_same(tmp_path: Path) -> None:
    with open_demo(tmp_path / "demo") as (bot, box):
        bot.start(ticking=False)
        box.slack.wait_connected()
        player = Player(bot, box, lambda _line: None)
        player.work()
        box.together.begin()
        player.write()
        player.handed_over = "@acme Does the export keep my tags? I lost them twice when I moved last year."
        for act in (player.hand_over, player.agree_and_wait, player.reply, player.see_it_close):
            act()
            box.together.noticed()
        assert box.together.noticed().done == 5


def test_both_sides_and_what_is_between_stand_on_one_page(page: tuple[Sandbox, httpx.Client]) -> None:
    box, client = page
    shown = client.get("/demo").text
    assert 'title="The team\'s Slack"' in shown
    assert f'src="{box.network.people_url}/"' in shown
    assert STEPS[0].how.split(":")[0] in shown
    assert "It read <strong>0</strong> times and wrote <strong>nothing</strong>" in shown


def test_a_write_of_the_bot_would_be_told_on_the_strip(page: tuple[Sandbox, httpx.Client]) -> None:
    box, client = page
    httpx.post(f"{box.network.bot_url}/api/v1/statuses", trust_env=False)
    assert "wrote <strong>1 times, and was refused</strong>" in client.get("/strip").text


def test_the_strip_moves_the_clock_and_cuts_the_network(page: tuple[Sandbox, httpx.Client]) -> None:
    box, client = page
    before = box.world_clock()
    client.post("/do/hour")
    assert (box.world_clock() - before).total_seconds() >= 3600
    assert "Connect the network again" in client.post("/do/cut").text
    assert box.network.is_cut
    client.post("/do/heal")
    assert not box.network.is_cut


def test_now_is_a_minute_on_and_a_cut_network_is_said_to_be_cut(page: tuple[Sandbox, httpx.Client]) -> None:
    box, client = page
    before = box.world_clock()
    assert "The network is cut off." not in client.post("/do/now").text
    assert timedelta(minutes=1) <= box.world_clock() - before < timedelta(hours=1)
    assert "The network is cut off." in client.post("/do/cut").text


def test_begin_again_is_offered_where_somebody_can_do_it_and_tells_them(tmp_path: Path) -> None:
    again = Event()
    with (
        Sandbox(tmp_path / "logs", relaxed=True, begin_again=again.set) as box,
        httpx.Client(base_url=box.control_url, trust_env=False, follow_redirects=True) as client,
    ):
        assert "Begin again" in client.get(box.demo_url).text
        client.post("/do/again")
    assert again.is_set()


def test_without_the_runs_token_nothing_of_it_is_shown_or_done(page: tuple[Sandbox, httpx.Client]) -> None:
    box, _ = page
    with httpx.Client(base_url=box.control_url, trust_env=False) as stranger:
        assert {stranger.get("/demo").status_code, stranger.get("/strip").status_code} == {403}
        assert stranger.post("/do/cut").status_code == 403
    assert not box.network.is_cut
