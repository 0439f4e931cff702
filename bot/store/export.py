"""All that a judge from outside needs, as ids and times: no words, no names of people outside, no secrets.

An id of a post or of somebody outside may hold their name, so it is told as a mark: a hash by the
Workspace's own key, the same in every export. A post is also told by what its server calls it (`refs`),
which names nobody. Feed addresses are credentials, so of a Source only its host is told.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, Table, select

from bot.store.erase import FORGOTTEN, keyed_hash
from bot.store.tables.conversations import conversation, journal
from bot.store.tables.messages import message, message_shows
from bot.store.tables.people import handle, teammate
from bot.store.tables.people import workspace as workspaces
from bot.store.tables.posts import post
from bot.store.tables.schedule import inbox, ledger, look
from bot.store.tables.sources import quarantine, source

Line = dict[str, Any]
MARK = 32
"""How many characters of a hash make a mark."""

_NUMBER = re.compile(r"(?:^|/)(\d+)$", re.ASCII)
_STANDING = (
    "status",
    "wait",
    "waiting_since",
    "opened_at",
    "reason",
    "lane",
    "nudgeable",
    "snoozed_until",
    "holder",
    "held_since",
    "asked",
    "asked_by",
    "asked_at",
    "answered_at",
    "others_replied",
    "private",
)


def export(connection: Connection, workspace: str) -> Iterator[tuple[str, Iterable[Line]]]:
    """The name of each list, and its lines in an order that never changes. The journal only grows."""
    told = _Told(connection, workspace)
    yield "workspace", [_plain(told.home, leave=("pepper",))]
    yield "teammates", [_plain(row, leave=("name",)) for row in told.rows(teammate, "id")]
    yield "handles", told.handles()
    yield "sources", told.sources()
    yield "journal", told.journal()
    yield "outbox", told.outbox()
    yield "conversations", told.conversations()
    yield "posts", told.posts()
    yield "quarantine", [_plain(row, leave=("why",)) for row in told.rows(quarantine, "source_id", "ref")]
    yield "inbox", [_plain(row, leave=("body",)) for row in told.rows(inbox, "received_at", "id")]
    yield "looks", [_plain(row) for row in told.rows(look, "day")]
    ordered = select(ledger).order_by(ledger.c.host, ledger.c.method, ledger.c.template)
    yield "ledger", [_plain(row) for row in connection.execute(ordered)]


def line_of(line: Mapping[str, Any]) -> str:
    """One line as JSON, in ASCII and with its names sorted: equal lines are equal bytes."""
    return json.dumps(line, sort_keys=True, separators=(",", ":"))


@dataclass(slots=True)
class _Told:
    """One Workspace's rows, told."""

    connection: Connection
    workspace: str

    @property
    def home(self) -> Row[Any]:
        return self.connection.execute(select(workspaces).where(workspaces.c.id == self.workspace)).one()

    def rows(self, table: Table, *order: str) -> list[Row[Any]]:
        here = select(table).where(table.c.workspace_id == self.workspace)
        return list(self.connection.execute(here.order_by(*(table.c[name] for name in order))))

    def marks(self) -> _Marks:
        return _Marks(self.home.pepper)

    def handles(self) -> Iterator[Line]:
        """Our own accounts are told by their ids too: they are ours."""
        marks = self.marks()
        for row in self.rows(handle, "id"):
            yield _plain(row, leave=("name",)) | {"author": marks.of(row.network, row.author_id)}

    def sources(self) -> Iterator[Line]:
        for row in self.rows(source, "id"):
            host = urlsplit(row.endpoint).netloc
            yield _plain(row, leave=("endpoint", "query", "credential_id", "problem")) | {"host": host}

    def journal(self) -> Iterator[Line]:
        marks = self.marks()
        networks = {row.id: row.network for row in self.rows(conversation, "id")}
        for row in self.rows(journal, "number"):
            network = networks[row.conversation_id]
            marked = {"covers": marks.all(network, row.covers), "post": marks.of(network, row.post)}
            yield _plain(row) | marked

    def outbox(self) -> Iterator[Line]:
        shows: defaultdict[str, list[Line]] = defaultdict(list)
        for row in self.rows(message_shows, "message_id", "place"):
            shown = {"conversation": row.conversation_id, "wait": row.wait, "step": row.step}
            shows[row.message_id].append(shown)
        for row in self.rows(message, "created_at", "id"):
            yield _plain(row, leave=("post", "lease")) | {"shows": shows[row.id]}

    def conversations(self) -> Iterator[Line]:
        marks = self.marks()
        for row in self.rows(conversation, "created_at", "id"):
            standing = {name: row.standing.get(name) for name in _STANDING}
            yield {
                **_plain(row, leave=("url", "endpoint", "standing", "look_at")),
                **standing,
                "root": marks.of(row.network, row.root),
                "author": marks.of(row.network, row.author or None),
                "forgotten": row.author.startswith(FORGOTTEN),
                "uncovered": marks.all(row.network, row.standing.get("uncovered") or ()),
                "evidence": [_answer(marks, row.network, one) for one in row.standing.get("evidence") or ()],
                "maybes": [_answer(marks, row.network, one) for one in row.standing.get("maybes") or ()],
            }

    def posts(self) -> Iterator[Line]:
        marks = self.marks()
        wordy = ("url", "text", "warning", "told_root", "names", "client", "wording", "audience")
        for row in self.rows(post, "first_seen", "network", "id"):
            places = {name: marks.of(row.network, getattr(row, name)) for name in ("id", "root", "parent")}
            author = marks.of(row.network, row.author_id)
            yield _plain(row, leave=wordy) | places | {"author_id": author, "refs": _names(row)}


@dataclass(frozen=True, slots=True)
class _Marks:
    """Marks by the key of one Workspace."""

    pepper: str

    def of(self, network: str, id: str | None) -> str | None:
        """Whoever was forgotten keeps the mark that they had: it is the hash that stands in their place."""
        if id is None:
            return None
        kept = id.removeprefix(FORGOTTEN)
        return (kept if kept != id else keyed_hash(self.pepper, network, id))[:MARK]

    def all(self, network: str, ids: Iterable[str]) -> list[str]:
        return sorted(keyed_hash(self.pepper, network, id)[:MARK] for id in ids)


def _names(row: Row[Any]) -> list[str]:
    """What servers call a post: their own numbers, and the one that its id is, or ends with."""
    number = _NUMBER.search(row.id)
    return [*row.refs, *([number[1]] if number else [])] or [row.id]


def _answer(marks: _Marks, network: str, one: Mapping[str, Any]) -> Line:
    kept = {name: one.get(name) for name in ("by", "at", "strength", "verified", "gone_at")}
    return kept | {
        "post": marks.of(network, one.get("post")),
        "mentions": marks.all(network, one.get("mentions") or ()),
    }


def _plain(row: Row[Any], *, leave: Iterable[str] = ()) -> Line:
    left_out = {"workspace_id", *leave}
    return {name: _simple(value) for name, value in row._mapping.items() if name not in left_out}


def _simple(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date, time)) else value
