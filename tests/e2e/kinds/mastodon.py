"""Mastodon: posts point to what they answer; and GoToSocial, which shows no thread without a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.connectors.standins import mastodon
from tests.connectors.standins.network import Follow
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

MOST = 6
"""So many questions stand below one post of ours; then we post again."""


class Mastodon(Lived, mastodon.Mastodon):
    """Mastodon; what is deleted leaves its replies without a parent, and nothing comes back."""

    name, kind, restores, carries = "mastodon", "parents", False, True

    def __init__(self, clock: Any) -> None:
        self.notes: list[str] = []
        super().__init__(clock)

    def account(self, name: str) -> str:
        return str(1 + mastodon.PEOPLE.index(name))

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        id = self._post(by, under, self._named(by, under, names), words)
        self._tell(id, names)
        place = {"parent": under or "", "told": [self.account(name) for name in self._told(id)]}
        return self.wrote(id, by, words, self.statuses[id]["names"], **place)

    def _named(self, by: str, under: str | None, names: str) -> Sequence[str]:
        """Whom a new post names."""
        return (names,) if names else ()

    def _told(self, id: str) -> Sequence[str]:
        """Those who find it otherwise than by their names."""
        return ()

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
        yield from re.findall(r'"uri": "[^"]*/statuses/(\w+)"', said.sent.decode())

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


class MastodonReplies(Mastodon):
    """Without a key: the threads of our account's posts are read, and nobody listens for mentions elsewhere.

    A reply names who wrote the post above and those whom that named, unless its author takes all names out.
    """

    def follows(self) -> Sequence[Follow]:
        return [Follow("replies", f"@acme@{self.host}")]

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        """Whoever asks us anew does so below a post of ours."""
        return super().speak(by, under or (self._newest(names) if names else None), names=names)

    def _newest(self, name: str) -> str:
        """Their newest post, or a new one where that has many answers."""
        own = [id for id, by in self.here.items() if by == name and not self.statuses[id]["to"]]
        return own[-1] if own and len(self.below(own[-1])) <= MOST else self.speak(name)

    def _named(self, by: str, under: str | None, names: str) -> Sequence[str]:
        if not (under and names):
            return super()._named(by, under, names)
        upper = self.statuses[under]
        found = dict.fromkeys((names, upper["by"], *upper["names"]))
        return [name for name in found if name != by]

    def _told(self, id: str) -> Sequence[str]:
        """Those in whose post's thread it stands."""
        above = dict.fromkeys(self.statuses[upper]["by"] for upper in self.above(id))
        return [name for name in above if name != self.statuses[id]["by"]]


class MastodonKeyedReplies(MastodonReplies, mastodon.GoToSocial):
    """GoToSocial shows threads with a key alone; what is deleted takes what hangs below it out of the thread,
    and that still says what it answered."""

    keeps = True

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.statuses.clear()

    def follows(self) -> Sequence[Follow]:
        return [Follow("keyed-replies", f"@acme@{self.host}", mastodon.TOKEN)]

    def delete(self, post: str) -> None:
        del self.statuses[self.id_of(post)]
