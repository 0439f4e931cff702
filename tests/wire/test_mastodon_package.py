"""What the stand-in for Mastodon answers has the names, types and nulls that Mastodon.py documents.

Source: `mastodon/return_types.py` of the PyPI package mastodon-py (2.3.3 when this was written; MIT) as it is
installed, read as text and never imported or copied; its version stands in the head of the run. It documents
Mastodon's entities, with the version of Mastodon that added each attribute.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.box import Sandbox

pytestmark = pytest.mark.connects

PLAYED = (4, 5, 0)
"""The version of Mastodon that the stand-in says it is."""
PLAIN = {"str": str, "int": int, "bool": bool, "dict": dict}
IDS = frozenset({"MaybeSnowflakeIdType", "IdType"})
KNOWN = {
    "Notification.filtered is not documented",  # sent for what the account's policy hides
    # Both are null until the picture was looked at.
    "Status.media_attachments[].meta is no MediaAttachmentMetadataContainer",
    "Status.media_attachments[].blurhash is None, and str is documented",
    "Notification.status.media_attachments[].meta is no MediaAttachmentMetadataContainer",
    "Notification.status.media_attachments[].blurhash is None, and str is documented",
}
"""Where Mastodon's own code and the package's documentation differ."""
LISTS = ("NonPaginatableList", "EntityList", "PaginatableList")


@cache
def entities() -> dict[str, dict[str, str]]:
    """Each documented entity's attributes with their types as written."""
    return {one.name: dict(_attributes(one)) for one in _tree().body if isinstance(one, ast.ClassDef)}


@cache
def added() -> dict[str, tuple[int, ...]]:
    """The version of Mastodon that an attribute came with, by `Entity.attribute`."""
    found = {}
    for entity in _tree().body:
        body = entity.body if isinstance(entity, ast.ClassDef) else []
        for line, told in pairwise(body):
            if isinstance(line, ast.AnnAssign) and isinstance(told, ast.Expr):
                history = re.search(r"\* ([0-9.]+): added", ast.unparse(told))
                numbers = history[1].split(".") if history else []
                found[f"{entity.name}.{ast.unparse(line.target)}"] = tuple(map(int, numbers))
    return found


@cache
def _tree() -> ast.Module:
    found = find_spec("mastodon")
    assert found is not None
    assert found.submodule_search_locations is not None
    text = Path(found.submodule_search_locations[0], "return_types.py").read_text(encoding="utf-8")
    return ast.parse(text)


def _attributes(entity: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for line in entity.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            kind = ast.literal_eval(line.annotation) if isinstance(line.annotation, ast.Constant) else ""
            yield line.target.id, str(kind or ast.unparse(line.annotation))


def wrong(value: Any, kind: str, where: str) -> Iterator[str]:
    """Where a value is not of its documented type."""
    outer, _, inner = kind.removesuffix("]").partition("[")
    if outer == "Optional":
        yield from wrong(value, inner, where) if value is not None else ()
    elif outer == "Union":
        return  # either of two entities: the connector's own tests look inside
    elif outer in LISTS:
        yield from () if isinstance(value, list) else [f"{where} is no list"]
        for each in value if isinstance(value, list) and inner else ():
            yield from wrong(each, inner, f"{where}[]")
    elif outer in entities():
        yield from differs(value, outer, where) if isinstance(value, dict) else [f"{where} is no {outer}"]
    elif outer == "datetime":
        yield from () if isinstance(value, str) and datetime.fromisoformat(value) else [f"{where} is no time"]
    else:
        fits = type(value) is (str if outer in IDS else PLAIN.get(outer, type(value)))
        yield from () if fits else [f"{where} is {value!r}, and {kind} is documented"]


def differs(told: dict[str, Any], entity: str, where: str) -> Iterator[str]:
    """Attributes that no documentation knows, and values of another type than documented."""
    documented = entities()[entity]
    yield from (f"{where}.{name} is not documented" for name in told.keys() - documented.keys())
    for name in told.keys() & documented.keys():
        yield from wrong(told[name], documented[name], f"{where}.{name}")


@pytest.fixture
def told(box: Sandbox) -> dict[str, Any]:
    """An answer of each kind, by the entity that it is a list of."""
    network = box.network
    acme = network.account("acme", "Acme")
    network.account("mei@garden.example", "Mei Tanaka")
    picture = {"url": "https://x.example/a.png", "alt": "A chart"}
    ours = network.post(acme, "We are open again. #acme", pictures=[picture])
    asked = network.post("mei@garden.example", "@acme Does it keep my tags?", ours, warning="tags")
    network.edit(asked, "@acme Does it keep my tags at all?")
    network.boost("mei@garden.example", ours)
    network.favourite("mei@garden.example", ours)
    headers = {"Authorization": f"Bearer {network.token(acme)}"}
    with httpx.Client(base_url=network.bot_url, headers=headers, trust_env=False) as reader:

        def read(path: str) -> Any:
            answer = reader.get(path)
            assert answer.status_code == 200, path
            return answer.json()

        return {
            "Account": [read("/api/v1/accounts/lookup?acct=acme")],
            "Status": [read(f"/api/v1/statuses/{one.id}") for one in (ours, asked)],
            "Context": [read(f"/api/v1/statuses/{ours.id}/context")],
            "StatusEdit": read(f"/api/v1/statuses/{asked.id}/history"),
            "Notification": read("/api/v1/notifications"),
        }


def test_every_attribute_is_documented_and_of_its_type(told: dict[str, Any]) -> None:
    assert len(told["Notification"]) == 3
    found = {one for entity, those in told.items() for each in those for one in differs(each, entity, entity)}
    assert found <= KNOWN


def test_an_attribute_of_another_type_is_seen(told: dict[str, Any]) -> None:
    (account,) = told["Account"]
    assert list(differs(account | {"bot": None}, "Account", "it")) == [
        "it.bot is None, and bool is documented"
    ]
    assert list(differs(account | {"colour": 1}, "Account", "it")) == ["it.colour is not documented"]


def test_nothing_that_is_always_there_is_left_out(told: dict[str, Any]) -> None:
    """But for what came with versions of Mastodon after the one that is played."""
    missing = {
        f"{entity}.{name}"
        for entity, those in told.items()
        for name, kind in entities()[entity].items()
        if not kind.startswith("Optional") and any(name not in each for each in those)
    }
    assert {name for name in missing if added()[name] <= PLAYED} == set()


def test_a_refusal_has_the_documented_body(box: Sandbox) -> None:
    answer = httpx.get(f"{box.network.bot_url}/api/v1/statuses/1", trust_env=False)
    assert answer.status_code == 404
    assert isinstance(answer.json()["error"], str)
    assert set(answer.json()) <= {"error", "error_description"}
