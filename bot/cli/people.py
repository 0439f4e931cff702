"""`byhand people`: who takes part, and by which accounts they answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from bot.app import Office
from bot.cli.rooms import office
from bot.cli.shown import as_json, problem, say, table
from bot.domain.choices import skills_kept
from bot.domain.errors import ReadingError
from bot.domain.languages import name_of
from bot.domain.model import Handle, Teammate
from bot.services.team.unlink import Watched

Who = Annotated[str, typer.Argument(help="A teammate's Slack id, or their name as listed.")]
Network = Annotated[str, typer.Argument(help="Its short name, for instance mastodon or hackernews.")]
WHO_IS_MEANT = (
    "Type the name as it stands in Slack, the address of their page, or their id there. "
    "For who is not known here, try again when their network answers."
)

people = typer.Typer(
    help="Who takes part, and by which accounts they answer.\n\nExample: byhand people list",
    no_args_is_help=True,
)


@people.command("list")
def list_people(
    ctx: typer.Context,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Teammates with their linked accounts; shared accounts last. Nobody's reminders or snoozes are told.

    Example: byhand people list
    """
    with office(ctx) as opened, opened.store.read(opened.workspace) as tx:
        teammates, handles = list(tx.people.teammates()), list(tx.people.handles())
    owners: list[Teammate | None] = [*teammates, None]
    told = [(owner, [each for each in handles if each.teammate == (owner and owner.id)]) for owner in owners]
    if as_data:
        as_json([_as_data(owner, accounts) for owner, accounts in told])
        return
    rows = (
        (f"{owner.name}{' (leads)' if owner.is_lead else ''}", owner.slack_user, _accounts(accounts))
        if owner
        else ("shared", None, _accounts(accounts))
        for owner, accounts in told
    )
    table("People", ("name", "Slack id", "accounts"), rows)


def _as_data(owner: Teammate | None, accounts: list[Handle]) -> dict[str, object]:
    return {
        "name": owner.name if owner else "shared",
        "slack_user": owner and owner.slack_user,
        "leads": bool(owner and owner.is_lead),
        "accounts": [
            {"network": each.network, "name": each.name, "proved": each.proved, "until": each.until}
            for each in accounts
        ],
    }


def _accounts(handles: list[Handle]) -> str:
    return ", ".join(
        f"{each.name} on {each.network}{'' if each.proved else ' (claimed)'}{_past(each)}" for each in handles
    )


def _past(handle: Handle) -> str:
    return f" (until {handle.until:%Y-%m-%d})" if handle.until else ""


