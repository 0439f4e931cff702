"""The people's port: here anybody writes, by hand in a browser or by JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.sandbox.guard import LoopbackOnly, holds, may_call
from bot.sandbox.network.entities import Entities
from bot.sandbox.network.handle import Network
from bot.sandbox.network.people_page import PeoplePage
from bot.sandbox.network.state import Account, NotThere, Post
from bot.sandbox.page.markup import page, shared_routes, with_session

BANNER = (
    "<strong>A stand-in network, made up and on this machine.</strong> "
    "You type here. By Hand can only read this side."
)
AVATAR = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
CALLS = (
    "account",
    "app_token",
    "boost",
    "close_to_strangers",
    "cut",
    "delete",
    "disable",
    "edit",
    "fail",
    "favourite",
    "federate_after",
    "follow",
    "heal",
    "post",
    "relax",
    "revoke",
    "token",
    "watch",
)

Endpoint = Callable[[Request], Any]


class People:
    """The app of the people's port."""

    def __init__(self, network: Network, entities: Entities, token: str) -> None:
        self._network = network
        self._entities = entities
        self._token = token
        self._page = PeoplePage(network.networks, entities)

    def app(self) -> ASGIApp:
        """The ASGI app."""
        routes = [
            Route("/", self.timeline),
            Route("/tags/{tag}", self.timeline),
            Route("/@{acct}", self.profile),
            Route("/@{acct}/{id}", self.thread),
            Route("/users/{acct}", self.profile),
            Route("/users/{acct}/statuses/{id}", self.thread),
            Route("/item", self.named_by_query),
            Route("/reply", self.named_by_query),
            Route("/user", self.named_by_query),
            Route("/authorize_interaction", self.interaction),
            Route("/avatar.svg", self.avatar),
            Route("/write/{what}", self.write, methods=["POST"]),
            Route("/api/{call}", self.call, methods=["POST"]),
            *shared_routes(self._network.networks.ground.changes),
        ]
        return LoopbackOnly(Starlette(routes=routes))

    async def timeline(self, request: Request) -> Response:
        """The newest posts, of all networks or of the one that the query names."""
        network = request.query_params.get("network", "")
        tag = request.path_params.get("tag", "")
        return self._shown(request, lambda writer: self._page.timeline(network, tag, writer))

    async def profile(self, request: Request) -> Response:
        """One account's posts."""
        acct = request.path_params["acct"]
        return self._shown(request, lambda writer: self._page.profile(acct, writer))

    async def thread(self, request: Request) -> Response:
        """One post with what stands above and below it."""
        post_id = request.path_params["id"]
        return self._shown(request, lambda writer: self._page.thread(post_id, writer))

    async def named_by_query(self, request: Request) -> Response:
        """Hacker News' own addresses: /item?id=, /reply?id=, /user?id=."""
        name = request.query_params.get("id", "")
        if request.url.path == "/user":
            return self._shown(request, lambda writer: self._page.profile(name, writer))
        return self._shown(request, lambda writer: self._page.thread(name, writer))

    async def interaction(self, request: Request) -> Response:
        """Where Mastodon takes a reader to answer: the post's page here, with its reply box.

        What has not come from its own server yet is asked for there.
        """
        path = urlsplit(request.query_params.get("uri", "")).path
        networks = self._network.networks
        with networks.ground.changes.making():
            copy = networks.federation.fetch(networks, path.rpartition("/")[2])
        address = self._entities.page_here(copy) if copy else path
        return RedirectResponse(address or "/", status_code=302)

    async def avatar(self, _request: Request) -> Response:
        """One picture for everybody."""
        return Response(AVATAR, media_type="image/svg+xml")

    async def write(self, request: Request) -> Response:
        """One form; back to the thread, or to the timeline after a deletion."""
        if not holds(request, self._token):
            return PlainTextResponse("open the link that the sandbox printed", 403)
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            address = self._written(request.path_params["what"], form)
        except (NotThere, ValueError) as wrong:
            return PlainTextResponse(str(wrong), 409)
        return RedirectResponse(address, status_code=303)

    async def call(self, request: Request) -> Response:
        """One JSON call: a method of the network's handle with its arguments."""
        if refusal := may_call(request, self._token):
            return JSONResponse({"ok": False, "error": refusal}, 403)
        call = request.path_params["call"]
        if call not in CALLS:
            return JSONResponse({"ok": False, "error": f"there is no call {call!r}"}, 404)
        method: Callable[..., Any] = getattr(self._network, call)
        try:
            result = method(**(await request.json()))
        except (NotThere, TypeError, ValueError) as wrong:
            return JSONResponse({"ok": False, "error": str(wrong)}, 409)
        return JSONResponse({"ok": True, "result": self._told(result)})

    def _shown(self, request: Request, draw: Callable[[bool], str]) -> Response:
        writer = holds(request, self._token)
        changes = self._network.networks.ground.changes
        with changes.reading():
            self._network.networks.federation.deliver()
            try:
                main, side, seen = draw(writer), self._page.side(writer), changes.count
            except NotThere:
                return PlainTextResponse("there is no such page (any more)", 404)
        return with_session(page("The network at home", BANNER, side, main, seen), request, self._token)

    def _written(self, what: str, form: dict[str, str]) -> str:
        network = self._network
        if what == "delete":
            network.delete(form["id"])
            return "/"
        if what == "edit":
            return self._entities.page(network.edit(form["id"], form["text"], form["warning"]))
        if what != "post":
            raise ValueError(f"nobody can {what} here")
        facts: dict[str, Any] = {name: form[name] for name in ("title", "url", "language") if form.get(name)}
        post = network.post(
            form.get("as") or form["author"],
            form["text"],
            form.get("reply_to", ""),
            visibility=form.get("visibility", "public"),
            warning=form.get("warning", ""),
            application="Web",
            **facts,
        )
        return self._entities.page(post)

    def _told(self, result: Any) -> Any:
        if isinstance(result, Post):
            return {"id": result.id, "url": self._entities.page(result)}
        if isinstance(result, Account):
            return {"id": result.id, "acct": result.acct}
        return result
