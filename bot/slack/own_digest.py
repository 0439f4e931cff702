"""The digest of one's own: what waits for one person, each working day, in place of reminders."""

from __future__ import annotations

from bot.domain.screens import Screen
from bot.slack import lines, words
from bot.slack.blocks import Drawn, actions, divider, foot, message, paragraph
from bot.slack.leaving import waits

SHOWN = 5


def own_digest(screen: Screen) -> Drawn:
    """Up to five who wait for the one who said yes; what is settled meanwhile is one line."""
    shown = screen.lines[:SHOWN]
    total = max(screen.total, len(shown))
    blocks = [paragraph(words.wait_for_you(total), words.here_are(len(shown), total))]
    for line in shown:
        blocks += [divider(), *waits(screen, line)]
    more = [words.more(total - len(shown))] if total > len(shown) else []
    small = [actions(lines.pauses()), foot(*more, words.lapses_quietly(), words.never_writes())]
    return message(words.notice_wait_for_you(total), [*blocks, *(small if screen.live else [])])
