"""The composition root: the only room that knows all the others, and puts them together.

office.py    the services without Slack (the command line)
bot.py       the office with Slack, hands and a clock (`byhand run`)
demo.py      the bot between the Slack and the networks of the sandbox (`byhand demo`)
"""

from __future__ import annotations

from pathlib import Path

from bot.app.office import CannotStart, Office, migrate, networks_only, open_office
from bot.config import Settings

__all__ = ["CannotStart", "Office", "demo", "migrate", "networks_only", "open_office", "run"]


def run(settings: Settings) -> None:
    """The bot until it is told to stop."""
    from bot.app.bot import run as run_bot  # noqa: PLC0415 - a command that needs no Slack does not load it

    run_bot(settings)


def demo(data_dir: Path, *, port: int | None = None, open_browser: bool = False) -> None:
    """The demo until it is told to stop."""
    from bot.app.demo import run as run_demo  # noqa: PLC0415 - only the demo loads the sandbox

    run_demo(data_dir, port=port, open_browser=open_browser)
