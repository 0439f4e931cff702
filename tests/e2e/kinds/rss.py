"""A feed: entries are shown, and neither answers nor what became of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.connectors.standins import rss
from tests.connectors.standins.serving import Said
from tests.e2e.kinds.lived import NUMBERS, Lived


class Rss(Lived, rss.Feed):
    """A feed; who takes something out of it answers where nobody sees it."""

    name, kind = "rss", "feed"

    def account(self, name: str) -> str:
        return name

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        return self.wrote(self.enter(by, words), by, words, ())

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        self.entries[id]["words"] = words
        return ()

    def take(self, id: str) -> Any:
        return self.entries.pop(id)

    def bring(self, id: str, taken: Any) -> None:
        self.entries[id] = taken

    def shows(self, said: Said) -> Iterator[str]:
        yield from re.findall(r"<guid>[^<]*/entries/(\d+)</guid>", said.sent.decode())
