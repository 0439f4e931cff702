"""What a person is shown once: the address at which mentions come in, and its key."""

from __future__ import annotations

import typer

from bot.app import Office
from bot.cli.shown import problem, say
from bot.domain.model import Source
from bot.services.receiving import in_address

HOST = "https://YOUR-HOST"


def made(opened: Office, network: str, kind: str, name: str) -> None:
    """Make one, and show it."""
    try:
        watch, source, key = opened.receiving.open(opened.workspace, network, kind, name)
    except ValueError as why:
        problem(f"This cannot be added: {why}.")
        raise typer.Exit(2) from None
    say(f"Taking in {watch.name}. The bot listens where BYHAND_LISTEN says; put your host's name below.")
    _show(opened, source, key)


def renewed(opened: Office, source: Source, key: str) -> None:
    """Show a new key."""
    _show(opened, source, key)
    say("The old key opens too, until: byhand watches rotate --end")


def _show(opened: Office, source: Source, key: str) -> None:
    if opened.receiving.signs(source):
        say(f"Mentions: {HOST}/inbound/{source.id}/mentions")
        say(f"Answered: {HOST}/inbound/{source.id}/answered")
        say(f"Key, shown only now: {key}")
    else:
        say(f"Address with its key, shown only now: {HOST}/inbound/{source.id}/key/{in_address(key)}")
