"""Hacker News: searches sliced by time, looks by the items, replies under our posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.connectors.hackernews import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import ChangedFormat, Gone, Refused
from bot.domain.model import Visibility
from tests.connectors.fakes import NOW, FakeReader, saved

SITE = "https://news.ycombinator.com"
INDEX = "https://hn.algolia.com/api/v1/search_by_date"
ITEMS = "https://hacker-news.firebaseio.com/v0"
NOON = int(NOW.timestamp())
SEARCH = Ask(SITE, "search", 'Acme "Export"', since=NOW - timedelta(days=1))


def index_of(times: dict[int, int], shown: int = 200) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Numbers and their times, answered as Algolia does: the newest ones, and how many there are."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        after, upto = (int(one.split(">")[-1].split("=")[-1]) for one in params["numericFilters"].split(","))
        found = [n for n in sorted(times, key=lambda n: -times[n]) if after < times[n] <= upto]
        hits = [
            saved("hackernews/hit") | {"objectID": str(n), "created_at_i": times[n]} for n in found[:shown]
        ]
        return {"hits": hits, "nbHits": len(found)}

    return answer


def walk(reader: FakeReader, ask: Ask) -> tuple[list[str], str]:
    """All pages of one poll: the numbers in the order they came, and the last cursor."""
    seen: list[str] = []
    page = CONNECTOR.fetch(ask, reader)
    while True:
        seen += [post.id for post in page.posts]
        if not page.more:
            return seen, page.cursor
        page = CONNECTOR.fetch(replace(ask, cursor=page.cursor), reader)


def test_a_hit_is_read_with_its_place_in_the_thread():
    reader = FakeReader({INDEX: {"hits": [saved("hackernews/hit")], "nbHits": 1}})
    (post,) = CONNECTOR.fetch(SEARCH, reader).posts
    assert (post.id, post.parent, post.root) == ("1001", "900", "900")
    assert post.url == f"{SITE}/item?id=1001"
    assert post.author.id == post.author.handle == "mei_t"
    assert post.text == "Has anyone moved from Acme Export?\n\nIt lost my tags twice."
    assert post.visibility is Visibility.PUBLIC
    asked = reader.asked[0][1]
    assert asked["query"] == '"Acme  Export"'
    assert asked["typoTolerance"] == "false"


def test_a_story_is_its_own_root_and_its_title_is_read():
    story = saved("hackernews/hit") | {
        "title": "Acme Export 2",
        "url": "https://acme.example/",
        "comment_text": None,
        "parent_id": None,
        "story_id": 1001,
    }
    (post,) = CONNECTOR.fetch(SEARCH, FakeReader({INDEX: {"hits": [story], "nbHits": 1}})).posts
    assert post.root == post.id
    assert post.parent is None
    assert post.text == "Acme Export 2\n\nhttps://acme.example/"


def test_more_hits_than_one_answer_gives_are_walked_in_slices_without_a_hole():
    times = {n: NOON - 80_000 + n * 80 for n in range(1, 900)}
    reader = FakeReader({INDEX: index_of(times)})
    seen, _ = walk(reader, SEARCH)
    assert seen == [str(n) for n in range(1, 900)]
    assert all("page" not in asked for _, asked in reader.asked)


def test_what_the_index_learned_late_is_seen_by_the_next_poll():
    times = {1: NOON - 600}
    seen, cursor = walk(FakeReader({INDEX: index_of(times)}), SEARCH)
    times[2] = NOON - 1200
    later = FakeReader({INDEX: index_of(times)}, at=NOW + timedelta(minutes=5))
    again, _ = walk(later, replace(SEARCH, cursor=cursor))
    assert seen == ["1"]
    assert set(again) == {"1", "2"}


def test_after_a_long_stop_nothing_is_missing():
    _, cursor = walk(FakeReader({INDEX: index_of({})}), SEARCH)
    times = {n: NOON + n * 600 for n in range(1, 600)}
    later = FakeReader({INDEX: index_of(times)}, at=NOW + timedelta(days=9))
    seen, _ = walk(later, replace(SEARCH, cursor=cursor))
    assert seen == [str(n) for n in range(1, 600)]


def test_a_second_with_more_hits_than_one_answer_is_an_error_and_no_hole():
    reader = FakeReader({INDEX: index_of(dict.fromkeys(range(210), NOON - 50))})
    with pytest.raises(ChangedFormat):
        walk(reader, SEARCH)
    assert len(reader.asked) < 60


def test_our_own_posts_are_asked_for_by_name_alone():
    reader = FakeReader({INDEX: {"hits": [], "nbHits": 0}})
    CONNECTOR.fetch(Ask(SITE, "own", f"{SITE}/user?id=acme_dev"), reader)
    assert reader.asked[0][1]["tags"] == "(story,comment),author_acme_dev"
    assert reader.asked[0][1]["query"] == ""


# ---- looks


def tree(shape: dict[int, list[int]], root: int = 900, **marks: dict[str, object]) -> FakeReader:
    """A thread by its kids; `i123={...}` changes the answer for 123, None makes it missing."""
    parents = {kid: post for post, kids in shape.items() for kid in kids}
    replies: dict[str, Any] = {}
    for number in {root, *parents}:
        made = saved("hackernews/story") if number == root else saved("hackernews/item")
        made |= {"id": number, "kids": shape.get(number, []), "time": NOON - 5000 + number}
        if number in parents:
            made["parent"] = parents[number]
        mark = marks.get(f"i{number}", {})
        replies[f"{ITEMS}/item/{number}.json"] = b"null" if mark is None else made | mark
    return FakeReader(replies)


def look(reader: FakeReader, number: int):
    post = CONNECTOR.read_link(f"{SITE}/item?id={number}", reader)
    return CONNECTOR.thread(SITE, post, reader)


SHAPE = {900: [1001, 1002], 1001: [1003, 1004], 1003: [1005]}


def test_a_look_goes_up_to_the_story_and_down_through_every_reply():
    thread = look(tree(SHAPE), 1001)
    assert {post.id for post in thread.posts} == {"900", "1001", "1003", "1004", "1005"}
    assert {post.root for post in thread.posts} == {thread.root} == {"900"}
    assert {post.id: post.parent for post in thread.posts}["1005"] == "1003"
    assert thread.complete


@pytest.mark.parametrize(
    "mark", [{"deleted": True, "by": None, "text": None}, {"dead": True}], ids=["deleted", "killed"]
)
def test_a_deleted_reply_is_no_post_and_what_hangs_below_is_seen(mark):
    thread = look(tree(SHAPE, i1003=mark), 1001)
    assert {post.id for post in thread.posts} == {"900", "1001", "1004", "1005"}
    assert thread.complete


def test_a_reply_without_content_yet_makes_the_look_partial():
    thread = look(tree(SHAPE, i1004=None), 1001)
    assert [broken.ref for broken in thread.broken] == ["1004"]
    assert not thread.complete


def test_a_branch_too_large_for_one_look_is_partial_and_bounded():
    reader = tree({900: [1001], 1001: list(range(2000, 2150))})
    thread = look(reader, 1001)
    assert not thread.complete
    assert len(reader.asked) < 110


def test_a_circle_upwards_or_downwards_ends():
    reader = tree({1001: [1002], 1002: [1001]}, root=1001)
    thread = look(reader, 1002)
    assert not thread.complete
    assert len(reader.asked) < 150


def test_kids_of_a_wrong_kind_make_the_look_partial():
    thread = look(tree(SHAPE, i1003={"kids": "many"}), 1001)
    assert not thread.complete


def test_a_reply_without_a_number_costs_none_of_the_others():
    thread = look(tree(SHAPE, i1001={"kids": [None, 1003, 1004]}), 1001)
    assert {post.id for post in thread.posts} == {"900", "1001", "1003", "1004", "1005"}
    assert not thread.complete


def test_the_looked_at_post_may_be_gone():
    post = CONNECTOR.read_link(f"{SITE}/item?id=1001", tree(SHAPE))
    missing = tree(SHAPE, i1001=None)
    with pytest.raises(Gone):
        CONNECTOR.thread(SITE, post, missing)
    with pytest.raises(Gone):
        CONNECTOR.read_link(f"{SITE}/item?id=1001", missing)
    assert not CONNECTOR.exists(SITE, post, missing)
    assert not CONNECTOR.exists(SITE, post, tree(SHAPE, i1001={"dead": True}))
    assert CONNECTOR.exists(SITE, post, tree(SHAPE))


# ---- replies to our posts

REPLIES = Ask(SITE, "replies", "acme_dev")


def ours(reader: FakeReader, *numbers: int) -> FakeReader:
    reader.replies[f"{ITEMS}/user/acme_dev.json"] = saved("hackernews/user") | {"submitted": list(numbers)}
    return reader


def test_replies_are_fetched_once_and_stand_beside_the_post_they_answer():
    reader = ours(tree(SHAPE), 900)
    first = CONNECTOR.fetch(REPLIES, reader)
    assert {post.id for post in first.posts} == {"900", "1001", "1002"}
    reader.asked.clear()
    again = CONNECTOR.fetch(replace(REPLIES, cursor=first.cursor), reader)
    assert {post.id for post in again.posts} == {"900"}
    assert len(reader.asked) == 2


def test_more_replies_than_one_poll_fetches_are_left_to_the_next():
    kids = list(range(1000, 1150))
    reader = ours(tree({900: kids[::-1]}), 900)
    seen, _ = walk(reader, REPLIES)
    assert {int(number) for number in seen} == {900, *kids}
    assert seen.count("1000") == 1


def test_our_posts_take_turns_and_the_old_ones_rest():
    reader = FakeReader()
    for number in range(100, 130):
        age = timedelta(days=40) if number < 105 else timedelta(days=1)
        story = saved("hackernews/story") | {"id": number, "kids": [], "time": int((NOW - age).timestamp())}
        reader.replies[f"{ITEMS}/item/{number}.json"] = story
    ours(reader, *range(129, 99, -1))
    seen, cursor = walk(reader, REPLIES)
    assert {int(number) for number in seen} >= set(range(105, 130))
    reader.asked.clear()
    again = CONNECTOR.fetch(replace(REPLIES, cursor=cursor), reader)
    assert not again.more
    assert {int(post.id) for post in again.posts} == set(range(120, 130))


def test_a_reply_without_content_yet_is_told():
    page = CONNECTOR.fetch(REPLIES, ours(tree(SHAPE, i1002=None), 900))
    assert [broken.ref for broken in page.broken] == ["1002"]
    assert "1001" in {post.id for post in page.posts}


def test_an_account_that_is_not_there_is_gone():
    reader = FakeReader({f"{ITEMS}/user/acme_dev.json": b"null"})
    with pytest.raises(Gone):
        CONNECTOR.fetch(REPLIES, reader)


# ---- names and links


def test_an_account_is_found_by_its_name_or_page_with_its_capitals():
    reader = FakeReader({f"{ITEMS}/user/acme_dev.json": saved("hackernews/user")})
    assert CONNECTOR.resolve("acme_dev", reader)[0] == SITE
    assert CONNECTOR.resolve(f"{SITE}/user?id=acme_dev", reader)[1].id == "acme_dev"
    with pytest.raises(Gone):
        CONNECTOR.resolve("Acme_Dev", reader)


@pytest.mark.parametrize(
    ("link", "number"),
    [
        (f"{SITE}/item?id=1001", "1001"),
        (f"{SITE}/item?id=1001#1003", "1001"),
        (f"{SITE}/item?id=x", None),
        (f"{SITE}/user?id=1001", None),
        ("https://hn.example/item?id=1001", None),
        ("https://[bad/item?id=1", None),
    ],
)
def test_a_link_to_a_post_is_known(link, number):
    assert CONNECTOR.of_link(link) == ((SITE, number) if number else None)


def test_a_reply_is_written_where_the_box_is():
    thread = look(tree(SHAPE), 1001)
    by_id = {post.id: post for post in thread.posts}
    assert CONNECTOR.reply_link(by_id["1001"], None) == f"{SITE}/reply?id=1001"
    assert CONNECTOR.reply_link(by_id["900"], None) == f"{SITE}/item?id=900"


def test_there_is_no_credential_to_check():
    with pytest.raises(Refused):
        CONNECTOR.check(SITE, FakeReader())
