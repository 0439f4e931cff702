"""Mentions handed to us over real HTTP: once, never backwards, or refused with what, where and what to do."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.office import LiveNetworks, utc_now
from bot.connectors.inbound import CONNECTOR
from bot.domain.errors import ChangedFormat
from bot.domain.model import Conversation, Lane, Reason, Status, Teammate, Verb, Watch, Workspace
from bot.domain.ports import Known, Placed
from bot.reading.door import Door
from bot.services.collecting.receiving import Receiving, in_address
from bot.services.standing.queue import Queue
from bot.services.standing.triage import Triage
from bot.services.team.watches import Watches
from bot.store import SqlStore
from bot.web.inbound import CALLS, LARGEST, WINDOW, Calls
from bot.web.routes import routes
from bot.web.server import Server
from tests.conftest import HandClock
from tests.connectors.test_contract import wrong_rows
from tests.web.handing import Sender, hub, mention, standard

pytestmark = pytest.mark.connects
both = pytest.mark.parametrize("database_url", ["sqlite_emptied", "postgres_url"], indirect=True)

MOST = 20
"""Calls that an address takes in a minute here."""


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """What differs here is what is sent: one engine is enough where a test does not ask for both."""
    url: str = request.getfixturevalue(getattr(request, "param", "sqlite_emptied"))
    return url


@dataclass
class Hall:
    """A team that is handed mentions by one sender."""

    store: SqlStore
    home: Workspace
    clock: HandClock
    networks: LiveNetworks
    receiving: Receiving
    watches: Watches
    origin: str
    watch: Watch
    sender: Sender
    client: httpx.Client

    def entrance(self, kind: str, name: str) -> tuple[Watch, str, str]:
        """One more, with where it stands and its key."""
        watch, source, key = self.receiving.open(self.home.id, "inbound", kind, name)
        return watch, f"{self.origin}/inbound/{source.id}", key

    def known(self) -> Known:
        """All of the mentions that a test names, deleted ones too."""
        with self.store.read(self.home.id) as tx:
            names = {post.id for post in tx.threads.latest("inbound", 500)} | {"scout/1", "scout/2"}
            return tx.threads.around("inbound", names)

    def posts(self) -> dict[str, Placed]:
        return dict(self.known().posts)

    def talks(self) -> list[Conversation]:
        return sorted(self.known().conversations.values(), key=lambda one: one.root)

    def source(self) -> Any:
        (found,) = (
            sources for watch, sources in self.watches.list(self.home.id) if watch.id == self.watch.id
        )
        return found[0]


@pytest.fixture
def hall(store: SqlStore, workspace: Workspace, clock: HandClock) -> Iterator[Hall]:
    door = Door(clock, ledger=lambda *_: None)
    networks = LiveNetworks(door, store)
    receiving = Receiving(store, networks, clock)
    server = Server(routes(None, {}, {}, Calls(receiving, clock, most=MOST).routes()), ("127.0.0.1", 0))
    server.start()
    client = httpx.Client(trust_env=False)
    try:
        origin = f"http://127.0.0.1:{server.port}"
        watch, source, key = receiving.open(workspace.id, "inbound", "webhook", "scout")
        sender = Sender(f"{origin}/inbound/{source.id}", key, clock, client)
        watches = Watches(store, networks, clock)
        yield Hall(store, workspace, clock, networks, receiving, watches, origin, watch, sender, client)
    finally:
        client.close()
        server.stop()
        door.close()


def told(answer: httpx.Response) -> dict[str, Any]:
    """The body of an error: what, where and what to do, and nothing of what was sent."""
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["detail"]
    assert body["do"].endswith(".")
    assert "Tanaka" not in answer.text
    return body


@both
def test_a_mention_waits_and_is_closed_by_who_handed_it_over(hall: Hall) -> None:
    answer = hall.sender.send(mention())
    assert (answer.status_code, answer.json()["taken"]) == (200, ["1"])
    with hall.store.write(hall.home.id) as tx:
        ana = tx.people.save_teammate(Teammate("", "UANA", "Ana"))
    (line,) = Queue(hall.store, hall.networks, hall.clock).all_waiting(hall.home.id, 5)
    assert (line.name, line.handle) == ("Mei Tanaka", "@mei on forum.example")
    hall.clock.move(timedelta(minutes=5))
    said = {"id": "1", "by": "UANA", "url": "https://forum.example/t/1#2"}
    assert hall.sender.send(said, "answered").json()["taken"] == ["1"]
    (talk,) = hall.talks()
    assert (talk.standing.status, talk.standing.reason) == (Status.CLOSED, Reason.ELSEWHERE)
    (evidence,) = talk.standing.evidence
    assert (evidence.url, evidence.by, evidence.verified) == (said["url"], ana.id, False)
    assert hall.sender.send(said, "answered").json()["known"] == ["1"]


def test_what_a_person_takes_back_is_not_closed_again_by_the_same_word(hall: Hall) -> None:
    hall.sender.send(mention())
    hall.sender.send({"id": "1", "url": "https://forum.example/t/1#2"}, "answered")
    (talk,) = hall.talks()
    triage = Triage(hall.store, hall.networks, hall.clock)
    assert triage.press(hall.home.id, talk.id, talk.standing.wait, Verb.UNDO, "", face="test").done
    assert hall.sender.send({"id": 1}, "answered").json()["known"] == ["1"]
    assert hall.talks()[0].standing.status is Status.OPEN


def test_an_answer_counts_for_more_than_a_decision_that_nobody_has_to_answer(hall: Hall) -> None:
    hall.sender.send(mention())
    (talk,) = hall.talks()
    triage = Triage(hall.store, hall.networks, hall.clock)
    assert triage.press(hall.home.id, talk.id, talk.standing.wait, Verb.LET_GO, "", face="test").done
    hall.clock.move(timedelta(minutes=5))
    said = {"id": "1", "url": "https://forum.example/t/1#2"}
    assert hall.sender.send(said, "answered").json()["taken"] == ["1"]
    standing = hall.talks()[0].standing
    assert (standing.reason, [one.url for one in standing.evidence]) == (Reason.ELSEWHERE, [said["url"]])
    assert hall.sender.send(said, "answered").json()["known"] == ["1"]


def test_what_was_answered_while_it_was_gone_waits_for_nobody_when_it_is_there_again(hall: Hall) -> None:
    hall.sender.send({"mentions": [mention(), mention(deleted_at="2026-03-02T09:02:00Z")]})
    assert hall.sender.send({"id": "1"}, "answered").json()["taken"] == ["1"]
    hall.sender.send(mention(text="And here again", edited_at="2026-03-02T09:06:00Z"))
    assert hall.posts()["scout/1"].post.text == "And here again"
    assert hall.talks()[0].standing.status is Status.CLOSED


def test_a_late_word_about_an_older_mention_leaves_the_newer_one_to_whoever_has_it(hall: Hall) -> None:
    with hall.store.write(hall.home.id) as tx:
        ana = tx.people.save_teammate(Teammate("", "UANA", "Ana"))
    hall.sender.send(mention())
    (talk,) = hall.talks()
    triage = Triage(hall.store, hall.networks, hall.clock)
    assert triage.press(hall.home.id, talk.id, talk.standing.wait, Verb.LET_GO, "", face="test").done
    hall.clock.move(timedelta(minutes=5))
    hall.sender.send(mention("2", answers="1", created_at=hall.clock().isoformat()))
    wait = hall.talks()[0].standing.wait
    assert triage.press(hall.home.id, talk.id, wait, Verb.CLAIM, ana.id, face="test").done
    assert hall.sender.send({"id": "1"}, "answered").json()["taken"] == ["1"]
    now = hall.talks()[0].standing
    assert (now.status, now.wait, now.uncovered) == (Status.OPEN, wait, {"scout/2"})
    assert (now.holder, now.nudgeable) == (ana.id, True)


def test_what_is_about_us_waits_for_nobody_and_can_be_told_answered(hall: Hall) -> None:
    hall.sender.send(mention(to_us=False))
    (talk,) = hall.talks()
    assert (talk.standing.lane, talk.standing.status, talk.standing.wait) == (Lane.ABOUT_US, Status.CLOSED, 0)
    hall.sender.send({"answered": [{"id": "1"}]}, "answered")
    assert hall.talks()[0].standing.reason is Reason.ELSEWHERE


@both
def test_none_one_and_many_come_in_one_call(hall: Hall) -> None:
    assert hall.sender.send({"mentions": []}).json()["taken"] == []
    many = [mention(number) for number in range(100)]
    assert len(hall.sender.send({"mentions": many}).json()["taken"]) == 100
    assert len(hall.posts()) == 100
    answer = hall.sender.send({"mentions": [*many, mention("more")]})
    assert answer.status_code == 400
    assert "101" in told(answer)["detail"]


@both
def test_the_same_call_and_the_same_mention_are_one(hall: Hall) -> None:
    body = json.dumps(mention()).encode()
    headers = standard(body, hall.sender.key, hall.clock(), "msg_same")
    assert hall.sender.bare(body, headers).json()["taken"] == ["1"]
    replayed = hall.sender.bare(body, headers)
    assert (replayed.status_code, replayed.json()["again"], replayed.json()["taken"]) == (200, True, [])
    other = json.dumps(mention("2")).encode()
    reused = hall.sender.bare(other, standard(other, hall.sender.key, hall.clock(), "msg_same"))
    assert reused.json()["again"]
    assert hall.sender.send(mention()).json()["known"] == ["1"]
    assert list(hall.posts()) == ["scout/1"]


@both
def test_a_mention_never_goes_backwards(hall: Hall) -> None:
    later = mention(text="Does it keep my notes?", edited_at="2026-03-02T09:00:00Z")
    assert hall.sender.send(later).json()["taken"] == ["1"]
    assert hall.sender.send(mention()).json()["known"] == ["1"]
    assert hall.posts()["scout/1"].post.text == "Does it keep my notes?"
    assert hall.sender.send(mention(deleted_at="2026-03-02T09:05:00Z")).json()["taken"] == ["1"]
    assert hall.talks()[0].standing.reason is Reason.WITHDRAWN
    assert hall.sender.send(later).json()["known"] == ["1"]
    assert hall.talks()[0].standing.status is Status.CLOSED
    hall.sender.send(mention(text="And here again", edited_at="2026-03-02T09:06:00Z"))
    assert hall.talks()[0].standing.status is Status.OPEN
    assert hall.posts()["scout/1"].post.text == "And here again"


VERSIONS = (
    mention(to_us=False),
    mention(text="Second", edited_at="2026-03-02T09:01:00Z"),
    mention(to_us=False, deleted_at="2026-03-02T09:02:00Z"),
    mention(text="Third", edited_at="2026-03-02T09:03:00Z"),
)


@pytest.mark.parametrize("many", [2, 3, pytest.param(4, marks=pytest.mark.thorough)])
def test_in_whatever_order_a_mention_is_handed_over_it_ends_the_same(hall: Hall, many: int) -> None:
    ends = set()
    for number, order in enumerate(permutations(VERSIONS[:many])):
        name = f"{many}-{number}"
        for each in (order[0], *order):
            hall.sender.send(each | {"id": name})
            hall.clock.move(timedelta(seconds=5))
        with hall.store.read(hall.home.id) as tx:
            known = tx.threads.around("inbound", [f"scout/{name}"])
        (talk,) = known.conversations.values()
        text = known.posts[f"scout/{name}"].post.text
        ends.add((talk.standing.status, bool(talk.standing.uncovered), text))
    assert len(ends) == 1


def test_a_deletion_that_comes_first_is_kept(hall: Hall) -> None:
    assert hall.sender.send(mention(deleted_at="2026-03-02T09:00:00Z")).json()["taken"] == ["1"]
    assert hall.sender.send(mention()).json()["known"] == ["1"]
    assert hall.talks()[0].standing.status is Status.CLOSED


def test_an_edit_that_speaks_to_us_waits(hall: Hall) -> None:
    hall.sender.send(mention(to_us=False))
    assert hall.sender.send(mention(edited_at="2026-03-02T09:00:00Z")).json()["taken"] == ["1"]
    assert hall.talks()[0].standing.status is Status.OPEN


def test_an_answer_to_a_mention_stands_in_its_thread(hall: Hall) -> None:
    hall.sender.send({"mentions": [mention("1"), mention("2", answers="1")]})
    (talk,) = hall.talks()
    assert talk.standing.uncovered == {"scout/1", "scout/2"}
    hall.sender.send({"id": "1"}, "answered")
    assert hall.talks()[0].standing.uncovered == {"scout/2"}


def test_one_that_cannot_be_read_stands_apart_and_costs_no_other(hall: Hall) -> None:
    rows = [mention(number) for number in range(40)]
    del rows[7]["url"]
    answer = hall.sender.send({"mentions": rows}).json()
    assert len(answer["taken"]) == 39
    assert answer["wrong"] == [{"where": "mentions[7].url", "what": "is missing"}]


def test_a_wrong_value_in_any_field_costs_no_other_mention(hall: Hall) -> None:
    wrong = [(what, row) for what, row in wrong_rows(mention("wrong"))]
    for start in range(0, len(wrong), 98):
        some = wrong[start : start + 98]
        whole = [mention("first"), *(row for _, row in some), mention("last")]
        body = json.dumps({"mentions": whole}).encode("utf-8", "replace")
        answer = hall.sender.send(body)
        assert answer.status_code == 200, answer.text
        assert {"first", "last"} <= set(answer.json()["taken"]) | set(answer.json()["known"])
        hall.clock.move(timedelta(seconds=1))
    assert len(wrong) > 200
    for placed in hall.posts().values():
        text = json.dumps([placed.post.id, placed.post.text, placed.post.author.name], ensure_ascii=False)
        text.encode("utf-8")
        assert "\x00" not in text


WRONG = [
    ("created_at", "0001-01-01T00:00:00Z"),
    ("created_at", "9999-12-31T23:59:59Z"),
    ("id", 2**70),
    ("id", "x" * 201),
    ("id", "a\x00b"),
    ("url", "javascript:alert(1)"),
    ("author", "Mei Tanaka"),
    ("to_us", "yes"),
]


def test_what_is_wrong_is_told_with_its_place(hall: Hall) -> None:
    for field, value in WRONG:
        answer = hall.sender.send({"mentions": [mention(**{field: value})]})
        assert answer.status_code == 422, field
        assert told(answer)["wrong"][0]["where"].startswith(f"mentions[0].{field}")
    assert hall.posts() == {}


def test_what_is_no_call_is_refused(hall: Hall) -> None:
    bodies = [b"", b"{", b"\xff\xfe", b"<!doctype html>", b"[]", b'"text"', b"7", b"[" * 100_000]
    for body in (*bodies, b'{"mentions": 7}', b'{"mentions": null}'):
        answer = hall.sender.send(body)
        assert answer.status_code == (422 if b"null" in body else 400), body[:20]
        told(answer)


@both
def test_the_same_call_many_times_at_once_is_one(hall: Hall) -> None:
    body = json.dumps(mention()).encode()
    headers = standard(body, hall.sender.key, hall.clock())
    with ThreadPoolExecutor(6) as many:
        answers = [one.json() for one in many.map(lambda _: hall.sender.bare(body, headers), range(12))]
    assert sorted(len(one["taken"]) for one in answers) == [0] * 11 + [1]
    assert sum(not one["again"] for one in answers) == 1


def test_surrogates_and_control_signs_are_cleaned(hall: Hall) -> None:
    assert hall.sender.send(mention(text="a\x00b\ud800c")).json()["taken"] == ["1"]
    assert hall.posts()["scout/1"].post.text == "ab�c"


def test_two_mebibytes_are_too_many(hall: Hall) -> None:
    answer = hall.sender.send(mention(text="x" * 2 * LARGEST))
    assert answer.status_code == 413
    told(answer)


def test_only_a_post_is_taken(hall: Hall) -> None:
    answer = hall.client.get(f"{hall.sender.url}/mentions")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    told(answer)


def test_who_does_not_sign_with_the_key_just_now_is_refused(hall: Hall) -> None:
    body, key, now = json.dumps(mention()).encode(), hall.sender.key, hall.clock()
    foreign = hall.entrance("webhook", "another")[2]
    good = standard(body, key, now)
    refused = [
        {},
        standard(body, foreign, now),
        standard(body, key, now - timedelta(minutes=6)),
        standard(body, key, now + timedelta(minutes=6)),
        standard(body + b" ", key, now),
        good | {"webhook-timestamp": "soon"},
        good | {"webhook-timestamp": "9" * 12},
        good | {"webhook-id": ""},
        good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v1a,")},
        good | {"webhook-signature": "v1,%%%"},
        hub(body, foreign),
        {"X-Hub-Signature-256": "sha256=0"},
        good | {"webhook-id": "other"} | hub(body, key),
    ]
    for headers in refused:
        answer = hall.sender.bare(body, headers)
        assert answer.status_code == 401, headers
        told(answer)
    assert hall.posts() == {}
    assert hall.source().problem == "WrongKey"
    assert hall.sender.bare(body, good).status_code == 200
    assert (hall.source().problem, hall.source().last_success) == (None, now)


def test_github_s_way_of_signing_is_taken_too(hall: Hall) -> None:
    body = json.dumps(mention()).encode()
    assert hall.sender.bare(body, hub(body, hall.sender.key)).json()["taken"] == ["1"]
    assert hall.sender.bare(body, hub(body, hall.sender.key)).json()["again"]


def test_while_a_key_changes_both_open(hall: Hall) -> None:
    old = hall.sender.key
    _, new = hall.receiving.rotate(hall.home.id, hall.watch.id)
    body = json.dumps(mention()).encode()
    assert hall.sender.bare(body, standard(body, old, hall.clock())).status_code == 200
    assert hall.sender.bare(body, standard(body, new, hall.clock())).status_code == 200
    hall.receiving.retire(hall.home.id, hall.watch.id)
    assert hall.sender.bare(body, standard(body, old, hall.clock())).status_code == 401
    assert hall.sender.bare(body, standard(body, old, hall.clock(), "", new)).status_code == 200


def test_too_many_calls_are_told_when_to_come_again(hall: Hall) -> None:
    strange = [hall.sender.bare(b"{}", {}) for _ in range(MOST + 1)]
    assert [one.status_code for one in strange] == [401] * MOST + [429]
    empty = [hall.sender.send({"mentions": []}) for _ in range(MOST + 1)]
    assert [one.status_code for one in empty] == [200] * MOST + [429]
    told(empty[-1])
    hall.clock.move(timedelta(seconds=int(empty[-1].headers["retry-after"])))
    assert hall.sender.send(mention()).status_code == 200
    assert (CONNECTOR.facts.requests, CONNECTOR.facts.window) == (CALLS, WINDOW)


def test_a_paused_address_asks_to_try_again_and_a_removed_one_is_gone(hall: Hall) -> None:
    hall.watches.pause(hall.home.id, hall.watch.id)
    answer = hall.sender.send(mention())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3600")
    hall.watches.resume(hall.home.id, hall.watch.id)
    assert hall.sender.send(mention()).status_code == 200
    hall.watches.remove(hall.home.id, hall.watch.id)
    assert hall.sender.send(mention()).status_code == 404


def test_what_was_answered_and_is_not_known_is_told(hall: Hall) -> None:
    answer = hall.sender.send({"answered": [{"id": "1"}]}, "answered")
    assert answer.status_code == 422
    assert told(answer)["wrong"] == [{"where": "answered[0]", "what": "is not known here"}]


def test_one_sender_closes_nothing_of_another(hall: Hall) -> None:
    hall.sender.send(mention())
    _, url, key = hall.entrance("webhook", "another")
    other = Sender(url, key, hall.clock, hall.client)
    assert other.send({"id": "1"}, "answered").status_code == 422
    assert hall.talks()[0].standing.status is Status.OPEN
    assert other.send(mention()).json()["taken"] == ["1"]
    assert len(hall.posts()) == 2


def test_what_is_private_stands_in_no_shared_line(hall: Hall) -> None:
    hall.sender.send(mention(private=True))
    (talk,) = hall.talks()
    assert talk.standing.private


OCTOLENS = {
    "action": "mention_created",
    "data": {
        "title": "Exporters compared",
        "body": "Has anybody used Acme Export?",
        "url": "https://forum.example/t/9",
        "timestamp": "2026-03-02T08:30:00Z",
        "imageUrl": "",
        "author": "mei",
        "source": "reddit",
    },
}
F5BOT = {
    "id": "F5BOT-alert-12345",
    "url": "https://forum.example/t/9",
    "title": "acme - Reddit Comments - Exporters compared",
    "content_html": "Has anybody used <b>Acme</b> Export?",
    "date_published": "2026-03-02T09:20:30+01:00",
    "group": "",
    "username": "mei",
    "tags": ["acme", "Reddit Comments"],
}


@pytest.mark.parametrize(
    ("kind", "said", "handle"),
    [("octolens", OCTOLENS, "mei on reddit"), ("f5bot", F5BOT, "mei on Reddit Comments")],
)
def test_a_service_that_cannot_sign_has_the_key_in_its_address(
    hall: Hall, kind: str, said: dict[str, Any], handle: str
) -> None:
    _, url, key = hall.entrance(kind, kind)
    there = f"{url}/key/{in_address(key)}"
    answer = hall.client.post(there, json=said)
    assert len(answer.json()["taken"]) == 1
    (placed,) = hall.posts().values()
    assert (placed.lane, placed.post.author.handle) == (Lane.ABOUT_US, handle)
    assert "Has anybody used Acme" in placed.post.text
    assert hall.client.post(there, json=said).json()["again"]
    again = copy.deepcopy(said) | {"more": 1}
    assert hall.client.post(there, json=again).json()["taken"] == []
    for elsewhere in (
        f"{url}/key/{'0' * 64}",
        f"{url}/mentions",
        f"{hall.sender.url}/key/{in_address(hall.sender.key)}",
    ):
        assert hall.client.post(elsewhere, json=said).status_code == 404


@pytest.mark.parametrize(("kind", "said"), [("octolens", OCTOLENS), ("f5bot", F5BOT)])
def test_a_wrong_value_in_any_field_of_a_service_is_refused_or_clean(kind: str, said: dict[str, Any]) -> None:
    read = 0
    for _, wrong in wrong_rows(said):
        try:
            taken, _ = CONNECTOR.handed(kind, kind, json.dumps(wrong).encode(), HandClock().now)
        except ChangedFormat:
            continue
        for one in taken:
            json.dumps([one.post.id, one.post.text, one.post.author.name], ensure_ascii=False).encode("utf-8")
            assert one.post.url.startswith("https://forum.example")
        read += len(taken)
    assert read > 30


PAGE = Path(__file__).parents[2] / "docs/connectors/inbound.md"


def test_the_page_s_calls_work_as_they_stand(hall: Hall) -> None:
    hall.clock.now = utc_now()  # the page signs with the time of the machine
    examples = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    said = []
    for example in examples:
        script = example.replace("https://YOUR-HOST/inbound/YOUR-ID", hall.sender.url)
        script = script.replace("whsec_YOUR-KEY", hall.sender.key)
        done = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True)
        said.append(json.loads(done.stdout))
    assert said[0]["taken"] == said[1]["taken"] == ["1"]
    assert f"`{json.dumps(said[0])}`" in PAGE.read_text("utf-8")
    assert hall.talks()[0].standing.reason is Reason.ELSEWHERE


def test_the_page_names_each_field_of_a_mention() -> None:
    named = re.findall(r"^\| `([\w.]+)` \| (?:needed)? ?\|", PAGE.read_text("utf-8"), re.MULTILINE)
    full = mention(edited_at="", deleted_at="", answers="", private=False)
    fields = {key for key in full if key != "author"} | {f"author.{key}" for key in full["author"]}
    assert set(named) == fields | {"by"}
