"""A colleague asks whether one would answer: the first thing that a person gets from the bot."""

from __future__ import annotations

from bot.domain.model import Line, Status
from bot.domain.screens import Screen
from bot.slack import lines, words
from bot.slack.blocks import Block, Drawn, actions, message, paragraph
from bot.slack.said import NAME, QUOTE, Said, cut, plain
from bot.slack.values import Code


def question(screen: Screen, line: Line) -> Drawn:
    """Yes, Not me, Not now, Open; once decided or past, one line."""
    asker = _asker(screen)
    given = _is_given(screen, line)
    asks = words.notice_given if given else words.notice_question
    notice = asks(asker, lines.name_of(line), lines.network_of(line))
    if not (given or _is_asked(screen, line)):
        notice = plain(_over(line, asker, screen.to.id if screen.to else None))
    return message(notice, [*_hello(screen), *_line(screen, line, asker)])


def _asker(screen: Screen) -> str:
    if screen.rule:
        return words.our_rule(cut(screen.rule, NAME))
    return cut(screen.asker or "", NAME) or words.somebody()


def _hello(screen: Screen) -> list[Block]:
    by = cut(screen.brought_by, NAME) if screen.brought_by else None
    return [paragraph(words.met(by))] if screen.first or by else []


def _is_asked(screen: Screen, line: Line) -> bool:
    now = line.standing
    theirs = screen.to is None or now.asked == screen.to.id
    return screen.live and now.status is Status.OPEN and theirs


def _line(screen: Screen, line: Line, asker: str) -> list[Block]:
    viewer = screen.to.id if screen.to else None
    told = [words.note(cut(screen.note, QUOTE))] if screen.note else []
    if _is_given(screen, line):
        says = words.given(asker, lines.name_of(line), lines.network_of(line))
        return [paragraph(says, *told), *lines.their_words(line.text, line.warning), _held(screen, line)]
    if screen.live and _has_it(line, viewer):
        return [*lines.settled(line, viewer, _over(line, asker, viewer), live=False), _held(screen, line)]
    if not _is_asked(screen, line):
        return lines.settled(line, viewer, _over(line, asker, viewer), live=screen.live)
    asks = words.question(asker, lines.name_of(line), lines.network_of(line))
    return [
        paragraph(asks, *told),
        *lines.their_words(line.text, line.warning),
        actions(
            lines.press(Code.YES, words.YES_REPLY, line),
            lines.press(Code.NOT_ME, words.NOT_ME, line),
            lines.press(Code.NOT_NOW, words.NOT_NOW, line),
            lines.opens(line, screen.handle_for(line)),
            lines.shows_words(line),
            lines.pauses(),
        ),
    ]


def _is_given(screen: Screen, line: Line) -> bool:
    """Whether a colleague gave it to the reader without asking, as some teams do."""
    now = line.standing
    return screen.live and _has_it(line, screen.to.id if screen.to else None) and now.asked_by is not None


def _has_it(line: Line, viewer: str | None) -> bool:
    now = line.standing
    return now.status is Status.OPEN and now.holder is not None and now.holder == viewer


def _over(line: Line, asker: str, viewer: str | None) -> Said:
    """Who asked and, in as few words, what became of it."""
    yes = _has_it(line, viewer)
    asked = words.was_asked(asker, lines.name_of(line), lines.network_of(line), yes)
    return asked if yes else (*asked, " ", *lines.became(line, viewer))


def _held(screen: Screen, line: Line) -> Block:
    return actions(
        lines.opens(line, screen.handle_for(line)),
        lines.press(Code.NOT_ME, words.NOT_ME, line),
        lines.choices(
            line,
            Code.LATER,
            Code.ELSEWHERE,
            Code.ALREADY,
            Code.NOT_NEEDED,
            Code.PAUSE,
            viewer=screen.to.id if screen.to else None,
        ),
    )
