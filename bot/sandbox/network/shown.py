"""Which posts stood in an answer, read from its bytes: what the bot can have known from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_FEED = re.compile(rb"(?:forum-|/@[^/<>]+/)(\d+)(?=</(?:guid|id)>)")
_STATUS = re.compile(r"/statuses/(\d+)$")
_HACKERNEWS = ("by", "children", "objectID")


def shown_in(body: bytes | memoryview) -> list[str]:
    """The ids of the posts, in the answer's order, once each; none in what is no answer of ours."""
    plain = bytes(body)
    try:
        found = list(_ids(json.loads(plain)))
    except ValueError:
        found = [each.decode() for each in _FEED.findall(plain)]
    return list(dict.fromkeys(found))


def _ids(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _ids(each)
    elif isinstance(part, dict):
        yield from _own(part)
        for value in part.values():
            yield from _ids(value)


def _own(part: dict[str, Any]) -> Iterator[str]:
    """A status is known by its uri, which is the same on every server; an item by its number."""
    uri = _STATUS.search(str(part.get("uri", "")))
    if uri:
        yield uri[1]
    elif any(name in part for name in _HACKERNEWS):
        yield str(part.get("objectID") or part.get("id"))
