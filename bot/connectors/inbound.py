"""What another program hands to us by a signed call, and Octolens and F5Bot by an address that holds a key.

The shape of a call is ours (docs/connectors/inbound.md); those of Octolens and F5Bot are read as their
documentation describes them (octolens.com/docs/quickstart/webhooks, f5bot.com/docs-api).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from bot.domain.connector import (
    Broken,
    ConnectorFacts,
    Handed,
    How,
    Query,
    Told,
    Way,
)
from bot.domain.errors import ChangedFormat
from bot.domain.model import Author, Lane, Post, Strength, Visibility
from bot.reading.html import plain
from bot.reading.payload import Malformed, Part, parse_json

T = TypeVar("T")

MOST = 100
"""Mentions in one call."""
SIGNED = "webhook"
FACTS = ConnectorFacts(
    name="inbound",
    label="Inbound",
    queries=(
        Query(
            SIGNED,
            "Mentions that a program of yours hands over",
            "scout",
            Lane.ABOUT_US,
            needs_credential=True,
        ),
        Query(
            "octolens", "Mentions that Octolens hands over", "octolens", Lane.ABOUT_US, needs_credential=True
        ),
        Query("f5bot", "Mentions that F5Bot hands over", "f5bot", Lane.ABOUT_US, needs_credential=True),
    ),
    ways=(Way(How.PUSH, Strength.STRONG, "at once"),),
    floor=timedelta(hours=1),
    requests=120,
    window=timedelta(minutes=1),
    limits_source="our own: 120 calls a minute to each address, 1 MiB and 100 mentions a call",
    sees="What the sender hands over: new mentions, changed and deleted ones, and which were answered.",
    cannot_see="What the sender does not tell.",
    credential="A key that By Hand makes and shows once; the sender signs with it, or has it in the address.",
    pushed=True,
)

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose call is read and when; turns its parts into posts, or raises Malformed."""

    name: str
    now: datetime

    def id(self, name: str) -> str:
        """What the sender calls a post, as an id that no other sender's can be."""
        return f"{self.name}/{name}"

    def mention(self, row: Part) -> Handed:
        """One mention in our own shape."""
        name, answers = _name(row["id"]), row.get("answers")
        created, edited, gone = (self._time(row, key) for key in ("created_at", "edited_at", "deleted_at"))
        if created is None:
            raise Malformed(f"{row.path}.created_at".lstrip("."), "is missing")
        id_, language = self.id(name), row.get("language")
        post = Post(
            network=FACTS.name,
            id=id_,
            url=row["url"].url(),
            author=self._author(row["author"], _word(row, "network", 40)),
            text=row["text"].text(),
            created_at=created,
            parent=self.id(_name(answers)) if answers else None,
            root=None if answers else id_,
            visibility=Visibility.DIRECT if _flag(row, "private") else Visibility.PUBLIC,
            language=language.word(20) if language else None,
            edited_at=edited if edited and edited > created else None,
            gone_at=gone,
        )
        return Handed(name, post, Lane.TO_US if _flag(row, "to_us") else Lane.ABOUT_US)

    def octolens(self, whole: Part) -> Handed:
        """One mention as Octolens sends it: `action`, and the post in `data`."""
        row = whole["data"]
        url = row["url"].url()
        title, handle = _word(row, "title", 300), row["author"].word(100)
        where = _word(row, "source", 40)
        author = Author(
            _author_id(where, handle), _shown(handle, where), _word(row, "authorName", 100) or handle
        )
        body = row.get("body")
        return self._plain(url, author, _joined(title, body.text() if body else ""), row["timestamp"])

    def f5bot(self, row: Part) -> Handed:
        """One alert as F5Bot sends it: an excerpt in HTML; its title tells keyword, place and subject."""
        url, handle = row["url"].url(), _word(row, "username", 100) or "somebody"
        tags = row.get("tags")
        where = next((tag.word(40) for tag in (tags.listing(20) if tags else [])[1:2]), "")
        author = Author(_author_id(where, handle), _shown(handle, where), handle)
        text = _joined(row["title"].word(300), plain(row["content_html"].text()))
        return self._plain(url, author, text, row["date_published"])

    def told(self, row: Part) -> Told:
        """One mention that was answered."""
        name, by, url = _name(row["id"]), row.get("by"), row.get("url")
        return Told(name, self.id(name), row.path, by.id() if by else None, url.url() if url else None)

    def _plain(self, url: str, author: Author, text: str, at: Part) -> Handed:
        """A post that is known by its address alone."""
        name = sha256(url.encode("utf-8", "replace")).hexdigest()[:20]
        post = Post(
            network=FACTS.name,
            id=self.id(name),
            url=url,
            author=author,
            text=text,
            created_at=at.time(self.now),
            root=self.id(name),
            visibility=Visibility.PUBLIC,
        )
        return Handed(name, post, Lane.ABOUT_US)

    def _author(self, row: Part, where: str) -> Author:
        name, url, given = row["name"].word(100), row.get("url"), row.get("id")
        handle = _word(row, "handle", 100) or name
        own = _name(given) if given else handle
        return Author(_author_id(where, own), _shown(handle, where), name, url.url() if url else None)

    def _time(self, row: Part, key: str) -> datetime | None:
        found = row.get(key)
        return found.time(self.now) if found else None


