"""The bot's port: everything is read there, and any attempt to write is a logged violation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.guard import READING
from bot.sandbox.network.asking import Asking, Refusal
from bot.sandbox.network.entities import Entities
from bot.sandbox.network.feeds import Feeds
from bot.sandbox.network.hackernews import HackerNews
from bot.sandbox.network.limits import Left, Limits
from bot.sandbox.network.mastodon import Mastodon
from bot.sandbox.network.shown import shown_in
from bot.sandbox.network.state import Networks, NotThere
from bot.sandbox.serving import DroppedAnswer, TruncatedAnswer

# Query values that are secrets; the log keeps their names.
SECRET_QUERIES = ("access_token", "token", "client_secret", "code")

Answer = Callable[[Request], Response]


def app(networks: Networks, entities: Entities, faults: Faults, limits: Limits) -> ASGIApp:
    """The ASGI app of the bot's port."""
    mastodon = Mastodon(networks, entities)
    counted = _Desk(networks, faults, limits, mastodon.asking)
    uncounted = _Desk(networks, faults)
    answers = [(path, counted.of(answer)) for path, answer in mastodon.answers().items()]
    for part in (HackerNews(networks), Feeds(networks, entities)):
        answers += [(path, uncounted.of(answer)) for path, answer in part.answers().items()]
    answers.append(("/{rest:path}", uncounted.of(_not_found)))
    routes = [Route(path, endpoint, methods=["GET"]) for path, endpoint in answers]
    return Starlette(routes=routes, middleware=[Middleware(_ReadOnly, networks=networks)])


class _ReadOnly:
    """Answers 405 to everything but GET and HEAD, and says so in the log."""

    def __init__(self, app: ASGIApp, networks: Networks) -> None:
        self._app = app
        self._networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        with self._networks.ground.changes.making():
            log_request(self._networks, request, "bot", 405, kind="violation")
        refusal = JSONResponse({"error": "By Hand only reads"}, status_code=405)
        await refusal(scope, receive, send)


class _Desk:
    """Where requests are met by faults, by limits if they are counted, and then by their answer."""

    def __init__(
        self, networks: Networks, faults: Faults, limits: Limits | None = None, asking: Asking | None = None
    ) -> None:
        self._networks = networks
        self._faults = faults
        self._limits = limits
        self._asking = asking

    def of(self, answer: Answer) -> Callable[[Request], Awaitable[Any]]:
        """The endpoint around that answer."""

        async def called(request: Request) -> Response | DroppedAnswer | TruncatedAnswer:
            fault = self._faults.take(request.url.path)
            if fault is not None:
                await asyncio.sleep(fault.delay)
            with self._networks.ground.changes.making():
                self._networks.federation.deliver()
                response = self._response(request, answer, fault)
                arriving = bytes(response.body)[: len(response.body) // 2 if _cut(fault) else None]
                lost = fault is not None and (fault.drop_answer or fault.truncated)
                more: dict[str, Any] = {"shown": shown_in(arriving), "dropped": lost}
                log_request(self._networks, request, "bot", response.status_code, **more)
            if fault is not None and fault.drop_answer:
                return DroppedAnswer()
            return TruncatedAnswer(response, arriving) if _cut(fault) else response

        return called

    def _response(self, request: Request, answer: Answer, fault: Fault | None) -> Response:
        left = self._left(request)
        if fault is not None and (fault.status or fault.body):
            response = _instead(fault)
        elif left is not None and left.remaining < 0:
            response = JSONResponse({"error": "Too many requests"}, status_code=429)
        else:
            response = _answered(answer, request)
        if left is not None:
            told = replace(left, remaining=0) if response.status_code == 429 else left
            for name, value in told.headers.items():
                response.headers.setdefault(name, value)
        return response

    def _left(self, request: Request) -> Left | None:
        if self._limits is None or self._asking is None:
            return None
        return self._limits.count(request, self._asking.known_token(request))


def _cut(fault: Fault | None) -> bool:
    return fault is not None and fault.truncated


def log_request(
    networks: Networks, request: Request, port: str, status: int, *, kind: str = "request", **more: Any
) -> None:
    """A line for a request: without tokens, with the account whose token it carried.

    more: `shown` are the posts in what was sent, `dropped` says that it did not arrive, or not whole.
    """
    word = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token = networks.tokens.get(word)
    query = [
        (name, "..." if name in SECRET_QUERIES else value)
        for name, value in request.query_params.multi_items()
    ]
    networks.ground.log.write(
        kind,
        port=port,
        server=networks.domain,
        method=request.method,
        path=request.url.path,
        query=query,
        status=status,
        who=networks.accounts[token.account].acct if token and token.account else "",
        user_agent=request.headers.get("user-agent", ""),
        **more,
    )


def _answered(answer: Answer, request: Request) -> Response:
    try:
        return answer(request)
    except NotThere:
        return JSONResponse({"error": "Record not found"}, status_code=404)
    except Refusal as refusal:
        return JSONResponse({"error": str(refusal)}, status_code=refusal.status)


def _instead(fault: Fault) -> Response:
    body = fault.body or '{"error":"Too many requests"}'
    return Response(body, fault.status or 200, {"Content-Type": "application/json"} | fault.headers)


def _not_found(_request: Request) -> Response:
    return JSONResponse({"error": "Not found"}, status_code=404)
