"""`byhand setup`: from nothing to a running bot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.rooms import chosen
from bot.cli.shown import problem


def setup(
    ctx: typer.Context,
    terminal: Annotated[
        bool | None,
        typer.Option("--terminal/--page", help="Where secrets are asked for; on a page where there is one."),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(help="A TOML file of answers, for scripts: nobody is asked.")
    ] = None,
) -> None:
    """From nothing to a running bot: Slack, its channel, your accounts, the first watch, a digest to look at.

    It can be left at any question, and goes on from there when it is called again. Example: byhand setup
    """
    given = chosen(ctx)
    if given.demo_dir is not None or given.env_file == Path("-"):
        problem("Setup keeps what it is told in a file of settings: name one with --env-file.")
        raise typer.Exit(2)
    from bot.cli.setup.walk import walk  # noqa: PLC0415 - it loads Slack and a web server

    walk(given, terminal=terminal, answers=answers)
