"""`byhand policy`: how a team reminds, and where it does so in another way."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from bot.app import Office
from bot.cli import people, watches
from bot.cli.rooms import office
from bot.cli.shown import as_json, problem, say
from bot.domain.nudging import PRESETS, Policy, Rhythm, Step
from bot.domain.policies import kept
from bot.services.team.policies import Place

policy = typer.Typer(
    help="How often and in which steps people are reminded.\n\nExample: byhand policy show",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
OfWatch = Annotated[str, typer.Option("--watch", help="For what comes from this watch.")]
OfPerson = Annotated[str, typer.Option("--person", help="For this teammate, wherever it comes from.")]


@policy.command("show")
def show(ctx: typer.Context, *, watch: OfWatch = "", person: OfPerson = "", as_data: AsJson = False) -> None:
    """What holds for the team, for one watch, or for one teammate.

    Example: byhand policy show --person Ana
    """
    with office(ctx) as opened:
        found = opened.policies.of(opened.workspace, _place(opened, watch, person))
    _tell(found, as_data=as_data)


@policy.command("set")
def choose(
    ctx: typer.Context,
    preset: Annotated[str, typer.Argument(help=f"One of: {', '.join(PRESETS)}. Or only single things.")] = "",
    *,
    watch: OfWatch = "",
    person: OfPerson = "",
    promise: Annotated[int | None, typer.Option(help="Working days in which they would reply.")] = None,
    asks: Annotated[int | None, typer.Option(help="How often a question rings, 0 to 2.")] = None,
    reminders: Annotated[int | None, typer.Option(help="How many reminders after a yes, 0 to 2.")] = None,
    first_after: Annotated[
        float | None, typer.Option(help="Working hours until the first of two reminders.")
    ] = None,
    last_word: Annotated[
        bool | None, typer.Option(help="Whether it asks once more before it gives a conversation back.")
    ] = None,
    digest: Annotated[Rhythm | None, typer.Option(help="When the digest comes, and to whom.")] = None,
    outright: Annotated[
        bool | None, typer.Option(help="Whether who is chosen has it at once, without being asked.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget what was chosen here before.")] = False,
    as_data: AsJson = False,
) -> None:
    """Choose a policy by its name, or single things of it. A teammate's own goes before all.

    Example: byhand policy set volunteers
    """
    told: dict[str, Any] = {
        "promise": promise,
        "asks": asks,
        "reminders": reminders,
        "first_after": first_after,
        "last_word": last_word,
        "digest": digest.value if digest else None,
        "outright": outright,
    }
    told = {name: value for name, value in told.items() if value is not None}
    with office(ctx) as opened:
        place = _place(opened, watch, person)
        try:
            found = opened.policies.choose(opened.workspace, told, place, preset=preset, anew=clear)
        except KeyError:
            problem(f"There is no policy called {preset}: there are {', '.join(PRESETS)}.")
            raise typer.Exit(2) from None
        except ValueError as why:
            problem(f"This cannot be set: {why}.")
            raise typer.Exit(2) from None
    _tell(found, as_data=as_data)


def _place(opened: Office, watch: str, person: str) -> Place:
    if watch and person:
        problem("Choose a watch or a person, not both.")
        raise typer.Exit(2)
    return Place(
        watch=watches.named(opened, watch).id if watch else None,
        person=people.chosen_one(opened, person).id if person else None,
    )


def _tell(found: Policy, *, as_data: bool) -> None:
    if as_data:
        as_json(kept(found))
        return
    days = "one working day" if found.promise == 1 else f"{found.promise} working days"
    asked = ("Nothing rings before a yes.", "A question rings once.", "A question rings twice.")[found.asks]
    say(f"Whoever says yes would reply within {days}. {asked}")
    say(f"After a yes: {', '.join(_steps(found))}; then it returns to the team's list.")
    say(f"The digest comes {_DIGESTS[found.digest]}.")
    if found.outright:
        say("Whoever is chosen has it at once, without being asked.")


_DIGESTS = {
    Rhythm.DAILY: "each working day",
    Rhythm.WEEKLY: "once a week",
    Rhythm.DIRECT: "each working day, to one person alone",
}


def _steps(found: Policy) -> list[str]:
    hours = found.first_after / timedelta(hours=1)
    told = {
        Step.FIRST: f"a reminder after {hours:g} working hours",
        Step.SECOND: "a reminder when that has passed",
        Step.LAST_WORD: "one last question",
    }
    return [told[step] for step in found.ladder] or ["no reminder"]
