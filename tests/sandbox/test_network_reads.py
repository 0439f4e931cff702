"""The network stand-in as its readers see it: paging, visibility, deletion, faults."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.box import Sandbox
from bot.sandbox.network.handle import Network

pytestmark = pytest.mark.connects


@pytest.fixture
def network(box: Sandbox) -> Network:
    box.network.account("acme", "Acme")
    box.network.account("ana", "Ana")
    box.network.account("mei@fosstodon.example", "Mei Tanaka")
    return box.network


def signed(network: Network, account: str = "acme", **more: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {network.token(account, **more)}"}


def ids(response: httpx.Response) -> list[str]:
    return [each["id"] for each in response.json()]


def linked(response: httpx.Response, rel: str) -> str:
    return str(response.links[rel]["url"])


def test_min_id_pages_forward_and_since_id_skips_the_middle(network: Network, reader: httpx.Client) -> None:
    path, headers = "/api/v1/notifications", signed(network)
    for number in range(7):
        network.post("mei@fosstodon.example", f"@acme number {number}")

    def page(**query: str) -> list[str]:
        return ids(reader.get(path, params={"limit": "3", **query}, headers=headers))

    assert page() == ["7", "6", "5"]
    assert page(min_id="1") == ["4", "3", "2"]
    assert page(since_id="1") == ["7", "6", "5"]
    assert page(max_id="5") == ["4", "3", "2"]
    assert page(min_id="7") == []
    assert page(min_id="1", max_id="3") == ["2"]
    assert ids(reader.get(path, params={"limit": "999"}, headers=headers))[0] == "7"


def test_links_lead_through_the_pages(network: Network, reader: httpx.Client) -> None:
    headers = signed(network)
    for number in range(3):
        network.post("mei@fosstodon.example", f"@acme number {number}")
    first = reader.get("/api/v1/notifications", params={"limit": "2"}, headers=headers)
    second = reader.get(linked(first, "next"), headers=headers)
    newer = reader.get(linked(first, "prev"), headers=headers)

    assert (ids(first), ids(second), ids(newer)) == (["3", "2"], ["1"], [])
    assert "next" not in second.links
    assert newer.links == {}


def test_tokens_and_scopes_decide(network: Network, reader: httpx.Client) -> None:
    narrow = signed(network, scopes=("read:accounts",))
    path = "/api/v1/notifications"

    assert reader.get(path).status_code == 401
    wrong = reader.get(path, headers={"Authorization": "Bearer other"})
    assert (wrong.status_code, wrong.json()) == (401, {"error": "The access token is invalid"})
    assert reader.get(path, headers=narrow).status_code == 403
    assert reader.get(path, headers=signed(network, scopes=("read",))).status_code == 200
    checked = reader.get("/api/v1/apps/verify_credentials", headers=signed(network, scopes=("read", "write")))
    assert checked.json()["scopes"] == ["read", "write"]
    assert reader.get("/api/v1/accounts/verify_credentials", headers=narrow).json()["acct"] == "acme"
    token = network.token("acme")
    network.revoke(token)
    assert reader.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_only_named_accounts_are_notified_and_edits_can_name(network: Network, reader: httpx.Client) -> None:
    ours = network.post("acme", "Version 4 is out")
    silent = network.post("mei@fosstodon.example", "no name in this reply", reply_to=ours)
    headers = signed(network)

    assert ids(reader.get("/api/v1/notifications", headers=headers)) == []
    network.edit(silent, "@acme@social.example now I name you")
    found = reader.get("/api/v1/notifications", headers=headers).json()
    assert [(each["type"], each["status"]["id"]) for each in found] == [("mention", silent.id)]
    assert found[0]["status"]["edited_at"] is not None
    assert found[0]["status"]["mentions"][0]["acct"] == "acme"
    assert found[0]["account"]["acct"] == "mei@fosstodon.example"
    network.delete(silent)
    assert ids(reader.get("/api/v1/notifications", headers=headers)) == []


def test_filtered_notifications_come_only_when_asked_for(network: Network, reader: httpx.Client) -> None:
    network.account("shy", "Shy", filters_strangers=True)
    network.follow("shy", "ana")
    network.post("ana", "@shy a friend")
    network.post("mei@fosstodon.example", "@shy a stranger")
    headers = signed(network, "shy")

    def found(**query: str) -> list[str]:
        return ids(reader.get("/api/v1/notifications", params=query, headers=headers))

    assert found() == ["2"]
    assert found(include_filtered="true") == ["3", "2"]
    assert found(include_filtered="true", **{"types[]": "quote"}) == []
    assert found(include_filtered="true", **{"exclude_types[]": "mention"}) == []


def test_private_and_direct_posts_show_to_those_who_may_see(network: Network, reader: httpx.Client) -> None:
    ours = network.post("acme", "hello")
    direct = network.post("mei@fosstodon.example", "@acme a secret", reply_to=ours, visibility="direct")
    private = network.post("acme", "for followers", visibility="private")
    network.follow("mei@fosstodon.example", "acme")

    def status(post: Any, headers: dict[str, str]) -> int:
        return reader.get(f"/api/v1/statuses/{post.id}", headers=headers).status_code

    acme, ana = signed(network), signed(network, "ana")
    mei = signed(network, "mei@fosstodon.example")
    assert [status(direct, each) for each in (acme, mei, ana, {})] == [200, 200, 404, 404]
    assert [status(private, each) for each in (acme, mei, ana, {})] == [200, 200, 404, 404]
    context = f"/api/v1/statuses/{ours.id}/context"
    assert reader.get(context).json()["descendants"] == []
    assert [each["visibility"] for each in reader.get(context, headers=acme).json()["descendants"]] == [
        "direct"
    ]


def test_a_deleted_reply_takes_its_subtree_out_of_the_thread(network: Network, reader: httpx.Client) -> None:
    root = network.post("acme", "root")
    middle = network.post("mei@fosstodon.example", "middle", reply_to=root)
    leaf = network.post("ana", "leaf", reply_to=middle)
    context = f"/api/v1/statuses/{root.id}/context"
    assert [each["id"] for each in reader.get(context).json()["descendants"]] == [middle.id, leaf.id]
    above = reader.get(f"/api/v1/statuses/{leaf.id}/context").json()["ancestors"]
    assert [each["id"] for each in above] == [root.id, middle.id]

    network.delete(middle)
    gone = reader.get(f"/api/v1/statuses/{middle.id}")
    assert (gone.status_code, gone.json()) == (404, {"error": "Record not found"})
    assert reader.get(context).json()["descendants"] == []
    assert reader.get(f"/api/v1/statuses/{leaf.id}").json()["in_reply_to_id"] is None


def test_anonymous_readers_get_less_of_a_thread(network: Network, reader: httpx.Client) -> None:
    posts = [network.post("acme", "root")]
    posts += [network.post("ana", f"wide {number}", reply_to=posts[0]) for number in range(70)]
    chain = [network.post("ana", "deep 0")]
    for number in range(1, 50):
        chain.append(network.post("ana", f"deep {number}", reply_to=chain[-1]))
    headers = signed(network)

    def sizes(post: Any, who: dict[str, str]) -> tuple[int, int]:
        found = reader.get(f"/api/v1/statuses/{post.id}/context", headers=who).json()
        return len(found["ancestors"]), len(found["descendants"])

    assert sizes(posts[0], {}) == (0, 60)
    assert sizes(posts[0], headers) == (0, 70)
    assert sizes(chain[0], {}) == (0, 20)
    assert sizes(chain[-1], {}) == (40, 0)
    assert sizes(chain[-1], headers) == (49, 0)


def test_an_account_is_found_and_its_posts_are_paged(network: Network, reader: httpx.Client) -> None:
    long_ago = datetime(2026, 3, 1, 12, tzinfo=UTC)
    first = network.post("acme", "first", at=long_ago)
    question = network.post("ana", "?")
    network.post("acme", "answer", reply_to=question)
    network.post("acme", "to myself", reply_to=first)
    found = reader.get("/api/v1/accounts/lookup", params={"acct": "acme@social.example"}).json()
    path = f"/api/v1/accounts/{found['id']}/statuses"

    assert found["url"] == f"{network.people_url}/@acme"
    assert len(ids(reader.get(path))) == 3
    assert len(ids(reader.get(path, params={"exclude_replies": "true"}))) == 2
    assert ids(reader.get(path, params={"max_id": question.id})) == [first.id]
    shown = reader.get(f"/api/v1/statuses/{first.id}").json()
    assert shown["created_at"] == "2026-03-01T12:00:00.000Z"
    assert reader.get("/api/v1/accounts/lookup", params={"acct": "nobody"}).status_code == 404
    assert reader.get("/api/v1/instance").json()["version"] == "4.5.0"


def test_hashtags_are_public_timelines(network: Network, reader: httpx.Client) -> None:
    one = network.post("ana", "I like #Acme #tools")
    two = network.post("mei@fosstodon.example", "so #acme", warning="spoiler", language="ja")
    network.post("ana", "quietly #acme", visibility="unlisted")
    path = "/api/v1/timelines/tag/acme"

    assert ids(reader.get(path)) == [two.id, one.id]
    assert ids(reader.get(path, params={"all[]": "tools"})) == [one.id]
    assert ids(reader.get(path, params={"none[]": "tools"})) == [two.id]
    shown = reader.get(path).json()[0]
    assert (shown["spoiler_text"], shown["sensitive"], shown["language"]) == ("spoiler", True, "ja")


def test_words_become_html_that_cannot_act(network: Network, reader: httpx.Client) -> None:
    post = network.post("ana", "<b>hi</b> @acme & @nobody\nsee https://x.example/a?b=1&c\n\n#tag")
    content = reader.get(f"/api/v1/statuses/{post.id}").json()["content"]

    assert content.startswith("<p>&lt;b&gt;hi&lt;/b&gt; <span")
    assert f'href="{network.people_url}/@acme"' in content
    assert " &amp; @nobody<br />see " in content
    assert 'href="https://x.example/a?b=1&amp;c"' in content
    assert content.count("<p>") == 2


def test_every_write_on_the_bots_port_is_a_violation(network: Network, reader: httpx.Client) -> None:
    headers = signed(network)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = reader.request(method, "/api/v1/statuses?access_token=abc", headers=headers)
        assert answer.status_code == 405
    assert reader.head("/api/v1/instance").status_code == 200
    reader.get("/api/v1/notifications", headers=headers)
    lines = [json.loads(line) for line in network.log_lines().splitlines()]
    violations = [line for line in lines if line["kind"] == "violation"]
    requests = [line for line in lines if line["kind"] == "request"]

    assert [line["method"] for line in violations] == ["POST", "PUT", "PATCH", "DELETE"]
    assert violations[0]["who"] == "acme"
    assert violations[0]["query"] == [["access_token", "..."]]
    assert [(line["method"], line["path"], line["status"]) for line in requests] == [
        ("HEAD", "/api/v1/instance", 200),
        ("GET", "/api/v1/notifications", 200),
    ]
    assert "standin-" not in network.log_lines()
    assert [line["seq"] for line in lines] == sorted(line["seq"] for line in lines)


def test_the_log_tells_who_asked_a_reader_to_be_forgotten(network: Network) -> None:
    mei = network.account("mei", "Mei Tanaka")
    network.asked_to_forget("mei")
    last = json.loads(network.log_lines().splitlines()[-1])
    assert (last["kind"], last["who"]) == ("asked_to_forget", mei.id)


def test_faults_meet_the_next_reads(box: Sandbox, network: Network, reader: httpx.Client) -> None:
    path = "/api/v1/instance"
    network.fail(path, reset_in=90)
    limited = reader.get(path)
    reset = datetime.fromisoformat(limited.headers["X-RateLimit-Reset"])
    assert limited.status_code == 429
    assert timedelta(seconds=60) < reset - box.world_clock() <= timedelta(seconds=90)
    assert "Retry-After" not in limited.headers

    network.fail(times=2, status=503, headers={"Retry-After": "30"})
    assert [reader.get(path).status_code for _ in range(3)] == [503, 503, 200]
    network.fail("/api/*", malformed=True)
    with pytest.raises(json.JSONDecodeError):
        reader.get(path).json()
    network.fail(path, html=True, status=502)
    assert reader.get(path).headers["content-type"].startswith("text/html")
    network.cut()
    for _ in range(2):
        with pytest.raises(httpx.HTTPError):
            reader.get(path)
    network.heal()
    assert reader.get(path).status_code == 200


def test_hacker_news_is_searched_by_date_and_walked(network: Network, reader: httpx.Client) -> None:
    network.account("founder", network="hackernews")
    network.account("skeptic", network="hackernews")
    story = network.post("founder", "", title="Show HN: Acme exports", url="https://acme.example")
    comment = network.post("skeptic", 'Does "Acme" keep tags?', reply_to=story)
    network.post("founder", "It does.", reply_to=comment)

    def search(**query: str) -> list[str]:
        return [
            each["objectID"] for each in reader.get("/api/v1/search_by_date", params=query).json()["hits"]
        ]

    assert search(query="acme", tags="(story,comment)") == [comment.id, story.id]
    assert search(query="acme", tags="comment,author_skeptic") == [comment.id]
    assert search(query='"acme exports"') == [story.id]
    assert search(query="acme.example", restrictSearchableAttributes="url") == [story.id]
    future = int(story.created_at.timestamp()) + 60
    assert search(query="acme", numericFilters=f"created_at_i>{future}") == []
    assert search(tags=f"comment,story_{story.id}", hitsPerPage="1", page="1") == [comment.id]
    tree = reader.get(f"/api/v1/items/{story.id}").json()
    assert tree["children"][0]["children"][0]["text"] == "It does."
    item = reader.get(f"/v0/item/{comment.id}.json").json()
    assert (item["by"], item["parent"], len(item["kids"])) == ("skeptic", int(story.id), 1)
    assert reader.get("/v0/user/skeptic.json").json()["submitted"] == [int(comment.id)]
    network.delete(comment)
    deleted = reader.get(f"/v0/item/{comment.id}.json").json()
    assert deleted["deleted"]
    assert "text" not in deleted
    assert search(query="tags") == []
    assert reader.get("/v0/item/1.json").json() is None


def test_the_forum_is_a_feed_with_conditional_get(network: Network, reader: httpx.Client) -> None:
    network.account("lars", "Lars", network="forum")
    network.post("lars", "Is there a <log>?", title="Importer & rows", network="forum")
    for path in ("/feeds/forum.xml", "/feeds/forum.atom"):
        feed = reader.get(path)
        assert "Importer &amp; rows" in feed.text
        assert "&amp;lt;log&amp;gt;" in feed.text
        known = {"If-None-Match": feed.headers["ETag"]}
        assert reader.get(path, headers=known).status_code == 304
        since = {"If-Modified-Since": feed.headers["Last-Modified"]}
        assert reader.get(path, headers=since).status_code == 304
    network.post("lars", "Another", network="forum")
    assert reader.get("/feeds/forum.atom", headers=known).status_code == 200
