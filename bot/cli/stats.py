"""`byhand stats`: what became of those who spoke to us, beside the time before, in numbers of the team."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.app import Office
from bot.cli.rooms import office
from bot.cli.shown import as_json, problem, say, table
from bot.cli.tried import WHY, places_of, walk
from bot.domain.few import Spread
from bot.domain.measures import Measures, Outcome
from bot.services.measuring.measures import before_of
from bot.services.measuring.tried import Tried

TOO_FEW = "too few to tell"
HOUR = timedelta(hours=1)
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Row:
    """One number, in its unit. None: too few people make it up; `before` is empty where it is not known."""

    measure: str
    unit: str
    since: float | None
    before: float | str | None = ""


def stats(
    ctx: typer.Context,
    *,
    before: Annotated[
        list[str] | None,
        typer.Option(
            help="Count the 30 days before By Hand in public posts to this account of ours, and keep the "
            "numbers; for several accounts say it several times."
        ),
    ] = None,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets.")] = False,
) -> None:
    """What became of those who spoke to us in the last 30 days, beside the 30 days before By Hand.

    Nothing that fewer than three people make up is told, and nothing private is counted.
    Example: byhand stats --before @us@mastodon.example
    """
    if as_data and as_csv:
        problem("--json and --csv are two ways to print the same: choose one.")
        raise typer.Exit(2)
    with office(ctx) as opened:
        if before:
            _look_back(opened, before)
        told = opened.measuring.of(opened.workspace)
    rows = list(rows_of(told))
    if as_data:
        as_json(_as_data(told, rows))
    elif as_csv:
        typer.echo(_as_csv(rows), nl=False)
    else:
        _show(told, rows)


def _look_back(opened: Office, accounts: Sequence[str]) -> None:
    """Count what everybody can read of the days before the first look, and keep the numbers alone."""
    until = opened.measuring.began(opened.workspace)
    with opened.store.read(opened.workspace) as tx:
        ours = tx.people.handles()
    places = places_of(opened.networks, accounts)
    tried = Tried(opened.networks, lambda: until, ours)
    results = walk(tried.of(places, deadline=PATIENCE), places, quiet=True)
    kept = [one for result in results if (one := before_of(result, until))]
    opened.measuring.keep(opened.workspace, kept)
    for result in results:
        if result.problem and not result.about:
            problem(f"{result.place[1]}: not all could be seen ({WHY.get(result.problem, result.problem)}).")
    if not kept:
        problem("Nothing was kept: no network tells who of those who spoke to that account heard back.")


def rows_of(told: Measures) -> Iterator[Row]:
    """Every number, in the order in which it is shown."""
    earlier = told.earlier
    yield Row("spoke to us", "people", told.spoke, earlier.spoke if earlier else "")
    for outcome, count in told.people.items():
        yield Row(
            outcome.value, "people", count, earlier.heard if earlier and outcome is Outcome.HEARD else ""
        )
    yield Row("too few to tell, together", "people", told.together or 0)
    yield Row("wrote back, of those who heard back", "people", told.wrote_back)
    then = _hours(earlier.wall, _median) if earlier else ""
    yield Row("waited: median", "hours", _hours(told.wall, _median), then)
    then = _hours(earlier.wall, _ninetieth) if earlier else ""
    yield Row("waited: 90th percentile", "hours", _hours(told.wall, _ninetieth), then)
    yield Row("waited: median", "working hours", _hours(told.working, _median))
    yield Row("waited: 90th percentile", "working hours", _hours(told.working, _ninetieth))
    yield Row("reminders", "messages", told.reminders)
    yield Row("reminders followed by an answer or a decision", "messages", told.followed)
    yield Row("false alarms", "presses", told.false_alarms)
    yield Row("paused or stopped reminders", "teammates", told.paused)


def _median(spread: Spread) -> timedelta | None:
    return spread.median


def _ninetieth(spread: Spread) -> timedelta | None:
    return spread.ninetieth


def _hours(spread: Spread | None, which: Callable[[Spread], timedelta | None]) -> float | None:
    length = which(spread) if spread else None
    return None if length is None else round(length / HOUR, 1)


def _as_data(told: Measures, rows: Sequence[Row]) -> dict[str, object]:
    """JSON has null for what too few people make up, and nothing where nothing is known."""
    earlier = told.earlier
    before = {"since": earlier.since, "until": earlier.until} if earlier else None
    known = [{name: each for name, each in asdict(row).items() if each != ""} for row in rows]
    return {"since": told.since, "until": told.until, "before": before, "measures": known}


def _as_csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["measure", "unit", "since", "before"])
    lines.writerows([row.measure, row.unit, _cell(row.since), _cell(row.before)] for row in rows)
    return text.getvalue()


def _cell(value: float | str | None) -> str:
    return TOO_FEW if value is None else str(value)


def _show(told: Measures, rows: Sequence[Row]) -> None:
    earlier = told.earlier
    names = (
        "",
        f"since {_day(told.since)}",
        f"{_day(earlier.since)} to {_day(earlier.until)}" if earlier else "",
    )
    shown = ((f"{row.measure} ({row.unit})", _cell(row.since), _cell(row.before)) for row in rows)
    table("What became of those who spoke to us", names, shown)
    if earlier:
        say("That is before and since, by what everybody could read. Why it changed, no number says.")
    else:
        say("Of the time before nothing is known: byhand stats --before @us@mastodon.example counts it.")


def _day(at: datetime) -> str:
    return f"{at:%d %b %Y}"
