"""What holds for every connector, found by listing its folder: a new one is driven by a new case file."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import connectors
from bot.domain.connector import Fetcher, How, Keeper, Page, Receiver, Verifier, fetches
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn, ReadingError, Unavailable
from bot.domain.naming import Form
from bot.reading.credential import Credential, Memory
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from tests.connectors.fakes import NOW, Case, stand_in

CONNECTORS = connectors.all_connectors()
DOCS = Path(__file__).parents[2] / "docs" / "connectors"
FETCHED = [name for name, one in CONNECTORS.items() if not one.facts.pushed]
CASES = [case for name in FETCHED for case in importlib.import_module(f"tests.connectors.cases.{name}").CASES]
ASKED = {name for name in vars(Fetcher) if not name.startswith("_")}
HEADINGS = (
    "## What it sees",
    "## What it cannot see",
    "## Answered or not",
    "## Credential",
    "## Limits",
    "## Cost",
    "## Terms",
)

each_connector = pytest.mark.parametrize("name", sorted(CONNECTORS))
each_fetched = pytest.mark.parametrize("name", sorted(FETCHED))


def one_of_each_network():
    """Every case; in a quick run the first of each network stands for its others."""
    seen = set()
    for case in CASES:
        yield pytest.param(case, marks=pytest.mark.thorough) if case.network in seen else case
        seen.add(case.network)


each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.network}-{case.ask.kind}")


def fetch(case: Case, rows: dict[int, Any], cursor: str = "") -> Page:
    reader = case.reader(case.serve(case.ask.endpoint, rows))
    return CONNECTORS[case.network].fetch(replace(case.ask, cursor=cursor), reader)


def theirs(page: Page, case: Case) -> list[Any]:
    """The page's posts without ours, which stand beside replies as their parents."""
    beside = case.ask.kind in ("replies", "keyed-replies", "comments")
    return [post for post in page.posts if not beside or post.parent]


def rows_of(case: Case, *numbers: int) -> dict[int, Any]:
    return {number: case.row(number) for number in numbers}


@each_connector
def test_everything_that_differs_is_declared(name):
    facts = CONNECTORS[name].facts
    assert facts.name == name
    assert all((facts.label, facts.limits_source, facts.sees, facts.cannot_see))
    assert bool(facts.queries) != isinstance(CONNECTORS[name], Keeper)
    assert facts.floor >= timedelta(minutes=1)
    assert facts.requests > 0
    assert facts.window > timedelta(0)
    assert all(query.label and query.example for query in facts.queries)
    assert all(call.why for call in facts.calls)
    if any(query.needs_credential for query in facts.queries):
        assert facts.credential
    by_own_posts = any(way.how is How.OWN_POSTS for way in facts.ways)
    assert by_own_posts == any(query.ours for query in facts.queries)


def test_where_a_name_can_be_changed_a_case_changes_it():
    lasting = {
        case.network for case in CASES if case.rename is None and CONNECTORS[case.network].facts.immutable_ids
    }
    assert lasting == {"hackernews", "reddit"}  # a name there is for ever


@each_fetched
def test_each_query_has_a_case_of_its_own(name):
    kinds = {query.kind for query in CONNECTORS[name].facts.queries}
    assert kinds == {case.ask.kind for case in CASES if case.network == name}


@each_connector
def test_its_page_says_what_a_person_must_know(name):
    text = (DOCS / f"{name}.md").read_text("utf-8")
    for heading in HEADINGS:
        said = text.partition(heading)[2].partition("\n## ")[0]
        assert len(said.split()) >= 3, heading


@each_connector
def test_its_page_names_each_call_that_is_not_a_get(name):
    text = (DOCS / f"{name}.md").read_text("utf-8")
    words = [re.split(r"[/.]", call.path)[-1] for call in CONNECTORS[name].facts.calls]
    assert [word for word in words if f"{word}`" not in text] == []


@each_connector
def test_what_a_newcomer_can_ask_needs_no_key(name):
    tries = [(query, one) for query in CONNECTORS[name].facts.queries for one in query.tries]
    assert [query.kind for query, _ in tries if query.needs_credential] == []
    assert all((one.words.format("us") and one.fits(one.form.value)) or one.only for _, one in tries)


def test_the_page_of_the_first_minute_says_of_each_form_who_can_be_asked():
    text = (DOCS.parent / "try.md").read_text("utf-8")
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| .+? \|$", text, re.MULTILINE)
    told = {Form(form): set(labels.split(", ")) for form, labels in rows}
    named = {label for labels in told.values() for label in labels}
    asked = {
        form: {
            one.facts.label
            for one in CONNECTORS.values()
            if any(each.form is form for query in one.facts.queries for each in query.tries)
        }
        for form in Form
    }
    # A network that is added later has its own page, and need not stand here.
    assert told == {form: labels & named for form, labels in asked.items()}


ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
NOWHERE = ("nowhere", "never", "a person is asked once")


