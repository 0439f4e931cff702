"""How the contract drives each query of X; a row here holds the post and the person who wrote it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.connectors.x import HOME
from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

US = "22"
KEY = "an-app-only-token"
MENTIONS = "/2/users/22/mentions"
OWN = "/2/users/22/tweets"
SEARCH = "/2/tweets/search/recent"
LOOK = "/2/tweets"
EPOCH = 1_288_834_974_657
NINE = datetime(2026, 3, 10, 9, tzinfo=UTC)


def id_at(number: int) -> str:
    """The number that a post got at nine and so many seconds."""
    at = NINE + timedelta(seconds=number)
    return str((int(at.timestamp() * 1000) - EPOCH) << 22)


def post(number: int) -> dict[str, Any]:
    id_, at = id_at(number), NINE + timedelta(seconds=number)
    made = {"id": id_, "edit_history_tweet_ids": [id_], "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z"}
    return saved("x/post") | made


def row(number: int) -> dict[str, Any]:
    return {"post": post(number), "user": saved("x/user")}


def page_of(rows: list[dict[str, Any]], more: str | None = None) -> dict[str, Any]:
    """An answer as X gives it: posts, the people in it, and a token where there is more."""
    posts = [one.get("post", one) for one in rows]
    users = [one["user"] for one in rows if "user" in one]
    meta = {"result_count": len(rows)} | ({"next_token": more} if more else {})
    data = {"data": posts, "includes": {"users": users}} if rows else {}
    return data | {"meta": meta}


def listing(rows: dict[int, Any]) -> Reply:
    def page(params: dict[str, Any]) -> dict[str, Any]:
        since, until = int(params.get("since_id", 0)), int(params.get("until_id", 2**63))
        numbers = [n for n in sorted(rows, reverse=True) if since < int(id_at(n)) < until]
        taken = numbers[: int(params["max_results"])]
        return page_of([rows[n] for n in taken], "more" if len(taken) < len(numbers) else None)

    return page


def _serve(path: str) -> Any:
    return lambda endpoint, rows: {endpoint + path: listing(rows)}


def _reword(made: dict[str, Any]) -> None:
    made["post"]["text"] = "Now in other words"


def _rename(made: dict[str, Any]) -> None:
    made["user"].update(name="Mei T.", username="mei_in_kyoto")


def _gone(endpoint: str, made: Any) -> dict[str, Reply]:
    return {endpoint + LOOK: saved("x/missing")}


def _case(kind: str, path: str, query: str) -> Case:
    ask = Ask(HOME, kind, query, since=NINE - timedelta(hours=1), account=US)
    return Case("x", ask, row, _serve(path), _reword, _rename, _gone, key=KEY)


CASES = (
    _case("mentions", MENTIONS, "@acme"),
    _case("search", SEARCH, "Acme Export"),
    _case("own", OWN, "@acme"),
)
