"""Reddit: the inbox, the feed token, who may see what, and looks at threads that a feed may cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.connectors.reddit import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import Gone, NeedsSignIn, RateLimited, Refused, Unavailable
from bot.domain.model import Visibility
from bot.reading.credential import Credential
from bot.reading.door import Door
from tests.connectors.cases.reddit import HOME, comment, feed_of, name_of
from tests.connectors.fakes import NOW, FakeReader, stand_in

FEED = "https://www.reddit.com/message/unread/.rss?feed=0f0f&user=Acme"
INBOX = f"{HOME}/message/inbox/.rss"
OPEN = f"{HOME}/r/notes/new/.rss"
ASK = Ask(HOME, "inbox", "u/acme", account="acme")


def inbox(rows, room=None, cursor=""):
    replies = {INBOX: feed_of(rows), OPEN: room or feed_of([])}
    return CONNECTOR.fetch(replace(ASK, cursor=cursor), FakeReader(replies, key=FEED))


def test_what_stands_in_the_inbox_is_to_us_and_known_by_its_thread_and_number():
    (post,) = inbox([comment(100)]).posts
    assert post.names == {"acme"}
    assert post.root == "t3_1abcde"
    assert post.author.id == "mei_t"
    assert post.author.handle == "u/mei_t"
    assert post.parent is None
    assert post.order == int(name_of(100), 36)
    assert post.text == "Does the export keep my tags?"


def test_a_private_message_is_passed_over():
    page = inbox([comment(100) | {"id": "t4_2x", "link": f"{HOME}/message/messages/2x"}])
    assert (page.posts, page.broken) == ((), ())


@pytest.mark.parametrize("why", [Gone("no"), NeedsSignIn("no"), RateLimited("no", NOW), Unavailable("no")])
def test_a_subreddit_that_a_stranger_could_not_be_shown_is_private(why):
    assert [post.visibility for post in inbox([comment(100)]).posts] == [Visibility.PUBLIC]
    assert [post.visibility for post in inbox([comment(100)], why).posts] == [Visibility.UNKNOWN]


def test_a_reply_of_ours_has_the_order_of_its_thread():
    ours = comment(101) | {"author": "/u/Acme"}
    (post,) = CONNECTOR.fetch(
        Ask(HOME, "own", "u/acme", account="acme"), FakeReader({f"{HOME}/user/acme/.rss": feed_of([ours])})
    ).posts
    (mention,) = inbox([comment(100)]).posts
    assert post.author.id == "acme"
    assert post.root == mention.root
    assert post.order > mention.order


def test_more_than_a_feed_shows_is_told():
    first = inbox([comment(1)])
    rows = [comment(number) for number in range(900, 200, -1)]

    def page(params):
        start = next((i + 1 for i, row in enumerate(rows) if row["id"] == params.get("after")), 0)
        return feed_of(rows[start : start + int(params["limit"])])

    reader = FakeReader({INBOX: page, OPEN: feed_of([])}, key=FEED)
    found = CONNECTOR.fetch(replace(ASK, cursor=first.cursor), reader)
    assert len(found.posts) == 500
    assert len(found.broken) == 1


# ---- looks


PAGE = f"{HOME}/r/notes/comments/1abcde/moving_to_acme/{name_of(100)}"


def look(rows):
    (post,) = inbox([comment(100)]).posts
    return CONNECTOR.thread(HOME, post, FakeReader({f"{PAGE}/.rss": feed_of(rows)}))


@pytest.mark.parametrize(("below", "whole"), [(0, True), (7, True), (8, False), (99, False)])
def test_a_look_counts_only_where_there_is_too_little_to_be_cut(below, whole):
    thread = look([comment(100 + number) for number in range(below + 1)])
    assert thread.complete is whole
    assert thread.root == "t3_1abcde"


def test_a_comment_that_lost_its_words_is_gone():
    (post,) = inbox([comment(100)]).posts
    for lost in ({"author": "/u/[deleted]"}, {"content": "<p>[removed]</p>"}):
        reader = FakeReader({f"{PAGE}/.rss": feed_of([comment(100) | lost])})
        assert not CONNECTOR.exists(HOME, post, reader)
        with pytest.raises(Gone):
            CONNECTOR.thread(HOME, post, reader)
    assert not CONNECTOR.exists(HOME, post, FakeReader({f"{PAGE}/.rss": feed_of([comment(101)])}))


def test_a_comment_that_lost_its_words_and_author_is_gone_and_breaks_no_look():
    lost = comment(101) | {"author": None, "content": "<p>[deleted]</p>"}
    thread = look([comment(100), lost])
    assert [one.id for one in thread.posts] == [f"t1_{name_of(100)}"]
    assert thread.complete
    (post,) = inbox([comment(100)]).posts
    there = comment(100) | {"author": None, "content": "<p>[removed]</p>"}
    assert not CONNECTOR.exists(HOME, post, FakeReader({f"{PAGE}/.rss": feed_of([there])}))


def test_a_page_that_is_not_well_formed_says_nothing_of_what_it_does_not_show():
    (post,) = inbox([comment(100)]).posts
    cut = feed_of([comment(101), comment(102)])[:-40]
    for ask in (CONNECTOR.exists, CONNECTOR.thread):
        with pytest.raises(Unavailable):
            ask(HOME, post, FakeReader({f"{PAGE}/.rss": cut}))


def test_the_address_of_a_comment_is_its_own_also_in_an_inbox():
    (post,) = inbox([comment(100) | {"link": f"{PAGE}/?context=3"}]).posts
    assert post.url == f"{PAGE}/"
    assert CONNECTOR.reply_link(post, None) == f"{PAGE}/?context=3"


# ---- the key, names and links


def test_the_key_is_a_whole_feed_address_and_says_whose_it_is():
    reader = FakeReader({INBOX: feed_of([])}, key=FEED)
    access = CONNECTOR.check(HOME, reader)
    assert access.account.id == "acme"
    assert access.scopes == ("feeds",)
    assert reader.asked == [(INBOX, {"limit": "1", "user": "Acme"})]
    with pytest.raises(NeedsSignIn):
        CONNECTOR.check(HOME, FakeReader({INBOX: feed_of([])}, key="0f0f"))


@pytest.mark.parametrize(("user", "by"), [("Acme", "Acme"), ("a%20b", "")])
def test_whose_token_it_is_stands_in_the_user_agent_if_it_is_a_name(user, by):
    named = []

    class Heard(FakeReader):
        def signed(self, token, key=None, by=""):
            named.append((token, by))
            return super().signed(token, key, by)

    CONNECTOR.check(HOME, Heard({INBOX: feed_of([])}, key=f"{INBOX}?feed=0f0f&user={user}"))
    assert named == [("0f0f", by)]


def test_only_the_token_itself_travels_to_reddit():
    with stand_in() as network:
        network.replies["/message/inbox/.rss"] = lambda params: feed_of([]) if params["feed"] == "0f0f" else 7
        door = Door(lambda: NOW, loopback_origins=frozenset({network.origin}), ledger=lambda *_: None)
        try:
            key = Credential("c", FEED, CONNECTOR.facts.key)
            access = CONNECTOR.check(network.origin, door.reader(CONNECTOR.facts, network.origin, key))
        finally:
            door.close()
    assert access.account.handle == "u/Acme"


@pytest.mark.parametrize("typed", ["u/acme", "/u/acme", "acme", f"{HOME}/user/acme/", f" {HOME}/u/acme "])
def test_an_account_is_found_as_people_write_it(typed):
    reader = FakeReader({f"{HOME}/user/acme/.rss": feed_of([comment(1) | {"author": "/u/Acme"}])})
    endpoint, author = CONNECTOR.resolve(typed, reader)
    assert (endpoint, author.id, author.handle) == (HOME, "acme", "u/Acme")


def test_an_account_is_taken_as_typed_where_strangers_have_to_wait():
    reader = FakeReader({f"{HOME}/user/acme/.rss": RateLimited("wait", NOW)})
    assert CONNECTOR.resolve("u/acme", reader)[1].id == "acme"
    with pytest.raises(Gone):
        CONNECTOR.resolve("u/acme", FakeReader())


def test_with_the_key_an_account_is_looked_up_as_the_keys_owner():
    reader = FakeReader({f"{HOME}/user/ana/.rss": feed_of([])}, key=FEED)
    assert CONNECTOR.resolve("u/ana", reader)[1].id == "ana"
    assert reader.asked == [(f"{HOME}/user/ana/.rss", {"limit": "1", "user": "Acme"})]


@pytest.mark.parametrize("typed", ["", "@us@server", "two words", "u/a/b"])
def test_what_is_no_account_is_told_before_anything_is_asked(typed):
    reader = FakeReader()
    with pytest.raises(Gone):
        CONNECTOR.resolve(typed, reader)
    assert reader.asked == []


@pytest.mark.parametrize(
    ("link", "ref"),
    [
        ("https://old.reddit.com/r/notes/comments/1abcde/moving/", "t3_1abcde"),
        ("https://www.reddit.com/r/notes/comments/1abcde/moving/n0de100/?context=3", "t1_n0de100"),
        ("https://reddit.com/user/acme/comments/1abcde/moving/n0de100", "t1_n0de100"),
        ("https://www.reddit.com/r/notes/", None),
        ("https://notreddit.com/r/notes/comments/1abcde/moving/", None),
        ("no link", None),
    ],
)
def test_a_link_is_known_by_its_shape(link, ref):
    assert CONNECTOR.of_link(link) == ((HOME, ref) if ref else None)


def test_a_comment_is_read_from_its_link_and_answered_there():
    reader = FakeReader({f"{PAGE}/.rss": feed_of([comment(100)])})
    post = CONNECTOR.read_link(f"{PAGE}/", reader)
    assert post.visibility is Visibility.PUBLIC
    assert CONNECTOR.reply_link(post, None) == f"{PAGE}/?context=3"
    with pytest.raises(Refused):
        CONNECTOR.fetch(replace(ASK, kind="nothing"), reader)
