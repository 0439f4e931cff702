"""What is wrong with a call, as JSON (RFC 9457): what, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from starlette.responses import JSONResponse

from bot.domain.connector import Broken


def problem(
    status: int, what: str, do: str, *, wrong: Sequence[Broken] = (), retry_after: int | None = None
) -> JSONResponse:
    """The answer. `wrong` are the places in the call and what is wrong there."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": what,
        "do": do,
        "wrong": places(wrong),
    }
    headers = {"Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "POST"
    return JSONResponse(told, status, headers, media_type="application/problem+json")


def places(wrong: Sequence[Broken]) -> list[dict[str, str]]:
    """Where and what, for each."""
    return [{"where": one.ref or "the whole", "what": one.why} for one in wrong]
