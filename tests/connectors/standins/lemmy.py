"""A Lemmy server as join-lemmy.org's API reference describes it (version 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Routes, Said

POST = 9
ABSENT = Said({"error": "couldnt_find_comment"}, 404)


class Lemmy(Network):
    """One post of Acme's and comments below it. What is deleted keeps its place without its words."""

    not_there = Said({"error": "unknown"}, 404)

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.began = self._now()
        self.comments: dict[int, dict[str, Any]] = {}

    def routes(self) -> Routes:
        return [
            ("GET", "/api/v3/user", self._user),
            ("GET", "/api/v3/post", lambda _: {"post_view": self._post()}),
            ("GET", "/api/v3/comment", self._comment),
            ("GET", "/api/v3/comment/list", self._list),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("replies", f"{self.origin}/u/acme")]

    def ana(self) -> str | None:
        return f"{self.origin}/u/ana"

    def ask(self) -> str:
        return self._add("mei", None, "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self._add("ana", to, "It does.")

    def thank(self, to: str) -> str:
        return self._add("mei", to, "Thanks! And my notes?")

    def delete(self, post: str) -> None:
        self.comments[int(post.rpartition("/")[2])]["deleted"] = True

    def url(self, post: str) -> str | None:
        return f"{self.origin}/comment/{post}"

    def _now(self) -> str:
        text: str = self.clock().isoformat(timespec="microseconds")
        return text.replace("+00:00", "Z")

    def _add(self, author: str, to: str | None, words: str) -> str:
        number = 101 + len(self.comments)
        above = self.comments[int(to)]["path"] if to else "0"
        self.comments[number] = {"by": author, "path": f"{above}.{number}", "words": words, "at": self._now()}
        return str(number)

    def _person(self, name: str) -> dict[str, Any]:
        return {"id": len(name), "name": name, "actor_id": f"{self.origin}/u/{name}", "bot_account": False}

    def _bare(self) -> dict[str, Any]:
        return {
            "id": POST,
            "name": "We moved our notes",
            "published": self.began,
            "deleted": False,
            "removed": False,
            "ap_id": f"{self.origin}/post/{POST}",
        }

    def _post(self) -> dict[str, Any]:
        alive = [one for one in self.comments.values() if "deleted" not in one]
        community = {"name": "notes", "visibility": "Public"}
        return {
            "post": self._bare(),
            "creator": self._person("acme"),
            "community": community,
            "counts": {"comments": len(alive)},
        }

    def _view(self, number: int) -> dict[str, Any]:
        one = self.comments[number]
        below = [path for path in self._paths() if path.startswith(f"{one['path']}.")]
        gone = "deleted" in one
        return {
            "comment": {
                "id": number,
                "content": "" if gone else one["words"],
                "removed": False,
                "deleted": gone,
                "published": one["at"],
                "ap_id": f"{self.origin}/comment/{number}",
                "path": one["path"],
            },
            "creator": self._person(one["by"]),
            "post": self._bare(),
            "community": {"name": "notes", "visibility": "Public"},
            "counts": {"child_count": len(below)},
        }

    def _paths(self) -> list[str]:
        return [one["path"] for one in self.comments.values()]

    def _user(self, asked: Asked) -> Said:
        name = asked.query["username"]
        if name not in ("acme", "ana", "mei"):
            return Said({"error": "couldnt_find_person"}, 404)
        made = [
            self._view(n) for n, one in self.comments.items() if one["by"] == name and "deleted" not in one
        ]
        posts = [self._post()] if name == "acme" else []
        return Said({"person_view": {"person": self._person(name)}, "comments": made[::-1], "posts": posts})

    def _comment(self, asked: Asked) -> Said:
        number = int(asked.query["id"])
        return Said({"comment_view": self._view(number)}) if number in self.comments else ABSENT

    def _list(self, asked: Asked) -> Any:
        of = asked.query.get("parent_id")
        rows = [self._view(n) for n, one in self.comments.items() if not of or of in one["path"].split(".")]
        size, page = int(asked.query.get("limit", 10)), int(asked.query.get("page", 1))
        return {"comments": rows[(page - 1) * size : page * size]}


NETWORKS = (Lemmy,)
