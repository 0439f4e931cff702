"""Hacker News from its documentation (hn.algolia.com/api, github.com/HackerNews/API); both on one origin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Routes


class HackerNews(Network):
    """Items by number. What is deleted keeps its number and loses its words."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.items: dict[int, dict[str, Any]] = {}
        self._add("acme_dev", type="story", title="Show HN: Acme Export", url="https://acme.example/")

    def routes(self) -> Routes:
        return [
            ("GET", "/api/v1/search_by_date", self._search),
            ("GET", "/v0/item/{number}.json", lambda _, number: self.items.get(int(number))),
            ("GET", "/v0/user/{name}.json", self._user),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("replies", f"{self.origin}/user?id=acme_dev")]

    def ana(self) -> str | None:
        return f"{self.origin}/user?id=ana_acme"

    def ask(self) -> str:
        return self._add("mei_t", parent=1, text="Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self._add("ana_acme", parent=int(to), text="It does.")

    def thank(self, to: str) -> str:
        return self._add("mei_t", parent=int(to), text="Thanks! And my notes?")

    def delete(self, post: str) -> None:
        item = self.items[int(post)]
        self.items[int(post)] = {key: item[key] for key in ("id", "time", "type", "parent")} | {
            "deleted": True
        }

    def url(self, post: str) -> str | None:
        return f"{self.origin}/item?id={post}"

    def _add(self, by: str, **facts: Any) -> str:
        number = len(self.items) + 1
        kind = facts.pop("type", "comment")
        self.items[number] = {
            "id": number,
            "by": by,
            "time": int(self.clock().timestamp()),
            "type": kind,
        } | facts
        if "parent" in facts:
            self.items[facts["parent"]].setdefault("kids", []).insert(0, number)
        return str(number)

    def _user(self, _: Asked, name: str) -> Any:
        made = [number for number, item in self.items.items() if item.get("by") == name]
        return {"id": name, "created": 1_500_000_000, "karma": 1, "submitted": made[::-1]}

    def _search(self, asked: Asked) -> Any:
        after, upto = (
            int(one) for one in re.findall(r"created_at_i[<>]=?(\d+)", asked.query["numericFilters"])
        )
        author = re.search(r"author_(\w+)", asked.query["tags"])
        found = [
            self._hit(item)
            for item in self.items.values()
            if after < item["time"] <= upto
            and item.get("by") == (author[1] if author else item.get("by", ""))
        ]
        return {"hits": found[::-1][: int(asked.query["hitsPerPage"])], "nbHits": len(found), "page": 0}

    def _hit(self, item: dict[str, Any]) -> dict[str, Any]:
        made = {"objectID": str(item["id"]), "author": item["by"], "created_at_i": item["time"]}
        if "parent" in item:
            return made | {"parent_id": item["parent"], "story_id": 1, "comment_text": item["text"]}
        return made | {"title": item["title"], "url": item["url"], "story_text": None}


NETWORKS = (HackerNews,)
