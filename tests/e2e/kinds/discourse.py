"""A forum: a topic's order alone says what stands above what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.connectors.standins import discourse
from tests.connectors.standins.network import Follow
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived


class Discourse(Lived, discourse.Notified):
    """A forum: a topic's order alone says what stands above what; moderators bring posts back."""

    name, kind = "discourse", "flat"
    most = 18
    """Posts in one topic, so that it comes in one answer."""

    def __init__(self, clock: Any) -> None:
        self.begun: dict[int, str] = {}
        super().__init__(clock)

    def account(self, name: str) -> str:
        return str(discourse.USERS[name])

    def write(self, by: str, words: str, *, names: str = "", answers: str = "", topic: int = 70) -> str:
        id = super().write(by, words, names=names, answers=answers, topic=topic).rpartition("/")[2]
        post = self.posts[int(id)]
        post["staff"] = by in self.members
        answered = (post["reply_to_user"] or {}).get("username", "")
        place = {"thread": str(topic), "place": post["post_number"]}
        if answered == "acme" != names:
            self.notify(int(id), 2, answered)
        elif self.begun.setdefault(topic, by) == "acme" not in (names, by):
            self.notify(int(id), 9, "acme")  # whoever begins a topic watches it
            place["told"] = [self.account("acme")]
        return self.wrote(id, by, words, sorted({names, answered} - {""}), **place)

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        topic = self.posts[int(under)]["topic_id"] if under else discourse.TOPIC + len(self.topics)
        full = self.topics.get(topic, 0) >= self.most
        place = {"topic": discourse.TOPIC + len(self.topics)} if full else {"topic": topic}
        answers = under if under and not full and names == self.here.get(under) else ""
        return self.write(by, words, names="" if answers else names, answers=answers or "", **place)

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        post = self.posts[int(id)]
        named = re.findall(r'href="/u/(\w+)"', post["cooked"])
        name = names or next(iter(named), "")
        post |= {"cooked": self.cooked(words, name), "version": post["version"] + 1, "updated_at": self.at()}
        if names and names not in named:
            self.notify(int(id), 1, names)
        answered = (post["reply_to_user"] or {}).get("username", "")
        return sorted({name, answered} - {""})

    def take(self, id: str) -> Any:
        return self.posts.pop(int(id))

    def bring(self, id: str, taken: Any) -> None:
        self.posts[int(id)] = taken

    def may_go(self, id: str) -> bool:
        """With its first post a topic would go as a whole."""
        post = self.posts[int(id)]
        return post["post_number"] > 1 or self.topics[post["topic_id"]] == 1

    def shows(self, said: Said) -> Iterator[str]:
        if said.sent.startswith(b"{"):
            yield from _cooked(json.loads(said.sent))

    def lists(self, asked: Asked) -> list[str] | None:
        if asked.path == "/notifications.json":
            return ["mentions", self.account("acme")]
        if asked.path == "/user_actions.json":
            return ["own", self.account(asked.query["username"].lower())]
        return None

    def looks(self, asked: Asked) -> str:
        topic = re.fullmatch(r"/t/(\d+)\.json", asked.path)
        return topic[1] if topic else ""

    def keyed(self, asked: Asked) -> bool:
        return asked.headers.get("api-key") == discourse.KEY


class DiscourseCategory(Discourse):
    """Without a key: whatever is said there waits for the team, whose people the forum calls its staff."""

    everything, members = True, ("acme", "chidi")

    def follows(self) -> Sequence[Follow]:
        return [Follow("category", f"{self.origin}/c/help/5")]


def _cooked(part: Any) -> Iterator[str]:
    """A post is told by its words; what a notification only points to was not read."""
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _cooked(each)
    if isinstance(part, dict) and ("cooked" in part or "excerpt" in part):
        yield str(part.get("post_id") or part["id"])
