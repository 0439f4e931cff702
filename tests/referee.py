"""Decides from outside whether the promises were kept: python tests/referee.py FOLDER

FOLDER holds the two stand-ins' logs (`slack.jsonl`, `network.jsonl`, anywhere below it) and the lists that
`byhand export` wrote. It shares no line with the code that it judges: it reads files, and nothing else, and
has its own idea of who waits, written afresh from what was agreed. It exits 0 when all holds, 1 with the
story of each breach, 2 when there was nothing to judge.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import chain, combinations, pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Line = Mapping[str, Any]

NAMES = {
    1: "Lost", 2: "One", 3: "Twice", 4: "Intent first", 5: "Outcome", 6: "After the answer", 7: "Hours",
    8: "Forgotten", 10: "Stale", 11: "Acked", 12: "Chain", 13: "Reads", 14: "Eyes", 15: "Cursor",
    16: "Gone", 17: "Screens",
}  # fmt: skip
WITHOUT_A_NETWORK = frozenset({3, 4, 5, 7, 10, 11, 12, 13, 14, 17})
"""What can be judged where the bot read no network."""

FRESH = timedelta(seconds=60)
GRACE = timedelta(seconds=5)
"""What a slow machine may take between looking and sending."""
NEVER = 10**15
"""The number of what has not come in the log's count."""
REDRAFT = timedelta(minutes=60)
TWICE_GONE = timedelta(minutes=10)
RESTS = timedelta(days=7)
QUIET = timedelta(days=30)
LEASE = timedelta(minutes=5)
MANY = 10
MOST_UNSURE = 8
SETTLING = frozenset(
    {"elsewhere", "already", "not needed", "let go", "spam", "good ending", "community", "an answer"}
)
TAKING = frozenset({"claim", "yes", "assign"})
MACHINES = frozenset({"ifttt", "zapier", "make", "integromat", "n8n"})
LOOKED_FOR = frozenset({"question", "kindly", "nudge", "last word", "news", "returned", "own digest"})
"""The kinds of messages that speak of somebody who waits, and need a look."""
TO_CHANNELS = frozenset({"digest", "quiet"})
LINES_OF_A_NOTE = 3
"""Of how many conversations a note tells at the most."""
DECIDING = frozenset({
    "claim", "assign", "yes", "not_me", "not_now", "later", "elsewhere", "already", "not_needed", "offer",
    "still", "let_go", "not_yet", "wants_answer", "good_ending", "community", "kindly",
    "an_answer", "give",
})  # fmt: skip
MEANS = {
    "claim": "claim", "yes": "yes", "not_me": "not me", "not_now": "not now", "later": "later",
    "elsewhere": "elsewhere", "already": "already", "undo": "undo", "offer": "release", "still": "claim",
    "let_go": "let go", "not_yet": "later", "good_ending": "good ending", "wants_answer": "wants an answer",
    "no_answer": "not an answer", "community": "community", "an_answer": "an answer",
    "that_was_me": "that was me", "give": "ask",
}  # fmt: skip
OPENS_NOTHING = frozenset({"open", "teammate", "mine", "theirs", "not_ours"})
"""Link buttons, choices in a modal's field, and answers that the question itself then shows."""
SHOWN_ANEW = frozenset({"refresh", "drop_rule", "change_rule"})
"""What moves no conversation, and whose answer stands in the place of the list that was pressed in."""
ASKS = re.compile("[?\u00bf\u037e\u055e\u061f\u1367\u1945\u203d\u2047\u2048\u2049\u2cfa\ua60f\ufe56\uff1f]")


@dataclass(frozen=True)
class Breach:
    """One broken promise, told as a short story with the lines that show it."""

    number: int
    story: str
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = "".join(f"\n      {line}" for line in self.lines)
        return f"{self.number} {NAMES[self.number]}: {self.story}{shown}"


@dataclass
class Verdict:
    """What was judged, and what was broken."""

    judged: Counter[str] = field(default_factory=Counter)
    breaches: list[Breach] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{self.judged[name]} {name}" for name in COUNTED)
        return "\n".join([f"judged {counts}", *map(str, self.breaches)])


COUNTED = ("posts", "looks", "rings", "presses", "faults")


# ---- reading


def read(file: Path) -> list[dict[str, Any]]:
    """The lines of a log; none when it is not there. A last line that was cut by a kill is left out."""
    if not file.exists():
        return []
    found = []
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(json.loads(text) | {"_at": f"{file.name}:{number}"})
        except ValueError:
            continue
    return found


def moment(text: str | None) -> datetime | None:
    """A time as the logs write it."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def sure(text: str | None) -> datetime:
    """A time that has to be there."""
    at = moment(text)
    assert at is not None, "a line without its time"
    return at


def shown(line: Line) -> str:
    """A line as a story shows it."""
    kept = {name: line[name] for name in line if name not in ("_at", "wire", "user_agent")}
    return f"{line.get('_at', '')} {json.dumps(kept, ensure_ascii=False)[:300]}"


# ---- the network, by its own log


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
            if upper and upper.gone and shown_at >= self.went(upper, server):
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


def _restored(post: Post, _line: Line, _: Lives) -> None:
    post.gone = None


_HAPPENS: Mapping[str, Callable[[Post, Line, Lives], None]] = {
    "edited": _edited, "arrived": _arrived, "edit_arrived": _arrived, "deleted": _deleted,
    "restored": _restored,
}  # fmt: skip


# ---- who waits, in the plainest way


@dataclass(frozen=True)
class Known:
    """What is known at a moment: which posts, which of them are known to be gone, and whether what answers
    a post was read before that was edited: then it carries only the names of the first words along."""

    at: datetime
    posts: frozenset[str]
    gone: frozenset[str] = frozenset()
    before_edits: bool = False


def is_to_us(world: World, post: Post, known: Known) -> bool:
    """It answers one of ours, or names us where what it answers did not; going on is to us as well."""
    if world.is_ours(post) or world.accounts[post.author].get("bot"):
        return False
    lower = post
    for upper in world.above(post, known.posts):
        if upper.id not in known.posts:
            break
        if world.is_ours(upper):
            return True
        # Only who answers by a pointer carries names along.
        names = upper.line.get("mentions", ()) if known.before_edits else upper.named
        if _names_us(world, lower) - set(() if lower.thread else map(str, names)):
            return True
        if upper.author != post.author:
            return False
        lower = upper
    return bool(_names_us(world, lower))


def _names_us(world: World, post: Post) -> set[str]:
    return {who for who in post.named if who in world.ours}


def answers(world: World, reply: Post, post: Post, known: Known) -> bool:
    """Whether our reply surely answers their post: it hangs below it, with only them and us between."""
    if not world.is_ours(reply) or _is_machine(world, reply):
        return False
    if reply.id in known.gone and reply.gone and known.at >= reply.gone[1] + REDRAFT:
        return False
    between: set[str] = set()
    for upper in world.above(reply, known.posts):
        if upper.id not in known.posts:
            return False
        if upper.id == post.id:
            return between <= {post.author} or post.author in reply.named
        if not world.is_ours(upper):
            between.add(upper.author)
    return False


def _is_machine(world: World, reply: Post) -> bool:
    """An automation wrote it, or three others of ours said the same within seven days."""
    client = set(re.findall(r"\w+", str(reply.line.get("application") or "").casefold()))
    words = _plain(reply.texts[-1])
    alike = [
        each
        for each in world.posts.values()
        if each.seq < reply.seq
        and reply.created - each.created <= RESTS
        and world.is_ours(each)
        and words
        and _plain(each.texts[-1]) == words
    ]
    return bool(client & MACHINES) or len(alike) >= 3


def _plain(text: str) -> str:
    return " ".join(re.sub(r"@\S+", " ", text).casefold().split())


def rests(world: World, post: Post, known: Known, wanted: Collection[str]) -> bool:
    """Thanks for a reply of ours, that ask nothing, rest after seven days."""
    return known.at >= post.created + RESTS and thanks(world, post, known.posts, wanted)


def thanks(world: World, post: Post, known: Collection[str], wanted: Collection[str]) -> bool:
    """It stands below a reply of ours to its author and asks nothing; nobody said that it wants an answer."""
    if post.id in wanted or ASKS.search(re.sub(r"https?://\S+", " ", post.texts[-1])):
        return False
    for upper in world.above(post, known):
        if world.is_ours(upper):
            return any(one.author == post.author for one in world.above(upper, known))
        if upper.author != post.author:
            return False
    return False


def waiting(world: World, thread: Iterable[Post], known: Known) -> set[str]:
    """The posts of a thread that wait for one of us."""
    here = [post for post in thread if post.id in known.posts]
    pressed = world.presses(before=known.at)
    settled = _covered(world, pressed, SETTLING)
    denied = {world.ids.get(line["post"] or "", "") for line in pressed if line["verb"] == "not an answer"}
    taken, wanted = _taken(world, pressed), _covered(world, pressed, {"wants an answer"})
    added = _added(world)
    replies = [post for post in here if world.is_ours(post) and post.id not in denied]
    return {
        post.id
        for post in here
        if (is_to_us(world, post, known) or post.id in taken or _goes_on_below(world, post, known, added))
        and post.id not in known.gone | settled
        and not any(answers(world, reply, post, known) for reply in replies)
        and not rests(world, post, known, wanted)
    }


def _covered(world: World, pressed: Iterable[Line], verbs: Collection[str]) -> set[str]:
    return {world.ids.get(mark, "") for line in pressed if line["verb"] in verbs for mark in line["covers"]}


def _taken(world: World, pressed: Iterable[Line]) -> set[str]:
    """What stood in the room and was taken, or was put on the list by hand."""
    nobody_waited = [line for line in pressed if line["wait"] == 0 and line["verb"] in TAKING]
    taken = {line["conversation_id"] for line in nobody_waited}
    marks = {id: line["conversation_id"] for id, line in world.marks.items() if line["lane"]}
    return _added(world) | {id for id, talk in marks.items() if talk in taken}


def _added(world: World) -> set[str]:
    """What was put on the list by hand: that it is to us. Where somebody waited already, or all of a thread
    stands otherwise by then, what was typed tells of it."""
    by_hand = {line["conversation_id"] for line in world.journal if line["face"] == "add"}
    to_us = {id: line["conversation_id"] for id, line in world.marks.items() if line["lane"] == "to us"}
    return {id for id, talk in to_us.items() if talk in by_hand or id in world.added}


def _goes_on_below(world: World, post: Post, known: Known, added: Collection[str]) -> bool:
    """They say it below what of theirs was put on the list."""
    for upper in world.above(post, known.posts):
        if upper.id not in known.posts or upper.author != post.author:
            return False
        if upper.id in added:
            return True
    return False


def outcomes(world: World, thread: Sequence[Post], at: datetime) -> list[set[str]] | None:
    """Who waits at the end, for every way in which what may be unknown could be known; None for too many."""
    posts = {post.id for post in thread}
    unsure = {("post", post.id) for post in thread if not _must_be_known(world, post)}
    gone = {post.id for post in thread if post.gone}
    unsure |= {("gone", id) for id in gone if not _is_surely_gone(world, world.posts[id])}
    if len(unsure) > MOST_UNSURE:
        return None
    edited = any(len(post.named) > len(post.line.get("mentions", ())) for post in thread)
    found = []
    for missing in chain.from_iterable(combinations(sorted(unsure), size) for size in range(len(unsure) + 1)):
        known = frozenset(posts - {id for kind, id in missing if kind == "post"})
        known_gone = frozenset(gone - {id for kind, id in missing if kind == "gone"})
        views = [Known(at, known, known_gone, before_edits) for before_edits in {False, edited}]
        found += [waiting(world, thread, view) for view in views]
    return found


def _must_be_known(world: World, post: Post) -> bool:
    """It stood in an answer, or a list that holds it was read whole after it came."""
    if post.id in world.seen:
        return True
    if post.gone:
        return False
    seq = max([post.seq, *(seq for who, (seq, _) in post.named.items() if who in world.ours)])
    hearing = [who for who in post.named if who in world.ours and _hears(world, who)]
    return any(
        line["seq"] > seq
        and (_lists_mentions(world, line, hearing) or _lists_own(line, post.author))
        and (post.is_open or bool(line["who"]))
        for line in world.answers
    )


def _lists_mentions(world: World, line: Line, accounts: Iterable[str]) -> bool:
    """Whether it is the list of what names one of the accounts: by Mastodon's path, or as the log says."""
    if line.get("lists"):
        return any(line["lists"] == ["mentions", id] for id in accounts)
    asks = {_reader_of(world, id) for id in accounts}
    return line["path"] == "/api/v1/notifications" and _by(line) in asks


