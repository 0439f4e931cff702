"""What Discourse alone has: two kinds of order, solutions, closed topics, long topics, ghosts of posts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.connectors.discourse import CONNECTOR
from bot.domain.connector import Ask, Thread
from bot.domain.covering import by_account, find_answers
from bot.domain.errors import ChangedFormat, Gone, NeedsSignIn
from bot.domain.model import Handle, Post, Strength, Visibility
from bot.domain.threads import put_together
from tests.connectors.cases.discourse import HOME, US, post
from tests.connectors.fakes import NOW, FakeReader

OURS = (Handle("discourse", "forum.example/users/11", "@acme", id="h"),)
ACME = {"username": "acme", "user_id": 11, "name": "Acme"}
ZOE = {"username": "zoe", "user_id": 22, "name": "Zoe"}


def topic(*rows: Any, stream: list[int] | None = None, **also: Any) -> dict[str, Any]:
    ids = stream or [row["id"] for row in rows]
    whole = {"id": 70, "title": "Tags", "closed": False, "post_stream": {"posts": list(rows), "stream": ids}}
    return {f"{HOME}/t/70.json": whole | also}


def look(*rows: Any, **also: Any) -> Thread:
    link = f"{HOME}/t/tags/70"
    reader = FakeReader(topic(*rows, **also))
    return CONNECTOR.thread(HOME, CONNECTOR.read_link(link, reader), reader)


def answered(thread: Thread, *numbers: int) -> dict[int, Strength]:
    ids = {f"forum.example/posts/{4000 + number}": number for number in numbers}
    found = find_answers(put_together(thread.posts), ids, by_account(OURS), maybe_at_most=False)
    return {ids[id]: one.strength for one in found for id in one.mentions}


def test_a_reply_to_a_post_answers_it_and_one_to_the_topic_what_stands_right_above():
    rows = [
        post(1),
        post(2, **ZOE),
        post(3, reply_to_post_number=1, reply_to_user={"username": "mei"}, **ACME),
    ]
    assert answered(look(*rows), 1)[1] is Strength.STRONG
    rows = [post(1), post(2, **ZOE), post(3, **ACME)]
    assert answered(look(*rows), 1, 2) == {1: Strength.MAYBE, 2: Strength.STRONG}


@pytest.mark.parametrize(
    "words",
    ['<a class="mention" href="/u/mei">@mei</a>', '<aside class="quote" data-username="Mei">..</aside>'],
)
def test_whom_a_reply_names_or_quotes_is_answered(words):
    rows = [post(1), post(2, **ZOE), post(3, cooked=f"<p>{words} It does.</p>", **ACME)]
    assert answered(look(*rows), 1)[1] is Strength.STRONG


def test_a_solution_and_what_closed_a_topic_are_signs_while_it_is_so():
    solved = look(post(1), post(2, accepted_answer=True, **ZOE))
    assert [one.sign for one in solved.posts] == [None, "accepted"]
    closing = post(2, post_type=3, action_code="closed.enabled", cooked="", **ACME)
    closed = look(post(1), closing, closed=True)
    assert [one.sign for one in closed.posts] == [None, "closed"]
    assert answered(closed, 1) == {1: Strength.STRONG}
    opened = look(post(1), closing, closed=False)
    assert [one.sign for one in opened.posts] == [None]
    for is_closed in (True, False):
        reader = FakeReader(topic(post(1), closing, closed=is_closed))
        assert CONNECTOR.exists(HOME, closed.posts[1], reader) is is_closed


def test_a_post_whose_author_deleted_it_is_gone_though_it_stands_there():
    row = post(2, user_deleted=True, cooked="<p>(post deleted by author)</p>", **ACME)
    assert [one.id for one in look(post(1), row).posts] == ["forum.example/posts/4001"]
    reply = look(post(1), post(2, **ACME)).posts[1]
    assert not CONNECTOR.exists(HOME, reply, FakeReader({f"{HOME}/posts/4002.json": row}))


def test_a_long_topic_is_read_in_chunks_and_one_too_long_is_not_complete():
    rows = [post(number) for number in range(1, 131)]

    def more(params: dict[str, Any]) -> Any:
        wanted = set(params["post_ids[]"])
        return {"post_stream": {"posts": [row for row in rows if str(row["id"]) in wanted]}}

    def thread(count: int) -> Thread:
        stream = [4000 + number for number in range(1, count + 1)]
        replies = topic(*rows[:20], stream=stream) | {f"{HOME}/t/70/posts.json": more}
        return CONNECTOR.thread(HOME, _post(), FakeReader(replies))

    assert len(thread(130).posts) == 130
    assert thread(130).complete
    assert not thread(400).complete


def _post() -> Post:
    author = look(post(1)).posts[0].author
    return Post("discourse", "x", f"{HOME}/t/70/1", author, "", NOW, visibility=Visibility.PUBLIC)


def test_a_forum_is_walked_back_to_what_is_known_and_no_post_is_passed_over():
    rows = [post(number) for number in range(1, 401)]

    def page(params: dict[str, Any]) -> Any:
        before = int(params.get("before", 10**9))
        return {"latest_posts": [row for row in reversed(rows) if row["id"] <= before][:50]}

    ask = Ask(HOME, "category", f"{HOME}/c/help/5", '{"v":1,"newest":4100}')
    found = CONNECTOR.fetch(ask, FakeReader({f"{HOME}/posts.json": page}))
    assert [one.id for one in found.posts] == [f"forum.example/posts/{4000 + n}" for n in range(101, 401)]
    stuck = FakeReader({f"{HOME}/posts.json": {"latest_posts": [{"id": 4500 + n} for n in range(50)]}})
    with pytest.raises(ChangedFormat):
        CONNECTOR.fetch(ask, stuck)


def test_what_the_staff_of_a_forum_write_stands_beside_what_is_said_to_it():
    page = {"latest_posts": [post(2, staff=True), post(1, staff=False)]}
    read = CONNECTOR.fetch(Ask(HOME, "category", HOME), FakeReader({f"{HOME}/posts.json": page}))
    assert [one.member_of for one in (*read.posts, *read.around)] == ["", HOME.partition("://")[2]]


def test_a_category_takes_its_own_posts_and_a_forum_all():
    page = {"latest_posts": [post(2, category_id=6), post(1)]}
    reader = FakeReader({f"{HOME}/posts.json": page})
    one = CONNECTOR.fetch(Ask(HOME, "category", f"{HOME}/c/help/5"), reader).posts
    assert [found.id for found in one] == ["forum.example/posts/4001"]
    assert len(CONNECTOR.fetch(Ask(HOME, "category", HOME), reader).posts) == 2


@pytest.mark.parametrize(("kind", "speaks_to_us"), [(1, True), (2, True), (3, True), (15, True), (9, False)])
def test_an_answer_to_our_post_speaks_to_us_whatever_is_known_of_its_topic(
    saved: Any, kind: int, *, speaks_to_us: bool
) -> None:
    note = saved("discourse/notification") | {"notification_type": kind}
    reader = FakeReader(
        {f"{HOME}/notifications.json": {"notifications": [note]}, f"{HOME}/posts/4001.json": post(1)}
    )
    (found,) = CONNECTOR.fetch(Ask(HOME, "mentions", US, account="forum.example/users/11"), reader).posts
    assert bool(found.names) is speaks_to_us


def test_notifications_are_read_without_marking_them_as_seen(saved):
    notes = {"notifications": [saved("discourse/notification")]}
    reader = FakeReader({f"{HOME}/notifications.json": notes, f"{HOME}/posts/4001.json": post(1)})
    (found,) = CONNECTOR.fetch(Ask(HOME, "mentions", US, account="forum.example/users/11"), reader).posts
    assert found.names == {"forum.example/users/11"}
    assert all("recent" not in params for _, params in reader.asked)


@pytest.mark.parametrize(
    ("told", "edited", "named"),
    [("10", None, None), ("12", "12", "12"), ("12", "14", "12"), ("10", "12", None)],
    ids=["at once", "by an edit", "by an edit before the last", "before an edit"],
)
def test_a_post_that_an_edit_lets_name_us_waits_since_then(
    saved: Any, told: str, edited: str | None, named: str | None
) -> None:
    row = post(1, created_at="2026-03-10T10:00:00.000Z")
    row |= {"version": 2, "updated_at": f"2026-03-10T{edited}:00:00.000Z"} if edited else {}
    note = saved("discourse/notification") | {"created_at": f"2026-03-10T{told}:00:00.000Z"}
    reader = FakeReader(
        {f"{HOME}/notifications.json": {"notifications": [note]}, f"{HOME}/posts/4001.json": row}
    )
    (found,) = CONNECTOR.fetch(Ask(HOME, "mentions", US, account="forum.example/users/11"), reader).posts
    assert found.named_us_at == (datetime(2026, 3, 10, int(named), tzinfo=UTC) if named else None)


def test_an_account_a_category_a_tag_and_a_forum_are_typed_as_their_addresses(saved):
    forum = {f"{HOME}/site/basic-info.json": {"title": "Forum"}}
    reader = FakeReader(forum | {f"{HOME}/u/acme.json": {"user": saved("discourse/user")}})
    assert CONNECTOR.resolve(US, reader)[1].id == "forum.example/users/11"
    for typed in (f"{HOME}/c/help/5", f"{HOME}/tag/acme", HOME):
        assert CONNECTOR.resolve(typed, reader)[0] == HOME
    with pytest.raises(Gone):
        CONNECTOR.resolve("@acme", reader)


@pytest.mark.parametrize("answer", [b"<!doctype html>", {"error": "no"}, NeedsSignIn("no"), Gone("no")])
@pytest.mark.parametrize("typed", ["https://lemmy.example/u/acme", "https://blog.example"])
def test_what_only_looks_like_a_forum_is_another_network_s(answer, typed):
    paths = ("/u/acme.json", "/site/basic-info.json")
    origin = typed.removesuffix("/u/acme")
    with pytest.raises(Gone):
        CONNECTOR.resolve(typed, FakeReader({origin + path: answer for path in paths}))


@pytest.mark.parametrize("link", [f"{HOME}/t/tags/70/3", f"{HOME}/t/70/3", f"{HOME}/t/tags/70/3?u=mei"])
def test_a_link_to_a_post_is_known_by_its_topic_and_number(link):
    assert CONNECTOR.of_link(link) == (HOME, "forum.example/t/70/3")
