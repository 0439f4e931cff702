"""Saved answers and a reader that gives them out instead of a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.domain.connector import Answer
from bot.domain.errors import Gone

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SAVED = Path(__file__).parent / "saved"

Body = bytes | list[object] | dict[str, object] | None
Reply = Body | Answer | Exception | Callable[[Mapping[str, object]], object]


@dataclass
class FakeReader:
    """Answers by address (without the query); what is not there is Gone. Remembers what was asked.

    A reply may be a body, an Answer, an error to raise, or a function of the parameters.
    """

    replies: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    at: datetime = NOW

    def get(
        self,
        url: str,
        params: Mapping[str, str | list[str]] | None = None,
        *,
        conditional: bool = False,
        anonymous: bool = False,
    ) -> Answer:
        self.asked.append((url, dict(params or {})))
        reply = self.replies.get(url, Gone("not saved"))
        if callable(reply):
            reply = reply(params or {})
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, Answer):
            return reply
        body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        return Answer(200, f"{url}?{urlencode(params or {}, doseq=True)}", {}, body)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def saved() -> Callable[[str], object]:
    """The saved answer of that name ("mastodon/status"), read anew each time."""
    return lambda name: json.loads((SAVED / f"{name}.json").read_text("utf-8"))
