"""The seven steps in their order. What was done is seen from what is there, so that each may be left."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.cli.rooms import Chosen
from bot.cli.setup.asking import Answers, Asker, Person
from bot.cli.setup.connecting import connected
from bot.cli.setup.digest import farewell, first_digest, never_heard_back
from bot.cli.setup.team import accounts, myself, stand
from bot.cli.setup.watch import first_watch
from bot.cli.shown import problem
from bot.config import has_display

LEFT = "Left here, and nothing of it is lost. Call byhand setup again to go on from this step."


def walk(given: Chosen, *, terminal: bool | None, answers: Path | None) -> None:
    """All of it; ends the command with 1 when it is left, or when an answer does not do."""
    try:
        _steps(given, _asker(given, terminal=terminal, answers=answers))
    except (typer.Abort, KeyboardInterrupt, EOFError):
        problem(f"\n{LEFT}")
        raise typer.Exit(1) from None


def _asker(given: Chosen, *, terminal: bool | None, answers: Path | None) -> Asker:
    if answers is not None:
        return Answers.read(answers)
    on_page = has_display() if terminal is None else not terminal
    return Person(given.rooms.browse if on_page else None)


def _steps(given: Chosen, asker: Asker) -> None:
    with connected(given.rooms, given.env_file, asker) as desk:
        me = myself(asker, desk)
        stand(asker, desk, me)
        accounts(asker, desk, me)
        first_watch(asker, desk, me)
        first_digest(asker, desk)
        never_heard_back(asker, desk)
        farewell(desk, given.env_file)
