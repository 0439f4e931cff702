"""`byhand try`: who spoke to us and never heard back, told from public posts alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bars
from rich.progress import TaskID

from bot.app.office import utc_now
from bot.cli.queue import shorten
from bot.cli.rooms import chosen
from bot.cli.shown import as_json, plain, problem, say, table
from bot.domain.ports import Networks
from bot.services.tried import UNKNOWN, Place, Progress, Result, Tried


def tried(
    ctx: typer.Context,
    places: Annotated[
        list[str], typer.Argument(help="Accounts such as @us@server, or a network followed by a name.")
    ],
    *,
    days: Annotated[int, typer.Option(min=1, max=365, help="How far back to look.")] = 30,
    seconds: Annotated[
        float, typer.Option("--for", min=1, help="How many seconds to wait for slow places.")
    ] = 120,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Who spoke to us and never heard back. Needs no account, no Slack and no database; keeps nothing.

    Several places are walked at once. Ends with 1 if one could not be read to its end.
    Example: byhand try @us@mastodon.example   or: byhand try hackernews "our name"
    """
    given = chosen(ctx)
    if given.demo_dir is not None:
        problem("The demo reads nothing outside this machine. Leave out --demo to try the real networks.")
        raise typer.Exit(2)
    with given.rooms.networks_only() as networks:
        walked = Tried(networks, utc_now).of(
            found := _places(networks, places), days=days, deadline=timedelta(seconds=seconds)
        )
        results = walk(walked, found, quiet=as_data)
    if as_data:
        as_json([_as_data(each) for each in results])
    if any(each.problem for each in results):
        raise typer.Exit(1)


def _places(networks: Networks, words: Sequence[str]) -> list[Place]:
    """What was typed, as places; ends the command for a network without a name."""
    found: list[Place] = []
    left = list(words)
    while left:
        word = left.pop(0)
        try:
            found.append((word, left.pop(0)) if word in networks.connectors() else ("", word))
        except IndexError:
            problem(f'{word} needs a name after it, for instance: byhand try {word} "our name"')
            raise typer.Exit(2) from None
    return list(dict.fromkeys(found))


def walk(walked: Iterable[Progress | Result], places: Sequence[Place], *, quiet: bool) -> list[Result]:
    """Walk them with a bar for each on the error output; each result is shown as soon as it is there."""
    results: list[Result] = []
    errors = Console(stderr=True)
    with Bars(console=errors, transient=True, disable=not errors.is_terminal) as bars:
        tasks = {
            place: bars.add_task(escape(plain(" ".join(place).strip()).plain), total=None) for place in places
        }
        for news in walked:
            if isinstance(news, Progress):
                _advance(bars, tasks, news)
                continue
            bars.remove_task(tasks[news.place])
            results.append(news)
            if not quiet:
                _show(news)
    return results


def _advance(bars: Bars, tasks: Mapping[Place, TaskID], news: Progress) -> None:
    bars.update(tasks[news.place], completed=news.read, total=news.of)


def _show(result: Result) -> None:
    if result.problem == UNKNOWN:
        problem(f"No network knows {result.place[1]}. Write @us@server, or a network and a name.")
        return
    people = "1 person" if result.spoke == 1 else f"{result.spoke} people"
    if result.account:
        unheard = f"{len(result.unheard)} never heard back."
        say(f"{_name(result)}: In {result.days} days {people} spoke to you. {unheard}")
    else:
        say(f"{_name(result)}: In {result.days} days {people} named you.")
        say("No account of yours is known there, so I cannot tell who heard back.")
    if result.problem:
        problem(f"{_name(result)}: this is not all, it could not be read to its end ({result.problem}).")
    if result.unheard:
        rows = (
            (each.author.handle, each.created_at, shorten(each.text), each.url) for each in result.unheard
        )
        table("", ("who", "when", "words", "link"), rows)


def _name(result: Result) -> str:
    return " on ".join(filter(None, (result.place[1], result.label)))


def _as_data(result: Result) -> dict[str, object]:
    return {
        "network": result.network,
        "looked_for": result.place[1],
        "days": result.days,
        "spoke": result.spoke,
        "account_known": result.account is not None,
        "unheard": [
            {"who": each.author.handle, "when": each.created_at, "url": each.url} for each in result.unheard
        ],
        "problem": result.problem,
    }
