"""Quiet is told from broken: each place by its own rhythm, once, and what is known to be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.connector import Broken
from bot.domain.errors import Unavailable
from bot.domain.model import Visibility
from bot.domain.screens import Kind
from bot.services.collecting.pulse import Pulse
from tests.services.conftest import Team
from tests.services.pond import ACME, MEI, author

DAY = timedelta(days=1)


def speak_daily(team: Team, days: int) -> datetime:
    """Somebody spoke each day, as far as was read; when the last did."""
    for ago in reversed(range(days)):
        at = team.clock() - ago * DAY
        team.pond.write(author(f"a{ago}"), "@acme Hm?", names=(ACME,), created_at=at)
    team.collect.poll(team.home.id, team.source("mentions").id)
    return team.clock()


def begin(team: Team) -> None:
    """As if the place was read for long already."""
    with team.store.write(team.home.id) as tx:
        for source in tx.sources.sources():
            tx.sources.save_source(replace(source, history_before=team.clock() - 60 * DAY))
        tx.save_workspace(replace(tx.workspace, channel="C100"))


def pulse(team: Team, kind: str = "mentions") -> Pulse:
    found: Mapping[str, Pulse] = team.watches.pulses(team.home.id)
    return found[team.source(kind).id]


def test_a_place_that_is_quieter_than_its_rhythm_is_told_from_one_that_was_always_quiet(team: Team) -> None:
    begin(team)
    last = speak_daily(team, 8)
    assert pulse(team).silent_since is None
    team.clock.move(9 * DAY)
    assert pulse(team).silent_since is None
    team.clock.move(2 * DAY)
    assert (pulse(team).silent_since, pulse(team).silent_from) == (last, last + 10 * DAY)
    assert pulse(team, "own").silent_since is None


def test_what_cannot_be_read_is_broken_and_not_quiet(team: Team) -> None:
    begin(team)
    speak_daily(team, 8)
    team.clock.move(11 * DAY)
    team.pond.failing["fetch @acme"] = [Unavailable("down")]
    team.collect.poll(team.home.id, team.source("mentions").id)
    assert pulse(team).silent_since is None


def test_the_digest_tells_of_a_silence_once_and_takes_it_back_when_somebody_speaks(team: Team) -> None:
    begin(team)
    last = speak_daily(team, 8)
    told = []
    for day in range(9, 18):
        team.until(day, 10)
        told += [one.hushed for one in team.slack.to("C100", Kind.DIGEST)[-1:]]
    assert [one for one in told if one] == [(("Pond (mentions)", last),)]


def test_words_in_private_are_no_part_of_the_rhythm(team: Team) -> None:
    begin(team)
    last = speak_daily(team, 8)
    team.clock.move(11 * DAY)
    team.pond.write(MEI, "@acme Psst", names=(ACME,), visibility=Visibility.DIRECT)
    team.collect.poll(team.home.id, team.source("mentions").id)
    assert pulse(team).silent_since == last


def test_when_posts_are_known_to_be_missing_is_told_and_a_later_gap_moves_it(team: Team) -> None:
    assert pulse(team).gap_at is None
    team.pond.broken = (Broken("", "more came at once than one poll reads"), Broken("p9", "no date"))
    for _ in range(2):
        team.clock.move(DAY)
        team.collect.poll(team.home.id, team.source("mentions").id)
        assert pulse(team).gap_at == team.clock()


def test_the_next_look_is_told(team: Team) -> None:
    next_look = pulse(team).next_look
    assert next_look is not None
    assert timedelta(minutes=27) <= next_look - team.clock() <= timedelta(minutes=33)
