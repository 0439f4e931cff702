"""A WordPress site, on which anything may happen: what is trashed leaves its answers, and may come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, ClassVar

from tests.connectors.standins import wordpress
from tests.connectors.standins.serving import Asked, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

USERS = {"ana": wordpress.ANA, "mei": wordpress.MEI, "chidi": 4}
"""Who has signed in to the site; the others write as guests."""


class Wordpress(Lived, wordpress.WordPress):
    """The site itself wrote the article; only its own users, signed in, answer as one of us."""

    name, kind, keeps = "wordpress", "parents", True
    us: ClassVar = ("ana", "chidi")

    def __init__(self, clock: Any) -> None:
        self.made = count(101)
        super().__init__(clock)

    def account(self, name: str) -> str:
        """The site is known by its address, which it has when it is served."""
        if name == "acme":
            return self.origin.partition("://")[2]
        return str(USERS.get(name, name))

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        article = str(wordpress.ARTICLE)
        if by == "acme":
            self.log.account(self.account("acme"), "acme")
            return self.wrote(article, by, words, ())
        parent = under or article
        number = next(self.made)
        above = 0 if parent == article else int(parent)
        self.comments[number] = {"id": number, "author": USERS.get(by, 0), "parent": above, "by": by}
        self.comments[number] |= {"at": self.clock(), "content": {"rendered": f"<p>{words}</p>\n"}}
        place = {"parent": parent, "told": [self.account("acme")]}  # the site hears of all that is written
        return self.wrote(str(number), by, words, self._named(str(number)), **place)

    def _named(self, id: str) -> Sequence[str]:
        """Nobody is named there; what stands right below the article speaks to the site."""
        return () if self.comments[int(id)]["parent"] else ("acme",)

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        self.comments[int(id)]["content"] = {"rendered": f"<p>{words}</p>\n"}
        return self._named(id)

    def take(self, id: str) -> Any:
        self.comments[int(id)]["trashed"] = True

    def bring(self, id: str, taken: Any) -> None:
        del self.comments[int(id)]["trashed"]

    def may_go(self, id: str) -> bool:
        """With the article all would go."""
        return id != str(wordpress.ARTICLE)

    def _shown(self, one: dict[str, Any]) -> dict[str, Any]:
        return super()._shown(one) | {"author_name": one["by"].title()}

    def shows(self, said: Said) -> Iterator[str]:
        for row in said.body if isinstance(said.body, list) else [said.body]:
            if isinstance(row, dict) and row.get("type") in ("comment", "post"):
                yield str(row["id"])
                yield from (str(up["id"]) for up in row.get("_embedded", {}).get("up", ()))

    def lists(self, asked: Asked) -> list[str] | None:
        return ["mentions", self.account("acme")] if "after" in asked.query else None

    def asks(self, asked: Asked) -> list[str]:
        return [asked.query["post"]] if "post" in asked.query else []

    def missing(self, asked: Asked, said: Said) -> list[str]:
        """What is trashed asks strangers to sign in, and stands in no list of its article's comments."""
        if said.status == 401:
            return [asked.path.rpartition("/")[2]]
        whole = "post" in asked.query and said.status == 200 and not said.cut
        return [str(id) for id, one in self.comments.items() if whole and "trashed" in one]
