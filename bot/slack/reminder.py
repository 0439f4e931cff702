"""One ring of up to three conversations side by side: who still waits, last words, news, and a question."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.model import Line
from bot.domain.screens import Kind, Screen
from bot.slack import news, nudge, question, words
from bot.slack.blocks import Block, Drawn, divider, message

SHOWN = 3
"""How many conversations one ring may be about."""
PARTS: dict[Kind, Callable[[Screen, Line], Drawn]] = {
    Kind.NUDGE: nudge.waits,
    Kind.LAST_WORD: nudge.last_word,
    Kind.NEWS: news.wrote_back,
    Kind.QUESTION: question.question,
}


def reminder(screen: Screen) -> Drawn:
    """Each with its own buttons; what is past or settled is one sentence."""
    shown = screen.lines[:SHOWN]
    kinds = [screen.told_as.get(line.conversation, screen.kind) for line in shown]
    parts = [PARTS[kind](screen, line) for line, kind in zip(shown, kinds, strict=True)]
    blocks: list[Block] = []
    for _, drawn in parts:
        blocks += [*([divider()] if blocks else []), *drawn]
    reminded = [line for line, kind in zip(shown, kinds, strict=True) if kind is Kind.NUDGE]
    waits = any(not nudge.is_over(screen, line) for line in reminded)
    notice, _ = parts[0]
    return message(
        words.with_more(notice, len(parts) - 1), [*blocks, *(nudge.small(screen) if waits else [])]
    )
