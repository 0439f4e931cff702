"""The team's daily summary in a channel, its receipt on the day after, and the weekly quiet line."""

from __future__ import annotations

from bot.domain.measures import Outcome
from bot.domain.model import Line
from bot.domain.screens import Kind, Screen
from bot.slack import lines, words
from bot.slack.blocks import Block, Drawn, actions, button, divider, foot, message, paragraph
from bot.slack.said import NAME, Said, cut, plain
from bot.slack.values import Code

SHOWN = 5
"""How many lines a digest has."""


def digest(screen: Screen) -> Drawn:
    """Who waits for one of us, five at most; when its day has passed, the receipt."""
    if not screen.live:
        return receipt(screen)
    shown = [line for line in screen.lines if not line.standing.private][:SHOWN]
    heading = paragraph(
        words.total_waiting(screen.total, screen.settled, screen.people),
        *([words.here_are(len(shown), screen.total)] if not screen.settled else []),
        words.looked_at(screen.places, screen.as_of),
        words.stands_for(screen.days),
    )
    blocks = [*_why_here(screen), heading, *(block for line in shown for block in _line(line))]
    there = sum(line.standing.is_waiting for line in shown)
    counts = _counts(screen, left=max(0, screen.total - screen.settled - there))
    small = [foot(*said) for said in (counts, _not_seen(screen), _week(screen)) if said]
    notice = words.notice_digest(screen.total, screen.settled, screen.people)
    return message(notice, [*blocks, *_long_waiting(screen), *small])


def _long_waiting(screen: Screen) -> list[Block]:
    """Once a month what has waited for weeks is offered to be let go."""
    if not screen.long_waiting:
        return []
    shows = button(Code.LONG, words.LOOK_AT_THEM, Code.LONG, label=words.LOOK_AT_THEM)
    return [divider(), paragraph(words.waits_for_weeks(screen.long_waiting)), actions(shows)]


def _why_here(screen: Screen) -> list[Block]:
    """Said where it stands with a person because the channel is shut; the note is Slack's error name."""
    return [paragraph(words.instead_of_channel(screen.note))] if screen.note else []


def _line(line: Line) -> list[Block]:
    if lines.is_aside(line):
        return [divider(), paragraph(lines.short(line, None)), lines.team_buttons(line)]
    quoted = [] if lines.is_over(line) else lines.their_words(line.text, line.warning)
    return [divider(), lines.head(line), *quoted, lines.about(line), lines.team_buttons(line)]


def _counts(screen: Screen, left: int) -> list[Said]:
    """What is only counted: the others who wait, and what waits for nobody."""
    counted = (
        (left, words.more),
        (screen.thanked, words.thanked),
        (screen.without_us, words.without_us),
        (screen.about_us, words.about_us),
        (screen.in_the_room, words.in_the_room),
    )
    return [say(count) for count, say in counted if count]


def _not_seen(screen: Screen) -> list[Said]:
    """What could not be seen, so that a line may be answered by now."""
    said = [words.blind(cut(network, NAME), since) for network, since in screen.blind]
    said += [words.unseen(cut(network, NAME), count, since) for network, count, since in screen.unseen]
    return said + _hushed(screen)


def _week(screen: Screen) -> list[Said]:
    """Once a week, what became of those who spoke to us, and how often it was wrong."""
    told = screen.week
    if told is None:
        return []
    heard = words.heard_back(told.spoke, told.people[Outcome.HEARD]) if told.spoke else ()
    return [words.last_week(heard, words.how_wrong(told.reminders, told.false_alarms))]


def _hushed(screen: Screen) -> list[Said]:
    return [words.hushed(cut(place, NAME), since) for place, since in screen.hushed]


def receipt(screen: Screen) -> Drawn:
    """What became of a past digest, in one sentence and without buttons."""
    day = screen.days[-1] if screen.days else None
    said = words.receipt(day, screen.total, screen.answered, screen.carried)
    return message(plain(said), [paragraph(said)])


def quiet(screen: Screen) -> Drawn:
    """Nobody waits: said once a week, with what the silence rests on."""
    well = not screen.blind
    nobody = [words.quiet()] if well else []
    for network, since in screen.blind:
        say = words.nor_seen if nobody else words.quiet_but_blind
        nobody.append(say(cut(network, NAME), since))
    week = words.week(screen.looks, screen.places, screen.as_of, well)
    told = screen.week
    heard = [words.heard_back(told.spoke, told.people[Outcome.HEARD])] if told and told.spoke else []
    wrong = words.how_wrong(told.reminders, told.false_alarms) if told else ()
    notice = words.notice_quiet() if well else plain(nobody[0])
    return message(
        notice,
        [
            *_why_here(screen),
            paragraph(*nobody, week, *heard, words.will_be_quiet()),
            foot(*filter(None, [wrong]), *_hushed(screen)),
        ],
    )


def preview(screen: Screen) -> Drawn:
    """What the channel would read now, for one reader: nothing in it can be pressed."""
    notice, blocks = quiet(screen) if screen.kind is Kind.QUIET else digest(screen)
    shown = [block for block in blocks if block["type"] != "actions"]
    return message(notice, [paragraph(words.would_read()), divider(), *shown])
