"""Which face draws which kind of message."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.screens import Kind, Screen
from bot.slack import asides, digest, leaving, news, nudge, own_digest, private, reminder, words
from bot.slack.blocks import Drawn, message, paragraph
from bot.slack.said import plain

FACES: dict[Kind, Callable[[Screen], Drawn]] = {
    Kind.DIGEST: digest.digest,
    Kind.QUIET: digest.quiet,
    Kind.KINDLY: nudge.kindly,
    **dict.fromkeys(reminder.PARTS, reminder.reminder),
    Kind.BLIND: nudge.blind,
    Kind.PRIVATE: private.private,
    Kind.RETURNED: leaving.returned,
    Kind.OWN_DIGEST: own_digest.own_digest,
    Kind.STOPPED: nudge.stopped,
    Kind.SIGN_IN: news.sign_in,
    Kind.BACK: asides.back,
    Kind.BASELINE: asides.baseline,
    Kind.IS_ONE_OF_US: asides.one_of_us,
}


ABOUT_SOMEBODY = (
    Kind.QUESTION,
    Kind.KINDLY,
    Kind.NUDGE,
    Kind.LAST_WORD,
    Kind.BLIND,
    Kind.NEWS,
    Kind.PRIVATE,
    Kind.RETURNED,
    Kind.OWN_DIGEST,
)
SAYS_HELLO = (Kind.QUESTION, Kind.DIGEST, Kind.QUIET)
"""A question itself says who brought somebody here; a digest is the team's."""


def draw(screen: Screen) -> Drawn:
    """The notification text (names and network, never anybody's words) and the blocks."""
    if screen.kind in ABOUT_SOMEBODY and not screen.lines:
        return message(plain(words.gone()), [paragraph(words.gone())])
    text, blocks = FACES[screen.kind](screen)
    if screen.first and screen.kind not in SAYS_HELLO:
        blocks = [paragraph(words.met(None)), *blocks]
    return text, blocks
