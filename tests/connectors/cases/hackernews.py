"""How the contract drives each query of Hacker News."""

from __future__ import annotations

from typing import Any

from bot.domain.connector import Ask
from tests.connectors.fakes import NOW, Case, Reply, saved

HOME = "https://hn.example"
NEW = int(NOW.timestamp()) - 3_600


def hit(number: int) -> dict[str, Any]:
    return saved("hackernews/hit") | {"objectID": str(1000 + number), "created_at_i": NEW + number}


def item(number: int) -> dict[str, Any]:
    return saved("hackernews/item") | {"id": 1000 + number, "time": NEW + number}


def _found(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    def page(params: dict[str, Any]) -> dict[str, Any]:
        after, upto = (int(f.split(">")[-1].split("=")[-1]) for f in params["numericFilters"].split(","))
        found = [rows[n] for n in sorted(rows, reverse=True) if after < NEW + n <= upto]
        return {"hits": found[: int(params["hitsPerPage"])], "nbHits": len(found), "page": 0}

    return {f"{endpoint}/api/v1/search_by_date": page}


def _items(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    story = saved("hackernews/story") | {"id": 900, "time": NEW, "kids": [1000 + n for n in rows]}
    user = saved("hackernews/user") | {"submitted": [900]}
    items = {f"{endpoint}/v0/item/{1000 + n}.json": row for n, row in rows.items()}
    return {f"{endpoint}/v0/user/acme_dev.json": user, f"{endpoint}/v0/item/900.json": story} | items


def _reword(row: dict[str, Any]) -> None:
    row["comment_text" if "comment_text" in row else "text"] = "Now in other words"


def _gone(endpoint: str, row: dict[str, Any]) -> dict[str, Reply]:
    number = row.get("objectID") or row["id"]
    return {f"{endpoint}/v0/item/{number}.json": {"id": int(number), "deleted": True, "type": "comment"}}


CASES = (
    Case("hackernews", Ask(HOME, "search", "Acme Export"), hit, _found, _reword, None, _gone),
    Case("hackernews", Ask(HOME, "own", "acme_dev"), hit, _found, _reword, None, _gone),
    Case("hackernews", Ask(HOME, "replies", "acme_dev"), item, _items, _reword, None, _gone),
)
