"""The digest of one's own: what waits for one person, each working day, in place of reminders."""

from __future__ import annotations

from bot.domain.model import Line
from bot.domain.screens import Screen
from bot.slack import lines, nudge, words
from bot.slack.blocks import Block, Drawn, divider, foot, message, paragraph

SHOWN = 5


def own_digest(screen: Screen) -> Drawn:
    """Up to five who wait for the one who said yes; what is settled meanwhile is one line."""
    shown = screen.lines[:SHOWN]
    total = max(screen.total, len(shown))
    blocks = [paragraph(words.wait_for_you(total), words.here_are(len(shown), total))]
    for line in shown:
        blocks += [divider(), *_waits(screen, line)]
    more = [words.more(total - len(shown))] if total > len(shown) else []
    small = [foot(*more, words.lapses_quietly(), words.never_writes())]
    return message(words.notice_wait_for_you(total), [*blocks, *(small if screen.live else [])])


def _waits(screen: Screen, line: Line) -> list[Block]:
    viewer = screen.to.id if screen.to else None
    if nudge.is_over(screen, line):
        return lines.settled(line, viewer, lines.short(line, viewer), live=screen.live)
    doubts = lines.doubts(line)
    return [
        lines.head(line),
        *lines.their_words(line.text, line.warning),
        *([paragraph(*doubts)] if doubts else []),
        nudge.presses(screen, line),
    ]
