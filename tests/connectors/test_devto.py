"""DEV: trees of comments, which articles are read, deletions, names and links."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.connectors.devto import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import Gone, Refused
from bot.domain.model import Visibility
from tests.connectors.cases.devto import HOME, comment
from tests.connectors.fakes import FakeReader, saved

API = f"{HOME}/api"
ASK = Ask(HOME, "replies", "@acme", account="acme")


def article(number=4711, **facts):
    return saved("devto/article") | {"id": number} | facts


def site(articles, rows):
    return FakeReader(
        {f"{API}/articles": articles, f"{API}/comments": rows, f"{API}/articles/4711": article()}
    )


def tree():
    ours = comment(101) | {"user": {"name": "Ana", "username": "ana_acme"}, "children": [comment(102)]}
    return [comment(100) | {"children": [ours]}, comment(103)]


def test_a_comment_answers_the_article_or_the_comment_above_it():
    page = CONNECTOR.fetch(ASK, site([article()], tree()))
    posts = {post.id: post for post in page.posts}
    assert posts["articles/4711"].author.id == "acme"
    assert posts["comments/3a100"].parent == "articles/4711"
    assert posts["comments/3a100"].names == {"acme"}
    assert posts["comments/3a101"].parent == "comments/3a100"
    assert posts["comments/3a101"].names == frozenset()
    assert posts["comments/3a102"].parent == "comments/3a101"
    assert {post.root for post in page.posts} == {"articles/4711"}
    assert {post.visibility for post in page.posts} == {Visibility.PUBLIC}
    assert posts["comments/3a100"].url == f"{HOME}/mei_t/comment/3a100"


def test_a_comment_speaks_to_whom_the_site_marks_as_mentioned_in_it():
    row = comment(102)
    row["body_html"] = f"<p><a class='mentioned-user' href='{HOME}/acme'>@acme</a> And my tags?</p>"
    page = CONNECTOR.fetch(ASK, site([article()], [comment(100) | {"children": [row]}]))
    posts = {post.id: post for post in page.posts}
    assert posts["comments/3a102"].names == {"acme"}


def test_only_articles_where_somebody_wrote_are_read_again():
    reader = site([article(comments_count=0, last_comment_at=None)], [])
    first = CONNECTOR.fetch(ASK, reader)
    assert len(reader.asked) == 1
    reader = site([article()], tree())
    again = CONNECTOR.fetch(replace(ASK, cursor=first.cursor), reader)
    assert len(reader.asked) == 2
    reader = site([article()], tree())
    assert CONNECTOR.fetch(replace(ASK, cursor=again.cursor), reader).posts == ()
    assert len(reader.asked) == 1


def test_ten_articles_are_read_at_a_time_and_the_rest_at_once_after():
    articles = [article(number) for number in range(1, 16)]
    first = CONNECTOR.fetch(ASK, site(articles, tree()))
    assert first.more
    reader = site(articles, tree())
    second = CONNECTOR.fetch(replace(ASK, cursor=first.cursor), reader)
    assert not second.more
    assert len(reader.asked) == 1 + 5


def test_a_deep_tree_is_read_to_its_end():
    row = comment(190)
    for number in range(189, 130, -1):
        row = comment(number) | {"children": [row]}
    page = CONNECTOR.fetch(ASK, site([article()], [row]))
    assert len(page.posts) == 61


def look(rows):
    post = next(p for p in CONNECTOR.fetch(ASK, site([article()], tree())).posts if p.id == "comments/3a100")
    return CONNECTOR.thread(HOME, post, site([], rows)), post


def test_a_look_reads_the_whole_tree():
    thread, _ = look(tree())
    assert thread.complete
    assert thread.root == "articles/4711"
    assert [post.names for post in thread.posts if post.id == "comments/3a100"] == [{"acme"}]
    assert not look([*tree(), {"id_code": "x"}])[0].complete
    assert not look([comment(100) | {"children": 7}])[0].complete
    with pytest.raises(Gone):
        look([comment(103)])


def test_what_was_deleted_keeps_its_place_but_is_gone():
    rows = [comment(100) | {"user": {}, "children": [comment(101)]}]
    page = CONNECTOR.fetch(ASK, site([article()], rows))
    assert {post.id for post in page.posts} == {"articles/4711", "comments/3a101"}
    _, post = look(tree())
    assert not CONNECTOR.exists(HOME, post, FakeReader({f"{API}/comments/3a100": rows[0]}))
    assert not CONNECTOR.exists(HOME, post, FakeReader())
    assert CONNECTOR.exists(HOME, post, FakeReader({f"{API}/comments/3a100": comment(100)}))
    assert CONNECTOR.exists(HOME, replace(post, id="articles/4711"), site([], []))


@pytest.mark.parametrize("typed", ["@acme", "acme", f"{HOME}/acme", " https://dev.to/acme/ "])
def test_an_account_is_found_as_people_write_it(typed):
    reader = FakeReader({f"{API}/users/by_username": saved("devto/user")})
    endpoint, author = CONNECTOR.resolve(typed, reader)
    assert (endpoint, author.id, author.handle) == (HOME, "acme", "@Acme")


def test_an_organization_is_found_too():
    reader = FakeReader({f"{API}/organizations/acme": {"username": "acme", "name": "Acme"}})
    assert CONNECTOR.resolve("@acme", reader)[1].name == "Acme"
    with pytest.raises(Gone):
        CONNECTOR.resolve("@acme", FakeReader())


@pytest.mark.parametrize(
    "typed", ["", "@us@server", "two words", f"{HOME}/acme/an-article", "https://social.example/@acme"]
)
def test_what_is_no_account_is_told_before_anything_is_asked(typed):
    reader = FakeReader()
    with pytest.raises(Gone):
        CONNECTOR.resolve(typed, reader)
    assert reader.asked == []


def test_a_comment_is_read_from_its_link_and_its_thread_is_partial():
    link = f"{HOME}/mei_t/comment/3a100"
    assert CONNECTOR.of_link(link) == (HOME, "comments/3a100")
    assert CONNECTOR.of_link("https://blog.example/mei_t/comment/3a100") is None
    reader = FakeReader({f"{API}/comments/3a100": tree()[0]})
    post = CONNECTOR.read_link(link, reader)
    thread = CONNECTOR.thread(HOME, post, reader)
    assert [(one.id, one.parent) for one in thread.posts] == [
        ("comments/3a100", None),
        ("comments/3a101", "comments/3a100"),
        ("comments/3a102", "comments/3a101"),
    ]
    assert not thread.complete
    with pytest.raises(Gone):
        CONNECTOR.read_link(link, FakeReader({f"{API}/comments/3a100": comment(100) | {"user": {}}}))


def test_a_key_is_refused_since_each_could_write():
    with pytest.raises(Refused):
        CONNECTOR.check(HOME, FakeReader())
