"""A sign-in in the browser in place of a key that is typed: `--sign-in`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import typer

from bot.app import Office
from bot.cli.shown import problem, say
from bot.domain.connector import Begun, Connector, SignsIn

MINUTES = 10
"""How long the browser is waited for: issuers keep what was announced for five."""

SignIn = Annotated[
    str,
    typer.Option("--sign-in", help="Sign this account in, in the browser, in place of a key: its handle."),
]
Paste = Annotated[
    bool,
    typer.Option("--paste", help="The browser is on another computer: paste the address that it ends at."),
]


@dataclass(frozen=True, slots=True)
class Signed:
    """What a sign-in gave: the credential, and the server that it is for."""

    secret: str
    endpoint: str


def sign_in(
    opened: Office,
    connector: Connector,
    account: str,
    browse: Callable[[str], object],
    *,
    at: str = "",
    paste: bool = False,
) -> Signed:
    """Send a person to the browser and wait for them; ends the command where that is not possible.

    Raises the errors of reading.
    """
    facts = connector.facts
    if not isinstance(connector, SignsIn):
        problem(f"{facts.label} has no sign-in in the browser here; it takes a key.")
        raise typer.Exit(2)
    found, author = connector.resolve(account, opened.networks.reader(facts.name, facts.home, None))
    endpoint = at or found
    door = opened.networks.reader(facts.name, endpoint, None)

    def begin(back: str) -> Begun:
        return connector.begin(endpoint, author, back, door)

    begun, came = _pasted(begin) if paste else _awaited(begin, facts.label, browse)
    return Signed(connector.finish(begun, came, door), endpoint)


def _awaited(
    begin: Callable[[str], Begun], label: str, browse: Callable[[str], object]
) -> tuple[Begun, Mapping[str, str]]:
    from bot.web.comeback import comeback_page  # noqa: PLC0415 - it loads a web server

    with comeback_page(f"Signed in to {label}") as page:
        begun = begin(page.url)
        page.expect(begun.state)
        say("Sign in and allow it to read. If the browser does not open, go to")
        say(begun.url)
        browse(begun.url)
        came = page.wait(MINUTES * 60)
    if came is None:
        problem(f"Nobody came back within {MINUTES} minutes. If the browser is on another computer: --paste")
        raise typer.Exit(1)
    return begun, came


def _pasted(begin: Callable[[str], Begun]) -> tuple[Begun, Mapping[str, str]]:
    from bot.web.comeback import ELSEWHERE  # noqa: PLC0415 - it loads a web server

    begun = begin(ELSEWHERE)
    say("Sign in and allow it to read, at")
    say(begun.url)
    say("The browser ends on a page that does not open. Copy its whole address from the address bar.")
    prompt = "Address (not shown)"
    typed = typer.prompt(prompt, hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    return begun, dict(parse_qsl(urlsplit(str(typed).strip()).query))
