"""`byhand run`: the bot."""

from __future__ import annotations

import typer

from bot.cli.rooms import chosen
from bot.cli.shown import problem


def run(ctx: typer.Context) -> None:
    """Watch, remind and answer in Slack, until stopped.

    Example: byhand --env-file .env run
    """
    given = chosen(ctx)
    if given.demo_dir is not None:
        problem(
            "A demo runs with its Slack and its networks: byhand demo. Leave out --demo to run your own bot."
        )
        raise typer.Exit(2)
    given.rooms.run(given.settings(slack=True))
