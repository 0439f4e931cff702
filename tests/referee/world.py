"""The network and Slack by their own logs, with the export put beside them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any

from tests.referee.lines import Line, moment, sure

NEVER = 10**15
"""The number of what has not come in the log's count."""


@dataclass
class Post:
    """A post as its own server had it. `named` says when it came to those whom it names; on a network
    that has an order and no pointers, `place` is where it stands in its `thread`."""

    id: str
    author: str
    parent: str
    seq: int
    line: Line
    created: datetime
    texts: list[str]
    named: dict[str, tuple[int, datetime]]
    gone: tuple[int, datetime] | None = None
    away: list[tuple[int, int]] = field(default_factory=list)
    """Between which lines of the log it was gone before it came back."""

    @property
    def told(self) -> list[str]:
        """Those whom the network tells of it though it names nobody."""
        return [str(who) for who in self.line.get("told", ())]

    @property
    def thread(self) -> str:
        return str(self.line.get("thread", ""))

    @property
    def place(self) -> int:
        return int(self.line.get("place", 0))

    @property
    def visibility(self) -> str:
        return str(self.line.get("visibility", "public"))

    @property
    def is_open(self) -> bool:
        return self.visibility in ("public", "unlisted")

    @property
    def server(self) -> Any:
        """Where it was written; logs with one server need not say."""
        return self.line.get("server")


