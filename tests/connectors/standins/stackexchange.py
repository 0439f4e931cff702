"""Stack Exchange from its documentation (api.stackexchange.com/docs): one site, always zipped, what is gone
is an empty list, and every answer says how much of the day's quota is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Refusal, Routes, Said

NAMES = {1001: "Acme", 1002: "Ana", 2001: "Mei", 2002: "Zoe"}
ACME, ANA, MEI, ZOE = NAMES
KEY = "a-stand-in-key"


class _Site(Network):
    """Posts and comments by number; questions and answers are counted together."""

    zipped = True

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.posts: dict[int, dict[str, Any]] = {}
        self.comments: dict[int, dict[str, Any]] = {}
        self.quota = 10_000

    def routes(self) -> Routes:
        return [
            ("GET", "/2.3/info", lambda asked: self.wrapped(asked, [{}])),
            ("GET", "/2.3/users/{id}", self._user),
            ("GET", "/2.3/users/{id}/{what}", self._of_user),
            ("GET", "/2.3/questions/{ids}", self._by("question_id")),
            ("GET", "/2.3/answers/{ids}", self._by("answer_id")),
            ("GET", "/2.3/comments/{ids}", self._by("comment_id")),
            ("GET", "/2.3/questions/{ids}/answers", self._answers),
            ("GET", "/2.3/posts/{ids}/comments", self._comments),
            ("GET", "/2.3/search/advanced", self._search),
        ]

    def ana(self) -> str | None:
        return f"{self.origin}/users/{ANA}/ana"

    def wrapped(self, asked: Asked, items: Iterable[dict[str, Any]]) -> Said:
        """A page of them: by creation, within the dates that were asked for."""
        if asked.query.get("key", KEY) != KEY:
            raise Refusal(Said({"error_id": 400, "error_name": "bad_parameter", "error_message": "key"}, 400))
        since = int(asked.query.get("fromdate", 0))
        found = [one for one in items if one.get("creation_date", since) >= since]
        found.sort(key=lambda one: one.get("creation_date", 0), reverse=asked.query.get("order") != "asc")
        size, page = int(asked.query.get("pagesize", 30)), int(asked.query.get("page", 1))
        part = found[size * (page - 1) : size * page]
        if asked.query.get("filter") != "withbody":
            part = [{key: value for key, value in one.items() if key != "body"} for one in part]
        self.quota -= 1
        left = {"quota_max": 10_000, "quota_remaining": self.quota}
        return Said({"items": part, "has_more": len(found) > size * page} | left)

    def write(self, by: int, body: str, **facts: Any) -> int:
        """A question, or an answer to one."""
        number = 5000 + len(self.posts)
        kind = "answer_id" if "question_id" in facts else "question_id"
        self.posts[number] = self._said(by, body) | {kind: number, "is_accepted": False} | facts
        return number

    def remark(self, by: int, on: int, to: int | None, body: str) -> int:
        """A comment under a post; `to` is whom it addresses."""
        number = 8000 + len(self.comments)
        addressed = {"reply_to_user": self._shown(to)} if to else {}
        self.comments[number] = self._said(by, body) | {"comment_id": number, "post_id": on} | addressed
        return number

    def _said(self, by: int, body: str) -> dict[str, Any]:
        at = int(self.clock().timestamp())
        return {"owner": self._shown(by), "body": f"<p>{body}</p>", "creation_date": at}

    def _shown(self, number: int) -> dict[str, Any]:
        return {"user_id": number, "display_name": NAMES[number], "link": f"{self.origin}/users/{number}"}

    def _user(self, asked: Asked, id: str) -> Said:
        return self.wrapped(asked, [self._shown(int(id))] if int(id) in NAMES else [])

    def _of_user(self, asked: Asked, id: str, what: str) -> Any:
        number = int(id)
        own = [one for one in self.posts.values() if one["owner"]["user_id"] == number]
        lists = {
            "mentioned": [
                one for one in self.comments.values() if one.get("reply_to_user", {}).get("user_id") == number
            ],
            "comments": [one for one in self.comments.values() if one["owner"]["user_id"] == number],
            "answers": [one for one in own if "answer_id" in one],
            "questions": [one for one in own if "answer_id" not in one],
            "posts": [one | {"post_id": one.get("answer_id") or one["question_id"]} for one in own],
        }
        return self.wrapped(asked, lists[what]) if what in lists else self.not_there

    def _by(self, kind: str) -> Callable[[Asked, str], Said]:
        def read(asked: Asked, ids: str) -> Said:
            all = [*self.posts.values(), *self.comments.values()]
            if kind == "question_id":
                all = [one for one in all if "answer_id" not in one]
            return self.wrapped(asked, [one for one in all if str(one.get(kind)) in ids.split(";")])

        return read

    def _answers(self, asked: Asked, ids: str) -> Said:
        answers = [one for one in self.posts.values() if "answer_id" in one]
        return self.wrapped(asked, [one for one in answers if str(one["question_id"]) in ids.split(";")])

    def _comments(self, asked: Asked, ids: str) -> Said:
        return self.wrapped(
            asked, [one for one in self.comments.values() if str(one["post_id"]) in ids.split(";")]
        )

    def _search(self, asked: Asked) -> Said:
        questions = [one for one in self.posts.values() if "answer_id" not in one]
        return self.wrapped(asked, [one for one in questions if asked.query["tagged"] in one["tags"]])


class Comments(_Site):
    """Mei asks in a comment under an answer of Acme's; Ana answers with another."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        asked = self.write(ZOE, "How do I export?", title="Export", tags=["acme"])
        self.answer = self.write(ACME, "By the menu.", question_id=asked)

    def follows(self) -> Sequence[Follow]:
        user = f"{self.origin}/users/{ACME}/acme"
        return [Follow("mentions", user, KEY), Follow("replies", user, KEY)]

    def ask(self) -> str:
        return self._id(self.remark(MEI, self.answer, None, "Does it keep my tags?"))

    def reply(self, to: str) -> str:
        return self._id(self.remark(ANA, self.answer, None, "It does."))

    def thank(self, to: str) -> str:
        return self._id(self.remark(MEI, self.answer, ANA, "Thanks! And my notes?"))

    def delete(self, post: str) -> None:
        del self.comments[int(post.rpartition("/")[2])]

    def _id(self, number: int) -> str:
        return f"{self.origin.partition('://')[2]}/comments/{number}"


NETWORKS = (Comments,)
