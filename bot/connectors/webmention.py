"""Webmention (www.w3.org/TR/webmention): pages elsewhere that link to a page of ours, told by their senders.

A sender tells source and target. The source is read later, through the door, and must really link to the
target; its h-entry and h-card say who wrote it and what. Nothing is believed that the page does not show.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from bot.domain.connector import ConnectorFacts, Heard, Query, Reader
from bot.domain.model import Author, Lane, Post, Visibility
from bot.reading.microformats import read_source
from bot.reading.payload import is_web_address

FACTS = ConnectorFacts(
    name="webmention",
    label="Webmention",
    queries=(Query("site", "Pages elsewhere that link to our site", "https://acme.example", Lane.ABOUT_US),),
    ways=(),
    floor=timedelta(hours=1),
    requests=20,
    window=timedelta(hours=1),
    limits_source="our own: 20 webmentions an hour from each host, and what a server asks is kept",
    sees="Replies to our pages and other links to them, as their senders tell of them.",
    cannot_see="Answers, and what no sender tells.",
    immutable_ids=False,
    parent_pointers=False,
    pushed=True,
)

WORDLESS = ("like-of", "repost-of", "bookmark-of")


class Webmention:
    """The connector: reads what a sender told of. Nothing is fetched that nobody told of."""

    facts = FACTS

    def name(self, source: str, target: str) -> str:
        """The id of what `source` says about `target`."""
        return sha256(f"{source} {target}".encode("utf-8", "replace")).hexdigest()[:40]

    def heard(self, source: str, target: str, door: Reader) -> Heard | None:
        """What the source says; None where it does not link to the target, or likes it without a word.

        Raises Gone, and the other errors of reading.
        """
        answer, now = door.get(source), door.now()
        content_type = answer.headers.get("content-type", "")
        entry = read_source(answer.body, answer.url, content_type, target, now)
        if entry is None or entry.how in WORDLESS:
            return None
        host, id_ = urlsplit(source).netloc, self.name(source, target)
        page = entry.author_url if entry.author_url and is_web_address(entry.author_url) else None
        created = entry.published or now
        post = Post(
            network=FACTS.name,
            id=id_,
            url=source,
            author=Author((page or host)[:200], host, entry.name or host, page),
            text=entry.text,
            created_at=created,
            root=id_,
            visibility=Visibility.PUBLIC,
            edited_at=entry.updated if entry.updated and entry.updated > created else None,
            named_us_at=now,
        )
        return Heard(post, Lane.TO_US if entry.how == "in-reply-to" else Lane.ABOUT_US)


CONNECTOR = Webmention()
