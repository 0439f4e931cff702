"""The digest's channel and hour: chosen, moved, and refused once another organisation reads along."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.errors import NotSent
from bot.domain.model import Workspace
from bot.domain.ports import Channel
from bot.domain.screens import Kind
from bot.services.telling.stand import Stand, Unfit
from tests.services.conftest import Team
from tests.services.pond import ACME, MEI

OURS = Channel("social", is_member=True)


def here(team: Team, channel: str, at: time | None = None, zone: str = "Europe/Lisbon") -> Workspace | Unfit:
    return Stand(team.store, team.slack, team.clock).here(team.home.id, channel, at, zone)


def home(team: Team) -> Workspace:
    with team.store.read(team.home.id) as tx:
        return tx.workspace


def test_the_first_choice_brings_the_zone_and_a_later_one_keeps_it(team: Team) -> None:
    team.slack.channels = {"C1": OURS, "C2": OURS}
    with team.store.write(team.home.id) as tx:
        tx.save_workspace(replace(tx.workspace, channel=None, zone="UTC"))
    first = here(team, "C1")
    assert isinstance(first, Workspace)
    assert (first.channel, first.zone, first.digest_at) == ("C1", "Europe/Lisbon", time(9))
    here(team, "C2", time(10, 30), "Asia/Tokyo")
    assert (home(team).channel, home(team).zone, home(team).digest_at) == (
        "C2",
        "Europe/Lisbon",
        time(10, 30),
    )
    here(team, "C1", None, "Asia/Tokyo")
    assert home(team).digest_at == time(10, 30)


def test_a_zone_that_was_chosen_before_the_channel_is_kept(team: Team) -> None:
    team.slack.channels = {"C1": OURS}
    with team.store.write(team.home.id) as tx:
        tx.save_workspace(replace(tx.workspace, channel=None, zone="Europe/Berlin"))
    here(team, "C1")
    assert home(team).zone == "Europe/Berlin"


def test_after_a_move_the_digest_stands_in_the_new_channel_alone(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 9, 30)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 1
    team.slack.channels = {"C200": OURS}
    here(team, "C200")
    team.work()
    shown = [one for one in team.slack.standing.values() if one.kind == Kind.DIGEST]
    assert [one.live for one in shown] == [False, True]
    team.until(5, 12)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 1
    assert len(team.slack.to("C200", Kind.DIGEST)) == 3


def test_a_moved_hour_brings_no_second_digest_on_the_same_day(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.slack.channels = {"C100": OURS}
    team.until(3, 9, 30)
    here(team, "C100", time(11))
    team.until(4, 9, 30)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 1
    team.until(4, 11, 30)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 2


@pytest.mark.parametrize(
    ("channel", "why"),
    [
        (None, Unfit.NOT_IN),
        (replace(OURS, is_member=False), Unfit.NOT_IN),
        (replace(OURS, is_shared=True), Unfit.SHARED),
        (replace(OURS, is_shared=True, is_member=False), Unfit.SHARED),
        (replace(OURS, is_archived=True), Unfit.ARCHIVED),
    ],
)
def test_a_channel_that_does_not_fit_changes_nothing(team: Team, channel: Channel | None, why: Unfit) -> None:
    before = home(team)
    team.slack.channels = {"C200": channel} if channel else {}
    assert here(team, "C200", time(10)) == why
    assert home(team) == before


def test_a_channel_that_became_shared_gets_nothing_and_a_lead_is_told_once_a_day(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.slack.channels = {"C100": replace(OURS, is_shared=True)}
    team.until(3, 12)
    assert team.slack.to("C100", Kind.DIGEST) == []
    (told,) = team.slack.to(team.ana.slack_user, Kind.DIGEST)
    assert told.note == "channel_is_shared"
    team.slack.channels = {"C100": OURS}
    team.until(4, 12)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 1
    assert len(team.slack.to(team.ana.slack_user, Kind.DIGEST)) == 1


def test_while_slack_does_not_tell_how_the_channel_is_nothing_is_posted(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 8, 50)
    team.slack.silent = [NotSent("not now", team.clock.now + timedelta(hours=1))]
    team.until(3, 9, 30)
    assert team.slack.silent == []
    assert team.slack.to("C100", Kind.DIGEST) == []
    team.until(3, 12)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 1


def test_a_team_of_one_gets_the_digest_alone_and_may_give_it_back_to_the_channel(team: Team) -> None:
    def came() -> tuple[int, int]:
        return len(team.slack.to("UANA", Kind.DIGEST)), len(team.slack.to("C100", Kind.DIGEST))

    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 12)
    assert came() == (0, 1)
    team.policies.choose(team.home.id, {}, preset="team of one")
    team.until(4, 12)
    assert came() == (2, 1), "that of the day comes at once, as its hour has passed"
    team.policies.choose(team.home.id, {}, preset="default")
    team.until(5, 12)
    assert came() == (2, 3)


def test_without_a_lead_there_is_nobody_for_a_digest_that_goes_to_one_person(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        for one in tx.people.teammates():
            tx.people.save_teammate(replace(one, is_lead=False))
    with pytest.raises(ValueError, match="there is none yet"):
        team.policies.choose(team.home.id, {"reminders": 1}, preset="team of one")
    assert team.policies.of(team.home.id).reminders == 2
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 12)
    assert len(team.slack.to("C100", Kind.DIGEST)) == 1


def test_who_takes_the_daily_digest_again_gets_it_on_the_next_day(team: Team) -> None:
    team.policies.choose(team.home.id, {"digest": "weekly"})
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(3, 12)
    team.policies.choose(team.home.id, {"digest": "daily"})
    team.until(4, 12)
    days = [day.isoformat() for one in team.slack.to("C100")[1:] for day in one.days]
    assert days == ["2026-03-03", "2026-03-04"]


def test_a_weekly_digest_comes_on_the_first_working_day_of_the_week(team: Team) -> None:
    team.policies.choose(team.home.id, {"digest": "weekly"})
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.until(9, 12)
    assert [one.days[-1].isoformat() for one in team.slack.to("C100")] == ["2026-03-02", "2026-03-09"]
