"""The bot as a process of its own, for tests that kill it: each byte of its input asks it to do what is due.

python -m tests.e2e.child DATA_DIR DATABASE_URL CLOCK_FILE SLACK_API BOT_TOKEN APP_TOKEN NETWORK_ORIGIN

It forks itself for each life of the bot, so that what was imported need not be imported again: the first
process waits, and forks the next when one was killed. A life begins when it is asked for the first time, and
says its process id.
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
from tests.e2e.work import do_all


def main() -> None:
    """One life after another; ends with the input, and at once when it did what no bot may."""
    quiet("WARNING")
    plugin_witness.install(_end)
    while True:
        life = os.fork()
        if life == 0:
            if _asked():
                live(*sys.argv[1:])
            os._exit(0)
        _, how = os.waitpid(life, 0)
        if not os.WIFSIGNALED(how):
            return


def live(*asked: str) -> None:
    """The bot, from its start to its kill or to the end of the input."""
    data_dir, database_url, clock_file, api, bot_token, app_token, origin = asked

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(Path(clock_file).read_text()))

    settings = replace(
        Settings.for_demo(Path(data_dir)),
        database_url=database_url,
        slack_bot_token=bot_token,
        slack_app_token=app_token,
        slack_api_url=api,
    )
    with open_bot(settings, clock=clock, loopback=frozenset({origin}), pace=EAGER) as bot:
        bot.start(ticking=False)
        _say(str(os.getpid()))
        while _asked():
            _say(str(do_all(bot)))


def _end(wrong: str) -> None:
    os.write(2, f"{wrong}\n".encode())
    os._exit(1)


def _asked() -> bool:
    """Read unbuffered: what a life has not read is for the next."""
    return bool(os.read(0, 1))


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
