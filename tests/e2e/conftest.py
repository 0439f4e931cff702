"""A world for the whole loop: Slack and the network of the sandbox, and the bot inside or as a child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app.bot import open_bot
from bot.app.demo import settings_of, settle_in
from bot.app.office import Office, open_office
from bot.config import Settings
from bot.domain.polling import EAGER
from bot.sandbox.box import Sandbox
from bot.sandbox.network.state import Post
from bot.sandbox.story import Cast
from tests.e2e.work import do_all
from tests.judging import judged

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = datetime(2027, 3, 1, tzinfo=LISBON)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """That time in Lisbon, where the team is; day 0 is the Monday."""
    return datetime.combine((MONDAY + timedelta(days=day)).date(), time(hour, minute), LISBON).astimezone(UTC)


class Inside:
    """The bot in this process."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._start()

    def _start(self) -> None:
        box = self._world.box
        loopback = frozenset(each.bot_url for each in box.servers)
        opening = open_bot(self._world.settings, clock=box.world_clock, loopback=loopback, pace=EAGER)
        with ExitStack() as stack:
            self.bot = stack.enter_context(opening)
            self.bot.start(ticking=False)
            box.slack.wait_connected()
            self._stack = stack.pop_all()

    def work(self) -> int:
        return do_all(self.bot)

    def between(self) -> None:
        """Nothing happens between two steps."""

    def stop(self) -> None:
        self._stack.close()


