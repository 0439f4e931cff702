"""How the contract drives the comments under an account's articles on DEV."""

from __future__ import annotations

from typing import Any

from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://dev.to"


def comment(number: int) -> dict[str, Any]:
    at = f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}Z"
    return saved("devto/comment") | {"id_code": f"3a{number}", "created_at": at}


def _serve(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    article = saved("devto/article") | {"comments_count": len(rows), "last_comment_at": str(len(rows))}
    return {
        f"{endpoint}/api/articles": [article],
        f"{endpoint}/api/comments": [rows[n] for n in sorted(rows)],
    }


def _reword(row: dict[str, Any]) -> None:
    row["body_html"] = "<p>Now in other words</p>"


def _rename(row: dict[str, Any]) -> None:
    row["user"]["name"] = "Mei T."


def _gone(endpoint: str, row: dict[str, Any]) -> dict[str, Reply]:
    return {f"{endpoint}/api/comments/{row['id_code']}": row | {"user": {}, "body_html": "<p>deleted</p>"}}


CASES = (
    Case("devto", Ask(HOME, "replies", "@acme", account="acme"), comment, _serve, _reword, _rename, _gone),
)
