"""The bot's port: everything is read there, and any attempt to write is a logged violation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.guard import READING
from bot.sandbox.log import Ground, stamp
from bot.sandbox.network.entities import Entities
from bot.sandbox.network.feeds import Feeds
from bot.sandbox.network.hackernews import HackerNews
from bot.sandbox.network.mastodon import Mastodon, Refusal
from bot.sandbox.network.shown import shown_in
from bot.sandbox.network.state import Networks, NotThere
from bot.sandbox.serving import DroppedAnswer

RATE_LIMIT = 300
# Query values that are secrets; the log keeps their names.
SECRET_QUERIES = ("access_token", "token", "client_secret", "code")

Answer = Callable[[Request], Response]


def app(networks: Networks, entities: Entities, faults: Faults) -> ASGIApp:
    """The ASGI app of the bot's port."""
    answers: dict[str, Answer] = {}
    for part in (
        Mastodon(networks, entities),
        HackerNews(networks),
        Feeds(networks, entities),
    ):
        answers |= part.answers()
    endpoint = _endpoints(networks, faults)
    routes = [Route(path, endpoint(answer), methods=["GET"]) for path, answer in answers.items()]
    routes.append(Route("/{rest:path}", endpoint(_not_found), methods=["GET"]))
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


def _endpoints(
    networks: Networks, faults: Faults
) -> Callable[[Answer], Callable[[Request], Awaitable[Response]]]:
    def endpoint(answer: Answer) -> Callable[[Request], Awaitable[Any]]:
        async def called(request: Request) -> Response | DroppedAnswer:
            fault = faults.take(request.url.path)
            if fault is not None:
                await asyncio.sleep(fault.delay)
            with networks.ground.changes.making():
                response = (
                    _instead(networks.ground, fault)
                    if fault is not None and (fault.status or fault.body)
                    else _answered(networks, answer, request)
                )
                dropped = fault is not None and fault.drop_answer
                more: dict[str, Any] = {"shown": shown_in(response.body), "dropped": dropped}
                log_request(networks, request, "bot", response.status_code, **more)
            return DroppedAnswer() if dropped else response

        return called

    return endpoint


def log_request(
    networks: Networks, request: Request, port: str, status: int, *, kind: str = "request", **more: Any
) -> None:
    """A line for a request: without tokens, with the account whose token it carried.

    more: `shown` are the posts in the answer, `dropped` says that it never arrived.
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
        method=request.method,
        path=request.url.path,
        query=query,
        status=status,
        who=networks.accounts[token.account].acct if token else "",
        user_agent=request.headers.get("user-agent", ""),
        **more,
    )


def _answered(networks: Networks, answer: Answer, request: Request) -> Response:
    try:
        response = answer(request)
    except NotThere:
        response = JSONResponse({"error": "Record not found"}, status_code=404)
    except Refusal as refusal:
        response = JSONResponse({"error": str(refusal)}, status_code=refusal.status)
    response.headers.update(_limits(networks.ground, RATE_LIMIT - 1))
    return response


def _instead(ground: Ground, fault: Fault) -> Response:
    status = fault.status or 200
    headers = dict(fault.headers)
    if status == 429:
        headers = _limits(ground, 0) | headers
    body = fault.body or '{"error":"Too many requests"}'
    return Response(body, status, {"Content-Type": "application/json"} | headers)


def _limits(ground: Ground, remaining: int) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(RATE_LIMIT),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": stamp(ground.world.now() + timedelta(minutes=5)),
    }


def _not_found(_request: Request) -> Response:
    return JSONResponse({"error": "Not found"}, status_code=404)
