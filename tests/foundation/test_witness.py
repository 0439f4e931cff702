"""The witness sees connections and opened files, knows whose they are, and fails the test that made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin_witness import connects, opens

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[2]
LOOPBACK = ("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("modules", "wrong"),
    [
        (
            ("socket", "httpcore", "bot.reading.wire", "bot.connectors.rss", "tests.reading.test_door_reads"),
            "",
        ),
        (("socket", "websocket._http", "slack_sdk.socket_mode.websocket_client"), ""),
        (("http.client", "slack_sdk.web.base_client", "bot.slack.messenger"), ""),
        (("socket", "bot.sandbox.serving"), ""),
        (("socket", "psycopg.connection"), ""),
        (("socket", "httpx", "bot.services.collecting.collect"), "something else than the door"),
        (("socket", "threading"), "something else than the door"),
        (("socket", "httpx", "tests.sandbox.test_network_reads"), "is not marked `connects`"),
    ],
)
def test_whose_a_connection_is_stands_on_the_stack(modules: tuple[str, ...], wrong: str) -> None:
    told = connects(LOOPBACK, iter(modules), may=False)
    assert wrong in told
    assert bool(told) == bool(wrong)


def test_a_test_may_connect_to_this_machine_when_it_says_so_and_nobody_to_another() -> None:
    theirs = ("socket", "tests.sandbox.test_network_reads")
    assert connects(LOOPBACK, iter(theirs), may=True) == ""
    assert connects("/run/postgres", iter(("psycopg",)), may=False) == ""
    for address in (("192.0.2.1", 443), ("2001:db8::1", 443, 0, 0)):
        assert "left this machine" in connects(address, iter(("bot.reading.wire",)), may=True)


def test_a_file_that_a_parser_opens_is_seen_and_an_import_is_none() -> None:
    parsing = ("io", "feedparser.api", "bot.reading.feeds", "bot.connectors.rss")
    assert "feedparser.api opened '/etc/passwd'" in opens("/etc/passwd", iter(parsing))
    assert opens("x.pyc", iter(("importlib._bootstrap_external", *parsing))) == ""
    assert opens("byhand.db", iter(("sqlite3", "bot.store.engine"))) == ""


LEAKS = """
import socket
import feedparser

def test_connects():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

def test_parses(tmp_path):
    (tmp_path / "feed.xml").write_text("<rss/>")
    feedparser.parse(str(tmp_path / "feed.xml"))

def test_does_neither(tmp_path):
    (tmp_path / "mine").write_text("words")
"""


def test_the_test_that_did_it_fails_and_no_other(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(LEAKS)
    markers = "markers=connects\n lets_a_parser_open"
    done = pytester.runpytest_subprocess("-p", "tests.plugin_witness", "-p", "no:randomly", "-o", markers)
    done.assert_outcomes(passed=1, failed=2)
    done.stdout.fnmatch_lines(["*something else than the door connected to*", "*feedparser* opened*"])
