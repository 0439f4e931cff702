"""Makes docs/pictures/page*.png: the demo's page after somebody wrote and the digest came, light and dark."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Literal

from bot.app.demo import open_demo
from bot.app.tour import ASKS, Player
from tests.browser.chromium import browser

PICTURES = Path(__file__).parents[2] / "docs/pictures"
SCHEMES: tuple[tuple[Literal["light", "dark"], str], ...] = (("light", "page.png"), ("dark", "page-dark.png"))


def main() -> None:
    """Both pictures of one world."""
    with (
        tempfile.TemporaryDirectory() as folder,
        browser() as running,
        open_demo(Path(folder) / "demo") as (bot, box),
    ):
        bot.start(ticking=False)
        box.slack.wait_connected()
        player = Player(bot, box, lambda _line: None)
        player.work()
        box.together.begin()
        box.network.post("mei@garden.example", ASKS)
        box.clock.advance(timedelta(minutes=2))
        player.work()
        bot.office.flush_ledger()
        for scheme, name in SCHEMES:
            context = running.new_context(color_scheme=scheme, viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(box.demo_url)
            for frame in page.frames:
                frame.wait_for_load_state()
            page.locator(".tour li.done").first.wait_for()
            page.screenshot(path=PICTURES / name)
            context.close()


if __name__ == "__main__":
    main()
