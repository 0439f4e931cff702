"""A WordPress site as developer.wordpress.org/rest-api describes its comments, posts and users."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Routes, Said

API = "/wp-json/wp/v2"
ARTICLE = 12
MEI, ANA = 7, 3


class WordPress(Network):
    """One article with comments; the site's clock is an hour ahead of UTC."""

    not_there = Said({"code": "rest_no_route", "message": "No route was found", "data": {"status": 404}}, 404)

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.began: datetime = clock()
        self.comments: dict[int, dict[str, Any]] = {}

    def routes(self) -> Routes:
        return [
            ("GET", "/wp-json/", lambda _: {"name": "The Acme blog", "namespaces": ["oembed/1.0", "wp/v2"]}),
            ("GET", f"{API}/comments", self._list),
            ("GET", f"{API}/comments/{{id}}", self._one),
            ("GET", f"{API}/posts/{ARTICLE}", lambda _: self._article()),
            ("GET", f"{API}/users", self._users),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("comments", f"{self.origin}/")]

    def ana(self) -> str | None:
        return f"{self.origin}/author/ana"

    def ask(self) -> str:
        return self._add(MEI, 0, "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self._add(ANA, int(to), "It does.")

    def thank(self, to: str) -> str:
        return self._add(MEI, int(to), "Thanks! And my notes?")

    def delete(self, post: str) -> None:
        self.comments[int(post.rpartition("/")[2])]["trashed"] = True

    def url(self, post: str) -> str | None:
        return f"{self.origin}/2026/03/moving/#comment-{post}"

    def _add(self, author: int, parent: int, words: str) -> str:
        number = len(self.comments) + 101
        self.comments[number] = {"id": number, "author": author, "parent": parent, "at": self.clock()}
        self.comments[number]["content"] = {"rendered": f"<p>{words}</p>\n"}
        return str(number)

    def _shown(self, one: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": one["id"],
            "post": ARTICLE,
            "parent": one["parent"],
            "author": one["author"],
            "author_name": "Ana" if one["author"] == ANA else "Mei Tanaka",
            "author_url": "",
            "date": one["at"].replace(tzinfo=None).isoformat(timespec="seconds"),
            "date_gmt": one["at"].replace(tzinfo=None).isoformat(timespec="seconds"),
            "content": one["content"],
            "link": f"{self.origin}/2026/03/moving/#comment-{one['id']}",
            "status": "approved",
            "type": "comment",
            "_embedded": {"up": [self._article()]},
        }

    def _article(self) -> dict[str, Any]:
        return {
            "id": ARTICLE,
            "date": self.began.replace(tzinfo=None).isoformat(timespec="seconds"),
            "link": f"{self.origin}/2026/03/moving/",
            "title": {"rendered": "Moving your notes to Acme"},
            "type": "post",
            "author": 1,
        }

    def _list(self, asked: Asked) -> Said:
        after = asked.query.get("after")
        since = datetime.fromisoformat(after) if after else datetime.min.replace(tzinfo=self.began.tzinfo)
        rows = [
            self._shown(one)
            for one in sorted(self.comments.values(), key=lambda one: one["at"])
            if "trashed" not in one and one["at"].replace(microsecond=0) > since
        ]
        size, page = int(asked.query.get("per_page", 10)), int(asked.query.get("page", 1))
        pages = -(-len(rows) // size)
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
        return Said(rows[(page - 1) * size : page * size], headers=headers)

    def _one(self, _: Asked, id: str) -> Said:
        one = self.comments.get(int(id))
        if one is None:
            return Said({"code": "rest_comment_invalid_id", "data": {"status": 404}}, 404)
        if "trashed" in one:
            return Said({"code": "rest_cannot_read", "data": {"status": 401}}, 401)
        return Said(self._shown(one))

    def _users(self, asked: Asked) -> Any:
        known = {"id": ANA, "name": "Ana", "slug": "ana", "link": f"{self.origin}/author/ana/"}
        return [known] if asked.query.get("slug") == "ana" else []


NETWORKS = (WordPress,)
