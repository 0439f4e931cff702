"""What a person is shown once: the address at which mentions come in, and its key."""

from __future__ import annotations

import typer

from bot.app import Office
from bot.cli.shown import problem, say
from bot.domain.model import Source, Watch
from bot.services.collecting.receiving import in_address
from bot.services.collecting.webmentions import NETWORK as WEBMENTION

HOST = "https://YOUR-HOST"


def made(opened: Office, network: str, kind: str, name: str) -> None:
    """Make one, and show it."""
    try:
        if network == WEBMENTION:
            _for_a_site(opened, name)
            return
        watch, source, key = opened.receiving.open(opened.workspace, network, kind, name)
    except ValueError as why:
        problem(f"This cannot be added: {why}.")
        raise typer.Exit(2) from None
    say(f"Taking in {watch.name}. The bot listens where BYHAND_LISTEN says; put your host's name below.")
    _show(opened, source, key)


def _for_a_site(opened: Office, site: str) -> None:
    watch, source = opened.webmentions.open(opened.workspace, site)
    say(f"Taking in {watch.name}. The bot listens where BYHAND_LISTEN says; put your host's name below.")
    say("Put this into the head of each page of the site:")
    say(f'<link rel="webmention" href="{HOST}/webmention/{source.id}">')
    say("What comes from a host for the first time waits: byhand watches allow")


def waiting(opened: Office, watch: Watch) -> None:
    """The hosts that nobody allowed yet."""
    held = opened.webmentions.held(opened.workspace, watch.id)
    for host, count in sorted(held.items()):
        say(f"{host}: {count} waiting")
    if not held:
        say("No new host waits.")


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
