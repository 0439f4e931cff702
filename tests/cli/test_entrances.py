"""`byhand watches add inbound`: an address and a key, shown once and kept sealed."""

from __future__ import annotations

import json
import re
from pathlib import Path

KEY = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


def test_an_address_and_its_key_are_shown_once(place, typed) -> None:
    demo = ("--demo", str(place.folder))
    made = typed(*demo, "watches", "add", "inbound", "webhook", "scout")
    assert made.code == 0, made.err
    (key,) = KEY.findall(made.out)
    listed = typed(*demo, "watches", "list", "--json")
    (id,) = [source["id"] for watch in json.loads(listed.out) for source in watch["sources"]]
    assert f"/inbound/{id}/mentions" in made.out
    assert f"/inbound/{id}/answered" in made.out
    assert key not in listed.out
    kept = b"".join(file.read_bytes() for file in Path(place.folder).rglob("*") if file.is_file())
    assert key.encode() not in kept
    assert key[6:].encode() not in kept


def test_a_key_is_changed_in_two_steps(place, typed) -> None:
    demo = ("--demo", str(place.folder))
    first = KEY.findall(typed(*demo, "watches", "add", "inbound", "webhook", "scout").out)
    second = KEY.findall(typed(*demo, "watches", "rotate", "Inbound: scout").out)
    assert len(first) == len(second) == 1
    assert first != second
    ended = typed(*demo, "watches", "rotate", "Inbound: scout", "--end")
    assert ended.code == 0
    assert not KEY.findall(ended.out)


def test_who_cannot_sign_is_shown_one_address(place, typed) -> None:
    made = typed("--demo", str(place.folder), "watches", "add", "inbound", "octolens", "octolens")
    assert re.search(r"/inbound/\w+/key/[0-9a-f]{64}\n", made.out)


def test_what_cannot_be_added_or_tried_is_said(place, typed) -> None:
    demo = ("--demo", str(place.folder))
    typed(*demo, "watches", "add", "inbound", "webhook", "scout")
    for words in (
        ("watches", "add", "inbound", "webhook", "scout"),
        ("watches", "add", "inbound", "webhook", "a/b"),
        ("watches", "add", "inbound", "nonsense", "x"),
        ("watches", "test", "inbound", "webhook", "scout"),
    ):
        ended = typed(*demo, *words)
        assert ended.code == 2, words
        assert ended.err.strip()


def test_a_site_is_shown_the_line_for_its_pages_and_hosts_are_allowed_by_name(place, typed) -> None:
    demo = ("--demo", str(place.folder))
    made = typed(*demo, "watches", "add", "webmention", "site", "https://acme.example/")
    assert re.search(r'<link rel="webmention" href="https://YOUR-HOST/webmention/\w+">', made.out)
    watch = "Webmention: https://acme.example"
    assert "No new host" in typed(*demo, "watches", "allow", watch).out
    assert "0 waited" in typed(*demo, "watches", "allow", watch, "https://mei.example/").out
    assert typed(*demo, "watches", "rotate", watch).code == 2
    assert typed(*demo, "watches", "add", "webmention", "site", "https://acme.example").code == 2
    assert typed(*demo, "watches", "add", "webmention", "site", "acme").code == 2
    typed(*demo, "watches", "add", "inbound", "webhook", "scout")
    assert typed(*demo, "watches", "allow", "Inbound: scout", "https://mei.example").code == 2


def test_a_collection_takes_quiet_for_no_fault(place, typed) -> None:
    demo = ("--demo", str(place.folder))
    typed(*demo, "watches", "add", "inbound", "webhook", "scout")
    typed(*demo, "watches", "add", "webmention", "site", "https://acme.example")
    collected = typed(*demo, "collect")
    assert collected.code == 0, collected.out + collected.err
