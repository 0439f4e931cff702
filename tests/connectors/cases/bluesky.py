"""How the contract drives each query of Bluesky."""

from __future__ import annotations

from typing import Any

from bot.connectors.bluesky import APPVIEW, HOME
from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

US = "did:plc:acme00000000000000000000"
KEY = "acme.example abcd-efgh-ijkl-mnop"
SESSION = '{"access":"a-session","refresh":"its-renewal","did":"did:plc:acme00000000000000000000"}'
SIGN_IN = "/xrpc/com.atproto.server.createSession"
RENEW = "/xrpc/com.atproto.server.refreshSession"
LIST = "/xrpc/app.bsky.notification.listNotifications"
SEARCH = "/xrpc/app.bsky.feed.searchPosts"
FEED = "/xrpc/app.bsky.feed.getAuthorFeed"
THREAD = "/xrpc/app.bsky.feed.getPostThread"


def _timed(found: dict[str, Any], number: int) -> dict[str, Any]:
    at = f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}"
    uri = found["uri"].rpartition("/")[0] + f"/3m{number}"
    found["record"]["createdAt"] = f"{at}.000Z"
    return found | {"uri": uri, "indexedAt": f"{at}.300Z"}


def post(number: int) -> dict[str, Any]:
    return _timed(saved("bluesky/post"), number)


def notification(number: int) -> dict[str, Any]:
    return _timed(saved("bluesky/notification"), number)


def in_feed(number: int) -> dict[str, Any]:
    return {"post": post(number)}


def node(number: int) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.defs#threadViewPost", "post": post(number), "replies": []}


def listing(key: str, rows: dict[int, Any]) -> Reply:
    def page(params: dict[str, Any]) -> dict[str, Any]:
        numbers = [n for n in sorted(rows, reverse=True) if n < int(params.get("cursor", 10**6))]
        taken = numbers[: int(params["limit"])]
        more = {"cursor": str(taken[-1])} if len(taken) < len(numbers) else {}
        return {key: [rows[n] for n in taken]} | more

    return page


def public(endpoint: str) -> str:
    return APPVIEW if endpoint == HOME else endpoint


def _keyed(path: str, key: str) -> Any:
    def serve(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
        signing = {endpoint + SIGN_IN: {}, endpoint + RENEW: {}}
        return {endpoint + path: listing(key, rows)} | signing

    return serve


def _own(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {public(endpoint) + FEED: listing("feed", rows)}


def _replies(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    ours = saved("bluesky/ours") | {"replyCount": len(rows)}
    thread = {"thread": {"post": ours, "replies": list(rows.values())}}
    return _own(endpoint, {1: {"post": ours}}) | {public(endpoint) + THREAD: thread}


def _words(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = row.get("post", row)
    return found


def _reword(row: dict[str, Any]) -> None:
    _words(row)["record"]["text"] = "Now in other words"
    _words(row)["cid"] = "bafyreiother"


def _rename(row: dict[str, Any]) -> None:
    _words(row)["author"].update(displayName="Mei T.", handle="mei-t.garden.example")


def _gone(endpoint: str, row: Any) -> dict[str, Reply]:
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": _words(row)["uri"], "notFound": True}
    return {origin + THREAD: {"thread": gone} for origin in (public(endpoint), endpoint)}


def _case(kind: str, row: Any, serve: Any, query: str = "acme.example", **keyed: str) -> Case:
    return Case("bluesky", Ask(HOME, kind, query, account=US), row, serve, _reword, _rename, _gone, **keyed)


CASES = (
    _case("mentions", notification, _keyed(LIST, "notifications"), key=KEY, session=SESSION),
    _case("search", post, _keyed(SEARCH, "posts"), "Acme Export", key=KEY, session=SESSION),
    _case("own", in_feed, _own, session=SESSION),
    _case("replies", node, _replies, session=SESSION),
)
