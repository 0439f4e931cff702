"""What a terminal is shown. Words from outside are plain text: they cannot colour, move or hide anything."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

JOINER = "\N{ZERO WIDTH JOINER}"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

Cell = str | Text | datetime | int | None


def console() -> Console:
    """Where answers go; asked for each time, so that a redirected output is the one used."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False)


def problem(sentence: str) -> None:
    """Say on the error output what went wrong."""
    errors = Console(stderr=True, highlight=False, markup=False, emoji=False)
    errors.print(plain(sentence, lines=True), soft_wrap=True)


def say(sentence: str) -> None:
    """One sentence of ours, which may carry a name from outside."""
    console().print(plain(sentence, lines=True), soft_wrap=True)


def heading(sentence: str) -> None:
    """What comes next, set off from what was before."""
    console().print()
    console().print(Text(plain(sentence).plain, style="bold"), soft_wrap=True)


def plain(text: str, *, lines: bool = False) -> Text:
    """Text without control, direction and private characters; line ends become spaces unless kept."""
    return Text("".join(_safe(character, lines=lines) for character in text))


def _safe(character: str, *, lines: bool) -> str:
    if character == JOINER or (lines and character == "\n"):
        return character
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return " " if character.isspace() else ""


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A table; nothing in it is cut off, so that links stay whole."""
    shown = Table(title=plain(title), title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(cell) for cell in row))
    console().print(shown)


def as_json(value: object) -> None:
    """One JSON text for scripts, in ASCII, so that nothing in it acts on a terminal."""
    typer.echo(json.dumps(_simple(value), indent=2, sort_keys=True))


def when(at: datetime | None) -> str:
    """A time in the machine's own zone, to the minute."""
    return at.astimezone().strftime("%a %d %b %H:%M") if at else ""


def _cell(cell: Cell) -> Text:
    if isinstance(cell, Text):
        return cell
    return plain(when(cell) if isinstance(cell, datetime) else "" if cell is None else str(cell))


def _simple(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _simple(asdict(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _simple(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_simple(each) for each in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
