"""How the contract drives each query of GitHub."""

from __future__ import annotations

from typing import Any

from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://api.github.example"
REPO = "/repos/acme/export"


def at(number: int) -> str:
    return f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}Z"


def comment(number: int) -> dict[str, Any]:
    id, web = 9000 + number, "https://github.com/acme/export/issues/5#issuecomment-"
    said = {"id": id, "node_id": f"IC_{id}", "html_url": f"{web}{id}"}
    return saved("github/comment") | said | {"created_at": at(number), "updated_at": at(number)}


def pull(number: int) -> dict[str, Any]:
    made = {"id": number, "node_id": f"PR_{number}", "number": number, "created_at": at(number)}
    address = {"html_url": f"https://github.com/acme/export/pull/{number}", "updated_at": at(number)}
    return saved("github/pull") | made | address


def event(number: int) -> dict[str, Any]:
    made = saved("github/event") | {"id": str(70_000_000_000 + number), "created_at": at(number)}
    made["payload"]["comment"] = comment(number) | {"user": saved("github/user")}
    return made


def said_in_discussion(number: int) -> dict[str, Any]:
    id, web = 9500 + number, "https://github.com/acme/export/discussions/7#discussioncomment-"
    made = {"id": f"DC_{id}", "databaseId": id, "url": f"{web}{id}", "createdAt": at(number)}
    return saved("github/discussion_comment") | made


def _thread(rows: dict[int, Any]) -> list[Any]:
    """The issue that holds them: it changed with the newest; it stands there by itself, older than all."""
    changed = (
        {"comments": len(rows), "updated_at": at(max(rows)), "author_association": "MEMBER"} if rows else {}
    )
    return [saved("github/issue") | changed | {"body": "All about tags"}] if rows else []


def _found(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    def issues(params: dict[str, Any]) -> Any:
        wanted = _thread(rows) if "is:issue" in params["q"] else []
        return {"total_count": len(wanted), "incomplete_results": False, "items": wanted}

    return {
        f"{endpoint}/search/issues": issues,
        f"{endpoint}/user/1001": saved("github/user"),
        f"{endpoint}{REPO}/issues/5/comments": [rows[n] for n in sorted(rows)],
    }


def _listed(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {
        f"{endpoint}{REPO}/issues": _thread(rows),
        f"{endpoint}{REPO}/issues/5/comments": [rows[n] for n in sorted(rows)],
    }


def _pulls(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    return {f"{endpoint}{REPO}/issues": [rows[n] for n in sorted(rows)]}


def _events(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    newest_first = [rows[n] for n in sorted(rows, reverse=True)]
    return {
        f"{endpoint}/users/acme/events/public": newest_first,
        f"{endpoint}/user/1001": saved("github/user"),
    }


def _discussions(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    listed = {"totalCount": len(rows), "nodes": [rows[n] for n in sorted(rows)]}
    changed = {
        "updatedAt": at(max(rows)) if rows else at(0),
        "authorAssociation": "MEMBER",
        "comments": listed,
    }
    nodes = [saved("github/discussion") | changed] if rows else []
    return {f"{endpoint}/graphql": {"data": {"search": {"nodes": nodes}}}}


def _said(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = row["payload"]["comment"] if "payload" in row else row
    return found


def _reword(row: Any) -> None:
    _said(row)["body"] = "@acme Now in other words"


def _rename(row: Any) -> None:
    user = _said(row).get("user") or row["author"]
    user["login"] = "mei-tanaka"


def _gone(endpoint: str, row: Any) -> dict[str, Reply]:
    return {}


def _case(kind: str, query: str, row: Any, serve: Any) -> Case:
    return Case("github", Ask(HOME, kind, query, account="1001"), row, serve, _reword, _rename, _gone)


CASES = (
    _case("mentions", "github.com/acme", comment, _found),
    _case("repository", "acme/export", comment, _listed),
    _case("newcomers", "acme/export", pull, _pulls),
    _case("discussions", "acme/export", said_in_discussion, _discussions),
    _case("own", "github.com/acme", event, _events),
)
