"""Searches what a run wrote for words and secrets that must not stand there, however they are written.

    found({"token": token}, files)   ->   ["token in logs/network.jsonl"]

Each needle is looked for as it is, in a URL, in JSON, in HTML, in hexadecimal, and in base64 wherever it
begins. After each run that is judged all of it is searched (`tests/judging.py`), and after each test what it
and the bot printed and logged (`tests/plugin_counts.py`).
"""

from __future__ import annotations

import base64
import html
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

PLANTED: dict[str, str] = {}
"""Every sentence that this process made, with what it stands for."""
SOUGHT: dict[str, str] = {}
"""What the present test may not print: each secret and private sentence with its name."""
COUNTED: Counter[str] = Counter()
"""What was judged and searched since it was last taken."""


def words(what: str) -> str:
    """A sentence like no other, with what URLs and JSON write differently."""
    sentence = f"Canário {what} {secrets.token_hex(8)} & nobody else"
    PLANTED[sentence] = what
    return sentence


def printed(texts: Iterable[str]) -> list[str]:
    """What of the present test stands in these texts and may not; the next test begins anew."""
    written = "\n".join(texts).encode(errors="replace")
    wrong = _names_in(SOUGHT, written) if written else []
    COUNTED["printed bytes"] += len(written) if SOUGHT else 0
    SOUGHT.clear()
    return [f"{name} was printed" for name in wrong]


@cache
def forms(needle: str) -> frozenset[bytes]:
    """Every way in which it may be written."""
    plain = needle.encode()
    written = {needle, quote(needle), quote(needle, safe=""), quote_plus(needle)}
    written |= {json.dumps(needle)[1:-1], html.escape(needle), plain.hex()}
    return frozenset(form.encode() for form in written) | frozenset(_in_base64(plain))


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """What is sure to stand in any base64 of a text around it: three ways to begin, two alphabets."""
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + plain)
        # The first characters hold what came before, the last what comes after.
        sure = whole[(0, 2, 3)[shift] : len(whole) - 4]
        yield from {sure, sure.replace(b"+", b"-").replace(b"/", b"_")}


def found(needles: Mapping[str, str], files: Iterable[Path]) -> list[str]:
    """Which needle stands in which file, by the needle's name."""
    parts = {f"{file.parent.name}/{file.name}": file.read_bytes() for file in files}
    return found_in(needles, parts)


def found_in(needles: Mapping[str, str], parts: Mapping[str, bytes]) -> list[str]:
    """The same in what was read already, by its name."""
    return [f"{needle} in {name}" for name, part in parts.items() for needle in _names_in(needles, part)]


def _names_in(needles: Mapping[str, str], part: bytes) -> list[str]:
    return [name for name, needle in needles.items() if any(form in part for form in forms(needle))]
