"""YouTube's Data API v3 as developers.google.com/youtube/v3/docs describes its comments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Handler, Routes, Said

KEY = "AIza-stand-in"
CHANNEL, ANA, MEI = (f"UC{name * 8}"[:24] for name in ("acm", "ana", "mei"))
NAMES = {CHANNEL: "@acme", ANA: "@ana", MEI: "@mei_t"}


def wrong_key() -> Said:
    reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    error = {"code": 400, "errors": [{"reason": "badRequest"}], "status": "INVALID_ARGUMENT"}
    return Said({"error": error | {"details": [reason]}}, 400)


def forbidden() -> Said:
    return Said(
        {"error": {"code": 403, "errors": [{"reason": "forbidden"}], "status": "PERMISSION_DENIED"}}, 403
    )


class YouTube(Network):
    """Comments under one video. An answer names whom it answers; the list of a comment shows one answer."""

    not_there = Said({"error": {"code": 404, "message": "Not found"}}, 404)

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.comments: dict[str, dict[str, Any]] = {}

    def routes(self) -> Routes:
        return [
            ("GET", "/youtube/v3/i18nLanguages", self._keyed(lambda _: {"items": []})),
            ("GET", "/youtube/v3/channels", self._keyed(self._channels)),
            ("GET", "/youtube/v3/commentThreads", self._keyed(self._threads)),
            ("GET", "/youtube/v3/comments", self._keyed(self._comments)),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("channel", f"{self.origin}/@acme", KEY)]

    def ana(self) -> str | None:
        return f"{self.origin}/channel/{ANA}"

    def ask(self) -> str:
        return self._add(MEI, None, "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self._add(ANA, to, "It does.")

    def thank(self, to: str) -> str:
        return self._add(MEI, to, "Thanks! And my notes?")

    def delete(self, post: str) -> None:
        del self.comments[post]

    def url(self, post: str) -> str | None:
        return f"https://www.youtube.com/watch?v=dQacme00001&lc={post}"

    def _keyed(self, handler: Handler) -> Handler:
        def handle(asked: Asked) -> Any:
            if asked.query.get("key") != KEY:
                return wrong_key() if asked.query.get("key") else forbidden()
            return handler(asked)

        return handle

    def _add(self, author: str, to: str | None, words: str) -> str:
        top = (self.comments[to]["top"] or to) if to else None
        number = f"{top}.{len(self.comments)}" if top else f"Ugx{len(self.comments)}"
        said = f"{NAMES[self.comments[to]['author']]} {words}" if to and to != top else words
        self.comments[number] = {"author": author, "top": top, "words": said, "at": self.clock()}
        return number

    def _shown(self, id: str) -> dict[str, Any]:
        one = self.comments[id]
        at: datetime = one["at"]
        when = at.isoformat().replace("+00:00", "Z")
        snippet = {
            "channelId": CHANNEL,
            "textDisplay": one["words"],
            "authorDisplayName": NAMES[one["author"]],
            "authorChannelUrl": f"http://www.youtube.com/{NAMES[one['author']]}",
            "authorChannelId": {"value": one["author"]},
            "publishedAt": when,
            "updatedAt": when,
        }
        above = {"parentId": one["top"]} if one["top"] else {"videoId": "dQacme00001"}
        return {"kind": "youtube#comment", "id": id, "snippet": snippet | above}

    def _below(self, top: str) -> list[str]:
        return [id for id, one in self.comments.items() if one["top"] == top]

    def _threads(self, asked: Asked) -> Any:
        if asked.query.get("allThreadsRelatedToChannelId") != CHANNEL:
            return Said({"error": {"code": 404, "errors": [{"reason": "channelNotFound"}]}}, 404)
        tops = [id for id, one in self.comments.items() if one["top"] is None][::-1]
        rows = [
            {
                "kind": "youtube#commentThread",
                "id": id,
                "snippet": {
                    "channelId": CHANNEL,
                    "videoId": "dQacme00001",
                    "topLevelComment": self._shown(id),
                    "totalReplyCount": len(self._below(id)),
                },
            }
            | ({"replies": {"comments": [self._shown(self._below(id)[0])]}} if self._below(id) else {})
            for id in tops
        ]
        return {"items": rows[: int(asked.query.get("maxResults", 20))]}

    def _comments(self, asked: Asked) -> Any:
        if "parentId" in asked.query:
            return {"items": [self._shown(id) for id in self._below(asked.query["parentId"])][::-1]}
        return {"items": [self._shown(asked.query["id"])] if asked.query["id"] in self.comments else []}

    def _channels(self, asked: Asked) -> Any:
        found = {asked.query.get("id"), asked.query.get("forHandle")}
        rows = [
            {"id": id, "snippet": {"title": name[1:], "customUrl": name}}
            for id, name in NAMES.items()
            if found & {id, name}
        ]
        return {"items": rows} if rows else {"pageInfo": {"totalResults": 0}}


NETWORKS = (YouTube,)
