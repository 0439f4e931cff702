"""GoToSocial, Pleroma, Pixelfed and snac: how their answers differ from Mastodon's, and what comes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.connectors.mastodon import CONNECTOR
from bot.domain.connector import Ask
from bot.domain.errors import CanWrite, Gone, NeedsSignIn
from bot.domain.model import Visibility
from tests.connectors.fakes import FakeReader, saved

HOME = "https://social.example"
API = f"{HOME}/api/v1"
NOTIFICATIONS = f"{API}/notifications"
RELATIVES = ("gotosocial", "pleroma", "pixelfed", "snac")
OURS = {
    "gotosocial": f"{HOME}/@acme",
    "pleroma": f"{HOME}/users/acme",
    "pixelfed": f"{HOME}/acme",
    "snac": f"{HOME}/acme",
}


def fetch(name, rows, cursor=""):
    ask = Ask(HOME, "mentions", "@acme@social.example", cursor=cursor, account=OURS[name])
    return CONNECTOR.fetch(ask, FakeReader({NOTIFICATIONS: rows}))


def without(value, fields):
    """The value without these fields, however deep."""
    if isinstance(value, dict):
        return {key: without(inner, fields) for key, inner in value.items() if key not in fields}
    return [without(inner, fields) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", RELATIVES)
def test_a_mention_on_a_relative_names_us(name):
    (post,) = fetch(name, [saved(f"mastodon/{name}")]).posts
    assert post.names == {OURS[name]}
    assert post.text.endswith("Does the export keep my tags?")
    assert post.author.name == "Mei Tanaka"
    assert post.client in (None, "web")


@pytest.mark.parametrize("name", RELATIVES)
def test_what_a_relative_leaves_out_costs_no_mention(name):
    optional = {
        "language", "application", "edited_at", "mentions", "spoiler_text", "reblog", "bot", "display_name",
        "replies_count", "in_reply_to_account_id", "pleroma", "tags", "emojis", "card", "poll",
    }  # fmt: skip
    (post,) = fetch(name, [without(saved(f"mastodon/{name}"), optional)]).posts
    assert post.names == {OURS[name]}


def test_kinds_that_only_a_relative_has_are_passed_over_and_the_cursor_moves():
    first = fetch("pleroma", [saved("mastodon/pleroma_reaction"), saved("mastodon/pleroma")])
    assert len(first.posts) == 1
    assert '"90211"' in first.cursor


def test_a_direct_message_that_comes_as_a_mention_is_private():
    (post,) = fetch("gotosocial", [saved("mastodon/gotosocial")]).posts
    assert post.visibility is Visibility.DIRECT


def test_what_only_the_server_itself_sees_is_private():
    (post,) = fetch("pleroma", [saved("mastodon/pleroma")]).posts
    assert post.visibility.is_private


def test_a_parent_given_as_a_number_is_the_same_parent():
    (post,) = fetch("pixelfed", [saved("mastodon/pixelfed")]).posts
    assert post.parent == "social.example/540000000000000050"


def test_a_name_without_an_address_costs_no_other_name_and_not_the_post():
    row = saved("mastodon/gotosocial")
    row["status"]["mentions"] += [{"id": "1", "username": "group", "url": None, "acct": "group"}]
    (post,) = fetch("gotosocial", [row]).posts
    assert post.names == {OURS["gotosocial"]}


# ---- looks


def looked(context, **status):
    row = saved("mastodon/gotosocial")["status"] | {"visibility": "public"} | status
    reader = FakeReader({f"{API}/statuses/1": row, f"{API}/statuses/1/context": context})
    post = replace(CONNECTOR.read_link(f"{HOME}/@mei/1", reader), refs=("social.example/1",))
    reader.replies[f"{API}/statuses/{row['id']}/context"] = context
    return CONNECTOR.thread(HOME, post, reader)


NOTHING = {"ancestors": [], "descendants": []}


def test_a_server_that_counts_no_replies_hides_them_perhaps():
    assert looked(NOTHING).complete
    assert not looked(NOTHING, replies_count=None).complete


def test_a_thread_whose_middle_was_deleted_is_seen_in_part():
    assert not looked(NOTHING, replies_count=1).complete
    assert not looked(NOTHING, replies_count=1, visibility="local").complete


# ---- accounts that strangers are told nothing of, and tokens


def test_an_account_is_found_by_webfinger_where_looking_it_up_needs_a_token():
    reader = FakeReader(
        {
            f"{HOME}/.well-known/webfinger": saved("mastodon/webfinger"),
            f"{API}/accounts/lookup": NeedsSignIn("wants a sign-in"),
        }
    )
    endpoint, author = CONNECTOR.resolve("@acme@social.example", reader)
    assert endpoint == HOME
    assert author.id == OURS["gotosocial"]
    assert author.handle == "@acme@social.example"


def test_an_account_on_a_closed_server_of_another_name_is_found_too():
    reader = FakeReader(
        {
            "https://acme.example/.well-known/webfinger": saved("mastodon/webfinger"),
            f"{API}/accounts/lookup": NeedsSignIn("wants a sign-in"),
        }
    )
    endpoint, author = CONNECTOR.resolve("@acme@acme.example", reader)
    assert (endpoint, author.id, author.handle) == (HOME, OURS["gotosocial"], "@acme@acme.example")


@pytest.mark.parametrize("self", [{}, {"rel": "self", "href": None}, {"rel": "self", "href": "not one"}])
def test_an_account_whose_server_does_not_say_where_it_lives_is_not_made_up(self):
    reader = FakeReader({f"{HOME}/.well-known/webfinger": {"subject": "acct:a@b", "links": [self]}})
    with pytest.raises(Gone):
        CONNECTOR.resolve("@acme@social.example", reader)


@pytest.mark.parametrize("version", ["4.0.0 (not true; really snac/2.75)", "0.18.3+git-0a1b2c3"])
def test_a_token_is_refused_where_every_token_may_do_everything(version):
    reader = FakeReader(
        {
            f"{API}/instance": {"version": version},
            f"{API}/accounts/verify_credentials": saved("mastodon/account"),
        }
    )
    with pytest.raises(CanWrite):
        CONNECTOR.check(HOME, reader)


@pytest.mark.parametrize(
    "version",
    ["2.7.2 (compatible; Pleroma 2.9.1)", "3.5.3 (compatible; Pixelfed 0.12.4)", "0.20.2 git-57cb4fe"],
)
def test_a_token_whose_scopes_are_not_told_is_taken_with_a_warning(version):
    reader = FakeReader(
        {
            f"{API}/instance": {"version": version},
            f"{API}/accounts/verify_credentials": saved("mastodon/account"),
        }
    )
    assert CONNECTOR.check(HOME, reader).scopes is None
    assert CONNECTOR.facts.can_post_warning
