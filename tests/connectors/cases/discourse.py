"""How the contract drives each query of Discourse."""

from __future__ import annotations

from typing import Any

from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://forum.example"
US = f"{HOME}/u/acme"


def at(number: int) -> dict[str, str]:
    moment = f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}.000Z"
    return {"created_at": moment, "updated_at": moment}


def post(number: int, **also: Any) -> dict[str, Any]:
    return saved("discourse/post") | {"id": 4000 + number, "post_number": number} | at(number) | also


def told(number: int) -> dict[str, Any]:
    """A notification, and the post that it is about."""
    said = saved("discourse/notification")
    data = said["data"] | {"original_post_id": 4000 + number}
    return {"note": said | at(number) | {"id": 9000 + number, "data": data}, "post": post(number)}


def opened(number: int) -> dict[str, Any]:
    """A topic as a list has it, and as it is by itself."""
    topic = saved("discourse/topic") | {"id": number} | at(number)
    first = post(number, post_number=1, topic_id=number)
    whole = topic | {"post_stream": {"posts": [first], "stream": [first["id"]]}}
    return {"topic": topic, "whole": whole, "post": first}


def action(number: int) -> dict[str, Any]:
    return saved("discourse/action") | {"post_id": 4000 + number, "post_number": number} | at(number)


def _part(row: Any, key: str) -> Any:
    return row.get(key, row) if isinstance(row, dict) else row


def _newest_first(rows: dict[int, Any], key: str = "") -> list[Any]:
    return [_part(rows[n], key) if key else rows[n] for n in sorted(rows, reverse=True)]


def _posts(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    def page(params: dict[str, Any]) -> Any:
        before = int(params.get("before", 10**9))
        return {"latest_posts": [rows[n] for n in sorted(rows, reverse=True) if 4000 + n <= before][:50]}

    return {f"{endpoint}/posts.json": page}


def _notes(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    def page(params: dict[str, Any]) -> Any:
        offset = int(params.get("offset", 0))
        return {"notifications": _newest_first(rows, "note")[offset : offset + 60]}

    posts = {f"{endpoint}/posts/{4000 + n}.json": _part(row, "post") for n, row in rows.items()}
    return {f"{endpoint}/notifications.json": page} | posts


def _topics(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    def page(params: dict[str, Any]) -> Any:
        start = 60 * int(params["page"])
        return {"topic_list": {"topics": _newest_first(rows, "topic")[start : start + 60]}}

    whole = {f"{endpoint}/t/{n}.json": _whole(row) for n, row in rows.items()}
    return {f"{endpoint}/tag/acme.json": page} | whole


def _whole(row: Any) -> Any:
    """The topic by itself, with the post as the row has it."""
    whole = _part(row, "whole")
    if isinstance(whole, dict) and isinstance(row, dict) and isinstance(whole.get("post_stream"), dict):
        return whole | {"post_stream": {"posts": [row.get("post")], "stream": [1]}}
    return whole


def _actions(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    def page(params: dict[str, Any]) -> Any:
        offset = int(params["offset"])
        return {"user_actions": _newest_first(rows)[offset : offset + 60]}

    return {f"{endpoint}/user_actions.json": page}


def _reword(row: dict[str, Any]) -> None:
    _part(row, "post")["excerpt" if "excerpt" in row else "cooked"] = "<p>Now in other words</p>"


def _rename(row: dict[str, Any]) -> None:
    _part(row, "post").update(username="mei_t", name="Mei T.")


def _gone(endpoint: str, row: Any) -> dict[str, Reply]:
    return {}


def _case(kind: str, query: str, row: Any, serve: Any) -> Case:
    account = "forum.example/users/11"
    return Case("discourse", Ask(HOME, kind, query, account=account), row, serve, _reword, _rename, _gone)


CASES = (
    _case("mentions", US, told, _notes),
    _case("category", f"{HOME}/c/help/5", post, _posts),
    _case("tag", f"{HOME}/tag/acme", opened, _topics),
    _case("own", US, action, _actions),
)
