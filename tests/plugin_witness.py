"""Sees every connection and every file that is opened during the suite, and fails the test that opened it.

- A connection leaves this machine: never.
- A connection is made by anything but the door, Slack's client, the database, a stand-in, the question to
  our own port, or a test that is marked `connects`: never.
- A file is opened while a parser reads what came from outside: never, but for Python's own imports.

It hears of them by an audit hook, which cannot be taken off again, and looks at the stack to see whose they
are. The child processes of the end-to-end tests install it too.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

HERE = ("127.", "::1", "localhost", "0.0.0.0")
TESTS_OWN = "a test of its own accord"
OWNERS = (
    ("bot.reading.wire", "the door"),
    (("slack_sdk.", "slack_bolt.", "websocket."), "Slack's client"),
    (("psycopg", "tests.postgres", "bot.store."), "the database"),
    ("bot.web.knock", "our own port"),
    ("bot.sandbox.", "a stand-in"),
    ("bot.", ""),
    (("tests.", "conftest"), TESTS_OWN),
)
"""Whose a connection is, by the module that makes it; the first that fits."""
PARSERS = (
    "bot.reading.feeds",
    "bot.reading.html",
    "bot.reading.microformats",
    "bot.reading.payload",
    "bot.reading.pages",
    "feedparser",
)
IMPORTS = "importlib._bootstrap"
OUTGOING = ("socket.connect", "socket.sendto")

_seen: list[str] = []
_lock = threading.Lock()
_current: list[pytest.Item] = []


def frames(frame: FrameType | None) -> Iterator[str]:
    """The modules on the stack from that frame on, the innermost first."""
    while frame is not None:
        yield str(frame.f_globals.get("__name__", ""))
        frame = frame.f_back


def whose(modules: Iterator[str]) -> str:
    """Who opens a connection, by the first module that belongs to somebody; empty for nobody allowed."""
    for name in modules:
        for prefixes, owner in OWNERS:
            if name.startswith(prefixes):
                return owner
    return ""


def is_here(address: Any) -> bool:
    """Whether an address is of this machine: a path of a socket file, or loopback."""
    if not isinstance(address, tuple):
        return True
    return str(address[0]).startswith(HERE)


def connects(address: Any, modules: Iterator[str], *, may: bool) -> str:
    """What is wrong with a connection; empty when nothing is. `may`: the test declared that it connects."""
    if not is_here(address):
        return f"a connection left this machine, to {address!r}"
    owner = whose(modules)
    if not owner:
        return f"something else than the door connected to {address!r}"
    if owner == TESTS_OWN and not may:
        return f"the test connected to {address!r} and is not marked `connects`"
    return ""


def opens(path: Any, modules: Iterator[str]) -> str:
    """What is wrong with opening a file; empty when nothing is."""
    parser = ""
    for name in modules:
        if name.startswith(IMPORTS):
            return ""
        if not parser and name.startswith(PARSERS):
            parser = name
    return f"{parser} opened {path!r} while it read what came from outside" if parser else ""


def hear(event: str, args: tuple[Any, ...]) -> None:
    """The hook: called for everything that Python audits, so it asks for the name first."""
    if event == "open":
        wrong = "" if _is_marked("lets_a_parser_open") else opens(args[0], frames(sys._getframe(1)))
    elif event in OUTGOING:
        wrong = connects(args[1], frames(sys._getframe(1)), may=_is_marked("connects"))
    else:
        return
    if wrong:
        _told(wrong)


_told: Callable[[str], None] = _seen.append


def install(told: Callable[[str], None] = _seen.append) -> None:
    """From now on, for the whole process. `told` is called with what is wrong."""
    global _told  # noqa: PLW0603 - one hook for one process
    _told = told
    sys.addaudithook(hear)


def _is_marked(name: str) -> bool:
    return bool(_current) and _current[-1].get_closest_marker(name) is not None


def pytest_configure() -> None:
    install()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _current.append(item)
    try:
        return (yield)
    finally:
        _current.pop()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """What threads of this test opened until it ended is its own."""
    with _lock:
        _seen.clear()
    result = yield
    with _lock:
        wrong = list(dict.fromkeys(_seen))
        _seen.clear()
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
    return result
