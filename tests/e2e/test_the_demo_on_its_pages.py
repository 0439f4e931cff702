"""What a newcomer to the demo sees: each screen of the bot is drawn whole on the stand-in's page."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.demo import open_demo
from bot.sandbox.box import Sandbox
from bot.sandbox.story import CHANNEL
from tests.e2e.work import do_all
from tests.judging import judged

pytestmark = pytest.mark.connects


class Browser:
    """Somebody at the page; every page that they see is drawn whole."""

    def __init__(self, box: Sandbox, client: httpx.Client) -> None:
        self._box = box
        self._client = client
        client.get(box.page_url)

    def look(self, who: str, where: str) -> str:
        user = self._box.slack.workspace.user(who).id
        channel = self._box.slack.workspace.channel(where).id
        return self._whole(self._client.get("/", params={"as": user, "at": channel}))

    def send(self, page: str, label: str, **typed: str) -> str:
        """The first form with that button, with what it carries."""
        form = re.search(rf'action="([^"]+)"[^>]*>((?:(?!</form>).)*?)<button[^>]*>{label}', page, re.DOTALL)
        assert form, f"no {label!r}"
        carried = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]))
        return self._whole(self._client.post(form[1], data=carried | typed))

    def _whole(self, answer: httpx.Response) -> str:
        assert answer.status_code == 200
        assert "unsupported" not in answer.text
        assert "127.0.0.1" not in re.sub(r'(?:href|value)="[^"]*"', "", answer.text)
        return answer.text


@pytest.mark.thorough
def test_the_five_steps_of_the_demo_work_on_its_pages(tmp_path: Path) -> None:
    with open_demo(tmp_path / "demo") as (bot, box):
        bot.start(ticking=False)
        box.slack.wait_connected()
        do_all(bot)
        with httpx.Client(base_url=box.control_url, trust_env=False, follow_redirects=True) as client:
            walk_through(bot, box, Browser(box, client))
        judged(box, bot.office.store, bot.office.workspace, tmp_path / "lists")


def walk_through(bot: Any, box: Sandbox, browser: Browser) -> None:
    digest = browser.look("ana", CHANNEL)
    assert "9 conversations with 20 people are waiting for one of us" in digest
    browser.send(digest, "Assign")
    do_all(bot)
    modal = re.search(r'name="view_id" value="([^"]+)"', browser.look("ana", CHANNEL))
    assert modal
    ben = box.slack.workspace.user("ben").id
    box.slack.submit("ana", modal[1], {"teammate": ben})
    do_all(bot)

    own = box.slack.dm_channel("ben")
    browser.send(browser.look("ben", own), "Yes, I&#x27;ll reply")
    do_all(bot)
    for _ in range(4):
        browser.send(browser.look("ben", own), r"\+1 h", by="hour")
    do_all(bot)
    reminder = browser.look("ben", own)
    assert "is still waiting for you" in reminder

    thread = browser.send(
        reminder[reminder.index("is still waiting") :], "Open, reply as @ben@social.example"
    )
    writer = re.search(r'name="as" value="(\d+)">Reply as Ben Okafor', thread)
    asked = re.search(r'id="reply-(\d+)" open', thread)
    assert writer
    assert asked
    box.network.post(writer[1], "@mei@garden.example It does.", asked[1])
    box.clock.advance(timedelta(minutes=2))
    do_all(bot)
    assert "Answered by hand by Ben Okafor" in browser.look("chidi", CHANNEL)
    box.slack.command("ana", CHANNEL, "/engage")
    do_all(bot)
    assert "Only visible to you" in browser.look("ana", CHANNEL)