def declared(name: str) -> list[tuple[str, ...]]:
    ways = [(way.how.value, way.strength.value, way.soon) for way in CONNECTORS[name].facts.ways]
    return ways or [NOWHERE]


@each_connector
def test_its_page_tells_how_answers_are_seen_as_the_connector_declares(name):
    text = (DOCS / f"{name}.md").read_text("utf-8")
    said = text.partition("## Answered or not")[2].partition("\n## ")[0]
    assert ROW.findall(said)[1:] == declared(name)


def test_the_table_of_all_networks_says_the_same():
    text = (DOCS.parent / "answered.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)[1:]
    labels = {CONNECTORS[name].facts.label: name for name in CONNECTORS}
    told = {labels[label]: [row[1:] for row in rows if row[0] == label] for label, *_ in rows}
    assert told == {name: declared(name) for name in told}


def test_no_module_of_the_folder_is_left_out():
    assert len(CONNECTORS) == len(list(pkgutil.iter_modules(connectors.__path__)))


@pytest.mark.parametrize("name", sorted(set(CONNECTORS) - set(FETCHED)))
def test_what_is_pushed_is_taken_in_one_of_three_ways_and_cannot_be_asked(name):
    connector = CONNECTORS[name]
    assert sum(isinstance(connector, way) for way in (Receiver, Verifier, Keeper)) == 1
    assert not fetches(connector)
    assert ASKED.isdisjoint(dir(connector))


@each_fetched
def test_what_is_not_pushed_can_be_asked_all_that_a_network_is_asked(name):
    connector = CONNECTORS[name]
    assert fetches(connector)
    assert set(dir(connector)) >= ASKED


@each_fetched
def test_a_query_that_it_does_not_have_is_refused(name):
    case = next(case for case in CASES if case.network == name)
    with pytest.raises(ReadingError):
        CONNECTORS[name].fetch(replace(case.ask, kind="nonsense"), case.reader())


@each_case
def test_an_empty_page_is_empty(case):
    page = fetch(case, {})
    assert theirs(page, case) == []
    assert page.broken == ()
    assert not page.more


@each_case
def test_many_posts_come_oldest_first_and_each_once(case):
    posts = theirs(fetch(case, rows_of(case, *range(100, 140))), case)
    assert len({post.id for post in posts}) == len(posts) == 40
    assert [post.created_at for post in posts] == sorted(post.created_at for post in posts)
    assert all(post.network == case.network for post in posts)
    assert all(post.created_at.utcoffset() == timedelta(0) for post in posts)


@each_case
def test_what_was_seen_is_not_new_again(case):
    rows = rows_of(case, *range(100, 110))
    first = fetch(case, rows)
    again = fetch(case, rows, first.cursor)
    assert {post.id for post in again.posts} <= {post.id for post in first.posts}
    assert not again.more


@each_case
def test_a_post_that_came_between_two_polls_is_read_exactly_then(case):
    rows = rows_of(case, *range(100, 105))
    first = fetch(case, rows)
    again = fetch(case, rows | rows_of(case, 105), first.cursor)
    assert len({p.id for p in again.posts} - {p.id for p in first.posts}) == 1


@each_case
def test_an_edited_post_keeps_its_id(case):
    rows = rows_of(case, 100)
    before = theirs(fetch(case, rows), case)
    case.reword(rows[100])
    after = theirs(fetch(case, rows), case)
    assert after[0].id == before[0].id
    assert "other words" in after[0].text
    assert after[0].text != before[0].text


@pytest.mark.parametrize("case", [case for case in CASES if case.rename], ids=lambda case: case.ask.kind)
def test_a_renamed_author_keeps_the_id(case):
    rows = rows_of(case, 100)
    before = theirs(fetch(case, rows), case)
    case.rename(rows[100])
    after = theirs(fetch(case, rows), case)
    assert after[0].author.id == before[0].author.id
    assert after[0].author.name != before[0].author.name


@each_case
def test_a_deleted_post_is_told_by_the_network_alone(case):
    (post,) = theirs(fetch(case, rows_of(case, 100)), case)
    connector = CONNECTORS[case.network]
    if case.gone is None:
        with pytest.raises(Unavailable):
            connector.exists(case.ask.endpoint, post, case.reader())
        return
    reader = case.reader(case.gone(case.ask.endpoint, case.row(100)))
    assert not connector.exists(case.ask.endpoint, post, reader)


@each_case
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"<!doctype html><title>Please sign in</title><p>Sorry",
        b'"text"',
        b"7",
        b"[" * 100_000,
    ],
    ids=["nothing", "cut", "bytes", "a page for people", "text", "a number", "depth"],
)
def test_what_cannot_be_read_is_an_error_and_never_an_empty_page(case, body):
    served = case.serve(case.ask.endpoint, rows_of(case, 100, 101))
    first = next(iter(served))
    for cursor in ("", fetch(case, rows_of(case, 100)).cursor):
        with pytest.raises(ChangedFormat):
            CONNECTORS[case.network].fetch(
                replace(case.ask, cursor=cursor), case.reader(dict.fromkeys(served, body) | {first: body})
            )


