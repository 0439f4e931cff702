"""`byhand demo`: a Slack and networks on this machine, with the bot at work between them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.rooms import chosen


def demo(
    ctx: typer.Context,
    data_dir: Annotated[Path, typer.Option(help="A folder of its own, begun anew.")] = Path(".byhand/demo"),
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The page's port.")] = None,
    tour: Annotated[bool, typer.Option(help="Play the tour by itself; 0 if each step happened.")] = False,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = False,
) -> None:
    """Try everything with a made-up team. Reads no settings, and reaches nothing outside this machine.

    Example: byhand demo --browser
    """
    chosen(ctx).rooms.demo(data_dir, port=port, open_browser=browser, tour=tour)
