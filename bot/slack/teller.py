"""Answers to one person alone: what a command asked for, or why a press changed nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.error import URLError
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.slack import words
from bot.slack.arrivals import HOME, Arrival
from bot.slack.blocks import Block, Drawn, message, modal, paragraph
from bot.slack.client import TIMEOUT, Count
from bot.slack.messenger import Clients
from bot.slack.said import Said, plain
from bot.slack.trouble import code_of

log = logging.getLogger(__name__)

TOLD = "told"
"""The callback id of a window that can only be read."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the person who did something, and nobody else, what came of it. Raises nothing."""

    clients: Clients
    count: Count | None = None

    def say(self, arrival: Arrival, *said: Said, more: list[Block] | None = None) -> None:
        """Sentences, and what belongs under them."""
        self.show(arrival, message(plain(said[0]), [paragraph(*said), *(more or [])]))

    def show(self, arrival: Arrival, drawn: Drawn, *, replace: bool = False) -> None:
        """A screen, in place of the ephemeral one that was pressed with `replace`.

        By the response URL, which works where the bot is no member; when that has run out, by an
        ephemeral message. In Home, where there is neither, in a small window.
        """
        if arrival.container == HOME:
            window = modal(TOLD, drawn[1], title=words.BY_HAND, close=words.CLOSE)
            self.open_view(arrival, window)
            return
        if arrival.response_url and self._responded(arrival.response_url, drawn, replace):
            return
        if arrival.channel:
            self._posted(arrival, drawn)

    def open_view(self, arrival: Arrival, view: Block) -> bool:
        """Open a modal; False when the moment for it (three seconds) has passed."""
        try:
            self.clients(arrival.team).views_open(trigger_id=arrival.trigger, view=view)
        except SlackApiError as refusal:
            log.warning("a modal was not opened: %s", code_of(refusal))
            return False
        except (SlackClientError, OSError) as lost:
            log.warning("a modal was not opened: %s", type(lost).__name__)
            return False
        return True

    def _responded(self, url: str, drawn: Drawn, replace: bool) -> bool:
        text, blocks = drawn
        parts = urlsplit(url)
        if self.count:
            self.count(parts.netloc, "POST", parts.path)
        hook = WebhookClient(url, timeout=TIMEOUT, retry_handlers=[])
        try:
            answer = hook.send(text=text, blocks=blocks, response_type="ephemeral", replace_original=replace)
        except (SlackClientError, URLError, OSError, ValueError) as lost:
            log.warning("an answer by response URL was lost: %s", type(lost).__name__)
            return False
        return answer.status_code == 200

    def _posted(self, arrival: Arrival, drawn: Drawn) -> None:
        text, blocks = drawn
        try:
            self.clients(arrival.team).chat_postEphemeral(
                channel=arrival.channel, user=arrival.user, text=text, blocks=blocks
            )
        except SlackApiError as refusal:
            log.warning("a person could not be answered: %s", code_of(refusal))
        except (SlackClientError, OSError) as lost:
            log.warning("a person could not be answered: %s", type(lost).__name__)
