"""An account that was linked by mistake, or of somebody who left the team."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.model import Status
from bot.services.standing.lines import home_of
from bot.services.standing.sight import can_look
from bot.services.team.forget import Forget
from bot.services.team.unlink import Unlink, Watched
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, MEI, ZOE


def unlink(team: Team, name: str, left: datetime | None = None) -> int:
    return Unlink(team.store, team.networks, team.clock).account(team.home.id, "pond", name, left=left)


def waiting(team: Team) -> list[str | None]:
    return sorted(one.author or "" for one in team.waiting())


def test_who_was_linked_by_mistake_waits_again_with_all_that_they_asked(team: Team) -> None:
    team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.later(timedelta(minutes=40))
    team.people.link(team.home.id, team.ben.id, "@mei")
    team.later(timedelta(minutes=40))
    team.pond.write(MEI, "@acme Is anybody there?", names=(ACME,))
    team.later(timedelta(minutes=40))
    assert waiting(team) == []
    assert unlink(team, "@mei") == 2
    assert waiting(team) == [MEI.id, MEI.id]
    assert all(one.account != MEI.id for one in team.sources())
    team.later(timedelta(days=2))
    assert waiting(team) == [MEI.id, MEI.id]


def test_what_only_seemed_to_answer_somebody_answers_nobody(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.pond.write(ZOE, "I wonder too", under=asked)
    team.people.link(team.home.id, team.ben.id, "@zoe")
    team.later(timedelta(minutes=40))
    assert waiting(team) == []
    assert unlink(team, "zoe") == 1
    assert waiting(team) == [MEI.id]


def test_what_they_asked_before_anything_was_watched_stays_history(team: Team) -> None:
    long_ago = team.clock() - timedelta(days=20)
    team.pond.write(MEI, "@acme Is it out yet?", names=(ACME,), created_at=long_ago)
    team.people.link(team.home.id, team.ben.id, "@mei")
    team.pond.write(MEI, "@acme And now?", names=(ACME,))
    team.later(timedelta(minutes=40))
    assert unlink(team, "@mei") == 1


def test_what_somebody_answered_before_they_left_stays_answered_and_then_they_may_ask(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.pond.write(ANA, "Like so.", under=asked)
    team.later(timedelta(minutes=40))
    assert waiting(team) == []
    assert unlink(team, "@ana", left=team.clock()) == 0
    assert [one.standing.status for one in team.all()] == [Status.ANSWERED]
    other = team.pond.write(ZOE, "@acme And the dates?", names=(ACME,))
    team.pond.write(ANA, "They changed that", under=other)
    team.later(timedelta(minutes=40))
    assert waiting(team) == [ZOE.id]
    team.pond.write(ANA, "@acme Hello from outside. Where is it?", names=(ACME,))
    team.later(timedelta(minutes=40))
    assert waiting(team) == [ANA.id, ZOE.id]


def test_of_who_left_nobody_is_looked_for_and_what_they_answered_is_not_forgotten(team: Team) -> None:
    asked = team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.pond.write(ANA, "Like so.", under=asked)
    team.later(timedelta(minutes=40))
    with team.store.read(team.home.id) as tx:
        assert home_of(tx.people.handles(), "pond", team.ana.id)
    for name in ("@ana", "@ben"):
        unlink(team, name, left=team.clock())
    with team.store.read(team.home.id) as tx:
        ours = tx.people.handles()
    assert home_of(ours, "pond", team.ana.id) is None
    assert can_look(team.networks, "pond", ours)
    assert not can_look(team.networks, "pond", [one for one in ours if one.teammate])
    with pytest.raises(ValueError, match="is, or was, one of your team's own"):
        Forget(team.store, team.networks, team.clock).person(team.home.id, "pond", "@ana")


def test_who_comes_back_is_linked_anew_beside_the_time_before(team: Team) -> None:
    unlink(team, "@ana", left=team.clock())
    team.people.link(team.home.id, team.ana.id, "@ana")
    with team.store.read(team.home.id) as tx:
        theirs = [one.until for one in tx.people.handles() if one.author_id == ANA.id]
    assert sorted(until is None for until in theirs) == [False, True]
    asked = team.pond.write(MEI, "@acme How do I export?", names=(ACME,))
    team.pond.write(ANA, "Like so.", under=asked)
    team.later(timedelta(minutes=40))
    assert waiting(team) == []


def test_what_is_watched_stays_ours_and_who_is_not_linked_is_refused(team: Team) -> None:
    with pytest.raises(Watched):
        unlink(team, "@acme")
    with pytest.raises(KeyError):
        unlink(team, "@zoe")
    with pytest.raises(KeyError):
        Unlink(team.store, team.networks, team.clock).account(team.home.id, "lake", "@acme", left=None)
