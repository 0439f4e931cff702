"""One clock at a time on one database: a lock file that the system gives back, even after a kill."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class AlreadyRunning(Exception):
    """Another process holds the lock; the text says what to do."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file at `path` during the block. Raises AlreadyRunning at once when another does.

    The file stays: removing it would let two hold locks of the same name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _take(held):
            os.lseek(held, 1, os.SEEK_SET)
            raise AlreadyRunning(_advice(path, os.read(held, 32)))
        os.truncate(held, 0)
        os.write(held, f"\n{os.getpid()}".encode())
        yield
    finally:
        os.close(held)


def _advice(path: Path, holder: bytes) -> str:
    process = f" (process {holder.decode()})" if holder.isdigit() else ""
    return (
        f"By Hand is already running here{process}: it holds {path}. Stop that one first, or use PostgreSQL. "
        "All commands but `run` and `demo` work beside it."
    )


def _take(held: int) -> bool:
    """Lock the first byte of the file, or False when another process has it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
