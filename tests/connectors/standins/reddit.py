"""Reddit's feeds as reddit.com/wiki/rss and reddit.com/prefs/feeds describe them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Routes, Said

TOKEN = "0f0f-feed-token"
THREAD = "/r/notes/comments/1abcde/moving_to_acme"


class Reddit(Network):
    """One thread: a post of Acme's and comments in a tree, which a feed shows flat."""

    not_there = Said(b"<html>page not found", 404, {"Content-Type": "text/html"})

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.posts: dict[str, dict[str, Any]] = {}
        self._add("acme", None, "We moved our notes")

    def routes(self) -> Routes:
        return [
            ("GET", "/message/inbox/.rss", self._inbox),
            ("GET", "/user/{name}/.rss", self._user),
            ("GET", "/r/notes/new/.rss", lambda asked: self._feed(asked, lambda one: one["id"][1] == "3")),
            ("GET", f"{THREAD}/{{id}}/.rss", self._below),
            ("GET", f"{THREAD}/.rss", lambda asked: self._feed(asked, lambda _: True)),
        ]

    def follows(self) -> Sequence[Follow]:
        return [
            Follow(
                "inbox",
                f"{self.origin}/user/acme",
                f"https://www.reddit.com/message/unread/.rss?feed={TOKEN}&user=acme",
            )
        ]

    def ana(self) -> str | None:
        return f"{self.origin}/user/ana_acme"

    def ask(self) -> str:
        return self._add("mei_t", "t3_1abcde", "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self._add("ana_acme", to, "It does.")

    def thank(self, to: str) -> str:
        return self._add("mei_t", to, "Thanks! And my notes?")

    def delete(self, post: str) -> None:
        self.posts[post] |= {"author": "[deleted]", "words": "[deleted]"}

    def url(self, post: str) -> str | None:
        return f"{self.origin}{self._path(post)}/"

    def _add(self, author: str, parent: str | None, words: str) -> str:
        name = f"t1_n0de10{len(self.posts)}" if parent else "t3_1abcde"
        at: datetime = self.clock()
        self.posts[name] = {"id": name, "author": author, "parent": parent, "words": words, "at": at}
        return name

    def _path(self, name: str) -> str:
        return f"{THREAD}/{name[3:]}" if name.startswith("t1_") else THREAD

    def _inbox(self, asked: Asked) -> Said:
        if (asked.query.get("feed"), asked.query.get("user")) != (TOKEN, "acme"):
            return Said(b"<html>forbidden", 403, {"Content-Type": "text/html"})
        return self._feed(
            asked, lambda one: one["parent"] and self.posts[one["parent"]]["author"] in ("acme", "ana_acme")
        )

    def _user(self, asked: Asked, name: str) -> Said:
        known = {"acme", "ana_acme", "mei_t"}
        return self._feed(asked, lambda one: one["author"] == name) if name in known else self.not_there

    def _below(self, asked: Asked, id: str) -> Said:
        def hangs(one: dict[str, Any]) -> bool:
            above: str | None = one["id"]
            while above and above != f"t1_{id}":
                above = self.posts[above]["parent"]
            return above is not None or one["parent"] is None

        return self._feed(asked, hangs) if f"t1_{id}" in self.posts else self.not_there

    def _feed(self, asked: Asked, wanted: Any) -> Said:
        rows = [one for one in self.posts.values() if wanted(one)][::-1][: int(asked.query.get("limit", 25))]
        entries = "".join(
            f"<entry><author><name>/u/{one['author']}</name></author><id>{one['id']}</id>"
            f'<link href="{self.origin}{self._path(one["id"])}/"/>'
            f"<updated>{one['at'].isoformat()}</updated><title>/u/{one['author']} on a post</title>"
            f'<content type="html">{escape("<p>" + one["words"] + "</p>")}</content></entry>'
            for one in rows
        )
        head = (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>r</title>'
        )
        return Said(f"{head}{entries}</feed>".encode(), headers={"Content-Type": "application/atom+xml"})


NETWORKS = (Reddit,)
