"""Mastodon: looks at threads and when they count, credentials, names and links."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.mastodon import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn, Unavailable
from tests.connectors.cases.mastodon import status
from tests.connectors.fakes import FakeReader, saved

HOME = "https://social.example"
API = f"{HOME}/api/v1"
MEI = "https://garden.example/@mei"


def reading(context=None, **posts) -> FakeReader:
    """A server that shows Mei's question (110300), with this context."""
    replies = {f"{API}/statuses/110300": saved("mastodon/status")}
    replies[f"{API}/statuses/110300/context"] = context or saved("mastodon/context")
    return FakeReader(replies)


def question(reader):
    return CONNECTOR.read_link(f"{HOME}/@mei@garden.example/110300", reader)


def look(context=None, **headers):
    reader = reading(context)
    post = question(reader)
    reader.headers = headers
    return CONNECTOR.thread(HOME, post, reader)


def test_a_look_joins_the_thread_by_ids_that_hold_on_every_server():
    thread = look()
    asked, ours, back = thread.posts
    assert asked.parent is None
    assert ours.parent == asked.id == "https://garden.example/users/mei/statuses/110300"
    assert back.parent == ours.id
    assert {post.root for post in thread.posts} == {asked.id} == {thread.root}
    assert thread.complete


def test_the_line_above_gives_the_root():
    reader = FakeReader(
        {
            f"{API}/statuses/110400": saved("mastodon/reply"),
            f"{API}/statuses/110400/context": {
                "ancestors": [saved("mastodon/status")],
                "descendants": [saved("mastodon/write_back")],
            },
        }
    )
    post = CONNECTOR.read_link(f"{HOME}/@acme/110400", reader)
    thread = CONNECTOR.thread(HOME, post, reader)
    assert thread.root == "https://garden.example/users/mei/statuses/110300"
    assert thread.complete


def chain(length: int, first_parent: str = "110300") -> list[dict[str, object]]:
    """Posts that each answer the former."""
    line = [status(n, parent=str(n - 1) if n > 1 else first_parent) for n in range(1, length + 1)]
    return [post | {"replies_count": int(n < length)} for n, post in enumerate(line, 1)]


def fan(width: int) -> list[dict[str, object]]:
    return [status(n, parent="110300") | {"replies_count": 0} for n in range(1, width + 1)]


@pytest.mark.parametrize(
    ("below", "whole"),
    [
        (chain(19), True),
        (chain(20), False),
        (chain(21), True),
        (fan(59), True),
        (fan(60), False),
        (fan(61), True),
    ],
    ids=["19 deep", "20 deep", "21 deep", "59", "60", "61"],
)
def test_a_look_does_not_count_at_the_lengths_where_servers_cut(below, whole):
    assert look({"ancestors": [], "descendants": below}).complete is whole


def test_forty_above_may_be_all_or_a_part():
    above = chain(40, first_parent="")
    for post in above:
        post["in_reply_to_id"] = None if post["id"] == "1" else str(int(post["id"]) - 1)
    reader = reading({"ancestors": above, "descendants": []})
    reader.replies[f"{API}/statuses/110300"] |= {"in_reply_to_id": "40", "replies_count": 0}
    assert not CONNECTOR.thread(HOME, question(reader), reader).complete


def test_a_public_post_that_counts_more_replies_than_are_shown_makes_the_look_partial():
    context = saved("mastodon/context")
    context["descendants"] = context["descendants"][:1]
    assert not look(context).complete  # our reply counts one, which a server of one level does not show


def test_a_reply_whose_parent_is_hidden_makes_the_look_partial():
    context = saved("mastodon/context")
    context["descendants"][0]["replies_count"] = 0  # so that the count does not tell
    context["descendants"][1]["in_reply_to_id"] = "999"
    assert not look(context).complete


def test_a_post_whose_parent_is_hidden_has_no_root():
    reader = reading({"ancestors": [], "descendants": []})
    reader.replies[f"{API}/statuses/110300"] |= {"in_reply_to_id": "999", "replies_count": 0}
    thread = CONNECTOR.thread(HOME, question(reader), reader)
    assert thread.root is None
    assert not thread.complete


def test_posts_that_answer_each_other_in_a_circle_end():
    context = {"ancestors": [], "descendants": [status(1, parent="2"), status(2, parent="1")]}
    assert not look(context).complete


