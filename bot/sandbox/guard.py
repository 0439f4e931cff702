"""Who may touch the stand-ins' own pages and control calls: this machine, with the run's token."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN_HEADER = "X-Sandbox-Token"  # noqa: S105  (a name, not a token)
COOKIE = "sandbox"
READING = ("GET", "HEAD")


class LoopbackOnly:
    """Refuses requests whose Host or Origin is not this server (DNS rebinding, other pages)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _from_here(scope):
            await self._app(scope, receive, send)
            return
        refusal = PlainTextResponse("wrong Host or Origin", status_code=403)
        await refusal(scope, receive, send)


def _from_here(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    port = scope["server"][1]
    here = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if headers.get("host", "") not in here:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc in here


def holds(request: Request, token: str) -> bool:
    """Whether the request carries the run's token, by header, cookie or query."""
    given = (
        request.headers.get(TOKEN_HEADER)
        or request.cookies.get(COOKIE)
        or request.query_params.get("token")
        or ""
    )
    return secrets.compare_digest(given.encode(), token.encode())


def may_call(request: Request, token: str) -> str:
    """Why a JSON control call is refused, or nothing."""
    header = request.headers.get(TOKEN_HEADER, "")
    if not secrets.compare_digest(header.encode(), token.encode()):
        return f"the header {TOKEN_HEADER} must carry the token of this run"
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        return "control calls are application/json only"
    return ""
