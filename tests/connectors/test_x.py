"""X: both spellings, edits, what it costs, a person's key, and looks that may hide something."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from bot.connectors.x import CONNECTOR, HOME, RENEW
from bot.domain.connector import Ask
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn, OverBudget, Unavailable
from bot.domain.model import Visibility
from tests.connectors.cases.x import KEY, LOOK, MENTIONS, NINE, SEARCH, US, id_at, listing, page_of, post, row
from tests.connectors.fakes import NOW, FakeReader, saved

ASK = Ask(HOME, "mentions", "@acme", since=NINE - timedelta(hours=1), account=US)
ME = HOME + "/2/users/me"
PERSON = "client-1 renewal-0"


@dataclass
class Metered(FakeReader):
    """Affords what a budget of so many millionths covers."""

    money: int = 10**12

    def afford(self, what, most):
        price = CONNECTOR.facts.prices[what]
        if self.money < price:
            raise OverBudget("spent", self.at)
        return min(most, self.money // price)


def read(*rows, ask=ASK, cursor="", **reader):
    served = FakeReader({HOME + MENTIONS: page_of(list(rows))}, key=KEY, **reader)
    return CONNECTOR.fetch(replace(ask, cursor=cursor), served)


def newly_spelled(made):
    """The same in the words of August 2026."""
    text = (
        json.dumps(made).replace("referenced_tweets", "referenced_posts").replace("_tweet_ids", "_post_ids")
    )
    return json.loads(text)


def test_both_spellings_are_read_alike():
    assert read(row(100)).posts == read(newly_spelled(row(100))).posts
    (found,) = read(row(100)).posts
    assert found.parent == found.root == "2029000000000000000"
    assert found.names == {US}
    assert found.text.startswith("@acme does the export keep my tags & notes?")


@pytest.mark.parametrize("refusal", [ChangedFormat("invalid-request"), "a row without its thread"])
def test_the_spelling_that_x_takes_is_found_out_and_kept(refusal):
    bare = row(100)
    bare["post"] = {key: bare["post"][key] for key in ("id", "text")}

    def page(params):
        if "post.fields" in params:
            return page_of([newly_spelled(row(100))])
        if isinstance(refusal, Exception):
            raise refusal
        return page_of([bare])

    reader = FakeReader({HOME + MENTIONS: page}, key=KEY)
    assert len(CONNECTOR.fetch(ASK, reader).posts) == 1
    assert json.loads(reader.session)["fields"] == "post"
    asked = len(reader.asked)
    CONNECTOR.fetch(ASK, reader)
    assert len(reader.asked) == asked + 1, "asked in the right words at once"


def test_an_edit_keeps_the_first_id_and_is_linked_by_its_own():
    edited = row(101)
    edited["post"]["edit_history_tweet_ids"] = [id_at(100), id_at(101)]
    (found,) = read(edited).posts
    assert (found.id, found.refs) == (id_at(100), (id_at(101),))
    assert found.edited_at == found.created_at
    assert found.url.endswith(id_at(101))
    assert CONNECTOR.reply_link(found, None) == f"https://x.com/intent/tweet?in_reply_to={id_at(101)}"


def test_a_repost_is_passed_over_and_a_quote_is_for_us():
    repost, quote = row(100), row(101)
    repost["post"]["referenced_tweets"][0]["type"] = "retweeted"
    quote["post"]["referenced_tweets"][0]["type"] = "quoted"
    del quote["post"]["entities"]
    (found,) = read(repost, quote).posts
    assert (found.id, found.parent, found.names) == (id_at(101), None, {US})


def test_a_protected_account_and_one_that_is_not_told_are_private():
    hidden, untold = row(100), row(101)
    hidden["user"]["protected"] = True
    assert read(hidden).posts[0].visibility is Visibility.FOLLOWERS
    del untold["user"]
    assert read(untold).posts[0].visibility is Visibility.UNKNOWN
    assert read(row(102)).posts[0].visibility is Visibility.PUBLIC


# ---- money


def test_no_more_is_asked_for_than_the_month_affords_and_what_is_read_is_paid():
    reader = Metered({HOME + MENTIONS: page_of([row(100), row(101)])}, key=KEY, money=200_000)
    CONNECTOR.fetch(ASK, reader)
    assert int(reader.asked[0][1]["max_results"]) * 15_000 <= 200_000
    assert reader.paid == {"post": 2, "user": 1}
    CONNECTOR.fetch(ASK, reader)
    assert reader.paid == {"post": 4, "user": 1}, "the same person costs once a day"
    reader.at += timedelta(days=1)
    CONNECTOR.fetch(ASK, reader)
    assert reader.paid == {"post": 6, "user": 2}


@pytest.mark.parametrize("money", [0, 9_000, 100_000])
def test_below_the_least_page_nothing_is_asked(money):
    reader = Metered({HOME + MENTIONS: page_of([row(100)])}, key=KEY, money=money)
    with pytest.raises(OverBudget):
        CONNECTOR.fetch(ASK, reader)
    assert reader.asked == []


def test_a_long_absence_is_walked_page_by_page_and_each_page_is_kept():
    first = read(row(0))
    reader = FakeReader({HOME + MENTIONS: listing({n: row(n) for n in range(1, 251)})}, key=KEY)
    page, seen = first, []
    for _ in range(3):
        page = CONNECTOR.fetch(replace(ASK, cursor=page.cursor), reader)
        seen += [found.id for found in page.posts]
    assert not page.more
    assert set(seen) == {id_at(n) for n in range(1, 251)}
    assert CONNECTOR.fetch(replace(ASK, cursor=page.cursor), reader).posts == ()


def test_a_search_that_rested_for_more_than_a_week_says_that_posts_are_missing():
    ask = replace(ASK, kind="search", query="Acme Export")
    reader = FakeReader({HOME + SEARCH: page_of([row(100)])}, key=KEY)
    first = CONNECTOR.fetch(ask, reader)
    reader.at += timedelta(days=8)
    page = CONNECTOR.fetch(replace(ask, cursor=first.cursor), reader)
    assert "since_id" not in reader.asked[-1][1]
    assert "missing" in page.broken[-1].why


# ---- keys


def test_an_app_only_token_is_nobody_s_and_cannot_post():
    access = CONNECTOR.check(HOME, FakeReader({ME: Gone("no me"), HOME + LOOK: page_of([row(1)])}, key=KEY))
    assert access.account is None
    assert access.scopes == ("app-only reading",)


def test_a_person_s_bare_token_hides_its_scopes_and_is_refused():
    with pytest.raises(CanWrite):
        CONNECTOR.check(HOME, FakeReader({ME: {"data": saved("x/user")}}, key="a-person's-token"))


@dataclass
class Renewing(FakeReader):
    """Each renewal works once, and ends the token before it."""

    scope: str = "tweet.read users.read offline.access"
    count: int = 0

    def call(self, call, body, content_type="application/json", *, anonymous=False):
        form = parse_qs(body.decode())
        assert call == RENEW
        assert anonymous
        if form["refresh_token"] != [f"renewal-{self.count}"]:
            raise NeedsSignIn("used before")
        self.count += 1
        told = {"access_token": f"token-{self.count}", "refresh_token": f"renewal-{self.count}"}
        self.replies["told"] = told | {"scope": self.scope}
        return super().get("told")

    def signed(self, token):
        if token != f"token-{self.count}":
            raise NeedsSignIn("too old")
        return super().signed(token)


def test_a_person_s_key_is_renewed_and_each_renewal_is_kept():
    reader = Renewing({ME: {"data": saved("x/user")}, HOME + LOOK: page_of([row(1)])}, key=PERSON)
    access = CONNECTOR.check(HOME, reader)
    assert access.account.id == "44"
    assert access.scopes == ("tweet.read", "users.read", "offline.access")
    assert json.loads(reader.session)["renewal"] == "renewal-1"


@pytest.mark.parametrize("scope", ["tweet.read tweet.write", "users.read like.write"])
def test_a_key_that_may_write_is_refused(scope):
    with pytest.raises(CanWrite):
        CONNECTOR.check(HOME, Renewing({ME: {"data": saved("x/user")}}, key=PERSON, scope=scope))


def test_without_a_key_no_account_is_known_and_nothing_is_asked():
    reader = FakeReader()
    for typed in ("@acme", "https://x.com/acme", "@us@mastodon.example", "acme"):
        with pytest.raises(Gone):
            CONNECTOR.resolve(typed, reader)
    assert reader.asked == []
    user = {HOME + "/2/users/by/username/mei_t": {"data": saved("x/user")}}
    assert CONNECTOR.resolve("@mei_t", FakeReader(user, key=KEY))[1].id == "44"


# ---- looks


ROOT = "2029000000000000000"


def above():
    made = row(0)
    made["post"] |= {"id": ROOT, "edit_history_tweet_ids": [ROOT], "author_id": US}
    made["post"]["public_metrics"]["reply_count"] = 1
    del made["post"]["referenced_tweets"], made["user"]
    return made


def below(number, parent, **changed):
    made = row(number)
    made["post"]["referenced_tweets"][0]["id"] = parent
    made["post"] |= changed
    return made


def look(later=(), mention=None, known=None, **reader):
    asked = mention or row(100)
    (found,) = read(asked).posts
    there = {found.id: asked, ROOT: above()} | (known or {})

    def lookup(params):
        got = there.get(params["ids"])
        if isinstance(got, Exception):
            raise got
        return page_of([got]) if got else saved("x/missing")

    replies = {HOME + LOOK: lookup, HOME + SEARCH: page_of(list(later))}
    return CONNECTOR.thread(HOME, found, FakeReader(replies, key=KEY, **reader))


def counted(made, count):
    made["post"]["public_metrics"]["reply_count"] = count
    return made


def test_a_whole_conversation_is_complete():
    thread = look([below(101, id_at(100))], counted(row(100), 1))
    assert thread.complete
    assert thread.root == ROOT
    assert {found.id for found in thread.posts} == {ROOT, id_at(100), id_at(101)}


@pytest.mark.parametrize(
    ("later", "mention", "known"),
    [
        ([], counted(row(100), 1), {}),
        ([], counted(row(100), None), {}),
        ([], row(100), {ROOT: Unavailable("protected")}),
        ([below(103, id_at(102))], row(100), {id_at(102): Unavailable("protected")}),
        ([below(101, id_at(100), created_at="no time")], counted(row(100), 1), {}),
    ],
)
def test_a_conversation_that_may_hide_something_is_not_complete(later, mention, known):
    assert not look(later, mention, known).complete


def test_what_was_deleted_above_or_between_hides_nothing():
    assert look(known={ROOT: None}).complete
    assert look([below(103, id_at(102))]).complete


def test_after_seven_days_nothing_is_searched_and_nothing_is_sure():
    assert not look(at=NOW + timedelta(days=7)).complete


def test_x_says_itself_whether_a_post_is_gone():
    (found,) = read(row(100)).posts
    gone = FakeReader({HOME + LOOK: saved("x/missing")}, key=KEY)
    assert not CONNECTOR.exists(HOME, found, gone)
    with pytest.raises(Gone):
        CONNECTOR.thread(HOME, found, gone)
    hidden = saved("x/missing")
    hidden["errors"][0]["type"] = "https://api.twitter.com/2/problems/not-authorized-for-resource"
    with pytest.raises(Unavailable):
        CONNECTOR.exists(HOME, found, FakeReader({HOME + LOOK: hidden}, key=KEY))


def test_a_link_is_known_by_its_shape():
    for link in ("https://x.com/mei_t/status/20", "https://twitter.com/mei_t/status/20?s=1"):
        assert CONNECTOR.of_link(link) == (HOME, "20")
    assert CONNECTOR.of_link("https://x.com/mei_t") is None
    assert CONNECTOR.of_link("https://mastodon.example/mei_t/status/20") is None
    reader = FakeReader({HOME + LOOK: page_of([row(100)])}, key=KEY)
    assert CONNECTOR.read_link("https://x.com/i/web/status/20", reader).id == post(100)["id"]
