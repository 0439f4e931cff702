"""`byhand try`: who spoke to us and never heard back, and who spoke about us, from public posts alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from bot.services.measuring.tried import UNKNOWN, Place, Progress, Result, Tried

Names = Annotated[
    list[str],
    typer.Argument(
        help="Accounts such as @us@server, a handle, a site, owner/name, a name; "
        "or a network followed by a name there."
    ),
]
Days = Annotated[int, typer.Option(min=1, max=365, help="How far back to look.")]
Seconds = Annotated[float, typer.Option("--for", min=1, help="How many seconds to wait for slow places.")]
WHY = {
    "RateLimited": "it lets those without a key read no more for now",
    "NeedsSignIn": "it shows this to nobody without a key",
    "Unavailable": "it did not answer properly",
    "ChangedFormat": "its answer could not be read",
    "Gone": "it knows nothing of that name",
    "Refused": "By Hand does not go there",
}
"""What an error means to somebody who has no key."""


def tried(
    ctx: typer.Context,
    places: Names,
    *,
    days: Days = 30,
    seconds: Seconds = 120,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Who spoke to us and never heard back, then who spoke about us. Needs no account, no Slack and no
    database; keeps nothing.

    Every network is asked at once that can be asked about such a name without an account. Ends with 1 if one
    could not be read to its end. Example: byhand try @us@mastodon.example us.example us/export "our name"
    """
    given = chosen(ctx)
    if given.demo_dir is not None:
        problem("The demo reads nothing outside this machine. Leave out --demo to try the real networks.")
        raise typer.Exit(2)
    with given.rooms.networks_only() as networks:
        walked = Tried(networks, utc_now).of(
            found := places_of(networks, places), days=days, deadline=timedelta(seconds=seconds)
        )
        results = walk(walked, found, quiet=as_data)
    if as_data:
        as_json([_as_data(each) for each in results])
    if any(each.problem for each in results):
        raise typer.Exit(1)


def places_of(networks: Networks, words: Sequence[str]) -> list[Place]:
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
    """Walk them with bars on the error output. What was said to us is shown as soon as it is there, what was
    said about us after all of that."""
    results: list[Result] = []
    errors = Console(stderr=True)
    with Bars(console=errors, transient=True, disable=not errors.is_terminal) as bars:
        tasks = {(one, ""): bars.add_task(_plain(" ".join(one)), total=None) for one in places}
        for news in walked:
            _advance(bars, tasks, news)
            if isinstance(news, Result):
                results.append(news)
                if not (quiet or news.about):
                    _show(news)
    for result in results:
        if result.about and not quiet:
            _show(result)
    return results


def _advance(bars: Bars, tasks: dict[tuple[Place, str], TaskID], news: Progress | Result) -> None:
    """One bar for each network that has something, until it is done."""
    key = (news.place, news.label)
    if isinstance(news, Result):
        if news.label and key in tasks:
            bars.remove_task(tasks.pop(key))
        return
    if key not in tasks:
        tasks[key] = bars.add_task(_plain(f"{news.place[1]} on {news.label}"), total=None)
    bars.update(tasks[key], completed=news.read, total=news.of)


def _plain(text: str) -> str:
    return escape(plain(text.strip()).plain)


def _show(result: Result) -> None:
    name = result.place[1]
    if result.problem == UNKNOWN:
        problem(f"No network knows {name}. Write @us@server, or a network and a name.")
        return
    if result.label and (result.spoke or not result.problem):
        say(_sentence(result))
    if result.problem:
        where = f"{name} on {result.label}" if result.label else name
        problem(f"{where}: this is not all, {WHY.get(result.problem, result.problem)}.")
    if result.unheard:
        rows = (
            (each.author.handle, each.created_at, shorten(each.text), each.url) for each in result.unheard
        )
        table("", ("who", "when", "words", "link"), rows)


def _sentence(result: Result) -> str:
    people = "1 person" if result.spoke == 1 else f"{result.spoke} people"
    way = "about" if result.about else "to"
    spoke = f"{result.label}: In {result.days} days {people} spoke {way} {result.place[1]}."
    if result.about:
        return spoke
    unheard = len(result.unheard)
    if result.by_name:
        return f"{spoke} {unheard} never heard back."
    return f"{spoke} {unheard} got no answer from anybody."


def _as_data(result: Result) -> dict[str, object]:
    return {
        "network": result.network,
        "looked_for": result.place[1],
        "days": result.days,
        "about": result.about,
        "spoke": result.spoke,
        "account_known": result.account is not None,
        "unheard": [
            {"who": each.author.handle, "when": each.created_at, "url": each.url} for each in result.unheard
        ],
        "problem": result.problem,
    }
