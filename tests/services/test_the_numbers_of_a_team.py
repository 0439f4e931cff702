"""The team's numbers over what really happens, from the first word to the answer."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.few import Spread
from bot.domain.measures import Outcome
from bot.domain.model import Verb, Visibility
from bot.services.measuring.measures import Measuring
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, author


def test_people_are_counted_by_what_became_of_them(team: Team) -> None:
    """Three heard back and wrote again, three were let go, and one who wrote in private is not counted."""
    asked = [team.pond.write(author(f"a{n}"), "@acme How?", names=(ACME,)) for n in range(6)]
    team.pond.write(author("x"), "@acme My bill?", names=(ACME,), visibility=Visibility.DIRECT)
    team.collect.poll(team.home.id, team.source("mentions").id)
    for one in team.waiting():
        if one.root in {post.id for post in asked[3:]}:
            team.press(one, Verb.LET_GO, team.ben)
    team.clock.move(timedelta(hours=4))
    for post in asked[:3]:
        reply = team.pond.write(ANA, f"So, {post.id}.", under=post)
        team.pond.write(post.author, "Thanks!", under=reply, names=(ANA,))
    team.later(timedelta(minutes=40))
    told = Measuring(team.store, team.clock).of(team.home.id)
    assert told.spoke == 6
    assert {each: count for each, count in told.people.items() if count} == {
        Outcome.HEARD: 3,
        Outcome.LET_GO: 3,
    }
    assert (told.wrote_back, told.together) == (3, None)
    assert told.wall == told.working == Spread(timedelta(hours=4), None)
