"""Reddit, on which anything may happen: what is gone keeps its place, and moderators bring comments back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from tests.connectors.standins import reddit
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

DEEPEST = 10
"""Levels of comments in one answer; below them it says that the thread goes on."""
IDS = count(36**6)


class Reddit(Lived, reddit.App):
    """Read with the key of an app: what stands below ours is seen, and no inbox."""

    name, kind, keeps = "reddit", "parents", True

    def __init__(self, clock: Any) -> None:
        self.removals = count()
        super().__init__(clock)
        self.posts.clear()

    def routes(self) -> Any:
        return [
            *(route for route in super().routes() if not route[1].startswith("/comments/")),
            ("GET", "/comments/{article}", self._comments),
        ]

    def ana(self) -> str | None:
        return f"{self.origin}/user/ana"

    def account(self, name: str) -> str:
        return name

    # ---- what people do

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        """Who asks us anew does it below the first post, which is ours; who says anything else begins one."""
        words = f"Number {next(NUMBERS)}?"
        under = under or (next(iter(self.posts)) if names else None)
        id = f"{'t1' if under else 't3'}_{_base36(next(IDS))}"
        said = {"id": id, "author": by, "parent": under, "words": words, "at": self.clock(), "edited": False}
        self.posts[id] = said | {"article": self.posts[under]["article"] if under else id, "names": names}
        self._name(id, names)
        told = [self.account(name) for name in {self.here.get(under or "", by)} - {by}]
        return self.wrote(id, by, words, [names] if names else [], parent=under or "", told=told)

    def _name(self, id: str, names: str) -> None:
        post = self.posts[id]
        post["names"] = post["names"] or names
        post["words"] = f"u/{post['names']} {post['words']}" if post["names"] else post["words"]

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        self.posts[id] |= {"words": words, "edited": self.clock().timestamp()}
        self._name(id, names)
        return [named] if (named := self.posts[id]["names"]) else []

    def remove(self, id: str) -> None:
        """Every other time a moderator does it, who may think better of it; its author's word is final."""
        is_final = next(self.removals) % 2 == 0
        super().remove(id)
        if is_final:
            del self.gone[id]
            self.posts[id] |= {"words": "[deleted]"}

    def take(self, id: str) -> Any:
        was = {key: self.posts[id][key] for key in ("author", "words")}
        self.posts[id] |= {"author": "[deleted]", "words": "[removed]"}
        return was

    def bring(self, id: str, taken: Any) -> None:
        self.posts[id] |= taken

    # ---- answers

    def _about(self, asked: Asked, name: str) -> Said:
        self._check(asked)
        if name not in (*self.them, *self.us):
            return Said({"message": "Not Found", "error": 404}, 404)
        return Said({"kind": "t2", "data": {"name": name, "id": f"4{name}"}})

    def _comments(self, asked: Asked, article: str) -> Said:
        self._check(asked)
        first, focal = f"t3_{article}", asked.query.get("comment")
        if first not in self.posts:
            return Said({"message": "Not Found", "error": 404}, 404)
        if focal:
            shown = self._around(f"t1_{focal}", int(asked.query["context"]))
        else:
            shown = self._trees(self._answers(first))
        return Said([self._listing([self._row(self.posts[first])]), self._listing(shown)])

    def _trees(self, ids: list[str], depth: int = 0) -> list[dict[str, Any]]:
        """A lost comment keeps its place while something hangs below it, and is not shown without."""
        if depth == DEEPEST and ids:
            more = {"count": 0, "name": "t1__", "id": "_", "parent_id": self.posts[ids[0]]["parent"]}
            return [{"kind": "more", "data": more | {"depth": depth, "children": []}}]
        rows = []
        for id in reversed(ids):
            below = self._trees(self._answers(id), depth + 1)
            if below or id in self.here:
                rows.append(self._row(self.posts[id], self._listing(below) if below else ""))
        return rows

    def _row(self, one: dict[str, Any], replies: Any = "") -> dict[str, Any]:
        row = super()._row(one, replies)
        said = row["data"]
        said |= {"edited": one["edited"]}
        if row["kind"] == "t1":
            said |= {"link_id": one["article"]}
        else:
            lost = {"[deleted]": "deleted", "[removed]": "moderator"}.get(one["words"])
            below = [id for id in self.here if self.posts[id]["article"] == one["id"] != id]
            said |= {"title": "A title", "selftext": one["words"], "selftext_html": f"<p>{one['words']}</p>"}
            said |= {"num_comments": len(below), "removed_by_category": lost}
        return row

    def _path(self, name: str) -> str:
        article = self.posts[name]["article"]
        path = f"/r/notes/comments/{article[3:]}/a_title"
        return path if name == article else f"{path}/{name[3:]}"

    # ---- what the log tells of answers

    def shows(self, said: Said) -> Iterator[str]:
        if said.sent.startswith((b"{", b"[")):
            yield from _rows(json.loads(said.sent))

    def lists(self, asked: Asked) -> list[str] | None:
        own = re.fullmatch(r"/user/(\w+)/overview", asked.path)
        return ["own", self.account(own[1])] if own else None

    def asks(self, asked: Asked) -> list[str]:
        article = re.fullmatch(r"/comments/(\w+)", asked.path)
        if article:
            focal = asked.query.get("comment")
            return [f"t1_{focal}" if focal else f"t3_{article[1]}"]
        return []

    def missing(self, asked: Asked, said: Said) -> list[str]:
        named = [asked.query["id"]] if asked.path == "/api/info" else self.asks(asked)
        shown = set(self.shows(said))
        return [id for id in named if id not in shown] if said.status == 200 and not said.cut else []

    def declared(self, asked: Asked) -> bool:
        return asked.path == "/api/v1/access_token"

    def keyed(self, asked: Asked) -> bool:
        return bool(asked.bearer)


def _rows(part: Any) -> Iterator[str]:
    """What is lost keeps its place without its words."""
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _rows(each)
    if isinstance(part, dict) and {"name", "author"} <= part.keys() and part["author"] != "[deleted]":
        yield str(part["name"])


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]
