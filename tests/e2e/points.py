"""Numbers every commit that writes and every call that leaves the process, and can kill it at one of them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

from bot.reading.wire import Outgoing, Wire
from bot.slack.client import CountedClient


class Points:
    """Writes a line for each point to `file`, and dies by SIGKILL just before or just after one of them."""

    def __init__(self, file: Path, number: int, when: str) -> None:
        self._file = file
        self._number = number
        self._when = when
        self._seen = 0
        self._lock = threading.Lock()

    @contextmanager
    def at(self, what: str) -> Iterator[None]:
        """One point: what is done within."""
        with self._lock:
            self._seen += 1
            mine = self._seen == self._number
            with self._file.open("a") as lines:
                lines.write(f"{what}\n")
        if mine and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        yield
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)


def number_points(file: Path, number: str = "0", when: str = "") -> None:
    """From here on, in this process: commits, requests to networks, calls of Slack."""
    points = Points(file, int(number), when)
    writes = threading.local()

    @event.listens_for(Engine, "commit")
    def about_to_commit(connection: Connection) -> None:
        writes.now = bool(connection.get_execution_options().get("writes"))

    def commit(do: Callable[..., None], *given: Any) -> None:
        if getattr(writes, "now", False):
            writes.now = False
            with points.at("commit"):
                do(*given)
        else:
            do(*given)

    do_commit, exchange, call = DefaultDialect.do_commit, Wire.exchange, CountedClient.api_call
    DefaultDialect.do_commit = lambda self, connection: commit(do_commit, self, connection)  # type: ignore[method-assign]

    def read(self: Wire, out: Outgoing, deadline: Any) -> Any:
        with points.at(f"read {out.url.path}"):
            return exchange(self, out, deadline)

    def api_call(self: CountedClient, api_method: str, **how: Any) -> Any:
        with points.at(f"call {api_method}"):
            return call(self, api_method, **how)

    Wire.exchange = read  # type: ignore[method-assign]
    CountedClient.api_call = api_call  # type: ignore[method-assign]
