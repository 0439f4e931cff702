"""`byhand simulate`: a quarter of a made-up team's life, with By Hand and with other ways to remind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.shown import Cell, as_json, problem, say, table
from bot.domain.nudging import Rhythm
from bot.domain.policies import typed
from bot.simulation.play import ARMS, Plan, name_of, play_all
from bot.simulation.report import write_report
from bot.simulation.team import read_behaviour
from bot.simulation.together import together
from bot.simulation.verdict import told_against

FIGURES = (
    ("answered_share", "answered"),
    ("median_working_hours", "median hours"),
    ("rings", "rings"),
    ("rings_per_answer", "rings per answer"),
    ("false_alarms", "false alarms"),
)


def simulate(
    *,
    days: Annotated[int, typer.Option(min=1, max=180, help="How many days.")] = 90,
    seed: Annotated[int, typer.Option(help="What chance begins with: the same seed, the same figures.")] = 1,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from that one on.")] = 1,
    mentions: Annotated[
        int | None, typer.Option(min=1, help="How many people begin to speak to us; 4,000 in 90 days.")
    ] = None,
    restarts: Annotated[
        int, typer.Option(min=0, help="How often By Hand's process is killed at a random moment.")
    ] = 0,
    every: Annotated[
        int, typer.Option(min=1, max=12, help="Hours between By Hand's readings where nobody is rung.")
    ] = 1,
    arm: Annotated[
        list[str] | None, typer.Option(help=f"Only these of {', '.join(ARMS)}; repeat it for several.")
    ] = None,
    behaviour: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Another file of how people behave.")
    ] = None,
    otherwise: Annotated[
        str, typer.Option(help="One of the other ways in which that file says that people might behave.")
    ] = "",
    policy: Annotated[
        list[str] | None,
        typer.Option(help="How By Hand's team wants it: volunteers, outright=yes; repeat it for several."),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many arms are played at once.")] = 2,
    report: Annotated[Path | None, typer.Option(help="Write a page with pictures there.")] = None,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """A quarter of a made-up team's life, through the real services and other ways to remind.

    Reads no settings. 1 if By Hand broke a rule, or if the judge finds nothing wrong with a plain bot.
    Example: byhand simulate --days 14
    """
    why = _unfit(arm or (), behaviour, otherwise) or _unplayable(policy or ())
    if why:
        problem(why)
        raise typer.Exit(2)
    arms = tuple(one for one in ARMS if one in (arm or ARMS))
    plans = [
        Plan(days, one, mentions, restarts, every, behaviour, otherwise, arms, tuple(policy or ()))
        for one in range(seed, seed + seeds)
    ]
    with _shown([name_of(plan, one) for plan in plans for one in arms]) as progress:
        each = play_all(plans, progress, processes=processes)
    played = together(each)
    against = told_against(played, reminders_work=not (otherwise or policy))
    told = {
        "days": days,
        "seed": seed,
        "seeds": seeds,
        "mentions": plans[0].number,
        "every": every,
        "otherwise": otherwise,
        "policy": policy or [],
    }
    if report:
        write_report(report, told, played)
    if as_data:
        by_seed = {str(plan.seed): one for plan, one in zip(plans, each, strict=True)} if seeds > 1 else {}
        as_json({**told, "arms": played, "by_seed": by_seed, "told_against": against})
    else:
        _tell(played)
    for sentence in against:
        problem(sentence)
    if against:
        raise typer.Exit(1)


def _unfit(arms: Sequence[str], behaviour: Path | None, otherwise: str) -> str:
    unknown = sorted(set(arms) - set(ARMS))
    if unknown:
        return f"There is no arm {unknown[0]}; there are {', '.join(ARMS)}."
    if otherwise and otherwise not in read_behaviour(behaviour)["otherwise"]:
        return f"Nothing says how people behave {otherwise}."
    return ""


def _unplayable(policy: Sequence[str]) -> str:
    try:
        chosen = typed(policy)
    except ValueError as why:
        return f"By Hand's team cannot choose this: {why}."
    if chosen.get("digest") == Rhythm.DIRECT:
        return "The made-up team reads its list in the channel: choose digest=daily or digest=weekly."
    return ""


@contextmanager
def _shown(names: Sequence[str]) -> Iterator[Any]:
    """How far each arm is, on the error output."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress:
        whole = progress.add_task("quarter", total=float(len(names)))
        far = dict.fromkeys(names, 0.0)

        def tell(name: str, part: float) -> None:
            far[name] = part
            progress.update(whole, completed=sum(far.values()), description=name)

        yield tell


def _tell(played: Mapping[str, Mapping[str, Any]]) -> None:
    names = [label for _, label in FIGURES]
    rows: list[Sequence[Cell]] = [
        [name, *(str(figures[key]) for key, _ in FIGURES)] for name, figures in played.items()
    ]
    table("What came of it", ["arm", *names], rows)
    rules = next(iter(played.values()))["violations"]
    broken: list[Sequence[Cell]] = [
        [rule, *(str(figures["violations"][rule]) for figures in played.values())] for rule in rules
    ]
    table("Rules broken, by a judge that shares no line with the bot", ["rule", *played], broken)
    say("How people behave is in bot/simulation/behaviour.toml, with its sources.")