def _lists_own(line: Line, account: str) -> bool:
    if line.get("lists"):
        return bool(line["lists"] == ["own", account])
    return bool(line["path"] == f"/api/v1/accounts/{account}/statuses")


def _reader_of(world: World, account: str) -> tuple[str, Any]:
    """Who asks with this account's key, and where."""
    return world.accounts[account]["acct"], world.accounts[account].get("server")


def _by(line: Line) -> tuple[str, Any]:
    return line["who"], line.get("server")


def _hears(world: World, account: str) -> bool:
    """Whether what names this account is watched."""
    ids = {handle["author_id"] for handle in world.ours.get(account, ())}
    return any(source["kind"] == "mentions" and source["account"] in ids for source in world.lists["sources"])


def _is_surely_gone(world: World, post: Post) -> bool:
    """The network said twice, ten minutes apart, that it is not there, also by a topic without it; and by
    another post known from that server it could be told from one that shows nothing any more."""
    if post.gone is None:
        return False
    missed = [
        sure(line["world"])
        for line in world.requests
        if line["seq"] > post.gone[0]
        and ((line["status"] in (404, 410) and post.id in line["path"]) or _goes_on(line, post))
        and _has_witness(world, post, line)
    ]
    twice = bool(missed) and max(missed) - min(missed) >= TWICE_GONE
    return twice and (not world.is_ours(post) or _was_looked_at(world, post))


def _has_witness(world: World, post: Post, missed: Line) -> bool:
    """Whether the server that was asked ever showed another post that is known here and stands."""
    stand = {id for id in world.marks if id != post.id and not world.posts[id].gone}
    there = (line for line in world.requests if line.get("server") == missed.get("server"))
    return any(not stand.isdisjoint(line["shown"]) for line in there)


def _was_looked_at(world: World, post: Post) -> bool:
    """Whether the thread of ours was looked at since it is gone. It may have been asked for alone, to see
    whether the server answers at all: long after an answer its thread is looked at every third day."""
    thread = {each.id for each in world.threads[world.roots[post.id]]}
    since = (line for line in world.requests if post.gone and line["seq"] > post.gone[0])
    return any(_is_look(world, line, thread) for line in since)


def _goes_on(line: Line, post: Post) -> bool:
    """Whether it is the topic of a post, which it does not show."""
    whole = line["status"] == 200 and not line.get("dropped") and line.get("looks")
    return bool(whole) and line["looks"] == post.thread and post.id not in line["shown"]


def is_watched(world: World, post: Post) -> bool:
    """Whether a Source for our account had to find it, and it is no history."""
    told = dict.fromkeys(post.line.get("told", ()), post.created) | {
        who: at for who, (_, at) in post.named.items()
    }
    for who, at in told.items():
        handles = {handle["author_id"] for handle in world.ours.get(who, ())}
        for source in world.lists["sources"]:
            before = moment(source["history_before"])
            if source["kind"] == "mentions" and source["account"] in handles and before and at >= before:
                return True
    return False


# ---- the rules


Rule = Callable[[World], Iterator[Breach]]


def lost(world: World) -> Iterator[Breach]:
    """1: who waits by the network is who is open here."""
    may_wait: set[str] = set()
    for thread in world.threads.values():
        found = outcomes(world, thread, world.end)
        if found is None:
            may_wait |= {post.id for post in thread}
            continue
        may_wait |= set().union(*found)
        for id in sorted(set.intersection(*found)):
            yield from _kept(world, world.posts[id])
    for talk in world.talks.values():
        if talk["status"] != "open" or talk["lane"] != "to us" or talk["forgotten"]:
            continue
        own = {world.ids[mark] for mark in talk["uncovered"] if mark in world.ids}
        if own and not own & may_wait and not any(_is_below_the_forgotten(world, id) for id in own):
            posts = [shown(world.posts[id].line) for id in sorted(own)]
            story = f"conversation {talk['id']} is open, and by the network nobody waits there any more."
            yield Breach(1, story, (*posts, *_replies(world, own)))


def _is_below_the_forgotten(world: World, id: str) -> bool:
    """Whether it answers what is not kept: then nobody here can tell that it only carries our name along."""
    upper = world.posts.get(world.posts[id].parent)
    return upper is not None and upper.author in world.forgotten


