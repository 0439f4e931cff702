"""A site of Stack Exchange, on which anything may happen: comments stand in order under questions and
answers, and only these can be edited later and brought back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.connectors.standins import stackexchange
from tests.connectors.standins.network import Follow
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

USERS = {"acme": stackexchange.ACME, "ana": stackexchange.ANA, "chidi": 1003, "mei": 2001, "kim": 2003}
EDITED_FOR = 5 * 60
"""So many seconds long a comment can be edited."""


class Stackexchange(Lived, stackexchange.Comments):
    name, kind = "stackexchange", "parents"

    def __init__(self, clock: Any) -> None:
        stackexchange.NAMES.update({number: name.title() for name, number in USERS.items()})
        self.made = 0
        self.below: dict[str, dict[str, Any]] = {}
        super().__init__(clock)
        self.posts.clear()

    def account(self, name: str) -> str:
        return str(USERS[name])

    def follows(self) -> Sequence[Follow]:
        user = f"{self.origin}/users/{stackexchange.ACME}/acme"
        return [Follow(kind, user, stackexchange.KEY) for kind in ("mentions", "replies")]

    # ---- what people do

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        """Nobody is told of a question: who asks somebody comments where that one takes part."""
        on = self._post_of(int(under)) if under else self._where_is(names) if names else 0
        if not on:
            return self._writes(by)
        asks = under == str(on) and "answer_id" not in self.posts[on]
        answers = asks and not names and self.here[under] != by
        return self._writes(by, on) if answers else self._comments_on(by, on, names)

    def _writes(self, by: str, question: int = 0) -> str:
        """A question, or an answer to one, of which its author is told."""
        words = f"Number {next(NUMBERS)}?"
        self.made += 1
        facts = {"answer_id": 5000 + self.made, "question_id": question, "is_accepted": False}
        asked = {"question_id": 5000 + self.made, "title": "Export", "tags": ["acme"]}
        self.posts[5000 + self.made] = self._said(USERS[by], words) | (facts if question else asked)
        told = [self.account(self._owner(question))] if question and self._owner(question) != by else []
        place = {"parent": str(question) if question else "", "told": told}
        return self.wrote(str(5000 + self.made), by, words, (), **place)

    def _comments_on(self, by: str, on: int, names: str) -> str:
        words = f"Number {next(NUMBERS)}?"
        self.made += 1
        id, owner = 8000 + self.made, self._owner(on)
        self.comments[id] = self._said(USERS[by], words) | {"comment_id": id, "post_id": on}
        named = {self._addresses(id, names) or owner} - {by}
        told = [self.account(owner)] if owner not in (by, *named) else []
        place = {"parent": str(on), "thread": f"under {on}", "place": self.made, "told": told}
        return self.wrote(str(id), by, words, sorted(named), **place)

    def _addresses(self, id: int, name: str) -> str:
        """Only who wrote there before can be addressed; the @ before the owner's name is taken away."""
        row = self.comments[id]
        there = {self._name(one) for one in self.comments.values() if one["post_id"] == row["post_id"]}
        if name in ("", self._owner(row["post_id"]), self._name(row)) or name not in there:
            return ""
        row["reply_to_user"] = self._shown(USERS[name])
        return name

    def _where_is(self, name: str) -> int:
        """A post that is theirs, or under which they commented: one after the other."""
        own = {number for number, one in self.posts.items() if self._name(one) == name}
        own |= {one["post_id"] for one in self.comments.values() if self._name(one) == name}
        return sorted(own)[self.made % len(own)] if own else 0

    def _post_of(self, id: int) -> int:
        return int(self.comments[id]["post_id"]) if id in self.comments else id

    def _name(self, row: dict[str, Any]) -> str:
        return next(name for name, number in USERS.items() if number == row["owner"]["user_id"])

    def _owner(self, post: int) -> str:
        return self._name(self.posts[post])

    def edit(self, id: str, names: str) -> None:
        """A comment only soon after it was written."""
        row = self.comments.get(int(id))
        if row is None or self.clock().timestamp() - row["creation_date"] < EDITED_FOR:
            super().edit(id, names)

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        """A name in a question or an answer tells nobody."""
        row = self._row(int(id))
        row["body"] = f"<p>{words}</p>"
        if int(id) in self.posts:
            row["last_edit_date"] = int(self.clock().timestamp())
            return ()
        if "reply_to_user" not in row:
            self._addresses(int(id), names)
        addressed = row.get("reply_to_user", self.posts[row["post_id"]]["owner"])
        return [name for name in (self._name({"owner": addressed}),) if name != self._name(row)]

    def _row(self, id: int) -> dict[str, Any]:
        return self.comments.get(id) or self.posts[id]

    # ---- what goes, and comes back

    def may_go(self, id: str) -> bool:
        """A question that has answers stays."""
        return not any("answer_id" in one and str(one["question_id"]) == id for one in self.posts.values())

    def remove(self, id: str) -> None:
        """What was said under a post is shown no more without it. No comment comes back."""
        below = [str(one["comment_id"]) for one in self.comments.values() if str(one["post_id"]) == id]
        for each in (*below, id):
            super().remove(each)
        self.below[id] = {each: self.gone.pop(each) for each in below}
        if "comment_id" in self.gone[id][0]:
            del self.gone[id]

    def restore(self, id: str) -> None:
        """With what was said under it; an answer only where its question stands."""
        taken = self.gone[id][0]
        if taken["question_id"] not in (int(id), *self.posts):
            return
        super().restore(id)
        below = self.below.pop(id)
        self.gone |= below
        for each in below:
            super().restore(each)

    def take(self, id: str) -> Any:
        return (self.comments if int(id) in self.comments else self.posts).pop(int(id))

    def bring(self, id: str, taken: Any) -> None:
        (self.comments if "comment_id" in taken else self.posts)[int(id)] = taken

    # ---- what the log says of it

    def shows(self, said: Said) -> Iterator[str]:
        yield from (_id(row) for row in _items(said) if "body" in row)

    def lists(self, asked: Asked) -> list[str] | None:
        """What somebody wrote is three lists, of which the questions are read last."""
        found = re.fullmatch(r"/2\.3/users/(\d+)/(mentioned|questions)", asked.path)
        return [{"mentioned": "mentions", "questions": "own"}[found[2]], found[1]] if found else None

    def asks(self, asked: Asked) -> list[str]:
        found = re.fullmatch(r"/2\.3/(?:questions|posts)/([\d;]+)/(?:answers|comments)", asked.path)
        return found[1].split(";") if found and "fromdate" not in asked.query else []

    def missing(self, asked: Asked, said: Said) -> list[str]:
        """What is not there is left out of a list."""
        found = re.fullmatch(r"/2\.3/(?:questions|answers|comments)/([\d;]+)", asked.path)
        if found is None or said.status != 200 or said.cut:
            return []
        return sorted(set(found[1].split(";")) - {_id(row) for row in _items(said)})

    def keyed(self, asked: Asked) -> bool:
        return asked.query.get("key") == stackexchange.KEY


def _items(said: Said) -> list[dict[str, Any]]:
    return json.loads(said.sent).get("items", []) if said.sent.startswith(b"{") else []


def _id(row: dict[str, Any]) -> str:
    return str(next((row[key] for key in ("comment_id", "answer_id", "question_id") if key in row), ""))
