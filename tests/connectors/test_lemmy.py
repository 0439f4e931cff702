"""Lemmy: what answers what, from other servers too; whose threads are looked at, and when a look counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.connectors.lemmy import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import Gone, Refused, Unavailable
from bot.domain.model import Visibility
from bot.reading.door import Door
from tests.connectors.cases.lemmy import HOME, US, comment
from tests.connectors.fakes import NOW, FakeReader, saved
from tests.connectors.standins.serving import Said, Server

API = f"{HOME}/api/v3"
TOP = "https://lemmy.example/post/9"


def below(number, path, **facts):
    made = comment(number)
    made["comment"] |= {"path": path} | facts
    return made


def found(kind, reader, cursor="", query="@acme@lemmy.example"):
    return CONNECTOR.fetch(Ask(HOME, kind, query, cursor=cursor, account=US), reader)


def test_a_comment_answers_the_post_or_the_comment_above_it():
    rows = {"comments": [below(102, "0.100.102"), comment(100)], "posts": [saved("lemmy/post")]}
    page = found("search", FakeReader({f"{API}/search": rows}))
    top, first, second = page.posts
    assert (top.id, top.root, top.parent) == (TOP, TOP, None)
    assert top.text == "We moved our notes\n\nWith tags."
    assert (first.parent, first.root) == (TOP, TOP)
    assert (second.parent, second.root) == ("lemmy.example/comment/100", TOP)
    assert first.refs == ("lemmy.example/comment/100",)
    assert first.author.id == "https://garden.example/u/mei"
    assert first.author.handle == "@mei@garden.example"


def test_what_a_community_keeps_to_its_server_is_private():
    row = comment(100)
    row["community"]["visibility"] = "LocalOnly"
    (post,) = found("search", FakeReader({f"{API}/search": {"comments": [row]}})).posts
    assert post.visibility is Visibility.UNKNOWN


@pytest.mark.parametrize("mark", ["deleted", "removed"])
def test_what_was_deleted_or_removed_is_passed_over(mark):
    row = below(100, "0.100", **{mark: True})
    page = found("search", FakeReader({f"{API}/search": {"comments": [row, comment(101)]}}))
    assert len(page.posts) == 1


def test_our_reply_is_tied_to_what_it_answers_whichever_server_showed_that():
    ours = {"comments": [below(200, "0.100.200")], "posts": []}
    reader = FakeReader({f"{API}/user": ours, f"{API}/comment": {"comment_view": comment(100)}})
    (reply,) = found("own", reader).posts
    assert reply.parent == "https://garden.example/comment/100"
    assert reader.asked[0][1]["username"] == "acme"
    (reply,) = found("own", FakeReader({f"{API}/user": ours})).posts
    assert reply.parent == "lemmy.example/comment/100"


def test_an_account_of_another_server_is_asked_for_with_its_server():
    reader = FakeReader({f"{API}/user": {"comments": [], "posts": []}})
    found("own", reader, query="@ana@garden.example")
    assert reader.asked[0][1]["username"] == "ana@garden.example"


def test_more_than_is_read_in_one_go_is_told():
    first = found("search", FakeReader({f"{API}/search": {"comments": [comment(1)]}}))

    def page(params):
        start = 5000 - 50 * int(params["page"])
        return {"comments": [comment(n) for n in range(start, start + 50)]}

    after = found("search", FakeReader({f"{API}/search": page}), first.cursor)
    assert len(after.posts) == 250
    assert after.broken


# ---- threads of ours


def ours(number, answers):
    made = saved("lemmy/post")
    made["post"] |= {"id": number, "ap_id": f"{HOME}/post/{number}"}
    made["counts"]["comments"] = answers
    return made


def test_only_threads_where_somebody_answered_are_read_ten_a_poll():
    posts = [ours(n, n % 2) for n in range(1, 25)]
    by_id = {str(view["post"]["id"]): view for view in posts}
    reader = FakeReader({f"{API}/user": {"comments": [], "posts": posts}})
    reader.replies[f"{API}/post"] = lambda params: {"post_view": by_id[params["id"]]}
    reader.replies[f"{API}/comment/list"] = {"comments": [comment(100)]}
    first = found("replies", reader)
    assert first.more
    assert len(reader.asked) == 1 + 2 * 10
    second = found("replies", reader, first.cursor)
    assert not second.more
    assert len(reader.asked) == 21 + 1 + 2 * 2
    assert not found("replies", reader, second.cursor).more


# ---- looks


def look(view, rows, **others):
    post = found("search", FakeReader({f"{API}/search": {"comments": [comment(100)]}})).posts[0]

    def one(params):
        if params["id"] == "100":
            return {"comment_view": view}
        raise Gone("not there")

    replies = {f"{API}/comment": one, f"{API}/post": {"post_view": saved("lemmy/post")}}
    replies[f"{API}/comment/list"] = {"comments": rows}
    return CONNECTOR.thread(HOME, post, FakeReader(replies | others))


def counted(view, number):
    view["counts"]["child_count"] = number
    return view


def test_a_look_is_complete_if_as_many_answers_are_shown_as_the_server_counts():
    rows = [comment(100), below(101, "0.100.101"), below(102, "0.100.101.102", deleted=True)]
    thread = look(counted(comment(100), 2), rows)
    assert thread.complete
    assert thread.root == TOP
    assert [post.id.rpartition("/")[2] for post in thread.posts] == ["9", "100", "101"]
    assert not look(counted(comment(100), 3), rows).complete


def test_a_look_whose_post_or_comment_above_is_missing_is_partial():
    gone = {f"{API}/post": Gone("no")}
    assert not look(comment(100), [], **gone).complete
    assert not look(below(100, "0.90.100"), []).complete


def test_a_pager_that_repeats_itself_ends_the_look():
    rows = [below(n, f"0.100.{n}") for n in range(200, 250)]
    assert not look(counted(comment(100), 60), rows).complete


def test_what_was_deleted_is_gone():
    with pytest.raises(Gone):
        look(below(100, "0.100", deleted=True), [])
    post = found("search", FakeReader({f"{API}/search": {"comments": [comment(100)]}})).posts[0]
    assert not CONNECTOR.exists(HOME, post, FakeReader())
    reader = FakeReader({f"{API}/comment": {"comment_view": comment(100)}})
    assert CONNECTOR.exists(HOME, post, reader)
    with pytest.raises(Unavailable):
        CONNECTOR.exists("https://garden.example", post, reader)


def test_below_a_post_that_is_gone_a_comment_stands_on_no_page():
    row = comment(100)
    row["post"] |= {"deleted": True}
    post = found("search", FakeReader({f"{API}/search": {"comments": [comment(100)]}})).posts[0]
    assert not CONNECTOR.exists(HOME, post, FakeReader({f"{API}/comment": {"comment_view": row}}))
    with pytest.raises(Gone):
        look(row, [])


@pytest.mark.parametrize("word", ["couldnt_find_post", "couldnt_find_comment"])
@pytest.mark.connects
def test_what_a_server_does_not_have_is_gone_though_it_answers_400(word):
    server = Server([("GET", "/api/v3/comment", lambda _: Said({"error": word}, 400))])
    with server.running():
        door = Door(lambda: NOW, loopback_origins=frozenset({server.origin}), ledger=lambda *_: None)
        read = found("search", FakeReader({f"{API}/search": {"comments": [comment(100)]}})).posts[0]
        post = replace(read, refs=(f"{server.origin.removeprefix('http://')}/comment/100",))
        try:
            reader = door.reader(CONNECTOR.facts, server.origin, None)
            assert not CONNECTOR.exists(server.origin, post, reader)
        finally:
            door.close()


# ---- names and links


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("@acme@lemmy.example And my tags?", {"https://lemmy.example/u/acme"}),
        ("[@acme@lemmy.example](https://lemmy.example/u/acme)!", {"https://lemmy.example/u/acme"}),
        ("Ask @acme@127.0.0.1:80.", {"http://127.0.0.1:80/u/acme"}),
        ("mail acme@lemmy.example or @acme", set()),
    ],
)
def test_a_comment_speaks_to_whom_it_names_with_their_server(words, names):
    row = below(100, "0.100", content=words)
    (post,) = found("search", FakeReader({f"{API}/search": {"comments": [row]}})).posts
    assert post.names == names


@pytest.mark.parametrize("typed", ["@acme@lemmy.example", "acme@lemmy.example", f"{HOME}/u/acme"])
def test_an_account_is_found_as_people_write_it(typed):
    person = {"person_view": {"person": saved("lemmy/post")["creator"]}}
    reader = FakeReader({f"{API}/user": person})
    endpoint, author = CONNECTOR.resolve(typed, reader)
    assert (endpoint, author.id, author.handle, author.name) == (HOME, US, "@acme@lemmy.example", "Acme")
    assert reader.asked[0][1]["username"] == "acme"


@pytest.mark.parametrize("typed", ["", "acme", "two words", f"{HOME}/c/notes"])
def test_what_is_no_account_is_told_before_anything_is_asked(typed):
    reader = FakeReader()
    with pytest.raises(Gone):
        CONNECTOR.resolve(typed, reader)
    assert reader.asked == []


def test_a_comment_is_read_from_its_link():
    assert CONNECTOR.of_link(f"{HOME}/comment/100") == (HOME, "lemmy.example/comment/100")
    assert CONNECTOR.of_link(f"{HOME}/post/9") is None
    reader = FakeReader({f"{API}/comment": {"comment_view": comment(100)}})
    post = CONNECTOR.read_link(f"{HOME}/comment/100", reader)
    assert CONNECTOR.reply_link(post, None) == post.url
    with pytest.raises(Gone):
        CONNECTOR.read_link(f"{HOME}/post/9", reader)


def test_a_key_is_refused_since_each_could_write():
    with pytest.raises(Refused):
        CONNECTOR.check(HOME, FakeReader())


def test_a_query_without_a_cursor_keeps_its_place():
    page = found("search", FakeReader({f"{API}/search": {"comments": []}}))
    assert replace(page, cursor="").posts == ()
