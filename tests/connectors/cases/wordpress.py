"""How the contract drives the comments of a WordPress site."""

from __future__ import annotations

from typing import Any

from bot.domain.connector import Ask
from bot.domain.errors import NeedsSignIn
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://blog.example"
SITE = "blog.example"
COMMENTS = "/wp-json/wp/v2/comments"


def comment(number: int) -> dict[str, Any]:
    at = f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}"
    link = f"{HOME}/2026/03/moving/#comment-{number}"
    return saved("wordpress/comment") | {"id": number, "date_gmt": at, "date": at, "link": link}


def _serve(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    def page(params: dict[str, Any]) -> list[Any]:
        first = (int(params["page"]) - 1) * int(params["per_page"])
        return [rows[n] for n in sorted(rows)][first : first + int(params["per_page"])]

    return {f"{endpoint}{COMMENTS}": page}


def _reword(row: dict[str, Any]) -> None:
    row["content"]["rendered"] = "<p>Now in other words</p>"


def _rename(row: dict[str, Any]) -> None:
    row["author_name"] = "Mei T."


def _gone(endpoint: str, row: dict[str, Any]) -> dict[str, Reply]:
    return {f"{endpoint}{COMMENTS}/{row['id']}": NeedsSignIn("a trashed comment asks for a sign-in")}


CASES = (
    Case("wordpress", Ask(HOME, "comments", HOME, account=SITE), comment, _serve, _reword, _rename, _gone),
)
