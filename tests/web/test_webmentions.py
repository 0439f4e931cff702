"""Webmentions over real HTTP, sent and read: verified later through the door, updated and withdrawn."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from bot.app.office import LiveNetworks
from bot.cli.audit import undeclared
from bot.domain.errors import Refused
from bot.domain.model import Conversation, Lane, Reason, Status, Watch, Workspace
from bot.domain.ports import Job, Placed
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from bot.services.collecting.receiving import Receiving
from bot.services.collecting.webmentions import HELD_OF_A_HOST, Webmentions
from bot.services.housekeeping import Housekeeping
from bot.services.team.watches import Watches
from bot.services.workers import Workers
from bot.store import SqlStore
from bot.web.routes import routes
from bot.web.server import Server
from bot.web.webmention import OF_A_HOST, Senders
from tests.conftest import HandClock
from tests.connectors.standins.serving import Asked, Refusal, Said
from tests.connectors.standins.serving import Server as Pages

pytestmark = pytest.mark.connects
both = pytest.mark.parametrize("database_url", ["sqlite_emptied", "postgres_url"], indirect=True)
SITE = "https://acme.example"
TARGET = f"{SITE}/posts/tags"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """What differs here is what is sent: one engine is enough where a test does not ask for both."""
    url: str = request.getfixturevalue(getattr(request, "param", "sqlite_emptied"))
    return url


def note(
    text: str = "Does the export keep my tags?", how: str = "u-in-reply-to", target: str = TARGET
) -> str:
    """A page with one note."""
    return f"""<!doctype html><title>A note</title>
    <article class="h-entry"><a class="{how}" href="{target}">re</a>
    <a class="p-author h-card" href="/">Mei Tanaka</a><p class="e-content">{text}</p>
    <time class="dt-published" datetime="2026-03-02T08:30:00Z"></time></article>"""


@dataclass
class Web:
    """Our site, a blog elsewhere with its pages by path, and a team that takes webmentions."""

    store: SqlStore
    home: Workspace
    clock: HandClock
    networks: LiveNetworks
    ledger: Ledger
    webmentions: Webmentions
    watches: Watches
    watch: Watch
    url: str
    blog: Pages
    workers: Workers
    client: httpx.Client
    pages: dict[str, Said]

    def write(self, path: str, page: str | None, status: int = 200) -> str:
        """Put a page there, or take it away."""
        body = (page or "").encode()
        self.pages[path] = Said(body, status, {"Content-Type": "text/html; charset=utf-8"})
        return f"{self.blog.origin}/{path}"

    def send(self, source: str, target: str = TARGET) -> httpx.Response:
        return self.client.post(self.url, data={"source": source, "target": target})

    def told(self, source: str, target: str = TARGET) -> None:
        """Send it, and read it when it is due."""
        assert self.send(source, target).status_code == 202
        self.later(timedelta(seconds=10))

    def later(self, by: timedelta) -> None:
        self.clock.move(by)
        self.workers.drain()

    def allow(self) -> int:
        return self.webmentions.allow(self.home.id, self.watch.id, self.blog.origin)

    def posts(self, *sources: str) -> list[Placed]:
        connector: Any = self.networks.connectors()["webmention"]
        with self.store.read(self.home.id) as tx:
            names = {connector.name(one, TARGET) for one in sources or [f"{self.blog.origin}/1"]}
            return list(tx.threads.around("webmention", names).posts.values())

    def talks(self) -> list[Conversation]:
        with self.store.read(self.home.id) as tx:
            return list(
                tx.threads.of(
                    [one.conversation for one in self.posts() if one.conversation]
                ).conversations.values()
            )

    def asked(self) -> list[str]:
        return [path for _, path in self.blog.log]


@pytest.fixture
def web(store: SqlStore, workspace: Workspace, clock: HandClock) -> Iterator[Web]:
    pages: dict[str, Said] = {}

    def page(_asked: Asked, path: str) -> Said:
        if path not in pages:
            raise Refusal(Said({}, 404))
        return pages[path]

    blog = Pages([("GET", "/{path...}", page)])
    ledger = Ledger(clock)
    with blog.running(), httpx.Client(trust_env=False) as client:
        door = Door(clock, ledger=ledger.count, loopback_origins=frozenset({blog.origin}))
        networks = LiveNetworks(door, store)
        webmentions = Webmentions(store, networks, clock)
        server = Server(
            routes(None, {}, {}, Senders(Receiving(store, networks, clock), webmentions, clock).routes()),
            ("127.0.0.1", 0),
        )
        server.start()
        try:
            watch, source = webmentions.open(workspace.id, SITE)
            url = f"http://127.0.0.1:{server.port}/webmention/{source.id}"
            workers = Workers(store, {Job.VERIFY: webmentions.verify}, clock)
            watches = Watches(store, networks, clock)
            given = (store, workspace, clock, networks, ledger)
            yield Web(*given, webmentions, watches, watch, url, blog, workers, client, pages)
        finally:
            server.stop()
            door.close()


@pytest.fixture
def known(web: Web) -> Web:
    """The blog's host is allowed."""
    assert web.allow() == 0
    return web