def _kept(world: World, post: Post) -> Iterator[Breach]:
    line = world.marks.get(post.id)
    if line is None:
        if is_watched(world, post) and not _is_set_aside(world, post) and post.author not in world.forgotten:
            yield Breach(
                1, f"post {post.id} speaks to us and waits, and is not known here.", (shown(post.line),)
            )
        return
    talk = world.talks.get(line["conversation_id"] or "")
    if talk is None:
        if is_watched(world, post):
            yield Breach(1, f"post {post.id} waits and belongs to no conversation.", (shown(post.line),))
        return
    if talk["status"] == "open" or talk["forgotten"] or _is_put_off(world, talk):
        return
    status = f"{talk['status']} ({talk['reason']})" if talk["reason"] else talk["status"]
    story = f"post {post.id} waits by the network, and its conversation {talk['id']} is {status} here."
    yield Breach(1, story, (shown(post.line), *_replies(world, {post.id})))


def _is_put_off(world: World, talk: Line) -> bool:
    later = [line for line in world.presses(talk["id"]) if line["verb"] == "later"]
    return talk["status"] == "snoozed" and bool(later) and sure(later[-1]["until"]) > world.end - GRACE


def _is_set_aside(world: World, post: Post) -> bool:
    return any(post.id in world.at_home(str(line["ref"])) for line in world.lists["quarantine"])


def _replies(world: World, ids: Collection[str]) -> list[str]:
    below = [post for post in world.posts.values() if any(upper.id in ids for upper in world.above(post))]
    return [shown(post.line) for post in below if world.is_ours(post)]


def one(world: World) -> Iterator[Breach]:
    """2: a person's posts in one thread are one conversation, and a conversation is one person's; all of
    it stands under one root, or what stands elsewhere is not counted."""
    by_place: defaultdict[tuple[str, str], list[Post]] = defaultdict(list)
    by_talk: defaultdict[str, list[Post]] = defaultdict(list)
    for id, line in world.marks.items():
        if line["conversation_id"] and line["lane"]:
            post = world.posts[id]
            by_place[world.roots[id], post.author].append(post)
            by_talk[line["conversation_id"]].append(post)
    yield from _under_two_roots(world)
    for (_, author), posts in by_place.items():
        ordered = sorted(posts, key=lambda post: post.created)
        for earlier, later in pairwise(ordered):
            talks = [world.marks[post.id]["conversation_id"] for post in (earlier, later)]
            apart = _hidden(world, earlier) != _hidden(world, later) or _folds(world, talks)
            if talks[0] != talks[1] and later.created - earlier.created < QUIET and not apart:
                who = world.accounts[author]["acct"]
                story = (
                    f"what {who} said in one thread stands in two conversations, {talks[0]} and {talks[1]}."
                )
                yield Breach(2, story, (shown(earlier.line), shown(later.line)))
    for talk, posts in by_talk.items():
        authors = {post.author for post in posts}
        if len(authors) > 1 and not _folds(world, [talk]):
            story = f"conversation {talk} is of {len(authors)} people, and it is no fold."
            yield Breach(2, story, tuple(shown(post.line) for post in posts[:3]))


def _under_two_roots(world: World) -> Iterator[Breach]:
    for id, line in world.marks.items():
        talk = world.talks.get(line["conversation_id"] or "", {})
        if line["lane"] and {"root"} <= talk.keys() & line.keys() and talk["root"] != line["root"]:
            story = f"post {id} stands under {line['root']}, and its conversation under {talk['root']}."
            yield Breach(2, story, (shown(world.posts[id].line), shown(line)))


def _hidden(world: World, post: Post) -> set[str]:
    """What is private above it and was never shown: that it stands in that thread cannot be known."""
    return {upper.id for upper in world.above(post) if not upper.is_open and upper.id not in world.first_seen}


def _folds(world: World, talks: Iterable[str]) -> bool:
    return any(talk in world.talks and world.talks[talk]["author"] is None for talk in talks)


def about(line: Line) -> set[tuple[str, str]]:
    """The conversations that a message's buttons speak of, each with its wait."""
    found = set()
    for text in _values(line["message"].get("blocks", [])):
        parts = text.split(":")
        if len(parts) in (3, 4) and parts[2].isdigit():
            found.add((parts[1], parts[2]))
    return found


def _values(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("value"), str):
            yield part["value"]
        for value in part.values():
            yield from _values(value)
    elif isinstance(part, list):
        for each in part:
            yield from _values(each)


@dataclass
class Message:
    """A message in Slack with the intent that it came from, if one was found."""

    line: Line
    intent: Line | None
    again: Line | None = None


def matched(world: World) -> list[Message]:
    """Each accepted message with its intent: the one that knows it, else one whose outcome is not known."""
    by_place = {(row["channel"], row["ts"]): row for row in world.lists["outbox"] if row["ts"]}
    free = [row for row in world.lists["outbox"] if row["state"] in ("unknown", "sending")]
    found, told = [], []
    for line in world.said:
        row = by_place.get((line["channel"], line["message"]["ts"]))
        if row is None:
            row = next((one for one in free if _may_be(one, line)), None)
            if row is not None:
                free.remove(row)
        twin = next((one.line for one in told if _is_twin(one.line, line)), None)
        found.append(Message(line, row, twin))
        told.append(found[-1])
    return found


def _may_be(row: Line, line: Line) -> bool:
    at, said = sure(row["created_at"]), sure(line["world"])
    talks = {one["conversation"] for one in row["shows"]}
    spoken = {conversation for conversation, _ in about(line)}
    where = row["place"] in (line["channel"], *line.get("rings", ()))
    return where and at - GRACE <= said <= at + LEASE + GRACE and (not spoken or spoken <= talks)


def _is_twin(earlier: Line, later: Line) -> bool:
    both = earlier["message"], later["message"]
    same = both[0]["text"] == both[1]["text"] and about(earlier) == about(later) and bool(about(later))
    near = sure(later["world"]) - sure(earlier["world"]) < timedelta(hours=1)
    return same and near and earlier["channel"] == later["channel"]


def twice(world: World) -> Iterator[Breach]:
    """3: for each key at most one accepted message."""
    for one_ in matched(world):
        if one_.again is not None:
            both = f"{_clock(one_.again)} and {_clock(one_.line)}"
            story = f"{_reader(one_.line)} was told the same twice, at {both}."
            yield Breach(3, story, (shown(one_.again), shown(one_.line)))
    keys: dict[tuple[str, ...], Message] = {}
    for one_ in matched(world):
        for key in _keys(one_.intent):
            former = keys.setdefault(key, one_)
            if former is not one_ and one_.again is None:
                story = f"two messages came for one step: {' / '.join(key)}."
                yield Breach(3, story, (shown(former.line), shown(one_.line)))


def _keys(row: Line | None) -> Iterator[tuple[str, ...]]:
    if row is None:
        return
    if row["day"]:
        yield "digest", row["place"], row["day"]
    for one_ in row["shows"] if row["person"] else ():
        yield row["person"], one_["conversation"], str(one_["wait"]), one_["step"]


def _reader(line: Line) -> str:
    return ", ".join(line.get("rings", ())) or str(line["channel"])


def _clock(line: Line) -> str:
    return str(line["world"])[:19]


def intent_first(world: World) -> Iterator[Breach]:
    """4: each message in Slack has an earlier intent."""
    for one_ in matched(world):
        if one_.intent is None and one_.again is None:
            story = f"a message to {_reader(one_.line)} at {_clock(one_.line)} was never intended."
            yield Breach(4, story, (shown(one_.line),))
        elif one_.intent and sure(one_.intent["created_at"]) > sure(one_.line["world"]) + timedelta(
            seconds=1
        ):
            story = f"message {one_.intent['id']} stood in Slack before it was intended."
            yield Breach(4, story, (shown(one_.line),))


def outcome(world: World) -> Iterator[Breach]:
    """5: sent stands there once, what was given up does not, unknown has its reason and is told."""
    there = {(line["channel"], line["message"]["ts"]) for line in world.said}
    posted = {one_.intent["id"] for one_ in matched(world) if one_.intent}
    for row in world.lists["outbox"]:
        if row["state"] == "sent" and (row["channel"], row["ts"]) not in there:
            yield Breach(5, f"message {row['id']} is noted as sent, and Slack never took it.", (shown(row),))
        if row["state"] in ("not sent", "dead") and row["id"] in posted:
            yield Breach(
                5, f"message {row['id']} is noted as {row['state']}, and stands in Slack.", (shown(row),)
            )
        if row["state"] == "unknown":
            yield from _unknown(world, row)
        if row["state"] == "sending" and not _killed_after(world, row):
            yield Breach(
                5, f"message {row['id']} is still being sent though nothing was killed.", (shown(row),)
            )


