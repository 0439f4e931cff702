"""`byhand try`: who spoke to us and never heard back, told from public posts alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from bot.services.tried import Place, Progress, Result, Tried


def tried(
    ctx: typer.Context,
    places: Annotated[
        list[str], typer.Argument(help="Accounts such as @us@server, or a network followed by a name.")
    ],
    *,
    days: Annotated[int, typer.Option(min=1, max=365, help="How far back to look.")] = 30,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Who spoke to us and never heard back. Needs no account, no Slack and no database; keeps nothing.

    Several places are walked at once. Ends with 1 if one could not be read to its end.
    Example: byhand try @us@mastodon.example   or: byhand try hackernews "our name"
    """
    with chosen(ctx).rooms.networks_only() as networks:
        walking = Tried(networks, utc_now)
        results = _walk(walking, _places(walking, networks, places), days, quiet=as_data)
    if as_data:
        as_json([_as_data(each) for each in results])
    if any(each.problem for each in results):
        raise typer.Exit(1)


def _places(walking: Tried, networks: Networks, words: Sequence[str]) -> list[Place]:
    """What was typed, as places; ends the command for an account that no network knows."""
    found: list[Place] = []
    left = list(words)
    while left:
        word = left.pop(0)
        try:
            found.append((word, left.pop(0)) if word in networks.connectors() else walking.place_of(word))
        except IndexError:
            problem(f'{word} needs a name after it, for instance: byhand try {word} "our name"')
            raise typer.Exit(2) from None
        except ValueError:
            networks_there = ", ".join(networks.connectors())
            problem(f"No network knows {word}. Write @us@server, or one of {networks_there} and a name.")
            raise typer.Exit(1) from None
    return list(dict.fromkeys(found))


def _walk(walking: Tried, places: Sequence[Place], days: int, *, quiet: bool) -> list[Result]:
    """Walk them with a bar for each on the error output; each result is shown as soon as it is there."""
    results: list[Result] = []
    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks = {place: bars.add_task(escape(plain(" ".join(place)).plain), total=None) for place in places}
        for news in walking.of(places, days=days):
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
    return f"{result.place[1]} on {result.label}"


def _as_data(result: Result) -> dict[str, object]:
    return {
        "network": result.place[0],
        "looked_for": result.place[1],
        "days": result.days,
        "spoke": result.spoke,
        "account_known": result.account is not None,
        "unheard": [
            {"who": each.author.handle, "when": each.created_at, "url": each.url} for each in result.unheard
        ],
        "problem": result.problem,
    }