class Child:
    """The bot as a process that is killed between every two steps, or at the point `kill` (number, when)."""

    def __init__(self, world: World, kill: tuple[int, str] | None = None) -> None:
        self._world = world
        self.killed = 0
        self.points = world.box.log_dir / "points"
        box, settings = world.box, world.settings
        asked = [str(settings.data_dir), settings.database_url, str(box.log_dir / "clock"), box.slack.api_url]
        asked += [box.slack.bot_token, box.slack.app_token, ",".join(each.bot_url for each in box.servers)]
        asked += [str(self.points)]
        asked += [str(each) for each in kill or ()]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.child", *asked],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self._begin()

    def work(self) -> int:
        """What is due was done, also when it is killed meanwhile: then by the next life."""
        while (said := self._ask("!", "done")) is None:
            self._begin()
        return said

    def between(self) -> None:
        """Killed without a warning, and started again."""
        os.kill(self._life, signal.SIGKILL)
        assert self._hear("done") is None
        self._begin()

    def stop(self) -> None:
        """Its input ends, and it ends by itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        assert self._process.wait(30) == 0
        self._process.stdout.close()
        self._until_nobody_is_connected()

    def _begin(self) -> None:
        while (life := self._ask("g", "life")) is None:
            continue
        self._life = life
        self._world.box.slack.wait_connected()

    def _ask(self, byte: str, answer: str) -> int | None:
        assert self._process.stdin is not None
        self._process.stdin.write(byte)
        self._process.stdin.flush()
        return self._hear(answer)

    def _hear(self, answer: str) -> int | None:
        """The number that it says, or None when it was killed."""
        assert self._process.stdout is not None
        said = self._process.stdout.readline().split()
        assert said, "the bot's process ended"
        if said == ["killed"]:
            self._world.box.killed()
            self.killed += 1
            self._until_nobody_is_connected()
            return None
        assert said[0] == answer
        return int(said[1])

    def _until_nobody_is_connected(self) -> None:
        slack = self._world.box.slack
        slack.wait_for(lambda: slack.sockets.connections == 0)


@dataclass
class World:
    """What people do, what they see, and the time."""

    box: Sandbox
    settings: Settings
    cast: Cast
    bot: Any = field(default=None)

    def move(self, moment: datetime) -> None:
        """It is then that moment, and what came due meanwhile was done."""
        self.box.clock.set(moment)
        self.bot.work()

    def settle(self) -> None:
        """A little later: sources may be polled again, and all that is due was done."""
        self.box.clock.advance(timedelta(minutes=2))
        self.bot.work()

    def stop(self) -> None:
        """The bot that runs now: a test may have stopped the first and opened another."""
        self.bot.stop()

    @contextmanager
    def office(self) -> Iterator[Office]:
        """A look at the database beside the bot, as the command line takes it."""
        with open_office(self.settings, clock=self.box.world_clock) as opened:
            yield opened

    def digest(self) -> dict[str, Any]:
        return self.box.slack.messages(self.cast.channel)[-1]

    def direct(self, name: str) -> list[dict[str, Any]]:
        return self.box.slack.dm_messages(name, ephemeral=False)

    def words(self, message: dict[str, Any]) -> str:
        """All that a reader of the message sees."""
        return "\n".join([message["text"], *_texts(message["blocks"])])

    def press(self, who: str, message: dict[str, Any], code: str, *, about: str = "") -> Any:
        """Press the button (or choose in the menu) with that code; the bot acks in time."""
        where = self.cast.channel if message in self.box.slack.messages(self.cast.channel) else None
        channel = where or self.box.slack.dm_channel(who)
        element, chosen = find(message, code, about)
        act = self.box.slack.press(
            who, channel, message["ts"], element["action_id"], chosen, block_id=element["_block"]
        )
        assert act.acked
        self.bot.work()
        return act

    def reply(self, who: str, post: Post, text: str) -> Post:
        """By hand, on the network."""
        return self.box.network.post(who, text, post)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)


def find(message: dict[str, Any], code: str, about: str = "") -> tuple[dict[str, Any], str]:
    """The button or menu with that code, and the value to choose. AssertionError when there is none."""
    for block in message["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            values = [element.get("value", "")] + [each["value"] for each in element.get("options", [])]
            for value in values:
                if value.split(":")[0] == code and about in value:
                    return {**element, "_block": block["block_id"]}, value
    raise AssertionError(f"no {code} in {[*_texts(message['blocks'])]}")


@pytest.fixture
def make_world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., World]]:
    # Asked for first, so that it is emptied last: the referee reads it when the bot has stopped.
    engine = (
        request.node.callspec.params.get("engine", "sqlite")
        if hasattr(request.node, "callspec")
        else "sqlite"
    )
    url = request.getfixturevalue(f"{engine}_url")
    with ExitStack() as stack:

        def make(kind: Callable[[World], Inside | Child], elsewhere: Sequence[str] = ()) -> World:
            box = stack.enter_context(Sandbox(tmp_path / "logs", relaxed=True, elsewhere=elsewhere))
            box.clock.set(at(0, 8))
            settings = replace(settings_of(box, tmp_path / "data"), database_url=url)
            world = World(box, settings, cast_of(box))
            loopback = frozenset({box.network.bot_url})
            with open_bot(settings, clock=box.world_clock, loopback=loopback) as bot:
                settle_in(bot.office, box, world.cast)
            world.bot = kind(world)
            stack.callback(judge, world, tmp_path / "lists")
            stack.callback(world.stop)
            world.bot.work()
            return world

        yield make
    assert "socket watchdog" not in {each.name for each in threading.enumerate()}, "a bot was left running"


def judge(world: World, lists: Path) -> None:
    """The referee, after every run."""
    with world.office() as office:
        judged(world.box, office.store, office.workspace, lists, secrets={"key": world.settings.keys[0]})


def cast_of(box: Sandbox) -> Cast:
    users = {
        "ana": box.slack.add_user("ana", "Ana Duarte", tz="Europe/Lisbon"),
        "ben": box.slack.add_user("ben", "Ben Okafor", tz="Europe/Lisbon"),
        "chidi": box.slack.add_user("chidi", "Chidi Park", tz="Europe/Lisbon"),
    }
    channel = box.slack.add_channel("team-acme")
    for handle, name in (("acme", "Acme"), ("ana", "Ana Duarte"), ("ben", "Ben Okafor")):
        box.network.account(handle, name)
    home = box.elsewhere.get("garden.example", box.network)
    home.account("mei" if home.domain == "garden.example" else "mei@garden.example", "Mei Tanaka")
    return Cast(users, channel, "acme", box.network.token("acme"), {"ana": "ana", "ben": "ben"})
