"""The bot as Slack reaches it over HTTP, between the stand-ins, with somebody who waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.app.bot import Bot, open_bot
from bot.app.demo import settings_of, settle_in
from bot.sandbox import story
from bot.sandbox.box import Sandbox
from bot.sandbox.slack.acts import Act
from tests.e2e.work import do_all
from tests.web.signed import SECRET, once_more


@dataclass
class OverHttp:
    """Everything in one hand."""

    box: Sandbox
    bot: Bot
    cast: story.Cast
    url: str

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", trust_env=False)

    def post(self, body: bytes, headers: Mapping[str, str | bytes]) -> httpx.Response:
        return httpx.post(f"{self.url}/slack/events", content=body, headers=headers, trust_env=False)

    def again(self, act: Act) -> httpx.Response:
        """What Slack sent for this act, sent once more."""
        return self.post(*once_more(act))

    def work(self) -> int:
        return do_all(self.bot)

    def digest(self) -> dict[str, Any]:
        return self.box.slack.messages(self.cast.channel)[-1]

    def moves(self) -> list[str]:
        """What people decided so far, of everybody who waits."""
        with self.bot.office.store.read(self.bot.office.workspace) as tx:
            return [move.verb for move in tx.journal.read() if move.by]


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OverHttp]:
    """One bot for a module: its tests leave what is decided as it is, or decide about lines of their own."""
    folder = tmp_path_factory.mktemp("over")
    with Sandbox(folder / "logs", relaxed=True) as box:
        cast = story.begin(box)
        box.slack.sign_with(SECRET)
        settings = replace(
            settings_of(box, folder / "data"),
            slack_app_token=None,
            slack_signing_secret=SECRET,
            listen=("127.0.0.1", 0),
        )
        loopback = frozenset({box.network.bot_url})
        with open_bot(settings, clock=box.world_clock, loopback=loopback) as bot:
            settle_in(bot.office, box, cast)
            bot.start(ticking=False)
            assert bot.server is not None
            url = f"http://127.0.0.1:{bot.server.port}"
            box.slack.use_request_url(f"{url}/slack/events")
            made = OverHttp(box, bot, cast, url)
            made.work()
            box.clock.advance(timedelta(minutes=2))
            made.work()
            yield made
