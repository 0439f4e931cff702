"""What all workspaces of the stand-in share: the app, the ways to it, and what limits and troubles it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.sandbox.faults import Faults
from bot.sandbox.log import Ground
from bot.sandbox.slack.app import App
from bot.sandbox.slack.courier import Courier
from bot.sandbox.slack.envelopes import Patience
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.oauth import Grants
from bot.sandbox.slack.request_urls import RequestUrls
from bot.sandbox.slack.responses import Responses
from bot.sandbox.slack.socket import SocketMode
from bot.sandbox.slack.state import Workspace
from bot.sandbox.slack.triggers import Triggers


@dataclass(frozen=True, slots=True)
class Shared:
    """Slack itself, without its workspaces' inner lives; `doubled` are the events that come twice."""

    app: App
    patience: Patience
    sockets: SocketMode
    request_urls: RequestUrls
    courier: Courier
    triggers: Triggers
    responses: Responses
    grants: Grants
    limits: Limits
    faults: Faults
    doubled: Faults
    workspaces: dict[str, Workspace] = field(default_factory=dict)

    @property
    def ground(self) -> Ground:
        """The lock, the clocks and the log."""
        return self.app.ground

    def serve_at(self, api: str, sockets: str, loop: asyncio.AbstractEventLoop) -> None:
        """The origins of the two servers, and the loop that they run in."""
        self.responses.origin = api
        self.sockets.serve_at(sockets, loop)
        self.courier.run_in(loop)


def share(ground: Ground, manifest: Manifest, patience: Patience, *, relaxed: bool) -> Shared:
    """Slack with one app of that manifest and no workspace yet."""
    app = App(ground, manifest)
    sockets, request_urls = SocketMode(app, patience), RequestUrls(app, patience)
    return Shared(
        app=app,
        patience=patience,
        sockets=sockets,
        request_urls=request_urls,
        courier=Courier(app, patience, sockets, request_urls),
        triggers=Triggers(ground.wire),
        responses=Responses(ground.wire),
        grants=Grants(app),
        limits=Limits(ground.wire, relaxed),
        faults=Faults(ground),
        doubled=Faults(ground),
    )
