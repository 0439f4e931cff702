"""JSON from outside: clean values, or an error that names the place and quotes nothing."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ChangedFormat
from bot.reading.payload import Malformed, Part, clean, is_web_address, moment, parse_json

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)
READERS = ["text", "word", "id", "url", "integer", "flag", "listing", "mapping"]


def parts_of(part):
    yield part
    if isinstance(part.value, dict):
        for inner in part.mapping().values():
            yield from parts_of(inner)
    if isinstance(part.value, list):
        for inner in part.listing():
            yield from parts_of(inner)


@given(ANY_JSON)
def test_any_json_gives_clean_values_or_malformed(value):
    for part in parts_of(parse_json(json.dumps(value).encode())):
        for name in READERS:
            try:
                found = getattr(part, name)()
            except Malformed:
                continue
            if isinstance(found, str):
                assert not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in found)
                found.encode("utf-8")
            if isinstance(found, int):
                assert -(2**63) <= found < 2**63
        for name in ("time", "epoch"):
            try:
                time = getattr(part, name)(NOON)
            except Malformed:
                continue
            assert time.tzinfo is UTC
            assert datetime(1990, 1, 1, tzinfo=UTC) <= time <= NOON + timedelta(days=2)


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_a_changed_format(body):
    with suppress(ChangedFormat):
        assert isinstance(parse_json(body), Part)


@given(st.text())
def test_any_text_is_clean_after_cleaning_and_cleaning_again_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>no JSON</html>",
        b'{"a": ',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"[" * 300 + b"]" * 300,
        b'{"a":' * 300 + b"1" + b"}" * 300,
    ],
)
def test_what_cannot_be_read_as_a_whole_is_a_changed_format(body):
    with pytest.raises(ChangedFormat) as raised:
        parse_json(body)
    assert not isinstance(raised.value, Malformed)


def test_a_body_beyond_its_bound_is_a_changed_format():
    assert parse_json(b"[1]", most_bytes=3).listing()
    with pytest.raises(ChangedFormat):
        parse_json(b"[11]", most_bytes=3)


def test_nesting_up_to_the_bound_is_read():
    assert parse_json(b"[[[1]]]", deepest=4)
    with pytest.raises(ChangedFormat):
        parse_json(b"[[[[1]]]]", deepest=4)


@pytest.mark.parametrize("number", ["9" * 25, "9" * 5000, "NaN", "Infinity", "1e999", "1.5", "true"])
def test_one_number_that_no_column_holds_costs_its_own_post_alone(number):
    page = parse_json(f'[{{"id": {number}}}, {{"id": 7}}]'.encode()).listing()
    with pytest.raises(Malformed):
        page[0]["id"].integer()
    with pytest.raises(Malformed):
        page[0]["id"].id()
    assert page[1]["id"].id() == "7"


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**19])
def test_integers_over_64_bits_are_malformed(number):
    with pytest.raises(Malformed):
        Part(number, "id").integer()


def test_malformed_says_where_and_quotes_nothing():
    page = parse_json(b'[{"account": {"id": null, "name": ["secret words"]}}]')
    account = page.listing()[0]["account"]
    with pytest.raises(Malformed) as missing:
        account["id"].id()
    assert missing.value.path == "[0].account.id"
    with pytest.raises(Malformed) as wrong:
        account["name"].text()
    assert str(wrong.value) == "[0].account.name is not text"


def test_malformed_in_the_whole_is_a_changed_format():
    with pytest.raises(ChangedFormat):
        parse_json(b'{"error": "x"}').listing()


def test_a_missing_or_null_part_is_none_when_it_may_be():
    part = parse_json(b'{"a": null, "b": 0}')
    assert part.get("a") is None
    assert part.get("c") is None
    assert part["b"].integer() == 0


def test_text_is_cleaned_and_cut_but_an_id_is_never_cut():
    part = parse_json(b'{"t": "a\\u0000b\\ud800c\\r\\nd", "long": "%s"}' % (b"x" * 700))
    assert part["t"].text() == "ab\ufffdc\nd"
    assert part["t"].word() == "ab\ufffdc d"
    assert len(part["long"].text(100)) == 100
    for name in ("t", "long"):
        with pytest.raises(Malformed):
            part[name].id()


@pytest.mark.parametrize("bad", ["", "   ", "\n"])
def test_a_word_has_something_in_it(bad):
    with pytest.raises(Malformed):
        Part(bad, "name").word()


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://fosstodon.example/@mei/1", True),
        ("http://forum.example:8080/?a=b#c", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://", False),
        ("https://a b.example/", False),
        ("https://a.example/|text>", False),
        ("/relative", False),
        ("https://[bad/", False),
        ("https://a.example/" + "x" * 2000, False),
    ],
)
def test_only_web_addresses_are_offered_as_links(address, good):
    assert is_web_address(address) is good
    if not good:
        with pytest.raises(Malformed):
            Part(address, "url").url()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T10:00:00.123Z", datetime(2026, 3, 1, 10, 0, 0, 123_000, tzinfo=UTC)),
        ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8, 0, tzinfo=UTC)),
        ("2026-03-01T10:00:00", datetime(2026, 3, 1, 10, 0, tzinfo=UTC)),
        ("2026-03-04T11:00:00Z", datetime(2026, 3, 4, 11, 0, tzinfo=UTC)),
    ],
)
def test_times_are_aware_and_in_utc(text, expected):
    found = Part(text, "at").time(NOON)
    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "1989-12-31T23:59:59Z",
        "2026-03-04T12:00:01Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_absurd_times_are_malformed(text):
    with pytest.raises(Malformed):
        Part(text, "at").time(NOON)
    with pytest.raises(ValueError, match="not a time"):
        moment(text, NOON)


def test_epoch_seconds_are_a_time_too():
    assert Part(int(NOON.timestamp()), "time").epoch(NOON) == NOON
    assert Part(NOON.timestamp() + 0.5, "time").epoch(NOON) == NOON + timedelta(seconds=0.5)
    for absurd in (0, -1, 2**62, 10**12, float("inf"), float("nan")):
        with pytest.raises(Malformed):
            Part(absurd, "time").epoch(NOON)


def test_a_now_in_another_zone_bounds_the_same():
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    assert Part("2026-03-04T12:00:00Z", "at").time(tokyo) == NOON + timedelta(days=2)


def test_a_list_has_at_most_so_many_parts():
    with pytest.raises(Malformed):
        parse_json(b"[1,2,3]").listing(most=2)


def test_an_id_is_measured_in_bytes_as_a_database_does():
    assert Part("\N{CRAB}" * 125).id()
    with pytest.raises(Malformed):
        Part("\N{CRAB}" * 126).id()