def _unknown(world: World, row: Line) -> Iterator[Breach]:
    at = sure(row["created_at"])
    faults = [
        line
        for line in world.slack
        if line["kind"] == "fault"
        and line["met_by"] == "chat.postMessage"
        and at - GRACE <= sure(line["world"]) <= at + LEASE
    ]
    if not faults and not _killed_after(world, row):
        yield Breach(
            5, f"message {row['id']} is unknown, and no answer was lost and nothing killed.", (shown(row),)
        )
    for one_ in row["shows"]:
        talk = world.talks.get(one_["conversation"])
        same = talk and (talk["status"], talk["wait"]) == ("open", one_["wait"])
        if talk and same and not _told_after(world, talk, at):
            story = f"message {row['id']} may not have come, and {talk['id']} was in no later message."
            yield Breach(5, story, (shown(row),))


def _killed_after(world: World, row: Line) -> bool:
    return any(sure(line["world"]) >= sure(row["created_at"]) - GRACE for line in world.killed)


def _told_after(world: World, talk: Line, at: datetime) -> bool:
    later = [row for row in world.lists["outbox"] if sure(row["created_at"]) > at and row["state"] == "sent"]
    told = any(one_["conversation"] == talk["id"] for row in later for one_ in row["shows"])
    # Until the next digest came there was no occasion; for what no digest may show, until its owner's day.
    occasions = [sure(row["created_at"]) for row in later if row["kind"] in TO_CHANNELS]
    if talk["private"]:
        occasions = [then for then in occasions if _could_be_told(world, talk, at, then)]
    return told or not occasions


def after_the_answer(world: World) -> Iterator[Breach]:
    """6: each note rests on a complete look in the minute before, by which the person waited."""
    for one_ in matched(world):
        row = one_.intent
        if row is None or row["kind"] not in LOOKED_FOR or not row["person"]:
            continue
        for about_ in row["shows"]:
            if about_["conversation"] in world.talks:
                yield from _looked(world, one_.line, row, world.talks[about_["conversation"]])


def _looked(world: World, line: Line, row: Line, talk: Line) -> Iterator[Breach]:
    own = {id for id, mark in world.marks.items() if mark["conversation_id"] == talk["id"]}
    if not own or world.kinds.get(talk["network"]) == "feed":  # there is nothing to look at
        return
    thread = [post for id in {world.roots[id] for id in own} for post in world.threads[id]]
    whole = {post.id for post in thread}
    since = sure(row["created_at"]) - FRESH - GRACE
    window = [each for each in world.answers if sure(each["world"]) >= since and each["seq"] < line["seq"]]
    looks = [each for each in window if _is_look(world, each, whole)]
    if not looks:
        story = (
            f"{_reader(line)} was told of {talk['id']} at {_clock(line)} without a look in the minute before."
        )
        yield Breach(6, story, (shown(line),))
        return
    start = looks[0]
    before = [post for post in thread if _may_be_known(world, post, start, line)]
    there = [post for post in before if _stood(world, post, start)]
    # A reply answers what it descends from: what hangs below their other posts answers nothing that waits,
    # and what hung below one that is gone is shown nowhere any more.
    asked = {post.id for post in there} & ((_waits(world, before, start, line) & own) or own)
    unseen = _unseen(world, there, asked, looks)
    if unseen:
        story = f"the look before {_reader(line)} was told of {talk['id']} did not see all of the thread."
        yield Breach(6, story, (shown(start), *(shown(post.line) for post in unseen), shown(line)))
    yield from _was_waiting(world, line, talk, before, start)
    yield from _read_own_posts(world, line, row, talk)


def _stood(world: World, post: Post, look: Line) -> bool:
    """Whether it stood on the server that was asked, when it was asked."""
    server = look.get("server")
    return world.came(post, server) < look["seq"] < world.went(post, server)


def _may_be_known(world: World, post: Post, look: Line, line: Line) -> bool:
    """It had come to the server that was asked, or another showed it before the message."""
    came = world.came(post, look.get("server")) < look["seq"]
    return came or (post.seq < look["seq"] and world.first_seen.get(post.id, NEVER) < line["seq"])


def _is_look(world: World, line: Line, ids: Collection[str]) -> bool:
    """Whether it was asked for the thread of these posts: by the paths of Mastodon and Hacker News, or as the
    log says."""
    if line.get("looks"):
        return any(world.posts[id].thread == line["looks"] for id in ids)
    parts = set(re.split(r"[/.]", line["path"]))
    return not parts.isdisjoint(ids) and not parts.isdisjoint({"context", "item", "items"})


def _unseen(world: World, there: list[Post], own: set[str], looks: list[Line]) -> list[Post]:
    """What hung below their posts, openly, and did not stand in the look."""
    seen = {id for each in looks for id in each["shown"]}
    asked = {part for each in looks for part in re.split(r"[/.]", each["path"])}
    return [
        post
        for post in there
        if any(upper.id in own for upper in world.above(post))
        and post.id not in seen | asked
        and post.is_open
    ]


def _was_waiting(world: World, line: Line, talk: Line, before: list[Post], start: Line) -> Iterator[Breach]:
    own = {id for id, mark in world.marks.items() if mark["conversation_id"] == talk["id"]}
    if _waits(world, before, start, line) & own:
        return
    story = f"{_reader(line)} was told at {_clock(line)} that {talk['id']} waits, after the answer."
    yield Breach(6, story, (*_replies(world, own), shown(start), shown(line)))


def _waits(world: World, before: list[Post], start: Line, told: Line) -> set[str]:
    """What waited at that look, or when it was told where the clock was set back between. Their own deleted
    posts may not be known as gone yet; ours that are gone may still count."""
    gone = frozenset(post.id for post in before if post.gone and post.gone[0] < start["seq"])
    ids, at = frozenset(post.id for post in before), min(sure(start["world"]), sure(told["world"]))
    known = (Known(at, ids, gone), Known(at, ids))
    return set().union(*(waiting(world, before, each) for each in known))


def _read_own_posts(world: World, line: Line, row: Line, talk: Line) -> Iterator[Breach]:
    """The posts of the one who is told were read as well; such a reading serves looks for a minute."""
    for account, handles in world.ours.items():
        if not any(handle["teammate_id"] == row["person"] for handle in handles):
            continue
        ids = {handle["author_id"] for handle in handles}
        if not any(one_["kind"] == "own" and one_["account"] in ids for one_ in world.lists["sources"]):
            continue
        since = sure(row["created_at"]) - 2 * FRESH - GRACE
        is_told = talk["network"] == "mastodon" or talk["network"] in world.kinds
        if is_told and not any(
            _lists_own(each, account) and sure(each["world"]) >= since and each["seq"] < line["seq"]
            for each in world.answers
        ):
            story = f"{_reader(line)} was told of {talk['id']}, and their own posts were not read before."
            yield Breach(6, story, (shown(line),))


