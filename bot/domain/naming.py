"""What a newcomer typed about themselves, by its looks alone: an account, a site, a repository, a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Form(StrEnum):
    """What it may be; the value is an example."""

    ADDRESS = "@us@server.example"
    ACCOUNT = "@us"
    HOST = "us.example"
    SITE = "https://us.example"
    REPOSITORY = "us/export"
    ROOM = "r/us"
    PERSON = "u/us"
    NAME = "Our Name"


_HOST = r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*"
_WEB = re.compile(r"https?://(\S+)", re.IGNORECASE)
_LOOKS = (
    (re.compile(r"@?[\w.-]+@[\w.:-]+"), (Form.ADDRESS,)),
    (re.compile(r"r/[\w+-]+"), (Form.ROOM,)),
    (re.compile(r"u/[\w-]+"), (Form.PERSON,)),
    (re.compile(rf"@({_HOST})", re.IGNORECASE), (Form.HOST,)),
    (re.compile(r"@[\w.-]+"), (Form.ACCOUNT,)),
    (re.compile(_HOST, re.IGNORECASE), (Form.HOST, Form.SITE, Form.NAME)),
    (re.compile(rf"{_HOST}/\S*", re.IGNORECASE), (Form.SITE, Form.NAME)),
    (re.compile(r"[\w-]+/[\w.-]+"), (Form.REPOSITORY, Form.NAME)),
    (re.compile(r".+", re.DOTALL), (Form.NAME,)),
)


def forms(text: str) -> Mapping[Form, str]:
    """Each form that the text may have, with the text as it is written in that form; empty for no text."""
    text = " ".join(text.split())
    if web := _WEB.fullmatch(text):
        return {Form.SITE: text, Form.NAME: web[1].rstrip("/")}
    found = next((kinds for looks, kinds in _LOOKS if looks.fullmatch(text)), ())
    return {kind: _written(kind, text) for kind in found}


def _written(kind: Form, text: str) -> str:
    if kind is Form.SITE:
        return f"https://{text}"
    return text.lstrip("@") if kind is Form.HOST else text
