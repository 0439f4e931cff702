"""Lets nothing but one GraphQL query through (spec.graphql.org, "Document"): it can read and no more."""

from __future__ import annotations

import json
import re

from bot.domain.errors import ChangedFormat, Refused
from bot.reading.payload import parse_json

# Without strings and comments every brace is a brace.
_PLAIN = re.compile(r"[A-Za-z0-9_$@!:=|&.,(){}\[\]\s-]+", re.ASCII)
_HEAD = re.compile(r"query\b(?:\s*\w+)?\s*(?:\([^(){}]*\))?\s*", re.ASCII)


def only_query(body: bytes) -> bytes:
    """The body written anew, so that what is sent is what was looked at; Refused unless it is one query.

    It is an object of `query` and `variables` alone; the text is one anonymous or named operation of the
    kind `query`, without strings, comments and fragments of its own: values go into the variables.
    """
    try:
        found = parse_json(body).mapping()
        text = found["query"].text()
    except (ChangedFormat, KeyError):
        raise Refused("a GraphQL call has one query in an object") from None
    variables = found["variables"].value if "variables" in found else {}
    if set(found) - {"query", "variables"} or not isinstance(variables, dict):
        raise Refused("a GraphQL call has a query and variables, and nothing else")
    if not _PLAIN.fullmatch(text) or not _is_one_query(text):
        raise Refused("this is not one plain GraphQL query")
    return json.dumps({"query": text, "variables": variables}).encode()


def _is_one_query(text: str) -> bool:
    """Whether it is a head, a pair of braces, and nothing after them: no second operation fits in."""
    head = text.partition("{")[0]
    depth = 0
    for place, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "}" and depth <= 0:
            return depth == 0 and bool(_HEAD.fullmatch(head)) and not text[place + 1 :].strip()
    return False
