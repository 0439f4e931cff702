"""`byhand watches suggest`: what to follow, from what `byhand try` finds; nothing without a yes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated

import typer

from bot.app import Office
from bot.cli.rooms import office
from bot.cli.shown import as_json, problem, say
from bot.cli.tried import WHY, Days, Names, Seconds, places_of, walk
from bot.domain.errors import ReadingError
from bot.services.measuring.tried import Follow, Result, Tried


def suggest(
    ctx: typer.Context,
    places: Names,
    *,
    days: Days = 30,
    seconds: Seconds = 60,
    add: Annotated[bool, typer.Option("--add", help="Ask about each, and follow it after a yes.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --add: follow all of them.")] = False,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """What to follow, from who spoke to us or about us lately: the lines to type. What is followed already is
    left out, and nothing needs a key. Nothing is saved, unless with --add after a yes.

    Example: byhand watches suggest @us@mastodon.example us/export "our name"
    """
    if add and as_data:
        problem("--add asks a question about each, so it goes without --json.")
        raise typer.Exit(2)
    with office(ctx) as opened:
        tried = Tried(opened.networks, opened.clock)
        found = places_of(opened.networks, places)
        results = walk(tried.of(found, days=days, deadline=timedelta(seconds=seconds)), found, quiet=True)
        new = list(_new(opened, results))
        if as_data:
            as_json([_as_data(one, spoke) for one, spoke in new])
        else:
            _tell(results, new)
        if add:
            _add(opened, [one for one, _ in new], yes=yes)


def _new(opened: Office, results: Sequence[Result]) -> Iterator[tuple[Follow, Result]]:
    """What is not followed yet, each once: what spoke to us first, then where most people spoke."""
    watched = opened.watches.list(opened.workspace)
    known = {(one.network, one.kind, _plain(one.query)) for _, sources in watched for one in sources}
    for result in sorted(results, key=lambda one: (one.about, -one.spoke)):
        for one in result.follows:
            key = (one.network, one.kind, _plain(one.query))
            if key not in known:
                known.add(key)
                yield one, result


def _plain(query: str) -> str:
    return query.casefold().strip().lstrip("@#")


def _tell(results: Sequence[Result], new: Sequence[tuple[Follow, Result]]) -> None:
    for result in results:
        if result.problem:
            where = f"{result.place[1]} on {result.label}" if result.label else result.place[1]
            problem(f"{where}: not all could be seen ({WHY.get(result.problem, result.problem)}).")
    if not new:
        say("I found nothing more to follow. See byhand watches add --help for all there is.")
    for one, result in new:
        people = "1 person" if result.spoke == 1 else f"{result.spoke} people"
        say(f"{result.label}: {people} spoke {'about' if result.about else 'to'} {result.place[1]}.")
        say(f"  {line_of(one)}")


def line_of(one: Follow) -> str:
    """The command that follows it."""
    words = ["byhand", "watches", "add", one.network, one.kind, one.query]
    return shlex.join([*words, "--at", one.at] if one.at else words)


def _add(opened: Office, new: Sequence[Follow], *, yes: bool) -> None:
    for one in new:
        if not (yes or typer.confirm(f"Follow {one.network} {one.kind} {one.query}?", default=False)):
            continue
        try:
            watch = opened.watches.add(opened.workspace, one.network, one.kind, one.query, endpoint=one.at)
        except (ReadingError, ValueError) as why:
            problem(f"{one.network} {one.kind} cannot be followed: {why}.")
            continue
        say(f"Following {watch.name}.")


def _as_data(one: Follow, result: Result) -> dict[str, object]:
    return {
        "network": one.network,
        "kind": one.kind,
        "query": one.query,
        "at": one.at,
        "spoke": result.spoke,
        "about": result.about,
        "command": line_of(one),
    }
