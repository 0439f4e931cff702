"""Somebody goes away: where what they have goes meanwhile. They return: who still waits for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.model import Line, Status
from bot.domain.nudging import LINES_IN_A_RING
from bot.domain.routing import Suggestion
from bot.domain.screens import Screen
from bot.slack import lines, responses, words
from bot.slack.blocks import Block, Drawn, actions, divider, foot, message, paragraph, select
from bot.slack.said import NAME, Said, cut
from bot.slack.values import Code, value

ASKED = 20
"""How many teammates a choice offers."""

Placed = tuple[Line, Sequence[Suggestion]]
"""What somebody has, and who could be asked in their place, likeliest first."""


def places(has: Sequence[Placed], viewer: str, hidden: int) -> list[Block]:
    """For each conversation one choice: keep it, offer it to the team, or ask somebody."""
    asks = [paragraph(responses.where_to())] if has else [paragraph(responses.all_placed())]
    rows = [one for line, likely in has for one in (lines.head(line), _choice(line, likely, viewer))]
    return [*asks, *rows, *([foot(responses.left_off(hidden))] if hidden else [])]


def _choice(line: Line, likely: Sequence[Suggestion], viewer: str) -> Block:
    def choices() -> Iterator[tuple[str, str]]:
        yield responses.KEEP, value(Code.STILL, line)
        yield responses.OFFER_TO_TEAM, value(Code.OFFER, line)
        for one in [one for one in likely if one.teammate.id != viewer][:ASKED]:
            asks = responses.ask_person(cut(one.teammate.name, NAME), one.reason)
            yield asks, value(Code.GIVE, line, one.teammate.id)

    return actions(select(Code.MENU, responses.choose_where(lines.name_of(line)), choices()))


def returned(screen: Screen) -> Drawn:
    """The one message of that day; what is settled meanwhile is one line."""
    shown = screen.lines[:LINES_IN_A_RING]
    told: Said = responses.welcome_back(max(screen.total, len(shown)), len(shown))
    blocks: list[Block] = [paragraph(told)]
    for line in shown:
        blocks += [divider(), *_waits(screen, line)]
    small = (
        [actions(lines.pauses()), foot(responses.all_for_today(), words.never_writes())]
        if screen.live
        else []
    )
    return message(responses.notice_welcome_back(max(screen.total, len(shown))), [*blocks, *small])


def _waits(screen: Screen, line: Line) -> list[Block]:
    viewer = screen.to.id if screen.to else None
    if not screen.live or line.standing.status is not Status.OPEN or line.standing.holder != viewer:
        return lines.settled(line, viewer, lines.short(line, viewer), live=screen.live)
    return [lines.head(line), *lines.their_words(line.text, line.warning), lines.team_buttons(line, viewer)]