@dataclass
class World:
    """Both logs and the export, put side by side."""

    slack: Sequence[Line]
    network: Sequence[Line]
    lists: Mapping[str, Sequence[Line]]

    @cached_property
    def accounts(self) -> dict[str, Line]:
        return {str(line["id"]): line for line in self.network if line["kind"] == "account"}

    @cached_property
    def homes(self) -> dict[str, str]:
        """The id at home by the id that another server gave."""
        return {line["here"]: line["id"] for line in self.network if line["kind"] == "arrived"}

    def at_home(self, text: str) -> str:
        """The same with the ids that posts have at home."""
        return re.sub(r"\d+", lambda found: self.homes.get(found[0], found[0]), text)

    @cached_property
    def moves(self) -> dict[tuple[str, str, Any], int]:
        """When posts came to another server, and went from there: by kind of line, post and server."""
        found: dict[tuple[str, str, Any], int] = {}
        for line in self.network:
            if line["kind"] in ("arrived", "deletion_arrived"):
                found.setdefault((line["kind"], line["id"], line["server"]), line["seq"])
        return found

    def came(self, post: Post, server: Any) -> int:
        """Since when it stands on that server, by the log's count."""
        return post.seq if server == post.server else self.moves.get(("arrived", post.id, server), NEVER)

    def has_copy(self, post: Post) -> bool:
        """Whether it still stands on another server, to which nobody told that it was deleted at home."""
        return any(
            kind == "arrived" and id == post.id and ("deletion_arrived", id, server) not in self.moves
            for kind, id, server in self.moves
        )

    def went(self, post: Post, server: Any) -> int:
        """Since when it is gone from that server."""
        if server == post.server:
            return post.gone[0] if post.gone else NEVER
        return self.moves.get(("deletion_arrived", post.id, server), NEVER)

    @cached_property
    def posts(self) -> dict[str, Post]:
        found: dict[str, Post] = {}
        lives = {id: account.get("server") for id, account in self.accounts.items()}
        for line in self.network:
            if line["kind"] == "posted":
                found[line["id"]] = _posted(line, lives)
            elif line["kind"] in _HAPPENS and "id" in line:
                _HAPPENS[line["kind"]](found[line["id"]], line, lives)
        for post in found.values():
            upper = found.get(post.parent)
            shown_at, server = self.first_shown.get(post.id, (NEVER, post.server))
            forgets = upper and upper.line["network"] not in self.keeping
            if forgets and upper.gone and shown_at >= self.went(upper, server):
                # With its parent the network forgot what it answers, before anybody could read that.
                post.parent = ""
        return found

    @cached_property
    def added(self) -> set[str]:
        """The posts whose links people typed behind `add`."""
        said = (str(line["act"]["payload"].get("text", "")) for line in self.slack if line["kind"] == "act")
        return {self.at_home(text.rpartition("/")[2]) for text in said if text.startswith("add ")}

    @cached_property
    def first_seen(self) -> dict[str, int]:
        """When each post first stood in any answer, by the log's own count."""
        return {id: line["seq"] for line in reversed(self.answers) for id in line.get("shown", ())}

    @cached_property
    def shown_at(self) -> dict[str, datetime]:
        """The same, by the clock."""
        return {id: sure(line["world"]) for line in reversed(self.answers) for id in line.get("shown", ())}

    @cached_property
    def first_shown(self) -> dict[str, tuple[int, Any]]:
        """When each post first came in a list to the bot, by the log's own count, and from which server.

        A post that was asked for alone, to see whom a reply of ours answers, need not be remembered.
        """
        found: dict[str, tuple[int, Any]] = {}
        lists = (
            line for line in self.answers if not line["path"].endswith(tuple(line.get("shown", ())) or "/")
        )
        for line in lists:
            for id in line.get("shown", ()):
                found.setdefault(str(id), (int(line["seq"]), line.get("server")))
        return found

    @cached_property
    def requests(self) -> list[Line]:
        """What the bot asked; posts in a path go by their ids at home."""
        return [
            {**line, "path": self.at_home(line["path"])}
            for line in self.network
            if line["kind"] == "request" and line.get("port") == "bot"
        ]

    @cached_property
    def answers(self) -> list[Line]:
        """Requests whose answer arrived whole, and was not a fault's."""
        whole = (line for line in self.requests if line["status"] == 200 and not line.get("dropped"))
        return [line for line in whole if line["seq"] not in self.faked]

    @cached_property
    def faked(self) -> set[int]:
        """The requests that a fault with a body of its own answered."""
        found: set[int] = set()
        meets: Counter[str] = Counter()
        for line in self.network:
            if line["kind"] == "fault" and line.get("answers"):
                meets[line["met_by"]] += 1
            elif line["kind"] == "request" and meets[line["path"]]:
                meets[line["path"]] -= 1
                found.add(line["seq"])
        return found

    @cached_property
    def seen(self) -> set[str]:
        return set(self.first_seen)

    @cached_property
    def ours(self) -> dict[str, list[Line]]:
        """Our handles by the network's account id."""
        found: defaultdict[str, list[Line]] = defaultdict(list)
        for handle in self.lists["handles"]:
            name = str(handle["author_id"]).rpartition("/")[2].removeprefix("@")
            for id, account in self.accounts.items():
                if account["network"] == handle["network"] and name in (account["acct"], id):
                    found[id].append(handle)
        return dict(found)

    @cached_property
    def marks(self) -> dict[str, Line]:
        """The export's line of each of the network's posts."""
        found = {}
        for line in self.lists["posts"]:
            for ref in line["refs"]:
                found.setdefault(self.at_home(str(ref).rpartition("/")[2]), line)
        return {id: line for id, post in self.posts.items() if (line := found.get(id) or self._told(post))}

    def _told(self, post: Post) -> Line | None:
        """What stands in a feed has no number: it is told by the second in which it was written."""
        same = (post.line["network"], post.created.replace(microsecond=0))
        return self._entries.get(same) if self.kinds.get(post.line["network"]) == "feed" else None

    @cached_property
    def _entries(self) -> dict[tuple[str, datetime], Line]:
        return {
            (line["network"], sure(line["created_at"]).replace(microsecond=0)): line
            for line in self.lists["posts"]
            if line.get("created_at")
        }

    @cached_property
    def asked(self) -> Mapping[str, int]:
        """Who asked to be forgotten and was told that it is done: since when, by the log's count."""
        lines = (line for line in reversed(self.network) if line["kind"] == "asked_to_forget")
        return {str(line["who"]): int(line["seq"]) for line in lines}

    @cached_property
    def forgotten(self) -> frozenset[str]:
        """Who asked to be forgotten: by the log, or as the export marks their conversations."""
        hashes = {line["author"] for line in self.talks.values() if line["forgotten"]}
        marked = {self.posts[id].author for id, line in self.marks.items() if line["author_id"] in hashes}
        return frozenset(marked | self.asked.keys())

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Which network is flat or a feed, as its log says; the others have pointers to parents."""
        return {line["network"]: line["what"] for line in self.network if line["kind"] == "network"}

    def _with(self, fact: str, *, value: bool = True) -> frozenset[str]:
        """The networks whose log declares this of them."""
        lines = (line for line in self.network if line["kind"] == "network")
        return frozenset(line["network"] for line in lines if line.get(fact, not value) is value)

    @cached_property
    def keeping(self) -> frozenset[str]:
        """The networks whose posts say what they answered also after that is gone."""
        return self._with("keeps")

    @cached_property
    def naming(self) -> frozenset[str]:
        """The networks whose posts say also whose that was."""
        return self._with("whose")

    @cached_property
    def bare(self) -> frozenset[str]:
        """The networks where a reply names by itself nobody whom the post that it answers named."""
        return self._with("carries", value=False)

    @cached_property
    def rooms(self) -> frozenset[str]:
        """The networks of which all that is said is watched as said to the team."""
        return self._with("everything")

    @cached_property
    def guessing(self) -> frozenset[str]:
        """The networks where an answer can be no more than likely."""
        return self._with("likely")

    @cached_property
    def ids(self) -> dict[str, str]:
        """The network's id by the export's mark."""
        return {line["id"]: id for id, line in self.marks.items()}

    @cached_property
    def end(self) -> datetime:
        return max(sure(line["world"]) for line in chain(self.slack, self.network))

    @cached_property
    def journal(self) -> list[Line]:
        return sorted(self.lists["journal"], key=lambda line: int(line["number"]))

    @cached_property
    def talks(self) -> dict[str, Line]:
        return {line["id"]: line for line in self.lists["conversations"]}

    @cached_property
    def people(self) -> dict[str, Line]:
        return {line["id"]: line for line in self.lists["teammates"]}

    @cached_property
    def said(self) -> list[Line]:
        """The bot's messages that Slack accepted, where somebody besides one person sees or is rung."""
        return [line for line in self.slack if line["kind"] == "message" and line["message"].get("bot_id")]

    @cached_property
    def killed(self) -> list[Line]:
        return [line for line in self.slack if line["kind"] == "killed"]

    def is_ours(self, post: Post) -> bool:
        for handle in self.ours.get(post.author, ()):
            since, until = moment(handle.get("since")), moment(handle.get("until"))
            if (since is None or since <= post.created) and (until is None or post.created < until):
                return True
        return False

    def above(self, post: Post, known: Collection[str] | None = None) -> Iterator[Post]:
        """What it descends from, the nearest first; by order alone, those of the `known` before it."""
        before = self.in_order.get(post.thread, ())
        for each in reversed(before):
            if each.place < post.place and (known is None or each.id in known):
                yield each
        while post.parent and post.parent in self.posts:
            post = self.posts[post.parent]
            yield post

    @cached_property
    def in_order(self) -> dict[str, list[Post]]:
        """The posts of each thread that has an order."""
        found: defaultdict[str, list[Post]] = defaultdict(list)
        for post in sorted(self.posts.values(), key=lambda one: one.place):
            if post.thread:
                found[post.thread].append(post)
        return dict(found)

    @cached_property
    def roots(self) -> dict[str, str]:
        return {id: [post, *self.above(post)][-1].id for id, post in self.posts.items()}

    @cached_property
    def threads(self) -> dict[str, list[Post]]:
        found: defaultdict[str, list[Post]] = defaultdict(list)
        for id, post in self.posts.items():
            found[self.roots[id]].append(post)
        return dict(found)

    def presses(self, conversation: str | None = None, before: datetime | None = None) -> list[Line]:
        """The journal's presses that were not taken back."""
        lines = [
            line
            for line in self.journal
            if line["press_id"]
            and conversation in (None, line["conversation_id"])
            and (before is None or sure(line["at"]) <= before)
        ]
        undone = {line["undoes"] for line in lines if line["verb"] == "undo"}
        return [line for line in lines if line["verb"] != "undo" and line["press_id"] not in undone]


