"""The command line: one command a file, put together here.

Exit codes: 0 all is well, 1 a problem was found, 2 the command or the settings are wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from bot.app import CannotStart
from bot.cli import (
    add,
    audit,
    collect,
    demo,
    digest,
    doctor,
    export,
    hours,
    keys,
    migrate,
    people,
    policy,
    queue,
    rules,
    run,
    setup,
    simulate,
    stats,
    suggest,
    tried,
    watches,
)
from bot.cli.rooms import Chosen, Rooms
from bot.cli.shown import problem
from bot.config import SettingsError
from bot.domain.errors import ReadingError

byhand = typer.Typer(
    name="byhand",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals may hold other people's words
    rich_markup_mode="rich",
)
"""The command `byhand`."""


@byhand.callback()
def options(
    ctx: typer.Context,
    env_file: Annotated[
        Path, typer.Option(help="The one file of settings to read; - reads the environment instead.")
    ] = Path(".env"),
    demo_dir: Annotated[
        Path | None, typer.Option("--demo", help="Work on the demo in this folder, without any settings.")
    ] = None,
) -> None:
    """Reminders by machine. Conversation by hand.

    Example: byhand queue
    """
    rooms = ctx.obj if isinstance(ctx.obj, Rooms) else Rooms.real()
    ctx.obj = Chosen(rooms=rooms, env_file=env_file, demo_dir=demo_dir)


byhand.command("setup")(setup.setup)
byhand.command("run")(run.run)
byhand.command("doctor")(doctor.doctor)
byhand.command("demo")(demo.demo)
byhand.command("try")(tried.tried)
byhand.command("add")(add.add)
byhand.command("queue")(queue.queue)
byhand.command("digest")(digest.digest)
byhand.command("stats")(stats.stats)
byhand.command("collect")(collect.collect)
watches.watches.command("suggest")(suggest.suggest)
watches.watches.command("key")(keys.key)
byhand.add_typer(watches.watches, name="watches")
people.people.command("hours")(hours.hours)
people.people.command("holidays")(hours.holidays)
byhand.add_typer(people.people, name="people")
byhand.add_typer(policy.policy, name="policy")
byhand.add_typer(rules.rules, name="rules")
byhand.command("audit")(audit.audit)
byhand.command("export")(export.export)
byhand.command("simulate")(simulate.simulate)
byhand.command("migrate")(migrate.migrate)


@cache
def _command() -> Callable[..., object]:
    return get_command(byhand)


def main(arguments: Sequence[str] | None = None, rooms: Rooms | None = None) -> None:
    """Run one command and exit; what goes wrong is told as a sentence instead of a trace."""
    try:
        _command()(arguments, obj=rooms, prog_name="byhand")
    except SettingsError as mistakes:
        problem(str(mistakes))
        sys.exit(2)
    except CannotStart as told:
        problem(str(told))
        sys.exit(1)
    except ReadingError as failed:
        problem(f"The network could not be read: {failed}")
        sys.exit(1)
