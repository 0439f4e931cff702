"""The Web API over HTTP: token, faults, the method, and the log of each call."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.guard import LoopbackOnly
from bot.sandbox.log import Ground
from bot.sandbox.serving import DroppedAnswer
from bot.sandbox.slack import chat, directory, views  # noqa: F401  (they fill METHODS)
from bot.sandbox.slack.arguments import bearer, of_call
from bot.sandbox.slack.methods import METHODS, Call
from bot.sandbox.slack.responses import Responses
from bot.sandbox.slack.socket import SocketMode
from bot.sandbox.slack.state import BOT_SCOPES, Json, SlackError, Workspace
from bot.sandbox.slack.triggers import Triggers

WITH_APP_TOKEN = ("apps.connections.open",)
FOR_RESPONSE_URLS = "response_url"


class WebApi:
    """Slack's HTTP side: /api/<method> and the response URLs."""

    def __init__(
        self,
        workspace: Workspace,
        sockets: SocketMode,
        triggers: Triggers,
        responses: Responses,
        faults: Faults,
    ) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._triggers = triggers
        self._responses = responses
        self._faults = faults

    def app(self) -> ASGIApp:
        """The ASGI app."""
        routes = [
            Route("/api/{method}", self.call, methods=["GET", "POST"]),
            Route("/responses/{word}", self.respond, methods=["POST"]),
        ]
        return LoopbackOnly(Starlette(routes=routes))

    async def call(self, request: Request) -> Response | DroppedAnswer:
        """One Web API call."""
        name = request.path_params["method"]
        fault = self._faults.take(name)
        if fault is not None:
            await asyncio.sleep(fault.delay)
        if fault is not None and (fault.error or fault.status):
            return _instead(self._ground, name, fault)
        try:
            arguments = await of_call(request)
        except SlackError as wrong:
            return JSONResponse({"ok": False, "error": wrong.word})
        answer = self._answered(name, bearer(request, arguments), arguments)
        if fault is not None and fault.drop_answer:
            return DroppedAnswer()
        return JSONResponse(answer, headers={"x-oauth-scopes": ",".join(sorted(BOT_SCOPES))})

    async def respond(self, request: Request) -> Response | DroppedAnswer:
        """One use of a response URL; Slack answers `ok` as text."""
        fault = self._faults.take(FOR_RESPONSE_URLS)
        if fault is not None:
            await asyncio.sleep(fault.delay)
        if fault is not None and (fault.error or fault.status):
            return _instead(self._ground, FOR_RESPONSE_URLS, fault)
        arguments = await of_call(request)
        answer = self._responded(request.path_params["word"], arguments)
        if fault is not None and fault.drop_answer:
            return DroppedAnswer()
        if not answer["ok"]:
            return JSONResponse(answer, status_code=404)
        return Response("ok", media_type="text/plain")

    @property
    def _ground(self) -> Ground:
        return self._workspace.ground

    def _answered(self, name: str, token: str, arguments: dict[str, Any]) -> Json:
        arguments.pop("token", None)
        with self._ground.changes.making():
            try:
                self._admit(name, token)
                call = Call(self._workspace, self._triggers, self._sockets, arguments)
                answer = {"ok": True, **METHODS[name](call)}
            except SlackError as wrong:
                answer = _refusal(wrong)
            self._ground.log.write("call", method=name, arguments=arguments, answer=answer)
            return answer

    def _responded(self, word: str, arguments: dict[str, Any]) -> Json:
        with self._ground.changes.making():
            try:
                self._responses.use(word, arguments)
                answer: Json = {"ok": True}
            except SlackError as wrong:
                answer = _refusal(wrong)
            self._ground.log.write(
                "call", method=FOR_RESPONSE_URLS, arguments=arguments, answer=answer, word=word
            )
            return answer

    def _admit(self, name: str, token: str) -> None:
        if name not in METHODS:
            raise SlackError("unknown_method")
        if not token:
            raise SlackError("not_authed")
        workspace = self._workspace
        if token not in (workspace.bot_token, workspace.app_token):
            raise SlackError("invalid_auth")
        wants_app_token = name in WITH_APP_TOKEN
        if wants_app_token != (token == workspace.app_token):
            raise SlackError("not_allowed_token_type")


def _refusal(wrong: SlackError) -> Json:
    answer: Json = {"ok": False, "error": wrong.word}
    if wrong.messages:
        answer |= {
            "errors": wrong.messages,
            "response_metadata": {"messages": wrong.messages},
        }
    return answer


def _instead(ground: Ground, name: str, fault: Fault) -> Response:
    status = fault.status or 200
    with ground.changes.making():
        ground.log.write("call", method=name, refused_with=status, error=fault.error)
    if fault.body:
        return Response(fault.body, status, fault.headers)
    error = fault.error or ("ratelimited" if status == 429 else "internal_error")
    return JSONResponse({"ok": False, "error": error}, status, fault.headers)