Lives = Mapping[str, Any]
"""The server of each account."""


def _posted(line: Line, lives: Lives) -> Post:
    at = sure(line["created_at"])
    named = {str(who): (_heard(line, lives, str(who)), at) for who in line.get("mentions", ())}
    return Post(line["id"], line["author"], line["parent"], line["seq"], line, at, [line["text"]], named)


def _edited(post: Post, line: Line, lives: Lives) -> None:
    post.texts.append(line["text"])
    for who in line.get("mentions", ()):
        post.named.setdefault(str(who), (_heard(line, lives, str(who)), sure(line["world"])))


def _heard(line: Line, lives: Lives, who: str) -> int:
    """Somebody of the same server hears at once; who lives elsewhere when it comes there."""
    return int(line["seq"]) if lives.get(who) == line.get("server") else NEVER


def _arrived(post: Post, line: Line, lives: Lives) -> None:
    if line["kind"] == "arrived":
        # What was edited on its way never named those there whom it names no more.
        post.named = {
            who: told
            for who, told in post.named.items()
            if who in line["mentions"] or lives.get(who) != line["server"]
        }
    for who in line["mentions"]:
        seq, at = post.named.get(who, (NEVER, sure(line["world"])))
        post.named[who] = min(seq, int(line["seq"])), at


def _deleted(post: Post, line: Line, _: Lives) -> None:
    post.gone = (line["seq"], sure(line["world"]))


def _restored(post: Post, line: Line, _: Lives) -> None:
    if post.gone:
        post.away.append((post.gone[0], line["seq"]))
    post.gone = None


_HAPPENS: Mapping[str, Callable[[Post, Line, Lives], None]] = {
    "edited": _edited, "arrived": _arrived, "edit_arrived": _arrived, "deleted": _deleted,
    "restored": _restored,
}  # fmt: skip
