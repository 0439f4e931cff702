"""A list for one person: what is theirs, what they were asked, what nobody has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.model import Line, Teammate
from bot.domain.screens import QueueScreen
from bot.slack import lines, responses, words
from bot.slack.blocks import Block, actions, paragraph
from bot.slack.said import NAME, Said, cut
from bot.slack.values import Code


def groups(
    queue: QueueScreen, viewer: str, most: int, of_nobodys: int | None = None
) -> tuple[list[Block], int]:
    """The list with its headings, and how many are left out of it; never without any block.

    `most` lines altogether, of which at most `of_nobodys` are what nobody has.
    """
    left = most
    blocks: list[Block] = []
    for title, group, limit in (
        (responses.yours(), queue.mine, most),
        (responses.asked_of_you(), queue.asked, most),
        (responses.nobodys(), queue.unowned, most if of_nobodys is None else of_nobodys),
    ):
        shown = group[: min(left, limit)]
        left -= len(shown)
        blocks += [paragraph(title)] * bool(shown) + _rows(shown, viewer)
    known = len(queue.mine) + len(queue.asked) + len(queue.unowned)
    return blocks or [paragraph(responses.nothing_waits())], queue.more + known - (most - left)


def _rows(shown: Sequence[Line], viewer: str) -> list[Block]:
    """Two blocks a line: words are one press away, on the network itself."""
    return [block for line in shown for block in (_row(line, viewer), lines.team_buttons(line, viewer))]


def at_rest(to: Teammate, now: datetime) -> Said | None:
    """What a person reads who hears nothing from us at present; None for all others."""
    if to.stopped:
        return responses.rings_stopped()
    if to.paused_until and to.paused_until > now:
        return responses.rings_paused(to.paused_until)
    return None


def long_waiting(found: Sequence[Line], viewer: str) -> list[Block]:
    """What waits for weeks, each to be taken or let go."""
    rows = [block for line in found for block in (_row(line, viewer), _take_or_let_go(line))]
    return rows or [paragraph(words.none_waits_for_weeks())]


def _take_or_let_go(line: Line) -> Block:
    return actions(
        lines.opens(line),
        lines.press(Code.CLAIM, words.CLAIM, line),
        lines.press(Code.LET_GO, words.LET_GO, line),
    )


def _row(line: Line, viewer: str) -> Block:
    if lines.is_aside(line):
        return paragraph(lines.short(line, viewer))
    handle = cut(line.handle, NAME)
    head = words.head(lines.name_of(line), handle, lines.network_of(line), line.standing.waiting_since)
    said = (f"“{cut(lines.unaddressed(line.text))}”",) if cut(line.text) else ()
    shown: Said = words.hidden(cut(line.warning, NAME)) if line.warning is not None else said
    return paragraph((*head, "."), *([shown] if shown else []), lines.state(line, viewer))
