"""Lemmy, on which anything may happen: what is deleted keeps its place and its answers, and may come back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from tests.connectors.standins import lemmy
from tests.connectors.standins.serving import Asked, Refusal, Routes, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

KEYS = count(1001)
"""Posts and comments are counted apart there, and stand in one log here."""
MOST = 6
"""So many questions stand below one post of ours; then we post again."""
NO_POST = Said({"error": "couldnt_find_post"}, 400)
"""What a server says of a deleted post, also to those who once read it (404 before version 0.19.4)."""


class Lemmy(Lived, lemmy.Lemmy):
    name, kind, keeps = "lemmy", "parents", True

    def __init__(self, clock: Any) -> None:
        self.written: dict[int, dict[str, Any]] = {}
        """Posts as well as comments, each with what it says; only a post has no path."""
        self.buried: dict[str, dict[str, str]] = {}
        """By a post that is gone the comments below it: they stand on no page any more."""
        super().__init__(clock)

    def routes(self) -> Routes:
        own = ("GET", "/api/v3/post", lambda asked: {"post_view": self._post_view(int(asked.query["id"]))})
        return [own, *(route for route in super().routes() if route[1] != own[1])]

    def account(self, name: str) -> str:
        return name

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        if under is None and names:
            return self._comment_on(self._newest(names), by, words, "")
        if under is None:
            return self.wrote(self._put(by, words, ""), by, words, ())
        return self._comment_on(under, by, words, names)

    def _comment_on(self, above: str, by: str, words: str, names: str) -> str:
        upper = self.written[int(above)]
        if "deleted" in self.written[self._top(upper)]:
            return above  # nobody can write below a deleted post
        id = self._put(by, self._naming(words, names), upper["path"] or "0", self._top(upper))
        told = [upper["by"]] if upper["by"] not in (by, names) else []
        return self.wrote(id, by, words, [names] if names else [], parent=above, told=told)

    def _put(self, by: str, words: str, above: str, top: int = 0) -> str:
        number = next(KEYS)
        path = f"{above}.{number}" if above else ""
        made = {"id": number, "by": by, "words": words, "at": self._now(), "path": path, "top": top or number}
        self.written[number] = made
        return str(number)

    def _newest(self, name: str) -> str:
        """Their newest post, or a new one where that has many answers."""
        ours = [n for n in self.written if self.here.get(str(n)) == name and not self.written[n]["path"]]
        below = [one for one in self.written.values() if one["top"] == ours[-1]]
        return str(ours[-1]) if len(below) <= MOST else self.speak(name)

    def _naming(self, words: str, names: str) -> str:
        return f"@{names}@{urlsplit(self.origin).netloc} {words}" if names else words

    def _top(self, one: dict[str, Any]) -> int:
        return int(one["top"])

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        one = self.written[int(id)]
        one |= {"words": self._naming(words, names), "edited": self._now()}
        # Whom a post names is told nothing of it; only comments are searched for names.
        return [names] if names and one["path"] else []

    def remove(self, id: str) -> None:
        super().remove(id)
        below = [key for key in self.here if self._top(self.written[int(key)]) == int(id)]
        self.buried[id] = {key: self.here.pop(key) for key in below}
        for key in below:
            self.log.deleted(key)

    def restore(self, id: str) -> None:
        if self._top(self.written[int(id)]) != int(id) and str(self._top(self.written[int(id)])) in self.gone:
            return  # nobody finds it below what is gone
        super().restore(id)
        for key, by in self.buried.pop(id, {}).items():
            self.here[key] = by
            self.log.restored(key)

    def take(self, id: str) -> Any:
        self.written[int(id)]["deleted"] = True

    def bring(self, id: str, taken: Any) -> None:
        del self.written[int(id)]["deleted"]

    # ---- what a server shows strangers

    def _said(self, one: dict[str, Any]) -> dict[str, Any]:
        of = "comment" if one["path"] else "post"
        made = {"id": one["id"], "published": one["at"], "removed": False, "deleted": "deleted" in one}
        edited = {"updated": one["edited"]} if "edited" in one else {}
        return made | edited | {"ap_id": f"{self.origin}/{of}/{one['id']}"}

    def _bare_post(self, number: int) -> dict[str, Any]:
        one = self.written[number]
        return self._said(one) | {"name": one["words"]}

    def _around(self, one: dict[str, Any]) -> dict[str, Any]:
        community = {"name": "notes", "visibility": "Public"}
        post = self._bare_post(self._top(one))
        return {"creator": self._person(one["by"]), "community": community, "post": post}

    def _post_view(self, number: int) -> dict[str, Any]:
        one = self.written.get(number, {"deleted": True})
        if "deleted" in one:
            raise Refusal(NO_POST)
        below = [each for each in self._comments() if each["top"] == number and "deleted" not in each]
        return self._around(one) | {"counts": {"comments": len(below)}}

    def _view(self, number: int) -> dict[str, Any]:
        """A deleted one is counted by those above it, and has no words."""
        one = self.written[number]
        below = [each for each in self._comments() if each["path"].startswith(f"{one['path']}.")]
        content = "" if "deleted" in one else one["words"]
        comment = self._said(one) | {"content": content, "path": one["path"]}
        return self._around(one) | {"comment": comment, "counts": {"child_count": len(below)}}

    def _comments(self) -> list[dict[str, Any]]:
        return [one for one in self.written.values() if one["path"]]

    def _user(self, asked: Asked) -> Said:
        """All of somebody's, deleted comments as well, and posts that stand."""
        name = asked.query["username"]
        own = [one for one in reversed(self.written.values()) if one["by"] == name]
        comments = [self._view(one["id"]) for one in own if one["path"]]
        posts = [self._post_view(one["id"]) for one in own if not one["path"] and "deleted" not in one]
        person = {"person_view": {"person": self._person(name)}}
        return Said(person | {"comments": _page(asked, comments), "posts": _page(asked, posts)})

    def _comment(self, asked: Asked) -> Said:
        number = int(asked.query["id"])
        return Said({"comment_view": self._view(number)}) if number in self.written else lemmy.ABSENT

    def _list(self, asked: Asked) -> Any:
        top, above = asked.query.get("post_id"), asked.query.get("parent_id")
        rows = [
            self._view(one["id"])
            for one in self._comments()
            if (not top or one["top"] == int(top)) and (not above or above in one["path"].split("."))
        ]
        return {"comments": _page(asked, rows)}

    # ---- for the log

    def shows(self, said: Said) -> Iterator[str]:
        for one in _rows(said):
            if not one["deleted"]:
                yield str(one["id"])

    def lists(self, asked: Asked) -> list[str] | None:
        whole = asked.path == "/api/v3/user" and asked.query.get("limit") == "50"
        return ["own", asked.query["username"]] if whole else None

    def asks(self, asked: Asked) -> list[str]:
        names = ("id", "post_id", "parent_id") if asked.path != "/api/v3/user" else ()
        return [asked.query[name] for name in names if name in asked.query]

    def missing(self, asked: Asked, said: Said) -> list[str]:
        gone = [str(one["id"]) for one in _rows(said) if one["deleted"]] if self.asks(asked) else []
        return self.asks(asked) if said == NO_POST else gone


def _page(asked: Asked, rows: list[Any]) -> list[Any]:
    size, page = int(asked.query.get("limit", 10)), int(asked.query.get("page", 1))
    return rows[(page - 1) * size : page * size]


def _rows(said: Said) -> Iterator[dict[str, Any]]:
    """The comments and posts in an answer; a post beside a comment is only pointed to."""
    found = json.loads(said.sent) if said.sent.startswith(b"{") else {}
    views = [*found.get("comments", ()), *found.get("posts", ())]
    for view in (*views, *(found[key] for key in ("comment_view", "post_view") if key in found)):
        yield view.get("comment") or view["post"]
