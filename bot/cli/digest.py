"""`byhand digest --dry-run`: what the channel would read now."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.queue import show_lines
from bot.cli.rooms import office
from bot.cli.shown import as_json, problem, say, when
from bot.domain.screens import Screen


def digest(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it here, post nothing.")] = False,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """What the digest would say now. The bot itself posts it, at the channel's hour.

    Example: byhand digest --dry-run
    """
    if not dry_run:
        problem("The digest is posted by `byhand run`, at the channel's hour. Add --dry-run to see it here.")
        raise typer.Exit(2)
    with office(ctx) as opened:
        screen = opened.report.preview(opened.workspace)
    if as_data:
        as_json(screen)
        return
    _who_waits(screen)
    _not_seen(screen)


def _who_waits(screen: Screen) -> None:
    if screen.lines:
        who = f"{screen.total} with {screen.people} people" if screen.people > screen.total else screen.total
        show_lines(f"{who} waiting for one of us, as of {when(screen.as_of)}", screen.lines)
    else:
        say("Nobody that I can see is waiting.")
    for count, what in (
        (screen.thanked, "wrote back and ask for nothing"),
        (screen.without_us, "settled without us since the last one"),
        (screen.about_us, "about us, to nobody in particular"),
        (screen.in_the_room, "among others, around what we wrote"),
    ):
        if count:
            say(f"{count} {what}.")


def _not_seen(screen: Screen) -> None:
    for label, since in screen.blind:
        seen = f"since {when(since)}" if since else "yet"
        say(f"{label} not seen {seen}; its lines may already be answered.")
    for place, since in screen.hushed:
        say(f"{place} can be read, but nobody has spoken there since {when(since)}, longer than usual.")
    for label, count, since in screen.unseen:
        say(f"{label}: {count} could not be checked since {when(since)}, and may already be answered.")
