"""How the contract drives the comments under a channel's videos."""

from __future__ import annotations

from typing import Any

from bot.domain.connector import Ask
from tests.connectors.fakes import Case, Reply, saved

HOME = "https://youtube.googleapis.com"
US = "UCacmeacmeacmeacmeacmeac"
API = "/youtube/v3"


def thread(number: int) -> dict[str, Any]:
    made: dict[str, Any] = saved("youtube/thread")
    at = f"2026-03-10T09:{number // 60 % 60:02}:{number % 60:02}Z"
    made["id"] = made["snippet"]["topLevelComment"]["id"] = f"Ugx{number}"
    words(made).update(publishedAt=at, updatedAt=at)
    return made


def words(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = row["snippet"]["topLevelComment"]["snippet"]
    return found


def _serve(endpoint: str, rows: dict[int, Any]) -> dict[str, Reply]:
    def page(params: dict[str, Any]) -> dict[str, Any]:
        numbers = sorted(rows, reverse=True)[: int(params["maxResults"])]
        return {"kind": "youtube#commentThreadListResponse", "items": [rows[n] for n in numbers]}

    answers = {"kind": "youtube#commentListResponse", "items": []}
    return {f"{endpoint}{API}/commentThreads": page, f"{endpoint}{API}/comments": answers}


def _reword(row: dict[str, Any]) -> None:
    words(row).update(textDisplay="Now in other words", updatedAt="2026-03-10T11:00:00Z")


def _rename(row: dict[str, Any]) -> None:
    words(row).update(authorDisplayName="@mei_tanaka")


def _gone(endpoint: str, row: dict[str, Any]) -> dict[str, Reply]:
    return {f"{endpoint}{API}/comments": {"items": []}}


CASES = (Case("youtube", Ask(HOME, "channel", "@acme", account=US), thread, _serve, _reword, _rename, _gone),)