def test_a_look_does_not_count_while_the_server_still_fetches_replies():
    running = {"mastodon-async-refresh": 'id="x", retry=3, result_count=0'}
    assert not look(None, **running).complete


def test_a_broken_reply_stays_alone_and_makes_the_look_partial():
    context = saved("mastodon/context")
    context["descendants"][0]["replies_count"] = 0  # so that the count does not tell
    context["descendants"][1]["account"] = None
    thread = look(context)
    assert len(thread.posts) == 2
    assert len(thread.broken) == 1
    assert not thread.complete


def test_a_post_that_this_server_never_showed_cannot_be_looked_at():
    post = replace(question(reading()), refs=("other.example/5",))
    with pytest.raises(Unavailable):
        CONNECTOR.thread(HOME, post, FakeReader())
    with pytest.raises(Unavailable):
        CONNECTOR.exists(HOME, post, FakeReader())


def test_a_post_of_the_server_itself_is_found_by_its_address():
    reader = FakeReader({f"{API}/statuses/110400": saved("mastodon/reply")})
    post = CONNECTOR.read_link(f"{HOME}/@acme/110400", reader)
    assert CONNECTOR.exists(HOME, replace(post, refs=()), reader)


# ---- our own posts, and the threads under them

US = "https://social.example/@acme"
OWN = Ask(HOME, "own", "@acme@social.example", account=US)
REPLIES = Ask(HOME, "replies", "@acme@social.example", account=US)


def ours(number: int, **more: object) -> dict[str, object]:
    address = f"{US}/{number}"
    made = saved("mastodon/reply") | {"id": str(number), "uri": address, "url": address}
    return made | {"in_reply_to_id": None, "replies_count": 1} | more


def newest_first(rows):
    def page(params):
        numbers = sorted((int(row["id"]) for row in rows), reverse=True)
        numbers = [n for n in numbers if int(params.get("min_id", -1)) < n < int(params.get("max_id", 10**9))]
        at = {int(row["id"]): row for row in rows}
        limit = int(params["limit"])
        return [at[n] for n in (numbers[-limit:] if "min_id" in params else numbers[:limit])]

    return page


def account_with(rows) -> FakeReader:
    statuses = {f"{API}/accounts/lookup": saved("mastodon/account")}
    return FakeReader(statuses | {f"{API}/accounts/1001/statuses": newest_first(rows)})


def test_our_reply_is_tied_to_what_it_answers_on_whichever_server_that_was_read():
    reader = account_with([ours(7, in_reply_to_id="110300")])
    reader.replies[f"{API}/statuses/110300"] = saved("mastodon/status")
    (post,) = CONNECTOR.fetch(OWN, reader).posts
    assert post.parent == "https://garden.example/users/mei/statuses/110300"


def test_a_parent_that_the_server_hides_stays_a_ref():
    (post,) = CONNECTOR.fetch(OWN, account_with([ours(7, in_reply_to_id="5")])).posts
    assert post.parent == "social.example/5"


def test_a_page_with_more_parents_than_are_looked_up_ends_before_them_and_goes_on():
    rows = [ours(n, in_reply_to_id=str(n + 1000)) for n in range(10, 60)]
    reader = account_with([ours(9)])
    page = CONNECTOR.fetch(OWN, reader)
    reader = account_with([ours(9), *rows])
    seen, lookups = [], []
    more = True
    while more:
        reader.asked.clear()
        page = CONNECTOR.fetch(replace(OWN, cursor=page.cursor), reader)
        seen += [post.refs[0] for post in page.posts]
        lookups.append(sum("/statuses/" in url for url, _ in reader.asked))
        more = page.more
    assert seen == [f"social.example/{n}" for n in range(10, 60)]
    assert max(lookups) == 20


def test_boosts_are_not_ours_even_where_the_server_lists_them():
    boost = ours(8, reblog=saved("mastodon/status"))
    page = CONNECTOR.fetch(OWN, account_with([ours(7), boost]))
    assert [post.refs[0] for post in page.posts] == ["social.example/7"]
    assert json.loads(page.cursor)["newest"] == "8"


