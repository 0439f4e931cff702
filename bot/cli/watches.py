"""`byhand watches`: what the team follows."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from bot.app import Office
from bot.cli import entrances, people
from bot.cli.collect import health_of, what
from bot.cli.queue import shorten
from bot.cli.rooms import chosen, office
from bot.cli.shown import as_json, problem, say, table, when
from bot.cli.signing import Paste, SignIn, sign_in
from bot.domain.connector import Connector, ConnectorFacts, Query
from bot.domain.model import Health, Post, Watch
from bot.services.collecting.pulse import Pulse
from bot.services.team.watches import Preview, check_length

watches = typer.Typer(
    help="What the team follows: mentions, replies, names, hashtags, feeds.\n\nExample: byhand watches list",
    no_args_is_help=True,
)


def _bounded(text: str) -> str:
    try:
        check_length(text)
    except ValueError as why:
        raise typer.BadParameter(f"{why}.") from None
    return text


Network = Annotated[
    str,
    typer.Argument(help="Its short name, for instance reddit; a wrong one lists them all."),
]
Kind = Annotated[str, typer.Argument(help="What to follow there; a wrong one lists those there are.")]
Words = Annotated[
    str, typer.Argument(help="The account, the name, the hashtag or the address.", callback=_bounded)
]
At = Annotated[
    str,
    typer.Option("--at", help="The server, where it does not follow from the account.", callback=_bounded),
]
Named = Annotated[str, typer.Argument(help="The watch's name or id, from byhand watches list.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@watches.command("test")
def preview(
    ctx: typer.Context,
    network: Network,
    kind: Kind,
    query: Words,
    *,
    at: At = "",
    account: SignIn = "",
    paste: Paste = False,
    as_data: AsJson = False,
) -> None:
    """What it would match now. Nothing is saved.

    Example: byhand watches test hackernews search "Acme Export"
    """
    with office(ctx) as opened:
        if _offered(opened, network, kind)[0].facts.pushed:
            problem("Mentions are handed to us there, so there is nothing to look at beforehand.")
            raise typer.Exit(2)
        secret, at = _key(ctx, opened, (network, kind), account, at=at, paste=paste)
        found = opened.watches.test(opened.workspace, network, kind, query, endpoint=at, secret=secret)
    warn(opened, found, secret)
    if as_data:
        posts = [_post(post) | {"lane": lane} for post, lane in found.posts]
        as_json({"waits": found.waits, "posts": posts})
        return
    if found.account:
        say(f"This is {found.account.name} ({found.account.handle}).")
    show(found)


@watches.command("add")
def add(
    ctx: typer.Context,
    network: Network,
    kind: Kind,
    query: Words,
    *,
    at: At = "",
    account: SignIn = "",
    paste: Paste = False,
    name: Annotated[str, typer.Option(help="How to call it; what it follows otherwise.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again before a key is kept.")] = False,
) -> None:
    """Follow it from now on. A key that it needs is asked for and checked, and must not be able to post.

    Where mentions are handed to us a key is made, and shown once.

    Example: byhand watches add mastodon mentions @us@mastodon.example
    """
    with office(ctx) as opened:
        if _offered(opened, network, kind)[0].facts.pushed:
            entrances.made(opened, network, kind, query)
            return
        secret, at = _key(ctx, opened, (network, kind), account, at=at, paste=paste)
        if secret:
            found = opened.watches.test(opened.workspace, network, kind, query, endpoint=at, secret=secret)
            if warn(opened, found, secret) and not yes:
                typer.confirm("I know that this key could post. Follow it?", abort=True)
        watch = opened.watches.add(
            opened.workspace, network, kind, query, endpoint=at, secret=secret, name=name
        )
    say(f"Following {watch.name}. The bot looks from now on; byhand collect looks at once.")


@watches.command("list")
def list_watches(ctx: typer.Context, as_data: AsJson = False) -> None:
    """What is followed, and how each place is doing. Ends with 1 if one needs a person.

    Example: byhand watches list
    """
    with office(ctx) as opened:
        found = opened.watches.list(opened.workspace)
        pulses = opened.watches.pulses(opened.workspace)
    if as_data:
        as_json(
            [
                {
                    "id": watch.id,
                    "name": watch.name,
                    "paused": watch.paused,
                    "sources": [health_of(s) | _pulse(pulses[s.id]) for s in sources],
                }
                for watch, sources in found
            ]
        )
    elif found:
        rows = (
            (
                watch.name,
                what(source),
                "paused" if watch.paused else source.health,
                source.last_success,
                source.last_post,
                None if watch.paused else pulses[source.id].next_look,
                _notes(pulses[source.id]),
            )
            for watch, sources in found
            for source in sources
        )
        table(
            "Watches",
            ("name", "looks at", "health", "last seen", "somebody wrote", "next look", "notes"),
            rows,
        )
    else:
        say("Nothing is watched yet: see byhand watches add --help.")
    if any(
        source.health in (Health.NEEDS_SIGN_IN, Health.GONE) for _, sources in found for source in sources
    ):
        raise typer.Exit(1)


def _pulse(pulse: Pulse) -> dict[str, object]:
    return {
        "next_look": pulse.next_look,
        "silent_since": pulse.silent_since,
        "gap_at": pulse.gap_at,
    }


def _notes(pulse: Pulse) -> str:
    """What is out of the ordinary; mostly nothing."""
    source = pulse.source
    notes = [
        source.problem or "",
        f"quiet since {when(pulse.silent_since)}, longer than usual" if pulse.silent_since else "",
        f"posts may be missing, {when(pulse.gap_at)}" if pulse.gap_at else "",
        f"{source.missed} found late, {when(source.missed_at)}" if source.missed_at else "",
    ]
    return "; ".join(filter(None, notes))


@watches.command("owner")
def owner(
    ctx: typer.Context,
    watch: Named,
    who: Annotated[str, typer.Argument(help="A teammate's Slack id or name; without one, who it is.")] = "",
    *,
    nobody: Annotated[bool, typer.Option("--nobody", help="Nobody looks after it any more.")] = False,
) -> None:
    """Who looks after it: they are proposed for what comes from there where nothing else speaks for anybody.

    Example: byhand watches owner "Mastodon: @us@mastodon.example" Ana
    """
    with office(ctx) as opened:
        found = named(opened, watch)
        if who or nobody:
            chosen = None if nobody else people.chosen_one(opened, who).id
            opened.watches.owned_by(opened.workspace, found.id, chosen)
        with opened.store.read(opened.workspace) as tx:
            owned = tx.people.teammate(tx.choices.all().owners.get(found.id, ""))
    say(f"{owned.name if owned else 'Nobody'} looks after {found.name}.")


@watches.command("budget")
def budget(
    ctx: typer.Context,
    watch: Named,
    dollars: Annotated[
        float | None, typer.Argument(min=0, help="The most in a month, in US dollars.")
    ] = None,
    *,
    price: Annotated[
        list[str] | None, typer.Option(help="What one of a thing read costs: post=0.001. May be repeated.")
    ] = None,
    as_data: AsJson = False,
) -> None:
    """What reading it may cost in a month, where a network wants money, and what it cost so far.

    Example: byhand watches budget "X: @acme" 20 --price post=0.001
    """
    with office(ctx) as opened:
        found = named(opened, watch)
        try:
            most = None if dollars is None else _micros(dollars)
            prices = dict(_price(text) for text in price or ())
            costs = opened.watches.budget(opened.workspace, found.id, most, prices)
        except ValueError as why:
            problem(f"This cannot be set: {why}.")
            raise typer.Exit(2) from None
    if as_data:
        as_json([asdict(cost) for cost in costs])
        return
    for cost in costs:
        most_said = "no bound" if cost.budget is None else f"at most {_dollars(cost.budget)}"
        said = ", ".join(f"{what} {_dollars(each)}" for what, each in sorted(cost.prices.items()))
        say(f"{_dollars(cost.spent)} this month, {most_said}. One costs: {said or 'nothing'}.")
    if not costs:
        say("It is read without a key, and costs nothing.")


def _micros(dollars: float) -> int:
    return round(dollars * 1_000_000)


def _dollars(micros: int) -> str:
    return f"${micros / 1_000_000:,.3f}".rstrip("0").rstrip(".")


def _price(text: str) -> tuple[str, int]:
    what, _, dollars = text.partition("=")
    try:
        found = float(dollars)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1_000_000:
        raise ValueError("write a price as post=0.005")
    return what, _micros(found)


@watches.command("pause")
def pause(ctx: typer.Context, watch: Named) -> None:
    """Look no more, and keep where it stopped.

    Example: byhand watches pause "Mastodon: @us@mastodon.example"
    """
    with office(ctx) as opened:
        found = named(opened, watch)
        opened.watches.pause(opened.workspace, found.id)
    say(f"Paused {found.name}.")


@watches.command("resume")
def resume(ctx: typer.Context, watch: Named) -> None:
    """Go on from where it stopped.

    Example: byhand watches resume "Mastodon: @us@mastodon.example"
    """
    with office(ctx) as opened:
        found = named(opened, watch)
        opened.watches.resume(opened.workspace, found.id)
    say(f"Looking at {found.name} again.")


@watches.command("rotate")
def rotate(
    ctx: typer.Context,
    watch: Named,
    *,
    end: Annotated[bool, typer.Option("--end", help="Let only the newest key open from now on.")] = False,
) -> None:
    """A new key for an address at which mentions come in; the old one opens until --end.

    Example: byhand watches rotate "Inbound: scout"
    """
    with office(ctx) as opened:
        found = named(opened, watch)
        try:
            if end:
                opened.receiving.retire(opened.workspace, found.id)
                say(f"Only the newest key of {found.name} opens now.")
            else:
                entrances.renewed(opened, *opened.receiving.rotate(opened.workspace, found.id))
        except KeyError:
            problem(f"{found.name} has no key of ours: mentions are not handed to us there.")
            raise typer.Exit(2) from None


@watches.command("allow")
def allow(
    ctx: typer.Context,
    watch: Named,
    host: Annotated[str, typer.Argument(help="The host, as the list without it tells.")] = "",
) -> None:
    """Read the webmentions that come from a host; without one, list those that wait for it.

    Example: byhand watches allow "Webmention: https://acme.example" https://mei.example
    """
    with office(ctx) as opened:
        found = named(opened, watch)
        try:
            if not host:
                entrances.waiting(opened, found)
                return
            count = opened.webmentions.allow(opened.workspace, found.id, host.rstrip("/"))
        except KeyError:
            problem(f"{found.name} takes no webmentions.")
            raise typer.Exit(2) from None
    say(f"What comes from {host} is read from now on; {count} waited.")


@watches.command("remove")
def remove(ctx: typer.Context, watch: Named) -> None:
    """Stop for good. Posts and conversations stay.

    Example: byhand watches remove "Mastodon: @us@mastodon.example"
    """
    with office(ctx) as opened:
        found = named(opened, watch)
        opened.watches.remove(opened.workspace, found.id)
    say(f"Removed {found.name}. What was found stays.")


def named(opened: Office, text: str) -> Watch:
    """The one watch of that id or name; ends the command when there is none, or more than one."""
    found = [watch for watch, _ in opened.watches.list(opened.workspace) if text in (watch.id, watch.name)]
    if len(found) != 1:
        problem("There is no such watch, or more than one: use the id from byhand watches list --json.")
        raise typer.Exit(1)
    return found[0]


def _offered(opened: Office, network: str, kind: str) -> tuple[Connector, Query]:
    """What is meant; ends the command, with what there is, when there is no such thing."""
    connector = opened.networks.connectors().get(network)
    if connector is None:
        problem(f"There is no network {network}; there are {', '.join(opened.networks.connectors())}.")
        raise typer.Exit(2)
    if not connector.facts.queries:
        problem("Nothing can be followed there: see byhand add --help.")
        raise typer.Exit(2)
    offered = next((each for each in connector.facts.queries if each.kind == kind), None)
    if offered is None:
        problem(f"{connector.facts.label} offers:")
        for each in connector.facts.queries:
            problem(f"  {each.kind}: {each.label}, for instance {each.example}")
        raise typer.Exit(2)
    return connector, offered


def _key(
    ctx: typer.Context, opened: Office, what: tuple[str, str], account: str, *, at: str, paste: bool
) -> tuple[str | None, str]:
    """The key that this (network, kind) needs, and the server: by a sign-in as `account`, else as typed."""
    connector, offered = _offered(opened, *what)
    if account:
        browse = chosen(ctx).rooms.browse
        signed = sign_in(opened, connector, account, browse, at=at, paste=paste)
        return signed.secret, signed.endpoint
    return (typed_key(connector.facts) if offered.needs_credential else None), at


def typed_key(facts: ConnectorFacts) -> str:
    """A key: asked for unseen, or one line of standard input; never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    say(facts.credential or "")
    answer: str = typer.prompt("Key (not shown)", hide_input=True)
    return answer.strip()


def warn(opened: Office, found: Preview, secret: str | None) -> bool:
    """Say so where the network does not show what the key may do; whether it was said."""
    facts = opened.networks.connectors()[found.source.network].facts
    return secret is not None and hides(facts, found.scopes)


def hides(facts: ConnectorFacts, scopes: tuple[str, ...] | None) -> bool:
    """Say so where a key's scopes are hidden and it could post; whether it was said."""
    if scopes is not None or facts.can_post_warning is None:
        return False
    problem(facts.can_post_warning)
    return True


def show(found: Preview) -> None:
    say(f"{len(found.posts)} found now, {found.waits} of them would wait for one of us.")
    rows = (
        (f"{post.author.name} ({post.author.handle})", post.created_at, lane, _words(post), post.url)
        for post, lane in found.posts
    )
    if found.posts:
        table("", ("who", "when", "lane", "words", "link"), rows)


def _words(post: Post) -> str:
    """What may be shown on a screen that others may see."""
    if post.visibility.is_private:
        return "(private)"
    return f"(behind a warning: {post.warning})" if post.warning else shorten(post.text)


def _post(post: Post) -> dict[str, object]:
    return {"who": post.author.handle, "when": post.created_at, "words": _words(post), "url": post.url}
