"""Mastodon's documentation, rule by rule, as the stand-in keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import feedparser
import httpx
import pytest

from bot.sandbox.box import Sandbox
from bot.sandbox.network.handle import Network
from bot.sandbox.network.notices import KINDS

pytestmark = pytest.mark.connects

MEI = "mei@garden.example"
NOTIFICATIONS = "/api/v1/notifications"

# The attributes of the entities' pages that are not optional, as far as the stand-in promises them.
STATUS = [
    "id",
    "uri",
    "created_at",
    "account",
    "content",
    "visibility",
    "sensitive",
    "spoiler_text",
    "media_attachments",
    "mentions",
    "tags",
    "emojis",
    "reblogs_count",
    "favourites_count",
    "quotes_count",
    "replies_count",
    "url",
    "in_reply_to_id",
    "in_reply_to_account_id",
    "reblog",
    "poll",
    "card",
    "language",
    "edited_at",
    "quote",
]
ACCOUNT = [
    "id",
    "username",
    "acct",
    "url",
    "uri",
    "display_name",
    "note",
    "avatar",
    "avatar_static",
    "header",
    "header_static",
    "locked",
    "fields",
    "emojis",
    "bot",
    "group",
    "discoverable",
    "indexable",
    "created_at",
    "last_status_at",
    "statuses_count",
    "followers_count",
    "following_count",
    "roles",
]
EDIT = ["content", "spoiler_text", "sensitive", "created_at", "account", "media_attachments", "emojis"]
ATTACHMENT = ["id", "type", "url", "preview_url", "remote_url", "meta", "description", "blurhash"]


@pytest.fixture
def network(box: Sandbox) -> Network:
    for handle in ("acme", "ana", MEI):
        box.network.account(handle)
    return box.network


def signed(network: Network, account: str = "acme", **more: Any) -> dict[str, str]:
    return bearer(network.token(account, **more))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def kinds(response: httpx.Response) -> list[str]:
    return [each["type"] for each in response.json()]


def ids(response: httpx.Response) -> list[str]:
    return [each["id"] for each in response.json()]


def refused(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


def test_each_kind_of_doing_notifies_under_its_own_type(network: Network, reader: httpx.Client) -> None:
    ours = network.post("acme", "Version 4 is out")
    theirs = network.post(MEI, "I use Acme")
    network.follow(MEI, "acme")
    network.favourite(MEI, ours)
    network.boost(MEI, ours)
    network.post(MEI, "@acme how?")
    network.post(MEI, "Look", quote=ours)
    network.boost("acme", theirs)
    network.edit(theirs, "I still use Acme")
    network.watch("acme", MEI)
    network.post(MEI, "Good morning")
    network.post(MEI, "And to you", reply_to=theirs)
    mine = network.post("acme", "So says Mei", quote=theirs)
    network.edit(theirs, "I like Acme")
    headers = signed(network)

    found = reader.get(NOTIFICATIONS, headers=headers)
    assert kinds(found) == [
        "quoted_update",
        "update",
        "status",
        "update",
        "quote",
        "mention",
        "reblog",
        "favourite",
        "follow",
    ]
    assert set(kinds(found)) == set(KINDS)
    about = {each["type"]: each.get("status", {}).get("id") for each in found.json()}
    assert (about["follow"], about["favourite"], about["quoted_update"]) == (None, ours.id, mine.id)
    one = found.json()[0]
    assert reader.get(f"{NOTIFICATIONS}/{one['id']}", headers=headers).json() == one
    assert reader.get(f"{NOTIFICATIONS}/{one['id']}", headers=signed(network, "ana")).status_code == 404


def test_types_accounts_and_links_narrow_the_notifications(network: Network, reader: httpx.Client) -> None:
    for number in range(3):
        network.post(MEI, f"@acme {number}")
    network.follow("ana", "acme")
    headers = signed(network)
    mei = network.networks.account(MEI).id

    def page(**query: Any) -> httpx.Response:
        return reader.get(NOTIFICATIONS, params=query, headers=headers)

    assert kinds(page(**{"types[]": ["follow", "poll"]})) == ["follow"]
    assert kinds(page(**{"exclude_types[]": ["mention"]})) == ["follow"]
    assert set(kinds(page(account_id=mei))) == {"mention"}
    first = page(**{"types[]": "mention", "limit": "2", "max_id": "9"})
    following = reader.get(str(first.links["next"]["url"]), headers=headers)
    assert (ids(first), ids(following)) == (["3", "2"], ["1"])
    assert set(kinds(following)) == {"mention"}


def test_a_boost_is_a_status_of_its_own_unless_boosts_are_left_out(
    network: Network, reader: httpx.Client
) -> None:
    theirs = network.post(MEI, "I use Acme #tools")
    boost = network.boost("acme", theirs)
    path = f"/api/v1/accounts/{network.networks.account('acme').id}/statuses"

    (shown,) = reader.get(path).json()
    assert (shown["id"], shown["reblog"]["id"]) == (boost.id, theirs.id)
    assert (shown["account"]["acct"], shown["reblog"]["account"]["acct"]) == ("acme", MEI)
    assert reader.get(path, params={"exclude_reblogs": "true"}).json() == []
    assert reader.get(f"/api/v1/statuses/{theirs.id}").json()["reblogs_count"] == 1
    assert ids(reader.get("/api/v1/timelines/tag/tools")) == [theirs.id]
    network.delete(theirs)
    assert reader.get(path).json() == []


def test_a_token_does_what_its_scopes_say_and_no_more(network: Network, reader: httpx.Client) -> None:
    post = network.post("acme", "hello")
    outside = (403, "This action is outside the authorized scopes")
    account = network.networks.account("acme").id
    needed = {
        NOTIFICATIONS: "read:notifications",
        f"/api/v1/statuses/{post.id}": "read:statuses",
        f"/api/v1/statuses/{post.id}/context": "read:statuses",
        f"/api/v1/statuses/{post.id}/history": "read:statuses",
        f"/api/v1/accounts/{account}/statuses": "read:statuses",
        f"/api/v1/accounts/{account}": "read:accounts",
        "/api/v1/accounts/lookup?acct=acme": "read:accounts",
        "/api/v1/accounts/verify_credentials": "read:accounts",
        "/api/v1/timelines/public": "read:statuses",
        "/api/v1/timelines/tag/acme": "read:statuses",
    }
    for path, scope in needed.items():
        assert reader.get(path, headers=signed(network, scopes=(scope,))).status_code == 200, path
        assert reader.get(path, headers=signed(network, scopes=("read",))).status_code == 200, path
        assert refused(reader.get(path, headers=signed(network, scopes=("write",)))) == outside, path
    profile = signed(network, scopes=("profile",))
    assert reader.get("/api/v1/accounts/verify_credentials", headers=profile).status_code == 200
    assert reader.get("/api/v1/apps/verify_credentials", headers=profile).json()["scopes"] == ["profile"]


def test_an_app_alone_and_a_disabled_login_are_refused(network: Network, reader: httpx.Client) -> None:
    app, token = bearer(network.app_token()), signed(network)
    wants_user = (422, "This method requires an authenticated user")
    assert refused(reader.get(NOTIFICATIONS, headers=app)) == wants_user
    assert refused(reader.get("/api/v1/accounts/verify_credentials", headers=app)) == wants_user
    assert reader.get("/api/v1/apps/verify_credentials", headers=app).status_code == 200
    assert reader.get("/api/v1/timelines/tag/acme", headers=app).status_code == 200
    network.disable("acme")
    assert refused(reader.get(NOTIFICATIONS, headers=token)) == (403, "Your login is currently disabled")
    network.disable("acme", disabled=False)
    assert reader.get(NOTIFICATIONS, headers=token).status_code == 200


def test_a_server_may_be_closed_to_strangers(network: Network, reader: httpx.Client) -> None:
    post = network.post("acme", "hello")
    network.close_to_strangers()
    closed = (401, "This API requires an authenticated user")
    for path in (f"/api/v1/statuses/{post.id}", f"/api/v1/statuses/{post.id}/context"):
        assert refused(reader.get(path)) == closed
        assert reader.get(path, headers=signed(network)).status_code == 200
    assert refused(reader.get("/api/v1/timelines/tag/acme")) == closed
    assert refused(reader.get("/api/v1/accounts/lookup", params={"acct": "acme"})) == closed
    assert reader.get("/api/v2/instance").status_code == 200


@pytest.fixture
def counting(box: Sandbox, network: Network) -> Network:
    """Mastodon at 09:01 that counts, to five instead of 300."""
    network.relax(False)
    assert network.limits.most == 300
    network.limits.most = 5
    box.clock.set(datetime.fromisoformat("2026-03-02T09:01:00Z"))
    return network


def test_an_account_is_asked_300_times_in_five_minutes_and_so_is_an_address(
    box: Sandbox, counting: Network, reader: httpx.Client
) -> None:
    path, headers = "/api/v1/accounts/lookup?acct=acme", signed(counting)
    answers = [reader.get(path) for _ in range(6)]

    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert [each.headers["X-RateLimit-Remaining"] for each in answers[-3:]] == ["1", "0", "0"]
    assert refused(answers[-1]) == (429, "Too many requests")
    assert answers[-1].headers["X-RateLimit-Limit"] == "5"
    assert answers[-1].headers["X-RateLimit-Reset"] == "2026-03-02T09:05:00.000Z"
    assert "Retry-After" not in answers[-1].headers
    assert reader.get(path, headers=headers).headers["X-RateLimit-Remaining"] == "4"
    other = reader.get(path, headers=signed(counting))
    assert other.headers["X-RateLimit-Remaining"] == "3", "another token of that account"
    assert "X-RateLimit-Limit" not in reader.get("/feeds/forum.xml").headers
    box.clock.advance(timedelta(minutes=4))
    assert reader.get(path).status_code == 200


def test_paging_has_a_window_of_fifteen_minutes_beside(
    box: Sandbox, counting: Network, reader: httpx.Client
) -> None:
    headers = signed(counting)
    for _ in range(3):
        reader.get(NOTIFICATIONS, params={"min_id": "1"}, headers=headers)
    box.clock.advance(timedelta(minutes=5))
    paged = reader.get(NOTIFICATIONS, params={"min_id": "1"}, headers=headers).headers
    plain = reader.get(NOTIFICATIONS, headers=headers).headers
    assert (paged["X-RateLimit-Remaining"], paged["X-RateLimit-Reset"]) == ("1", "2026-03-02T09:15:00.000Z")
    assert (plain["X-RateLimit-Remaining"], plain["X-RateLimit-Reset"]) == ("3", "2026-03-02T09:10:00.000Z")


def test_the_history_has_every_version_with_its_warning(network: Network, reader: httpx.Client) -> None:
    post = network.post(MEI, "First", warning="news", pictures=[{"url": "https://x.example/a", "alt": "A"}])
    network.edit(post, "Second")
    network.edit(post, "Third", warning="")
    versions = reader.get(f"/api/v1/statuses/{post.id}/history").json()
    standing = reader.get(f"/api/v1/statuses/{post.id}").json()

    assert [each["content"] for each in versions] == ["<p>First</p>", "<p>Second</p>", "<p>Third</p>"]
    assert [(each["spoiler_text"], each["sensitive"]) for each in versions] == [
        ("news", True),
        ("news", True),
        ("", False),
    ]
    assert versions[0]["created_at"] == standing["created_at"]
    assert versions[-1]["created_at"] == standing["edited_at"]
    assert set(EDIT) == set(versions[0])
    hidden = network.post("acme", "for us", visibility="private")
    assert reader.get(f"/api/v1/statuses/{hidden.id}/history").status_code == 404


def test_entities_have_their_documented_attributes(network: Network, reader: httpx.Client) -> None:
    picture = {"url": "https://x.example/a.png", "alt": "A chart"}
    ours = network.post("acme", "hello", pictures=[picture])
    quoting = network.post(MEI, "so they say", quote=ours)
    status = reader.get(f"/api/v1/statuses/{ours.id}").json()
    assert set(STATUS) - set(status) == set()
    assert set(ACCOUNT) - set(status["account"]) == set()
    assert set(ATTACHMENT) == set(status["media_attachments"][0])
    quote = reader.get(f"/api/v1/statuses/{quoting.id}").json()["quote"]
    assert (quote["state"], quote["quoted_status"]["id"]) == ("accepted", ours.id)
    network.delete(ours)
    quote = reader.get(f"/api/v1/statuses/{quoting.id}").json()["quote"]
    assert quote == {"state": "deleted", "quoted_status": None}


def test_timelines_tell_here_from_elsewhere(network: Network, reader: httpx.Client) -> None:
    here = network.post("ana", "#acme from here", pictures=[{"url": "https://x.example/a", "alt": ""}])
    there = network.post(MEI, "#acme from there")
    network.post("ana", "#acme for some", visibility="private")
    for path in ("/api/v1/timelines/public", "/api/v1/timelines/tag/acme"):
        assert ids(reader.get(path)) == [there.id, here.id]
        assert ids(reader.get(path, params={"local": "true"})) == [here.id]
        assert ids(reader.get(path, params={"remote": "true"})) == [there.id]
        assert ids(reader.get(path, params={"only_media": "true"})) == [here.id]
    five = {"none[]": ["a", "b", "c", "d", "acme"]}
    assert len(ids(reader.get("/api/v1/timelines/tag/acme", params=five))) == 2, "four tags are applied"


def test_an_account_and_a_hashtag_are_feeds_with_the_same_posts(
    box: Sandbox, network: Network, reader: httpx.Client
) -> None:
    post = network.post("ana", "Exports <are> #fast")
    network.post("ana", "quietly #fast", visibility="unlisted")
    network.post(MEI, "no reply stands in it", reply_to=network.post("ana", "second #fast"))
    own = feedparser.parse(BytesIO(reader.get("/@ana.rss").content))
    tagged = feedparser.parse(BytesIO(reader.get("/tags/fast.rss").content))

    assert [each.id.rpartition("/")[2] for each in own.entries][-1] == post.id
    assert [each.id for each in tagged.entries] == [each.id for each in own.entries]
    assert "Exports &lt;are&gt;" in own.entries[-1].summary
    assert reader.get("/@nobody.rss").status_code == 404
    known = {"If-None-Match": reader.get("/@ana.rss").headers["ETag"]}
    assert reader.get("/@ana.rss", headers=known).status_code == 304
    assert f'"shown": ["{own.entries[0].id.rpartition("/")[2]}", "{post.id}"]' in network.log_lines()


def test_half_of_an_answer_arrives_and_the_log_says_so(network: Network, reader: httpx.Client) -> None:
    post = network.post("acme", "hello")
    path = f"/api/v1/statuses/{post.id}"
    network.fail(path, truncated=True)
    with reader.stream("GET", path) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()
    assert '"shown": [], "dropped": true' in network.log_lines()
    assert reader.get(path).status_code == 200


def test_the_control_api_troubles_the_network(box: Sandbox, network: Network, reader: httpx.Client) -> None:
    post = network.post("acme", "hello")
    path = f"/api/v1/statuses/{post.id}"
    headers = {"X-Sandbox-Token": box.token}

    with httpx.Client(base_url=network.people_url, headers=headers, trust_env=False) as people:

        def call(name: str, **arguments: Any) -> Any:
            return people.post(f"/api/{name}", json=arguments).json()

        call("fail", path="/api/v1/*", times=2, status=503)
        assert [reader.get(path).status_code for _ in range(3)] == [503, 503, 200]
        call("fail", path=path, reset_in=60)
        assert reader.get(path).status_code == 429
        call("fail", path=path, html=True, status=502)
        assert reader.get(path).text.startswith("<!doctype html>")
        call("fail", path=path, delay=0.01, drop_answer=True)
        with pytest.raises(httpx.TransportError):
            reader.get(path)
        call("fail", path=path, truncated=True)
        with pytest.raises(httpx.RemoteProtocolError):
            reader.get(path)
        call("cut")
        with pytest.raises(httpx.TransportError):
            reader.get("/feeds/forum.xml")
        call("heal")
        assert reader.get(path).status_code == 200
        call("favourite", who=MEI, post=post.id)
        call("close_to_strangers")
        assert reader.get(path).status_code == 401
        assert not call("disable", account="nobody")["ok"]
