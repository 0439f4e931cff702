"""The control port: the page with its forms, and the JSON control API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.sandbox.guard import LoopbackOnly, holds, may_call
from bot.sandbox.page.doings import SEPARATOR, Doer
from bot.sandbox.page.markup import page, shared_routes, with_session
from bot.sandbox.page.slack_page import HOME, SlackPage
from bot.sandbox.slack.acts import Act
from bot.sandbox.slack.handle import Slack
from bot.sandbox.slack.state import Refused
from bot.sandbox.threads import in_thread

BANNER = (
    "<strong>A stand-in, not Slack.</strong> Everything here is made up and runs on this machine. "
    "Be anyone, press anything, move the clock."
)

NOBODY = (
    "<h1>Nobody is here yet</h1><p>Whoever starts this stand-in adds people with <code>add_user</code>.</p>"
)

# Handle methods that the JSON API offers, by their own names and arguments.
CALLS = (
    "add_user",
    "change_user",
    "add_channel",
    "change_channel",
    "messages",
    "dm_messages",
    "unread",
    "read",
    "home",
    "modals",
    "say",
    "command",
    "press",
    "select",
    "press_in_view",
    "submit",
    "close_modal",
    "open_home",
    "shortcut",
    "send_event",
    "fail",
    "disconnect",
)


class Control:
    """The app of the control port."""

    def __init__(self, slack: Slack, token: str, people_url: str, beside: Sequence[Route] = ()) -> None:
        self._beside = beside
        self._slack = slack
        self._token = token
        self._page = SlackPage(slack, people_url)
        self._doer = Doer(slack)

    def app(self) -> ASGIApp:
        """The ASGI app."""
        routes = [
            Route("/", self.show),
            Route("/act/{what}", self.act, methods=["POST"]),
            Route("/control/{call}", self.control, methods=["POST"]),
            *self._beside,
            *shared_routes(self._slack.changes),
        ]
        return LoopbackOnly(Starlette(routes=routes))

    async def show(self, request: Request) -> Response:
        """The page; the link with the token opens it first."""
        if not holds(request, self._token):
            return PlainTextResponse("open the link that the sandbox printed", 403)
        query = request.query_params
        with self._slack.changes.reading():
            self._open_home(query.get("as", ""), query.get("at", ""))
            side, main = self._drawn(query) if self._page.people else ("", NOBODY)
            seen = self._slack.changes.count
        return with_session(page("Slack at home", BANNER, side, main, seen), request, self._token)

    def _drawn(self, query: Mapping[str, str]) -> tuple[str, str]:
        """Both sides of the page, at the place that the query names."""
        place = self._page.place(query.get("as", ""), query.get("at", ""))
        new = self._slack.looked(place.me.id, place.channel.id) if place.channel else 0
        return self._page.side(place), self._page.main(place, query.get("notice", ""), new)

    def _open_home(self, me: str, where: str) -> None:
        """Whoever looks at their Home for the first time has opened it: the app is told, as in Slack."""
        if where == HOME and me in self._slack.workspace.users and self._slack.home(me) is None:
            with suppress(Refused):
                self._slack.open_home(me, wait=False)

    async def act(self, request: Request) -> Response:
        """One form of the page; back to the place it was sent from."""
        if not holds(request, self._token):
            return PlainTextResponse("open the link that the sandbox printed", 403)
        form: dict[str, str] = {}
        for name, value in (await request.form()).multi_items():
            # Several of one list come under one name.
            form[name] = f"{form[name]}{SEPARATOR}{value}" if name in form else str(value)
        address = await in_thread(lambda: self._doer.do(request.path_params["what"], form))
        return RedirectResponse(address, status_code=303)

    async def control(self, request: Request) -> Response:
        """One JSON control call: a method of the handle with its arguments."""
        if refusal := may_call(request, self._token):
            return JSONResponse({"ok": False, "error": refusal}, 403)
        call, arguments = request.path_params["call"], await request.json()
        try:
            result = await in_thread(lambda: self._called(call, arguments))
        except (Refused, TypeError, ValueError) as wrong:
            return JSONResponse({"ok": False, "error": str(wrong)}, 409)
        return JSONResponse({"ok": True, "result": result})

    def _called(self, call: str, arguments: dict[str, Any]) -> Any:
        if call == "clock":
            return move(self._slack, arguments)
        if call == "state":
            return self._slack.state()
        if call not in CALLS:
            raise Refused(f"there is no control call {call!r}")
        method: Callable[..., Any] = getattr(self._slack, call)
        result = method(**arguments)
        return result.told() if isinstance(result, Act) else result


def move(slack: Slack, arguments: dict[str, Any]) -> dict[str, Any]:
    """{} tells the time; advance: seconds; set: ISO 8601; tomorrow: hour, with zone."""
    clock = slack.clock
    if "advance" in arguments:
        clock.advance(timedelta(seconds=float(arguments["advance"])))
    elif "set" in arguments:
        clock.set(datetime.fromisoformat(str(arguments["set"])))
    elif "tomorrow" in arguments:
        clock.tomorrow_at(int(arguments["tomorrow"]), str(arguments.get("zone", "UTC")))
    return {"now": clock.now().isoformat(), "offset": clock.offset.total_seconds()}
