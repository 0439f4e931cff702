"""How the contract drives each query of Reddit; a row here is what becomes an <entry>."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

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


CASES = (
    _case("inbox", "u/acme", _serve("/message/inbox/.rss")),
    _case("search", "Acme Export", _serve("/search.rss")),
    _case("keyed-search", "Acme Export", _serve("/search.rss")),
    _case("subreddit", "r/notes", _room),
    _case("own", "u/acme", _serve("/user/acme/.rss")),
)
