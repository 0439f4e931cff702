"""`byhand rules`: what the team says in advance about who is asked."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from bot.app import Office
from bot.cli import people, watches
from bot.cli.queue import words as beginning
from bot.cli.rooms import office
from bot.cli.shown import as_json, problem, say, table
from bot.domain.routing import TEMPLATES, Rule, words_of

rules = typer.Typer(
    help="Who is asked about what; the first rule that fits decides.\n\nExample: byhand rules list",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Name = Annotated[
    str, typer.Argument(help=f"How it is called; {', '.join(TEMPLATES)} bring their words with them.")
]
OneWord = Annotated[
    list[str] | None, typer.Option("--word", help="A word or phrase that stands in it. May be repeated.")
]
Language = Annotated[str, typer.Option(help="The language it is written in, as ja.")]
Network = Annotated[str, typer.Option(help="The network's short name, as reddit.")]
OfWatch = Annotated[str, typer.Option("--watch", help="The watch that it came from.")]


@rules.command("add")
def add(
    ctx: typer.Context,
    name: Name,
    who: people.Who,
    *,
    word: OneWord = None,
    language: Language = "",
    network: Network = "",
    watch: OfWatch = "",
    urgent: Annotated[
        bool, typer.Option("--urgent", help="It may ring once a day besides other questions.")
    ] = False,
    first: Annotated[bool, typer.Option("--first", help="Before the others, not behind them.")] = False,
) -> None:
    """Ask one teammate about what fits, from now on. A rule of the same name gives way.

    Example: byhand rules add press Ana
    """
    with office(ctx) as opened:
        found = _rule(opened, name, people.chosen_one(opened, who).id, (word, language, network, watch))
        opened.ruling.keep(opened.workspace, replace(found, urgent=urgent), first=first)
    say(f"From now on {name} is asked of {who}. byhand rules try shows what it would have picked.")


@rules.command("list")
def list_rules(ctx: typer.Context, as_data: AsJson = False) -> None:
    """The rules in the order in which they are looked at.

    Example: byhand rules list
    """
    with office(ctx) as opened:
        found = opened.ruling.rules(opened.workspace)
        with opened.store.read(opened.workspace) as tx:
            names = {one.id: one.name for one in tx.people.teammates()}
            places = {one.id: one.name for one in tx.sources.watches()}
    if as_data:
        as_json([asdict(rule) | {"words": sorted(rule.words)} for rule in found])
    elif not found:
        say("There are no rules: see byhand rules add --help.")
    else:
        rows = (
            (
                rule.name,
                names.get(rule.to, "nobody any more"),
                ", ".join(sorted(rule.words)),
                rule.language,
                places.get(rule.watch) or rule.network,
            )
            for rule in found
        )
        table("Rules", ("name", "asks", "words", "language", "from"), rows)


@rules.command("remove")
def remove(ctx: typer.Context, name: Name) -> None:
    """Let it fire no more.

    Example: byhand rules remove press
    """
    with office(ctx) as opened:
        if not opened.ruling.remove(opened.workspace, name):
            problem(f"There is no rule called {name}.")
            raise typer.Exit(1)
    say(f"Removed {name}.")


@rules.command("try")
def tried(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(help="A rule that is not kept yet, or a template; without it, the rules kept.")
    ] = "",
    *,
    word: OneWord = None,
    language: Language = "",
    network: Network = "",
    watch: OfWatch = "",
    limit: Annotated[int, typer.Option(min=1, help="How many past conversations at the most.")] = 50,
    as_data: AsJson = False,
) -> None:
    """Whom the rules would have picked for what was spoken to us in the last 90 days. Nobody is asked.

    Example: byhand rules try security
    """
    with office(ctx) as opened:
        kept = opened.ruling.rules(opened.workspace)
        looked = [_rule(opened, name, "", (word, language, network, watch))] if name else list(kept)
        found = opened.ruling.tried(opened.workspace, looked, limit)
    if as_data:
        as_json(
            [
                {
                    "url": one.line.url,
                    "who": one.line.name,
                    "rule": one.rule,
                    "asks": one.name,
                }
                for one in found
            ]
        )
        return
    rows = [
        (one.rule, one.name or "", one.line.name, beginning(one.line), one.line.url)
        for one in found
        if one.rule
    ]
    if rows:
        table("What they would have picked", ("rule", "asks", "who spoke", "words", "link"), rows)
    say(f"{len(rows)} of {len(found)} past conversations.")


def _rule(opened: Office, name: str, to: str, about: tuple[list[str] | None, str, str, str]) -> Rule:
    """The rule that was typed; ends the command when it would fit anything."""
    word, language, network, watch = about
    words = words_of(word or ()) or TEMPLATES.get(name, frozenset())
    place = watches.named(opened, watch).id if watch else ""
    if not (words or language or network or place):
        problem(f"Say what {name} is about: with --word, --language, --network or --watch.")
        raise typer.Exit(2)
    return Rule(name, to, opened.clock(), words, language, network, place)
