"""Numbers, lists, lengths of time and languages, spelled as people say them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.languages import COMMON, main_tag, name_of

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(count: int) -> str:
    """Up to nine as a word."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """The word that fits the count; `many` where an s does not do."""
    return one if count == 1 else many or f"{one}s"


def counted(count: int, one: str, many: str = "") -> str:
    """The count in figures, with its word."""
    return f"{count:,} {plural(count, one, many)}"


def times(count: int) -> str:
    """How often."""
    return {0: "never", 1: "once"}.get(count, f"{count:,} times")


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words in a row: commas, and one word before the last."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def sentence(words: Sequence[str]) -> str:
    """The words in a row as a sentence of its own."""
    text = ", ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def span(length: timedelta, *, days: bool = True) -> str:
    """A length of time in words, roughly; of working time a day has no length."""
    seconds = max(0, int(length.total_seconds()))
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute"))[not days :]:
        if seconds >= size:
            return f"{number(seconds // size)} {plural(seconds // size, word)}"
    return "less than a minute"


def language(code: str | None) -> str | None:
    """The name of a language, from its BCP 47 tag; None for English, which need not be said, and unknown."""
    return None if main_tag(code) == COMMON else name_of(code)
