"""The demo: the bot between the Slack and the networks of the sandbox, with a small made-up team."""

from __future__ import annotations

import secrets
import shutil
import signal
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.markup import escape

from bot.app.bot import Bot, open_bot, quiet
from bot.app.office import CannotStart, Office
from bot.app.tour import play
from bot.config import DEMO_MARKER, Settings, cannot_write
from bot.domain.model import Verb
from bot.domain.polling import EAGER
from bot.sandbox import story
from bot.sandbox.box import MANIFEST, Sandbox
from bot.store.lock import AlreadyRunning, only_one

NETWORK = "mastodon"
MADE = ("sandbox", "key", "byhand.db*")
"""What a demo leaves behind, and the next one removes."""

WHAT_TO_TRY = """
[bold]By Hand is at work[/bold] between a Slack and a social network that exist on this
machine only. Nothing here is real, and nothing leaves it.

  {page}

Slack stands on the left, the network on the right, and a tour of five minutes between them.

Stop with Ctrl+C. To see all that was read and sent, from another terminal:
byhand --demo {folder} audit
"""


def settings_of(box: Sandbox, data_dir: Path) -> Settings:
    """Settings that come from nowhere outside, with the sandbox as Slack."""
    return replace(
        Settings.for_demo(data_dir),
        slack_bot_token=box.slack.bot_token,
        slack_app_token=box.slack.app_token,
        slack_api_url=box.slack.api_url,
        log_level="WARNING",
    )


def settle_in(office: Office, box: Sandbox, cast: story.Cast) -> None:
    """The team's decisions, as rows: who takes part, which accounts are ours, what is watched, where."""
    endpoint = box.network.bot_url
    with office.store.write(office.workspace) as tx:
        tx.save_workspace(
            replace(tx.workspace, channel=cast.channel, zone="Europe/Lisbon", digest_at=time(9))
        )
    office.watches.add(
        office.workspace,
        NETWORK,
        "mentions",
        f"{endpoint}/@{cast.brand}",
        endpoint=endpoint,
        secret=cast.token,
        name="Acme",
    )
    for name, user in cast.users.items():
        teammate = office.people.teammate(office.workspace, user)
        if name in cast.accounts:
            _link(office, box, teammate.id, cast.accounts[name])
    _name_accounts(office, box)


def _take_one(office: Office, cast: story.Cast) -> None:
    """One of those who wait is with somebody already."""
    for _, sources in office.watches.list(office.workspace):
        for source in sources:
            office.collect.poll(office.workspace, source.id)
    chidi = office.people.teammate(office.workspace, cast.users["chidi"]).id
    for line in office.queue.all_waiting(office.workspace, 50):
        if line.name == story.TAKEN:
            office.triage.press(
                office.workspace, line.conversation, line.wait, Verb.CLAIM, chidi, face="engage"
            )


def _link(office: Office, box: Sandbox, teammate: str, account: str) -> None:
    """Their account is read on the bot's port; they write on the people's."""
    linked = office.people.link(office.workspace, teammate, f"{box.network.bot_url}/@{account}")
    with office.store.write(office.workspace) as tx:
        tx.people.save_handle(replace(linked, home=box.network.people_url))


def _name_accounts(office: Office, box: Sandbox) -> None:
    """Read from a port of this machine, they would be named after it; people know them by their server."""
    with office.store.write(office.workspace) as tx:
        for handle in tx.people.handles():
            username = handle.name.removeprefix("@").split("@")[0]
            tx.people.save_handle(replace(handle, name=f"@{username}@{box.network.domain}"))


class TourFailed(CannotStart):
    """A step of the tour did not happen."""


@contextmanager
def open_demo(
    data_dir: Path,
    *,
    port: int = 0,
    token: str = "",
    begin_again: Callable[[], None] | None = None,
    at: datetime | None = None,
) -> Iterator[tuple[Bot, Sandbox]]:
    """The sandbox with its story, and the bot settled in; the bot is not started yet.

    at: what time it is there; the next Monday morning unless told.
    Raises CannotStart for a folder that is not a demo's, or is another demo's now.
    """
    with (
        _own_folder(data_dir),
        Sandbox(
            data_dir / "sandbox",
            page_port=port,
            manifest=MANIFEST,
            relaxed=True,
            token=token,
            begin_again=begin_again,
        ) as box,
    ):
        cast = story.begin(box, at)
        settings = settings_of(box, data_dir)
        loopback = frozenset({box.network.bot_url})
        with open_bot(settings, clock=box.world_clock, loopback=loopback, pace=EAGER) as bot:
            settle_in(bot.office, box, cast)
            _take_one(bot.office, cast)
            yield bot, box


@contextmanager
def _own_folder(data_dir: Path) -> Iterator[None]:
    """A folder without what an earlier demo left; what anybody else keeps there is never touched."""
    marker = data_dir / DEMO_MARKER
    if data_dir.exists() and not marker.is_file() and not (data_dir.is_dir() and _is_empty(data_dir)):
        raise CannotStart(
            f"{data_dir} holds what no demo made, and a demo begins anew: nothing was touched. "
            "Name an empty folder, or one that is not there yet, with --data-dir."
        )
    with ExitStack() as stack:
        try:
            stack.enter_context(only_one(marker))
        except AlreadyRunning:
            raise CannotStart(
                f"A demo is already running in {data_dir}: stop that one first, or name another folder with "
                "--data-dir."
            ) from None
        except OSError as why:
            raise CannotStart(cannot_write(data_dir, why)) from why
        for left in (found for pattern in MADE for found in data_dir.glob(pattern)):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
        yield


def _is_empty(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None


def run(data_dir: Path, *, port: int | None = None, open_browser: bool = False, tour: bool = False) -> None:
    """The demo until it is told to stop by SIGINT or SIGTERM; or its tour, played by itself.

    Raises TourFailed when a step of the tour did not happen.
    """
    if tour:
        quiet("ERROR")  # it cuts the network, which is no news here
        _play(data_dir)
        return
    quiet("WARNING")
    ending = _Ending()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.stop())
    token, shown = secrets.token_urlsafe(24), False
    while not ending.stopped:
        ending.again.clear()
        with open_demo(data_dir, port=port or 0, token=token, begin_again=ending.again.set) as (bot, box):
            port = urlsplit(box.control_url).port
            bot.start()
            box.together.begin()
            if not shown:
                _show(box, data_dir, open_browser=open_browser)
                shown = True
            ending.again.wait()


@dataclass(slots=True)
class _Ending:
    """How a demo ends: for good, or to begin again."""

    again: threading.Event = field(default_factory=threading.Event)
    stopped: bool = False

    def stop(self) -> None:
        self.stopped = True
        self.again.set()


def _show(box: Sandbox, data_dir: Path, *, open_browser: bool) -> None:
    told = WHAT_TO_TRY.format(page=box.demo_url, folder=escape(str(data_dir)))
    Console(highlight=False).print(told, soft_wrap=True)
    if open_browser:
        webbrowser.open(box.demo_url)


def _play(data_dir: Path) -> None:
    console = Console(highlight=False, markup=False)
    with open_demo(data_dir) as (bot, box):
        bot.start(ticking=False)
        box.slack.wait_connected()
        if not play(bot, box, lambda line: console.print(line, soft_wrap=True)):
            raise TourFailed("The tour did not go as it should: the last lines say where.")
        bot.office.flush_ledger()
        if box.together.writes:
            raise TourFailed("By Hand tried to write to the network.")
        console.print("Each step happened, and By Hand wrote nothing to the network.")
