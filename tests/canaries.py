"""Searches what a run wrote for words and secrets that must not stand there, however they are written.

    found({"token": token}, files)   ->   ["token in logs/network.jsonl"]

Each needle is looked for as it is, in a URL, in JSON, and in base64 wherever it begins.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus


def words(what: str) -> str:
    """A sentence like no other, with what URLs and JSON write differently."""
    return f"Canário {what} {secrets.token_hex(8)} & nobody else"


def forms(needle: str) -> set[bytes]:
    """Every way in which it may be written."""
    plain = needle.encode()
    written = {needle, quote(needle), quote(needle, safe=""), quote_plus(needle), json.dumps(needle)[1:-1]}
    return {form.encode() for form in written} | set(_in_base64(plain))


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """What is sure to stand in any base64 of a text around it: three ways to begin, two alphabets."""
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + plain)
        # The first characters hold what came before, the last what comes after.
        sure = whole[(0, 2, 3)[shift] : len(whole) - 4]
        yield from {sure, sure.replace(b"+", b"-").replace(b"/", b"_")}


def found(needles: Mapping[str, str], files: Iterable[Path]) -> list[str]:
    """Which needle stands in which file, by the needle's name."""
    looked_for = {name: forms(needle) for name, needle in needles.items()}
    told = []
    for file in files:
        content = file.read_bytes()
        told += [
            f"{name} in {file.parent.name}/{file.name}"
            for name, written in looked_for.items()
            if any(form in content for form in written)
        ]
    return told
