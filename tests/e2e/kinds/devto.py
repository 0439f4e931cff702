"""DEV, on which anything may happen: what is deleted keeps its place above answers, and never comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from tests.connectors.standins import devto
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

USERS = {"acme": "acme", "ana": "ana_acme", "mei": "mei_t", "kim": "kim", "chidi": "chidi"}
ARTICLE = "4711"
DEEPEST = 1
"""Below a comment that stands deeper than this, a second answer goes to the last one there (as in Forem)."""


class Devto(Lived, devto.Dev):
    """Each change of a comment touches its article's `last_comment_at`."""

    name, kind, restores, keeps = "devto", "parents", False, True

    def __init__(self, clock: Any) -> None:
        self.made = count(1)
        self.touched: Any = None
        super().__init__(clock)

    def account(self, name: str) -> str:
        return USERS[name]

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        if by == "acme" and under is None:
            return self.wrote(ARTICLE, by, words, ())
        above = self._placed(under) if under and under != ARTICLE else None
        code = f"3{next(self.made):03}"
        one = {"author": USERS[by], "to": above, "at": self.clock(), "words": "", "names": ()}
        self.comments[code] = one
        named = self.change(code, words, names)
        place = {"parent": above or ARTICLE, "told": ["acme"]}  # who wrote an article is told of all below it
        return self.wrote(code, by, words, named, **place)

    def _placed(self, under: str) -> str:
        """Where an answer comes to stand: threads are shown so deep only."""
        lower = self._all_below(under)
        return lower[-1] if lower and self._depth(under) > DEEPEST else under

    def _depth(self, code: str) -> int:
        above = self.comments[code]["to"]
        return 1 + self._depth(above) if above else 0

    def _all_below(self, code: str) -> list[str]:
        below = [one for one in self.comments if self.comments[one]["to"] == code]
        return sorted([*below, *(lower for one in below for lower in self._all_below(one))])

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        one = self.comments[id]
        one["names"] = tuple(dict.fromkeys((*one["names"], *filter(None, [names]))))
        links = (
            f'<a class="mentioned-user" href="{self.origin}/{USERS[name]}">@{USERS[name]}</a> '
            for name in one["names"]
        )
        one["words"] = "".join((*links, words))
        self.touched = self.clock()
        return sorted(one["names"])

    def take(self, id: str) -> Any:
        """What nobody answered is gone, the other keeps its place."""
        self.touched = self.clock()
        if self._below(id):
            self.comments[id]["deleted"] = True
            return None
        return self.comments.pop(id)

    def bring(self, id: str, taken: Any) -> None:
        raise NotImplementedError("nobody brings back what was deleted")

    def may_go(self, id: str) -> bool:
        """With the article all would go."""
        return id != ARTICLE

    def _user(self, asked: Asked) -> Said:
        name = asked.query.get("url", "")
        if name not in USERS.values():
            return self.not_there
        return Said({"type_of": "user", "id": 9, "username": name, "name": name.title()})

    def _article(self) -> dict[str, Any]:
        return super()._article() | {"last_comment_at": self.touched.isoformat() if self.touched else None}

    def shows(self, said: Said) -> Iterator[str]:
        rows = said.body if isinstance(said.body, list) else [said.body]
        for row in rows:
            yield from _shown(row)

    def lists(self, asked: Asked) -> list[str] | None:
        return ["mentions", "acme"] if asked.path == "/api/comments" else None

    def asks(self, asked: Asked) -> list[str]:
        """An article with all below it, or a comment with what stands below that."""
        if not asked.path.startswith("/api/comments"):
            return []
        return [asked.path.removeprefix("/api/comments/") if "a_id" not in asked.query else ARTICLE]

    def missing(self, asked: Asked, said: Said) -> list[str]:
        """What was deleted stands in no tree, or without its words and its author."""
        if said.status != 200 or said.cut:
            return []
        gone = [line["id"] for line in self.log.lines if line["kind"] == "deleted"]
        return [id for id in gone if self.asks(asked) in ([ARTICLE], [id])]


def _shown(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        return
    if row.get("type_of") == "article":
        yield str(row["id"])
    if row.get("type_of") == "comment":
        if row["user"]:
            yield row["id_code"]
        for child in row["children"]:
            yield from _shown(child)
