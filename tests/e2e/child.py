"""The bot as a process of its own, for tests that kill it: each "!" of its input asks it to do what is due.

python -m tests.e2e.child DATA_DIR DATABASE_URL CLOCK_FILE SLACK_API BOT_TOKEN APP_TOKEN NETWORK_ORIGINS \
    POINTS_FILE [NUMBER before|after]

It forks itself for each life of the bot, so that what was imported need not be imported again: the first
process waits for a "g" to fork the next. It says `life PID` when one has begun, `done COUNT` when what was
due is done, and `killed` when one was. With a number, the first life ends at that point; see points.py.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.bot import open_bot, quiet
from bot.config import Settings
from bot.domain.polling import EAGER
from tests import plugin_witness
from tests.e2e.points import number_points
from tests.e2e.work import do_all


def main() -> None:
    """One life after another; ends with the input, and at once when it did what no bot may."""
    quiet("WARNING")
    plugin_witness.install(_end)
    asked, points, kill = sys.argv[1:8], Path(sys.argv[8]), sys.argv[9:]
    while _told_to_go():
        life = os.fork()
        if life == 0:
            number_points(points, *kill)
            live(*asked)
            os._exit(0)
        _, how = os.waitpid(life, 0)
        if not os.WIFSIGNALED(how):
            return
        kill = []
        _say("killed")


def live(*asked: str) -> None:
    """The bot, from its start to its kill or to the end of the input."""
    data_dir, database_url, clock_file, api, bot_token, app_token, origins = asked

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(Path(clock_file).read_text()))

    settings = replace(
        Settings.for_demo(Path(data_dir)),
        database_url=database_url,
        slack_bot_token=bot_token,
        slack_app_token=app_token,
        slack_api_url=api,
    )
    with open_bot(settings, clock=clock, loopback=frozenset(origins.split(",")), pace=EAGER) as bot:
        bot.start(ticking=False)
        _say(f"life {os.getpid()}")
        while _read():
            _say(f"done {do_all(bot)}")


def _end(wrong: str) -> None:
    os.write(2, f"{wrong}\n".encode())
    os._exit(1)


def _told_to_go() -> bool:
    """What the life before was asked and did not hear is passed over."""
    while (heard := _read()) not in (b"g", b""):
        continue
    return bool(heard)


def _read() -> bytes:
    """One byte, unbuffered: what a life has not read is for the next; none at the end."""
    return os.read(0, 1)


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
