"""X, on which anything may happen: replies carry names along, an edit has a new number, none comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.connectors.standins import x
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

ACCOUNTS = {"acme": "22", "ana": "34", "chidi": "35", "mei": "45", "kim": "46"}
EDITED_WITHIN, VERSIONS = timedelta(minutes=30), 6
IDS = count(1)


class X(Lived, x.Tweets):
    """Each version of a post stands under its own number; the log knows it by the first of them."""

    name, kind, restores, keeps, carries = "x", "parents", False, True, True

    def __init__(self, clock: Any) -> None:
        x.PEOPLE.update({number: name for name, number in ACCOUNTS.items()})
        self.firsts: dict[str, str] = {}
        super().__init__(clock)
        self.posts.clear()

    def account(self, name: str) -> str:
        return ACCOUNTS[name]

    def ana(self) -> str | None:
        return f"{self.origin}/ana"

    # ---- what people do

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        above = self._latest(under) if under else None
        known = [above["author_id"], *self._named(above)] if above else []
        named = [id for id in dict.fromkeys([*known, *self._ids(names)]) if id != ACCOUNTS[by]]
        id = self._add(ACCOUNTS[by], words, named, above["id"] if above else None, [])
        people = [name for name, number in ACCOUNTS.items() if number in named]
        return self.wrote(id, by, words, people, parent=under or "")

    def _add(self, by: str, words: str, named: Sequence[str], to: str | None, before: list[str]) -> str:
        """A post, or the next version of one, which shares the list of all its versions with them."""
        at: datetime = self.clock()
        id = str(((int(at.timestamp() * 1000) - x.FIRST_MILLISECOND) << 22) + next(IDS))
        before.append(id)
        self.firsts[id] = before[0]
        mentions = [{"id": one, "username": x.PEOPLE[one]} for one in named]
        self.posts[id] = {
            "id": id,
            "text": "".join(f"@{x.PEOPLE[one]} " for one in named) + words,
            "author_id": by,
            "created_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
            "conversation_id": self.posts[to]["conversation_id"] if to else before[0],
            "entities": {"mentions": mentions},
            f"edit_history_{self.word}_ids": before,
            f"referenced_{self.word}s": [{"type": "replied_to", "id": to}] if to else None,
        }
        return id

    def _ids(self, name: str) -> list[str]:
        return [ACCOUNTS[name]] if name else []

    def _named(self, post: dict[str, Any]) -> list[str]:
        return [one["id"] for one in post["entities"]["mentions"]]

    def _versions(self, post: dict[str, Any]) -> list[str]:
        found: list[str] = post[f"edit_history_{self.word}_ids"]
        return found

    def _latest(self, id: str) -> dict[str, Any]:
        return self.posts[self._versions(self.posts[id])[-1]]

    def _is_latest(self, post: dict[str, Any]) -> bool:
        return bool(post["id"] == self._versions(post)[-1])

    def edit(self, id: str, names: str) -> None:
        """For half an hour, five times, and no answer to somebody else."""
        post = self._latest(id)
        above = self.posts.get(self._above(post) or "")
        is_answer = self._above(post) and (above is None or above["author_id"] != post["author_id"])
        began = datetime.fromisoformat(self.posts[id]["created_at"])
        if self.clock() - began <= EDITED_WITHIN and len(self._versions(post)) < VERSIONS and not is_answer:
            super().edit(id, names)

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        post = self._latest(id)
        named = list(dict.fromkeys([*self._named(post), *self._ids(names)]))
        self._add(post["author_id"], words, named, self._above(post), self._versions(post))
        return [name for name, number in ACCOUNTS.items() if number in named]

    def take(self, id: str) -> Any:
        """With one version all of them go."""
        for version in self._versions(self.posts[id]):
            del self.posts[version]

    def bring(self, id: str, taken: Any) -> None:
        raise NotImplementedError("nobody brings back what was deleted")

    # ---- answers

    def _mentions(self, asked: Asked, id: str) -> Said:
        return self._listed(asked, lambda post: id in self._named(post), least=5)

    def _listed(self, asked: Asked, wanted: Any, *, least: int) -> Said:
        return super()._listed(asked, lambda post: self._is_latest(post) and wanted(post), least=least)

    def _counted(self, post: dict[str, Any]) -> dict[str, Any]:
        """Each version counts the answers that it got itself."""
        below = [
            one for one in self.posts.values() if self._is_latest(one) and self._above(one) == post["id"]
        ]
        return {"public_metrics": {"reply_count": len(below), "like_count": 0}}

    # ---- what the log tells of answers

    def shows(self, said: Said) -> Iterator[str]:
        told = json.loads(said.sent) if said.sent.startswith(b"{") else {}
        rows = told.get("data", ())
        yield from (self.firsts[row["id"]] for row in rows if "text" in row) if isinstance(rows, list) else ()

    def lists(self, asked: Asked) -> list[str] | None:
        parts = asked.path.split("/")
        if parts[1:3] == ["2", "users"] and parts[4:] in (["mentions"], ["tweets"]):
            return ["mentions" if parts[4] == "mentions" else "own", parts[3]]
        return None

    def asks(self, asked: Asked) -> list[str]:
        searched = asked.query.get("query", "").removeprefix("conversation_id:")
        named = asked.query["ids"].split(",") if asked.path == "/2/tweets" else [searched]
        return [self.firsts[id] for id in named if id in self.firsts]

    def missing(self, asked: Asked, said: Said) -> list[str]:
        is_there = asked.path != "/2/tweets" or said.status != 200 or said.cut
        shown = set() if is_there else set(self.shows(said))
        return [] if is_there else [id for id in self.asks(asked) if id not in shown]

    def keyed(self, asked: Asked) -> bool:
        return asked.bearer == x.TOKEN
