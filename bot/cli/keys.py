"""`byhand watches key`: a new key for what could not be read any more."""

from __future__ import annotations

import typer

from bot.cli.rooms import chosen, office
from bot.cli.shown import problem, say
from bot.cli.signing import Paste, SignIn, sign_in
from bot.cli.watches import Named, hides, named, typed_key
from bot.domain.connector import fetches
from bot.domain.ports import Secret


def key(ctx: typer.Context, watch: Named, *, account: SignIn = "", paste: Paste = False) -> None:
    """Give it a new key of the same account, and read on from where it stopped.

    Example: byhand watches key "Bluesky: acme.example" --sign-in acme.example
    """
    with office(ctx) as opened:
        found = named(opened, watch)
        listed = opened.watches.list(opened.workspace)
        keyed = [one for each, sources in listed if each.id == found.id for one in sources if one.credential]
        if not keyed:
            problem(f"{found.name} is read without a key.")
            raise typer.Exit(2)
        network, endpoint = keyed[0].network, keyed[0].endpoint
        connector = opened.networks.connectors()[network]
        if not fetches(connector):
            problem(f"Mentions are handed to us there: byhand watches rotate gives {found.name} a new key.")
            raise typer.Exit(2)
        if account:
            browse = chosen(ctx).rooms.browse
            secret = sign_in(opened, connector, account, browse, at=endpoint, paste=paste).secret
        else:
            secret = typed_key(connector.facts)
        door = opened.networks.reader(network, endpoint, Secret("", network, endpoint, secret))
        if hides(connector.facts, connector.check(endpoint, door).scopes):
            typer.confirm("I know that this key could post. Use it?", abort=True)
        for source in keyed:
            opened.watches.mend(opened.workspace, source.id, secret)
    say(f"{found.name} has its new key, and is read on from where it stopped.")
