"""`byhand export`: what was done, as lists of ids that somebody else can judge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.rooms import office
from bot.cli.shown import say
from bot.store import SqlStore


def export(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where the lists are written; it is made if need be.")],
) -> None:
    """The journal, the outbox and what they speak of, as JSON lines: ids and times, no words, no secrets.

    An earlier journal is the beginning of a later one. Example: byhand export lists
    """
    with office(ctx) as opened:
        opened.flush_ledger()
        names = write(opened.store, opened.workspace, folder)
    say(f"Written to {folder}: {', '.join(names)}.")


def write(store: SqlStore, workspace: str, folder: Path) -> list[str]:
    """Write each list as a file of JSON lines; gives their names."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = []
    for name, lines in store.export(workspace):
        with (folder / f"{name}.jsonl").open("w", encoding="ascii") as file:
            file.writelines(f"{line}\n" for line in lines)
        names.append(name)
    return names
