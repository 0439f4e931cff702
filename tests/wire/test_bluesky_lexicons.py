"""What the tests take for Bluesky's answers keeps to Bluesky's own lexicons: required names, types, records.

Source: `lexicons/` beside this file; its SOURCE.md says from where, of which version and under which licence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HandClock
from tests.connectors.standins.bluesky import Bluesky

LEXICONS = Path(__file__).with_name("lexicons")
SAVED = Path(__file__).parents[1] / "connectors" / "saved" / "bluesky"
PLAIN = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
NOTIFICATION, POST = "app.bsky.notification.listNotifications#notification", "app.bsky.feed.defs#postView"
THREAD, AUTHOR = "app.bsky.feed.defs#threadViewPost", "app.bsky.actor.defs#profileViewBasic"


@cache
def definition(name: str) -> dict[str, Any] | None:
    """By its full name; None for one that is not kept here."""
    id, _, part = name.partition("#")
    file = LEXICONS / f"{id}.json"
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {"defs": {}}
    return found["defs"].get(part or "main")


def wrong(value: Any, schema: dict[str, Any], home: str, where: str) -> Iterator[str]:
    """Where a value differs from a schema; `home` is the lexicon that it stands in."""
    kind = schema["type"]
    if kind in ("ref", "union"):
        yield from _referred(value, schema, home, where)
    elif kind in PLAIN and type(value) is not PLAIN[kind]:
        yield f"{where} is {value!r}, no {kind}"
    elif kind == "array":
        for each in value:
            yield from wrong(each, schema["items"], home, f"{where}[]")
    elif kind == "object":
        yield from _object(value, schema, home, where)
    elif schema.get("format") == "datetime":
        yield from () if datetime.fromisoformat(value).tzinfo else [f"{where} has no zone"]
    elif schema.get("format") == "at-uri":
        yield from () if value.startswith("at://") else [f"{where} is no at-uri"]


def _referred(value: Any, schema: dict[str, Any], home: str, where: str) -> Iterator[str]:
    """Of a union the part that `$type` names, or its first."""
    refs = schema.get("refs") or [schema["ref"]]
    named = value.get("$type") if isinstance(value, dict) else None
    full = [ref if not ref.startswith("#") else home + ref for ref in refs]
    one = next((ref for ref in full if ref == named), full[0])
    if found := definition(one):
        yield from wrong(value, found, one.partition("#")[0], where)


def _object(value: dict[str, Any], schema: dict[str, Any], home: str, where: str) -> Iterator[str]:
    yield from (f"{where} has no {name}" for name in schema.get("required", ()) if name not in value)
    for name, part in schema["properties"].items():
        if value.get(name) is not None or (name in value and name not in schema.get("nullable", ())):
            yield from wrong(value[name], part, home, f"{where}.{name}")
    if name := str(value.get("record", {}).get("$type", "")):
        record = definition(name)
        yield from wrong(value["record"], record["record"], name, f"{where}.record") if record else ()


def differs(value: Any, name: str) -> list[str]:
    schema = definition(name)
    assert schema is not None
    return list(wrong(value, schema, name.partition("#")[0], name.partition("#")[2]))


@pytest.mark.parametrize(
    ("file", "name"), [("notification", NOTIFICATION), ("post", POST), ("profile", AUTHOR)]
)
def test_what_was_saved_is_what_the_lexicon_describes(file: str, name: str) -> None:
    assert differs(json.loads((SAVED / f"{file}.json").read_text()), name) == []


def test_what_the_stand_in_answers_is_what_the_lexicon_describes() -> None:
    bluesky = Bluesky(HandClock())
    asked = bluesky.ask()
    bluesky.thank(bluesky.reply(asked))
    shown = [bluesky._view(post) for post in bluesky.posts.values()]
    assert [differs(one, POST) for one in shown] == [[]] * 4
    assert differs(bluesky._node(bluesky.first, 6), THREAD) == []
    told = [one | {"reason": "reply", "isRead": True} for one in shown]
    assert [differs(one, NOTIFICATION) for one in told] == [[]] * 4


def test_what_a_lexicon_does_not_know_is_seen() -> None:
    post = json.loads((SAVED / "post.json").read_text())
    del post["indexedAt"]
    broken = post | {"likeCount": "7", "record": {**post["record"], "createdAt": None}}
    assert differs(broken, POST) == [
        "postView has no indexedAt",
        "postView.likeCount is '7', no integer",
        "postView.record.createdAt is None, no string",
    ]
