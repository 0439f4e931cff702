"""They wrote back: told once, to the one whose reply it answers. And: a credential died."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.domain.model import Line, Status
from bot.domain.screens import Back, Screen
from bot.slack import lines, words
from bot.slack.blocks import Block, Drawn, actions, message, paragraph
from bot.slack.said import NAME, cut, plain
from bot.slack.values import Code


def wrote_back(screen: Screen, line: Line) -> Drawn:
    """What they wrote, and two buttons that nobody has to press."""
    name, network = lines.name_of(line), lines.network_of(line)
    notice = words.notice_news(name, network)
    viewer = screen.to.id if screen.to else None
    if not screen.live:
        over = (f"{notice}. ", *lines.state(line, viewer))
        return message(plain(over), lines.settled(line, viewer, over, live=False))
    back = screen.backs.get(line.conversation, Back())
    after = back.post.created_at - back.replied_at if back.post and back.replied_at else None
    shown = back.post or line
    return message(
        notice,
        [
            paragraph(words.wrote_back(name, network, after)),
            *lines.their_words(shown.text, shown.warning),
            *_what_now(screen, line, viewer, hidden=back.post is not None and back.post.warning is not None),
        ],
    )


def _what_now(screen: Screen, line: Line, viewer: str | None, *, hidden: bool) -> list[Block]:
    waits = line.standing.status is Status.OPEN
    asks = waits and line.standing.nudgeable
    said = words.waits_again() if asks else words.nothing_to_do()
    if not waits:
        said = lines.state(line, viewer)
    row = actions(
        lines.opens(line, screen.handle_for(line)),
        lines.press(Code.GOOD_ENDING, words.GOOD_ENDING, line) if waits else None,
        lines.press(Code.WANTS_ANSWER, words.WANTS_ANSWER, line) if waits and not asks else None,
        lines.press(Code.WORDS, words.SHOW_WORDS, line) if hidden else None,
        lines.undoes(line, viewer),
        lines.pauses(),
    )
    return [paragraph(said), row]


def sign_in(screen: Screen) -> Drawn:
    """A key was refused; addresses of feeds are secrets, so only the host is named."""
    source = screen.source
    network = cut(source.network, NAME).capitalize() if source else words.somebody()
    host = cut(urlsplit(source.endpoint).hostname or source.endpoint, NAME) if source else ""
    since = source.last_try if source else screen.as_of
    said = (words.sign_in(network, host, since), words.catches_up(network), words.how_to_mend())
    return message(
        words.notice_sign_in(network), [paragraph(*said), actions(lines.pauses() if screen.live else None)]
    )
