"""The Slack stand-in in one hand: what tests, the control API and the page do with it."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox.changes import Changes
from bot.sandbox.clocks import WorldClock
from bot.sandbox.faults import Faults
from bot.sandbox.slack.app import App
from bot.sandbox.slack.hands import Hands
from bot.sandbox.slack.responses import Responses
from bot.sandbox.slack.setting import Setting
from bot.sandbox.slack.sights import Sights
from bot.sandbox.slack.socket import SocketMode
from bot.sandbox.slack.trouble import Trouble


class Slack(Setting, Sights, Hands, Trouble):
    """One workspace with our app in it. People and channels are named by id or name."""

    @property
    def app(self) -> App:
        """What Slack knows of the app; the same in every workspace."""
        return self._shared.app

    @property
    def bot_token(self) -> str:
        """What the app posts with; empty while it is not installed here."""
        return self.workspace.bot_token

    @property
    def app_token(self) -> str:
        """What the app opens sockets with."""
        return self._shared.app.app_token

    @property
    def api_url(self) -> str:
        """The base URL of the Web API, with a slash at the end."""
        return f"{self._shared.responses.origin}/api/"

    @property
    def authorize_url(self) -> str:
        """Where a person allows the app to be installed."""
        return f"{self._shared.responses.origin}/oauth/v2/authorize"

    @property
    def sockets(self) -> SocketMode:
        """The app's sockets."""
        return self._shared.sockets

    @property
    def responses(self) -> Responses:
        """The response URLs."""
        return self._shared.responses

    @property
    def faults(self) -> Faults:
        """The faults that wait for Web API calls and response URLs."""
        return self._shared.faults

    @property
    def changes(self) -> Changes:
        """The lock around it all."""
        return self._ground.changes

    @property
    def clock(self) -> WorldClock:
        """The world's clock."""
        return self._ground.world

    def now(self) -> datetime:
        """What time it is in the world."""
        return self._ground.world.now()
