"""The demo's page in a real browser, with the bot at work whenever a test lets it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page

from bot.app.demo import open_demo
from bot.app.tour import Player
from tests.browser.chromium import NoBrowser, browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run; without one the test is skipped, or fails where it is required."""
    try:
        with browser() as running:
            yield running
    except NoBrowser as reason:
        if "browser" in os.environ.get("BYHAND_REQUIRE", ""):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture
def demo(chromium: Browser, tmp_path: Path) -> Iterator[Player]:
    """The demo with all that is due done; `work` lets the bot do what is due by then."""
    with open_demo(tmp_path / "demo") as (bot, box):
        bot.start(ticking=False)
        box.slack.wait_connected()
        player = Player(bot, box, lambda _line: None)
        player.work()
        box.together.begin()
        yield player


@pytest.fixture
def page(chromium: Browser, demo: Player) -> Iterator[Page]:
    """The page, wide; a test fails on an error in the browser's console and on anything from elsewhere."""
    context = chromium.new_context(viewport={"width": 1600, "height": 1000})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda asked: wrong.append(asked.url) if is_elsewhere(asked.url) else None)
    opened.goto(demo.box.demo_url)
    yield opened
    context.close()
    assert wrong == []


def is_elsewhere(url: str) -> bool:
    """Whether it leads to another machine; what stands in the page itself leads nowhere."""
    return urlsplit(url).scheme != "data" and urlsplit(url).hostname != "127.0.0.1"


@pytest.fixture
def slack(page: Page) -> FrameLocator:
    """The left side."""
    return page.frame_locator("iframe[name=slack]")


@pytest.fixture
def network(page: Page) -> FrameLocator:
    """The right side."""
    return page.frame_locator("iframe[name=network]")