def _name(part: Part) -> str:
    found = part.id()
    if len(found.encode()) > _LONGEST_NAME:
        raise Malformed(part.path, f"is longer than {_LONGEST_NAME} bytes")
    return found


def _word(row: Part, key: str, most: int) -> str:
    found = row.get(key)
    return " ".join(found.text(most).split()) if found else ""


def _flag(row: Part, key: str) -> bool:
    found = row.get(key)
    return bool(found and found.flag())


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _author_id(where: str, name: str) -> str:
    return f"{where}/{name}" if where else name


def _shown(handle: str, where: str) -> str:
    return f"{handle} on {where}" if where else handle


def _rows(whole: Part, key: str) -> list[Part]:
    """The rows of a call: a list under that key, or the call itself as the only one."""
    listed = whole.get(key)
    if listed is None:
        return [whole]
    rows = listed.listing()
    if len(rows) > MOST:
        raise Malformed(key, f"has {len(rows)} parts, and a call may have {MOST}")
    return rows


def _each(rows: list[Part], read: Callable[[Part], T]) -> tuple[tuple[T, ...], tuple[Broken, ...]]:
    found: list[T] = []
    broken: list[Broken] = []
    for row in rows:
        try:
            found.append(read(row))
        except Malformed as wrong:
            broken.append(Broken(wrong.path, wrong.why))
    return tuple(found), tuple(broken)


class Inbound:
    """The connector. Nothing is fetched; what comes is read."""

    facts = FACTS
    unsigned = frozenset({"octolens", "f5bot"})

    def handed(
        self, kind: str, name: str, body: bytes, now: datetime
    ) -> tuple[tuple[Handed, ...], tuple[Broken, ...]]:
        """The mentions of one call, in the shape of its kind."""
        whole, reading = parse_json(body), Reading(name, now)
        whole.mapping()
        if kind == SIGNED:
            return _each(_rows(whole, "mentions"), reading.mention)
        if kind not in self.unsigned:
            raise ChangedFormat(f"Inbound has no kind called {kind}")
        return _each([whole], reading.octolens if kind == "octolens" else reading.f5bot)

    def told(self, name: str, body: bytes, now: datetime) -> tuple[tuple[Told, ...], tuple[Broken, ...]]:
        """The mentions that one call says were answered."""
        whole = parse_json(body)
        whole.mapping()
        return _each(_rows(whole, "answered"), Reading(name, now).told)


CONNECTOR = Inbound()
