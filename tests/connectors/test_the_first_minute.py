"""`byhand try` asks every network that can be asked, over real HTTP, and names each that does not answer."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.app.office import LiveNetworks
from bot.connectors import all_connectors
from bot.domain.connector import Connector
from bot.domain.naming import Form
from bot.reading.door import Door
from bot.services.measuring.tried import UNKNOWN, Follow, Place, Progress, Result, Tried
from tests.conftest import HandClock
from tests.connectors.standins.devto import Dev
from tests.connectors.standins.github import REPO, Issues
from tests.connectors.standins.hackernews import HackerNews
from tests.connectors.standins.lemmy import Lemmy
from tests.connectors.standins.reddit import Reddit
from tests.connectors.standins.serving import Asked, Fault, Said, Server
from tests.connectors.standins.stackexchange import MEI, Comments
from tests.connectors.standins.wordpress import WordPress


class Repository(Issues):
    """The same with its list of issues."""

    def routes(self) -> Any:
        listed = ("GET", f"/repos{REPO}/issues", lambda _: [self._shown(number) for number in self.issues])
        return [listed, *super().routes()]


class Questions(Comments):
    """The same with a question, searched for by its words."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.write(MEI, "Does the export keep my tags?", title="Acme and tags", tags=["notes"])

    def _search(self, asked: Asked) -> Said:
        assert asked.query["site"] == "stackoverflow.com"
        words = asked.query["q"].strip('"')
        questions = (one for one in self.posts.values() if "answer_id" not in one)
        return self.wrapped(asked, [one for one in questions if words in one.get("title", "")])


def at(connector: Connector, origin: str) -> Connector:
    """The same connector with its home, and whatever else it names, at this origin."""
    facts = connector.facts
    queries = tuple(
        replace(query, tries=tuple(replace(one, at=origin if one.at else "") for one in query.tries))
        for query in facts.queries
    )
    moved = copy.copy(connector)
    moved.facts = replace(facts, home=origin if facts.home else "", queries=queries)
    return moved


@dataclass
class Internet:
    """Stand-ins for some networks; whatever else is asked of stands on a server that is down."""

    clock: HandClock
    served: dict[str, Any] = field(default_factory=dict)
    down: Server = field(default_factory=lambda: Server([("GET", "/{any...}", lambda *_: Said({}, 503))]))
    door: Door | None = None

    def tried(self, *places: Place) -> list[Result]:
        door = self.door
        assert door is not None
        internet = self

        class Networks(LiveNetworks):
            def connectors(self) -> Mapping[str, Connector]:
                origins = {name: one.origin for name, one in internet.served.items()}
                return {
                    name: at(one, origins.get(name, internet.down.origin))
                    for name, one in super().connectors().items()
                }

        found = list(Tried(Networks(door), self.clock).of(places))
        return [one for one in found if not isinstance(one, Progress)]


@pytest.fixture
def internet(clock: HandClock) -> Iterator[Internet]:
    there = Internet(clock)
    there.served = {
        "hackernews": HackerNews(clock),
        "lemmy": Lemmy(clock),
        "wordpress": WordPress(clock),
        "github": Repository(clock),
        "reddit": Reddit(clock),
        "devto": Dev(clock),
        "stackexchange": Questions(clock),
    }
    with ExitStack() as open_:
        for server in (there.down, *(one.server for one in there.served.values())):
            open_.enter_context(server.running())
        origins = {one.origin for one in there.served.values()} | {there.down.origin}
        there.door = Door(clock, ledger=lambda *_: None, loopback_origins=frozenset(origins))
        open_.callback(there.door.close)
        yield there


def declared(form: Form, *, about: bool) -> set[str]:
    """The networks that say that they can be asked about such a name."""
    return {
        name
        for name, one in all_connectors().items()
        for query in one.facts.queries
        if (query.lane == "about us") is about and any(each.form is form for each in query.tries)
    }


