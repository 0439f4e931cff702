"""The composition root: the only room that knows all the others, and puts them together.

office.py    the services without Slack (the command line)
desk.py      the office with Slack (`byhand setup`)
checkup.py   what can be found out about an installation (`byhand doctor`)
bot.py       the desk with hands, a clock and a way for Slack to reach us (`byhand run`)
demo.py      the bot between the Slack and the networks of the sandbox (`byhand demo`)
tour.py      its tour, played by itself (`byhand demo --tour`)
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.office import CannotStart, Office, migrate, networks_only, open_office
from bot.config import Settings

if TYPE_CHECKING:
    from bot.app.checkup import Examination
    from bot.app.desk import Desk

__all__ = [
    "CannotStart",
    "Office",
    "demo",
    "examine",
    "migrate",
    "networks_only",
    "open_desk",
    "open_office",
    "run",
]


def run(settings: Settings) -> None:
    """The bot until it is told to stop."""
    from bot.app.bot import run as run_bot  # noqa: PLC0415 - a command that needs no Slack does not load it

    run_bot(settings)


def open_desk(settings: Settings) -> AbstractContextManager[Desk]:
    """The office with Slack."""
    from bot.app.desk import open_desk as at_desk  # noqa: PLC0415 - it loads Slack

    return at_desk(settings)


def examine(settings: Settings) -> Examination:
    """Look at everything once, and send nothing."""
    from bot.app.checkup import examine as look_at  # noqa: PLC0415 - it loads Slack

    return look_at(settings)


def demo(data_dir: Path, *, port: int | None = None, open_browser: bool = False, tour: bool = False) -> None:
    """The demo until it is told to stop, or its tour once."""
    from bot.app.demo import run as run_demo  # noqa: PLC0415 - only the demo loads the sandbox

    run_demo(data_dir, port=port, open_browser=open_browser, tour=tour)
