"""How setup asks: at the terminal, on a page of this machine for secrets, or a file of answers."""

from __future__ import annotations

import os
import stat
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import typer

from bot.cli.shown import plain, problem, say
from bot.web.secrets import Blank, one_time_page

SECRETS = ("bot_token", "app_token", "signing_secret", "key")


class Asker(Protocol):
    """Where answers come from. Each question has a name, by which a file answers it."""

    def text(self, name: str, question: str, default: str = "") -> str:
        """A line of text."""

    def choose(self, name: str, question: str, options: Sequence[tuple[str, str]]) -> str:
        """One of (value, label), the first if nothing is said."""

    def yes(self, name: str, question: str, *, default: bool) -> bool:
        """Yes or no."""

    def secrets(self, title: str, blanks: Sequence[Blank]) -> Mapping[str, str]:
        """Secrets, which are neither shown nor kept here."""

    def again(self, why: str) -> None:
        """An answer does not do: say why. Whoever cannot be asked again ends the command."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the terminal; `browse` opens a page for secrets, None asks for them here too."""

    browse: Callable[[str], object] | None = None

    def text(self, name: str, question: str, default: str = "") -> str:
        """A line of text."""
        answer: str = typer.prompt(_line(question), default=default, show_default=bool(default))
        return answer.strip()

    def choose(self, name: str, question: str, options: Sequence[tuple[str, str]]) -> str:
        """By number."""
        say(question)
        for number, (_, label) in enumerate(options, start=1):
            say(f"  {number}. {label}")
        while True:
            answer = self.text(name, "Which one?", "1")
            if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(options):
                return options[int(answer) - 1][0]
            problem(f"Type a number from 1 to {len(options)}.")

    def yes(self, name: str, question: str, *, default: bool) -> bool:
        """Yes or no."""
        return typer.confirm(_line(question), default=default)

    def secrets(self, title: str, blanks: Sequence[Blank]) -> Mapping[str, str]:
        """On the page, or here without being shown."""
        if self.browse is None:
            return {blank.name: self._unseen(blank) for blank in blanks}
        with one_time_page(title, blanks) as page:
            say(f"{title}: a page of this computer asks for it, once. If it does not open, go to")
            say(page.url)
            self.browse(page.url)
            return page.wait() or {}

    def again(self, why: str) -> None:
        """They are asked again."""
        problem(why)

    def _unseen(self, blank: Blank) -> str:
        if blank.hint:
            say(blank.hint)
        if not sys.stdin.isatty():
            line = sys.stdin.readline()
            if not line:
                raise typer.Abort
            return line.strip()
        answer: str = typer.prompt(f"{blank.label} (not shown)", hide_input=True)
        return answer.strip()


@dataclass(frozen=True, slots=True)
class Answers:
    """A file of answers by name, for scripts and tests: nobody is asked."""

    given: Mapping[str, Any]

    @classmethod
    def read(cls, file: Path) -> Answers:
        """From a TOML file; ends the command when it cannot be read, or others could read its secrets."""
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
            problem(f"{file} cannot be read as TOML: {wrong}")
            raise typer.Exit(2) from None
        open_to_others = os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077
        if open_to_others and any(name in given for name in SECRETS):
            problem(f"{file} holds secrets and can be read by others: run chmod 600 {file}")
            raise typer.Exit(2)
        return cls(given)

    def text(self, name: str, question: str, default: str = "") -> str:
        """As given, else the usual answer."""
        return str(self.given.get(name, default))

    def choose(self, name: str, question: str, options: Sequence[tuple[str, str]]) -> str:
        """As given, else the first."""
        values = [value for value, _ in options]
        chosen = str(self.given.get(name, values[0]))
        if chosen not in values:
            problem(f"{name} is {chosen}, which is none of: {', '.join(values)}")
            raise typer.Exit(2)
        return chosen

    def yes(self, name: str, question: str, *, default: bool) -> bool:
        """As given, else the usual answer."""
        return bool(self.given.get(name, default))

    def secrets(self, title: str, blanks: Sequence[Blank]) -> Mapping[str, str]:
        """As given; there is no usual answer."""
        missing = [blank.name for blank in blanks if not self.given.get(blank.name)]
        if missing:
            problem(f"{title}: the answers lack {', '.join(missing)}.")
            raise typer.Exit(2)
        return {blank.name: str(self.given[blank.name]).strip() for blank in blanks}

    def again(self, why: str) -> None:
        """The same answer would come again."""
        problem(why)
        raise typer.Exit(1)


def _line(question: str) -> str:
    """A prompt is written as it is: names from outside must not act in it."""
    return plain(question).plain