@both
def test_a_reply_elsewhere_waits_after_its_page_was_read(known: Web) -> None:
    source = known.write("1", note())
    answer = known.send(source)
    assert (answer.status_code, known.blog.log) == (202, [])
    known.later(timedelta(seconds=10))
    (placed,) = known.posts()
    assert (placed.lane, placed.post.text) == (Lane.TO_US, "Does the export keep my tags?")
    assert (placed.post.url, placed.post.author.name) == (source, "Mei Tanaka")
    assert known.talks()[0].standing.status is Status.OPEN


def test_the_door_s_look_stands_in_the_ledger_as_a_get(known: Web) -> None:
    known.told(known.write("1", note()))
    lines = known.ledger.drain()
    assert [(line.method, line.host, line.count) for line in lines] == [
        ("GET", urlsplit(known.blog.origin).netloc, 1)
    ]
    assert undeclared(lines, known) == []  # type: ignore[arg-type]


def test_a_link_without_a_reply_is_about_us_and_a_like_is_nothing(known: Web) -> None:
    known.told(known.write("1", note(how="plain")))
    (placed,) = known.posts()
    assert placed.lane is Lane.ABOUT_US
    known.told(known.write("2", note(how="u-like-of")))
    assert known.posts(f"{known.blog.origin}/2") == []


def test_a_page_that_does_not_link_to_ours_is_nothing(known: Web) -> None:
    known.told(known.write("1", note(target=f"{SITE}/other")))
    assert known.posts() == []
    assert known.asked() == ["/1"]


@both
def test_the_same_pair_again_is_one_and_what_changed_is_an_edit(known: Web) -> None:
    source = known.write("1", note())
    for _ in range(3):
        known.send(source)
    known.later(timedelta(seconds=10))
    assert known.asked() == ["/1"]
    known.told(source)
    (before,) = known.posts()
    assert before.post.edited_at is None
    known.write("1", note("And my notes?"))
    known.told(source)
    (after,) = known.posts()
    assert (after.post.id, after.post.text) == (before.post.id, "And my notes?")
    assert after.post.edited_at == known.clock()
    (talk,) = known.talks()
    assert talk.standing.wait == 1


def test_a_link_that_was_taken_out_is_withdrawn_and_waits_again_when_it_is_back(known: Web) -> None:
    source = known.write("1", note())
    known.told(source)
    known.write("1", note(target="https://another.example/"))
    known.told(source)
    assert known.talks()[0].standing.reason is Reason.WITHDRAWN
    known.write("1", note())
    known.told(source)
    assert known.talks()[0].standing.status is Status.OPEN


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_ten_minutes_later_too_is_withdrawn(known: Web, status: int) -> None:
    source = known.write("1", note())
    known.told(source)
    known.write("1", None, status)
    known.told(source)
    assert known.talks()[0].standing.status is Status.OPEN
    known.later(timedelta(minutes=5))
    assert known.talks()[0].standing.status is Status.OPEN
    known.later(timedelta(minutes=6))
    assert known.talks()[0].standing.reason is Reason.WITHDRAWN


