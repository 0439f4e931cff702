"""What nobody asks for is done nevertheless."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.services.conftest import Team


def copied(team: Team, at: datetime) -> Path:
    """What an update left behind then, beside the database."""
    copy = Path(f"{team.store.engine.url.database}.before-0001")
    copy.write_text("Does it keep my tags?")
    os.utime(copy, (at.timestamp(), at.timestamp()))
    return copy


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_copy_from_before_an_update_goes_after_two_weeks(team: Team) -> None:
    copy = copied(team, team.clock())
    team.later(timedelta(days=13))
    assert copy.exists()
    team.later(timedelta(days=1, hours=2))
    assert not copy.exists()


def test_sqlite_is_told_how_much_there_is_of_what_and_postgresql_finds_out_by_itself(team: Team) -> None:
    said: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(team.store.engine, "before_cursor_execute", note)
    team.keeping.keep(team.home.id)
    event.remove(team.store.engine, "before_cursor_execute", note)
    assert said.count("ANALYZE") == (team.store.engine.dialect.name == "sqlite")
