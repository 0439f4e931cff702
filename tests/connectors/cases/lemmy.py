"""How the contract drives each query of Lemmy."""

from __future__ import annotations

from typing import Any

from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://lemmy.example"
API = "/api/v3"
US = "https://lemmy.example/u/acme"


def comment(number: int) -> dict[str, Any]:
    made: dict[str, Any] = saved("lemmy/comment")
    at = f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}.000000Z"
    made["comment"] |= {
        "id": number,
        "ap_id": f"https://garden.example/comment/{number}",
        "path": f"0.{number}",
        "published": at,
    }
    return made


def _list(rows: dict[int, Any]) -> Reply:
    def page(params: dict[str, Any]) -> dict[str, Any]:
        first = (int(params["page"]) - 1) * int(params["limit"])
        found = [rows[n] for n in sorted(rows, reverse=True)][first : first + int(params["limit"])]
        return {"comments": found, "posts": [], "person_view": {}}

    return page


def _search(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {f"{endpoint}{API}/search": _list(rows)}


def _own(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {f"{endpoint}{API}/user": _list(rows)}


def _replies(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    post = saved("lemmy/post")
    post["counts"]["comments"] = max(1, len(rows))
    return {
        f"{endpoint}{API}/user": {"posts": [post], "comments": []},
        f"{endpoint}{API}/post": {"post_view": post},
        f"{endpoint}{API}/comment/list": _list(rows),
    }


def _reword(row: dict[str, Any]) -> None:
    row["comment"].update(content="Now in other words", updated="2026-03-10T11:00:00.000000Z")


def _rename(row: dict[str, Any]) -> None:
    row["creator"]["display_name"] = "Mei T."


def _gone(endpoint: str, row: dict[str, Any]) -> dict[str, Reply]:
    row["comment"]["deleted"] = True
    return {f"{endpoint}{API}/comment": {"comment_view": row}}


def _case(kind: str, query: str, serve: Any) -> Case:
    return Case("lemmy", Ask(HOME, kind, query, account=US), comment, serve, _reword, _rename, _gone)


CASES = (
    _case("search", "Acme Export", _search),
    _case("own", "@acme@lemmy.example", _own),
    _case("replies", "@acme@lemmy.example", _replies),
)
