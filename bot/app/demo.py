"""The demo: the bot between the Slack and the networks of the sandbox, with a small made-up team."""

from __future__ import annotations

import shutil
import signal
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from bot.app.bot import Bot, open_bot, quiet
from bot.app.office import CannotStart, Office
from bot.config import DEMO_MARKER, Settings
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

  The team's Slack   {slack}
  The network        {network}

1. Open the team's Slack. The digest stands in #{channel}: five people spoke to
   Acme and nobody answered.
2. You are Ana. Press [bold]Assign[/bold] on a line and choose Ben. Then become Ben (top left)
   and read the question, in a direct message from By Hand.
3. Say yes. Press [bold]+1 h[/bold] four times: after four of Ben's working hours comes the
   reminder, once.
4. Press [bold]Open[/bold] in the reminder. It leads to the network: reply there, by hand, as
   Ben or as Acme.
5. Within a minute (or at once after [bold]+1 h[/bold]) the line in Slack says who answered,
   with a link. By Hand wrote nothing there: it can only read that side.

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


@contextmanager
def open_demo(data_dir: Path, *, port: int = 0) -> Iterator[tuple[Bot, Sandbox]]:
    """The sandbox with its story, and the bot settled in; the bot is not started yet.

    Raises CannotStart for a folder that is not a demo's, or is another demo's now.
    """
    with (
        _own_folder(data_dir),
        Sandbox(data_dir / "sandbox", page_port=port, manifest=MANIFEST, relaxed=True) as box,
    ):
        cast = story.begin(box)
        settings = settings_of(box, data_dir)
        loopback = frozenset({box.network.bot_url})
        with open_bot(settings, clock=box.world_clock, loopback=loopback, pace=EAGER) as bot:
            settle_in(bot.office, box, cast)
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
        for left in (found for pattern in MADE for found in data_dir.glob(pattern)):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
        yield


def _is_empty(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None


def run(data_dir: Path, *, port: int | None = None, open_browser: bool = False) -> None:
    """The demo until it is told to stop by SIGINT or SIGTERM."""
    quiet("WARNING")
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with open_demo(data_dir, port=port or 0) as (bot, box):
        bot.start()
        Console(highlight=False).print(
            WHAT_TO_TRY.format(
                slack=box.page_url,
                network=f"{box.network.people_url}/?token={box.token}",
                channel=story.CHANNEL,
                folder=escape(str(data_dir)),
            ),
            soft_wrap=True,
        )
        if open_browser:
            webbrowser.open(box.page_url)
        stopping.wait()
