"""`byhand collect`: look at every Source once, now."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.app import Office
from bot.cli.rooms import office
from bot.cli.shown import as_json, console, say, table
from bot.domain.model import Health, Source
from bot.services.collecting.health import REFUSED_WAIT


def collect(
    ctx: typer.Context,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Look at every Source once, now, and say how each is doing. Ends with 1 if one needs something.

    A Source that was looked at less than its network's shortest pause ago is left alone; one that refused
    its key, or was gone, for a day.
    Example: byhand collect
    """
    with office(ctx) as opened:
        for source in _sources(opened):
            if not rests(opened, source):
                if not as_data:
                    console().print(f"Looking at {source.network} {source.kind} ...", end="\r")
                opened.collect.poll(opened.workspace, source.id)
        sources = _sources(opened)
    if as_data:
        as_json([health_of(source) for source in sources])
    elif sources:
        show_health(sources)
    else:
        say("Nothing is watched yet: see byhand watches --help.")
    if any(source.health not in (Health.WELL, Health.PAUSED) for source in sources):
        raise typer.Exit(1)


def rests(opened: Office, source: Source) -> bool:
    """Whether a Source is paused, or was looked at less than its floor ago; less than a day ago where it
    refused its key or was gone, as the bot itself does."""
    connector = opened.networks.connectors().get(source.network)
    if source.health == Health.PAUSED or connector is None:
        return True
    if source.last_try is None:
        return False
    refused = source.health in (Health.NEEDS_SIGN_IN, Health.GONE)
    return opened.clock() - source.last_try < (REFUSED_WAIT if refused else connector.facts.floor)


def show_health(sources: list[Source]) -> None:
    """How each Source is doing."""
    table(
        "Sources",
        ("network", "what", "health", "last seen", "problem"),
        ((each.network, what(each), each.health, each.last_success, each.problem) for each in sources),
    )


def health_of(source: Source) -> dict[str, object]:
    """What a script may want to know of a Source: no cursor, no credential."""
    return {
        "id": source.id,
        "network": source.network,
        "what": what(source),
        "health": source.health,
        "last_success": source.last_success,
        "last_post": source.last_post,
        "looked_back": source.swept_at,
        "missed": source.missed,
        "missed_at": source.missed_at,
        "problem": source.problem,
    }


def what(source: Source) -> str:
    """What is fetched, in words. A feed's address is a credential: only its host is told."""
    host = source.endpoint.removeprefix("https://").removeprefix("http://").split("/")[0]
    query = source.query if "://" not in source.query else ""
    return " ".join(part for part in (source.kind, query, f"at {host}" if host else "") if part)


def _sources(opened: Office) -> list[Source]:
    with opened.store.read(opened.workspace) as tx:
        return list(tx.sources.sources())
