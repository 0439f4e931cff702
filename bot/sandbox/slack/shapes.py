"""Small checks that compose: each yields the problems of a JSON value at a JSON pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, at one place; its text is what Slack puts in response_metadata."""

    pointer: str
    what: str

    def __str__(self) -> str:
        return f"[ERROR] {self.what} [json-pointer:{self.pointer}]"


Check = Callable[[Any, str], Iterator[Problem]]


def anything(_value: Any, _pointer: str) -> Iterator[Problem]:
    """No check."""
    yield from ()


def boolean(value: Any, pointer: str) -> Iterator[Problem]:
    """True or false."""
    if not isinstance(value, bool):
        yield Problem(pointer, "must be a boolean")


def number(least: int, most: int) -> Check:
    """An integer within bounds, perhaps as text, as Slack takes it."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not str(value).lstrip("-").isdigit():
            yield Problem(pointer, "must be an integer")
        elif int(value) < least:
            yield Problem(pointer, f"must be greater than or equal to {least}")
        elif int(value) > most:
            yield Problem(pointer, f"must be less than or equal to {most}")

    return check


def amount(value: Any, pointer: str) -> Iterator[Problem]:
    """A number, whole or not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(pointer, "must be a number")


def string(most: int, least: int = 1) -> Check:
    """Text of `least` to `most` characters, counted in UTF-16 as JavaScript does."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(pointer, "must be a string")
        elif units(value) > most:
            yield Problem(pointer, f"must be less than {most + 1} characters")
        elif units(value) < least:
            yield Problem(pointer, f"must be more than {least - 1} characters")

    return check


def units(text: str) -> int:
    """The length of a text in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def matching(pattern: str, what: str) -> Check:
    """Text of that pattern, which `what` names."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield Problem(pointer, f"must be {what}")

    return check


def one_of(*words: str) -> Check:
    """One of these words."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if value not in words:
            yield Problem(pointer, f"must be one of: {', '.join(words)}")

    return check


def text(most: int, plain: bool = False) -> Check:
    """A text object of 1 to `most` characters."""
    words: dict[str, Check] = {"type": anything, "text": string(most)}
    kinds = {"plain_text": object_of(words | {"emoji": boolean}, required=("type", "text"))}
    if not plain:
        kinds["mrkdwn"] = object_of(words | {"verbatim": boolean}, required=("type", "text"))
    return by_type(kinds)


def object_of(fields: dict[str, Check], required: tuple[str, ...] = ()) -> Check:
    """An object with these fields and no others."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(pointer, "must be an object")
            return
        for name in required:
            if value.get(name) is None:
                yield Problem(pointer, f"missing required field: {name}")
        for name, each in value.items():
            if name not in fields:
                yield Problem(pointer, f"invalid additional property: {name}")
            elif each is not None:
                yield from fields[name](each, f"{pointer}/{name}")

    return check


def list_of(check_one: Check, most: int, least: int = 1) -> Check:
    """An array of `least` to `most` values."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(pointer, "must be an array")
            return
        if len(value) > most:
            yield Problem(pointer, f"no more than {most} items allowed")
        if len(value) < least:
            yield Problem(pointer, f"no fewer than {least} items allowed")
        for place, each in enumerate(value):
            yield from check_one(each, f"{pointer}/{place}")

    return check


def by_type(shapes: dict[str, Check]) -> Check:
    """An object whose `type` chooses its shape."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes:
            yield Problem(f"{pointer}/type", f"unsupported type: {kind}")
            return
        yield from shapes[kind](value, pointer)

    return check


def in_turn(*checks: Check) -> Check:
    """Each of these, as long as those before it found nothing: the later ones may trust the shape."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        for each in checks:
            problems = [*each(value, pointer)]
            if problems:
                yield from problems
                return

    return check


def needs_only_one(*names: str) -> Check:
    """Exactly one of these fields."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if isinstance(value, dict) and sum(bool(value.get(name)) for name in names) != 1:
            yield Problem(pointer, f"must define exactly one of: {', '.join(names)}")

    return check


def needs_one(*names: str) -> Check:
    """At least one of these fields."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if isinstance(value, dict) and not any(value.get(name) for name in names):
            yield Problem(pointer, f"must define one of: {', '.join(names)}")

    return check
