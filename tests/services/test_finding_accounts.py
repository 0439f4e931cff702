"""Which network an account is on, when it is typed without saying which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.connector import Reader
from bot.domain.errors import Unavailable
from bot.domain.model import Author
from bot.services.team.people import People
from tests.services.conftest import Team
from tests.services.pond import FACTS, Pond, Waters


class Silent(Pond):
    def resolve(self, text: str, door: Reader) -> tuple[str, Author]:
        raise Unavailable("no answer")


def test_a_network_that_does_not_answer_hides_no_account_of_another(team: Team) -> None:
    lake = Pond(team.clock, replace(FACTS, name="lake"))
    there = People(team.store, team.slack, Waters(Silent(team.clock), {"lake": lake}), team.clock)
    assert there.find("@zoe").network == "lake"
    alone = People(team.store, team.slack, Waters(Silent(team.clock)), team.clock)
    with pytest.raises(Unavailable):
        alone.find("@zoe")