@people.command("set")
def skilled(
    ctx: typer.Context,
    who: Who,
    *,
    reads: Annotated[
        list[str] | None, typer.Option(help="A language they read, as ja or de. May be repeated.")
    ] = None,
    knows: Annotated[
        list[str] | None, typer.Option(help="A subject they know, as export. May be repeated.")
    ] = None,
    most: Annotated[
        int | None, typer.Option(min=0, help="With how many open ones others are proposed first.")
    ] = None,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """What a teammate reads and knows, by which they are proposed. An empty word takes back what was said.

    Example: byhand people set Ana --reads ja --knows export --most 5
    """
    with office(ctx) as opened:
        teammate = chosen_one(opened, who)
        told = opened.people.skilled(opened.workspace, teammate.id, reads=reads, knows=knows, most=most)
    if as_data:
        as_json({"name": teammate.name} | skills_kept(told))
        return
    languages = ", ".join(name_of(tag) or tag for tag in sorted(told.reads))
    say(f"{teammate.name} reads {languages or 'what is not said'}, knows about {_words(told.knows)}.")
    say(f"With {told.most} open ones, others are proposed first.")


def _words(told: Iterable[str]) -> str:
    return ", ".join(sorted(told)) or "what is not said"


@people.command("lead")
def lead(
    ctx: typer.Context,
    who: Who,
    *,
    no_longer: Annotated[bool, typer.Option("--no-longer", help="They lead no more.")] = False,
) -> None:
    """Say who leads: the one who set it up, until you say otherwise; there may be several.

    A lead hears what is private to an account whose key is nobody's, what a channel cannot have, and is asked
    whose an unknown account is. Example: byhand people lead Ana
    """
    with office(ctx) as opened:
        teammate = chosen_one(opened, who)
        try:
            opened.people.lead(opened.workspace, teammate.id, leads=not no_longer)
        except ValueError as why:
            problem(f"{why}.")
            raise typer.Exit(1) from None
    say(f"{teammate.name} leads {'no more' if no_longer else 'here'}.")


@people.command("link")
def link(
    ctx: typer.Context,
    who: Who,
    account: Annotated[str, typer.Argument(help="Their account, as on its network.")],
) -> None:
    """Say which account a teammate answers from, so that their replies are seen.

    Example: byhand people link "Ana" @ana@mastodon.example
    """
    with office(ctx) as opened:
        teammate = chosen_one(opened, who)
        try:
            found = opened.people.find(account, opened.workspace)
        except ValueError as unknown:
            problem(f"{account}: {unknown}.")
            raise typer.Exit(1) from None
        spoke = opened.people.has_spoken(opened.workspace, found)
        handle = opened.people.keep(opened.workspace, teammate.id, found)
    say(f"{teammate.name} answers as {handle.name} on {handle.network}.")
    if spoke:
        say(f"{handle.name} has spoken to your team before, and that waits for no answer now.")
        say(f"If it is not theirs: byhand people unlink {handle.network} {handle.name} --never")


@people.command("unlink")
def unlink(
    ctx: typer.Context,
    network: Network,
    account: Annotated[str, typer.Argument(help="The linked account, as byhand people list shows it.")],
    *,
    never: Annotated[
        bool, typer.Option("--never", help="It was linked by mistake: nothing that it wrote is an answer.")
    ] = False,
) -> None:
    """Say that an account is no longer one of yours, or never was.

    Without --never what it answered until now stays answered.
    Example: byhand people unlink mastodon @ana@mastodon.example
    """
    with office(ctx) as opened:
        left = None if never else opened.clock()
        try:
            again = opened.unlink.account(opened.workspace, network, account, left=left)
        except KeyError:
            problem(f"No account called {account} is linked on {network}: see byhand people list.")
            raise typer.Exit(1) from None
        except Watched as why:
            problem(f"{account} stays one of yours: {why}. See byhand watches list.")
            raise typer.Exit(1) from None
    kept = "it never was" if never else "what it answered until now stays answered"
    waits = f" Waiting now that did not before: {again}." if again > 0 else ""
    say(f"{account} on {network} is none of yours: {kept}.{waits}")


@people.command("forget")
def forget(
    ctx: typer.Context,
    network: Network,
    account: Annotated[str, typer.Argument(help="The account of somebody outside, or its id there.")],
) -> None:
    """Erase the words and the name of somebody outside who asks for it, and never collect them again.

    Who is known here is found by the name, the page or the id; for others their network is asked.
    Example: byhand people forget mastodon @somebody@mastodon.example
    """
    with office(ctx) as opened:
        try:
            erased = opened.forget.person(opened.workspace, network, account)
        except KeyError:
            problem(f"There is no network called {network}.")
            raise typer.Exit(1) from None
        except (ReadingError, ValueError) as why:
            problem(f"Nobody was forgotten: {str(why).rstrip('.')}. {WHO_IS_MEANT}")
            raise typer.Exit(1) from None
    posts = "1 post lost its words" if erased == 1 else f"{erased} posts lost their words"
    say(f"Forgotten. {posts}; what stands in Slack follows when the bot runs.")


def chosen_one(opened: Office, who: str) -> Teammate:
    """The one teammate of that Slack id or name; ends the command when there is none, or more than one."""
    with opened.store.read(opened.workspace) as tx:
        teammate = find(list(tx.people.teammates()), who)
    if teammate is None:
        problem("There is no such teammate, or more than one: use the Slack id from byhand people list.")
        raise typer.Exit(1)
    return teammate


def find(teammates: list[Teammate], who: str) -> Teammate | None:
    """The one teammate of that Slack id or name; None when there is none, or more than one."""
    found = [each for each in teammates if who == each.slack_user or who.casefold() == each.name.casefold()]
    return found[0] if len(found) == 1 else None
