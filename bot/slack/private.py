"""Somebody wrote in private: told to the one whom it was sent to, without a word of it."""

from __future__ import annotations

from bot.domain.model import Line, Status
from bot.domain.nudging import LINES_IN_A_RING
from bot.domain.screens import Screen
from bot.slack import lines, words
from bot.slack.blocks import Block, Drawn, actions, divider, foot, message


def private(screen: Screen) -> Drawn:
    """Up to three conversations that nobody has; each as one line when it is past or settled."""
    shown = screen.lines[:LINES_IN_A_RING]
    first = shown[0]
    notice = words.notice_private(lines.name_of(first), lines.network_of(first), len(shown) - 1)
    blocks: list[Block] = []
    for line in shown:
        blocks += [*([divider()] if blocks else []), *_line(screen, line)]
    waits = screen.live and any(line.standing.status is Status.OPEN for line in shown)
    row = [actions(lines.pauses())] if waits else []
    return message(notice, [*blocks, *row, foot(words.in_private())])


def _line(screen: Screen, line: Line) -> list[Block]:
    viewer = screen.to.id if screen.to else None
    if not screen.live or line.standing.status is not Status.OPEN:
        return lines.settled(line, viewer, lines.short(line, viewer), live=screen.live)
    return [lines.head(line), lines.about(line, viewer), lines.team_buttons(line, viewer)]
