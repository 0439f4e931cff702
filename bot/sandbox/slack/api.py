"""The Web API over HTTP: token, scope, limits, faults, the method, and the log of each call."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.sandbox.faults import Fault
from bot.sandbox.guard import LoopbackOnly
from bot.sandbox.log import Ground
from bot.sandbox.serving import DroppedAnswer
from bot.sandbox.slack import chat, directory, groups, validating, views  # noqa: F401  (they fill METHODS)
from bot.sandbox.slack.arguments import bearer, of_call
from bot.sandbox.slack.authorize import Authorize
from bot.sandbox.slack.limits import TooMany
from bot.sandbox.slack.methods import APP_METHODS, METHODS, AppCall, Call
from bot.sandbox.slack.shared import Shared
from bot.sandbox.slack.state import Json, SlackError, Workspace

FOR_RESPONSE_URLS = "response_url"
SECRET = ("client_secret", "code", "access_token")


class WebApi:
    """Slack's HTTP side: /api/<method>, the response URLs, and the page that allows an install."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def app(self) -> ASGIApp:
        """The ASGI app."""
        shared = self._shared
        authorize = Authorize(shared.app, shared.workspaces, shared.grants)
        routes = [
            Route("/api/{method}", self.call, methods=["GET", "POST"]),
            Route("/responses/{word}", self.respond, methods=["POST"]),
            Route("/oauth/v2/authorize", authorize.page, methods=["GET", "POST"]),
        ]
        return LoopbackOnly(Starlette(routes=routes))

    async def call(self, request: Request) -> Response | DroppedAnswer:
        """One Web API call."""
        name = request.path_params["method"]
        fault = self._shared.faults.take(name)
        if fault is not None:
            await asyncio.sleep(fault.delay)
        if fault is not None and (fault.error or fault.status):
            return _instead(self._ground, name, fault)
        try:
            arguments = await of_call(request)
            answer, headers = self._answered(name, bearer(request, arguments), arguments)
        except SlackError as wrong:
            return JSONResponse({"ok": False, "error": wrong.word})
        except TooMany as limited:
            after = {"Retry-After": str(limited.seconds)}
            return _instead(self._ground, name, Fault(name, status=429, headers=after))
        if fault is not None and fault.drop_answer:
            return DroppedAnswer()
        return JSONResponse(answer, headers=headers)

    async def respond(self, request: Request) -> Response | DroppedAnswer:
        """One use of a response URL; Slack answers `ok` as text."""
        fault = self._shared.faults.take(FOR_RESPONSE_URLS)
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
        return self._shared.ground

    def _answered(self, name: str, token: str, arguments: dict[str, Any]) -> tuple[Json, dict[str, str]]:
        """The answer with its headers. Raises TooMany."""
        arguments.pop("token", None)
        with self._ground.changes.making():
            workspace = self._workspace_of(token)
            try:
                answer = {"ok": True, **self._done(name, token, workspace, arguments)}
            except SlackError as wrong:
                answer = _refusal(wrong)
            self._ground.log.write(
                "call",
                method=name,
                team=workspace.team_id if workspace else "",
                arguments=_told(arguments),
                answer=_told(answer),
            )
            return answer, _headers(name, workspace)

    def _responded(self, word: str, arguments: dict[str, Any]) -> Json:
        responses = self._shared.responses
        with self._ground.changes.making():
            try:
                responses.use(word, arguments)
                answer: Json = {"ok": True}
            except SlackError as wrong:
                answer = _refusal(wrong)
            team = responses.team_of(word)
            told = {"method": FOR_RESPONSE_URLS, "team": team, "arguments": arguments, "answer": answer}
            self._ground.log.write("call", **told, word=word)
            return answer

    def _done(self, name: str, token: str, workspace: Workspace | None, arguments: dict[str, Any]) -> Json:
        if name in APP_METHODS:
            return self._done_for_app(name, token, workspace, arguments)
        if name not in METHODS:
            raise SlackError("unknown_method")
        if workspace is None:
            raise SlackError(self._why_not(token))
        method, shared = METHODS[name], self._shared
        shared.limits.call(workspace.team_id, name, method.tier)
        workspace.needs(method.scope)
        return method.do(Call(workspace, shared.triggers, shared.limits, arguments))

    def _done_for_app(
        self, name: str, token: str, workspace: Workspace | None, arguments: dict[str, Any]
    ) -> Json:
        method, shared = APP_METHODS[name], self._shared
        if method.token and workspace is not None:
            raise SlackError("not_allowed_token_type")
        if method.token and token != shared.app.app_token:
            raise SlackError(self._why_not(token))
        shared.limits.call("", name, method.tier)
        return method.do(AppCall(shared.sockets, shared.grants, arguments))

    def _workspace_of(self, token: str) -> Workspace | None:
        found = (each for each in self._shared.workspaces.values() if token and token == each.bot_token)
        return next(found, None)

    def _why_not(self, token: str) -> str:
        if not token:
            return "not_authed"
        if token == self._shared.app.app_token:
            return "not_allowed_token_type"
        former = any(token in each.former_tokens for each in self._shared.workspaces.values())
        return "account_inactive" if former else "invalid_auth"


def _told(fields: Json) -> Json:
    """Without what opens doors: the log is there to be shown."""
    return {name: each for name, each in fields.items() if name not in SECRET}


def _headers(name: str, workspace: Workspace | None) -> dict[str, str]:
    if workspace is None:
        return {}
    headers = {"x-oauth-scopes": ",".join(sorted(workspace.granted))}
    accepted = METHODS[name].scope if name in METHODS else ""
    return headers | ({"x-accepted-oauth-scopes": accepted} if accepted else {})


def _refusal(wrong: SlackError) -> Json:
    answer: Json = {"ok": False, "error": wrong.word, **wrong.more}
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
