"""YouTube: what is asked and what was saved, held to Google's own description of the API.

saved/youtube/description.json has the methods and schemas that are used, from the discovery document
(googleapis.com/discovery, revision in the file).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.connectors.youtube import CONNECTOR
from bot.domain.connector import Ask
from tests.connectors.cases.youtube import HOME, US, thread
from tests.connectors.fakes import FakeReader, saved

DESCRIPTION = saved("youtube/description")
API = f"{HOME}/youtube/v3"
JSON_TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}


@pytest.fixture
def reader() -> FakeReader:
    """What every step of the connector asked."""
    row = thread(100)
    row["snippet"]["totalReplyCount"] = 2
    comment = row["snippet"]["topLevelComment"]
    replies = {
        f"{API}/commentThreads": lambda params: {
            "items": [row],
            "nextPageToken": params.get("pageToken", "t"),
        },
        f"{API}/comments": lambda params: {
            "items": [saved("youtube/answer") if "parentId" in params else comment]
        },
        f"{API}/channels": saved("youtube/channel"),
        f"{API}/i18nLanguages": {"items": []},
    }
    asked = FakeReader(replies)
    first = CONNECTOR.fetch(Ask(HOME, "channel", "@acme", account=US), asked)
    post = next(one for one in first.posts if one.id == "Ugx100")
    CONNECTOR.thread(HOME, post, asked)
    CONNECTOR.exists(HOME, post, asked)
    CONNECTOR.check(HOME, asked)
    CONNECTOR.resolve("@acme", asked)
    CONNECTOR.resolve(US, asked)
    CONNECTOR.read_link(post.url, asked)
    return asked


def test_only_described_methods_are_asked_with_described_parameters(reader):
    paths = {urlsplit(url).path for url, _ in reader.asked}
    assert paths == set(DESCRIPTION["methods"])
    for url, params in reader.asked:
        method = DESCRIPTION["methods"][urlsplit(url).path]
        known = method["parameters"]
        assert method["method"] == "GET"
        assert params.keys() <= known.keys()
        assert {name for name, one in known.items() if one.get("required")} <= params.keys()
        for name, value in params.items():
            assert value in known[name].get("enum", [value])
            assert "maximum" not in known[name] or int(value) <= int(known[name]["maximum"])


def is_described(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is what a part of a schema says."""
    if "$ref" in schema:
        fields = DESCRIPTION["schemas"][schema["$ref"]]
        return all(key in fields and is_described(inner, fields[key]) for key, inner in value.items())
    if schema.get("type") == "array":
        return all(is_described(inner, schema["items"]) for inner in value)
    return isinstance(value, JSON_TYPES[schema["type"]])


@pytest.mark.parametrize(("name", "schema"), [("thread", "CommentThread"), ("answer", "Comment")])
def test_saved_answers_are_as_described(name, schema):
    assert is_described(saved(f"youtube/{name}"), {"$ref": schema})
