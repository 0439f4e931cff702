"""`byhand export`: files of JSON lines that name nobody outside."""

from __future__ import annotations

import json
from pathlib import Path


def test_the_lists_are_written_and_tell_no_words(typed, place, tmp_path: Path) -> None:
    place.wait_of("Mei Tanaka", "Does the export keep my tags?")
    place.requested("one.example", "GET", "/api/v1/notifications")
    shown = typed("--demo", str(place.folder), "export", str(tmp_path / "lists"))
    assert shown.code == 0
    files = {file.stem: file.read_text() for file in (tmp_path / "lists").iterdir()}
    assert all(name in shown.out for name in files)
    assert json.loads(files["conversations"])["status"] == "open"
    assert json.loads(files["ledger"])["count"] == 1
    assert not [word for word in ("Mei", "mei0", "tags") if word in "".join(files.values())]
