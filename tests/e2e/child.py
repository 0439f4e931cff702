"""The bot as a process of its own, for tests that kill it: each line on its input asks it to do what is due.

python -m tests.e2e.child DATA_DIR DATABASE_URL CLOCK_FILE SLACK_API BOT_TOKEN APP_TOKEN NETWORK_ORIGIN
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.bot import open_bot, quiet
from bot.config import Settings
from tests.e2e.work import do_all


def main() -> None:
    data_dir, database_url, clock_file, api, bot_token, app_token, origin = sys.argv[1:]

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(Path(clock_file).read_text()))

    settings = replace(
        Settings.for_demo(Path(data_dir)),
        database_url=database_url,
        slack_bot_token=bot_token,
        slack_app_token=app_token,
        slack_api_url=api,
    )
    quiet("WARNING")
    with open_bot(settings, clock=clock, loopback=frozenset({origin})) as bot:
        bot.start(ticking=False)
        _say("ready")
        for _ in sys.stdin:
            _say(str(do_all(bot)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