def test_a_page_that_was_gone_for_a_moment_stays(known: Web) -> None:
    source = known.write("1", note())
    known.told(source)
    known.write("1", None, 404)
    known.told(source)
    known.write("1", note())
    known.later(timedelta(minutes=11))
    known.write("1", None, 404)
    known.told(source)
    assert known.talks()[0].standing.status is Status.OPEN


def test_what_waits_is_read_again_each_day_though_no_sender_tells(known: Web) -> None:
    known.told(known.write("1", note()))
    known.write("1", note(target="https://another.example/"))
    known.later(timedelta(hours=23))
    assert known.talks()[0].standing.status is Status.OPEN
    known.later(timedelta(hours=2))
    assert known.talks()[0].standing.reason is Reason.WITHDRAWN
    known.later(timedelta(days=2))
    assert known.asked() == ["/1", "/1"]


@both
def test_a_new_host_is_held_until_a_person_allows_it(web: Web) -> None:
    source = web.write("1", note())
    assert "allowed" in web.send(source).json()["said"]
    web.send(source)
    web.later(timedelta(days=1))
    assert web.blog.log == []
    assert web.webmentions.held(web.home.id, web.watch.id) == {web.blog.origin: 1}
    main = web.watches.list(web.home.id)[0][1][0]
    assert main.problem == "NewHost"
    assert web.allow() == 1
    web.later(timedelta(seconds=1))
    assert web.talks()[0].standing.status is Status.OPEN
    assert web.webmentions.held(web.home.id, web.watch.id) == {}
    sources = web.watches.list(web.home.id)[0][1]
    assert [(one.endpoint, one.problem) for one in sources] == [("", None), (web.blog.origin, None)]


class Quiet:
    """An outbox without anything in it."""

    def sweep(self, _workspace: str) -> None:
        pass


def test_what_is_held_is_no_unfinished_work_of_slack_s(web: Web) -> None:
    web.send("https://mei.example/1")
    web.clock.move(timedelta(hours=2))
    Housekeeping(web.store, web.networks, Quiet(), web.clock).keep(web.home.id)  # type: ignore[arg-type]
    assert web.store.planned(web.home.id, Job.INBOX) == {}


def test_what_a_person_was_not_asked_about_does_not_grow_without_end(web: Web) -> None:
    told = []
    for number in range(HELD_OF_A_HOST + 1):
        told.append(web.send(f"https://mei.example/{number}").status_code)
        web.clock.move(timedelta(hours=1))
    assert told == [202] * HELD_OF_A_HOST + [429]


def test_a_host_sends_so_many_an_hour_and_then_waits(known: Web) -> None:
    told = [known.send(f"{known.blog.origin}/{number}") for number in range(OF_A_HOST + 1)]
    assert [one.status_code for one in told] == [202] * OF_A_HOST + [429]
    assert known.send("https://another.example/1").status_code == 202
    known.clock.move(timedelta(seconds=int(told[-1].headers["retry-after"])))
    assert known.send(f"{known.blog.origin}/1").status_code == 202


