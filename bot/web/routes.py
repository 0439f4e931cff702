"""What stands behind the bot's one port: Slack's requests, and two pages that say how it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

EVENTS = "/slack/events"
"""Where Slack sends events, commands and presses; the manifest's addresses end in it."""

Endpoint = Callable[[Request], Awaitable[Response]]
Checks = Mapping[str, Callable[[], bool]]
"""What is asked, by name; each answers whether it is well, and raises nothing."""


def routes(slack: Endpoint | None, health: Checks, ready: Checks, inbound: Sequence[Route] = ()) -> Starlette:
    """`/health` says whether the process lives, `/ready` whether it does its work: 200, or 503 and which not.

    They name no team, no version and no setting. Without `slack` nothing is taken from Slack here; `inbound`
    is what takes in what others hand to us.
    """
    pages = [Route("/health", _says(health)), Route("/ready", _says(ready))]
    if slack is not None:
        pages.append(Route(EVENTS, slack, methods=["POST"]))
    return Starlette(routes=[*pages, *inbound])


def _says(checks: Checks) -> Callable[[Request], Response]:
    def answer(_request: Request) -> Response:
        found = {name: check() for name, check in checks.items()}
        told = {name: "well" if well else "not well" for name, well in found.items()}
        return JSONResponse(told, 200 if all(found.values()) else 503, {"Cache-Control": "no-store"})

    return answer
