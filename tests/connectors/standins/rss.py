"""A forum's feed as RSS 2.0 (rssboard.org/rss-specification): its newest entries, whole, with an ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Routes, Said

SHOWN = 30


class Feed(Network):
    """Entries come and go; whoever answers one does so where the feed does not show it."""

    deletes = False
    tells = False

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.entries: dict[str, dict[str, Any]] = {}
        self.made = 0

    def routes(self) -> Routes:
        return [("GET", "/latest.rss", self._feed)]

    def follows(self) -> Sequence[Follow]:
        return [Follow("feed", f"{self.origin}/latest.rss")]

    def ana(self) -> str | None:
        return None

    def ask(self) -> str:
        return self.enter("mei", "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return to

    def thank(self, to: str) -> str:
        return to

    def delete(self, post: str) -> None:
        del self.entries[post]

    def enter(self, by: str, words: str) -> str:
        """A new entry, at the top."""
        self.made += 1
        self.entries[str(self.made)] = {"by": by, "words": words, "at": self.clock()}
        return str(self.made)

    def _feed(self, asked: Asked) -> Said:
        newest = sorted(self.entries.items(), key=lambda one: -int(one[0]))[:SHOWN]
        items = "".join(self._item(id, entry) for id, entry in newest)
        head = f"<title>Forum</title><link>{self.origin}/</link><description>New</description>"
        body = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"Content-Type": "application/rss+xml", "ETag": tag}
        is_known = asked.headers.get("if-none-match") == tag
        return Said(b"", 304, headers) if is_known else Said(body, 200, headers)

    def _item(self, id: str, entry: dict[str, Any]) -> str:
        link = f"{self.origin}/entries/{id}"
        said = f"<description>{escape(entry['words'])}</description><author>{entry['by']}</author>"
        at = format_datetime(entry["at"])
        return f"<item><guid>{link}</guid><link>{link}</link><pubDate>{at}</pubDate>{said}</item>"


NETWORKS = ()
"""What a feed shows speaks about us: it waits for nobody until somebody takes it, and no loop is played."""
