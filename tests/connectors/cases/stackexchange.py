"""How the contract drives each query of Stack Exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.connector import Ask
from tests.connectors.fakes import NOW, Case, Reply, saved

HOME = "https://api.stackexchange.example"
US = "https://stackoverflow.com/users/1001/acme"
NEW = int(NOW.timestamp()) - 3_600


def question(number: int) -> dict[str, Any]:
    return saved("stackexchange/question") | {"question_id": 5000 + number, "creation_date": NEW + number}


def answer(number: int) -> dict[str, Any]:
    return saved("stackexchange/answer") | {"answer_id": 6000 + number, "creation_date": NEW + number}


def comment(number: int) -> dict[str, Any]:
    return saved("stackexchange/comment") | {"comment_id": 8000 + number, "creation_date": NEW + number}


def wrapped(items: list[Any], *, more: bool = False) -> dict[str, Any]:
    return {"items": items, "has_more": more, "quota_max": 300, "quota_remaining": 200}


def _served(*paths: str, none: tuple[str, ...] = ()) -> Callable[[str, dict[int, Any]], dict[str, Reply]]:
    """The rows at the first path; nothing more than that at the others."""

    def serve(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
        def page(params: dict[str, Any]) -> Any:
            wanted = [rows[n] for n in sorted(rows) if NEW + n >= int(params["fromdate"])]
            return wrapped(wanted[:100], more=len(wanted) > 100)

        ours = {f"{endpoint}/2.3/users/1001/posts": wrapped([{"post_id": 6001, "post_type": "answer"}])}
        return (
            {f"{endpoint}/2.3{path}": page for path in paths}
            | (ours if "/posts/6001/comments" in paths else {})
            | {f"{endpoint}/2.3{path}": wrapped([]) for path in none}
        )

    return serve


def _reword(row: dict[str, Any]) -> None:
    row["body"] = "<p>Now in other words</p>"


def _rename(row: dict[str, Any]) -> None:
    row["owner"]["display_name"] = "Mei T."


def _gone(endpoint: str, row: Any) -> dict[str, Reply]:
    kind = next(kind for kind in ("comment", "answer", "question") if f"{kind}_id" in row)
    return {f"{endpoint}/2.3/{kind}s/{row[f'{kind}_id']}": wrapped([])}


def _case(kind: str, query: str, row: Any, serve: Any) -> Case:
    account = "stackoverflow.com/users/1001"
    return Case("stackexchange", Ask(HOME, kind, query, account=account), row, serve, _reword, _rename, _gone)


CASES = (
    _case("mentions", US, comment, _served("/users/1001/mentioned")),
    _case("replies", US, comment, _served("/posts/6001/comments", none=("/questions/6001/answers",))),
    _case("tag", "stackoverflow.com/tagged/acme", question, _served("/search/advanced")),
    _case("search", "stackoverflow.com Acme Export", question, _served("/search/advanced")),
    _case(
        "own",
        US,
        answer,
        _served("/users/1001/answers", none=("/users/1001/comments", "/users/1001/questions")),
    ),
)
