"""Who asks lives on another server than our account, and so does who answers: all of it is seen late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.sandbox.network.handle import Network
from bot.sandbox.network.state import Post
from tests.e2e.conftest import Inside, World, at

GARDEN = "garden.example"
MEI = "@mei@garden.example"


@dataclass
class Story:
    """Acme and Ben are on one server; Mei, and an account of Ana's, are on another that is an hour away."""

    world: World

    @property
    def garden(self) -> Network:
        return self.world.box.elsewhere[GARDEN]

    def ana_lives_there_too(self) -> None:
        world = self.world
        world.box.federation.delay = timedelta(hours=1)
        self.garden.account("ana_outside", "Ana Duarte")
        office = world.bot.bot.office
        ana = office.people.teammate(office.workspace, world.cast.users["ana"])
        office.people.link(office.workspace, ana.id, f"{self.garden.bot_url}/@ana_outside")
        world.settle()

    def mei_asks(self) -> Post:
        asked = self.garden.post("mei", "@acme@social.example Does the export keep my tags?")
        self.world.move(at(0, 8, 50))
        assert self.waiting() == []
        self.world.move(at(0, 9, 10))
        assert self.waiting() == [MEI]
        return asked

    def ana_takes_it(self) -> None:
        world = self.world
        world.move(at(0, 9, 35))
        world.press("ana", world.digest(), "claim")
        assert "Ana Duarte has it" in world.words(world.digest())

    def waiting(self) -> list[str]:
        with self.world.office() as office:
            return [line.handle for line in office.queue.all_waiting(office.workspace, 10)]

    def rung(self) -> int:
        return sum(len(self.world.direct(name)) for name in self.world.cast.users)


@pytest.fixture
def story(make_world: Callable[..., World]) -> Story:
    told = Story(make_world(Inside, [GARDEN]))
    told.ana_lives_there_too()
    return told


@pytest.mark.thorough
def test_a_mention_arrives_late_and_a_reply_is_seen_where_it_was_written(story: Story) -> None:
    asked = story.mei_asks()
    story.ana_takes_it()
    reply = story.garden.post("ana_outside", "@mei @acme@social.example It does, since version 4.", asked)
    story.world.settle()
    assert story.waiting() == []
    assert "Answered by hand by Ana Duarte" in story.world.words(story.world.digest())
    # Our own server knows nothing of it yet, and what it then shows changes nothing.
    assert asked.id not in [each.parent for each in story.world.box.network.networks.posts.values()]
    story.world.move(at(0, 16))
    assert story.rung() == 0
    # She writes back to both of us: it comes an hour later too.
    story.garden.post("mei", "@ana_outside @acme@social.example And the dates?", reply)
    story.world.settle()
    assert story.waiting() == []
    story.world.move(at(1, 9, 30))
    assert story.waiting() == [MEI]
    assert "Mei Tanaka wrote back to you" in story.world.words(story.world.direct("ana")[-1])


def test_while_the_other_server_cannot_be_read_nobody_is_rung_and_the_reply_is_seen_when_it_came(
    story: Story,
) -> None:
    asked = story.mei_asks()
    story.ana_takes_it()
    story.world.move(at(0, 13))
    story.garden.cut()
    story.garden.post("ana_outside", "@mei @acme@social.example It does, since version 4.", asked)
    story.world.move(at(0, 13, 40))
    assert story.waiting() == [MEI]
    assert story.rung() == 0
    story.world.move(at(0, 14, 20))
    story.world.settle()
    assert story.waiting() == []
    assert story.rung() == 0


@pytest.mark.thorough
def test_what_comes_before_the_post_that_it_answers_is_one_conversation_with_it(story: Story) -> None:
    first = story.garden.post("mei", "@acme@social.example Does the export keep my tags?")
    story.garden.federate_after(300)
    story.garden.post("mei", "@acme@social.example And my dates?", first)
    story.world.move(at(0, 8, 10))
    story.world.move(at(0, 9, 1))
    assert story.waiting() == [MEI]
    assert "1 person is waiting for one of us" in story.world.words(story.world.digest())


@pytest.mark.thorough
def test_what_was_deleted_on_the_other_server_waits_no_more_though_ours_is_read_far_more(
    story: Story,
) -> None:
    world = story.world
    story.garden.post("ana_outside", "Hello, all.")
    for number in range(12):
        world.box.network.post("acme", f"News {number}.")
    world.settle()
    asked = story.garden.post("mei", "How do I export from Acme?")
    office = world.bot.bot.office
    office.add.link(office.workspace, f"{story.garden.bot_url}/@mei/{asked.id}", None)
    assert len(story.waiting()) == 1
    story.garden.delete(asked)
    world.move(at(0, 8, 20))
    world.move(at(0, 8, 31))
    world.move(at(0, 8, 42))
    assert story.waiting() == []
