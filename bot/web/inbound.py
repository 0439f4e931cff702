"""Calls that hand mentions to us, and calls that say which were answered."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.domain.errors import ChangedFormat, Unstorable
from bot.domain.ports import Clock
from bot.services.collecting.health import place_of
from bot.services.collecting.receiving import Entrance, Receipt, Receiving, in_address
from bot.web.meter import Meter
from bot.web.problem import places, problem
from bot.web.signature import NotSigned, checked, of_body, same_key

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024
"""Bytes of one call."""
CALLS, WINDOW = 120, timedelta(minutes=1)
PAUSED_SECONDS = 3600
ANY = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""What is no POST gets an answer of ours too."""
Endpoint = Callable[[Request], Awaitable[Response]]
Work = Callable[[Entrance, str, bytes], Receipt]


class Calls:
    """The endpoints. Each call is checked, then taken in one transaction, then answered.

    `most` is how many calls an address takes in a minute.
    """

    def __init__(self, receiving: Receiving, clock: Clock, most: int = CALLS) -> None:
        self._receiving = receiving
        self._clock = clock
        self._meter = Meter(clock, most, WINDOW)

    def routes(self) -> list[Route]:
        """Where they stand: below /inbound, each with the id of its Source."""
        return [
            Route("/inbound/{source}/mentions", self._signed(self._receiving.take), methods=ANY),
            Route("/inbound/{source}/answered", self._signed(self._answered), methods=ANY),
            Route("/inbound/{source}/key/{key}", self._keyed, methods=ANY),
        ]

    def _answered(self, entrance: Entrance, _call: str, body: bytes) -> Receipt:
        return self._receiving.answered(entrance, body)

    def _signed(self, work: Work) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            body = await read(request)
            return body if isinstance(body, Response) else await run_in_threadpool(answer, request, body)

        def answer(request: Request, body: bytes) -> Response:
            entrance = self._entrance(request, signed=True)
            if isinstance(entrance, Response):
                return entrance
            try:
                call = checked(request.headers, body, entrance.keys, self._clock())
            except NotSigned as why:
                return self._unknown(entrance) or problem(401, str(why), why.do)
            return self._too_often(entrance.source.id) or _done(work, entrance, call, body)

        return endpoint

    async def _keyed(self, request: Request) -> Response:
        body = await read(request)
        return body if isinstance(body, Response) else await run_in_threadpool(self._take, request, body)

    def _take(self, request: Request, body: bytes) -> Response:
        entrance = self._entrance(request, signed=False)
        if isinstance(entrance, Response):
            return entrance
        if not same_key(request.path_params["key"], [in_address(key) for key in entrance.keys]):
            return self._unknown(entrance) or nowhere()
        return self._too_often(entrance.source.id) or _done(
            self._receiving.take, entrance, of_body(body), body
        )

    def _unknown(self, entrance: Entrance) -> Response | None:
        """Somebody without a key; however often they come, they take no turn of those who have one."""
        self._receiving.refused(entrance)
        return self._too_often(f"{entrance.source.id} unknown")

    def _too_often(self, name: str) -> Response | None:
        wait = self._meter.wait(name)
        if not wait:
            return None
        what = f"there are more than {self._meter.most} calls a minute"
        return problem(429, what, "Send many mentions in one call.", retry_after=wait)

    def _entrance(self, request: Request, *, signed: bool) -> Entrance | Response:
        """The entrance that is meant, if it may be used now."""
        found = self._receiving.entrance(request.path_params["source"])
        if found is None or found.signed is not signed or found.source.credential is None:
            return nowhere()
        if not found.keys:
            return problem(
                503, "the key of this address is lost", "Remove it and add it anew: byhand watches add."
            )
        if found.paused:
            return problem(503, "this address is paused", "Try again later.", retry_after=PAUSED_SECONDS)
        return found


async def read(request: Request, largest: int = LARGEST) -> bytes | Response:
    """What was sent; or the answer to what is no POST, or too large."""
    if request.method != "POST":
        return problem(405, "only POST is taken here", "Send it with POST.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > largest:
            return problem(
                413,
                f"the call has more than {largest} bytes",
                "Send fewer mentions in one call, or cut their text.",
            )
    return body


def _done(work: Work, entrance: Entrance, call: str, body: bytes) -> Response:
    try:
        receipt = work(entrance, call, body)
    except ChangedFormat as why:
        return problem(
            400,
            str(why).replace("the answer", "the call"),
            "Send JSON as docs/connectors/inbound.md shows it.",
        )
    except Unstorable:
        return problem(422, "a value cannot be stored", "Send the mentions one by one to find out which.")
    except Exception as error:  # noqa: BLE001 - its text may quote what came: the place is told
        log.error("inbound: nobody foresaw %s", place_of(error))  # noqa: TRY400
        return problem(500, "this was not foreseen; nothing was kept", "Send it again later.", retry_after=60)
    return _told(receipt)


def _told(receipt: Receipt) -> Response:
    if receipt.broken and not (receipt.taken or receipt.known):
        return problem(
            422,
            "nothing in this call could be taken",
            "Mend what is wrong and send it again.",
            wrong=receipt.broken,
        )
    told = {
        "taken": list(receipt.taken),
        "known": list(receipt.known),
        "wrong": places(receipt.broken),
        "again": receipt.again,
    }
    return JSONResponse(told, 200, {"Cache-Control": "no-store"})


def nowhere() -> Response:
    """The answer at an address that is nobody's."""
    return problem(404, "there is no such address", "byhand watches list names those there are.")
