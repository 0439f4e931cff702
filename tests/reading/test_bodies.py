"""Bodies: one layer of gzip, bounded, whole or not at all."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Gone, NeedsSignIn, RateLimited, ReadingError, Refused, Unavailable
from bot.reading.inflate import Inflater

WORDS = b'{"text": "hello"}' * 20


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_one_layer_of_gzip_is_inflated(serve, reader_to, encoding):
    server = serve(body=gzip.compress(WORDS), Content_Encoding=encoding)
    assert reader_to(server).get(server.origin).body == WORDS
    assert server.heard[0].headers["accept-encoding"] == "gzip"


def test_two_members_are_one_layer(serve, reader_to):
    server = serve(body=gzip.compress(WORDS) + gzip.compress(b"end"), Content_Encoding="gzip")
    assert reader_to(server).get(server.origin).body == WORDS + b"end"


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate", "br", "zstd", "compress", "gzip,br"])
def test_other_encodings_and_more_layers_are_refused(serve, reader_to, encoding):
    server = serve(body=gzip.compress(gzip.compress(WORDS)), Content_Encoding=encoding)
    with pytest.raises(Refused):
        reader_to(server).get(server.origin)


def test_gzip_within_gzip_is_refused(serve, reader_to):
    server = serve(body=gzip.compress(gzip.compress(WORDS)), Content_Encoding="gzip")
    with pytest.raises(Refused, match="within"):
        reader_to(server).get(server.origin)


def test_a_bomb_is_refused_before_it_grows(serve, reader_to):
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    server = serve(body=bomb, Content_Encoding="gzip")
    reader = reader_to(server, max_bytes=100_000)
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match="larger"):
            reader.get(server.origin)
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "body",
    [gzip.compress(WORDS)[:-9], gzip.compress(WORDS)[:5], b"not gzip at all", b"\x1f\x8b"],
    ids=["cut off", "cut short", "not gzip", "its mark alone"],
)
def test_damaged_or_cut_off_gzip_is_unavailable(serve, reader_to, body):
    server = serve(body=body, Content_Encoding="gzip")
    with pytest.raises(Unavailable, match="gzip"):
        reader_to(server).get(server.origin)


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, gzip"])
@pytest.mark.parametrize(("status", "error"), [(404, Gone), (401, NeedsSignIn), (429, RateLimited)])
def test_an_error_whose_body_cannot_be_read_is_told_by_its_status(serve, reader_to, encoding, status, error):
    wait = {"Retry_After": "90"} if error is RateLimited else {}
    server = serve(status=status, body=b"<p>No.</p>", Content_Encoding=encoding, **wait)
    with pytest.raises(ReadingError) as raised:
        reader_to(server).get(server.origin)
    assert type(raised.value) is error


def test_an_endless_body_of_an_error_is_told_by_its_status_as_well(serve, reader_to):
    server = serve(status=404, body=bytes(200_000))
    with pytest.raises(Gone):
        reader_to(server, max_bytes=100_000).get(server.origin)


def test_an_empty_body_called_gzip_is_empty(serve, reader_to):
    server = serve(Content_Encoding="gzip")
    assert reader_to(server).get(server.origin).body == b""


@given(st.binary(max_size=3000), st.integers(1, 700))
def test_what_was_compressed_comes_out_in_any_pieces(body, size):
    inflater = Inflater("gzip", 3000)
    packed = gzip.compress(body)
    for start in range(0, len(packed), size):
        inflater.add(packed[start : start + size])
    if body.startswith(b"\x1f\x8b\x08"):
        with pytest.raises(Refused):
            inflater.finish()
    else:
        assert inflater.finish() == body


@given(st.binary(max_size=300), st.sampled_from(["gzip", ""]), st.integers(0, 400))
def test_any_bytes_come_out_bounded_or_are_refused(body, encoding, most):
    inflater = Inflater(encoding, most)
    try:
        inflater.add(body)
        assert len(inflater.finish()) <= most
    except (Refused, Unavailable):
        pass


def test_raw_deflate_is_not_taken_for_gzip():
    inflater = Inflater("gzip", 1000)
    with pytest.raises(Unavailable):
        inflater.add(zlib.compress(WORDS))
