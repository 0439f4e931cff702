"""The reminder, the last word, the question where answers cannot be seen, and the bot stopping by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.hours import working_between
from bot.domain.model import Line, Reason, Status
from bot.domain.screens import Screen
from bot.slack import lines, words
from bot.slack.blocks import Block, Drawn, actions, foot, message, paragraph
from bot.slack.said import NAME, QUOTE, Part, Said, cut, plain
from bot.slack.values import Code


def waits(screen: Screen, line: Line) -> Drawn:
    """Somebody still waits for the one who said yes."""
    if is_over(screen, line):
        past = _reminded(screen, line)
        return message(plain(past), _settled(screen, line, past))
    viewer, name, since = (
        screen.to.id if screen.to else None,
        lines.name_of(line),
        line.standing.waiting_since,
    )
    said = [words.said_yes()] if line.standing.holder == viewer else []
    # The handles on the screen are of the first line's network.
    here = line.network == screen.lines[0].network
    shared = tuple(cut(h, NAME) for h in screen.looked_for[:5]) if here else ()
    looked = [words.looked(screen.as_of, shared, screen.reply_as is not None)] if screen.as_of else []
    return message(
        words.notice_nudge(name, lines.network_of(line)),
        [
            paragraph(words.still_waiting(name, since, _working_hours(screen, since))),
            *lines.their_words(line.text, line.warning),
            paragraph(*said, *looked, *((cut(reason),) for reason in line.reasons), *lines.doubts(line)),
            presses(screen, line),
        ],
    )


def _working_hours(screen: Screen, since: datetime | None) -> float | None:
    if screen.to is None or screen.as_of is None or since is None:
        return None
    return working_between(screen.to.hours, since, screen.as_of).total_seconds() / 3600


def presses(screen: Screen, line: Line) -> Block:
    """What the one who said yes may do about it."""
    return actions(
        lines.opens(line, screen.handle_for(line)),
        lines.press(Code.LATER, words.LATER, line),
        lines.press(Code.NOT_ME, words.NOT_ME, line),
        lines.shows_words(line),
        lines.choices(
            line,
            *([Code.NO_ANSWER] if line.standing.maybes else []),
            Code.ELSEWHERE,
            Code.ALREADY,
            Code.NOT_NEEDED,
            Code.PAUSE,
            viewer=screen.to.id if screen.to else None,
        ),
    )


def is_over(screen: Screen, line: Line) -> bool:
    """Past, settled, or with somebody else by now."""
    now = line.standing
    moved_on = screen.to is not None and now.holder != screen.to.id
    return not screen.live or now.status is not Status.OPEN or moved_on


def _over(screen: Screen, line: Line, *head: Part) -> Said:
    """What this was about, and what became of it."""
    return (*head, " ", *lines.became(line, screen.to.id if screen.to else None))


def _reminded(screen: Screen, line: Line) -> Said:
    return _over(screen, line, *words.reminded(lines.name_of(line), lines.network_of(line), screen.as_of))


def _settled(screen: Screen, line: Line, said: Said) -> list[Block]:
    """One line, and what to do when the reminder should never have come."""
    shown = lines.settled(line, screen.to.id if screen.to else None, said, live=screen.live)
    missed = (
        line.standing.reason is Reason.ALREADY and lines.why_missed(line) == words.from_an_unknown_account()
    )
    return [*shown, paragraph(words.unseen_handle())] if missed else shown


def small(screen: Screen) -> list[Block]:
    """Below a reminder: which of how many it is, and what the bot never does."""
    step = [words.reminder(screen.step, screen.steps)] if screen.step and screen.steps else []
    why = [words.why_you(cut(screen.why_me, QUOTE))] if screen.why_me else []
    return [foot(*step, words.never_writes(), *why)]


def last_word(screen: Screen, line: Line) -> Drawn:
    """Offer it, I'll still do it, Let it go; nothing pressed gives it back to the team."""
    name = lines.name_of(line)
    notice = words.notice_last_word(name, lines.network_of(line))
    if is_over(screen, line):
        return _past(screen, line, f"{notice}:")
    row = ((Code.OFFER, words.OFFER), (Code.STILL, words.STILL), (Code.LET_GO, words.LET_GO))
    return message(notice, _asks(screen, line, words.last_word(name), row, words.if_nothing()))


def kindly(screen: Screen) -> Drawn:
    """A colleague asks through the bot; who has it says how it stands with one press."""
    line = screen.lines[0]
    asker = cut(screen.asker or "", NAME) or words.somebody()
    notice = words.notice_kindly(asker, lines.name_of(line), lines.network_of(line))
    if is_over(screen, line):
        return _past(screen, line, f"{notice}.")
    row = ((Code.STILL, words.STILL), (Code.NOT_ME, words.NOT_ME), (Code.LATER, words.LATER))
    said = words.kindly(asker, lines.name_of(line))
    if screen.note:
        said = (*said, " ", *words.note(cut(screen.note, QUOTE)))
    return message(notice, _asks(screen, line, said, row))


def blind(screen: Screen) -> Drawn:
    """Where answers can never be seen, one question stands for all reminders."""
    line = screen.lines[0]
    name, network = lines.name_of(line), lines.network_of(line)
    notice = words.notice_blind(name, network)
    if is_over(screen, line):
        return _past(screen, line, notice)
    row = ((Code.ELSEWHERE, words.YES), (Code.NOT_YET, words.NOT_YET), (Code.LET_GO, words.LET_GO))
    return message(notice, _asks(screen, line, words.did_you(name, network), row))


def _past(screen: Screen, line: Line, notice: str) -> Drawn:
    said = _over(screen, line, notice)
    return message(plain(said), _settled(screen, line, said))


def _asks(
    screen: Screen, line: Line, asked: Said, row: Iterable[tuple[Code, str]], *small: Said
) -> list[Block]:
    buttons = [lines.press(code, text, line) for code, text in row]
    return [
        paragraph(asked),
        *lines.their_words(line.text, line.warning),
        actions(
            *buttons, lines.opens(line, screen.handle_for(line)), lines.shows_words(line), lines.pauses()
        ),
        *([foot(*small)] if small else []),
    ]


def stopped(screen: Screen) -> Drawn:
    """After three reminders in a row without a press or an answer."""
    del screen
    said = words.stopped()
    return message(plain(said), [paragraph(said)])
