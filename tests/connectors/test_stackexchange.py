"""What Stack Exchange alone has: comments in a row under a post, accepted answers, empty lists, sites."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.connectors.stackexchange import CONNECTOR, HOME
from bot.domain.connector import Ask, Thread
from bot.domain.covering import by_account, find_answers
from bot.domain.errors import ChangedFormat, Gone
from bot.domain.matching import lane_of
from bot.domain.model import Handle, Lane, Strength
from bot.domain.threads import put_together
from tests.connectors.cases.stackexchange import NEW, US, wrapped
from tests.connectors.fakes import FakeReader

API = f"{HOME}/2.3"
SITE = "stackoverflow.com"
OURS = (Handle("stackexchange", f"{SITE}/users/1001", "Acme", id="h"),)
ZOE = {"user_id": 2002, "display_name": "Zoe"}


def remark(saved: Any, number: int, by: Any, *, on: int = 6001, to: Any = None) -> Any:
    made = {"comment_id": number, "post_id": on, "owner": by, "creation_date": NEW + number}
    row = {**saved("stackexchange/comment"), **made}
    del row["reply_to_user"]
    return row | ({"reply_to_user": to} if to else {})


def look(saved: Any, *comments: Any, more: bool = False, answer: Any = None, **also: Any) -> Thread:
    replies = {
        f"{API}/questions/5001": wrapped([saved("stackexchange/question") | also]),
        f"{API}/questions/5001/answers": wrapped([saved("stackexchange/answer") | (answer or {})]),
        f"{API}/posts/5001;6001/comments": wrapped(list(comments), more=more),
    }
    post = CONNECTOR.read_link(f"https://{SITE}/questions/5001/tags", FakeReader(replies))
    return CONNECTOR.thread(HOME, post, FakeReader(replies))


def answered(thread: Thread, *mentions: str) -> dict[str, Strength]:
    ids = [f"{SITE}/{name}" for name in mentions]
    found = find_answers(put_together(thread.posts), ids, by_account(OURS), maybe_at_most=False)
    return {id.removeprefix(f"{SITE}/"): one.strength for one in found for id in one.mentions}


def test_an_answer_of_ours_answers_the_question(saved):
    thread = look(saved)
    assert thread.complete
    assert answered(thread, "posts/5001") == {"posts/5001": Strength.STRONG}


def test_a_comment_answers_the_one_right_above_it_or_whom_it_addresses(saved):
    us, mei = saved("stackexchange/user"), saved("stackexchange/comment")["owner"]
    rows = [remark(saved, 1, mei), remark(saved, 2, ZOE), remark(saved, 3, us)]
    assert answered(look(saved, *rows), "comments/1", "comments/2") == {
        "comments/1": Strength.MAYBE,
        "comments/2": Strength.STRONG,
    }
    addressed = [*rows[:2], remark(saved, 3, us, to=mei)]
    assert answered(look(saved, *addressed), "comments/1")["comments/1"] is Strength.STRONG


def test_a_comment_that_addresses_nobody_speaks_to_whose_post_it_stands_under(saved):
    thread = look(saved, remark(saved, 1, ZOE), remark(saved, 2, saved("stackexchange/comment")["owner"]))
    (post,) = [one for one in thread.posts if one.id.endswith("comments/2")]
    assert lane_of(post, thread.posts, OURS) is Lane.TO_US


def test_an_accepted_answer_and_a_closed_question_are_signs(saved):
    accepted = look(saved, answer={"is_accepted": True})
    assert [post.sign for post in accepted.posts if post.sign] == ["accepted"]
    closed = look(saved, closed_date=NEW)
    (sign,) = [post for post in closed.posts if post.sign]
    assert (sign.sign, sign.parent) == ("closed", f"{SITE}/posts/5001")
    for row, there in ((saved("stackexchange/question"), False), ({"closed_date": NEW}, True)):
        reader = FakeReader({f"{API}/questions/5001": wrapped([row])})
        assert CONNECTOR.exists(HOME, sign, reader) is there


def test_a_thread_with_more_comments_than_one_answer_gives_is_not_complete(saved):
    assert not look(saved, more=True).complete


def test_a_thread_is_found_from_a_comment_under_an_answer(saved):
    row = saved("stackexchange/comment")
    replies = {
        f"{API}/comments/8001": wrapped([row]),
        f"{API}/answers/6001": wrapped([saved("stackexchange/answer")]),
        f"{API}/questions/5001": wrapped([saved("stackexchange/question")]),
        f"{API}/questions/5001/answers": wrapped([saved("stackexchange/answer")]),
        f"{API}/posts/5001;6001/comments": wrapped([row]),
    }
    post = CONNECTOR.read_link(f"https://{SITE}/q/5001#comment8001_6001", FakeReader(replies))
    thread = CONNECTOR.thread(HOME, post, FakeReader(replies))
    assert thread.root == f"{SITE}/posts/5001"
    assert post.id in {one.id for one in thread.posts}


def test_what_the_api_answers_with_an_empty_list_is_gone(saved):
    post = replace(look(saved).posts[0])
    with pytest.raises(Gone):
        CONNECTOR.thread(HOME, post, FakeReader({f"{API}/questions/5001": wrapped([])}))


def test_more_in_one_second_than_an_answer_gives_is_told(saved):
    rows = [saved("stackexchange/question") | {"question_id": n, "creation_date": NEW} for n in range(100)]
    ask = Ask(HOME, "tag", f"{SITE}/tagged/acme", f'{{"v":1,"since":{NEW}}}')
    with pytest.raises(ChangedFormat):
        CONNECTOR.fetch(ask, FakeReader({f"{API}/search/advanced": wrapped(rows, more=True)}))


def test_without_posts_of_ours_nothing_is_asked_about_them():
    reader = FakeReader({f"{API}/users/1001/posts": wrapped([])})
    assert CONNECTOR.fetch(Ask(HOME, "replies", US), reader).posts == ()
    assert len(reader.asked) == 1


@pytest.mark.parametrize(
    ("link", "ref"),
    [
        ("https://stackoverflow.com/questions/5001/tags", "stackoverflow.com/questions/5001"),
        ("https://stackoverflow.com/questions/5001/tags/6001#6001", "stackoverflow.com/answers/6001"),
        ("https://unix.stackexchange.com/a/6001", "unix.stackexchange.com/answers/6001"),
        ("https://superuser.com/q/5001#comment8001_5001", "superuser.com/comments/8001"),
    ],
)
def test_a_link_to_any_site_is_known(link, ref):
    assert CONNECTOR.of_link(link) == (HOME, ref)


@pytest.mark.parametrize("link", ["https://meta.discourse.org/q/5", "https://acme.example/a/5", "nonsense"])
def test_a_link_to_another_place_is_not(link):
    assert CONNECTOR.of_link(link) is None
