"""Bluesky: what a post answers and whom it names, sessions, errors by their names, and looks."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.connectors.bluesky import APPVIEW, CONNECTOR, HOME
from bot.domain.connector import Ask
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn
from bot.domain.model import Visibility
from tests.connectors.cases.bluesky import KEY, LIST, RENEW, SESSION, SIGN_IN, THREAD, US, notification, post
from tests.connectors.fakes import FakeReader, saved

ASK = Ask(HOME, "mentions", "acme.example", account=US)
MEI = "did:plc:mei000000000000000000000"
PROFILE = "/xrpc/app.bsky.actor.getProfile"
LOOK = APPVIEW + THREAD


def read(row):
    reader = FakeReader({HOME + LIST: {"notifications": [row]}}, key=KEY, session=SESSION)
    return CONNECTOR.fetch(ASK, reader)


def plain(row):
    """The row without reply, quote and facets."""
    row["record"] = {key: row["record"][key] for key in ("text", "createdAt")}
    return row


def test_what_a_post_answers_is_read_from_its_record_and_not_from_the_reason():
    (found,) = read(notification(100)).posts
    assert found.parent == found.root == f"at://{US}/app.bsky.feed.post/3ours"
    (alone,) = read(plain(notification(100)) | {"reason": "reply"}).posts
    assert alone.parent is None
    assert alone.root == alone.id


def test_whom_it_names_are_those_in_its_facets_and_whom_it_quotes():
    assert read(notification(100)).posts[0].names == {US}
    assert read(plain(notification(100))).posts[0].names == frozenset()
    quote = plain(notification(100))
    uri = f"at://{US}/app.bsky.feed.post/3launch"
    for embed in ({"record": {"uri": uri}}, {"record": {"record": {"uri": uri}}, "media": {}}):
        quote["record"]["embed"] = embed
        assert read(quote).posts[0].names == {US}


@pytest.mark.parametrize("reason", ["like", "follow", "repost", "something-new"])
def test_what_is_said_to_nobody_is_passed_over(reason):
    page = read({"reason": reason, "uri": f"at://{MEI}/app.bsky.feed.like/3l"})
    assert (page.posts, page.broken) == ((), ())


def test_labels_are_its_warning_and_whoever_hides_from_strangers_is_not_shown_as_public():
    (found,) = read(notification(100)).posts
    assert found.warning == "graphic-media"
    assert found.visibility is Visibility.UNLISTED
    assert not found.author.is_bot


def test_an_account_is_a_bot_if_its_owner_says_so_and_not_if_another_does():
    marked = notification(100)
    for by, is_bot in ((MEI, True), ("did:plc:labeler0000000000000000", False)):
        marked["author"]["labels"] = [{"src": by, "val": "bot"}]
        assert read(marked).posts[0].author.is_bot is is_bot


def test_a_post_is_as_old_as_it_says_unless_it_was_indexed_before():
    late, odd = notification(100), notification(101)
    late["record"]["createdAt"] = "2026-03-10T11:00:00Z"
    odd["record"]["createdAt"] = "no time at all"
    for row in (late, odd):
        (found,) = read(row).posts
        assert found.created_at.isoformat() == row["indexedAt"].replace(".300Z", ".300000+00:00")


# ---- sessions


def token(scope):
    return "e30." + urlsafe_b64encode(json.dumps({"scope": scope}).encode()).decode().rstrip("=") + ".c2ln"


def session(access, scope=None):
    return {"accessJwt": token(scope) if scope else access, "refreshJwt": f"renews {access}", "did": US}


class Signing(FakeReader):
    """Takes no session but the last one that it gave."""

    def get(self, url, params=None, *, conditional=False, anonymous=False):
        self.asked.append((self.key, {}))
        if self.key != "new":
            raise NeedsSignIn("ExpiredToken")
        return super().get(url, params, conditional=conditional, anonymous=anonymous)


def calls(reader):
    return [what for what, _ in reader.asked if what.startswith("/xrpc") or "server" in what]


def test_a_session_that_ran_out_is_renewed_once_and_kept():
    reader = Signing({HOME + LIST: {"notifications": []}, HOME + RENEW: session("new")}, key=KEY)
    reader.session = SESSION
    CONNECTOR.fetch(ASK, reader)
    assert calls(reader) == [HOME + RENEW]
    assert json.loads(reader.session) == {"access": "new", "refresh": "renews new", "did": US}


@pytest.mark.parametrize("refused", [NeedsSignIn("ExpiredToken"), b"<html>", {"accessJwt": 7}])
def test_only_when_it_cannot_be_renewed_is_signed_in_anew(refused):
    replies = {HOME + LIST: {"notifications": []}, HOME + RENEW: refused, HOME + SIGN_IN: session("new")}
    reader = Signing(replies, key=KEY, session=SESSION)
    CONNECTOR.fetch(ASK, reader)
    assert calls(reader) == [HOME + RENEW, HOME + SIGN_IN]
    assert reader.asked[-1][0] != KEY, "the app password itself opens nothing but the sign-in"


def test_an_app_password_that_was_deleted_needs_a_person():
    no = NeedsSignIn("AuthenticationRequired")
    reader = Signing({HOME + RENEW: no, HOME + SIGN_IN: no}, key=KEY, session=SESSION)
    with pytest.raises(NeedsSignIn):
        CONNECTOR.fetch(ASK, reader)
    assert reader.session == SESSION


def test_a_key_without_a_handle_is_told_how_to_be_written():
    with pytest.raises(NeedsSignIn, match="the handle, a space, and the app password"):
        CONNECTOR.check(HOME, FakeReader(key="abcd-efgh-ijkl-mnop"))


@pytest.mark.parametrize("scope", ["com.atproto.access", "com.atproto.appPassPrivileged"])
def test_a_password_that_may_do_more_than_it_must_is_refused(scope):
    replies = {HOME + SIGN_IN: session("", scope), HOME + PROFILE: saved("bluesky/profile")}
    with pytest.raises(CanWrite):
        CONNECTOR.check(HOME, FakeReader(replies, key=KEY))


def test_an_app_password_shows_whose_it_is_and_that_its_scopes_are_hidden():
    replies = {HOME + SIGN_IN: session("", "com.atproto.appPass"), HOME + PROFILE: saved("bluesky/profile")}
    access = CONNECTOR.check(HOME, FakeReader(replies, key=KEY))
    assert access.account.id == US
    assert access.scopes is None
    assert CONNECTOR.facts.can_post_warning


# ---- accounts and links


def test_an_account_is_looked_for_on_the_server_that_it_lives_on():
    replies = {APPVIEW + PROFILE: saved("bluesky/profile")}
    replies[f"https://plc.directory/{US}"] = saved("bluesky/identity")
    for typed in ("acme.example", "@acme.example", US, "https://bsky.app/profile/acme.example"):
        endpoint, account = CONNECTOR.resolve(typed, FakeReader(replies))
        assert (endpoint, account.id, account.handle) == ("https://pds.example", US, "@acme.example")


@pytest.mark.parametrize("typed", ["acme", "@us@mastodon.example", "https://blog.example/", "u/acme", ""])
def test_what_is_no_account_there_is_asked_nowhere(typed):
    reader = FakeReader()
    with pytest.raises(Gone):
        CONNECTOR.resolve(typed, reader)
    assert reader.asked == []


def test_a_name_that_nobody_has_is_gone():
    with pytest.raises(Gone):
        CONNECTOR.resolve("nobody.example", FakeReader({APPVIEW + PROFILE: ChangedFormat("InvalidRequest")}))


def test_a_link_is_known_by_its_shape_and_read_without_a_key():
    link = "https://bsky.app/profile/mei.garden.example/post/3m100"
    assert CONNECTOR.of_link(link) == (HOME, "at://mei.garden.example/app.bsky.feed.post/3m100")
    assert CONNECTOR.of_link("https://bsky.app/profile/mei.garden.example") is None
    assert CONNECTOR.of_link("https://mastodon.example/profile/mei.example/post/3m100") is None
    found = CONNECTOR.read_link(link, FakeReader({LOOK: {"thread": {"post": post(100)}}}))
    assert found.url == f"https://bsky.app/profile/{MEI}/post/3m100"
    assert CONNECTOR.of_link(link)[1] in found.refs
    assert CONNECTOR.reply_link(found, None) == found.url


# ---- looks


def look(node):
    (asked,) = read(notification(100)).posts
    return CONNECTOR.thread(HOME, asked, FakeReader({LOOK: {"thread": node}}))


def node(**changed):
    """Mei's post under ours, whole."""
    ours = {"post": saved("bluesky/ours")}
    return {"post": post(100) | {"replyCount": 0}, "replies": [], "parent": ours} | changed