def test_a_name_is_searched_for_wherever_strangers_may_and_who_does_not_answer_is_named(
    internet: Internet,
) -> None:
    results = internet.tried(("", "Acme"))
    assert {one.network for one in results} == declared(Form.NAME, about=True)
    assert all(one.about for one in results)
    found = {one.network: one for one in results}
    assert found["hackernews"].spoke == 1
    assert [post.author.handle for post in found["hackernews"].unheard] == ["acme_dev"]
    assert found["hackernews"].follows == (Follow("hackernews", "search", "Acme"),)
    assert (found["stackexchange"].problem, found["stackexchange"].spoke) == (None, 1)
    assert found["stackexchange"].follows == (Follow("stackexchange", "search", "stackoverflow.com Acme"),)
    assert found["mastodon"].problem == "Unavailable"
    assert found["mastodon"].follows == ()


def test_an_account_is_taken_where_it_is_and_its_looks_lead_nobody_astray(internet: Internet) -> None:
    lemmy = internet.served["lemmy"]
    lemmy.thank(lemmy.reply(lemmy.ask()))
    (found,) = (one for one in internet.tried(("", f"{lemmy.origin}/u/ana")) if not one.about)
    assert (found.network, found.by_name, found.spoke, len(found.unheard)) == ("lemmy", True, 1, 1)
    assert [one.kind for one in found.follows] == ["replies"]


def test_whom_nobody_answered_on_a_site_is_told(internet: Internet) -> None:
    site = internet.served["wordpress"]
    site.reply(site.ask())
    site.comments[int(site.ask())]["author"] = 0
    found = {one.network: one for one in internet.tried(("", f"{site.origin}/")) if not one.about}
    assert set(found) == {"wordpress"}
    assert (found["wordpress"].spoke, found["wordpress"].problem) == (2, None)
    assert [post.author.id for post in found["wordpress"].unheard] == [f"{site.origin[7:]}/guests/mei tanaka"]
    assert not found["wordpress"].by_name


def test_a_repository_tells_who_got_no_answer_from_anybody(internet: Internet) -> None:
    github = internet.served["github"]
    github.ask()
    one = next(each for each in internet.tried(("", "acme/export")) if each.network == "github")
    assert (one.spoke, len(one.unheard), one.problem) == (1, 1, None)
    assert one.follows == (Follow("github", "repository", "acme/export"),)
    github.reply("I_1")
    one = next(each for each in internet.tried(("", "acme/export")) if each.network == "github")
    assert (one.spoke, len(one.unheard)) == (1, 0)


def test_what_was_read_before_the_limit_is_told_with_the_limit(internet: Internet) -> None:
    github = internet.served["github"]
    github.ask()
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}
    no_more = Said({"message": "API rate limit exceeded"}, 403, headers)
    github.server.faults.append(Fault(f"/repos{REPO}/issues/1(/comments)?", no_more, times=99))
    one = next(each for each in internet.tried(("", "acme/export")) if each.network == "github")
    assert one.problem == "RateLimited"


def test_a_subreddit_is_read_as_talk_about_us(internet: Internet) -> None:
    (one,) = internet.tried(("", "r/notes"))
    assert (one.network, one.about, one.problem) == ("reddit", True, None)
    assert one.spoke == 1


def test_a_site_that_nobody_can_read_is_told_once(internet: Internet) -> None:
    results = internet.tried(("", f"{internet.down.origin}/"))
    nowhere = [one for one in results if not one.about]
    assert [(one.network, one.problem) for one in nowhere] == [("", "Unavailable")]


def test_an_account_without_a_server_is_taken_where_there_is_but_one(internet: Internet) -> None:
    dev = internet.served["devto"]
    dev.reply(dev.ask())
    dev.ask()
    (one,) = internet.tried(("", "@acme"))
    assert (one.network, one.spoke, one.problem) == ("devto", 1, None)
    assert one.follows == (Follow("devto", "replies", "@acme"),)
    (nobody,) = internet.tried(("", "@nobody"))
    assert (nobody.network, nobody.problem) == ("", UNKNOWN)


def test_whoever_answered_our_posts_on_reddit_is_seen(internet: Internet) -> None:
    reddit = internet.served["reddit"]
    asked = reddit.ask()
    (one,) = internet.tried(("", "u/acme"))
    assert (one.network, one.by_name, one.spoke) == ("reddit", True, 1)
    assert [post.id for post in one.unheard] == [asked]
