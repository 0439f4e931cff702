"""The sandbox: every server of the stand-in world, started and stopped together."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Self

from starlette.types import ASGIApp

from bot.sandbox.log import lay_ground
from bot.sandbox.network import reading
from bot.sandbox.network.entities import Entities
from bot.sandbox.network.federation import Federation
from bot.sandbox.network.handle import Network
from bot.sandbox.network.people import People
from bot.sandbox.page.app import Control
from bot.sandbox.page.together import Together
from bot.sandbox.serving import Serving, listen, origin
from bot.sandbox.slack.api import WebApi
from bot.sandbox.slack.control import Troubling
from bot.sandbox.slack.envelopes import Patience
from bot.sandbox.slack.handle import Slack
from bot.sandbox.slack.manifest import read_manifest
from bot.sandbox.slack.shared import share
from bot.sandbox.slack.state import Workspace

MANIFEST = Path(__file__).parents[2] / "deploy" / "slack-manifest.yaml"


class Sandbox:
    """`with Sandbox(log_dir) as box:` - Slack and the network, on free ports of 127.0.0.1.

    manifest: the app's, which decides what it may do. relaxed: neither Slack nor Mastodon counts its calls.
    elsewhere: the names of more Mastodon servers, which federate with `network` and with each other.
    token: what the pages' links carry. begin_again: what the button of that name does.
    """

    def __init__(
        self,
        log_dir: Path,
        patience: Patience | None = None,
        *,
        page_port: int = 0,
        manifest: Path = MANIFEST,
        relaxed: bool = False,
        elsewhere: Sequence[str] = (),
        token: str = "",
        begin_again: Callable[[], None] | None = None,
    ) -> None:
        self.log_dir = log_dir
        self.token = token or secrets.token_urlsafe(24)
        self._slack_ground, self._network_ground = lay_ground(log_dir)
        self.clock = self._slack_ground.world
        self.wire = self._slack_ground.wire
        self.changes = self._slack_ground.changes
        app = read_manifest(manifest)
        self._shared = share(self._slack_ground, app, patience or Patience(), relaxed=relaxed)
        self.slack = self.add_workspace("T0STANDIN", "At home")
        self.federation = Federation(self._network_ground)
        self.network = Network(self._network_ground, federation=self.federation)
        self.elsewhere = {name: Network(self._network_ground, name, self.federation) for name in elsewhere}
        for each in self.servers:
            each.relax(relaxed)
        self.together = Together(self.slack, self.network, self.token, begin_again)
        self.control_url = ""
        self._page_port = page_port
        self._serving: Serving | None = None

    def world_clock(self) -> datetime:
        """What time it is in the world: aware, in UTC."""
        return self.clock.now()

    @property
    def page_url(self) -> str:
        """What a person opens: it carries the token, and the browser keeps it."""
        return f"{self.control_url}?token={self.token}"

    @property
    def demo_url(self) -> str:
        """Slack and the network on one page, with the tour between."""
        return f"{self.control_url}demo?token={self.token}"

    def add_workspace(self, team_id: str, name: str, *, installed: bool = True) -> Slack:
        """Another team in the same Slack, with the same app, as its own administrator installed it."""
        with self.changes.making():
            self._shared.workspaces[team_id] = Workspace(self._shared.app, team_id, name)
        slack = Slack(self._shared, self._shared.workspaces[team_id])
        if installed:
            manifest = self._shared.app.manifest
            slack.workspace.install(manifest.scopes | manifest.optional_scopes)
        return slack

    def start(self) -> None:
        """Returns when every server accepts connections."""
        api, sockets, control = listen(), listen(), listen(self._page_port)
        self.control_url = f"{origin(control)}/"
        networks = [part for each in self.servers for part in self._network(each)]
        self._serving = Serving(
            [
                (api, WebApi(self._shared).app()),
                *networks,
                (control, self._control(f"{self.network.people_url}/")),
            ],
            (sockets, self.slack.sockets.serve),
            lambda loop: self._shared.serve_at(origin(api), origin(sockets), loop),
        )
        self._serving.start()

    def killed(self) -> None:
        """Note that the bot was killed just now: a referee excuses by it what only a kill explains."""
        with self.changes.making():
            self._slack_ground.log.write("killed")

    @property
    def servers(self) -> list[Network]:
        """Every Mastodon server; the first has the other networks beside it."""
        return [self.network, *self.elsewhere.values()]

    def _network(self, network: Network) -> list[tuple[socket, ASGIApp]]:
        """Its two ports: people write on one, the bot reads on the other."""
        people, bot = listen(), listen()
        network.networks.pages, network.bot_url = origin(people), origin(bot)
        entities = Entities(network.networks)
        return [
            (people, People(network, entities, self.token).app()),
            (bot, reading.app(network.networks, entities, network.faults, network.limits)),
        ]

    def _control(self, people_url: str) -> ASGIApp:
        page = Control(self.slack, self.token, people_url, self.together.routes()).app()
        return Troubling(self.slack, self.token, page).app()

    def stop(self) -> None:
        """Returns when every thread has ended and the logs are closed."""
        if self._serving is not None:
            self._serving.stop()
            self._serving = None
        self._slack_ground.log.close()
        self._network_ground.log.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