def threads_of(rows) -> FakeReader:
    reader = account_with(rows)
    for row in rows:
        number = int(row["id"])
        reply = status(5000 + number, parent=str(number)) | {"replies_count": 0}
        context = {"ancestors": [], "descendants": [reply]}
        reader.replies[f"{API}/statuses/{number}/context"] = context
    return reader


def walked(reader) -> list[str]:
    return [url.split("/")[-2] for url, _ in reader.asked if url.endswith("/context")]


def test_the_first_round_goes_to_its_end_and_later_ones_take_ten_a_poll():
    reader = threads_of([ours(n) for n in range(100, 125)])
    page = CONNECTOR.fetch(REPLIES, reader)
    seen = {post.id for post in page.posts}
    pages = 1
    while page.more:
        page = CONNECTOR.fetch(replace(REPLIES, cursor=page.cursor), reader)
        seen |= {post.id for post in page.posts}
        pages += 1
    assert pages == 3
    assert sorted(walked(reader)) == [str(n) for n in range(100, 125)]
    assert len(seen) == 50
    reader.asked.clear()
    again = CONNECTOR.fetch(replace(REPLIES, cursor=page.cursor), reader)
    assert not again.more
    assert walked(reader) == [str(n) for n in range(124, 114, -1)]


def test_threads_that_nobody_answered_or_that_are_old_are_not_walked():
    old = ours(5, created_at="2026-01-01T00:00:00.000Z")
    quiet = ours(6, replies_count=0)
    untold = ours(7)
    del untold["replies_count"]
    reader = threads_of([old, quiet, untold])
    CONNECTOR.fetch(REPLIES, reader)
    assert walked(reader) == ["7"]


def test_the_first_round_goes_back_as_far_as_asked_but_not_for_ever():
    rows = [ours(n, created_at=f"2026-0{m}-15T00:00:00.000Z") for n, m in ((4, 1), (5, 2), (6, 3))]
    rows = [row for row in rows if row["created_at"] < "2026-03-10"]
    reader = threads_of(rows)
    page = CONNECTOR.fetch(replace(REPLIES, since=reader.at - timedelta(days=30)), reader)
    assert walked(reader) == ["5"]
    reader.asked.clear()
    since = reader.at - timedelta(days=300)
    CONNECTOR.fetch(replace(REPLIES, cursor=page.cursor, since=since), reader)
    assert walked(reader) == []


def test_a_thread_seen_in_part_is_told_and_one_that_cannot_be_read_stops_no_other():
    reader = threads_of([ours(1), ours(2), ours(3), ours(4)])
    reader.replies[f"{API}/statuses/2/context"] = b"<html>"
    reader.replies[f"{API}/statuses/3/context"] = {"ancestors": [], "descendants": []}
    del reader.replies[f"{API}/statuses/4/context"]
    page = CONNECTOR.fetch(REPLIES, reader)
    assert {broken.ref for broken in page.broken} == {"2", "3"}
    assert {post.refs[0] for post in page.posts} >= {"social.example/1", "social.example/5001"}


# ---- credentials


def own_account(**app: object) -> FakeReader:
    return FakeReader(
        {
            f"{API}/apps/verify_credentials": saved("mastodon/app") | app,
            f"{API}/accounts/verify_credentials": saved("mastodon/account"),
        }
    )


def test_a_token_that_may_only_read_is_taken():
    access = CONNECTOR.check(HOME, own_account())
    assert access.account.id == US
    assert access.scopes == ("read:notifications", "read:statuses", "read:accounts")


@pytest.mark.parametrize(
    "scope", ["write", "write:statuses", "follow", "push", "admin:read", "admin:write:accounts"]
)
def test_a_token_that_could_do_more_is_refused(scope):
    with pytest.raises(CanWrite):
        CONNECTOR.check(HOME, own_account(scopes=["read", scope]))


def test_scopes_that_the_server_hides_are_unknown_and_not_none():
    reader = own_account()
    del reader.replies[f"{API}/apps/verify_credentials"]
    reader.replies[f"{API}/instance"] = {"version": "2.7.2 (compatible; Akkoma 3.13.2)"}
    assert CONNECTOR.check(HOME, reader).scopes is None
    reader.replies[f"{API}/apps/verify_credentials"] = {"name": "By Hand"}
    assert CONNECTOR.check(HOME, reader).scopes is None


