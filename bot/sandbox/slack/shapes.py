"""Small checks that compose: each yields the problems of a JSON value at a JSON pointer."""

from __future__ import annotations

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


def number(value: Any, pointer: str) -> Iterator[Problem]:
    """An integer, perhaps as text, as Slack takes it."""
    if isinstance(value, bool) or not str(value).lstrip("-").isdigit():
        yield Problem(pointer, "must be an integer")


def string(most: int, least: int = 1) -> Check:
    """Text of `least` to `most` characters."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(pointer, "must be a string")
        elif len(value) > most:
            yield Problem(pointer, f"must be less than {most + 1} characters")
        elif len(value) < least:
            yield Problem(pointer, f"must be more than {least - 1} characters")

    return check


def one_of(*words: str) -> Check:
    """One of these words."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if value not in words:
            yield Problem(pointer, f"must be one of: {', '.join(words)}")

    return check


def text(most: int, plain: bool = False) -> Check:
    """A text object of 1 to `most` characters."""
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    return object_of(
        {
            "type": one_of(*kinds),
            "text": string(most),
            "emoji": boolean,
            "verbatim": boolean,
        },
        required=("type", "text"),
    )


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


def all_of(*checks: Check) -> Check:
    """Every one of these."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        for each in checks:
            yield from each(value, pointer)

    return check


def needs_one(*names: str) -> Check:
    """At least one of these fields."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if isinstance(value, dict) and not any(value.get(name) for name in names):
            yield Problem(pointer, f"must define one of: {', '.join(names)}")

    return check
