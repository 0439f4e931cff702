"""One ring of up to three conversations side by side: who still waits, last words, news, and a question."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.model import Line
from bot.domain.nudging import LINES_IN_A_RING
from bot.domain.screens import Kind, Screen
from bot.slack import news, nudge, question, words
from bot.slack.blocks import Block, Drawn, divider, message

PARTS: dict[Kind, Callable[[Screen, Line], Drawn]] = {
    Kind.NUDGE: nudge.waits,
    Kind.LAST_WORD: nudge.last_word,
    Kind.NEWS: news.wrote_back,
    Kind.QUESTION: question.question,
}


def reminder(screen: Screen) -> Drawn:
    """Each with its own buttons; what is past or settled is one sentence."""
    shown = screen.lines[:LINES_IN_A_RING]
    parts = [PARTS[screen.kind_of(line)](screen, line) for line in shown]
    blocks: list[Block] = []
    for _, drawn in parts:
        blocks += [*([divider()] if blocks else []), *drawn]
    waits = any(screen.kind_of(line) is Kind.NUDGE and not nudge.is_over(screen, line) for line in shown)
    notice, _ = parts[0]
    return message(
        words.with_more(notice, len(parts) - 1), [*blocks, *(nudge.small(screen) if waits else [])]
    )