def test_a_server_whose_tokens_can_do_everything_is_refused():
    reader = own_account(scopes=None)
    reader.replies[f"{API}/instance"] = {"version": "0.18.3+git-0a1b2c3"}
    with pytest.raises(CanWrite):
        CONNECTOR.check(HOME, reader)
    reader.replies[f"{API}/instance"] = {"version": "0.19.0+git-0a1b2c3"}
    assert CONNECTOR.check(HOME, reader).scopes is None


def test_a_dead_token_needs_a_sign_in():
    reader = own_account()
    reader.replies[f"{API}/apps/verify_credentials"] = NeedsSignIn("refused")
    with pytest.raises(NeedsSignIn):
        CONNECTOR.check(HOME, reader)


# ---- names and links


@pytest.mark.parametrize(
    "typed", ["@acme@social.example", "acme@social.example", f"{HOME}/@acme", f" {HOME}/users/acme"]
)
def test_an_account_is_found_as_people_write_it(typed):
    reader = FakeReader({f"{API}/accounts/lookup": saved("mastodon/account")})
    endpoint, author = CONNECTOR.resolve(typed, reader)
    assert endpoint == HOME
    assert author.id == US
    assert author.handle == "@acme@social.example"
    assert reader.asked == [(f"{API}/accounts/lookup", {"acct": "acme"})]


def test_an_account_whose_server_has_another_name_is_found_by_webfinger():
    reader = FakeReader(
        {
            "https://acme.example/.well-known/webfinger": saved("mastodon/webfinger"),
            "https://acme.example/api/v1/accounts/lookup": b"<html>our shop",
            f"{API}/accounts/lookup": saved("mastodon/account"),
        }
    )
    assert CONNECTOR.resolve("@acme@acme.example", reader)[0] == HOME
    assert reader.asked[-1][1] == {"acct": "acme@acme.example"}


@pytest.mark.parametrize(
    "typed", ["acme", "", "@acme", "https://social.example/about", "@a@b@c", "javascript:x"]
)
def test_what_is_no_account_is_told_before_anything_is_asked(typed):
    reader = FakeReader()
    with pytest.raises(Gone):
        CONNECTOR.resolve(typed, reader)
    assert reader.asked == []


@pytest.mark.parametrize(
    ("link", "ref"),
    [
        (f"{HOME}/@acme/110400", "social.example/110400"),
        (f"{HOME}/@mei@garden.example/110300", "social.example/110300"),
        (f"{HOME}/users/acme/statuses/110400", "social.example/110400"),
        (f"{HOME}/ap/users/7/statuses/110400", "social.example/110400"),
        (f"{HOME}/@acme/statuses/01HX5V9Q7Z4M2N8K3R6T1W0YBC", "social.example/01HX5V9Q7Z4M2N8K3R6T1W0YBC"),
        (f"{HOME}/notice/AbC123", "social.example/AbC123"),
        (f"{HOME}/@acme", None),
        (f"{HOME}/@acme/some-story", None),
        ("ftp://social.example/@acme/110400", None),
        ("not a link", None),
        ("https://[bad/@acme/1", None),
    ],
)
def test_a_link_to_a_post_is_known_by_its_shape(link, ref):
    assert CONNECTOR.of_link(link) == ((HOME, ref) if ref else None)


def test_a_reply_is_written_through_the_persons_own_server():
    post = question(reading())
    address = "https%3A%2F%2Fgarden.example%2Fusers%2Fmei%2Fstatuses%2F110300"
    through = f"https://hachyderm.example/authorize_interaction?uri={address}"
    assert CONNECTOR.reply_link(post, "https://hachyderm.example") == through
    assert CONNECTOR.reply_link(post, "hachyderm.example") == through
    assert CONNECTOR.reply_link(post, None) == post.url
    assert CONNECTOR.reply_link(post, "https://garden.example") == post.url


def test_a_link_that_is_no_post_is_not_read():
    with pytest.raises(Gone):
        CONNECTOR.read_link("https://social.example/about", FakeReader())


def test_a_status_that_cannot_be_read_is_an_error():
    with pytest.raises(ChangedFormat):
        CONNECTOR.read_link(f"{HOME}/@acme/1", FakeReader({f"{API}/statuses/1": {"id": "1"}}))
