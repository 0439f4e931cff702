"""`byhand add`: a post that somebody found anywhere, put on the team's list by its link."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.app import Office
from bot.cli.people import find
from bot.cli.queue import holder
from bot.cli.rooms import office
from bot.cli.shown import as_json, problem, say
from bot.domain.errors import Gone, RateLimited, Unavailable
from bot.domain.model import Line, Teammate, Verb
from bot.services.collecting.add import NotListed

FACE = "command line"


def add(
    ctx: typer.Context,
    link: Annotated[str, typer.Argument(help="The address of the post, on whichever place.")],
    *,
    ask: Annotated[str, typer.Option(help="Who should answer: a teammate's Slack id or name.")] = "",
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Put a post on the team's list by its link. The same link twice is one.

    Where a network that By Hand reads has it, the post and its thread are fetched. Any other link is kept as
    it is: nothing is fetched, nobody can see who answered it, and it closes when somebody says so.

    Example: byhand add https://pod.example/episodes/9 --ask Ana
    """
    with office(ctx) as opened:
        asked = _teammate(opened, ask) if ask else None
        line = _added(opened, link)
        if asked is None and line.wants_somebody and sys.stdin.isatty() and not as_data:
            name = typer.prompt("Who should answer? (nobody: press Enter)", default="", show_default=False)
            asked = _teammate(opened, name) if name else None
        if asked:
            line = _ask(opened, line, asked)
    if as_data:
        as_json(line)
        return
    say(f"On the list: {line.name} on {line.label}. It is with: {holder(line)}.")
    if not line.can_see_answers:
        say(f"I cannot see replies on {line.label}: it closes when somebody says so.")


def _added(opened: Office, link: str) -> Line:
    try:
        return opened.add.link(opened.workspace, link, None)
    except NotListed as why:
        problem(f"{link}: {why}.")
        raise typer.Exit(1) from None
    except ValueError:
        problem(f"{link} is no link: it begins with https://, and has no spaces and no password in it.")
        raise typer.Exit(2) from None
    except (Unavailable, RateLimited):
        problem("That place could not be read just now. Try again in some minutes.")
        raise typer.Exit(1) from None
    except Gone:
        problem(f"The post of {link} is gone, or is not shown to everyone.")
        raise typer.Exit(1) from None


def _teammate(opened: Office, who: str) -> Teammate:
    with opened.store.read(opened.workspace) as tx:
        found = find(list(tx.people.teammates()), who)
    if found is None:
        problem("There is no such teammate, or more than one: use the Slack id from byhand people list.")
        raise typer.Exit(1)
    return found


def _ask(opened: Office, line: Line, asked: Teammate) -> Line:
    """Ask them, as a colleague's question does; the line as it stands then."""
    outcome = opened.triage.press(
        opened.workspace, line.conversation, line.wait, Verb.ASK, by="", face=FACE, to=asked.id
    )
    if not outcome.done:
        problem(f"It is on the list, and {asked.name} was not asked: {outcome.why}.")
        raise typer.Exit(1)
    return outcome.line or line
