"""A second Mastodon server: what is done on one reaches the other later, under its own ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.box import Sandbox
from bot.sandbox.network.handle import Network

pytestmark = pytest.mark.connects

GARDEN = "garden.example"


@dataclass
class Pair:
    """Acme lives on the first server, Mei and Ana on the second."""

    box: Sandbox
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def here(self) -> Network:
        return self.box.network

    @property
    def there(self) -> Network:
        return self.box.elsewhere[GARDEN]

    def get(self, network: Network, path: str, **more: Any) -> httpx.Response:
        who = "acme" if network is self.here else "mei"
        token = self.tokens.setdefault(who, network.token(who))
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=network.bot_url, headers=headers, trust_env=False) as client:
            return client.get(f"/api/v1/{path}", **more)

    def told(self) -> list[dict[str, Any]]:
        return list(self.get(self.here, "notifications").json())

    def wrote(self, acct: str = "mei@garden.example") -> list[dict[str, Any]]:
        """What the first server has of an account."""
        account = self.here.networks.account(acct)
        return list(self.get(self.here, f"accounts/{account.id}/statuses").json())

    def minutes(self, count: float) -> None:
        self.box.clock.advance(timedelta(minutes=count))


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with Sandbox(tmp_path / "logs", relaxed=True, elsewhere=[GARDEN]) as box:
        box.network.account("acme", "Acme")
        for name in ("mei", "ana"):
            box.elsewhere[GARDEN].account(name)
        yield Pair(box)


def same(status: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [name for name in ("id", "uri", "url", "created_at", "content") if status[name] == other[name]]


def test_a_post_reaches_the_other_server_after_the_delay_under_an_id_of_its_own(pair: Pair) -> None:
    asked = pair.there.post("mei", "@acme@social.example does @ana know?")
    assert pair.get(pair.there, f"statuses/{asked.id}").status_code == 200
    pair.minutes(4.5)
    assert pair.told() == []
    pair.minutes(10)
    (told,) = pair.told()
    at_home = pair.get(pair.there, f"statuses/{asked.id}").json()
    assert same(told["status"], at_home) == ["uri", "url", "created_at", "content"]
    assert told["status"]["uri"] == f"{pair.there.people_url}/users/mei/statuses/{asked.id}"
    assert told["account"]["acct"] == "mei@garden.example"
    assert told["account"]["url"] == f"{pair.there.people_url}/@mei"
    assert [each["acct"] for each in told["status"]["mentions"]] == ["acme", "ana@garden.example"]
    assert [each["acct"] for each in at_home["mentions"]] == ["acme@social.example", "ana"]
    assert [each["url"] for each in told["status"]["mentions"]] == [
        each["url"] for each in at_home["mentions"]
    ]
    # It was told when it came, though nobody asked until later.
    assert told["created_at"][:16] == (asked.created_at + timedelta(minutes=5)).isoformat()[:16]
    assert pair.get(pair.here, f"statuses/{asked.id}").status_code == 404


def test_a_reply_stands_without_its_parent_until_that_has_come_too(pair: Pair) -> None:
    first = pair.there.post("mei", "Which notebook keeps tags?")
    pair.there.post("ana", "@mei @acme@social.example yours?", first)
    pair.minutes(6)
    (told,) = pair.told()
    assert told["status"]["in_reply_to_id"] is None
    pair.minutes(6)
    (told,) = pair.told()
    (parent,) = pair.wrote()
    assert parent["uri"].endswith(f"/{first.id}")
    assert told["status"]["in_reply_to_id"] == parent["id"]
    context = pair.get(pair.here, f"statuses/{parent['id']}/context").json()
    assert [each["id"] for each in context["descendants"]] == [told["status"]["id"]]


def test_edits_and_deletions_come_as_late_or_never(pair: Pair) -> None:
    pair.box.federation.delay = timedelta(minutes=1)
    asked = pair.there.post("mei", "@acme@social.example how?")
    pair.minutes(2)
    pair.there.edit(asked, "@acme@social.example how, please?")
    assert "please" not in pair.told()[0]["status"]["content"]
    pair.minutes(2)
    (told,) = pair.told()
    assert "please" in told["status"]["content"]
    assert told["status"]["edited_at"]
    pair.there.federate_after(None)
    pair.there.edit(asked, "@acme@social.example never mind")
    pair.there.federate_after(60)
    pair.minutes(10)
    assert "never mind" in pair.get(pair.there, f"statuses/{asked.id}").json()["content"]
    assert "never mind" not in pair.told()[0]["status"]["content"]
    pair.there.delete(asked)
    assert len(pair.told()) == 1
    pair.minutes(2)
    assert pair.told() == []
    assert pair.get(pair.here, f"statuses/{told['status']['id']}").status_code == 404


def test_what_is_edited_or_taken_back_before_it_came_is_never_seen_as_it_was(pair: Pair) -> None:
    first = pair.there.post("mei", "@acme@social.example one")
    second = pair.there.post("mei", "@acme@social.example two")
    pair.there.federate_after(60)
    pair.there.edit(first, "@acme@social.example three")
    pair.there.delete(second)
    pair.minutes(20)
    (told,) = pair.told()
    assert "three" in told["status"]["content"]


def test_only_who_is_concerned_gets_it_and_what_is_asked_for_comes_at_once(pair: Pair) -> None:
    alone = pair.there.post("mei", "Good morning")
    pair.there.post("mei", "@ana @acme@social.example between us", visibility="direct")
    pair.there.post("mei", "@ana only you", visibility="direct")
    pair.minutes(6)
    assert [each["content"] for each in pair.wrote()] == [pair.told()[0]["status"]["content"]]
    address = f"{pair.there.people_url}/users/mei/statuses/{alone.id}"
    page = httpx.get(
        f"{pair.here.people_url}/authorize_interaction",
        params={"uri": address},
        follow_redirects=True,
        trust_env=False,
    )
    assert "Good morning" in page.text
    assert len(pair.wrote()) == 2
    pair.there.edit(alone, "Good evening")
    pair.here.follow("acme", "mei@garden.example")
    pair.there.post("mei", "To all who follow me", visibility="private")
    pair.minutes(6)
    said = " ".join(each["content"] for each in pair.wrote())
    assert "follow me" in said
    # What only was fetched stays as it was, until somebody here answers it.
    assert "Good morning" in said
    pair.here.post("acme", "@mei@garden.example and to you", pair.here.copy(alone))
    pair.minutes(6)
    pair.there.edit(alone, "Good night")
    pair.minutes(6)
    assert "Good night" in " ".join(each["content"] for each in pair.wrote())


def test_a_late_post_is_numbered_by_when_it_was_written_so_paging_forward_passes_it_over(pair: Pair) -> None:
    pair.here.follow("acme", "mei@garden.example")
    late = pair.there.post("mei", "Look: #acme")
    pair.minutes(2)
    pair.here.post("acme", "We are here: #acme")
    (first,) = pair.get(pair.here, "timelines/tag/acme").json()
    pair.minutes(6)
    assert pair.get(pair.here, "timelines/tag/acme", params={"min_id": first["id"]}).json() == []
    ids = [each["id"] for each in pair.get(pair.here, "timelines/tag/acme").json()]
    assert ids == [first["id"], pair.here.copy(late).id]


def test_ours_goes_the_other_way_and_is_changed_where_it_was_written(pair: Pair) -> None:
    asked = pair.there.post("mei", "@acme@social.example how?")
    pair.minutes(6)
    copy = pair.here.copy(asked)
    reply = pair.here.post("acme", "@mei@garden.example so.", copy)
    assert pair.get(pair.there, f"statuses/{asked.id}/context").json()["descendants"] == []
    pair.minutes(6)
    (below,) = pair.get(pair.there, f"statuses/{asked.id}/context").json()["descendants"]
    assert below["uri"] == f"{pair.here.people_url}/users/acme/statuses/{reply.id}"
    assert below["in_reply_to_id"] == asked.id
    for change in (lambda: pair.here.edit(copy, "x"), lambda: pair.here.delete(copy)):
        with pytest.raises(ValueError, match="where it was written"):
            change()
    with pytest.raises(ValueError, match=r"writes on garden\.example"):
        pair.here.post("mei@garden.example", "x")


def test_the_pages_say_where_a_post_was_written_and_when_it_came(pair: Pair) -> None:
    asked = pair.there.post("mei", "@acme@social.example how?")
    pair.minutes(6)
    here = httpx.get(f"{pair.here.people_url}?token={pair.box.token}", trust_env=False).text
    came = f"{asked.created_at + timedelta(minutes=5):%H:%M}"
    assert "<strong>mei</strong> @mei@garden.example · <a" in here
    assert f"on Mastodon, here since {came}" in here
    assert f"{pair.here.people_url}/@mei@garden.example/{pair.here.copy(asked).id}" in here
    assert ">mei (mei@garden.example)</option>" not in here
    there = httpx.get(pair.there.people_url, trust_env=False).text
    assert "on Mastodon at garden.example<" in there


def test_who_is_known_here_as_living_on_a_third_server_is_known_so_there_too(pair: Pair) -> None:
    pair.here.account("tom@harbour.example", "Tom")
    asked = pair.there.post("mei", "@acme@social.example Does it keep my tags?")
    pair.minutes(6)
    pair.here.post("tom@harbour.example", "@mei@garden.example It does.", pair.here.copy(asked))
    pair.minutes(6)
    shown = pair.get(pair.there, f"statuses/{asked.id}/context").json()["descendants"]
    assert [each["account"]["acct"] for each in shown] == ["tom@harbour.example"]
