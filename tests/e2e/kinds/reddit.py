"""Reddit, on which anything may happen: what is gone keeps its place, and moderators bring comments back.

It is read by the key of an app, or by feeds."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from tests.connectors.standins import reddit
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

DEEPEST = 10
"""Levels of comments in one answer; below them the API says that the thread goes on, and a feed nothing."""
IDS = count(36**6)


class _Spoken(Lived):
    """What people do there, whichever way it is read."""

    posts: dict[str, dict[str, Any]]

    def __init__(self, clock: Any) -> None:
        self.removals = count()
        super().__init__(clock)
        self.posts.clear()

    def ana(self) -> str | None:
        return f"{self.origin}/user/ana"

    def account(self, name: str) -> str:
        return name

    @abstractmethod
    def named(self, id: str) -> Sequence[str]:
        """Those who are told that it calls them."""

    def _put(self, by: str, under: str | None, words: str, names: str) -> str:
        """A comment below another or below a post, or a new post."""
        id = f"{'t1' if under else 't3'}_{_base36(next(IDS))}"
        said = {"id": id, "author": by, "parent": under, "words": words, "at": self.clock(), "edited": False}
        article = self.posts[under]["article"] if under else id
        self.posts[id] = said | {"article": article, "by": by, "names": names, "final": False}
        self._name(id, names)
        return id

    def _name(self, id: str, names: str) -> None:
        post = self.posts[id]
        post["names"] = post["names"] or names
        post["words"] = f"u/{post['names']} {post['words']}" if post["names"] else post["words"]

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        self.posts[id] |= {"words": words, "edited": self.clock().timestamp()}
        self._name(id, names)
        return self.named(id)

    def remove(self, id: str) -> None:
        """Every other time a moderator does it, who may think better of it; its author's word is final."""
        is_final = next(self.removals) % 2 == 0
        super().remove(id)
        if is_final:
            del self.gone[id]
            self.posts[id] |= {"words": "[deleted]", "final": True}

    def take(self, id: str) -> Any:
        was = {key: self.posts[id][key] for key in ("author", "words")}
        self.posts[id] |= {"author": "[deleted]", "words": "[removed]"}
        return was

    def bring(self, id: str, taken: Any) -> None:
        self.posts[id] |= taken

    def _path(self, name: str) -> str:
        article = self.posts[name]["article"]
        path = f"/r/notes/comments/{article[3:]}/a_title"
        return path if name == article else f"{path}/{name[3:]}"


class Reddit(_Spoken, reddit.App):
    """Read with the key of an app: what stands below ours is seen, and no inbox."""

    name, kind, keeps = "reddit", "parents", True

    def routes(self) -> Any:
        return [
            *(route for route in super().routes() if not route[1].startswith("/comments/")),
            ("GET", "/comments/{article}", self._comments),
        ]

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        """Who asks us anew does it below the first post, which is ours; who says anything else begins one."""
        words = f"Number {next(NUMBERS)}?"
        under = under or (next(iter(self.posts)) if names else None)
        id = self._put(by, under, words, names)
        told = [self.account(name) for name in {self.here.get(under or "", by)} - {by}]
        return self.wrote(id, by, words, self.named(id), parent=under or "", told=told)

    def named(self, id: str) -> Sequence[str]:
        return [named] if (named := self.posts[id]["names"]) else []

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


