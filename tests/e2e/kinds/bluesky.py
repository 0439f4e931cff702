"""Bluesky, on which anything may happen: nothing is edited, and what is deleted stays away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from tests.connectors.standins import bluesky
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

TOLD_ABOVE = 5
"""Whose posts stand so far above a reply are told of it (REPLY_NOTIF_DEPTH of the AppView)."""
KEYS = count(1)


class Bluesky(Lived, bluesky.Bluesky):
    """Posts point to what they answer, also to what is gone; its notifications tell of replies far below."""

    name, kind, restores, keeps, whose = "bluesky", "parents", False, True, True

    def __init__(self, clock: Any) -> None:
        for name in (*self.them, *self.us):
            bluesky.NAMES.setdefault(name, f"did:plc:{name:0<24}")
        super().__init__(clock)
        self.posts.clear()

    def account(self, name: str) -> str:
        return bluesky.NAMES[name]

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        upper = self.uri(under) if under else None
        uri = self._write(by, f"@{names}.example {words}" if names else words, upper)
        post = self.posts[uri]
        if names:
            mention = {"$type": "app.bsky.richtext.facet#mention", "did": bluesky.NAMES[names]}
            index = {"byteStart": 0, "byteEnd": len(names) + 9}
            post["record"]["facets"] = [{"index": index, "features": [mention]}]
        told = [self.account(one) for one in self._told(uri) if one not in (names, by)]
        return self.wrote(_key(uri), by, words, [names] if names else [], parent=under or "", told=told)

    def _told(self, uri: str) -> list[str]:
        """Whose posts stand above it, as far up as people are told; the way ends at what is gone."""
        found: list[str] = []
        while len(found) < TOLD_ABOVE and "reply" in self.posts.get(uri, {"record": {}})["record"]:
            uri = self.posts[uri]["record"]["reply"]["parent"]["uri"]
            found += [name for name, did in bluesky.NAMES.items() if uri.startswith(f"at://{did}/")]
        return found

    def _write(self, name: str, text: str, to: str | None = None) -> str:
        uri = f"at://{bluesky.NAMES[name]}/app.bsky.feed.post/3k{next(KEYS):05}"
        at = self.clock()
        record: dict[str, Any] = {"$type": "app.bsky.feed.post", "text": text, "createdAt": at.isoformat()}
        if to:
            root = self.posts[to]["record"].get("reply", {}).get("root", {"uri": to, "cid": "bafyroot"})
            record["reply"] = {"parent": {"uri": to, "cid": "bafyparent"}, "root": root}
        self.posts[uri] = {"uri": uri, "cid": f"bafy{next(KEYS)}", "by": name, "record": record, "at": at}
        return uri

    def uri(self, id: str) -> str:
        return next(uri for uri in self.posts if uri.endswith(f"/{id}"))

    def edit(self, id: str, names: str) -> None:
        """Nobody edits on Bluesky."""

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        raise NotImplementedError

    def take(self, id: str) -> Any:
        return self.posts.pop(self.uri(id))

    def bring(self, id: str, taken: Any) -> None:
        raise NotImplementedError("nobody brings back what was deleted")

    def _notifications(self, asked: Asked) -> Said:
        viewer = self._viewer(asked)
        if viewer is None:
            raise bluesky.refused("AuthMissing", 401)
        rows = [
            self._view(post) | {"reason": reason, "isRead": True}
            for post in self.posts.values()
            if post["by"] != viewer and (reason := self._reason(post, viewer))
        ]
        return self._page(asked, "notifications", rows)

    def _reason(self, post: dict[str, Any], viewer: str) -> str:
        facets = post["record"].get("facets", ())
        if any(each["features"][0]["did"] == bluesky.NAMES[viewer] for each in facets):
            return "mention"
        return "reply" if viewer in self._told(post["uri"]) else ""

    def shows(self, said: Said) -> Iterator[str]:
        if said.sent.startswith(b"{"):
            yield from _posts(json.loads(said.sent))

    def lists(self, asked: Asked) -> list[str] | None:
        if asked.path.endswith("listNotifications"):
            return ["mentions", self.account("acme")]
        if asked.path.endswith("getAuthorFeed"):
            return ["own", self.account(self._named(asked.query["actor"]))]
        return None

    def asks(self, asked: Asked) -> list[str]:
        return [_key(asked.query["uri"])] if asked.path.endswith("getPostThread") else []

    def missing(self, asked: Asked, said: Said) -> list[str]:
        gone = said.status == 400 and isinstance(said.body, dict) and said.body["error"] == "NotFound"
        return self.asks(asked) if gone else []

    def declared(self, asked: Asked) -> bool:
        return asked.path.startswith("/xrpc/com.atproto.server.")

    def keyed(self, asked: Asked) -> bool:
        return bool(asked.bearer)


def _key(uri: str) -> str:
    return uri.rpartition("/")[2]


def _posts(part: Any) -> Iterator[str]:
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _posts(each)
    if isinstance(part, dict) and "record" in part and "uri" in part:
        yield _key(part["uri"])