def hours(world: World) -> Iterator[Breach]:
    """7: each note falls in its reader's hours, not while they are away, within the day's budget."""
    by_slack = {person["slack_user"]: person for person in world.people.values()}
    days: defaultdict[tuple[str, date], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for one_ in matched(world):
        rung = one_.line.get("rings", [])
        if not str(one_.line["channel"]).startswith("D") or len(rung) != 1 or rung[0] not in by_slack:
            continue
        person, at = _where_then(world, by_slack[rung[0]], one_.line), sure(one_.line["world"])
        why = (_why_off if _typed_hours(world, person, one_.line) else _why_not)(person, at)
        why = why or _paused(world, person, one_.line)
        why = why or _disturbed(world, one_.line) or _quiet(world, one_.line)
        if why:
            yield Breach(7, f"{rung[0]} was rung {why}.", (shown(one_.line),))
        kind = one_.intent["kind"] if one_.intent else ""
        # A colleague's question, and what a lead gets because the channel is shut, have budgets of their own.
        what = {
            **dict.fromkeys(("question", "kindly"), "questions"),
            **dict.fromkeys(TO_CHANNELS, "digests"),
        }.get(kind, "rings")
        what = "urgent questions" if what == "questions" and _is_urgent(world, one_.intent) else what
        days[rung[0], _working_day(person, at)][what].append(one_.line)
    for (who, day), rings in days.items():
        yield from _too_many(by_slack[who], day, rings)


def _where_then(world: World, person: Line, line: Line) -> Line:
    """The person in the zone in which Slack had them when it last told the bot; the export knows the last.

    What is sent again tells how it was when it was first sent.
    """
    acks = {each["envelope_id"] for each in world.slack if each["kind"] == "ack"}
    first: dict[str, int] = {}
    told: list[tuple[int, str]] = []
    for each in world.slack:
        since = first.setdefault(_event_of(each) or str(each["seq"]), each["seq"])
        told += [
            (since, user["tz"])
            for user in _users_told(each, acks)
            if each["seq"] < line["seq"] and user.get("id") == person["slack_user"] and user.get("tz")
        ]
    return {**person, "zone": max(told)[1]} if told else person


def _event_of(line: Line) -> str | None:
    """What tells that an envelope is another one's again."""
    return line["envelope"]["payload"].get("event_id") if line["kind"] == "envelope" else None


def _users_told(line: Line, acks: Collection[str]) -> list[Line]:
    """Of whom Slack told the bot there."""
    if line["kind"] == "call" and line["method"] == "users.info":
        return [line["answer"].get("user") or {}]
    if line["kind"] == "envelope" and line["envelope"]["envelope_id"] in acks:
        event = line["envelope"]["payload"].get("event", {})
        return [event["user"]] if event.get("type") == "user_change" else []
    return []


def _is_urgent(world: World, row: Line | None) -> bool:
    """What a rule of the team's asks may be marked urgent, and then ring once besides."""
    about_ = {one_["conversation"] for one_ in row["shows"] if one_["step"] == "urgent"} if row else set()
    ruled = {line["conversation_id"] for line in world.journal if (line["verb"], line["by"]) == ("ask", "")}
    return bool(about_ & ruled)


def _too_many(person: Line, day: date, rings: dict[str, list[Line]]) -> Iterator[Breach]:
    """The budget of one working day; on the first after an absence one message, whatever it is about."""
    who = person["slack_user"]
    every = [line for what, lines in rings.items() for line in lines if what != "digests"]
    if len(every) > 1 and any(
        (span["why"], span["until"]) == ("away", day.isoformat())
        for span in _off(person, sure(every[0]["world"]))
    ):
        story = f"{who} had {len(every)} messages on {day}, the day of their return."
        yield Breach(7, story, tuple(map(shown, every)))
    for what, lines in rings.items():
        most = person["rings_a_day"] if what == "rings" else 1
        if len(lines) > most:
            story = f"{who} had {len(lines)} {what} on {day}, and {most} may be."
            yield Breach(7, story, tuple(map(shown, lines)))


def _why_not(person: Line, at: datetime) -> str:
    """By a calendar of our own: the wall clock in the person's zone, and their days off."""
    local, shift = at.astimezone(ZoneInfo(person["zone"])), _working_day(person, at)
    if why := _why_off(person, at):
        return why
    if shift.isoweekday() not in person["days"]:
        return f"on a day off, {local:%A %Y-%m-%d}"
    starts, ends = time.fromisoformat(person["starts"]), time.fromisoformat(person["ends"])
    by_night = starts > ends and (local.time() >= starts or local.time() < ends)
    return "" if by_night or starts <= local.time() < ends else f"at {local:%H:%M} of their time"


def _why_off(person: Line, at: datetime) -> str:
    local, shift = at.astimezone(ZoneInfo(person["zone"])), _working_day(person, at)
    for span in _off(person, at):
        if any(span["first"] <= day.isoformat() < span["until"] for day in (local.date(), shift)):
            return f"{_WHEN_OFF.get(span['why'], 'on a day off')}, {local:%A %Y-%m-%d}"
    return ""


def _typed_hours(world: World, person: Line, line: Line) -> bool:
    """Whether they told the bot of other hours afterwards: the export knows the last ones alone."""
    return any(
        each["kind"] == "act"
        and each["seq"] > line["seq"]
        and each["act"]["user"] == person["slack_user"]
        and str(each["act"]["payload"].get("text", "")).startswith("hours ")
        for each in world.slack
    )


_WHEN_OFF = {"holiday": "on a holiday", "away": "while away", "status": "while away"}


def _off(person: Line, at: datetime) -> list[Line]:
    """What was known by then of their days off."""
    return [span for span in person.get("off") or () if sure(span["said_at"]) <= at]


def _working_day(person: Line, at: datetime) -> date:
    """The local date; after midnight that on which the night shift began."""
    local = at.astimezone(ZoneInfo(person["zone"]))
    starts, ends = time.fromisoformat(person["starts"]), time.fromisoformat(person["ends"])
    return local.date() - timedelta(days=starts > ends and local.time() < ends)


def _disturbed(world: World, line: Line) -> str:
    """By what Slack told of do-not-disturb when it was last asked about the one who was rung."""
    told = [
        each["answer"]
        for each in world.slack
        if each["kind"] == "call" and each["method"] == "dnd.info" and each["seq"] < line["seq"]
        if each.get("answer", {}).get("ok") and each["arguments"].get("user") == line["rings"][0]
    ]
    last, at = told[-1] if told else {}, sure(line["world"]).timestamp()
    rests = last.get("dnd_enabled") and last["next_dnd_start_ts"] <= at < last["next_dnd_end_ts"]
    return "though they are not to be disturbed" if rests else ""


def _paused(world: World, person: Line, line: Line) -> str:
    until = moment(person["paused_until"])
    asked = [
        each["seq"]
        for each in world.slack
        if each["kind"] == "act" and each["act"]["user"] == person["slack_user"] and _pauses(each["act"])
    ]
    since = min((seq for seq in asked if seq < line["seq"]), default=None)
    return "while they had paused" if until and since and sure(line["world"]) < until else ""


def _quiet(world: World, line: Line) -> str:
    """Whether a teammate had asked for quiet for all, by the midnight of their own zone."""
    said = [
        each
        for each in world.slack
        if each["kind"] == "act"
        and each["seq"] < line["seq"]
        and each["act"]["payload"].get("command") == "/engage"
        and str(each["act"]["payload"].get("text", "")).startswith("quiet ")
    ]
    if not said:
        return ""
    person = next(p for p in world.people.values() if p["slack_user"] == said[-1]["act"]["user"])
    zone = ZoneInfo(person["zone"])
    local = sure(said[-1]["world"]).astimezone(zone)
    until = _day_after(local.date(), said[-1]["act"]["payload"]["text"].split()[-1])
    ended = until is None or sure(line["world"]) >= datetime.combine(until, time.min, zone)
    return "" if ended else "while the team was quiet"


def _day_after(today: date, word: str) -> date | None:
    """The day that a word names, after today; None for another word."""
    ahead = [today + timedelta(days=number) for number in range(1, 8)]
    if word.lower() == "tomorrow":
        return ahead[0]
    named = [day for day in ahead if f"{day:%A}".lower() == word.lower()]
    dated = [date.fromisoformat(word)] if re.fullmatch(r"\d{4}-\d\d-\d\d", word) else []
    return next(iter([*named, *dated]), None)


def _pauses(act: Line) -> bool:
    pressed = [_value(action) for action in act["payload"].get("actions", ())]
    return any(value.startswith("pause:") for value in pressed) or str(
        act["payload"].get("text", "")
    ).startswith("pause")


def forgotten(world: World) -> Iterator[Breach]:
    """8: who waits beyond a working day is in the last digest or had a note; the digest's count is true."""
    digests = [
        row
        for row in world.lists["outbox"]
        if row["kind"] in TO_CHANNELS and row["state"] in ("sent", "unknown")
    ]
    for row in digests:
        yield from _counted(world, row)
    if not digests:
        return
    last = digests[-1]
    at = sure(last["created_at"])
    listed = {one_["conversation"] for one_ in last["shows"]}
    noted = {
        one_["conversation"]
        for row in world.lists["outbox"]
        if row["person"] and row["state"] in ("sent", "unknown")
        for one_ in row["shows"]
    }
    for talk in world.talks.values():
        opened = moment(talk["opened_at"]) or moment(talk["created_at"])
        waits = talk["status"] == "open" and talk["lane"] == "to us" and not talk["forgotten"]
        if not waits or opened is None or talk["id"] in listed | noted or _only_thanks(world, talk):
            continue
        # Whoever took it from a list knows of it, and is reminded once the promise passed from then on.
        held = moment(talk.get("held_since")) or opened
        known = max(opened, sure(talk["created_at"]), held, *_openings(world, talk))
        if _could_be_told(world, talk, known, at):
            story = f"{talk['id']} waits since {str(opened)[:16]}, and is in no digest and no note."
            yield Breach(8, story, (shown(talk), shown(last)))


def _openings(world: World, talk: Line) -> list[datetime]:
    """When it came to wait, which what is put on the list by hand does long after it was said."""
    moves = [line for line in world.journal if line["conversation_id"] == talk["id"]]
    return [
        sure(line["at"])
        for line in moves
        if line["after"].startswith("open ") and not line["before"].startswith("open ")
    ]


def _could_be_told(world: World, talk: Line, start: datetime, end: datetime) -> bool:
    """Whether a working day passed between. Of what is private its owner alone is told, of a few a day; who
    that is does not stand here, so the days are those on which everybody works."""
    if not talk["private"]:
        return _working_days(start, end, {1, 2, 3, 4, 5}) >= 1
    since = max([start, *_own_times(world)])
    private = sum(one_["private"] for one_ in world.talks.values())
    days = set.intersection(*(set(person["days"]) for person in world.people.values()))
    # One day more than that takes: something else may ring them first.
    return _working_days(since, end, days) > 1 + private // LINES_OF_A_NOTE


def _working_days(start: datetime, end: datetime, days: Collection[int]) -> int:
    between = (start + timedelta(days=ahead) for ahead in range(1, max(0, (end - start).days) + 1))
    return sum(day.isoweekday() in days for day in between)


def _own_times(world: World) -> Iterator[datetime]:
    """When people told the bot when they may be told: of what is private nobody is told but one of them."""
    for line in world.slack:
        said = line["act"]["payload"].get("text", "") if line["kind"] == "act" else ""
        if str(said).startswith(("pause", "resume", "stop", "hours ", "away ", "back", "quiet ")):
            yield sure(line["world"])


def _counted(world: World, row: Line) -> Iterator[Breach]:
    for one_ in matched(world):
        if one_.intent is row and row["kind"] == "digest":
            number = re.search(r"\d[\d,]*", one_.line["message"]["text"])
            told = int(number[0].replace(",", "")) if number else 0
            if told != row["total"]:
                story = f"the digest of {row['day']} says {told}, and {row['total']} waited."
                yield Breach(8, story, (shown(one_.line),))
    if row["kind"] != "digest":
        return
    at = sure(row["created_at"])
    could_be, surely = _open_at(world, at, *_around(world, row))
    # Thanks wait for nobody. Where it is not told what stood there by then, either count may be true.
    thanked = {talk: _thanked_by(world, talk, at) for talk in could_be}
    most = sum(told is not True for told in thanked.values())
    least = sum(told is False for talk, told in thanked.items() if talk in surely)
    if not least <= row["total"] <= most:
        story = f"the digest of {row['day']} counts {row['total']}, and {most} were open then."
        yield Breach(8, story, (shown(row),))


def _around(world: World, row: Line) -> tuple[datetime, datetime]:
    """The latest time before a message was posted, and the earliest one afterwards: where the clock was set
    back, the first is after the second."""
    lines = [*world.slack, *world.network]
    at = sure(row["created_at"])
    posted = [one_.line["seq"] for one_ in matched(world) if one_.intent is row]
    then = [line["seq"] for line in lines if sure(line["world"]) >= at]
    seq = min(posted or then, default=NEVER)
    moved = max((line["seq"] for line in lines if line["kind"] == "clock" and line["seq"] < seq), default=0)
    before = [sure(line["world"]) for line in lines if line["seq"] < moved]
    after = [sure(line["world"]) for line in lines if line["seq"] > seq]
    return max([at, *before]), min(after, default=world.end)


def _open_at(world: World, at: datetime, ahead: datetime, back_to: datetime) -> tuple[set[str], set[str]]:
    """Which conversations may have been open then, openly, by the journal, and which surely were: where the
    clock was set back, what it says of times up to `ahead` may have come before, of those from `back_to` on
    afterwards."""
    may_be: defaultdict[str, list[bool]] = defaultdict(lambda: [False])
    for line in world.journal:
        was = sure(line["at"])
        if was <= ahead:
            if was <= at and was < back_to:
                may_be[line["conversation_id"]].clear()
            may_be[line["conversation_id"]].append(line["after"].startswith("open "))
    openly = {id: states for id, states in may_be.items() if not _is_private(world, id)}
    return {id for id in openly if any(openly[id])}, {id for id in openly if all(openly[id])}


def _thanked_by(world: World, talk: str, at: datetime) -> bool | None:
    """Whether all that waited there by then thanks for a reply of ours and asks nothing; None where that is
    not known: words were edited since, or what is known of the thread had changed already."""
    own = {id for id, line in world.marks.items() if line["conversation_id"] == talk}
    known = frozenset(id for id, seen in world.shown_at.items() if seen <= at)
    gone = frozenset(
        id for id, line in world.marks.items() if line["gone_at"] and sure(line["gone_at"]) <= at
    )
    thread = [post for root in {world.roots[id] for id in own} for post in world.threads[root]]
    waits = waiting(world, thread, Known(at, known, gone)) & own
    wanted = _covered(world, world.presses(before=at), {"wants an answer"})
    told = {thanks(world, world.posts[id], known, wanted) for id in waits}
    replies = [one for one in thread if one.id in known and world.is_ours(one)]
    if any(waits & {upper.id for upper in world.above(reply, known)} for reply in replies):
        return None
    if not waits or (len(told) == 1 and any(len(world.posts[id].texts) > 1 for id in waits)):
        return None if any(thanks(world, world.posts[id], world.posts, wanted) for id in own) else False
    return told == {True}


def _only_thanks(world: World, talk: Line) -> bool:
    """All that waits there thanks for a reply of ours and asks nothing."""
    wanted = _covered(world, world.presses(before=world.end), {"wants an answer"})
    found = [world.posts.get(world.ids.get(mark, "")) for mark in talk["uncovered"]]
    return bool(found) and all(post and thanks(world, post, world.posts.keys(), wanted) for post in found)


def _is_private(world: World, talk: str) -> bool:
    """Also by the post that it began with, which a deletion and its redraft may have moved to another."""
    one = world.talks[talk]
    began = next((post for post in world.lists["posts"] if post["id"] == one.get("root")), None)
    return bool(one["private"] or (began and began.get("visibility", "public") not in ("public", "unlisted")))


def stale(world: World) -> Iterator[Breach]:
    """10: each move that a press caused carries the wait that was current then."""
    for line in world.journal:
        if not line["press_id"] or not line["before"]:
            continue
        current = line["before"].split()[1]
        if str(line["wait"]) != current:
            moved = f"moved {line['conversation_id']}, where wait {current} stood"
            story = f"a press for wait {line['wait']} {moved}."
            yield Breach(10, story, (shown(line),))


def acked(world: World) -> Iterator[Breach]:
    """11: each press that Slack was told we have has one move or one answer."""
    acks = {line["envelope_id"] for line in world.slack if line["kind"] == "ack" and line["in_time"]}
    sent = {
        line["envelope"]["payload"].get("trigger_id", ""): line["envelope"]["envelope_id"]
        for line in world.slack
        if line["kind"] == "envelope"
    }
    open_rows = {row["key"] for row in world.lists["inbox"] if not row["done_at"]}
    used: set[int] = set()
    for line in world.slack:
        act = line.get("act", {})
        if line["kind"] != "act" or act["kind"] != "block_actions" or "actions" not in act["payload"]:
            continue
        payload = act["payload"]
        action = payload["actions"][0]
        value = _value(action)
        if (
            sent.get(payload.get("trigger_id", "?")) not in acks
            or value.partition(":")[0] in OPENS_NOTHING
            or action["action_id"] in OPENS_NOTHING
            or payload["container"]["type"] == "view"
            or any(value in key and str(action["action_ts"]) in key for key in open_rows)
        ):
            continue
        answers_ = _told(world, line)
        told = [shown(each) for each in answers_]
        # What was answered was done by then: no later move is of this press.
        until = min((sure(each["world"]) for each in answers_), default=world.end) + GRACE
        again = told and _pressed_again(world, line, value)
        moves = [] if again else _moves(world, line, value, used, until)
        if len(moves) + len(told) != 1 and not _was_lost(world, line):
            story = (
                f"{act['user']} pressed {value.partition(':')[0] or action['action_id']} at {_clock(line)}: "
                f"{len(moves)} moves and {len(told)} answers came of it."
            )
            yield Breach(11, story, (shown(line), *moves, *told))


def _pressed_again(world: World, line: Line, value: str) -> bool:
    """The same person pressed the same once more, and was not answered: then the move is of that press."""
    return any(
        each["seq"] > line["seq"]
        and each["act"]["user"] == line["act"]["user"]
        and value in map(_value, each["act"]["payload"].get("actions", ()))
        and not _told(world, each)
        for each in world.slack
        if each["kind"] == "act" and each["act"]["kind"] == "block_actions"
    )


def _value(action: Line) -> str:
    chosen = action.get("selected_option") or {}
    return str(action.get("value") or chosen.get("value") or action.get("selected_user") or "")


def _moves(world: World, line: Line, value: str, used: set[int], until: datetime) -> list[str]:
    code, talk, wait = [*value.split(":"), "", ""][:3]
    person = next((p["id"] for p in world.people.values() if p["slack_user"] == line["act"]["user"]), None)
    since = min(sure(each["world"]) for each in world.slack if each["seq"] >= line["seq"]) - GRACE
    found = [
        move
        for move in world.journal
        if move["press_id"]
        and move["number"] not in used
        and (move["conversation_id"], str(move["wait"]), move["by"]) == (talk, wait, person)
        and (move["verb"] == MEANS.get(code) or (code, move["verb"]) == ("already", "an answer"))
        and move["face"] != "modal"
        and since <= sure(move["at"]) <= until
    ][:1]
    used |= {move["number"] for move in found}
    return [shown(move) for move in found]


def _told(world: World, line: Line) -> list[Line]:
    """Answers to one press: by its response URL, by its trigger, or by a message to this person alone."""
    payload = line["act"]["payload"]
    word = str(payload.get("response_url", "")).rpartition("/")[2]
    shows_all = payload["actions"][0]["action_id"] in SHOWN_ANEW
    found = []
    for each in world.slack:
        if each["kind"] != "call" or not each.get("answer", {}).get("ok"):
            continue
        arguments = each.get("arguments", {})
        by_url = word and each.get("word") == word
        drawn_anew = str(arguments.get("replace_original", "")).lower() == "true"
        by_modal = each["method"] == "views.open" and arguments.get("trigger_id") == payload.get("trigger_id")
        if by_modal or (by_url and (shows_all or not drawn_anew)):
            found.append(each)
    return found


def _was_lost(world: World, line: Line) -> bool:
    """A fault or a kill came between."""
    return any(
        each["seq"] > line["seq"]
        and (each["kind"] == "killed" or (each["kind"] == "fault" and each["met_by"] != "chat.postMessage"))
        for each in world.slack
    )


def chained(world: World) -> Iterator[Breach]:
    """12: each move begins where the one before it ended."""
    last: dict[str, Line] = {}
    for line in world.journal:
        former = last.get(line["conversation_id"])
        ended = former["after"] if former else ""
        if line["before"] != ended:
            story = f"{line['conversation_id']} went on from “{line['before']}”, and had ended at “{ended}”."
            yield Breach(12, story, tuple(shown(each) for each in (former, line) if each))
        last[line["conversation_id"]] = line


def grows(earlier: Path, later: Path) -> list[Breach]:
    """12, over two exports: the earlier journal is the beginning of the later one."""
    was, now = (folder.joinpath("journal.jsonl").read_text().splitlines() for folder in (earlier, later))
    if now[: len(was)] == was:
        return []
    changed = next((n for n, pair in enumerate(zip(was, now, strict=False)) if pair[0] != pair[1]), len(now))
    return [
        Breach(
            12, f"line {changed + 1} of the journal is not what it was.", tuple(was[changed : changed + 1])
        )
    ]


def reads(world: World) -> Iterator[Breach]:
    """13: nothing but reading, and the ledger equals the network's log."""
    for line in world.network:
        wrong = line["kind"] == "violation" or line.get("method", "GET") not in ("GET", "HEAD")
        if wrong and line.get("port") == "bot":
            yield Breach(13, f"the bot asked a network to {line['method']} {line['path']}.", (shown(line),))
    hosts = {source["host"] for source in world.lists["sources"]}
    if hosts:
        yield from _ledger(world, [row for row in world.lists["ledger"] if row["host"] in hosts])


def _ledger(world: World, rows: Sequence[Line]) -> Iterator[Breach]:
    saw: Counter[str] = Counter()
    for line in world.requests:
        row = _counted_as(rows, line)
        if row is None:
            yield Breach(13, f"the ledger does not know {line['method']} {line['path']}.", (shown(line),))
        else:
            saw[f"{row['method']} {row['template']}"] += 1
    noted: Counter[str] = Counter()
    for row in rows:
        noted[f"{row['method']} {row['template']}"] += row["count"]
    for name, count in noted.items():
        # What was counted in memory is lost with the process.
        if count != saw[name] and not (world.killed and count < saw[name]):
            yield Breach(13, f"the ledger counts {count} of {name}, and the network saw {saw[name]}.")


def _counted_as(rows: Iterable[Line], line: Line) -> Line | None:
    fitting = [
        row for row in rows if row["method"] == line["method"] and _fits(row["template"], line["path"])
    ]
    return min(fitting, key=lambda row: row["template"].count("{id}"), default=None)


def _fits(template: str, path: str) -> bool:
    return bool(re.fullmatch(re.escape(template).replace(r"\{id\}", r"[^/]+"), path))


def phrases(text: str, size: int = 4) -> set[str]:
    """Runs of so many words; a shorter text as a whole. Handles, links and marks say nothing."""
    words = re.findall(r"\w+", re.sub(r"@\S+|https?://\S+", " ", text).casefold())
    if len(words) < size:
        return {" ".join(words)} if len("".join(words)) >= 8 else set()
    return {" ".join(words[at : at + size]) for at in range(len(words) - size + 1)}


def texts(part: Any) -> Iterator[str]:
    """Everything that a reader of a message sees."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("text", "fallback", "alt_text") and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from texts(each)


def _said_in(line: Line) -> set[str]:
    return set().union(*map(phrases, texts(line["message"])))


def eyes(world: World) -> Iterator[Breach]:
    """14: private words are their owner's alone; what is typed in Slack reaches no network."""
    openly = set().union(
        *(phrases(text) for post in world.posts.values() if post.is_open for text in post.texts)
    )
    private = {
        phrase: post
        for post in world.posts.values()
        if not post.is_open and not world.is_ours(post)
        for text in post.texts
        for phrase in phrases(text) - openly
    }
    for line in world.slack:
        if line["kind"] not in ("message", "edited", "ephemeral") or not line["message"].get("bot_id"):
            continue
        for phrase in sorted(_said_in(line) & set(private)):
            if not _may_read(world, private[phrase], line):
                story = f"private words of post {private[phrase].id} stood before {_reader(line)}."
                yield Breach(14, story, (shown(private[phrase].line), shown(line)))
                break
    yield from _typed(world)
    known = set(world.talks)
    for line in world.said:
        strange = {talk for talk, _ in about(line)} - known
        if strange:
            story = f"a message speaks of {', '.join(sorted(strange))}, of no conversation here."
            yield Breach(14, story, (shown(line),))


def _may_read(world: World, post: Post, line: Line) -> bool:
    """The owner is who was spoken to, or connected the shared account that was."""
    mark = world.marks.get(post.id)
    talk = world.talks.get((mark or {}).get("conversation_id") or "")
    handle = next((h for h in world.lists["handles"] if talk and h["id"] == talk["handle_id"]), None)
    owner = world.people.get((handle or {}).get("teammate_id") or "")
    reader = line.get("only_for") or (line.get("rings") or [None])[0]
    alone = bool(line.get("only_for")) or str(line["channel"]).startswith("D")
    return alone and (owner is None or reader in (None, owner["slack_user"]))


def _typed(world: World) -> Iterator[Breach]:
    typed: dict[str, Line] = {}
    for line in world.slack:
        if line["kind"] == "act":
            payload = line["act"]["payload"]
            values = (payload.get("view") or {}).get("state", {}).get("values", {})
            words = [
                each["value"] for block in values.values() for each in block.values() if each.get("value")
            ]
            words.append(str(payload.get("text", "")))
            typed |= dict.fromkeys(set().union(*map(phrases, words)), line)
        elif line["kind"] == "message" and not line["message"].get("bot_id"):
            typed |= dict.fromkeys(phrases(line["message"]["text"]), line)
    for line in world.requests:
        asked = " ".join([line["path"], line["user_agent"], *(str(value) for _, value in line["query"])])
        plain = " ".join(re.findall(r"\w+", asked.casefold()))
        for phrase, from_ in typed.items():
            if phrase in plain:
                yield Breach(14, "words typed in Slack reached a network.", (shown(from_), shown(line)))


def cursor(world: World) -> Iterator[Breach]:
    """15: what stands on ground that was passed is stored, set aside, or history."""
    for source in world.lists["sources"]:
        if source["kind"] != "mentions" or not source["history_before"]:
            continue
        heard = [id for id, handles in world.ours.items() if _is_account(source, handles)]
        polls = [line for line in world.answers if _lists_mentions(world, line, heard)]
        if polls and sure(source["history_before"]) > sure(polls[0]["world"]) + GRACE:
            story = f"source {source['id']} calls history what came after it was first read."
            yield Breach(15, story, (shown(source), shown(polls[0])))
        for post in world.posts.values():
            yield from _passed(world, post, heard, source, polls)
    yield from _fed(world)


def _fed(world: World) -> Iterator[Breach]:
    """What a feed showed after the beginning is stored: it may never show that again."""
    begun: defaultdict[str, list[datetime]] = defaultdict(list)
    for source in world.lists["sources"]:
        begun[source["network"]] += filter(None, [moment(source["history_before"])])
    for post in world.posts.values():
        network = post.line["network"]
        is_fed = world.kinds.get(network) == "feed" and post.id in world.seen
        if is_fed and post.id not in world.marks and any(post.created >= at for at in begun[network]):
            story = f"the feed showed post {post.id}, which is neither stored nor set aside."
            yield Breach(15, story, (shown(post.line),))


def _is_account(source: Line, handles: Iterable[Line]) -> bool:
    return any(handle["author_id"] == source["account"] for handle in handles)


def _passed(
    world: World, post: Post, heard: Collection[str], source: Line, polls: Sequence[Line]
) -> Iterator[Breach]:
    """A post that names us, came before a poll that was answered, and is known to nobody."""
    named = [post.named[who] for who in heard if who in post.named]
    if not named or post.gone or post.id in world.marks or world.is_ours(post):
        return
    seq, at = named[0]
    is_bot = bool(world.accounts[post.author].get("bot"))
    after = [line for line in polls if line["seq"] > seq]
    if at >= sure(source["history_before"]) and after and not is_bot and not _is_set_aside(world, post):
        if post.author in world.forgotten:
            return
        story = f"source {source['id']} has passed post {post.id}, which is neither stored nor set aside."
        yield Breach(15, story, (shown(post.line), shown(after[0])))


def gone(world: World) -> Iterator[Breach]:
    """16: erased words stand in no message that can still be read, and who is forgotten is read no more."""
    for post in world.posts.values():
        if post.id in world.marks and post.seq > world.asked.get(post.author, NEVER):
            story = f"post {post.id} was kept, and its author had asked before to be forgotten."
            yield Breach(16, story, (shown(post.line),))
    erased = [
        post
        for post in world.posts.values()
        if (post.id in world.marks and world.marks[post.id]["gone_at"] and post.gone)
        or post.author in world.forgotten
    ]
    live = [
        post
        for post in world.posts.values()
        if (not post.gone or world.has_copy(post)) and post.author not in world.forgotten
    ]
    openly = set().union(*(phrases(text) for post in live for text in post.texts))
    for post in erased:
        words = set().union(*map(phrases, post.texts)) - openly
        for line in standing(world):
            if words & _said_in(line) and not _is_out_of_reach(world, line):
                whose = "whose author is forgotten" if post.author in world.forgotten else "which is gone"
                story = f"words of post {post.id}, {whose}, still stand in Slack."
                yield Breach(16, story, (shown(post.line), shown(line)))


def _is_out_of_reach(world: World, line: Line) -> bool:
    """Slack's answer to it was lost: nobody was told its number, and no edit can name it."""
    rows, at = world.lists["outbox"], sure(line["world"])
    if any((row["channel"], row["ts"]) == (line["channel"], line["message"]["ts"]) for row in rows):
        return False
    # A person's message is meant for them, and stands in a channel of their own.
    alone = line["channel"].startswith("D")
    there = (row for row in rows if (bool(row["person"]) if alone else row["place"] == line["channel"]))
    lost = (sure(row["created_at"]) for row in there if row["state"] == "unknown")
    return any(began - GRACE <= at <= began + LEASE for began in lost)


def standing(world: World) -> list[Line]:
    """The bot's messages as they stand at the end; what is for one person's moment is left out."""
    stands: dict[tuple[str, str], Line] = {}
    for line in world.slack:
        if line["kind"] in ("message", "edited", "deleted") and line["message"].get("bot_id"):
            key = (line["channel"], line["message"]["ts"])
            if line["kind"] == "deleted" or line.get("only_for"):
                stands.pop(key, None)
            else:
                stands[key] = line
    return list(stands.values())


def screens(world: World) -> Iterator[Breach]:
    """17: every copy that stands shows how its conversation is."""
    rows = {(row["channel"], row["ts"]): row for row in world.lists["outbox"] if row["ts"]}
    calls = [sure(line["world"]) for line in world.slack if line["kind"] == "call"]
    until = max(calls, default=world.end)
    moved: dict[str, datetime] = {}
    for line in world.journal:
        moved[line["conversation_id"]] = sure(line["at"])
    for line in standing(world):
        row = rows.get((line["channel"], line["message"]["ts"]))
        if row is None:
            continue
        for one_ in row["shows"]:
            talk = world.talks.get(one_["conversation"])
            if talk and moved.get(talk["id"], until) <= until - timedelta(seconds=1):
                yield from _shows(line, row, talk)


def _shows(line: Line, row: Line, talk: Line) -> Iterator[Breach]:
    pressed = [text.split(":") for text in _values(line["message"].get("blocks", []))]
    own = [parts for parts in pressed if len(parts) > 2 and parts[1] == talk["id"] and parts[0] in DECIDING]
    is_settled = talk["status"] == "closed" and talk["reason"] is not None
    over = talk["status"] == "answered" or is_settled
    if own and (over or not row["live"]):
        story = f"{talk['id']} is {talk['status']}, and a message about it still offers “{own[0][0]}”."
        yield Breach(17, story, (shown(line), shown(talk)))
    elif any(parts[2] != str(talk["wait"]) for parts in own):
        story = f"{talk['id']} is in wait {talk['wait']}, and a message offers a press for wait {own[0][2]}."
        yield Breach(17, story, (shown(line), shown(talk)))


RULES: Mapping[int, Rule] = {
    1: lost, 2: one, 3: twice, 4: intent_first, 5: outcome, 6: after_the_answer, 7: hours, 8: forgotten,
    10: stale, 11: acked, 12: chained, 13: reads, 14: eyes, 15: cursor, 16: gone, 17: screens,
}  # fmt: skip
LISTS = (
    "workspace", "teammates", "handles", "sources", "journal", "outbox", "conversations", "posts",
    "quarantine", "inbox", "looks", "ledger",
)  # fmt: skip


def judge(logs: Path, export: Path, *, only: Collection[int] = frozenset(RULES)) -> Verdict:
    """Judge one run: the folder with the stand-ins' logs, and the folder that `byhand export` wrote.

    `only` are the numbers to judge: `WITHOUT_A_NETWORK` where the bot read none.
    """
    lists = {name: read(export / f"{name}.jsonl") for name in LISTS}
    world = World(read(logs / "slack.jsonl"), read(logs / "network.jsonl"), lists)
    verdict = Verdict()
    verdict.judged.update(_counts(world))
    if any(verdict.judged[name] for name in COUNTED):
        for number in sorted(only):
            verdict.breaches += RULES[number](world)
    return verdict


def _counts(world: World) -> Mapping[str, int]:
    ids = set(world.posts)
    return {
        "posts": len(ids),
        "looks": sum(_is_look(world, line, ids) for line in world.answers),
        "rings": len(world.said),
        "presses": sum(line["kind"] == "act" for line in world.slack),
        "faults": sum(line["kind"] in ("fault", "killed") for line in (*world.slack, *world.network)),
    }


def confluence(runs: Sequence[tuple[Path, Path]]) -> list[Breach]:
    """9, over several runs of one story (logs and export of each): all end with the same statuses."""
    ends = [_ends(*run) for run in runs]
    return [
        Breach(9, f"run {number} ended with {end}, and the first with {ends[0]}.")
        for number, end in enumerate(ends[1:], 2)
        if end != ends[0]
    ]


def _ends(logs: Path, export: Path) -> list[tuple[Any, ...]]:
    lists = {name: read(export / f"{name}.jsonl") for name in LISTS}
    world = World([], read(logs / "network.jsonl"), lists)
    places = {id: place for place, id in enumerate(world.posts)}
    first: dict[str, int] = {}
    for id, line in world.marks.items():
        talk = line["conversation_id"]
        if talk and line["lane"]:
            first[talk] = min(places[id], first.get(talk, places[id]))
    return sorted(
        (first[id], talk["status"], talk["wait"], talk["reason"] or "")
        for id, talk in world.talks.items()
        if id in first
    )


NAMES[9] = "Confluence"


def main(folder: str) -> int:
    """Find the logs and the lists below a folder, judge them, and print the verdict."""
    place = Path(folder)
    logs = next((file.parent for file in sorted(place.rglob("slack.jsonl"))), place)
    export = next((file.parent for file in sorted(place.rglob("journal.jsonl"))), place)
    verdict = judge(logs, export)
    print(verdict)  # noqa: T201 - this is what it is for
    if not any(verdict.judged[name] for name in COUNTED):
        return 2
    return 1 if verdict.breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
