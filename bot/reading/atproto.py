"""What a sign-in to the AT Protocol may do, by its scopes (atproto.com/specs/permission).

What is asked for is the set that Bluesky calls "Read-only access to all content" (`app.bsky.authViewAll`),
used at Bluesky's own AppView. Servers tell it back as it is, or as the methods that it holds.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import parse_qs, quote

APPVIEW = "did:web:api.bsky.app#bsky_appview"
SET = "app.bsky.authViewAll"
SCOPE = f"atproto include:{SET}?aud={quote(APPVIEW, safe=':')}"
_READS = re.compile(r"app\.bsky\.(?:[A-Za-z]+\.)+(?:get|list|search|describe)[A-Z][A-Za-z0-9]*", re.ASCII)
_MARKS_AS_SEEN = "app.bsky.notification.updateSeen"
"""The one method of the set that reads nothing. It publishes nothing either, and the door lets no call to it
through."""


def too_much(scope: str) -> list[str]:
    """The scopes among these that may do anything but read; whatever is not known to read may."""
    return [one for one in scope.split() if one != "atproto" and not _is_read(one)]


def lacking(scope: str, methods: Collection[str]) -> list[str]:
    """What is needed and was not given: methods, and the scope that every session needs."""
    needed = {"atproto"} if _has_set(scope) else {"atproto", *methods}
    return sorted(needed - granted(scope) - set(scope.split()))


def told(scope: str) -> tuple[str, ...]:
    """The scopes in few words, for a person: the set by its name, many methods by their number."""
    if _has_set(scope):
        return ("atproto", SET)
    given = granted(scope)
    marks = (_MARKS_AS_SEEN,) if _MARKS_AS_SEEN in given else ()
    return ("atproto", f"{len(given) - len(marks)} methods of app.bsky that read", *marks)


def granted(scope: str) -> frozenset[str]:
    """The methods that are named one by one."""
    return frozenset(method for one in scope.split() for method in _methods(one)[0])


def _has_set(scope: str) -> bool:
    return any(_is_set(one) for one in scope.split())


def _is_set(one: str) -> bool:
    name, values = _parsed(one)
    return name == f"include:{SET}" and values == {"aud": [APPVIEW]}


def _is_read(one: str) -> bool:
    methods, where = _methods(one)
    return _is_set(one) or (
        where == [APPVIEW]
        and bool(methods)
        and all(_READS.fullmatch(method) or method == _MARKS_AS_SEEN for method in methods)
    )


def _methods(one: str) -> tuple[list[str], list[str]]:
    """The methods of an `rpc` scope and where they may be called; nothing for any other."""
    name, values = _parsed(one)
    kind, _, method = name.partition(":")
    if kind != "rpc" or set(values) - {"lxm", "aud"}:
        return [], []
    return [*([method] if method else []), *values.get("lxm", [])], values.get("aud", [])


def _parsed(one: str) -> tuple[str, dict[str, list[str]]]:
    name, _, query = one.partition("?")
    return name, parse_qs(query, keep_blank_values=True)
