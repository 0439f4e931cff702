"""The tour of the demo, played by itself at speed: the same acts by the same means, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from textwrap import shorten
from typing import Any

from bot.app.bot import Bot
from bot.sandbox import story
from bot.sandbox.box import Sandbox
from bot.sandbox.page.tour import STEPS, ZONE

ASKS = "@acme Can I import from a spreadsheet?"
HOURS_AT_MOST = 30
LONGEST = 200
BLIND = "I have not seen"
LITTLE = timedelta(minutes=2)

Say = Callable[[str], object]


class NotThere(Exception):
    """What a step needs is not there; the text says what."""


@dataclass(slots=True)
class Player:
    """Plays everybody: those outside, the team, and whoever moves the clock."""

    bot: Bot
    box: Sandbox
    say: Say
    handed_over: str = ASKS
    """The words of the post that is given to a teammate."""

    def write(self) -> None:
        """Mei asks something."""
        self._posted("mei@garden.example", ASKS)

    def hand_over(self) -> None:
        """Ana finds it on her list and asks Ben."""
        slack, line = self.box.slack, self._line()
        slack.command("ana", story.CHANNEL, "/engage")
        self.work()
        channel = slack.workspace.channel(story.CHANNEL).id
        self._press("ana", channel, "assign", line)
        self.work()
        modals = slack.modals("ana")
        if not modals:
            raise NotThere("no modal opened")
        slack.submit("ana", modals[-1]["id"], {"teammate": slack.workspace.user("ben").id})
        self.work()
        self._heard("ben")

    def agree_and_wait(self) -> None:
        """Ben says yes, and hours pass until he is reminded."""
        own, line = self.box.slack.dm_channel("ben"), self._line()
        self._press("ben", own, "yes", line)
        self.work()
        rang = len(self.box.slack.dm_messages("ben", ephemeral=False))
        for _ in range(HOURS_AT_MOST):
            self._pass(timedelta(hours=1))
            if len(self.box.slack.dm_messages("ben", ephemeral=False)) > rang:
                break
        self._heard("ben")

    def reply(self) -> None:
        """Ben answers on the network, by hand."""
        asked = next(
            post for post in self.box.network.networks.posts.values() if post.text == self.handed_over
        )
        self._posted("ben", "@mei@garden.example You can: Import, then Spreadsheet.", asked.id)

    def see_it_close(self) -> None:
        """Nobody does anything."""
        self._pass(LITTLE)
        self.say(f"    in Slack, Ben's reminder now reads: {self._words('ben')}")

    def answer_first(self) -> None:
        """Acme answers Lars before anybody was asked to, and the next morning comes."""
        accounts = self.box.network.networks.accounts
        posts = self.box.network.networks.posts.values()
        first = next(post for post in posts if accounts[post.author].name == "Lars Holm")
        self._posted("acme", "@lars@tiny.example There is: Settings, then Log.", first.id)
        self.box.clock.tomorrow_at(9, ZONE.key)
        self._pass(LITTLE)
        self.say(f"    {self._now()}: nobody was told anything about Lars Holm")

    def be_blind(self) -> None:
        """At night the network is cut; at nine the digest says so."""
        self.box.clock.tomorrow_at(3, ZONE.key)
        self.work()
        self.box.network.cut()
        self.say(f"    {self._now()}: the network is cut")
        self.box.together.noticed()
        self._pass(timedelta(hours=6, minutes=1))
        for _ in range(3):
            self._pass(LITTLE)
        digest = self.box.slack.messages(story.CHANNEL)[-1]
        said = " ".join(" ".join(_texts(digest["blocks"])).split())
        _, blind, since = said.partition(BLIND)
        self.say(f"    {self._now()}: the digest says: {blind}{since[: LONGEST // 4]} …")
        self.box.network.heal()

    def _posted(self, who: str, text: str, below: str = "") -> None:
        post = self.box.network.post(who, text, below)
        name = self.box.network.networks.accounts[post.author].name
        self.say(f"    {self._now()}: {name} writes on the network: {text}")
        self._pass(LITTLE)

    def _line(self) -> str:
        lines = self.bot.office.queue.all_waiting(self.bot.office.workspace, 50)
        found = next((line for line in lines if line.text == self.handed_over), None)
        if found is None:
            raise NotThere("By Hand does not know of it")
        return found.conversation

    def _press(self, who: str, channel: str, code: str, conversation: str) -> None:
        for message in reversed(self.box.slack.messages(channel, who)):
            for block in message.get("blocks") or ():
                for element in [*block.get("elements", []), block.get("accessory", {})]:
                    if str(element.get("value", "")).startswith(f"{code}:{conversation}"):
                        self.box.slack.press(
                            who, channel, message["ts"], element["action_id"], element["value"],
                            block_id=block["block_id"],
                        )  # fmt: skip
                        name = self.box.slack.workspace.user(who).real_name
                        self.say(f"    {self._now()}: {name} presses “{element['text']['text']}”")
                        return
        raise NotThere(f"there is no {code!r} to press")

    def _heard(self, who: str) -> None:
        name = self.box.slack.workspace.user(who).real_name
        self.say(f"    {self._now()}: By Hand writes to {name}: {self._words(who)}")

    def _words(self, who: str) -> str:
        said = self.box.slack.dm_messages(who, ephemeral=False)
        return shorten(" ".join(_texts(said[-1]["blocks"])), LONGEST, placeholder=" …") if said else "nothing"

    def _now(self) -> str:
        return f"{self.box.world_clock().astimezone(ZONE):%A %H:%M}"

    def _pass(self, by: timedelta) -> None:
        self.box.clock.advance(by)
        self.work()

    def work(self) -> None:
        """Presses are finished, and all that is due is done."""
        while True:
            self.box.slack.wait_for(self._is_settled)
            if not self.bot.drain():
                return

    def _is_settled(self) -> bool:
        with self.bot.office.store.read(self.bot.office.workspace) as tx:
            return not tx.inbox.unfinished()


def _texts(part: Any) -> Iterator[str]:
    """The words of blocks, without those of buttons."""
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict) and part.get("type") == "rich_text_section":
        yield "".join(_texts(part["elements"]))
    elif isinstance(part, dict) and part.get("type") != "button":
        yield from (part[name] for name in ("text", "fallback") if isinstance(part.get(name), str))
        yield from _texts(list(part.values()))


def play(bot: Bot, box: Sandbox, say: Say) -> bool:
    """Play all steps; whether the tour itself noticed each of them. The bot must not tick by itself."""
    player = Player(bot, box, say)
    player.work()
    box.together.begin()
    acts = (
        player.write, player.hand_over, player.agree_and_wait, player.reply, player.see_it_close,
        player.answer_first, player.be_blind,
    )  # fmt: skip
    for number, (step, act) in enumerate(zip(STEPS, acts, strict=True), 1):
        say(f"{number}. {step.title}")
        try:
            act()
        except NotThere as missing:
            say(f"   NOT SO: {missing}")
            return False
        if box.together.noticed().done < number:
            say("   NOT SO: it did not happen")
            return False
    return True