class RedditByFeeds(_Spoken, reddit.Reddit):
    """Read by feeds: an inbox says who is told of a comment, and only the order tells what it answers.

    Whoever speaks below a post answers the last word there, so that nothing stands beside anything: the page
    of a comment shows what hangs below it and nothing beside it, which no order tells.
    """

    name, kind = "reddit", "flat"
    most = 14
    """Posts in one thread; a look that shows nine or more is not complete."""

    def routes(self) -> Any:
        page = "/r/notes/comments/{article}/a_title"
        return [
            ("GET", f"{page}/.rss", lambda asked, article: self._page(asked, f"t3_{article}")),
            ("GET", f"{page}/{{id}}/.rss", lambda asked, _, id: self._page(asked, f"t1_{id}")),
            *(route for route in super().routes() if not route[1].startswith(reddit.THREAD)),
        ]

    # ---- what people do

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        """Who asks us anew does it below the newest post, whoever wrote that; who says anything else, or
        speaks where the thread is full, begins one."""
        thread = self.posts[under]["article"] if under else self._newest() if names else ""
        if thread and self._is_full(thread):
            return self.speak(by, names=names)
        words = f"Number {next(NUMBERS)}?"
        id = self._put(by, self._last(thread) if thread else None, words, names)
        place = int(id[3:], 36) if thread else 0
        return self.wrote(id, by, words, self.named(id), thread=thread or id, place=place)

    def _newest(self) -> str:
        """The newest post that has room; where none has, we post again."""
        there = [id for id in self.here if id.startswith("t3_") and not self._is_full(id)]
        return there[-1] if there else self.speak("acme")

    def _is_full(self, thread: str) -> bool:
        return sum(one["article"] == thread for one in self.posts.values()) >= self.most

    def _last(self, thread: str) -> str:
        """Below what its author deleted nobody can write, but below what a moderator removed."""
        there = [one["id"] for one in self.posts.values() if one["article"] == thread and not one["final"]]
        return there[-1] if there else thread

    def named(self, id: str) -> Sequence[str]:
        """Whom a comment names, and whose it answers; of a post nobody is told."""
        one = self.posts[id]
        upper = self.posts[one["parent"]]["by"] if one["parent"] else ""
        return sorted({one["names"], upper} - {"", one["by"]}) if upper else []

    # ---- feeds

    def _inbox(self, asked: Asked) -> Said:
        said = super()._inbox(asked)
        return self._feed(asked, lambda one: "acme" in self.named(one["id"])) if said.status == 200 else said

    def _user(self, asked: Asked, name: str) -> Said:
        known = (*self.them, *self.us)
        return self._feed(asked, lambda one: one["author"] == name) if name in known else self.not_there

    def _page(self, asked: Asked, id: str) -> Said:
        """The post, and a comment with what hangs below it; it does not say that it was cut."""
        if id not in self.posts:
            return self.not_there
        thread = self.posts[id]["article"]
        return self._feed(asked, lambda one: one["id"] == thread or id in self._line(one["id"])[:DEEPEST])

    def _line(self, id: str) -> list[str]:
        """It, and what it answers, up to the post."""
        upper = self.posts[id]["parent"]
        return [id, *(self._line(upper) if upper else ())]

    def _feed(self, asked: Asked, wanted: Any) -> Said:
        """What is lost keeps its place while something hangs below it, and is not shown without."""
        kept = {id for each in self.here for id in self._line(each)}
        return super()._feed(asked, lambda one: one["id"] in kept and wanted(one))

    # ---- what the log tells of answers

    def shows(self, said: Said) -> Iterator[str]:
        if said.sent.startswith(b"<?xml"):
            entries = re.findall(r"<name>/u/([^<]+)</name></author><id>(\w+)</id>", said.sent.decode())
            yield from (id for author, id in entries if author != "[deleted]")

    def lists(self, asked: Asked) -> list[str] | None:
        own = re.fullmatch(r"/user/(\w+)/\.rss", asked.path)
        if asked.query.get("limit") == "1":
            return None
        inbox = ["mentions", self.account("acme")] if asked.path == "/message/inbox/.rss" else None
        return ["own", self.account(own[1])] if own else inbox

    def asks(self, asked: Asked) -> list[str]:
        page = re.fullmatch(r"/r/notes/comments/(\w+)/a_title(?:/(\w+))?/\.rss", asked.path)
        if page:
            return [f"t1_{page[2]}" if page[2] else f"t3_{page[1]}"]
        return []

    def missing(self, asked: Asked, said: Said) -> list[str]:
        shown = set(self.shows(said))
        is_whole = said.sent.startswith(b"<?xml") and not said.cut
        return [id for id in self.asks(asked) if id not in shown] if is_whole else []

    def keyed(self, asked: Asked) -> bool:
        return "feed" in asked.query


def _rows(part: Any) -> Iterator[str]:
    """What is lost keeps its place without its words."""
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _rows(each)
    if isinstance(part, dict) and {"name", "author"} <= part.keys() and part["author"] != "[deleted]":
        yield str(part["name"])


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]
