"""YouTube, on which anything may happen: with a comment go its answers, and a moderator brings them back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from tests.connectors.standins import youtube
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

CHANNELS = {
    "acme": youtube.CHANNEL, "ana": youtube.ANA, "mei": youtube.MEI,
    "kim": f"UC{'kim' * 8}"[:24], "chidi": f"UC{'chi' * 8}"[:24],
}  # fmt: skip


def not_found() -> Said:
    """What stands in the documentation of comments.list for an `id` or a `parentId` that is not there."""
    reason = {"domain": "youtube.comment", "reason": "commentNotFound"}
    return Said({"error": {"code": 404, "errors": [reason]}}, 404)


class Youtube(Lived, youtube.YouTube):
    """The channel's owner hears of all that is written under its videos."""

    name, kind = "youtube", "flat"

    def __init__(self, clock: Any) -> None:
        self.made = count(1)
        for name, channel in CHANNELS.items():
            youtube.NAMES.setdefault(channel, f"@{name}")
        super().__init__(clock)

    def account(self, name: str) -> str:
        return CHANNELS[name]

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        top = (self.comments[under]["top"] or under) if under else None
        number = next(self.made)
        id = f"{top}.{number}" if top else f"Ugx{number}"
        self.comments[id] = {"author": CHANNELS[by], "top": top, "at": self.clock(), "names": ()}
        if under and under != top:  # the box below an answer begins with its author's name
            self._name(id, self.comments[under]["author"])
        words = f"Number {next(NUMBERS)}?"
        told = self.change(id, words, names)
        self.comments[id]["edited"] = None
        place = {"thread": top or id, "place": number, "told": [youtube.CHANNEL]}
        return self.wrote(id, by, words, told, **place)

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        one = self.comments[id]
        if names and one["top"]:
            self._name(id, CHANNELS[names])
        said = " ".join((*(youtube.NAMES[channel] for channel in one["names"]), words))
        one |= {"words": said, "edited": self.clock()}
        called = one["names"] if one["top"] else (youtube.CHANNEL,)
        return [name for name, channel in CHANNELS.items() if channel in called]

    def _name(self, id: str, channel: str) -> None:
        self.comments[id]["names"] = tuple(dict.fromkeys((*self.comments[id]["names"], channel)))

    def remove(self, id: str) -> None:
        """With a comment its answers are gone as well."""
        with_it = [id, *self._below(id)]
        self.gone[id] = [(one, self.comments.pop(one), self.here.pop(one)) for one in with_it]
        for one in with_it:
            self.log.deleted(one)

    def restore(self, id: str) -> None:
        """An answer stands nowhere but below its comment."""
        top = id.partition(".")[0]
        if top != id and top not in self.comments:
            return
        for one, comment, by in self.gone.pop(id):
            self.comments[one], self.here[one] = comment, by
            self.log.restored(one)
        self.comments = dict(sorted(self.comments.items(), key=lambda item: item[1]["at"]))

    def take(self, id: str) -> Any:
        raise NotImplementedError("see remove")

    def bring(self, id: str, taken: Any) -> None:
        raise NotImplementedError("see restore")

    def _shown(self, id: str) -> dict[str, Any]:
        shown = super()._shown(id)
        edited = self.comments[id]["edited"]
        if edited:
            shown["snippet"]["updatedAt"] = edited.isoformat().replace("+00:00", "Z")
        return shown

    def _comments(self, asked: Asked) -> Any:
        asked_for = asked.query.get("parentId") or asked.query["id"]
        if asked_for not in self.comments:
            return not_found()
        found = super()._comments(asked)
        if asked.query["part"] == "id":
            return {"items": [{"kind": one["kind"], "id": one["id"]} for one in found["items"]]}
        return found

    def shows(self, said: Said) -> Iterator[str]:
        if said.sent.startswith(b"{"):
            yield from _comments(json.loads(said.sent))

    def lists(self, asked: Asked) -> list[str] | None:
        return ["mentions", youtube.CHANNEL] if asked.path.endswith("/commentThreads") else None

    def looks(self, asked: Asked) -> str:
        return asked.query.get("parentId", "")

    def missing(self, asked: Asked, said: Said) -> list[str]:
        id = asked.query.get("parentId") or asked.query.get("id", "")
        body = said.body if isinstance(said.body, dict) else {}
        documented = not_found().body == body
        if not asked.path.endswith("/comments") or not (documented or body.get("items") == []):
            return []
        if id in self.comments:
            return []
        return [id, *(one["id"] for one in self.log.lines if one["kind"] == "posted" and one["thread"] == id)]

    def keyed(self, asked: Asked) -> bool:
        return asked.query.get("key") == youtube.KEY


def _comments(part: Any) -> Iterator[str]:
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _comments(each)
    if isinstance(part, dict) and part.get("kind") == "youtube#comment" and "snippet" in part:
        yield str(part["id"])
