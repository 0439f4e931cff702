"""`byhand migrate`: bring the database to this version's shape."""

from __future__ import annotations

import typer

from bot.cli.rooms import chosen
from bot.cli.shown import say


def migrate(ctx: typer.Context) -> None:
    """Bring the database to the shape that this version needs. Safe to repeat; SQLite is copied first.

    Example: byhand migrate
    """
    given = chosen(ctx)
    say(f"The database is at revision {given.rooms.migrate(given.settings())}.")
