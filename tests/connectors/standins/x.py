"""X as docs.x.com describes its API v2: timelines, the search of seven days, lookups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Refusal, Routes, Said

TOKEN = "the-app-only-token"
PEOPLE = {"22": "acme", "33": "ana_acme", "44": "mei_t"}
PROBLEMS = "https://api.twitter.com/2/problems/"
FIRST_MILLISECOND = 1_288_834_974_657
WEEK = 7 * 24 * 3600


def problem(kind: str, status: int) -> Refusal:
    headers = {"Content-Type": "application/problem+json"}
    return Refusal(Said({"title": kind, "type": PROBLEMS + kind, "status": status}, status, headers))


class Tweets(Network):
    """X with the older spelling of its schema."""

    word = "tweet"

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.posts: dict[str, dict[str, Any]] = {}
        self.first = self._write("22", "The export is here.")

    def routes(self) -> Routes:
        return [
            ("GET", "/2/users/me", self._me),
            ("GET", "/2/users/by/username/{name}", self._user),
            ("GET", "/2/users/{id}/mentions", self._mentions),
            ("GET", "/2/users/{id}/tweets", self._timeline),
            ("GET", "/2/tweets/search/recent", self._search),
            ("GET", "/2/tweets", self._lookup),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("mentions", f"{self.origin}/acme", TOKEN)]

    def ana(self) -> str | None:
        return f"{self.origin}/ana_acme"

    def ask(self) -> str:
        return self._write("44", "Does the export keep my tags?", self.first)

    def reply(self, to: str) -> str:
        return self._write("33", "It does.", to)

    def thank(self, to: str) -> str:
        return self._write("44", "Thanks! And my notes?", to)

    def delete(self, post: str) -> None:
        """What answered it stays, and counts as before in the conversation."""
        del self.posts[post]

    def url(self, post: str) -> str | None:
        return f"https://x.com/i/web/status/{post}"

    def _write(self, by: str, text: str, to: str | None = None) -> str:
        at: datetime = self.clock()
        id_ = str(((int(at.timestamp() * 1000) - FIRST_MILLISECOND) << 22) + len(self.posts))
        root = self.posts[to]["conversation_id"] if to else id_
        self.posts[id_] = {
            "id": id_,
            "text": text,
            "author_id": by,
            "created_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
            "conversation_id": root,
            f"edit_history_{self.word}_ids": [id_],
            f"referenced_{self.word}s": [{"type": "replied_to", "id": to}] if to else None,
            "lang": "en",
        }
        return id_

    # ---- answers

    def _check(self, asked: Asked) -> None:
        if asked.bearer != TOKEN:
            raise problem("unauthorized", 401)

    def _me(self, asked: Asked) -> Said:
        self._check(asked)
        raise problem("unsupported-authentication", 403)

    def _user(self, asked: Asked, name: str) -> Said:
        self._check(asked)
        found = next((id_ for id_, known in PEOPLE.items() if known == name), None)
        missing = {"errors": [{"type": PROBLEMS + "resource-not-found", "value": name}]}
        return Said({"data": self._person(found)} if found else missing)

    def _person(self, id_: str) -> dict[str, Any]:
        return {"id": id_, "username": PEOPLE[id_], "name": PEOPLE[id_].title(), "protected": False}

    def _mentions(self, asked: Asked, id: str) -> Said:
        def names(post: dict[str, Any]) -> bool:
            above = self.posts.get(self._above(post) or "", {})
            return bool(above.get("author_id") == id and post["author_id"] != id)

        return self._listed(asked, names, least=5)

    def _timeline(self, asked: Asked, id: str) -> Said:
        return self._listed(asked, lambda post: post["author_id"] == id, least=5)

    def _search(self, asked: Asked) -> Said:
        kind, _, wanted = asked.query["query"].partition(":")
        if kind != "conversation_id":
            raise problem("invalid-request", 400)
        since = (int((self.clock().timestamp() - WEEK) * 1000) - FIRST_MILLISECOND) << 22
        if int(asked.query.get("since_id", since)) < since:
            raise problem("invalid-request", 400)
        return self._listed(
            asked, lambda post: post["conversation_id"] == wanted and int(post["id"]) >= since, least=10
        )

    def _listed(self, asked: Asked, wanted: Any, *, least: int) -> Said:
        count = int(asked.query.get("max_results", 10))
        if not least <= count <= 100:
            raise problem("invalid-request", 400)
        since, until = int(asked.query.get("since_id", 0)), int(asked.query.get("until_id", 2**63))
        start = asked.query.get("start_time", "")
        found = [
            post
            for id_, post in sorted(self.posts.items(), key=lambda one: -int(one[0]))
            if since < int(id_) < until and post["created_at"] >= start and wanted(post)
        ]
        more = {"next_token": "t"} if len(found) > count else {}
        return self._said(asked, found[:count], {"meta": {"result_count": len(found[:count])} | more})

    def _lookup(self, asked: Asked) -> Said:
        ids = asked.query["ids"].split(",")
        missing = [
            {"type": PROBLEMS + "resource-not-found", "resource_id": i} for i in ids if i not in self.posts
        ]
        found = [self.posts[id_] for id_ in ids if id_ in self.posts]
        return self._said(asked, found, {"errors": missing} if missing else {})

    def _said(self, asked: Asked, posts: list[dict[str, Any]], rest: dict[str, Any]) -> Said:
        self._check(asked)
        other = {"tweet": "post.fields", "post": "tweet.fields"}[self.word]
        if other in asked.query:
            raise problem("invalid-request", 400)
        wanted = {
            "id",
            "text",
            f"edit_history_{self.word}_ids",
            *asked.query[f"{self.word}.fields"].split(","),
        }
        shown = [
            {key: value for key, value in (post | self._counted(post)).items() if key in wanted and value}
            for post in posts
        ]
        people = sorted({post["author_id"] for post in posts}) if asked.query.get("expansions") else []
        data = {"data": shown, "includes": {"users": [self._person(id_) for id_ in people]}} if posts else {}
        return Said(data | rest)

    def _counted(self, post: dict[str, Any]) -> dict[str, Any]:
        below = [one for one in self.posts.values() if self._above(one) == post["id"]]
        return {"public_metrics": {"reply_count": len(below), "like_count": 0}}

    def _above(self, post: dict[str, Any]) -> str | None:
        answered = post[f"referenced_{self.word}s"]
        return answered[0]["id"] if answered else None


class Posts(Tweets):
    """X with the newer spelling, which it published in August 2026."""

    word = "post"


NETWORKS = (Tweets, Posts)
