"""YouTube: threads one level deep, answers that do not come along, the key, names and links."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.connectors.youtube import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import Gone, NeedsSignIn, RateLimited, Unavailable
from bot.domain.model import Visibility
from bot.reading.credential import Credential
from bot.reading.door import Door
from tests.connectors.cases.youtube import HOME, US, thread, words
from tests.connectors.fakes import NOW, FakeReader, saved
from tests.connectors.standins.serving import Fault, Said
from tests.connectors.standins.youtube import YouTube, forbidden, wrong_key

API = f"{HOME}/youtube/v3"
ASK = Ask(HOME, "channel", "@acme", account=US)
MEI = "UCmeimeimeimeimeimeimeim"


def fetch(rows, answers=(), cursor=""):
    reader = FakeReader(
        {f"{API}/commentThreads": {"items": rows}, f"{API}/comments": {"items": list(answers)}}
    )
    return CONNECTOR.fetch(replace(ASK, cursor=cursor), reader), reader


def answer(number, author=US, name="@acme", text="It does."):
    made = saved("youtube/answer")
    at = f"2026-03-10T10:00:{number:02}Z"
    made["id"] = f"Ugx100.{number}"
    made["snippet"] |= {
        "authorDisplayName": name,
        "authorChannelId": {"value": author},
        "textDisplay": text,
        "publishedAt": at,
        "updatedAt": at,
    }
    return made


def answered(row, *answers, count=None):
    row["snippet"]["totalReplyCount"] = len(answers) if count is None else count
    return row | {"replies": {"comments": list(answers)}}


def test_a_comment_speaks_to_the_channel_and_begins_a_thread():
    (post,) = fetch([thread(100)])[0].posts
    assert post.names == {US}
    assert (post.id, post.root, post.parent, post.order) == ("Ugx100", "Ugx100", None, 0)
    assert post.author.id == MEI
    assert post.url == "https://www.youtube.com/watch?v=dQacme00001&lc=Ugx100"
    assert post.visibility is Visibility.PUBLIC
    assert post.edited_at is None


def test_an_answer_stands_in_the_order_of_its_thread_and_names_whom_it_begins_with():
    page, _ = fetch([answered(thread(100), answer(1), answer(2, MEI, "@mei_t", "@acme And my notes?"))])
    _, ours, back = page.posts
    assert (ours.root, ours.parent) == ("Ugx100", None)
    assert 0 < ours.order < back.order
    assert back.names == {US}
    assert ours.names == frozenset()


def test_an_answer_names_the_channel_however_the_watch_was_typed():
    row = answered(thread(100), answer(2, MEI, "@mei", "@acme And my tags?"))
    reader = FakeReader({f"{API}/commentThreads": {"items": [row]}})
    ask = replace(ASK, query="https://www.youtube.com/@acme")
    named = {post.id: post.names for post in CONNECTOR.fetch(ask, reader).posts}
    assert US in named["Ugx100.2"]


def test_a_comment_that_is_told_to_be_unknown_is_gone():
    (post,) = fetch([thread(100)])[0].posts
    reader = FakeReader({f"{API}/comments": Gone("commentNotFound")})
    assert not CONNECTOR.exists(HOME, post, reader)
    with pytest.raises(Gone):
        CONNECTOR.thread(HOME, post, reader)


def test_answers_that_do_not_come_along_are_fetched():
    page, reader = fetch([answered(thread(100), answer(1), count=3)], [answer(3), answer(2), answer(1)])
    assert [post.id for post in page.posts] == ["Ugx100", "Ugx100.1", "Ugx100.2", "Ugx100.3"]
    assert reader.asked[-1][1]["parentId"] == "Ugx100"
    again, reader = fetch([answered(thread(100), answer(1), count=3)], cursor=page.cursor)
    assert again.posts == ()
    assert len(reader.asked) == 1


def test_a_poll_fetches_the_answers_of_twenty_and_the_next_one_goes_on():
    rows = [answered(thread(100 + n), count=1) for n in range(25)]
    first, reader = fetch(rows, [answer(1)])
    assert len(reader.asked) == 21
    _, reader = fetch(rows, [answer(1)], first.cursor)
    assert len(reader.asked) == 6


def test_the_newest_comments_are_walked_back_to_one_that_was_seen():
    first, _ = fetch([thread(100)])
    tokens = iter(["two", "three", ""])
    rows = iter([[thread(300)], [thread(200)], [thread(100)]])
    reader = FakeReader(
        {f"{API}/commentThreads": lambda _: {"items": next(rows), "nextPageToken": next(tokens)}}
    )
    page = CONNECTOR.fetch(replace(ASK, cursor=first.cursor), reader)
    assert [post.id for post in page.posts] == ["Ugx200", "Ugx300"]
    assert [params.get("pageToken") for _, params in reader.asked] == [None, "two", "three"]


def test_a_pager_that_never_ends_is_left_and_told():
    first, _ = fetch([thread(1)])
    counter = iter(range(2, 1000))
    reader = FakeReader(
        {
            f"{API}/commentThreads": lambda _: {
                "items": [thread(next(counter))],
                "nextPageToken": str(next(counter)),
            }
        }
    )
    page = CONNECTOR.fetch(replace(ASK, cursor=first.cursor), reader)
    assert len(reader.asked) == 10
    assert page.broken
    again = FakeReader({f"{API}/commentThreads": {"items": [thread(5)], "nextPageToken": "same"}})
    assert not CONNECTOR.fetch(replace(ASK, cursor=first.cursor), again).more
    assert len(again.asked) == 2


# ---- looks


def look(top, answers, post=None):
    def comments(params):
        return {"items": answers if "parentId" in params else top}

    first = fetch([thread(100)])[0].posts[0]
    return CONNECTOR.thread(HOME, post or first, FakeReader({f"{API}/comments": comments}))


def comment():
    return thread(100)["snippet"]["topLevelComment"]


def test_a_look_reads_a_comment_and_all_its_answers():
    seen = look([comment()], [answer(1)])
    assert [post.id for post in seen.posts] == ["Ugx100", "Ugx100.1"]
    assert seen.complete
    assert seen.posts[0].names == {US}
    assert seen.posts[1].url.startswith("https://www.youtube.com/watch?v=dQacme00001&")


def test_a_look_without_the_first_comment_or_with_a_broken_answer_is_partial():
    ours = replace(fetch([thread(100)])[0].posts[0], id="Ugx100.1", root="Ugx100")
    assert not look([comment()], [answer(1), {"id": "x"}]).complete
    with pytest.raises(Gone):
        look([], [answer(1)], ours)
    with pytest.raises(Gone):
        look([comment()], [], ours)


# ---- the key, names and links


def test_the_key_is_nobodys_account():
    access = CONNECTOR.check(HOME, FakeReader({f"{API}/i18nLanguages": {"items": []}}))
    assert access.account is None


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (wrong_key(), NeedsSignIn),
        (forbidden(), NeedsSignIn),
        (Said({"error": {"errors": [{"reason": "quotaExceeded"}]}}, 403), RateLimited),
        (Said({"error": {"details": ["?", {}]}}, 400), Unavailable),
        (Said({"error": {"details": 7}}, 500), Unavailable),
    ],
    ids=["a wrong key", "forbidden", "a spent quota", "other trouble", "an outage"],
)
def test_what_is_wrong_is_told_by_googles_own_reason(said, error):
    network = YouTube(lambda: NOW)
    network.server.faults.append(Fault("/youtube/v3/.*", said))
    with network.server.running():
        door = Door(lambda: NOW, loopback_origins=frozenset({network.origin}), ledger=lambda *_: None)
        try:
            key = Credential("c", "AIza", CONNECTOR.facts.key)
            with pytest.raises(error):
                CONNECTOR.check(network.origin, door.reader(CONNECTOR.facts, network.origin, key))
        finally:
            door.close()


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("@acme", {"forHandle": "@acme"}),
        ("https://www.youtube.com/@acme", {"forHandle": "@acme"}),
        (US, {"id": US}),
        (f"https://www.youtube.com/channel/{US}", {"id": US}),
    ],
)
def test_a_channel_is_found_as_people_write_it(typed, asked):
    reader = FakeReader({f"{API}/channels": saved("youtube/channel")})
    endpoint, author = CONNECTOR.resolve(typed, reader)
    assert (endpoint, author.id, author.handle, author.name) == (HOME, US, "@acme", "Acme")
    assert reader.asked[0][1].items() >= asked.items()


def test_without_a_key_a_channel_is_taken_by_its_id_alone():
    reader = FakeReader({f"{API}/channels": NeedsSignIn("no")})
    assert CONNECTOR.resolve(US, reader)[1].id == US
    with pytest.raises(NeedsSignIn):
        CONNECTOR.resolve("@acme", reader)


@pytest.mark.parametrize("typed", ["acme", "", "@us@server", "https://blog.example/@acme"])
def test_what_is_no_channel_is_told_before_anything_is_asked(typed):
    reader = FakeReader()
    with pytest.raises(Gone):
        CONNECTOR.resolve(typed, reader)
    assert reader.asked == []


def test_a_channel_that_is_not_there_is_told():
    with pytest.raises(Gone):
        CONNECTOR.resolve("@nobody", FakeReader({f"{API}/channels": {"pageInfo": {"totalResults": 0}}}))


def test_a_link_to_a_comment_is_known_and_read():
    link = "https://www.youtube.com/watch?v=dQacme00001&lc=Ugx100"
    assert CONNECTOR.of_link(link) == (HOME, "Ugx100")
    assert CONNECTOR.of_link("https://www.youtube.com/watch?v=dQacme00001") is None
    assert CONNECTOR.of_link("https://video.example/watch?v=1&lc=2") is None
    post = CONNECTOR.read_link(link, FakeReader({f"{API}/comments": {"items": [comment()]}}))
    assert CONNECTOR.reply_link(post, None) == link
    with pytest.raises(Gone):
        CONNECTOR.read_link(link, FakeReader({f"{API}/comments": {"items": []}}))


def test_an_edit_has_its_time():
    row = thread(100)
    words(row).update(updatedAt="2026-03-10T11:00:00Z")
    (post,) = fetch([row])[0].posts
    assert post.edited_at < NOW
