"""The JSON control calls that trouble Slack or change the app, beside those of the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from bot.sandbox.guard import LoopbackOnly, may_call
from bot.sandbox.slack.acts import Act
from bot.sandbox.slack.handle import Slack
from bot.sandbox.slack.state import Refused
from bot.sandbox.threads import in_thread

CALLS = (
    "add_usergroup",
    "advance_wire",
    "change_app",
    "close_sockets",
    "deliver_twice",
    "freeze_sockets",
    "heal",
    "install",
    "relax",
    "reset_sockets",
    "sign_late",
    "suggest",
    "uninstall",
    "use_request_url",
)
"""Methods of the handle, by their own names and arguments."""


class Troubling:
    """Takes its own calls, and hands all else to the app that it stands before."""

    def __init__(self, slack: Slack, token: str, beside: ASGIApp) -> None:
        self._slack = slack
        self._token = token
        self._beside = beside

    def app(self) -> ASGIApp:
        """The ASGI app."""
        routes = [Route(f"/control/{name}", self._call(name), methods=["POST"]) for name in CALLS]
        return LoopbackOnly(Starlette(routes=[*routes, Mount("/", app=self._beside)]))

    def _call(self, name: str) -> Callable[[Request], Awaitable[JSONResponse]]:
        method: Callable[..., Any] = getattr(self._slack, name)

        async def called(request: Request) -> JSONResponse:
            if refusal := may_call(request, self._token):
                return JSONResponse({"ok": False, "error": refusal}, 403)
            arguments = await request.json()
            try:
                result = await in_thread(lambda: method(**arguments))
            except (Refused, TypeError, ValueError) as wrong:
                return JSONResponse({"ok": False, "error": str(wrong)}, 409)
            told = result.told() if isinstance(result, Act) else result
            return JSONResponse({"ok": True, "result": told})

        return called