def below(number, **changed):
    made = post(number)
    made["record"]["reply"]["parent"]["uri"] = post(100)["uri"]
    return {"post": made | changed, "replies": []}


def test_a_whole_thread_is_complete_and_knows_its_first_post():
    thread = look(node(post=post(100) | {"replyCount": 1}, replies=[below(101)]))
    assert thread.complete
    assert thread.root == f"at://{US}/app.bsky.feed.post/3ours"
    assert [found.id.rpartition("/")[2] for found in thread.posts] == ["3ours", "3m100", "3m101"]


def test_a_deleted_post_above_hides_no_answer():
    assert look(node(parent={"uri": f"at://{US}/app.bsky.feed.post/3ours", "notFound": True})).complete


@pytest.mark.parametrize(
    "changed",
    [
        {"parent": {"uri": f"at://{US}/app.bsky.feed.post/3ours", "blocked": True}},
        {"parent": None},
        {"post": post(100) | {"replyCount": 1}},
        {"post": post(100) | {"replyCount": None}},
        {"replies": [{"uri": "at://did:plc:x/app.bsky.feed.post/1", "blocked": True}]},
        {"replies": [{"uri": "at://did:plc:x/app.bsky.feed.post/1", "notFound": True}]},
        {"replies": [below(101, replyCount=1)]},
        {"replies": [below(101, record={})]},
        {"replies": [None, 7]},
        {"replies": 7},
    ],
)
def test_a_thread_that_may_hide_something_is_not_complete(changed):
    thread = look(node(**changed))
    assert not thread.complete
    assert post(100)["uri"] in {found.id for found in thread.posts}


