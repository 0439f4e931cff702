"""`byhand run`: the bot."""

from __future__ import annotations

import typer

from bot.cli.rooms import chosen


def run(ctx: typer.Context) -> None:
    """Watch, remind and answer in Slack, until stopped.

    Example: byhand --env-file .env run
    """
    given = chosen(ctx)
    given.rooms.run(given.settings(slack=True))
