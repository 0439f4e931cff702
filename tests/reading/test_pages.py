"""Pages: one broken post costs no other, and a cursor is known by its version."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.domain.errors import ChangedFormat
from bot.domain.model import Author, Post
from bot.reading.pages import keep_place, known_place, read_each
from bot.reading.payload import Part, parse_json

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(row: Part) -> Post | None:
    number = row["id"].id()
    author = Author("mei", "mei", "Mei Tanaka")
    return None if number == "0" else Post("forum", number, "https://forum.example/", author, "", NOON)


def pages(*rows: object):
    parts = parse_json(json.dumps(rows).encode()).listing()
    return read_each(parts, read, lambda row: row.path)


def test_a_broken_row_stands_apart_and_the_others_stay_in_order():
    posts, broken = pages({"id": 3}, {"id": []}, {"id": 1})
    assert [post.id for post in posts] == ["3", "1"]
    assert [one.ref for one in broken] == ["[1]"]


def test_a_post_that_stands_twice_is_one():
    assert len(pages({"id": 3}, {"id": 3})[0]) == 1


def test_rows_that_are_passed_over_are_neither_posts_nor_broken():
    assert pages({"id": 0}, {"id": 0}) == ([], ())


def test_a_page_of_nothing_but_broken_rows_is_an_error_but_a_single_one_is_not():
    with pytest.raises(ChangedFormat):
        pages({}, {})
    assert len(pages({})[1]) == 1


def test_a_place_is_read_back_by_its_own_version_alone():
    assert known_place(keep_place(2, newest="7"), 2)["newest"].text() == "7"
    for other in (keep_place(1, newest="7"), "", "[]", "\ud800", '{"v":"2"}'):
        with pytest.raises(ChangedFormat):
            known_place(other, 2)
