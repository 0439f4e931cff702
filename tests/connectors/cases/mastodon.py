"""How the contract drives each query of Mastodon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://social.example"
US = "https://social.example/@acme"
API = "/api/v1"


def status(number: int, name: str = "status", parent: str | None = None) -> dict[str, Any]:
    address = f"https://garden.example/@mei/{number}"
    at = f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}.000Z"
    made = saved(f"mastodon/{name}") | {"id": str(number), "uri": address, "url": address, "created_at": at}
    return made | ({"in_reply_to_id": parent} if parent else {})


def notification(number: int) -> dict[str, Any]:
    found = status(number)
    return saved("mastodon/notification") | {
        "id": str(number),
        "created_at": found["created_at"],
        "status": found,
    }


def _newest_first(rows: dict[int, Any]) -> Reply:
    def page(params: dict[str, Any]) -> list[Any]:
        numbers = sorted(rows)
        if "min_id" in params:
            numbers = [n for n in numbers if n > int(params["min_id"])][: int(params["limit"])]
        if "max_id" in params:
            numbers = [n for n in numbers if n < int(params["max_id"])]
        return [rows[n] for n in numbers][::-1][: int(params["limit"])]

    return page


def _notifications(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {f"{endpoint}{API}/notifications": _newest_first(rows)}


def relative(name: str, first: str) -> Callable[[int], dict[str, Any]]:
    """A notification as one of Mastodon's relatives sends it; its ids begin with `first`."""

    def row(number: int) -> dict[str, Any]:
        made: dict[str, Any] = saved(f"mastodon/{name}")
        id_, at = f"{first}{number:06}", f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}.000Z"
        made |= {"id": id_, "created_at": at}
        address = f"https://garden.example/p/{number}"
        made["status"] |= {"id": id_, "uri": address, "url": address, "created_at": at}
        return made

    return row


def _by_place(*, knows_min: bool) -> Callable[[str, dict[int, Any]], dict[str, Reply]]:
    """Pages of a server whose ids say nothing; it ignores what it does not know (GoToSocial, snac)."""

    def serve(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
        ids = [rows[number].get("id") for number in sorted(rows)]

        def page(params: dict[str, Any]) -> list[Any]:
            last = params.get("min_id", "") if knows_min else ""
            after = ids.index(last) + 1 if last and last in ids else 0
            found = [rows[number] for number in sorted(rows)][after:]
            limit = int(params["limit"])
            return (found[:limit] if after else found[-limit:])[::-1]

        return {f"{endpoint}{API}/notifications": page}

    return serve


def _hashtag(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {f"{endpoint}{API}/timelines/tag/acme": _newest_first(rows)}


def _own(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {
        f"{endpoint}{API}/accounts/lookup": saved("mastodon/account"),
        f"{endpoint}{API}/accounts/1001/statuses": _newest_first(rows),
    }


def _replies(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    ours = saved("mastodon/reply") | {"id": "50", "in_reply_to_id": None, "replies_count": len(rows)}
    return _own(endpoint, {50: ours}) | {
        f"{endpoint}{API}/statuses/50/context": {"ancestors": [], "descendants": list(rows.values())}
    }


def _words(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = row.get("status", row)
    return found


def _reword(row: dict[str, Any]) -> None:
    _words(row).update(content="<p>Now in other words</p>", edited_at="2026-03-10T11:00:00.000Z")


def _rename(row: dict[str, Any]) -> None:
    _words(row)["account"].update(display_name="Mei T.", acct="mei_t@garden.example", username="mei_t")


def _gone(endpoint: str, row: Any) -> dict[str, Reply]:
    return {}


def _case(kind: str, query: str, row: Any, serve: Any) -> Case:
    return Case("mastodon", Ask(HOME, kind, query, account=US), row, serve, _reword, _rename, _gone)


CASES = (
    _case("mentions", "@acme@social.example", notification, _notifications),
    _case("hashtag", "#acme", status, _hashtag),
    _case("own", "acme", status, _own),
    _case("replies", "acme", lambda n: status(n, parent="50"), _replies),
    _case("mentions", "@acme", relative("gotosocial", "01HX5V9Q7Z4M2N8K3R6T"), _by_place(knows_min=True)),
    _case("mentions", "@acme", relative("snac", "1773133202"), _by_place(knows_min=False)),
    _case("keyed-replies", "acme", lambda n: status(n, parent="50"), _replies),
)