FORMS: list[dict[str, Any]] = [
    {},
    {"source": "https://mei.example/1"},
    {"target": TARGET},
    {"source": ["https://mei.example/1", "https://mei.example/2"], "target": TARGET},
    {"source": "nonsense", "target": TARGET},
    {"source": "ftp://mei.example/1", "target": TARGET},
    {"source": "http://mei.example/1", "target": TARGET},
    {"source": "https://mei@mei.example/1", "target": TARGET},
    {"source": "https://mei.example:99999/1", "target": TARGET},
    {"source": "https://mei.example/a b", "target": TARGET},
    {"source": "https://mei.example/\x00", "target": TARGET},
    {"source": "https://mei.example/" + "x" * 800, "target": TARGET},
    {"source": TARGET, "target": TARGET},
    {"source": f"{SITE}/other", "target": TARGET},
    {"source": "https://mei.example/1", "target": "https://acme.example.evil.example/posts"},
    {"source": "https://mei.example/1", "target": "https://mei.example/2"},
]


def test_what_cannot_be_is_refused_at_once(web: Web) -> None:
    for form in FORMS:
        answer = web.client.post(web.url, data=form)
        assert answer.status_code == 400, form
        assert answer.json()["detail"]
    assert web.webmentions.held(web.home.id, web.watch.id) == {}


def test_an_old_link_to_our_site_without_the_s_in_https_is_taken(known: Web) -> None:
    old = TARGET.replace("https", "http")
    assert known.send(known.write("1", note(target=old)), old).status_code == 202
    known.later(timedelta(seconds=10))
    with known.store.read(known.home.id) as tx:
        assert len(tx.threads.waiting()) == 1


def test_what_is_no_form_or_too_large_is_refused(web: Web) -> None:
    assert (
        web.client.post(web.url, json={"source": "https://mei.example", "target": TARGET}).status_code == 400
    )
    assert web.client.post(web.url, content=b"\xff=\xff").status_code == 400
    assert web.client.post(web.url, content=b"x" * 20_000).status_code == 413
    assert web.client.get(web.url).status_code == 405
    assert (
        web.client.post(f"{web.url}x", data={"source": "https://mei.example", "target": TARGET}).status_code
        == 404
    )


def test_the_door_s_guard_stands_before_a_source_on_this_machine(known: Web) -> None:
    other = Pages([("GET", "/{path...}", lambda *_: Said(note().encode()))])
    with other.running():
        known.webmentions.allow(known.home.id, known.watch.id, other.origin)
        known.told(f"{other.origin}/1")
        known.write("1", None, 302)
        known.pages["1"].headers["Location"] = f"{other.origin}/1"  # type: ignore[index]
        known.told(f"{known.blog.origin}/1")
        assert other.log == []
    assert known.posts(f"{other.origin}/1", f"{known.blog.origin}/1") == []
    with known.store.read(known.home.id) as tx:
        health = {one.endpoint: (one.health.value, one.problem) for one in tx.sources.sources()}
    assert health[other.origin] == ("well", Refused.__name__)


def test_a_page_that_fails_is_tried_again_and_given_up(known: Web) -> None:
    source = known.write("1", note(), 503)
    known.told(source)
    for _ in range(40):
        known.later(timedelta(hours=1))
    assert len(known.asked()) == 8
    assert known.watches.list(known.home.id)[0][1][1].problem == "Unavailable"
    known.write("1", note())
    known.told(source)
    assert known.talks()[0].standing.status is Status.OPEN


def test_while_it_is_paused_nothing_is_taken_or_read(known: Web) -> None:
    known.send(known.write("1", note()))
    known.watches.pause(known.home.id, known.watch.id)
    known.later(timedelta(minutes=1))
    assert known.asked() == []
    assert known.send(known.write("2", note())).status_code == 503
    known.watches.resume(known.home.id, known.watch.id)
    known.later(timedelta(days=1))
    assert known.asked() == ["/1"]


def test_the_page_s_call_works_as_it_stands(web: Web) -> None:
    page = (Path(__file__).parents[2] / "docs/connectors/webmention.md").read_text("utf-8")
    (example,) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    script = example.replace("https://YOUR-HOST/webmention/YOUR-ID", web.url)
    done = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True)
    assert json.dumps(json.loads(done.stdout)) in page
    assert web.webmentions.held(web.home.id, web.watch.id) == {"https://mei.example": 1}