@each_case
def test_one_broken_post_of_forty_costs_no_other(case):
    rows = rows_of(case, *range(100, 140))
    rows[120] = {"id": "120"} if case.network != "rss" else {}
    page = fetch(case, rows)
    assert len(theirs(page, case)) == 39
    assert len(page.broken) >= (case.network != "rss")


WRONG = (
    None,
    True,
    7,
    -1.5,
    2**70,
    10**4000,
    "",
    "nonsense",
    "a\x00b",
    "\ud800",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    [],
    [None],
    {},
    {"id": {}},
)


def wrong_rows(row: Any) -> Iterator[tuple[str, Any]]:
    """The row with one field after another missing, or holding what it should not."""
    for path in paths(row):
        for wrong in (*WRONG, "missing"):
            made = copy.deepcopy(row)
            inner = made
            for step in path[:-1]:
                inner = inner[step]
            if wrong == "missing":
                del inner[path[-1]]
            else:
                inner[path[-1]] = wrong
            yield f"{path}={str(wrong)[:20]!r}", made


def paths(row: Any) -> Iterator[tuple[Any, ...]]:
    inner = row.items() if isinstance(row, dict) else enumerate(row) if isinstance(row, list) else ()
    for key, value in inner:
        yield (key,)
        yield from ((key, *rest) for rest in paths(value))


@pytest.mark.parametrize(
    "case", list(one_of_each_network()), ids=lambda case: f"{case.network}-{case.ask.kind}"
)
def test_a_wrong_value_in_any_field_costs_no_other_post(case):
    whole = {post.id for post in fetch(case, rows_of(case, 100, 102)).posts}
    judged = 0
    for what, wrong in wrong_rows(case.row(101)):
        page = fetch(case, {100: case.row(100), 101: wrong, 102: case.row(102)})
        assert whole <= {post.id for post in page.posts}, what
        for post in page.posts:
            json.dumps([post.id, post.text, post.author.name, post.url], ensure_ascii=False).encode("utf-8")
            assert "\x00" not in post.id + post.text + post.author.name + post.author.id
            assert post.url.startswith(("https://", "http://"))
        judged += 1
    assert judged > 50


@each_case
def test_a_place_kept_by_another_version_is_refused(case):
    for cursor in ('{"v":99}', "not ours", "[]", "\ud800"):
        with pytest.raises(ChangedFormat):
            fetch(case, rows_of(case, 100), cursor)


@each_case
def test_a_network_that_repeats_itself_is_left_alone_soon(case):
    rows = rows_of(case, *range(100, 180))
    reader = case.reader(case.serve(case.ask.endpoint, rows))
    page = Page((), "", more=True)
    for _ in range(100):
        page = CONNECTORS[case.network].fetch(replace(case.ask, cursor=page.cursor), reader)
        if not page.more:
            break
    assert not page.more


@each_case
@pytest.mark.parametrize(
    "error", [NeedsSignIn("no"), Unavailable("no"), Gone("no")], ids=lambda e: type(e).__name__
)
def test_an_error_of_the_door_rises_as_it_is(case, error):
    served = dict.fromkeys(case.serve(case.ask.endpoint, {}), error)
    with pytest.raises(type(error)):
        CONNECTORS[case.network].fetch(case.ask, case.reader(served))


@each_case
def test_the_real_door_reads_the_same_and_sends_nothing_but_get_and_declared_calls(case):
    connector = CONNECTORS[case.network]
    with stand_in() as network:
        served = case.serve(network.origin, rows_of(case, *range(100, 110)))
        network.replies = {url.removeprefix(network.origin): reply for url, reply in served.items()}
        ledger = Ledger(lambda: NOW)
        door = Door(lambda: NOW, loopback_origins=frozenset({network.origin}), ledger=ledger.count)
        try:
            key = Credential("c", case.key or "a-stand-in-token")
            reader = door.reader(connector.facts, network.origin, key, memory=Memory(case.session))
            page = connector.fetch(replace(case.ask, endpoint=network.origin), reader)
        finally:
            door.close()
    assert len(theirs(page, case)) == 10
    declared_calls = {(call.method, call.path) for call in connector.facts.calls}
    assert {request for request in network.heard if request[0] != "GET"} <= declared_calls
    assert sum(line.count for line in ledger.drain()) == len(network.heard)
