"""What stands in the way of a start is told in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import CannotStart, open_office
from bot.app.bot import open_bot
from bot.app.demo import settings_of
from bot.config import Settings
from bot.sandbox.box import Sandbox
from tests.e2e.conftest import Inside, World


def test_a_second_bot_on_the_same_database_is_refused_and_commands_work_beside_the_first(
    make_world: Callable[..., World],
) -> None:
    world = make_world(Inside)
    world.box.network.post("mei@garden.example", "@acme Does the export keep my tags?")
    with (
        pytest.raises(CannotStart, match="already running"),
        open_bot(world.settings),
    ):
        raise AssertionError
    with world.office() as office:
        assert office.queue.all_waiting(office.workspace, 5) == []


def test_a_network_that_asked_to_wait_is_left_alone_by_the_next_process_too(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "logs") as box:
        settings, loopback = settings_of(box, tmp_path / "data"), frozenset({box.network.bot_url})
        box.network.account("acme", "Acme")
        polled: list[int] = []
        for step in ("asked to wait", "waits", "asks again"):
            with open_office(settings, clock=box.world_clock, loopback=loopback) as office:
                if step == "asked to wait":
                    office.watches.add(
                        office.workspace, "mastodon", "hashtag", "#acme", endpoint=box.network.bot_url
                    )
                    box.network.fail(reset_in=600)
                if step == "asks again":
                    box.clock.advance(timedelta(minutes=11))
                for _, sources in office.watches.list(office.workspace):
                    office.collect.poll(office.workspace, sources[0].id)
            polled.append(box.network.log_lines().count('"/api/v1/timelines/tag/acme"'))
    assert polled == [2, 2, 3], "each request and its fault is a line"


def test_a_token_that_slack_refuses_is_named(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "logs") as box:
        settings = replace(settings_of(box, tmp_path / "data"), slack_bot_token="xoxb-standin-wrong")
        with pytest.raises(CannotStart, match="SLACK_BOT_TOKEN"), open_bot(settings):
            raise AssertionError


def test_a_slack_that_is_not_there_is_told(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "logs") as box:
        settings = settings_of(box, tmp_path / "data")
    with pytest.raises(CannotStart, match="cannot be reached"), open_bot(settings):
        raise AssertionError


def test_a_real_token_is_never_sent_to_a_stand_in(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "logs") as box:
        settings = replace(settings_of(box, tmp_path / "data"), slack_bot_token="xoxb-1-2-real")
        with pytest.raises(CannotStart, match="stand-in"), open_bot(settings):
            raise AssertionError
        assert "auth.test" not in box.slack.log_lines()


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://bot:hush@127.0.0.1:1/byhand"
    settings = replace(Settings.for_demo(tmp_path), database_url=url)
    with pytest.raises(CannotStart, match="DATABASE_URL") as told, open_office(settings):
        raise AssertionError
    assert "hush" not in str(told.value)
