"""Hacker News, on which anything may happen: what is deleted or killed keeps its number and its answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from tests.connectors.standins import hackernews
from tests.connectors.standins.network import Follow
from tests.connectors.standins.serving import Asked, Routes, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

KEYS = count(1001)
MOST = 6
"""So many comments stand directly below one story of ours; then we post again."""
LATE = timedelta(minutes=2)
"""How old a post is when the index has it."""
THEIRS = timedelta(hours=2)
"""So long its author can change it, or delete it while nobody answered."""
OWN = "/api/v1/search_by_date"


class Hackernews(Lived, hackernews.HackerNews):
    name, kind, keeps = "hackernews", "parents", True

    def __init__(self, clock: Any) -> None:
        self.stories: dict[int, int] = {}
        super().__init__(clock)
        self.items.clear()

    def routes(self) -> Routes:
        path = "/v0/item/{number}.json"
        item = ("GET", path, lambda _, number: self._shown(int(number)))
        return [item, *(route for route in super().routes() if route[1] != path)]

    def follows(self) -> Sequence[Follow]:
        return [Follow("replies", f"{self.origin}/user?id=acme")]

    def ana(self) -> str | None:
        return f"{self.origin}/user?id=ana"

    def account(self, name: str) -> str:
        return name

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        """Nobody can be named so that the site tells them: who asks somebody does so below their story."""
        words = f"Number {next(NUMBERS)}?"
        upper = self._newest(names) if under is None and names else under
        if upper is None:
            return self.wrote(self._add(by, type="story", title=words), by, words, ())
        told = {self.items[int(upper)]["by"]} - {by}  # it stands among their threads
        id = self._add(by, parent=int(upper), text=words)
        return self.wrote(id, by, words, (), parent=upper, told=sorted(told))

    def _add(self, by: str, **facts: Any) -> str:
        number = next(KEYS)
        made = {"id": number, "by": by, "time": int(self.clock().timestamp()), "type": "comment"}
        self.items[number] = made | facts
        self.stories[number] = self.stories.get(facts.get("parent", 0), number)
        if "parent" in facts:
            self.items[facts["parent"]].setdefault("kids", []).insert(0, number)
        return str(number)

    def _newest(self, name: str) -> str:
        """Their newest story, or a new one where that has many comments."""
        theirs = [n for n, item in self.items.items() if item["type"] == "story"]
        newest = [n for n in theirs if self.here.get(str(n)) == name][-1]
        return str(newest) if len(self.items[newest].get("kids", ())) < MOST else self.speak(name)

    def edit(self, id: str, names: str) -> None:
        if self._is_young(id):
            super().edit(id, names)

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        item = self.items[int(id)]
        item["title" if item["type"] == "story" else "text"] = words
        return ()

    def take(self, id: str) -> Any:
        """Its author deletes it while they can; else readers flag it, and it is killed."""
        item = self.items[int(id)]
        item["deleted" if self._is_young(id) and not item.get("kids") else "dead"] = True

    def bring(self, id: str, taken: Any) -> None:
        """Its author wants it back, or readers vouch for it."""
        self.items[int(id)] = {k: v for k, v in self.items[int(id)].items() if k not in ("deleted", "dead")}

    def _is_young(self, id: str) -> bool:
        return self.clock().timestamp() - self.items[int(id)]["time"] < THEIRS.total_seconds()

    # ---- what is shown

    def _shown(self, number: int) -> dict[str, Any] | None:
        item = self.items.get(number)
        if item and "deleted" in item:
            return {key: item[key] for key in item if key not in ("by", "text", "title")}
        return item | {"text": "[flagged]"} if item and "dead" in item else item

    def _search(self, asked: Asked) -> Any:
        """The index forgets what is gone, and is late."""
        every, indexed = self.items, (self.clock() - LATE).timestamp()
        self.items = {n: one for n, one in every.items() if one["time"] <= indexed and not _is_gone(one)}
        try:
            return super()._search(asked)
        finally:
            self.items = every

    def _hit(self, item: dict[str, Any]) -> dict[str, Any]:
        story = {"story_id": self.stories[item["id"]]} if "parent" in item else {}
        return super()._hit({"url": None} | item) | story

    # ---- for the log

    def shows(self, said: Said) -> Iterator[str]:
        found = json.loads(said.sent) if said.sent.startswith(b"{") else {}
        if "type" in found and not _is_gone(found):
            yield str(found["id"])
        yield from (hit["objectID"] for hit in found.get("hits", ()))

    def lists(self, asked: Asked) -> list[str] | None:
        author = asked.query.get("tags", "").partition("author_")[2]
        return ["own", author] if asked.path == OWN and author else None

    def missing(self, asked: Asked, said: Said) -> list[str]:
        found = said.body if isinstance(said.body, dict) else {}
        return [str(found["id"])] if _is_gone(found) else []


def _is_gone(item: dict[str, Any]) -> bool:
    return bool(item.get("deleted") or item.get("dead"))
