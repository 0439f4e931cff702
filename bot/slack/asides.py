"""A key works again, a place was read for the first time, and an account that may be one of us."""

from __future__ import annotations

from bot.domain.screens import Screen
from bot.slack import lines, words
from bot.slack.blocks import Block, Drawn, actions, button, foot, message, paragraph, users
from bot.slack.said import NAME, cut, plain
from bot.slack.values import Code


def _place(screen: Screen) -> str:
    return cut(screen.place or "", NAME) or words.somewhere()


def _row(screen: Screen) -> Block:
    return actions(lines.pauses() if screen.live else None)


def back(screen: Screen) -> Drawn:
    """Said once, to the one who was told that the key died."""
    network = _place(screen)
    told = words.since_then(screen.since, screen.total, screen.answered, screen.carried, gap=screen.gap)
    return message(words.notice_back(network), [paragraph(words.back(network), told), _row(screen)])


def baseline(screen: Screen) -> Drawn:
    """Said once, to the one who connected the place."""
    network = _place(screen)
    told = words.baseline(network, screen.since, screen.total, screen.carried)
    return message(
        words.notice_baseline(network), [paragraph(told), _row(screen), foot(words.for_you_alone())]
    )


def one_of_us(screen: Screen) -> Drawn:
    """One question to a lead; when it was answered, or who asked to be forgotten, one line."""
    reply = screen.news
    handle = cut(reply.author.handle, NAME) if reply else ""
    if reply is None or not handle:
        return message(plain(words.gone()), [paragraph(words.gone())])
    network, notice = _place(screen), words.notice_one_of_us(handle, _place(screen))
    if screen.linked_to:
        return message(notice, [paragraph(words.linked_to(handle, network, cut(screen.linked_to, NAME)))])
    if not screen.live:
        return message(notice, [paragraph(words.none_of_us(handle, network))])
    row = actions(
        button(Code.MINE, words.IT_IS_ME, Code.MINE, label=words.label(words.IT_IS_ME, handle)),
        users(Code.THEIRS, words.IT_IS_A_TEAMMATE),
        button(Code.NOT_OURS, words.NOT_OURS, Code.NOT_OURS, label=words.label(words.NOT_OURS, handle)),
        lines.pauses(),
    )
    asked = words.one_of_us(screen.total, handle, network, reply.url)
    return message(notice, [paragraph(asked), row, foot(words.asks_once())])
