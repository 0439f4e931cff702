"""Where webmentions come in (www.w3.org/TR/webmention): a form with source and target, answered at once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.domain.ports import Clock
from bot.services.collecting.receiving import Entrance, Receiving
from bot.services.collecting.webmentions import LONGEST, NETWORK, Taken, Webmentions
from bot.web.inbound import ANY, PAUSED_SECONDS, nowhere, read
from bot.web.meter import Meter
from bot.web.problem import problem

LARGEST = 16_384
OF_A_HOST, OF_ALL, WINDOW = 20, 200, timedelta(hours=1)
_HERE = ("127.0.0.1", "localhost", "::1")
_PORTS = {"http": 80, "https": 443}


class NotTaken(Exception):
    """Why a webmention is refused."""


class Senders:
    """The endpoint. What is told is checked as far as it can be without reading anything."""

    def __init__(self, receiving: Receiving, webmentions: Webmentions, clock: Clock) -> None:
        self._receiving = receiving
        self._webmentions = webmentions
        self._of_a_host = Meter(clock, OF_A_HOST, WINDOW)
        self._of_all = Meter(clock, OF_ALL, WINDOW)

    def routes(self) -> list[Route]:
        """Where it stands."""
        return [Route("/webmention/{source}", self._take, methods=ANY)]

    async def _take(self, request: Request) -> Response:
        body = await read(request, LARGEST)
        return body if isinstance(body, Response) else await run_in_threadpool(self._taken, request, body)

    def _taken(self, request: Request, body: bytes) -> Response:
        entrance = self._receiving.entrance(request.path_params["source"])
        if entrance is None or entrance.source.network != NETWORK or entrance.source.endpoint:
            return nowhere()
        try:
            source, target = _pair(body)
            host = _checked(source, target, entrance.source.query)
        except NotTaken as why:
            do = (
                "Send a form: source, an https page elsewhere, and target, the page of ours that it links to."
            )
            return problem(400, str(why), do)
        wait = self._of_a_host.wait(f"{entrance.source.id} {host}") or self._of_all.wait(entrance.source.id)
        if wait:
            return problem(429, "there are too many webmentions", "Send it again later.", retry_after=wait)
        if entrance.paused:
            return problem(503, "this address is paused", "Try again later.", retry_after=PAUSED_SECONDS)
        return self._told(entrance, host, source, target)

    def _told(self, entrance: Entrance, host: str, source: str, target: str) -> Response:
        taken = self._webmentions.accept(entrance, host, source, target)
        if taken is Taken.FULL:
            what = "too many webmentions of hosts that nobody knows here wait already"
            return problem(429, what, "Send it again later.", retry_after=PAUSED_SECONDS)
        said = {
            Taken.PLANNED: "It will be read soon.",
            Taken.HELD: "It will be read when a person has allowed its host.",
        }[taken]
        return JSONResponse({"said": said}, 202, {"Cache-Control": "no-store"})


def _pair(body: bytes) -> tuple[str, str]:
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=20)
    except ValueError:
        raise NotTaken("this is no form") from None
    found = [fields.get(name, []) for name in ("source", "target")]
    for name, given in zip(("source", "target"), found, strict=True):
        if len(given) != 1:
            raise NotTaken(f"{name} is missing, or there several times")
    return found[0][0].strip(), found[1][0].strip()


def _checked(source: str, target: str, site: str) -> str:
    """The origin of the source. Raises NotTaken."""
    for name, url in (("source", source), ("target", target)):
        if len(url.encode("utf-8", "replace")) > LONGEST or not url.isprintable() or " " in url:
            raise NotTaken(f"{name} is no address, or has more than {LONGEST} bytes")
    theirs, ours, here = _place(source, "source"), _place(target, "target"), _place(site, "site")
    path, ours_path = urlsplit(site).path.rstrip("/"), urlsplit(target).path
    if ours[1:] != here[1:] or not (ours_path == path or ours_path.startswith(f"{path}/") or not path):
        raise NotTaken("target is no page of the site that webmentions are taken for here")
    if theirs[1:] == here[1:]:
        raise NotTaken("source stands on the same site as target")
    scheme, host, port = theirs
    if scheme != "https" and host not in _HERE:
        raise NotTaken("source is not https")
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + (f":{port}" if port else "")


def _place(url: str, name: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; without the usual port, http and https of one host are one place."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotTaken(f"{name} is no address") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise NotTaken(f"{name} is no http or https address")
    return parts.scheme, parts.hostname, None if port == _PORTS[parts.scheme] else port
