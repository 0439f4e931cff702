"""Mastodon: what each query asks, what it hands over, and where it goes on."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.connectors.mastodon import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import ChangedFormat
from bot.domain.model import Visibility

HOME = "https://social.example"
US = "https://social.example/@acme"
MEI = "https://garden.example/@mei"
MENTIONS = Ask(HOME, "mentions", "@acme@social.example", account=US)
NOTIFICATIONS = f"{HOME}/api/v1/notifications"
Saved = Callable[[str], object]


def notification(saved: Saved, number: int, **status: object) -> dict[str, object]:
    made = copy.deepcopy(saved("mastodon/notification"))
    made["id"] = str(number)
    made["status"] |= {"id": str(number), "uri": f"{MEI}/{number}", "url": f"{MEI}/{number}"} | status
    return made


def paging(rows: list[dict[str, object]]) -> Callable[[dict[str, object]], object]:
    """Pages as Mastodon does: newest first, `min_id` gives the page right after it."""

    def page(params: dict[str, object]) -> object:
        limit = int(params.get("limit", "40"))
        ids = [row["id"] for row in rows]
        if "min_id" in params:
            after = ids.index(params["min_id"]) + 1
            return rows[after : after + limit][::-1]
        before = ids.index(params["max_id"]) if "max_id" in params else len(rows)
        return rows[max(0, before - limit) : before][::-1]

    return page


def test_a_mention_is_read_with_its_author_words_and_time(reader, saved):
    reader.replies[NOTIFICATIONS] = [saved("mastodon/notification")]
    page = CONNECTOR.fetch(MENTIONS, reader)
    (post,) = page.posts
    assert post.author.id == MEI
    assert post.author.handle == "@mei@garden.example"
    assert post.author.name == "Mei Tanaka"
    assert post.text == "@acme Does the export keep my tags?"
    assert post.created_at == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert post.id == "https://garden.example/users/mei/statuses/110300"
    assert post.refs == ("social.example/110300",)
    assert post.root == post.id
    assert post.names == {US}
    assert post.visibility is Visibility.PUBLIC
    assert not page.more
    assert reader.asked[0][1]["include_filtered"] == "true"


def test_a_long_absence_is_walked_forward_without_a_hole(reader, saved):
    rows = [notification(saved, number) for number in range(100, 600)]
    reader.replies[NOTIFICATIONS] = paging(rows[:1])
    page = CONNECTOR.fetch(MENTIONS, reader)
    reader.replies[NOTIFICATIONS] = paging(rows)
    seen = [post.refs[0] for post in page.posts]
    more = True
    while more:
        page = CONNECTOR.fetch(replace(MENTIONS, cursor=page.cursor), reader)
        seen += [post.refs[0] for post in page.posts]
        more = page.more
    assert seen == [f"social.example/{number}" for number in range(100, 600)]


def test_a_first_poll_goes_back_to_since_and_no_further_than_two_pages(reader, saved):
    reader.replies[NOTIFICATIONS] = paging([notification(saved, number) for number in range(100, 600)])
    page = CONNECTOR.fetch(replace(MENTIONS, since=reader.at - timedelta(days=1)), reader)
    assert [post.refs[0] for post in page.posts] == [f"social.example/{n}" for n in range(440, 600)]
    assert len(reader.asked) == 2


def test_a_server_that_ignores_min_id_neither_loops_nor_doubles(reader, saved):
    rows = [notification(saved, number) for number in range(100, 140)]
    reader.replies[NOTIFICATIONS] = rows[::-1]
    first = CONNECTOR.fetch(MENTIONS, reader)
    again = CONNECTOR.fetch(replace(MENTIONS, cursor=first.cursor), reader)
    assert len(first.posts) == 40
    assert again.posts == ()
    assert not again.more


def test_a_pager_that_never_ends_rests_until_the_next_poll(reader, saved):
    turn = iter(range(1, 1_000_000))

    def endless(params):
        return [notification(saved, next(turn)) for _ in range(20)][::-1]

    reader.replies[NOTIFICATIONS] = endless
    page = CONNECTOR.fetch(replace(MENTIONS, since=reader.at - timedelta(days=9)), reader)
    for _ in range(100):
        page = CONNECTOR.fetch(replace(MENTIONS, cursor=page.cursor), reader)
        if not page.more:
            break
    assert not page.more
    assert len(reader.asked) < 60


def test_an_edit_that_names_us_starts_to_wait_at_the_edit(reader, saved):
    told = notification(saved, 7, edited_at="2026-03-10T11:00:00.000Z")
    told["created_at"] = "2026-03-10T11:00:01.000Z"
    reader.replies[NOTIFICATIONS] = [told]
    assert CONNECTOR.fetch(MENTIONS, reader).posts[0].named_us_at == datetime(2026, 3, 10, 11, tzinfo=UTC)


def test_a_later_edit_of_a_post_that_named_us_before_moves_nothing(reader, saved):
    reader.replies[NOTIFICATIONS] = [notification(saved, 7, edited_at="2026-03-10T11:00:00.000Z")]
    assert CONNECTOR.fetch(MENTIONS, reader).posts[0].named_us_at is None


def test_an_edit_that_named_us_counts_though_the_post_was_edited_once_more(reader, saved):
    """Written before we followed, edited to name us, and edited again before it was read: no history."""
    told = notification(saved, 7, edited_at="2026-03-12T11:00:00.000Z")
    told["created_at"] = "2026-03-11T11:00:01.000Z"
    reader.replies[NOTIFICATIONS] = [told]
    named = CONNECTOR.fetch(MENTIONS, reader).posts[0].named_us_at
    assert named == datetime(2026, 3, 11, 11, 0, 1, tzinfo=UTC)


def test_kinds_that_speak_to_nobody_are_passed_over_and_the_cursor_moves(reader, saved):
    liked = notification(saved, 8) | {"type": "pleroma:emoji_reaction"}
    followed = notification(saved, 9) | {"type": "follow", "status": None}
    boosted = notification(saved, 10, mentions=[]) | {"type": "update"}
    reader.replies[NOTIFICATIONS] = [boosted, followed, liked]
    page = CONNECTOR.fetch(MENTIONS, reader)
    assert page.posts == page.broken == ()
    assert json.loads(page.cursor)["newest"] == "10"


def test_a_mention_names_us_even_where_the_server_lists_no_names(reader, saved):
    reader.replies[NOTIFICATIONS] = [notification(saved, 7, mentions=[])]
    assert CONNECTOR.fetch(MENTIONS, reader).posts[0].names == {US}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("private", Visibility.FOLLOWERS),
        ("direct", Visibility.DIRECT),
        ("local", Visibility.UNKNOWN),
        (None, Visibility.UNKNOWN),
    ],
)
def test_what_is_not_for_all_is_marked_and_the_unknown_is_private(reader, saved, said, meant):
    reader.replies[NOTIFICATIONS] = [notification(saved, 7, visibility=said)]
    (post,) = CONNECTOR.fetch(MENTIONS, reader).posts
    assert post.visibility is meant
    assert post.visibility.is_private


def test_a_place_from_another_version_is_refused_and_not_read_as_new(reader):
    with pytest.raises(ChangedFormat):
        CONNECTOR.fetch(replace(MENTIONS, cursor='{"v": 99}'), reader)
    assert reader.asked == []


def test_after_a_first_poll_that_found_nothing_everything_is_new(reader, saved):
    reader.replies[NOTIFICATIONS] = []
    page = CONNECTOR.fetch(MENTIONS, reader)
    reader.replies[NOTIFICATIONS] = paging([notification(saved, number) for number in range(100, 600)])
    page = CONNECTOR.fetch(replace(MENTIONS, cursor=page.cursor, since=reader.at), reader)
    assert [post.refs[0] for post in page.posts] == [f"social.example/{n}" for n in range(100, 600)]


def test_a_first_poll_without_since_takes_the_newest_page_alone(reader, saved):
    reader.replies[NOTIFICATIONS] = paging([notification(saved, number) for number in range(100, 600)])
    assert len(CONNECTOR.fetch(MENTIONS, reader).posts) == 80


def test_an_address_that_cannot_be_opened_gives_way_to_the_uri(reader, saved):
    reader.replies[NOTIFICATIONS] = [notification(saved, 7, url="javascript:alert(1)")]
    assert CONNECTOR.fetch(MENTIONS, reader).posts[0].url == f"{MEI}/7"


def test_numbers_serve_as_ids_where_a_server_sends_them(reader, saved):
    made = notification(saved, 7, id=7, in_reply_to_id=5)
    made["id"] = 7
    reader.replies[NOTIFICATIONS] = [made]
    page = CONNECTOR.fetch(MENTIONS, reader)
    assert page.posts[0].refs == ("social.example/7",)
    assert page.posts[0].parent == "social.example/5"
    assert json.loads(page.cursor)["newest"] == "7"


def test_a_server_that_ignores_max_id_is_not_asked_again_and_again(reader, saved):
    reader.replies[NOTIFICATIONS] = []
    page = CONNECTOR.fetch(MENTIONS, reader)
    reader.replies[NOTIFICATIONS] = [notification(saved, number) for number in range(140, 100, -1)]
    reader.asked.clear()
    page = CONNECTOR.fetch(replace(MENTIONS, cursor=page.cursor), reader)
    assert len(page.posts) == 40
    assert len(reader.asked) == 2
