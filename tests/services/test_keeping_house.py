"""What nobody asks for is done nevertheless."""

from __future__ import annotations

from sqlalchemy import event

from tests.services.conftest import Team


def test_sqlite_is_told_how_much_there_is_of_what_and_postgresql_finds_out_by_itself(team: Team) -> None:
    said: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(team.store.engine, "before_cursor_execute", note)
    team.keeping.keep(team.home.id)
    event.remove(team.store.engine, "before_cursor_execute", note)
    assert said.count("ANALYZE") == (team.store.engine.dialect.name == "sqlite")
