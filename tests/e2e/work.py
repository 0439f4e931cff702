"""Doing all that is due, also what Slack was told we have: presses first, then the clock's work."""

from __future__ import annotations

import threading

from bot.app.bot import Bot

PATIENCE_SECONDS = 20.0


def do_all(bot: Bot) -> int:
    """Finish presses and do what is due until there is neither; returns how much was done."""
    done = 0
    while True:
        _until_settled(bot)
        more = bot.drain()
        bot.office.flush_ledger()
        done += more
        if not more:
            return done


def _until_settled(bot: Bot) -> None:
    asked_again = threading.Event()
    for _ in range(int(PATIENCE_SECONDS * 100)):
        with bot.office.store.read(bot.office.workspace) as tx:
            if not tx.inbox.unfinished():
                return
        asked_again.wait(0.01)
    raise TimeoutError("a press was never finished")
