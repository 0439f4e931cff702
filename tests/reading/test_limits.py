"""Being asked to wait: every form of it, never a past or absurd time, and obeyed without asking."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NeedsSignIn, RateLimited, Unavailable
from bot.reading.credential import Credential
from bot.reading.limits import asked_to_wait

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
IN_90 = NOON + timedelta(seconds=90)
JSON = {"content-type": "application/json; charset=utf-8"}


def told(field, seconds=90, around="{}"):
    return (around.replace("{}", json.dumps({field: seconds}))).encode()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"retry-after": "90"}, b""),
        ({"retry-after": "Mon, 02 Mar 2026 12:01:30 GMT"}, b""),
        ({"x-ratelimit-reset": str(int(IN_90.timestamp()))}, b""),
        ({"x-rate-limit-reset": str(int(IN_90.timestamp()))}, b""),
        ({"x-ratelimit-reset": f"{IN_90.timestamp():.3f}"}, b""),
        ({"x-ratelimit-reset": str(int(IN_90.timestamp() * 1000))}, b""),
        ({"x-ratelimit-reset": "90"}, b""),
        ({"ratelimit-reset": "90"}, b""),
        ({"x-ratelimit-reset": "2026-03-02T12:01:30.000Z"}, b""),
        ({"x-ratelimit-reset": "2026-03-02T13:01:30+01:00"}, b""),
        (JSON, told("backoff")),
        (JSON, told("retry_after", 90.0)),
        (JSON, told("wait_seconds")),
        (JSON, told("wait_seconds", around='{"errors": ["x"], "extras": {}}')),
        ({"retry-after": "90", "x-ratelimit-reset": "4000"}, b""),
    ],
)
def test_every_form_of_a_reset_is_understood(headers, body):
    assert asked_to_wait(429, headers, body, NOON) == IN_90


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "nan", "x-ratelimit-reset": "inf"}, 60),
        ({"retry-after": "-5"}, 1),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "Mon, 02 Mar 2020 12:01:30 GMT"}, 1),
        ({"x-ratelimit-reset": "2019-03-02T12:01:30Z"}, 1),
        ({"x-ratelimit-reset": "1577880090"}, 1),
        ({"retry-after": "86401"}, 86_400),
        ({"retry-after": "9" * 400}, 60),
        ({"x-ratelimit-reset": "2399-03-02T12:01:30Z"}, 86_400),
        ({"x-ratelimit-reset": "9e15"}, 86_400),
    ],
)
def test_a_past_absurd_or_unknown_time_becomes_one_that_can_be(headers, seconds):
    assert asked_to_wait(429, headers, b"", NOON) == NOON + timedelta(seconds=seconds)


TEXTS = st.text(max_size=30) | st.floats().map(str) | st.integers().map(str) | st.datetimes().map(str)


@given(
    st.sampled_from([200, 400, 403, 429, 500, 503]),
    st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset", "x-ratelimit-remaining"]), TEXTS),
    st.dictionaries(st.sampled_from(["backoff", "retry_after"]), st.floats() | st.integers() | TEXTS),
)
def test_whatever_is_said_the_wait_is_between_a_second_and_a_day(status, headers, body):
    until = asked_to_wait(status, {**headers, **JSON}, json.dumps(body).encode(), NOON)
    assert until is None or timedelta(seconds=1) <= until - NOON <= timedelta(hours=24)
    assert status != 429 or until is not None


@pytest.mark.parametrize(
    ("status", "headers", "body", "waits"),
    [
        (200, {"x-ratelimit-remaining": "1", "x-ratelimit-reset": "90"}, b"", False),
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "90"}, b"", True),
        (200, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "90"}, b"", True),
        (200, {"x-ratelimit-remaining": "0"}, b"", False),
        (200, JSON, told("backoff"), True),
        (200, JSON, told("retry_after"), False),
        (200, {"retry-after": "90"}, b"", False),
        (200, JSON, b'[{"text": "my \\"backoff\\": 90"}]', False),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "90"}, b"", True),
        (403, {"retry-after": "90"}, b"", True),
        (403, {"x-ratelimit-remaining": "12", "x-ratelimit-reset": "90"}, b"", False),
        (400, JSON, told("backoff"), True),
        (404, {"retry-after": "90"}, b"", False),
        (503, {"retry-after": "90"}, b"", True),
        (503, {}, b"", False),
        (403, JSON, b'{"error": {"errors": [{"reason": "quotaExceeded"}]}}', True),
        (403, JSON, b'{"error": {"errors": [{"reason": "forbidden"}]}}', False),
        (403, JSON, b'{"error": {"errors": ["reason"]}}', False),
        (403, JSON, b'{"error": "reason"}', False),
        (429, JSON, b"[" * 100_000, True),
        (429, JSON, b'{"backoff": "' + b"x" * 100, True),
    ],
)
def test_only_what_means_waiting_is_taken_for_it(status, headers, body, waits):
    assert (asked_to_wait(status, headers, body, NOON) is not None) is waits


@pytest.mark.parametrize("status", [429, 503])
def test_after_being_asked_to_wait_nothing_is_sent_until_then(serve, reader_to, clock, ledger, status):
    server = serve(status=status, Retry_After="90")
    reader = reader_to(server, Credential("c1", "k"))
    for _ in range(3):
        with pytest.raises(RateLimited) as raised:
            reader.get(server.origin)
        assert raised.value.until == IN_90
    assert len(server.heard) == 1
    clock.move(seconds=90)
    with pytest.raises(RateLimited):
        reader.get(server.origin)
    assert len(server.heard) == sum(line.count for line in ledger.drain()) == 2


def test_an_answer_that_uses_up_the_budget_is_good_and_the_next_question_waits(serve, reader_to, clock):
    server = serve(body=b"[]", X_RateLimit_Remaining="0", X_RateLimit_Reset="2026-03-02T12:01:30Z")
    reader = reader_to(server)
    assert reader.held() is None
    assert reader.get(server.origin).body == b"[]"
    with pytest.raises(RateLimited) as raised:
        reader.get(server.origin)
    assert raised.value.until == reader.held() == IN_90
    clock.move(seconds=91)
    assert reader.held() is None
    assert reader.get(server.origin).body == b"[]"


def test_waiting_is_for_one_credential_and_one_origin(serve, open_door, facts):
    server, other = serve(status=429, Retry_After="90"), serve()
    door = open_door(server, other)
    reader = door.reader(facts, server.origin, Credential("ana", "a"))
    with pytest.raises(RateLimited):
        reader.get(server.origin)
    with pytest.raises(RateLimited):
        door.reader(facts, server.origin, Credential("ben", "b")).get(server.origin)
    assert reader.get(other.origin).status == 200
    assert len(server.heard) == 2


def test_a_refusal_that_names_a_time_is_a_limit_and_one_that_does_not_is_a_sign_in(serve, reader_to):
    waiting, refusing = serve(status=403, Retry_After="90"), serve(status=403)
    with pytest.raises(RateLimited):
        reader_to(waiting).get(waiting.origin)
    with pytest.raises(NeedsSignIn):
        reader_to(refusing).get(refusing.origin)


def test_an_outage_that_names_no_time_is_only_unavailable(serve, reader_to):
    server = serve(status=503)
    reader = reader_to(server)
    for _ in range(2):
        with pytest.raises(Unavailable):
            reader.get(server.origin)
    assert len(server.heard) == 2


def test_a_throttle_that_is_told_in_words_is_waited_for():
    said = {"error_id": 502, "error_name": "throttle_violation", "error_message": "too many requests"}
    assert asked_to_wait(400, JSON, json.dumps(said).encode(), NOON) == NOON + timedelta(seconds=60)
    said["error_message"] += " from this IP, more requests available in 90 seconds"
    assert asked_to_wait(400, JSON, json.dumps(said).encode(), NOON) == IN_90


def test_a_day_s_quota_that_is_used_up_is_waited_for_until_the_next_day():
    spent = b'{"items":[],"quota_max":300,"quota_remaining":0}'
    assert asked_to_wait(200, JSON, spent, NOON) == datetime(2026, 3, 3, tzinfo=UTC)
    for left in (b'{"quota_remaining":12}', json.dumps({"body": '"quota_remaining":0'}).encode()):
        assert asked_to_wait(200, JSON, left, NOON) is None