def test_a_post_that_is_not_there_is_gone_and_a_blocked_one_stands():
    (asked,) = read(notification(100)).posts
    gone, hidden = {"uri": asked.id, "notFound": True}, {"uri": asked.id, "blocked": True}
    with pytest.raises(Gone):
        look(gone)
    assert not CONNECTOR.exists(HOME, asked, FakeReader({LOOK: {"thread": gone}}))
    assert CONNECTOR.exists(HOME, asked, FakeReader({LOOK: {"thread": hidden}}))
    assert not look(hidden).complete


def test_a_post_written_deeper_than_can_be_parsed_is_asked_for_no_deeper():
    (asked,) = read(notification(100)).posts
    reader = FakeReader({LOOK: {"thread": node()}})
    CONNECTOR.thread(HOME, asked, reader)
    assert int(reader.asked[-1][1]["depth"]) <= 80


def test_more_than_one_poll_reads_is_told():
    start = CONNECTOR.fetch(
        replace(ASK, since=datetime(2026, 3, 10, 8, tzinfo=UTC)),
        FakeReader({HOME + LIST: {"notifications": []}}, key=KEY, session=SESSION),
    )

    def page(params):
        top = int(params.get("cursor", 5_000))
        return {
            "notifications": [notification(n) for n in range(top, top - 100, -1)],
            "cursor": str(top - 100),
        }

    reader = FakeReader({HOME + LIST: page}, key=KEY, session=SESSION)
    page_found = CONNECTOR.fetch(replace(ASK, cursor=start.cursor), reader)
    assert len(reader.asked) == 20
    assert "posts are missing" in page_found.broken[-1].why
    assert not page_found.more
