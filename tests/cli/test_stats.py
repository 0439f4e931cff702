"""`byhand stats`: the same numbers as a table, as JSON and as CSV, and none of too few people."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.stats import Row, rows_of
from bot.domain.few import Spread
from bot.domain.measures import Before, Rows, Us, measure
from bot.domain.model import Hours
from bot.services.measuring.measures import Measuring, before_of
from bot.services.measuring.tried import CUT, Result

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


def typed_stats(place, typed, *options: str) -> str:
    shown = typed("--demo", str(place.folder), "stats", *options)
    assert shown.code == 0
    return shown.out


def test_the_table_the_csv_and_the_json_say_the_same(place, typed) -> None:
    for number in range(4):
        place.wait_of(f"Person {number}", "Hello?", at=NOW - HOUR)
    place.wait_of("Somebody", "My bill?", private=True, at=NOW - HOUR)
    with place.store.write(place.workspace) as tx:
        tx.journal.count_looks(1, NOW - timedelta(days=90))
    until = NOW - timedelta(days=90)
    before = Before(
        "mastodon @us", until - timedelta(days=30), until, spoke=9, heard=4, waited=(60, 90, 120, 600)
    )
    Measuring(place.store, lambda: NOW).keep(place.workspace, [before])
    told = json.loads(typed_stats(place, typed, "--json"))
    by_name = {(one["measure"], one["unit"]): one for one in told["measures"]}
    assert by_name["spoke to us", "people"] == {
        "measure": "spoke to us", "unit": "people", "since": 4, "before": 9
    }  # fmt: skip
    assert by_name["still waiting", "people"]["since"] == 4
    assert by_name["heard back", "people"]["before"] == 4
    assert by_name["waited: median", "hours"] == {
        "measure": "waited: median", "unit": "hours", "since": None, "before": 1.8
    }  # fmt: skip
    lines = list(csv.DictReader(typed_stats(place, typed, "--csv").splitlines()))
    assert [(one["measure"], one["unit"]) for one in lines] == list(by_name)
    for line in lines:
        also = by_name[line["measure"], line["unit"]]
        assert line["since"] == ("too few to tell" if also["since"] is None else str(also["since"]))
    table = typed_stats(place, typed)
    assert all(f"{one['measure']} ({one['unit']})" in table for one in lines)
    assert "Why it changed, no number says." in table


def test_one_or_two_people_are_not_told_in_any_way(place, typed) -> None:
    place.wait_of("Mei Tanaka", "Hello?", at=NOW - HOUR)
    lines = list(csv.DictReader(typed_stats(place, typed, "--csv").splitlines()))
    people = {one["measure"]: one["since"] for one in lines if one["unit"] == "people"}
    assert people.pop("too few to tell, together") == "0"
    assert set(people.values()) == {"too few to tell"}


def test_two_ways_to_print_at_once_are_refused(place, typed) -> None:
    shown = typed("--demo", str(place.folder), "stats", "--json", "--csv")
    assert shown.code == 2


def test_what_is_not_known_of_the_time_before_is_left_empty_and_not_told_as_none() -> None:
    told = measure(Rows(), (NOW - HOUR, NOW), Us(Hours()))
    assert {row.before for row in rows_of(told)} == {""}
    assert Row("spoke to us", "people", 0) in list(rows_of(told))


WHOLE = Result(
    ("", "@us"), "mastodon", "Mastodon", 30, spoke=5, by_name=True, waited=(2 * HOUR, HOUR, 3 * HOUR)
)


@pytest.mark.parametrize(
    ("result", "kept"),
    [
        ({}, (5, (60, 120, 180))),
        ({"problem": CUT}, (5, (60, 120, 180))),
        ({"problem": "Unavailable"}, None),
        ({"about": True}, None),
        ({"by_name": False}, None),
    ],
    ids=["whole", "cut", "broken off", "about us", "answers of anybody"],
)
def test_of_the_time_before_only_what_tells_who_heard_back_from_us_is_kept(result, kept) -> None:
    found = before_of(replace(WHOLE, **result), NOW)
    assert (found and (found.heard, found.waited)) == kept
    assert found is None or (found.place, found.until - found.since) == ("mastodon @us", timedelta(days=30))


def test_waits_are_told_in_hours() -> None:
    told = measure(Rows(), (NOW - HOUR, NOW), Us(Hours()))
    waits = {row.unit: row.since for row in rows_of(replace(told, wall=Spread(90 * HOUR / 60, None)))
             if row.measure == "waited: median"}  # fmt: skip
    assert waits == {"hours": 1.5, "working hours": None}
