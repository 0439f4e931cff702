"""A Discourse forum from its API documentation (docs.discourse.org): topics, and notifications for a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Refusal, Routes, Said

USERS = {"acme": 11, "ana": 12, "mei": 21, "kim": 22, "chidi": 23}
KEY = "a-stand-in-key"
TOPIC = 70


class _Forum(Network):
    """Posts by number in their topic; a deleted one is missing from the topic and answers 404."""

    not_there = Said({"errors": ["not found"], "error_type": "not_found"}, 404)

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.posts: dict[int, dict[str, Any]] = {}
        self.notes: list[dict[str, Any]] = []
        self.made = 0
        self.topics: dict[int, int] = {}
        self.write("ana", "Tell us here about tags")

    def routes(self) -> Routes:
        return [
            ("GET", "/u/{name}.json", lambda _, name: {"user": self.user(name)}),
            ("GET", "/site/basic-info.json", lambda _: {"title": "Acme's forum"}),
            ("GET", "/session/current.json", self._current),
            ("GET", "/notifications.json", self._notified),
            ("GET", "/posts.json", self._latest),
            ("GET", "/posts/{id}.json", lambda _, id: self.posts.get(int(id)) or self.not_there),
            ("GET", "/t/{id}.json", self._topic),
            ("GET", "/t/{id}/posts.json", self._more),
            ("GET", "/user_actions.json", self._actions),
        ]

    def user(self, name: str) -> dict[str, Any]:
        return {"id": USERS[name], "username": name, "name": name.title()}

    def ana(self) -> str | None:
        return f"{self.origin}/u/ana"

    def thank(self, to: str) -> str:
        return self.write("mei", "Thanks! And my notes?", answers=to)

    def delete(self, post: str) -> None:
        del self.posts[int(post.rpartition("/")[2])]

    def write(self, by: str, words: str, *, names: str = "", answers: str = "", topic: int = TOPIC) -> str:
        """Writes to a topic, or to a post of it; whom it names is notified."""
        self.made += 1
        number = self.topics[topic] = self.topics.get(topic, 0) + 1
        id, at = 4000 + self.made, self.at()
        answered = self.posts[int(answers.rpartition("/")[2])] if answers else {}
        above = answered.get("post_number")
        self.posts[id] = {
            "id": id,
            "username": by,
            "name": by.title(),
            "user_id": USERS[by],
            "created_at": at,
            "updated_at": at,
            "cooked": self.cooked(words, names),
            "post_number": number,
            "post_type": 1,
            "reply_to_post_number": above,
            "reply_to_user": {"username": answered["username"]} if answered else None,
            "topic_id": topic,
            "topic_slug": "tags",
            "category_id": 5,
            "version": 1,
            "user_deleted": False,
        }
        if names:
            self.notify(id, 1, names)
        return f"{self.origin.partition('://')[2]}/posts/{id}"

    def at(self) -> str:
        return self.clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def cooked(self, words: str, names: str) -> str:
        """The HTML of a post's words."""
        named = f'<a class="mention" href="/u/{names}">@{names}</a> ' if names else ""
        return f"<p>{named}{words}</p>"

    def notify(self, id: int, kind: int, whom: str) -> None:
        """Tells somebody of a post: kind 1 that it names them, 2 that it answers theirs."""
        post = self.posts[id]
        data = {"original_post_id": id, "original_username": post["username"]}
        place = {"topic_id": post["topic_id"], "post_number": post["post_number"], "created_at": self.at()}
        note = {"id": 9001 + len(self.notes), "notification_type": kind, "user_id": USERS[whom], "data": data}
        self.notes.append(note | place)

    def _current(self, asked: Asked) -> Any:
        self._known(asked)
        return {"current_user": self.user("acme")}

    def _known(self, asked: Asked) -> None:
        if asked.headers.get("api-key") != KEY:
            raise Refusal(Said({"errors": ["You need to be logged in"], "error_type": "not_logged_in"}, 403))

    def _notified(self, asked: Asked) -> Any:
        self._known(asked)
        mine = [one for one in self.notes if one["user_id"] == USERS["acme"]][::-1]
        start = int(asked.query.get("offset", 0))
        return {"notifications": mine[start : start + 60], "total_rows_notifications": len(mine)}

    def _latest(self, asked: Asked) -> Any:
        before = int(asked.query.get("before", 10**9))
        found = [one for id, one in sorted(self.posts.items(), reverse=True) if id <= before]
        return {"latest_posts": found[:50]}

    def _topic(self, _: Asked, id: str) -> Any:
        posts = [one for one in self.posts.values() if str(one["topic_id"]) == id]
        if not posts:
            return self.not_there
        posts.sort(key=lambda one: one["post_number"])
        stream = {"posts": posts[:20], "stream": [one["id"] for one in posts]}
        return {"id": int(id), "title": "Tags", "slug": "tags", "closed": False, "post_stream": stream}

    def _more(self, asked: Asked, _: str) -> Any:
        wanted = asked.query["post_ids[]"]
        return {"post_stream": {"posts": [one for one in self.posts.values() if str(one["id"]) == wanted]}}

    def _actions(self, asked: Asked) -> Any:
        made = [
            {
                "action_type": 5,
                "post_id": one["id"],
                "excerpt": one["cooked"],
                **{
                    key: one[key] for key in ("topic_id", "post_number", "reply_to_post_number", "created_at")
                },
                **{key: one[key] for key in ("username", "name", "user_id")},
            }
            for one in self.posts.values()
            if one["username"] == asked.query["username"].lower()
        ][::-1]
        start = int(asked.query.get("offset", 0))
        return {"user_actions": made[start : start + 30]}


class Notified(_Forum):
    """The account's own key tells of what names it."""

    def follows(self) -> Sequence[Follow]:
        return [Follow("mentions", f"{self.origin}/u/acme", KEY)]

    def ask(self) -> str:
        return self.write("mei", "Does the export keep my tags?", names="acme")

    def reply(self, to: str) -> str:
        return self.write("ana", "It does.", answers=to)


class Category(_Forum):
    """Without a key: what is written in a category, and Ana's reply stands right below it."""

    def follows(self) -> Sequence[Follow]:
        return [Follow("category", f"{self.origin}/c/help/5")]

    def ask(self) -> str:
        return self.write("mei", "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self.write("ana", "It does.")


NETWORKS = (Notified, Category)
