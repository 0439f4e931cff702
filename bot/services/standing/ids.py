"""Ids of our own for conversations and presses: random text, never given out again.

What must come out the same each time draws them from a seed instead: a simulation.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Draw = Callable[[int], str]
"""So many bytes, as hexadecimal text."""
_draw: ContextVar[Draw] = ContextVar("_draw", default=secrets.token_hex)


def new_id() -> str:
    """An id that nothing has yet."""
    return _draw.get()(8)


@contextmanager
def drawn_by(draw: Draw) -> Iterator[None]:
    """Within this block (and thread) ids are drawn so."""
    token = _draw.set(draw)
    try:
        yield
    finally:
        _draw.reset(token)
