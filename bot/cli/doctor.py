"""`byhand doctor`: what is well, what to look at, what is broken, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.rooms import chosen
from bot.cli.shown import as_json, problem, table


def doctor(
    ctx: typer.Context,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Check Slack, the channel, the database, and each place and its key. Sends nothing to anybody.

    Three calls of Slack and a read or two for each key; a bot that runs is not disturbed. Ends with 1 if
    something is broken. Example: byhand doctor
    """
    given = chosen(ctx)
    if given.demo_dir is not None:
        problem("The demo needs no doctor: start it anew. This looks at an installation of your own.")
        raise typer.Exit(2)
    from bot.cli.findings import Word, findings  # noqa: PLC0415 - it loads Slack

    found = list(findings(given.rooms.examine(given.settings(slack=True))))
    if as_data:
        as_json(found)
    else:
        rows = ((one.word.value, one.what, one.means, one.do) for one in found)
        table("", ("", "what", "how it is", "what to do"), rows)
    if any(one.word is Word.BROKEN for one in found):
        raise typer.Exit(1)
