"""How the contract drives each query of Reddit: a row is what becomes an <entry>, or one of the API."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

from bot.connectors.reddit import API
from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://www.reddit.com"
FIRST = int("n0de000", 36)
PLAIN = ("category", "id", "updated", "title")


def name_of(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    left, text = FIRST + number, ""
    while left:
        left, place = divmod(left, 36)
        text = digits[place] + text
    return text


def comment(number: int) -> dict[str, Any]:
    link = f"{HOME}/r/notes/comments/1abcde/moving_to_acme/{name_of(number)}/"
    at = f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}+00:00"
    return saved("reddit/comment") | {"id": f"t1_{name_of(number)}", "link": link, "updated": at}


def feed_of(rows: list[dict[str, Any]]) -> bytes:
    """An Atom feed as Reddit writes them (reddit.com/wiki/rss)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>/.rss</id><title>reddit</title>{''.join(map(_entry, rows))}</feed>"
    ).encode("utf-8", "replace")


def _entry(row: dict[str, Any]) -> str:
    said = {key: escape(str(value), {'"': "&quot;"}) for key, value in row.items() if value is not None}
    inner = [f"<{key}>{said[key]}</{key}>" for key in ("id", "updated", "title") if key in said]
    if "author" in said:
        uri = f"<uri>{said['uri']}</uri>" if "uri" in said else ""
        inner.append(f"<author><name>{said['author']}</name>{uri}</author>")
    if "content" in said:
        inner.append(f'<content type="html">{said["content"]}</content>')
    if "link" in said:
        inner.append(f'<link href="{said["link"]}" />')
    return f"<entry>{''.join(inner)}</entry>"


def _serve(path: str) -> Any:
    def serve(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
        def page(params: dict[str, Any]) -> bytes:
            numbers = sorted(rows, reverse=True)
            if "after" in params:
                numbers = [n for n in numbers if f"t1_{name_of(n)}" < params["after"]]
            return feed_of([rows[n] for n in numbers][: int(params["limit"])])

        return {f"{endpoint}{path}": page, f"{endpoint}/r/notes/new/.rss": feed_of([])}

    return serve


def _room(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {f"{endpoint}/r/notes/new/.rss": _serve("/feed")(endpoint, rows)[f"{endpoint}/feed"]}


def _reword(row: dict[str, Any]) -> None:
    row["content"] = "<p>Now in other words</p>"


def _gone(endpoint: str, row: dict[str, Any]) -> dict[str, Reply]:
    return {}


def _case(kind: str, query: str, serve: Any) -> Case:
    return Case("reddit", Ask(HOME, kind, query, account="acme"), comment, serve, _reword, None, _gone)


# ---- the same by the API, with the key of an app


KEY = "u/acme an-app-id an-app-secret"
SESSION = json.dumps({"access": "an-access-token", "scopes": "read history"})
NINE = 1_773_133_200


def row(number: int, **said: Any) -> dict[str, Any]:
    """A comment as the API lists it; `said` is what differs."""
    made = saved("reddit/app-comment")
    id_ = name_of(number)
    made["data"] |= {
        "id": id_,
        "name": f"t1_{id_}",
        "permalink": f"/r/notes/comments/1abcde/moving_to_acme/{id_}/",
        "created_utc": float(NINE + number),
        **said,
    }
    return made


def below(*rows: Any) -> dict[str, Any]:
    """What stands as the `replies` of a comment, or as one half of a page of comments."""
    return listing(list(rows))


def listing(rows: list[Any], after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"after": after, "dist": len(rows), "children": rows, "before": None}}


def page_of(*rows: Any) -> list[dict[str, Any]]:
    """The answer of /comments/1abcde: the post, and what stands below it."""
    return [below(saved("reddit/app-post")), below(*rows)]


def signs_in(endpoint: str, **said: Any) -> dict[str, Reply]:
    return {f"{endpoint}/api/v1/access_token": saved("reddit/token") | said}


def api(endpoint: str) -> str:
    """Reddit's API has an origin of its own."""
    return API if endpoint == HOME else endpoint


def _list(path: str) -> Any:
    def serve(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
        def page(params: dict[str, Any]) -> dict[str, Any]:
            numbers = sorted(rows, reverse=True)
            if "after" in params:
                numbers = [n for n in numbers if f"t1_{name_of(n)}" < params["after"]]
            taken = numbers[: int(params["limit"])]
            more = f"t1_{name_of(taken[-1])}" if len(taken) < len(numbers) else None
            return listing([rows[n] for n in taken], more)

        return {f"{api(endpoint)}{path}": page, **signs_in(endpoint)}

    return serve


def _tree(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {
        f"{api(endpoint)}/user/acme/overview": listing([saved("reddit/app-post")]),
        f"{api(endpoint)}/comments/1abcde": page_of(*(rows[n] for n in sorted(rows, reverse=True))),
        **signs_in(endpoint),
    }


def _reword_row(made: dict[str, Any]) -> None:
    made["data"] |= {"body_html": '<div class="md"><p>Now in other words</p></div>', "edited": NINE + 900.0}


def _lost(endpoint: str, made: dict[str, Any]) -> dict[str, Reply]:
    return {f"{api(endpoint)}/api/info": saved("reddit/app-deleted")}


def _app(kind: str, query: str, serve: Any) -> Case:
    ask = Ask(HOME, kind, query, account="acme")
    return Case("reddit", ask, row, serve, _reword_row, None, _lost, key=KEY, session=SESSION)


CASES = (
    _case("inbox", "u/acme", _serve("/message/inbox/.rss")),
    _case("search", "Acme Export", _serve("/search.rss")),
    _case("keyed-search", "Acme Export", _serve("/search.rss")),
    _case("subreddit", "r/notes", _room),
    _case("own", "u/acme", _serve("/user/acme/.rss")),
    _app("replies", "u/acme", _tree),
    _app("search", "Acme Export", _list("/search")),
    _app("keyed-search", "Acme Export", _list("/search")),
    _app("subreddit", "r/notes", _list("/r/notes/new")),
    _app("own", "u/acme", _list("/user/acme/overview")),
)
