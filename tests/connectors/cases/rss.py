"""How the contract drives a feed; a row here is what becomes an <item>."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://forum.example"


def entry(number: int) -> dict[str, Any]:
    link = f"{HOME}/t/{number}"
    at = f"Tue, 10 Mar 2026 09:{number // 60 % 60:02}:{number % 60:02} GMT"
    return saved("rss/entry") | {"guid": link, "link": link, "pubDate": at}


def feed_of(rows: list[dict[str, Any]]) -> bytes:
    items = "".join(
        "<item>"
        + "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in row.items() if v is not None)
        + "</item>"
        for row in rows
    )
    head = f"<title>Forum</title><link>{HOME}/</link><description>All</description>"
    text = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
    return text.encode("utf-8", "replace")


def _feed(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {f"{endpoint}/latest.rss": feed_of([rows[n] for n in sorted(rows, reverse=True)])}


def _reword(row: dict[str, Any]) -> None:
    row["description"] = "Now in other words"


CASES = tuple(
    Case("rss", Ask(HOME, kind, "/latest.rss"), entry, _feed, _reword, None, None)
    for kind in ("feed", "private-feed")
)
