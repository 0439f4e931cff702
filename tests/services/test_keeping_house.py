"""What nobody asks for is done nevertheless."""

from __future__ import annotations

from sqlalchemy import text

from tests.services.conftest import Team
from tests.services.pond import ACME, MEI


def test_sqlite_is_told_how_much_there_is_of_what(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    team.keeping.keep(team.home.id)
    if team.store.engine.dialect.name != "sqlite":
        return  # PostgreSQL takes stock by itself
    with team.store.engine.connect() as connection:
        known = connection.execute(text("SELECT tbl FROM sqlite_stat1")).scalars().all()
    assert "conversation" in known
