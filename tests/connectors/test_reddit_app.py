"""Reddit with an app's key: a token for reading alone, what the API tells beyond a feed, looks at a tree."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.connectors.reddit import API, CONNECTOR
from bot.domain.connector import Ask, Reader
from bot.domain.covering import by_account, find_answers
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn, RateLimited, Unavailable
from bot.domain.model import Handle, Strength, Visibility
from bot.domain.threads import put_together
from bot.reading.credential import Credential, Memory
from bot.reading.door import Door
from tests.conftest import HandClock
from tests.connectors.cases.reddit import (
    HOME,
    KEY,
    NINE,
    SESSION,
    below,
    comment,
    feed_of,
    listing,
    name_of,
    page_of,
    row,
    signs_in,
)
from tests.connectors.fakes import FakeReader, saved
from tests.connectors.standins.reddit import APP, App
from tests.connectors.standins.serving import Fault, Said

OWN = Ask(HOME, "own", "u/acme", account="acme")
TREE = f"{API}/comments/1abcde"
INFO = f"{API}/api/info"
OVERVIEW = f"{API}/user/acme/overview"
GIVEN = f"u/acme {' '.join(APP)}"


def reader(replies=None, key=KEY, session=SESSION):
    return FakeReader(replies or {}, key=key, session=session)


def listed(*rows):
    return CONNECTOR.fetch(OWN, reader({OVERVIEW: listing(list(rows))}))


def post(number=100, **said):
    (found,) = listed(row(number, **said)).posts
    return found


def full(number):
    return f"t1_{name_of(number)}"


# ---- the token, over real HTTP


@pytest.fixture
def network(clock: HandClock) -> Iterator[App]:
    there = App(clock)
    with there.server.running():
        yield there


@pytest.fixture
def door(network: App, clock: HandClock) -> Iterator[Reader]:
    """The real door, with the key of an app."""
    opened = Door(clock, loopback_origins=frozenset({network.origin}), ledger=lambda *_: None)
    key = Credential("c", GIVEN, CONNECTOR.facts.key)
    yield opened.reader(CONNECTOR.facts, network.origin, key, memory=Memory())
    opened.close()


def test_an_app_signs_in_for_reading_alone_and_is_nobody(network: App, door: Reader) -> None:
    access = CONNECTOR.check(network.origin, door)
    assert (access.account, access.scopes) == (None, ("read", "history"))
    assert network.server.log == [("POST", "/api/v1/access_token"), ("GET", "/user/acme/about")]
    assert all(part not in door.kept() for part in APP)


def test_whoever_asks_is_named_as_reddit_wants_it(network: App, door: Reader) -> None:
    CONNECTOR.check(network.origin, door)
    (agent,) = network.agents
    assert agent.startswith("server:ByHand:")
    assert " (by /u/acme) (+https://" in agent


def test_a_token_that_ran_out_is_renewed_once_and_the_question_asked_again(
    network: App, door: Reader, clock: HandClock
) -> None:
    ask = Ask(network.origin, "own", "u/acme")
    first = CONNECTOR.fetch(ask, door)
    clock.move(timedelta(hours=25))
    assert CONNECTOR.fetch(ask, door).posts == first.posts
    assert CONNECTOR.fetch(ask, door).posts == first.posts
    overview = ("GET", "/user/acme/overview")
    sign_in = ("POST", "/api/v1/access_token")
    assert network.server.log == [sign_in, overview, overview, sign_in, overview, overview]


@pytest.mark.parametrize(
    "scope", ["*", "read submit", "read history edit", "vote read", "read privatemessages", "identity read"]
)
def test_a_token_for_more_than_reading_is_refused_and_not_kept(
    network: App, door: Reader, scope: str
) -> None:
    network.scope = scope
    for ask in (CONNECTOR.check, lambda *at: CONNECTOR.fetch(Ask(at[0], "own", "u/acme"), at[1])):
        with pytest.raises(CanWrite, match="prefs/feeds"):
            ask(network.origin, door)
    assert door.kept() == ""
    assert {method for method, _ in network.server.log} == {"POST"}


def test_what_remains_of_the_limit_is_kept_to(network: App, door: Reader, clock: HandClock) -> None:
    spent = {"X-Ratelimit-Remaining": "0.0", "X-Ratelimit-Reset": "355", "X-Ratelimit-Used": "1000"}
    network.server.faults.append(Fault("/user/acme/about", Said(saved("reddit/app-account"), headers=spent)))
    CONNECTOR.check(network.origin, door)
    with pytest.raises(RateLimited) as raised:
        CONNECTOR.fetch(Ask(network.origin, "own", "u/acme"), door)
    assert raised.value.until == clock() + timedelta(seconds=355)


def test_an_app_that_reddit_does_not_know_needs_a_new_key(network: App, clock: HandClock) -> None:
    opened = Door(clock, loopback_origins=frozenset({network.origin}), ledger=lambda *_: None)
    try:
        key = Credential("c", "u/acme app-id another-secret", CONNECTOR.facts.key)
        with pytest.raises(NeedsSignIn):
            CONNECTOR.check(network.origin, opened.reader(CONNECTOR.facts, network.origin, key))
    finally:
        opened.close()


def test_an_installed_app_without_a_secret_is_told_what_is_needed():
    unauthorized = {"error": "unauthorized_client", "error_description": "Only confidential clients"}
    with pytest.raises(NeedsSignIn, match="u/acme id secret"):
        CONNECTOR.check(HOME, reader({f"{HOME}/api/v1/access_token": unauthorized}, session=""))


def test_an_owner_that_reddit_does_not_know_is_told():
    with pytest.raises(NeedsSignIn, match="no account u/acme"):
        CONNECTOR.check(HOME, reader())


@pytest.mark.parametrize(
    "key", ["app-id app-secret", "u/acme app-id app-secret password", "a@b app-id app-secret"]
)
def test_a_key_of_another_shape_is_told_before_anything_is_asked(key):
    asked = reader(key=key)
    with pytest.raises(NeedsSignIn, match="u/acme id secret"):
        CONNECTOR.check(HOME, asked)
    assert asked.asked == []


def test_an_inbox_is_not_opened_by_an_app_and_replies_not_by_a_feed():
    asked = reader()
    with pytest.raises(NeedsSignIn, match="follow replies"):
        CONNECTOR.fetch(replace(OWN, kind="inbox"), asked)
    feed = reader(key="https://www.reddit.com/message/unread/.rss?feed=0f0f&user=acme")
    with pytest.raises(NeedsSignIn, match="key of an app"):
        CONNECTOR.fetch(replace(OWN, kind="replies"), feed)
    assert (asked.asked, feed.asked) == ([], [])


# ---- what a row tells


def test_a_comment_tells_what_it_answers_whom_it_names_and_when_it_was_edited():
    said = "<p>u/Acme and /u/ana_acme: see https://www.reddit.com/u/ben</p>"
    found = post(parent_id=full(7), body_html=said, edited=NINE + 900.0)
    assert (found.parent, found.root, found.order) == (full(7), "t3_1abcde", None)
    assert found.names == {"acme", "ana_acme"}
    assert found.edited_at == datetime.fromtimestamp(NINE + 900, UTC)
    assert found.url == f"{HOME}/r/notes/comments/1abcde/moving_to_acme/{name_of(100)}/"
    assert found.visibility is Visibility.PUBLIC
    assert found.author.id == "mei_t"


def test_a_post_has_its_title_and_its_words_or_its_link():
    (own,) = listed(saved("reddit/app-post")).posts
    assert (own.id, own.parent, own.text) == ("t3_1abcde", None, "We moved our notes\n\nHere is how.")
    linked = saved("reddit/app-post")
    linked["data"] |= {"is_self": False, "selftext_html": None, "url": "https://acme.example/notes"}
    assert listed(linked).posts[0].text == "We moved our notes\n\nhttps://acme.example/notes"


@pytest.mark.parametrize("kind", ["private", "employees_only", None])
def test_what_strangers_may_not_read_is_not_taken_for_public(kind):
    assert post(subreddit_type=kind).visibility is Visibility.UNKNOWN


def test_reddit_s_own_robot_waits_for_nobody():
    assert post(author="AutoModerator").author.is_bot


@pytest.mark.parametrize(
    "lost",
    [
        {"author": "[deleted]", "body": "[deleted]"},
        {"body": "[removed]"},
        {"author": "[deleted]"},
        {"author": None},
    ],
)
def test_what_was_deleted_or_removed_is_passed_over_and_known_as_gone(lost):
    found = post()
    assert listed(row(100, **lost)).posts == ()
    assert not CONNECTOR.exists(HOME, found, reader({INFO: listing([row(100, **lost)])}))
    assert CONNECTOR.exists(HOME, found, reader({INFO: listing([row(100)])}))


def test_a_row_without_an_author_at_all_is_a_changed_format_and_no_deletion():
    rows = [row(100), row(101)]
    for one in rows:
        del one["data"]["author"]
    with pytest.raises(ChangedFormat):
        listed(*rows)


def test_a_post_that_a_moderator_took_away_is_gone():
    (own,) = listed(saved("reddit/app-post")).posts
    removed = saved("reddit/app-post")
    removed["data"]["removed_by_category"] = "moderator"
    assert not CONNECTOR.exists(HOME, own, reader({INFO: listing([removed])}))


def test_what_reddit_neither_shows_nor_calls_deleted_is_not_taken_for_gone():
    with pytest.raises(Unavailable):
        CONNECTOR.exists(HOME, post(), reader({INFO: listing([])}))


# ---- the same comment by a feed and by the API


def by_feed(number, **said):
    rows = feed_of([comment(number) | said])
    return CONNECTOR.fetch(OWN, FakeReader({f"{HOME}/user/acme/.rss": rows})).posts[0]


@pytest.mark.parametrize("order", [1, -1])
def test_what_a_feed_and_the_api_tell_of_a_comment_is_one_comment_in_its_place(order):
    later = by_feed(101, updated="2026-03-10T10:00:00+00:00", content="<p>In other words</p>")
    versions = [later, post(101, parent_id=full(7))][::order]
    thread = put_together([*versions, post(7)])
    both = thread.posts[full(101)]
    assert (both.parent, both.order) == (full(7), None)
    assert thread.parents == {full(101): full(7)}


def test_a_reply_of_ours_is_sure_once_the_api_tells_what_it_answers():
    ours = by_account([Handle("reddit", "ana_acme", "u/ana_acme")])
    mention, fed = by_feed(100), by_feed(101, author="/u/ana_acme")
    told = post(101, author="ana_acme", parent_id=full(100))

    def proof(*posts):
        found = find_answers(
            put_together(posts),
            {mention.id},
            ours,
            maybe_at_most=False,
            pointing=CONNECTOR.facts.parent_pointers,
        )
        return [(one.post, one.strength) for one in found]

    assert proof(mention, fed) == [(full(101), Strength.MAYBE)]
    assert proof(mention, fed, told) == [(full(101), Strength.STRONG)]


# ---- looks


def look(*rows, at=None, **further):
    asked = reader({TREE: page_of(*rows), **further})
    return CONNECTOR.thread(HOME, at or post(), asked), asked


def more(under):
    stub = saved("reddit/app-more")
    stub["data"]["parent_id"] = under
    return stub


def test_a_look_is_complete_where_nothing_below_is_held_back():
    answer = row(101, parent_id=full(100), author="ana_acme")
    thread, asked = look(row(100, replies=below(answer)))
    assert thread.complete
    assert {one.id for one in thread.posts} == {"t3_1abcde", full(100), full(101)}
    assert thread.root == "t3_1abcde"
    ((url, params),) = asked.asked
    assert (url, params["comment"], params["context"]) == (TREE, name_of(100), "8")


@pytest.mark.parametrize("under", [100, 101])
def test_what_reddit_holds_back_below_makes_a_look_incomplete(under):
    answer = row(101, parent_id=full(100), replies=below(more(full(101))) if under == 101 else "")
    rows = [answer] + ([more(full(100))] if under == 100 else [])
    thread, _ = look(row(100, replies=below(*rows)))
    assert not thread.complete


def test_what_is_held_back_beside_it_hides_no_answer():
    focal = row(100, parent_id=full(7), replies="")
    thread, _ = look(row(7, replies=below(focal, more(full(7)))), more("t3_1abcde"))
    assert thread.complete


def test_a_deleted_comment_below_keeps_its_place_and_what_hangs_under_it_counts():
    lower = row(102, parent_id=full(101), replies=below(more(full(102))))
    deleted = row(101, parent_id=full(100), author="[deleted]", body="[deleted]", replies=below(lower))
    thread, _ = look(row(100, replies=below(deleted)))
    assert full(101) not in {one.id for one in thread.posts}
    assert not thread.complete


def test_the_line_above_is_walked_to_the_post():
    def page(params):
        if params["comment"] == name_of(100):
            return page_of(row(9, parent_id=full(8), replies=below(row(100, parent_id=full(9)))))
        return page_of(row(8, parent_id="t3_1abcde", replies=below(row(9, parent_id=full(8)))))

    asked = reader({TREE: page})
    thread = CONNECTOR.thread(HOME, post(), asked)
    assert [params["comment"] for _, params in asked.asked] == [name_of(100), name_of(8)]
    assert thread.complete
    assert full(8) in {one.id for one in thread.posts}


def test_a_line_above_that_leads_nowhere_is_not_whole():
    thread, asked = look(row(100, parent_id=full(9)))
    assert not thread.complete
    assert len(asked.asked) == 2


def test_comments_that_name_each_other_as_above_end_a_look():
    thread, _ = look(row(100, parent_id=full(9)), row(9, parent_id=full(100)), more(full(9)))
    assert not thread.complete


def test_a_comment_that_is_not_there_any_more_is_gone():
    with pytest.raises(Gone):
        look()
    with pytest.raises(Gone):
        look(row(100, author="[deleted]", body="[deleted]"))


def test_a_row_that_cannot_be_read_is_told_and_never_taken_for_deleted():
    broken = row(101, parent_id=full(100), created_utc="yesterday")
    thread, _ = look(row(100, replies=below(broken)))
    assert not thread.complete
    assert [one.ref for one in thread.broken] == [full(101)]
    with pytest.raises(ChangedFormat):
        look(row(100, created_utc="yesterday"))


def test_a_whole_post_is_looked_at_by_itself():
    (own,) = listed(saved("reddit/app-post")).posts
    thread, asked = look(row(100), at=own)
    assert thread.complete
    assert "comment" not in asked.asked[0][1]
    assert not look(row(100), more("t3_1abcde"), at=own)[0].complete


# ---- replies


def replies(rows, tree, cursor=""):
    asked = reader({OVERVIEW: listing(rows), TREE: tree})
    ask = replace(OWN, kind="replies", since=datetime.fromtimestamp(NINE, UTC) - timedelta(days=1))
    return CONNECTOR.fetch(replace(ask, cursor=cursor), asked), asked


def test_what_answers_a_comment_of_ours_elsewhere_is_read_by_that_comment():
    def tree(params):
        ours = row(10, author="Acme", replies=below(row(11, parent_id=full(10))))
        return page_of(ours) if params.get("comment") == name_of(10) else page_of()

    page, asked = replies([row(10, author="Acme")], tree)
    assert full(11) in {one.id for one in page.posts}
    assert [params.get("comment") for url, params in asked.asked if url == TREE] == [name_of(10)]


def test_a_thread_of_ours_is_read_once_whatever_we_wrote_in_it_and_not_where_nobody_did():
    _, asked = replies([row(10, author="Acme"), saved("reddit/app-post")], page_of(row(10, author="Acme")))
    assert [params.get("comment") for url, params in asked.asked if url == TREE] == [None]
    alone = saved("reddit/app-post")
    alone["data"]["num_comments"] = 0
    _, asked = replies([alone], page_of())
    assert [url for url, _ in asked.asked] == [OVERVIEW]


def test_ten_of_ours_are_walked_a_poll_and_the_first_round_goes_on_at_once():
    ours = [row(number, author="Acme") for number in range(124, 100, -1)]
    walked, cursor, rounds = [], "", []
    for _ in range(4):
        page, asked = replies(ours, page_of(), cursor)
        walked.append([params["comment"] for url, params in asked.asked if url == TREE])
        rounds.append(page.more)
        cursor = page.cursor
    assert [len(part) for part in walked] == [10, 10, 4, 10]
    assert rounds == [True, True, False, False]
    assert walked[3] == walked[0]


def test_what_was_held_back_in_a_thread_of_ours_is_told_and_one_that_is_gone_stops_no_other():
    ours = [row(12, author="Acme"), row(10, author="Acme")]

    def tree(params):
        if params["comment"] == name_of(12):
            raise Gone("not there")
        return page_of(row(10, author="Acme", replies=below(more(full(10)))))

    page, _ = replies(ours, tree)
    assert [one.ref for one in page.broken] == [full(10)]
    assert full(10) in {one.id for one in page.posts}


# ---- names and links


def test_an_account_is_written_as_reddit_writes_it():
    about = {f"{API}/user/acme/about": saved("reddit/app-account")}
    assert CONNECTOR.resolve("u/acme", reader(about))[1].handle == "u/Acme"
    with pytest.raises(Gone):
        CONNECTOR.resolve("u/acme", reader())


def test_a_link_is_read_by_its_name_and_nothing_else():
    asked = reader({INFO: listing([row(100)])})
    link = f"{HOME}/r/notes/comments/1abcde/moving_to_acme/{name_of(100)}/"
    assert CONNECTOR.read_link(link, asked).parent == "t3_1abcde"
    assert asked.asked == [(INFO, {"id": full(100), "raw_json": "1"})]
    for lost in ([], [row(100, author="[deleted]")]):
        with pytest.raises(Gone):
            CONNECTOR.read_link(link, reader({INFO: listing(lost)}))


def test_the_app_s_words_stand_in_the_head_of_the_sign_in_alone():
    heads = []

    class Heard(FakeReader):
        def signed(self, token, key=None, by=""):
            heads.append((token, key.prefix, by))
            return super().signed(token, key, by)

    asked = Heard(signs_in(HOME) | {OVERVIEW: listing([])}, key=KEY)
    CONNECTOR.fetch(OWN, asked)
    (basic, *_), (access, *_) = heads
    assert [prefix for _, prefix, _ in heads] == ["Basic ", "Bearer "]
    assert b64decode(basic) == b"an-app-id:an-app-secret"
    assert (access, {by for *_, by in heads}) == ("an-access-token", {"acme"})
    assert all("an-app-secret" not in str(one) for one in asked.asked)
