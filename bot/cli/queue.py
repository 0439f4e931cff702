"""`byhand queue`: who waits for one of us."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.rooms import office
from bot.cli.shown import as_json, plain, say, table
from bot.domain.model import Line


def queue(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many lines at the most.")] = 15,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Who waits for one of us, longest first. Private conversations are left out.

    Example: byhand queue --limit 5
    """
    with office(ctx) as opened:
        lines = opened.queue.all_waiting(opened.workspace, limit)
    if as_data:
        as_json(lines)
    elif not lines:
        say("Nobody that I can see is waiting.")
    else:
        show_lines("Waiting for one of us", lines)


def show_lines(title: str, lines: list[Line] | tuple[Line, ...]) -> None:
    """Conversations as a table."""
    table(
        title,
        ("who", "where", "since", "who has it", "words", "link"),
        ((*_who(line), line.standing.waiting_since, holder(line), words(line), line.url) for line in lines),
    )


def holder(line: Line) -> str:
    """Who has it, in words."""
    if line.holder_name:
        return line.holder_name
    return f"asked {line.asked_name}" if line.asked_name else "nobody"


def words(line: Line) -> str:
    """The beginning of what they wrote; what is behind a content warning stays there."""
    return f"(behind a warning: {line.warning})" if line.warning else shorten(line.text)


def shorten(text: str, limit: int = 80) -> str:
    """At most that many characters, on one line."""
    flat = " ".join(plain(text).plain.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def _who(line: Line) -> tuple[str, str]:
    return (f"{line.name} ({line.handle})" if line.handle not in ("", line.name) else line.name, line.label)
