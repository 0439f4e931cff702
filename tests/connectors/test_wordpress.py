"""WordPress: comments and their articles, late approvals, guests, and how a site is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.wordpress import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import Gone, NeedsSignIn, Refused, Unavailable
from bot.domain.model import Visibility
from tests.connectors.cases.wordpress import COMMENTS, HOME, SITE, comment
from tests.connectors.fakes import NOW, FakeReader, saved

ASK = Ask(HOME, "comments", HOME, account=SITE, since=NOW - timedelta(days=1))
API = f"{HOME}/wp-json/wp/v2"


def fetch(rows, cursor="", **headers):
    reader = FakeReader({f"{HOME}{COMMENTS}": rows}, headers=headers)
    return CONNECTOR.fetch(replace(ASK, cursor=cursor), reader), reader


def test_a_comment_answers_the_sites_article_which_is_ours():
    page, _ = fetch([comment(100), comment(101) | {"parent": 100, "author": 0, "author_name": "Lee"}])
    article, asked, other = page.posts
    assert article.author.id == SITE
    assert article.text == "Moving your notes to Acme"
    assert (asked.parent, asked.root, asked.names) == (article.id, article.id, {SITE})
    assert asked.author.id == f"{SITE}/users/7"
    assert asked.visibility is Visibility.PUBLIC
    assert (other.parent, other.names) == (asked.id, frozenset())
    assert other.author.id == f"{SITE}/guests/lee"


@pytest.mark.parametrize("kind", ["pingback", "trackback"])
def test_what_other_sites_send_by_themselves_is_passed_over(kind):
    page, _ = fetch([comment(100) | {"type": kind}])
    assert (page.posts, page.broken) == ((), ())


def test_a_comment_approved_days_after_it_was_written_is_still_new():
    first, _ = fetch([comment(100)])
    again, reader = fetch([comment(90), comment(100)], first.cursor)
    assert [post.id for post in again.posts if post.parent] == [f"{SITE}/comments/90"]
    assert reader.asked[0][1]["after"] == "2026-03-03T09:01:40+00:00"


def test_an_edit_is_seen_by_its_words_since_no_time_of_it_is_told():
    first, _ = fetch([comment(100)])
    row = comment(100)
    row["content"]["rendered"] = "<p>Now in other words</p>"
    again, _ = fetch([row], first.cursor)
    (post,) = (post for post in again.posts if post.parent)
    assert post.edited_at == NOW


def test_a_long_absence_is_walked_page_by_page_to_its_end():
    page, _ = fetch([comment(n) for n in range(100)], **{"x-wp-totalpages": "2"})
    assert page.more
    after, reader = fetch([comment(n) for n in range(100, 130)], page.cursor, **{"x-wp-totalpages": "2"})
    assert reader.asked[0][1]["page"] == "2"
    assert not after.more
    assert fetch([], after.cursor)[1].asked[0][1]["page"] == "1"


def test_a_pager_that_never_ends_rests_and_says_so():
    page, _ = fetch([comment(1)], **{"x-wp-totalpages": "9999"})
    for n in range(2, 60):
        if not page.more:
            break
        page, _ = fetch([comment(n)], page.cursor, **{"x-wp-totalpages": "9999"})
    assert not page.more
    assert page.broken


# ---- looks


def test_a_look_shows_the_article_and_all_its_comments():
    ((_, post),) = (fetch([comment(100)])[0].posts,)
    reader = FakeReader({f"{HOME}{COMMENTS}": [comment(100), comment(101)]})
    thread = CONNECTOR.thread(HOME, post, reader)
    assert [one.id.partition("/")[2] for one in thread.posts] == ["posts/12", "comments/100", "comments/101"]
    assert thread.complete
    assert reader.asked[0][1]["post"] == "12"
    reader.headers = {"x-wp-totalpages": "7"}
    assert not CONNECTOR.thread(HOME, post, reader).complete
    with pytest.raises(Gone):
        CONNECTOR.thread(HOME, post, FakeReader({f"{HOME}{COMMENTS}": [comment(101)]}))


def test_a_comment_in_the_trash_asks_for_a_sign_in_and_so_is_gone():
    ((_, post),) = (fetch([comment(100)])[0].posts,)
    for said in (NeedsSignIn("no"), Gone("no")):
        assert not CONNECTOR.exists(HOME, post, FakeReader({f"{API}/comments/100": said}))
    with pytest.raises(Unavailable):
        CONNECTOR.exists(HOME, post, FakeReader({f"{API}/comments/100": Unavailable("no")}))
    assert CONNECTOR.exists(HOME, post, FakeReader({f"{API}/comments/100": comment(100)}))


# ---- names and links


@pytest.mark.parametrize("typed", [HOME, f"{HOME}/", f"{HOME}/2026/03/moving/?x=1#respond"])
def test_a_site_is_found_by_its_address_or_that_of_an_article(typed):
    reader = FakeReader({f"{HOME}/wp-json/": saved("wordpress/site")})
    endpoint, author = CONNECTOR.resolve(typed, reader)
    assert (endpoint, author.id, author.name) == (HOME, SITE, "The Acme blog")


def test_a_site_in_a_folder_is_its_own_site():
    reader = FakeReader({f"{HOME}/notes/wp-json/": saved("wordpress/site")})
    endpoint, author = CONNECTOR.resolve(f"{HOME}/notes/", reader)
    assert (endpoint, author.id) == (f"{HOME}/notes", f"{SITE}/notes")


def test_an_author_is_found_by_the_number_behind_the_page():
    reader = FakeReader(
        {f"{HOME}/wp-json/": saved("wordpress/site"), f"{API}/users": [saved("wordpress/user")]}
    )
    endpoint, author = CONNECTOR.resolve(f"{HOME}/author/ana/", reader)
    assert (endpoint, author.id, author.name) == (HOME, f"{SITE}/users/7", "Ana Acme")
    reader.replies[f"{API}/users"] = []
    with pytest.raises(Gone):
        CONNECTOR.resolve(f"{HOME}/author/nobody/", reader)


@pytest.mark.parametrize("about", [b"<html>", {"namespaces": ["acme/v1"]}, {"name": "no"}])
def test_a_site_without_an_open_api_is_told(about):
    with pytest.raises(Gone):
        CONNECTOR.resolve(HOME, FakeReader({f"{HOME}/wp-json/": about}))
    with pytest.raises(Gone):
        CONNECTOR.resolve("acme", FakeReader())


def test_a_key_is_refused_since_each_could_write():
    with pytest.raises(Refused):
        CONNECTOR.check(HOME, FakeReader())


def test_a_reply_is_written_in_the_box_under_the_comment():
    article, post = fetch([comment(100)])[0].posts
    assert CONNECTOR.reply_link(post, None) == f"{HOME}/2026/03/moving/?replytocom=100#respond"
    assert CONNECTOR.reply_link(article, None) == article.url
    assert CONNECTOR.of_link(post.url) is None
