"""`byhand people hours` and `holidays`: when a teammate may be rung, and on which days nobody works."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.app import Office
from bot.cli.people import find
from bot.cli.rooms import office
from bot.cli.shown import problem, say
from bot.domain.errors import ReadingError
from bot.domain.hours import local_day
from bot.domain.model import Hours, Teammate
from bot.domain.timetable import WEEK, Timetable, in_ranges, read_days, read_place, read_time

SHOWN = 8
"""How many days off are told; all of them are known."""
NONE = "none"
PLACE_HELP = "Whose holidays: a country or region, as PT or DE-BE; none for none."
CALENDAR_HELP = "More days off: an ICS file on this machine; - asks for an address; none for none."


def hours(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(help="A teammate's Slack id, or their name as listed.")],
    *,
    days: Annotated[
        str | None, typer.Option(help="Days of work, for instance mon-thu or mon,wed,fri.")
    ] = None,
    starts: Annotated[str | None, typer.Option("--from", help="When they start, by their own clock.")] = None,
    ends: Annotated[str | None, typer.Option("--to", help="When they end; if earlier: next day.")] = None,
    place: Annotated[
        str | None,
        typer.Option("--holidays", help=PLACE_HELP),
    ] = None,
    calendar: Annotated[
        str | None,
        typer.Option(help=CALENDAR_HELP),
    ] = None,
) -> None:
    """Show or say in which hours a teammate may be rung. Their zone is what Slack says.

    Example: byhand people hours "Ana" --days mon-thu --from 09:00 --to 17:00 --holidays DE-BE
    """
    with office(ctx) as opened:
        with opened.store.read(opened.workspace) as tx:
            teammate = find(list(tx.people.teammates()), who)
        if teammate is None:
            problem("There is no such teammate, or more than one: use the Slack id from byhand people list.")
            raise typer.Exit(1)
        try:
            told = Timetable(
                read_days(days) if days else None,
                read_time(starts) if starts else None,
                read_time(ends) if ends else None,
                read_place(place) if place else None,
            )
            opened.days.set_hours(opened.workspace, teammate.id, told)
        except ValueError as wrong:
            problem(f"That is not understood: {wrong}.")
            raise typer.Exit(1) from None
        if calendar:
            _set_calendar(opened, teammate.id, calendar)
        with opened.store.read(opened.workspace) as tx:
            now = tx.people.teammate(teammate.id) or teammate
        for sentence in _told(now, opened):
            say(sentence)


def holidays(
    ctx: typer.Context,
    place: Annotated[str, typer.Argument(help=PLACE_HELP)],
    calendar: Annotated[
        str | None,
        typer.Option(help=CALENDAR_HELP),
    ] = None,
) -> None:
    """Say whose public holidays the team has; they hold for all who named none of their own.

    Example: byhand people holidays DE-BE
    """
    with office(ctx) as opened:
        try:
            opened.days.set_holidays(opened.workspace, read_place(place))
        except ValueError as wrong:
            problem(f"That is not understood: {wrong}.")
            raise typer.Exit(1) from None
        if calendar:
            _set_calendar(opened, None, calendar)
        with opened.store.read(opened.workspace) as tx:
            home = tx.workspace
        for sentence in _ahead(Hours(home.zone, off=home.off), opened):
            say(sentence)


def _set_calendar(opened: Office, teammate: str | None, said: str) -> None:
    """An address lets whoever knows it read the calendar: it is asked for, and never an argument."""
    address: str | None = said
    if said == "-":
        address = _asked()
    elif said == NONE:
        address = None
    try:
        opened.days.set_calendar(opened.workspace, teammate, address)
    except ReadingError as trouble:
        problem(f"The calendar cannot be read: {trouble}.")
        raise typer.Exit(1) from None


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    answer: str = typer.prompt("The calendar's address (not shown)", hide_input=True)
    return answer.strip()


def _told(teammate: Teammate, opened: Office) -> list[str]:
    hours = teammate.hours
    days = ", ".join(
        WEEK[first - 1].title() if first == last else f"{WEEK[first - 1].title()} to {WEEK[last - 1].title()}"
        for first, last in in_ranges(hours.days)
    )
    when = f"{hours.starts:%H:%M} to {hours.ends:%H:%M}"
    return [f"{teammate.name} may be rung {days}, {when} ({hours.zone}).", *_ahead(hours, opened)]


def _ahead(hours: Hours, opened: Office) -> list[str]:
    today = local_day(hours, opened.clock())
    ahead = [span for span in hours.off if span.until > today]
    told = [f"{span.first} ({span.why}), back on {span.until}" for span in ahead[:SHOWN]]
    return [f"Days off: {'; '.join(told)}." if told else "No days off are known."]
