"""DEV's public API as developers.forem.com/api describes it (version 0, which is what no header asks for)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Routes, Said


class Dev(Network):
    """One article and a tree of comments. What is deleted keeps its place, without its words and author."""

    not_there = Said({"error": "not found", "status": 404}, 404)

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.began: datetime = clock()
        self.comments: dict[str, dict[str, Any]] = {}

    def routes(self) -> Routes:
        return [
            ("GET", "/api/users/by_username", self._user),
            (
                "GET",
                "/api/articles",
                lambda asked: [self._article()] if asked.query["username"] == "acme" else [],
            ),
            ("GET", "/api/articles/4711", lambda _: self._article()),
            ("GET", "/api/comments", lambda _: self._below(None)),
            ("GET", "/api/comments/{code}", self._one),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("replies", f"{self.origin}/acme")]

    def ana(self) -> str | None:
        return f"{self.origin}/ana_acme"

    def ask(self) -> str:
        return self._add("mei_t", None, "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self._add("ana_acme", to, "It does.")

    def thank(self, to: str) -> str:
        return self._add("mei_t", to, "Thanks! And my notes?")

    def delete(self, post: str) -> None:
        self.comments[post.rpartition("/")[2]]["deleted"] = True

    def _add(self, author: str, to: str | None, words: str) -> str:
        code = f"3a{len(self.comments)}"
        self.comments[code] = {"author": author, "to": to, "words": words, "at": self.clock()}
        return code

    def _user(self, asked: Asked) -> Said:
        name = asked.query.get("url", "")
        if name not in ("acme", "ana_acme", "mei_t"):
            return self.not_there
        return Said({"type_of": "user", "id": 9, "username": name, "name": name.title()})

    def _article(self) -> dict[str, Any]:
        last = max((one["at"] for one in self.comments.values()), default=None)
        return {
            "type_of": "article",
            "id": 4711,
            "title": "Moving your notes to Acme",
            "url": f"{self.origin}/acme/moving-4a1b",
            "comments_count": len(self.comments),
            "published_at": self.began.isoformat(),
            "last_comment_at": last.isoformat() if last else None,
            "user": {"name": "Acme", "username": "acme"},
        }

    def _below(self, to: str | None) -> list[dict[str, Any]]:
        return [self._shown(code) for code, one in self.comments.items() if one["to"] == to]

    def _shown(self, code: str) -> dict[str, Any]:
        one = self.comments[code]
        gone = "deleted" in one
        return {
            "type_of": "comment",
            "id_code": code,
            "created_at": one["at"].isoformat(),
            "body_html": "<p>Comment deleted</p>" if gone else f"<p>{one['words']}</p>",
            "user": {} if gone else {"name": one["author"].title(), "username": one["author"]},
            "children": self._below(code),
        }

    def _one(self, _: Asked, code: str) -> Said:
        return Said(self._shown(code)) if code in self.comments else self.not_there


NETWORKS = (Dev,)
