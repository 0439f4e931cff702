"""A link is put on the list by hand, wherever it leads: read where a network can, else kept as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.app.office import LiveNetworks
from bot.domain.errors import Unavailable
from bot.domain.model import Status, Teammate, Verb, Workspace
from bot.domain.screens import Kind
from bot.reading.door import Door
from bot.store import SqlStore
from tests.conftest import HandClock
from tests.connectors.standins.lemmy import Lemmy
from tests.connectors.standins.serving import Said, Server
from tests.services.conftest import Slack, Team
from tests.services.pond import Pond

POST = "https://www.forum.example/talk/tags/12?utm_source=mail"
SHAPED_LIKE_MASTODON = "/@mei/109000000000000001"


@pytest.fixture
def database_url(sqlite_emptied: str) -> str:
    """What differs here is the link: one engine is enough."""
    return sqlite_emptied


@dataclass
class Place:
    """A team, a Lemmy server, and a site that says to everything what `says` holds."""

    team: Team
    lemmy: Lemmy
    site: Server
    says: list[Said]

    def add(self, link: str) -> Any:
        return self.team.add.link(self.team.home.id, link, self.team.ana.id)


@pytest.fixture
def place(store: SqlStore, workspace: Workspace, clock: HandClock) -> Iterator[Place]:
    lemmy, says = Lemmy(clock), [Said(b"<html>Hello</html>", headers={"content-type": "text/html"})]
    site = Server([("GET", "/{any...}", lambda *_: says[-1])])
    with ExitStack() as open_:
        for server in (lemmy.server, site):
            open_.enter_context(server.running())
        origins = frozenset({lemmy.origin, site.origin})
        door = Door(clock, ledger=lambda *_: None, loopback_origins=origins)
        open_.callback(door.close)
        with store.write(workspace.id) as tx:
            ana = tx.people.save_teammate(Teammate("", "UANA", "Ana", is_lead=True))
            ben = tx.people.save_teammate(Teammate("", "UBEN", "Ben"))
        networks: Any = LiveNetworks(door, store)
        team = Team(store, workspace, clock, Pond(clock), Slack(clock), networks, ana, ben)
        yield Place(team, lemmy, site, says)


def test_where_a_network_reads_it_the_facts_are_fetched(place: Place) -> None:
    asked = place.lemmy.ask()
    line = place.add(f"{place.lemmy.origin}/comment/{asked}")
    assert (line.network, line.text) == ("lemmy", "Does the export keep my tags?")
    assert "mei" in line.handle


def test_another_link_is_kept_and_nothing_is_fetched(place: Place) -> None:
    line = place.add(POST)
    assert (line.name, line.handle, line.text, line.url) == ("Somebody at forum.example", "", "", POST)
    assert (line.label, line.standing.status) == ("the web", Status.OPEN)
    assert not line.can_see_answers
    assert not line.new_to_us
    assert place.site.log == []


@pytest.mark.parametrize(
    "said",
    [Said(b"<html>Hello</html>", headers={"content-type": "text/html"}), Said({}, 404), Said({}, 401)],
    ids=["HTML", "not there", "not for strangers"],
)
def test_an_address_that_only_looks_like_a_networks_is_kept_too(place: Place, said: Said) -> None:
    place.says.append(said)
    link = place.site.origin + SHAPED_LIKE_MASTODON
    line = place.add(link)
    assert (line.network, line.url) == ("web", link)
    assert {method for method, _ in place.site.log} == {"GET"}


def test_a_place_that_is_down_is_asked_again_later_and_nothing_is_kept(place: Place) -> None:
    place.says.append(Said({}, 503))
    with pytest.raises(Unavailable):
        place.add(place.site.origin + SHAPED_LIKE_MASTODON)
    assert place.team.waiting() == []


@pytest.mark.parametrize(
    "again",
    [
        POST,
        "https://forum.example/talk/tags/12",
        "http://forum.example/talk/tags/12/",
        "https://FORUM.example:443/talk/tags/12?utm_medium=x",
    ],
)
def test_the_same_link_twice_is_one(place: Place, again: str) -> None:
    first = place.add(POST)
    place.team.clock.move(timedelta(hours=3))
    second = place.add(again)
    assert (second.conversation, second.wait) == (first.conversation, first.wait)
    assert second.standing.waiting_since == first.standing.waiting_since
    assert len(place.team.waiting()) == 1


@pytest.mark.parametrize("other", ["/talk/tags/13", "/talk/tags/12?page=2", "/talk/tags/12#post-9"])
def test_another_address_is_another_post(place: Place, other: str) -> None:
    first = place.add(POST)
    assert place.add(f"https://forum.example{other}").conversation != first.conversation
    assert len(place.team.waiting()) == 2


def test_it_closes_by_a_press_alone_and_stays_closed_when_it_is_added_again(place: Place) -> None:
    line = place.add(POST)
    place.team.later(timedelta(days=2))
    (one,) = place.team.waiting()
    assert place.team.press(one, Verb.ELSEWHERE, place.team.ben).done
    assert place.add(POST).standing.status is Status.CLOSED
    assert place.team.conversation(line.conversation).standing.status is Status.CLOSED
    assert place.team.waiting() == []


def test_one_question_stands_in_place_of_all_reminders(place: Place) -> None:
    place.add(POST)
    (one,) = place.team.waiting()
    assert place.team.press(one, Verb.CLAIM, place.team.ben).done
    place.team.later(timedelta(days=4))
    rung = [screen.kind for _, screen in place.team.slack.posted if _ == "UBEN"]
    assert rung == [Kind.BLIND]
    assert place.site.log == []


def test_a_question_to_a_colleague_may_come_from_the_command_line(place: Place) -> None:
    line, team = place.add(POST), place.team
    asked = team.triage.press(
        team.home.id, line.conversation, line.wait, Verb.ASK, by="", face="command line", to=team.ben.id
    )
    assert asked.done
    team.later(timedelta(hours=6))
    (question,) = team.slack.to("UBEN", Kind.QUESTION)
    assert question.lines[0].name == "Somebody at forum.example"


@pytest.mark.parametrize(
    "text",
    ["forum", "forum.example/t/12", "ftp://forum.example/1", "https://", "https://a.example/ b",
     "https://me:secret@forum.example/1", "https://forum.example:99999/", "javascript:alert(1)",
     "https://forum.example/" + "x" * 5000],
)  # fmt: skip
def test_what_is_no_link_is_refused(place: Place, text: str) -> None:
    with pytest.raises(ValueError, match=r"no web address|out of range"):
        place.add(text)
    assert place.team.waiting() == []
