"""Reads an answer's body: at most one layer of gzip, never more bytes than allowed."""

from __future__ import annotations

import zlib

from bot.domain.errors import Refused, Unavailable

_GZIP = frozenset({"gzip", "x-gzip"})
_PLAIN = frozenset({"", "identity"})
_GZIP_MAGIC = b"\x1f\x8b\x08"
_GZIP_FORMAT = 16 + zlib.MAX_WBITS


class Inflater:
    """Takes a body chunk by chunk; `most` bounds what is sent and what comes out, in bytes."""

    def __init__(self, encoding: str, most: int) -> None:
        coding = encoding.strip().lower()
        if coding not in _GZIP | _PLAIN:
            raise Refused("the answer is encoded in a way we did not ask for")
        self._most = most
        self._gzip = zlib.decompressobj(_GZIP_FORMAT) if coding in _GZIP else None
        self._out = bytearray()
        self._begun = False

    def add(self, chunk: bytes) -> None:
        """Take the next bytes; raises Refused when it grows too large."""
        if self._gzip is None:
            self._grow(chunk)
            return
        self._begun = True
        try:
            while chunk:
                if self._gzip.eof:  # the next member of the same layer (RFC 1952, 2.2)
                    self._gzip = zlib.decompressobj(_GZIP_FORMAT)
                self._grow(self._gzip.decompress(chunk, self._most + 1 - len(self._out)))
                chunk = self._gzip.unused_data or self._gzip.unconsumed_tail
        except zlib.error:
            raise Unavailable("the answer's gzip is damaged") from None

    def finish(self) -> bytes:
        """The whole body; raises Unavailable if it was cut off, Refused for gzip within gzip."""
        if self._gzip is None:
            return bytes(self._out)
        if self._begun and not self._gzip.eof:
            raise Unavailable("the answer's gzip is cut off")
        if self._out.startswith(_GZIP_MAGIC):
            raise Refused("the answer is gzip within gzip")
        return bytes(self._out)

    def _grow(self, more: bytes) -> None:
        self._out += more
        if len(self._out) > self._most:
            raise Refused(f"the answer is larger than {self._most} bytes")
