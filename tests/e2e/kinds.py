"""Three kinds of networks on which anything may happen, each with a log of its own for the referee.

Parents: posts point to what they answer (Mastodon). Flat: their order in a topic says it (Discourse). Feed:
entries are shown, and neither answers nor what became of them (RSS).
"""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, ClassVar

from tests.chronicle import Chronicle
from tests.connectors.standins import discourse, mastodon, rss
from tests.connectors.standins.network import Network
from tests.connectors.standins.serving import Asked, Said

NUMBERS = count(1)


class Lived(Network):
    """One network. Posts are named by the ids that stand in its log; `here` are those that stand there."""

    name: ClassVar[str]
    kind: ClassVar[str]
    them: ClassVar = ("mei", "kim")
    us: ClassVar = ("acme", "ana", "chidi")
    """The team's own account, one that is linked, and one that nobody linked."""
    restores: ClassVar = True

    def __init__(self, clock: Any) -> None:
        self.log = Chronicle(clock, self.name, self.kind)
        self.here: dict[str, str] = {}
        self.gone: dict[str, Any] = {}
        for name in (*self.them, *self.us):
            self.log.account(self.account(name), name)
        super().__init__(clock)

    @abstractmethod
    def account(self, name: str) -> str:
        """The id of somebody's account."""

    @abstractmethod
    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        """Somebody writes, below a post (in its thread) or anew; gives the id."""

    @abstractmethod
    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        """Its author edits it, and maybe names somebody; gives whom it names then."""

    @abstractmethod
    def take(self, id: str) -> Any:
        """Out of what stands there; gives what brings it back."""

    @abstractmethod
    def bring(self, id: str, taken: Any) -> None:
        """Back to where it stood."""

    @abstractmethod
    def shows(self, said: Said) -> Iterator[str]:
        """The ids of the posts in an answer."""

    def lists(self, asked: Asked) -> list[str] | None:
        """What the answer is all of: what names an account, or what it wrote."""
        return None

    def looks(self, asked: Asked) -> str:
        """The thread that is asked for, where the path does not say it by a post of its."""
        return ""

    def may_go(self, id: str) -> bool:
        """Whether its author may delete it."""
        return id in self.here

    def edit(self, id: str, names: str) -> None:
        """Its author edits it."""
        words = f"And number {next(NUMBERS)}?"
        self.log.edited(id, words, map(self.account, self.change(id, words, names)))

    def remove(self, id: str) -> None:
        """Its author deletes it."""
        self.gone[id] = self.take(id), self.here.pop(id)
        self.log.deleted(id)

    def restore(self, id: str) -> None:
        """It is there again, as it was."""
        taken, self.here[id] = self.gone.pop(id)
        self.bring(id, taken)
        self.log.restored(id)

    def wrote(self, id: str, by: str, words: str, names: Sequence[str], **place: Any) -> str:
        """Note it in the log."""
        self.here[id] = by
        told = [self.account(name) for name in names]
        self.log.posted(id, self.account(by), words, mentions=told, **place)
        return id

    def heard(self, asked: Asked, said: Said) -> None:
        arrived = said.status == 200 and not said.cut
        shown = list(dict.fromkeys(self.shows(said))) if arrived else []
        told = {"lists": self.lists(asked), "looks": self.looks(asked), "dropped": said.cut}
        who = "acme" if self.keyed(asked) else ""
        self.log.request(asked.method, asked.path, said.status, shown, who=who, **told)

    def keyed(self, asked: Asked) -> bool:
        """Whether the team's key came along."""
        return False


class Parents(Lived, mastodon.Mastodon):
    """Mastodon; what is deleted leaves its replies without a parent, and nothing comes back."""

    name, kind, restores = "mastodon", "parents", False

    def __init__(self, clock: Any) -> None:
        self.notes: list[str] = []
        super().__init__(clock)

    def account(self, name: str) -> str:
        return str(1 + mastodon.PEOPLE.index(name))

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        id = self._post(by, under, tuple(filter(None, [names])), words)
        self._tell(id, names)
        return self.wrote(id, by, words, self.statuses[id]["names"], parent=under or "")

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        one = self.statuses[id]
        is_new = names and names not in one["names"]
        one |= {"words": words, "edited": self.clock().isoformat()}
        one["names"] = (*one["names"], names) if is_new else one["names"]
        self._tell(id, names if is_new else "")
        return one["names"]

    def take(self, id: str) -> Any:
        self.notes = [note for note in self.notes if note != id]
        return self.delete(id)

    def bring(self, id: str, taken: Any) -> None:
        raise NotImplementedError("nobody brings back what was deleted on Mastodon")

    def shows(self, said: Said) -> Iterator[str]:
        yield from re.findall(r'"uri": "[^"]*/statuses/(\d+)"', said.sent.decode())

    def lists(self, asked: Asked) -> list[str] | None:
        if asked.path == "/api/v1/notifications":
            return ["mentions", self.account("acme")]
        own = re.fullmatch(r"/api/v1/accounts/(\d+)/statuses", asked.path)
        return ["own", own[1]] if own else None

    def keyed(self, asked: Asked) -> bool:
        return asked.bearer == mastodon.TOKEN

    def shown(self, status: dict[str, Any]) -> dict[str, Any]:
        return status | {"edited_at": self.statuses[status["id"]].get("edited")}

    def _tell(self, id: str, whom: str) -> None:
        if whom == "acme":
            self.notes.append(id)
            self.statuses[id]["told"] = len(self.notes), self.clock().isoformat()

    def _notifications(self, asked: Asked) -> Any:
        """Numbered as they came about: a post that names us by an edit comes after what is younger."""
        after, before = (int(asked.query.get(name, 0)) for name in ("min_id", "max_id"))
        told = [(*self.statuses[id]["told"], id) for id in self.notes]
        found = [one for one in told if one[0] > after and (not before or one[0] < before)]
        part = found[: int(asked.query["limit"])] if after else found[-int(asked.query["limit"]) :]
        return [self._note(*one) for one in reversed(part)]

    def _note(self, number: int, at: str, id: str) -> dict[str, Any]:
        by = self._account(self.statuses[id]["by"])
        return {"id": f"{number}", "type": "mention", "created_at": at, "account": by} | {
            "status": self._status(id)
        }


class Flat(Lived, discourse.Notified):
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


def _cooked(part: Any) -> Iterator[str]:
    """A post is told by its words; what a notification only points to was not read."""
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _cooked(each)
    if isinstance(part, dict) and ("cooked" in part or "excerpt" in part):
        yield str(part.get("post_id") or part["id"])


class Feed(Lived, rss.Feed):
    """A feed; who takes something out of it answers where nobody sees it."""

    name, kind = "rss", "feed"

    def account(self, name: str) -> str:
        return name

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        return self.wrote(self.enter(by, words), by, words, ())

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        self.entries[id]["words"] = words
        return ()

    def take(self, id: str) -> Any:
        return self.entries.pop(id)

    def bring(self, id: str, taken: Any) -> None:
        self.entries[id] = taken

    def shows(self, said: Said) -> Iterator[str]:
        yield from re.findall(r"<guid>[^<]*/entries/(\d+)</guid>", said.sent.decode())


KINDS = (Parents, Flat, Feed)
