"""What is asked of GitHub, and what the tests take for its answers, against GitHub's own descriptions.

The excerpt in saved/github/described.json names the packages and versions that it was taken from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.connectors.github import CONNECTOR, HOME
from tests.connectors.cases.github import CASES
from tests.connectors.fakes import FakeReader, Reply
from tests.connectors.fakes import saved as saved_answer

REPO = f"{HOME}/repos/acme/export"
DESCRIBED = saved_answer("github/described")
PATHS = DESCRIBED["rest"]["paths"]
TYPES = DESCRIBED["graphql"]["types"]
TOKEN = re.compile(r"\.\.\.|[A-Za-z_]\w*|\d+|[{}():$!]")


def asked(saved: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every request of every query, look, check and look-up, as (path, parameters or body)."""
    for case in CASES:
        reader = FakeReader(case.serve(HOME, {n: case.row(n) for n in range(100, 110)}))
        CONNECTOR.fetch(replace(case.ask, endpoint=HOME), reader)
        yield from reader.asked
    whole = FakeReader(answers(saved))
    for link in ("issues/5", "pull/6", "discussions/7"):
        post = CONNECTOR.read_link(f"https://github.com/acme/export/{link}", whole)
        for seen in CONNECTOR.thread(HOME, post, whole).posts:
            CONNECTOR.exists(HOME, seen, whole)
    CONNECTOR.check(HOME, whole)
    CONNECTOR.resolve("github.com/acme", whole)
    yield from whole.asked


def answers(saved: Any) -> dict[str, Reply]:
    pull = f"{REPO}/pulls/6"
    return {
        f"{HOME}/user": saved("github/user"),
        f"{HOME}/users/acme": saved("github/user"),
        f"{REPO}/issues/5": saved("github/issue") | {"comments": 1},
        f"{REPO}/issues/5/comments": [saved("github/comment")],
        f"{REPO}/issues/6": saved("github/pull"),
        f"{REPO}/issues/6/comments": [],
        f"{pull}/comments": [saved("github/review_comment")],
        f"{pull}/reviews": [saved("github/review")],
        f"{HOME}/graphql": {"data": {"repository": {"discussion": saved("github/discussion")}}},
    }


def template_of(path: str) -> str:
    (found,) = [
        one
        for one in PATHS
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path) and not _is_other(one, path)
    ]
    return found


def _is_other(template: str, path: str) -> bool:
    """A path without parts is meant before one whose part it would fill."""
    return "{" in template and path in PATHS


def test_each_request_is_one_that_github_describes(saved):
    requests = [(url.removeprefix(HOME), params) for url, params in asked(saved)]
    rest = [(template_of(path), params) for path, params in requests if path != "/graphql"]
    assert {template for template, _ in rest} == set(PATHS)
    for template, params in rest:
        for name, value in params.items():
            allowed = PATHS[template]["query"][name]
            if isinstance(allowed, list):
                assert value in allowed, (template, name)
            if isinstance(allowed, dict):
                assert int(value) <= allowed["maximum"], (template, name)


ROWS = (
    ("/search/issues", "issue", "item"),
    ("/repos/{owner}/{repo}/issues", "issue", "answer"),
    ("/repos/{owner}/{repo}/issues", "pull", "answer"),
    ("/repos/{owner}/{repo}/issues/{issue_number}/comments", "comment", "answer"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/comments", "review_comment", "answer"),
    ("/repos/{owner}/{repo}/pulls/{pull_number}/reviews", "review", "answer"),
    ("/users/{username}/events/public", "event", "answer"),
    ("/user", "user", "answer"),
)
SHORTENED = {"issue": 8, "pull": 8, "user": 40}
"""How many required fields a saved answer may leave out: addresses and counts, which nothing here reads."""
PLAIN = {"string": str, "integer": int, "boolean": bool, "array": list}


@pytest.mark.parametrize(("path", "name", "part"), ROWS)
def test_a_saved_answer_is_one_that_github_could_give(saved, path, name, part):
    described, row = PATHS[path][part], saved(f"github/{name}")
    known = described["properties"]
    of_search = {"closed_by"} if part == "item" else set()  # only an issue by itself has it
    assert set(row) - set(known) - of_search == set()
    assert len(set(described["required"]) - set(row)) <= SHORTENED.get(name, 0)
    for key, value in row.items():
        wanted = PLAIN.get(known.get(key, "object"))
        assert value is None or wanted is None or isinstance(value, wanted), key


def test_each_graphql_query_asks_for_fields_that_there_are(saved):
    queries = {params["query"] for url, params in asked(saved) if url.endswith("/graphql")}
    assert len(queries) == 2
    for query in queries:
        tokens = TOKEN.findall(query[query.index("{") :])
        assert _fields(tokens, 0, "Query") == len(tokens)


def _fields(tokens: list[str], at: int, kind: str) -> int:
    """Walks one pair of braces; returns the place behind it. Fails at a field or argument unknown there."""
    at += 1
    while tokens[at] != "}":
        if tokens[at] == "...":
            assert tokens[at + 1] == "on"
            at = _fields(tokens, at + 3, tokens[at + 2])
            continue
        field = {"type": "String", "arguments": {}} if tokens[at] == "__typename" else TYPES[kind][tokens[at]]
        at += 1
        if tokens[at] == "(":
            at = _arguments(tokens, at, field["arguments"])
        if tokens[at] == "{":
            at = _fields(tokens, at, field["type"])
    return at + 1


def _arguments(tokens: list[str], at: int, known: dict[str, str]) -> int:
    given = set()
    at += 1
    while tokens[at] != ")":
        name, value = tokens[at], tokens[at + 2]
        given.add(name)
        enum = TYPES.get(known[name].strip("!"), {}).get("enum")
        assert enum is None or value in enum
        at += 4 if value == "$" else 3
    assert {name for name, type_ in known.items() if type_.endswith("!")} <= given
    return at + 1
